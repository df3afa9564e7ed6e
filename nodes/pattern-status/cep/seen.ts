/**
 * What is remembered of the streams of events: how far each has come, and the ids that came last. In arrays over all
 * streams, because objects of two hundred thousand streams lie all over the memory.
 */
import type { CityEvent } from '../../ecdm/event';

/** Ids are remembered this long behind the newest event: sources read again what lies around their saved position, */
const HORIZON = 15 * 60_000;
/** and at least so many, because that overlap is longer for sources that speak once an hour. */
const LEAST = 32;
/** But never more than so many of one stream, */
const MOST = 1024;
/** nor more room than for so many of all together; further ones push out the oldest of their own stream. */
const MOST_OF_ALL = 4_000_000;

/** Ids of one stream that lie side by side: a line of the processor's memory. */
const CHUNK = 8;
const NONE = -1;
const UNWANTED = -2;

/** What is known of a stream, in numbers. */
const enum Field {
  /** Newest event time. */
  Newest,
  /** Place of the key that its last event counted for, so that it need not be looked for, */
  Slot,
  /** as it was before so many keys were forgotten. */
  Epoch,
}
const FIELDS = 4;

/** Is told of a stream before it changes. */
export interface StreamSaving {
  touchStream(stream: string, at: number): void;
  isNewStream(stream: string, at: number): void;
}

/**
 * The last ids of every stream: the lower 32 bits of their times (seven weeks, more than any horizon) and 32 bits of the
 * ids. Texts are not kept, because they would keep the memory of every event busy long after it is done with; two events
 * of one stream and one millisecond whose ids differ are taken for one once in four thousand million times.
 * Each stream has a chain of chunks; the oldest chunk is given up as a whole.
 */
class RecentIds {
  /** Time, id, time, id ... of all chunks. */
  private pairs = new Int32Array(2 * CHUNK * 64);
  /** The chunk behind it in the chain, or in the list of free ones. */
  private next = new Int32Array(64);
  private made = 0;
  private free = NONE;
  /** The stream that had to give last. */
  private hand = 0;

  // by stream
  private first = new Int32Array(64).fill(NONE);
  private last = new Int32Array(64).fill(NONE);
  private count = new Int32Array(64);

  add(stream: number, time: number, hash: number): void {
    if (stream >= this.count.length) this.growStreams(stream);
    const count = this.count[stream]!;
    const inChunk = count & (CHUNK - 1);
    if (inChunk === 0) this.openChunk(stream, time);
    const at = 2 * (CHUNK * this.last[stream]! + inChunk);
    this.pairs[at] = time;
    this.pairs[at + 1] = hash;
    this.count[stream]!++;
  }

  /** Adds a chunk at the end, and gives up what is too old or too much at the beginning. */
  private openChunk(stream: number, time: number): void {
    while (this.count[stream]! > LEAST && this.isOver(this.first[stream]!, time)) this.drop(stream);
    if (this.count[stream]! >= MOST) this.drop(stream);
    let chunk = this.free;
    if (chunk !== NONE) this.free = this.next[chunk]!;
    else if (this.made * CHUNK < MOST_OF_ALL) {
      chunk = this.made++;
      if (chunk >= this.next.length) this.growChunks();
    } else if (this.count[stream]! > 0) {
      this.drop(stream);
      chunk = this.free;
      this.free = this.next[chunk]!;
    } else chunk = this.takeFromAny();
    this.next[chunk] = NONE;
    if (this.count[stream] === 0) this.first[stream] = chunk;
    else this.next[this.last[stream]!] = chunk;
    this.last[stream] = chunk;
  }

  /** The newest of a full chunk lies behind the horizon. */
  private isOver(chunk: number, time: number): boolean {
    return ((time | 0) - this.pairs[2 * (CHUNK * chunk + CHUNK - 1)]!) >>> 0 > HORIZON;
  }

  private drop(stream: number): void {
    const chunk = this.first[stream]!;
    this.first[stream] = this.next[chunk]!;
    this.count[stream]! -= CHUNK;
    this.next[chunk] = this.free;
    this.free = chunk;
  }

