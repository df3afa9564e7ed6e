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
import { waitFor } from '../support/node-red';

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

  it('is written at the close when a write has failed, and the error is told', async () => {
    const told: string[] = [];
    const revisions = new Revisions();
    const remembered = new Remembered({ id: 'd', error: (error) => told.push(String(error)) }, userDir, revisions);
    await remembered.ready;
    // a folder lies where the file is to be written first: like a disk that is full
    fs.mkdirSync(`${file('d')}.new`, { recursive: true });
    revisions.isNew('status', 1);
    remembered.changed();
    const { timer } = remembered as unknown as { timer: { _onTimeout: () => void } };
    timer._onTimeout();
    await waitFor('the error', () => told.length > 0);
    assert.match(told[0]!, /EISDIR/);
    fs.rmdirSync(`${file('d')}.new`);
    await remembered.close(false);
    assert.match(fs.readFileSync(file('d'), 'utf8'), /\["status",1\]/);
  });

  it('does not hold up what comes where it cannot be taken up again; where it is not wanted, nothing is kept', async () => {
    fs.writeFileSync(file('e'), JSON.stringify({ format: 1, state: { no: 'list' } }));
    const told: string[] = [];
    const memory = {
      dump: () => 'state',
      restore: () => {
        throw new Error('of another version');
      },
    };
    const node = { id: 'e', error: (error: unknown) => void told.push(String(error)) };
    const remembered = new Remembered(node, userDir, memory);
    await remembered.ready;
    assert.deepEqual([remembered.loaded, told], [true, ['Error: of another version']]);
    const unwanted = new Remembered(node, userDir, memory, false);
    assert.equal(unwanted.loaded, true);
    unwanted.changed();
    await unwanted.close(false);
    assert.match(fs.readFileSync(file('e'), 'utf8'), /"no":"list"/);
    await unwanted.close(true);
    assert.equal(fs.existsSync(file('e')), false);
    assert.equal(told.length, 1);
  });

  it('is written again after a write that failed', async () => {
    let full = true;
    const states: unknown[] = [];
    const store = {
      load: () => Promise.resolve(undefined),
      save: (state: unknown) => (full ? Promise.reject(new Error('disk full')) : Promise.resolve(void states.push(state))),
      remove: () => Promise.resolve(),
    } as unknown as SnapshotStore;
    const keeper = new Keeper({ snapshot: () => 'state', restore: () => true } as unknown as EventEngine, store, () => undefined, () => undefined);
    keeper.restore(() => undefined);
    await keeper.restored;
    keeper.changed();
    await assert.rejects(keeper.close(false), /disk full/);
    full = false;
    await keeper.close(false);
    assert.deepEqual(states, ['state']);
  });
});
