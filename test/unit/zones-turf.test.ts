/** Turf as the oracle of the geometry: an implementation by others. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { distance as turfDistance } from '@turf/distance';
import { point, polygon } from '@turf/helpers';
import { pointToPolygonDistance } from '@turf/point-to-polygon-distance';
import { importGeoJson } from '../../nodes/city-zones/zones/geojson';
import { polygonsOf, type Position, type Ring, type Zone, type ZoneGeometry } from '../../nodes/city-zones/zones/model';
import { destination, distance, METRES_PER_DEGREE } from '../../nodes/ecdm/sphere';
import { PreparedPolygon } from '../../nodes/city-zones/zones/prepared-polygon';
import { NearIndex, ZoneDistances } from '../../nodes/city-zones/zones/zone-distances';
import { ZoneIndex } from '../../nodes/city-zones/zones/zone-index';
import { geometryAt, polygonAt, random } from '../support/random-shapes';

const DATA = path.resolve(__dirname, '../../..', '../shared/data');
const POINTS = 100_000;

const zoneOf = (id: string, shape: Zone['shape']): Zone => ({ id, name: id, level: 'zone', shape });

const turfSays = (at: Position, shape: ZoneGeometry): boolean => booleanPointInPolygon<ZoneGeometry>(point(at), shape);

/** Squared distance in degrees to the nearest edge: the oracle is asked only off the border. */
function onBorder([x, y]: Position, shape: ZoneGeometry, tolerance: number): boolean {
  for (const ring of polygonsOf(shape).flat()) {
    for (let i = 1; i < ring.length; i++) {
      const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      if (Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) < tolerance) return true;
    }
  }
  return false;
}

describe('zones: Turf as the oracle', () => {
  it('agrees in 100,000 points with random polygons with holes and multipolygons, from a metre to a country', function () {
    this.timeout(120_000);
    const next = random(2026);
    let [differences, inside, asked] = [0, 0, 0];
    while (asked < POINTS) {
      const centre: Position = [next() * 300 - 150, next() * 120 - 60];
      const radius = 10 ** (next() * 6 - 5);
      const shape = geometryAt(next, centre, radius);
      const width = polygonsOf(shape).length * 2.1 * radius;
      const index = new ZoneIndex([zoneOf('a', shape)]);
      for (let i = 0; i < 500 && asked < POINTS; i++) {
        const at: Position = [centre[0] - 1.1 * radius + next() * width, centre[1] + (next() * 2.2 - 1.1) * radius];
        if (onBorder(at, shape, radius * 1e-9)) continue;
        asked++;
        const expected = turfSays(at, shape);
        if (expected) inside++;
        if (index.zonesAt(at[0], at[1]).length > 0 !== expected) differences++;
      }
    }
    assert.equal(differences, 0);
    assert.ok(inside > POINTS * 0.2 && inside < POINTS * 0.8, `${inside} of ${POINTS} inside`);
  });

  it('gives each point of a border between two zones, also with holes that are filled, to exactly one', () => {
    const next = random(5);
    let points = 0;
    for (let n = 0; n < 400; n++) {
      const centre: Position = [next() * 300 - 150, next() * 120 - 60];
      const rings = polygonAt(next, centre, 10 ** (next() * 5 - 4), 3 + Math.floor(next() * 60));
      const [outer, ...holes] = rings as [Ring, ...Ring[]];
      const box: Ring = [[-179, -89], [179, -89], [179, 89], [-179, 89], [-179, -89]]; // prettier-ignore
      // the polygon, each of its holes filled, and everything around it
      const index = new ZoneIndex([
        zoneOf('in', { type: 'Polygon', coordinates: rings }),
        ...holes.map((hole, i) => zoneOf(`hole${i}`, { type: 'Polygon', coordinates: [[...hole].reverse()] })),
        zoneOf('around', { type: 'Polygon', coordinates: [box, [...outer].reverse()] }),
      ]);
      for (const ring of rings) {
        for (let i = 1; i < ring.length; i++) {
          const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
          for (const t of [0, 0.5, next()]) {
            const at: Position = [ax + t * (bx - ax), ay + t * (by - ay)];
            const found = index.zonesAt(...at).map(({ id }) => id);
            points++;
            assert.equal(found.length, 1, `${at.join(' ')}: ${found.join(' ')}`);
          }
        }
      }
    }
    assert.ok(points > 20_000, `${points} points`);
  });

  for (const file of ['greater_manchester_boroughs_2023', 'trafford_wards_2023']) {
    it(`agrees in 100,000 points with ${file}, each in exactly one zone or none`, function () {
      this.timeout(300_000);
      const where = path.join(DATA, `${file}.geojson`);
      if (!fs.existsSync(where)) this.skip();
      const { zones } = importGeoJson(fs.readFileSync(where, 'utf8'));
      const index = new ZoneIndex(zones);
      const oracles = zones.map((zone) => [zone, zone.shape as ZoneGeometry] as const);
      const all = zones.flatMap(({ shape }) => polygonsOf(shape as ZoneGeometry).flat(2));
      const [lons, lats] = [0, 1].map((axis) => all.map((p) => p[axis]!)) as [number[], number[]];
      const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
      const next = random(11);
      let [differences, several, inside] = [0, 0, 0];
      for (let i = 0; i < POINTS; i++) {
        const at: Position = [west + next() * (east - west), south + next() * (north - south)];
        const found = index.zonesAt(...at).map(({ id }) => id);
        if (found.length > 1) several++;
        if (found.length > 0) inside++;
        const expected = oracles.filter(([, oracle]) => turfSays(at, oracle)).map(([{ id }]) => id);
        if (found.join() !== expected.join()) {
          const zone = zones.find(({ id }) => [...found, ...expected].includes(id))!;
          if (!onBorder(at, zone.shape as ZoneGeometry, 1e-9)) differences++;
        }
      }
      assert.deepEqual([differences, several], [0, 0]);
      assert.ok(inside > POINTS / 5, `${inside} inside`);
    });
  }
});

