/**
 * What becomes of an interval that is open when its definition changes: it goes on, and the next reading is judged by the
 * new definition; or, where that cannot be, its end is told. Without either, whatever it has raised would stay for ever.
 */
import { eventId, type CityEvent } from '../../ecdm/event';
import { foldName } from '../../ecdm/names';
import type { Place } from '../../ecdm/observation';
import type { ZoneRef } from '../../ecdm/zone';
import { Phase, type PackedState } from './entry';
import type { FollowerSnapshot } from './routes';
import type { Rule } from './rule';
import type { StreamSnapshot } from './stream';

/** What a snapshot tells of a definition beside its hash; the first versions told nothing. */
export interface RuleAbout {
  name: string;
  domain: string | undefined;
  point: boolean;
  scope: string;
  /** Of its hysteresis; see the condition. */
  layout: string;
}

/** A definition as it was when the snapshot was made, and what has its id now. */
export type RuleBefore = { readonly id: string; readonly about: RuleAbout | undefined } & (
  { readonly isSame: true; readonly now: Rule } | { readonly isSame: false; readonly now: Rule | undefined }
);

/** An open interval that cannot go on; its end is still to be told. */
export interface LeftOpen {
  event: string;
  name: string;
  domain?: string | undefined;
  key: string;
  keyName?: string | undefined;
  /** Of the ids of its events. */
  identity: string;
  stream: string;
  property?: string | undefined;
  place?: Place | undefined;
  zones?: readonly ZoneRef[] | undefined;
  source: readonly string[];
  /** What was told of it last; it ends later. */
  after: number;
}

/** What is kept of a definition in a snapshot, to end its events when it is gone. */
export function describe({ name, domain, point, scope, condition }: Rule): RuleAbout {
  return { name, domain, point, scope, layout: condition.layout };
}

/** Whether others have been told that it is open (or not known, which is open, too). */
export function isOpen({ stream }: FollowerSnapshot, { about }: RuleBefore): boolean {
  if (stream.state[0] <= Phase.Pending) return false;
  return !(about?.point ?? stream.sent.some(({ kind }) => kind === 'point'));
}

/** Whether the definition that it has now still tells of this stream, as far as can be known before a reading. */
export function canGoOn(
  { stream, sliding, stepped }: FollowerSnapshot,
  rule: RuleBefore,
): rule is RuleBefore & { now: Rule } {
  const { about, now } = rule;
  if (now === undefined || now.point) return false;
  const hadWindow = (sliding ?? stepped) !== undefined;
  const isSameScope = about === undefined ? hadWindow === (now.window !== undefined) : about.scope === now.scope;
  const level = now.window?.level;
  if (now.scope !== 'zone' || level === undefined || level === '') return isSameScope;
  return isSameScope && (stream.zones ?? []).every((zone) => foldName(zone.level) === foldName(level));
}

/**
 * The stream as it goes on. The readings before are let go of: a late one must not be judged by limits that nobody had set
 * then.
 * @param interval of the windows of the new definition, where they follow in steps
 */
export function goingOn(
  { stream, stepped }: FollowerSnapshot,
  { about, now }: RuleBefore,
  interval: number | undefined,
): StreamSnapshot {
  const [phase, bits, ...rest] = stream.state;
  const isSameLayout = about !== undefined && about.layout === now?.condition.layout;
  const state: PackedState = [phase, isSameLayout ? bits : 0, ...rest];
  const last = stream.entries.at(-1);
  const kept = {
    ...stream,
    state,
    base: state,
    baseTime: stream.newest,
    entries: last === undefined ? [] : [{ ...last, after: state }],
  };
  if (interval !== undefined) return { ...kept, interval, intervalKnown: true };
  // what was the step of windows says little of the readings, but more than nothing
  return stepped === undefined ? kept : { ...kept, intervalKnown: false, silences: [] };
}

/** What must be known to tell the end of an interval whose definition is no more, or another. */
export function leftOpen({ stream }: FollowerSnapshot, { id, about }: RuleBefore): LeftOpen {
  const { key, keyName, datastream, shared, property, zones, state, newest, fired, entries } = stream;
  const last = entries.at(-1);
  return {
    event: id,
    name: about?.name ?? id,
    domain: about?.domain,
    key,
    keyName,
    identity: identityOf(key, datastream, shared),
    stream: streamId(id, datastream),
    property,
    place: last?.place,
    zones: last?.zones ?? zones,
    source: state[5] === '' ? [] : [state[5]],
    after: Math.max(newest ?? -Infinity, fired ?? -Infinity),
  };
}

/** @param now event time at which it is told */
export function endOf(left: LeftOpen, now: number): CityEvent {
  const time = Math.max(now, left.after + 1);
  return {
    id: eventId(left.event, left.identity, 'end', time),
    event: left.event,
    name: left.name,
    // of what was read from a file, nothing is undefined
    domain: left.domain ?? undefined,
    key: left.key,
    keyName: left.keyName ?? undefined,
    stream: left.stream,
    property: left.property ?? undefined,
    time,
    timeEnd: undefined,
    place: left.place ?? undefined,
    zones: left.zones ?? undefined,
    value: undefined,
    unit: undefined,
    limit: undefined,
    kind: 'end',
    source: left.source,
  };
}

/** The key in the ids of events. */
export function identityOf(key: string, datastream: string, shared: boolean): string {
  return shared ? `${key}#${datastream}` : key;
}

/** The name of a stream in its events: see `CityEvent.stream`. */
export function streamId(rule: string, datastream: string): string {
  return `${rule}|${datastream}`;
}
