/** When ecdm-event writes down what it remembers. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { Keeper } from '../../nodes/ecdm-event/keeper';
import type { SnapshotStore } from '../../nodes/runtime/snapshots';

describe('the snapshots of ecdm-event', () => {
  let saved: number[];
  let keeper: Keeper;
  let start: number;
  beforeEach(async () => {
    saved = [];
    const store = {
      load: () => Promise.resolve(undefined),
      save: () => Promise.resolve(void saved.push(performance.now() - start)),
    };
    const engine = { snapshot: () => ({}), restore: () => undefined };
    keeper = new Keeper(engine as unknown as EventEngine, store as unknown as SnapshotStore, (error) =>
      assert.fail(String(error)),
    );
    start = performance.now();
    keeper.restore(() => undefined);
    await keeper.restored;
  });
  afterEach(() => keeper.close(false));

  it('are made as soon as those of a rule when something has begun or ended, also where one waits already', async () => {
    keeper.changed();
    keeper.changed(true);
    for (let i = 0; i < 6; i++) {
      await sleep(200);
      keeper.changed(true);
    }
    await sleep(150);
    assert.equal(saved.length, 1);
    assert.ok(saved[0]! < 1350, `${saved[0]} ms`);
  });
  it('wait when there was nothing but readings', async () => {
    keeper.changed();
    await sleep(1400);
    assert.deepEqual(saved, []);
  });
});
