/** What a rule remembers, and a disk that does not take it: told once, and again when that changes. */
import assert from 'node:assert/strict';
import type { PatternEngine } from '../../nodes/pattern-status/cep';
import { Keeper } from '../../nodes/pattern-status/keeper';
import type { LineStore } from '../../nodes/runtime/line-store';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const fullToo = Object.assign(new Error('ENOSPC: no space left on device, open'), { code: 'ENOSPC' });
const missing = Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' });

describe('the keeper of a rule', () => {
  let outcome: unknown;
  let ended: number;
  let told: string[];
  let keeper: Keeper;
  const engine = {
    hasWall: true,
    save: () => ({ next: () => undefined, end: () => ended++ }),
  } as unknown as PatternEngine;

  beforeEach(() => {
    ended = 0;
    told = [];
    const store = {
      save: () => (outcome === undefined ? Promise.resolve() : Promise.reject(outcome as Error)),
      remove: () => Promise.resolve(),
    } as unknown as LineStore;
    keeper = new Keeper(store, (trouble) => told.push(trouble?.message ?? 'saved again'));
  });

  async function save(result: unknown): Promise<boolean> {
    outcome = result;
    keeper.changed = true;
    return keeper.save(engine);
  }

  it('tells a trouble once, another one anew, and that it is over', async () => {
    const saved: boolean[] = [];
    for (const result of [undefined, full, fullToo, full, missing, missing, undefined, undefined, full]) {
      saved.push(await save(result));
      assert.equal(keeper.changed, result !== undefined, 'what could not be written is tried again');
    }
    assert.deepEqual(saved, [true, false, false, false, false, false, true, true, false]);
    assert.deepEqual(told, [full.message, missing.message, 'saved again', full.message]);
    assert.equal(ended, 6);
  });

  it('has nothing to write where nothing has changed, which is no trouble', async () => {
    outcome = full;
    assert.equal(await keeper.save(engine), true);
    assert.deepEqual(told, []);
  });

  it('says at its end whether the last state is written', async () => {
    outcome = 'no disk';
    // where nothing has ever happened there is nothing to write
    assert.equal(await keeper.close(engine, false), true);
    keeper.changed = true;
    keeper.changed = false;
    assert.equal(await keeper.close(engine, false), false);
    assert.equal(await keeper.close(engine, true), true);
    outcome = undefined;
    assert.equal(await keeper.close(engine, false), true);
    assert.deepEqual(told, ['no disk', 'saved again']);
  });
});
