import Papa from 'papaparse';
import type { Place } from '../ecdm/observation';

/** Places by the id of a Datastream, a Thing or a stream of events. */
export type Places = ReadonlyMap<string, Place>;

/** Rows of a table of places that are read. */
const MOST_PLACES = 100_000;
const LONGEST_ID = 1000;

const IDS = ['sensor', 'id', 'datastream', 'thing', 'station', 'name'];
const LONS = ['lon', 'lng', 'long', 'longitude', 'x'];
const LATS = ['lat', 'latitude', 'y'];

/**
 * Reads a table of places: rows `{ sensor, lon, lat }`, an object `{ sensor: [lon, lat] }`, or CSV text whose first
 * line names the columns.
 * @returns the places, and how many rows could not be used
 */
export function readPlaces(raw: unknown): { places: Map<string, Place>; bad: number } {
  const places = new Map<string, Place>();
  let bad = 0;
  for (const [id, lon, lat] of rowsOf(raw)) {
    const place = placeOf(lon, lat);
    if (typeof id === 'string' && id !== '' && id.length <= LONGEST_ID && place && places.size < MOST_PLACES) {
      places.set(id, place);
    } else bad++;
  }
  return { places, bad };
}

type Row = [id: unknown, lon: unknown, lat: unknown];

function rowsOf(raw: unknown): Row[] {
  if (typeof raw === 'string') {
    const { data } = Papa.parse<Record<string, unknown>>(raw.trim(), { header: true, skipEmptyLines: true });
    return data.map(rowOf);
  }
  if (Array.isArray(raw)) return (raw as unknown[]).map(rowOf);
  if (typeof raw !== 'object' || raw === null) return [];
  return Object.entries(raw).map(([id, place]) => {
    const [lon, lat] = Array.isArray(place) ? (place as unknown[]) : [];
    return [id, lon, lat];
  });
}

function rowOf(raw: unknown): Row {
  const fields = new Map(
    Object.entries(Object(raw) as object).map(([name, value]) => [name.trim().toLowerCase(), value as unknown]),
  );
  const find = (names: readonly string[]): unknown => fields.get(names.find((name) => fields.has(name)) ?? '');
  const id = find(IDS);
  return [typeof id === 'number' ? String(id) : id, find(LONS), find(LATS)];
}

function placeOf(rawLon: unknown, rawLat: unknown): Place | undefined {
  const [lon, lat] = [rawLon, rawLat].map((raw) =>
    typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw,
  ) as [unknown, unknown];
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
}
