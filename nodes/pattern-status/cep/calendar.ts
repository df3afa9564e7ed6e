/**
 * Events that wait for the clock of their source, in the order of event time over all keys. They come nearly in order, so
 * that they are put into short stretches of time (buckets): most are appended, and a bucket that is not in order is
 * sorted once, when its time comes.
 */
import type { CityEvent } from '../../ecdm/event';
import { Ascending } from './ascending';
import { isBefore, type Entry } from './entry';
import type { States } from './states';

/** Places of an empty bucket that are kept for later. */
const MOST_KEPT = 4096;
/** Empty buckets that are kept for later. */
const SPARE = 64;
/** Up to so many places are gone back while sorting; what is further out of order is sorted as a whole. */
const NEAR = 256;

/** Events that wait, with their keys and when they came, in parts. */
export type WaitingEvents = readonly {
  readonly events: readonly CityEvent[];
  readonly keys: readonly string[];
  readonly arrived: Float64Array;
}[];

/** Events of a stretch of time; the first `head` of them are done with. */
export class Bucket {
  index = 0;
  // they keep their length while the bucket is used again: an array that is emptied would have to grow anew
  times = new Float64Array(32);
  arrived = new Float64Array(32);
  slots = new Int32Array(32);
  /** Which events of the rule they are, as those that look at them later want to know it. */
  which = new Int16Array(32);
  readonly events: CityEvent[] = [];
  head = 0;
  size = 0;
  /** By time, then by key, then as {@link isBefore} says. */
  isSorted = true;

  constructor(private readonly states: States) {}

  push(slot: number, event: CityEvent, which: number, arrived: number): void {
    const { size } = this;
    const { time } = event;
    if (size === this.times.length) this.grow();
    // equal times are put in order with the others: their keys need not be looked at for each
    if (size > this.head && time <= this.times[size - 1]!) this.isSorted = false;
    this.times[size] = time;
    this.arrived[size] = arrived;
    this.slots[size] = slot;
    this.which[size] = which;
    if (size < this.events.length) this.events[size] = event;
    else this.events.push(event);
    this.size = size + 1;
  }

  private grow(): void {
    const { times, arrived, slots, which, size } = this;
    this.times = new Float64Array(2 * size);
    this.times.set(times);
    this.arrived = new Float64Array(2 * size);
    this.arrived.set(arrived);
    this.slots = new Int32Array(2 * size);
    this.slots.set(slots);
    this.which = new Int16Array(2 * size);
    this.which.set(which);
  }

  /** Where the events of one key and one time end that begin at `head`. */
  instantEnd(): number {
    const { times, slots, head, size } = this;
    const time = times[head]!;
    let to = head + 1;
    while (to < size && times[to] === time && slots[to] === slots[head]) to++;
    return to;
  }

  sort(): void {
    this.isSorted = true;
    const { times, events, slots, which, arrived, size } = this;
    for (let i = this.head + 1; i < size; i++) {
      if (times[i]! > times[i - 1]! || !this.isAhead(i, i - 1)) continue;
      const stop = Math.max(this.head, i - NEAR);
      let to = i - 1;
      while (to > stop && this.isAhead(i, to - 1)) to--;
      if (to === stop && to > this.head) {
        this.sortAll();
        return;
      }
      const time = times[i]!;
      const event = events[i]!;
      const slot = slots[i]!;
      const kind = which[i]!;
      const came = arrived[i]!;
      for (let at = i; at > to; at--) {
        times[at] = times[at - 1]!;
        arrived[at] = arrived[at - 1]!;
        events[at] = events[at - 1]!;
        slots[at] = slots[at - 1]!;
        which[at] = which[at - 1]!;
      }
      times[to] = time;
      arrived[to] = came;
      events[to] = event;
      slots[to] = slot;
      which[to] = kind;
    }
  }

  /** Whether one place belongs before another. */
  private isAhead(a: number, b: number): boolean {
    const { times, events, slots } = this;
    if (times[a] !== times[b]) return times[a]! < times[b]!;
    if (slots[a] === slots[b]) return isBefore(events[a]!, events[b]!);
    const { entries } = this.states;
    return entries[slots[a]!]!.key < entries[slots[b]!]!.key;
  }

  private sortAll(): void {
    const { times, events, slots, which, arrived, head, size } = this;
    const order = Array.from({ length: size - head }, (_, i) => head + i);
    order.sort((a, b) => (this.isAhead(a, b) ? -1 : 1));
    times.set(order.map((i) => times[i]!), head); // prettier-ignore
    arrived.set(order.map((i) => arrived[i]!), head); // prettier-ignore
    slots.set(order.map((i) => slots[i]!), head); // prettier-ignore
    which.set(order.map((i) => which[i]!), head); // prettier-ignore
    const sorted = order.map((i) => events[i]!);
    for (let i = 0; i < sorted.length; i++) events[head + i] = sorted[i]!;
  }

