/** Waiting where time follows the readings: all keys together, in the order of event time. */
import type { CityEvent } from '../../ecdm/event';
import { Calendar, type WaitingEvents } from './calendar';
import { Deadlines } from './deadlines';
import type { Entry } from './entry';
import type { Runner } from './runner';
import type { States } from './states';

/** Parts of the lateness that are sorted by themselves. */
const PARTS = 32;
const LEAST_WIDTH = 50;

export class ReplayQueue {
  private readonly calendar: Calendar;
  private readonly deadlines: Deadlines;
  /** Events of the instant that is run. */
  private readonly now: CityEvent[] = [];

  constructor(
    private readonly states: States,
    private readonly runner: Runner,
    lateness: number,
  ) {
    this.calendar = new Calendar(Math.max(LEAST_WIDTH, lateness / PARTS));
    this.deadlines = new Deadlines(states);
  }

  add(entry: Entry, event: CityEvent, arrived: number): void {
    this.calendar.add(entry, event, arrived);
  }

  /** The deadline of a key may have changed. */
  queueUp(entry: Entry): void {
    this.deadlines.set(entry);
  }

  /** What waits is given to another queue. */
  handOver(take: (entry: Entry, event: CityEvent, arrived: number) => void): void {
    const items: [Entry, CityEvent, number][] = [];
    this.calendar.each((entry, event, arrived) => items.push([entry, event, arrived]));
    this.calendar.clear();
    this.deadlines.clear();
    for (const item of items) take(...item);
  }

  /** The key is forgotten. */
  forget(entry: Entry): void {
    this.calendar.takeAllOf(entry);
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
    for (;;) {
      const time = this.calendar.nextTime;
      const due = this.deadlines.nextTime;
      if (time > limit && due > limit) return;
      this.next(time, due);
    }
  }

  /** Nothing is waited for, and time goes on to the limit. */
  settleAll(limit: number): void {
    for (;;) {
      const time = this.calendar.nextTime;
      const due = this.deadlines.nextTime;
      if (time === Infinity && due > limit) return;
      if (due > limit && this.isDeadline(time, due) && this.deadlines.nextEntry.waits === 0) return;
      this.next(time, due);
    }
  }

  /** Of two keys that are due at the same time the one that is first by its text; of one key what happens goes first. */
  private isDeadline(time: number, due: number): boolean {
    return due < time || (due === time && this.deadlines.nextEntry.key < this.calendar.nextEntry.key);
  }

  /** One instant, or one deadline, of the key whose turn it is. */
  private next(time: number, due: number): void {
    const { calendar, deadlines, runner, now } = this;
    let entry: Entry;
    if (this.isDeadline(time, due)) {
      entry = deadlines.pop();
      runner.expire(entry);
    } else {
      entry = calendar.nextEntry;
      calendar.take(now);
      runner.instant(entry, now, 0, now.length);
    }
    deadlines.set(entry);
  }

  /** Settles the earliest events of a key, although no clock says so. */
  giveUp(entry: Entry, count: number): void {
    const waiting = this.calendar.takeAllOf(entry);
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
      this.runner.instant(entry, events, at, to);
      at = to;
    }
    for (const { event, arrived } of waiting.slice(at)) this.calendar.add(entry, event, arrived);
    this.deadlines.set(entry);
  }
}
