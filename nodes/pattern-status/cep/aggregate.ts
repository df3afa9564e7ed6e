/** What the values of an event come to over a window: true while it is past a limit. */
import type { AggregateMethod, PatternAggregate } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import { SampleWindow, type Sample, type WindowSnapshot } from '../../ecdm/sample-window';
import { converter, type Converter } from '../../ecdm/units';
import { type EventOperator } from './event-operator';
import { FALSE, Operator, TRUE, type Level } from './operators';
import type { Box, Layout, PatternState } from './state';

/** Values that are kept per key; of more the oldest are left out, and counted. */
export const MOST_SAMPLES = 4096;
/** Longest window: what lies further back is a matter for a store of readings. */
export const LONGEST_WINDOW = 30 * 86_400_000;
/** Methods for which a value must hold until the next one; an event has it at its own moment only. */
export const NOT_OF_EVENTS: ReadonlySet<AggregateMethod> = new Set(['time-weighted average', 'share of time true']);
/** Methods that can say something of texts and truths, or of events without value. */
const OF_ANYTHING: ReadonlySet<AggregateMethod> = new Set(['count', 'distinct count']);
const MOST_EVIDENCE = 20;
/** So many values in a row that cannot be converted are not what is wrong. */
const MOST_STRANGE = 3;
const MOST_CONVERTERS = 1000;

export interface AggregateOptions {
  method: AggregateMethod;
  over: number;
  compare: PatternAggregate['compare'];
  value: number;
  percentile: number | undefined;
  minSamples: number;
}

/** The values of one key. */
class Samples implements Box {
  /** That of the first value that has one; others are converted. */
  unit: string | undefined;
  /** How many in a row could not be converted to it. */
  strange = 0;
  /** Values of this key alone that were left out, since it or the program began. */
  leftOut = 0;
  newest: CityEvent[] = [];

  constructor(readonly window: SampleWindow) {}

  copy(): Samples {
    const copy = new Samples(this.window.copy());
    copy.unit = this.unit;
    copy.strange = this.strange;
    copy.leftOut = this.leftOut;
    copy.newest = this.newest.slice();
    return copy;
  }

  toJSON(): PlainSamples {
    const { window, unit, strange, newest } = this;
    return { window: window.save(), unit, strange, newest: newest.slice() };
  }
}

interface PlainSamples {
  window: WindowSnapshot;
  unit: string | undefined;
  strange: number;
  newest: CityEvent[];
}

export class AggregateOperator extends Operator {
  /** Values that were left out because there were too many, or in a unit that cannot be compared. */
  leftOut = 0;
  private readonly box: number;
  private readonly converters = new Map<string, Converter | null>();

  constructor(
    layout: Layout,
    private readonly event: EventOperator,
    private readonly options: AggregateOptions,
  ) {
    super(layout, true);
    this.box = layout.ref('box');
    event.found ??= [];
  }

  override get boxAt(): number {
    return this.box;
  }

  override revive(json: unknown): Samples {
    const { window, unit, strange, newest } = json as PlainSamples;
    const samples = this.newSamples();
    samples.window.load(window);
    samples.unit = unit;
    samples.strange = strange;
    samples.newest = newest;
    return samples;
  }

  private newSamples(): Samples {
    return new Samples(new SampleWindow(this.options.method, this.options.percentile, MOST_SAMPLES));
  }

  private samplesOf(state: PatternState): Samples | undefined {
    return state.refs[state.r + this.box] as Samples | undefined;
  }

  override evaluate(state: PatternState, t: number): void {
    const found = this.event.found!;
    let samples = this.samplesOf(state);
    if (found.length > 0) {
      if (samples === undefined) state.refs[state.r + this.box] = samples = this.newSamples();
      for (const event of found) this.take(samples, event);
    }
    // between two values, and before one leaves, nothing can change
    const changes = found.length > 0 || this.deadline(state) <= t;
    if (changes) this.finish(state, t, this.levelOf(samples!, t), -Infinity);
    else this.finish(state, t, this.levelIn(state), -Infinity);
  }

