import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exportGeoJson, importGeoJson, listProperties } from '../../nodes/city-zones/zones/geojson';
import type { Finding, Zone, ZoneGeometry } from '../../nodes/city-zones/zones/model';
import { readZones } from '../../nodes/city-zones/zones/read-zones';
import { ZoneIndex } from '../../nodes/city-zones/zones/zone-index';
import { destination } from '../../nodes/ecdm/sphere';
import { random } from '../support/random-shapes';

const SQUARE = [
  [99, 7],
  [100, 7],
  [100, 8],
  [99, 8],
  [99, 7],
];
const polygon = (...coordinates: unknown[]): object => ({ type: 'Polygon', coordinates });
const feature = (geometry: unknown, properties: object | null = { name: 'Square' }): object => ({
  type: 'Feature',
  properties,
  geometry,
});
const collection = (...features: unknown[]): object => ({ type: 'FeatureCollection', features });
const codes = (findings: Finding[]): string[] => findings.map((f) => f.code);

describe('zones: GeoJSON import', () => {
  it('reads a Feature, a FeatureCollection, a Geometry and a GeometryCollection, as text or object', () => {
    for (const source of [
      feature(polygon(SQUARE)),
      collection(feature(polygon(SQUARE))),
      polygon(SQUARE),
      { type: 'GeometryCollection', geometries: [polygon(SQUARE)] },
      { type: 'MultiPolygon', coordinates: [[SQUARE]] },
    ]) {
      for (const form of [source, JSON.stringify(source), `\uFEFF ${JSON.stringify(source)}`]) {
        const { zones, problems } = importGeoJson(form);
        assert.deepEqual(problems, []);
        assert.equal(zones.length, 1);
        assert.deepEqual(zones[0]!.shape, polygon(SQUARE));
      }
    }
  });

  it('takes names, ids, levels, parents and names in other languages from properties', () => {
    const { zones, repaired } = importGeoJson(
      collection(
        feature(polygon(SQUARE), { id: 'p', name: 'Trang province', name_th: 'จังหวัดตรัง', level: 'province' }),
        feature(polygon(SQUARE), { id: 'c', name: 'Centre', parent: 'p' }),
      ),
    );
    assert.deepEqual(repaired, []);
    const { shape: _, ...first } = zones[0]!;
    assert.deepEqual(first, { id: 'p', name: 'Trang province', names: { th: 'จังหวัดตรัง' }, level: 'province' });
    assert.equal(zones[1]!.parent, 'p');
    assert.equal(zones[1]!.level, 'zone');
  });

  it('lets the caller choose the properties, the level and the parent', () => {
    const source = feature(polygon(SQUARE), { name: 'no', NAM_1: 'Muang', code: 17, kind: 'district' });
    const options = { nameProperty: 'NAM_1', idProperty: 'code', levelProperty: 'kind', parent: 'trang' };
    const [zone] = importGeoJson(source, options).zones;
    assert.deepEqual([zone!.id, zone!.name, zone!.level, zone!.parent], ['17', 'Muang', 'district', 'trang']);
    assert.deepEqual(listProperties(source)[0], { property: 'name', count: 1, distinct: 1, sample: 'no' });
  });

  it('gives a zone without a name a number, and ids that are taken another', () => {
    const { zones, repaired } = importGeoJson(
      collection(
        feature(polygon(SQUARE), null),
        feature(polygon(SQUARE), { name: 'A' }),
        feature(polygon(SQUARE), { name: 'A' }),
      ),
      { takenIds: ['a'] },
    );
    assert.deepEqual(
      zones.map((z) => z.id),
      ['1', 'a-2', 'a-3'],
    );
    assert.deepEqual(codes(repaired), ['noName', 'idTaken', 'idTaken']);
  });

  it('exports circles and corridors with an outline for others, and reads them back as what they are', () => {
    const next = random(41);
    const zones = Array.from({ length: 200 }, (_, i): Zone => {
      const centre: [number, number] = [i % 5 === 0 ? 179.99 : next() * 358 - 179, next() * 160 - 80];
      const shape: Zone['shape'] =
        i % 2 === 0
          ? { type: 'Circle', center: centre, radius: 1 + next() * 50_000 }
          : {
              type: 'Corridor',
              line: [centre, destination(centre, 5000 * next() + 1, 360 * next())],
              width: 1 + next() * 100,
            };
      return { id: `z${i}`, name: `Z${i}`, level: 'site', shape };
    });
    const text = JSON.stringify(exportGeoJson(zones));
    for (const { geometry } of JSON.parse(text).features) assert.match(geometry.type, /Polygon$/);
    const { zones: back, problems } = importGeoJson(text);
    assert.deepEqual(problems, []);
    assert.equal(back.length, zones.length);
    back.forEach(({ shape, ...rest }, i) => {
      const { shape: before, ...others } = zones[i]!;
      assert.deepEqual(rest, others);
      const numbers = (one: Zone['shape']): number[] =>
        (JSON.stringify(one).match(/-?\d+\.?\d*(?:e-?\d+)?/g) ?? []).map(Number);
      assert.equal(shape.type, before.type);
      const [a, b] = [numbers(shape), numbers(before)];
      assert.equal(a.length, b.length);
      // places are kept to about a millimetre
      a.forEach((n, k) => assert.ok(Math.abs(n - b[k]!) < 1e-7, `${i}: ${n} ${b[k]}`));
    });
    // once more changes nothing
    assert.deepEqual(importGeoJson(JSON.stringify(exportGeoJson(back))).zones, back);
  });

  it('ignores prototype keys as properties', () => {
    const source = JSON.parse(
      '{"type":"Feature","properties":{"__proto__":{"name":"evil"},"constructor":"x"},"geometry":' +
        JSON.stringify(polygon(SQUARE)) +
        '}',
    ) as unknown;
    for (const nameProperty of [undefined, '__proto__', 'toString']) {
      const { zones } = importGeoJson(source, nameProperty === undefined ? {} : { nameProperty });
      assert.equal(zones.length, 1);
      assert.ok(['x', '1'].includes(zones[0]!.name), zones[0]!.name);
    }
  });

  it('closes open rings, turns the winding, drops heights and repeated positions', () => {
    const open = SQUARE.slice(0, 4);
    assert.deepEqual(codes(importGeoJson(polygon(open)).repaired), ['closed', 'noName']);
    const turned = importGeoJson(feature(polygon([...SQUARE].reverse())));
    assert.deepEqual(codes(turned.repaired), ['windingOuter']);
    assert.deepEqual(
      new Set((turned.zones[0]!.shape as ZoneGeometry).coordinates[0]!.map(String)),
      new Set(SQUARE.map(String)),
    );
    const high = importGeoJson(
      feature(
        polygon(
          SQUARE.flatMap((p) => [
            [...p, 12],
            [...p, 12],
          ]),
        ),
      ),
    );
    assert.deepEqual(codes(high.repaired), ['heights']);
    assert.deepEqual(high.zones[0]!.shape, polygon(SQUARE));
    const hole = [
      [99.2, 7.2],
      [99.4, 7.2],
      [99.4, 7.4],
      [99.2, 7.4],
      [99.2, 7.2],
    ];
    assert.deepEqual(codes(importGeoJson(feature(polygon(SQUARE, hole))).repaired), ['windingHole']);
  });

  it('notices latitude first: by range, and by the latitude that the features give', () => {
    const swapped = SQUARE.map(([lon, lat]) => [lat, lon]);
    const found = importGeoJson(feature(polygon(swapped)));
    assert.deepEqual(
      codes(found.repaired).filter((c) => c !== 'windingOuter'),
      ['swapped'],
    );
    assert.equal(new ZoneIndex(found.zones).zonesAt(99.5, 7.5).length, 1);
    const england = [
      [53, -2],
      [54, -2],
      [54, -3],
      [53, -3],
      [53, -2],
    ];
    const hinted = importGeoJson(feature(polygon(england), { name: 'x', lat: '53.5', lon: '-2.5' }));
    assert.equal(new ZoneIndex(hinted.zones).zonesAt(-2.5, 53.5).length, 1);
    const told = importGeoJson(feature(polygon(england)), { axisOrder: 'lat-lon' });
    assert.equal(new ZoneIndex(told.zones).zonesAt(-2.5, 53.5).length, 1);
    const asWritten = importGeoJson(feature(polygon(england)));
    assert.equal(new ZoneIndex(asWritten.zones).zonesAt(53.5, -2.5).length, 1);
  });

  it('refuses other coordinate systems with a hint', () => {
    const crs = (name: string): object => ({
      ...collection(feature(polygon(SQUARE))),
      crs: { type: 'name', properties: { name } },
    });
    assert.deepEqual(codes(importGeoJson(crs('urn:ogc:def:crs:EPSG::27700')).problems), ['otherCrs']);
    for (const name of [
      'urn:ogc:def:crs:OGC:1.3:CRS84',
      'EPSG:4326',
      'urn:ogc:def:crs:EPSG::4326',
      'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    ]) {
      assert.equal(importGeoJson(crs(name)).zones.length, 1, name);
    }
    const metres = polygon([
      [384000, 398000],
      [385000, 398000],
      [385000, 399000],
      [384000, 398000],
    ]);
    assert.deepEqual(codes(importGeoJson(metres).problems), ['projected']);
  });

  it('takes an outline apart where it crosses itself, and says where', () => {
    const bow = polygon([
      [99, 7],
      [100, 8],
      [100, 7],
      [99, 8],
      [99, 7],
    ]);
    const halves = importGeoJson(feature(bow));
    assert.deepEqual([codes(halves.problems), halves.zones[0]!.shape.type], [[], 'MultiPolygon']);
    const uneven = polygon([
      [99, 7],
      [100, 8],
      [100, 7],
      [99, 8.5],
      [99, 7],
    ]);
    const { zones, problems, repaired } = importGeoJson(feature(uneven));
    assert.equal(zones.length, 1);
    assert.deepEqual(codes(problems), []);
    const said = repaired.find(({ code }) => code === 'untangled')!;
    assert.equal(said.zone, 'Square');
    assert.deepEqual(said.params, { lat: '7.60000', lon: '99.60000', count: 2 });
  });

  it('leaves out holes outside the outline', () => {
    const far = [
      [10, 10],
      [11, 10],
      [11, 11],
      [10, 10],
    ];
    const { zones, problems } = importGeoJson(feature(polygon(SQUARE, far)));
    assert.deepEqual(codes(problems), ['holeOutside']);
    assert.deepEqual(zones[0]!.shape, polygon(SQUARE));
  });

  it('unwraps outlines over the antimeridian and closes those around a pole', () => {
    const fiji = importGeoJson(
      feature(
        polygon([
          [177, -19],
          [-178, -19],
          [-178, -16],
          [177, -16],
          [177, -19],
        ]),
      ),
    );
    assert.deepEqual(codes(fiji.repaired), ['antimeridian']);
    const index = new ZoneIndex(fiji.zones);
    for (const lon of [178, 180, -180, -179]) assert.equal(index.zonesAt(lon, -17).length, 1, `${lon}`);
    assert.equal(index.zonesAt(0, -17).length, 0);
    const cap = importGeoJson(
      feature(
        polygon(
          [
            [-180, -60],
            [-60, -60],
            [60, -60],
            [180, -60],
          ].map(([a, b]) => [a! / 1.001, b!]),
        ),
      ),
    );
    const south = new ZoneIndex(cap.zones);
    assert.ok(codes(cap.repaired).includes('pole'), codes(cap.repaired).join());
    for (const lon of [-180, -179.9, 0, 179.9]) assert.equal(south.zonesAt(lon, -89).length, 1, `${lon}`);
    assert.equal(south.zonesAt(0, -50).length, 0);
    assert.equal(south.zonesAt(0, 89).length, 0);
  });

  it('names what is no area, no feature, no JSON', () => {
    const of = (source: unknown): string[] => codes(importGeoJson(source).problems);
    assert.deepEqual(of({ type: 'Point', coordinates: [1, 2] }), ['notAnArea']);
    assert.deepEqual(of(collection(feature({ type: 'LineString', coordinates: [] }), null, 5)), [
      'notAnArea',
      'notAFeature',
    ]);
    assert.deepEqual(of(''), ['empty']);
    assert.deepEqual(of('{"type":'), ['notJson']);
    assert.deepEqual(of('<kml/>'), ['xml']);
    assert.deepEqual(of([]), ['notGeoJson']);
    assert.deepEqual(of(null), ['notGeoJson']);
    assert.deepEqual(of({ type: 'Topology', objects: {} }), ['topoJson']);
    assert.deepEqual(of(collection()), ['nothing']);
    assert.deepEqual(of(' '.repeat(20_000_001)), ['tooLong']);
    assert.deepEqual(
      of(
        polygon([
          [1, 2],
          [3, 'x'],
          [5, 6],
          [1, 2],
        ]),
      ),
      ['badPosition'],
    );
    assert.deepEqual(
      of(
        polygon([
          [1, 2],
          [3, 4],
        ]),
      ),
      ['tooFewPositions'],
    );
    assert.deepEqual(of(polygon()), ['noRings']);
    assert.deepEqual(
      of(
        polygon([
          [1, 91],
          [180, 91],
          [5, 6],
          [1, 91],
        ]),
      ),
      ['outOfRange'],
    );
  });

  it('comes to an end on circular objects and deep nesting', () => {
    const loop: Record<string, unknown> = { type: 'FeatureCollection' };
    loop.features = [loop, loop, loop];
    assert.ok(importGeoJson(loop).problems.length > 0);
    let deep: object = polygon(SQUARE);
    for (let i = 0; i < 1000; i++) deep = { type: 'GeometryCollection', geometries: [deep] };
    assert.deepEqual(codes(importGeoJson(deep).problems), ['tooDeep']);
  });

  it('bounds the number of zones and findings', () => {
    const many = collection(...Array.from({ length: 5002 }, (_, i) => feature(polygon(SQUARE), { name: `n${i}` })));
    const { zones, problems } = importGeoJson(many);
    assert.equal(zones.length, 5000);
    assert.deepEqual(codes(problems), ['tooManyZones']);
    const bad = collection(
      ...Array.from({ length: 300 }, () =>
        feature(
          polygon([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    );
    const found = importGeoJson(bad).problems;
    assert.equal(found.length, 201);
    assert.deepEqual(found.at(-1), { code: 'more', params: { count: 100 } });
  });

  it('does not throw on any JSON', () => {
    const types = fc.constantFrom('Feature', 'FeatureCollection', 'Polygon', 'MultiPolygon', 'GeometryCollection');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.jsonValue(),
        fc.record(
          {
            type: types,
            features: fc.array(tie('tree'), { maxLength: 3 }),
            geometry: tie('tree'),
            geometries: fc.array(tie('tree'), { maxLength: 3 }),
            coordinates: fc.oneof(fc.constant([SQUARE]), fc.array(fc.array(fc.array(fc.anything()))), fc.jsonValue()),
            properties: fc.jsonValue(),
          },
          { requiredKeys: ['type'] },
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (json) => void new ZoneIndex(importGeoJson(json).zones).zonesAt(99.5, 7.5)),
      { numRuns: 200 },
    );
  });

  it('reads its own export back unchanged', () => {
    const { zones } = importGeoJson(
      collection(
        feature(polygon(SQUARE), { id: 'p', name: 'Province', name_th: 'จังหวัด', level: 'province', color: 'green' }),
        feature(
          {
            type: 'MultiPolygon',
            coordinates: [
              [SQUARE],
              [
                [
                  [0, 0],
                  [1, 0],
                  [1, 1],
                  [0, 0],
                ],
              ],
            ],
          },
          { id: 'c', name: 'C', parent: 'p' },
        ),
      ),
    );
    assert.deepEqual(importGeoJson(JSON.stringify(exportGeoJson(zones))), { zones, problems: [], repaired: [] });
  });
});

describe('zones: saved configuration', () => {
  const good: Zone = { id: 'a', name: 'A', level: 'zone', shape: polygon(SQUARE) as Zone['shape'] };

  it('keeps what is good and says what is not', () => {
    const { zones, problems } = readZones([
      good,
      { ...good },
      null,
      7,
      { id: 'b' },
      { ...good, id: 'c', parent: 'gone' },
      { ...good, id: 'd', parent: 'e' },
      { ...good, id: 'e', parent: 'd' },
      { ...good, id: '' },
      { ...good, id: 'f', shape: { type: 'Polygon', coordinates: 'x' } },
    ]);
    assert.deepEqual(
      zones.map((z) => z.id),
      ['a', 'c', 'd', 'e'],
    );
    assert.deepEqual(codes(problems), [
      'idTwice',
      'noId',
      'noId',
      'noOutline',
      'noId',
      'noRings',
      'parentMissing',
      'parentLoop',
      'parentLoop',
    ]);
  });

  it('reads nothing from what is no list', () => {
    for (const raw of [undefined, null, 'x', {}, 5]) assert.deepEqual(readZones(raw), { zones: [], problems: [] });
  });
});
