/** The event engine against a naive oracle, and the laws that hold for any input. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Aggregate, EventDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { Bench } from './event-support';
import { oracleEvents, oracleSummary, type OracleReading, type OracleRule } from './event-oracle';

const MIN = 60_000;
const START = Date.UTC(2026, 0, 5);
const seed = { seed: 20261120, numRuns: 1500 };

const rules = fc.record({
  on: fc.constantFrom(50, 70),
  off: fc.constantFrom(30, 50),
  lasting: fc.constantFrom(0, 0, 1, 3, 7),
  gap: fc.constantFrom(4, 9, 1000),
  gapEnds: fc.boolean(),
  point: fc.boolean(),
});
/** Readings at different minutes, some without a value. */
const series = (most: number): fc.Arbitrary<OracleReading[]> =>
  fc
    .array(fc.record({ step: fc.constantFrom(1, 1, 1, 2, 3, 6, 12), value: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 8 }) }), { maxLength: most })
    .map((list) => {
      let minute = 0;
      return list.map(({ step, value }) => ({ minute: (minute += step), value }));
    });

function definition(rule: OracleRule, more: Partial<EventDefinition> = {}): EventDefinition {
  return {
    id: 'e',
    name: 'E',
    when: { op: '>', value: rule.on, clear: rule.off },
    emit: rule.point ? 'point' : 'state',
    for: rule.lasting === 0 ? undefined : `${rule.lasting} min`,
    gap: { after: `${rule.gap} min`, then: rule.gapEnds ? 'end' : 'keep' },
    lateness: '0 s',
    ...more,
  };
}

function observe(readings: readonly OracleReading[], datastream = 'd'): Observation[] {
  return readings.map(({ minute, value }) =>
    makeObservation({
      id: `${datastream} ${minute}`,
      datastream,
      property: 'p',
      time: START + minute * MIN,
      value,
      quality: value === null ? 'missing' : undefined,
    }),
  );
}

/** What follows something else at one moment is told a millisecond later. */
const minuteOf = ({ time }: CityEvent): number => Math.floor((time - START) / MIN);
const brief = (events: readonly CityEvent[]): [string, number][] => events.map((event) => [event.kind, minuteOf(event)]);

const RANK = { end: 0, nodata: 1, begin: 2, point: 3 };

/** Which intervals a rule makes of the events, whatever their order of arrival: it knows their times and kinds alone. */
function intervals(events: readonly CityEvent[]): string[] {
  const sorted = [...events].sort((a, b) => a.time - b.time || RANK[a.kind] - RANK[b.kind]);
  const found: string[] = [];
  let state = 'end';
  for (const [i, event] of sorted.entries()) {
    const next = sorted[i + 1];
    // of several words about one moment the last one counts
    if (next !== undefined && minuteOf(next) === minuteOf(event)) continue;
    if (event.kind !== state) found.push(`${event.kind} ${minuteOf(event)}`);
    state = event.kind;
  }
  return found;
}

/** Arrivals that are at most `most` minutes later than they should be. */
function shuffled(readings: readonly Observation[], delays: readonly number[], most: number): Observation[] {
  return readings
    .map((o, i) => ({ o, at: o.time + ((delays[i % Math.max(1, delays.length)] ?? 0) % (most + 1)) * MIN }))
    .sort((a, b) => a.at - b.at || a.o.time - b.o.time)
    .map(({ o }) => o);
}

