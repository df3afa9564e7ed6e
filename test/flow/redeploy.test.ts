/** Fifty redeploys of a flow with every node: no listener, timer or connection is left behind. */
import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtTypes, configNodes, inputsOf, outputsOf, workingNode } from '../support/built-nodes';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { TestBroker } from '../support/mqtt-broker';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';

const REDEPLOYS = 50;

/** Two of each node, wired to a sink, so that shared configuration nodes have several users. */
function everyNode(name: string, server: string): FlowNode[] {
  const flow: FlowNode[] = [
    ...configNodes(server).map((node) => ({ ...node, name })),
    { id: 'sink', type: 'test-sink', wires: [] },
  ];
  const configs = new Set(configNodes().map(({ type }) => type));
  for (const type of builtTypes()) {
    if (configs.has(type)) continue;
    const { good: _, ...config } = workingNode(type);
    const wires = Array.from({ length: outputsOf(type) }, () => ['sink']);
    for (const n of [1, 2])
      flow.push({ ...config, name, id: `${type}-${n}`, type, ...(isConfig(type) ? {} : { wires }) });
  }
  return flow;
}

/** Orders that are not confirmed while the flow runs: a redeploy comes in between. */
function waitingActuators(name: string, broker: TestBroker, web: string): FlowNode[] {
  const both = {
    type: 'actuator-out',
    version: 1,
    name,
    payloads: { raised: 'ON' },
    within: '30 s',
    wires: [['sink'], ['sink']],
  };
  return [
    broker.node(),
    {
      ...both,
      id: 'by-mqtt',
      via: 'mqtt',
      broker: 'broker',
      topic: 'sign/set',
      confirm: 'done',
      answerTopic: 'sign/state',
    },
    { ...both, id: 'by-http', via: 'http', url: web, method: 'POST', confirm: 'accepted' },
  ];
}

const isConfig = (type: string): boolean => inputsOf(type) + outputsOf(type) === 0;

interface Count {
  resources: Record<string, number>;
  listeners: Record<string, number>;
  process: Record<string, number>;
}

function countListeners(emitter: EventEmitter): Record<string, number> {
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));
}

/** What keeps a process busy, by kind: timers, sockets, files, workers; and who listens. */
function count(events: EventEmitter): Count {
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return { resources, listeners: countListeners(events), process: countListeners(process) };
}

const connections = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, number) => resolve(number)));

describe('redeploys', function () {
  let nr: Embedded;
  let simulator: Simulator;
  let broker: TestBroker;
  /** Takes every request and never answers. */
  let web: Server;
  let revision = 0;

  before(async () => {
    simulator = await startSimulator();
    broker = await TestBroker.start();
    web = createServer(() => undefined);
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    nr = await startEmbedded();
  });
  after(async () => {
    await nr?.stop();
    await simulator?.close();
    await broker?.stop();
    web?.closeAllConnections();
    web?.close();
  });

  /** The three ways of deploying; each time all nodes of ours have changed. */
  async function deployAndWork(i: number): Promise<void> {
    // every other round the server of the simulator, so that connections are made and cut off
    const server = i % 2 === 0 ? simulator.url : 'demo:';
    const { port } = web.address() as AddressInfo;
    const name = `round ${i}`;
    const flow = [...everyNode(name, server), ...waitingActuators(name, broker, `http://127.0.0.1:${port}/`)];
    const before = broker.published.length;
    await nr.deploy(flow, (['full', 'flows', 'nodes'] as const)[i % 3]);
    for (const id of ['by-mqtt', 'by-http']) nr.inject(id, { payload: goodStatus({ revision: ++revision }) });
    for (const type of builtTypes().filter((name) => inputsOf(name) > 0)) {
      nr.inject(`${type}-1`, { payload: [workingNode(type).good()] });
    }
    // some are cut off while they still connect, some after they have
    await sleep(20);
    if (i % 5 === 4) await waitFor('the connection to be used', () => broker.published.length > before);
  }

  /** Without any node of ours, after what closes late has closed. */
  async function countIdle(): Promise<Count> {
    await nr.deploy([]);
    await sleep(1500);
    return count(nr.events);
  }

  it(`leave nothing behind, ${REDEPLOYS} times`, async () => {
    for (let i = 0; i < 3; i++) await deployAndWork(i);
    const before = await countIdle();
    for (let i = 0; i < REDEPLOYS; i++) await deployAndWork(i);
    const busy = count(nr.events);
    await nr.deploy([]);
    // a request that was cut off while it still connected: fetch of older Node keeps the idle socket some seconds
    await waitFor('no connection to the web server', () => connections(web).then((number) => number === 0));
    await waitFor('no connection to the broker', () => broker.clients === 0);
    // the test's own timers come and go
    const grown = ({ resources }: Count): string[] =>
      Object.entries(resources)
        .filter(([kind, number]) => number > (before.resources[kind] ?? 0) + 1)
        .map(([kind, number]) => `${kind}: ${before.resources[kind] ?? 0} before, ${number} after`);
    let after = await countIdle();
    // what a busy machine closes late
    for (let looks = 0; looks < 10 && grown(after).length > 0; looks++) after = await countIdle();
    assert.deepEqual(grown(after), []);
    assert.deepEqual(after.listeners, before.listeners, 'listeners of the runtime');
    assert.deepEqual(after.process, before.process, 'listeners of the process');
    for (const [name, number] of Object.entries(busy.listeners))
      assert.ok(number < 40, `${number} listeners for ${name}`);
    assert.ok(broker.published.length >= 10, `${broker.published.length} orders came through`);
    assert.ok(!nr.complaints.some(({ text }) => /leak|MaxListeners/i.test(text)));
  });

  it('close every node in time', () => {
    const slow = nr.complaints.filter(({ text }) => /close timed out|Error stopping node/i.test(text));
    assert.deepEqual(slow, []);
  });

  it('leave no hook without a source that needs it', () => {
    for (const name of ['onSend', 'preRoute', 'preDeliver', 'postDeliver', 'onReceive', 'postReceive', 'onComplete']) {
      assert.equal(nr.hasHook(name), false, name);
    }
  });
});
