/** A roster that drops one of several sensors of a key: the key stays as long as any roster holds one of them. */
import * as assert from 'node:assert/strict';
import type { RosterEntry } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import type { Line } from '../../nodes/pattern-status/cep/snapshot';
import { cityEvent, emit, Random } from '../properties/random';

const MIN = 60_000;
const on = (event: string): Pattern => ({ op: 'event', event });
const no = (event: string): Pattern => ({ op: 'no', of: on(event), for: '30 min' });
const or = (...of: Pattern[]): Pattern => ({ op: 'or', of });

/** What events look at: `h` and `H` at heartbeats, `g` at gates, all others at fine dust. */
const PROPERTY: Record<string, string> = { h: 'heart', H: 'heart', g: 'gate' };
const propertyOf = (event: string): string => PROPERTY[event] ?? 'dust';

/** Sensor `n` of a property of station or zone `k`. */
const sensor = (property: string, n = 1, key = 'k'): RosterEntry => ({
  datastream: `${key}|${property}${n}`,
  property,
  thing: key,
  zones: [{ id: key, name: key, level: 'zone' }],
});
const heart = sensor('heart');
const dust = sensor('dust');

/** An event as the sensor makes it. */
function heard(minute: number, event: string, kind: EventKind = 'point', n = 1): CityEvent {
  const zones = [{ id: 'k', name: 'k', level: 'zone' }];
  return { ...cityEvent(event, kind, minute * MIN, `${propertyOf(event)}${n}`), zones };
}

class Bench {
  out: Status[] = [];
  readonly problems: Problem[] = [];
  engine: PatternEngine;
  now = 0;
  constructor(
    when: Pattern,
    private readonly more: Partial<StatusDefinition> = {},
    private readonly mode: 'replay' | 'live' = 'replay',
  ) {
    this.more = { when, ...more };
    this.engine = this.fresh();
  }
  private fresh(): PatternEngine {
    const rule = {
      id: 'r',
      name: 'Rule',
      per: { by: 'station' },
      severity: 'minor',
      lateness: '0 s',
      updateEvery: '1 h',
      ...this.more,
    };
    const engine = compileStatus(rule as StatusDefinition, {
      names: (id) => id,
      emit,
      observing: (event) => ({ observe: { properties: [propertyOf(event)] } }),
      now: () => this.now,
    });
    engine.setMode(this.mode);
    return engine;
  }
  roster(minute: number, entries: readonly RosterEntry[], source = 's'): this {
    this.engine.roster(entries, source, minute * MIN, this.out, this.problems);
    return this;
  }
  hear(...events: CityEvent[]): this {
    for (const { time } of events) this.now = Math.max(this.now, time);
    this.engine.push(events, this.out, this.problems);
    return this;
  }
  clock(minute: number): this {
    this.now = Math.max(this.now, minute * MIN);
    this.engine.clock({ source: 's', time: minute * MIN }, this.mode, this.out, this.problems);
    return this;
  }
  restart(minute?: number, change = (lines: Line[]): Line[] => lines): this {
    const kept = change(JSON.parse(JSON.stringify(this.engine.snapshot())) as Line[]);
    this.engine = this.fresh();
    assert.equal(this.engine.restore(kept, minute === undefined ? undefined : minute * MIN), true);
    return this;
  }
  /** What was told since somebody looked. */
  get said(): unknown[] {
    const said = this.out.map(({ state, updated, flags }) => [state, Date.parse(updated) / MIN, ...flags]);
    this.out = [];
    return said;
  }
}