  /** There is no room, and the stream has nothing to give: the next one that has something gives its oldest. */
  private takeFromAny(): number {
    do this.hand = (this.hand + 1) % this.count.length;
    while (this.count[this.hand] === 0);
    if (this.count[this.hand]! > CHUNK) this.drop(this.hand);
    else this.forget(this.hand);
    const chunk = this.free;
    this.free = this.next[chunk]!;
    return chunk;
  }

  has(stream: number, time: number, hash: number): boolean {
    const { pairs, next } = this;
    let left = this.count[stream] ?? 0;
    for (let chunk = this.first[stream]!; left > 0; chunk = next[chunk]!) {
      const from = 2 * CHUNK * chunk;
      const to = from + 2 * Math.min(CHUNK, left);
      for (let at = from; at < to; at += 2) if (pairs[at] === (time | 0) && pairs[at + 1] === hash) return true;
      left -= CHUNK;
    }
    return false;
  }

  /** Those of a stream that are held, in the order in which they came. */
  each(stream: number, tell: (hash: number, time: number) => void): void {
    let left = this.count[stream] ?? 0;
    for (let chunk = this.first[stream]!; left > 0; chunk = this.next[chunk]!) {
      const from = 2 * CHUNK * chunk;
      for (let i = 0; i < Math.min(CHUNK, left); i++) tell(this.pairs[from + 2 * i + 1]!, this.pairs[from + 2 * i]!);
      left -= CHUNK;
    }
  }

  forget(stream: number): void {
    if (stream >= this.count.length) return;
    while (this.count[stream]! > 0) {
      const chunk = this.first[stream]!;
      this.first[stream] = this.next[chunk]!;
      this.next[chunk] = this.free;
      this.free = chunk;
      this.count[stream] = Math.max(0, this.count[stream]! - CHUNK);
    }
  }

  private growStreams(stream: number): void {
    const size = Math.max(2 * this.count.length, stream + 1);
    this.first = longer(this.first, size);
    this.last = longer(this.last, size);
    this.count = longer(this.count, size);
  }

  private growChunks(): void {
    this.next = longer(this.next, 2 * this.next.length);
    this.pairs = longer(this.pairs, 2 * this.pairs.length);
  }
}

function longer(numbers: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(size);
  more.set(numbers);
  return more;
}

/**
 * The streams of events and what came from each. Two sensors of one station at one moment may have the same id: they are
 * two events, so that ids are looked for within a stream only. Bounded: the stream that came first is forgotten first.
 */
export class SeenStreams {
  private readonly streams = new Map<string, number>();
  private readonly recent = new RecentIds();
  private readonly free: number[] = [];
  /** By stream, its {@link Field}s: what one event needs lies together in the processor's memory. */
  private records = new Float64Array(64 * FIELDS);
  /** By stream, the key that its last event counted for, and {@link Field.Slot} the place of it. */
  private readonly keys: (string | undefined)[] = [];
  /** Slots that were noted before the last key was forgotten say nothing any more. */
  private epoch = 0;
  /** What is written meanwhile, and must know what is about to change. */
  saving: StreamSaving | undefined;
  /** By place in the batch, the number of the stream where it is known beforehand, or {@link UNWANTED}. */
  private ahead = new Int32Array(64);
  /** Numbers that were found before a stream was forgotten say nothing any more. */
  private forgotten = false;
  /** What is read beforehand is counted, so that no compiler leaves the reading out. */
  private touched = 0;

  /** @param most streams that are remembered at most */
  constructor(private readonly most: number) {}

  /**
   * Looks up the streams of a batch beforehand. What is remembered of many streams lies all over the memory: in short
   * loops the processor fetches it for many events at a time, while the work on one event would wait for each fetch.
   * @param wanted names of the events that matter
   */
  lookAhead(events: readonly CityEvent[], wanted: ReadonlySet<string>): void {
    const { length } = events;
    if (length > this.ahead.length) this.ahead = new Int32Array(2 * length);
    const { ahead, streams } = this;
    for (let i = 0; i < length; i++) {
      const event = events[i]!;
      ahead[i] = wanted.has(event.event) ? (streams.get(event.stream) ?? NONE) : UNWANTED;
    }
    this.forgotten = false;
    this.touched = 0;
    for (let i = 0; i < length; i++) this.touch(ahead[i]!);
  }

