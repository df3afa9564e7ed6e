/**
 * Values of a window (t - over, t] and their summary, kept up to date value by value: readings of an event, or events of
 * a pattern. They are bounded; the oldest are left out first.
 */
import type { AggregateMethod } from './definition';
import { accumulatorFor, type Accumulator } from './accumulators';

export const MOST_SAMPLES = 100_000;
/** Sources whose last value before the window is remembered, for the methods that weigh by time. */
const MOST_SOURCES = 10_000;

export type Sample = number | string | boolean;

/** Methods that follow each source by itself and then take the mean over the sources. */
const BY_SOURCE: ReadonlySet<AggregateMethod> = new Set([
  'time-weighted average',
  'share of time true',
  'rate of change',
]);

export class SampleWindow {
  readonly times: number[] = [];
  readonly values: Sample[] = [];
  readonly ids: string[] = [];
  /** Source of each sample; kept only for the methods that need it. */
  readonly sources: string[] = [];
  /** First sample that is still held. */
  private start = 0;
  /** First sample that is part of the current window. */
  private head = 0;
  private readonly accumulator: Accumulator | undefined;
  private readonly bySource: boolean;
  /** Last value of each source before what is held. */
  private readonly carry = new Map<string, { time: number; value: Sample }>();
  private dirty = false;
  private evictions = 0;
  /** Samples were left out because there were too many. */
  overflow = false;

  constructor(
    readonly method: AggregateMethod,
    private readonly percentile = 50,
    private readonly most = MOST_SAMPLES,
  ) {
    this.accumulator = accumulatorFor(method, percentile);
    this.bySource = BY_SOURCE.has(method);
  }

  /** Samples in the current window. */
  get size(): number {
    return this.times.length - this.head;
  }

  /** Samples that are held. */
  get held(): number {
    return this.times.length - this.start;
  }

  /** Time of the oldest sample of the current window; `Infinity` where there is none. */
  get oldest(): number {
    return this.times[this.head] ?? Infinity;
  }

  /** Time of the newest sample. */
  get newest(): number {
    return this.times.length > this.start ? this.times[this.times.length - 1]! : -Infinity;
  }

  add(time: number, value: Sample, id: string, source: string): void {
    const { times } = this;
    if (times.length - this.start >= this.most) {
      this.overflow = true;
      if (this.head <= this.start) this.moveHead(this.start + 1);
      this.forget(this.start + 1);
    }
    let at = times.length;
    if (at === this.start || times[at - 1]! <= time) {
      times.push(time);
      this.values.push(value);
      this.ids.push(id);
      if (this.bySource) this.sources.push(source);
      if (!this.dirty) this.accumulator?.add(value, at);
      return;
    }
    while (at > this.start && times[at - 1]! > time) at--;
    times.splice(at, 0, time);
    this.values.splice(at, 0, value);
    this.ids.splice(at, 0, id);
    if (this.bySource) this.sources.splice(at, 0, source);
    if (at < this.head) this.head++;
    // all behind it have another place now, by which an extreme is known
    this.dirty = true;
  }

  /**
   * The summary of (from, to]; `to` must not lie before the newest sample.
   * @returns `undefined` where there are too few readings for the method
   */
  result(from: number, to: number): Sample | undefined {
    let head = this.head;
    while (head < this.times.length && this.times[head]! <= from) head++;
    this.moveHead(head);
    if (this.bySource) return this.weigh(this.head, this.times.length, from, to);
    if (this.accumulator === undefined) return plain(this.method, this.values, this.head, this.times.length);
    if (this.dirty || this.evictions > this.size + 64) this.rebuild();
    return this.accumulator.result();
  }

  /** The summary of any (from, to] among the samples that are held, without touching the current window. */
  resultAt(from: number, to: number): Sample | undefined {
    let low = this.start;
    while (low < this.times.length && this.times[low]! <= from) low++;
    let high = low;
    while (high < this.times.length && this.times[high]! <= to) high++;
    if (this.bySource) return this.weigh(low, high, from, to);
    const fresh = accumulatorFor(this.method, this.accumulator?.parameter);
    if (fresh === undefined) return plain(this.method, this.values, low, high);
    for (let i = low; i < high; i++) fresh.add(this.values[i]!, i);
    return fresh.result();
  }

  /** How many samples lie in (from, to]. */
  countIn(from: number, to: number): number {
    let n = 0;
    for (let i = this.times.length - 1; i >= this.start && this.times[i]! > from; i--) if (this.times[i]! <= to) n++;
    return n;
  }

  /** Ids of the newest samples in (from, to], at most `most`, in order of time. */
  newestIds(from: number, to: number, most: number): string[] {
    const found: string[] = [];
    for (let i = this.times.length - 1; i >= this.start && this.times[i]! > from && found.length < most; i--) {
      if (this.times[i]! <= to) found.push(this.ids[i]!);
    }
    return found.reverse();
  }

  /** Lets go of samples up to and including `until`, which no window needs any more. */
  release(until: number): void {
    let start = this.start;
    while (start < this.head && this.times[start]! <= until) start++;
    this.forget(start);
  }