describe('a roster that drops one of several sensors of a key', () => {
  const PER: [string, StatusDefinition['per']][] = [
    ['station', { by: 'station' }],
    ['zone', { by: 'zone' }],
    ['city', { by: 'city' }],
  ];
  for (const [name, per] of PER) {
    it(`leaves the status of the ${name} as it is, and waits for the silence of that sensor no more`, () => {
      const bench = new Bench(or(on('A'), no('h')), { per }).roster(0, [heart, dust]);
      bench.hear(heard(0, 'h'), heard(5, 'A', 'begin'), heard(20, 'h')).clock(21);
      assert.deepEqual(bench.said, [['raised', 5]]);
      bench.roster(22, [dust]).clock(60);
      assert.deepEqual(bench.said, []);
      bench.hear(heard(70, 'A', 'end')).clock(500);
      assert.deepEqual(bench.said, [['cleared', 70]]);
    });
  }

  it('leaves it as it is where a sensor is in the roster of another source', () => {
    const bench = new Bench(or(on('A'), no('h'))).roster(0, [heart], 'one').roster(0, [dust], 'other');
    bench
      .hear(heard(5, 'A', 'begin'))
      .clock(6)
      .roster(7, [], 'one')
      .clock(100);
    assert.deepEqual(bench.said, [['raised', 5]]);
    bench.roster(101, [], 'other');
    assert.deepEqual(bench.said, [['cleared', 101, 'not-expected']]);
    assert.equal(bench.engine.counters().keys, 0, 'no roster holds it any more');
  });

  it('goes on to wait for the silence that another sensor can break', () => {
    const bench = new Bench(or(on('A'), no('h'), no('g'))).roster(0, [heart, sensor('heart', 2), sensor('gate'), dust]);
    bench.hear(heard(10, 'h'), heard(10, 'g'), heard(20, 'h', 'point', 2)).clock(21);
    bench.roster(22, [sensor('heart', 2), dust]).clock(49);
    assert.deepEqual(bench.said, [], 'that of the gate counts no more');
    bench.clock(100);
    assert.deepEqual(bench.said, [['raised', 50]]);
  });

  it('ends a status that is nothing but that silence', () => {
    const bench = new Bench(or(on('A'), no('h'))).roster(0, [heart, dust]).clock(40);
    assert.deepEqual(bench.said, [['raised', 30]]);
    bench.roster(41, [dust]);
    assert.deepEqual(bench.said, [['cleared', 41, 'not-expected']]);
    assert.equal(bench.engine.counters().keys, 1);
    bench.hear(heard(50, 'A', 'begin'), heard(60, 'A', 'end')).clock(500);
    assert.deepEqual(bench.said, [['raised', 50], ['cleared', 60]]); // prettier-ignore
  });

  it('leaves what waits for a hand to it', () => {
    const bench = new Bench(or(on('A'), no('h')), { clear: { latched: true } }).roster(0, [heart, dust]).clock(40);
    bench.roster(41, [dust]).clock(100);
    assert.deepEqual(bench.said, [['raised', 30], ['updated', 40, 'latched']]); // prettier-ignore
    assert.equal(bench.engine.clearByHand('k', 110 * MIN, bench.out), 1);
  });

  it('waits for it again when it speaks, or is listed again', () => {
    const bench = new Bench(or(on('A'), no('h'))).roster(0, [heart, dust]).hear(heard(5, 'a')).clock(10);
    bench.roster(11, [dust]).clock(100).hear(heard(110, 'h')).clock(200);
    assert.deepEqual(bench.said, [['raised', 140]]);
    bench.roster(201, [dust]).roster(201, [heart, dust]).roster(202, [dust]);
    assert.deepEqual(bench.said, [['cleared', 202, 'not-expected']]);
    bench
      .hear(heard(210, 'A', 'begin'), heard(220, 'A', 'end'))
      .clock(300)
      .roster(300, [dust, heart])
      .clock(400);
    assert.deepEqual(bench.said, [['raised', 210], ['cleared', 220], ['raised', 330]]); // prettier-ignore
  });

  it('may end a status, which can come true once more after that', () => {
    const when: Pattern = { op: 'then', of: [on('b'), on('c')], within: '10 min' };
    const clear = { when: { op: 'and', of: [on('H'), { op: 'no', of: on('A') }] } as Pattern, after: '5 h' };
    const dusts = [dust, sensor('dust', 2)];
    // without a silence no sensor would be expected
    const steps = [{ severity: 'major' as const, when: no('h') }];
    const bench = new Bench(when, { pairing: 'once', clear, steps }).roster(0, [heart, ...dusts]);
    const twice = (minute: number): CityEvent[] => [heard(minute, 'b', 'point', 2), heard(minute + 1, 'c', 'point', 2)];
    bench.hear(heard(1, 'A', 'begin'), heard(2, 'H', 'begin'), ...twice(3)).clock(5);
    bench.hear(...twice(6)).clock(8);
    assert.deepEqual(bench.said, [['raised', 4]]);
    bench.roster(8, [heart, dusts[1]!]);
    assert.deepEqual(bench.said, [['cleared', 8]], 'nothing holds it against what says that it is over');
    const [first, second] = twice(10);
    bench.hear(first!, heard(10.5, 'H', 'end'), second!).clock(13);
    assert.deepEqual(bench.said, [['raised', 11]]);
  });

  it('does not let a status come true once more that goes on', () => {
    const when: Pattern = { op: 'then', of: [on('b'), on('c')], within: '10 min' };
    const clear = { when: { op: 'and', of: [on('H'), { op: 'no', of: on('A') }] } as Pattern, after: '5 h' };
    const steps = [{ severity: 'major' as const, when: no('h') }];
    const dusts = [dust, sensor('dust', 2)];
    const bench = new Bench(when, { pairing: 'once', clear, steps }).roster(0, [heart, ...dusts]);
    const twice = (minute: number): CityEvent[] => [heard(minute, 'b', 'point', 2), heard(minute + 1, 'c', 'point', 2)];
    bench.hear(heard(1, 'A', 'begin'), heard(1, 'A', 'begin', 2), ...twice(3)).clock(8);
    bench
      .roster(8, [heart, dusts[1]!])
      .hear(...twice(10))
      .clock(13);
    assert.deepEqual(bench.said, [['raised', 4]]);
    assert.equal(bench.engine.counters().detections, 1);
  });

  it('ends what only that sensor has begun', () => {
    const dusts = [dust, sensor('dust', 2)];
    const bench = new Bench(or(on('A'), no('h'))).roster(0, [heart, ...dusts]);
    bench.hear(heard(5, 'A', 'begin'), heard(6, 'A', 'begin', 2), heard(7, 'h')).clock(10);
    bench.roster(11, [heart, dusts[1]!]).clock(12);
    assert.deepEqual(bench.said, [['raised', 5]], 'the other one holds');
    bench.roster(13, [heart]);
    assert.deepEqual(bench.said, [['cleared', 13, 'not-expected']]);
    bench.clock(100);
    assert.deepEqual(bench.said, [['raised', 37]], 'the heart is missed as before');
  });

  it('counts the silence of the others from then on where that sensor had begun and not ended', () => {
    const bench = new Bench(no('H')).roster(0, [heart, sensor('heart', 2)]);
    bench
      .hear(heard(5, 'H', 'begin'))
      .clock(100)
      .roster(100, [sensor('heart', 2)])
      .clock(200);
    assert.deepEqual(bench.said, [['raised', 130]]);
  });

  it('looks no more at what that sensor said last, and is not settled', () => {
    for (const mode of ['replay', 'live'] as const) {
      const bench = new Bench(or(on('A'), on('B'), no('h')), { lateness: '5 min' }, mode).roster(0, [heart, dust]);
      bench.hear(heard(0, 'h'), heard(1, 'B', 'begin')).clock(10);
      bench.hear(heard(11, 'h'), heard(11, 'A', 'begin', 2), heard(12, 'B', 'end')).clock(12);
      bench.roster(12, [dust]).clock(300);
      assert.deepEqual(bench.said.map((said) => (said as unknown[])[0]), ['raised'], mode); // prettier-ignore
      bench.hear(heard(301, 'A', 'end', 2)).clock(400);
      assert.deepEqual(bench.said, [['cleared', 301]], mode);
    }
  });

  it('is not undone by what others say late', () => {
    const bench = new Bench(or(on('A'), no('h')), { lateness: '5 min' }, 'live').roster(0, [heart, dust]);
    bench
      .hear(heard(1, 'h'))
      .clock(10)
      .hear(heard(6, 'A', 'begin'), heard(12, 'A', 'end'))
      .clock(20);
    bench.roster(20, [dust]);
    bench.hear(heard(11, 'A', 'begin', 2), heard(13, 'A', 'end', 2)).clock(300);
    assert.deepEqual(bench.said.filter((said) => Number((said as unknown[])[1]) > 25), []); // prettier-ignore
    assert.equal(bench.engine.counters().raised, 0);
  });

  const dusts = (...numbers: number[]): RosterEntry[] => numbers.map((n) => sensor('dust', n));
  const silence: Pattern = { op: 'then', of: [on('a'), no('h')] };
  const UNCHANGED: [string, Pattern, RosterEntry[]][] = [
    ['is repeated', or(on('A'), no('h')), [heart, ...dusts(1, 2, 3)]],
    ['drops a sensor of which nothing lasts', or(on('A'), on('B'), no('h')), [heart, ...dusts(2, 3)]],
    ['drops one for whose silence nothing waits', or(on('A'), silence), dusts(1, 2, 3)],
  ];
  for (const [name, when, roster] of UNCHANGED) {
    it(`keeps what came before, so that others can be sorted in behind it, where it ${name}`, () => {
      const bench = new Bench(when, {}, 'live').hear(heard(5, 'A', 'begin', 2)).clock(10);
      bench.roster(10, [heart, ...dusts(1, 2, 3)]).roster(11, roster);
      assert.deepEqual(bench.said, [['raised', 5]]);
      bench.hear(heard(4, 'A', 'begin', 3)).clock(12);
      assert.equal(Date.parse(bench.out.at(-1)!.since), 4 * MIN);
    });
  }

  it('ends what that sensor has begun also where it was not known any more', () => {
    const bench = new Bench(or(on('A'), no('h'))).roster(0, [heart, ...dusts(1, 2)]);
    bench.hear(heard(5, 'A', 'begin'), heard(6, 'A', 'nodata'), heard(7, 'h')).clock(10);
    assert.deepEqual(bench.said, [['raised', 5], ['nodata', 6, 'nodata']]); // prettier-ignore
    bench.roster(11, [heart, ...dusts(2)]);
    assert.deepEqual(bench.said, [['cleared', 11, 'not-expected']]);
    bench.hear(heard(12, 'A', 'begin', 2), heard(13, 'A', 'end', 2)).clock(20);
    assert.deepEqual(bench.said, [['raised', 12], ['cleared', 13]]); // prettier-ignore
  });

  it('lets go on what waits for the silence of another sensor', () => {
    const bench = new Bench(silence)
      .hear(heard(5, 'a'))
      .clock(10)
      .roster(10, [heart, ...dusts(1, 2)]);
    bench.roster(11, [heart, ...dusts(2)]).clock(35);
    assert.deepEqual(bench.said, [['raised', 35]]);
  });

  it('does not let what it has given up wait again because of what others say late', () => {
    const bench = new Bench(or(on('A'), silence), {}, 'live').hear(heard(5, 'a')).clock(10);
    bench.roster(10, [heart, ...dusts(1, 2)]).roster(11, dusts(1, 2));
    bench.hear(heard(3, 'A', 'begin', 2), heard(4, 'A', 'end', 2)).clock(100);
    assert.deepEqual(bench.said.filter((said) => Number((said as unknown[])[1]) > 25), []); // prettier-ignore
  });

  it('gives up what has begun to wait for that silence', () => {
    const when: Pattern = { op: 'then', of: [on('a'), no('h')] };
    const bench = new Bench(when).hear(heard(5, 'a')).clock(10).roster(10, [heart, dust]);
    bench.roster(11, [dust]).clock(100);
    assert.deepEqual(bench.said, []);
    assert.equal(bench.engine.counters().keys, 1);
    bench.roster(101, [dust, heart]).hear(heard(110, 'a')).clock(200);
    assert.deepEqual(bench.said.slice(0, 1), [['raised', 140]]);
  });

  it('does so where runs are kept one by one', () => {
    const when: Pattern = { op: 'then', of: [no('h'), on('a')], within: '1 h' };
    const rule = { pairing: 'each', clear: { after: '1 min' } } as const;
    for (const restarts of [false, true]) {
      const bench = new Bench(when, rule).roster(0, [heart, dust]).clock(10).roster(11, [dust]);
      if (restarts) bench.restart();
      bench.hear(heard(50, 'a')).clock(60);
      assert.deepEqual(bench.said, []);
      bench.roster(70, [heart, dust]).hear(heard(90, 'a'), heard(105, 'a')).clock(106);
      assert.deepEqual(bench.said.slice(0, 1), [['raised', 105]]);
    }
  });

  it('counts over a restart, whenever that is', () => {
    const before = new Bench(or(on('A'), no('h')))
      .roster(0, [heart, dust])
      .hear(heard(5, 'A', 'begin'))
      .clock(10);
    before.restart().roster(11, [dust]).clock(100);
    assert.deepEqual(before.said, [['raised', 5]]);
    const after = new Bench(or(on('A'), no('h')), {}, 'live').roster(0, [heart, dust]).hear(heard(1, 'h')).clock(10);
    after.roster(11, [dust]).clock(12).restart(20).clock(100);
    assert.deepEqual(after.said, []);
    after.roster(101, [dust, heart]).clock(200);
    assert.deepEqual(after.said, [['raised', 131]]);
  });

  it('goes on with what an earlier program wrote, which knew only the keys', () => {
    const old = (lines: Line[]): Line[] =>
      lines.map((line) => (line[0] === 'r' ? ['r', line[1], [...new Set(line[2])]] : line));
    const bench = (): Bench =>
      new Bench(or(on('A'), no('h'), no('g')))
        .roster(0, [heart, sensor('gate'), dust])
        .hear(heard(5, 'A', 'begin'))
        .clock(10)
        .restart(undefined, old);
    const none = bench().roster(11, []);
    assert.deepEqual(none.said.slice(1), [['cleared', 11, 'not-expected']]);
    const kept = bench()
      .roster(11, [dust])
      .clock(100)
      .hear(heard(110, 'A', 'end'))
      .clock(300);
    assert.deepEqual(kept.said.slice(1), [['cleared', 110]]);
    const some = bench()
      .roster(11, [heart, dust])
      .hear(heard(12, 'A', 'end'))
      .clock(13);
    assert.deepEqual(some.said.slice(1), [['cleared', 12]]);
    some.clock(300);
    assert.deepEqual(some.said, [['raised', 30]], 'which of them is gone is not known');
  });

  it('keeps a key that any roster holds, and says the same one by one, all at once and with restarts', () => {
    const sensors = [heart, sensor('heart', 2), dust, sensor('dust', 2), sensor('gate')];
    const patterns = [
      or(on('A'), no('h')),
      or(on('A'), no('H'), no('g')),
      { op: 'and', of: [on('A'), no('h')] } as Pattern,
      { op: 'and', of: [on('A'), { op: 'no', of: no('h') }] } as Pattern,
      { op: 'then', of: [on('a'), { op: 'no', of: or(on('h'), on('g')), for: '20 min' }] } as Pattern,
    ];
    for (let seed = 1; seed <= 150; seed++) {
      const random = new Random(seed);
      const rule: Partial<StatusDefinition> = { lateness: random.pick(['0 s', '3 min']) };
      const when = random.pick(patterns);
      const benches = [new Bench(when, rule), new Bench(when, rule), new Bench(when, rule)];
      const listed = new Map<string, RosterEntry[]>();
      let minute = 0;
      for (let i = 0; i < 12; i++) {
        const source = random.pick(['one', 'other']);
        const roster = sensors.filter(() => random.chance(0.5));
        listed.set(source, roster);
        // no rule looks at gates alone
        const isHeld = [...listed.values()].flat().some(({ property }) => property !== 'gate');
        const events = Array.from({ length: random.int(5) }, () => {
          minute += random.int(12);
          const event = random.pick(['A', 'H', 'a', 'h', 'g']);
          return heard(
            minute,
            event,
            emit(event) === 'point' ? 'point' : random.pick(['begin', 'end']),
            1 + random.int(2),
          );
        });
        for (const [n, bench] of benches.entries()) {
          const { keys } = bench.engine.counters();
          bench.roster(minute, roster, source);
          if (isHeld) assert.ok(bench.engine.counters().keys >= keys, `seed ${seed}: the key is forgotten`);
          if (n === 0) bench.hear(...events);
          else for (const event of events) bench.hear(event);
          bench.clock(minute);
          if (n === 2) bench.restart();
        }
      }
      const [one, ...others] = benches.map((bench) => bench.clock(minute + 500).said);
      for (const other of others) assert.deepEqual(other, one, `seed ${seed}`);
    }
  });
});
