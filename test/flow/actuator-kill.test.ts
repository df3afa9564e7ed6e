/**
 * actuator-out in a Node-RED that is killed without a last word: no order is lost, none that is done is given again, and
 * what may have arrived is given again only where that does no harm.
 */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CommandState } from '../../nodes/ecdm/action';
import { waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';
import { TestWeb } from '../support/web-server';

const STARTS_WITHIN = 120_000;

describe('actuator-out in a Node-RED that is killed', function () {
  this.timeout(300_000);
  let web: TestWeb;
  let userDir = '';
  let child: ChildProcess | undefined;
  let address = '';

  before(async () => {
    web = await TestWeb.start();
  });
  after(() => web.stop());
  beforeEach(() => {
    web.forget();
    userDir = mkdtempSync(path.join(os.tmpdir(), 'city-events-kill-'));
  });
  afterEach(async () => {
    await kill();
    rmSync(userDir, { recursive: true, force: true, maxRetries: 3 });
  });

  async function start(): Promise<void> {
    child = fork(path.join(__dirname, '../support/red-child.js'), [userDir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }); // prettier-ignore
    [address] = (await once(child, 'message', { signal: AbortSignal.timeout(STARTS_WITHIN) })) as [string];
  }
  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  function flow(config: object): void {
    const nodes = [
      { id: 'tab', type: 'tab', label: 'kill' },
      { id: 'order', type: 'http in', z: 'tab', url: '/order', method: 'post', upload: false, wires: [['taken', 'lamp']] },
      { id: 'act', type: 'http in', z: 'tab', url: '/act', method: 'post', upload: false, wires: [['taken', 'named']] },
      { id: 'named', type: 'change', z: 'tab', rules: [{ t: 'set', p: 'topic', pt: 'msg', to: 'act', tot: 'str' }], wires: [['lamp']] },
      { id: 'taken', type: 'http response', z: 'tab', statusCode: '204', wires: [] },
      {
        id: 'lamp', type: 'actuator-out', z: 'tab', version: 2, name: 'lamp', via: 'http', url: `${web.address}/{{key}}`, method: 'POST',
        payloads: { raised: 'ON' }, confirm: 'accepted', within: '60 s', validFor: '10 min', retries: 3, again: true, acts: true,
        wires: [['line'], ['line']], ...config,
      },
      { id: 'line', type: 'json', z: 'tab', action: 'str', property: 'payload', pretty: false, wires: [['keep']] },
      { id: 'keep', type: 'file', z: 'tab', filename: path.join(userDir, 'told.ndjson'), filenameType: 'str', appendNewline: true, overwriteFile: 'false', encoding: 'none', wires: [[]] },
    ]; // prettier-ignore
    // what has no place in the flow would be taken for a configuration
    const placed = nodes.map((node) => (node.type === 'tab' ? node : { x: 1, y: 1, ...node }));
    writeFileSync(path.join(userDir, 'flows.json'), JSON.stringify(placed));
  }
  const post = async (where: string, payload: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${address}/${where}`, { method: 'POST', headers, body: JSON.stringify(payload) });
    assert.equal(answer.status, 204);
  };
  const order = (payload: object): Promise<void> => post('order', payload);
  const status = (key: string): object => goodStatus({ statusId: `s|${key}`, key, revision: 1 });
  const names = (): string[] => web.requests.map(({ headers }) => String(headers['idempotency-key'])).sort();
  const remembered = (): string => {
    const file = path.join(userDir, 'city-events', 'lamp.log.ndjson');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const states = (key: string): string[] => {
    const file = path.join(userDir, 'told.ndjson');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    // the last line may be torn
    const told = lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as CommandState] : []));
    return told.filter(({ statusId }) => statusId === `s|${key}`).map(({ state }) => state);
  };

  it('goes on with what had no answer, under the same name; what was done stays done', async () => {
    flow({});
    await start();
    await order(status('a'));
    await waitFor('the first to be done', () => states('a').includes('accepted'));
    web.answer = () => undefined;
    for (const key of ['b', 'c', 'd', 'e', 'f', 'g']) await order(status(key));
    // four are spoken to at a time: the other ones were never sent
    await waitFor('four on their way', () => web.requests.length === 5);
    // what came in the last milliseconds before a kill is not on the disk yet: whoever sent it knows that it was not taken
    await waitFor('all to be remembered', () => remembered().includes('"s|g'));
    await kill();
    const before = names();
    web.forget();
    await start();
    const all = ['b', 'c', 'd', 'e', 'f', 'g'];
    await waitFor('all of them', () => all.every((key) => states(key).includes('accepted')), 60_000);
    assert.deepEqual(names().map((name) => decodeURIComponent(name)), all.map((key) => `s|${key}|1|lamp`)); // prettier-ignore
    assert.ok(before.filter((name) => names().includes(name)).length === 4, 'the same names');
    assert.equal(states('a').length, 2, 'what was done is not told again');
    // a source that sends it again after the crash moves nothing
    await order(status('a'));
    await order(status('b'));
    await order(status('h'));
    await waitFor('another one', () => states('h').includes('accepted'));
    assert.equal(web.requests.length, all.length + 1);
  });

  it('gives nothing twice that may do harm: nobody knows what became of it, and it says so', async () => {
    flow({ again: false });
    await start();
    web.answer = () => undefined;
    await order(status('a'));
    await waitFor('it on its way', () => web.requests.length === 1);
    await kill();
    web.forget();
    await start();
    await waitFor('its end', () => states('a').includes('failed'));
    await order(status('b'));
    await waitFor('the next', () => states('b').includes('accepted'));
    assert.deepEqual(names().map((name) => decodeURIComponent(name)), ['s|b|1|lamp']); // prettier-ignore
  });

  it('stays in the hands of the person who took it over', async () => {
    flow({});
    await start();
    const until = new Date(Date.now() + 600_000).toISOString();
    const byHand = (commandId: string): Promise<void> =>
      order({
        commandId,
        actuator: 'lamp',
        parameters: { key: 'k' },
        who: 'Ann',
        validUntil: until,
        confirm: 'accepted',
      });
    await post('act', { act: 'hold', who: 'Ann', why: 'bulb is changed', until });
    await byHand('first');
    await waitFor('the hand', () => names().includes('first'));
    await kill();
    await start();
    await order(status('k'));
    await byHand('second');
    await waitFor('the hand again', () => names().includes('second'));
    assert.deepEqual([...new Set(names())], ['first', 'second'], 'automation is held back');
    await post('act', { act: 'release', who: 'Ann' });
    await waitFor('automation', () => states('k').includes('accepted'));
  });
});
