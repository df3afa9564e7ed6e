/**
 * Places as CAP has them: "lat,lon" (the other way round than GeoJSON), rings that close, circles in kilometres. CAP knows no
 * holes: they are left out, so that the area warned is larger, and that is said. Pure.
 */
import type { Place } from '../../ecdm/observation';
import { distance } from '../../ecdm/sphere';

export interface Shape {
  polygons: string[];
  circles: string[];
  /** What had to be done: keys of the texts under `note.`. */
  notes: ('holes' | 'rounded' | 'none')[];
}

/** Most corners of a ring; a larger one is told as the circle around it. */
const MOST_CORNERS = 1000;
const MOST_POLYGONS = 50;
/** About a metre. */
const DECIMALS = 5;

/** @param geometry GeoJSON; anything may be in it  @param radius metres around a single point */
export function shapeOf(geometry: unknown, place: Place | undefined, radius: number): Shape {
  const shape: Shape = { polygons: [], circles: [], notes: [] };
  const { type, coordinates } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : undefined;
  if (Array.isArray(polygons)) {
    for (const polygon of polygons.slice(0, MOST_POLYGONS) as unknown[]) addPolygon(shape, polygon);
    if (polygons.length > MOST_POLYGONS) note(shape, 'rounded');
  } else {
    const places = placesIn(coordinates, 0);
    if (places.length > 1) shape.circles.push(around(places, radius));
    else if (places.length === 1) shape.circles.push(circle(places[0]!, radius));
  }
  if (shape.polygons.length + shape.circles.length > 0) return shape;
  if (place !== undefined) shape.circles.push(circle(place, radius));
  else note(shape, 'none');
  return shape;
}

function addPolygon(shape: Shape, polygon: unknown): void {
  if (!Array.isArray(polygon)) return;
  const ring = placesIn(polygon[0], 0);
  if (ring.length < 3) return;
  if (polygon.length > 1) note(shape, 'holes');
  const closed = isSame(ring[0]!, ring.at(-1)!) ? ring : [...ring, ring[0]!];
  const pairs = closed.map(pair);
  // a ring over the 180th meridian would be read as one around the other side of the world
  const east = closed.reduce((most, [lon]) => Math.max(most, lon), -180);
  const west = closed.reduce((least, [lon]) => Math.min(least, lon), 180);
  if (closed.length > MOST_CORNERS || east - west > 180) {
    shape.circles.push(around(closed, 0));
    note(shape, 'rounded');
  } else if (new Set(pairs).size >= 3) shape.polygons.push(pairs.join(' '));
  else shape.circles.push(circle(closed[0]!, 1));
}

function note(shape: Shape, one: Shape['notes'][number]): void {
  if (!shape.notes.includes(one)) shape.notes.push(one);
}

/** All places in nested coordinates; a bounded number. */
function placesIn(raw: unknown, depth: number): Place[] {
  if (!Array.isArray(raw) || depth > 4) return [];
  const [lon, lat] = raw as unknown[];
  if (typeof lon === 'number' && typeof lat === 'number') {
    return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [[lon, lat]] : [];
  }
  return (raw as unknown[]).slice(0, 20_000).flatMap((one) => placesIn(one, depth + 1));
}

const isSame = (a: Place, b: Place): boolean => a[0] === b[0] && a[1] === b[1];

/** "lat,lon". */
function pair([lon, lat]: Place): string {
  return `${plain(lat)},${plain(lon)}`;
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
