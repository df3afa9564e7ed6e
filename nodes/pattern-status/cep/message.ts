/** Writes a status as it is sent: identity, times, evidence, and the sentence that says why. */
import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import { areaOf, middleOf } from '../../ecdm/hull';
import type { Place } from '../../ecdm/observation';
import { SEVERITIES, type Evidence, type Status, type StatusState } from '../../ecdm/status';
import { formatTime, instantText } from '../../ecdm/time';
import type { ZoneRef } from '../../ecdm/zone';
import { MOST_EVIDENCE } from './life';
import { reasonText, type ReasonInput } from './reason';

export interface MessageOptions {
  definition: StatusDefinition;
  /** What the pattern says, in words, where that is more than the names of its events. */
  pattern: string | undefined;
  language: string | undefined;
  timeZone: string | undefined;
  /** How long the pattern must last. */
  lasting: number;
}

/** Whose status it is. */
export interface MessageKey {
  readonly key: string;
  readonly name: string | undefined;
  readonly zones: readonly ZoneRef[] | undefined;
}

/** What is said of it. */
export interface Message {
  first: number;
  since: number;
  revision: number;
  state: StatusState;
  /** Place in {@link SEVERITIES}. */
  severity: number;
  /** Event time of the message. */
  time: number;
  /** When it ended, where that is not the time of the message. */
  until?: number;
  count: number;
  evidence: readonly CityEvent[];
  flags: string[];
  kind: ReasonInput['kind'];
  /** What the sentence says beside it. */
  more?: ReasonInput['more'];
}

const NOWHERE: Place[] = [];

export function writeStatus(
  { definition, pattern, language, timeZone, lasting }: MessageOptions,
  subject: MessageKey,
  { first, since, revision, state, severity, time, until = time, count, evidence: events, flags, kind, more }: Message,
  lineage: ReadonlySet<string>,
  simulated: boolean,
): Status {
  const evidence = events.length > MOST_EVIDENCE ? events.slice(-MOST_EVIDENCE) : events;
  const name = subject.name ?? (definition.per.by === 'city' ? undefined : subject.key);
  const shown: Evidence[] = [];
  let places: Place[] = NOWHERE;
  for (const event of evidence) {
    shown.push(evidenceOf(event, timeZone));
    if (event.place === undefined) continue;
    if (places === NOWHERE) places = [];
    places.push(event.place);
  }
  const { by } = definition.per;
  const ended = state === 'cleared' ? until : time;
  const input: ReasonInput = {
    kind, name: definition.name, pattern, key: name, by, since, now: ended, lasting, evidence,
    severity: SEVERITIES[severity], more,
  }; // prettier-ignore
  const status: Status = {
    statusId: `${definition.id}|${subject.key}|${instantText(first)}`,
    revision,
    status: definition.id,
    name: definition.name,
    key: subject.key,
    state,
    severity: SEVERITIES[severity]!,
    since: formatTime(since, timeZone),
    updated: formatTime(time, timeZone),
    count,
    evidence: shown,
    reason: reasonText(input, language, timeZone),
    flags,
  };
  if (definition.domain !== undefined) status.domain = definition.domain;
  if (subject.name !== undefined) status.keyName = subject.name;
  if (state === 'cleared') status.until = formatTime(until, timeZone);
  if (places.length > 0) {
    status.place = middleOf(places);
    status.area = areaOf(places);
  }
  if (subject.zones !== undefined) status.zones = subject.zones;
  if (lineage.size > 0) status.lineage = [...lineage];
  if (simulated) status.simulated = true;
  return status;
}

function evidenceOf(event: CityEvent, timeZone: string | undefined): Evidence {
  const { id, event: definition, name, key, keyName, kind, value, unit, limit, place } = event;
  const time = formatTime(event.time, timeZone);
  if (typeof value === 'number' && keyName === undefined && place === undefined) {
    // made at once: what is added later costs a second object
    if (limit === undefined && unit === undefined) return { id, event: definition, name, key, kind, time, value };
    if (limit !== undefined && unit !== undefined)
      return { id, event: definition, name, key, kind, time, value, unit, limit };
  }
  const evidence: Evidence = { id, event: definition, name, key, kind, time };
  if (keyName !== undefined) evidence.keyName = keyName;
  // records and long texts stay where they are: a status must stay small
  if (typeof value === 'number' || typeof value === 'boolean') evidence.value = value;
  else if (typeof value === 'string') evidence.value = value.slice(0, 200);
  if (unit !== undefined) evidence.unit = unit;
  if (limit !== undefined) evidence.limit = limit;
  if (place !== undefined) evidence.place = place;
  return evidence;
}
