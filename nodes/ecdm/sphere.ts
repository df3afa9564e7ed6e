/** Distances on the ground: the earth as a sphere of its mean radius (IUGG), at most 0.6 % off the ellipsoid. */
import type { Place } from './observation';

/** Metres. */
export const EARTH_RADIUS = 6_371_008.8;

const RADIANS = Math.PI / 180;

/** Metres per degree of latitude. */
export const METRES_PER_DEGREE = EARTH_RADIUS * RADIANS;

/** Metres between two places along the great circle. */
export function distance(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const dLat = Math.sin(((lat2 - lat1) * RADIANS) / 2);
  const dLon = Math.sin(((lon2 - lon1) * RADIANS) / 2);
  const h = dLat * dLat + dLon * dLon * Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS);
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Whether two places are at most some metres apart, as rules and filters mean "within". */
export function isWithin(metres: number, a: Place, b: Place): boolean {
  return distance(a[0], a[1], b[0], b[1]) <= metres;
}

/**
 * Where one arrives who goes some metres from a place.
 * @param bearing degrees, clockwise from north
 * @returns longitude within half a turn of the start, so that it can lie past 180 degrees
 */
export function destination([lon, lat]: Place, metres: number, bearing: number): [number, number] {
  const angle = metres / EARTH_RADIUS;
  const [phi, theta] = [lat * RADIANS, bearing * RADIANS];
  const sin = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(theta);
  const turn = Math.atan2(Math.sin(theta) * Math.sin(angle) * Math.cos(phi), Math.cos(angle) - Math.sin(phi) * sin);
  return [lon + turn / RADIANS, Math.asin(Math.max(-1, Math.min(1, sin))) / RADIANS];
}

/** Degrees clockwise from north in which a great circle leaves a place for another. */
export function bearing([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const [p, q, d] = [lat1 * RADIANS, lat2 * RADIANS, (lon2 - lon1) * RADIANS];
  const y = Math.sin(d) * Math.cos(q);
  const x = Math.cos(p) * Math.sin(q) - Math.sin(p) * Math.cos(q) * Math.cos(d);
  return Math.atan2(y, x) / RADIANS;
}

/** Metres from a place to the nearest point of the stretch of a great circle between two others. */
export function distanceToStretch(lon: number, lat: number, [aLon, aLat]: Place, [bLon, bLat]: Place): number {
  const toA = distance(lon, lat, aLon, aLat);
  const toB = distance(lon, lat, bLon, bLat);
  const length = distance(aLon, aLat, bLon, bLat);
  if (length === 0) return toA;
  const off = (bearing([aLon, aLat], [lon, lat]) - bearing([aLon, aLat], [bLon, bLat])) * RADIANS;
  const angle = toA / EARTH_RADIUS;
  const across = Math.asin(Math.max(-1, Math.min(1, Math.sin(angle) * Math.sin(off))));
  // how far along the stretch the foot of the perpendicular lies
  const along = Math.atan2(Math.sin(angle) * Math.cos(off), Math.cos(angle)) * EARTH_RADIUS;
  return along < 0 || along > length ? Math.min(toA, toB) : Math.abs(across) * EARTH_RADIUS;
}

/**
 * Places beside each other, without a jump at the antimeridian: of the ways around the earth the one that leaves out the
 * widest gap, so that longitudes can go on past 180 degrees.
 */
export function unrolled(places: readonly Place[]): readonly Place[] {
  let west = Infinity;
  let east = -Infinity;
  for (let i = 0; i < places.length; i++) {
    const lon = places[i]![0];
    if (lon < west) west = lon;
    if (lon > east) east = lon;
  }
  if (!(east - west > 180)) return places;
  const lons = places.map(([lon]) => lon).sort((a, b) => a - b);
  let [start, widest] = [west, west + 360 - east];
  for (let i = 1; i < lons.length; i++) {
    const gap = lons[i]! - lons[i - 1]!;
    if (gap > widest) [start, widest] = [lons[i]!, gap];
  }
  return places.map(([lon, lat]) => [lon < start ? lon + 360 : lon, lat]);
}
