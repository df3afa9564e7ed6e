/**
 * actuator-out gives Tasks to a real FROST: what a capability takes is read from the server, checked before anything goes
 * out, and what becomes of a Task is known also where the answer of the server is lost.
 */
import assert from 'node:assert/strict';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommandState } from '../../nodes/ecdm/action';
import { Connection } from '../../nodes/sensorthings-server/client/connection';
import { listCapabilities, type Capability } from '../../nodes/sensorthings-server/client/tasking';
import { helper, liveNode, loadFlow, Sink } from '../support/helper';
import { waitFor } from '../support/node-red';
import { frost, get, makeStreams, post } from './shared';

const PARAMETERS = {
  type: 'DataRecord',
  field: [
    { name: 'on', label: 'Light', type: 'Boolean' },
    { name: 'level', label: 'Brightness', type: 'Quantity', uom: { code: '%' }, optional: true, constraint: { interval: [[0, 100]] } },
    { name: 'colour', label: 'Colour', type: 'Category', optional: true, constraint: { value: ['white', 'amber'] } },
  ],
}; // prettier-ignore

/** Leads to FROST, and breaks off the answer to the next POST: the server has done it, and nobody was told. */
class Forgetful {
  forget = false;
  private constructor(
    readonly server: Server,
    readonly url: string,
  ) {}

  static async before(target: string): Promise<Forgetful> {
    const { port, pathname } = new URL(target);
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const forgetful = new Forgetful(server, `${own}${pathname}`);
    server.on('request', (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const options = { host: '127.0.0.1', port, method, path: url, headers };
      const onward = request(options, (answer) => {
        if (method === 'POST' && forgetful.forget) {
          forgetful.forget = false;
          answer.resume().on('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    return forgetful;
  }
}

describe('actuator-out and the Tasking of a real FROST', function () {
  let between: Forgetful;
  let capability: Capability;
  let stream = 0;
  let states: Sink;
  let problems: Sink;
  let n = 0;

  before(async () => {
    between = await Forgetful.before((await frost()).url);
    [stream] = (await makeStreams('Street lamp', 1)) as [number];
    const thing = (await get(`Datastreams(${stream})/Thing?$select=id`))['@iot.id'] as number;
    const text = { description: 'Test', encodingType: 'text/plain', metadata: 'none' };
    const actuator = await post('Actuators', { name: 'Lamp', ...text });
    await post('TaskingCapabilities', {
      name: 'Dim', description: 'Test', taskingParameters: PARAMETERS, Thing: { '@iot.id': thing }, Actuator: { '@iot.id': actuator },
    }); // prettier-ignore
    // as the form asks
    const server = new Connection({ url: between.url, auth: { type: 'none' } });
    const all = await listCapabilities(server);
    server.close();
    capability = all.find(({ name }) => name === 'Dim')!;
  });
  after(async () => {
    between.server.closeAllConnections();
    await new Promise((done) => between.server.close(done));
  });
  afterEach(() => helper.unload());

  async function start(config: object): Promise<void> {
    const at = { z: 'tab', x: 1, y: 1 };
    await loadFlow(['sensorthings-server', 'actuator-out'], [
      { id: 'tab', type: 'tab' },
      { id: 'server', type: 'sensorthings-server', version: 1, url: between.url },
      {
        id: `lamp${++n}`, type: 'actuator-out', ...at, version: 2, name: 'lamp', via: 'tasking', server: 'server',
        capability: capability.key, taskParameters: capability.taskingParameters, payloads: { raised: '{"on":true}' },
        confirm: 'accepted', within: '30 s', validFor: '1 min', retries: 0, again: false, wires: [['states'], ['problems']], ...config,
      },
      { id: 'states', type: 'helper', ...at, wires: [] },
      { id: 'problems', type: 'helper', ...at, wires: [] },
    ]); // prettier-ignore
    states = new Sink('states');
    problems = new Sink('problems');
  }
  const order = (commandId: string, parameters: object, confirm = 'accepted'): void => {
    const validUntil = new Date(Date.now() + 60_000).toISOString();
    liveNode(`lamp${n}`).receive({ payload: { commandId, actuator: 'lamp', parameters, validUntil, confirm } });
  };
  const seen = (): string[] => (states.payloads as CommandState[]).map(({ state }) => state);
  const tasks = async (): Promise<any[]> =>
    (await get(`TaskingCapabilities(${capability.key})/Tasks?$orderby=id asc`)).value;

  it('reads from the server what it takes, and lets nothing else out', async () => {
    assert.deepEqual(capability.taskingParameters, PARAMETERS);
    assert.deepEqual([capability.thing, capability.actuator], ['Street lamp', 'Lamp']);
    await start({});
    order('a', { on: 'yes' });
    order('b', { on: true, level: 101 });
    order('c', { on: true, colour: 'blue' });
    order('d', { level: 5 });
    order('e', { on: true, other: 1 });
    await problems.count(5);
    const codes = problems.payloads.flat().map(({ code }: { code: string }) => code);
    assert.deepEqual(codes, Array(5).fill('order/parameters'));
    assert.deepEqual([seen(), await tasks()], [[], []]);
  });

  it('makes the Task that was ordered, and is told that it is there', async () => {
    await start({});
    order('f', { on: true, level: 40, colour: 'amber' });
    await states.count(2);
    assert.deepEqual(seen(), ['sent', 'accepted']);
    assert.deepEqual((await tasks()).map(({ taskingParameters }) => taskingParameters), [{ on: true, level: 40, colour: 'amber' }]); // prettier-ignore
    assert.deepEqual(problems.messages, []);
  });

  it('is sure by a reading of the server, which says itself nothing of a Task that is done', async () => {
    await start({
      confirmBy: 'observation', readingServer: 'server', readingDatastream: String(stream), readingCompare: '=', readingValue: '70', within: '60 s',
    }); // prettier-ignore
    order('g', { on: true, level: 70 }, 'done');
    await states.count(2);
    const measured = (result: number): Promise<number> =>
      post(`Datastreams(${stream})/Observations`, { phenomenonTime: new Date().toISOString(), result });
    const task = (await tasks()).at(-1) as Record<string, unknown>;
    const own = Object.keys(task).filter((key) => !key.includes('@iot.')).sort(); // prettier-ignore
    assert.deepEqual(own, ['creationTime', 'taskingParameters'], 'no state');
    await measured(55);
    await new Promise((done) => setTimeout(done, 3000));
    assert.deepEqual(seen(), ['sent', 'accepted']);
    await measured(70);
    await waitFor('done', () => seen().includes('done'));
    assert.deepEqual(problems.messages, []);
  });

  it('finds the Task whose answer was lost, and does not make it twice', async () => {
    await start({});
    const before = (await tasks()).length;
    between.forget = true;
    order('h', { on: false, level: 1 });
    await waitFor('acceptance', () => seen().includes('accepted'));
    const made = (await tasks()).slice(before);
    assert.deepEqual(made.map(({ taskingParameters }) => taskingParameters), [{ on: false, level: 1 }]); // prettier-ignore
    assert.deepEqual(problems.messages, []);
  });
});
