/** What a source tells the node, and the node the source. */
import type { Mode, RosterEntry } from '../ecdm/city';
import type { Problem } from '../ecdm/problem';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { Outbox } from './outbox';

/** How it goes, for the status line. `code` is a key of `status.reason`. */
export type Health =
  | { state: 'connecting' }
  | { state: 'working'; mode: Mode }
  /** Works, but not as wished: MQTT is down or refused and HTTP does its work. */
  | { state: 'degraded'; code: string }
  | { state: 'down'; code: string; message: string };

export interface SourceHost {
  readonly outbox: Outbox;
  /** The Datastreams that are read from now on. */
  roster(roster: RosterEntry[]): void;
  health(health: Health): void;
  problem(problem: Problem): void;
  /** Something went wrong that is not known. */
  failed(thrown: unknown): void;
}

export interface Source {
  start(): void;
  close(): void;
  /** Mode of messages that carry no reading. */
  mode(): Mode;
  /** The Datastreams that are read. */
  roster(): RosterEntry[];
}

export function rosterOf(streams: readonly StreamInfo[]): RosterEntry[] {
  return streams.map((stream) => ({
    datastream: stream.id,
    property: stream.property,
    thing: stream.thing,
    thingName: stream.thingName,
    interval: stream.meta.interval,
    place: stream.place,
  }));
}
