import type { AggregateMethod } from './definition';
import type { Place, Value } from './observation';
import type { ZoneRef } from './zone';

/**
 * `point`: an instant. `begin` and `end`: the borders of a state, an interval that is open until its end;
 * a `begin` while the state is open only refreshes it, and says in which zones it is now. `nodata`: from here on it is
 * not known whether the state holds; the next `begin` or `end` says so.
 */
export type EventKind = 'point' | 'begin' | 'end' | 'nodata';

/** The order in which a rule takes what happens at one moment: intervals that touch do not overlap. */
export const RANK_AT_ONCE: Readonly<Record<EventKind, number>> = { end: 0, nodata: 1, begin: 2, point: 3 };

/** With what the value of an event was compared. */
export interface EventLimit {
  op: '>' | '>=' | '<' | '<=';
  value: number;
  /** UCUM code of the limit as it was defined; it may differ from the unit of the value. */
  unit?: string;
  /** The value is this over a window, not one reading. */
  method?: AggregateMethod;
  /** Length of that window, such as "1 h". */
  over?: string;
}

/**
 * A named, relevant thing that happened at a time and place for a key (ECDM Event).
 * All fields are always present, so that the CEP core sees one shape.
 */
export interface CityEvent {
  /** definition | key | kind | time */
  id: string;
  /** Id of the event definition. Names may change, ids do not. */
  event: string;
  /** Name of the event definition, for people. */
  name: string;
  domain: string | undefined;
  /** What one independent instance runs for: a Thing, a Datastream, a zone or the city. */
  key: string;
  /** The key's name for people. */
  keyName: string | undefined;
  /** The input stream in which lateness is judged: event x Datastream (or aggregation group). */
  stream: string;
  property: string | undefined;
  /** Epoch milliseconds UTC. */
  time: number;
  timeEnd: number | undefined;
  place: Place | undefined;
  zones: readonly ZoneRef[] | undefined;
  value: Value | undefined;
  /** UCUM code. */
  unit: string | undefined;
  /** Where the definition has one limit: it. Only at a `begin` and a `point`. */
  limit: EventLimit | undefined;
  kind: EventKind;
  /** Ids of the observations it was made from (at most 100; the newest are kept). */
  source: readonly string[];
  /** Of a status that serves as an event: ids of the status definitions that it rests on, itself included. */
  lineage?: readonly string[];
  /** It rests on simulated readings. */
  simulated?: boolean;
}

/** Identity of an event: the same reading judged twice by the same rule gives the same id. */
export function eventId(definition: string, key: string, kind: EventKind, time: number): string {
  return `${definition}|${key}|${kind}|${time}`;
}
