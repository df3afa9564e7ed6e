/** What a rule knows of one realm, beside its engine: which status is open under which id. */
import assert from 'node:assert/strict';
import type { PatternEngine } from '../../nodes/pattern-status/cep';
import { World } from '../../nodes/pattern-status/world';
import { statusAt } from '../support/statuses';

describe('the statuses that a realm has told', () => {
  const open = (): World => new World('real', () => ({}) as PatternEngine);

  it('are known while they are open', () => {
    const world = open();
    const raised = statusAt(0, 1);
    world.tell([raised]);
    assert.deepEqual([world.hasTold(raised), world.hasTold(statusAt(5, 1))], [true, false]);
    world.tell([statusAt(0, 2, { at: 9, state: 'cleared' })]);
    assert.equal(world.hasTold(raised), false);
  });

  it('are no more than a hundred thousand: a key that was given up never tells of its end', () => {
    const world = open();
    const all = Array.from({ length: 100_001 }, (_, i) => statusAt(0, 1, { key: `s${i}` }));
    world.tell(all);
    assert.deepEqual([world.hasTold(all[0]!), world.hasTold(all[1]!), world.hasTold(all.at(-1)!)], [false, true, true]);
  });
});
