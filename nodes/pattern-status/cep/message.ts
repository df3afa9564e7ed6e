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
  /** Of which events the silence counts, where of any. */
  silent: ReadonlySet<string> | undefined;
  language: string | undefined;
  timeZone: string | undefined;
  /** How long the pattern must last. */
  lasting: number;
}

/** Whose status it is. */
export interface MessageKey {
  readonly key: string;
  readonly name: string | undefined;
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
  /** What the sentence calls now. */
  now: number;
  /** When it ended. */
  until?: number;
  count: number;
  evidence: readonly CityEvent[];
  flags: string[];
  /** Where that is. */
  zones: readonly ZoneRef[] | undefined;
  kind: ReasonInput['kind'];
  /** What the sentence says beside it. */
  more?: ReasonInput['more'];
}

/**
 * Statuses and their evidence are plain objects, but made by `new`: of what is written as `{ ... }` the engine of
 * JavaScript guesses how long it will live, and what is told in bursts it guesses to live on, which makes it dear.
 */
const PlainStatus = function (
  this: Status,
  { id, name }: StatusDefinition,
  key: string,
  { first, since, revision, state, severity, time, count, flags }: Message,
  timeZone: string | undefined,
) {
  this.statusId = `${id}|${key}|${instantText(first)}`;
  this.revision = revision;
  this.status = id;
  this.name = name;
  this.key = key;
  this.state = state;
  this.severity = SEVERITIES[severity]!;
  this.since = formatTime(since, timeZone);
  this.updated = formatTime(time, timeZone);
  this.count = count;
  this.flags = flags;
} as unknown as new (
  definition: StatusDefinition,
  key: string,
  message: Message,
  timeZone: string | undefined,
) => Status;

const PlainEvidence = function (this: Evidence, event: CityEvent, timeZone: string | undefined) {
  const { value, keyName, unit, limit, place } = event;
  this.id = event.id;
  this.event = event.event;
  this.name = event.name;
  this.key = event.key;
  this.kind = event.kind;
  this.time = formatTime(event.time, timeZone);
  if (keyName !== undefined) this.keyName = keyName;
  // records and long texts stay where they are: a status must stay small
  if (typeof value === 'number' || typeof value === 'boolean') this.value = value;
  else if (typeof value === 'string') this.value = value.slice(0, 200);
  if (unit !== undefined) this.unit = unit;
  // whoever gets the status may change it; the events are the engine's
  if (limit !== undefined) this.limit = { ...limit };
  if (place !== undefined) this.place = [place[0], place[1]];
} as unknown as new (event: CityEvent, timeZone: string | undefined) => Evidence;

PlainStatus.prototype = PlainEvidence.prototype = Object.prototype;

export function writeStatus(
  { definition, pattern, silent, language, timeZone, lasting }: MessageOptions,
  subject: MessageKey,
  message: Message,
  lineage: ReadonlySet<string>,
  simulated: boolean,
): Status {
  const { state, since, now, until = now, severity, kind, more, zones, evidence: events } = message;
  const evidence = events.length > MOST_EVIDENCE ? events.slice(-MOST_EVIDENCE) : events;
  if (evidence.length > 1) lookAhead(evidence);
  const { by } = definition.per;
  const input: ReasonInput = {
    kind, name: definition.name, pattern, by, since, lasting, evidence, silent, more,
    key: subject.name ?? (by === 'city' ? undefined : subject.key),
    now,
    severity: SEVERITIES[severity],
  }; // prettier-ignore
  const status = new PlainStatus(definition, subject.key, message, timeZone);
  status.evidence = evidenceOf(evidence, timeZone);
  status.reason = reasonText(input, language, timeZone);
  if (definition.domain !== undefined) status.domain = definition.domain;
  if (subject.name !== undefined) status.keyName = subject.name;
  if (state === 'cleared') status.until = formatTime(until, timeZone);
  const places = placesOf(status.evidence);
  if (places !== undefined) {
    status.place = middleOf(places);
    status.area = areaOf(places);
  }
  if (zones !== undefined) status.zones = zones.map((zone) => ({ ...zone }));
  if (lineage.size > 0) status.lineage = [...lineage];
  if (simulated) status.simulated = true;
  return status;
}

function evidenceOf(events: readonly CityEvent[], timeZone: string | undefined): Evidence[] {
  const list = new Array<Evidence>(events.length);
  for (let i = 0; i < events.length; i++) list[i] = new PlainEvidence(events[i]!, timeZone);
  return list;
}

/** Where something was; `undefined` where that is not known of any. */
function placesOf(evidence: readonly Evidence[]): Place[] | undefined {
  let places: Place[] | undefined;
  for (let i = 0; i < evidence.length; i++) {
    const { place } = evidence[i]!;
    if (place === undefined) continue;
    if (places === undefined) places = [place];
    else places.push(place);
  }
  return places;
}

/** What was read of events beforehand is counted, so that no compiler leaves the reading out. */
export let touched = 0;

/**
 * Reads what will be needed of events. They came some time ago, and lie all over the memory: in a short loop the processor
 * fetches several at a time.
 */
function lookAhead(events: readonly CityEvent[]): void {
  let sum = 0;
  for (let i = 0; i < events.length; i++) {
    const { id, time, value, kind } = events[i]! as Partial<CityEvent>;
    // of a text only that it is there: what it says lies still elsewhere, and is not needed
    if (id !== undefined && kind !== undefined) sum += time!;
    if (typeof value === 'number') sum++;
  }
  touched = sum;
}
