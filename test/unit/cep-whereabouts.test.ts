/** In which zones a status says that its key lies: where it was when that happened, by their names of today. */
import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import type { ZoneRef } from '../../nodes/ecdm/zone';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, Random } from '../properties/random';

const HOUR = 3_600_000;
const LATENESS = 20;

/** "d1/z1": the outer one first. */
const zonesOf = (path: string, names: Record<string, string> = {}): ZoneRef[] =>
  path.split('/').map((id) => ({ id, name: names[id] ?? id, level: id.startsWith('d') ? 'district' : 'zone' }));

function event(time: number, kind: EventKind, path: string, names?: Record<string, string>, stream = '1'): CityEvent {
  return { ...cityEvent('A', kind, time, stream, 'k'), zones: zonesOf(path, names) };
}

const at = ({ zones = [] }: Status): string => zones.map(({ id }) => id).join('/');

class Bench {
  readonly out: Status[] = [];
  private engine: PatternEngine;
  private now = 0;

  constructor(
    private readonly definition: Partial<StatusDefinition>,
    private readonly mode: Mode = 'replay',
  ) {
    this.engine = this.made();
  }

  private made(): PatternEngine {
    const rule: StatusDefinition = {
      id: 'r', name: 'Rule', when: { op: 'event', event: 'A' }, per: { by: 'station' }, severity: 'minor', flapping: false,
      clear: { after: '0 s' }, updateEvery: '0 s', lateness: `${LATENESS} ms`, ...this.definition,
    }; // prettier-ignore
    const engine = compileStatus(rule, {
      names: (id) => id,
      emit: (id) => (id === 'c' ? 'point' : 'state'),
      now: () => this.now,
    });
    engine.setMode(this.mode);
    return engine;
  }

  push(...events: CityEvent[]): this {
    this.engine.push(events, this.out, []);
    return this;
  }

  until(time: number, end = false): this {
    this.now = time;
    this.engine.clock({ source: 's', time, end }, this.mode, this.out, []);
    this.engine.tick(time, this.out, []);
    return this;
  }

  restart(): this {
    return this.takeOver(JSON.parse(JSON.stringify(this.engine.snapshot())));
  }

  /** Begins a snapshot. @returns what tells the rest of it */
  cut(): () => unknown {
    const saving = this.engine.save();
    const lines: unknown[] = [saving.line()];
    return () => {
      for (let line = saving.line(); line !== undefined; line = saving.line()) lines.push(line);
      return JSON.parse(JSON.stringify(lines)) as unknown;
    };
  }

  takeOver(kept: unknown): this {
    this.engine = this.made();
    assert.equal(this.engine.restore(kept), true);
    return this;
  }

  get said(): string[] {
    return this.out.map((status) => `${Date.parse(status.updated)} ${status.state} ${at(status)}`);
  }
}

