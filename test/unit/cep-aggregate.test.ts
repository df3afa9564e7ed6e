/** "average of E over 1 h > 90": windows over the values of events, against sums without any rounding. */
import * as assert from 'node:assert/strict';
import {
  AGGREGATE_METHODS,
  type AggregateMethod,
  type PatternAggregate,
  type StatusDefinition,
} from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, type PatternEngine } from '../../nodes/pattern-status/cep';
import { MOST_SAMPLES, NOT_OF_EVENTS, type AggregateOperator } from '../../nodes/pattern-status/cep/aggregate';
import { compilePattern, newState } from '../../nodes/pattern-status/cep/compile';
import { instant, nextDeadline } from '../../nodes/pattern-status/cep/fold';
import { copyState } from '../../nodes/pattern-status/cep/state';
import { cityEvent, Random } from '../properties/random';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 815);
const METHODS = AGGREGATE_METHODS.filter((method) => !NOT_OF_EVENTS.has(method));
const MIN = 60_000;
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
  if (method === 'energy average') return 20 + random.int(1000) / 10;
  const size = random.pick([1, 1, 1000, 1e6]);
  return (random.int(4001) - (random.chance(0.2) ? 2000 : 0)) * 0.025 * size;
}

/** Runs random values through the operator, and looks at every moment at which something may change. */
function check(random: Random, method: AggregateMethod, label: string): void {
  const over = 1 + random.int(30);
  const compare = random.pick(['>', '>=', '<', '<='] as const);
  const minSamples = random.pick([undefined, undefined, 2, 4]);
  const percentile = method === 'percentile' ? random.pick([0, 10, 50, 95, 100]) : undefined;
  const limit = random.pick([0, 2, 3, 5, 50, 60, 1000, 50_000]);
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

const rule = (when: StatusDefinition['when'], more: Partial<StatusDefinition> = {}): StatusDefinition => ({
  id: 'r', name: 'R', when, per: { by: 'station' }, severity: 'minor', lateness: '0 s', flapping: false, ...more,
}); // prettier-ignore

const average: PatternAggregate = {
  op: 'aggregate',
  event: 'e',
  method: 'average',
  over: '10 min',
  compare: '>',
  value: 90,
};

function said(
  definition: StatusDefinition,
  values: readonly (readonly [minute: number, value: unknown, unit?: string])[],
): unknown[] {
  const out: Status[] = [];
  const engine = compileStatus(definition, { names: (id) => id, emit: point });
  engine.setMode('replay');
  for (const [minute, value, unit] of values) {
    const event = { ...cityEvent('e', 'point', minute * MIN, '1', 'k'), value: value as number, unit };
    engine.push([event], out, []);
  }
  engine.clock({ source: 's', time: 1000 * MIN }, 'replay', out, []);
  return out.filter(({ state }) => state !== 'updated').map(({ state, updated }) => [state, Date.parse(updated) / MIN]);
}

const refused = (pattern: object): string => {
  try {
    compileStatus(rule({ ...average, ...pattern } as PatternAggregate), { names: (id) => id });
    return 'accepted';
  } catch (thrown) {
    assert.ok(thrown instanceof DefinitionError);
    return `${thrown.path} ${thrown.code}`;
  }
};

describe('an aggregate over the values of an event', function () {
  this.timeout(120_000);

  for (const method of METHODS) {
    it(`is what it would be if it were counted afresh, without rounding: ${method}`, () => {
      for (let i = 0; i < Math.ceil(CASES / METHODS.length); i++) {
        check(new Random(SEED + i * 97 + METHODS.indexOf(method)), method, `${method}, seed ${SEED} case ${i}`);
      }
    });
  }

  it('raises at the event that takes it past the limit, and clears when a value leaves the window', () => {
    assert.deepEqual(said(rule(average), [[0, 80], [1, 110], [5, 60]]), [['raised', 1], ['cleared', 5]]); // prettier-ignore
    assert.deepEqual(said(rule(average), [[0, 80], [1, 110], [3, 95]]), [['raised', 1], ['cleared', 13]]); // prettier-ignore
  });

  it('says nothing before there are enough values', () => {
    assert.deepEqual(said(rule({ ...average, minSamples: 3 }), [[0, 100], [1, 100], [2, 100]]), [['raised', 2], ['cleared', 10]]); // prettier-ignore
    assert.deepEqual(said(rule({ ...average, compare: '<' }), []), []);
  });

  it('converts units, and counts what it cannot use', () => {
    assert.deepEqual(said(rule(average), [[0, 0.1, 'mg/m3'], [1, 400_000, 'ug/m3']]), [['raised', 1], ['cleared', 11]]); // prettier-ignore
    const engine = compileStatus(rule(average), { names: (id) => id, emit: point });
    const send = (minute: number, value: unknown, unit?: string): void =>
      engine.push([{ ...cityEvent('e', 'point', minute * MIN), value: value as number, unit }], [], []);
    send(0, 5, 'ug/m3');
    send(1, 1000, 'm');
    send(2, 'much', 'ug/m3');
    engine.clock({ source: 's', time: 3 * MIN }, 'replay', [], []);
    assert.deepEqual([engine.counters().leftOut, engine.counters().raised], [1, 0]);
  });

  it('is part of larger patterns: as a step, with others, for a time', () => {
    const values = [[0, 80], [1, 110], [8, 110]] as const; // prettier-ignore
    assert.deepEqual(said(rule({ op: 'lasting', of: average, for: '5 min' }), values), [
      ['raised', 6],
      ['cleared', 18],
    ]);
    const twice: StatusDefinition['when'] = { op: 'then', of: [average, { op: 'event', event: 'e' }], within: '1 h' };
    assert.deepEqual(said(rule(twice, { clear: { after: '1 min' } }), values), [
      ['raised', 8],
      ['cleared', 9],
    ]);
  });

  it('holds a bounded number of values, and goes on after a snapshot', () => {
    const make = (): PatternEngine => {
      const engine = compileStatus(rule({ ...average, method: 'sum', value: MOST_SAMPLES - 1, over: '1 d' }), { names: (id) => id, emit: point }); // prettier-ignore
      engine.setMode('replay');
      return engine;
    };
    let engine = make();
    const out: Status[] = [];
    const n = MOST_SAMPLES + 100;
    const events = Array.from({ length: n }, (_, i) => ({ ...cityEvent('e', 'point', i * 1000), value: 1 }));
    engine.push(events, out, []);
    engine.clock({ source: 's', time: n * 1000 }, 'replay', out, []);
    assert.deepEqual([engine.counters().leftOut, out[0]!.since], [100, new Date((MOST_SAMPLES - 1) * 1000).toISOString().replace('.000', '')]); // prettier-ignore
    const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
    engine = make();
    assert.equal(engine.restore(kept), true);
    engine.clock({ source: 's', time: 3 * 86_400_000 }, 'replay', out, []);
    assert.equal(out.at(-1)!.until, new Date(86_400_000 + 100_000).toISOString().replace('.000', ''));
  });

  it('is refused where it has no meaning or no bound', () => {
    assert.equal(refused({}), 'accepted');
    assert.equal(refused({ method: 'time-weighted average' }), 'when.method aggregateMethod');
    assert.equal(refused({ method: 'share of time true' }), 'when.method aggregateMethod');
    assert.equal(refused({ over: '31 d' }), 'when.over aggregateOver');
    assert.equal(refused({ over: '0 s' }), 'when.over aggregateOver');
    assert.equal(refused({ minSamples: 5000 }), 'when.minSamples aggregateSamples');
    assert.equal(refused({ method: 'percentile' }), 'when.percentile aggregatePercentile');
    assert.equal(refused({ method: 'percentile', percentile: 95 }), 'accepted');
  });
});
