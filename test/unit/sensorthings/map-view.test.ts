/** The small map of the forms: to scale, and back from pixels to degrees. */
import assert from 'node:assert/strict';
import {
  areaBetween,
  areaOf,
  fitView,
  graticule,
  groups,
  pan,
  toPixels,
  toPlace,
  zoom,
} from '../../../nodes/editor/streams/map-view';

const CITY = fitView(600, 260, [
  [99.5, 7.4],
  [99.7, 7.6],
]);
const near = (a: readonly number[], b: readonly number[], by = 1e-6): void => {
  for (const [i, value] of a.entries()) assert.ok(Math.abs(value - b[i]!) < by, `${a.join()} is not ${b.join()}`);
};

describe('the map of sensors', () => {
  it('shows all points, to scale', () => {
    const [[x1, y1], [x2, y2]] = [toPixels(CITY, [99.5, 7.4]), toPixels(CITY, [99.7, 7.6])];
    for (const [at, most] of [
      [x1, 600],
      [x2, 600],
      [y1, 260],
      [y2, 260],
    ] as const)
      assert.ok(at >= 20 && at <= most - 20, `${at}`);
    near([(x2 - x1) / (y1 - y2)], [Math.cos((7.5 * Math.PI) / 180)], 1e-9);
  });

  it('leads from pixels back to degrees, also after moving and coming nearer', () => {
    const pixels = [
      [0, 0],
      [600, 260],
      [123, 45],
    ] as [number, number][];
    for (const view of [CITY, pan(CITY, 50, -30), zoom(CITY, 3, 100, 50), fitView(600, 260, [])]) {
      for (const pixel of pixels) near(toPixels(view, toPlace(view, ...pixel)), pixel, 1e-6);
    }
    near(toPlace(zoom(CITY, 4, 100, 50), 100, 50), toPlace(CITY, 100, 50), 1e-3);
  });

  it('has a view for one point, for none, and for the whole earth', () => {
    const one = areaOf(fitView(600, 260, [[99.6, 7.5]]));
    assert.ok(one.east - one.west > 0.01 && one.east - one.west < 0.1);
    const none = areaOf(fitView(600, 260, []));
    assert.ok(none.west >= -180 && none.east <= 180 && none.south >= -90 && none.north <= 90);
    assert.ok(none.north > 60 && none.south < -60);
  });

  it('makes an area of two corners in any order, in degrees that can be read', () => {
    const area = areaBetween(CITY, [400, 200], [100, 50]);
    assert.deepEqual(area, areaBetween(CITY, [100, 50], [400, 200]));
    assert.ok(area.west < area.east && area.south < area.north);
    for (const side of Object.values(area)) assert.ok(String(side).length <= 10, String(side));
  });

  it('has lines of longitude and latitude at round degrees', () => {
    const labels = graticule(CITY).map(({ label }) => label);
    assert.ok(labels.includes('99.6°E') && labels.includes('7.5°N'), labels.join());
  });

  it('draws points that would cover each other as one, and none that are not seen', () => {
    const points = [
      [99.6, 7.5],
      [99.6, 7.5],
      [99.65, 7.55],
      [10, 50],
    ] as [number, number][];
    const found = groups(CITY, [...points, undefined], (place) => place);
    assert.deepEqual(found.map(({ items }) => items.length).sort(), [1, 2]);
  });
});
