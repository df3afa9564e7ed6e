/**
 * What comes in on a wire, made an observation or a problem. A message may come from one of our nodes, from a function
 * node, or from a file: nothing about it is certain.
 */
import { makeObservation, type DatastreamMeta, type Observation, type Place, type Quality, type Value } from './observation';
import { makeProblem, type Problem } from './problem';
import { shownValue } from './shown';
import { text } from './text';
import { areSeconds, isValidTime, parseTime } from './time';
import { toUcum } from './units';
import type { ZoneRef } from './zone';

/** Longest identity or name, and longest text of a reading, that is taken. */
const LONGEST_NAME = 2000;
const LONGEST_TEXT = 10_000;
const MOST_ZONES = 200;
const MOST_PROBLEMS = 1000;
const ANOTHER = makeProblem('kind', '', '', null);

type Fault = 'kind' | 'datastream' | 'property' | 'time' | 'seconds' | 'value' | 'place' | 'zones';

const QUALITIES: ReadonlySet<unknown> = new Set(['good', 'suspect', 'bad', 'missing']);

/** True for the answer of {@link readObservation} that is not an observation. */
export function isProblem(read: Observation | Problem): read is Problem {
  return 'code' in read;
}

/**
 * Reads one item. What already is an observation is given back as it is; text times, units as written and missing ids
 * are mended; the rest is a problem that says what is wrong.
 * @param language of the problem: "en-US" (default) or "th"
 */
export function readObservation(raw: unknown, language?: string): Observation | Problem {
  if (isObservation(raw)) return raw;
  if (typeof raw !== 'object' || raw === null) return fault('kind', raw, language, raw);
  try {
    if (Array.isArray(raw)) return fault('kind', raw, language, raw);
    return mend(raw as Record<string, unknown>, language);
  } catch {
    // a getter that throws, a proxy: not data
    return fault('kind', raw, language, raw);
  }
}

/**
 * Reads one item or an array of them.
 * @param problems what could not be used is added here
 * @returns the array itself where nothing had to be mended
 */
export function readObservations(payload: unknown, problems: Problem[], language?: string): readonly Observation[] {
  if (!Array.isArray(payload)) {
    const read = readObservation(payload, language);
    if (!isProblem(read)) return [read];
    problems.push(read);
    return [];
  }
  let good = 0;
  while (good < payload.length && isObservation(payload[good])) good++;
  if (good === payload.length) return payload as Observation[];
  const found = payload.slice(0, good) as Observation[];
  for (let i = good; i < payload.length; i++) {
    const read = readObservation(payload[i], language);
    if (!isProblem(read)) found.push(read);
    // of a million bad items each one is counted, but not each one described
    else problems.push(problems.length < MOST_PROBLEMS ? read : ANOTHER);
  }
  return found;
}

/** Metadata that was found to be in order; a batch shares a few objects. */
const goodMeta = new WeakSet<object>();
const goodZones = new WeakSet<object>();

function isObservation(raw: unknown): raw is Observation {
  if (typeof raw !== 'object' || raw === null) return false;
  try {
    return isWhole(raw);
  } catch {
    return false;
  }
}

function isWhole(raw: object): raw is Observation {
  const o = raw as Observation;
  const { value, timeEnd, unit, place, zones, quality, meta, thing } = o;
  return (
    isName(o.id) &&
    isName(o.datastream) &&
    isName(o.property) &&
    isValidTime(o.time) &&
    !areSeconds(o.time) &&
    (typeof value === 'number' ? Number.isFinite(value) : isOtherValue(value)) &&
    (timeEnd === undefined || isValidTime(timeEnd)) &&
    (unit === undefined || typeof unit === 'string') &&
    (thing === undefined || typeof thing === 'string') &&
    (quality === undefined || QUALITIES.has(quality)) &&
    (place === undefined || isPlace(place)) &&
    (zones === undefined || goodZones.has(zones) || areZones(zones)) &&
    (meta === undefined || goodMeta.has(meta) || isMeta(meta))
  );
}

function isName(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= LONGEST_NAME;
}

function isOtherValue(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= LONGEST_TEXT : typeof value === 'boolean' || typeof value === 'object';
}

function isPlace(place: unknown): place is Place {
  if (!Array.isArray(place) || place.length < 2) return false;
  const [lon, lat, height] = place as unknown[];
  return (
    typeof lon === 'number' &&
    typeof lat === 'number' &&
    lon >= -180 &&
    lon <= 180 &&
    lat >= -90 &&
    lat <= 90 &&
    (height === undefined || Number.isFinite(height))
  );
}

