import type { Place } from './observation';
import { unrolled } from './sphere';

type Point = readonly [number, number];

/**
 * The area of some places as GeoJSON: a Point, a LineString or the convex hull as a Polygon. Straight lines are straight
 * in degrees, as GeoJSON says. Over the antimeridian longitudes go on past 180 degrees, as those of zones do.
 */
export function areaOf(places: readonly Place[]): { type: string; coordinates: unknown } | undefined {
  const [first] = places;
  if (first === undefined) return undefined;
  if (isOne(places, first)) return { type: 'Point', coordinates: [first[0], first[1]] };
  const points = unrolled(places).map<Point>(([lon, lat]) => [lon, lat]);
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const lower = chain(points);
  const upper = chain(points.reverse());
  const ring = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  if (ring.length === 2) return { type: 'LineString', coordinates: ring };
  return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] };
}

/** The one place there is, or the middle of several. */
export function middleOf(places: readonly Place[]): Place {
  const first = places[0]!;
  if (isOne(places, first)) return first;
  let [lon, lat] = [0, 0];
  for (const [x, y] of unrolled(places)) {
    lon += x;
    lat += y;
  }
  lon = rounded(lon / places.length);
  return [lon < 180 ? lon : lon - 360, rounded(lat / places.length)];
}

function isOne(places: readonly Place[], [lon, lat]: Place): boolean {
  return places.every((place) => place[0] === lon && place[1] === lat);
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

/** One half of Andrew's monotone chain; places that are there twice count once. */
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
