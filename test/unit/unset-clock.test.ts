/** A small computer without a clock of its own begins in 1970, until a network sets it. */
import assert from 'node:assert/strict';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { makeObservation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { SleepWatch } from '../../nodes/runtime/sleep-watch';

const BOOT = 61_000;
const TODAY = Date.UTC(2026, 10, 24, 8);

describe('a clock that is not set', () => {
  const now = Date.now;
  let wall = TODAY;
  before(() => (Date.now = () => wall));
  after(() => (Date.now = now));

  it('is told once for all nodes, again only after it was set, and not at all where it is', () => {
    const told: string[] = [];
    const watch = (name: string, lang: string): SleepWatch => {
      const node = { warn: (said: unknown) => told.push(`${name}: ${String(said)}`), log: () => {}, error: () => {} };
      return new SleepWatch(node, { _: (key: string) => key, settings: { lang } } as never, () => false);
    };
    const [one, two, thai] = [watch('one', 'en-US'), watch('two', 'en-US'), watch('three', 'th')];
    one.look();
    assert.deepEqual(told, []);
    wall = BOOT;
    two.lookOften();
    for (const each of [one, two, thai]) each.look();
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^two: The clock of this machine is not set: it says 1970-01-01T00:01:01Z\./);
    wall = TODAY;
    for (const each of [one, two, thai]) each.look();
    assert.equal(told.length, 1);
    wall = BOOT;
    thai.look();
    assert.match(told[1]!, /^three: \p{Script=Thai}/u);
    wall = TODAY;
    thai.look();
    for (const each of [one, two, thai]) each.close();
  });

  it('is what a reading with the right time is refused for, and it is taken when the clock is set', () => {
    const engine = new EventEngine([{ id: 'hot', name: 'hot', when: { op: '>', value: 25 }, emit: 'state' } as never]);
    const problems: Problem[] = [];
    const events: unknown[] = [];
    const reading = (time: number) =>
      makeObservation({ id: `${time}`, datastream: 'kitchen', property: 't', time, value: 30 });
    engine.push([reading(TODAY)], 'live', BOOT, events as never, problems);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['future'],
    );
    assert.match(problems[0]!.message, /clock of this machine, which is not set: it says 1970-01-01T00:01:01Z/);
    engine.push([reading(TODAY + 1000)], 'live', TODAY, events as never, problems);
    assert.deepEqual([events.length, problems.length], [1, 1]);
    // a sensor that is wrong is wrong still
    engine.push([reading(TODAY + 3_600_000)], 'live', TODAY, events as never, problems);
    assert.match(problems[1]!.message, /stamped 1 h into the future/);
  });
});
