/**
 * The Observations in columns: a million of them take some 100 MB, and every Datastream knows its rows in the order
 * of their times, so that a page is found without looking at the others.
 */
import type { Id } from './store';

/** What is stored of an Observation; times in epoch milliseconds. */
export interface Reading {
  start: number;
  /** End of an interval; left out for an instant. */
  end?: number;
  result: unknown;
  resultTime?: number;
  /** Fields that few Observations have: resultQuality, validTime, parameters. */
  extra?: Record<string, unknown>;
  /** Slot of the (Multi)Datastream and of the feature. */
  stream: number;
  feature: number;
}

/** Out-of-order rows up to this share of the index are put in one by one; beyond that all is sorted anew. */
const SORT_ANEW = 0.001;

export class ObservationTable {
  readonly ids: Id[] = [];
  readonly start: number[] = [];
  /** NaN for an instant. */
  readonly end: number[] = [];
  /** NaN for null. */
  readonly resultTime: number[] = [];
  readonly stream: number[] = [];
  readonly feature: number[] = [];
  readonly extra = new Map<number, Record<string, unknown>>();
  /** Whether there ever was one whose phenomenonTime is an interval. */
  hasIntervals = false;
  /** Every row has a higher id than the one before it. */
  private rising = true;
  private readonly numbers: number[] = [];
  private readonly others = new Map<number, unknown>();
  private readonly free: number[] = [];
  /** Rows of a Datastream by time and id. */
  private readonly lists: number[][] = [];
  /** All rows by time and id, but for those that wait to be put in. */
  private all: number[] = [];
  private late: number[] = [];
  private byId: Map<Id, number> | undefined;

  get size(): number {
    return this.ids.length - this.free.length;
  }

  add(id: Id, reading: Reading): number {
    const row = this.free.pop() ?? this.ids.length;
    if (row > 0 && (row < this.ids.length || compareIds(this.ids[row - 1]!, id) >= 0)) this.rising = false;
    this.ids[row] = id;
    this.start[row] = reading.start;
    this.end[row] = reading.end ?? NaN;
    if (reading.end !== undefined) this.hasIntervals = true;
    this.resultTime[row] = reading.resultTime ?? NaN;
    this.stream[row] = reading.stream;
    this.feature[row] = reading.feature;
    this.setResult(row, reading.result);
    if (reading.extra) this.extra.set(row, reading.extra);
    this.byId?.set(id, row);
    this.place(row);
    return row;
  }

  result(row: number): unknown {
    const n = this.numbers[row]!;
    return Number.isNaN(n) ? this.others.get(row) : n;
  }

  setResult(row: number, result: unknown): void {
    if (typeof result === 'number') {
      this.numbers[row] = result;
      this.others.delete(row);
    } else {
      this.numbers[row] = NaN;
      this.others.set(row, result);
    }
  }

  /** Gives a row another time; its place in the order changes with it. */
  setTime(row: number, start: number, end: number | undefined): void {
    this.displace(row);
    this.start[row] = start;
    this.end[row] = end ?? NaN;
    if (end !== undefined) this.hasIntervals = true;
    this.place(row);
  }

  /** Takes rows of one Datastream out, all at once: the index of all rows is gone through only once. */
  remove(rows: readonly number[]): void {
    const gone = new Set(rows);
    const stays = (row: number): boolean => !gone.has(row);
    for (const stream of new Set(rows.map((row) => this.stream[row]!))) {
      this.lists[stream] = this.lists[stream]!.filter(stays);
    }
    this.all = this.all.filter(stays);
    this.late = this.late.filter(stays);
    for (const row of rows) {
      this.byId?.delete(this.ids[row]!);
      this.others.delete(row);
      this.extra.delete(row);
      this.free.push(row);
    }
  }

  rowOf(id: Id): number | undefined {
    if (!this.byId) {
      this.byId = new Map();
      for (const row of this.sorted()) this.byId.set(this.ids[row]!, row);
    }
    return this.byId.get(id);
  }

  /** Rows of a Datastream by time and id. */
  of(stream: number): readonly number[] {
    return this.lists[stream] ?? [];
  }

  /** All rows by time and id. */
  sorted(): readonly number[] {
    if (this.late.length > Math.max(100, this.all.length * SORT_ANEW)) {
      this.all = [...this.all, ...this.late];
      this.all.sort((a, b) => this.compare(a, b));
    } else {
      for (const row of this.late) insertSorted(this.all, row, (a, b) => this.compare(a, b));
    }
    this.late = [];
    return this.all;
  }

  /**
   * Rows in the order of their ids from one on (or to the first one), where they were made in that order.
   * @returns `undefined` where they were not
   */
  inIdOrder(from: number, sign: 1 | -1): Iterable<number> | undefined {
    if (!this.rising || this.free.length > 0) return undefined;
    let [low, high] = [0, this.ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareIds(this.ids[middle]!, from) < 0) low = middle + 1;
      else high = middle;
    }
    const [first, last] = [low, this.ids.length - 1];
    return (function* (): Iterable<number> {
      for (let i = 0; i <= last - first; i++) yield sign > 0 ? first + i : last - i;
    })();
  }

  /** First place in a list of rows whose time is not before `time`. */
  firstFrom(rows: readonly number[], time: number): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start[rows[middle]!]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private place(row: number): void {
    const list = (this.lists[this.stream[row]!] ??= []);
    if (list.length === 0 || this.compare(list.at(-1)!, row) < 0) list.push(row);
    else insertSorted(list, row, (a, b) => this.compare(a, b));
    const last = this.all.at(-1);
    if (last === undefined || this.compare(last, row) < 0) this.all.push(row);
    else this.late.push(row);
  }

  private displace(row: number): void {
    // a row that waits to be put in must not be looked for among those that are
    const all = this.sorted() as number[];
    for (const list of [this.lists[this.stream[row]!]!, all]) {
      const at = findSorted(list, row, (a, b) => this.compare(a, b));
      if (at >= 0) list.splice(at, 1);
    }
  }

  /** End of an interval, or the instant. */
  endOf(row: number): number {
    return this.end[row]! || this.start[row]!;
  }

  compare(a: number, b: number): number {
    return this.start[a]! - this.start[b]! || this.endOf(a) - this.endOf(b) || compareIds(this.ids[a]!, this.ids[b]!);
  }
}

export function compareIds(a: Id, b: Id): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function placeOf(list: readonly number[], row: number, compare: (a: number, b: number) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(list[middle]!, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertSorted(list: number[], row: number, compare: (a: number, b: number) => number): void {
  list.splice(placeOf(list, row, compare), 0, row);
}

function findSorted(list: readonly number[], row: number, compare: (a: number, b: number) => number): number {
  const at = placeOf(list, row, compare);
  return list[at] === row ? at : -1;
}
