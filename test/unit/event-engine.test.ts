/** Single behaviours of the event engine that the laws do not reach. */
import assert from 'node:assert/strict';
import type { Condition, DomainDefinition, EventDefinition, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { Bench } from './event-support';

const MIN = 60_000;
const T = Date.UTC(2026, 0, 5);
let serial = 0;
const reading = (minute: number, value: unknown, more: Partial<Observation> = {}): Observation =>
  makeObservation({ id: `o${serial++}`, datastream: 'd', property: 'p', time: T + minute * MIN, value: value as number, ...more });
const event = (when: Condition, more: Partial<EventDefinition> = {}): EventDefinition => ({ id: 'e', name: 'E', when, emit: 'state', ...more });
const kinds = (events: readonly CityEvent[]): string[] => events.map(({ kind, time }) => `${kind} ${(time - T) / MIN}`);
const judge = (when: Condition, value: unknown, more: Partial<Observation> = {}): number =>
  new Bench([event(when, { emit: 'point' })]).push([reading(1, value, more)]).length;
const above: Condition = { op: '>', value: 50 };

describe('events: conditions', () => {
  const cases: [Condition, unknown, boolean, Partial<Observation>?][] = [
    [{ op: '>', value: 5 }, 5, false],
    [{ op: '>=', value: 5 }, 5, true],
    [{ op: '<', value: 5 }, 5, false],
    [{ op: '<=', value: 5 }, 5, true],
    [{ op: '=', value: 5 }, 5, true],
    [{ op: '!=', value: 5 }, 5, false],
    [{ op: '=', value: 'open' }, 'open', true],
    [{ op: '!=', value: 'open' }, 'shut', true],
    [{ op: '=', value: true }, true, true],
    [{ op: 'between', low: 1, high: 2 }, 2, true],
    [{ op: 'between', low: 1, high: 2 }, 2.1, false],
    [{ op: 'outside', low: 1, high: 2 }, 2, false],
    [{ op: 'outside', low: 1, high: 2 }, 2.1, true],
    [{ op: 'in', values: ['a', 'b', 3] }, 'b', true],
    [{ op: 'in', values: ['a', 'b', 3] }, 4, false],
    [{ op: '=', field: 'quality', value: 'bad' }, 1, true, { quality: 'bad' }],
    [{ op: '!=', field: 'quality', value: 'bad' }, 1, true],
    [{ op: '=', field: 'quality', value: 'missing' }, null, true, { quality: 'missing' }],
    [{ op: '>', field: 'value.rain', value: 5 }, { rain: 6 }, true],
    [{ op: '>', field: 'rain.now', value: 5 }, { rain: { now: 6 } }, true],
    [{ op: '=', field: 'value.constructor', value: 'x' }, {}, false],
    [{ op: 'not', of: { op: '=', field: 'value.__proto__', value: 'x' } }, {}, false],
    [{ op: 'not', of: { op: '>', value: 5 } }, 4, true],
    // unknown is neither true nor false
    [{ op: 'not', of: { op: '>', value: 5 } }, null, false],
    [{ op: 'any', of: [{ op: '>', value: 5 }, { op: 'time', from: '00:00', to: '01:00' }] }, null, true],
    [{ op: 'all', of: [{ op: '>', value: 5 }, { op: 'time', from: '00:00', to: '01:00' }] }, null, false],
    [{ op: 'any', of: [{ op: '>', value: 5 }, { op: 'time', from: '02:00', to: '03:00' }] }, null, false],
    [{ op: '>', value: 5 }, 9, false, { quality: 'missing' }],
    // 00:01 UTC is 07:01 in Bangkok, and the fifth of January 2026 is a Monday
    [{ op: 'time', from: '07:00', to: '08:00', zone: 'Asia/Bangkok' }, 1, true],
    [{ op: 'time', from: '22:00', to: '06:00', zone: 'Asia/Bangkok' }, 1, false],
    [{ op: 'time', from: '22:00', to: '06:00', days: [7] }, 1, true],
    [{ op: 'time', from: '22:00', to: '06:00', days: [1] }, 1, false],
    [{ op: 'time', from: '00:00', to: '00:00' }, 1, true],
  ];
  for (const [when, value, wanted, more] of cases) {
    it(`${JSON.stringify(when).slice(0, 80)} of ${JSON.stringify(value)}${more ? ` (${Object.values(more).join()})` : ''} is ${wanted}`, () =>
      assert.equal(judge(when, value, more) === 1, wanted));
  }

  it('keeps the hysteresis of each branch by itself', () => {
    const when: Condition = { op: 'any', of: [{ op: '>', value: 90, clear: 75 }, { op: '<', value: 10, clear: 20 }] };
    const bench = new Bench([event(when)]).replay([50, 95, 80, 74, 15, 9, 15, 25].map((value, i) => reading(i, value)));
    assert.deepEqual(kinds(bench.events), ['begin 1', 'end 3', 'begin 5', 'end 7']);
  });
  it('has margins around between and outside', () => {
    const run = (op: 'between' | 'outside', values: number[]): string[] =>
      kinds(new Bench([event({ op, low: 10, high: 20, margin: 2 })]).replay(values.map((value, i) => reading(i, value))).events);
    assert.deepEqual(run('between', [9, 10, 21, 22.5, 21]), ['begin 1', 'end 3']);
    assert.deepEqual(run('outside', [20, 21, 19, 18, 19]), ['begin 1', 'end 3']);
  });
  it('follows the change of the clocks', () => {
    const when: Condition = { op: 'time', from: '02:00', to: '04:00', zone: 'Europe/Berlin' };
    const night = Array.from({ length: 8 }, (_x, hour) => reading(0, 1, { time: Date.parse('2025-10-25T22:30:00Z') + hour * 60 * MIN }));
    const bench = new Bench([event(when)]).replay(night);
    // 02:30 comes twice
    assert.deepEqual(bench.events.map(({ kind, time }) => [kind, new Date(time).toISOString()]), [
      ['begin', '2025-10-26T00:30:00.000Z'],
      ['end', '2025-10-26T03:30:00.000Z'],
    ]);
  });
});

describe('events: what is looked at', () => {
  const meta = { datastream: { id: 'd', name: 'Roof' }, thing: { id: 't1', name: 'Town Hall' }, property: { name: 'PM2.5', definition: 'http://x/pm25' } };
  const picks = (observe: EventDefinition['observe'], more: Partial<Observation> = {}): boolean =>
    new Bench([event(above, { observe, emit: 'point' })]).push([reading(1, 99, { property: 'PM₂.₅', thing: 't1', meta, ...more })]).length === 1;

  it('chooses by property, station and Datastream, by id or name, without case', () => {
    assert.ok(picks(undefined));
    assert.ok(picks({}));
    assert.ok(picks({ properties: ['pm2.5 ', 'x'] }));
    assert.ok(picks({ properties: ['HTTP://X/PM25'] }));
    assert.ok(picks({ things: ['town hall'] }) && picks({ things: ['T1'] }));
    assert.ok(picks({ datastreams: ['roof'] }) && picks({ datastreams: ['D'] }));
    assert.ok(!picks({ properties: ['CO'] }) && !picks({ properties: ['PM2.5'], things: ['t2'] }) && !picks({ datastreams: ['x'] }));
  });
  it('keeps apart what careless sources give one identity', () => {
    const bench = new Bench([event(above, { observe: { properties: ['a'] } })]);
    bench.push([reading(1, 99, { property: 'a' }), reading(1, 1, { property: 'b' }), reading(2, 99, { property: 'a' }), reading(3, 1, { property: 'a' })]);
    assert.deepEqual(kinds(bench.events), ['begin 1', 'end 3']);
  });
  it('gives each Datastream of one station its own events, with different ids', () => {
    const bench = new Bench([event(above)]);
    bench.push([reading(1, 99, { datastream: 'a', thing: 't' }), reading(1, 99, { datastream: 'b', thing: 't' })]);
    assert.deepEqual(bench.events.map(({ key, stream }) => [key, stream]), [['t', 'e|a'], ['t', 'e|b']]);
    assert.equal(new Set(bench.ids()).size, 2);
  });
  it('leaves out what lies outside the domain', () => {
    const domain: DomainDefinition = { id: 'x', name: 'X', zones: ['Centre'], timeSpan: { from: '2026-01-05T07:02', to: '2026-01-05T07:04' }, timeZone: 'Asia/Bangkok' };
    const bench = new Bench([event({ op: '>', value: 0 }, { emit: 'point' })], { domain });
    const zones = [{ id: 'z1', name: 'CENTRE', level: 'zone' }];
    bench.push([1, 2, 3, 4, 5].map((minute) => reading(minute, 1, { zones })));
    bench.push([reading(4, 1, { datastream: 'x', zones: [{ id: 'z2', name: 'North', level: 'zone' }] }), reading(4, 1, { datastream: 'y' }), reading(4, 1, { datastream: 'y' })]);
    assert.deepEqual(kinds(bench.events), ['point 2', 'point 3', 'point 4']);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['place']);
    assert.ok(bench.events.every((one) => one.domain === 'x'));
  });
  it('runs for each zone of a level, and follows a sensor that moves', () => {
    const aggregate = { method: 'average', over: '10 min', scope: 'zone', level: 'District' } as const;
    const bench = new Bench([event(above, { aggregate, emit: 'point' })]);
    const zone = (id: string, level = 'district'): Observation['zones'] => [{ id, name: `Zone ${id}`, level }, { id: 'city', name: 'City', level: 'city' }];
    const [north, south] = [zone('n'), zone('s')];
    bench.replay([
      reading(1, 40, { datastream: 'a', zones: north }),
      reading(2, 80, { datastream: 'b', zones: north }),
      reading(3, 90, { datastream: 'c', zones: south }),
      reading(11, 100, { datastream: 'c', zones: north }),
      reading(12, 70, { datastream: 'a', zones: north }),
      reading(30, 0, { datastream: 'a', zones: south }),
    ]);
    assert.deepEqual(
      bench.events.map(({ key, keyName, value, zones, time, source }) => [key, keyName, value, zones?.[0]?.id, (time - T) / MIN, source.length]).sort(),
      [['n', 'Zone n', 60, 'n', 10, 2], ['n', 'Zone n', 85, 'n', 20, 2], ['s', 'Zone s', 90, 's', 10, 1]],
    );
  });
});

