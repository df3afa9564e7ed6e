/** A Datastream as the flow knows it: identity, unit, place and names, read once and shared by its observations. */
import type { DatastreamMeta, Place } from '../../ecdm/observation';
import { parseTimeInterval } from '../../ecdm/time';
import { keyFrom, keyText } from './links';
import { type Component, componentsOf, isDefinedBy, isNumeric, propertiesOf } from './model/components';
import { isSwapped, readGeometry } from './model/geometry';
import { anySwapped, placeOfLocations } from './model/location';
import { readUnit } from './model/unit';
import { idOf, isRecord, pick, type Raw, selfLinkOf, text, textAt } from './tolerant';

export interface StreamInfo {
  /** Key in addresses: `7` or `'text'`; of a MultiDatastream with its set: `MultiDatastreams(7)`. */
  readonly key: string;
  /** The entity in an address: `Datastreams(7)` or `MultiDatastreams(7)`. */
  readonly path: string;
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
  /** Several properties in one result (MultiDatastream, DataRecord), in the order of the result. */
  readonly components?: readonly Component[];
  /** Each component as a Datastream of its own, for readers that want them apart. */
  readonly parts?: readonly StreamInfo[];
  /** The Thing says of itself that it moves: its place depends on the time. */
  readonly moving?: boolean;
  /** The Thing in an address: `Things(3)`. */
  readonly thingPath?: string;
  /** What is strange about it; each is to be told once. */
  readonly notes?: readonly StreamNote[];
}

/** Something about a Datastream that a person should know: a key of the texts, with what to fill in. */
export interface StreamNote {
  readonly code: 'unit-unknown' | 'place-swapped';
  readonly what: string;
}

export interface DatastreamOptions {
  /** Where people's name of a Thing or Datastream lies when `name` is none: `properties.monitoringLocationName`. */
  readonly nameFrom?: string;
}

/** Makes the identity of an entity: stable over re-reads, unique over servers. */
function identity(root: string, key: string): string {
  return `${root}|${key.startsWith("'") ? decodeURIComponent(key.slice(1, -1)) : key}`;
}

/** A Datastream in an address, from its key. */
export function pathOfKey(key: string): string {
  return key.startsWith('MultiDatastreams(') ? key : `Datastreams(${key})`;
}

/**
 * Reads a Datastream or MultiDatastream of any version with what was expanded into it.
 * @returns `undefined` where it has no id
 */
export function decodeDatastream(raw: unknown, root: string, options: DatastreamOptions = {}): StreamInfo | undefined {
  if (!isRecord(raw)) return undefined;
  const key = streamKey(raw);
  if (key === undefined) return undefined;
  const components = componentsOf(raw);
  const properties = propertiesOf(raw);
  const resultType = pick(raw, 'resultType');
  const swe = isRecord(resultType) ? resultType : {};
  const propertyRaw = properties.find((one) => isDefinedBy(one, text(swe['definition']))) ?? properties[0];
  const name = nameOf(raw, options.nameFrom) ?? text(pick(raw, 'description')) ?? String(idOf(raw) ?? key);
  const property = components ? name : ((propertyRaw && text(pick(propertyRaw, 'name'))) ?? text(swe['label']) ?? name);
  const unit = components ? undefined : readUnit(pick(raw, 'unitOfMeasurement') ?? swe['uom'], property);
  const thing = thingOf(raw, root, options.nameFrom);
  const place = thing?.place ?? readGeometry(pick(raw, 'observedArea'))?.place;
  const id = identity(root, key);
  const meta: DatastreamMeta = Object.freeze({
    datastream: Object.freeze({ id, name }),
    thing: thing?.id === undefined ? undefined : Object.freeze({ id: thing.id, name: thing.name }),
    property: Object.freeze({ name: property, definition: propertyRaw && text(pick(propertyRaw, 'definition')) }),
    sensor: sensorOf(raw),
    unit: unit && Object.freeze(unit.original),
    fields: components && Object.freeze(components.map((one) => Object.freeze(fieldOf(one)))),
    placeFrom: thing?.place ? 'thing' : place ? 'area' : undefined,
  });
  const info: StreamInfo = {
    key,
    path: pathOfKey(key),
    id,
    name,
    property,
    unit: unit?.ucum,
    thing: thing?.id,
    thingName: thing?.name,
    place,
    numeric: isNumeric(pick(raw, 'observationType')) && isNumeric(swe['type']),
    meta,
    newest: newestOf(pick(raw, 'phenomenonTime')),
    components,
    moving: thing?.moving ?? false,
    thingPath: thing?.path,
    notes: notesOf(raw, unit, components),
  };
  return components ? { ...info, parts: components.map((one, i) => partOf(info, one, i)) } : info;
}

