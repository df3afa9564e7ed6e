/** What a source tells the node, and the node the source. */
import type { Mode, RosterEntry } from '../ecdm/city';
import type { Problem } from '../ecdm/problem';
import { type StreamInfo, streamsOut } from '../sensorthings-server/client/datastream';
import type { StaError } from '../sensorthings-server/client/errors';
import { unreadable } from '../sensorthings-server/client/texts';
import type { Observation } from '../ecdm/observation';
import type { Outbox } from './outbox';
import type { Ended, PositionLog } from './position-log';
import type { Positions } from './positions';

/** How it goes, for the status line. `code` is a key of `status.reason`. */
export type Health =
  | { state: 'connecting' }
  | { state: 'working'; mode: Mode }
  /** Works, but not as wished: MQTT is down or refused and HTTP does its work. */
  | { state: 'degraded'; code: string }
  | { state: 'down'; code: string; message: string }
  /** A replay is over. */
  | { state: 'ended' };

export interface SourceHost {
  readonly outbox: Outbox;
  /** Usual milliseconds between two readings of a Datastream, over all of them; `undefined` while unknown. */
  usualInterval(): number | undefined;
  /** The Datastreams that are read from now on. */
  roster(roster: RosterEntry[]): void;
  /** True for a reading that is wanted: above the threshold, where there is one. */
  wanted(observation: Observation): boolean;
  health(health: Health): void;
  problem(problem: Problem): void;
  /** Something went wrong that is not known. */
  failed(thrown: unknown): void;
}

/** What is kept over a restart. */
export interface Keeping {
  readonly positions: Positions;
  readonly log: PositionLog;
  /** Reads what was saved; once, before anything else. */
  load(): Promise<Ended>;
}

/** How near a source is to what it may hold, for the status line. */
export interface Bounds {
  /** Live readings that wait for HTTP. */
  buffered: number;
  /** More ids of observations are remembered than should be. */
  crowded: boolean;
  /** Datastreams that are read, where there are more. */
  cut?: number;
}

/** Takes note that a Datastream cannot be read. */
export type TellLost = (key: string, error: StaError) => void;

/** Tells of each Datastream once. */
export function tellLost(host: Pick<SourceHost, 'problem'>, language: string | undefined): TellLost {
  const told = new Set<string>();
  return (key, error) => {
    if (told.has(key)) return;
    told.add(key);
    host.problem(unreadable(key, error, language));
  };
}

export interface Source {
  start(): void;
  bounds(): Bounds;
  close(): void;
  /** Mode of messages that carry no reading. */
  mode(): Mode;
  /** The Datastreams that are read. */
  roster(): RosterEntry[];
}

/** Where records are split each property is a Datastream of its own. */
export function rosterOf(streams: readonly StreamInfo[], records: 'record' | 'split' = 'record'): RosterEntry[] {
  return streams
    .flatMap((stream) => streamsOut(stream, records))
    .map((stream) => ({
      datastream: stream.id,
      property: stream.property,
      thing: stream.thing,
      thingName: stream.thingName,
      interval: stream.meta.interval,
      place: stream.place,
    }));
}
