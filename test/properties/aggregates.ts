/** 12: windows over the values of events, against sums without any rounding, at every moment at which they may change. */
import assert from 'node:assert/strict';
import { AGGREGATE_METHODS, type AggregateMethod, type PatternAggregate } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { NOT_OF_EVENTS, type AggregateOperator } from '../../nodes/pattern-status/cep/aggregate';
import { compilePattern } from '../../nodes/pattern-status/cep/compile';
import { newState } from '../../nodes/pattern-status/cep/plan';
import { instant, nextDeadline } from '../../nodes/pattern-status/cep/fold';
import { copyState } from '../../nodes/pattern-status/cep/state';
import type { Property } from './property';
import { cityEvent, type Random } from './random';

const METHODS = AGGREGATE_METHODS.filter((method) => !NOT_OF_EVENTS.has(method));
const point = () => 'point' as const;

interface Sample {
  time: number;
  value: number;
  stream: string;
}

// ---- without rounding: all numbers are whole multiples of 2^-60

const SCALE = 60;
const exact = (x: number): bigint => BigInt(x * 2 ** SCALE);
const back = (scaled: bigint, times = 1n): number => {
  // 40 more digits before the division, so that nothing but the last step is rounded
  const shifted = (scaled << 200n) / times;
  const digits = shifted.toString();
  return Number(`${digits}e0`) / 2 ** 100 / 2 ** 100 / 2 ** SCALE;
};

function sum(values: readonly number[]): bigint {
  return values.reduce((total, value) => total + exact(value), 0n);
}

function deviation(values: readonly number[]): number | undefined {
  const n = BigInt(values.length);
  if (n < 2n) return undefined;
  // n * squares - sum², which is n² times the mean square of the distance
  const total = sum(values);
  const squares = values.reduce((all, value) => all + exact(value) * exact(value), 0n);
  const spread = n * squares - total * total;
  return Math.sqrt(back(spread, n * (n - 1n)) / 2 ** SCALE);
}

function ranked(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (percentile / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)]!;
  return low + (sorted[Math.ceil(rank)]! - low) * (rank - Math.floor(rank));
}

/** Change per hour of each stream by itself, and the mean of these. */
function rate(samples: readonly Sample[]): number | undefined {
  const rates: number[] = [];
  for (const stream of new Set(samples.map((one) => one.stream))) {
    const own = samples.filter((one) => one.stream === stream);
    const [first, last] = [own[0]!, own.at(-1)!];
    if (last.time > first.time) rates.push(((last.value - first.value) * 3_600_000) / (last.time - first.time));
  }
  return rates.length === 0 ? undefined : back(sum(rates), BigInt(rates.length));
}

function expected(method: AggregateMethod, samples: readonly Sample[], percentile: number): number | undefined {
  if (samples.length === 0) return undefined;
  const values = samples.map(({ value }) => value);
  const n = BigInt(values.length);
  switch (method) {
    case 'average':
      return back(sum(values), n);
    case 'sum':
      return back(sum(values));
    case 'energy average':
      return 10 * Math.log10(back(sum(values.map((value) => 10 ** (value / 10))), n));
    case 'standard deviation':
      return deviation(values);
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'range':
      return Math.max(...values) - Math.min(...values);
    case 'median':
      return ranked(values, 50);
    case 'percentile':
      return ranked(values, percentile);
    case 'count':
      return values.length;
    case 'distinct count':
      return new Set(values).size;
    case 'first':
      return values[0];
    case 'last':
      return values.at(-1);
    default:
      return rate(samples);
  }
}

const isPast = (result: number, compare: PatternAggregate['compare'], limit: number): boolean =>
  compare === '>'
    ? result > limit
    : compare === '>='
      ? result >= limit
      : compare === '<'
        ? result < limit
        : result <= limit;