  private levelOf(samples: Samples, t: number): Level {
    if (!this.isPast(this.summary(samples, t))) return FALSE;
    const { newest } = samples;
    const inside = newest.findIndex(({ time }) => time > t - this.options.over);
    if (inside > 0) newest.splice(0, inside);
    return TRUE;
  }

  private take(samples: Samples, event: CityEvent): void {
    const value = this.sampleOf(samples, event);
    if (value === undefined) return;
    const { window } = samples;
    if (window.held >= MOST_SAMPLES) this.leaveOut(samples);
    window.add(event.time, value, '', event.stream);
    samples.newest.push(event);
    if (samples.newest.length > MOST_EVIDENCE) samples.newest.shift();
  }

  private sampleOf(samples: Samples, { value, unit, property }: CityEvent): Sample | undefined {
    const { method } = this.options;
    if (method === 'count') return 1;
    if (typeof value !== 'number') {
      const usable = OF_ANYTHING.has(method) && (typeof value === 'string' || typeof value === 'boolean');
      return usable ? value : undefined;
    }
    if (!Number.isFinite(value)) return undefined;
    if (samples.unit === undefined && samples.window.held === 0) samples.unit = unit;
    if (unit === samples.unit) {
      samples.strange = 0;
      return value;
    }
    const how = this.converterFor(unit, samples.unit, property);
    if (how === null) return this.strange(samples, value, unit);
    samples.strange = 0;
    return value * how.factor + how.offset;
  }

  /** What the limit is compared in stays over gaps, but not where it was the unit of a first value that was wrong. */
  private strange(samples: Samples, value: number, unit: string | undefined): number | undefined {
    samples.strange++;
    if (samples.strange >= MOST_STRANGE && samples.window.held === 0) {
      samples.unit = unit;
      samples.strange = 0;
      return value;
    }
    this.leaveOut(samples);
    return undefined;
  }

  private leaveOut(samples: Samples): void {
    this.leftOut++;
    samples.leftOut++;
  }

  /** Values of one key that were left out: by how many there are more after it was run again, so many are new. */
  leftOutOf(state: PatternState): number {
    return this.samplesOf(state)?.leftOut ?? 0;
  }

  private converterFor(
    from: string | undefined,
    to: string | undefined,
    property: string | undefined,
  ): Converter | null {
    const key = `${from ?? ''}|${to ?? ''}|${property ?? ''}`;
    let how = this.converters.get(key);
    if (how === undefined) {
      how = (from === undefined || to === undefined ? undefined : converter(from, to, property ?? '')) ?? null;
      if (this.converters.size >= MOST_CONVERTERS) this.converters.clear();
      this.converters.set(key, how);
    }
    return how;
  }

  /** What the values of the window that ends at `t` come to; `undefined` where there are too few. */
  private summary({ window }: Samples, t: number): number | undefined {
    const { method, over, minSamples } = this.options;
    const from = t - over;
    const kept = window.result(from, t);
    window.release(from);
    if (window.size < Math.max(minSamples, 1)) return undefined;
    // taking values out of sums of squares leaves an error behind that may be larger than what is left
    const result = method === 'standard deviation' ? window.resultAt(from, t) : kept;
    return typeof result === 'number' ? result : undefined;
  }

  private isPast(result: number | undefined): boolean {
    if (result === undefined) return false;
    const { compare, value } = this.options;
    if (compare === '>') return result > value;
    if (compare === '>=') return result >= value;
    return compare === '<' ? result < value : result <= value;
  }

  /** What it is at the last moment that was looked at; for people. */
  current(state: PatternState, t: number): number | undefined {
    const samples = this.samplesOf(state);
    return samples && this.summary(samples, t);
  }

  override get timed(): boolean {
    return true;
  }

  /** The window is open at its beginning: a value leaves it exactly its length after it came. */
  override deadline(state: PatternState): number {
    const samples = this.samplesOf(state);
    return samples === undefined ? Infinity : samples.window.oldest + this.options.over;
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    for (const event of this.samplesOf(state)?.newest ?? []) into.add(event);
  }
}
