/** Longer than any work that holds Node-RED; whoever looks does so far more often. */
const AWAY = 30_000;

/** Time in which nobody looked, by the wall clock, in milliseconds. */
export interface Away {
  from: number;
  to: number;
}

/**
 * Notices that the machine slept, or that its clock was set forward (a small computer without a clock of its own does so
 * at every start, once it has found the network): the wall clock has made a leap since somebody looked last.
 */
export class WallWatch {
  private last: number | undefined;

  /** @returns the time that nobody watched, where it is long */
  look(now: number): Away | undefined {
    const from = this.last ?? now;
    this.last = now;
    return now - from > AWAY ? { from, to: now } : undefined;
  }
}
