import assert from 'node:assert/strict';
import type { Condition, EventDefinition } from '../../nodes/ecdm/definition';
import type { Observation } from '../../nodes/ecdm/observation';
import { beijing, Bench, golden, hoursTrue, risingEdges } from './event-support';

const high = (id: string, properties: string[], when: Condition, more: Partial<EventDefinition> = {}): EventDefinition => ({
  id,
  name: id,
  observe: { properties },
  when,
  emit: 'state',
  ...more,
});
const above = (value: number, unit = 'µg/m³', clear?: number): Condition => ({ op: '>', value, unit, clear });

describe('events on a month of real haze (Beijing, December 2016)', () => {
  let rows: Observation[];
  let file: Record<string, Record<string, unknown>>;
  let last: number;
  before(function () {
    const found = beijing({ pm25_ugm3: ['PM2.5', 'ug/m3'], co_ugm3: ['CO', 'ug/m3'] });
    if (found === undefined) return this.skip();
    rows = found;
    last = rows.at(-1)!.time;
    file = golden();
  });
  const facts = (): Record<string, unknown> => file['beijing_air_2016-12.csv']!;

  for (const threshold of [75, 90, 115, 150]) {
    it(`finds the rising edges above ${threshold}`, () => {
      const bench = new Bench([high('pm', ['pm2.5'], above(threshold))]).replay(rows, 1000);
      const wanted = facts()['rising_edges_pm25_by_threshold_and_station'] as Record<string, unknown>;
      assert.deepEqual(risingEdges(bench.events), wanted[threshold]);
      assert.deepEqual(bench.problems, []);
    });
  }

  it('finds fewer with a second limit for going back to normal', () => {
    const real = new Bench([high('pm', ['PM2.5'], above(0.09, 'mg/m3', 0.075))]).replay(rows, 7);
    assert.deepEqual(risingEdges(real.events), facts()['episodes_pm25_hysteresis_on_gt_90_off_lt_75']);
  });

  it('gives the hours of each station, one by one as in slices, with and without clocks', () => {
    const wanted = facts()['pm25_gt_90_by_station'] as Record<string, number>;
    let first: string[] | undefined;
    for (const [size, clocks] of [[1, true], [7, true], [1000, true], [0, false]] as const) {
      const bench = new Bench([high('pm', ['PM2.5'], above(90))]).replay(rows, size, clocks);
      const hours = Object.fromEntries([...hoursTrue(bench.events, last)].map(([stream, set]) => [stream.slice(3).split(' ')[0], set.size]));
      assert.deepEqual(hours, wanted);
      const ids = bench.ids().sort();
      first ??= ids;
      assert.deepEqual(ids, first);
    }
  });

  it('gives one point per reading that fulfils the condition', () => {
    const bench = new Bench([high('pm', ['PM2.5'], above(90), { emit: 'point' })]).replay(rows, 1000);
    assert.equal(bench.events.length, facts()['pm25_gt_90']);
    assert.ok(bench.events.every(({ kind }) => kind === 'point'));
  });

  it('finds both high in 641 station-hours and either in 2192', () => {
    const bench = new Bench([high('pm', ['PM2.5'], above(90)), high('co', ['CO'], above(4000))]).replay(rows, 1000);
    const hours = hoursTrue(bench.events, last);
    let both = 0;
    let either = 0;
    for (const [stream, pm] of hours) {
      if (!stream.startsWith('pm|')) continue;
      const co = hours.get(stream.replace('pm|', 'co|').replace('PM2.5', 'CO')) ?? new Set();
      for (const hour of pm) if (co.has(hour)) both++;
      either += new Set([...pm, ...co]).size;
    }
    assert.equal(both, facts()['pm25_gt_90_and_co_gt_4000_same_row']);
    assert.equal(either, 2192);
    const city = (rule: string): Set<number> =>
      new Set([...hours].flatMap(([stream, set]) => (stream.startsWith(rule) ? [...set] : [])));
    const [pm, co] = [city('pm|'), city('co|')];
    assert.deepEqual([pm.size, co.size, [...pm].filter((hour) => co.has(hour)).length], [453, 206, 205]);
  });

  for (const size of [1, 7, 1000, 0]) {
    it(`averages the six stations per hour first: 399 hours, with CO 91 (slices of ${size || 'all'})`, () => {
      const aggregate = { method: 'average', over: '1 h', scope: 'city' } as const;
      const bench = new Bench([
        high('pm', ['PM2.5'], above(90), { aggregate }),
        high('co', ['CO'], above(4000), { aggregate }),
      ]).replay(rows, size);
      const hours = hoursTrue(bench.events, last);
      const pm = hours.get('pm|city')!;
      const co = hours.get('co|city')!;
      assert.equal(pm.size, 399);
      assert.equal([...pm].filter((hour) => co.has(hour)).length, 91);
    });
  }

  it('averages the stations without any clock from the source, too', () => {
    const aggregate = { method: 'average', over: '1 h', scope: 'city' } as const;
    const bench = new Bench([high('pm', ['PM2.5'], above(90), { aggregate })]).replay(rows, 100, false);
    assert.equal(hoursTrue(bench.events, last).get('pm|city')!.size, 399);
  });

  it("never reaches the paper's CO > 50 ppm, converted and not compared blindly", () => {
    const bench = new Bench([high('co', ['CO'], above(50, 'ppm'))]).replay(rows, 1000);
    assert.deepEqual(bench.events, []);
    assert.deepEqual(bench.problems, []);
    // the same numbers compared blindly would have been true nearly always
    assert.ok(rows.filter(({ property, value }) => property === 'CO' && Number(value) > 50).length > 4000);
    const reached = new Bench([high('co', ['CO'], above(8, 'ppm'))]).replay(rows, 1000);
    assert.ok(reached.events.length > 0);
  });

  it('does not judge PM2.5 against a limit in ppm, and says so once per Datastream', () => {
    const bench = new Bench([high('pm', ['PM2.5'], above(50, 'ppm'))]).replay(rows, 1000);
    assert.deepEqual(bench.events, []);
    assert.equal(bench.problems.length, 6);
    assert.ok(bench.problems.every(({ code }) => code === 'unit'));
  });
});
