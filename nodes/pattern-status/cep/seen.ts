import type { CityEvent } from '../../ecdm/event';
import type { Entry } from './entry';

/** Ids are remembered this long behind the newest event: sources read again what lies around their saved position, */
const HORIZON = 15 * 60_000;
/** and at least so many, because that overlap is longer for sources that speak once an hour. */
const LEAST = 32;
/** But never more than so many of one stream, */
const MOST = 1024;
/** nor more than so many of all together; further ones push out the oldest of their own stream. */
const MOST_OF_ALL = 1_000_000;

const NONE: number[] = [];

/** Ids of all streams. */
interface Budget {
  held: number;
}

/**
 * The last events of one stream, in a ring: their times, and 32 bits of their ids. Texts are not kept, because they would
 * keep the memory of every event busy long after it is done with; two events of one stream and one millisecond whose ids
 * differ are taken for one once in four thousand million times.
 */
export class RecentEvents {
  /** Time, id, time, id ...; nothing until the first comes. */
  private ring: number[] = NONE;
  private head = 0;
  private count = 0;

  constructor(private readonly budget: Budget) {}

  add(time: number, hash: number): void {
    const { ring } = this;
    const until = time - HORIZON;
    while (this.count > LEAST && ring[2 * this.head]! < until) this.drop();
    const size = ring.length >> 1;
    if (this.count === size) {
      if (size >= MOST || (size > 0 && this.budget.held + size > MOST_OF_ALL)) this.drop();
      else {
        this.grow(size);
        this.put(time, hash);
        return;
      }
    }
    this.put(time, hash);
  }

  private put(time: number, hash: number): void {
    const { ring } = this;
    const at = 2 * ((this.head + this.count) & ((ring.length >> 1) - 1));
    ring[at] = time;
    ring[at + 1] = hash;
    this.count++;
  }

  has(time: number, hash: number): boolean {
    const { ring } = this;
    const mask = (ring.length >> 1) - 1;
    for (let i = this.count - 1; i >= 0; i--) {
      const at = 2 * ((this.head + i) & mask);
      if (ring[at] === time && ring[at + 1] === hash) return true;
    }
    return false;
  }

  /** Those that are held, in the order in which they came. */
  each(tell: (hash: number, time: number) => void): void {
    const mask = (this.ring.length >> 1) - 1;
    for (let i = 0; i < this.count; i++) {
      const at = 2 * ((this.head + i) & mask);
      tell(this.ring[at + 1]!, this.ring[at]!);
    }
  }

  /** To be called when the ring is given up. */
  release(): void {
    this.budget.held -= this.ring.length >> 1;
  }

  private drop(): void {
    this.head = (this.head + 1) & ((this.ring.length >> 1) - 1);
    this.count--;
  }

  private grow(size: number): void {
    if (size === 0) {
      this.ring = [0.5, 0, 0.5, 0];
      this.budget.held += 2;
      return;
    }
    const ring: number[] = [];
    for (let i = 0; i < 2 * size; i++) {
      const at = 2 * ((this.head + i) & (size - 1));
      ring.push(i < size ? this.ring[at]! : 0.5, i < size ? this.ring[at + 1]! : 0);
    }
    this.ring = ring;
    this.head = 0;
    this.budget.held += size;
  }
}

/** What is remembered of one stream of events. */
export interface Seen {
  /** Newest event time: lateness is judged by it. */
  newest: number;
  readonly recent: RecentEvents;
  /** The key that its last event counted for, so that it need not be looked for. */
  entry: Entry | undefined;
}

/** Is told of a stream before it changes. */
export interface StreamSaving {
  touchStream(stream: string, seen: Seen): void;
  isNewStream(stream: string, seen: Seen): void;
}

/**
 * The streams of events and what came from each. Two sensors of one station at one moment may have the same id: they are
 * two events, so that ids are looked for within a stream only. Bounded: the stream that came first is forgotten first.
 */
export class SeenStreams {
  private readonly streams = new Map<string, Seen>();
  private readonly budget: Budget = { held: 0 };
  /** What is written meanwhile, and must know what is about to change. */
  saving: StreamSaving | undefined;

  /** @param most streams that are remembered at most */
  constructor(private readonly most: number) {}

  of(stream: string): Seen {
    let seen = this.streams.get(stream);
    if (seen === undefined) {
      if (this.streams.size >= this.most) this.forgetOldest();
      seen = { newest: -Infinity, recent: new RecentEvents(this.budget), entry: undefined };
      this.streams.set(stream, seen);
      this.saving?.isNewStream(stream, seen);
    } else if (this.saving !== undefined) this.saving.touchStream(stream, seen);
    return seen;
  }

  private forgetOldest(): void {
    for (const [stream, seen] of this.streams) {
      this.saving?.touchStream(stream, seen);
      seen.recent.release();
      this.streams.delete(stream);
      return;
    }
  }

  get size(): number {
    return this.streams.size;
  }

  all(): Iterable<[stream: string, seen: Seen]> {
    return this.streams;
  }

  restore(stream: string, newest: number | null, ids: readonly number[]): void {
    const seen = this.of(stream);
    seen.newest = newest ?? -Infinity;
    for (let i = 0; i < ids.length; i += 2) seen.recent.add(ids[i + 1]!, ids[i]!);
  }
}

/**
 * Takes note of an event.
 * @returns true where it was seen before; only one that is not newer than all before it can be
 */
export function isRepeated(event: CityEvent, { newest, recent }: Seen): boolean {
  const hash = hashOf(event.id);
  if (event.time <= newest && recent.has(event.time, hash)) return true;
  recent.add(event.time, hash);
  return false;
}

/** FNV-1a, as a signed number of 32 bits. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash | 0;
}
