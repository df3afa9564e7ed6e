/**
 * A condition over one reading, compiled once into a flat list of steps. Three-valued: a reading without value makes a
 * comparison unknown, and unknown is neither true nor false. Nothing is allocated while judging.
 */
import type { Between, Compare, Condition, OneOf } from '../../ecdm/definition';
import type { Quality, Value } from '../../ecdm/observation';
import { zoneOffset } from '../../ecdm/time';
import { converter, toUcum, unitLabel } from '../../ecdm/units';

export const TRUE = 1;
const FALSE = 0;
export const UNKNOWN = -1;

/** What is wrong with a definition: a key of the engine's texts and its parameters. */
export class DefinitionError extends Error {
  constructor(
    readonly key: string,
    readonly parameters: Record<string, string | number> = {},
  ) {
    super(key);
  }
}

/** Hysteresis needs one bit per limit; they travel with the state as one small integer. */
const MOST_HYSTERESIS = 30;
const MOST_STEPS = 500;
const DAY = 86_400_000;

const enum Op {
  Above,
  AtLeast,
  Below,
  AtMost,
  Equal,
  NotEqual,
  SameText,
  OtherText,
  Between,
  Outside,
  In,
  Time,
  All,
  Any,
  Not,
}

interface Step {
  op: Op;
  /** Looks at the quality instead of the value. */
  quality: boolean;
  /** Own properties to walk inside a record. */
  path: readonly string[];
  /** First of its numbers in the table of limits. */
  at: number;
  /** Its bit in the memory of hysteresis, 0 without one. */
  bit: number;
  text: string | boolean;
  set: ReadonlySet<unknown> | undefined;
  of: readonly number[];
  from: number;
  to: number;
  /** Bit n set: day n counts (1 = Monday). */
  days: number;
  zone: string | undefined;
}

/** A limit as it was written, to be converted into the unit of each source. */
interface Limit {
  value: number;
  /** UCUM, or the text as written where it is not known; undefined: compared in whatever unit comes. */
  unit: string | undefined;
  /** A width, not a place on the scale: no offset is added (5 K is 5 Cel wide). */
  width: boolean;
}

const NUMERIC: Readonly<Record<string, Op>> = {
  '>': Op.Above,
  '>=': Op.AtLeast,
  '<': Op.Below,
  '<=': Op.AtMost,
  '=': Op.Equal,
  '!=': Op.NotEqual,
};

type Comparison = Compare | Between | OneOf;

export interface ConditionOptions {
  /** For times of day that name no zone themselves. */
  timeZone?: string;
}

export class CompiledCondition {
  /** Memory of hysteresis after the last {@link evaluate}. */
  bits = 0;
  /** The last {@link evaluate} met a value of a kind that cannot be compared. */
  fault = false;
  /** Some limit over the value carries a unit. */
  readonly hasUnits: boolean;
  /** Some numeric limit over the value carries no unit. */
  readonly hasBareLimits: boolean;

  private readonly steps: Step[] = [];
  private readonly limits: Limit[] = [];
  private readonly root: number;
  private hysteresis = 0;

  // the reading being judged: fields instead of parameters keep the walk free of allocation
  private value: Value | undefined = null;
  private qualityNow: Quality = 'good';
  private time = 0;
  private table: Float64Array = EMPTY;
  private memory = 0;

  constructor(
    condition: Condition,
    private readonly options: ConditionOptions = {},
  ) {
    this.root = this.compile(condition, 0);
    this.hasUnits = this.limits.some((limit) => limit.unit !== undefined);
    this.hasBareLimits = this.limits.some((limit) => limit.unit === undefined);
  }

  /**
   * The limits in the unit of a source.
   * @param difference the readings are differences (a range, a deviation): 5 K is then 5 Cel
   * @returns `undefined` where a limit cannot be converted
   */
  bind(unit: string | undefined, property: string | undefined, difference = false): Float64Array | undefined {
    const table = new Float64Array(this.limits.length);
    for (const [i, limit] of this.limits.entries()) {
      if (limit.unit === undefined || limit.unit === unit) {
        table[i] = limit.value;
        continue;
      }
      // a count needs no unit
      const from = unit ?? (limit.unit === '1' ? '1' : undefined);
      const how = from === undefined ? undefined : converter(limit.unit, from, property);
      if (how === undefined) return undefined;
      const converted = limit.value * how.factor + (limit.width || difference ? 0 : how.offset);
      table[i] = Number(converted.toPrecision(12));
    }
    return table;
  }

  /** Which comparison each bit of the hysteresis belongs to: bits mean the same only where this is the same. */
  get layout(): string {
    return this.steps.map(({ op, bit, quality, path }) => `${op}.${bit}.${quality ? 'q' : path.join('.')}`).join(' ');
  }

