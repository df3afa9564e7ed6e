import type { CityEvent } from '../../ecdm/event';

/** The evidence of a partial match: the events that it rests on, newest first. */
export interface Link {
  readonly event: CityEvent;
  readonly before: Link | undefined;
}

/** Whether a stream of an event is known to be active, or was and is not known any more. */
export interface StreamState {
  known: boolean;
  /** The event that began it. */
  event: CityEvent;
}

/**
 * What one pattern remembers for one key. Plain data: operators say how it is laid out, and hold nothing themselves,
 * so that a state can be copied (to run a stretch of history again) and written to a file.
 */
export interface PatternState {
  /** Numbers of all operators: levels, latest starts, deadlines. */
  n: Float64Array;
  /** Streams that are active or not known, per event operator. */
  streams: Map<string, StreamState>[];
  /** Newest event per event operator. */
  last: (CityEvent | undefined)[];
  /** Evidence per automaton state. */
  links: (Link | undefined)[];
  /** Times that counting and waiting operators keep. */
  times: number[][];
  /** Newest counted events, for the evidence. */
  recent: CityEvent[][];
}

/** How much of each a pattern needs; grows while the operators are made. */
export class Layout {
  numbers = 0;
  streams = 0;
  links = 0;
  lists = 0;

  take(what: 'numbers' | 'streams' | 'links' | 'lists', count: number): number {
    const at = this[what];
    this[what] += count;
    return at;
  }
}

export function copyState(state: PatternState): PatternState {
  return {
    n: state.n.slice(),
    streams: state.streams.map((map) => {
      const copy = new Map<string, StreamState>();
      for (const [stream, held] of map) copy.set(stream, { known: held.known, event: held.event });
      return copy;
    }),
    last: state.last.slice(),
    links: state.links.slice(),
    times: state.times.map((list) => list.slice()),
    recent: state.recent.map((list) => list.slice()),
  };
}
