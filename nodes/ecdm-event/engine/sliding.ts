/** A window that gives a result at every reading of one Datastream or one station. */
import type { Observation } from '../../ecdm/observation';
import { converter, type Converter } from '../../ecdm/units';
import type { Rule } from './rule';
import type { Stream } from './stream';
import { SampleWindow, type Sample, type WindowSnapshot } from '../../ecdm/sample-window';

const MOST_SOURCES_TOLD = 100;
const NUMERIC_ONLY: ReadonlySet<string> = new Set([
  'average', 'time-weighted average', 'energy average', 'min', 'max', 'sum', 'median', 'percentile', 'range',
  'standard deviation', 'rate of change',
]);

/** Why a reading cannot be part of a window. */
export type Refusal = 'unit' | 'value';

/** Brings the readings of several Datastreams into one unit and says which cannot be used. */
export class UnitGate {
  unit: string | undefined;
  private settled = false;
  private readonly converters = new Map<string, Converter | null>();
  private readonly numeric: boolean;

  constructor(rule: Rule) {
    this.numeric = NUMERIC_ONLY.has(rule.window!.method);
  }

  /** The value in the unit of the window, `null` without one, or why it cannot be used. */
  convert(o: Observation): Sample | null | { refused: Refusal } {
    const { value } = o;
    if (value === null || o.quality === 'missing') return null;
    if (typeof value === 'object') return VALUE;
    if (typeof value !== 'number') return this.numeric ? VALUE : value;
    if (value !== value) return VALUE;
    if (!this.settled) {
      this.settled = true;
      this.unit = o.unit;
    }
    if (o.unit === this.unit) return value;
    const key = `${o.unit ?? ''}|${o.property}`;
    let how = this.converters.get(key);
    if (how === undefined) {
      how = (o.unit === undefined || this.unit === undefined ? undefined : converter(o.unit, this.unit, o.property)) ?? null;
      if (this.converters.size >= 1000) this.converters.clear();
      this.converters.set(key, how);
    }
    return how === null ? UNIT : value * how.factor + how.offset;
  }

  save(): { unit: string | undefined; settled: boolean } {
    return { unit: this.unit, settled: this.settled };
  }
  load(kept: { unit?: string | undefined; settled: boolean }): void {
    this.unit = kept.unit ?? undefined;
    this.settled = kept.settled;
  }
}

const VALUE = Object.freeze({ refused: 'value' as const });
const UNIT = Object.freeze({ refused: 'unit' as const });

export class Sliding {
  private readonly window: SampleWindow;
  private readonly gate: UnitGate;

  constructor(
    private readonly rule: Rule,
    readonly stream: Stream,
  ) {
    this.window = new SampleWindow(rule.window!.method, rule.window!.percentile);
    this.gate = new UnitGate(rule);
    // asked only when there is something to tell
    stream.sourcesAt = (time) => this.window.newestIds(time - rule.window!.over, time, MOST_SOURCES_TOLD);
  }

  /** The window held more readings than it may. */
  get overflow(): boolean {
    return this.window.overflow;
  }

  get unit(): string | undefined {
    return this.gate.unit;
  }

  /** Takes a reading in and judges the new result; late ones change the results after them. */
  read(o: Observation): Refusal | undefined {
    const value = this.gate.convert(o);
    const refusal = typeof value === 'object' && value !== null ? value.refused : undefined;
    const { window, rule, stream } = this;
    const { over } = rule.window!;
    const late = o.time < stream.newestTime;
    if (value !== null && refusal === undefined) window.add(o.time, value as Sample, o.id, o.datastream);
    const unit = rule.resultUnit(this.gate.unit);
    if (!late && o.time >= window.newest) {
      const result = window.result(o.time - over, o.time);
      const enough = window.size >= rule.window!.minSamples;
      stream.readResult(o.time, enough ? (result ?? null) : null, unit, o.id, undefined, o);
    } else {
      stream.restate(o.time, (at) => this.valueAt(at));
      stream.readResult(o.time, this.valueAt(o.time), unit, o.id, undefined, o);
    }
    // a late reading may still ask for windows that end lateness ago
    window.release(stream.newestTime - over - rule.lateness);
    return refusal;
  }

  private valueAt(time: number): Sample | null {
    const from = time - this.rule.window!.over;
    if (this.window.countIn(from, time) < this.rule.window!.minSamples) return null;
    return this.window.resultAt(from, time) ?? null;
  }

  save(): SlidingSnapshot {
    return { window: this.window.save(), gate: this.gate.save() };
  }
  load(kept: SlidingSnapshot): void {
    this.window.load(kept.window);
    this.gate.load(kept.gate);
  }
}

export interface SlidingSnapshot {
  window: WindowSnapshot;
  gate: { unit: string | undefined; settled: boolean };
}
