import { Ascending } from './ascending';
import type { Entry } from './entry';
import type { States } from './states';

/** Places from which on it is worth while to look for needless ones. */
const LEAST = 1024;
/** What is due later is held in stretches of so many milliseconds. */
const STRETCH = 1000;

/** What is due within a stretch of time, in no order. */
interface Stretch {
  readonly times: number[];
  readonly slots: number[];
}

/**
 * When keys are due although no event comes, in the order of time and, for equal times, of the keys. Only what is due
 * soon is in order (a heap, small enough to stay near the processor); what is due later is sorted when its time comes.
 * A deadline that moves later stays where it is: it is looked at again when it is next.
 */
export class Deadlines {
  // the heap
  private readonly times: number[] = [];
  private readonly slots: number[] = [];
  /** What is due before it is in the heap. */
  private soon = -Infinity;
  private readonly later = new Map<number, Stretch>();
  /** Numbers of the stretches. */
  private readonly order = new Ascending();
  /** By slot, the time for which it stands somewhere; none at all as long as nothing is due. */
  private queued = new Float64Array(0);
  /** Places in the heap and in stretches. */
  private held = 0;
  private most = LEAST;

  constructor(private readonly states: States) {}

  /** The deadline of a key may have changed. */
  set(slot: number): void {
    const due = this.states.deadline(slot);
    if (due === Infinity) return;
    if (slot >= this.queued.length) this.grow(slot);
    if (due >= this.queued[slot]!) return;
    this.queued[slot] = due;
    if (this.held >= this.most) this.weed();
    else this.put(slot, due);
  }

  private grow(slot: number): void {
    const queued = new Float64Array(Math.max(LEAST, 2 * slot)).fill(Infinity);
    queued.set(this.queued);
    this.queued = queued;
  }

  /** Nothing is due before it; what is due then may have moved later meanwhile. */
  get earliest(): number {
    if (this.times.length > 0) return this.times[0]!;
    const { first } = this.order;
    return first === undefined ? Infinity : first * STRETCH;
  }

  /** Time that is next; Infinity when there is none. */
  get nextTime(): number {
    this.tidy();
    return this.times[0] ?? Infinity;
  }

  /** The key that is due next; there is one. */
  get nextEntry(): Entry {
    return this.states.entries[this.slots[0]!]!;
  }

  /** Takes the key out that is due next. */
  pop(): Entry {
    const slot = this.slots[0]!;
    this.queued[slot] = Infinity;
    this.drop();
    return this.states.entries[slot]!;
  }

  clear(): void {
    this.queued.fill(Infinity);
    this.empty();
  }

  private empty(): void {
    this.times.length = this.slots.length = 0;
    this.soon = -Infinity;
    this.later.clear();
    this.order.clear();
    this.held = 0;
  }

  /** Until what is first is really due. */
  private tidy(): void {
    const { times, slots } = this;
    for (;;) {
      if (times.length === 0) {
        if (this.order.size === 0) return;
        this.open();
        continue;
      }
      const time = times[0]!;
      const slot = slots[0]!;
      if (this.isDue(slot, time)) return;
      this.drop();
      this.renew(slot, time);
    }
  }

  private isDue(slot: number, time: number): boolean {
    return this.queued[slot] === time && this.due(slot) === time;
  }

  /** When something happens to a key, if it has not been forgotten. */
  private due(slot: number): number {
    const { states } = this;
    return states.entries[slot] === undefined ? Infinity : states.deadline(slot);
  }

  /** A key that is not due at the time for which it stood here stands where it belongs, if it does not yet. */
  private renew(slot: number, time: number): void {
    if (this.queued[slot] !== time) return;
    const due = this.due(slot);
    this.queued[slot] = due;
    if (due < Infinity) this.put(slot, due);
  }

  /** The next stretch goes into the heap. */
  private open(): void {
    const index = this.order.first!;
    this.order.drop();
    const { times, slots } = this.later.get(index)!;
    this.later.delete(index);
    this.soon = (index + 1) * STRETCH;
    this.held -= times.length;
    this.states.lookAhead(slots, 0, slots.length);
    for (let i = 0; i < times.length; i++) {
      if (!this.isDue(slots[i]!, times[i]!)) this.renew(slots[i]!, times[i]!);
      else {
        this.held++;
        this.push(slots[i]!, times[i]!);
      }
    }
  }

  /** Leaves out what is there only because a key was due sooner meanwhile. */
  private weed(): void {
    const { queued } = this;
    this.empty();
    for (let slot = 0; slot < queued.length; slot++) {
      if (queued[slot] === Infinity) continue;
      queued[slot] = this.due(slot);
      if (queued[slot]! < Infinity) this.put(slot, queued[slot]!);
    }
    this.most = Math.max(LEAST, 2 * this.held);
  }

  private put(slot: number, due: number): void {
    this.held++;
    if (due < this.soon) {
      this.push(slot, due);
      return;
    }
    const index = Math.floor(due / STRETCH);
    let stretch = this.later.get(index);
    if (stretch === undefined) {
      this.later.set(index, (stretch = { times: [], slots: [] }));
      this.order.add(index);
    }
    stretch.times.push(due);
    stretch.slots.push(slot);
  }

  private push(slot: number, time: number): void {
    const { times, slots } = this;
    let at = times.length;
    times.push(time);
    slots.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(time, slot, parent)) break;
      times[at] = times[parent]!;
      slots[at] = slots[parent]!;
      at = parent;
    }
    times[at] = time;
    slots[at] = slot;
  }

  private drop(): void {
    const { times, slots } = this;
    this.held--;
    const time = times.pop()!;
    const slot = slots.pop()!;
    const size = times.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBefore(times[child + 1]!, slots[child + 1]!, child)) child++;
      if (this.isBefore(time, slot, child)) break;
      times[at] = times[child]!;
      slots[at] = slots[child]!;
      at = child;
    }
    times[at] = time;
    slots[at] = slot;
  }

  /** Whether a deadline comes before the one at a place of the heap. */
  private isBefore(time: number, slot: number, place: number): boolean {
    const other = this.times[place]!;
    if (time !== other) return time < other;
    const { entries } = this.states;
    return keyOf(entries[slot]) < keyOf(entries[this.slots[place]!]);
  }
}

/** One that was forgotten stands there until it is next. */
function keyOf(entry: Entry | undefined): string {
  return entry === undefined ? '' : entry.key;
}
