import { followsWallClock, type CityClock, type Mode } from '../ecdm/city';
import { ClockTracker } from '../ecdm/clock-tracker';
import type { Observation } from '../ecdm/observation';
import { validUntil } from '../ecdm/valid-until';

/** Live readings that are stamped further into the future do not move the clock. */
const FUTURE = 300_000;
/** The clock is told at most this often when live. */
const EVERY = 1000;

/** Keeps the clock of this source: its watermark when live, the newest time of the batch in a replay. */
export class SourceClock {
  private tracker: ClockTracker;
  private told = -Infinity;
  private replayed = -Infinity;
  /** Up to when the newest reading of the replay stands for what it says. */
  private until = -Infinity;

  constructor(private readonly source: string) {
    this.tracker = new ClockTracker(source);
  }

  /** The clock to send with this batch; `undefined` where it has not moved or was told less than a second ago. */
  after(batch: readonly Observation[], mode: Mode, now: number, end: boolean): CityClock | undefined {
    return followsWallClock(mode) ? this.live(batch, now, end) : this.replay(batch, end);
  }

  private live(batch: readonly Observation[], now: number, end: boolean): CityClock | undefined {
    for (const { datastream, time, meta } of batch) {
      if (time <= now + FUTURE) this.tracker.seen(datastream, time, now, meta?.interval);
    }
    if (!end && now - this.told < EVERY) return undefined;
    const clock = end ? this.tracker.clock(now, true) : this.tracker.clockIfMoved(now);
    if (clock !== undefined) this.told = now;
    return clock;
  }

  private replay(batch: readonly Observation[], end: boolean): CityClock | undefined {
    for (const observation of batch) {
      if (observation.time > this.replayed) this.replayed = observation.time;
      this.until = Math.max(this.until, validUntil(observation));
    }
    if (this.replayed === -Infinity) return undefined;
    if (!end) return { source: this.source, time: this.replayed };
    const clock: CityClock = { source: this.source, time: this.until, end: true };
    // what follows an end is another replay, which may be of an earlier time
    this.replayed = -Infinity;
    this.until = -Infinity;
    return clock;
  }
}

/** Puts a batch in order of time; readings of the same time stay as they came. Most batches are in order already. */
export function sortByTime(batch: Observation[]): void {
  for (let i = 1; i < batch.length; i++) {
    if (batch[i]!.time < batch[i - 1]!.time) {
      batch.sort((a, b) => a.time - b.time);
      return;
    }
  }
}
