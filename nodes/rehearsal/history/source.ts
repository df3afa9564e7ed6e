/** What the sources of a flow (`sensorthings-in`, `to-observation`) offer to a rehearsal. */
import type { Observation } from '../../ecdm/observation';

/** What a source remembers on disk. */
export interface Remembered {
  /** Of the segments, see `ring.ts`. */
  readonly folder: string;
  /** Bytes that it may take. */
  readonly most: number;
  /** Writes what still waits. */
  flush(): Promise<void>;
}

export interface ServerRange {
  since: number;
  until: number;
  signal: AbortSignal;
  /** Told of what the server does not give; the rest is read. */
  lost: (what: string) => void;
}

/** The server that a source reads, through its own connection and choice. */
export interface ServerHistory {
  readonly url: string;
  /** The simulated city: nothing is to be asked for. `only`: numbers of the chosen Datastreams. */
  readonly demo?: () => { seed: number; only: number[] };
  /** Readings of a range, in order of time, in slices. */
  read(range: ServerRange): AsyncIterable<Observation[]>;
}

export interface HistorySource {
  readonly remembered?: Remembered;
  readonly server?: ServerHistory;
}

/** The history of a node; `undefined` for anything but a source. */
export function asHistorySource(node: unknown): HistorySource | undefined {
  const source = (node as { historySource?: unknown } | null | undefined)?.historySource;
  return typeof source === 'object' && source !== null ? source : undefined;
}
