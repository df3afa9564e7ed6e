import { followsWallClock, type City } from './city';

/** Least time between two messages that carry nothing but the clock, live. */
const EVERY = 1000;

/**
 * Decides whether a node that has nothing to send for a message still passes its `msg.city` on, so that those behind
 * it can tell silence from normality: always in a replay, a catch-up and a simulation, with a roster and at the end of
 * a source; else at most once a second.
 */
export class ClockGate {
  private last = -Infinity;

  /** @param now milliseconds of a clock that does not jump (`performance.now()`) */
  passes(city: City, now: number): boolean {
    if (city.roster !== undefined) return true;
    if (city.clock === undefined) return false;
    if (city.clock.end === true || !followsWallClock(city.mode)) return true;
    if (now - this.last < EVERY) return false;
    this.last = now;
    return true;
  }
}
