/** Sensors that are expected because a source lists them: silence of one that never spoke, and of one that is gone. */
import * as assert from 'node:assert/strict';
import type { RosterEntry } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type Observing, type PatternEngine } from '../../nodes/pattern-status/cep';
import { Roster } from '../../nodes/pattern-status/cep/roster';
import { Pipeline } from '../../nodes/replay/pipeline';
import { makeObservation } from '../../nodes/ecdm/observation';
import { cityEvent } from '../properties/random';

const MIN = 60_000;
const beat: Pattern = { op: 'event', event: 'beat' };
const silence: Pattern = { op: 'no', of: beat, for: '30 min' };
const rule = (more: Partial<StatusDefinition> = {}): StatusDefinition => ({
  id: 'silent', name: 'Silent', when: silence, per: { by: 'station' }, severity: 'minor', lateness: '0 s', ...more,
}); // prettier-ignore

const entry = (thing: string, more: Partial<RosterEntry> = {}): RosterEntry => ({
  datastream: `${thing}/pm`, property: 'PM2.5', thing, thingName: `Station ${thing}`, ...more,
}); // prettier-ignore

class Bench {
  readonly out: Status[] = [];
  readonly problems: Problem[] = [];
  constructor(
    definition: StatusDefinition,
    observing: Observing = { observe: { properties: ['pm₂.₅'] } },
    maxKeys?: number,
    readonly engine: PatternEngine = compileStatus(definition, {
      names: (id) => id, emit: () => 'point', observing: () => observing, maxKeys,
    }), // prettier-ignore
  ) {
    this.engine.setMode('replay');
  }
  roster(minute: number, entries: readonly unknown[], source?: string): void {
    this.engine.roster(entries, source, minute * MIN, this.out, this.problems);
  }
  event(minute: number, key: string): void {
    this.engine.push([cityEvent('beat', 'point', minute * MIN, '1', key)], this.out, this.problems);
  }
  clock(minute: number): void {
    this.engine.clock({ source: 's', time: minute * MIN }, 'replay', this.out, this.problems);
  }
  get said(): unknown[] {
    return this.out.map(({ key, state, since }) => [key, state, Date.parse(since) / MIN]);
  }
}

