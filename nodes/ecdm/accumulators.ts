/** Summaries that take one value in or out in constant or logarithmic time. */
import type { AggregateMethod } from './definition';
import type { Sample } from './sample-window';

export interface Accumulator {
  /** Percentile, where it has one. */
  readonly parameter?: number;
  /** @param index place of the value among the samples; grows */
  add(value: Sample, index: number): void;
  /** Takes out the oldest value. */
  remove(value: Sample, index: number): void;
  /** What was taken out has left nothing from which to go on: it must be counted afresh. */
  readonly isLost?: boolean;
  result(): Sample | undefined;
  reset(): void;
}

/** `undefined` for the methods that the window answers by itself. */
export function accumulatorFor(method: AggregateMethod, percentile = 50): Accumulator | undefined {
  switch (method) {
    case 'average':
      return new Sums(false, true);
    case 'sum':
      return new Sums(false, false);
    case 'energy average':
      return new Sums(true, true);
    case 'standard deviation':
      return new Deviation();
    case 'min':
      return new Extreme(-1);
    case 'max':
      return new Extreme(1);
    case 'range':
      return new Range();
    case 'median':
      return new Ranked(50);
    case 'percentile':
      return new Ranked(percentile);
    case 'distinct count':
      return new Distinct();
    default:
      return undefined;
  }
}

/** What is larger is no reading but a code for an error: beside it all others would be lost. */
const HUGE = 1e40;
/** So much smaller, any number of the largest have a sum. */
const SMALLER = 2 ** -200;

/** Neumaier's sum: small values are not lost beside large ones. */
class Sum {
  private total = 0;
  private rest = 0;
  add(x: number): void {
    const sum = this.total + x;
    this.rest += Math.abs(this.total) >= Math.abs(x) ? this.total - sum + x : x - sum + this.total;
    this.total = sum;
  }
  get value(): number {
    return this.total + this.rest;
  }
  reset(): void {
    this.total = 0;
    this.rest = 0;
  }
}

/** A sum from which values can be taken out again, after which nothing of them is left, however large they were. */
class MovingSum {
  private readonly small = new Sum();
  private readonly huge = new Sum();
  /** How many are beyond all numbers, and how many are huge. */
  private infinite = 0;
  private n = 0;
  add(x: number): void {
    if (Math.abs(x) < HUGE) this.small.add(x);
    else this.addHuge(x, 1);
  }
  remove(x: number): void {
    if (Math.abs(x) < HUGE) this.small.add(-x);
    else this.addHuge(x, -1);
  }
  private addHuge(x: number, sign: 1 | -1): void {
    if (!Number.isFinite(x)) {
      this.infinite += x > 0 ? sign : -sign;
      return;
    }
    this.huge.add(sign * x * SMALLER);
    this.n += sign;
    if (this.n === 0) this.huge.reset();
  }
  get value(): number {
    if (this.infinite !== 0) return this.infinite * Infinity;
    return this.n === 0 ? this.small.value : this.huge.value / SMALLER + this.small.value;
  }
  reset(): void {
    this.small.reset();
    this.huge.reset();
    this.infinite = 0;
    this.n = 0;
  }
}

/** Average and sum; levels in decibel are averaged as energy. */
class Sums implements Accumulator {
  private readonly sum = new MovingSum();
  private n = 0;
  constructor(
    private readonly energy: boolean,
    private readonly mean: boolean,
  ) {}
  private weight(value: Sample): number {
    return this.energy ? 10 ** (Number(value) / 10) : Number(value);
  }
  add(value: Sample): void {
    this.sum.add(this.weight(value));
    this.n++;
  }
  remove(value: Sample): void {
    this.sum.remove(this.weight(value));
    // an empty window forgets what rounding left behind
    if (--this.n === 0) this.sum.reset();
  }
  result(): number | undefined {
    if (this.n === 0) return undefined;
    if (!this.mean) return this.sum.value;
    const mean = this.sum.value / this.n;
    return this.energy ? 10 * Math.log10(mean) : mean;
  }
  reset(): void {
    this.sum.reset();
    this.n = 0;
  }
}

/** Of the squares of the distances so much is lost by rounding that little is left. */
const NEAR = 1e-8;