describe('where a status says that it is', () => {
  it('is where a station was when that happened, also where all came at once', () => {
    const events = [
      event(0, 'begin', 'd1/z1'),
      event(100, 'end', 'd1/z1'),
      event(500, 'begin', 'd1/z3'),
      event(600, 'end', 'd2/z4'),
    ];
    const expected = ['0 raised d1/z1', '100 cleared d1/z1', '500 raised d1/z3', '600 cleared d2/z4'];
    const oneByOne = new Bench({});
    for (const one of events) oneByOne.push(one).until(one.time);
    assert.deepEqual(oneByOne.until(9999, true).said, expected);
    const batch = new Bench({}).push(...events);
    assert.deepEqual(batch.restart().until(9999, true).said, expected);
  });

  it('is the same all at once and one by one, in any order that is in time, over restarts', () => {
    const random = new Random(20261123);
    for (let n = 0; n < 3000; n++) {
      const per: StatusDefinition['per'] = random.chance(0.5) ? { by: 'station' } : { by: 'property' };
      const when = { when: { op: 'event', event: 'A' }, per } as const;
      const events: CityEvent[] = [];
      let path = 'd1/z1';
      for (let time = 10, i = 0; i < 12; i++) {
        time += 1 + random.int(30);
        if (random.chance(0.4)) path = random.pick(['d1/z1', 'd1/z2', 'd2/z3', 'd2/z1']);
        const kind = random.pick(['begin', 'begin', 'end'] as const);
        events.push({ ...event(time, kind, path), property: 'p' });
      }
      const batch = new Bench(when).push(...events).until(9999, true);
      const apart = new Bench(when);
      const late = events.map((one) => ({ one, comes: one.time + random.int(LATENESS) }));
      late.sort((a, b) => a.comes - b.comes);
      let newest = 0;
      for (const { one } of late) {
        newest = Math.max(newest, one.time);
        apart.push(one).until(newest);
        if (random.chance(0.2)) apart.restart();
      }
      apart.until(9999, true);
      assert.deepEqual(apart.said, batch.said, JSON.stringify(late.map(({ one }) => [one.time, one.kind, one.zones])));
    }
  });

  for (const mode of ['replay', 'live'] as const) {
    it(`is told within a minute where a station that is raised has moved to, though nothing more is said (${mode})`, () => {
      const bench = new Bench({ updateEvery: '1 min', lateness: '0 s' }, mode);
      const step = (time: number, ...events: CityEvent[]): unknown => bench.push(...events).until(time);
      step(0, event(0, 'begin', 'd1/z1'));
      step(30_000, event(30_000, 'begin', 'd1/z3'));
      for (let time = 40_000; time < HOUR; time += 10_000) step(time);
      step(HOUR, event(HOUR, 'end', 'd1/z3'));
      assert.deepEqual(bench.said, ['0 raised d1/z1', '60000 updated d1/z3', `${HOUR} cleared d1/z3`]);
    });
  }

  it('is not told where a station has come back meanwhile', () => {
    const back = new Bench({ updateEvery: '1 min', lateness: '0 s' });
    back.push(event(0, 'begin', 'd1/z1')).until(0);
    back
      .push(event(10_000, 'begin', 'd1/z2'))
      .until(10_000)
      .restart();
    back.push(event(20_000, 'begin', 'd1/z1')).until(HOUR);
    assert.deepEqual(back.said, ['0 raised d1/z1']);
  });

  it('is where a station was, of what is found late, and over a restart', () => {
    const point = (time: number, path: string): CityEvent => ({ ...event(time, 'point', path), event: 'c' });
    const more = { lateness: '30 s', clear: { after: '0 s', when: { op: 'event', event: 'c' } } } as const;
    const late = new Bench(more, 'live');
    const step = (minute: number, ...events: CityEvent[]): unknown =>
      late
        .until(minute * 60_000)
        .push(...events)
        .until(minute * 60_000);
    for (const [minute, path] of [
      [3, 'd1/z1'],
      [5, 'd1/z1'],
      [20, 'd1/z3'],
      [21, 'd1/z3'],
    ] as const)
      // prettier-ignore
      step(minute, point(minute * 60_000, path));
    for (let minute = 22; minute < 26; minute++) step(minute);
    step(26, event(11 * 60_000, 'end', 'd1/z1', {}, '2'), event(10.8 * 60_000, 'begin', 'd1/z1', {}, '2'));
    assert.deepEqual(late.out.map(at), ['d1/z1', 'd1/z1']);
    for (const isRestarted of [false, true]) {
      const bench = new Bench({ lateness: '0 s' }, 'live').push(event(0, 'begin', 'd1/z1')).until(0);
      bench.push(event(10_000, 'begin', 'd1/z3')).until(14_000);
      if (isRestarted) bench.restart();
      bench.push({ ...event(7000, 'begin', 'd1/z2'), event: 'c' }).until(40_000);
      assert.equal(at(bench.out.at(-1)!), 'd1/z3', `restarted: ${isRestarted}`);
    }
  });

  it('is kept when a snapshot is told bit by bit while time goes on', () => {
    const bench = new Bench({ lateness: '1 min' });
    bench.push(event(0, 'begin', 'd1/z1'), event(10, 'end', 'd1/z1'), event(100_000, 'begin', 'd1/z2'));
    bench.push(event(110_000, 'end', 'd1/z3')).until(110_000);
    const rest = bench.cut();
    bench.until(300_000);
    bench.out.length = 0;
    bench.takeOver(rest()).until(400_000);
    assert.deepEqual(bench.said, ['100000 raised d1/z2', '110000 cleared d1/z3']);
  });

  it('is what all of a city or a property have in common, also of those of which nothing is heard for days', () => {
    for (const per of [{ by: 'city' }, { by: 'property' }] as const) {
      const bench = new Bench({ per });
      const hear = (hour: number, path: string, stream: string): unknown =>
        bench.push({ ...event(hour * HOUR, 'begin', path, {}, stream), property: 'p' }).until(hour * HOUR);
      hear(0, 'd2/z2', '2');
      for (let hour = 1; hour < 60; hour++) hear(hour, 'd1/z1', '1');
      bench.until(70 * HOUR);
      assert.deepEqual(bench.out.slice(2).filter((status) => at(status) !== ''), [], per.by); // prettier-ignore
    }
  });

  it('calls zones by the names that they have now', () => {
    for (const per of [{ by: 'zone', level: 'zone' }, { by: 'city' }, { by: 'station' }] as const) {
      const bench = new Bench({ per });
      const old = { z1: 'North', d1: 'Old town' };
      bench.push(event(0, 'begin', 'd1/z1', old), event(100, 'end', 'd1/z1', old)).until(200);
      const today = { z1: 'Harbour', d1: 'New town' };
      bench
        .restart()
        .push(event(1000, 'begin', 'd1/z1', today))
        .until(2000);
      assert.deepEqual(bench.out.at(-1)!.zones!.map(({ name }) => name), ['New town', 'Harbour'], per.by); // prettier-ignore
      if (per.by === 'zone') assert.equal(bench.out.at(-1)!.keyName, 'Harbour');
    }
  });

  describe('for a zone', () => {
    const bench = (): Bench => new Bench({ per: { by: 'zone', level: 'zone' } });
    const course = (path: (hour: number) => string, hours = 72): string[] => {
      const zone = bench();
      for (let hour = 0; hour < hours; hour += 1) {
        zone.push(event(hour * HOUR, hour % 2 === 0 ? 'begin' : 'end', path(hour))).until(hour * HOUR);
      }
      return zone.until(99 * HOUR).out.filter(({ state }) => state === 'raised').map(at); // prettier-ignore
    };

    it('is in the district that it was given to, a day after that at the latest', () => {
      const zones = course((hour) => (hour < 11 ? 'd1/z1' : 'd2/z1'));
      assert.deepEqual([zones[0], zones[7], zones.at(-1)], ['d1/z1', 'z1', 'd2/z1']);
      const begins = zones.indexOf('d2/z1');
      assert.ok(begins * 2 <= 11 + 48, `after ${begins * 2 - 11} hours`);
      assert.ok(zones.slice(begins).every((path) => path === 'd2/z1'));
    });

    it('is in none while its sensors lie in several', () => {
      const zones = course((hour) => (hour % 6 < 3 ? 'd1/z1' : 'd2/z1'));
      assert.deepEqual(new Set(zones.slice(2)), new Set(['z1']));
    });
  });
});
