/** An entity as the client understands it: one form for all versions, spellings and encodings. */
import type { StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import { keyFrom } from '../../../nodes/sensorthings-server/client/links';
import { sweFields } from '../../../nodes/sensorthings-server/client/model/components';
import { isSwapped, readGeometry } from '../../../nodes/sensorthings-server/client/model/geometry';
import { geometryOf, placeOfLocations } from '../../../nodes/sensorthings-server/client/model/location';
import { streamProblems } from '../../../nodes/sensorthings-server/client/texts';
import {
  idOf,
  isRecord,
  nextLinkOf,
  pick,
  type Raw,
  records,
  selfLinkOf,
  text,
  textAt,
} from '../../../nodes/sensorthings-server/client/tolerant';
import { formatTime, parseTimeInterval } from '../../../nodes/ecdm/time';
import type { Problem } from '../../../nodes/ecdm/problem';
import { makeProblem } from '../../../nodes/ecdm/problem';
import type { Observation } from '../../../nodes/ecdm/observation';
import { isRelation, kindOf, kindOfName, setOfKind } from './kinds';

export type Shown = Record<string, unknown>;

export interface EntityContext {
  readonly root: string;
  readonly zone?: string;
  readonly nameFrom?: string;
  readonly language?: string;
  problem(problem: Problem): void;
  /** The Datastream with what else the file knows of it. */
  stream(raw: Raw): StreamInfo | undefined;
  /** An address of the server as we would use it. */
  link(raw: unknown): string | undefined;
  /** The address of something in the service. */
  address(path: string): string;
  /** Observations that were expanded into a Datastream. */
  observations(datastream: Raw, list: readonly unknown[]): Shown[];
}

/** Deepest expand that is followed, and entities of one list. */
const DEPTH = 6;

/** Reads one entity with all that was expanded into it. */
export function readEntity(raw: Raw, context: EntityContext, hint?: string, depth = 0): Shown {
  const kind = kindOf(raw, hint) ?? 'entity';
  const link = selfLinkOf(raw);
  const key = keyFrom(idOf(raw), link);
  const set = setOfKind(kind);
  const out: Shown = { kind };
  put(out, 'id', idOf(raw));
  // the address that we would use, whatever the link of the server says
  if (key !== undefined && set !== undefined) out['address'] = context.address(`${set}(${key})`);
  put(
    out,
    'name',
    (context.nameFrom === undefined ? undefined : textAt(raw, context.nameFrom)) ?? text(pick(raw, 'name')),
  );
  put(out, 'description', oneLine(text(pick(raw, 'description'))));
  for (const [name, value] of Object.entries(special(kind, raw, context))) put(out, name, value);
  put(out, 'properties', nonEmpty(pick(raw, 'properties')));
  if (depth < DEPTH) expansions(out, raw, context, depth);
  return out;
}

function put(out: Shown, name: string, value: unknown): void {
  if (value !== undefined && value !== null) out[name] = value;
}

const oneLine = (words: string | undefined): string | undefined => words?.replace(/\s+/g, ' ');

function nonEmpty(raw: unknown): unknown {
  return isRecord(raw) && Object.keys(raw).length === 0 ? undefined : raw;
}

/** What only this kind has. */
function special(kind: string, raw: Raw, context: EntityContext): Shown {
  switch (kind) {
    case 'Datastream':
    case 'MultiDatastream':
      return datastream(raw, context);
    case 'Location':
    case 'FeatureOfInterest':
    case 'Feature':
      return located(raw, context);
    case 'HistoricalLocation':
      return { time: timeText(pick(raw, 'time'), context), place: placeOfLocations(pick(raw, 'Locations'))?.place };
    case 'Thing':
      return { place: placeOfLocations(pick(raw, 'Locations'))?.place, mobile: mobileOf(raw) };
    case 'Task':
      return {
        creationTime: timeText(pick(raw, 'creationTime'), context),
        status: text(pick(raw, 'status')),
        parameters: pick(raw, 'taskingParameters'),
      };
    case 'TaskingCapability':
      return tasking(raw);
    case 'Sensor':
    case 'Actuator':
    case 'ObservedProperty':
    case 'FeatureType':
      return {
        definition: text(pick(raw, 'definition')),
        encodingType: text(pick(raw, 'encodingType')),
        metadata: pick(raw, 'metadata'),
      };
    default:
      return { content: unknownFields(raw) };
  }
}

/** All that is said of an entity whose kind we do not know (STAplus and other extensions). */
function unknownFields(raw: Raw): Shown | undefined {
  const known = new Set(['id', 'name', 'description', 'properties']);
  const other = Object.entries(raw).filter(([key]) => !key.includes('@') && !known.has(key) && !isRelation(key));
  return other.length > 0 ? Object.fromEntries(other) : undefined;
}

function mobileOf(raw: Raw): unknown {
  const properties = pick(raw, 'properties');
  return isRecord(properties) ? properties['mobile'] : undefined;
}

function datastream(raw: Raw, context: EntityContext): Shown {
  const info = context.stream(raw);
  if (!info) return {};
  for (const problem of streamProblems(info, context.language)) context.problem(problem);
  const { unit: original, fields, placeFrom, sensor } = info.meta;
  return {
    property: info.property,
    unit: info.unit,
    unitAsWritten: written(original),
    fields: fields?.map((field, i) => ({ ...field, unitAsWritten: written(info.components?.[i]?.unit) })),
    values: info.components ? undefined : info.numeric ? 'numbers' : 'as they are',
    observationType: text(pick(raw, 'observationType')) ?? resultTypeOf(raw),
    thing: info.thing,
    thingName: info.thingName,
    sensor: sensor?.name,
    moving: info.moving ? true : undefined,
    place: info.place,
    placeFrom,
    phenomenonTime: timeText(pick(raw, 'phenomenonTime'), context),
    resultTime: timeText(pick(raw, 'resultTime'), context),
    observations: isNew(raw) ? undefined : context.address(`${info.path}/Observations`),
  };
}

/** Examples and entities that are yet to be created have no id. */
export const isNew = (raw: Raw): boolean => idOf(raw) === undefined && selfLinkOf(raw) === undefined;

function resultTypeOf(raw: Raw): string | undefined {
  const resultType = pick(raw, 'resultType');
  return isRecord(resultType) ? text(pick(resultType, 'type')) : undefined;
}

const written = (unit: object | undefined): Shown | undefined => unit && compact(unit);

const compact = (raw: object): Shown =>
  Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));