describe('events: units', () => {
  it('converts the limit, its second limit and the width of a margin', () => {
    const hot = new Bench([event({ op: '>', value: 86, unit: '°F', clear: 77 })]);
    hot.push([29, 31, 26, 24].map((value, i) => reading(i, value, { unit: 'Cel' })));
    assert.deepEqual(kinds(hot.events), ['begin 1', 'end 3']);
    const band = new Bench([event({ op: 'between', low: 50, high: 68, unit: '[degF]', margin: 9 })]);
    band.push([9, 15, 24, 26].map((value, i) => reading(i, value, { unit: 'Cel' })));
    assert.deepEqual(kinds(band.events), ['begin 1', 'end 3']);
  });
  it('takes a range for a difference: 5 K are 9 °F wide', () => {
    const aggregate = { method: 'range', over: '1 h', scope: 'datastream' } as const;
    const bench = new Bench([event({ op: '>=', value: 5, unit: 'K' }, { aggregate, emit: 'point' })]);
    bench.push([reading(1, 50, { unit: '[degF]' }), reading(2, 58, { unit: '[degF]' }), reading(3, 59, { unit: '[degF]' })]);
    assert.deepEqual(kinds(bench.events), ['point 3']);
  });
  it('compares rates of change with a limit per hour', () => {
    const aggregate = { method: 'rate of change', over: '30 min', scope: 'datastream' } as const;
    const bench = new Bench([event({ op: '>', value: 50, unit: 'cm/h' }, { aggregate })]);
    bench.push([reading(0, 1, { unit: 'm' }), reading(10, 1.05, { unit: 'm' }), reading(20, 1.3, { unit: 'm' })]);
    assert.deepEqual(kinds(bench.events), ['begin 20']);
    assert.equal(bench.events[0]!.unit, 'm/h');
  });
  it('compares a limit without unit only as long as all sources use one', () => {
    const bench = new Bench([event(above, { emit: 'point' })]);
    bench.push([reading(1, 99, { unit: 'ug/m3' }), reading(1, 99, { datastream: 'x', unit: 'mg/m3' }), reading(1, 99, { datastream: 'y' }), reading(2, 60, { unit: 'ug/m3' })]);
    assert.deepEqual(kinds(bench.events), ['point 1', 'point 2']);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['unit', 'unit']);
  });
  it('takes a bare number for a count, and for nothing else', () => {
    assert.equal(judge({ op: '>', value: 5, unit: 'vehicles' }, 9), 1);
    assert.equal(judge({ op: '>', value: 5, unit: 'm' }, 9), 0);
  });
  it('compares equal texts of units that nobody knows', () => {
    assert.equal(judge({ op: '>', value: 5, unit: 'apples' }, 9, { unit: 'apples' }), 1);
    assert.equal(judge({ op: '>', value: 5, unit: 'apples' }, 9, { unit: 'pears' }), 0);
  });
  it('says of a reading without unit where to set one, and how many sources cannot be compared', () => {
    const bench = new Bench([event({ op: '>', value: 70, unit: '%' })]);
    bench.push([reading(1, 81), reading(2, 82), reading(1, 81, { datastream: 'x', unit: '%' })]);
    assert.deepEqual(kinds(bench.events), ['begin 1']);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['unit']);
    assert.match(bench.problems[0]!.hint, /to-observation.*take the unit out of the limit/);
    assert.equal(bench.engine.counters().incomparable, 1);
    bench.push([reading(3, 83, { unit: '%' })]);
    assert.equal(bench.engine.counters().incomparable, 0);
  });
  it('does not know a state any more when the unit of its source changes', () => {
    const bench = new Bench([event({ op: '>', value: 5, unit: 'm' })]);
    bench.push([reading(1, 9, { unit: 'm' }), reading(2, 9, { unit: 'Cel' }), reading(3, 9, { unit: 'Cel' }), reading(4, 400, { unit: 'cm' })]);
    assert.deepEqual(kinds(bench.events), ['end 4', 'begin 1', 'nodata 2'].sort((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])));
    assert.deepEqual(bench.problems.map(({ code }) => code), ['unit']);
  });
});

