/** sensorthings-server and sensorthings-in as wired nodes, against the simulated server and the address `demo:`. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../flows/simulator';
import type { City } from '../../nodes/ecdm/city';
import type { Observation } from '../../nodes/ecdm/observation';
import { helper, liveNode, loadFlow, type FlowNode } from '../support/helper';
import { nodeRedMain, sleep, waitFor } from '../support/node-red';
import { readingTopics } from '../support/reading-topics';

/** Takes messages and says that it is done only when it is told to. */
const dones: (() => void)[] = [];
function slowNode(RED: any): void {
  RED.nodes.registerType('slow', function (this: any, config: object) {
    RED.nodes.createNode(this, config);
    this.on('input', (message: object, send: (message: object) => void, done: () => void) => {
      dones.push(done);
      send(message);
    });
  });
}
/** The helper's runtime has the message hooks but does not hand them to nodes. */
const { hooks } = createRequire(nodeRedMain())('@node-red/util') as { hooks: { has(name: string): boolean } };
const withHooks = (RED: any): void => {
  RED.hooks = hooks;
};
const types = [withHooks, 'sensorthings-server', 'sensorthings-in', slowNode];
const START = Date.parse('2026-11-20T07:00:00Z');

interface Out {
  payload: Observation[];
  city: City;
}

