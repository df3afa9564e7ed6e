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
  const points = inOrder(unrolled(places));
  const ring = chain(points, []);
  // a ring goes on to its first place again, which closes it: a line is there and back
  chain(points.reverse(), ring);
  ring.push(ring[0]!);
  if (ring.length === 3) return { type: 'LineString', coordinates: ring.slice(0, 2) };
  return { type: 'Polygon', coordinates: [ring] };
}

/** So many places are put in order fastest by looking for the place of each among those before. */
const FEW = 32;

/** Places by longitude, then latitude; without heights. */
function inOrder(places: readonly Place[]): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < places.length; i++) {
    const point: Point = [places[i]![0], places[i]![1]];
    let at = i;
    if (places.length <= FEW) for (; at > 0 && order(points[at - 1]!, point) > 0; at--) points[at] = points[at - 1]!;
    points[at] = point;
  }
  return places.length <= FEW ? points : points.sort(order);
}

function order(a: Point, b: Point): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** The one place there is, or the middle of several. */
export function middleOf(places: readonly Place[]): Place {
  const first = places[0]!;
  if (isOne(places, first)) return first;
  let lon = 0;
  let lat = 0;
  const all = unrolled(places);
  for (let i = 0; i < all.length; i++) {
    lon += all[i]![0];
    lat += all[i]![1];
  }
  lon = rounded(lon / places.length);
  return [lon < 180 ? lon : lon - 360, rounded(lat / places.length)];
}

function isOne(places: readonly Place[], first: Place): boolean {
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!;
    if (place !== first && (place[0] !== first[0] || place[1] !== first[1])) return false;
  }
  return true;
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

/**
 * One half of Andrew's monotone chain; places that are there twice count once.
 * @param hull gets the corners but for the last one, which the other half begins with
 */
function chain(points: readonly Point[], hull: Point[]): Point[] {
  const start = hull.length + 2;
  for (let i = 0; i < points.length; i++) {
    const p = points[i]!;
    while (hull.length >= start && cross(hull[hull.length - 2]!, hull[hull.length - 1]!, p) <= 0) hull.pop();
    hull.push(p);
  }
  hull.pop();
  return hull;
}

function cross(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
