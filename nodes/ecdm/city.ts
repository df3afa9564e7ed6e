import type { Place } from './observation';
import type { ZoneRef } from './zone';

/** How the readings reach the flow; set by the source and shown wherever people look. */
export type Mode = 'live' | 'poll' | 'catch-up' | 'replay' | 'simulated';

/**
 * How far a source has come: it will send no reading of an earlier time, except late ones.
 * At most once a second when live, with every batch in replay.
 */
export interface CityClock {
  /** Id of the source node. */
  readonly source: string;
  /** Event time in epoch milliseconds that every stream of the source that is not idle has reached. */
  readonly time: number;
  /** Set by ecdm-event: ids of the event definitions that have been judged up to here. */
  readonly events?: readonly string[];
  /** The source has ended (a replay, a file): nothing is to be waited for. */
  readonly end?: boolean;
}

/** A Datastream that is to be expected, so that its silence can be known. */
export interface RosterEntry {
  readonly datastream: string;
  readonly property: string;
  readonly thing?: string;
  readonly thingName?: string;
  /** Usual time between two readings, in milliseconds. */
  readonly interval?: number;
  readonly place?: Place;
  readonly zones?: readonly ZoneRef[];
}

/** What travels beside the data in `msg.city`, so that foreign nodes in between keep it. */
export interface City {
  mode: Mode;
  clock?: CityClock;
  /** Sent at the start and when it changes. */
  roster?: readonly RosterEntry[];
  /**
   * Whose roster it is, and on which way it came: it takes the place of the one before of the same name, so that what is
   * not in it is expected no longer. Without it a roster only adds.
   */
  rosterSource?: string;
  /** Counted by the runtime, so that a source knows when the flow has taken what it sent. */
  ticket?: string;
}

const MODES: ReadonlySet<string> = new Set(['live', 'poll', 'catch-up', 'replay', 'simulated']);

const LONGEST_SOURCE = 1000;

/** The name of a roster behind a node that lets only a part of it through. */
export function rosterBehind(city: City, node: string): Pick<City, 'rosterSource'> {
  return city.rosterSource === undefined ? {} : { rosterSource: `${city.rosterSource}|${node}` };
}

/**
 * Reads `msg.city` as it came from outside: what is not understood is left out, never an error,
 * because a flow without it must still work (mode `live`, no clock).
 */
export function readCity(raw: unknown): City {
  if (typeof raw !== 'object' || raw === null) return { mode: 'live' };
  try {
    return readFields(raw);
  } catch {
    // a getter or a proxy that throws
    return { mode: 'live' };
  }
}

function readFields(raw: object): City {
  const { mode, clock, roster, rosterSource, ticket } = raw as Record<string, unknown>;
  const city: City = { mode: typeof mode === 'string' && MODES.has(mode) ? (mode as Mode) : 'live' };
  if (typeof clock === 'object' && clock !== null) {
    const c = clock as CityClock;
    // NaN and strings are refused; Infinity cannot come through JSON and is not a time either
    if (typeof c.source === 'string' && Number.isFinite(c.time)) city.clock = withEvents(c);
  }
  if (Array.isArray(roster)) {
    city.roster = roster as RosterEntry[];
    if (typeof rosterSource === 'string' && rosterSource.length <= LONGEST_SOURCE) city.rosterSource = rosterSource;
  }
  if (typeof ticket === 'string') city.ticket = ticket;
  return city;
}

/** A clock whose `events` are no list of ids counts without them. */
function withEvents(clock: CityClock): CityClock {
  const { events, ...rest } = clock as CityClock & { events?: unknown };
  return events === undefined || isTexts(events) ? clock : rest;
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Readings of now: the wall clock tells when one is overdue, and which is stamped in the future. */
export function followsWallClock(mode: Mode): boolean {
  return mode === 'live' || mode === 'poll';
}

/** True for the modes in which event time follows the readings and the wall clock has no say. */
export function isReplay(mode: Mode): boolean {
  return mode === 'replay' || mode === 'catch-up';
}

/** True where nothing happens in the city itself: no more than a simulation does a replay move anything. */
export function isUnreal(mode: Mode): boolean {
  return mode === 'simulated' || mode === 'replay';
}

/** Statuses of these modes are marked as simulated. */
export function isSimulated(mode: Mode): boolean {
  return mode === 'simulated';
}
