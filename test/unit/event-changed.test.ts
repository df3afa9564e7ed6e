/** What is open when a definition is changed or taken out, at a deploy or a restart: it goes on or ends, never neither. */
import assert from 'node:assert/strict';
import type { Condition, EventDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { Bench } from './event-support';

const MIN = 60_000;
const T = Date.UTC(2026, 0, 5);
let serial = 0;
const reading = (minute: number, value: number | null, more: Partial<Observation> = {}): Observation =>
  makeObservation({ id: `c${serial++}`, datastream: 'd', property: 'p', thing: 's', time: T + minute * MIN, value, unit: 'ug/m3', ...more });
const above = (value: number, more: Partial<Condition> = {}): Condition => ({ op: '>', value, ...more }) as Condition;
const event = (when: Condition, more: Partial<EventDefinition> = {}): EventDefinition => ({
  id: 'e', name: 'E', when, emit: 'state', gap: { after: '10 min', then: 'keep' }, ...more,
}); // prettier-ignore
const told = (events: readonly CityEvent[]): string[] =>
  events.map(({ event: id, kind, time, stream, key }) => `${id} ${kind} ${(time - T) / MIN} ${stream} ${key}`);

/** What an engine of one set of definitions knows, in an engine of another one. */
function changed(from: Bench, to: readonly EventDefinition[], alter: (kept: any) => void = () => undefined): Bench {
  const kept = JSON.parse(JSON.stringify(from.engine.snapshot())) as object;
  alter(kept);
  const next = new Bench([...to]);
  assert.ok(next.engine.restore(kept));
  return next;
}

/** The first versions wrote down nothing but the hash and the unit of a definition. */
function asFirstVersion(kept: any): void {
  kept.rules = kept.rules.map((rule: unknown[]) => rule.slice(0, 3));
  delete kept.left;
  for (const follower of kept.routes.followers) {
    delete follower.feeds;
    delete follower.awaited;
  }
}

function begun(definition = event(above(90)), readings = [reading(0, 95), reading(1, 97)], mode: 'live' | 'replay' = 'live'): Bench {
  const bench = new Bench([definition]);
  bench.push(readings, mode, T + MIN);
  assert.equal(bench.events.at(-1)?.kind, 'begin');
  return bench;
}

describe('events: a definition that is changed while it is open', () => {
  for (const [name, alter] of [['now', () => undefined], ['in the first version', asFirstVersion]] as const) {
    it(`is judged by the new limit at the next reading, by a snapshot as written ${name}`, () => {
      const higher = changed(begun(), [event(above(200))], alter);
      higher.push([reading(2, 97)], 'live', T + 2 * MIN);
      assert.deepEqual(told(higher.events), ['e end 2 e|d s']);
      const lower = changed(begun(), [event(above(96))], alter);
      lower.push([reading(2, 97), reading(3, 96)], 'live', T + 3 * MIN);
      assert.deepEqual(told(lower.events), ['e end 3 e|d s'], 'no second begin');
    });
    it(`ends where the event is a moment now, by a snapshot as written ${name}`, () => {
      const next = changed(begun(), [event(above(50), { emit: 'point' })], alter);
      next.push([reading(2, 97)], 'live', T + 2 * MIN);
      assert.deepEqual(told(next.events), ['e end 2 e|d s', 'e point 2 e|d s']);
    });
    it(`ends nothing of an event that was a moment, by a snapshot as written ${name}`, () => {
      const before = new Bench([event(above(90), { emit: 'point' })]);
      before.push([reading(0, 95)], 'live', T);
      const next = changed(before, [event(above(90))], alter);
      next.push([reading(1, 97), reading(2, 10)], 'live', T + 2 * MIN);
      assert.deepEqual(told(next.events), ['e begin 1 e|d s', 'e end 2 e|d s']);
    });
  }

  it('is marked when it is silent then, or ends, as the new definition says', () => {
    const rules = { keep: ['nodata'], end: ['end'] } as const;
    for (const [then, wanted] of Object.entries(rules) as [keyof typeof rules, readonly string[]][]) {
      const next = changed(begun(), [event(above(200), { gap: { after: '5 min', then } })]);
      const later = T + 60 * MIN;
      next.engine.tick(later, next.events, next.problems);
      assert.deepEqual(next.events, [], 'it gets time to speak again');
      next.engine.tick(later + 6 * MIN, next.events, next.problems);
      assert.deepEqual(next.events.map(({ kind, time }) => `${kind} ${(time - T) / MIN}`), wanted.map((kind) => `${kind} 65`));
    }
  });

  it('stays not known until a reading tells, and ends then', () => {
    const before = begun();
    before.push([reading(2, null)], 'live', T + 2 * MIN);
    const next = changed(before, [event(above(200))]);
    next.push([reading(3, 97)], 'live', T + 3 * MIN);
    assert.deepEqual(told(next.events), ['e end 3 e|d s']);
  });

  it('does not judge the readings before again', () => {
    const readings = [reading(0, 50), reading(1, 95)];
    const next = changed(begun(event(above(90)), readings), [event(above(94))]);
    next.push([...readings, reading(2, 95)], 'live', T + 2 * MIN);
    assert.deepEqual([next.events, next.problems], [[], []]);
    next.push([reading(0.9, 10)], 'live', T + 2 * MIN);
    assert.deepEqual([next.events, next.problems.map(({ code }) => code)], [[], ['too-late']]);
  });

  it('keeps the limit of going back where only numbers changed', () => {
    const before = begun(event(above(90, { clear: 75 })));
    const next = changed(before, [event(above(100, { clear: 80 }))]);
    next.push([reading(2, 85), reading(3, 79)], 'live', T + 3 * MIN);
    assert.deepEqual(told(next.events), ['e end 3 e|d s']);
  });

  it('is not known in a unit that cannot be compared, and a problem says so', () => {
    const next = changed(begun(event(above(90, { unit: 'ug/m3' }))), [event(above(30, { unit: 'Cel' }))]);
    next.push([reading(2, 97)], 'live', T + 2 * MIN);
    assert.deepEqual(told(next.events), ['e nodata 2 e|d s']);
    assert.deepEqual(next.problems.map(({ code }) => code), ['unit']);
    const milligrams = changed(begun(event(above(90, { unit: 'ug/m3' }))), [event(above(0.2, { unit: 'mg/m3' }))]);
    milligrams.push([reading(2, 97)], 'live', T + 2 * MIN);
    assert.deepEqual(told(milligrams.events), ['e end 2 e|d s']);
  });

  it('starts what waits for its time, and windows, afresh', () => {
    const before = new Bench([event(above(90), { for: '5 min' })]);
    before.push([reading(0, 95)], 'live', T);
    const next = changed(before, [event(above(91), { for: '5 min' })]);
    next.push([reading(4, 95), reading(8, 95)], 'live', T + 8 * MIN);
    assert.deepEqual(next.events, []);
    next.push([reading(9, 95)], 'live', T + 9 * MIN);
    assert.deepEqual(told(next.events), ['e begin 9 e|d s']);
    const aggregate = { method: 'average', over: '10 min', scope: 'station' } as const;
    const averaged = changed(begun(event(above(90), { aggregate })), [event(above(80), { aggregate })]);
    averaged.push([reading(2, 70)], 'live', T + 2 * MIN);
    assert.deepEqual(told(averaged.events), ['e end 2 e|s s'], 'the average of 95, 97 and 70 would be above 80');
  });

  it('ends at the next reading of a Datastream that is not chosen any more, and of no other', () => {
    for (const observe of [{ things: ['other'] }, { properties: ['q'] }, { datastreams: ['x'] }]) {
      const next = changed(begun(), [event(above(90), { observe })]);
      next.push([reading(2, 97, { datastream: 'y', thing: 't' })], 'live', T + 2 * MIN);
      assert.deepEqual(next.events, []);
      // also when the node was started again in between
      const again = changed(next, [event(above(90), { observe })]);
      again.push([reading(3, 97), reading(4, 97)], 'live', T + 4 * MIN);
      assert.deepEqual(told(again.events), ['e end 3 e|d s']);
      assert.equal(again.engine.counters().open, 0);
    }
  });

  it('ends where the readings of its Datastream lie outside of the domain now', () => {
    const domain = { id: 'dom', name: 'Dom', zones: ['centre'] };
    const kept = begun().engine.snapshot();
    const next = new Bench([event(above(90))], { domain });
    assert.ok(next.engine.restore(JSON.parse(JSON.stringify(kept))));
    next.push([reading(2, 97, { zones: [{ id: 'z', name: 'Harbour', level: 'zone' }] })], 'live', T + 2 * MIN);
    assert.deepEqual(told(next.events), ['e end 2 e|d s']);
  });

  it('goes on for a group as long as one of its Datastreams is chosen', () => {
    const aggregate = { method: 'max', over: '10 min', scope: 'station' } as const;
    const both = [reading(0, 95, { datastream: 'a' }), reading(1, 95, { datastream: 'b' })];
    const before = (): Bench => begun(event(above(90), { aggregate }), both);
    const one = changed(before(), [event(above(90), { aggregate, observe: { datastreams: ['b'] } })]);
    one.push([reading(2, 95, { datastream: 'a' }), reading(3, 95, { datastream: 'b' })], 'live', T + 3 * MIN);
    one.push([reading(4, 1, { datastream: 'a' }), reading(14, 5, { datastream: 'b' })], 'live', T + 14 * MIN);
    assert.deepEqual(told(one.events), ['e nodata 13 e|s s', 'e end 14 e|s s']);
    const none = changed(before(), [event(above(90), { aggregate, observe: { datastreams: ['c'] } })]);
    none.push([reading(2, 95, { datastream: 'a' })], 'live', T + 2 * MIN);
    assert.deepEqual(none.events, []);
    none.push([reading(3, 95, { datastream: 'b' })], 'live', T + 3 * MIN);
    assert.deepEqual(told(none.events), ['e end 3 e|s s']);
  });

  it('ends under the old identity where it is told of something else now', () => {
    const aggregate = { method: 'max', over: '10 min', scope: 'city' } as const;
    const next = changed(begun(), [event(above(90), { aggregate, gap: { after: '1 h', then: 'keep' } })]);
    next.push([reading(2, 97)], 'live', T + 2 * MIN);
    next.push([reading(20, 1)], 'live', T + 20 * MIN);
    next.clock(T + 60 * MIN, false, 'live', T + 60 * MIN);
    assert.deepEqual(told(next.events)[0], 'e end 2 e|d s');
    assert.ok(next.events.slice(1).every(({ stream }) => stream === 'e|city'));
  });

  it('ends where the definition was taken out or cannot be judged: at a reading, a clock or the wall clock', () => {
    const broken = event(above(1, { clear: 2 }));
    for (const definitions of [[], [event(above(1), { id: 'f' })], [broken]]) {
      const byReading = changed(begun(), definitions);
      assert.ok(byReading.engine.hasLeft);
      byReading.push([reading(2, 0, { datastream: 'x' })], 'live', T + 2 * MIN);
      const byClock = changed(begun(), definitions);
      byClock.clock(T + 2 * MIN, false, 'live', T + 2 * MIN);
      const byWall = changed(changed(begun(), definitions), definitions);
      byWall.engine.tick(T + 2 * MIN, byWall.events, byWall.problems);
      for (const bench of [byReading, byClock, byWall]) {
        assert.deepEqual(told(bench.events), ['e end 2 e|d s']);
        const [{ name, source, property, id }] = bench.events as [CityEvent];
        assert.deepEqual([name, source.length, property, id], ['E', 1, 'p', `e|s|end|${T + 2 * MIN}`]);
        assert.equal(bench.engine.hasLeft, false);
      }
    }
  });

  it('never ends before it has begun, and not in the future', () => {
    const behind = changed(begun(), []);
    behind.push([reading(-30, 0, { datastream: 'slow' })], 'live', T + 2 * MIN);
    assert.deepEqual(behind.events.map(({ time }) => time), [T + MIN + 1]);
    const ahead = changed(begun(), []);
    ahead.push([reading(600, 0, { datastream: 'wrong clock' })], 'live', T + 2 * MIN);
    assert.deepEqual(ahead.events.map(({ time }) => time <= T + 7 * MIN), [true]);
  });

  it('goes on and ends in a replay that is taken over, too, and not in one that starts over', () => {
    const replay = begun(event(above(90)), undefined, 'replay');
    const next = changed(replay, [event(above(200))]);
    next.push([reading(2, 97)]);
    assert.deepEqual(told(next.events), ['e end 2 e|d s']);
    const taken = changed(replay, []);
    taken.engine.tick(T + 9 * MIN, taken.events, taken.problems);
    assert.deepEqual(taken.events, [], 'the wall clock says nothing of a replay');
    taken.clock(T + 3 * MIN);
    assert.deepEqual(told(taken.events), ['e end 3 e|d s']);
    const over = changed(replay, []);
    over.clock(T + MIN);
    const fresh = changed(replay, []);
    fresh.engine.startsOver({ source: 's', time: T - 60 * MIN }, 'replay', []);
    assert.deepEqual([over.events.length, fresh.engine.hasLeft], [1, true], 'no clock of it was known');
  });
});
