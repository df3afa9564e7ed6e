/** The sentence that says why a status is as it is: names, numbers, limits, units, sensors, local times. */
import type { KeyKind, Pattern } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import type { CityEvent, EventLimit } from '../../ecdm/event';
import type { Severity } from '../../ecdm/status';
import { text } from '../../ecdm/text';
import { eventsOf, operandsOf } from '../../ecdm/pattern-walk';
import { languageOf, type Language, type Telling } from '../../ecdm/text-table';
import { zoneOffset } from '../../ecdm/time-zone';
import { unitLabel } from '../../ecdm/units';
import { clockText, durationText, listText, measuredText, momentText, numberText } from '../../ecdm/words';
import type { FlappingLimits } from './flapping';

export interface ReasonInput {
  kind: keyof typeof TELLINGS;
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
  /** Of which events the silence counts; see {@link silentIn}. */
  silent?: ReadonlySet<string> | undefined;
  severity?: Severity;
  /** What only some kinds say. */
  more?: {
    /** Name of the status that keeps this one down. */
    by?: string;
    flapping?: FlappingLimits;
    /** The patterns, in words, that made it more severe. */
    because?: readonly string[];
  };
}

const DAY = 86_400_000;
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

/** Events that are evidence only as what was heard last, before a silence; `undefined` where there are none. */
export function silentIn(pattern: Pattern): ReadonlySet<string> | undefined {
  const silent = new Set<string>();
  const others = new Set<string>();
  const walk = (p: Pattern, isStep: boolean): void => {
    if (p.op === 'no') {
      // of what must not follow a step nothing is kept
      if (p.for !== undefined && !isStep) eventsOf(p.of, silent);
      return;
    }
    if (p.op === 'event' || p.op === 'aggregate') others.add(p.event);
    for (const { of } of operandsOf(p)) walk(of, p.op === 'then');
  };
  walk(pattern, false);
  for (const event of others) silent.delete(event);
  return silent.size > 0 ? silent : undefined;
}

// what is written at present; a sentence is written in one go, so that its parts need not be made anew for each
let input!: ReasonInput;
let language: Language;
let timeZone: string | undefined;

const PATTERN = text.phrase('reason.pattern', 'name', 'pattern');
const EVIDENCE = text.phrase('reason.evidence', 'list');
const BECAUSE = text.phrase('reason.because', 'patterns');
const LATEST = text.phrase('reason.latest', 'list');
const SEVERITY = {
  warning: text.phrase('severity.warning'),
  minor: text.phrase('severity.minor'),
  major: text.phrase('severity.major'),
  critical: text.phrase('severity.critical'),
} as const;

const list = (): string => evidenceText(input.evidence, input.key, input.silent);

/** What each parameter of a sentence tells; asked only where the sentence has a place for it. */
const PARAMETERS = {
  name: () => (input.pattern === undefined ? input.name : PATTERN(language, input.name, input.pattern)),
  where: () => whereText(input),
  since: () => momentText(language, input.since, timeZone),
  now: () => momentText(language, input.now, timeZone),
  time: () => {
    const isChosen = input.kind === 'pending' || input.kind === 'neverRaised';
    return isChosen
      ? durationText(language, input.lasting)
      : measuredText(language, Math.max(0, input.now - input.since));
  },
  evidence: () => (input.evidence.length === 0 ? '' : EVIDENCE(language, list())),
  latest: () => (input.evidence.length === 0 ? '' : LATEST(language, list())),
  severity: () => (input.severity === undefined ? '' : SEVERITY[input.severity](language)),
  by: () => input.more?.by ?? '',
  because: () => {
    const patterns = input.more?.because ?? [];
    return patterns.length === 0 ? '' : BECAUSE(language, listText(language, patterns));
  },
  n: () => String(input.more?.flapping?.raises),
  within: () => durationText(language, input.more?.flapping?.within ?? 0),
  steady: () => durationText(language, input.more?.flapping?.steady ?? 0),
};

const telling = (key: string): Telling => text.telling(key, PARAMETERS);

const TELLINGS = {
  pending: telling('reason.pending'), raised: telling('reason.raised'), updated: telling('reason.updated'),
  nodata: telling('reason.nodata'), cleared: telling('reason.cleared'), neverRaised: telling('reason.neverRaised'),
  byHand: telling('reason.byHand'), notExpected: telling('reason.notExpected'), latched: telling('reason.latched'),
  reminder: telling('reason.reminder'), reminderUnknown: telling('reason.reminderUnknown'),
  reminderLatched: telling('reason.reminderLatched'), reminderQuiet: telling('reason.reminderQuiet'),
  severityUp: telling('reason.severityUp'), severityUpUnknown: telling('reason.severityUpUnknown'),
  severityUpLatched: telling('reason.severityUpLatched'), severityUpQuiet: telling('reason.severityUpQuiet'),
  severityDown: telling('reason.severityDown'), severityDownUnknown: telling('reason.severityDownUnknown'),
  severityDownLatched: telling('reason.severityDownLatched'), severityDownQuiet: telling('reason.severityDownQuiet'),
  corrected: telling('reason.corrected'), ruleChanged: telling('reason.ruleChanged'), flapping: telling('reason.flapping'),
  steady: telling('reason.steady'), steadyUnknown: telling('reason.steadyUnknown'),
  steadyCleared: telling('reason.steadyCleared'),
  suppressed: telling('reason.suppressed'),
} as const; // prettier-ignore

