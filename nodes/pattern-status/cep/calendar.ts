/**
 * Events that wait for the clock of their source, in the order of event time over all keys. They come nearly in order, so
 * that they are put into short stretches of time (buckets), each nearly sorted: an event costs a look at the one before it.
 */
import type { CityEvent } from '../../ecdm/event';
import { isBefore, type Entry } from './entry';

/** An event that is this many places late within its bucket is not moved there: the bucket is sorted when its time comes. */
const FAR = 256;
/** Empty buckets that are kept for later. */
const SPARE = 64;

/** Events that wait, with their keys and when they came; there are gaps. */
export interface WaitingEvents {
  readonly events: readonly (CityEvent | undefined)[];
  readonly entries: readonly (Entry | undefined)[];
  readonly arrived: Float64Array;
}

class Bucket {
  index = 0;
  /** Places in the pool, by time; the first `head` are done with. */
  items = new Int32Array(16);
  size = 0;
  head = 0;
  isSorted = true;
  /** Up to here equal times are in their final order. */
  ordered = 0;

  push(item: number): void {
    if (this.size === this.items.length) {
      const items = new Int32Array(2 * this.size);
      items.set(this.items);
      this.items = items;
    }
    this.items[this.size++] = item;
  }
}

export class Calendar {
  // the pool of waiting events
  private readonly events: (CityEvent | undefined)[] = [];
  private readonly entries: (Entry | undefined)[] = [];
  private times = new Float64Array(1024);
  private arrived = new Float64Array(1024);
  private readonly free: number[] = [];

  private readonly buckets = new Map<number, Bucket>();
  /** Indexes of the buckets, as a binary heap. */
  private readonly order: number[] = [];
  private readonly spare: Bucket[] = [];
  private newest: Bucket | undefined;

  /** @param width length of a bucket in milliseconds */
  constructor(private readonly width: number) {}

  /** @param arrived wall time at which it came */
  add(entry: Entry, event: CityEvent, arrived: number): void {
    const item = this.item(entry, event, arrived);
    const index = Math.floor(event.time / this.width);
    let bucket = this.newest;
    if (bucket?.index !== index) {
      bucket = this.buckets.get(index) ?? this.open(index);
      this.newest = bucket;
    }
    this.insert(bucket, item);
    entry.waits++;
  }

  private item(entry: Entry, event: CityEvent, arrived: number): number {
    const item = this.free.pop() ?? this.events.length;
    if (item >= this.times.length) {
      this.times = doubled(this.times);
      this.arrived = doubled(this.arrived);
    }
    this.events[item] = event;
    this.entries[item] = entry;
    this.times[item] = event.time;
    this.arrived[item] = arrived;
    return item;
  }

