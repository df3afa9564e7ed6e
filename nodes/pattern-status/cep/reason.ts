/** The sentence that says why a status is as it is: names, numbers, limits, units, sensors, local times. */
import type { KeyKind, Pattern } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import type { CityEvent, EventLimit } from '../../ecdm/event';
import type { Severity } from '../../ecdm/status';
import { clockText, durationText, listText, momentText, numberText, text, type LazyParameters } from '../../ecdm/text';
import { unitLabel } from '../../ecdm/units';
import type { FlappingLimits } from './flapping';

/** The sentences, with their keys among the texts: put together anew, a key would be looked for letter by letter. */
const SENTENCES = {
  pending: 'reason.pending', raised: 'reason.raised', updated: 'reason.updated', nodata: 'reason.nodata',
  cleared: 'reason.cleared', neverRaised: 'reason.neverRaised', byHand: 'reason.byHand',
  notExpected: 'reason.notExpected', latched: 'reason.latched', reminder: 'reason.reminder',
  severityUp: 'reason.severityUp', severityDown: 'reason.severityDown', flapping: 'reason.flapping',
  steady: 'reason.steady', steadyCleared: 'reason.steadyCleared', suppressed: 'reason.suppressed',
} as const; // prettier-ignore

export interface ReasonInput {
  kind: keyof typeof SENTENCES;
  /** Name of the status. */
  name: string;
  /** The pattern in words; `undefined` where it {@link isPlain}. */
  pattern: string | undefined;
  /** The key's name; `undefined` for the whole city. */
  key: string | undefined;
  by: KeyKind;
  since: number;
  now: number;
  /** How long the pattern must last (pending). */
  lasting: number;
  evidence: readonly CityEvent[];
  severity?: Severity;
  /** What only some kinds say. */
  more?: {
    /** Name of the status that keeps this one down. */
    by?: string;
    flapping?: FlappingLimits;
  };
}

/** Most pieces of evidence that a sentence names; a status carries more. */
const NAMED = 4;
/** Digits that are enough for people, where they do not hide on which side of the limit a value lies. */
const DIGITS = 4;

/** True for a pattern that says no more than which events there are: the evidence names them anyway. */
export function isPlain(pattern: Pattern): boolean {
  if (pattern.op === 'event') return true;
  return (
    (pattern.op === 'and' || pattern.op === 'or') &&
    pattern.within === undefined &&
    pattern.where === undefined &&
    pattern.of.every(isPlain)
  );
}

// what is written at present; a sentence is written in one go, so that its parts need not be made anew for each
let input!: ReasonInput;
let language: string | undefined;
let timeZone: string | undefined;

const list = (): string => evidenceText(input.evidence, input.key);
const within = { list };

/** Each is asked only where the sentence has a place for it. */
const PARAMETERS: LazyParameters = {
  name: () =>
    input.pattern === undefined
      ? input.name
      : text(language, 'reason.pattern', { name: input.name, pattern: input.pattern }),
  where: () => whereText(input),
  since: () => momentText(language, input.since, timeZone),
  now: () => momentText(language, input.now, timeZone),
  time: () => {
    const lasting = input.kind === 'pending' || input.kind === 'neverRaised';
    return durationText(language, Math.max(0, lasting ? input.lasting : input.now - input.since));
  },
  evidence: () => (input.evidence.length === 0 ? '' : text(language, 'reason.evidence', within)),
  latest: () => (input.evidence.length === 0 ? '' : text(language, 'reason.latest', within)),
  severity: () => (input.severity === undefined ? '' : text(language, `severity.${input.severity}`)),
  by: () => input.more?.by ?? '',
  n: () => String(input.more?.flapping?.raises),
  within: () => durationText(language, input.more?.flapping?.within ?? 0),
  steady: () => durationText(language, input.more?.flapping?.steady ?? 0),
};

export function reasonText(
  reason: ReasonInput,
  inLanguage: string | undefined,
  inTimeZone: string | undefined,
): string {
  input = reason;
  language = inLanguage;
  timeZone = inTimeZone;
  return text(language, SENTENCES[reason.kind], PARAMETERS);
}

/** What led to something, in words: "PM2.5 high 99 µg/m³, limit 90, at 08:00". @param key whose it is, which is not repeated */
export function evidenceSentence(
  evidence: readonly CityEvent[],
  key: string | undefined,
  inLanguage: string | undefined,
  inTimeZone: string | undefined,
): string {
  language = inLanguage;
  timeZone = inTimeZone;
  return evidenceText(evidence, key);
}

function whereText({ key, by }: ReasonInput): string {
  if (key === undefined) return text(language, 'reason.city');
  return text(language, by === 'zone' ? 'reason.in' : 'reason.at', { key });
}

function evidenceText(evidence: readonly CityEvent[], key: string | undefined): string {
  const more = Math.max(0, evidence.length - NAMED);
  if (evidence.length === 1) return eventText(evidence[0]!, key);
  const named: string[] = [];
  for (let i = more; i < evidence.length; i++) named.push(eventText(evidence[i]!, key));
  return more > 0
    ? text(language, 'reason.more', { list: named.join(text(language, 'list.comma')), n: more })
    : listText(language, named);
}

function eventText(event: CityEvent, key: string | undefined): string {
  const where = event.keyName ?? event.key;
  // the place is said once: where the status is, its events need not repeat it
  const at = where === key || where === '' ? '' : text(language, 'reason.valueAt', { key: where });
  const value = valueText(event);
  const what = { name: event.name, value, time: clockText(event.time, timeZone), at };
  return text(language, value === '' ? 'reason.noValue' : 'reason.value', what);
}

/** "99 µg/m³, limit 90", "average over 1 h: 99 µg/m³, limit 90". */
function valueText({ value, unit, limit }: CityEvent): string {
  if (typeof value === 'string') return value.length > 60 ? `${value.slice(0, 60)}…` : value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  const plain = withUnit(numberText(language, rounded(value, limit)), unit);
  if (limit === undefined) return plain;
  const same = limit.unit === undefined || unitLabel(limit.unit) === unitLabel(unit);
  const number = numberText(language, limit.value);
  const said = text(language, 'reason.limit', { value: plain, limit: same ? number : withUnit(number, limit.unit) });
  return windowText(limit) + said;
}

function windowText({ method, over }: EventLimit): string {
  const length = parseDuration(over);
  if (method === undefined || length === undefined) return '';
  return text(language, 'reason.window', {
    method: text(language, `reason.method.${method}`),
    over: durationText(language, length),
  });
}

function withUnit(number: string, unit: string | undefined): string {
  return unit === undefined ? number : `${number} ${unitLabel(unit)}`.trimEnd();
}

/** "90 (limit 90)" would be no reason. */
function rounded(value: number, limit: EventLimit | undefined): number {
  if (Number.isInteger(value) && value > -1000 && value < 1000) return value;
  const short = Number(value.toPrecision(DIGITS));
  return Math.abs(value) >= 1000 || short === limit?.value ? value : short;
}
