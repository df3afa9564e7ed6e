/** Ids are remembered this long behind the newest reading: sources read again what lies around their saved position, */
const HORIZON = 15 * 60_000;
/** and at least so many, because that overlap is longer for sources that speak once an hour. */
const LEAST = 32;
/** But never more than so many of one Datastream, */
const MOST = 1024;
/** nor more than so many of all together; further ones push out the oldest of their own Datastream. */
const MOST_OF_ALL = 200_000;

/** How many ids are held by all Datastreams (or streams of events) of an engine. */
export interface IdBudget {
  held: number;
}

/**
 * Ids of the last readings of one Datastream (or of the last events of one stream), in a ring. Only a reading that is not newer than all before it can be a
 * repetition, so that nothing has to be looked up (or hashed) while readings come in order.
 */
export class RecentIds {
  private times: number[] = [0, 0];
  private ids: string[] = ['', ''];
  private values: number[] = [NaN, NaN];
  private head = 0;
  private count = 0;

  constructor(private readonly budget: IdBudget) {
    budget.held += 2;
  }

  /** @param value what is compared of it, as a number */
  add(time: number, id: string, value = NaN): void {
    const until = time - HORIZON;
    while (this.count > LEAST && this.times[this.head]! < until) this.drop();
    if (this.count === this.times.length) {
      if (this.count >= MOST || this.budget.held + this.count > MOST_OF_ALL) this.drop();
      else this.grow();
    }
    const at = (this.head + this.count) & (this.times.length - 1);
    this.times[at] = time;
    this.ids[at] = id;
    this.values[at] = value;
    this.count++;
  }

  /** Whether a reading of this time, whatever its id, had this value. */
  hasValue(time: number, value: number): boolean {
    const mask = this.times.length - 1;
    for (let i = this.count - 1; i >= 0; i--) {
      const at = (this.head + i) & mask;
      if (this.times[at] === time && this.values[at] === value) return true;
    }
    return false;
  }

  has(time: number, id: string): boolean {
    const mask = this.times.length - 1;
    for (let i = this.count - 1; i >= 0; i--) {
      const at = (this.head + i) & mask;
      if (this.times[at] === time && this.ids[at] === id) return true;
    }
    return false;
  }

  /** Those that are held, in the order in which they came. */
  each(tell: (id: string, time: number) => void): void {
    const mask = this.times.length - 1;
    for (let i = 0; i < this.count; i++) {
      const at = (this.head + i) & mask;
      tell(this.ids[at]!, this.times[at]!);
    }
  }

  /** To be called when the ring is given up. */
  release(): void {
    this.budget.held -= this.times.length;
  }

  private drop(): void {
    this.head = (this.head + 1) & (this.times.length - 1);
    this.count--;
  }

  private grow(): void {
    const size = this.times.length;
    const times: number[] = [];
    const ids: string[] = [];
    const values: number[] = [];
    for (let i = 0; i < 2 * size; i++) {
      const at = (this.head + i) & (size - 1);
      times.push(i < size ? this.times[at]! : 0);
      ids.push(i < size ? this.ids[at]! : '');
      values.push(i < size ? this.values[at]! : NaN);
    }
    this.times = times;
    this.ids = ids;
    this.values = values;
    this.head = 0;
    this.budget.held += size;
  }
}
