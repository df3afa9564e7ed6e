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

/** What an operator remembers in a form of its own: it can be copied, and written as plain JSON. */
export interface Box {
  copy(): Box;
  toJSON(): unknown;
}

/**
 * What one pattern remembers for one key. Plain data: operators say how it is laid out, and hold nothing themselves,
 * so that a state can be copied (to run a stretch of history again) and written to a file.
 */
export interface PatternState {
  /** Numbers of all operators: levels, latest starts, deadlines. A plain array: there is one per key, and it is small. */
  n: number[];
  /** Streams that are active or not known, per event operator; none where no state was ever seen. */
  streams: (Map<string, StreamState> | undefined)[];
  /** Newest event per event operator. */
  last: (CityEvent | undefined)[];
  /** Evidence per automaton state. */
  links: (Link | undefined)[];
  /** Times that counting and waiting operators keep. */
  times: number[][];
  /** Newest counted events, for the evidence. */
  recent: CityEvent[][];
  /** Of operators with a form of their own, which also know how to read what `toJSON` wrote. */
  boxes: (Box | undefined)[];
}

/** How much of each a pattern needs; grows while the operators are made. */
export class Layout {
  numbers = 0;
  streams = 0;
  links = 0;
  lists = 0;
  boxes = 0;

  take(what: 'numbers' | 'streams' | 'links' | 'lists' | 'boxes', count: number): number {
    const at = this[what];
    this[what] += count;
    return at;
  }
}

export function copyState(state: PatternState): PatternState {
  return {
    n: state.n.slice(),
    streams: copyStreams(state.streams),
    last: state.last.slice(),
    links: state.links.slice(),
    times: copyLists(state.times),
    recent: copyLists(state.recent),
    boxes: state.boxes.map((box) => box?.copy()),
  };
}

function copyStreams(from: PatternState['streams']): PatternState['streams'] {
  const copies = from.slice();
  for (let i = 0; i < copies.length; i++) {
    const map = copies[i];
    if (map === undefined) continue;
    if (map.size === 0) copies[i] = undefined;
    else {
      const copy = new Map<string, StreamState>();
      for (const [stream, held] of map) copy.set(stream, { known: held.known, event: held.event });
      copies[i] = copy;
    }
  }
  return copies;
}

/** Most patterns count nothing: they share the list that holds no lists. */
function copyLists<T>(from: T[][]): T[][] {
  return from.length === 0 ? from : from.map((list) => list.slice());
}
