import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { importGeoJson } from '../../nodes/city-zones/zones/geojson';
import type { Position, Ring, Zone, ZoneGeometry } from '../../nodes/city-zones/zones/model';
import { orient, orientExact } from '../../nodes/city-zones/zones/orient';
import { PlaceCache } from '../../nodes/city-zones/zones/place-cache';
import { PreparedPolygon } from '../../nodes/city-zones/zones/prepared-polygon';
import { ZoneIndex } from '../../nodes/city-zones/zones/zone-index';

const DATA = path.resolve(__dirname, '../../..', '../shared/data');

function zone(id: string, rings: Ring[], more: Partial<Zone> = {}): Zone {
  return { id, name: id, level: 'zone', shape: { type: 'Polygon', coordinates: rings }, ...more };
}

function box(west: number, south: number, east: number, north: number): Ring {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

const ids = (index: ZoneIndex, lon: number, lat: number): string[] => index.zonesAt(lon, lat).map((z) => z.id);

/** Independent oracle: the winding number (sum of angles), holes taken out. Not reliable on a border. */
function windsAround([x, y]: Position, ring: Ring): boolean {
  let turn = 0;
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [ring[i - 1]![0] - x, ring[i - 1]![1] - y];
    const [bx, by] = [ring[i]![0] - x, ring[i]![1] - y];
    turn += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  }
  return Math.abs(turn) > Math.PI;
}

function distanceToBorder([x, y]: Position, rings: Ring[]): number {
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      least = Math.min(least, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
    }
  }
  return least;
}