describe('a roster', () => {
  it('lets a sensor that never spoke be missed, once', () => {
    const bench = new Bench(rule());
    bench.roster(100, [entry('a'), entry('b')]);
    bench.event(110, 'b');
    bench.clock(129);
    assert.deepEqual(bench.said, []);
    bench.clock(135);
    bench.clock(1000);
    assert.deepEqual(bench.said, [['a', 'raised', 130], ['b', 'raised', 140]]); // prettier-ignore
    assert.match(bench.out[0]!.reason, /Station a/);
    bench.event(1001, 'a');
    bench.clock(1002);
    assert.deepEqual(bench.said.slice(2), [['a', 'cleared', 130]]);
    assert.equal(bench.engine.counters().expected, 2);
  });

  it('of a source takes the place of its last one: what is gone is missed no longer', () => {
    const bench = new Bench(rule());
    bench.roster(0, [entry('a'), entry('b'), entry('c')], 's');
    bench.roster(0, [entry('c')], 'other');
    bench.event(5, 'b');
    bench.clock(31);
    assert.deepEqual(bench.said, [['a', 'raised', 30], ['c', 'raised', 30]]); // prettier-ignore
    bench.roster(32, [], 's');
    assert.deepEqual(bench.said.slice(2), [['a', 'cleared', 30]]);
    assert.deepEqual(bench.out[2]!.flags, ['not-expected']);
    assert.match(bench.out[2]!.reason, /not in the list/);
    bench.clock(500);
    assert.equal(bench.out.length, 3, 'b is not missed any more; c still is, by the other source');
  });

  it('without a name only adds', () => {
    const bench = new Bench(rule());
    bench.roster(0, [entry('a')]);
    bench.roster(1, [entry('b')]);
    bench.clock(60);
    assert.deepEqual(bench.said, [['a', 'raised', 30], ['b', 'raised', 31]]); // prettier-ignore
  });

  it('goes on after a snapshot: what is known, and what is gone since', () => {
    const first = new Bench(rule());
    first.roster(0, [entry('a'), entry('b')], 's');
    first.clock(10);
    const kept: unknown = JSON.parse(JSON.stringify(first.engine.snapshot()));
    const second = new Bench(rule());
    assert.equal(second.engine.restore(kept), true);
    second.roster(12, [entry('b')], 's');
    second.clock(40);
    assert.deepEqual(second.said, [['b', 'raised', 30]]);
  });

  it('counts only sensors that an event under "no" looks at, and no nonsense', () => {
    const bench = new Bench(rule());
    const nonsense = [null, 1, {}, { datastream: 'x' }, new Proxy({}, { get: () => assert.fail('no') })];
    bench.roster(0, [...nonsense, entry('n', { property: 'noise' })]);
    bench.clock(60);
    assert.deepEqual([bench.said, bench.engine.counters().keys], [[], 0]);
    const points = new Bench(rule({ when: beat }));
    points.roster(0, [entry('a')]);
    assert.equal(points.engine.counters().keys, 0, 'nothing waits there');
  });

  it('is bounded by the keys of the rule', () => {
    const bench = new Bench(rule(), undefined, 2);
    bench.roster(0, ['a', 'b', 'c', 'd'].map((thing) => entry(thing))); // prettier-ignore
    assert.equal(bench.engine.counters().keys, 2);
    assert.deepEqual(bench.problems.map(({ code }) => code), ['too-many-keys']); // prettier-ignore
  });

  it('makes the keys that the events would have', () => {
    const zones = [{ id: 'z1', name: 'Zone 1', level: 'zone' }, { id: 'd1', name: 'District 1', level: 'district' }]; // prettier-ignore
    const keys = (per: StatusDefinition['per'], aggregate?: Observing['aggregate']): string[] => {
      const roster = new Roster(rule({ per }), () => ({ aggregate }));
      return roster.take([entry('a', { zones })], undefined).expected.map(({ key }) => key);
    };
    assert.deepEqual(keys({ by: 'station' }), ['a']);
    assert.deepEqual(keys({ by: 'station' }, { scope: 'datastream' }), ['a/pm']);
    assert.deepEqual(keys({ by: 'station' }, { scope: 'zone', level: 'District' }), ['d1']);
    assert.deepEqual(keys({ by: 'station' }, { scope: 'city' }), ['city']);
    assert.deepEqual(keys({ by: 'datastream' }), ['a/pm']);
    assert.deepEqual(keys({ by: 'datastream' }, { scope: 'station' }), ['a']);
    assert.deepEqual(keys({ by: 'zone' }), ['z1', 'd1']);
    assert.deepEqual(keys({ by: 'zone', level: 'district' }), ['d1']);
    assert.deepEqual(keys({ by: 'zone' }, { scope: 'zone', level: 'zone' }), ['z1']);
    assert.deepEqual(keys({ by: 'property' }), ['PM2.5']);
    assert.deepEqual(keys({ by: 'city' }), ['city']);
  });

  it('leaves out what lies outside of the zones of the domain', () => {
    const inside = entry('a', { zones: [{ id: 'z1', name: 'Old town', level: 'zone' }] });
    const roster = new Roster(rule(), () => ({ zones: ['old Town'] }));
    assert.deepEqual(roster.take([inside, entry('b')], undefined).expected.map(({ key }) => key), ['a']); // prettier-ignore
  });

  it('tells how long points must be quiet: two intervals of the key, where the rule says nothing', () => {
    const until = (clear: StatusDefinition['clear'], interval: number | undefined, before: boolean): number => {
      const bench = new Bench(rule({ when: beat, clear }));
      if (before) bench.roster(0, [entry('a', { interval })]);
      bench.event(1, 'a');
      if (!before) bench.roster(0, [entry('a', { interval })]);
      bench.clock(1000);
      return Date.parse(bench.out.at(-1)!.until!) / MIN - 1;
    };
    assert.equal(until(undefined, undefined, true), 1);
    assert.equal(until(undefined, 10_000, true), 1);
    assert.equal(until(undefined, 10 * MIN, true), 20);
    assert.equal(until(undefined, 10 * MIN, false), 20);
    assert.equal(until({ after: '5 min' }, 10 * MIN, true), 5);
  });

  it('is used by a replay: a station that stays away from the beginning is missed', () => {
    const when = { op: '>=' as const, value: 0 };
    const pipeline = new Pipeline({
      ecdm: 1, name: 'd', domains: [], actions: [], actuators: [], statuses: [rule()],
      events: [{ id: 'beat', name: 'Beat', emit: 'point', when, observe: { properties: ['PM2.5'] } }],
    }); // prettier-ignore
    const out: Status[] = [];
    pipeline.roster([entry('a'), entry('b')], 0, out, []);
    const read = (minute: number): unknown =>
      makeObservation({
        id: `${minute}`,
        datastream: 'a/pm',
        property: 'PM2.5',
        thing: 'a',
        time: minute * MIN,
        value: 1,
      });
    pipeline.push([0, 10, 20, 30, 40].map(read) as never, out, []);
    pipeline.end(out, []);
    assert.deepEqual(out.map(({ key, state, since }) => [key, state, since]), [['b', 'raised', '1970-01-01T00:30:00Z']]); // prettier-ignore
  });
});
