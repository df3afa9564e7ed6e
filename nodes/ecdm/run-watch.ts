import { isUnreal, type City } from './city';

/** Sources whose clocks are remembered; further ones are not watched. */
const MOST = 100;
/** Clocks of flows made by hand may step back a little within one run. */
const SLACK = 60_000;

/**
 * Knows when what is not live begins anew: a replay is run again, a simulation starts over. What was remembered of the
 * run before is then in the way: its times lie ahead, and its ids were seen.
 */
export class RunWatch {
  private readonly clocks = new Map<string, { time: number; end: boolean }>();

  /** @param first time of the first item that came with the clock */
  startsOver({ mode, clock }: City, first?: number): boolean {
    if (clock === undefined || !isUnreal(mode)) return false;
    const { time, end = false } = clock;
    // two ecdm-event nodes side by side pass on the clock of one source, and one of them may be far behind
    const source = `${clock.source}|${clock.events?.[0] ?? ''}`;
    const before = this.clocks.get(source);
    const again =
      before !== undefined &&
      (before.end ? (first ?? time) < before.time || first === before.time : time < before.time - SLACK);
    // the other sources of the new run are not heard of yet
    if (again) this.clocks.clear();
    if (this.clocks.has(source) || this.clocks.size < MOST) {
      this.clocks.set(source, { time: again ? time : Math.max(time, before?.time ?? -Infinity), end });
    }
    return again;
  }
}