  /** Reads what will be needed of a stream. */
  private touch(at: number): void {
    if (at < 0) return;
    if (this.records[FIELDS * at]! > 0 && this.keys[at] !== undefined) this.touched++;
  }

  /** Whether an event of the batch that was looked at beforehand matters at all. */
  isWanted(place: number): boolean {
    return this.ahead[place] !== UNWANTED;
  }

  /** The number of a stream, which was looked up beforehand at a place of its batch. */
  ofBatch(place: number, stream: string): number {
    const at = this.forgotten ? NONE : this.ahead[place]!;
    if (at === NONE) return this.of(stream);
    if (this.saving !== undefined) this.saving.touchStream(stream, at);
    return at;
  }

  /** The number of a stream; valid until the next new one. */
  of(stream: string): number {
    const at = this.streams.get(stream);
    if (at === undefined) return this.begin(stream);
    if (this.saving !== undefined) this.saving.touchStream(stream, at);
    return at;
  }

  private begin(stream: string): number {
    if (this.streams.size >= this.most) this.forgetOldest();
    const at = this.free.pop() ?? this.streams.size;
    if (FIELDS * at >= this.records.length) {
      const records = new Float64Array(2 * FIELDS * at);
      records.set(this.records);
      this.records = records;
    }
    const record = FIELDS * at;
    this.records[record + Field.Newest] = -Infinity;
    this.records[record + Field.Slot] = NONE;
    this.keys[at] = undefined;
    this.streams.set(stream, at);
    this.saving?.isNewStream(stream, at);
    return at;
  }

  private forgetOldest(): void {
    this.forgotten = true;
    for (const [stream, at] of this.streams) {
      this.saving?.touchStream(stream, at);
      this.recent.forget(at);
      this.streams.delete(stream);
      this.free.push(at);
      return;
    }
  }

  get size(): number {
    return this.streams.size;
  }

  /** Numbers that were ever given; they begin with 0. */
  get numbers(): number {
    return this.keys.length;
  }

  /** Newest event time of a stream: lateness is judged by it. */
  newest(at: number): number {
    return this.records[FIELDS * at + Field.Newest]!;
  }
  setNewest(at: number, time: number): void {
    this.records[FIELDS * at + Field.Newest] = time;
  }

  /** Place of the key that the last event of the stream counted for, if it was this one; -1 otherwise. */
  slotFor(at: number, key: string): number {
    const { records } = this;
    const record = FIELDS * at;
    return this.keys[at] === key && records[record + Field.Epoch] === this.epoch ? records[record + Field.Slot]! : NONE;
  }
  setSlot(at: number, key: string, slot: number): void {
    const record = FIELDS * at;
    this.keys[at] = key;
    this.records[record + Field.Slot] = slot;
    this.records[record + Field.Epoch] = this.epoch;
  }

  /** A key was forgotten: another one may take its place. */
  forgetSlots(): void {
    this.epoch++;
  }

  /**
   * Takes note of an event.
   * @returns true where it was seen before; only one that is not newer than all before it can be
   */
  isRepeated(at: number, event: CityEvent): boolean {
    const hash = hashOf(event.id);
    if (event.time <= this.newest(at) && this.recent.has(at, event.time, hash)) return true;
    this.recent.add(at, event.time, hash);
    return false;
  }

  all(): Iterable<[stream: string, at: number]> {
    return this.streams;
  }

  /** Ids that are remembered of a stream: hash, lower bits of the time, hash ... */
  idsOf(at: number): number[] {
    const ids: number[] = [];
    this.recent.each(at, (hash, time) => ids.push(hash, time));
    return ids;
  }

  restore(stream: string, newest: number | null, ids: readonly number[]): void {
    const at = this.of(stream);
    this.setNewest(at, newest ?? -Infinity);
    for (let i = 0; i < ids.length; i += 2) this.recent.add(at, ids[i + 1]!, ids[i]!);
  }
}

/** FNV-1a, as a signed number of 32 bits. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash | 0;
}