  /** Takes out all that waits for a key. */
  takeAllOf(slot: number, into: { event: CityEvent; arrived: number }[]): void {
    const { times, events, slots, which, arrived, head, size } = this;
    let kept = head;
    for (let i = head; i < size; i++) {
      if (slots[i] === slot) into.push({ event: events[i]!, arrived: arrived[i]! });
      else {
        times[kept] = times[i]!;
        arrived[kept] = arrived[i]!;
        events[kept] = events[i]!;
        which[kept] = which[i]!;
        slots[kept++] = slots[i]!;
      }
    }
    this.size = kept;
    this.letGo();
  }

  clear(): void {
    this.head = this.size = 0;
    this.isSorted = true;
    this.letGo();
  }

  /** What lies behind the size is not held any more. */
  private letGo(): void {
    const { events, size } = this;
    if (events.length > MOST_KEPT) events.length = size;
    else (events as unknown[]).fill(undefined, size);
  }
}

export class Calendar {
  private readonly buckets = new Map<number, Bucket>();
  /** Indexes of the buckets. */
  private readonly order = new Ascending();
  private readonly spare: Bucket[] = [];
  private newest: Bucket | undefined;
  private earliest: Bucket | undefined;

  /** By slot, how many wait. */
  private waiting = new Int32Array(256);

  /** @param width length of a bucket in milliseconds */
  constructor(
    private readonly states: States,
    private readonly width: number,
  ) {}

  /**
   * @param slot place of the key
   * @param which kept with it
   * @param arrived wall time at which it came
   * @returns how many wait for the key
   */
  add(slot: number, event: CityEvent, which: number, arrived: number): number {
    const index = Math.floor(event.time / this.width);
    let bucket = this.newest;
    if (bucket === undefined || bucket.index !== index) {
      bucket = this.buckets.get(index) ?? this.open(index);
      this.newest = bucket;
    }
    bucket.push(slot, event, which, arrived);
    if (slot >= this.waiting.length) {
      const more = new Int32Array(2 * slot);
      more.set(this.waiting);
      this.waiting = more;
    }
    return ++this.waiting[slot]!;
  }

  /** How many wait for a key. */
  waitsFor(slot: number): number {
    return this.waiting[slot] ?? 0;
  }

  /** What the first bucket has at its head up to `to` is done with. */
  doneTo(bucket: Bucket, to: number): void {
    this.waiting[bucket.slots[bucket.head]!]! -= to - bucket.head;
    bucket.head = to;
  }

  private open(index: number): Bucket {
    const bucket = this.spare.pop() ?? new Bucket(this.states);
    bucket.index = index;
    this.buckets.set(index, bucket);
    if (this.earliest !== undefined && index < this.earliest.index) this.earliest = undefined;
    this.order.add(index);
    return bucket;
  }

  /** The bucket that is next, sorted and with something in it; `undefined` when nothing waits. */
  first(): Bucket | undefined {
    const { earliest } = this;
    if (earliest !== undefined && earliest.isSorted && earliest.head < earliest.size) return earliest;
    return this.findFirst();
  }

  private findFirst(): Bucket | undefined {
    const { order, buckets } = this;
    while (order.size > 0) {
      const bucket = buckets.get(order.first!)!;
      if (bucket.head < bucket.size) {
        if (!bucket.isSorted) bucket.sort();
        this.earliest = bucket;
        this.states.lookAhead(bucket.slots, bucket.head, bucket.size);
        return bucket;
      }
      this.close(bucket);
    }
    return undefined;
  }

  private close(bucket: Bucket): void {
    const { order, buckets } = this;
    buckets.delete(bucket.index);
    if (this.newest === bucket) this.newest = undefined;
    if (this.earliest === bucket) this.earliest = undefined;
    bucket.clear();
    if (this.spare.length < SPARE) this.spare.push(bucket);
    order.drop();
  }

  /** Calls back with all that waits, in any order. */
  each(visit: (entry: Entry, event: CityEvent, arrived: number) => void): void {
    for (const { events, slots, arrived, head, size } of this.buckets.values()) {
      for (let i = head; i < size; i++) visit(this.states.entries[slots[i]!]!, events[i]!, arrived[i]!);
    }
  }

  /** What waits now, to be looked at later. */
  copy(): WaitingEvents {
    return [...this.buckets.values()].map(({ events, slots, arrived, head, size }) => ({
      events: events.slice(head, size),
      keys: Array.from(slots.subarray(head, size), (slot) => this.states.entries[slot]!.key),
      arrived: arrived.slice(head, size),
    }));
  }

  clear(): void {
    this.waiting.fill(0);
    this.buckets.clear();
    this.order.clear();
    this.newest = this.earliest = undefined;
  }

  /** Takes out all that waits for a key, by time. */
  takeAllOf(slot: number): { event: CityEvent; arrived: number }[] {
    const taken: { event: CityEvent; arrived: number }[] = [];
    for (const bucket of this.buckets.values()) bucket.takeAllOf(slot, taken);
    this.waiting[slot] = 0;
    return taken.sort((a, b) => (isBefore(a.event, b.event) ? -1 : 1));
  }
}
