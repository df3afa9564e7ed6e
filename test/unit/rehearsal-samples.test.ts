/** The samples of rule tests in files: what nothing names any more goes, and nothing else. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { SavedNode } from '../../nodes/rehearsal/contract';
import { keepSample } from '../../nodes/rehearsal/serve/samples';

const DAY = 86_400_000;

describe('samples of rule tests', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'city-events-'));
    await mkdir(path.join(home, 'rule-tests'));
  });
  afterEach(() => rm(home, { recursive: true }));

  async function sample(days: number, name = `${randomUUID()}.ndjson`): Promise<string> {
    const file = path.join(home, 'rule-tests', name);
    await writeFile(file, 'x');
    const time = new Date(Date.now() - days * DAY);
    await utimes(file, time, time);
    return `rule-tests/${name}`;
  }
  const nodeWith = (file: string): SavedNode => ({
    id: 'n',
    type: 'ecdm-event',
    tests: [{ id: 't', file, expect: [] }],
  });
  const there = async (): Promise<string[]> =>
    (await readdir(path.join(home, 'rule-tests'))).map((name) => `rule-tests/${name}`).sort();

  it('go when they are old and no test of any flow names them', async () => {
    const used = await sample(30);
    const young = await sample(6);
    const byHand = await sample(30, 'december.ndjson');
    const ofAnotherFlow = await sample(30);
    await writeFile(path.join(home, 'flows_other.json'), JSON.stringify([nodeWith(ofAnotherFlow)]));
    const ofAProject = await sample(30);
    await mkdir(path.join(home, 'projects', 'air'), { recursive: true });
    await writeFile(path.join(home, 'projects', 'air', 'flow.json'), JSON.stringify([nodeWith(ofAProject)]));
    await sample(30);
    await sample(8);
    const fresh = await keepSample(home, 'readings', [{ id: 'm', type: 'debug' }, nodeWith(used)], 'en-US');
    assert.deepEqual(await there(), [used, young, byHand, ofAnotherFlow, ofAProject, fresh].sort());
  });

  it('all stay where a flow beside it cannot be read: nobody knows what it names', async () => {
    const old = await sample(30);
    await mkdir(path.join(home, 'projects'));
    await writeFile(path.join(home, 'projects', 'no folder'), '');
    await symlink(path.join(home, 'on a disk that is not there'), path.join(home, 'flows_other.json'));
    const fresh = await keepSample(home, 'readings', [], 'en-US');
    assert.deepEqual(await there(), [old, fresh].sort());
  });

  it('are two hundred at most; what goes makes room', async () => {
    for (let n = 0; n < 199; n++) await sample(0);
    const old = await sample(30);
    const fresh = await keepSample(home, 'readings', [], 'en-US');
    const names = await there();
    assert.deepEqual([names.length, names.includes(old), names.includes(fresh)], [200, false, true]);
    await assert.rejects(keepSample(home, 'readings', [], 'en-US'), /200 samples lie in the folder rule-tests/);
    assert.equal((await there()).length, 200);
  });
});
