import type { CityClock } from '../../ecdm/city';

interface SourceClock {
  time: number;
  /** Wall time at which it was last heard of. */
  heard: number;
  end: boolean;
}

/** Most sources whose clocks are followed per event. */
const MOST_SOURCES = 1000;

/**
 * How far event time has come for a pattern: the minimum over the events that it looks at. Each event's clock is told
 * by the sources whose readings were judged for it.
 */
export class Clocks {
  private readonly perEvent = new Map<string, Map<string, SourceClock>>();
  /** Latest time told by a source that has ended. */
  private endTime = -Infinity;
  /** What {@link reached} tells where nobody is idle; undefined where it may have changed. */
  private lowest: number | undefined;

  constructor(
    events: Iterable<string>,
    /** A source that says nothing for this long (wall time, live only) is waited for no longer. */
    private readonly idleAfter: number,
  ) {
    for (const event of events) this.perEvent.set(event, new Map());
  }

  tell(clock: CityClock, wall: number): void {
    if (clock.end && clock.time > this.endTime) this.endTime = clock.time;
    // a source that names no events stands for all of them
    for (const event of clock.events ?? this.perEvent.keys()) {
      const sources = this.perEvent.get(event);
      if (sources === undefined) continue;
      const known = sources.get(clock.source);
      if (known === undefined) {
        if (sources.size < MOST_SOURCES) {
          sources.set(clock.source, { time: clock.time, heard: wall, end: clock.end === true });
          this.lowest = undefined;
        }
        continue;
      }
      this.goOn(known, clock);
      known.heard = wall;
    }
  }

  /** The wall clock was set back: nobody was heard of later than now. */
  setBack(now: number): void {
    for (const sources of this.perEvent.values()) {
      for (const source of sources.values()) source.heard = Math.min(source.heard, now);
    }
  }

  private goOn(known: SourceClock, clock: CityClock): void {
    const { lowest } = this;
    const { time } = clock;
    const end = clock.end === true;
    // one that is ahead of another, and stays so, is not the one that is waited for
    if (lowest === undefined || known.end !== end || known.time <= lowest) this.lowest = undefined;
    // a replay that is started again goes back in time; a live clock never does
    known.time = known.end && !end ? time : Math.max(known.time, time);
    known.end = end;
  }

  /**
   * Event time that all events have reached; `Infinity` when all sources have ended, `-Infinity` while one is missing.
   * @param wall wall time; `undefined` where time follows the readings and nobody is idle
   */
  reached(wall: number | undefined): number {
    if (wall !== undefined) return this.lowestAt(wall);
    return (this.lowest ??= this.lowestAt(undefined));
  }

  private lowestAt(wall: number | undefined): number {
    let lowest = Infinity;
    let silent = 0;
    for (const sources of this.perEvent.values()) {
      let heard = false;
      for (const source of sources.values()) {
        if (wall !== undefined && !source.end && wall - source.heard > this.idleAfter) continue;
        heard = true;
        if (!source.end && source.time < lowest) lowest = source.time;
      }
      if (!heard) {
        if (wall === undefined) return -Infinity;
        silent++;
      }
    }
    return silent === this.perEvent.size ? -Infinity : lowest;
  }

  /** Latest time that an ended source had reached. */
  get end(): number {
    return this.endTime;
  }

  toJSON(): unknown {
    return {
      end: Number.isFinite(this.endTime) ? this.endTime : null,
      events: [...this.perEvent].map(([event, sources]) => [
        event,
        [...sources].map(([source, clock]) => [source, { ...clock }]),
      ]),
    };
  }

  restore(kept: ReturnType<Clocks['toJSON']>): void {
    const { end, events } = kept as {
      end: number | null;
      events: [string, [string, SourceClock][]][];
    };
    this.endTime = end ?? -Infinity;
    this.lowest = undefined;
    for (const [event, sources] of events) {
      const map = this.perEvent.get(event);
      if (map !== undefined) for (const [id, clock] of sources) map.set(id, { ...clock });
    }
  }
}
