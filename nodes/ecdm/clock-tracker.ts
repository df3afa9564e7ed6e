/**
 * How far a source has come: the watermark of its streams.
 *
 * `now` is the source's own present and always of the same kind as the readings' times: the wall clock when live,
 * the simulated clock of a simulation; left out, it is the newest time seen so far (a replay). With it one rule serves all modes:
 * the clock is the minimum over the streams that are not idle, and a stream is idle when nothing came from it for
 * three of its usual intervals.
 */
import type { CityClock } from './city';

export interface ClockTrackerOptions {
  /** A stream without a known interval is idle after this long (milliseconds, default 2 min). */
  idleAfter?: number;
  /** Most streams that are followed (default 200,000); further ones do not hold the clock back. */
  maxStreams?: number;
}

interface Stream {
  /** Newest event time of the stream. */
  time: number;
  /** Present of the source when the stream was last heard of. */
  heard: number;
  /** Usual interval: told by the source, or a slow average of the steps seen. */
  interval: number;
  /** Steps that were seen; an average of few says little. */
  steps: number;
}

/** Steps after which the average is believed. */
const SURE = 3;

export class ClockTracker {
  private readonly streams = new Map<string, Stream>();
  private readonly idleAfter: number;
  private readonly maxStreams: number;
  private newest = -Infinity;
  private reached = -Infinity;
  private emitted = -Infinity;

  constructor(
    readonly source: string,
    options: ClockTrackerOptions = {},
  ) {
    this.idleAfter = options.idleAfter ?? 120_000;
    this.maxStreams = options.maxStreams ?? 200_000;
  }

  /** Newest event time of all streams, `-Infinity` before the first. The present of a replay. */
  get newestTime(): number {
    return this.newest;
  }

  /** Takes note of one reading. Readings of an earlier time than the stream's newest change nothing but "heard". */
  seen(stream: string, time: number, now?: number, interval?: number): void {
    if (!Number.isFinite(time)) return;
    if (time > this.newest) this.newest = time;
    const heard = now ?? this.newest;
    const known = this.streams.get(stream);
    if (known === undefined) {
      if (this.streams.size >= this.maxStreams) return;
      this.streams.set(stream, { time, heard, interval: interval ?? 0, steps: 0 });
      return;
    }
    known.heard = heard;
    if (interval !== undefined) known.interval = interval;
    if (time <= known.time) return;
    known.steps++;
    if (interval === undefined) {
      const step = time - known.time;
      known.interval = known.interval === 0 ? step : known.interval * 0.8 + step * 0.2;
    }
    known.time = time;
  }

  /** Usual time between two readings of a stream, in whole seconds where it is longer; `undefined` while unsure. */
  usualInterval(stream: string): number | undefined {
    const known = this.streams.get(stream);
    if (!known || known.steps < SURE || known.interval <= 0) return undefined;
    return known.interval < 1000 ? Math.round(known.interval) : Math.round(known.interval / 1000) * 1000;
  }

  /**
   * The watermark: the earliest newest-time over the streams that are not idle; it never goes back.
   * @returns `undefined` before the first reading
   */
  watermark(now = this.newest): number | undefined {
    let lowest = Infinity;
    for (const stream of this.streams.values()) {
      if (stream.time < lowest && now - stream.heard <= Math.max(this.idleAfter, 3 * stream.interval)) {
        lowest = stream.time;
      }
    }
    if (lowest !== Infinity && lowest > this.reached) this.reached = lowest;
    return this.reached === -Infinity ? undefined : this.reached;
  }

  /** The clock to send with a batch of a replay, or whenever the source likes; `undefined` before the first reading. */
  clock(now?: number, end = false): CityClock | undefined {
    const time = end && this.newest > this.reached ? this.newest : this.watermark(now);
    if (time === undefined || time === -Infinity) return undefined;
    this.emitted = Math.max(this.emitted, time);
    return end ? { source: this.source, time, end: true } : { source: this.source, time };
  }

  /** The clock when it has moved since it was last given out; for sources that tell it once a second. */
  clockIfMoved(now?: number): CityClock | undefined {
    const time = this.watermark(now);
    return time !== undefined && time > this.emitted ? this.clock(now) : undefined;
  }
}