describe('events: time', () => {
  it('says what comes too late, and what is stamped into the future when live', () => {
    const bench = new Bench([event(above)]);
    bench.push([reading(10, 1), reading(9, 99)]);
    assert.deepEqual([bench.problems[0]!.code, bench.events.length], ['too-late', 0]);
    assert.match(bench.problems[0]!.message, /1 min/);
    const live = new Bench([event(above)]);
    live.push([reading(4, 99), reading(6, 99, { datastream: 'x' })], 'live', T);
    assert.deepEqual(kinds(live.events), ['begin 4']);
    assert.deepEqual(live.problems.map(({ code }) => code), ['future']);
    // a stamp of the future does not make later readings late
    live.push([reading(5, 1, { datastream: 'x' })], 'live', T);
    assert.equal(live.problems.length, 1);
    const replayed = new Bench([event(above)]);
    replayed.push([reading(99, 99)], 'replay', T);
    assert.deepEqual(replayed.problems, []);
  });
  it('never makes hourly values late that are published after the hour', () => {
    const bench = new Bench([event(above, { gap: { after: '3 h', then: 'keep' } })]);
    bench.push([reading(0, 99)], 'live', T + 40 * MIN);
    bench.clock(T, false, 'live', T + 40 * MIN);
    bench.push([reading(60, 10)], 'live', T + 100 * MIN);
    assert.deepEqual(kinds(bench.events), ['begin 0', 'end 60']);
    assert.deepEqual(bench.problems, []);
  });
  it('knows a silence from the interval that source, roster or domain state, or that it has seen', () => {
    const silent = (options: object, before: (engine: EventEngine) => void = () => undefined, readings = [reading(0, 99)]): string[] => {
      const bench = new Bench([event(above)], options);
      before(bench.engine);
      bench.push(readings);
      bench.clock(readings.at(-1)!.time + 100 * MIN);
      return kinds(bench.events);
    };
    assert.deepEqual(silent({}), ['begin 0']);
    assert.deepEqual(silent({ domain: { id: 'x', name: 'X', sampling: '10 min' } }), ['begin 0', 'nodata 30']);
    assert.deepEqual(silent({}, (engine) => engine.roster([{ datastream: 'd', property: 'p', interval: 5 * MIN }])), ['begin 0', 'nodata 15']);
    const meta = { datastream: { id: 'd' }, interval: 2 * MIN };
    assert.deepEqual(silent({}, undefined, [reading(0, 99, { meta })]), ['begin 0', 'nodata 6']);
    assert.deepEqual(silent({}, undefined, [0, 1, 2, 9, 10].map((minute) => reading(minute, 99))), ['begin 0', 'nodata 5', 'begin 9', 'nodata 13']);
  });
  it('corrects a silence that a slower source disproves', () => {
    const bench = new Bench([event(above, { gap: { after: '10 min', then: 'keep' }, lateness: '0 s' })]);
    bench.push([reading(0, 99)]);
    bench.clock(T + 20 * MIN);
    bench.push([reading(9, 99)]);
    assert.deepEqual(kinds(bench.events), ['begin 0', 'nodata 10', 'begin 10']);
  });
  it('names what it has judged, and holds the clock back by what may still come', () => {
    const engine = new EventEngine([event(above), event(above, { id: 'f', for: '5 min', lateness: '2 min' })]);
    const told = engine.advance({ source: 's', time: T }, 'live', T, [], []);
    assert.deepEqual(told, { source: 's', time: T - 2 * MIN, events: ['e', 'f'] });
    assert.ok(Object.isFrozen(told.events));
    assert.equal(engine.advance({ source: 's', time: T, end: true }, 'replay', T, [], []).time, T);
  });
  it('waits for the slowest of several sources, but not for one that has ended', () => {
    const engine = new EventEngine([event(above, { gap: { after: '5 min', then: 'keep' } })]);
    const out: CityEvent[] = [];
    engine.push([reading(0, 99)], 'replay', 0, out, []);
    engine.advance({ source: 'slow', time: T }, 'replay', 0, out, []);
    engine.advance({ source: 'fast', time: T + 60 * MIN }, 'replay', 0, out, []);
    assert.deepEqual(kinds(out), ['begin 0']);
    engine.advance({ source: 'slow', time: T, end: true }, 'replay', 0, out, []);
    assert.deepEqual(kinds(out), ['begin 0', 'nodata 5']);
  });
  it('says again what is open: its begin, also after a restart, and that nothing is known of it', () => {
    const rule = [event(above, { gap: { after: '5 min', then: 'keep' }, lateness: '10 min' })];
    const bench = new Bench(rule);
    const open = (engine: EventEngine): string[] => kinds(engine.open(new Set([rule[0]!.id])) as CityEvent[]);
    bench.push([reading(0, 99)], 'live', T);
    assert.deepEqual(open(bench.engine), ['begin 0']);
    bench.push([reading(2, 99), reading(-1, 98)], 'live', T + 2 * MIN);
    assert.deepEqual(open(bench.engine), ['begin -1'], 'a late reading has corrected it');
    bench.engine.tick(T + 20 * MIN, bench.events, bench.problems);
    assert.deepEqual(open(bench.engine), ['begin -1', 'nodata 7']);
    const again = new Bench(rule);
    assert.ok(again.engine.restore(JSON.parse(JSON.stringify(bench.engine.snapshot()))));
    assert.deepEqual(open(again.engine), ['begin -1', 'nodata 7']);
    assert.deepEqual(again.engine.open(new Set(['other'])), []);
    again.push([reading(21, 99)], 'live', T + 21 * MIN);
    assert.deepEqual(open(again.engine), ['begin -1'], 'known again, it is the same');
    again.push([reading(22, 1)], 'live', T + 22 * MIN);
    assert.deepEqual(open(again.engine), []);
  });
  it('waits no longer for a source that falls silent because the clock of the computer was ahead', () => {
    const engine = new EventEngine([event(above, { lateness: '0 s' })]);
    const reached = (source: string, minute: number, wall: number): void => {
      engine.advance({ source, time: T + minute * MIN }, 'live', T + wall * MIN, out, []);
    };
    const out: CityEvent[] = [];
    reached('silent', 0, 120);
    reached('speaks', 1, 1);
    reached('speaks', 6, 6);
    reached('speaks', 7, 7);
    const { clocks } = engine.snapshot() as { clocks: [string, number][] };
    assert.deepEqual(clocks.map(([source]) => source), ['speaks']); // prettier-ignore
  });
  it('gives a live source time to speak again after a restart', () => {
    const rule = [event(above, { gap: { after: '5 min', then: 'keep' }, lateness: '0 s' })];
    const first = new Bench(rule);
    first.push([reading(0, 99)], 'live', T);
    const later = T + 60 * MIN;
    const second = new Bench(rule);
    assert.ok(second.engine.restore(JSON.parse(JSON.stringify(first.engine.snapshot()))));
    second.engine.tick(later, second.events, second.problems);
    assert.deepEqual(second.events, []);
    second.engine.tick(later + 6 * MIN, second.events, second.problems);
    assert.deepEqual(kinds(second.events), ['nodata 65']);
  });
  it('knows a silence by an interval that is told only afterwards, also after a restart and a time that nobody watched', () => {
    const rule = [event(above, { gap: { then: 'keep' }, lateness: '0 s' })];
    const roster = [{ datastream: 'd', property: 'PM2.5', interval: 2 * MIN }];
    const began = (): Bench => {
      const bench = new Bench(rule);
      bench.push([reading(0, 99)], 'live', T);
      bench.events.length = 0;
      return bench;
    };
    const later = T + 60 * MIN;
    const restarted = new Bench(rule);
    assert.ok(restarted.engine.restore(JSON.parse(JSON.stringify(began().engine.snapshot()))));
    const slept = began();
    assert.equal(slept.engine.awake(later), false, 'nothing is waited for yet');
    for (const [bench, silentAt] of [[began(), 6], [restarted, 66], [slept, 66]] as const) {
      if (silentAt > 60) bench.engine.tick(later, bench.events, bench.problems);
      bench.engine.roster(roster);
      assert.equal(bench.engine.nextDeadline(), T + silentAt * MIN + 1);
      bench.engine.tick(T + silentAt * MIN, bench.events, bench.problems);
      assert.deepEqual(bench.events, []);
      bench.engine.tick(T + (silentAt + 1) * MIN, bench.events, bench.problems);
      assert.deepEqual(kinds(bench.events), [`nodata ${silentAt}`]);
    }
  });
  it('gives a live source time to speak again after a time that nobody watched, and not in a replay', () => {
    const rule = [event(above, { gap: { after: '5 min', then: 'keep' }, lateness: '0 s' })];
    const bench = new Bench(rule);
    assert.equal(bench.engine.awake(T), false, 'nothing is waited for');
    bench.push([reading(0, 99), reading(0, 1, { datastream: 'calm' })], 'live', T);
    bench.events.length = 0;
    const later = T + 60 * MIN;
    assert.equal(bench.engine.awake(later), true);
    bench.engine.tick(later, bench.events, bench.problems);
    assert.deepEqual(bench.events, []);
    assert.equal(bench.engine.nextDeadline(), later + 5 * MIN + 1);
    bench.engine.tick(later + 6 * MIN, bench.events, bench.problems);
    assert.deepEqual(kinds(bench.events), ['nodata 65']);
    const replay = new Bench(rule);
    replay.push([reading(0, 99)], 'replay', T);
    assert.equal(replay.engine.awake(later), false);
  });
  it('starts what is not open of a changed definition afresh after a restart, and keeps one that was only renamed', () => {
    const lasting = { for: '1 min' };
    const first = new Bench([event(above, lasting), event(above, { ...lasting, id: 'f' })]);
    first.push([reading(0, 99)]);
    const second = new Bench([event(above, { ...lasting, name: 'renamed' }), event({ op: '>', value: 51 }, { ...lasting, id: 'f' })]);
    second.engine.restore(JSON.parse(JSON.stringify(first.engine.snapshot())));
    second.push([reading(1, 99)]);
    assert.deepEqual(second.events.map(({ event: id, kind, name }) => [id, kind, name]), [['e', 'begin', 'renamed']]);
  });
});

