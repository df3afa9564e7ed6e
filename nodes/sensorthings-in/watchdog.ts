/**
 * Notices the bus that has died silently: connected, subscribed, and nothing comes. It asks for a look over HTTP when
 * nothing came for three usual intervals; where HTTP then finds what MQTT should have brought, the bus counts as silent
 * until it speaks again.
 */

/** Shortest and longest patience in milliseconds. */
const SHORTEST = 5000;
const LONGEST = 600_000;
/** Usual intervals without a notice. */
const INTERVALS = 3;

export class Watchdog {
  private patience: number | undefined;
  private since = -Infinity;
  private asked = false;
  /** HTTP had to bring what MQTT did not. */
  silent = false;

  /** A notice came, or a round over HTTP was made: waiting begins anew. */
  heard(now: number): void {
    this.since = now;
    this.asked = false;
    this.silent = false;
    this.patience = undefined;
  }

  /**
   * @param interval usual milliseconds between two readings of a Datastream; `undefined` while unknown
   * @returns true when a look over HTTP is due
   */
  look(now: number, interval: number | undefined): boolean {
    if (interval === undefined || this.asked) return false;
    const patience = this.patience ?? Math.min(LONGEST, Math.max(SHORTEST, INTERVALS * interval));
    if (now - this.since < patience) return false;
    this.asked = true;
    this.patience = patience;
    return true;
  }

  /** The look was made: `news` observations that MQTT had not brought. */
  looked(now: number, news: number): void {
    if (!this.asked) return;
    this.asked = false;
    this.since = now;
    this.silent = news > 0;
    // real silence: look less and less often
    if (!this.silent) this.patience = Math.min(LONGEST, 2 * this.patience!);
  }
}

/** The middle of some numbers. */
export function median(numbers: number[]): number | undefined {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}