  /** Units of the limits, for people. */
  units(): string {
    return [...new Set(this.limits.flatMap(({ unit }) => (unit === undefined ? [] : [unitLabel(unit) || unit])))].join(', ');
  }

  /**
   * Judges one reading.
   * @param bits memory of hysteresis before this reading; the memory after it is in {@link bits}
   */
  evaluate(value: Value, quality: Quality | undefined, time: number, table: Float64Array, bits: number): number {
    this.value = quality === 'missing' ? null : value;
    this.qualityNow = quality ?? 'good';
    this.time = time;
    this.table = table;
    this.memory = bits;
    this.bits = 0;
    this.fault = false;
    return this.run(this.root);
  }

  /** The part of the reading that the condition looks at first; what an event shows as its value. */
  shown(value: Value): Value {
    const step = this.steps.find((one) => one.op <= Op.In && !one.quality);
    if (step === undefined || step.path.length === 0) return value;
    const part = walk(value, step.path);
    return part === undefined ? null : (part as Value);
  }

  private run(index: number): number {
    const step = this.steps[index]!;
    if (step.op <= Op.In) return this.leaf(step);
    if (step.op === Op.Time) return this.timeOfDay(step);
    if (step.op === Op.Not) {
      const inner = this.run(step.of[0]!);
      return inner === UNKNOWN ? UNKNOWN : 1 - inner;
    }
    // every branch is judged, so that each one's hysteresis moves on
    const decisive = step.op === Op.All ? FALSE : TRUE;
    let result = 1 - decisive;
    for (let i = 0; i < step.of.length; i++) {
      const one = this.run(step.of[i]!);
      if (one === decisive) result = decisive;
      else if (one === UNKNOWN && result !== decisive) result = UNKNOWN;
    }
    return result;
  }

  private leaf(step: Step): number {
    let x: unknown = step.quality ? this.qualityNow : this.value;
    if (step.path.length > 0) x = walk(x, step.path);
    if (x === null || x === undefined) {
      this.bits |= this.memory & step.bit;
      return UNKNOWN;
    }
    if (step.op === Op.In) {
      if (step.set!.has(x)) return TRUE;
      return this.kindFits(step, x) ? FALSE : UNKNOWN;
    }
    if (step.op === Op.SameText || step.op === Op.OtherText) {
      if (typeof x !== typeof step.text) {
        this.fault = true;
        return UNKNOWN;
      }
      return (x === step.text) === (step.op === Op.SameText) ? TRUE : FALSE;
    }
    if (typeof x !== 'number' || x !== x) {
      this.fault = true;
      this.bits |= this.memory & step.bit;
      return UNKNOWN;
    }
    const on = this.compareNumber(step, x, (this.memory & step.bit) !== 0);
    if (on) this.bits |= step.bit;
    return on ? TRUE : FALSE;
  }

  /** Once true, a comparison with hysteresis stays true until its second limit is passed. */
  private compareNumber(step: Step, x: number, was: boolean): boolean {
    const a = this.table[step.at]!;
    const b = this.table[step.at + 1]!;
    switch (step.op) {
      case Op.Above:
        return was ? x >= b : x > a;
      case Op.AtLeast:
        return was ? x >= b : x >= a;
      case Op.Below:
        return was ? x <= b : x < a;
      case Op.AtMost:
        return was ? x <= b : x <= a;
      case Op.Equal:
        return x === a;
      case Op.NotEqual:
        return x !== a;
      case Op.Between: {
        const margin = was ? this.table[step.at + 2]! : 0;
        return x >= a - margin && x <= b + margin;
      }
      default: {
        const margin = was ? this.table[step.at + 2]! : 0;
        return x < a + margin || x > b - margin;
      }
    }
  }

  private kindFits(step: Step, x: unknown): boolean {
    for (const one of step.set!) if (typeof one === typeof x) return true;
    this.fault = true;
    return false;
  }

  private timeOfDay(step: Step): number {
    const local = this.time + zoneOffset(this.time, step.zone);
    let day = Math.floor(local / DAY);
    const minute = Math.floor((local - day * DAY) / 60_000);
    let inside: boolean;
    if (step.from < step.to) inside = minute >= step.from && minute < step.to;
    else {
      // over midnight (or the whole day): what lies after midnight belongs to the day before
      inside = minute >= step.from || minute < step.to;
      if (minute < step.to) day--;
    }
    // 1970-01-01 was a Thursday
    const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
    return inside && (step.days & (1 << weekday)) !== 0 ? TRUE : FALSE;
  }

