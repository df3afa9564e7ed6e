/**
 * What is remembered of the streams of events: how far each has come, and the ids that came last. In arrays over all
 * streams, because objects of two hundred thousand streams lie all over the memory.
 */
import type { CityEvent } from '../../ecdm/event';
import { HORIZON, RecentIds, ROW } from './recent-ids';

const NONE = -1;
const UNWANTED = -2;
/** What is remembered of fewer streams lies near the processor anyway. */
const MANY = 8192;

/** What is known of a stream lies in a row of {@link ROW} whole numbers; the newest event time takes two of them. */
const TIMES = ROW / 2;
const enum Field {
  /** Place of the key that its last event counted for, so that it need not be looked for, */
  Slot = 2,
  /** as it was before so many keys were forgotten. */
  Epoch = 3,
}

/** Is told of a stream before it changes. */
export interface StreamSaving {
  touchStream(stream: string, at: number): void;
  isNewStream(stream: string, at: number): void;
}

/** Times of ids are kept in 32 bits. */
const LONGEST = 2 ** 31 - 1;

/**
 * The streams of events and what came from each. Two sensors of one station at one moment may have the same id: they are
 * two events, so that ids are looked for within a stream only. Bounded: the stream that came first is forgotten first.
 */
export class SeenStreams {
  private readonly streams = new Map<string, number>();
  private readonly free: number[] = [];
  /** By stream, its row: what one event needs lies together in the processor's memory. */
  private rows = new Int32Array(64 * ROW);
  /** The same as pairs of them: the first is the newest event time. */
  private times = new Float64Array(this.rows.buffer);
  private readonly recent: RecentIds;
  /** By stream, the key that its last event counted for, and {@link Field.Slot} the place of it. */
  private readonly keys: string[] = [];
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

  /**
   * @param most streams that are remembered at most
   * @param lateness how late an event may be
   */
  constructor(
    private readonly most: number,
    lateness = 0,
  ) {
    this.recent = new RecentIds(this.rows, Math.min(LONGEST, Math.max(HORIZON, lateness)));
  }

  /**
   * Looks up the streams of a batch beforehand. What is remembered of many streams lies all over the memory: in short
   * loops the processor fetches it for many events at a time, while the work on one event would wait for each fetch.
   * @param wanted names of the events that matter
   */
  lookAhead(events: readonly CityEvent[], wanted: ReadonlySet<string>): void {
    const { length } = events;
    if (length > this.ahead.length) this.ahead = new Int32Array(2 * length);
    const { ahead, streams } = this;
    this.forgotten = false;
    for (let i = 0; i < length; i++) ahead[i] = wanted.has(events[i]!.event) ? NONE : UNWANTED;
    if (streams.size >= MANY) this.touchTexts(events);
    for (let i = 0; i < length; i++) if (ahead[i] === NONE) ahead[i] = streams.get(events[i]!.stream) ?? NONE;
    if (streams.size >= MANY) for (let i = 0; i < length; i++) this.touch(ahead[i]!);
  }

  /** Reads what the look-up of those that are wanted needs of their texts. */
  private touchTexts(events: readonly CityEvent[]): void {
    let sum = 0;
    for (let i = 0; i < events.length; i++) {
      if (this.ahead[i] === NONE) sum += events[i]!.stream.length + events[i]!.key.length;
    }
    this.touched = sum;
  }

  /** Reads what will be needed of a stream. */
  private touch(at: number): void {
    if (at < 0) return;
    if (this.times[TIMES * at]! > 0 && this.keys[at] !== '') this.touched += this.recent.touch(at) & 1;
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
    if (ROW * at >= this.rows.length) this.grow();
    this.times[TIMES * at] = -Infinity;
    this.rows[ROW * at + Field.Slot] = NONE;
    this.keys[at] = '';
    this.streams.set(stream, at);
    this.saving?.isNewStream(stream, at);
    return at;
  }

  private grow(): void {
    const rows = new Int32Array(2 * this.rows.length);
    rows.set(this.rows);
    this.rows = rows;
    this.times = new Float64Array(rows.buffer);
    this.recent.moveTo(rows);
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
    return this.times[TIMES * at]!;
  }
  setNewest(at: number, time: number): void {
    this.times[TIMES * at] = time;
  }

  /** Place of the key that the last event of the stream counted for, if it was this one; -1 otherwise. */
  slotFor(at: number, key: string): number {
    const { rows } = this;
    const row = ROW * at;
    return this.keys[at] === key && rows[row + Field.Epoch] === this.epoch ? rows[row + Field.Slot]! : NONE;
  }
  setSlot(at: number, key: string, slot: number): void {
    const row = ROW * at;
    this.keys[at] = key;
    this.rows[row + Field.Slot] = slot;
    this.rows[row + Field.Epoch] = this.epoch;
  }

  /** A key was forgotten: another one may take its place. */
  forgetSlots(): void {
    this.epoch = (this.epoch + 1) | 0;
  }

  /**
   * Takes note of an event.
   * @returns true where it was seen before; only one that is not newer than all before it can be
   */
  isRepeated(at: number, event: CityEvent): boolean {
    const { time } = event;
    const hash = hashOf(event.id);
    const newest = this.newest(at);
    if (time <= newest && this.recent.has(at, time, hash)) return true;
    this.recent.add(at, time, hash, newest);
    return false;
  }

  /** Takes note of an event that counts, whatever was seen before. */
  note(event: CityEvent): void {
    const at = this.of(event.stream);
    this.isRepeated(at, event);
    if (event.time > this.newest(at)) this.setNewest(at, event.time);
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
    // of their times only the lower bits were kept; they lie near the newest
    const whole = (low: number): number => (newest === null ? low : newest + ((low - newest) | 0));
    for (let i = 0; i < ids.length; i += 2) this.recent.add(at, whole(ids[i + 1]!), ids[i]!, this.newest(at));
  }
}

/**
 * FNV-1a of the even places and of the odd ones, as one signed number of 32 bits: the processor works on both at a time,
 * while each step of one waits for the step before.
 */
function hashOf(id: string): number {
  let even = 0x811c9dc5;
  let odd = id.length;
  const last = id.length - 1;
  for (let i = 0; i < last; i += 2) {
    even = Math.imul(even ^ id.charCodeAt(i), 0x01000193);
    odd = Math.imul(odd ^ id.charCodeAt(i + 1), 0x01000193);
  }
  if ((last & 1) === 0) even = Math.imul(even ^ id.charCodeAt(last), 0x01000193);
  return even ^ Math.imul(odd, 0x85ebca6b);
}
