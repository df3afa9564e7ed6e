/** Longer than any work that holds Node-RED; whoever looks does so far more often. */
const AWAY = 30_000;

/** Time in which nobody looked, by the wall clock, in milliseconds; it ends before it begins where the clock was set back. */
export interface Away {
  from: number;
  to: number;
}

/**
 * Notices that the machine slept, or that its clock was set (a small computer without a clock of its own does so at every
 * start, once it has found the network): the wall clock has made a leap since somebody looked last.
 */
export class WallWatch {
  private last: number | undefined;

  /** @returns the leap, where it is long */
  look(now: number): Away | undefined {
    const from = this.last ?? now;
    this.last = now;
    return Math.abs(now - from) > AWAY ? { from, to: now } : undefined;
  }
}