  // ---- compiling

  private compile(condition: Condition, depth: number): number {
    if (depth > 20 || this.steps.length >= MOST_STEPS) throw new DefinitionError('tooDeep');
    if ('of' in condition && Array.isArray(condition.of)) {
      return this.add({
        op: condition.op === 'all' ? Op.All : Op.Any,
        of: condition.of.map((one) => this.compile(one, depth + 1)),
      });
    }
    if (condition.op === 'not') return this.add({ op: Op.Not, of: [this.compile(condition.of, depth + 1)] });
    if (condition.op === 'time') {
      return this.add({
        op: Op.Time,
        from: minuteOf(condition.from),
        to: minuteOf(condition.to),
        days: condition.days === undefined ? 0xfe : condition.days.reduce((mask, day) => mask | (1 << day), 0),
        zone: condition.zone ?? this.options.timeZone,
      });
    }
    return this.compileLeaf(condition as Comparison);
  }

  private compileLeaf(leaf: Comparison): number {
    const { quality, path } = readField(leaf.field);
    if (leaf.op === 'in') return this.add({ op: Op.In, quality, path, set: new Set(leaf.values) });
    if ('low' in leaf) {
      if (!(leaf.low <= leaf.high)) throw new DefinitionError('lowHigh', { low: leaf.low, high: leaf.high });
      const margin = leaf.margin ?? 0;
      if (leaf.op === 'outside' && leaf.low + margin > leaf.high - margin) throw new DefinitionError('margin', { margin });
      const at = this.limit(leaf.low, leaf.unit);
      this.limit(leaf.high, leaf.unit);
      this.limit(margin, leaf.unit, true);
      return this.add({ op: leaf.op === 'between' ? Op.Between : Op.Outside, quality, path, at, bit: margin > 0 ? this.nextBit() : 0 });
    }
    if (typeof leaf.value !== 'number') {
      if (leaf.op !== '=' && leaf.op !== '!=') throw new DefinitionError('order', { value: String(leaf.value) });
      return this.add({ op: leaf.op === '=' ? Op.SameText : Op.OtherText, quality, path, text: leaf.value });
    }
    const op = NUMERIC[leaf.op]!;
    let bit = 0;
    let clear = leaf.value;
    if (leaf.clear !== undefined && op !== Op.Equal && op !== Op.NotEqual) {
      const up = op === Op.Above || op === Op.AtLeast;
      if (up ? leaf.clear > leaf.value : leaf.clear < leaf.value) {
        throw new DefinitionError(up ? 'clearAbove' : 'clearBelow', { clear: leaf.clear, value: leaf.value });
      }
      clear = leaf.clear;
      bit = this.nextBit();
    }
    const at = this.limit(leaf.value, leaf.unit);
    this.limit(clear, leaf.unit);
    return this.add({ op, quality, path, at, bit });
  }

  private limit(value: number, unit: string | undefined, width = false): number {
    const text = unit === undefined || unit.trim() === '' ? undefined : unit.trim();
    this.limits.push({ value, unit: text === undefined ? undefined : (toUcum(text) ?? text), width });
    return this.limits.length - 1;
  }

  private nextBit(): number {
    if (this.hysteresis >= MOST_HYSTERESIS) throw new DefinitionError('tooDeep');
    return 1 << this.hysteresis++;
  }

  private add(step: Partial<Step> & { op: Op }): number {
    this.steps.push({
      op: step.op,
      quality: step.quality ?? false,
      path: step.path ?? [],
      at: step.at ?? 0,
      bit: step.bit ?? 0,
      text: step.text ?? '',
      set: step.set,
      of: step.of ?? [],
      from: step.from ?? 0,
      to: step.to ?? 0,
      days: step.days ?? 0,
      zone: step.zone,
    });
    return this.steps.length - 1;
  }
}

const EMPTY = new Float64Array(0);

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** `value`, `quality`, `value.rain` or, shorter, `rain`. */
function readField(field: string | undefined): { quality: boolean; path: readonly string[] } {
  const text = field?.trim() ?? '';
  if (text === '' || text === 'value') return { quality: false, path: [] };
  if (text === 'quality') return { quality: true, path: [] };
  const path = text.split('.');
  if (path[0] === 'value') path.shift();
  return { quality: false, path };
}

/** Own properties only: the name of a field is data from outside. */
function walk(from: unknown, path: readonly string[]): unknown {
  let x = from;
  for (let i = 0; i < path.length; i++) {
    if (typeof x !== 'object' || x === null || !Object.hasOwn(x, path[i]!)) return undefined;
    x = (x as Record<string, unknown>)[path[i]!];
  }
  return x;
}