/** A small random number generator, so that a failure can be repeated. */
function random(seed: number): () => number {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** A star-shaped ring around a centre. */
function star(next: () => number, [x, y]: Position, radius: number, corners: number): Ring {
  const ring: Ring = Array.from({ length: corners }, (_, i) => {
    const r = radius * (0.3 + 0.7 * next());
    const angle = (2 * Math.PI * (i + 0.8 * next())) / corners;
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
  return [...ring, ring[0]!];
}

describe('zones: point in polygon', () => {
  it('agrees with the winding number on random polygons with holes', () => {
    const next = random(7);
    for (let n = 0; n < 60; n++) {
      const centre: Position = [next() * 300 - 150, next() * 140 - 70];
      const size = 10 ** (next() * 6 - 5);
      const outer = star(next, centre, size, 3 + Math.floor(next() * 200));
      const hole = star(next, centre, size * 0.25, 3 + Math.floor(next() * 20)).reverse();
      const polygon = new PreparedPolygon([outer, hole]);
      for (let i = 0; i < 250; i++) {
        const point: Position = [centre[0] + size * (2 * next() - 1), centre[1] + size * (2 * next() - 1)];
        if (distanceToBorder(point, [outer, hole]) < size * 1e-9) continue;
        const expected = windsAround(point, outer) && !windsAround(point, hole);
        assert.equal(polygon.contains(...point), expected, `polygon ${n}, point ${point.join(' ')}`);
      }
    }
  });

  it('gives every point of a cut square to exactly one of the two halves, however the border runs', () => {
    const coordinate = fc.integer({ min: 0, max: 40 }).map((n) => n / 40);
    // a border with level, upright and slanted pieces, with points on its vertices and between them
    const border = fc.array(coordinate, { minLength: 0, maxLength: 12 });
    fc.assert(
      fc.property(border, fc.integer({ min: -5, max: 5 }), coordinate, coordinate, (xs, shift, px, py) => {
        const line: Position[] = [0.5, ...xs, 0.5].map((x, i, all) => [x + shift, i / (all.length - 1)]);
        const left = new PreparedPolygon([[[shift, 0], ...line, [shift, 1], [shift, 0]]]);
        const right = new PreparedPolygon([
          [[shift + 1, 0], ...line, [shift + 1, 1], [shift + 1, 0]].reverse() as Ring,
        ]);
        const ours = Number(left.contains(px + shift, py)) + Number(right.contains(px + shift, py));
        // the square owns its western and southern borders only
        assert.equal(ours, px < 1 && py < 1 ? 1 : 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('decides points on a slanted border exactly, written in either direction', () => {
    const [a, b]: Position[] = [
      [-2.4258534147, 53.62585943],
      [-2.3979478147, 53.6322081799],
    ];
    const west = new PreparedPolygon([[a!, b!, [-3, 53.63], a!]]);
    const east = new PreparedPolygon([[b!, a!, [-2, 53.6], b!]]);
    const next = random(3);
    for (let i = 0; i < 2000; i++) {
      const t = next();
      const [x, y] = [a![0] + t * (b![0] - a![0]), a![1] + t * (b![1] - a![1])];
      assert.equal(Number(west.contains(x, y)) + Number(east.contains(x, y)), 1);
    }
  });

  it('orients exactly where doubles cannot', () => {
    assert.equal(orient(0.5, 0.5, 12, 12, 24, 24), 0);
    assert.equal(orient(0.5, 0.5, 12, 12, 24, 24 + 4e-15), 1);
    fc.assert(
      // points nearly on a line, within the last bits
      fc.property(fc.array(fc.integer({ min: -1800, max: 1800 }), { minLength: 6, maxLength: 6 }), (c) => {
        const [ax, ay, bx, by, t, bit] = c.map((n) => n / 10) as [number, number, number, number, number, number];
        const [cx, cy] = [ax + t * (bx - ax), ay + t * (by - ay) + bit * 2 ** -50];
        assert.equal(orient(ax, ay, bx, by, cx, cy) + orient(bx, by, ax, ay, cx, cy), 0);
        assert.equal(orient(ax, ay, bx, by, cx, cy), orientExact(ax, ay, bx, by, cx, cy));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a zigzag of ten thousand vertices small and right', () => {
    const ring: Ring = [[0, 0]];
    for (let i = 1; i < 10_000; i++) ring.push([i, i % 2 === 0 ? 1 : 80]);
    ring.push([10_000, 0], [0, 0]);
    const scaled = ring.map(([x, y]): Position => [x / 100, y]);
    const polygon = new PreparedPolygon([scaled]);
    const next = random(11);
    for (let i = 0; i < 200; i++) {
      const point: Position = [next() * 100, next() * 80];
      assert.equal(polygon.contains(...point), windsAround(point, scaled));
    }
  });
});

describe('zones: index', () => {
  it('gives equal answers as the same frozen array of the same frozen objects, outermost first', () => {
    const index = new ZoneIndex([
      zone('site', [box(1, 1, 2, 2)], { parent: 'district', level: 'site' }),
      zone('city', [box(0, 0, 10, 10)], { level: 'city' }),
      zone('district', [box(0, 0, 5, 5)], { parent: 'city', level: 'district' }),
    ]);
    const zones = index.zonesAt(1.5, 1.5);
    assert.deepEqual(
      zones.map((z) => z.id),
      ['city', 'district', 'site'],
    );
    assert.equal(index.zonesAt(1.6, 1.6), zones);
    assert.equal(index.zonesOf(['site']), zones);
    assert.equal(zones[0], index.ref('city'));
    assert.ok(Object.isFrozen(zones) && Object.isFrozen(zones[0]));
    assert.equal(index.zonesAt(20, 20), index.zonesAt(30, 30));
    assert.equal(index.zonesAt(20, 20).length, 0);
  });

  it('brings parents along even outside their outline, and survives missing and circular parents', () => {
    const index = new ZoneIndex([
      zone('a', [box(0, 0, 1, 1)], { parent: 'far' }),
      zone('far', [box(50, 50, 51, 51)]),
      zone('x', [box(2, 0, 3, 1)], { parent: 'y' }),
      zone('y', [box(4, 0, 5, 1)], { parent: 'x' }),
      zone('z', [box(6, 0, 7, 1)], { parent: 'nobody' }),
    ]);
    assert.deepEqual(ids(index, 0.5, 0.5), ['far', 'a']);
    assert.deepEqual(ids(index, 2.5, 0.5).sort(), ['x', 'y']);
    assert.deepEqual(ids(index, 6.5, 0.5), ['z']);
  });

  it('works over the antimeridian and at the poles', () => {
    const split: Zone = {
      id: 'split',
      name: 'split',
      level: 'zone',
      shape: { type: 'MultiPolygon', coordinates: [[box(170, -10, 180, 10)], [box(-180, -10, -170, 10)]] },
    };
    const index = new ZoneIndex([
      split,
      zone('past', [box(175, 20, 190, 30)]),
      zone('arctic', [box(-180, 66, 180, 90)]),
    ]);
    for (const lon of [179, 180, -180, -179, 181]) assert.deepEqual(ids(index, lon, 0), ['split'], `${lon}`);
    for (const lon of [179, 180, -180, -171]) assert.deepEqual(ids(index, lon, 25), ['past'], `${lon}`);
    assert.deepEqual(ids(index, -169, 25), []);
    for (const lon of [-180, 0, 77, 180]) assert.deepEqual(ids(index, lon, 90), ['arctic']);
  });

  it('answers nonsense with no zone', () => {
    const index = new ZoneIndex([zone('world', [box(-180, -90, 180, 90)])]);
    for (const [lon, lat] of [
      [NaN, 0],
      [0, NaN],
      [0, 500],
      [Infinity, 0],
      [9999, 0],
      ['1' as never, undefined as never],
    ]) {
      assert.equal(index.zonesAt(lon!, lat!).length, 0);
    }
    assert.equal(new ZoneIndex([]).zonesAt(0, 0).length, 0);
    assert.equal(
      new ZoneIndex([
        zone('flat', [
          [
            [0, 0],
            [1, 0],
            [2, 0],
            [0, 0],
          ],
        ]),
      ]).zonesAt(0, 0).length,
      0,
    );
  });

  it('agrees with a plain loop over a thousand zones', () => {
    const next = random(5);
    const zones = Array.from({ length: 1000 }, (_, i) =>
      zone(`z${i}`, [star(next, [99 + next(), 7 + next()], 0.001 + 0.05 * next(), 100)]),
    );
    const index = new ZoneIndex(zones);
    const plain = zones.map((z) => new PreparedPolygon((z.shape as ZoneGeometry).coordinates as Ring[]));
    for (let i = 0; i < 2000; i++) {
      const [lon, lat] = [99 + next(), 7 + next()];
      const expected = zones.filter((_, n) => plain[n]!.contains(lon, lat)).map((z) => z.id);
      assert.deepEqual(ids(index, lon, lat), expected);
    }
  });

  for (const [file, least] of [
    ['greater_manchester_boroughs_2023', 0.5],
    ['trafford_wards_2023', 0.3],
    ['trang_zones', 0.05],
  ] as const) {
    it(`puts each of 100,000 random points into exactly one zone of ${file} or none`, function () {
      const where = path.join(DATA, `${file}.geojson`);
      if (!fs.existsSync(where)) this.skip();
      const { zones, problems } = importGeoJson(fs.readFileSync(where, 'utf8'));
      assert.deepEqual(problems, []);
      const parts = zones.filter((z) => z.id !== 'province');
      const index = new ZoneIndex(parts);
      const polygons = parts.flatMap((z) => (z.shape as ZoneGeometry).coordinates as Ring[]);
      const [lons, lats] = [0, 1].map((axis) => polygons.flat().map((p) => p[axis]!)) as [number[], number[]];
      const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
      const next = random(2023);
      let [inside, several] = [0, 0];
      for (let i = 0; i < 100_000; i++) {
        const found = index.zonesAt(west + next() * (east - west), south + next() * (north - south)).length;
        if (found > 0) inside++;
        if (found > 1) several++;
      }
      assert.equal(several, 0);
      assert.ok(inside > 100_000 * least, `${inside} inside`);
      // the vertices are where neighbours meet
      for (const [lon, lat] of polygons.flat()) assert.ok(index.zonesAt(lon, lat).length <= 1, `${lon} ${lat}`);
    });
  }
});

describe('zones: place cache', () => {
  it('asks again only when the sensor has moved, and stays within its bound', () => {
    const index = new ZoneIndex([zone('a', [box(0, 0, 1, 1)])]);
    let asked = 0;
    const counting = { zonesAt: (lon: number, lat: number) => (asked++, index.zonesAt(lon, lat)) } as ZoneIndex;
    const cache = new PlaceCache(counting, 3);
    assert.equal(cache.zonesOf('s', 0.5, 0.5), cache.zonesOf('s', 0.5, 0.5));
    assert.equal(asked, 1);
    assert.equal(cache.zonesOf('s', 5, 5).length, 0);
    assert.equal(asked, 2);
    for (let i = 0; i < 10; i++) cache.zonesOf(`t${i}`, 0.5, 0.5);
    assert.equal(cache.size, 3);
    const askedFor = (sensor: string): number => {
      const before = asked;
      cache.zonesOf(sensor, 0.5, 0.5);
      return asked - before;
    };
    assert.deepEqual(['t7', 't8', 't9', 't6'].map(askedFor), [0, 0, 0, 1]);
  });

  it('takes no longer for a sensor that is new when it is full', function () {
    this.timeout(60_000);
    const cache = new PlaceCache<number>({ zonesAt: () => 0 }, 50_000);
    const fill = (round: number): number => {
      const began = performance.now();
      for (let i = 0; i < 50_000; i++) cache.zonesOf(`${round}/${i}`, 0.5, 0.5);
      return performance.now() - began;
    };
    const rounds = [0, 1, 2, 3].map(fill);
    assert.ok(Math.min(...rounds.slice(1)) < 300, `${rounds.join(', ')} ms`);
    assert.equal(cache.size, 50_000);
  });
});
