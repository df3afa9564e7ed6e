import {
  copyState,
  fill,
  freshEntry,
  freshState,
  pack,
  unpack,
  type Entry,
  type PackedState,
  type Reading,
  type State,
} from './entry';

/** Readings that are remembered per stream to sort late ones in; the oldest give way. */
const MOST_READINGS = 1000;

/**
 * The readings that a stream remembers, in order of time, each with the state after it; and the state before the oldest of
 * them. A ring of places that are used again: nothing is allocated for a reading once it has grown.
 */
export class Recent {
  /** State before the oldest remembered reading. */
  readonly base: State = freshState();
  /** Time of the newest reading that was let go. */
  baseTime = -Infinity;
  /** Its length is a power of two. */
  private entries: Entry[] = [];
  private head = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The newest one. */
  get last(): Entry | undefined {
    return this.count > 0 ? this.at(this.count - 1) : undefined;
  }

  /** @param i 0 for the oldest, below {@link size} */
  at(i: number): Entry {
    return this.entries[this.place(i)]!;
  }

  /** The newest one with a value that is not after `time`. */
  lastUntil(time: number): Entry | undefined {
    for (let i = this.count - 1; i >= 0; i--) {
      const entry = this.at(i);
      if (entry.time <= time && entry.value !== null) return entry;
    }
    return undefined;
  }

  /** A place for the newest reading; lets go of those before `until`, but never of the last one. */
  append(until: number): Entry {
    while (this.count > 0 && (this.at(0).time < until || this.count >= MOST_READINGS)) {
      const oldest = this.at(0);
      copyState(oldest.after, this.base);
      this.baseTime = oldest.time;
      if (this.count === 1) return oldest;
      this.head = this.place(1);
      this.count--;
    }
    if (this.count === this.entries.length) this.grow();
    return this.at(this.count++);
  }

  /**
   * Puts a late reading between those that are remembered.
   * @param until as for {@link append}
   * @returns which one it is now, as for {@link at}
   */
  insert(reading: Reading, source: readonly string[] | undefined, until: number): number {
    const added = this.append(until);
    // append gives the last place: move it to where it belongs
    let at = this.count - 1;
    while (at > 0 && this.at(at - 1).time > reading.time) {
      this.entries[this.place(at)] = this.at(at - 1);
      at--;
    }
    this.entries[this.place(at)] = added;
    fill(added, reading, source);
    return at;
  }

  /** Forgets the readings: from `time` on it begins in this state. */
  clear(state: State, time: number): void {
    copyState(state, this.base);
    this.baseTime = time;
    this.count = 0;
  }

  save(): PackedEntry[] {
    const kept: PackedEntry[] = [];
    for (let i = 0; i < this.count; i++) {
      const { after, ...entry } = this.at(i);
      kept.push({ ...entry, after: pack(after) });
    }
    return kept;
  }

  load(base: PackedState, baseTime: number | null, entries: readonly PackedEntry[]): void {
    copyState(unpack(base), this.base);
    this.baseTime = baseTime ?? -Infinity;
    for (const one of entries.slice(-MOST_READINGS)) {
      if (this.count === this.entries.length) this.grow();
      const entry = this.at(this.count++);
      fill(entry, withoutNull(one), one.source ?? undefined);
      copyState(unpack(one.after), entry.after);
    }
  }

  private place(i: number): number {
    return (this.head + i) & (this.entries.length - 1);
  }

  private grow(): void {
    const larger: Entry[] = [];
    for (let i = 0; i < this.count; i++) larger.push(this.at(i));
    const size = Math.max(1, this.entries.length * 2);
    while (larger.length < size) larger.push(freshEntry());
    this.entries = larger;
    this.head = 0;
  }
}

export type PackedEntry = Omit<Entry, 'after'> & { after: PackedState };

/** A snapshot may say `null` of what is not known. */
function withoutNull({ time, timeEnd, value, unit, quality, id, place, zones }: PackedEntry): Reading {
  return {
    time,
    timeEnd: timeEnd ?? undefined,
    value,
    unit: unit ?? undefined,
    quality: quality ?? undefined,
    id,
    place: place ?? undefined,
    zones: zones ?? undefined,
  };
}
