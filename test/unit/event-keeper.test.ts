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
  let said: string[];
  let full: boolean;
  beforeEach(async () => {
    saved = [];
    said = [];
    full = false;
    const store = {
      load: () => Promise.resolve(undefined),
      save: () => {
        if (full) return Promise.reject(new Error('disk full'));
        return Promise.resolve(void saved.push(performance.now() - start));
      },
    };
    const engine = { snapshot: () => ({}), restore: () => undefined };
    keeper = new Keeper(
      engine as unknown as EventEngine,
      store as unknown as SnapshotStore,
      (error) => said.push(String(error)),
      () => said.push('again'),
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
    assert.deepEqual([saved, said], [[], []]);
  });
  it('say once that a disk is full, are made when there is room again though nothing happens, and say that, too', async function () {
    this.timeout(20_000);
    full = true;
    keeper.changed(true);
    await sleep(1200);
    keeper.changed(true);
    await sleep(1200);
    assert.deepEqual([saved, said], [[], ['Error: disk full']]);
    full = false;
    await sleep(10_200);
    assert.deepEqual([saved.length, said.slice(1)], [1, ['again']]);
  });
  it('are not made any more when the node is closed, however full the disk was', async () => {
    full = true;
    keeper.changed(true);
    await assert.rejects(keeper.close(false), /disk full/);
    full = false;
    await sleep(1400);
    assert.deepEqual(saved, []);
  });
});
