/** The log of what a node remembers, where the disk fails and where a node is closed while it still reads. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppendLog } from '../../nodes/runtime/append-log';
import { snapshotPath } from '../../nodes/runtime/snapshots';
import { sleep, waitFor } from '../support/node-red';

describe('a log that is added to', () => {
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'city-events-log-'));
  after(() => rmSync(userDir, { recursive: true, force: true }));
  const file = (id: string): string => `${snapshotPath(userDir, id)}.log.ndjson`;
  const linesOf = (id: string): string[] => readFileSync(file(id), 'utf8').trimEnd().split('\n').slice(1);

  /** A log of numbers; its whole state is all of them. */
  function open(id: string): { log: AppendLog; state: number[]; add: (n: number) => void; failures: unknown[] } {
    const state: number[] = [];
    const failures: unknown[] = [];
    const whole = (): (() => string | undefined) => {
      let i = 0;
      return () => (i < state.length ? JSON.stringify(state[i++]) : undefined);
    };
    const log = new AppendLog(userDir, id, { whole, failed: (thrown) => failures.push(thrown) });
    const add = (n: number): void => {
      state.push(n);
      log.append(JSON.stringify(n));
    };
    return { log, state, add, failures };
  }

  async function read(id: string): Promise<unknown[]> {
    const lines: unknown[] = [];
    await open(id).log.load((line) => lines.push(line));
    return lines;
  }

  /** The next write leaves half a line and fails, as on a full disk. */
  function fill(log: AppendLog, id: string): void {
    const open = log as unknown as { handle: { writeFile: () => Promise<void> } };
    open.handle.writeFile = () => {
      appendFileSync(file(id), '2,"to');
      return Promise.reject(new Error('ENOSPC'));
    };
  }

  it('is written anew after a write that failed: nothing stands behind half a line', async () => {
    const { log, add, failures } = open('full');
    await log.rewrite();
    add(1);
    await waitFor('the first line', () => linesOf('full').length === 1);
    fill(log, 'full');
    add(2);
    await waitFor('the failure', () => failures.length === 1);
    assert.match(String(failures[0]), /ENOSPC/);
    add(3);
    await waitFor('all of it', () => linesOf('full').join() === '1,2,3');
    add(4);
    await log.close();
    assert.deepEqual(await read('full'), [1, 2, 3, 4]);
    assert.equal(failures.length, 1);
  });

  for (const [what, torn] of Object.entries({
    'half a line': '3,"to',
    'a line that is none': '3,"to\n',
    'half a line that reads well': '3',
  }))
    it(`${what} that a crash has left takes nothing with it that comes later`, async () => {
      const { log, add } = open(what);
      add(1);
      add(2);
      await log.close();
      appendFileSync(file(what), torn);
      const next = open(what);
      await next.log.load((line) => next.state.push(line as number));
      assert.deepEqual(next.state, [1, 2]);
      next.add(4);
      await next.log.written();
      await next.log.close();
      assert.deepEqual(await read(what), [1, 2, 4]);
    });

  it('tries by itself to write what was refused, says once that it could not, and once that all is there', async () => {
    const state = ['1', '2'];
    const said: string[] = [];
    const whole = (): (() => string | undefined) => {
      let i = 0;
      return () => state[i++];
    };
    const options = { whole, failed: () => said.push('failed'), mended: () => said.push('mended') };
    // where its file should come there is a folder
    mkdirSync(file('blocked'), { recursive: true });
    const log = new AppendLog(userDir, 'blocked', options);
    await log.rewrite();
    log.append('2');
    await waitFor('two attempts', () => said.length > 0);
    await sleep(1200);
    assert.deepEqual(said, ['failed']);
    rmSync(file('blocked'), { recursive: true });
    await waitFor('the file', () => said.length === 2);
    assert.deepEqual(said, ['failed', 'mended']);
    assert.deepEqual(linesOf('blocked'), ['1', '2']);
    await log.close();
  });

  it('is not taken for the state before what that says has been done; what was added meanwhile is in the old file', async () => {
    const state = ['1'];
    let settle: (() => void) | undefined;
    const whole = (): (() => string | undefined) => {
      let i = 0;
      return () => state[i++];
    };
    const settled = (): Promise<void> => new Promise((resolve) => (settle = resolve));
    const log = new AppendLog(userDir, 'half', {
      whole,
      settled,
      failed: (thrown) => assert.fail(String(thrown)),
      grown: 1,
    });
    log.append('1');
    await waitFor('the question', () => settle !== undefined);
    state.push('2');
    await sleep(20);
    assert.deepEqual(await read('half'), [1]);
    assert.ok(existsSync(`${file('half')}.new`));
    settle!();
    await waitFor('the new file', () => !existsSync(`${file('half')}.new`));
    log.append('2');
    await log.close();
    assert.deepEqual(await read('half'), [1, 2]);
  });

  it('is whole where the last write before the close has failed', async () => {
    const { log, add, failures } = open('last');
    await log.rewrite();
    add(1);
    await waitFor('the first line', () => linesOf('last').length === 1);
    fill(log, 'last');
    add(2);
    await waitFor('the failure', () => failures.length === 1);
    await log.close();
    assert.deepEqual(await read('last'), [1, 2]);
  });

  it('keeps its last line, and stays removed, where it is closed before it was read', async () => {
    for (const isRemoved of [false, true]) {
      const before = open('closed');
      before.add(1);
      await before.log.close();
      const { log, add } = open('closed');
      const loading = log.load(() => undefined).then(() => log.rewrite());
      add(2);
      await (isRemoved ? log.remove() : log.close());
      await loading;
      if (isRemoved) assert.equal(existsSync(file('closed')), false);
      else assert.deepEqual(await read('closed'), [1, 2]);
    }
  });
});