function valueOf(random: Random, method: AggregateMethod): number {
  // the code of an error, beside which all others are nothing
  if (random.chance(0.02)) return method === 'energy average' ? 999 : 1e50;
  if (method === 'energy average') return 20 + random.int(1000) / 10;
  const size = random.pick([1, 1, 1000, 1e6]);
  return (random.int(4001) - (random.chance(0.2) ? 2000 : 0)) * 0.025 * size;
}

/** Runs random values through the operator, and looks at every moment at which something may change. */
function check(random: Random, method: AggregateMethod): void {
  const label = method;
  const over = 1 + random.int(30);
  const compare = random.pick(['>', '>=', '<', '<='] as const);
  const minSamples = random.pick([undefined, undefined, 2, 4]);
  const percentile = method === 'percentile' ? random.pick([0, 10, 50, 95, 100]) : undefined;
  // so few are never counted, and refused
  const isCount = method === 'count' || method === 'distinct count';
  const least = isCount && compare.startsWith('<') ? 5 : 0;
  const limit = Math.max(least, random.pick([0, 2, 3, 5, 50, 60, 1000, 50_000]));
  const pattern: PatternAggregate = {
    op: 'aggregate',
    event: 'e',
    method,
    over: `${over} ms`,
    compare,
    value: limit,
    minSamples,
    percentile,
  };
  const plan = compilePattern(pattern, point);
  const operator = plan.top as AggregateOperator;
  let state = newState(plan, 0, 'k');
  let samples: Sample[] = [];
  let time = 0;
  const look = (t: number, events: readonly CityEvent[]): void => {
    for (;;) {
      const due = nextDeadline(plan, state);
      if (due >= t) break;
      instant(plan, state, [], 0, 0, due);
      compareAt(due);
    }
    instant(plan, state, events, 0, events.length, t);
    compareAt(t);
  };
  const compareAt = (t: number): void => {
    const inside = samples.filter((one) => one.time > t - over && one.time <= t);
    const want = inside.length < (minSamples ?? 1) ? undefined : expected(method, inside, percentile ?? 50);
    const got = operator.current(state, t);
    if (want === undefined || got === undefined) assert.equal(got, want, `${label} at ${t}`);
    else {
      const largest = Math.max(...inside.map(({ value }) => Math.abs(value)));
      const near = 1e-9 * Math.max(Math.abs(want), method === 'sum' || method === 'average' ? largest * 1e-3 : 0);
      assert.ok(Math.abs(got - want) <= near, `${label} at ${t}: ${got} instead of ${want}`);
      // at the limit itself the last digit decides
      if (Math.abs(want - limit) <= near && want !== limit) return;
    }
    const level = want !== undefined && isPast(want, compare, limit);
    assert.equal(operator.level === 1, level, `${label} at ${t}: level, ${got} ${compare} ${limit}`);
  };
  for (let i = 5 + random.int(25); i > 0; i--) {
    time += random.pick([0, 1, 1, 3, 7, 20]) + (samples.length === 0 ? 1 : 0);
    const at = time;
    if (samples.at(-1)?.time === at) time = at + 1;
    const events: CityEvent[] = [];
    for (let j = 1 + random.int(2); j > 0; j--) {
      const stream = random.pick(['1', '2']);
      const value = valueOf(random, method);
      events.push({ ...cityEvent('e', 'point', time, stream), value });
    }
    // what is equal in time comes in the order in which the engine sorts it
    samples = [...samples, ...events.map(({ stream, value }) => ({ time, stream, value: value as number }))];
    look(time, events);
    if (random.chance(0.1)) {
      const box = operator.revive(JSON.parse(JSON.stringify(state.refs[operator.boxAt])));
      state = copyState(plan.layout, state);
      state.refs[operator.boxAt] = random.chance(0.5) ? box : box.copy();
    }
  }
  look(time + over + 1, []);
  assert.equal(operator.level, 0, `${label}: nothing is left`);
}

export const aggregates: readonly Property[] = [
  {
    id: '12',
    says: 'an aggregate is what it would be if it were counted afresh, without rounding',
    check: (random) => check(random, random.pick(METHODS)),
  },
];
