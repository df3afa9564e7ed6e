/** A Datastream as the flow knows it: identity, unit, place and names, read once and shared by its observations. */
import type { DatastreamMeta, Place } from '../../ecdm/observation';
import { parseTimeInterval } from '../../ecdm/time';
import { toUcum } from '../../ecdm/units';
import { keyFrom, keyText } from './links';
import { idOf, isRecord, pick, placeOf, type Raw, selfLinkOf, text } from './tolerant';

export interface StreamInfo {
  /** Key in addresses: `7` or `'text'`. */
  readonly key: string;
  /** Identity over all servers: root | key. */
  readonly id: string;
  readonly name: string;
  readonly property: string;
  readonly unit: string | undefined;
  readonly thing: string | undefined;
  readonly thingName: string | undefined;
  readonly place: Place | undefined;
  /** Texts that are numbers are numbers here. */
  readonly numeric: boolean;
  readonly meta: DatastreamMeta;
  /** Newest phenomenon time that the server knows, epoch milliseconds. */
  readonly newest: number | undefined;
}

/** Makes the identity of an entity: stable over re-reads, unique over servers. */
export function identity(root: string, key: string): string {
  return `${root}|${key.startsWith("'") ? decodeURIComponent(key.slice(1, -1)) : key}`;
}

const NOT_NUMBERS = /Category|Truth|Complex|Text|Boolean/i;

/**
 * Reads a Datastream (or MultiDatastream) with what was expanded into it.
 * @returns `undefined` where it has no id
 */
export function decodeDatastream(raw: unknown, root: string): StreamInfo | undefined {
  if (!isRecord(raw)) return undefined;
  const rawId = idOf(raw);
  const key = keyFrom(rawId, selfLinkOf(raw));
  if (key === undefined) return undefined;
  const propertyRaw = firstOf(pick(raw, 'ObservedProperty') ?? pick(raw, 'ObservedProperties'));
  const thingRaw = pick(raw, 'Thing');
  const sensorRaw = pick(raw, 'Sensor');
  const unit = unitOf(raw);
  const name = text(pick(raw, 'name')) ?? text(pick(raw, 'description')) ?? String(rawId ?? key);
  const property = (propertyRaw && text(pick(propertyRaw, 'name'))) ?? name;
  const thing = isRecord(thingRaw) ? thingRaw : undefined;
  const thingKey = thing && keyFrom(idOf(thing), selfLinkOf(thing));
  const thingId = thingKey && identity(root, thingKey);
  const thingName = thing && text(pick(thing, 'name'));
  const observationType = pick(raw, 'observationType');
  const resultType = pick(raw, 'resultType');
  const kind = `${typeof observationType === 'string' ? observationType : ''} ${isRecord(resultType) ? String(resultType['type']) : ''}`;
  const id = identity(root, key);
  return {
    key,
    id,
    name,
    property,
    unit: unit && toUcum(unit),
    thing: thingId,
    thingName,
    place: (thing && placeOfThing(thing)) ?? placeOf(pick(raw, 'observedArea')),
    numeric: !NOT_NUMBERS.test(kind),
    meta: Object.freeze({
      datastream: Object.freeze({ id, name }),
      thing: thingId ? Object.freeze({ id: thingId, name: thingName }) : undefined,
      property: Object.freeze({ name: property, definition: propertyRaw && text(pick(propertyRaw, 'definition')) }),
      sensor: isRecord(sensorRaw)
        ? Object.freeze({
            id: keyFrom(idOf(sensorRaw), selfLinkOf(sensorRaw)) ?? '',
            name: text(pick(sensorRaw, 'name')),
          })
        : undefined,
      unit: unit && Object.freeze(unit),
    }),
    newest: newestOf(pick(raw, 'phenomenonTime')),
  };
}

/** A Datastream of which nothing but the key is known yet. */
export function bareStream(root: string, key: string): StreamInfo {
  const id = identity(root, key);
  return {
    key,
    id,
    name: key,
    property: key,
    unit: undefined,
    thing: undefined,
    thingName: undefined,
    place: undefined,
    numeric: true,
    meta: Object.freeze({ datastream: Object.freeze({ id }) }),
    newest: undefined,
  };
}

function firstOf(raw: unknown): Raw | undefined {
  const item = Array.isArray(raw) ? (raw as unknown[])[0] : raw;
  return isRecord(item) ? item : undefined;
}

interface Unit {
  name?: string;
  symbol?: string;
  definition?: string;
}

/** unitOfMeasurement of version 1, `resultType.uom` of version 2. */
function unitOf(raw: Raw): Unit | undefined {
  const old = firstOf(pick(raw, 'unitOfMeasurement') ?? pick(raw, 'unitOfMeasurements'));
  if (old) {
    const unit = { name: text(old['name']), symbol: text(old['symbol']), definition: text(old['definition']) };
    return (unit.name ?? unit.symbol ?? unit.definition) ? unit : undefined;
  }
  const resultType = pick(raw, 'resultType');
  const uom = isRecord(resultType) ? resultType['uom'] : undefined;
  if (!isRecord(uom)) return undefined;
  const code = text(uom['code']);
  return { name: text(uom['label']), symbol: text(uom['symbol']) ?? code, definition: code && `ucum:${code}` };
}

/** Of several Locations the first point, else the first that can be read. */
function placeOfThing(thing: Raw): Place | undefined {
  const locations = pick(thing, 'Locations');
  if (!Array.isArray(locations)) return undefined;
  let any: Place | undefined;
  for (const item of (locations as unknown[]).slice(0, 20)) {
    const geometry = isRecord(item) ? pick(item, 'location') : undefined;
    const place = placeOf(geometry);
    if (place && isRecord(geometry) && geometry['type'] === 'Point') return place;
    any ??= place;
  }
  return any;
}

function newestOf(raw: unknown): number | undefined {
  const span = parseTimeInterval(raw);
  return span?.end ?? span?.start;
}

/** The key of an id that the form saved: a number in digits is a number only where the server wrote it so. */
export function savedKey(id: unknown): string | undefined {
  if (typeof id === 'number') return keyText(id);
  if (typeof id !== 'string' || id === '' || id.length > 500) return undefined;
  return /^-?\d+$/.test(id) || /^'.*'$/.test(id) ? id : keyText(id);
}
