/** What the simulator can be told to do wrong, and what it keeps when it is stopped. */
import assert from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import { addCircle, startSimulator, type Simulator, type SimulatorOptions } from '../../flows/simulator';
import { waitFor } from '../support/node-red';

describe('faults of the simulator', () => {
  let simulator: Simulator;
  let clients: MqttClient[] = [];
  async function start(options: SimulatorOptions = {}): Promise<void> {
    simulator = await startSimulator({ city: false, speed: 0, ...options });
    addCircle(simulator.store, { datastreams: 3, observations: 4 });
  }
  afterEach(async () => {
    for (const client of clients) await client.endAsync(true);
    clients = [];
    await simulator.close();
  });

  const status = async (path: string, init?: RequestInit): Promise<number> =>
    (await fetch(`${simulator.url}/${path}`, init)).status;
  const count = async (path: string): Promise<number> =>
    ((await (await fetch(`${simulator.url}/${path}?$count=true&$top=0`)).json()) as { '@iot.count': number })[
      '@iot.count'
    ];
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${simulator.url}/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });

  /** Follows a topic; what comes is collected. */
  async function follow(topic: string): Promise<{ client: MqttClient; seen: any[] }> {
    const client = await connectAsync(simulator.mqttUrl, { reconnectPeriod: 0 });
    clients.push(client);
    const seen: any[] = [];
    client.on('message', (_topic, payload) => seen.push(JSON.parse(payload.toString())));
    client.on('error', () => undefined);
    await client.subscribeAsync(topic);
    return { client, seen };
  }
  const quiet = (): Promise<void> => new Promise((done) => setTimeout(done, 100));

  it('storms: a share of the requests, those that are meant, with a rest that is asked for', async () => {
    await start();
    Object.assign(simulator.faults.http, { storm: 0.5, status: 429, retryAfter: '3', only: /Observations/ });
    const all = await Promise.all(Array.from({ length: 60 }, () => status('Observations?$top=1')));
    const bad = all.filter((one) => one === 429).length;
    assert.ok(bad > 10 && bad < 50, String(bad));
    assert.equal(await status('Things'), 200);
    simulator.faults.http.storm = 0;
    Object.assign(simulator.faults.http, { failures: 2, status: 504 });
    assert.deepEqual(
      [await status('Observations'), await status('Observations'), await status('Observations')],
      [504, 504, 200],
    );
  });

  it('bodies that come slowly, and with the wrong type', async () => {
    await start();
    simulator.faults.http.slowBody = 100;
    const began = performance.now();
    assert.equal(await count('Observations'), 12);
    assert.ok(performance.now() - began >= 90);
    simulator.faults.http.wrongType = 1;
    assert.equal((await fetch(`${simulator.url}/Things`)).headers.get('content-type'), 'text/plain');
  });

  it('is the same after a restart on the same ports, but for what was subscribed', async () => {
    await start();
    const { url, mqttUrl } = simulator;
    const { client } = await follow('v1.1/Datastreams(1)/Observations');
    assert.deepEqual(simulator.mqtt!.topics(), ['v1.1/Datastreams(1)/Observations']);
    const closed = new Promise<void>((done) => client.once('close', () => done()));
    await simulator.stop();
    await closed;
    await assert.rejects(fetch(url));
    simulator.post(1, 99);
    await simulator.resume();
    assert.deepEqual([simulator.url, simulator.mqttUrl, simulator.mqtt!.topics()], [url, mqttUrl, []]);
    assert.equal(await count('Observations'), 13);
    await simulator.restart(20);
    assert.equal(await count('Observations'), 13);
  });

  it('cuts off in order and hard, and falls silent with open connections', async () => {
    await start();
    for (const how of ['clean', 'hard'] as const) {
      const { client } = await follow('v1.1/Observations');
      const closed = new Promise<void>((done) => client.once('close', () => done()));
      simulator.disconnect(how);
      await closed;
      await waitFor('the end of its topics', () => simulator.mqtt!.topics().length === 0);
    }
    const { client, seen } = await follow('v1.1/Observations');
    simulator.disconnect('frozen');
    simulator.post(1, 1);
    await quiet();
    assert.deepEqual([seen.length, client.connected], [0, true]);
  });

  it('loses, doubles, mixes up and keeps back notices', async () => {
    await start();
    const { seen } = await follow('v1.1/Datastreams(2)/Observations');
    const told = async (n: number): Promise<number[]> => {
      seen.length = 0;
      for (let i = 0; i < n; i++) simulator.post(2, i, Date.parse('2026-11-21T00:00:00Z') + i);
      for (let last = -1; last !== seen.length; await quiet()) last = seen.length;
      return seen.map(({ result }) => result as number);
    };
    const faults = simulator.faults.mqtt;
    assert.equal((await told(100)).length, 100);
    faults.drop = 0.05;
    const dropped = await told(400);
    assert.ok(dropped.length < 400 && dropped.length > 340, String(dropped.length));
    Object.assign(faults, { drop: 0, duplicate: 0.2 });
    assert.ok((await told(100)).length > 105);
    Object.assign(faults, { duplicate: 0, disorder: true });
    assert.deepEqual((await told(6)).slice(0, 4), [1, 0, 3, 2]);
    Object.assign(faults, { disorder: false, queue: 10 });
    assert.equal((await told(50)).length, 10);
    Object.assign(faults, { queue: Infinity, silent: true });
    assert.equal((await told(5)).length, 0);
  });

  it('echoes creates raw, or not', async () => {
    await start();
    const topic = 'v1.1/Datastreams(3)/Observations';
    const { client, seen } = await follow(topic);
    await client.publishAsync(topic, JSON.stringify({ result: 1 }));
    await waitFor('echo and entity', () => seen.length === 2);
    assert.deepEqual(
      seen.map((one) => '@iot.id' in one),
      [false, true],
    );
    simulator.faults.mqtt.echo = false;
    await client.publishAsync(topic, JSON.stringify({ result: 2 }));
    await quiet();
    assert.deepEqual([seen.length, '@iot.id' in seen[2]], [3, true]);
  });

  it('gives out tokens that run out and can be taken back', async () => {
    const oauth2 = { clientId: 'city', clientSecret: 'secret', seconds: 60 };
    await start({ auth: { oauth2 } });
    assert.equal(await status('Things'), 401);
    const ask = async (secret: string): Promise<Response> =>
      fetch(simulator.tokenUrl, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'city', client_secret: secret }),
      });
    assert.equal((await ask('wrong')).status, 401);
    const { access_token } = (await (await ask('secret')).json()) as { access_token: string };
    const headers = { authorization: `Bearer ${access_token}` };
    assert.equal(await status('Things', { headers }), 200);
    simulator.gate.revoke();
    assert.equal(await status('Things', { headers }), 401);
    await assert.rejects(
      connectAsync(simulator.mqttUrl, { reconnectPeriod: 0, username: 'x', password: access_token }),
    );
  });

  it('creates many at once, changes, deletes with what belongs to it, remembers where a Thing was', async () => {
    await start();
    const group = { Datastream: { '@iot.id': 1 }, components: ['phenomenonTime', 'result'], dataArray: [['2026-11-22T00:00:00Z', 5], ['nonsense', 6]] }; // prettier-ignore
    const links = (await (await send('POST', 'CreateObservations', [group])).json()) as string[];
    assert.match(links[0]!, /Observations\(13\)$/);
    assert.match(links[1]!, /^error/);
    const place = {
      name: 'New',
      description: 'x',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [99, 7] },
    };
    assert.equal((await send('PATCH', 'Things(1)', { Locations: [place] })).status, 400);
    assert.equal((await send('POST', 'Things(1)/Locations', place)).status, 201);
    assert.equal(await count('Things(1)/HistoricalLocations'), 2);
    assert.equal(await count('Things(1)/Locations'), 1);
    assert.equal((await send('DELETE', 'Observations?$filter=result eq 5')).status, 200);
    assert.equal(await count('Observations'), 12);
    assert.equal((await send('DELETE', 'Things(2)')).status, 200);
    assert.deepEqual([await count('Datastreams'), await count('Observations')], [2, 8]);
    assert.equal(await status('Datastreams(2)'), 404);
  });

  it('has ids that are texts or UUIDs', async () => {
    await start({ ids: 'string' });
    assert.equal(await status("Datastreams('datastream-2')/Observations"), 200);
    await simulator.close();
    await start({ ids: 'uuid' });
    const { value } = (await (await fetch(`${simulator.url}/Datastreams?$top=2`)).json()) as { value: any[] };
    assert.match(value[0]['@iot.selfLink'] as string, /Datastreams\('[0-9a-f-]{36}'\)$/);
    assert.equal((await fetch(value[0]['Observations@iot.navigationLink'] as string)).status, 200);
  });
});
