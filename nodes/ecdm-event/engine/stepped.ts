/**
 * Windows that follow each other in steps, over the readings of a Datastream, a station, a zone or the city. A window
 * (end - over, end] is closed when event time has passed its end by the lateness, so that order within it does not
 * matter; its result is stamped with its end. Hourly rows at 08:00 of six stations make one result at 08:00.
 */
import type { Observation } from '../../ecdm/observation';
import type { Rule } from './rule';
import { UnitGate, type Refusal } from './sliding';
import type { Stream } from './stream';
import { MOST_SAMPLES, SampleWindow, type Sample, type WindowSnapshot } from '../../ecdm/sample-window';

const MOST_SOURCES_TOLD = 100;
/** Steps without a word after which a member no longer holds the others back (only without a clock from the source). */
const IDLE_STEPS = 3;

interface Waiting {
  time: number;
  /** `null`: there was a reading, but without a value. */
  value: Sample | null;
  id: string;
  source: string;
}

export class Stepped {
  private readonly window: SampleWindow;
  private readonly gate: UnitGate;
  /** Readings of windows that are not closed yet, in order of time. */
  private waiting: Waiting[] = [];
  /** End of the window that closes next. */
  private end = Infinity;
  /** End of the last window that was closed. */
  private closed = -Infinity;
  /** Newest time of each Datastream in the group; followed only while no source tells the time. */
  private readonly members = new Map<string, number>();
  private behind = 0;
  /** The end for which {@link behind} was counted. */
  private counted = NaN;
  /** Under which the group lies in the engine's heap. */
  armedAt = Infinity;
  overflow = false;

  constructor(
    readonly rule: Rule,
    readonly stream: Stream,
  ) {
    this.window = new SampleWindow(rule.window!.method, rule.window!.percentile);
    this.gate = new UnitGate(rule);
    stream.setInterval(rule.window!.step);
  }

  /** End of the window that closes next, `Infinity` when nothing waits. */
  get nextEnd(): number {
    return this.end;
  }

  get unit(): string | undefined {
    return this.gate.unit;
  }

  /** Takes a reading in. */
  read(o: Observation): Refusal | 'closed' | undefined {
    const first = this.closed === -Infinity ? -Infinity : this.rule.windowStart(this.rule.nextWindowEnd(this.closed));
    if (o.time <= first) return 'closed';
    const converted = this.gate.convert(o);
    const refusal = typeof converted === 'object' && converted !== null ? converted.refused : undefined;
    const value = refusal === undefined ? (converted as Sample | null) : null;
    if (o.time <= this.closed) {
      // still part of the windows to come
      if (value !== null) this.window.add(o.time, value, o.id, o.datastream);
      return refusal;
    }
    this.wait({ time: o.time, value, id: o.id, source: o.datastream });
    const end = this.rule.windowEnd(o.time);
    if (end < this.end) this.end = Math.max(end, this.closed === -Infinity ? end : this.rule.nextWindowEnd(this.closed));
    return refusal;
  }

  private wait(one: Waiting): void {
    const { waiting } = this;
    if (waiting.length >= MOST_SAMPLES) {
      waiting.shift();
      this.overflow = true;
    }
    let at = waiting.length;
    while (at > 0 && waiting[at - 1]!.time > one.time) at--;
    if (at === waiting.length) waiting.push(one);
    else waiting.splice(at, 0, one);
  }

  /**
   * Follows how far each member has come, where no source tells the time.
   * @returns the time up to which windows may be closed (ends before it), or `-Infinity`
   */
  follow(datastream: string, time: number): number {
    const { members, rule } = this;
    const line = this.end + rule.lateness;
    if (this.end !== this.counted) this.recount(line);
    const before = members.get(datastream) ?? -Infinity;
    const after = Math.max(before, time);
    if (members.has(datastream) && before <= line) this.behind--;
    members.set(datastream, after);
    if (after <= line) this.behind++;
    if (time <= line) return -Infinity;
    const patience = IDLE_STEPS * rule.window!.step;
    if (this.behind > 0 && time <= line + patience) return -Infinity;
    let reached = time;
    for (const [member, newest] of members) {
      if (newest < time - patience - rule.lateness) members.delete(member);
      else if (newest < reached) reached = newest;
    }
    this.counted = NaN;
    return reached - rule.lateness;
  }

  /** Counts the members that the next window still waits for. */
  private recount(line: number): void {
    this.counted = this.end;
    this.behind = 0;
    for (const newest of this.members.values()) if (newest <= line) this.behind++;
  }

  /** Closes the windows whose end lies before `until`. */
  closeUntil(until: number): void {
    while (this.end < until) {
      this.close(this.end);
      this.closed = this.end;
      this.end = this.window.size > 0 ? this.rule.nextWindowEnd(this.closed) : Infinity;
      if (this.waiting.length > 0) this.end = Math.min(this.end, this.rule.windowEnd(this.waiting[0]!.time));
    }
  }

  private close(end: number): void {
    const { rule, window, waiting } = this;
    const start = rule.windowStart(end);
    let taken = 0;
    let last: Waiting | undefined;
    for (const one of waiting) {
      if (one.time > end) break;
      taken++;
      last = one;
      if (one.value !== null) window.add(one.time, one.value, one.id, one.source);
    }
    if (taken > 0) waiting.splice(0, taken);
    const result = window.result(start, end);
    const n = window.size;
    // a window that slides out of the last readings has nothing to say
    if (n === 0 && last === undefined) return;
    const value = n >= rule.window!.minSamples ? (result ?? null) : null;
    const source = window.newestIds(start, end, MOST_SOURCES_TOLD);
    this.stream.readResult(end, value, rule.resultUnit(this.gate.unit), source.at(-1) ?? last?.id ?? '', source);
    if (window.overflow) this.overflow = true;
    window.release(start);
  }

  save(): SteppedSnapshot {
    return {
      window: this.window.save(),
      gate: this.gate.save(),
      waiting: this.waiting.map(({ time, value, id, source }) => [time, value, id, source]),
      end: Number.isFinite(this.end) ? this.end : null,
      closed: Number.isFinite(this.closed) ? this.closed : null,
      members: [...this.members],
    };
  }

  load(kept: SteppedSnapshot): void {
    this.window.load(kept.window);
    this.gate.load(kept.gate);
    this.waiting = kept.waiting.map(([time, value, id, source]) => ({ time, value, id, source }));
    this.end = kept.end ?? Infinity;
    this.closed = kept.closed ?? -Infinity;
    for (const [member, time] of kept.members) this.members.set(member, time);
  }
}

export interface SteppedSnapshot {
  window: WindowSnapshot;
  gate: { unit: string | undefined; settled: boolean };
  waiting: [number, Sample | null, string, string][];
  end: number | null;
  closed: number | null;
  members: [string, number][];
}
