import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import type { Due } from './heap';
import type { KeyState } from './life';
import type { PatternState } from './state';
import type { Told, ToldKey } from './teller';

/** When the wall clock must look at a key. */
export interface WallDue extends Due {
  readonly entry: Entry;
}

/** One key of a rule: what is settled, what waits, what was told. */
export class Entry implements Due, ToldKey {
  // as member of the queue by event time
  due = Infinity;
  position = -1;
  readonly wall: WallDue;

  told: Told | undefined;
  lastUntil = -Infinity;
  raises: number[] | undefined;
  name: string | undefined;
  zones: readonly ZoneRef[] | undefined;

  /** Events that are not settled, by time; the first `head` of them are done with. */
  waiting: CityEvent[] = [];
  /** Wall time at which each came. */
  arrived: number[] = [];
  head = 0;
  /** Next time at which something happens although no event comes. */
  deadline = Infinity;

  /** Settled events since `base`, so that a late one can be sorted in. */
  history: CityEvent[] = [];
  base: KeyState | undefined;
  /** A later state to start from, and how much of the history it has seen. */
  middle: KeyState | undefined;
  middleAt = 0;

  /** The pattern run ahead over what waits, for detections that are certain. */
  ahead: PatternState | undefined;
  aheadTime = -Infinity;

  /** How long after their event time events come (live only). */
  lag = 0;
  /** Second chance: set when an event comes, taken away when room is looked for. */
  used = true;
  /** Runs that are open, where the rule keeps any. */
  runs = 0;
  /** A roster says that it is there. */
  expected = false;

  constructor(
    readonly key: string,
    public state: KeyState,
  ) {
    this.wall = { due: Infinity, position: -1, key, entry: this };
  }

  get waits(): number {
    return this.waiting.length - this.head;
  }

  /** Sorts an event in: by time, ends before begins, then by identity, never by arrival. */
  insert(event: CityEvent, arrived: number): void {
    const { waiting } = this;
    let at = waiting.length;
    while (at > this.head && isBefore(event, waiting[at - 1]!)) at--;
    if (at === waiting.length) {
      waiting.push(event);
      this.arrived.push(arrived);
    } else {
      waiting.splice(at, 0, event);
      this.arrived.splice(at, 0, arrived);
    }
  }

  /** Number of events of the earliest instant that waits. */
  firstInstant(): number {
    const { waiting, head } = this;
    const { time } = waiting[head]!;
    let to = head + 1;
    while (to < waiting.length && waiting[to]!.time === time) to++;
    return to - head;
  }

  done(count: number): void {
    this.head += count;
    if (this.head === this.waiting.length) {
      this.waiting.length = 0;
      this.arrived.length = 0;
      this.head = 0;
    } else if (this.head > 256 && this.head * 2 > this.waiting.length) {
      this.waiting.splice(0, this.head);
      this.arrived.splice(0, this.head);
      this.head = 0;
    }
  }
}

const RANK = { end: 0, nodata: 1, begin: 2, point: 3 } as const;

/** The order in which events count; intervals that touch do not overlap. */
export function isBefore(a: CityEvent, b: CityEvent): boolean {
  if (a.time !== b.time) return a.time < b.time;
  const rank = RANK[a.kind] - RANK[b.kind];
  if (rank !== 0) return rank < 0;
  return a.id !== b.id ? a.id < b.id : a.stream < b.stream;
}