describe('events: two values of one time', () => {
  const same = (value: number | string | null, more: Partial<Observation> = {}): Observation =>
    reading(1, value, { id: 'same', quality: value === null ? 'missing' : undefined, ...more });
  it('are both judged where they are two readings', () => {
    const bench = new Bench([event(above)]);
    bench.push([same(40), same(60, { id: 'other' }), same(40), same(60, { id: 'other' })], 'live', T);
    assert.deepEqual([kinds(bench.events), bench.problems], [['begin 1'], []]);
    assert.equal(bench.engine.counters().duplicates, 2);
  });
  it('are told of where they are one reading: the first one counts', () => {
    const bench = new Bench([event(above)], { language: 'th' });
    bench.push([same(40), reading(2, 40), same(60), same('x')], 'live', T);
    assert.deepEqual([kinds(bench.events), bench.problems.map(({ code }) => code)], [[], ['same-time', 'same-time']]);
    assert.match(bench.problems[0]!.message, /60.*[ก-๙]/);
    const quiet = new Bench([event(above)]);
    quiet.push([same(40), same(40), same(null), { ...same(60), change: 'update' }], 'live', T);
    assert.deepEqual([kinds(quiet.events), quiet.problems], [[], []]);
  });
});

describe('events: what begins and ends at one moment', () => {
  /** What a rule behind the events tells, which knows their times and kinds alone. */
  const told = (events: readonly CityEvent[]): string[] => {
    const rule: StatusDefinition = { id: 'r', name: 'R', when: { op: 'event', event: 'e' }, per: { by: 'station' }, severity: 'minor', flapping: false }; // prettier-ignore
    const engine = compileStatus(rule, { names: (id) => id, emit: () => 'state' });
    const out: Status[] = [];
    engine.setMode('replay');
    for (const one of events) engine.push([one], out, []);
    engine.clock({ source: 's', time: T + 60 * MIN, end: true }, 'replay', out, []);
    return out.map(({ state }) => state);
  };
  const at = (minute: number, value: number, id: string): Observation => reading(minute, value, { id });

  it('is over for a rule, too', () => {
    const bench = new Bench([event(above)]);
    bench.push([at(1, 60, 'a'), at(1, 40, 'b')], 'live', T);
    assert.deepEqual(kinds(bench.events).map((one) => one.split(' ')[0]), ['begin', 'end']); // prettier-ignore
    assert.deepEqual(told(bench.events), ['raised', 'cleared']);
    bench.push([at(1, 60, 'c')], 'live', T);
    assert.deepEqual(told(bench.events), ['raised']);
    bench.push([at(1, 40, 'd'), at(2, 60, 'e'), at(3, 40, 'f')], 'live', T);
    assert.deepEqual(told(bench.events), ['raised', 'cleared', 'raised', 'cleared']);
  });

  it('is told so often, however many readings there are of it, and that it is over in the end', () => {
    const bench = new Bench([event(above)]);
    const flips = Array.from({ length: 5000 }, (_x, i) => at(1, i % 2 === 0 ? 60 : 40, `flip ${i}`));
    bench.push(flips, 'live', T);
    assert.ok(bench.events.length <= 101, `${bench.events.length} events`);
    assert.deepEqual(told(bench.events).at(-1), 'cleared');
    bench.push([at(2, 60, 'later'), at(3, 40, 'last')], 'live', T);
    assert.deepEqual(told(bench.events).slice(-2), ['raised', 'cleared']);
    assert.equal(new Set(bench.events.map(({ id }) => id)).size, bench.events.length, 'an id was sent twice');
  });

  it('is over where a late reading takes back a begin', () => {
    const bench = new Bench([event(above, { lateness: '10 min', aggregate: { method: 'average', over: '5 min', scope: 'datastream' } })]); // prettier-ignore
    bench.push([at(5, 60, 'a')], 'live', T);
    assert.deepEqual(told(bench.events), ['raised']);
    bench.push([at(4, 0, 'late')], 'live', T);
    assert.deepEqual(told(bench.events), ['raised', 'cleared']);
  });
});

