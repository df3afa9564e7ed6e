import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import { RunWatch } from '../../nodes/ecdm/run-watch';

describe('RunWatch', () => {
  const at = (time: number, end = false, mode: Mode = 'replay', source = 'a') => ({ mode, clock: { source, time, end } });

  it('knows a replay that is run again, and one that goes on after an end', () => {
    const runs = new RunWatch();
    assert.equal(runs.startsOver(at(1000), 900), false);
    assert.equal(runs.startsOver(at(2000, true), 1500), false);
    assert.equal(runs.startsOver(at(3000, true), 2500), false, 'the next file');
    assert.equal(runs.startsOver(at(3000, true), 900), true, 'the first file again');
    assert.equal(runs.startsOver(at(3000, true)), false, 'nothing but the clock');
    assert.equal(runs.startsOver(at(1000)), true, 'nothing but an earlier clock');
  });

  it('counts a run of several sources once', () => {
    const runs = new RunWatch();
    for (const source of ['a', 'b']) runs.startsOver(at(5_000_000, true, 'replay', source), 1);
    assert.equal(runs.startsOver(at(1, false, 'replay', 'a'), 1), true);
    assert.equal(runs.startsOver(at(1, false, 'replay', 'b'), 1), false);
  });

  it('keeps apart two branches of one source, of which one is behind', () => {
    const runs = new RunWatch();
    const branch = (event: string, time: number, end = false) => ({ mode: 'replay' as const, clock: { source: 'a', time, end, events: [event] } });
    for (const time of [1, 5_000_000]) assert.equal(runs.startsOver(branch('x', time)), false);
    runs.startsOver(branch('x', 9_000_000, true));
    for (const time of [1, 5_000_000]) assert.equal(runs.startsOver(branch('y', time), time), false);
  });

  it('lets a clock step back a little, and never judges a live one', () => {
    const runs = new RunWatch();
    for (const time of [10_000_000, 9_990_000, 10_000_001]) assert.equal(runs.startsOver(at(time, false, 'simulated')), false);
    assert.equal(runs.startsOver(at(9_000_000, false, 'simulated')), true);
    for (const mode of ['live', 'poll', 'catch-up'] as const) assert.equal(runs.startsOver(at(1, false, mode)), false);
    assert.equal(runs.startsOver({ mode: 'replay' }), false);
  });
});
