/**
 * The saved position moves only with what the flow has taken, whatever lies between: a slow foreign node, a function
 * node, a link pair, a subflow, a fan-out. In a real Node-RED.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { snapshotPath } from '../../nodes/runtime/snapshots';
import { type Embedded, startEmbedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';

const START = Date.parse('2026-11-20T07:00:00Z');

describe('taken by the flow', function () {
  let red: Embedded;
  let simulator: Simulator;
  /** What the slow nodes hold; a call lets it go. */
  const held: (() => void)[] = [];
  let n = 0;

  before(async () => {
    const hold = (done: () => void): void => void held.push(done);
    red = await startEmbedded({ settings: { functionGlobalContext: { hold } } });
  });
  after(() => red.stop());
  beforeEach(async () => {
    simulator = await startSimulator({ speed: 0, history: 3, start: START, mqttPort: false });
    held.length = 0;
    n++;
  });
  afterEach(async () => {
    await red.deploy([]);
    await simulator.close();
  });

  const slow = (id: string, more: object = {}): FlowNode => ({ id, type: 'function', func: "global.get('hold')(() => { node.send(msg); node.done(); });", wires: [['sink']], ...more }); // prettier-ignore
  const rest: FlowNode = { id: 'sink', type: 'test-sink', wires: [] };

  async function deploy(wires: string[], between: FlowNode[]): Promise<void> {
    await red.deploy([
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url },
      { id: `in${n}`, type: 'sensorthings-in', version: 2, server: 'server', choose: 'list', streams: [{ key: '1' }], mode: 'poll', interval: '1 s', emit: 'batch', wires: [wires, []] }, // prettier-ignore
      rest,
      ...between,
    ]);
  }

  /** Ids that the log of the node says were taken: numbers of the Observations. */
  async function taken(): Promise<number[]> {
    await sleep(150);
    const text = await readFile(`${snapshotPath(red.userDir, `in${n}`)}.log.ndjson`, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line.startsWith('{"t"'))
      .flatMap((line) => (JSON.parse(line) as { t: number[] }).t.filter((_, i) => i % 4 === 1));
  }

  const takenIs = (good: (ids: number[]) => boolean): Promise<unknown> =>
    waitFor('it to be taken', async () => good(await taken()));

  /** Posts one reading, and checks that it counts as taken only when everybody who holds it lets go. */
  async function seen(holders: number): Promise<void> {
    await waitFor('the first reading', () => held.length === holders);
    while (held.length > 0) held.pop()!();
    await takenIs((ids) => ids.length > 0);
    const { id } = simulator.post(1, 77, START + 60_000 * n);
    await waitFor('the new reading', () => held.length === holders);
    for (let i = holders; i > 0; i--) {
      await sleep(200);
      assert.ok(!(await taken()).includes(id as number), `held by ${i}`);
      held.pop()!();
    }
    await takenIs((ids) => ids.includes(id as number));
  }

  it('a slow foreign node', async () => {
    await deploy(['slow'], [slow('slow')]);
    await seen(1);
  });

  it('a function node before it', async () => {
    await deploy(['fn'], [{ id: 'fn', type: 'function', func: 'return msg;', wires: [['slow']] }, slow('slow')]);
    await seen(1);
  });

  it('a link pair before it', async () => {
    await deploy(['out'], [
      { id: 'out', type: 'link out', mode: 'link', links: ['inlet'], wires: [] },
      { id: 'inlet', type: 'link in', links: ['out'], wires: [['slow']] },
      slow('slow'),
    ]); // prettier-ignore
    await seen(1);
  });

  it('a subflow with the slow node in it', async () => {
    await deploy(['instance'], [
      { id: 'sub', type: 'subflow', name: 'sub', in: [{ x: 1, y: 1, wires: [{ id: 'inner' }] }], out: [{ x: 1, y: 1, wires: [{ id: 'inner', port: 0 }] }] } as unknown as FlowNode, // prettier-ignore
      slow('inner', { z: 'sub', wires: [[]] }),
      { id: 'instance', type: 'subflow:sub', wires: [['sink']] },
    ]); // prettier-ignore
    await seen(1);
  });

  it('a fan-out: all of them', async () => {
    await deploy(['a', 'b', 'fn', 'sink'], [
      slow('a'),
      slow('b'),
      { id: 'fn', type: 'function', func: "setTimeout(() => { node.send(msg); node.done(); }, 50);", wires: [['c']] },
      slow('c'),
    ]); // prettier-ignore
    await seen(3);
  });

  it('what was never taken comes again after a restart, what was taken does not', async () => {
    await deploy(['slow'], [slow('slow')]);
    await waitFor('the first', () => held.length === 1);
    held.pop()!();
    await takenIs((ids) => ids.length > 0);
    simulator.post(1, 1, START + 60_000);
    await waitFor('the second', () => held.length === 1);
    // the node is taken away while it is held
    await deploy(['sink'], []);
    await red.count('sink', 1);
    await sleep(1500);
    const values = red.payloads('sink').flat() as { value: number }[];
    assert.deepEqual(values.map(({ value }) => value), [1]); // prettier-ignore
  });
});