describe('events: laws', () => {
  it('equal the oracle, in order', () => {
    fc.assert(
      fc.property(rules, series(40), fc.integer({ min: 0, max: 20 }), (rule, readings, after) => {
        const end = (readings.at(-1)?.minute ?? 0) + after;
        const bench = new Bench([definition(rule)]);
        bench.push(observe(readings));
        bench.clock(START + end * MIN, true);
        assert.deepEqual(brief(bench.events), oracleEvents(rule, readings, end));
      }),
      { ...seed, numRuns: 10_000 },
    );
  });

  it('are the same in any slices, with and without clocks between them', () => {
    fc.assert(
      fc.property(rules, series(40), fc.integer({ min: 1, max: 9 }), (rule, readings, size) => {
        const all = observe(readings);
        const whole = new Bench([definition(rule)]).replay(all, 0).ids();
        assert.deepEqual(new Bench([definition(rule)]).replay(all, size, true).ids(), whole);
        assert.deepEqual(new Bench([definition(rule)]).replay(all, size, false).ids(), whole);
      }),
      seed,
    );
  });

  it('make the same intervals in any order of arrival within the lateness', () => {
    fc.assert(
      fc.property(rules, series(30), fc.array(fc.nat(5), { maxLength: 8 }), fc.boolean(), (rule, readings, delays, clocks) => {
        const all = observe(readings);
        // a moment that was told cannot be taken back, so that "lasting" depends on the order
        const late = definition(rule.point ? { ...rule, lasting: 0 } : rule, { lateness: '5 min' });
        const inOrder = new Bench([late]).replay(all);
        const mixed = new Bench([late]).replay(shuffled(all, delays, 5), 3, clocks);
        if (rule.point) assert.deepEqual(new Set(mixed.ids()), new Set(inOrder.ids()));
        else assert.deepEqual(intervals(mixed.events), intervals(inOrder.events));
        assert.equal(new Set(mixed.ids()).size, mixed.events.length, 'an id was sent twice');
        assert.deepEqual(mixed.problems, []);
      }),
      { ...seed, numRuns: 10_000 },
    );
  });

  it('do not change by repeated readings or by other keys', () => {
    fc.assert(
      fc.property(rules, series(25), series(25), fc.array(fc.nat(60), { maxLength: 10 }), (rule, one, two, again) => {
        const late = definition(rule, { lateness: '5 min' });
        const [a, b] = [observe(one, 'a'), observe(two, 'b')];
        const alone = [...new Bench([late]).replay(a).ids(), ...new Bench([late]).replay(b).ids()].sort();
        const both = [...a, ...b].sort((x, y) => x.time - y.time);
        for (const i of again) if (both.length > 0) both.splice((i % both.length) + 1, 0, both[i % both.length]!);
        const bench = new Bench([late]);
        for (const o of both) bench.push([o]);
        bench.push(both);
        const lastA = a.at(-1)?.time ?? START;
        bench.clock(Math.max(lastA, b.at(-1)?.time ?? START), true);
        // each key alone ends with its own last reading; what time does to it after that is no part of this law
        const got = bench.events.filter(({ time, key }) => time <= (key === 'a' ? lastA : (b.at(-1)?.time ?? START)));
        assert.deepEqual(got.map(({ id }) => id).sort(), alone);
        assert.deepEqual(bench.problems, []);
      }),
      seed,
    );
  });

  const windows: (Aggregate | undefined)[] = [
    undefined,
    { method: 'average', over: '10 min', scope: 'datastream' },
    { method: 'time-weighted average', over: '10 min', scope: 'station' },
    { method: 'max', over: '5 min', scope: 'city' },
    { method: 'median', over: '9 min', step: '3 min', scope: 'city' },
  ];
  it('go on after a restart at any moment as if there had been none', () => {
    fc.assert(
      fc.property(rules, series(30), fc.array(fc.nat(5), { maxLength: 6 }), fc.nat(30), fc.constantFrom(...windows), (rule, readings, delays, cut, aggregate) => {
        const all = shuffled([...observe(readings, 'a'), ...observe(readings.slice(3), 'b')].sort((x, y) => x.time - y.time), delays, 5);
        const rules = [definition(rule, { lateness: '5 min', aggregate })];
        const straight = new Bench(rules);
        const first = new Bench(rules);
        let second: Bench | undefined;
        let newest = START;
        for (const [i, o] of all.entries()) {
          newest = Math.max(newest, o.time);
          if (i === cut) {
            second = new Bench(rules);
            assert.ok(second.engine.restore(JSON.parse(JSON.stringify(first.engine.snapshot()))));
          }
          for (const bench of [straight, second ?? first]) {
            bench.push([o]);
            if (i % 3 === 0) bench.clock(newest);
          }
        }
        for (const bench of [straight, second ?? first]) bench.clock(newest + 60 * MIN, true);
        // the order of different keys at one moment is no promise
        const sorted = (events: CityEvent[]): CityEvent[] => [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
        assert.deepEqual(sorted([...first.events, ...(second?.events ?? [])]), sorted(straight.events));
        assert.deepEqual([...first.problems, ...(second?.problems ?? [])], straight.problems);
      }),
      seed,
    );
  });

  it('survive any snapshot', () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.constantFrom('version', 'rules', 'routes', 'clocks', 'newest'), fc.anything()), (any, some) => {
        const engine = new EventEngine([definition({ on: 1, off: 1, lasting: 0, gap: 5, gapEnds: false, point: false })]);
        engine.restore(any);
        engine.restore({ ...some, version: 1 });
        const out: CityEvent[] = [];
        engine.push(observe([{ minute: 1, value: 9 }]), 'replay', 0, out, []);
        assert.equal(out.length, 1);
      }),
      { ...seed, numRuns: 500 },
    );
  });
});

