import type { PlaceMapping } from '../../ecdm/mapping-schema';
import type { Place } from '../../ecdm/observation';
import { parseJson } from '../../ecdm/parse-json';
import { at, cellText, type Get, type Resolve, type Row } from './columns';

/** Place of a row. `undefined`: the row says none. `false`: what it says is not a place. */
export type GetPlace = (row: Row, thing: string) => Place | undefined | false;

/** Longitude and latitude in range, as a frozen place; text is read as a number. */
function toPlace(lon: unknown, lat: unknown, height?: unknown): Place | false {
  const x = degrees(lon);
  const y = degrees(lat);
  if (!(x >= -180 && x <= 180 && y >= -90 && y <= 90)) return false;
  const h = height === undefined || height === null || height === '' ? NaN : degrees(height);
  return Object.freeze(Number.isFinite(h) ? ([x, y, h] as const) : ([x, y] as const));
}

function degrees(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return NaN;
  return Number(value.trim().replace(',', '.'));
}

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/**
 * Compiles where the place comes from.
 * @returns the reader, or the name of a column that is not there
 */
export function compilePlace(place: PlaceMapping, resolve: Resolve): GetPlace | { missing: string } {
  switch (place.from) {
    case 'constant': {
      const constant = Object.freeze([...place.at]) as unknown as Place;
      return () => constant;
    }
    case 'columns':
      return fromColumns(place, resolve);
    case 'table': {
      const table = tableOf(place);
      const by = place.by === undefined ? undefined : resolve(place.by);
      if (place.by !== undefined && by === undefined) return { missing: place.by };
      return (row, thing) => table.get(by === undefined ? thing : (cellText(by(row)) ?? ''));
    }
    default: {
      const get = resolve(place.column);
      if (get === undefined) return { missing: place.column };
      const read = place.from === 'wkt' ? readWkt : readGeoJson;
      return (row) => {
        const cell = get(row);
        return isBlank(cell) ? undefined : read(cell);
      };
    }
  }
}

function fromColumns(
  place: Extract<PlaceMapping, { from: 'columns' }>,
  resolve: Resolve,
): GetPlace | { missing: string } {
  const lat = resolve(place.lat);
  if (lat === undefined) return { missing: place.lat };
  const lon = resolve(place.lon);
  if (lon === undefined) return { missing: place.lon };
  const height: Get | undefined = place.height === undefined ? undefined : resolve(place.height);
  // stations do not walk: most rows repeat the place of an earlier one
  const known = new Map<unknown, { x: unknown; h: unknown; place: Place }>();
  return (row) => {
    const y = lat(row);
    const x = lon(row);
    if (isBlank(y) && isBlank(x)) return undefined;
    const h = height?.(row);
    const before = known.get(y);
    if (before !== undefined && before.x === x && before.h === h) return before.place;
    const place = toPlace(x, y, h);
    if (place !== false) {
      if (known.size >= 10_000) known.clear();
      known.set(y, { x, h, place });
    }
    return place;
  };
}

/** The first position of a GeoJSON geometry, feature or bare coordinates (an object or its text). */
export function readGeoJson(cell: unknown): Place | false {
  let value = cell;
  if (typeof cell === 'string') {
    try {
      value = parseJson(cell);
    } catch {
      return false;
    }
  }
  if (typeof value === 'object' && value !== null && at(value, 'type') === 'Feature') value = at(value, 'geometry');
  let coordinates = Array.isArray(value) ? (value as unknown) : at(value, 'coordinates');
  for (let depth = 0; depth < 4 && Array.isArray(coordinates) && Array.isArray(coordinates[0]); depth++) {
    coordinates = coordinates[0] as unknown;
  }
  if (!Array.isArray(coordinates)) return false;
  const [lon, lat, height] = coordinates as unknown[];
  return typeof lon === 'number' && typeof lat === 'number' ? toPlace(lon, lat, height) : false;
}

const WKT = /^\s*(?:SRID=4326;)?\s*POINT\s*Z?\s*\(\s*([-+\d.eE]+)\s+([-+\d.eE]+)(?:\s+([-+\d.eE]+))?\s*\)\s*$/i;

/** `POINT (lon lat)`. */
export function readWkt(cell: unknown): Place | false {
  const match = typeof cell === 'string' && cell.length <= 200 ? WKT.exec(cell) : null;
  return match === null ? false : toPlace(match[1], match[2], match[3]);
}

const ID_NAMES = ['id', 'station', 'station_id', 'stationReference', 'code', 'name', 'thing', 'location'];

/** The look-up table of stations. */
function tableOf(place: Extract<PlaceMapping, { from: 'table' }>): Map<string, Place> {
  const table = new Map<string, Place>();
  for (const [id, coordinates] of Object.entries(place.points ?? {})) {
    const made = toPlace(...(coordinates as [number, number]));
    if (made !== false) table.set(id, made);
  }
  for (const feature of place.features?.features ?? []) {
    const made = readGeoJson(feature);
    if (made === false) continue;
    const properties = at(feature, 'properties');
    for (const name of place.id === undefined ? ID_NAMES : [place.id]) {
      const id = cellText(at(properties, name)) ?? cellText(at(feature, name));
      if (id !== undefined && !table.has(id)) table.set(id, made);
    }
  }
  for (const row of place.rows ?? []) {
    const made = toPlace(at(row, place.lon ?? 'lon'), at(row, place.lat ?? 'lat'));
    const id = (place.id === undefined ? ID_NAMES : [place.id])
      .map((name) => cellText(at(row, name)))
      .find((text) => text !== undefined);
    if (made !== false && id !== undefined) table.set(id, made);
  }
  return table;
}
