/**
 * What a Datastream measures: one thing, or several at once. MultiDatastreams of version 1 (parallel lists whose order
 * counts) and DataRecords of version 2 (fields with names) are the same here: a list of components.
 */
import type { SourceUnit } from './unit';
import { readUnit } from './unit';
import { keyFrom } from '../links';
import { idOf, isRecord, pick, pickAny, type Raw, records, selfLinkOf, text } from '../tolerant';

/** One measured property of a Datastream. */
export interface Component {
  /** Key in a record: the name of a DataRecord's field, else the property's. */
  readonly name: string;
  readonly property: string;
  readonly definition: string | undefined;
  readonly ucum: string | undefined;
  readonly unit: SourceUnit | undefined;
  /** Texts that are numbers are numbers here. */
  readonly numeric: boolean;
  /** Where the value lies in a result that is an object: the names of nested records. */
  readonly path: readonly string[];
}

/** Components of one Datastream that are read. */
const MOST = 200;
/** Deepest nesting of records. */
const DEPTH = 4;

/** Of an observation type or a SWE type: results are no numbers. */
const NOT_NUMBERS =
  /Category|Truth|Complex|Text|Boolean|(?:^|[/#:_])Time$|TimeRange|URI|Count_?Range|DataChoice|Geometry/i;

/** Whether texts that look like numbers are to be numbers: everywhere but where the server says otherwise. */
export function isNumeric(type: unknown): boolean {
  return typeof type !== 'string' || !NOT_NUMBERS.test(type);
}

/** The components of a MultiDatastream or of a DataRecord; `undefined` for a Datastream of one property. */
export function componentsOf(raw: Raw): Component[] | undefined {
  const properties = propertiesOf(raw);
  const resultType = pick(raw, 'resultType');
  if (isRecord(resultType)) {
    const fields = sweFields(resultType);
    return (
      fields &&
      named(
        inOrder(
          fields.slice(0, MOST).flatMap((field) => fromField(field, properties, [])),
          properties,
        ),
      )
    );
  }
  const units = pick(raw, 'unitOfMeasurements');
  const types = pick(raw, 'multiObservationDataTypes');
  if (!Array.isArray(units) && !Array.isArray(types)) return undefined;
  return named(fromLists(listOf(units), listOf(types), properties));
}

const listOf = (raw: unknown): unknown[] => (Array.isArray(raw) ? (raw as unknown[]).slice(0, MOST) : []);

/** The ObservedProperties that were expanded, in the order of the server: in MultiDatastreams it counts. */
export function propertiesOf(raw: Raw): Raw[] {
  return records(pickAny(raw, 'ObservedProperties', 'ObservedProperty'));
}

function fromLists(units: readonly unknown[], types: readonly unknown[], properties: readonly Raw[]): Component[] {
  const count = Math.max(units.length, types.length);
  return Array.from({ length: count }, (_, i) => {
    const property = properties[i];
    const name = property && text(pick(property, 'name'));
    const unit = readUnit(units[i], name);
    return {
      name: name ?? unit?.original.name ?? `result ${i + 1}`,
      property: name ?? unit?.original.name ?? `result ${i + 1}`,
      definition: property && text(pick(property, 'definition')),
      ucum: unit?.ucum,
      unit: unit?.original,
      numeric: isNumeric(types[i]),
      path: [],
    };
  });
}

/** `fields` of SWE Common 3, `field` of its JSON best practice (17-011); Vectors have coordinates. */
export function sweFields(swe: Raw): Raw[] | undefined {
  const list = pickAny(swe, 'fields', 'field', 'coordinates', 'coordinate');
  if (Array.isArray(list)) return list.filter(isRecord);
  return /^(?:DataRecord|Vector)$/i.test(text(pick(swe, 'type')) ?? '') ? [] : undefined;
}

function fromField(field: Raw, properties: readonly Raw[], outer: readonly string[]): Component[] {
  const fieldName = text(pick(field, 'name')) ?? text(pick(field, 'label')) ?? '';
  // some writers wrap what a field holds: { name, component: { type, uom } }
  const wrapped = pickAny(field, 'component', 'value');
  const swe = isRecord(wrapped) && pick(wrapped, 'type') !== undefined ? wrapped : field;
  const path = [...outer, fieldName];
  const inner = outer.length + 1 < DEPTH ? sweFields(swe) : undefined;
  if (inner !== undefined) return inner.slice(0, MOST).flatMap((one) => fromField(one, properties, path));
  const definition = text(pick(swe, 'definition'));
  const property = properties.find((one) => isDefinedBy(one, definition));
  const label = text(pick(swe, 'label'));
  const name = (property && text(pick(property, 'name'))) ?? label ?? fieldName;
  const unit = readUnit(pickAny(swe, 'uom', 'unitOfMeasurement'), name);
  return [
    {
      name: path.join('.'),
      property: name,
      definition: (property && text(pick(property, 'definition'))) ?? definition,
      ucum: unit?.ucum,
      unit: unit?.original,
      numeric: isNumeric(pick(swe, 'type')),
      path,
    },
  ];
}

/** Where no definition names any of them, as many ObservedProperties as fields are taken in their order. */
function inOrder(components: readonly Component[], properties: readonly Raw[]): Component[] {
  const related = components.some(({ definition }) => properties.some((one) => isDefinedBy(one, definition)));
  if (related || properties.length !== components.length) return [...components];
  return components.map((component, i) => {
    const property = properties[i]!;
    const name = text(pick(property, 'name')) ?? component.property;
    return { ...component, property: name, definition: text(pick(property, 'definition')) ?? component.definition };
  });
}

/** A definition names an ObservedProperty of the server by its address, or by the same URI. */
export function isDefinedBy(property: Raw, definition: string | undefined): boolean {
  if (definition === undefined) return false;
  if (text(pick(property, 'definition')) === definition) return true;
  const key = keyFrom(idOf(property), selfLinkOf(property));
  return key !== undefined && definition.endsWith(`ObservedProperties(${key})`);
}

/** Names become keys: the second of a name gets a number. */
function named(components: readonly Component[]): Component[] {
  const seen = new Map<string, number>();
  return components.slice(0, MOST).map((component) => {
    const count = (seen.get(component.name) ?? 0) + 1;
    seen.set(component.name, count);
    // the one name that an object does not keep as a key
    const name = component.name === '__proto__' ? 'proto' : component.name;
    return count === 1 && name === component.name ? component : { ...component, name: `${name} ${count}` };
  });
}