describe('events: summaries', () => {
  const METHODS = ['average', 'sum', 'count', 'min', 'max', 'range', 'median', 'percentile', 'first', 'last', 'distinct count', 'energy average', 'standard deviation', 'rate of change'] as const;
  const close = (got: unknown, wanted: number, what: string): void => {
    assert.equal(typeof got, 'number', what);
    assert.ok(Math.abs((got as number) - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${what}: ${got as number}, not ${wanted}`);
  };
  const values = fc.array(fc.record({ step: fc.constantFrom(0.5, 1, 2, 9), value: fc.integer({ min: -5000, max: 5000 }).map((x) => x / 100) }), { minLength: 1, maxLength: 120 });
  const timed = (list: { step: number; value: number }[]): { minute: number; value: number }[] => {
    let minute = 0;
    return list.map(({ step, value }) => ({ minute: (minute += step), value }));
  };
  const always = (aggregate: Aggregate): EventDefinition => ({
    id: 'e',
    name: 'E',
    aggregate,
    when: { op: '>', value: -1e9 },
    emit: 'point',
    lateness: '5 min',
  });

  for (const method of METHODS) {
    it(`${method} at every reading equals the recomputation`, () => {
      fc.assert(
        fc.property(values, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 100 }), (list, over, percentile) => {
          const samples = timed(list);
          const bench = new Bench([always({ method, over: `${over} min`, scope: 'datastream', percentile })]).replay(observe(samples), 7);
          const got = new Map(bench.events.map(({ time, value }) => [(time - START) / MIN, value]));
          for (const { minute } of samples) {
            const inside = samples.filter((one) => one.minute > minute - over && one.minute <= minute);
            const wanted = oracleSummary(method, inside, percentile);
            if (wanted === undefined) assert.equal(got.get(minute), undefined);
            else close(got.get(minute), wanted, `${method} at ${minute}`);
          }
        }),
        { ...seed, numRuns: 150 },
      );
    });

    it(`${method} in steps over several Datastreams equals the recomputation, in any order within the lateness`, () => {
      fc.assert(
        fc.property(values, fc.constantFrom(1, 2, 3, 5, 10, 12), fc.integer({ min: 1, max: 3 }), fc.array(fc.nat(5), { maxLength: 8 }), (list, step, ratio, delays) => {
          if (method === 'rate of change') return; // follows each Datastream by itself
          // different minutes, so that "first" and "last" are certain
          const samples = timed(list.map(({ step: s, value }) => ({ step: Math.ceil(s), value })));
          const over = step * ratio;
          const all = samples.flatMap((one, i) => observe([one], `d${i % 3}`));
          const rule = always({ method, over: `${over} min`, step: `${step} min`, scope: 'city', percentile: 90 });
          const bench = new Bench([rule]);
          bench.replay(shuffled(all, delays, 5), 4);
          const last = samples.at(-1)!.minute;
          bench.clock(START + (last + over + step) * MIN, true);
          const got = new Map(bench.events.map(({ time, value }) => [(time - START) / MIN, value]));
          for (let end = step; end <= last + over; end += step) {
            const inside = samples.filter((one) => one.minute > end - over && one.minute <= end);
            const wanted = oracleSummary(method, inside, 90);
            if (wanted === undefined) assert.equal(got.get(end), undefined, `${method} at ${end}`);
            else close(got.get(end), wanted, `${method} at ${end}`);
          }
          assert.deepEqual(bench.problems, []);
        }),
        { ...seed, numRuns: 100 },
      );
    });
  }

  it('changes the results after a late reading', () => {
    const rule = always({ method: 'average', over: '10 min', scope: 'datastream' });
    const bench = new Bench([{ ...rule, emit: 'state', when: { op: '>', value: 50 } }]);
    const at = (minute: number, value: number): Observation[] => observe([{ minute, value }]);
    bench.push(at(1, 60));
    bench.push(at(3, 44));
    bench.push(at(2, 20));
    bench.push(at(4, 100));
    // 60; then 20 comes late: 40, 41.3; then 56
    assert.deepEqual(intervals(bench.events), ['begin 1', 'end 2', 'begin 4']);
  });

  it('weighs values by the time that they hold', () => {
    const bench = new Bench([always({ method: 'time-weighted average', over: '10 min', scope: 'datastream' })]);
    bench.replay(observe([{ minute: 0, value: 10 }, { minute: 9, value: 40 }, { minute: 12, value: 0 }, { minute: 30, value: 7 }]));
    // (0, 9]: 10; (2, 12]: 7 min of 10 and 3 of 40; (20, 30]: still 0
    assert.deepEqual(bench.events.map(({ value }) => value), [10, 10, (7 * 10 + 3 * 40) / 10, 0]);
  });

  it('takes the share of the time, and compares it with per cent', () => {
    const rule = always({ method: 'share of time true', over: '10 min', scope: 'datastream' });
    const bench = new Bench([{ ...rule, when: { op: '>=', value: 30, unit: '%' } }]);
    const readings = observe([{ minute: 0, value: 0 }, { minute: 10, value: 0 }, { minute: 20, value: 0 }]).map((o, i) => ({ ...o, value: i === 1 }));
    bench.replay([readings[0]!, { ...readings[1]!, time: START + 7 * MIN }, readings[1]!, { ...readings[2]!, time: START + 10 * MIN, id: 'z' }]);
    assert.ok(bench.events.every(({ unit }) => unit === '1'));
  });

  it('averages levels as energy', () => {
    const bench = new Bench([always({ method: 'energy average', over: '10 min', scope: 'datastream' })]);
    bench.replay(observe([{ minute: 1, value: 50 }, { minute: 2, value: 60 }]));
    close(bench.events[1]!.value, 57.40362689494244, 'energy');
  });

  it('brings the readings of one window into one unit', () => {
    const bench = new Bench([{ ...always({ method: 'average', over: '10 min', scope: 'city' }), when: { op: '>', value: 0, unit: 'ug/m3' } }]);
    const [a, b, c] = [observe([{ minute: 1, value: 100 }], 'a'), observe([{ minute: 1, value: 0.3 }], 'b'), observe([{ minute: 1, value: 20 }], 'c')];
    bench.replay([{ ...a[0]!, unit: 'ug/m3' }, { ...b[0]!, unit: 'mg/m3' }, { ...c[0]!, unit: 'Cel' }]);
    bench.clock(START + 60 * MIN, true);
    assert.deepEqual(bench.events.map(({ value, unit }) => [value, unit]), [[200, 'ug/m3']]);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['unit']);
  });

  it('needs its least number of readings', () => {
    const bench = new Bench([always({ method: 'average', over: '5 min', scope: 'datastream', minSamples: 3 })]);
    bench.replay(observe([1, 2, 3, 4, 20, 21].map((minute) => ({ minute, value: 1 }))));
    assert.deepEqual(brief(bench.events).map(([, minute]) => minute), [3, 4]);
  });

  it('closes the days of a zone at local midnight, across the change of the clocks', () => {
    const rule: EventDefinition = { ...always({ method: 'count', over: '1 d', scope: 'city' }) };
    const bench = new Bench([rule], { timeZone: 'Europe/Berlin' });
    const from = Date.parse('2025-10-25T00:00:00+02:00');
    const readings = Array.from({ length: 24 * 3 + 1 }, (_x, hour) => ({ ...observe([{ minute: hour, value: 1 }])[0]!, time: from + (hour + 1) * 3_600_000 }));
    bench.replay(readings, 5);
    assert.deepEqual(
      bench.events.map(({ time, value }) => [new Date(time).toISOString(), value]),
      [
        ['2025-10-25T22:00:00.000Z', 24],
        ['2025-10-26T23:00:00.000Z', 25],
        ['2025-10-27T23:00:00.000Z', 24],
      ],
    );
  });
});
