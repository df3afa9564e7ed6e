/** Reading JSON of servers that misspell: keys in any case, with blanks or underscores. */
import type { Place } from '../../ecdm/observation';

export type Raw = Readonly<Record<string, unknown>>;

export function isRecord(raw: unknown): raw is Raw {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** A field by its name; where it is not there, by any spelling that differs in case, blanks and underscores. */
export function pick(raw: Raw, name: string): unknown {
  if (Object.hasOwn(raw, name)) return raw[name];
  const wanted = plain(name);
  for (const key of Object.keys(raw)) if (key.length < 100 && plain(key) === wanted) return raw[key];
  return undefined;
}

function plain(key: string): string {
  return key.replace(/[\s_]/g, '').toLowerCase();
}

/** Texts, with "null" and blanks as nothing. */
export function text(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined;
  const trimmed = raw.trim();
  return trimmed === '' || trimmed === 'null' ? undefined : trimmed.slice(0, 500);
}

/** `@iot.id` of version 1, `id` of version 2. */
export function idOf(raw: Raw): string | number | undefined {
  const id = raw['@iot.id'] ?? raw['id'] ?? pick(raw, '@iot.id');
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/** `@iot.selfLink` of version 1, `@id` of version 2. */
export function selfLinkOf(raw: Raw): unknown {
  return raw['@iot.selfLink'] ?? raw['@id'] ?? pick(raw, '@iot.selfLink');
}

/** Deepest nesting of coordinates and collections that is followed. */
const DEPTH = 6;

/**
 * One point for any geometry: a GeoJSON geometry or Feature, or WKT. Areas give the mean of their outer ring.
 * @returns `undefined` where there is none or it does not lie on the earth
 */
export function placeOf(raw: unknown, depth = 0): Place | undefined {
  if (typeof raw === 'string') return fromWkt(raw);
  if (!isRecord(raw) || depth > DEPTH) return undefined;
  if (isRecord(raw['geometry'])) return placeOf(raw['geometry'], depth + 1);
  if (Array.isArray(raw['geometries'])) return placeOf((raw['geometries'] as unknown[])[0], depth + 1);
  const { coordinates } = raw;
  if (!Array.isArray(coordinates)) return undefined;
  return raw['type'] === 'Point' ? valid(coordinates as unknown[]) : mean(coordinates as unknown[], 0);
}

function fromWkt(wkt: string): Place | undefined {
  const match = /^\s*(?:SRID=4326;)?POINT\s*Z?\s*\(\s*([^()]{1,100})\)\s*$/i.exec(wkt);
  return match ? valid(match[1]!.trim().split(/\s+/).map(Number)) : undefined;
}

function valid(point: readonly unknown[]): Place | undefined {
  const [lon, lat, height] = point;
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return undefined;
  return typeof height === 'number' && Number.isFinite(height) ? [lon, lat, height] : [lon, lat];
}

/** Mean of the first ring (or line) found. */
function mean(coordinates: readonly unknown[], depth: number): Place | undefined {
  if (depth > DEPTH || !Array.isArray(coordinates[0])) return undefined;
  if (Array.isArray((coordinates[0] as unknown[])[0])) return mean(coordinates[0] as unknown[], depth + 1);
  let [x, y, n] = [0, 0, 0];
  const points = coordinates as unknown[][];
  const [first, last] = [points[0]!, points[points.length - 1]!];
  // a ring names its first point twice
  const closed = points.length > 1 && first[0] === last[0] && first[1] === last[1];
  for (const point of closed ? points.slice(0, -1) : points) {
    const place = valid(point);
    if (place) [x, y, n] = [x + place[0], y + place[1], n + 1];
  }
  return n > 0 ? [x / n, y / n] : undefined;
}
