/** What an object is: an entity of SensorThings 1.0 to 2.0 or of Tasking, by its address, its links or its fields. */
import { entitiesOf, lastSetOf } from '../../../nodes/sensorthings-server/client/links';
import { isRecord, pick, type Raw, selfLinkOf } from '../../../nodes/sensorthings-server/client/tolerant';

/** Entity sets and the name of one entity of them. */
const KINDS: Readonly<Record<string, string>> = {
  Things: 'Thing',
  Locations: 'Location',
  HistoricalLocations: 'HistoricalLocation',
  Datastreams: 'Datastream',
  MultiDatastreams: 'MultiDatastream',
  Sensors: 'Sensor',
  ObservedProperties: 'ObservedProperty',
  Observations: 'Observation',
  FeaturesOfInterest: 'FeatureOfInterest',
  Features: 'Feature',
  FeatureTypes: 'FeatureType',
  TaskingCapabilities: 'TaskingCapability',
  Tasks: 'Task',
  Actuators: 'Actuator',
  Parties: 'Party',
  Licenses: 'License',
  Campaigns: 'Campaign',
  ObservationGroups: 'ObservationGroup',
  Relations: 'Relation',
};

/** Names of relations that are called unlike the entities behind them. */
const RELATIONS: Readonly<Record<string, string>> = {
  ProximateFeatureOfInterest: 'Feature',
  UltimateFeatureOfInterest: 'Feature',
  UltimateFeaturesOfInterest: 'Feature',
  SubmittedBy: 'Party',
};

const SINGLE = new Set(Object.values(KINDS));

/** The kind behind a set (`Things`), a relation (`Thing`) or a section of a file (`thing`, `observedProperties`). */
export function kindOfName(name: string): string | undefined {
  if (Object.hasOwn(KINDS, name)) return KINDS[name];
  if (SINGLE.has(name)) return name;
  if (Object.hasOwn(RELATIONS, name)) return RELATIONS[name];
  const capital = name.slice(0, 1).toUpperCase() + name.slice(1);
  return capital === name ? undefined : kindOfName(capital);
}

/** The set that entities of a kind lie in. */
export function setOfKind(kind: string): string | undefined {
  return Object.keys(KINDS).find((set) => KINDS[set] === kind);
}

/** True for the name of a relation or set as it is written in an answer. */
export function isRelation(name: string): boolean {
  return Object.hasOwn(KINDS, name) || SINGLE.has(name) || Object.hasOwn(RELATIONS, name);
}

/** The kind at an address of a request or a topic. */
export function kindAt(address: string | undefined): string | undefined {
  const last = lastSetOf(address);
  return last === undefined ? undefined : kindOfName(last);
}

/** Fields that only one kind has, in the order in which they decide. */
const BY_FIELD: readonly (readonly [string, string])[] = [
  ['multiObservationDataTypes', 'MultiDatastream'],
  ['unitOfMeasurements', 'MultiDatastream'],
  ['unitOfMeasurement', 'Datastream'],
  ['observationType', 'Datastream'],
  ['resultType', 'Datastream'],
  ['observedArea', 'Datastream'],
  ['result', 'Observation'],
  ['phenomenonTime', 'Observation'],
  ['location', 'Location'],
  ['feature', 'FeatureOfInterest'],
  ['creationTime', 'Task'],
  ['taskingParameters', 'TaskingCapability'],
  ['metadata', 'Sensor'],
  ['definition', 'ObservedProperty'],
  ['Locations', 'Thing'],
  ['HistoricalLocations', 'Thing'],
  ['Datastreams', 'Thing'],
  ['ObservedProperty', 'Datastream'],
  ['Observations', 'Datastream'],
];

/**
 * The kind of an entity. Its own address says it best, then what the file or the request says, then its fields.
 * @param hint the kind by what was asked for
 */
export function kindOf(raw: Raw, hint?: string): string | undefined {
  return byLink(raw) ?? byContext(raw) ?? hint ?? byFields(raw) ?? byNavigation(raw);
}

function byLink(raw: Raw): string | undefined {
  const own = entitiesOf(selfLinkOf(raw)).at(-1);
  return own && kindOfName(own.set);
}

/** `@context` of version 2: `…/$metadata#Things/$entity` (the standard also writes `#FeatureType`). */
function byContext(raw: Raw): string | undefined {
  const context = raw['@context'];
  const match = typeof context === 'string' ? /\$metadata#([A-Za-z]+)/.exec(context) : null;
  return match ? kindOfName(match[1]!) : undefined;
}

function byFields(raw: Raw): string | undefined {
  // a Task links to its capability; a capability has a name
  if (pick(raw, 'taskingParameters') !== undefined && (raw['TaskingCapability'] ?? raw['creationTime'])) return 'Task';
  if (pick(raw, 'time') !== undefined && pick(raw, 'name') === undefined) return 'HistoricalLocation';
  return BY_FIELD.find(([field]) => pick(raw, field) !== undefined)?.[1];
}

/** `Locations@iot.navigationLink: "Things(1)/Locations"` starts at the entity itself. */
function byNavigation(raw: Raw): string | undefined {
  for (const [key, link] of Object.entries(raw)) {
    if (!/@(?:iot\.)?navigationLink$/i.test(key)) continue;
    // the link of a group of a dataArray ends at the Datastream
    if (typeof link !== 'string' || !/\)\s*\/\s*[A-Za-z]+\s*$/.test(link)) continue;
    const own = entitiesOf(link).at(-1);
    if (own) return kindOfName(own.set);
  }
  return undefined;
}

/** True for an object that only holds several answers under names of somebody's choice. */
export function isCollection(raw: Raw): boolean {
  const entries = Object.entries(raw);
  const plain = entries.every(
    ([name, value]) => !name.includes('@') && !isRelation(name) && typeof value === 'object' && value !== null,
  );
  return (
    plain &&
    entries.some(
      ([, value]) => isRecord(value) && (Array.isArray(value['value']) || Object.keys(value).some(isControl)),
    )
  );
}

/** True for an object that is an answer of a server or an entity, not a collection of several of them in one file. */
export function isAnswer(raw: Raw): boolean {
  if (Array.isArray(raw['value']) || raw['type'] === 'FeatureCollection' || isRecord(raw['serverSettings']))
    return true;
  if (Array.isArray(raw['requests']) || Array.isArray(raw['responses'])) return true;
  if (Object.keys(raw).some((key) => /@|^[A-Z]/.test(key) && (key.includes('@') ? isControl(key) : isRelation(key))))
    return true;
  return (
    isErrorBody(raw) || byFields(raw) !== undefined || (pick(raw, 'name') !== undefined && !isRecord(pick(raw, 'name')))
  );
}

const isControl = (key: string): boolean =>
  /@iot\.|^@(?:id|context|count|nextLink)|@(?:navigationLink|nextLink|count)$/i.test(key.trim());

/** `{code, message}`, `{error}`, `{detail}` and their like. */
export function isErrorBody(raw: Raw): boolean {
  if (Array.isArray(raw['value']) || Object.keys(raw).some(isControl)) return false;
  const { message, error, code, type, detail, status, title } = raw;
  if (typeof message === 'string' && Object.keys(raw).length === 1) return true;
  if (typeof message === 'string')
    return code !== undefined || type === 'error' || error !== undefined || status !== undefined;
  if (typeof error === 'string' || isRecord(error)) return true;
  return (
    (typeof detail === 'string' || Array.isArray(detail)) && (title !== undefined || Object.keys(raw).length === 1)
  );
}
