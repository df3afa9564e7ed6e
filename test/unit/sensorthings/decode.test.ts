import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Problem } from '../../../nodes/ecdm/problem';
import { decodeDatastream } from '../../../nodes/sensorthings-server/client/datastream';
import { decodeObservations } from '../../../nodes/sensorthings-server/client/decode';
import { keyFrom, keyText, rebase } from '../../../nodes/sensorthings-server/client/links';
import { tellNotes } from '../../../nodes/sensorthings-server/client/texts';
import { placeOf } from '../../../nodes/sensorthings-server/client/model/geometry';

const ROOT = 'https://city.example/v1.1';
const SAMPLES = path.resolve(__dirname, '../../../../../shared/sta_samples');

const STREAM = decodeDatastream(
  {
    '@iot.id': 1,
    name: 'PM2.5 at A',
    unitOfMeasurement: { name: 'microgram per cubic metre', symbol: 'µg/m³', definition: '' },
    observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
    Thing: { '@iot.id': 5, name: 'A', Locations: [{ location: { type: 'Point', coordinates: [99.61, 7.556, 12] } }] },
    ObservedProperty: { '@iot.id': 9, name: 'PM2.5' },
  },
  ROOT,
)!;

describe('decode SensorThings', () => {
  it('reads a Datastream with what was expanded', () => {
    assert.equal(STREAM.id, `${ROOT}|1`);
    assert.equal(STREAM.thing, `${ROOT}|5`);
    assert.deepEqual([STREAM.property, STREAM.unit], ['PM2.5', 'ug/m3']);
    assert.deepEqual(STREAM.place, [99.61, 7.556, 12]);
    assert.ok(Object.isFrozen(STREAM.meta));
  });

  it('reads an Observation and a dataArray to the same', () => {
    const page = {
      value: [{ '@iot.id': 7, phenomenonTime: '2026-11-20T01:00:00+07:00', result: 36.4, resultTime: null }],
    };
    const array = {
      value: [{ components: ['phenomenonTime', 'result', 'id'], dataArray: [['2026-11-19T18:00:00Z', 36.4, 7]] }],
    };
    const [a] = decodeObservations(page, STREAM);
    const [b] = decodeObservations(array, STREAM);
    assert.deepEqual(a, b);
    assert.equal(a!.id, `${ROOT}|1|7`);
    assert.equal(a!.time, Date.parse('2026-11-19T18:00:00Z'));
    assert.equal(a!.meta, b!.meta, 'the metadata is shared');
  });

  it('leaves out what is nested too deeply, says so, and reads the others', () => {
    const list = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const object = `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`;
    const at = (n: number, more: string): string =>
      `{"@iot.id":${n},"phenomenonTime":"2026-11-20T00:0${n}:00Z","result":${n},${more}}`;
    const rows = [
      at(1, `"result":${list}`),
      at(2, `"result":${object}`),
      at(3, `"phenomenonTime":${list}`),
      at(4, '"x":0'),
    ];
    const problems: Problem[] = [];
    const found = decodeObservations(JSON.parse(`{"value":[${rows.join(',')}]}`), STREAM, {
      onProblem: (problem) => problems.push(problem),
    });
    assert.deepEqual(
      found.map(({ value }) => value),
      [4],
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['sta-deep', 'sta-deep', 'sta-no-time'],
    );
    // what is measured is never so deep: a GeoJSON of several areas
    const area = {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', geometry: { coordinates: [[[[1, 2]]]] } }],
    };
    const [plain] = decodeObservations({ '@iot.id': 1, phenomenonTime: '2026-11-20', result: area }, STREAM);
    assert.deepEqual(plain!.value, area);
  });

  it('reads version 2.0 and misspelled keys', () => {
    const v2 = {
      id: 1,
      '@id': 'Observations(1)',
      phenomenonTime: { start: '2026-11-20T00:00:00Z', end: '2026-11-20T01:00:00Z' },
      result: 1,
    };
    const [o] = decodeObservations(v2, STREAM);
    assert.equal(o!.timeEnd! - o!.time, 3_600_000);
    const [p] = decodeObservations({ '@iot.id ': 3, PhenomenonTime: '2026-11-20', Result: '2.50' }, STREAM);
    assert.deepEqual([p!.id, p!.value], [`${ROOT}|1|3`, 2.5]);
  });

  it('treats results as the kind of Datastream says', () => {
    const value = (result: unknown, stream = STREAM): unknown =>
      decodeObservations({ phenomenonTime: '2026-11-20T00:00:00Z', result }, stream, { sentinels: new Set([-999]) })[0]
        ?.value;
    assert.equal(value('0.704154'), 0.704154);
    assert.equal(value('1e3'), 1000);
    assert.equal(value('NaN'), null);
    assert.equal(value(-999), null);
    assert.equal(value('-999'), null);
    assert.equal(value(null), null);
    assert.equal(value(true), true);
    assert.deepEqual(value({ a: 1 }), { a: 1 });
    assert.deepEqual(value([1, 2]), [1, 2]);
    assert.equal(value('CHARGING'), 'CHARGING');
    assert.equal(value('36.4', { ...STREAM, numeric: false }), '36.4');
  });

  it('sends what it cannot read as problems and goes on', () => {
    const problems: Problem[] = [];
    const page = {
      value: [
        null,
        7,
        {},
        { '@iot.id': 1, result: 1 },
        { '@iot.id': 2, phenomenonTime: '9999-12-31T00:00:00Z', result: 1 },
        { '@iot.id': 3, phenomenonTime: '2026-11-20T00:00:00Z' },
        { components: 'x', dataArray: [[1]] },
        { components: ['result'], dataArray: [[1], 'x'] },
        JSON.parse('{"__proto__":{"result":1},"phenomenonTime":"2026-11-20T00:00:00Z","constructor":1}') as unknown,
        { '@iot.id': 4, phenomenonTime: '2026-11-20T00:00:00Z', result: 1 },
      ],
    };
    const observations = decodeObservations(page, STREAM, { onProblem: (problem) => problems.push(problem) });
    assert.equal(observations.length, 1);
    assert.equal(problems.length, 10);
    for (const nonsense of [undefined, null, 'x', 5, [], { value: 'x' }]) {
      assert.deepEqual(decodeObservations(nonsense, STREAM), []);
    }
  });

  it('tells of an unknown unit once, however many Datastreams have it, in the language of the flow', () => {
    const streams = Array.from({ length: 3000 }, (_, i) =>
      decodeDatastream(
        { '@iot.id': i, name: `s${i}`, unitOfMeasurement: { symbol: i % 2 === 0 ? 'banana' : '%' } },
        ROOT,
      ),
    ).map((stream) => stream!);
    const problems: Problem[] = [];
    const options = {
      told: new Set<string>(),
      language: 'th',
      onProblem: (problem: Problem) => problems.push(problem),
    };
    tellNotes(streams, options);
    tellNotes(streams, options);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]!.code, 'unit-unknown');
    assert.match(problems[0]!.message, /\p{Script=Thai}.*"banana".*s0/u);
    assert.match(problems[0]!.hint, /ucum:ug\/m3/);
  });

  it('keeps the same number of a Datastream and a MultiDatastream apart', () => {
    const multi = decodeDatastream(
      { '@iot.id': 1, name: 'm', unitOfMeasurements: [], multiObservationDataTypes: [] },
      ROOT,
    )!;
    assert.notEqual(multi.id, STREAM.id);
    assert.deepEqual([multi.path, STREAM.path], ['MultiDatastreams(1)', 'Datastreams(1)']);
  });

  it('takes the key as the server writes it', () => {
    assert.equal(keyFrom('5', 'http://x/v1.0/Things(5)'), '5');
    assert.equal(keyFrom('saqn:ds:0461ecf', undefined), "'saqn%3Ads%3A0461ecf'");
    assert.equal(keyFrom("o'neil", "http://x/Things('o''neil')"), "'o''neil'");
    assert.equal(keyText(7), '7');
    assert.equal(keyFrom(undefined, undefined), undefined);
  });

  it('leads every style of link back to the configured root', () => {
    for (const link of [
      'http://localhost:8080/FROST-Server/v1.1/Things(1)/Locations',
      'Things(1)/Locations',
      '../Things(1)/Locations',
      '/v1.1/Things(1)/Locations',
      'v1.1/Things(1)/Locations',
    ]) {
      assert.equal(rebase(link, ROOT), `${ROOT}/Things(1)/Locations`, link);
    }
    const loose = 'Observations?$filter=phenomenonTime gt 2026-11-20T00:00:00+00:00&$skip=1';
    assert.equal(
      new URL(rebase(loose, ROOT)!).searchParams.get('$filter'),
      'phenomenonTime gt 2026-11-20T00:00:00+00:00',
    );
    for (const nothing of [null, '', ' ', 5, undefined, 'Things/../../../secret'])
      assert.equal(rebase(nothing, ROOT), undefined);
  });

  it('finds a point in any geometry and refuses what is not on the earth', () => {
    assert.deepEqual(placeOf({ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] } }), [1, 2]);
    assert.deepEqual(placeOf('POINT(9.9937 53.5511)'), [9.9937, 53.5511]);
    assert.deepEqual(
      placeOf({
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [2, 0],
            [2, 2],
            [0, 2],
            [0, 0],
          ],
        ],
      }),
      [1, 1],
    );
    assert.equal(placeOf({ type: 'Point', coordinates: [7, 500] }), undefined);
    for (const nothing of [{}, null, 'x', { coordinates: [] }, { type: 'Point', coordinates: ['1', 2] }]) {
      assert.equal(placeOf(nothing), undefined);
    }
  });

  describe('the collected payloads of real servers', () => {
    interface Sample {
      body?: unknown;
      value?: unknown;
    }
    const read = (name: string): Sample => {
      const raw = JSON.parse(readFileSync(path.join(SAMPLES, `${name}.json`), 'utf8')) as Sample;
      return (raw.body ?? raw) as Sample;
    };
    before(function () {
      if (!existsSync(SAMPLES)) this.skip();
    });
    const bare = decodeDatastream({ '@iot.id': 1, name: 'x' }, ROOT)!;

    it('Observations', () => {
      const expected: Record<string, [number, unknown]> = {
        frost_bgs_observations: [1009.86, 'good'],
        istsos4_observations_page1: [10.5, undefined],
        sensorup_observations: [0.704154, undefined],
        spec11_dataarray_datastream: [20, undefined],
        stean_post_observation: ['text?' as never, undefined],
      };
      for (const [name, [value, quality]] of Object.entries(expected)) {
        const problems: Problem[] = [];
        const list = decodeObservations(read(name), bare, { onProblem: (problem) => problems.push(problem) });
        assert.deepEqual([list[0]?.value, list[0]?.quality], [value, quality], name);
        assert.deepEqual(problems, [], name);
      }
      const [record] = decodeObservations(read('psnc_object_results'), bare, { zone: 'Asia/Bangkok' });
      assert.equal(typeof record!.value, 'object');
      assert.equal(record!.time, Date.parse('2024-03-30T11:35:00+07:00'), 'zone-less time in the configured zone');
      const multi = decodeObservations(read('spec11_dataarray_multidatastream'), bare);
      assert.deepEqual(multi[0]!.value, [10.2, 65, 'clear']);
      assert.equal(multi[0]!.time, Date.parse('2010-12-23T18:20:00Z'));
    });

    it('Datastreams', () => {
      const first = (name: string): ReturnType<typeof decodeDatastream> =>
        decodeDatastream((read(name).value as unknown[])[0], ROOT);
      assert.equal(first('frost_bgs_datastreams')!.unit, 'm');
      assert.deepEqual(first('frost_bgs_datastreams')!.place, [-4.200163329, 55.839415117]);
      assert.equal(first('rivm_gost_datastreams')!.unit, '%');
      assert.equal(first('usgs_datastreams')!.key, "'3f656973c0054ef696bb2192c2947e58'");
      assert.equal(first('usgs_datastreams')!.unit, '[ft_i]');
      assert.equal(first('frost_smartaq_expand_latest')!.key, "'saqn%3Ads%3A0017e98'");
      assert.deepEqual(first('frost_smartaq_expand_latest')!.place, [10.89808, 48.33591]);
    });

    it('anything else without a crash', () => {
      const walk = (item: unknown, depth = 0): void => {
        if (typeof item !== 'object' || item === null || depth > 8) return;
        decodeDatastream(item, ROOT);
        decodeObservations(item, bare);
        decodeObservations(item, () => undefined);
        for (const child of Object.values(item)) walk(child, depth + 1);
      };
      const files = readdirSync(SAMPLES).filter((file) => file.endsWith('.json'));
      assert.ok(files.length > 40);
      for (const file of files) walk(JSON.parse(readFileSync(path.join(SAMPLES, file), 'utf8')));
    });
  });
});
