/** Waiting where time follows the readings: all keys together, in the order of event time. */
import type { CityEvent } from '../../ecdm/event';
import { Calendar, type Bucket, type WaitingEvents } from './calendar';
import { Deadlines } from './deadlines';
import type { Entry } from './entry';
import { NO_OCCURRENCE } from './plan';
import type { Runner } from './runner';
import type { States } from './states';

/** Parts of the lateness that are sorted by themselves. */
const PARTS = 32;
const LEAST_WIDTH = 50;

export class ReplayQueue {
  private readonly calendar: Calendar;
  private readonly deadlines: Deadlines;

  constructor(
    private readonly states: States,
    private readonly runner: Runner,
    lateness: number,
  ) {
    this.calendar = new Calendar(states, Math.max(LEAST_WIDTH, lateness / PARTS));
    this.deadlines = new Deadlines(states);
  }

  /** @returns how many wait for the key */
  add(slot: number, event: CityEvent, arrived: number): number {
    return this.calendar.add(slot, event, this.runner.occurrenceOf(event), arrived);
  }

  /** How many wait for a key. */
  waitsFor(slot: number): number {
    return this.calendar.waitsFor(slot);
  }

  /** The deadline of a key may have changed. */
  queueUp(entry: Entry): void {
    this.deadlines.set(entry.slot);
  }

  /** What waits is given to another queue. */
  handOver(take: (entry: Entry, event: CityEvent, arrived: number) => void): void {
    const items: [Entry, CityEvent, number][] = [];
    this.calendar.each((entry, event, arrived) => items.push([entry, event, arrived]));
    this.calendar.clear();
    this.deadlines.clear();
    for (const item of items) take(...item);
  }

  /** Leaves out some of what waits for a key. */
  drop({ slot }: Entry, isGone: (event: CityEvent) => boolean): void {
    if (this.waitsFor(slot) === 0) return;
    for (const { event, arrived } of this.calendar.takeAllOf(slot)) if (!isGone(event)) this.add(slot, event, arrived);
  }

  /** The key is forgotten. */
  forget(entry: Entry): void {
    this.calendar.takeAllOf(entry.slot);
  }

  each(visit: (entry: Entry, event: CityEvent, arrived: number) => void): void {
    this.calendar.each(visit);
  }

  /** What waits now, to be looked at later. */
  waiting(): WaitingEvents {
    return this.calendar.copy();
  }

  /** Runs every key up to a time, in the order of event time over all keys. */
  settle(limit: number): void {
    const { calendar, deadlines } = this;
    for (;;) {
      const bucket = calendar.first();
      const time = bucket === undefined ? Infinity : bucket.times[bucket.head]!;
      if (deadlines.earliest <= time && deadlines.earliest <= limit) {
        const due = deadlines.nextTime;
        if (due <= limit && this.isDeadline(bucket, time, due)) {
          this.expire();
          continue;
        }
      }
      if (bucket === undefined || time > limit) return;
      // nothing is added to a bucket meanwhile; a deadline that is new may come before what is next
      do this.instant(bucket);
      while (bucket.head < bucket.size && bucket.times[bucket.head]! < Math.min(limit, deadlines.earliest));
    }
  }

  /** Nothing is waited for, and time goes on to the limit. */
  settleAll(limit: number): void {
    for (;;) {
      const bucket = this.calendar.first();
      const time = bucket === undefined ? Infinity : bucket.times[bucket.head]!;
      const due = this.deadlines.nextTime;
      if (due < Infinity && this.isDeadline(bucket, time, due)) {
        if (due > limit && this.calendar.waitsFor(this.deadlines.nextEntry.slot) === 0) return;
        this.expire();
      } else if (bucket === undefined) return;
      else this.instant(bucket);
    }
  }

  /** Of two keys that are due at the same time the one that is first by its text; of one key what happens goes first. */
  private isDeadline(bucket: Bucket | undefined, time: number, due: number): boolean {
    if (due !== time) return due < time;
    return bucket === undefined || this.deadlines.nextEntry.key < this.states.entries[bucket.slots[bucket.head]!]!.key;
  }

  private expire(): void {
    const entry = this.deadlines.pop();
    this.runner.expire(entry);
    this.deadlines.set(entry.slot);
  }

  private instant(bucket: Bucket): void {
    const { head, events } = bucket;
    const slot = bucket.slots[head]!;
    const time = bucket.times[head]!;
    const to = bucket.instantEnd();
    this.calendar.doneTo(bucket, to);
    const which = to - head === 1 ? bucket.which[head]! : NO_OCCURRENCE;
    if (this.runner.instant(slot, events, head, to, time, which)) this.deadlines.set(slot);
  }

  /** Settles the earliest events of a key, although no clock says so. */
  giveUp(entry: Entry, count: number): void {
    this.settleFirst(entry, this.calendar.takeAllOf(entry.slot), count);
  }

  /** Settles the events of a key up to a time, although that is not settled for others. */
  runUpTo(entry: Entry, limit: number): void {
    const waiting = this.calendar.takeAllOf(entry.slot);
    this.settleFirst(entry, waiting, waiting.filter(({ event }) => event.time <= limit).length);
  }

  private settleFirst(entry: Entry, waiting: ReturnType<Calendar['takeAllOf']>, count: number): void {
    const events = waiting.map(({ event }) => event);
    let at = 0;
    while (at < count && at < events.length) {
      const { time } = events[at]!;
      if (this.states.deadline(entry.slot) < time) {
        this.runner.expire(entry);
        continue;
      }
      let to = at + 1;
      while (to < events.length && events[to]!.time === time) to++;
      this.runner.instant(entry.slot, events, at, to, time, NO_OCCURRENCE);
      at = to;
    }
    for (const { event, arrived } of waiting.slice(at)) this.add(entry.slot, event, arrived);
    this.deadlines.set(entry.slot);
  }
}
