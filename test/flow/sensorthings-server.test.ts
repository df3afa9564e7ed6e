/** The admin routes of sensorthings-server: what the form's Test and Search ask, before and after deploying. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulator, type Simulator } from '../../flows/simulator';
import type { Connection } from '../../nodes/sensorthings-server/client/connection';
import type { ServerFacts } from '../../nodes/sensorthings-server/client/discovery';
import { helper, liveNode, loadFlow } from '../support/helper';

interface Answer {
  ok: boolean;
  code?: string;
  [field: string]: unknown;
}

describe('sensorthings-server behind its form', () => {
  let simulator: Simulator;
  let admin: Server;
  let thief: Server;
  let thiefUrl = '';
  const stolen: unknown[] = [];

  before(async () => {
    simulator = await startSimulator({ speed: 0, auth: { user: 'city', password: 'secret' } });
    thief = createServer((request, response) => {
      stolen.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((done) => thief.listen(0, '127.0.0.1', done));
    thiefUrl = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1.1`;
    const server = { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url, auth: 'basic' };
    const plain = {
      ...server, id: 'plain', url: 'https://sensors.example.org/v1.1', mqttFrom: 'own', mqttUrl: 'mqtt://sensors.example.org',
    }; // prettier-ignore
    const flow = [server, plain, { id: 'tab', type: 'tab' }];
    const login = { user: 'city', password: 'secret' };
    await loadFlow(['sensorthings-server'], flow, { credentials: { server: login, plain: login } });
    // the helper has the editor's routes, but serves them only to its own request function
    const { _httpAdmin: routes } = helper as unknown as { _httpAdmin: RequestListener };
    admin = createServer(routes);
    await new Promise<void>((done) => admin.listen(0, '127.0.0.1', done));
  });
  after(async () => {
    await helper.unload();
    await new Promise((done) => admin.close(done));
    await simulator.close();
    await new Promise((done) => thief.close(done));
  });

  async function ask(what: string, body: unknown): Promise<Answer> {
    const base = `http://127.0.0.1:${(admin.address() as AddressInfo).port}`;
    const response = await fetch(`${base}/city-events/sensorthings-server/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Answer;
  }

  it('tests an address that is not deployed, and says why not', async () => {
    const given = { url: simulator.url, auth: 'basic', credentials: { user: 'city', password: 'secret' } };
    assert.deepEqual(await ask('probe', given), { ok: true, root: simulator.url, version: 'v1.1', mqtt: simulator.mqttUrl, simulated: true }); // prettier-ignore
    assert.equal((await ask('probe', { ...given, credentials: {} })).code, 'unauthorized-basic');
    assert.equal((await ask('probe', { url: 'demo:' })).things, 40);
    process.env['CITY_TEST_URL'] = simulator.url;
    assert.equal((await ask('probe', { ...given, url: '${CITY_TEST_URL}' })).ok, true);
    for (const url of [
      'file:///etc/passwd',
      'javascript:1',
      '',
      5,
      null,
      'http://u:p@x/v1.1',
      `http://${'x'.repeat(5000)}`,
    ]) {
      assert.equal((await ask('probe', { url })).ok, false);
    }
  });

  it('warns of a login over MQTT that can be read on its way', async () => {
    const node = liveNode('plain') as unknown as { staServer: Connection; warn: { args: unknown[][] } };
    const { staServer, warn } = node;
    staServer.facts = () =>
      Promise.resolve({ ...({} as ServerFacts), root: 'https://sensors.example.org/v1.1', version: 'v1.1', mqtt: [] });
    for (let i = 0; i < 2; i++) assert.ok(await staServer.mqtt());
    assert.deepEqual(warn.args, [['hint.inClear']]);
  });

  it('searches with the saved password, which the form does not know', async () => {
    const form = {
      id: 'server',
      url: simulator.url,
      auth: 'basic',
      credentials: { user: 'city', password: '__PWRD__' },
    };
    const found = await ask('find', { ...form, rule: { words: 'noise' } });
    assert.deepEqual([(found.items as unknown[]).length, found.total], [10, 10]);
    assert.equal((await ask('find', { url: 'demo:', rule: { words: 'river gauge' } })).total, 6);
  });

  it('tries the MQTT connection, with the login that it has there', async () => {
    const given = { url: simulator.url, auth: 'basic', credentials: { user: 'city', password: 'secret' } };
    assert.deepEqual(await ask('mqtt', given), { ok: true, url: simulator.mqttUrl, connected: true });
    const other = {
      ...given,
      mqttLogin: 'own',
      credentials: { ...given.credentials, mqttUser: 'city', mqttPassword: 'wrong' },
    };
    const { ok, connected, code } = await ask('mqtt', other);
    assert.deepEqual([ok, connected, code], [true, false, 'unauthorized']);
    const dead = await ask('mqtt', { ...given, mqttFrom: 'own', mqttUrl: 'mqtt://127.0.0.1:9' });
    assert.deepEqual([dead['connected'], dead.code], [false, 'no-server']);
    assert.equal((await ask('mqtt', { ...given, mqttFrom: 'own', mqttUrl: 'ftp://x' })).code, 'bad-url');
    // nothing stays connected
    await new Promise((done) => setTimeout(done, 200));
    assert.equal(simulator.mqtt!.clients(), 0);
  });

  it('never sends the saved password to another address', async () => {
    const form = { id: 'server', url: thiefUrl, auth: 'basic', credentials: { user: 'city', password: '__PWRD__' } };
    assert.equal((await ask('probe', form)).ok, false);
    assert.ok(stolen.length > 0);
    const secrets = stolen.map((header) => Buffer.from(String(header).replace('Basic ', ''), 'base64').toString());
    assert.ok(
      secrets.every((text) => !text.includes('secret') && !text.includes('PWRD')),
      secrets.join(),
    );
  });
});
