import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { parseFilter } from '../../flows/simulator/filter';
import { Store } from '../../flows/simulator/store';

const START = Date.parse('2026-11-20T07:00:00Z');

describe('simulated SensorThings server', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({ speed: 0, history: 30, start: START });
  });
  after(() => simulator.close());

  interface Answer {
    status: number;
    headers: Headers;

    body: any;
  }
  async function get(path: string): Promise<Answer> {
    const response = await fetch(`${simulator.url}/${path}`);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
  }
  const q = (options: Record<string, string>): string =>
    `?${Object.entries(options)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')}`;
  const count = async (set: string, filter: string): Promise<number> => {
    const { status, body } = await get(`${set}${q({ $filter: filter, $top: '1', $count: 'true' })}`);
    assert.equal(status, 200, JSON.stringify(body));
    return (body as { '@iot.count': number })['@iot.count'];
  };

  it('tells its sets, conformance and MQTT endpoint at the root', async () => {
    const { body } = await get('');
    assert.equal(body.value.length, 8);
    const settings = body.serverSettings as Record<string, { endpoints: string[] }>;
    const key = 'http://www.opengis.net/spec/iot_sensing/1.1/req/receive-updates-via-mqtt/receive-updates';
    assert.deepEqual(settings[key]!.endpoints, [simulator.mqttUrl]);
  });

  it('serves sets, entities, navigation, properties, $value and $ref', async () => {
    assert.equal((await get('Things')).body.value.length, 40);
    assert.equal((await get('Things(1)')).body.name, 'Air station Centre 1');
    assert.equal((await get('Datastreams(2)/ObservedProperty')).body.name, 'CO');
    assert.equal((await get('Things(1)/Datastreams(2)/Observations')).body.value.length, 30);
    assert.deepEqual((await get('Things(1)/name')).body, { name: 'Air station Centre 1' });
    assert.equal((await get('Things(1)/name/$value')).body, 'Air station Centre 1');
    assert.equal((await get('Things/$ref')).body.value[0]['@iot.selfLink'], `${simulator.url}/Things(1)`);
    assert.deepEqual((await get('Things(999)')).body, { code: 404, type: 'error', message: 'Nothing found.' });
    assert.equal((await get('Nonsense')).status, 404);
  });

  it('understands the filter grammar', async () => {
    assert.equal(await count('Things', "name eq 'Air station Centre 1'"), 1);
    assert.equal(await count('Things', "startswith(name,'Air') and not endswith(name,'1')"), 7);
    assert.equal(await count('Things', "substringof('harbour',tolower(name))"), 10);
    assert.equal(await count('Things', "properties/domain eq 'air' or (properties/domain eq 'water' and id gt 0)"), 18);
    assert.equal(await count('Datastreams', "ObservedProperty/name eq 'PM2.5'"), 12);
    assert.equal(await count('Datastreams', "unitOfMeasurement/symbol eq 'ppm' and Thing/name ne 'x'"), 9);
    assert.equal(await count('Datastreams(1)/Observations', `phenomenonTime gt 2026-11-20T06:50:00Z`), 10);
    assert.equal(await count('Datastreams(1)/Observations', `phenomenonTime ge 2026-11-20T13:50:00+07:00`), 11);
    assert.equal(await count('Datastreams(1)/Observations', 'result add 1 gt 1 mul 1 and result div 2 lt 1000'), 30);
    assert.equal(await count('Datastreams(1)/Observations', 'hour(phenomenonTime) eq 7'), 1);
    const centre = "geography'POLYGON((99.59 7.538,99.634 7.538,99.634 7.573,99.59 7.573,99.59 7.538))'";
    assert.equal(await count('Locations', `st_within(location, ${centre})`), 11);
    assert.equal(await count('Datastreams', `st_within(Thing/Locations/location, ${centre})`), 14);
    assert.equal(await count('Things', "geo.distance(Locations/location, geography'POINT(99.61 7.556)') lt 0.02"), 11);
  });

  it('refuses what is no filter, as FROST does', async () => {
    for (const filter of [
      'name eq',
      "foo('x')",
      "name eq 'x' )",
      '((((',
      "st_within(location, geography'X')",
      'a ! b',
    ]) {
      const { status, body } = await get(`Things${q({ $filter: filter })}`);
      assert.equal(status, 400, filter);
      assert.match((body as { message: string }).message, /^Failed to parse query/);
    }
    assert.throws(() => parseFilter('('.repeat(500)), /nested too deeply/);
    assert.equal((await get('Things?$nonsense=1')).status, 400);
  });

  it('orders, pages, selects and expands', async () => {
    const first = await get(`Things${q({ $orderby: 'name desc', $top: '25', $select: 'id,name' })}`);
    assert.deepEqual(Object.keys(first.body.value[0]), ['@iot.id', 'name']);
    const next = new URL(first.body['@iot.nextLink']);
    const second = (await (await fetch(next)).json()) as { value: { name: string }[] };
    assert.equal(second.value.length, 15);
    assert.ok(!('@iot.nextLink' in second));
    const names = [...first.body.value, ...second.value].map((thing) => thing.name as string);
    assert.deepEqual(names, [...names].sort().reverse());
    const expand =
      'Thing($select=name;$expand=Locations($select=location)),Observations($orderby=phenomenonTime desc;$top=1)';
    const { body } = await get(`Datastreams(1)${q({ $expand: expand, $select: 'id' })}`);
    assert.equal(body.Thing.Locations[0].location.type, 'Point');
    assert.equal(body.Observations[0].phenomenonTime, '2026-11-20T07:00:00Z');
    assert.ok(body['Observations@iot.nextLink']);
  });

  it('gives a dataArray', async () => {
    const options = { $resultFormat: 'dataArray', $select: 'id,phenomenonTime,result', $top: '5' };
    const { body } = await get(`Datastreams(1)/Observations${q(options)}`);
    // with $select FROST leaves the id out
    assert.deepEqual(body.value[0].components, ['phenomenonTime', 'result']);
    const whole = await get(`Datastreams(1)/Observations${q({ $resultFormat: 'dataArray', $top: '5' })}`);
    assert.equal(whole.body.value[0].components[0], 'id');
    assert.equal(body.value[0].dataArray.length, 5);
  });

  it('stores by HTTP and MQTT, and publishes with the raw echo first', async () => {
    const client = await connectAsync(simulator.mqttUrl);
    const topic = 'v1.1/Datastreams(7)/Observations';
    const seen: Record<string, unknown>[] = [];
    client.on('message', (_topic, payload) => seen.push(JSON.parse(payload.toString()) as Record<string, unknown>));
    assert.equal((await client.subscribeAsync(topic))[0]!.qos, 0);
    await client.publishAsync(topic, JSON.stringify({ result: 12.5 }));
    const until = async (n: number): Promise<void> => {
      const start = Date.now();
      while (seen.length < n && Date.now() - start < 60_000) await new Promise((done) => setTimeout(done, 10));
    };
    await until(2);
    const posted = await fetch(`${simulator.url}/Datastreams(7)/Observations`, {
      method: 'POST',
      body: JSON.stringify({ result: 13.5, phenomenonTime: '2026-11-20T07:10:00Z' }),
    });
    assert.equal(posted.status, 201);
    assert.match(posted.headers.get('location')!, /Observations\(\d+\)$/);
    await until(3);
    const pairs = seen.map((o) => [o['result'], '@iot.id' in o]);
    assert.deepEqual(pairs, [
      [12.5, false],
      [12.5, true],
      [13.5, true],
    ]);
    // a FROST without logins grants what it will never send
    assert.equal((await client.subscribeAsync('v1.1/#'))[0]!.qos, 0);
    simulator.faults.mqtt.refuseSubscribe = true;
    await assert.rejects(client.subscribeAsync('v1.1/Things'), /Unspecified error|128/i);
    simulator.faults.mqtt.refuseSubscribe = false;
    await client.endAsync(true);
  });

  it('shows its faults when told to', async () => {
    Object.assign(simulator.faults.http, { failures: 1, status: 503, retryAfter: '7' });
    const busy = await get('Things');
    assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '7']);
    simulator.faults.http.truncate = 1;
    await assert.rejects(async () => JSON.parse(await (await fetch(`${simulator.url}/Things`)).text()) as unknown);
    simulator.faults.http.reset = 1;
    await assert.rejects(async () => (await fetch(`${simulator.url}/Things`)).text());
    assert.equal((await get('Things(1)')).status, 200);
  });

  it('keeps a bounded number of Observations', async () => {
    const store = new Store({ observationsPerDatastream: 10 });
    const other = await startSimulator({ speed: 0, history: 0, mqttPort: false, observationsPerDatastream: 10 });
    for (let i = 0; i < 100; i++) other.post(1, i);
    assert.ok([...other.store.all('Observations')].length <= 12);
    await other.close();
    assert.throws(() => store.create('Observations', { result: 1 }), /Datastream/);
    assert.throws(() => store.create('Things', {}), /name/);
  });
});
