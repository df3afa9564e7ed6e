/** What time alone does not find, on a real FROST: what is stored late, very many Datastreams, MultiDatastreams by rule. */
import assert from 'node:assert/strict';
import type { Observation } from '../../nodes/ecdm/observation';
import { waitFor } from '../support/node-red';
import { startReading, stopReading, type Reading } from './flow';
import { loadFrost } from './load';
import { frost, makeStreams, post } from './shared';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const iso = (time: number): string => new Date(time).toISOString();
const pause = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms));

describe('a real FROST: what is stored late, very many, MultiDatastreams', function () {
  // one of the slower things of FROST is to give the metadata of thousands of Datastreams
  this.timeout(260_000);
  afterEach(stopReading);

  const values = ({ observations }: Reading): unknown[] => observations.map(({ value }) => value);
  const ids = (list: readonly Observation[]): string[] => list.map(({ id }) => id);
  const once = ({ observations }: Reading): void =>
    assert.equal(new Set(ids(observations)).size, observations.length, 'each once');
  const read = async (config: object): Promise<Reading> => {
    const { url, mqttUrl } = await frost();
    const follow = { mode: 'hybrid', interval: '2 s', recheck: '2 s', choose: 'rule' };
    return startReading({ url, mqttFrom: 'own', mqttUrl }, { ...follow, ...config });
  };
  /** Stores a reading past FROST, which tells nobody of it: a notice that is lost. */
  const storeInSilence = async (datastream: number, time: number, value: number, end?: number): Promise<void> => {
    const until = end === undefined ? iso(time) : iso(end);
    await (
      await frost()
    ).sql(
      `insert into "OBSERVATIONS" ("PHENOMENON_TIME_START","PHENOMENON_TIME_END","RESULT_TYPE","RESULT_NUMBER","RESULT_STRING","DATASTREAM_ID","FEATURE_ID")
       select '${iso(time)}', '${until}', 0, ${value}, '${value}', ${datastream}, max("ID") from "FEATURES"`,
    );
  };

  it('readings that are stored hours late and told to nobody come, once; those of others do not', async () => {
    const keys = await makeStreams('Late', 3);
    const now = Date.now();
    for (const [i, key] of keys.entries())
      await post(`Datastreams(${key})/Observations`, { phenomenonTime: iso(now), result: i });
    const reading = await read({ choose: 'list', streams: keys.slice(0, 2).map((key) => ({ key: String(key) })) });
    await waitFor('the newest', () => reading.observations.length === 2);
    await waitFor('a live feed', () => reading.states.some((state) => /live/i.test(state)));
    await storeInSilence(keys[0]!, now - 5 * HOUR, 701);
    // it has begun long before what is read by time, and ends after it
    await storeInSilence(keys[1]!, now - 3 * HOUR, 702, now + MINUTE);
    await storeInSilence(keys[2]!, now - 3 * HOUR, 799);
    await post(`Datastreams(${keys[1]})/Observations`, { phenomenonTime: iso(now - 4 * HOUR), result: 703 });
    const wanted = [701, 702, 703];
    await waitFor('all of them', () => wanted.every((value) => values(reading).includes(value)));
    await pause(5000);
    once(reading);
    assert.equal(reading.observations.length, 5, JSON.stringify(values(reading)));
    assert.deepEqual(reading.problems, []);
  });

  it('follows 2,100 Datastreams of a rule together: by MQTT, and over HTTP what MQTT does not tell', async () => {
    const server = await frost();
    const end = Math.floor(Date.now() / MINUTE) * MINUTE;
    const load = { datastreams: 2100, observations: 3, end, property: 'Carbon monoxide' };
    const { first } = await loadFrost(server, load);
    const reading = await read({ rule: { property: ['carbon monoxide'], area: { west: 99, south: 7, east: 100.5, north: 8.5 } } }); // prettier-ignore
    await waitFor('the newest of each', () => reading.observations.length === 2100, 150_000).catch((thrown: unknown) => {
      const { observations, states, problems } = reading;
      throw new Error(JSON.stringify({ came: observations.length, states: [...new Set(states)], problems }), { cause: thrown });
    }); // prettier-ignore
    assert.equal(new Set(reading.observations.map(({ datastream }) => datastream)).size, 2100);
    await waitFor('a live feed', () => reading.states.some((state) => /live/i.test(state)));
    await post(`Datastreams(${first + 6})/Observations`, { phenomenonTime: iso(end + MINUTE), result: 9001 });
    await waitFor('what MQTT tells', () => values(reading).includes(9001));
    await storeInSilence(first + 7, end + 2 * MINUTE, 9002);
    await storeInSilence(first + 8, end - 5 * HOUR, 9003);
    await waitFor('the others', () => [9002, 9003].every((value) => values(reading).includes(value)));
    await pause(4000);
    once(reading);
    assert.equal(reading.observations.length, 2103);
    assert.deepEqual(reading.problems, []);
  });

  it('finds MultiDatastreams by a rule, reads them, and follows them', async () => {
    const text = (name: string): object => ({ name, description: 'Test' });
    const multi = await post('MultiDatastreams', {
      ...text('Weather mast'),
      observationType: `${OM}OM_ComplexObservation`,
      multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Measurement`],
      unitOfMeasurements: [
        { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
        { name: 'hectopascal', symbol: 'hPa', definition: 'ucum:hPa' },
      ],
      Thing: {
        ...text('Mast'),
        Locations: [{ ...text('Mast'), encodingType: 'application/geo+json', location: { type: 'Point', coordinates: [99.6, 7.5] } }],
      },
      Sensor: { ...text('Mast'), encodingType: 'text/plain', metadata: 'none' },
      ObservedProperties: ['Mast temperature', 'Mast pressure'].map((name) => ({ ...text(name), definition: `http://example.org/${encodeURIComponent(name)}` })),
    }); // prettier-ignore
    const now = Date.now();
    const path = `MultiDatastreams(${multi})/Observations`;
    await post(path, { phenomenonTime: iso(now), result: [21, 1011] });
    const area = { west: 99.59, south: 7.49, east: 99.61, north: 7.51 };
    const reading = await read({ rule: { property: ['mast PRESSURE'], unit: ['hPa'], area }, records: 'split' });
    await waitFor('both values', () => reading.observations.length === 2);
    await waitFor('a live feed', () => reading.states.some((state) => /live/i.test(state)));
    await post(path, { phenomenonTime: iso(now + MINUTE), result: [22, 1012] });
    await waitFor('the next ones', () => reading.observations.length === 4);
    await post(path, { phenomenonTime: iso(now - 4 * HOUR), result: [23, 1013] });
    await waitFor('late ones', () => reading.observations.length >= 6);
    await pause(4000);
    once(reading);
    assert.deepEqual(values(reading).sort(), [1011, 1012, 1013, 21, 22, 23]);
    assert.deepEqual(reading.problems, []);
  });
});
