/** What the forms of SensorThings ask Node-RED, in a real one with logins: who may, how much, and how little the server is asked. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { bigCity, BIG_CITY } from '../support/big-city';
import { startEmbedded, type Embedded } from '../support/embedded';
import { Logins } from '../support/logins';

const ROUTES = ['probe', 'mqtt', 'find', 'suggest', 'units'];

describe('the routes behind the forms of SensorThings', function () {
  let red: Embedded;
  let simulator: Simulator;
  const logins = new Logins({ editor: '*', reader: 'read' });

  async function ask(
    what: string,
    body: unknown,
    user?: string,
  ): Promise<{ status: number; body: Record<string, any> }> {
    const response = await fetch(`${red.url}/city-events/sensorthings-server/${what}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(user ? { authorization: `Bearer ${logins.tokens[user]}` } : {}),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, any> };
  }

  before(async () => {
    simulator = await startSimulator({ store: bigCity(Date.now()), speed: 0, history: 0, mqttPort: false });
    red = await startEmbedded({ settings: { adminAuth: logins.adminAuth } });
    await logins.login(red.url);
  });
  after(async () => {
    await red?.stop();
    await simulator?.close();
  });

  it('are for those who may change flows only', async () => {
    const before = simulator.log.length;
    for (const route of ROUTES) {
      assert.equal((await ask(route, { url: simulator.url })).status, 401, `${route} without a login`);
      assert.equal((await ask(route, { url: simulator.url }, 'reader')).status, 401, `${route} for a reader`);
    }
    assert.equal(simulator.log.length, before, 'and nothing was asked for them');
    for (const route of ROUTES) {
      const { status, body } = await ask(route, { url: simulator.url }, 'editor');
      assert.deepEqual([status, body['ok']], [200, true], route);
    }
  });

  it('take no more than a form sends', async () => {
    assert.equal(
      (await ask('find', { url: simulator.url, rule: { filter: 'x'.repeat(150_000) } }, 'editor')).status,
      413,
    );
    const { body } = await ask(
      'find',
      { url: 'demo:', rule: { property: Array.from({ length: 5000 }, (_, i) => `p${i}`) }, skip: 1e300 },
      'editor',
    );
    assert.deepEqual([body['ok'], body['items']], [true, []]);
    for (const nonsense of [
      { rule: 5, path: {}, skip: 'x' },
      { rule: { area: { west: {} } }, skip: -5 },
      { path: '../../settings' },
    ]) {
      assert.equal((await ask('find', { url: 'demo:', ...nonsense }, 'editor')).status, 200, JSON.stringify(nonsense));
    }
  });

  it('let a form choose from 100,000 Datastreams with a handful of requests', async () => {
    const server = { url: simulator.url };
    let mark = simulator.log.length;
    const requests = (): number => {
      const count = simulator.log.length - mark;
      mark = simulator.log.length;
      return count;
    };
    // another address of the same server: a form that opens knows nothing yet
    const form = { ...server, zone: 'Asia/Bangkok' };
    const { body } = await ask('find', form, 'editor');
    assert.deepEqual([body['total'], (body['items'] as unknown[]).length], [BIG_CITY.datastreams, 100]);
    await ask('suggest', { ...form, set: 'ObservedProperties', text: '' }, 'editor');
    await ask('units', form, 'editor');
    const opening = requests();
    assert.ok(opening <= 4, `${opening} requests to open the form`);
    const rule = { property: ['Temperature'], area: { west: 99.45, south: 7.45, east: 99.47, north: 7.47 } };
    assert.equal((await ask('find', { ...form, rule }, 'editor')).body['total'], 60);
    assert.equal(requests(), 1);
    await ask('find', { ...form, skip: 100 }, 'editor');
    assert.equal(requests(), 1);
  });

  it('say what is wrong in an answer, not as an error of Node-RED', async () => {
    const origin = new URL(simulator.url).origin;
    const { status, body } = await ask('probe', { url: `${origin}/wrong/v1.1` }, 'editor');
    assert.deepEqual([status, body['ok'], body['code'], body['suggestion']], [200, false, 'not-found', simulator.url]);
    const path = await ask('find', { url: simulator.url, path: 'Things(1)/Sensors' }, 'editor');
    assert.deepEqual([path.body['ok'], path.body['code']], [false, 'bad-path']);
    const filter = await ask('find', { url: simulator.url, rule: { filter: 'nonsense of a person' } }, 'editor');
    assert.deepEqual([filter.body['ok'], filter.body['code']], [false, 'refused']);
  });
});
