/** What the product reads of a real FROST: metadata, every kind of result, data arrays, intervals that overlap. */
import assert from 'node:assert/strict';
import type { Observation } from '../../nodes/ecdm/observation';
import { Connection } from '../../nodes/sensorthings-server/client/connection';
import type { StreamInfo } from '../../nodes/sensorthings-server/client/datastream';
import { walksOf } from '../../nodes/sensorthings-in/server-reader';
import { frost, get, makeStreams, post } from './shared';

describe('reading a real FROST', function () {
  let connection: Connection;
  before(async () => {
    connection = new Connection({ url: (await frost()).url, auth: { type: 'none' } });
  });
  after(() => connection.close());

  async function streams(keys: number[]): Promise<StreamInfo[]> {
    const metadata = await connection.metadata();
    return metadata.streams(keys.map(String), (key, error) => assert.fail(`${key}: ${error.message}`));
  }

  async function walk(
    infos: readonly StreamInfo[],
    options: { page?: number; from?: number } = {},
  ): Promise<Observation[]> {
    const problems: unknown[] = [];
    const decode = { sentinels: new Set<number>(), onProblem: (problem: unknown) => void problems.push(problem) };
    const walks = walksOf(connection, await connection.facts(), decode);
    const out = new Map<string, Observation>();
    for await (const list of walks.pages(infos, options)) for (const one of list) out.set(one.id, one);
    assert.deepEqual(problems, []);
    return [...out.values()];
  }

  it('finds version, MQTT and extensions from the host alone', async () => {
    const { url, mqttUrl, port } = await frost();
    const bare = new Connection({ url: `http://127.0.0.1:${port}`, auth: { type: 'none' } });
    const facts = await bare.facts();
    bare.close();
    assert.deepEqual(
      [facts.root, facts.version, facts.mqtt, facts.dataArray, facts.simulated],
      [url, 'v1.1', [mqttUrl], true, false],
    );
  });

  it('reads the metadata of a Datastream: Thing, property, sensor, unit and place', async () => {
    const [id] = await makeStreams('Metadata', 1, [99.65, 7.5]);
    await post(`Datastreams(${id})/Observations`, { phenomenonTime: '2025-11-20T07:00:00Z', result: 31.5 });
    const [observation] = await walk(await streams([id!]));
    const { meta, unit, property, place, value, time } = observation!;
    assert.deepEqual([value, unit, property, place], [31.5, 'Cel', 'Metadata', [99.65, 7.5]]);
    assert.equal(time, Date.parse('2025-11-20T07:00:00Z'));
    assert.deepEqual(
      [meta!.thing!.name, meta!.sensor!.name, meta!.property!.definition],
      ['Metadata', 'Metadata', 'http://example.org/Metadata'],
    );
  });

  it('reads every kind of result', async () => {
    const [thing, sensor, property] = (await get('Datastreams?$top=1&$expand=Thing,Sensor,ObservedProperty')).value.map(
      (d: any) => [d.Thing, d.Sensor, d.ObservedProperty].map((one) => ({ '@iot.id': one['@iot.id'] })),
    )[0];
    const id = await post('Datastreams', {
      name: 'Any',
      description: 'Test',
      unitOfMeasurement: { name: '', symbol: '', definition: '' }, // prettier-ignore
      observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation',
      Thing: thing,
      Sensor: sensor,
      ObservedProperty: property, // prettier-ignore
    });
    const results = [1, -2.5, 1e21, 0, 'text', true, false, null, { a: { b: [1] } }, [1, 'b', null], 'ข้อความ'];
    for (const [i, result] of results.entries()) {
      await post(`Datastreams(${id})/Observations`, {
        phenomenonTime: new Date(1.7636e12 + i * 1000).toISOString(),
        result,
      });
    }
    const infos = await streams([id]);
    const read = (await walk(infos)).map(({ value }) => value);
    assert.deepEqual(read, results);
    // page by page it is the same
    assert.deepEqual(
      (await walk(infos, { page: 10 })).map(({ value }) => value),
      results,
    );
  });

  it('has the results of a MultiDatastream in their order', async () => {
    const [id] = await makeStreams('Multi', 1);
    const { Thing, Sensor, ObservedProperty } = await get(`Datastreams(${id})?$expand=Thing,Sensor,ObservedProperty`);
    const second = await post('ObservedProperties', {
      name: 'Humidity',
      definition: 'http://example.org/h',
      description: 'x',
    });
    const link = (entity: any): object => ({ '@iot.id': entity['@iot.id'] });
    const type = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';
    const multi = await post('MultiDatastreams', {
      name: 'Weather',
      description: 'Test',
      observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_ComplexObservation',
      multiObservationDataTypes: [type, type], // prettier-ignore
      unitOfMeasurements: [{ name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' }, { name: 'percent', symbol: '%', definition: 'ucum:%' }], // prettier-ignore
      Thing: link(Thing),
      Sensor: link(Sensor),
      ObservedProperties: [link(ObservedProperty), { '@iot.id': second }], // prettier-ignore
    });
    await post(`MultiDatastreams(${multi})/Observations`, {
      phenomenonTime: '2025-11-20T07:00:00Z',
      result: [30.5, 61],
    });
    const door = await connection.door();
    const body = await door.get(`${door.root}/MultiDatastreams(${multi})/Observations`);
    assert.deepEqual((body as any).value[0].result, [30.5, 61]);
  });

  it('loses no Observation whose interval overlaps that of another', async () => {
    const [id] = await makeStreams('Running means', 1);
    // a mean of the last 24 hours, every hour
    const hours = Array.from({ length: 30 }, (_, i) => Date.parse('2026-11-01T00:00:00Z') + i * 3_600_000);
    for (const [i, start] of hours.entries()) {
      const phenomenonTime = `${new Date(start).toISOString()}/${new Date(start + 86_400_000).toISOString()}`;
      await post(`Datastreams(${id})/Observations`, { phenomenonTime, result: i });
    }
    const read = await walk(await streams([id!]), { page: 10 });
    assert.deepEqual(
      read.map(({ value }) => value),
      hours.map((_, i) => i),
    );
    assert.deepEqual([read[3]!.time, read[3]!.timeEnd], [hours[3], hours[3]! + 86_400_000]);
  });
});
