/** The habits of real servers in what they say of times, results, units, names and places. Where which row is: quirks.test.ts. */
import assert from 'node:assert/strict';
import { bareStream, decodeDatastream } from '../../../nodes/sensorthings-server/client/datastream';
import { decodeObservations } from '../../../nodes/sensorthings-server/client/decode';
import { keyFrom } from '../../../nodes/sensorthings-server/client/links';
import { placeOf } from '../../../nodes/sensorthings-server/client/model/geometry';
import { MINUTE, PAGE, START, VALUES, type QuirkServer, quirkServers, values } from './quirk-server';

const ROOT = 'https://city.example/v1.1';
const T = '2026-11-20T00:00:00Z';

describe('quirks of data', () => {
  const { serve, readsAll } = quirkServers();

  it('Q12: times in every spelling, on a machine in any zone', async () => {
    for (const times of ['Z', 'offset', 'compact', 'blank', 'decimals'] as const)
      await readsAll({ personality: { ...PAGE, times } });
    const naive = await serve({ personality: { ...PAGE, times: 'naive' } });
    assert.deepEqual(
      (await naive.read()).map(({ time }) => time),
      VALUES.map((_, i) => START + i * MINUTE),
      'UTC where nothing is said',
    );
    assert.deepEqual(
      naive.problems.map(({ code }) => code),
      ['naive-time'],
      'and that is told once',
    );
    const bangkok = await serve({ personality: { ...PAGE, times: 'naive' }, decode: { zone: 'Asia/Bangkok' } });
    // the server's text says the wrong thing to a client that was told so: seven hours earlier
    assert.equal((await bangkok.read(3, START - 8 * 60 * MINUTE))[0]!.time, START - 7 * 60 * MINUTE);
    const read = (phenomenonTime: unknown): unknown[] => {
      const [o] = decodeObservations({ phenomenonTime, result: 1 }, bareStream(ROOT, '1'));
      return [o && new Date(o.time).toISOString(), o?.timeEnd && new Date(o.timeEnd).toISOString()];
    };
    const cases: [unknown, string | undefined, string?][] = [
      ['2026-11-20T01:00:00+00:00', '2026-11-20T01:00:00.000Z'],
      ['2026-11-20T01:00:00-0700', '2026-11-20T08:00:00.000Z'],
      ['2026-11-20 01:00:00+00', '2026-11-20T01:00:00.000Z'],
      ['2026-11-20T01:00:00', '2026-11-20T01:00:00.000Z'],
      ['2026-11-20T01:00:00.1234567Z', '2026-11-20T01:00:00.123Z'],
      ['2026-11-20', '2026-11-20T00:00:00.000Z'],
      ['2026-11-20T01:00:00Z/2026-11-20T02:00:00Z', '2026-11-20T01:00:00.000Z', '2026-11-20T02:00:00.000Z'],
      ['2026-11-20T01:00:00Z/-', '2026-11-20T01:00:00.000Z'],
      ['2026-11-20T01:00:00Z/..', '2026-11-20T01:00:00.000Z'],
      ['2026-11-20T01:00:00Z/9999-12-31T23:59:59.9999999+00:00', '2026-11-20T01:00:00.000Z'],
      ['../2026-11-20T01:00:00Z', '2026-11-20T01:00:00.000Z'],
      [{ start: '2026-11-20T01:00:00Z', end: '2026-11-20T02:00:00Z' }, '2026-11-20T01:00:00.000Z', '2026-11-20T02:00:00.000Z'],
      ['9999-12-31T00:00:00Z', undefined],
      ['2021-13-14T15:16:00Z', undefined],
    ]; // prettier-ignore
    for (const [raw, start, end] of cases) assert.deepEqual(read(raw), [start, end], JSON.stringify(raw));
  });

  it('Q13: numbers as text, nothing, NaN, marks for missing, truths and objects', async () => {
    await readsAll({ personality: { ...PAGE, results: 'text' } });
    const results = ['0.704154', null, 'NaN', -999, '-9999', true, { a: 1 }, 'CHARGING', '', '12 °C'];
    const server = await serve({ results, decode: { sentinels: new Set([-999, -9999]) } });
    const list = await server.read(100);
    assert.deepEqual(values(list), [0.704154, null, null, null, null, true, { a: 1 }, 'CHARGING', null, '12 °C']);
    assert.deepEqual(
      list.map(({ quality }) => quality),
      [undefined, 'missing', 'missing', 'missing', 'missing', undefined, undefined, undefined, 'missing', undefined],
    );
    const words = await serve({
      results: ['1', '007', 'open'],
      datastream: { observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation' },
    });
    assert.deepEqual(values(await words.read()), ['1', '007', 'open'], 'words stay words');
  });

  it('Q14: units without name, definition or with those of others', () => {
    const unit = (unitOfMeasurement: object, property = 'x'): string | undefined =>
      decodeDatastream({ '@iot.id': 1, unitOfMeasurement, ObservedProperty: { name: property } }, ROOT)?.unit;
    const cases: [object, string | undefined, string?][] = [
      [{ definition: 'https://qudt.org/vocab/unit/PERCENT', symbol: '%' }, '%'],
      [{ definition: 'https://qudt.org/vocab/unit/DEG_C', symbol: 'C' }, 'Cel'],
      [{ definition: 'https://qudt.org/vocab/unit/MicroGM-PER-M3', symbol: '?' }, 'ug/m3'],
      [{ definition: 'http://qudt.org/vocab/unit/KiloW-HR-PER-M2' }, 'kW.h/m2'],
      [{ definition: 'http://www.qudt.org/qudt/owl/1.0.0/unit/Instances.html#DegreeCelsius', symbol: 'C' }, 'Cel'],
      [{ name: 'Feet', symbol: 'ft', definition: '' }, '[ft_i]'],
      [{ name: 'Cubic Feet per Second', symbol: 'ft^3/s', definition: '' }, '[cft_i]/s'],
      [{ symbol: 'uS/cm', definition: '' }, 'uS/cm'],
      [{ symbol: 'degC', definition: '' }, 'Cel'],
      [{ definition: 'ucum:Cel', symbol: '?' }, 'Cel'],
      [{ definition: 'ucum:[ppth] approx.', symbol: 'ppt' }, '[ppth]'],
      [{ definition: 'http://dd.eionet.europa.eu/vocabulary/uom/concentration/ug.m-3', symbol: 'ug.m-3' }, 'ug/m3'],
      [{ symbol: 'ug.m-3' }, 'ug/m3'],
      [{ symbol: 'ug/m3' }, 'ug/m3'],
      [{ symbol: '\u00b5g/m\u00b3' }, 'ug/m3'],
      [{ symbol: '\u03bcg/m\u00b3' }, 'ug/m3'],
      [{ symbol: 'C', name: 'Centigrade' }, 'Cel'],
      [{ symbol: 'C', name: 'coulomb' }, 'C'],
      [{ symbol: 'C' }, 'C', 'Electric charge'],
      [{ symbol: 'C' }, 'Cel', 'Air temperature'],
      [{ name: 'Centigrade', symbol: 'C', definition: 'http://www.qudt.org/qudt/owl/1.0.0/unit/Instances.html/Lumen' }, 'Cel'],
      [{ name: 'null', symbol: 'null', definition: 'null' }, undefined],
      [{ name: null, symbol: null, definition: null }, undefined],
      [{ symbol: 'banana' }, undefined],
    ]; // prettier-ignore
    for (const [raw, ucum, property] of cases) assert.equal(unit(raw, property), ucum, JSON.stringify(raw));
    const banana = decodeDatastream({ '@iot.id': 1, unitOfMeasurement: { symbol: 'banana' } }, ROOT)!;
    assert.deepEqual(
      banana.meta.unit,
      { name: undefined, symbol: 'banana', definition: undefined },
      'what was written is kept',
    );
    assert.deepEqual(banana.notes, [{ code: 'unit-unknown', what: 'banana' }]);
  });

  it('Q15: observation types that are no addresses', async () => {
    for (const observationType of ['OM_Measurement', 'Instantaneous', 'measured']) {
      const server = await serve({ datastream: { observationType }, personality: { results: 'text' } });
      assert.deepEqual(values(await server.read()), VALUES, observationType);
    }
    for (const observationType of ['', null, 5, {}, undefined]) {
      assert.equal(decodeDatastream({ '@iot.id': 1, observationType }, ROOT)!.numeric, true);
    }
  });

  it('Q16: Observations that link to a Datastream and to a MultiDatastream', async () => {
    const server = await readsAll({ personality: { ...PAGE, bothDatastreams: true, dataArray: 'none' } });
    const [first] = await server.read();
    assert.equal(first!.datastream, `${server.simulator.url}|1`, 'the truth is the path that was asked');
    const raw = {
      id: 7,
      phenomenonTime: T,
      result: [1, 2],
      'Datastream@iot.navigationLink': 'Observations(7)/Datastream',
      'MultiDatastream@iot.navigationLink': 'Observations(7)/MultiDatastream',
    };
    assert.deepEqual(decodeObservations(raw, bareStream(ROOT, '1'))[0]!.value, [1, 2], 'a list is no proof either');
    assert.deepEqual(
      decodeObservations(raw, (key) => (key === undefined ? bareStream(ROOT, 'unknown') : undefined))[0]!.datastream,
      `${ROOT}|unknown`,
    );
  });

  it('Q17: a hash for a name', async () => {
    const thing = { name: '3f656973c0', properties: { monitoringLocationName: 'Colorado River at Lees Ferry' } };
    assert.equal((await (await serve({ thing })).stream()).thingName, '3f656973c0');
    const nameFrom = 'properties.monitoringLocationName';
    assert.equal((await (await serve({ thing, nameFrom })).stream()).thingName, 'Colorado River at Lees Ferry');
    assert.equal((await (await serve({ nameFrom })).stream()).thingName, 'station', 'those without keep their name');
  });

  it('Q18: an observed area that is a point, or any other shape', async () => {
    const area = (observedArea: object): Promise<QuirkServer> =>
      serve({ thing: { Locations: [] }, datastream: { observedArea }, results: [] });
    const point = await (await area({ type: 'Point', coordinates: [99.5, 7.5] })).stream();
    assert.deepEqual([point.place, point.meta.placeFrom], [[99.5, 7.5], 'area']);
    const square = await (await area({ type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] })).stream(); // prettier-ignore
    assert.deepEqual(square.place, [1, 1]);
  });

  it('Q19: heights, Features and well-known text', async () => {
    const place = async (location: unknown, encodingType = 'application/geo+json'): Promise<unknown> =>
      (
        await (
          await serve({ thing: { Locations: [{ name: 'p', description: 'x', encodingType, location }] } })
        ).stream()
      ).place;
    assert.deepEqual(await place({ type: 'Point', coordinates: [99.5, 7.5, 3.8] }), [99.5, 7.5, 3.8]);
    assert.deepEqual(
      await place({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [99.5, 7.5] } }),
      [99.5, 7.5],
    );
    assert.deepEqual(await place('POINT Z (99.5 7.5 3.8)', 'text/plain'), [99.5, 7.5, 3.8]);
    assert.deepEqual(placeOf({ position: { lat: 7.5, lon: 99.5, h: 2 } }), [99.5, 7.5, 2]);
  });

  it('Q20: an automatic FeatureOfInterest without a shape', async () => {
    await readsAll({ personality: { ...PAGE, emptyFeature: true, dataArray: 'none' } });
    for (const feature of [{}, null, { type: 'Feature', geometry: null }]) {
      const stream = decodeDatastream(
        { '@iot.id': 1, Thing: { '@iot.id': 2, Locations: [{ location: { type: 'Point', coordinates: [1, 2] } }] } },
        ROOT,
      )!;
      const [o] = decodeObservations(
        { id: 1, phenomenonTime: T, result: 1, FeatureOfInterest: { '@iot.id': 1, feature } },
        stream,
      );
      assert.deepEqual([o!.place, o!.meta!.placeFrom], [[1, 2], 'thing']);
    }
  });

  it('Q32: misspelled keys', async () => {
    const server = await readsAll({ personality: { ...PAGE, typos: true, dataArray: 'none' } });
    const stream = await server.stream();
    assert.deepEqual([stream.key, stream.place, stream.unit], ['1', [99.61, 7.55], 'Cel']);
    assert.equal((await server.read())[0]!.id, `${server.simulator.url}|1|1`, 'behind the key "@iot.id "');
    const odd = {
      '@iot.id ': 3,
      Name: 'x',
      unit_of_measurement: { Symbol: '%' },
      thing: {
        '@iot.ID': 4,
        locations: [{ encoding_type: 'application/geo+json', Location: { type: 'Point', coordinates: [1, 2] } }],
      },
    };
    const read = decodeDatastream(odd, ROOT)!;
    assert.deepEqual([read.key, read.name, read.unit, read.thing, read.place], ['3', 'x', '%', `${ROOT}|4`, [1, 2]]);
    await readsAll({ personality: { ...PAGE, idsAsText: true } });
    assert.equal(keyFrom('5', 'http://x/v1.0/Things(5)'), '5', 'a text that stands in the address like a number');
  });
});
