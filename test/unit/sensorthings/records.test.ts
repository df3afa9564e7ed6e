/** Several properties in one result, and Things that move, from the server to the observation. */
import assert from 'node:assert/strict';
import { type Personality, type Simulator, startSimulator } from '../../../flows/simulator';
import { walksOf } from '../../../nodes/sensorthings-in/server-reader';
import { rosterOf } from '../../../nodes/sensorthings-in/source';
import type { Observation } from '../../../nodes/ecdm/observation';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { decodeDatastream } from '../../../nodes/sensorthings-server/client/datastream';
import { findAll } from '../../support/find-all';
import type { StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import { EVERYTHING } from '../../../nodes/sensorthings-server/client/rule';

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const place = (lon: number): object => ({
  name: `at ${lon}`,
  description: 'x',
  encodingType: 'application/geo+json',
  location: { type: 'Point', coordinates: [lon, 7] },
});
const sensor = { name: 's', description: 'x', encodingType: 'text/plain', metadata: 'x' };

describe('records and moving Things on a simulated server', () => {
  let simulator: Simulator;
  let connection: Connection;
  const serve = async (personality: Partial<Personality>): Promise<Simulator['store']> => {
    simulator = await startSimulator({ city: false, speed: 0, personality: { mqtt: false, ...personality } });
    connection = new Connection({ url: simulator.url, auth: { type: 'none' } });
    return simulator.store;
  };
  afterEach(async () => {
    connection.close();
    await simulator.close();
  });

  const streams = async (path: string): Promise<StreamInfo[]> =>
    findAll(await connection.door(), { rule: EVERYTHING, path }, 10);
  const read = async (stream: StreamInfo, records?: 'record' | 'split'): Promise<Observation[]> => {
    const found: Observation[] = [];
    const walks = walksOf(connection, await connection.facts(), {
      records,
      onProblem: ({ message }) => assert.fail(message),
    });
    for await (const list of walks.pages([stream], { from: 0, page: 2 })) found.push(...list);
    return found;
  };

  for (const version of ['v1.1', 'v2.0']) {
    it(`a MultiDatastream is read as records or split (${version})`, async () => {
      const store = await serve({ multiDatastreams: true, versions: [version] });
      // the simulator knows no other fields than quantities in version 2
      const word = version === 'v2.0' ? 'fair' : '7';
      const thing = store.create('Things', { name: 'station', description: 'x', Locations: [place(99)] });
      const multi = store.create('MultiDatastreams', {
        name: 'weather',
        description: 'x',
        observationType: `${OM}OM_ComplexObservation`,
        multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_CategoryObservation`],
        unitOfMeasurements: [
          { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
          { name: null, symbol: null, definition: null },
        ],
        Thing: { '@iot.id': thing.id },
        Sensor: sensor,
        ObservedProperties: [
          { name: 'Temperature', definition: 'http://x/t', description: 'x' },
          { name: 'Sky', definition: 'http://x/s', description: 'x' },
        ],
      });
      [['1.5', word], [2.5, 'clear'], [3.5, null]].forEach((result, hour) => {
        store.create('Observations', { phenomenonTime: at(hour), result, MultiDatastream: { '@iot.id': multi.id } });
      }); // prettier-ignore
      const [stream] = await streams('MultiDatastreams');
      assert.equal(stream!.id, `${simulator.url}|MultiDatastreams(1)`);
      const [temperature, sky] = (stream!.meta.fields ?? []).map(({ name }) => name);
      assert.deepEqual(
        stream!.meta.fields?.map(({ property, unit }) => [property, unit]),
        [
          ['Temperature', 'Cel'],
          ['Sky', undefined],
        ],
      );
      assert.deepEqual(
        (await read(stream!)).map(({ value }) => value),
        [
          // a number in a text where it is measured, a text where it is a word
          { [temperature!]: 1.5, [sky!]: word },
          { [temperature!]: 2.5, [sky!]: 'clear' },
          { [temperature!]: 3.5, [sky!]: null },
        ],
      );
      const split = await read(stream!, 'split');
      assert.deepEqual(
        split
          .slice(-2)
          .map(({ id, datastream, property, value, unit, quality }) => [
            id,
            datastream,
            property,
            value,
            unit,
            quality,
          ]),
        [
          [`${stream!.id}|3#1`, `${stream!.id}#1`, 'Temperature', 3.5, 'Cel', undefined],
          [`${stream!.id}|3#2`, `${stream!.id}#2`, 'Sky', null, undefined, 'missing'],
        ],
      );
      assert.equal(split[0]!.meta, split[2]!.meta, 'the metadata of a part are shared, too');
      // silence is of the Datastreams that come out
      const roster = rosterOf([stream!], 'split').map(({ datastream, property }) => [datastream, property]);
      assert.deepEqual(roster, [
        [`${stream!.id}#1`, 'Temperature'],
        [`${stream!.id}#2`, 'Sky'],
      ]);
      assert.deepEqual(
        rosterOf([stream!]).map(({ datastream }) => datastream),
        [stream!.id],
      );
    });
  }

  it('readings of a Thing that moves lie where it was', async () => {
    const store = await serve({});
    const thing = store.create('Things', {
      name: 'bus',
      description: 'x',
      properties: { mobile: true },
      Locations: [place(99)],
    });
    for (const hour of [0, 2, 4]) {
      const location = store.create('Locations', { ...place(90 + hour), Things: [] });
      store.create('HistoricalLocations', {
        time: at(hour),
        Thing: { '@iot.id': thing.id },
        Locations: [{ '@iot.id': location.id }],
      });
    }
    const stream = store.create('Datastreams', {
      name: 'PM2.5',
      description: 'x',
      unitOfMeasurement: { name: 'x', symbol: 'µg/m³', definition: 'ucum:ug/m3' },
      observationType: `${OM}OM_Measurement`,
      Thing: { '@iot.id': thing.id },
      Sensor: sensor,
      ObservedProperty: { name: 'PM2.5', definition: 'http://x/p', description: 'x' },
    });
    for (const hour of [1, 2, 3, 5]) {
      store.create('Observations', { phenomenonTime: at(hour), result: hour, Datastream: { '@iot.id': stream.id } });
    }
    const list = await read((await streams('Datastreams'))[0]!);
    assert.deepEqual(
      list.map(({ value, place, meta }) => [value, place?.[0], meta?.placeFrom]),
      // the server has made one FeatureOfInterest of the place where the bus was when they were stored
      [[1, 90, 'historical'], [2, 92, 'historical'], [3, 92, 'historical'], [5, 94, 'historical']],
    ); // prettier-ignore
  });

  it('fields of a record are told apart by definition, else by order', () => {
    const record = (definition: string | undefined, count = 2): string[] | undefined =>
      decodeDatastream(
        {
          id: 1,
          resultType: { type: 'DataRecord', fields: [{ name: 'a', definition }, { name: 'b' }] },
          ObservedProperties: [
            { id: 1, name: 'One' },
            { id: 2, name: 'Two' },
          ].slice(0, count),
        },
        'https://h/v2.0',
      )?.meta.fields?.map(({ property }) => property);
    assert.deepEqual(record('ObservedProperties(2)'), ['Two', 'b']);
    assert.deepEqual(record(undefined), ['One', 'Two']);
    assert.deepEqual(record(undefined, 1), ['a', 'b'], 'one cannot be two');
  });
});
