/** Rehearsals that are asked for one after the other: how many are kept, and what of them lies on the disk. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { JobAnswer, RehearsalRequest, RehearsalResult } from '../../nodes/rehearsal/contract';
import { Jobs } from '../../nodes/rehearsal/serve/jobs';
import { waitFor } from '../support/node-red';

describe('rehearsals that are kept', () => {
  let home: string;
  before(() => void (home = mkdtempSync(path.join(os.tmpdir(), 'rehearsal-'))));
  after(() => rmSync(home, { recursive: true, force: true }));

  const requestOf = (id: string, from: 'server' | 'remembered'): RehearsalRequest => ({
    node: { id, type: 'ecdm-event' }, sources: [], undeployed: [], history: { from, source: 's' }, language: 'en-US',
  }); // prettier-ignore
  const folderOf = (id: string): string => path.join(home, id);

  /** Rehearses a node, to its end; it leaves a folder with its name. */
  async function rehearse(jobs: Jobs, id: string, from: 'server' | 'remembered'): Promise<JobAnswer> {
    const folder = folderOf(id);
    const prepare = (): ReturnType<Parameters<Jobs['start']>[1]> => {
      if (from === 'server') mkdirSync(folder);
      return Promise.resolve({ spec: { from: 'ring', folder }, ...(from === 'server' && { folder }) });
    };
    const answer = jobs.start(requestOf(id, from), prepare, () => []);
    await waitFor(`the end of ${id}`, () => answer.state === 'done' || answer.state === 'failed');
    return answer;
  }

  const done = (): Promise<RehearsalResult> =>
    Promise.resolve({ readings: 1, notes: [] } as unknown as RehearsalResult);

  it('readings of a server lie on the disk for the last two; what lies there anyway counts for none', async () => {
    const jobs = new Jobs(() => ({ result: done(), cancel: () => undefined }));
    const { job: first } = await rehearse(jobs, 'a', 'server');
    for (const id of ['x', 'y', 'z']) await rehearse(jobs, id, 'remembered');
    await rehearse(jobs, 'b', 'server');
    assert.ok(existsSync(folderOf('a')) && existsSync(folderOf('b')));
    await rehearse(jobs, 'c', 'server');
    await waitFor('the oldest to be gone', () => !existsSync(folderOf('a')));
    assert.throws(() => jobs.find(first), /no such rehearsal/);
    assert.ok(existsSync(folderOf('b')) && existsSync(folderOf('c')));
  });

  it('nothing lies there of one that has failed', async () => {
    const broken = (): Promise<RehearsalResult> => Promise.reject(new Error('broken'));
    const jobs = new Jobs(() => ({ result: broken(), cancel: () => undefined }));
    const { state, message } = await rehearse(jobs, 'failed', 'server');
    assert.deepEqual([state, message], ['failed', 'broken']);
    await waitFor('its readings to be gone', () => !existsSync(folderOf('failed')));
  });
});
