/** "average of E over 1 h > 90": what it says, what it is part of, and what is refused; its numbers are property 12. */
import * as assert from 'node:assert/strict';
import type { PatternAggregate, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, type PatternEngine } from '../../nodes/pattern-status/cep';
import { MOST_SAMPLES } from '../../nodes/pattern-status/cep/aggregate';
import { cityEvent } from '../properties/random';

const MIN = 60_000;
const point = () => 'point' as const;

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
  return out.filter(({ state }) => state !== 'updated').map(({ state, updated }) => [state, Math.round(Date.parse(updated) / MIN)]);
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

  it('the unit of the limit is that of the first value that has one, also when the window was empty meanwhile', () => {
    const of = (minute: number, value: number, unit?: string): CityEvent => ({
      ...cityEvent('e', 'point', minute * MIN), value, unit, property: 'PM2.5',
    }); // prettier-ignore
    const make = (): PatternEngine => {
      const engine = compileStatus(rule({ ...average, value: 0.09 }), { names: (id) => id, emit: point });
      engine.setMode('replay');
      return engine;
    };
    const raised = (statuses: readonly Status[]): number[] =>
      statuses.flatMap(({ state, since }) => (state === 'raised' ? [Date.parse(since) / MIN] : []));
    let engine = make();
    const out: Status[] = [];
    engine.push([of(0, 0.05, 'mg/m3'), of(5, 85, 'ug/m3'), of(100, 80, 'ug/m3')], out, []);
    engine.clock({ source: 's', time: 150 * MIN }, 'replay', out, []);
    assert.deepEqual(raised(out), []);
    const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
    engine = make();
    assert.equal(engine.restore(kept), true);
    engine.push([of(200, 80, 'ug/m3'), of(300, 95, 'ug/m3'), of(400, 500, 'm')], out, []);
    engine.clock({ source: 's', time: 1000 * MIN }, 'replay', out, []);
    assert.deepEqual([raised(out), engine.counters().leftOut], [[300], 1]);
    // a first one with a wrong unit is not what all others are measured by for good, nor is one later
    engine = make();
    engine.push([of(0, 7, 'm'), ...[50, 95, 50, 95].map((value, i) => of(20 + i, value, 'ug/m3'))], out, []);
    engine.clock({ source: 's', time: 24 * MIN }, 'replay', out, []);
    const meanwhile: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
    engine = make();
    assert.equal(engine.restore(meanwhile), true);
    assert.equal(engine.counters().leftOut, 2);
    engine.push([of(60, 0.01, 'ug/m3'), of(100, 500, 'm'), of(101, 500, 'm'), of(120, 0.1, 'ug/m3')], out, []);
    engine.clock({ source: 's', time: 1000 * MIN }, 'replay', out, []);
    assert.deepEqual(raised(out).slice(1), [0, 22, 120]);
    assert.equal(engine.counters().leftOut, 4);
    out.length = 1;
    // one without a unit fixes none
    engine = make();
    engine.push([of(0, 0.01), of(100, 0.05, 'mg/m3'), of(200, 95, 'ug/m3')], out, []);
    engine.clock({ source: 's', time: 1000 * MIN }, 'replay', out, []);
    assert.deepEqual(raised(out).slice(1), [200]);
  });

  it('names as evidence what is in the window, and not what has left it', () => {
    const evidenceOf = (
      pattern: Partial<PatternAggregate>,
      ...values: readonly (readonly [number, number])[]
    ): unknown => {
      const engine = compileStatus(rule({ ...average, ...pattern }), { names: (id) => id, emit: point });
      engine.setMode('replay');
      const out: Status[] = [];
      engine.push(values.map(([minute, value]) => ({ ...cityEvent('e', 'point', minute * MIN), value })), out, []); // prettier-ignore
      engine.clock({ source: 's', time: 1000 * MIN }, 'replay', out, []);
      const { evidence, since } = out.find(({ state }) => state === 'raised')!;
      return [Date.parse(since) / MIN, ...evidence.map(({ time }) => Date.parse(time) / MIN)];
    };
    assert.deepEqual(evidenceOf({ value: 5 }, [0, 1], [990, 6]), [990, 990]);
    assert.deepEqual(evidenceOf({ value: 5 }, [0, 1], [5, 2], [10, 20]), [10, 5, 10]);
    // raised because one leaves
    assert.deepEqual(evidenceOf({ value: 5, compare: '<' }, [0, 20], [4, 1], [6, 2]), [10, 4, 6]);
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
    assert.equal(engine.counters().leftOut, 100, 'what was counted is counted over a restart');
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
    const [count, distinct] = [{ method: 'count' }, { method: 'distinct count' }];
    for (const never of [
      { ...count, compare: '<', value: 1 },
      { ...count, compare: '<=', value: 1, minSamples: 5 },
      { ...distinct, compare: '<=', value: 0 },
    ]) {
      assert.equal(refused(never), 'when.value aggregateFew');
    }
    for (const some of [
      { ...count, compare: '<', value: 2 },
      { ...count, compare: '<=', value: 5, minSamples: 5 },
      { ...distinct, compare: '<=', value: 1, minSamples: 5 },
    ]) {
      assert.equal(refused(some), 'accepted');
    }
    assert.equal(refused({ compare: '<', value: 0 }), 'accepted');
    assert.equal(refused({ method: 'percentile' }), 'when.percentile aggregatePercentile');
    assert.equal(refused({ method: 'percentile', percentile: 95 }), 'accepted');
  });
});
