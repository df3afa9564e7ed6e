/** The habits of other servers, each by the rows of the quirk table that it is there for. */
import assert from 'node:assert/strict';
import { addCircle, PERSONALITIES, startSimulator, type PersonalityName, type Simulator } from '../../flows/simulator';

describe('personalities of the simulator', () => {
  let simulator: Simulator | undefined;
  afterEach(async () => {
    await simulator?.close();
    simulator = undefined;
  });

  async function start(personality: PersonalityName): Promise<Simulator> {
    simulator = await startSimulator({ city: false, speed: 0, personality });
    addCircle(simulator.store, { datastreams: 3, observations: 12 });
    return simulator;
  }
  async function get(path: string): Promise<{ status: number; body: any }> {
    const response = await fetch(`${simulator!.url}/${path.replaceAll(' ', '%20')}`);
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  it('gost: links that lose options, 504 for an empty page and for an order, no geometry, no settings', async () => {
    await start('gost');
    assert.deepEqual(Object.keys((await get('')).body), ['value']);
    const { body } = await get('Observations?$top=5&$select=id,result');
    assert.ok(!body['@iot.nextLink'].includes('$select'));
    assert.equal((await get('Observations?$orderby=phenomenonTime asc')).status, 504);
    assert.equal((await get('Observations?$filter=result gt 1000')).status, 504);
    assert.equal((await get("Locations?$filter=st_within(location,geography'POINT(1 1)')")).status, 400);
    assert.equal((await get('Observations?$resultFormat=dataArray')).status, 400);
  });

  it('gost-old and sensorup: ids as text, dotted links, numbers as text, times with -0700', async () => {
    await start('gost-old');
    const thing = (await get('Things(1)')).body;
    assert.deepEqual([thing['@iot.id'], thing['Locations@iot.navigationLink']], ['1', '../Things(1)/Locations']);
    assert.match(thing['@iot.selfLink'], /Things\(1\)$/);
    await simulator!.close();
    await start('sensorup');
    const observation = (await get('Observations(1)')).body;
    assert.equal(typeof observation.result, 'string');
    assert.match(observation.phenomenonTime, /-0700$/);
  });

  it('istsos: a link to itself with $top=0, none with a dataArray, null inside an expand, small pages, no MQTT', async () => {
    const { mqttUrl } = await start('istsos');
    assert.equal(mqttUrl, '');
    assert.match((await get('Observations?$top=0')).body['@iot.nextLink'], /%24top=0&%24skip=0$/);
    const { body } = await get('Observations?$resultFormat=dataArray');
    assert.deepEqual([body.value[0].dataArray.length + (body.value[1]?.dataArray.length ?? 0) + (body.value[2]?.dataArray.length ?? 0), body['@iot.nextLink']], [5, undefined]); // prettier-ignore
    assert.equal((await get('Things?$expand=Datastreams')).body.value[0]['Datastreams@iot.nextLink'], null);
  });

  it('stean: links without end, the count of the page, times with +00:00, both Datastreams, empty features', async () => {
    await start('stean');
    const first = (await get('Observations?$count=true&$top=2')).body;
    assert.equal(first['@iot.count'], 2);
    const past = (await get('Observations?$skip=5000')).body;
    assert.deepEqual(past.value, []);
    assert.match(past['@iot.nextLink'], /skip=5000/);
    assert.match(first.value[0].phenomenonTime, /\+00:00$/);
    assert.ok('MultiDatastream@iot.navigationLink' in first.value[0]);
    assert.deepEqual((await get('FeaturesOfInterest(1)')).body.feature, {});
    assert.match((await get('Observations?$top=0')).body['@iot.prevLink'], /top=0/);
    assert.equal(
      (await get('Observations?$resultFormat=dataArray')).body.value[0]['Datastream@iot.navigationLink'],
      undefined,
    );
    assert.deepEqual((await get('Things(99)')).body, { code: 404, message: 'Not Found' });
  });

  it('hydroserver: an order that is not kept, links that lose the format, another key for the rows', async () => {
    await start('hydroserver');
    const { body } = await get('Observations?$orderby=phenomenonTime desc&$top=3&$resultFormat=dataArray');
    assert.ok(Array.isArray(body.value[0].values));
    assert.ok(!body['@iot.nextLink'].includes('resultFormat'));
    const rows = (await get('Observations?$orderby=phenomenonTime desc&$top=36')).body.value as {
      phenomenonTime: string;
    }[];
    assert.ok(rows[0]!.phenomenonTime < rows.at(-1)!.phenomenonTime);
  });

  it('v2: other names, times as objects, resultType', async () => {
    await start('v2');
    const stream = (await get('Datastreams(1)')).body;
    assert.deepEqual([stream.id, stream.resultType.uom.code, stream.unitOfMeasurement], [1, 'Cel', undefined]);
    const { body } = await get('Observations?$top=1&$expand=ProximateFeatureOfInterest');
    assert.deepEqual(Object.keys(body.value[0].phenomenonTime), ['start']);
    assert.equal(body.value[0].ProximateFeatureOfInterest.feature.type, 'Point');
    assert.match(body['@nextLink'], /v2\.0\/Observations/);
    assert.equal((await get('Features(1)')).body.id, 1);
  });

  it('every one of them answers all sets without an error of its own', async () => {
    for (const name of Object.keys(PERSONALITIES) as PersonalityName[]) {
      await start(name);
      for (const { name: set, url } of (await get('')).body.value as { name: string; url: string }[]) {
        const { status } = await fetch(url);
        assert.ok(status === 200 || status === 504, `${name} ${set}: ${status}`);
      }
      await simulator!.close();
    }
  });
});