  private open(index: number): Bucket {
    const bucket = this.spare.pop() ?? new Bucket();
    bucket.index = index;
    this.buckets.set(index, bucket);
    const { order } = this;
    let at = order.length;
    while (at > 0 && order[(at - 1) >> 1]! > index) {
      order[at] = order[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    order[at] = index;
    return bucket;
  }

  private insert(bucket: Bucket, item: number): void {
    const { times } = this;
    const time = times[item]!;
    let at = bucket.size;
    const { items, head } = bucket;
    if (at > head && times[items[at - 1]!]! > time) {
      const stop = Math.max(head, at - FAR);
      while (at > stop && times[items[at - 1]!]! > time) at--;
      if (at === stop && at > head) bucket.isSorted = false;
    }
    bucket.push(item);
    if (bucket.isSorted && at < bucket.size - 1) {
      bucket.items.copyWithin(at + 1, at, bucket.size - 1);
      bucket.items[at] = item;
    }
    if (at < bucket.ordered) bucket.ordered = head;
  }

  /** Time of the event that is next; Infinity when there is none. */
  get nextTime(): number {
    const bucket = this.first();
    return bucket === undefined ? Infinity : this.times[bucket.items[bucket.head]!]!;
  }

  /** The key of the event that is next; there is one. Of equal times the key that is first by its text. */
  get nextEntry(): Entry {
    const bucket = this.first()!;
    if (bucket.head >= bucket.ordered) this.orderInstant(bucket);
    return this.entries[bucket.items[bucket.head]!]!;
  }

  /** Takes out the events that come next and are of one key and one time. */
  take(into: CityEvent[]): void {
    const entry = this.nextEntry;
    const bucket = this.first()!;
    const time = this.nextTime;
    into.length = 0;
    while (bucket.head < bucket.size) {
      const item = bucket.items[bucket.head]!;
      if (this.entries[item] !== entry || this.times[item] !== time) break;
      into.push(this.events[item]!);
      this.release(item);
      bucket.head++;
    }
    entry.waits -= into.length;
  }

  private release(item: number): void {
    this.events[item] = undefined;
    this.entries[item] = undefined;
    this.free.push(item);
  }

  /** The bucket that is next, with something in it. */
  private first(): Bucket | undefined {
    const { order, buckets } = this;
    while (order.length > 0) {
      const bucket = buckets.get(order[0]!)!;
      if (bucket.head < bucket.size) {
        if (!bucket.isSorted) this.sort(bucket);
        return bucket;
      }
      this.close(bucket);
    }
    return undefined;
  }

  private sort(bucket: Bucket): void {
    const { times } = this;
    bucket.items.subarray(bucket.head, bucket.size).sort((a, b) => times[a]! - times[b]!);
    bucket.isSorted = true;
    bucket.ordered = bucket.head;
  }

  /** Events of one time go by key, and within a key as {@link isBefore} says. */
  private orderInstant(bucket: Bucket): void {
    const { times, events, entries } = this;
    const { items, head, size } = bucket;
    const time = times[items[head]!]!;
    let to = head + 1;
    while (to < size && times[items[to]!] === time) to++;
    bucket.ordered = to;
    if (to === head + 1) return;
    items.subarray(head, to).sort((a, b) => {
      const one = entries[a]!;
      const other = entries[b]!;
      if (one !== other) return one.key < other.key ? -1 : 1;
      return isBefore(events[a]!, events[b]!) ? -1 : 1;
    });
  }

  private close(bucket: Bucket): void {
    const { order, buckets } = this;
    buckets.delete(bucket.index);
    if (this.newest === bucket) this.newest = undefined;
    bucket.head = bucket.size = bucket.ordered = 0;
    bucket.isSorted = true;
    if (this.spare.length < SPARE) this.spare.push(bucket);
    const last = order.pop()!;
    if (order.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= order.length) break;
      if (child + 1 < order.length && order[child + 1]! < order[child]!) child++;
      if (order[child]! >= last) break;
      order[at] = order[child]!;
      at = child;
    }
    order[at] = last;
  }

  /** Calls back with all that waits, in any order. */
  each(visit: (entry: Entry, event: CityEvent, arrived: number) => void): void {
    for (let item = 0; item < this.events.length; item++) {
      const event = this.events[item];
      if (event !== undefined) visit(this.entries[item]!, event, this.arrived[item]!);
    }
  }

  /** What waits now, to be looked at later. */
  copy(): WaitingEvents {
    const { events, entries, arrived } = this;
    return { events: events.slice(), entries: entries.slice(), arrived: arrived.slice(0, events.length) };
  }

  clear(): void {
    for (const entry of this.entries) if (entry !== undefined) entry.waits = 0;
    this.events.length = this.entries.length = this.free.length = this.order.length = 0;
    this.buckets.clear();
    this.newest = undefined;
  }

  /** Takes out all that waits for a key, by time. */
  takeAllOf(entry: Entry): { event: CityEvent; arrived: number }[] {
    const taken: { event: CityEvent; arrived: number }[] = [];
    for (const bucket of this.buckets.values()) {
      let kept = bucket.head;
      for (let i = bucket.head; i < bucket.size; i++) {
        const item = bucket.items[i]!;
        if (this.entries[item] !== entry) bucket.items[kept++] = item;
        else {
          taken.push({ event: this.events[item]!, arrived: this.arrived[item]! });
          this.release(item);
        }
      }
      bucket.size = kept;
      bucket.ordered = bucket.head;
    }
    entry.waits = 0;
    return taken.sort((a, b) => (isBefore(a.event, b.event) ? -1 : 1));
  }
}

function doubled(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