describe('events: bounds', () => {
  it('follows no more streams than it may, and says so', () => {
    const bench = new Bench([event(above)], { maxStreams: 10 });
    bench.push(Array.from({ length: 1000 }, (_x, i) => reading(1, 99, { datastream: `d${i}` })));
    assert.equal(bench.events.length, 10);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['limit']);
    assert.equal(bench.engine.counters().streams, 10);
  });
  it('holds no more readings of one window than it may', () => {
    const aggregate = { method: 'count', over: '10 d', scope: 'datastream' } as const;
    const bench = new Bench([event({ op: '>', value: 0 }, { aggregate })]);
    const many = Array.from({ length: 100_500 }, (_x, i) => reading(0, 1, { time: T + i * 1000 }));
    bench.push(many);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['window']);
  });
  it('names broken definitions once and judges the others', () => {
    const bench = new Bench([
      event({ op: '>', value: 1, clear: 2 }),
      event({ op: '>', value: 'x' }, { id: 'f' }),
      event(above, { id: 'g' }),
      event(above, { id: 'g' }),
      event({ op: 'time', from: '00:00', to: '01:00', zone: 'Mars/North' }, { id: 'h' }),
      event(above, { id: 'i', aggregate: { method: 'average', over: '1 d', step: '1 ms', scope: 'city' } }),
      null as never,
    ], { language: 'th', node: 'n' });
    assert.deepEqual(bench.engine.ids, ['g']);
    const problems: Problem[] = [];
    bench.engine.push([reading(1, 99)], 'live', T, [], problems);
    bench.engine.push([reading(2, 99)], 'live', T, [], problems);
    assert.equal(problems.length, 6);
    assert.ok(problems.every(({ code, message, node }) => code === 'definition' && /[ก-๙]/.test(message) && node === 'n'));
  });
});
