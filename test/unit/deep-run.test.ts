/** The deep run itself: several threads find what one finds, and a run that is ended keeps what was done. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Line, Summary } from '../deep/ledger';

const MAIN = path.resolve(__dirname, '../deep/main.js');

describe('deep run', function () {
  this.timeout(60_000);

  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'deep-run-'))));
  after(() => rmSync(folder, { recursive: true }));

  function start(file: string, ...args: string[]): ChildProcess {
    return spawn(process.execPath, [MAIN, '--summary', file, ...args], { stdio: 'ignore' });
  }

  const linesOf = (file: string): Line[] => (JSON.parse(readFileSync(file, 'utf8')) as Summary).properties;
  const countsOf = (file: string): unknown[] =>
    linesOf(file).map(({ id, seed, cases, failures }) => [id, seed, cases, failures]);

  it('says of three threads what it says of one, and goes on where it stopped', async () => {
    const [one, three] = [path.join(folder, 'one'), path.join(folder, 'three')];
    assert.deepEqual(await once(start(one, '--threads', '1', '--cases', '70', '--property', '11'), 'exit'), [0, null]);
    for (const cases of ['30', '70'])
      assert.deepEqual(await once(start(three, '--threads', '3', '--cases', cases, '--property', '11'), 'exit'), [
        0,
        null,
      ]);
    assert.deepEqual(countsOf(three), countsOf(one));
    assert.deepEqual(countsOf(one), [
      ['11a', 1, 70, 0],
      ['11b', 1, 70, 0],
      ['11c', 1, 70, 0],
      ['11d', 1, 70, 0],
    ]);
  });

  it('ends at once when it is interrupted, and keeps the cases that it has run', async function () {
    // there are no signals that a process could answer
    if (process.platform === 'win32') return this.skip();
    const file = path.join(folder, 'interrupted');
    // the first slice ends while the three others are in the middle of theirs
    const run = start(file, '--threads', '4', '--property', '11');
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
    const asked = Date.now();
    run.kill('SIGINT');
    assert.deepEqual(await once(run, 'exit'), [0, null]);
    assert.ok(Date.now() - asked < 10_000, 'it went on');
    const seen = linesOf(file).map(({ cases }) => cases);
    assert.ok(Math.max(...seen) > 0, `cases ${seen.join()}`);
    assert.ok(
      seen.some((cases) => cases % 10_000 > 0),
      `whole slices only: ${seen.join()}`,
    );
  });
});
