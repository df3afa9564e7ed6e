/** actuator-out in a real Node-RED: answers by HTTP, Tasks, readings, holds, locks; what a crash left; what the journal is told. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';
import { TestWeb } from '../support/web-server';

const sinks: FlowNode[] = [
  { id: 'states', type: 'test-sink', wires: [] },
  { id: 'problems', type: 'test-sink', wires: [] },
];

describe('actuator-out: sure of what was done', () => {
  let city: Embedded;
  let web: TestWeb;
  let simulator: Simulator;
  let capability = '';
  let revision = 0;

  before(async () => {
    web = await TestWeb.start();
    simulator = await startSimulator({ speed: 0, personality: { tasking: true } });
    const thing = [...simulator.store.all('Things')][0]!;
    const actuator = simulator.store.create('Actuators', {
      name: 'Lamp',
      description: 'x',
      encodingType: 'text/plain',
      metadata: 'x',
    });
    const made = simulator.store.create('TaskingCapabilities', {
      name: 'Switch',
      description: 'x',
      taskingParameters: PARAMETERS,
      Thing: { '@iot.id': thing.id },
      Actuator: { '@iot.id': actuator.id },
    });
    capability = String(made.id);
    city = await startEmbedded();
  });
  after(async () => {
    await city?.stop();
    await simulator?.close();
    web?.stop();
  });
  beforeEach(() => web.forget());

  const PARAMETERS = { type: 'DataRecord', field: [{ name: 'on', type: 'Boolean' }, { name: 'level', type: 'Quantity', optional: true, constraint: { interval: [[0, 100]] } }] }; // prettier-ignore

  async function deploy(config: object): Promise<void> {
    await city.deploy([
      ...sinks,
      { id: 'sta', type: 'sensorthings-server', version: 1, url: simulator.url },
      {
        id: 'lamp', type: 'actuator-out', version: 2, name: 'lamp', via: 'http', url: `${web.address}/lamp/{{key}}`, method: 'POST',
        payloads: { raised: '{"on":true,"answer":"{{callback}}"}', cleared: '{"on":false}' },
        confirm: 'accepted', within: '30 s', validFor: '1 min', retries: 0, again: false, wires: [['states'], ['problems']],
        ...config,
      },
    ]); // prettier-ignore
  }
  const send = (more: object = {}, message: object = {}): void =>
    city.inject('lamp', { payload: goodStatus({ statusId: 's', revision: ++revision, ...more }), ...message });
  const gate = (state: string, n: number, message: object = {}, statusId = 'g|1', since = '2026-02-14T08:00:00Z'): void => {
    const payload = goodStatus({ statusId, status: 'gate-open', name: 'Gate open', key: 'gate', state, revision: n, since });
    city.inject('lamp', { payload, ...message });
  }; // prettier-ignore
  const states = (): string[] => city.payloads('states').map((one) => one.state);
  const command = (more: object = {}): object => ({
    commandId: `c${++revision}`,
    actuator: 'lamp',
    parameters: { on: true },
    validUntil: new Date(Date.now() + 60_000).toISOString(),
    confirm: 'accepted',
    ...more,
  });

  it('tries again what may succeed, under the same name, and no more often than it may', async () => {
    await deploy({ retries: 3, again: true });
    let times = 0;
    web.answer = (response) => response.writeHead(++times < 3 ? 503 : 200).end();
    send();
    await waitFor('the acceptance', () => states().includes('accepted'));
    assert.equal(web.requests.length, 3);
    assert.equal(new Set(web.requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
    assert.ok(!states().includes('failed'));
    web.answer = (response) => response.writeHead(400).end();
    send();
    await waitFor('the refusal', () => states().includes('failed'));
    assert.equal(web.requests.length, 4, 'what is refused is not sent again');
  });

  it('is told by a call to an address that nobody can guess, once, and the address is closed otherwise', async () => {
    const own = city.url;
    await deploy({ confirm: 'done', confirmBy: 'callback', callbackBase: own });
    send();
    await waitFor('the request', () => web.requests.length === 1);
    const { answer: callback } = JSON.parse(web.requests[0]!.body) as { answer: string };
    assert.equal(web.requests[0]!.headers['x-callback-url'], callback);
    assert.match(callback, /\/city-events\/answer\/[0-9a-f]{64}$/);
    const post = async (url: string, body?: string, method = 'POST'): Promise<number> =>
      (await fetch(url, { method, body })).status;
    assert.equal(await post(callback.slice(0, -1) + (callback.endsWith('0') ? '1' : '0')), 404);
    assert.equal(await post(callback, undefined, 'GET'), 404);
    assert.equal(await post(callback, 'x'.repeat(20_000)), 413);
    assert.equal(await post(callback, '{"state":"who knows"}'), 422);
    await waitFor('acceptance', () => states().includes('accepted'));
    assert.deepEqual(states(), ['sent', 'accepted']);
    assert.equal(await post(callback, '{"state":"done"}'), 204);
    await waitFor('done', () => states().includes('done'));
    assert.equal(await post(callback), 404, 'once');
  });

  it('a real command takes the place of one of a simulation that has its id, and what is said of it is heard', async () => {
    await deploy({ confirm: 'done', confirmBy: 'callback', callbackBase: city.url, alsoSimulated: true });
    const commandId = `c${++revision}`;
    for (const simulated of [true, false]) {
      city.inject('lamp', { payload: command({ commandId, simulated, confirm: 'done' }) });
      const accepted = simulated ? 1 : 2;
      await waitFor('the acceptance', () => states().filter((one) => one === 'accepted').length === accepted);
    }
    const told = (): unknown[] => city.payloads('states').map(({ state, simulated = false }) => [state, simulated]);
    const post = async (at: number): Promise<number> => {
      const { callback } = JSON.parse(web.requests[at]!.body) as { callback: string };
      return (await fetch(callback, { method: 'POST' })).status;
    };
    assert.deepEqual([await post(0), await post(1)], [404, 204]);
    await waitFor('done', () => states().includes('done'));
    const [made, real] = [[['sent', true], ['accepted', true], ['failed', true]], [['sent', false], ['accepted', false], ['done', false]]]; // prettier-ignore
    assert.deepEqual(told(), [...made!, ...real!]);
  });

  it('makes a Task, checks its parameters before, and follows its state', async () => {
    await deploy({
      via: 'tasking', server: 'sta', capability, taskParameters: PARAMETERS, confirm: 'done', within: '60 s',
      payloads: { raised: '{"on":true,"level":"{{value}}"}' },
    }); // prettier-ignore
    city.inject('lamp', {
      payload: [
        command({ parameters: { on: 'yes' } }),
        command({ parameters: { on: true, level: 500 } }),
        command({ parameters: { x: 1 } }),
      ],
    });
    await city.count('problems', 1);
    const [problems] = city.payloads('problems');
    assert.deepEqual(
      problems.map((one: any) => one.code),
      ['order/parameters', 'order/parameters', 'order/parameters'],
    );
    assert.match(problems[1].message, /0 – 100/);
    assert.equal(simulator.store.count('Tasks'), 0, 'nothing went out');
    send({
      evidence: [{ id: 'e', event: 'x', name: 'x', key: 'k', kind: 'begin', time: '2026-02-14T08:00:00Z', value: 55 }],
    });
    await waitFor('the Task', () => simulator.store.count('Tasks') === 1);
    await waitFor('acceptance', () => states().includes('accepted'));
    const [task] = [...simulator.store.all('Tasks')];
    assert.deepEqual(task!.fields['taskingParameters'], { on: true, level: 55 });
    simulator.store.update(task!, { status: 'Completed' });
    await waitFor('done', () => states().includes('done'));
  });

  it('is sure by a reading that reaches a value, not by an older one', async () => {
    await deploy({
      confirm: 'done',
      confirmBy: 'observation',
      readingDatastream: 'lamp-{{key}}',
      readingCompare: '>=',
      readingValue: '40',
    });
    send({ key: 'k1' });
    await waitFor('acceptance', () => states().includes('accepted'));
    const reading = (value: number, time: number): void =>
      city.inject('lamp', { payload: { id: `o${time}`, datastream: 'lamp-k1', time, value } });
    reading(50, Date.now() - 60_000);
    reading(30, Date.now());
    await sleep(100);
    assert.ok(!states().includes('done'));
    reading(45, Date.now() + 1);
    await waitFor('done', () => states().includes('done'));
    assert.deepEqual(city.messages('problems'), []);
  });

  it('is held by a person, with an end, over a redeploy; a person may order meanwhile', async () => {
    await deploy({ acts: true });
    city.inject('lamp', {
      topic: 'act',
      payload: { act: 'hold', who: 'Ann', until: new Date(Date.now() + 60_000).toISOString() },
    });
    await city.count('problems', 1);
    assert.equal(city.payloads('problems')[0][0].code, 'hold/why');
    const until = new Date(Date.now() + 60_000).toISOString();
    city.inject('lamp', { topic: 'act', payload: { act: 'hold', who: 'Ann', why: 'repair', until } });
    await waitFor('the status line', () => city.statuses.get('lamp')?.text?.includes('Ann') === true);
    send();
    city.inject('lamp', { payload: command({ who: 'Ann', parameters: { by: 'hand' } }) });
    await waitFor('the person', () => web.requests.length === 1);
    assert.match(web.requests[0]!.body, /hand/);
    await deploy({ acts: true, validFor: '2 min' });
    await sleep(300);
    assert.equal(web.requests.length, 1, 'still held');
    city.inject('lamp', { topic: 'act', payload: { act: 'release', who: 'Ann' } });
    await waitFor('automation', () => web.requests.length === 2);
    await deploy({ acts: false });
    city.inject('lamp', { topic: 'act', payload: { act: 'hold', who: 'Eve', why: 'x', until } });
    await city.count('problems', 1);
    assert.equal(city.payloads('problems')[0][0].code, 'hold/closed');
  });

  it('refuses while a lock holds, and what is not on the list', async () => {
    await deploy({
      interlocks: [{ rule: 'while', status: 'gate-open', keys: 'any' }],
      allowed: `${web.address}/lamp/k1`,
      statuses: ['air'],
    });
    gate('raised', 1);
    send({ key: 'k1', status: 'air' });
    await waitFor('the refusal', () => states().includes('failed'));
    assert.equal(city.payloads('problems')[0][0].code, 'order/interlockWhile');
    gate('cleared', 2);
    send({ key: 'k2', status: 'air', statusId: 't' });
    await waitFor('the list', () => city.payloads('problems').length === 2);
    assert.equal(city.payloads('problems')[1][0].code, 'order/notAllowed');
    send({ key: 'k1', status: 'air', statusId: 'u' });
    await waitFor('acceptance', () => states().includes('accepted'));
    assert.equal(web.requests.length, 1);
  });

  it('is neither locked nor unlocked by what is replayed', async () => {
    await deploy({ interlocks: [{ rule: 'while', status: 'gate-open', keys: 'any' }], statuses: ['air'] });
    const replay = { city: { mode: 'replay' } };
    const later = '2026-02-14T09:00:00Z';
    gate('raised', 1, replay, 'g|2', later);
    send({ key: 'k1', status: 'air', statusId: 'v' });
    await waitFor('acceptance', () => states().includes('accepted'));
    gate('raised', 1, {}, 'g|2', later);
    gate('cleared', 2, replay, 'g|2', later);
    send({ key: 'k1', status: 'air', statusId: 'w' });
    await waitFor('the refusal', () => states().includes('failed'));
    assert.equal(city.payloads('problems')[0][0].code, 'order/interlockWhile');
    assert.equal(web.requests.length, 1);
  });

  it('moves nothing in a dry run, and says so', async () => {
    await deploy({ dryRun: true });
    send();
    await city.count('states', 1);
    const [told] = city.payloads('states');
    assert.deepEqual([told.state, told.dryRun, web.requests.length], ['sent', true, 0]);
  });
});
