/**
 * The one reader of places: GeoJSON geometries, Features and collections, JSON-FG, GeoPose and WKT, whatever a server
 * has put into `location`, `feature` or `observedArea`. The reference system is always WGS84, longitude first.
 */
import type { Place } from '../../../ecdm/observation';
import { isRecord, pick, type Raw, text } from '../tolerant';
import { readWkt } from './wkt';

export interface Geometry {
  /** A point that stands for all of it: of areas the centroid of the largest, of lines the mean. */
  readonly place: Place;
  readonly kind: 'point' | 'line' | 'area';
  /** Square degrees of the box around it, to find the smallest of several. */
  readonly size: number;
}

/** Deepest nesting of collections that is followed, and points of one geometry that are looked at. */
const DEPTH = 6;
const MOST_POINTS = 100_000;

/**
 * Reads any geometry.
 * @returns `undefined` where there is none (also `{}` and `EMPTY`) or it does not lie on the earth
 */
export function readGeometry(raw: unknown, depth = 0): Geometry | undefined {
  if (depth > DEPTH) return undefined;
  if (typeof raw === 'string') return readText(raw, depth);
  if (!isRecord(raw)) return undefined;
  const inner = raw['geometry'] ?? jsonFgPlace(raw);
  if (isRecord(inner) || typeof inner === 'string') return readGeometry(inner, depth + 1);
  const parts = raw['geometries'] ?? raw['features'];
  if (Array.isArray(parts)) return largest((parts as unknown[]).slice(0, 1000).map((p) => readGeometry(p, depth + 1)));
  const coordinates = pick(raw, 'coordinates');
  if (Array.isArray(coordinates)) return byType(text(pick(raw, 'type')) ?? 'Point', coordinates as unknown[]);
  return ofPoint(geoPose(raw));
}

/** One point for any geometry. */
export function placeOf(raw: unknown): Place | undefined {
  return readGeometry(raw)?.place;
}

/** True where latitude and longitude were probably written in the wrong order: the latitude lies beyond the pole. */
export function isSwapped(raw: unknown): boolean {
  const point = firstPosition(isRecord(raw) ? (raw['geometry'] ?? raw) : raw);
  if (point === undefined) return false;
  const [lon, lat] = point;
  return Math.abs(lat) > 90 && Math.abs(lat) <= 180 && Math.abs(lon) <= 90;
}

function firstPosition(raw: unknown): readonly [number, number] | undefined {
  let at: unknown = isRecord(raw) ? pick(raw, 'coordinates') : raw;
  for (let depth = 0; depth < DEPTH && Array.isArray(at); depth++) {
    const [lon, lat] = at as unknown[];
    if (typeof lon === 'number' && typeof lat === 'number') return [lon, lat];
    at = lon;
  }
  return undefined;
}

/** WKT, or GeoJSON that a server has stored as text. */
function readText(raw: string, depth: number): Geometry | undefined {
  const trimmed = raw.trim();
  if (trimmed.length > 2_000_000) return undefined;
  if (trimmed.startsWith('{')) {
    try {
      return readGeometry(JSON.parse(trimmed), depth + 1);
    } catch {
      return undefined;
    }
  }
  const wkt = readWkt(trimmed);
  return wkt && byType(wkt.type, wkt.coordinates);
}

/** `place` of JSON-FG: only where it is in our reference system, else the `geometry` beside it has the answer. */
function jsonFgPlace(raw: Raw): unknown {
  const crs = raw['coordRefSys'];
  return crs === undefined || /CRS84|4326|4979/.test(JSON.stringify(crs)) ? raw['place'] : undefined;
}

/** OGC GeoPose: `{ position: { lat, lon, h } }`; a bare position, too. */
function geoPose(raw: Raw): Place | undefined {
  const position = isRecord(raw['position']) ? raw['position'] : raw;
  const lat = position['lat'] ?? position['latitude'];
  const lon = position['lon'] ?? position['lng'] ?? position['longitude'];
  return validPlace([lon, lat, position['h'] ?? position['altitude']]);
}

function ofPoint(place: Place | undefined): Geometry | undefined {
  return place && { place, kind: 'point', size: 0 };
}

/** A position that lies on the earth; the height is kept. */
function validPlace(point: unknown): Place | undefined {
  if (!Array.isArray(point)) return undefined;
  const [lon, lat, height] = point as unknown[];
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return undefined;
  return typeof height === 'number' && Number.isFinite(height) ? [lon, lat, height] : [lon, lat];
}

function byType(type: string, coordinates: readonly unknown[]): Geometry | undefined {
  switch (type.toLowerCase()) {
    case 'point':
      return ofPoint(validPlace(coordinates));
    case 'multipoint':
      // a set of one is a point
      return coordinates.length === 1 ? ofPoint(validPlace(coordinates[0])) : ofLine(coordinates);
    case 'linestring':
      return ofLine(coordinates);
    case 'multilinestring':
      return largest(coordinates.map((line) => ofLine(line)));
    case 'polygon':
      return ofRing(coordinates[0]);
    case 'multipolygon':
      return largest(coordinates.map((polygon) => (Array.isArray(polygon) ? ofRing(polygon[0]) : undefined)));
    default:
      return undefined;
  }
}

function largest(parts: readonly (Geometry | undefined)[]): Geometry | undefined {
  let best: Geometry | undefined;
  for (const part of parts) if (part && (best === undefined || part.size > best.size)) best = part;
  return best;
}

function positions(raw: unknown): Place[] {
  if (!Array.isArray(raw)) return [];
  const found: Place[] = [];
  for (const item of (raw as unknown[]).slice(0, MOST_POINTS)) {
    const place = validPlace(item);
    if (place) found.push(place);
  }
  return found;
}

function ofLine(raw: unknown): Geometry | undefined {
  const points = positions(raw);
  if (points.length === 0) return undefined;
  return { place: mean(points), kind: 'line', size: boxOf(points) };
}

function mean(points: readonly Place[]): Place {
  let [x, y] = [0, 0];
  for (const [lon, lat] of points) [x, y] = [x + lon, y + lat];
  return [x / points.length, y / points.length];
}

/** Centroid of the outer ring (holes hardly move it); a ring without area gives its mean. */
function ofRing(raw: unknown): Geometry | undefined {
  const points = positions(raw);
  if (points.length === 0) return undefined;
  const [x0, y0] = points[0]!;
  let [area, x, y] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) {
    // measured from the first point: small areas far from the origin keep their digits
    const [x1, y1] = [points[i]![0] - x0, points[i]![1] - y0];
    const next = points[(i + 1) % points.length]!;
    const [x2, y2] = [next[0] - x0, next[1] - y0];
    const cross = x1 * y2 - x2 * y1;
    [area, x, y] = [area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross];
  }
  const place: Place = Math.abs(area) < 1e-18 ? mean(points) : [x0 + x / (3 * area), y0 + y / (3 * area)];
  return { place, kind: 'area', size: boxOf(points) };
}

function boxOf(points: readonly Place[]): number {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
  }
  return (east - west) * (north - south);
}