export function reasonText(
  reason: ReasonInput,
  inLanguage: string | undefined,
  inTimeZone: string | undefined,
): string {
  input = reason;
  language = languageOf(inLanguage);
  timeZone = inTimeZone;
  return TELLINGS[reason.kind](language);
}

/** What led to something, in words: "PM2.5 high 99 µg/m³, limit 90, at 08:00". @param key whose it is, which is not repeated */
export function evidenceSentence(
  evidence: readonly CityEvent[],
  key: string | undefined,
  inLanguage: string | undefined,
  inTimeZone: string | undefined,
): string {
  language = languageOf(inLanguage);
  timeZone = inTimeZone;
  return evidenceText(evidence, key);
}

const IN_THE_CITY = text.phrase('reason.city');
const IN_ZONE = text.phrase('reason.in', 'key');
const AT = text.phrase('reason.at', 'key');

function whereText({ key, by }: ReasonInput): string {
  if (key === undefined) return IN_THE_CITY(language);
  return by === 'zone' ? IN_ZONE(language, key) : AT(language, key);
}

const COMMA = text.phrase('list.comma');
const MORE = text.phrase('reason.more', 'list', 'n');

function evidenceText(evidence: readonly CityEvent[], key: string | undefined, silent?: ReadonlySet<string>): string {
  const more = evidence.length - NAMED;
  if (more <= 0) return listText(language, evidence.map((event) => eventText(event, key, silent))); // prettier-ignore
  let named = eventText(evidence[more]!, key, silent);
  for (let i = more + 1; i < evidence.length; i++) named += COMMA(language) + eventText(evidence[i]!, key, silent);
  return MORE(language, named, String(more));
}

const VALUE = text.phrase('reason.value', 'name', 'value', 'time', 'at');
const NO_VALUE = text.phrase('reason.noValue', 'name', 'time', 'at');
const HEARD = text.phrase('reason.heard', 'name', 'time', 'at');
const HEARD_VALUE = text.phrase('reason.heardValue', 'name', 'value', 'time', 'at');
const CLOCK = text.phrase('reason.clock', 'time');
const VALUE_AT = text.phrase('reason.valueAt', 'key');

function eventText(event: CityEvent, key: string | undefined, silent?: ReadonlySet<string>): string {
  const where = event.keyName ?? event.key;
  // the place is said once: where the status is, its events need not repeat it
  const at = where === key || where === '' ? '' : VALUE_AT(language, where);
  const value = valueText(event);
  // a state is heard of until it ends, which is no evidence
  if (silent?.has(event.event) && event.kind === 'point') {
    const heard = heardText(event.time);
    return value === '' ? HEARD(language, event.name, heard, at) : HEARD_VALUE(language, event.name, value, heard, at);
  }
  const time = clockText(event.time, timeZone);
  return value === '' ? NO_VALUE(language, event.name, time, at) : VALUE(language, event.name, value, time, at);
}

/** With the date where that is not the day on which it is told. */
function heardText(time: number): string {
  const dayOf = (ms: number): number => Math.floor((ms + zoneOffset(ms, timeZone)) / DAY);
  if (dayOf(time) === dayOf(input.now)) return CLOCK(language, clockText(time, timeZone));
  return momentText(language, time, timeZone);
}

const LIMIT = text.phrase('reason.limit', 'value', 'limit');

/** "99 µg/m³, limit 90", "average over 1 h: 99 µg/m³, limit 90". */
function valueText({ value, unit, limit }: CityEvent): string {
  if (typeof value === 'string') return value.length > 60 ? `${value.slice(0, 60)}…` : value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  const plain = withUnit(numberText(language, rounded(value, limit)), unit);
  if (limit === undefined) return plain;
  const { unit: limitUnit } = limit;
  const same = limitUnit === undefined || limitUnit === unit || unitLabel(limitUnit) === unitLabel(unit);
  const number = numberText(language, limit.value);
  return windowText(limit) + LIMIT(language, plain, same ? number : withUnit(number, limitUnit));
}

const WINDOW = text.phrase('reason.window', 'method', 'over');

function windowText({ method, over }: EventLimit): string {
  if (method === undefined || over === undefined) return '';
  const length = lengthOf(over);
  if (length === undefined) return '';
  return WINDOW(language, text(language, `reason.method.${method}`), durationText(language, length));
}

/** Windows that were read; a flow has a handful of them, and each is told with every value. */
const lengths = new Map<string, number | undefined>();
const MOST_LENGTHS = 200;

function lengthOf(over: string): number | undefined {
  let length = lengths.get(over);
  if (length === undefined) {
    length = parseDuration(over);
    if (lengths.size < MOST_LENGTHS) lengths.set(over, length);
  }
  return length;
}

function withUnit(number: string, unit: string | undefined): string {
  return unit === undefined ? number : `${number} ${unitLabel(unit)}`.trimEnd();
}

/** "90 (limit 90)" would be no reason. */
function rounded(value: number, limit: EventLimit | undefined): number {
  // so many digits and a point: it is short already
  if (Math.abs(value) < 1000 && String(value).length <= DIGITS + 1) return value;
  const short = Number(value.toPrecision(DIGITS));
  return Math.abs(value) >= 1000 || short === limit?.value ? value : short;
}
