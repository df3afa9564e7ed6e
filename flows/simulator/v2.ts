/**
 * Version 2.0 (OGC 23-019) of the answers and requests, translated from and to those of version 1.1: other names of
 * the control information, times as objects, `resultType` instead of a unit and an observation type.
 */
import { SIMULATED_MARK, type Answer } from './service';

type Json = Record<string, unknown>;

const SENSING = 'http://www.opengis.net/spec/sensorthings/2.0/';
const TIMES: ReadonlySet<string> = new Set(['phenomenonTime', 'validTime']);

/** `Features` and the like in a path or in an option, said as in version 1.1. */
export function toV1(text: string): string {
  // what is in quotes is somebody's text
  return text.replace(/'(?:[^']|'')*'|\b(ProximateFeatureOfInterest|Features|resultType)\b/g, (all, word?: string) => {
    if (word === 'ProximateFeatureOfInterest') return 'FeatureOfInterest';
    if (word === 'Features') return 'FeaturesOfInterest';
    return word === 'resultType' ? 'unitOfMeasurement,multiObservationDataTypes,unitOfMeasurements' : all;
  });
}

/** Root document of version 2.0. */
export function rootV2(root: string, mqttUrl: string | undefined): unknown {
  const sets = [
    'Things',
    'Locations',
    'HistoricalLocations',
    'Datastreams',
    'Sensors',
    'Observations',
    'ObservedProperties',
    'Features',
  ];
  const conformance = [
    'req-class/datamodel/core',
    'req-class/api/read',
    'req-class/api/cud',
    'req-class/binding/http',
  ].map((part) => SENSING + part);
  const settings: Json = { conformance, functions: ['now', 'st_within', 'st_intersects', 'substringof', 'tolower'] };
  if (mqttUrl !== undefined) {
    conformance.push(`${SENSING}req-class/binding/mqtt`, `${SENSING}req/binding/mqtt/pub_sub`);
    settings[`${SENSING}req/binding/mqtt`] = { endpoints: [mqttUrl] };
  }
  settings[SIMULATED_MARK] = true;
  return {
    '@context': `${root}/$metadata`,
    value: sets.map((name) => ({ name, url: `${root}/${name}` })),
    serverSettings: settings,
  };
}

/** An answer of version 1.1, said in version 2.0. */
export function answerV2(answer: Answer): Answer {
  const headers =
    answer.headers?.['location'] === undefined ? answer.headers : { location: rename(answer.headers['location']) };
  if (typeof answer.body !== 'object' || answer.body === null) return { ...answer, headers };
  return { ...answer, headers, body: entityV2(answer.body as Json) };
}

/** An entity or a collection. */
export function entityV2(body: Json): Json {
  const out: Json = {};
  for (const [key, value] of Object.entries(body)) out[keyV2(key)] = valueV2(key, value);
  if ('unitOfMeasurement' in out || 'unitOfMeasurements' in out) resultType(out);
  return out;
}

function keyV2(key: string): string {
  if (key === '@iot.id') return 'id';
  if (key === '@iot.selfLink') return '@id';
  if (key === 'parameters') return 'properties';
  return rename(key.replace('@iot.', '@'));
}

function rename(text: string): string {
  return text
    .replace(/\bFeatureOfInterest(?=@|$|[?/(])/g, 'ProximateFeatureOfInterest')
    .replaceAll('FeaturesOfInterest', 'Features');
}

function valueV2(key: string, value: unknown): unknown {
  if (TIMES.has(key) && typeof value === 'string') return timeV2(value);
  if (key.endsWith('Link') && typeof value === 'string') return rename(value);
  // what a person has put in is not looked into
  if (['properties', 'parameters', 'location', 'feature', 'result', 'observedArea'].includes(key)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => (isObject(item) ? entityV2(item) : item));
  return isObject(value) && key !== 'unitOfMeasurement' && key !== 'serverSettings' ? entityV2(value) : value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function timeV2(text: string): unknown {
  const [start, end] = text.split('/');
  return end === undefined ? { start } : { start, end };
}

/** Unit and observation type become one description in SWE Common. */
function resultType(out: Json): void {
  const units = out['unitOfMeasurements'] as Json[] | undefined;
  const unit = out['unitOfMeasurement'] as Json | undefined;
  if (unit) out['resultType'] = quantity(unit, out['name']);
  if (units) {
    const fields = units.map((one, i) => ({ name: `field${i + 1}`, ...quantity(one, one['name']) }));
    out['resultType'] = { type: 'DataRecord', fields };
    out['resultEncoding'] = { type: 'JSONEncoding', recordsAsArrays: true };
  }
  for (const name of ['unitOfMeasurement', 'unitOfMeasurements', 'observationType', 'multiObservationDataTypes'])
    delete out[name];
}

function quantity({ name, symbol, definition }: Json, label: unknown): Json {
  const code = typeof definition === 'string' && definition.startsWith('ucum:') ? definition.slice(5) : symbol;
  return { type: 'Quantity', label, uom: { code, label: name, symbol } };
}