/** Standard deviation of a sample (n - 1), around a value of the window, so that large values do not cancel out. */
class Deviation implements Accumulator {
  private readonly sum = new MovingSum();
  private readonly squares = new MovingSum();
  private centre = 0;
  private n = 0;
  add(value: Sample): void {
    if (this.n === 0) this.centre = Number(value);
    const x = Number(value) - this.centre;
    this.sum.add(x);
    this.squares.add(x * x);
    this.n++;
  }
  remove(value: Sample): void {
    const x = Number(value) - this.centre;
    this.sum.remove(x);
    this.squares.remove(x * x);
    if (--this.n === 0) this.reset();
  }
  /** The value around which it is counted has left, and all others lie so far from it that they look alike. */
  get isLost(): boolean {
    const squares = this.squares.value;
    return squares === Infinity ? this.centre * this.centre === Infinity : this.spread() < NEAR * squares;
  }
  private spread(): number {
    const sum = this.sum.value;
    return this.squares.value - (sum * sum) / this.n;
  }
  result(): number | undefined {
    if (this.n < 2) return undefined;
    if (this.squares.value === Infinity) return Infinity;
    return Math.sqrt(Math.max(0, this.spread() / (this.n - 1)));
  }
  reset(): void {
    this.sum.reset();
    this.squares.reset();
    this.n = 0;
  }
}

/** Minimum (sign -1) or maximum (sign 1) by a monotone queue. */
class Extreme implements Accumulator {
  private values: number[] = [];
  private indexes: number[] = [];
  private head = 0;
  constructor(private readonly sign: 1 | -1) {}
  add(value: Sample, index: number): void {
    const x = Number(value) * this.sign;
    while (this.values.length > this.head && this.values[this.values.length - 1]! <= x) {
      this.values.pop();
      this.indexes.pop();
    }
    this.values.push(x);
    this.indexes.push(index);
  }
  remove(_value: Sample, index: number): void {
    if (this.head < this.indexes.length && this.indexes[this.head] === index) this.head++;
    if (this.head > 1024 && this.head > this.values.length / 2) {
      this.values = this.values.slice(this.head);
      this.indexes = this.indexes.slice(this.head);
      this.head = 0;
    }
  }
  result(): number | undefined {
    // adding 0 turns -0 into 0
    return this.head < this.values.length ? this.values[this.head]! * this.sign + 0 : undefined;
  }
  reset(): void {
    this.values = [];
    this.indexes = [];
    this.head = 0;
  }
}

class Range implements Accumulator {
  private readonly low = new Extreme(-1);
  private readonly high = new Extreme(1);
  add(value: Sample, index: number): void {
    this.low.add(value, index);
    this.high.add(value, index);
  }
  remove(value: Sample, index: number): void {
    this.low.remove(value, index);
    this.high.remove(value, index);
  }
  result(): number | undefined {
    const low = this.low.result();
    return low === undefined ? undefined : this.high.result()! - low;
  }
  reset(): void {
    this.low.reset();
    this.high.reset();
  }
}

/** Median and percentiles, interpolated between the two nearest ranks (as spreadsheets and NumPy do). */
class Ranked implements Accumulator {
  private values: number[] = [];
  constructor(readonly parameter: number) {}
  add(value: Sample): void {
    const x = Number(value);
    this.values.splice(this.find(x), 0, x);
  }
  remove(value: Sample): void {
    const at = this.find(Number(value));
    if (this.values[at] === Number(value)) this.values.splice(at, 1);
  }
  result(): number | undefined {
    const n = this.values.length;
    if (n === 0) return undefined;
    const rank = (this.parameter / 100) * (n - 1);
    const below = Math.floor(rank);
    const low = this.values[below]!;
    const high = this.values[Math.min(below + 1, n - 1)]!;
    return low + (high - low) * (rank - below);
  }
  reset(): void {
    this.values = [];
  }
  /** First place whose value is not smaller. */
  private find(x: number): number {
    let low = 0;
    let high = this.values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.values[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class Distinct implements Accumulator {
  private readonly counts = new Map<Sample, number>();
  add(value: Sample): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }
  remove(value: Sample): void {
    const n = this.counts.get(value) ?? 0;
    if (n > 1) this.counts.set(value, n - 1);
    else this.counts.delete(value);
  }
  result(): number | undefined {
    return this.counts.size === 0 ? undefined : this.counts.size;
  }
  reset(): void {
    this.counts.clear();
  }
}
