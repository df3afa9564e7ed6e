/** Which readings of the past there can be, and what is given of them. */
import type { RosterEntry } from '../../ecdm/city';
import type { Mapping } from '../../ecdm/mapping-schema';
import type { Observation } from '../../ecdm/observation';
import type { Note } from '../contract';

/** What can be opened by whoever is told of it; it can be posted to a worker. */
export type HistorySpec =
  /** Readings as a source remembers them: segments in a folder. */
  | { from: 'ring'; folder: string }
  /** CSV, NDJSON or JSON in UTF-8, or lines as sources write them. Observations as our nodes write them, or rows; the mapping is guessed where left out. */
  | { from: 'file'; file: string; mapping?: Mapping }
  /** The simulated city up to a moment. `only`: numbers of its Datastreams; all where left out. */
  | { from: 'demo'; seed: number; until: number; only?: readonly number[] };

export interface OpenOptions {
  /** Epoch milliseconds, both borders included; readings outside of them are left out. */
  since?: number;
  until?: number;
  /** Of problems: "en-US" (default), "th". */
  language?: string;
  /** Readings that are taken at most; four million where left out. */
  most?: number;
  /** Told now and then how many have been read. */
  progress?: (readings: number) => void;
}

export interface OpenHistory {
  /** The Datastreams to be expected, as a source tells them with its first message. */
  roster: readonly RosterEntry[];
  /** Readings that follow. */
  total: number;
  /** In order of time, about a thousand at a time. */
  slices: AsyncIterable<Observation[]>;
  /** What could not be read; the first ones, and how many in all. */
  problems: { code: string; message: string; hint: string }[];
  problemCount: number;
  /** `cut` (most): there is more than is taken. `guessed` (how): a sentence of how the mapping was guessed. */
  notes: Note[];
}

/** Observations of one slice, as the sources send them. */
export const SLICE = 1000;

/** What reading into a table has to say. */
export type Told = Pick<OpenHistory, 'problems' | 'problemCount' | 'notes'>;

/** True for a reading of the span that is asked for. */
export function within({ since, until }: OpenOptions, time: number): boolean {
  return (since === undefined || time >= since) && (until === undefined || time <= until);
}
