/** Servers do not tell how often a Datastream is measured: it is learned from its readings, and the roster sent again. */
import type { RosterEntry } from '../ecdm/city';
import type { ClockTracker } from '../ecdm/clock-tracker';
import { median } from './watchdog';

/** Looks (one a second) between two rosters: a roster of thousands is not sent for every new interval. */
const EVERY = 30;

export class RosterWatch {
  private looks = 0;
  private known = 0;
  private middle: number | undefined;

  constructor(private readonly tracker: Pick<ClockTracker, 'usualInterval'>) {}

  /** The middle of the usual intervals of the last roster; `undefined` while none is known. */
  usualInterval(): number | undefined {
    return this.middle;
  }

  /** A new roster, with the intervals that are known. */
  fill(roster: readonly RosterEntry[]): RosterEntry[] {
    const intervals: number[] = [];
    const filled = roster.map((entry) => {
      const interval = entry.interval ?? this.tracker.usualInterval(entry.datastream);
      if (interval !== undefined) intervals.push(interval);
      return interval === entry.interval ? entry : { ...entry, interval };
    });
    this.known = intervals.length;
    this.middle = median(intervals);
    return filled;
  }

  /** The roster again, when more intervals are known than the last time. */
  learned(roster: () => readonly RosterEntry[]): RosterEntry[] | undefined {
    if (++this.looks % EVERY !== 0) return undefined;
    const before = this.known;
    const filled = this.fill(roster());
    return this.known > before ? filled : undefined;
  }
}
