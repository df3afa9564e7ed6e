/** actuator-out in a real Node-RED, with a broker and a web server of our own. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { TestBroker } from '../support/mqtt-broker';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';
import { TestWeb } from '../support/web-server';

const sinks: FlowNode[] = [
  { id: 'states', type: 'test-sink', wires: [] },
  { id: 'problems', type: 'test-sink', wires: [] },
];
const SECRET = 'hush-hush-token';

describe('actuator-out', () => {
  let city: Embedded;
  let broker: TestBroker;
  let web: TestWeb;
  let revision = 0;

  before(async () => {
    broker = await TestBroker.start();
    web = await TestWeb.start();
    city = await startEmbedded();
  });
  after(async () => {
    await city?.stop();
    await broker?.stop();
    web?.stop();
  });
  beforeEach(() => {
    broker.unmute();
    broker.published.length = broker.subscriptions.length = 0;
    web.forget();
  });

  async function deploy(config: object): Promise<void> {
    await city.deploy([
      broker.node(),
      ...sinks,
      {
        id: 'sign',
        type: 'actuator-out',
        version: 1,
        name: 'sign',
        via: 'mqtt',
        broker: 'broker',
        topic: 'signs/{{key}}/set',
        payloads: { raised: '{"show":"{{name}}","id":"{{commandId}}"}', cleared: 'OFF' },
        confirm: 'accepted',
        within: '10 s',
        validFor: '1 min',
        wires: [['states'], ['problems']],
        ...config,
      },
    ]);
  }
  const online = (): Promise<unknown> => waitFor('the connection', () => city.statuses.get('sign')?.fill === 'grey');
  const send = (more: object = {}, message: object = {}): void =>
    city.inject('sign', { payload: goodStatus({ statusId: 's', revision: ++revision, ...more }), ...message });
  const states = (): string[] => city.payloads('states').map((one) => one.state);

  describe('by MQTT', () => {
    it('sends what the table says, and tells that it was sent and accepted', async () => {
      await deploy({ retain: true });
      await online();
      send();
      await city.count('states', 2);
      const [sent] = await broker.seen(1);
      assert.equal(sent?.topic, 'signs/station 1/set');
      assert.deepEqual(JSON.parse(sent?.payload ?? ''), { show: 'Air pollution', id: `s|${revision}|sign` });
      assert.deepEqual([sent?.qos, sent?.retain], [1, true]);
      assert.deepEqual(states(), ['sent', 'accepted']);
      const [first] = city.messages('states');
      assert.equal(first?.['topic'], 'sign');
      assert.deepEqual(
        { ...first?.['payload'], time: '' },
        { commandId: `s|${revision}|sign`, actuator: 'sign', state: 'sent', time: '', statusId: 's' },
      );
      assert.deepEqual(city.messages('problems'), []);
    });

    it('answers each revision once, in order, from arrays too, and not the states without a text', async () => {
      await deploy({});
      await online();
      const raised = goodStatus({ statusId: 'x', revision: 1 });
      const cleared = goodStatus({ statusId: 'x', revision: 3, state: 'cleared' });
      city.inject('sign', {
        payload: [raised, raised, goodStatus({ statusId: 'x', revision: 2, state: 'updated' }), cleared],
      });
      city.inject('sign', { payload: raised });
      await broker.seen(2);
      await sleep(50);
      assert.deepEqual(
        broker.published.map((p) => p.payload.slice(0, 6)),
        ['{"show', 'OFF'],
      );
    });

    it('remembers over a redeploy what it has answered', async () => {
      await deploy({});
      await online();
      const status = goodStatus({ statusId: 'again', revision: 1 });
      city.inject('sign', { payload: status });
      await broker.seen(1);
      await deploy({ validFor: '2 min' });
      await online();
      city.inject('sign', { payload: status });
      send({ statusId: 'other' });
      await broker.seen(2);
      assert.match(broker.published[1]?.payload ?? '', /other/);
    });

    it('waits for the connection, drops what expired meanwhile, keeps the order', async () => {
      await deploy({ validFor: '1 min' });
      await online();
      await broker.cut();
      await waitFor('the loss', () => city.statuses.get('sign')?.fill === 'yellow');
      const until = (ms: number): string => new Date(Date.now() + ms).toISOString();
      const command = (commandId: string, ms: number): object => ({
        commandId,
        actuator: 'sign',
        parameters: { key: 'k', n: commandId },
        validUntil: until(ms),
        confirm: 'accepted',
      });
      city.inject('sign', { payload: [command('old', 300), command('a', 60_000), command('b', 60_000)] });
      await waitFor('the expiry', () => states().includes('expired'));
      assert.equal(city.payloads('problems')[0][0].code, 'order/expired');
      assert.match(city.payloads('problems')[0][0].message, /valid until/);
      assert.deepEqual(states(), ['expired']);
      await broker.listen();
      await broker.seen(2);
      assert.deepEqual(
        broker.published.map((p) => JSON.parse(p.payload).n),
        ['a', 'b'],
      );
    });

    it('fails aloud when the broker does not acknowledge in time', async () => {
      await deploy({ within: '200 ms' });
      await online();
      broker.mute();
      send();
      await waitFor('the failure', () => states().includes('failed'));
      assert.match(city.payloads('states').at(-1).reason, /within 200 ms/);
      assert.equal(city.payloads('problems')[0][0].code, 'order/timeout');
      assert.equal(city.payloads('problems')[0][0].node, 'sign');
    });

    it('sees that it is done by the answer topic, with one wildcard', async () => {
      await deploy({ confirm: 'done', answerTopic: 'signs/{{key}}/state', within: '30 s' });
      await online();
      await waitFor('the subscription', () => broker.subscriptions.includes('signs/+/state'));
      send();
      send({ key: 'two', statusId: 't' });
      const commandId = `s|${revision - 1}|sign`;
      await waitFor('both to be accepted', () => states().filter((s) => s === 'accepted').length === 2);
      await broker.say('signs/other/state', JSON.stringify({ commandId }));
      await broker.say('signs/two/state', JSON.stringify({ commandId }));
      await sleep(50);
      assert.ok(!states().includes('done'), 'another sign cannot answer for this one');
      await broker.say('signs/station 1/state', JSON.stringify({ commandId }));
      await broker.say('signs/two/state', JSON.stringify({ commandId: `t|${revision}|sign`, state: 'failed' }));
      await waitFor('done', () => states().includes('done'));
      await waitFor('refused', () => states().includes('failed'));
      assert.equal(city.payloads('states').find((one) => one.state === 'done').commandId, commandId);
    });

    it('says nothing of a message without a status', async () => {
      await deploy({});
      await online();
      city.inject('sign', { payload: [], city: { mode: 'live', clock: { source: 'x', time: 5 } } });
      await sleep(50);
      assert.deepEqual([city.messages('states'), city.messages('problems'), broker.published], [[], [], []]);
    });

    it('fails when nobody confirms in time', async () => {
      await deploy({ confirm: 'done', answerTopic: 'signs/{{key}}/state', within: '1 s' });
      await online();
      send();
      await waitFor('the failure', () => states().includes('failed'));
      assert.deepEqual(states(), ['sent', 'accepted', 'failed']);
      assert.match(city.payloads('states').at(-1).reason, /did not confirm/);
    });

    it('moves nothing for what is simulated or replayed, unless told to', async () => {
      await deploy({});
      await online();
      send({ simulated: true });
      send({}, { city: { mode: 'replay' } });
      await city.count('states', 2);
      await sleep(50);
      assert.deepEqual(broker.published, []);
      for (const one of city.payloads('states')) {
        assert.deepEqual([one.state, one.simulated], ['sent', true]);
        assert.match(one.reason, /simulated/);
      }
      await deploy({ alsoSimulated: true });
      await online();
      send({ simulated: true });
      await broker.seen(1);
      assert.equal((await city.count('states', 1))[0]?.['payload'].simulated, true);
    });

    it('a replay that starts over is not held by the locks of the run before', async () => {
      const lock = { status: 'gate', rule: 'while', keys: 'any' };
      await deploy({ alsoSimulated: true, statuses: ['air'], interlocks: [lock] });
      await online();
      const run = (time: number, payload: object): void =>
        city.inject('sign', { payload, city: { mode: 'replay', clock: { source: 'file', time } } });
      const at = Date.parse('2026-02-14T08:00:00Z');
      const gate = goodStatus({ status: 'gate', statusId: 'gate|g|1', key: 'g', since: '2026-02-14T08:00:00Z' });
      const air = (statusId: string): object => goodStatus({ status: 'air', statusId });
      run(at, [gate, air('air|a|1')]);
      await waitFor('the refusal', () => states().includes('failed'));
      run(at - 3_600_000, air('air|b|1'));
      await broker.seen(1);
      await online();
      await deploy({ alsoSimulated: true, statuses: ['air'], interlocks: [lock], validFor: '2 min' });
      await online();
      run(at - 3_600_000, air('air|c|1'));
      await broker.seen(2);
    });

    it('a simulation or a replay uses up nothing of what is real, nor of each other', async () => {
      await deploy({});
      await online();
      const at = Date.parse('2026-02-14T08:00:00Z');
      const tell = (mode: string, minutes: number, of: number): void =>
        send({ statusId: 'same', revision: of }, { city: { mode, clock: { source: 'rule|x', time: at + minutes * 60_000 } } }); // prettier-ignore
      send({ statusId: 'same', revision: 7, simulated: true });
      tell('simulated', 6000, 8);
      tell('replay', 0, 8);
      tell('simulated', 6001, 8);
      tell('replay', 1, 8);
      tell('live', 0, 1);
      await broker.seen(1);
      await online();
      const told = city.payloads('states').map(({ commandId, simulated }) => [commandId, simulated]);
      assert.deepEqual(told, [
        ['same|7|sign|simulated', true],
        ['same|8|sign|simulated', true],
        ['same|8|sign|replay', true],
        ['same|1|sign', undefined],
        ['same|1|sign', undefined],
      ]);
    });

    it('names what it cannot use', async () => {
      await deploy({});
      await online();
      city.inject('sign', {
        payload: [5, { commandId: 'c', actuator: 'pump', parameters: {}, validUntil: '2100-01-01T00:00:00Z' }],
      });
      await city.count('problems', 1);
      assert.deepEqual(
        city.payloads('problems')[0].map((p: any) => p.code),
        ['item/none', 'order/other'],
      );
    });

    it('says so when it has no broker', async () => {
      await deploy({ broker: '' });
      await waitFor('the status line', () => city.statuses.get('sign')?.fill === 'red');
      send();
      await waitFor('the error', () => city.logs.some((line) => line.text.includes('has no broker')));
    });
  });

  describe('by HTTP', () => {
    const http = { via: 'http', url: '', method: 'PUT', auth: 'bearer', credentials: { token: SECRET } };

    it('sends method, address, body and credentials; 2xx is accepted', async () => {
      await deploy({ ...http, url: `${web.address}/signs/{{key}}?why={{reason}}` });
      send({ key: 'a/b', reason: 'x&y=1' });
      await city.count('states', 2);
      assert.deepEqual(states(), ['sent', 'accepted']);
      const [request] = web.requests;
      assert.deepEqual([request?.method, request?.url], ['PUT', '/signs/a%2Fb?why=x%26y%3D1']);
      assert.equal(request?.headers.authorization, `Bearer ${SECRET}`);
      assert.equal(request?.headers['content-type'], 'application/json');
      assert.equal(JSON.parse(request?.body ?? '').show, 'Air pollution');
    });

    it('fails on anything but 2xx, follows no redirect, and never shows the secret', async () => {
      await deploy({ ...http, url: `${web.address}/x?t={{key}}` });
      web.answer = (response) => response.writeHead(503).end('down');
      send();
      await waitFor('the failure', () => states().includes('failed'));
      web.answer = (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end();
      send();
      await waitFor('both failures', () => city.messages('problems').length === 2);
      assert.deepEqual(
        city.payloads('problems').map(([p]) => p.code),
        ['order/status', 'order/redirect'],
      );
      assert.equal(web.requests.length, 2);
      const all = JSON.stringify([city.messages('states'), city.messages('problems'), city.logs]);
      assert.ok(!all.includes(SECRET));
    });

    it('names each command to the far side, also where its id is long', async () => {
      await deploy({ ...http, url: `${web.address}/x` });
      const statusId = 'ฝุ่น'.repeat(30);
      send({ statusId });
      send({ statusId, state: 'cleared' });
      await city.count('states', 4);
      const names = web.requests.map(({ headers }) => String(headers['idempotency-key']));
      assert.equal(new Set(names).size, 2, 'the second is no repeat of the first');
      assert.ok(names.every(({ length }) => length <= 250));
    });

    it('gives up in time, and when nobody is there', async () => {
      await deploy({ ...http, url: `${web.address}/slow`, within: '200 ms' });
      web.answer = () => undefined;
      send();
      await waitFor('the time-out', () => states().includes('failed'));
      assert.equal(city.payloads('problems')[0][0].code, 'order/timeout');
      await deploy({ ...http, url: 'http://127.0.0.1:1/' });
      send();
      await waitFor('the failure', () => states().includes('failed'));
      assert.match(city.payloads('states').at(-1).reason, /bad port/);
    });

    it('done: the answer must hold what is expected', async () => {
      await deploy({ ...http, url: `${web.address}/`, confirm: 'done', expect: '"shown":"{{name}}"' });
      web.answer = (response) => response.end('{"shown":"Air pollution"}');
      send();
      await waitFor('done', () => states().includes('done'));
      web.answer = (response) => response.end('{"shown":""}');
      send();
      await waitFor('the failure', () => states().includes('failed'));
      assert.match(city.payloads('states').at(-1).reason, /does not say that it is done/);
    });

    it('refuses an address that is none', async () => {
      await deploy({ ...http, url: 'file:///etc/passwd' });
      send();
      await city.count('problems', 1);
      assert.equal(city.payloads('problems')[0][0].code, 'order/address');
      assert.equal(web.requests.length, 0);
    });
  });
});
