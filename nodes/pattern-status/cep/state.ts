import type { CityEvent } from '../../ecdm/event';

/** The evidence of a partial match, newest first: one event, as most have, or one and those before it. */
export type Link = CityEvent | Linked;

export interface Linked {
  readonly event: CityEvent;
  readonly before: Link;
}

/** Puts an event before the evidence so far. */
export function linked(event: CityEvent, before: Link | undefined): Link {
  return before === undefined ? event : { event, before };
}

/** Whether there is more than one event; an event carries the text of its definition under the same name. */
export function isLinked(link: Link): link is Linked {
  return typeof link.event !== 'string';
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

/** The streams of an event that are active or not known. */
export type StreamStates = Map<string, StreamState>;

/**
 * What one pattern remembers for one key: a window on two arrays, which many keys share. Plain data: operators say how it
 * is laid out, and hold nothing themselves, so that a state can be copied (to run a stretch of history again) and written
 * to a file. Number i of the layout is `n[o + i]`, reference i is `refs[r + i]`.
 */
export interface PatternState {
  n: Float64Array;
  o: number;
  refs: unknown[];
  r: number;
}

/**
 * What a reference is: `streams` a {@link StreamStates}, `event` the newest event, `link` evidence, `numbers` a list of
 * times, `box` something with a form of its own. All may be missing.
 */
export type RefKind = 'streams' | 'event' | 'link' | 'numbers' | 'box';

/** How much of each a pattern needs; grows while the operators are made. */
export class Layout {
  numbers = 0;
  readonly refs: RefKind[] = [];

  /** @returns the place of the first of so many numbers */
  number(count = 1): number {
    const at = this.numbers;
    this.numbers += count;
    return at;
  }

  /** @returns the place of the first of so many references */
  ref(kind: RefKind, count = 1): number {
    const at = this.refs.length;
    for (let i = 0; i < count; i++) this.refs.push(kind);
    return at;
  }
}

/** A state with arrays of its own; every number is "never". */
export function emptyState({ numbers, refs }: Layout): PatternState {
  return {
    n: new Float64Array(numbers).fill(-Infinity),
    o: 0,
    refs: new Array<undefined>(refs.length).fill(undefined),
    r: 0,
  };
}

/** A copy with arrays of its own. */
export function copyState(layout: Layout, state: PatternState): PatternState {
  const copy = emptyState(layout);
  copyInto(layout, state, copy);
  return copy;
}

/** Makes a state equal to another one of the same layout. */
export function copyInto({ numbers, refs }: Layout, from: PatternState, to: PatternState): void {
  for (let i = 0; i < numbers; i++) to.n[to.o + i] = from.n[from.o + i]!;
  for (let i = 0; i < refs.length; i++) {
    const value = from.refs[from.r + i];
    to.refs[to.r + i] = value === undefined ? undefined : copyRef(refs[i]!, value);
  }
}

/** What never changes once it is made is shared. */
function copyRef(kind: RefKind, value: unknown): unknown {
  switch (kind) {
    case 'streams':
      return copyStreams(value as StreamStates);
    case 'numbers':
      return (value as number[]).slice();
    case 'box':
      return (value as Box).copy();
    default:
      return value;
  }
}

function copyStreams(from: StreamStates): StreamStates | undefined {
  if (from.size === 0) return undefined;
  const copy: StreamStates = new Map();
  for (const [stream, held] of from) copy.set(stream, { known: held.known, event: held.event });
  return copy;
}
