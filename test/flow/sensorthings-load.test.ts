/** Much at once, in a real Node-RED: a replay of a million readings, and a flow that is ten times slower than its source. */
import assert from 'node:assert/strict';
import { type Embedded, startEmbedded } from '../support/embedded';
import { heapInUse, StallWatch } from '../support/measure';
import { sleep, waitFor } from '../support/node-red';
import { type SimulatorChild, startSimulatorChild } from '../support/simulator-child';

interface Item {
  id: string;
  time: number;
}

describe('sensorthings-in under load', function () {
  this.timeout(240_000);
  let red: Embedded;
  let simulator: SimulatorChild;
  let take: (list: Item[], done: () => void) => void = (_list, done) => done();

  before(async () => {
    red = await startEmbedded({
      settings: { functionGlobalContext: { take: (list: Item[], done: () => void) => take(list, done) } },
    });
  });
  after(() => red.stop());
  beforeEach(async () => {
    simulator = await startSimulatorChild();
  });
  afterEach(async () => {
    await red.deploy([]);
    await simulator.stop();
  });

  const deploy = (config: object): Promise<void> =>
    red.deploy([
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url },
      { id: 'in', type: 'sensorthings-in', version: 2, server: 'server', choose: 'rule', rule: {}, emit: 'batch', ...config, wires: [['taker'], ['problems']] }, // prettier-ignore
      {
        id: 'taker',
        type: 'function',
        func: "global.get('take')([msg.payload].flat(), () => node.done());",
        wires: [[]],
      },
      { id: 'problems', type: 'test-sink', wires: [] },
    ]);

  it('replays a million readings in time order: heap growth below 50 MB, no stall above 50 ms', async () => {
    const [streams, each] = [500, 2000];
    await simulator.fill(streams, each);
    let count = 0;
    let last = -Infinity;
    let disorder = 0;
    const perStream = new Map<string, number>();
    take = (list, done) => {
      for (const { id, time } of list) {
        if (time < last) disorder++;
        last = time;
        const stream = id.slice(0, id.lastIndexOf('|'));
        perStream.set(stream, (perStream.get(stream) ?? 0) + 1);
      }
      count += list.length;
      setImmediate(done);
    };
    await red.deploy([]);
    await sleep(200);
    const before = heapInUse();
    let most = 0;
    await deploy({ mode: 'replay' });
    await waitFor('the beginning', () => count > 0, 60_000);
    const watch = new StallWatch();
    const began = performance.now();
    for (let quarter = 1; quarter <= 4; quarter++) {
      const goal = (streams * each * quarter) / 4;
      await waitFor(`${goal} readings (${count})`, () => count >= goal, 200_000);
      most = Math.max(most, heapInUse() - before);
      // collecting everything is our doing
      watch.forgive();
    }
    const seconds = (performance.now() - began) / 1000;
    const stall = watch.stop();
    console.log(`      ${Math.round(count / seconds)} readings/s, heap +${Math.round(most / 1e5) / 10} MB, longest stall ${Math.round(stall)} ms`); // prettier-ignore
    assert.equal(count, streams * each);
    assert.equal(disorder, 0);
    assert.equal(perStream.size, streams);
    assert.ok([...perStream.values()].every((n) => n === each));
    assert.ok(most < 50e6, `heap +${most}`);
    assert.ok(stall < 50, `stall ${stall} ms`);
    await waitFor('the end', () => red.statuses.get('in')?.text === 'replay ended');
    assert.deepEqual(red.payloads('problems'), []);
  });

  it('a flow ten times slower than its source: bounded, nothing lost, nothing twice', async () => {
    const [perSecond, seconds, slower] = [4000, 5, 10];
    await simulator.fill(100, 0);
    const seen = new Map<string, number>();
    take = (list, done) => {
      for (const { id } of list) seen.set(id, (seen.get(id) ?? 0) + 1);
      // four messages are on their way at once
      setTimeout(done, ((list.length * 1000) / perSecond) * slower * 4);
    };
    await deploy({ mode: 'hybrid', recheck: '2 s' });
    await waitFor('subscribed', () => /live|simulated/.test(red.statuses.get('in')?.text ?? ''));
    await sleep(500);
    const before = heapInUse();
    let most = 0;
    let full = false;
    const look = setInterval(() => {
      most = Math.max(most, heapInUse() - before);
      if (/full/.test(red.statuses.get('in')?.text ?? '')) full = true;
    }, 1000);
    try {
      const written = await simulator.write(100, perSecond, seconds);
      await waitFor('everything', () => seen.size >= written, 200_000);
      await sleep(3000);
      console.log(`      heap at most +${Math.round(most / 1e5) / 10} MB`);
      assert.equal(seen.size, written);
      assert.deepEqual([...seen.values()].filter((n) => n !== 1), []); // prettier-ignore
      assert.ok(full, 'the status line says that the bound was reached');
      assert.ok(most < 50e6, `heap +${most}`);
    } finally {
      clearInterval(look);
    }
  });
});
