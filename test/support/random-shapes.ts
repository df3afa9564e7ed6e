import type { Position, Ring, ZoneGeometry } from '../../nodes/city-zones/zones/model';

/** A small random number generator, so that a failure can be repeated. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A star-shaped ring around a centre, counter-clockwise. */
export function star(next: () => number, [x, y]: Position, radius: number, corners: number): Ring {
  const ring: Ring = Array.from({ length: corners }, (_, i) => {
    const r = radius * (0.4 + 0.6 * next());
    const angle = (2 * Math.PI * (i + 0.8 * next())) / corners;
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
  return [...ring, [ring[0]![0], ring[0]![1]]];
}

/** A polygon with up to three holes, that do not touch. */
export function polygonAt(next: () => number, centre: Position, radius: number, corners: number): Ring[] {
  const rings = [star(next, centre, radius, corners)];
  // with fewer corners the outline may not go around its centre
  const holes = corners < 8 ? 0 : Math.floor(next() * 4);
  for (let i = 0; i < holes; i++) {
    const angle = (2 * Math.PI * i) / 3;
    const at: Position = [centre[0] + radius * 0.2 * Math.cos(angle), centre[1] + radius * 0.2 * Math.sin(angle)];
    rings.push(star(next, at, radius * 0.08, 3 + Math.floor(next() * 20)).reverse());
  }
  return rings;
}

/** A polygon, or up to four side by side. */
export function geometryAt(next: () => number, centre: Position, radius: number): ZoneGeometry {
  const parts = 1 + Math.floor(next() * 4);
  const polygons = Array.from({ length: parts }, (_, i) =>
    polygonAt(next, [centre[0] + 2.1 * radius * i, centre[1]], radius, 3 + Math.floor(next() * 150)),
  );
  return parts === 1 ? { type: 'Polygon', coordinates: polygons[0]! } : { type: 'MultiPolygon', coordinates: polygons };
}
