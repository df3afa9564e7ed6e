import { isReplay, type CityClock, type Mode } from '../../ecdm/city';

const MOST_CLOCKS = 100;
/** A live source that has not told its time for so long no longer holds the others back. */
const CLOCK_IDLE = 5 * 60_000;

/** How far the sources have come; the earliest of those that are still heard of counts. */
export class Clocks {
  private readonly known = new Map<string, { time: number; heard: number }>();
  /** All sources have ended. */
  ended = false;

  get size(): number {
    return this.known.size;
  }

  timeOf(source: string): number | undefined {
    return this.known.get(source)?.time;
  }

  /** Takes note of a clock. @returns the time that is reached; `final` when nothing follows; `undefined` when unknown */
  take(clock: CityClock, mode: Mode, wallNow: number, newest: number): { time: number; final: boolean } | undefined {
    const { known } = this;
    if (clock.end === true) {
      known.delete(clock.source);
      this.ended = known.size === 0;
      if (this.ended) return { time: isReplay(mode) ? Math.max(clock.time, newest) : clock.time, final: true };
    } else if (known.has(clock.source) || known.size < MOST_CLOCKS) {
      const before = known.get(clock.source)?.time ?? -Infinity;
      known.set(clock.source, { time: Math.max(clock.time, before), heard: wallNow });
    }
    let earliest = Infinity;
    for (const [source, about] of known) {
      const { time } = about;
      // of a wall clock that was set back nothing lies ahead
      about.heard = Math.min(about.heard, wallNow);
      if (known.size > 1 && !isReplay(mode) && wallNow - about.heard > CLOCK_IDLE) known.delete(source);
      else if (time < earliest) earliest = time;
    }
    return earliest === Infinity ? undefined : { time: earliest, final: false };
  }

  forget(): void {
    this.known.clear();
    this.ended = false;
  }

  save(): [string, number][] {
    return [...this.known].map(([source, { time }]) => [source, time]);
  }

  load(kept: readonly [string, number][]): void {
    for (const [source, time] of kept) this.known.set(source, { time, heard: 0 });
  }
}
