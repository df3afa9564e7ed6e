/**
 * Places as CAP has them: "lat,lon" (the other way round than GeoJSON), rings that close, circles in kilometres. CAP knows no
 * holes: they are left out, so that the area warned is larger, and that is said. Pure.
 */
import { LIMITS, polygonsOf, type Zone } from '../../city-zones/zones/model';
import { outlineOf } from '../../city-zones/zones/outline';
import type { Place } from '../../ecdm/observation';
import { distance } from '../../ecdm/sphere';
import { reduced } from './reduce';

export interface Shape {
  polygons: string[];
  circles: string[];
  /** What had to be done: keys of the texts under `note.`. */
  notes: ('holes' | 'simplified' | 'rounded' | 'none')[];
}

/** Most corners of a ring, with the one that closes it: gateways to phones take about a hundred. */
const MOST_CORNERS = 100;
const MOST_POLYGONS = 50;
/** About a metre. */
const DECIMALS = 5;

/** @param geometry GeoJSON; anything may be in it  @param radius metres around a single point */
export function shapeOf(geometry: unknown, place: Place | undefined, radius: number): Shape {
  const shape: Shape = { polygons: [], circles: [], notes: [] };
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : undefined;
  if (Array.isArray(polygons) && polygons.length > MOST_POLYGONS) addAround(shape, polygons);
  else if (Array.isArray(polygons)) for (const polygon of polygons as unknown[]) addPolygon(shape, polygon);
  else {
    const places = placesIn(coordinates, 0);
    if (places.length > 1) shape.circles.push(around(places, radius));
    else if (places.length === 1) shape.circles.push(circle(places[0]!, radius));
  }
  if (shape.polygons.length + shape.circles.length > 0) return shape;
  if (place !== undefined) shape.circles.push(circle(place, radius));
  else note(shape, 'none');
  return shape;
}

/** @param zones at least one */
export function shapeOfZones(zones: readonly Zone[]): Shape {
  const shape: Shape = { polygons: [], circles: [], notes: [] };
  if (zones.length > MOST_POLYGONS) {
    addAround(shape, zones.map((zone) => polygonsOf(outlineOf(zone.shape)))); // prettier-ignore
    return shape;
  }
  for (const zone of zones) {
    // a circle is one for CAP, too
    if (zone.shape.type === 'Circle') {
      shape.circles.push(circle(zone.shape.center, zone.shape.radius));
      continue;
    }
    const { polygons, circles, notes } = shapeOf(outlineOf(zone.shape), undefined, 0);
    shape.polygons.push(...polygons);
    shape.circles.push(...circles);
    for (const one of notes) note(shape, one);
  }
  return shape;
}

/** One circle around more than CAP can be told of one by one: nobody is left out. */
function addAround(shape: Shape, coordinates: unknown): void {
  const places = placesIn(coordinates, 0);
  if (places.length === 0) return;
  shape.circles.push(around(places, 0));
  note(shape, 'rounded');
}

function addPolygon(shape: Shape, polygon: unknown): void {
  if (!Array.isArray(polygon)) return;
  const given = placesIn(polygon[0], 0);
  const ring = given.length > 1 && isSame(given[0]!, given.at(-1)!) ? given.slice(0, -1) : given;
  if (ring.length < 3) return;
  if (polygon.length > 1) note(shape, 'holes');
  const closed = onMap([...ring, ring[0]!]);
  const few = closed === undefined ? undefined : reduced(closed, MOST_CORNERS);
  if (closed === undefined || few === undefined) {
    shape.circles.push(around(ring, 0));
    note(shape, 'rounded');
    return;
  }
  if (few.length < closed.length) note(shape, 'simplified');
  const pairs = few.map(pair);
  if (new Set(pairs).size >= 3) shape.polygons.push(pairs.join(' '));
  else shape.circles.push(circle(closed[0]!, 1));
}

/** Longitudes up to 180; `undefined` for a ring over the 180th meridian, which would be read as one around the world. */
function onMap(ring: readonly Place[]): [number, number][] | undefined {
  const east = ring.reduce((most, [lon]) => Math.max(most, lon), -Infinity);
  const west = ring.reduce((least, [lon]) => Math.min(least, lon), Infinity);
  if (east - west > 180) return undefined;
  const turn = east > 180 && west >= 180 ? -360 : west < -180 && east <= -180 ? 360 : 0;
  return east + turn > 180 || west + turn < -180 ? undefined : ring.map(([lon, lat]) => [lon + turn, lat]);
}

function note(shape: Shape, one: Shape['notes'][number]): void {
  if (!shape.notes.includes(one)) shape.notes.push(one);
}

/** All places in nested coordinates; no more than a list of zones may have. */
function placesIn(raw: unknown, depth: number): Place[] {
  if (!Array.isArray(raw) || depth > 4) return [];
  const [lon, lat] = raw as unknown[];
  if (typeof lon === 'number' && typeof lat === 'number') {
    // outlines over the 180th meridian go on past it
    return Math.abs(lon) <= 540 && Math.abs(lat) <= 90 ? [[lon, lat]] : [];
  }
  return (raw as unknown[]).slice(0, LIMITS.positions).flatMap((one) => placesIn(one, depth + 1));
}

const isSame = (a: Place, b: Place): boolean => a[0] === b[0] && a[1] === b[1];

/** "lat,lon". */
function pair([lon, lat]: Place): string {
  return `${plain(lat)},${plain(Math.abs(lon) > 180 ? lon - 360 * Math.round(lon / 360) : lon)}`;
}

/** Rounded to about a metre, so that it is never written as 1e-7; and no "-0". */
function plain(degrees: number): string {
  return String(Number(degrees.toFixed(DECIMALS)) + 0);
}

function circle(centre: Place, metres: number): string {
  return `${pair(centre)} ${Math.max(0.01, Math.ceil(metres / 10) / 100)}`;
}

/** A circle around all of them: about their middle, as wide as the farthest. */
function around(places: readonly Place[], atLeast: number): string {
  const x = places.reduce((sum, [lon, lat]) => sum + Math.cos(rad(lat)) * Math.cos(rad(lon)), 0);
  const y = places.reduce((sum, [lon, lat]) => sum + Math.cos(rad(lat)) * Math.sin(rad(lon)), 0);
  const z = places.reduce((sum, [, lat]) => sum + Math.sin(rad(lat)), 0);
  const middle: Place = [(Math.atan2(y, x) * 180) / Math.PI, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI];
  const farthest = places.reduce((far, [lon, lat]) => Math.max(far, distance(middle[0], middle[1], lon, lat)), 0);
  return circle(middle, Math.max(atLeast, farthest));
}

const rad = (degrees: number): number => (degrees * Math.PI) / 180;
