/** The sentence that says why a status is as it is: names, numbers, units, sensors, local times. */
import type { CityEvent } from '../../ecdm/event';
import { clockText, durationText, listText, momentText, numberText, text } from '../../ecdm/text';

export interface ReasonInput {
  kind: 'pending' | 'raised' | 'updated' | 'nodata' | 'cleared' | 'neverRaised' | 'byHand';
  pattern: string;
  /** The key's name; `undefined` for the whole city. */
  key: string | undefined;
  since: number;
  now: number;
  /** How long the pattern must last (pending). */
  lasting: number;
  evidence: readonly CityEvent[];
}

/** Most pieces of evidence that a sentence names; a status carries more. */
const NAMED = 4;

export function reasonText(input: ReasonInput, language: string | undefined, timeZone: string | undefined): string {
  const time = input.kind === 'pending' || input.kind === 'neverRaised' ? input.lasting : input.now - input.since;
  return text(language, `reason.${input.kind}`, {
    pattern: input.pattern,
    where: input.key === undefined ? text(language, 'reason.city') : text(language, 'reason.at', { key: input.key }),
    since: momentText(language, input.since, timeZone),
    now: momentText(language, input.now, timeZone),
    time: durationText(language, Math.max(0, time)),
    evidence: evidenceText(input.evidence, input.key, language, timeZone),
  });
}

function evidenceText(
  evidence: readonly CityEvent[],
  key: string | undefined,
  language: string | undefined,
  timeZone: string | undefined,
): string {
  const named = evidence.slice(-NAMED).map((event) => {
    const where = event.keyName ?? event.key;
    // the place is said once: where the status is, its events need not repeat it
    const at = where === key || where === '' ? '' : text(language, 'reason.valueAt', { key: where });
    const time = clockText(event.time, timeZone);
    const value = valueText(event, language);
    const name = event.name;
    return value === ''
      ? text(language, 'reason.noValue', { name, time, at })
      : text(language, 'reason.value', { name, value, time, at });
  });
  const more = evidence.length - named.length;
  return more > 0
    ? text(language, 'reason.more', { list: named.join(text(language, 'list.comma')), n: more })
    : listText(language, named);
}

function valueText({ value, unit }: CityEvent, language: string | undefined): string {
  if (typeof value === 'number' && Number.isFinite(value))
    return `${numberText(language, value)}${unit ? ` ${unit}` : ''}`;
  if (typeof value === 'string') return value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return typeof value === 'boolean' ? String(value) : '';
}