function areZones(zones: unknown): zones is readonly ZoneRef[] {
  if (!Array.isArray(zones) || zones.length > MOST_ZONES) return false;
  for (const zone of zones as unknown[]) {
    if (typeof zone !== 'object' || zone === null) return false;
    const { id, name, level } = zone as ZoneRef;
    if (!isName(id) || typeof name !== 'string' || typeof level !== 'string') return false;
  }
  goodZones.add(zones);
  return true;
}

function isMeta(meta: unknown): meta is DatastreamMeta {
  if (typeof meta !== 'object' || meta === null) return false;
  const { datastream, thing, property, interval, unit } = meta as Record<string, unknown>;
  const good =
    isPart(datastream, 'id') &&
    (thing === undefined || isPart(thing, 'id')) &&
    (property === undefined || isPart(property, 'name')) &&
    (unit === undefined || (typeof unit === 'object' && unit !== null)) &&
    (interval === undefined || Number.isFinite(interval));
  if (good) goodMeta.add(meta);
  return good;
}

function isPart(part: unknown, key: 'id' | 'name'): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { [key]: wanted, name } = part as Record<string, unknown>;
  return typeof wanted === 'string' && (name === undefined || typeof name === 'string');
}

function mend(raw: Record<string, unknown>, language: string | undefined): Observation | Problem {
  const meta = isMeta(raw['meta']) ? raw['meta'] : undefined;
  const datastream = raw['datastream'] ?? meta?.datastream.id;
  if (!isName(datastream)) return fault('datastream', raw, language);
  const property = raw['property'] ?? meta?.property?.name;
  if (!isName(property)) return fault('property', raw, language, undefined, datastream);
  if (areSeconds(raw['time'])) return fault('seconds', raw, language, raw['time'], datastream);
  const time = readTime(raw['time']);
  if (time === undefined) return fault('time', raw, language, raw['time'], datastream);
  const { value } = raw;
  if (typeof value === 'number' ? !Number.isFinite(value) : !isOtherValue(value)) {
    return fault('value', raw, language, value, datastream);
  }
  const place = readPlace(raw['place']);
  if (place === null) return fault('place', raw, language, raw['place'], datastream);
  const zones = raw['zones'] ?? undefined;
  if (zones !== undefined && !areZones(zones)) return fault('zones', raw, language, undefined, datastream);
  const { id, unit, thing, quality } = raw;
  return makeObservation({
    id: isName(id) ? id : typeof id === 'number' ? `${datastream}|${id}` : `${datastream}|${time}|${shortValue(value)}`,
    datastream,
    property,
    time,
    timeEnd: readTime(raw['timeEnd']),
    value: value as Value,
    unit: typeof unit === 'string' && unit !== '' ? (toUcum(unit) ?? unit.slice(0, 60)) : toUcum(meta?.unit),
    place,
    thing: isName(thing) ? thing : meta?.thing?.id,
    zones,
    quality: QUALITIES.has(quality) ? (quality as Quality) : value === null ? 'missing' : undefined,
    meta,
  });
}

function readTime(raw: unknown): number | undefined {
  if (isValidTime(raw)) return Math.round(raw);
  if (typeof raw === 'string') return parseTime(raw);
  if (raw instanceof Date && isValidTime(raw.getTime())) return raw.getTime();
  return undefined;
}

/** A place, `undefined` without one, or `null` for one that cannot be. GeoJSON points are understood. */
function readPlace(raw: unknown): Place | undefined | null {
  if (raw === undefined || raw === null) return undefined;
  if (isPlace(raw)) return raw;
  if (typeof raw === 'object' && 'coordinates' in raw && isPlace(raw.coordinates)) return raw.coordinates;
  return null;
}

function shortValue(value: unknown): string {
  return scalar(value)?.slice(0, 40) ?? 'record';
}

function scalar(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'boolean' || raw === null || raw === undefined ? String(raw) : undefined;
}

function fault(code: Fault, item: unknown, language: string | undefined, found?: unknown, datastream = ''): Problem {
  const parameters = {
    what: shownValue(found, language),
    datastream: datastream.length > 100 ? `${datastream.slice(0, 100)}…` : datastream,
  };
  return makeProblem(
    code,
    text(language, `reading.${code}.message`, parameters),
    text(language, `reading.${code}.hint`),
    item,
  );
}
