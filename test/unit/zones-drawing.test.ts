import assert from 'node:assert/strict';
import { draw } from '../../nodes/city-zones/zones/drawing';
import type { Position, Zone } from '../../nodes/city-zones/zones/model';

function square(id: string, west: number, south: number, size: number): Zone {
  const [e, n] = [west + size, south + size];
  const ring: Position[] = [[west, south], [e, south], [e, n], [west, n], [west, south]]; // prettier-ignore
  return { id, name: id, level: 'zone', shape: { type: 'Polygon', coordinates: [ring] } };
}

/** All numbers of a path. */
const numbers = (path: string): number[] => path.match(/-?\d+(?:\.\d+)?/g)!.map(Number);

describe('zones: drawing', () => {
  it('keeps everything inside the picture, large zones below small ones, with a graticule', () => {
    const drawing = draw([square('small', 99.6, 7.5, 0.02), square('large', 99, 7, 1)], 420, 240);
    assert.deepEqual(drawing.outlines.map((o) => o.id), ['large', 'small']); // prettier-ignore
    for (const n of drawing.outlines.flatMap((o) => numbers(o.path))) assert.ok(n >= 0 && n <= 420);
    const labels = drawing.graticule.map((line) => line.label);
    assert.ok(labels.includes('7.4°N') && labels.includes('99.6°E'), labels.join());
    assert.deepEqual(drawing.names.map((n) => n.text), ['large']); // prettier-ignore
  });

  it('draws to scale: a square in the north is narrower than high in degrees', () => {
    const [west, south, east, , , north] = numbers(draw([square('s', 20, 60, 1)], 400, 400).outlines[0]!.path);
    assert.ok(Math.abs((east! - west!) / (south! - north!) - 0.5) < 0.02);
  });

  it('leaves out what nobody can see and survives nothing at all', () => {
    const ring = Array.from({ length: 10_000 }, (_, i): Position => [
      Math.cos((i / 5000) * Math.PI),
      Math.sin((i / 5000) * Math.PI),
    ]);
    const zone = square('round', 0, 0, 1);
    zone.shape = { type: 'Polygon', coordinates: [[...ring, ring[0]!]] };
    assert.ok(draw([zone], 420, 240).outlines[0]!.path.length < 20_000);
    assert.deepEqual(draw([], 420, 240).outlines, []);
  });
});
