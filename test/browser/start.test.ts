/** `npm start` as people use it: a second start while the first runs, stopping, starting again. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../support/free-port';
import { startDemo } from './support';

describe('npm start', function () {
  this.timeout(240_000);
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'city-events-start-'));
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it('prints both addresses, says clearly that a port is taken, stops on Ctrl-C and starts again with what was changed', async () => {
    const port = await freePort();
    const first = await startDemo(userDir, port);
    assert.match(first.output(), new RegExp(`editor +http://127\\.0\\.0\\.1:${port}/`));
    assert.match(first.output(), new RegExp(`dashboard +http://127\\.0\\.0\\.1:${port}/ui`));
    assert.equal((await fetch(`${first.address}/ui/`)).status, 200);

    await assert.rejects(startDemo(userDir, port), (error: Error) => {
      assert.match(error.message, new RegExp(`port ${port} is in use`));
      assert.match(error.message, /PORT=\d+ npm start/);
      assert.doesNotMatch(error.message, /\n {4}at /);
      return true;
    });
    assert.equal((await fetch(`${first.address}/ui/`)).status, 200, 'the first goes on');

    assert.equal(await first.stop('SIGTERM'), 0);
    const file = path.join(userDir, 'flows.json');
    const flow = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[];
    flow[0]!['info'] = 'changed by the user';
    writeFileSync(file, JSON.stringify(flow));

    const second = await startDemo(userDir, port);
    assert.match(readFileSync(file, 'utf8'), /changed by the user/);
    assert.doesNotMatch(second.output(), /error/i);
    assert.equal(await second.stop('SIGINT'), 0);
  });
});