  private forget(start: number): void {
    if (this.bySource) {
      for (let i = this.start; i < start; i++) {
        const source = this.sources[i]!;
        if (this.carry.size >= MOST_SOURCES && !this.carry.has(source)) continue;
        this.carry.set(source, { time: this.times[i]!, value: this.values[i]! });
      }
    }
    this.start = start;
    // the arrays are cut now and then, not at every sample
    if (this.start > 256 && this.start > this.times.length / 2) {
      const cut = this.start;
      this.times.splice(0, cut);
      this.values.splice(0, cut);
      this.ids.splice(0, cut);
      if (this.bySource) this.sources.splice(0, cut);
      this.start = 0;
      this.head = Math.max(0, this.head - cut);
      this.dirty = true;
    }
  }

  private moveHead(head: number): void {
    if (this.accumulator !== undefined && !this.dirty) {
      for (let i = this.head; i < head; i++) this.accumulator.remove(this.values[i]!, i);
      this.evictions += head - this.head;
      if (head > this.head && this.accumulator.isLost === true) this.dirty = true;
    }
    this.head = head;
  }

  /** Sums drift when values are taken out again; starting afresh now and then keeps them exact and costs O(1) each. */
  private rebuild(): void {
    this.accumulator!.reset();
    for (let i = this.head; i < this.times.length; i++) this.accumulator!.add(this.values[i]!, i);
    this.dirty = false;
    this.evictions = 0;
  }

  /** Follows each source by itself and takes the mean over them. */
  private weigh(low: number, high: number, from: number, to: number): number | undefined {
    const tracks = new Map<string, Track>();
    const number = this.method === 'share of time true' ? truth : Number;
    if (this.method !== 'rate of change') {
      // what was known before the window holds until the first reading inside
      for (const [source, { value }] of this.carry) tracks.set(source, new Track(from, number(value)));
      for (let i = this.start; i < low; i++) tracks.set(this.sources[i]!, new Track(from, number(this.values[i]!)));
    }
    for (let i = low; i < high; i++) {
      const track = tracks.get(this.sources[i]!);
      const x = number(this.values[i]!);
      if (track === undefined) tracks.set(this.sources[i]!, new Track(this.times[i]!, x));
      else track.add(this.times[i]!, x);
    }
    let sum = 0;
    let n = 0;
    for (const track of tracks.values()) {
      const one = this.method === 'rate of change' ? track.rate() : track.mean(to);
      if (one === undefined) continue;
      sum += one;
      n++;
    }
    return n === 0 ? undefined : sum / n;
  }

  copy(): SampleWindow {
    const copy = new SampleWindow(this.method, this.percentile, this.most);
    copy.load(this.save());
    copy.overflow = this.overflow;
    return copy;
  }

  // ---- for snapshots

  save(): WindowSnapshot {
    const { start } = this;
    return {
      t: this.times.slice(start),
      v: this.values.slice(start),
      i: this.ids.slice(start),
      s: this.bySource ? this.sources.slice(start) : [],
      h: this.head - start,
      c: [...this.carry].map(([source, { time, value }]) => [source, time, value]),
    };
  }

  load(kept: WindowSnapshot): void {
    for (const [i, time] of kept.t.entries()) {
      this.times.push(time);
      this.values.push(kept.v[i]!);
      this.ids.push(kept.i[i]!);
      if (this.bySource) this.sources.push(kept.s[i] ?? '');
    }
    this.head = kept.h;
    for (const [source, time, value] of kept.c) this.carry.set(source, { time, value });
    this.dirty = true;
  }
}

export interface WindowSnapshot {
  t: number[];
  v: Sample[];
  i: string[];
  s: string[];
  h: number;
  c: [string, number, Sample][];
}

/** One source inside a window, as a line of steps: each value holds until the next one. */
class Track {
  private area = 0;
  private readonly firstTime: number;
  private readonly firstValue: number;

  constructor(
    private time: number,
    private value: number,
  ) {
    this.firstTime = time;
    this.firstValue = value;
  }

  add(time: number, value: number): void {
    this.area += this.value * (time - this.time);
    this.time = time;
    this.value = value;
  }

  mean(to: number): number | undefined {
    const span = to - this.firstTime;
    if (span <= 0) return this.value;
    return (this.area + this.value * (to - this.time)) / span;
  }

  /** Change per hour between the first and the last reading. */
  rate(): number | undefined {
    const span = this.time - this.firstTime;
    return span <= 0 ? undefined : ((this.value - this.firstValue) * 3_600_000) / span;
  }
}

function truth(value: Sample): number {
  return Number(typeof value === 'string' ? /^(?:true|on|yes|1)$/i.test(value) : value !== false && value !== 0);
}

function plain(method: AggregateMethod, values: readonly Sample[], low: number, high: number): Sample | undefined {
  if (method === 'count') return high - low;
  if (high <= low) return undefined;
  return method === 'first' ? values[low] : values[high - 1];
}
