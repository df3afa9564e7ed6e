import assert from 'node:assert/strict';
import { areaOf, middleOf } from '../../nodes/ecdm/hull';
import type { Place } from '../../nodes/ecdm/observation';
import { unrolled } from '../../nodes/ecdm/sphere';
import { random } from '../support/random-shapes';

type Ring = [number, number][];

const ringOf = (places: readonly Place[]): Ring => {
  const area = areaOf(places);
  assert.equal(area?.type, 'Polygon');
  return (area.coordinates as Ring[])[0]!;
};

describe('status: the area and the middle of its evidence', () => {
  it('is a point, a line or a closed counter-clockwise ring around all places', () => {
    assert.equal(areaOf([]), undefined);
    assert.deepEqual(areaOf([[99.6, 7.5, 12], [99.6, 7.5]]), { type: 'Point', coordinates: [99.6, 7.5] }); // prettier-ignore
    assert.deepEqual(areaOf([[1, 1], [0, 0], [2, 2], [0, 0]]), { type: 'LineString', coordinates: [[0, 0], [2, 2]] }); // prettier-ignore
    const square: Place[] = [[0, 0], [2, 2], [0, 2], [1, 1], [2, 0], [2, 2], [0, 0]]; // prettier-ignore
    assert.deepEqual(ringOf(square), [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]); // prettier-ignore
  });

  it('holds every place and turns left at every corner (2,000 cases, also over the antimeridian)', () => {
    const next = random(5);
    for (let run = 0; run < 2000; run++) {
      const middle = next() < 0.5 ? 180 : next() * 360 - 180;
      const places = Array.from({ length: 3 + Math.floor(next() * 20) }, (): Place => {
        const lon = middle + (next() - 0.5) * 100;
        return [lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon, next() * 80 - 40];
      });
      const ring = ringOf(places);
      assert.deepEqual(ring[0], ring.at(-1));
      for (let i = 1; i < ring.length; i++) {
        const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
        for (const [lon, lat] of places) {
          // one of the turns around the earth lies to the left of the edge or on it
          const sides = [lon, lon + 360].map((x) => (bx - ax) * (lat - ay) - (by - ay) * (x - ax));
          assert.ok(Math.max(...sides) >= -1e-9, `run ${run}: ${lon} ${lat} outside of ${JSON.stringify(ring)}`);
        }
      }
      const lons = ring.map(([lon]) => lon);
      assert.ok(Math.max(...lons) - Math.min(...lons) <= 100, `run ${run}: the hull goes around the earth`);
    }
  });

  it('is the same however many times a place is there, and in whatever order', () => {
    const next = random(11);
    for (let run = 0; run < 500; run++) {
      // few or many places, often beside, above and behind each other
      const places = Array.from({ length: 2 + Math.floor(next() * 30) }, (): Place => [
        Math.floor(next() * 6),
        Math.floor(next() * 6),
      ]);
      const area = areaOf(places);
      for (const again of [
        [...places, ...places],
        [...places].reverse(),
        [...places, ...places, ...places].reverse(),
      ]) {
        assert.deepEqual(areaOf(again), area, JSON.stringify(again));
      }
    }
  });

  it('goes on past 180 degrees at the antimeridian', () => {
    const fiji: Place[] = [[179.9, -17], [-179.9, -17], [-179.9, -16], [179.9, -16]]; // prettier-ignore
    assert.deepEqual(ringOf(fiji), [[179.9, -17], [180.1, -17], [180.1, -16], [179.9, -16], [179.9, -17]]); // prettier-ignore
    assert.deepEqual(middleOf(fiji), [-180, -16.5]);
    assert.deepEqual(middleOf([[179.8, 0], [-179.9, 0]]), [179.95, 0]); // prettier-ignore
    assert.deepEqual(middleOf([[179.9, 0], [-179.8, 2]]), [-179.95, 1]); // prettier-ignore
  });

  it('takes the way around the earth that leaves out the widest gap, and only where there is a jump', () => {
    const here: Place[] = [[-80, 0], [100, 0]]; // prettier-ignore
    assert.equal(unrolled(here), here);
    assert.deepEqual(unrolled([[-100, 0], [100, 0], [0, 0]]), [[-100, 0], [100, 0], [0, 0]]); // prettier-ignore
    assert.deepEqual(unrolled([[-100, 0], [100, 0]]), [[260, 0], [100, 0]]); // prettier-ignore
    assert.deepEqual(unrolled([[-170, 0], [170, 0], [150, 0]]), [[190, 0], [170, 0], [150, 0]]); // prettier-ignore
  });
});
