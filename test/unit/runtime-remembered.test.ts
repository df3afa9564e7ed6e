/** What a node remembers: nothing comes back after it was removed, and nothing is forgotten because a disk was full. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { Keeper } from '../../nodes/ecdm-event/keeper';
import { Revisions } from '../../nodes/ecdm/revisions';
import { Remembered } from '../../nodes/runtime/remembered';
import type { SnapshotStore } from '../../nodes/runtime/snapshots';

describe('what a node remembers', () => {
  let userDir: string;
  before(() => (userDir = fs.mkdtempSync(path.join(os.tmpdir(), 'city-events-remembered-'))));
  after(() => fs.rmSync(userDir, { recursive: true, force: true }));
  const fails = (error: unknown): void => assert.fail(String(error));
  const file = (id: string): string => path.join(userDir, 'city-events', `${id}.json`);

  it('is written at the close when messages waited for it until then', async () => {
    const revisions = new Revisions();
    const remembered = new Remembered({ id: 'a', error: fails }, userDir, revisions);
    void remembered.ready.then(() => {
      revisions.isNew('status', 1);
      remembered.changed();
    });
    await remembered.close(false);
    assert.match(fs.readFileSync(file('a'), 'utf8'), /\["status",1\]/);
  });

  it('is removed with the node, and no timer brings it back', async () => {
    const remembered = new Remembered({ id: 'b', error: fails }, userDir, new Revisions());
    void remembered.ready.then(() => remembered.changed());
    await remembered.close(true);
    assert.equal((remembered as unknown as { timer: { _destroyed?: boolean } }).timer._destroyed, true);
    assert.equal(fs.existsSync(file('b')), false);
  });

  it('is written again after a write that failed', async () => {
    let full = true;
    const states: unknown[] = [];
    const store = {
      load: () => Promise.resolve(undefined),
      save: (state: unknown) => (full ? Promise.reject(new Error('disk full')) : Promise.resolve(void states.push(state))),
      remove: () => Promise.resolve(),
    } as unknown as SnapshotStore;
    const keeper = new Keeper({ snapshot: () => 'state', restore: () => true } as unknown as EventEngine, store, () => undefined);
    keeper.restore(() => undefined);
    await keeper.restored;
    keeper.changed('live', Date.now());
    await assert.rejects(keeper.close(false), /disk full/);
    full = false;
    await keeper.close(false);
    assert.deepEqual(states, ['state']);
  });
});