function located(raw: Raw, context: EntityContext): Shown {
  const geometry = geometryOf(raw);
  const read = readGeometry(geometry);
  if (isSwapped(geometry)) {
    context.problem(
      makeProblem(
        'place-swapped',
        'Latitude and longitude seem to be in the wrong order.',
        'The longitude comes first.',
        geometry,
      ),
    );
  } else if (read === undefined && nonEmpty(geometry) !== undefined) {
    const hint = 'GeoJSON, JSON-FG, GeoPose and WKT in WGS84 (longitude first) are read.';
    context.problem(makeProblem('place', 'The place cannot be read.', hint, geometry));
  }
  return {
    encodingType: text(pick(raw, 'encodingType')),
    place: read?.place,
    shape: read?.kind,
    definition: text(pick(raw, 'definition')),
  };
}

/** Instants and intervals as ISO 8601 in UTC; what cannot be read is told. */
function timeText(raw: unknown, context: Pick<EntityContext, 'zone' | 'problem'>): unknown {
  if (raw === undefined || raw === null || raw === '') return undefined;
  const span = parseTimeInterval(raw, context.zone);
  if (!span) {
    const hint = 'Times are ISO 8601, or two of them with a slash, or { start, end }.';
    context.problem(makeProblem('time', `The time ${JSON.stringify(raw)} cannot be read.`, hint, raw));
    return undefined;
  }
  const { start, end } = span;
  const from = start === undefined ? '..' : formatTime(start);
  if (end === undefined) {
    const open = typeof raw === 'string' && raw.includes('/');
    return open ? `${from}/..` : from;
  }
  return end === start ? from : `${from}/${formatTime(end)}`;
}

/** The parameters of a capability: SWE Common fields, or free JSON where the server keeps anything. */
function tasking(raw: Raw): Shown {
  const parameters = pick(raw, 'taskingParameters');
  const fields = isRecord(parameters) ? sweFields(parameters) : undefined;
  if (!fields) return { parameters, parametersAre: parameters === undefined ? undefined : 'free JSON' };
  return {
    parametersAre: 'fields',
    parameters: fields.map((field) => {
      const constraint = pick(field, 'constraint');
      const allowed = isRecord(constraint) ? (pick(constraint, 'value') ?? pick(constraint, 'values')) : undefined;
      return compact({
        name: text(pick(field, 'name')),
        label: text(pick(field, 'label')),
        type: text(pick(field, 'type')),
        allowed,
        pattern: isRecord(constraint) ? text(pick(constraint, 'pattern')) : undefined,
        interval: isRecord(constraint) ? pick(constraint, 'interval') : undefined,
      });
    }),
  };
}

/** Related entities that came along; their own pages go on at `next`. */
function expansions(out: Shown, raw: Raw, context: EntityContext, depth: number): void {
  const related: Shown = {};
  for (const [name, value] of Object.entries(raw)) {
    if (!isRelation(name) || typeof value !== 'object' || value === null) continue;
    related[name] =
      name === 'Observations' && Array.isArray(value)
        ? context.observations(raw, value as unknown[])
        : one(value, kindOfName(name), context, depth);
  }
  for (const name of Object.keys(related)) {
    const next = context.link(nextLinkOf(raw, name));
    if (next !== undefined) related[`more ${name}, not followed`] = next;
  }
  if (Object.keys(related).length > 0) out['expanded'] = related;
}

function one(value: object, kind: string | undefined, context: EntityContext, depth: number): unknown {
  if (Array.isArray(value)) return records(value).map((item) => readEntity(item, context, kind, depth + 1));
  return readEntity(value as Raw, context, kind, depth + 1);
}

/** An observation with its times as text, and what else the server said of it. */
export function showObservation(observation: Observation, raw: Raw | undefined, context: EntityContext): Shown {
  const { id, datastream, property, time, timeEnd, value, unit, place, thing, quality, meta } = observation;
  const out: Shown = { id, datastream };
  // of a Datastream that the file does not hold nothing but the key is known
  if (meta?.property) out['property'] = property;
  out['time'] = formatTime(time);
  if (timeEnd !== undefined) out['timeEnd'] = formatTime(timeEnd);
  out['value'] = value;
  for (const [name, more] of Object.entries({ unit, place, thing, quality })) put(out, name, more);
  if (place) put(out, 'placeFrom', meta?.placeFrom);
  put(out, 'fields', meta?.fields);
  if (!raw) return out;
  put(out, 'resultTime', timeText(pick(raw, 'resultTime'), context));
  put(out, 'validTime', timeText(pick(raw, 'validTime'), context));
  put(out, 'resultQuality', pick(raw, 'resultQuality'));
  // a list of pairs in version 1.0, an object in 1.1, "properties" in 2.0
  put(out, 'parameters', nonEmpty(pick(raw, 'parameters') ?? pick(raw, 'properties')));
  return out;
}
