import { areSeconds, isValidTime } from '../ecdm/time';
import type { CityEvent, EventLimit } from '../ecdm/event';
import type { Problem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import { makeProblem } from '../ecdm/problem';
import { text } from '../ecdm/text';
import { statusToEvent } from './cep';

const KINDS: ReadonlySet<unknown> = new Set(['point', 'begin', 'end', 'nodata']);
const OPS: ReadonlySet<unknown> = new Set(['>', '>=', '<', '<=']);
const LIMIT_FIELDS: ReadonlySet<string> = new Set<keyof EventLimit>(['op', 'value', 'unit', 'method', 'over']);
const LONGEST = 1000;
const FIELDS: ReadonlySet<string> = new Set<keyof CityEvent>([
  'id', 'event', 'name', 'domain', 'key', 'keyName', 'stream', 'property', 'time', 'timeEnd', 'place', 'zones', 'value',
  'unit', 'limit', 'kind', 'source', 'lineage', 'simulated',
]); // prettier-ignore

const isId = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= LONGEST;
const isText = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value.length <= LONGEST);

function isPlace(value: unknown): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return false;
  const [lon, lat, height] = value as unknown[];
  if (typeof lon !== 'number' || typeof lat !== 'number' || (height !== undefined && typeof height !== 'number'))
    return false;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}

function isZones(value: unknown): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value) || value.length > 100) return false;
  return value.every((zone: unknown) => {
    const { id, name, level } = Object(zone) as Record<string, unknown>;
    return isId(id) && isId(name) && typeof level === 'string' && Object.keys(zone as object).length === 3;
  });
}

function isScalar(value: unknown): boolean {
  const type = typeof value;
  return type === 'number' || type === 'boolean' || value === null || isText(value);
}

/** As the event engine makes it: a handful of scalars, nothing hanging on it. */
function isLimit(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const field in value) if (!LIMIT_FIELDS.has(field)) return false;
  const limit = value as Record<keyof EventLimit, unknown>;
  return (
    OPS.has(limit.op) &&
    Number.isFinite(limit.value) &&
    isText(limit.unit) &&
    isText(limit.method) &&
    isText(limit.over)
  );
}

function isSource(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 100 && value.every(isId);
}

/**
 * An event just as our own nodes make it: it is used as it is, without a copy. Nothing else may hang on it, because
 * it is kept and written to the snapshot.
 */
function isCityEvent(item: object): item is CityEvent {
  const e = item as Record<keyof CityEvent, unknown>;
  for (const field in item) if (!FIELDS.has(field)) return false;
  return (
    KINDS.has(e.kind) &&
    isId(e.event) &&
    isId(e.id) &&
    isId(e.key) &&
    isId(e.stream) &&
    isId(e.name) &&
    isValidTime(e.time) &&
    !areSeconds(e.time) &&
    isText(e.keyName) &&
    isText(e.property) &&
    isText(e.unit) &&
    isLimit(e.limit) &&
    isText(e.domain) &&
    (e.timeEnd === undefined || typeof e.timeEnd === 'number') &&
    isScalar(e.value) &&
    isSource(e.source) &&
    (e.lineage === undefined || isSource(e.lineage)) &&
    (e.simulated === undefined || typeof e.simulated === 'boolean') &&
    isPlace(e.place) &&
    isZones(e.zones)
  );
}

/** Sorts what came into events (statuses of other rules become events) and problems. */
export function takeEvents(
  items: readonly unknown[],
  language: string | undefined,
  into: CityEvent[],
  problem: (problem: Problem) => void,
): void {
  for (const item of items) {
    let good = false;
    try {
      good =
        typeof item === 'object' &&
        item !== null &&
        Object.getPrototypeOf(item) === Object.prototype &&
        isCityEvent(item);
    } catch {
      // a getter that throws, a proxy: readItem names it
    }
    if (good) {
      into.push(item as CityEvent);
      continue;
    }
    const read = readItem(item, language);
    if ('code' in read) problem(read);
    else if (read.kind === 'event') {
      const { event } = read;
      if (event.stream === '') event.stream = `${event.event}|${event.key}`;
      into.push(event);
    } else if (read.kind === 'status') {
      const event = statusToEvent(read.status);
      if (event !== undefined) into.push(event);
    } else
      problem(makeProblem('no-event', text(language, 'problem.noEvent'), text(language, 'problem.noEventHint'), item));
  }
}
