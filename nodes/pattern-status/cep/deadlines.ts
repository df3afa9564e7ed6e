import type { Entry } from './entry';
import type { States } from './states';

/** Places in the heap from which on it is worth while to look for needless ones. */
const LEAST = 1024;

/**
 * When keys are due although no event comes, in the order of time and, for equal times, of the keys. A deadline that moves
 * later stays where it is in the heap: it is looked at again when it gets there.
 */
export class Deadlines {
  private readonly times: number[] = [];
  private readonly entries: Entry[] = [];
  private most = LEAST;

  constructor(private readonly states: States) {}

  /** The deadline of a key may have changed. */
  set(slot: number): void {
    const { states } = this;
    const due = states.deadline(slot);
    if (due >= states.queued(slot)) return;
    states.setQueued(slot, due);
    this.push(states.entries[slot]!, due);
  }

  /** Nothing is due before it; what is due then may have moved later meanwhile. */
  get earliest(): number {
    return this.times.length === 0 ? Infinity : this.times[0]!;
  }

  /** Time that is next; Infinity when there is none. */
  get nextTime(): number {
    this.tidy();
    return this.times[0] ?? Infinity;
  }

  /** The key that is due next; there is one. */
  get nextEntry(): Entry {
    return this.entries[0]!;
  }

  /** Takes the key out that is due next. */
  pop(): Entry {
    const entry = this.entries[0]!;
    this.states.setQueued(entry.slot, Infinity);
    this.drop();
    return entry;
  }

  clear(): void {
    // a key that was forgotten may still stand here
    for (const { slot } of this.entries) if (slot >= 0) this.states.setQueued(slot, Infinity);
    this.times.length = this.entries.length = 0;
  }

  /** Until what is first is really due. */
  private tidy(): void {
    const { times, entries, states } = this;
    while (times.length > 0) {
      const time = times[0]!;
      const entry = entries[0]!;
      const { slot } = entry;
      const isCurrent = slot >= 0 && states.queued(slot) === time;
      const due = isCurrent ? states.deadline(slot) : Infinity;
      if (isCurrent && due === time) return;
      this.drop();
      if (!isCurrent) continue;
      states.setQueued(slot, due);
      if (due < Infinity) this.push(entry, due);
    }
  }

  /** Leaves out what is there only because a key was due sooner meanwhile. */
  private weed(): void {
    const { times, entries, states } = this;
    const kept = entries.flatMap((entry, i) =>
      entry.slot >= 0 && states.queued(entry.slot) === times[i] ? [{ entry, time: times[i] }] : [],
    );
    times.length = entries.length = 0;
    this.most = Math.max(LEAST, 2 * kept.length);
    for (const { entry, time } of kept) this.push(entry, time);
  }

  private push(entry: Entry, time: number): void {
    const { times, entries } = this;
    if (times.length >= this.most) this.weed();
    let at = times.length;
    times.push(time);
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(time, entry, times[parent]!, entries[parent]!)) break;
      times[at] = times[parent]!;
      entries[at] = entries[parent]!;
      at = parent;
    }
    times[at] = time;
    entries[at] = entry;
  }

  private drop(): void {
    const { times, entries } = this;
    const time = times.pop()!;
    const entry = entries.pop()!;
    const size = times.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const next = child + 1;
      if (next < size && isBefore(times[next]!, entries[next]!, times[child]!, entries[child]!)) child = next;
      if (!isBefore(times[child]!, entries[child]!, time, entry)) break;
      times[at] = times[child]!;
      entries[at] = entries[child]!;
      at = child;
    }
    times[at] = time;
    entries[at] = entry;
  }
}

function isBefore(time: number, entry: Entry, otherTime: number, other: Entry): boolean {
  return time < otherTime || (time === otherTime && entry.key < other.key);
}
