import type { Place } from '../../ecdm/observation';

type Point = readonly [number, number];

/**
 * The area of some places as GeoJSON: a Point, a LineString or the convex hull as a Polygon. Degrees are taken as they
 * are: good enough for what to look at on a map, and never wrong across a city.
 */
export function areaOf(places: readonly Place[]): { type: string; coordinates: unknown } | undefined {
  const distinct = new Map<string, Point>();
  for (const [lon, lat] of places) distinct.set(`${lon} ${lat}`, [lon, lat]);
  const points = [...distinct.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (points.length === 0) return undefined;
  if (points.length === 1) return { type: 'Point', coordinates: points[0] };
  const lower = chain(points);
  const upper = chain(points.reverse());
  const ring = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  if (ring.length === 2) return { type: 'LineString', coordinates: ring };
  return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] };
}

/** One half of Andrew's monotone chain. */
function chain(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const p of points) {
    while (hull.length >= 2 && cross(hull.at(-2)!, hull.at(-1)!, p) <= 0) hull.pop();
    hull.push(p);
  }
  return hull;
}

function cross(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