/** A Datastream of which nothing but the key is known yet. */
export function bareStream(root: string, key: string): StreamInfo {
  const id = identity(root, key);
  return {
    key,
    path: pathOfKey(key),
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

/** The Datastreams that come out of one: itself, or its parts where records are split. */
export function streamsOut(stream: StreamInfo, records: 'record' | 'split' = 'record'): readonly StreamInfo[] {
  return records === 'split' && stream.parts ? stream.parts : [stream];
}

function streamKey(raw: Raw): string | undefined {
  const link = selfLinkOf(raw);
  const key = keyFrom(idOf(raw), link);
  if (key === undefined) return undefined;
  const multi =
    pick(raw, 'multiObservationDataTypes') !== undefined ||
    pick(raw, 'unitOfMeasurements') !== undefined ||
    (typeof link === 'string' && /(?:^|\/)MultiDatastreams\(/.test(link));
  return multi ? `MultiDatastreams(${key})` : key;
}

function nameOf(raw: Raw, label: string | undefined): string | undefined {
  return (label === undefined ? undefined : textAt(raw, label)) ?? text(pick(raw, 'name'));
}

interface ThingInfo {
  id: string | undefined;
  path: string | undefined;
  name: string | undefined;
  place: Place | undefined;
  moving: boolean;
}

function thingOf(raw: Raw, root: string, label: string | undefined): ThingInfo | undefined {
  const thing = pick(raw, 'Thing');
  if (!isRecord(thing)) return undefined;
  const key = keyFrom(idOf(thing), selfLinkOf(thing));
  const properties = pick(thing, 'properties');
  return {
    id: key === undefined ? undefined : identity(root, key),
    path: key === undefined ? undefined : `Things(${key})`,
    name: nameOf(thing, label),
    place: placeOfLocations(pick(thing, 'Locations'))?.place,
    moving: isRecord(properties) && (properties['mobile'] === true || properties['mobile'] === 'true'),
  };
}

function sensorOf(raw: Raw): DatastreamMeta['sensor'] {
  const sensor = pick(raw, 'Sensor');
  if (!isRecord(sensor)) return undefined;
  return Object.freeze({ id: keyFrom(idOf(sensor), selfLinkOf(sensor)) ?? '', name: text(pick(sensor, 'name')) });
}

function fieldOf({ name, property, ucum }: Component): { name: string; property: string; unit?: string } {
  return ucum === undefined ? { name, property } : { name, property, unit: ucum };
}

/** One component as a Datastream: `root|MultiDatastreams(7)#2`. */
function partOf(whole: StreamInfo, component: Component, index: number): StreamInfo {
  const id = `${whole.id}#${index + 1}`;
  const name = `${whole.name}: ${component.property}`;
  return {
    ...whole,
    id,
    name,
    property: component.property,
    unit: component.ucum,
    numeric: component.numeric,
    components: undefined,
    notes: undefined,
    meta: Object.freeze({
      ...whole.meta,
      datastream: Object.freeze({ id, name }),
      property: Object.freeze({ name: component.property, definition: component.definition }),
      unit: component.unit && Object.freeze(component.unit),
      fields: undefined,
    }),
  };
}

function notesOf(
  raw: Raw,
  unit: ReturnType<typeof readUnit>,
  components: readonly Component[] | undefined,
): readonly StreamNote[] {
  const notes: StreamNote[] = [];
  const units = components ? components.map((one) => ({ ucum: one.ucum, original: one.unit })) : [unit];
  for (const one of units) {
    const written = one?.ucum === undefined ? one?.original : undefined;
    const what = written?.symbol ?? written?.name ?? written?.definition;
    if (what !== undefined) notes.push({ code: 'unit-unknown', what });
  }
  const thing = pick(raw, 'Thing');
  const swapped = isRecord(thing) && anySwapped(pick(thing, 'Locations'));
  if (swapped || isSwapped(pick(raw, 'observedArea'))) notes.push({ code: 'place-swapped', what: '' });
  return notes;
}

function newestOf(raw: unknown): number | undefined {
  const span = parseTimeInterval(raw);
  return span?.end ?? span?.start;
}

/** The key of an id that the form saved: a number in digits is a number only where the server wrote it so. */
export function savedKey(id: unknown): string | undefined {
  if (typeof id === 'number') return keyText(id);
  if (typeof id !== 'string' || id === '' || id.length > 500) return undefined;
  return /^-?\d+$/.test(id) || /^'.*'$/.test(id) || /^MultiDatastreams\(.+\)$/.test(id) ? id : keyText(id);
}