describe('zones: distances', () => {
  it('agrees with Turf from place to place, and arrives where it was sent', () => {
    const next = random(3);
    for (let i = 0; i < 10_000; i++) {
      const [a, b]: [Position, Position] = [
        [next() * 360 - 180, next() * 180 - 90],
        [next() * 360 - 180, next() * 180 - 90],
      ];
      const expected = turfDistance(a, b, { units: 'metres' });
      assert.ok(Math.abs(distance(...a, ...b) - expected) < 1e-3 + expected * 1e-9);
      const metres = next() * 1e6;
      const there = destination(a, metres, next() * 360);
      assert.ok(Math.abs(distance(...a, ...there) - metres) < 1e-3, `${a.join()} ${there.join()}`);
    }
  });

  it('is within one in a thousand of Turf from a place to the border of a polygon with holes', () => {
    const next = random(17);
    let [inside, n] = [0, 0];
    for (; n < 300; n++) {
      const centre: Position = [next() * 300 - 150, next() * 120 - 60];
      // up to a kilometre: over more the great circles that Turf follows leave the straight edges of GeoJSON
      const radius = 10 ** (next() * 2 - 4);
      const rings = polygonAt(next, centre, radius, 3 + Math.floor(next() * 40));
      const distances = new ZoneDistances(new ZoneIndex([zoneOf('a', { type: 'Polygon', coordinates: rings })]));
      for (let i = 0; i < 5; i++) {
        const at: Position = [centre[0] + (next() * 3 - 1.5) * radius, centre[1] + (next() * 3 - 1.5) * radius];
        const expected = pointToPolygonDistance(point(at), polygon(rings), { units: 'meters', method: 'geodesic' });
        const found = distances.signed(0, ...at);
        if (expected < 0) inside++;
        assert.ok(
          Math.abs(found - expected) <= 0.01 + Math.abs(expected) * 1e-3,
          `${at.join()}: ${found}, ${expected}`,
        );
      }
    }
    assert.ok(inside > n / 5 && inside < n * 4.5, `${inside} inside`);
  });

  it('finds the nearest place of long edges, as trying all places along them does', () => {
    const next = random(23);
    for (let n = 0; n < 60; n++) {
      const centre: Position = [next() * 300 - 150, next() * 120 - 60];
      const ring = polygonAt(next, centre, 0.1 + next() * 3, 5)[0]!;
      const distances = new ZoneDistances(new ZoneIndex([zoneOf('a', { type: 'Polygon', coordinates: [ring] })]));
      const at: Position = [centre[0] + (next() * 4 - 2), centre[1] + (next() * 4 - 2)];
      let least = Infinity;
      for (let i = 1; i < ring.length; i++) {
        const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
        for (let k = 0; k <= 2000; k++) {
          const t = k / 2000;
          least = Math.min(least, turfDistance(at, [ax + t * (bx - ax), ay + t * (by - ay)], { units: 'metres' }));
        }
      }
      const found = Math.abs(distances.signed(0, ...at));
      assert.ok(found <= least * 1.001 + 1 && found >= least - 130, `${at.join()}: ${found}, ${least}`);
    }
  });

  it('finds the nearest border of outlines that go around more than half of the earth, from either side', () => {
    const next = random(41);
    let behind = 0;
    for (let n = 0; n < 200; n++) {
      // the two tips lie at other latitudes: in the gap between them the nearer one can be that of the other side
      const [west, east] = [-179 + next() * 20, 179 - next() * 20];
      const [left, right] = [next() * 100 - 50, next() * 100 - 50];
      const ring: Position[] = [
        [west, left],
        [west + 40, -60],
        [east - 40, -60],
        [east, right],
        [east - 40, 60],
        [west + 40, 60],
      ];
      ring.push(ring[0]!);
      const at: Position = [180 + (next() * 2 - 1) * 30, next() * 100 - 50];
      let least = Infinity;
      for (let i = 1; i < ring.length; i++) {
        const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
        for (let k = 0; k <= 4000; k++) {
          const t = k / 4000;
          least = Math.min(least, distance(...at, ax + t * (bx - ax), ay + t * (by - ay)));
        }
      }
      const found = Math.abs(new PreparedPolygon([ring]).signed(...at));
      if (at[0] < west || at[0] > east) behind++;
      // the foot is found as on flat ground: over continents that is some hundredths off, never too near
      assert.ok(found >= least - 5000 && found <= least * 1.06 + 1, `${n} ${at.join()}: ${found}, ${least}`);
    }
    assert.ok(behind > 20, `${behind} behind`);
  });

  it('leaves out only edges that are no nearer: at all sizes and latitudes it says what asking each edge does', () => {
    const next = random(37);
    let [near, far] = [0, 0];
    for (let n = 0; n < 400; n++) {
      const radius = 10 ** (next() * 5.3 - 4);
      const steep = n % 3 === 0 ? 89.5 - radius : next() * 100;
      const centre: Position = [
        n % 2 === 0 ? 180 : next() * 360 - 180,
        Math.min(steep, 85 - radius) * (n % 5 === 0 ? -1 : 1),
      ];
      const rings = polygonAt(next, centre, radius, 3 + Math.floor(next() * 200));
      const whole = new PreparedPolygon(rings);
      const edges = rings.flatMap((ring) =>
        ring.slice(1).map((b, i) => new PreparedPolygon([[ring[i]!, b, ring[i]!]])),
      );
      for (let i = 0; i < 5; i++) {
        const y = centre[1] + (next() * 4 - 2) * radius;
        const at: Position = [centre[0] + (next() * 4 - 2) * radius, Math.max(-90, Math.min(90, y))];
        const x = at[0] - 360 * Math.round((at[0] - (whole.west + whole.east) / 2) / 360);
        const least = Math.min(...edges.map((edge) => Math.abs(edge.signed(x, at[1]))));
        const signed = whole.contains(x, at[1]) ? -least : least;
        assert.equal(whole.signed(...at), signed, `${n}: ${at.join()}`);
        for (const limit of [least * 0.999, least, least * 1.001, least * 50]) {
          const told = whole.signed(...at, limit);
          if (limit < least) far++;
          else near++;
          assert.equal(
            told,
            limit < least ? Infinity * Math.sign(signed) : signed,
            `${n}: ${at.join()} within ${limit}`,
          );
        }
      }
    }
    assert.ok(near > 5000 && far > 1500, `${near} ${far}`);
  });

  it('finds the nearest of many zones, and those within a distance, as asking all does', () => {
    const next = random(29);
    const zones: Zone[] = Array.from({ length: 200 }, (_, i) => {
      const centre: Position = [178 + next() * 4, 50 + next() * 4];
      if (i % 3 === 0) return zoneOf(`c${i}`, { type: 'Circle', center: centre, radius: 100 + next() * 5000 });
      if (i % 3 === 1) {
        const line = [centre, destination(centre, next() * 20_000, next() * 360)];
        return zoneOf(`l${i}`, { type: 'Corridor', line, width: 20 + next() * 500 });
      }
      return zoneOf(`p${i}`, { type: 'Polygon', coordinates: polygonAt(next, centre, 0.03, 12) });
    });
    const index = new ZoneIndex(zones);
    const distances = new ZoneDistances(index);
    const near = new NearIndex(distances, 3000);
    const all = zones.map((_, i) => i);
    for (let i = 0; i < 500; i++) {
      const lon = 178 + next() * 4;
      const at: Position = [lon > 180 ? lon - 360 : lon, 50 + next() * 4];
      const measured = all.map((zone) => Math.max(0, distances.signed(zone, ...at)));
      assert.equal(distances.nearest(...at, all)!.metres, Math.min(...measured));
      const within = zones.filter((_, zone) => measured[zone]! <= 3000).map(({ id }) => id);
      assert.deepEqual(near.zonesAt(...at).map(({ id }) => id).sort(), within.sort()); // prettier-ignore
      const inside = zones.filter((_, zone) => measured[zone] === 0).map(({ id }) => id);
      assert.deepEqual(index.zonesAt(...at).map(({ id }) => id).sort(), inside.sort()); // prettier-ignore
    }
  });

  it('measures to the border of what lies around a pole, and not to the lines that close it there', () => {
    const arctic: Position[] = [[-180, 66], [180, 66], [180, 90], [-180, 90], [-180, 66]]; // prettier-ignore
    const antarctic: Position[] = arctic.map(([lon, lat]) => [lon, -lat] as Position).reverse();
    const rings = { arctic, antarctic };
    const zones = Object.entries(rings).map(([id, ring]) => zoneOf(id, { type: 'Polygon', coordinates: [ring] }));
    const distances = new ZoneDistances(new ZoneIndex(zones));
    for (const [zone, side] of [
      [0, 1],
      [1, -1],
    ] as const) {
      for (const lon of [-180, -179.999, 0, 77, 179.999, 180]) {
        for (const lat of [-60, 0, 65, 65.999, 66.001, 70, 89.9, 90]) {
          const found = distances.signed(zone, lon, side * lat);
          const expected = (66 - lat) * METRES_PER_DEGREE;
          assert.ok(Math.abs(found - expected) < 1, `${lon}, ${side * lat}: ${found}, ${expected}`);
        }
      }
    }
  });

  it('decides circles and corridors by the distance that Turf measures, at the antimeridian and over the poles', () => {
    const next = random(31);
    let inside = 0;
    for (let n = 0; n < 4000; n++) {
      const center: Position = n % 4 === 0 ? [next() * 360 - 180, 89.9] : n % 4 === 1 ? [179.999, -17] : [next() * 360 - 180, next() * 178 - 89]; // prettier-ignore
      const radius = 10 ** (1 + next() * 5);
      const far = destination(center, radius * next() * 2, next() * 360);
      const at: Position = [far[0] - 360 * Math.round(far[0] / 360), far[1]];
      const metres = turfDistance(center, at, { units: 'metres' });
      if (Math.abs(metres - radius) < 1e-3) continue;
      if (metres < radius) inside++;
      const index = new ZoneIndex([zoneOf('c', { type: 'Circle', center, radius })]);
      assert.equal(index.zonesAt(...at).length === 1, metres < radius, `${center.join()} ${at.join()} ${radius}`);
    }
    assert.ok(inside > 1500 && inside < 2500, `${inside} inside`);
  });
});