describe('sensorthings-in in a flow', () => {
  let simulator: Simulator | undefined;
  let out: Out[] = [];
  let problems: { payload: { code: string; message: string; hint: string }[] }[] = [];
  let states: string[] = [];
  const observations = (): Observation[] => out.flatMap((message) => [message.payload].flat());

  async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
    simulator = await startSimulator({ speed: 0, history: 10, start: START, ...options });
    return simulator;
  }

  async function load(server: object, config: object = {}, credentials: object = {}): Promise<void> {
    out = [];
    problems = [];
    states = [];
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      { id: 'server', type: 'sensorthings-server', version: 1, ...server },
      { id: 'in', type: 'sensorthings-in', z: 'tab', x: 1, y: 1, version: 1, server: 'server', choose: 'all', mode: 'auto', interval: '1 s', emit: 'batch', wires: [['out'], ['problems']], ...config }, // prettier-ignore
      { id: 'slow', type: 'slow', z: 'tab', x: 1, y: 1, wires: [['out']] },
      { id: 'out', type: 'helper', z: 'tab', x: 1, y: 1, wires: [] },
      { id: 'problems', type: 'helper', z: 'tab', x: 1, y: 1, wires: [] },
    ];
    await loadFlow(types, flow, { credentials: { server: credentials } });
    liveNode('out').on('input', (message: Out) => out.push(message));
    liveNode('problems').on('input', (message: (typeof problems)[0]) => problems.push(message));
    const node = liveNode('in');
    const status = node['status'] as (state: { text: string }) => void;
    node['status'] = (state: { text: string }) => {
      states.push(state.text);
      status.call(node, state);
    };
  }

  afterEach(async () => {
    await helper.unload();
    await simulator?.close();
    simulator = undefined;
  });

  it('gives the demo city without a network: simulated, with roster, clock and history', async () => {
    await load({ url: 'demo:', demoSpeed: '600' }, { history: '5 min' });
    await waitFor('readings', () => observations().length > 300 && out.length > 2);
    const [first] = out;
    assert.equal(first!.city.mode, 'simulated');
    assert.equal(first!.city.roster!.length, 52);
    assert.equal(first!.city.roster![0]!.interval, 60_000);
    assert.equal(typeof first!.city.ticket, 'string');
    const times = observations().map(({ time }) => time);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    const clocks = out.map(({ city }) => city.clock?.time).filter((time) => time !== undefined);
    assert.ok(clocks.length >= 2 && clocks.every((time, i) => i === 0 || clocks[i - 1]! <= time));
    assert.deepEqual(new Set(observations().map(({ id }) => id)).size, observations().length);
  });

  it('gives single messages and only the chosen properties', async () => {
    await load(
      { url: 'demo:', demoSpeed: '60' },
      { emit: 'single', choose: 'property', properties: 'pm2.5', history: '2 min' },
    );
    await waitFor('readings', () => out.length >= 24);
    assert.ok(
      out.every(({ payload }) => !Array.isArray(payload) && (payload as unknown as Observation).property === 'PM2.5'),
    );
    assert.equal(new Set(observations().map(({ thing }) => thing)).size, 12);
  });

  it('fetches: the newest first, then only what is new, each once, in time order over all Datastreams', async () => {
    const { url, post } = await simulate({ mqttPort: false });
    await load({ url }, { choose: 'list', streams: [{ key: '1' }, { key: '2' }], mode: 'poll' });
    await waitFor('the newest', () => observations().length === 2);
    post(1, 10, START + 60_000);
    post(2, 11, START + 30_000);
    post(1, 12, START - 30_000);
    await waitFor('news', () => observations().length >= 5);
    assert.deepEqual(
      observations()
        .slice(2)
        .map(({ value }) => value),
      [12, 11, 10],
      'also what came late',
    );
    await sleep(1200);
    assert.equal(observations().length, 5);
    const [first] = observations();
    assert.equal(first!.id, `${url}|1|${first!.id.split('|')[2]}`);
    assert.deepEqual([first!.property, first!.unit, first!.place!.length], ['PM2.5', 'ug/m3', 2]);
  });

  it('reads the history at the start', async () => {
    const { url } = await simulate({ history: 30 });
    await load({ url }, { choose: 'list', streams: [{ key: '1' }], history: '20 min', mode: 'poll' });
    await waitFor('history', () => observations().length >= 20);
    assert.ok(observations().length <= 21);
    assert.equal(out[0]!.city.mode, 'simulated', 'the server says that it is simulated');
  });

  it('gets new readings at once by MQTT, without the echo, and each once', async () => {
    const { url, mqtt, post, faults } = await simulate();
    faults.mqtt.duplicate = 1;
    // by HTTP it would come an hour later
    const seldom = { interval: '1 h', recheck: '1 h' };
    await load({ url }, { choose: 'list', streams: [{ key: '1' }, { key: '3' }], mode: 'hybrid', ...seldom });
    await waitFor('subscribed', () => readingTopics({ mqtt }).length === 2 && observations().length === 2);
    await sleep(100);
    post(1, 77, START + 60_000);
    await waitFor('the reading', () => observations().length === 3);
    assert.equal(observations()[2]!.value, 77);
    await sleep(400);
    assert.equal(observations().length, 3);
  });

  it('live: MQTT alone; nothing is read over HTTP, nothing of an interruption comes later', async function () {
    const { url, mqtt, post, log } = await simulate();
    await load({ url }, { choose: 'list', streams: [{ key: '1' }], mode: 'live' });
    await waitFor('subscribed', () => readingTopics({ mqtt }).length === 1);
    await sleep(100);
    post(1, 5, START + 60_000);
    await waitFor('the reading', () => observations().length === 1);
    mqtt!.disconnectAll();
    await waitFor('cut', () => mqtt!.topics().length === 0);
    post(1, 6, START + 120_000);
    await waitFor('subscribed again', () => readingTopics({ mqtt }).length === 1);
    await sleep(100);
    post(1, 7, START + 180_000);
    await waitFor('the reading after it', () => observations().length === 2);
    assert.deepEqual(observations().map(({ value }) => value), [5, 7]); // prettier-ignore
    assert.ok(!log.some((line) => line.includes('/Observations')), log.join('\n'));
  });

  it('recovers by itself when the server goes and comes back, and misses nothing', async function () {
    const first = await simulate();
    const { url, mqttUrl, store } = first;
    const [port, mqttPort] = [Number(new URL(url).port), Number(new URL(mqttUrl).port)];
    await load({ url }, { choose: 'list', streams: [{ key: '1' }] });
    await waitFor('connected', () => readingTopics(first).length === 1 && observations().length === 1);
    await first.close();
    simulator = undefined;
    await waitFor('it says so', () => states.some((text) => text.includes('reason.no-server')));
    // MQTT knows it first; HTTP tries a few times before it gives up, and must have done so before the server is back
    await waitFor('a problem', () => problems.flatMap(({ payload }) => payload).some(({ code }) => code === 'no-server'));
    store.create('Observations', {
      phenomenonTime: new Date(START + 60_000).toISOString(),
      result: 1,
      Datastream: { '@iot.id': 1 },
    });
    const second = await simulate({ port, mqttPort, store });
    await waitFor('what was missed', () => observations().length === 2);
    await waitFor('subscribed again', () => readingTopics(second).length === 1);
    await sleep(200);
    second.post(1, 2, START + 120_000);
    await waitFor('live again', () => observations().length === 3);
    assert.deepEqual(
      observations()
        .map(({ value }) => value)
        .slice(1),
      [1, 2],
    );
    await waitFor('green again', () => /status\.(simulated|live)/.test(states[states.length - 1]!));
  });

  it('starts when the server does', async function () {
    const first = await simulate();
    const [port, mqttPort] = [Number(new URL(first.url).port), Number(new URL(first.mqttUrl).port)];
    await first.close();
    await load({ url: first.url }, { choose: 'property', properties: 'CO' });
    await waitFor('it says so', () => states.some((text) => text.includes('reason.no-server')));
    await simulate({ port, mqttPort });
    await waitFor('readings', () => observations().length === 12);
  });

  it('goes on by HTTP where MQTT refuses', async () => {
    const { url, faults, post } = await simulate();
    faults.mqtt.refuseSubscribe = true;
    await load({ url }, { choose: 'list', streams: [{ key: '1' }] });
    await waitFor('the newest', () => observations().length === 1);
    await waitFor('it says so', () =>
      problems.flatMap(({ payload }) => payload).some(({ code }) => code === 'mqtt-refused'),
    );
    post(1, 5, START + 60_000);
    await waitFor('the new one', () => observations().length === 2);
  });

  it('tells a refused login, and uses the right one', async () => {
    const { url } = await simulate({ auth: { user: 'city', password: 'secret' } });
    await load({ url, auth: 'basic' }, {}, { user: 'city', password: 'wrong' });
    await waitFor('a problem', () => problems.length > 0);
    assert.equal(problems[0]!.payload[0]!.code, 'unauthorized');
    assert.ok(!JSON.stringify(problems).includes('wrong'));
    await helper.unload();
    await load({ url, auth: 'basic' }, { choose: 'property', properties: 'CO' }, { user: 'city', password: 'secret' });
    await waitFor('readings', () => observations().length === 12);
  });

  it('names what is wrong with an address or a choice', async () => {
    const { url } = await simulate();
    const host = new URL(url).origin;
    for (const [server, config, code] of [
      [{ url: 'file:///etc/passwd' }, {}, 'bad-url'],
      [{ url: 'nonsense' }, {}, 'bad-url'],
      [{ url: `${host}/elsewhere/v1.1` }, {}, 'not-found'],
      [{ url }, { choose: 'list', streams: [] }, 'nothing-chosen'],
      [{ url }, { choose: 'property', properties: 'Love' }, 'nothing-chosen'],
      [{ url }, { choose: 'list', streams: [{ key: '99999' }, null, { key: {} }] }, 'datastream'],
    ] as const) {
      await load(server, config);
      await waitFor(code, () => problems.flatMap(({ payload }) => payload).some((problem) => problem.code === code));
      await helper.unload();
    }
  });

  it('survives what no server should send', async () => {
    const { url, post, mqtt, faults } = await simulate();
    await load({ url }, { choose: 'list', streams: [{ key: '1' }] });
    await waitFor('subscribed', () => readingTopics({ mqtt }).length === 1 && observations().length === 1);
    await sleep(100);
    const topic = 'v1.1/Datastreams(1)/Observations';
    const send = (payload: string): Promise<void> =>
      new Promise((done) => mqtt!.broker.publish({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, dup: false, retain: false }, () => done())); // prettier-ignore
    const long = JSON.stringify({ '@iot.id': 1, result: 'x'.repeat(2_000_000) });
    for (const payload of [
      '',
      '{',
      'null',
      '[]',
      '5',
      '{"@iot.id":9}',
      '{"@iot.id":1,"__proto__":{"result":1}}',
      long,
    ]) {
      await send(payload);
    }
    await send('{"@iot.id":1e999,"phenomenonTime":"9999-01-01T00:00:00Z","result":1}');
    faults.http.truncate = 2;
    post(1, 5, START + 60_000);
    await waitFor('the good one', () => observations().some(({ value }) => value === 5));
    await waitFor('problems', () => problems.length > 0);
  });

  it('stops bringing readings to a flow that does not take them, and loses none', async function () {
    await load({ url: 'demo:', demoSpeed: '3600' }, { history: '600 min', wires: [['slow'], ['problems']] });
    await waitFor('four tickets', () => out.length >= 4);
    await sleep(500);
    assert.equal(out.length, 4, 'no fifth message before one is taken');
    const timer = setInterval(() => dones.splice(0).forEach((done) => done()), 5);
    try {
      await waitFor('the rest', () => observations().length > 26_000);
    } finally {
      clearInterval(timer);
    }
    const ids = new Set(observations().map(({ id }) => id));
    assert.equal(ids.size, observations().length);
  });

  it('leaves nothing behind after fifty redeploys', async function () {
    const { url, mqtt } = await simulate();
    const left = (kind: string): number => process.getActiveResourcesInfo().filter((name) => name === kind).length;
    const before = left('Timeout');
    for (let i = 0; i < 50; i++) {
      await load({ url }, { choose: 'list', streams: [{ key: '1' }] });
      if (i % 10 === 0) await waitFor('subscribed', () => readingTopics({ mqtt }).length === 1);
      await helper.unload();
    }
    assert.ok(!hooks.has('preDeliver') && !hooks.has('onComplete'), 'the hooks are let go');
    await waitFor('no clients', () => mqtt!.clients() === 0);
    await waitFor('the timers to go', () => left('Timeout') <= before + 3);
    await waitFor('the sockets to go', () => left('TCPSocketWrap') <= 4);
  });
});
