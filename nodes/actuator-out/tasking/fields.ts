/**
 * What a TaskingCapability takes, and whether parameters are that: a DataRecord of SWE Common in JSON, as SensorThings
 * part 2 has it (17-079r1, 7.2.2; SWE Common 2.0, 08-094r1, clause 7 and 8; fields as `field` or, in 3.0, `fields`). A server
 * need not check what it is given, and FROST does not, so it is checked here, before anything goes out. Pure.
 */
import { isRecord } from '../../sensorthings-server/client/tolerant';
import { fitsPattern } from './pattern';

/** A value that a number may be, or the numbers between two, both included. */
export type Allowed = number | readonly [number, number];

export interface TaskField {
  name: string;
  label: string;
  description?: string;
  kind: 'boolean' | 'number' | 'count' | 'text' | 'choice' | 'time' | 'range' | 'record' | 'other';
  optional: boolean;
  unit?: string;
  /** Of numbers. */
  allowed?: readonly Allowed[];
  /** Of texts: what it may be. */
  tokens?: readonly string[];
  pattern?: string;
  /** Of a record. */
  fields?: readonly TaskField[];
}

/** `free`: the server says nothing in a known way, so any object is taken. */
export type TaskFields = { free: true } | { free: false; fields: readonly TaskField[] };

export interface TaskFault {
  /** Path of the field, such as `position.lat`. */
  field: string;
  /** A key of the texts under `task.`. */
  key:
    | 'object'
    | 'missing'
    | 'unknown'
    | 'boolean'
    | 'number'
    | 'count'
    | 'text'
    | 'time'
    | 'range'
    | 'token'
    | 'allowed'
    | 'pattern'
    | 'long';
  parameters: Record<string, string>;
}

const MOST_FIELDS = 200;
const DEEPEST = 5;
const MOST_TOKENS = 500;
const LONGEST_TEXT = 2000;
const MOST_FAULTS = 10;

const KINDS: Readonly<Record<string, TaskField['kind']>> = {
  Boolean: 'boolean', Quantity: 'number', Count: 'count', Text: 'text', Category: 'choice', Time: 'time',
  QuantityRange: 'range', CountRange: 'range', DataRecord: 'record', Vector: 'record',
}; // prettier-ignore

/** @param raw `taskingParameters` of a TaskingCapability; nothing in it is certain */
export function readTaskFields(raw: unknown): TaskFields | undefined {
  if (!isRecord(raw)) return undefined;
  const fields = fieldsOf(raw, 0);
  return fields === undefined ? { free: true } : { free: false, fields };
}

function fieldsOf(raw: Readonly<Record<string, unknown>>, depth: number): TaskField[] | undefined {
  const list = raw['field'] ?? raw['fields'] ?? raw['coordinate'] ?? raw['coordinates'];
  if (!Array.isArray(list) || depth > DEEPEST) return undefined;
  const fields: TaskField[] = [];
  for (const one of list.slice(0, MOST_FIELDS) as unknown[]) {
    const field = isRecord(one) ? fieldOf(one, depth) : undefined;
    if (field !== undefined) fields.push(field);
  }
  return fields;
}

function fieldOf(outer: Readonly<Record<string, unknown>>, depth: number): TaskField | undefined {
  const { name } = outer;
  if (typeof name !== 'string' || name === '' || name.length > 200) return undefined;
  // SWE Common 2.0 in JSON may put the component one level deeper
  const raw = isRecord(outer['component']) ? outer['component'] : outer;
  const kind = KINDS[String(raw['type'])] ?? 'other';
  const field: TaskField = {
    name,
    label: text(raw['label']) ?? text(outer['label']) ?? name,
    kind,
    optional: raw['optional'] === true,
  };
  const description = text(raw['description']);
  if (description !== undefined) field.description = description;
  const unit = isRecord(raw['uom']) ? (text(raw['uom']['code']) ?? text(raw['uom']['symbol'])) : undefined;
  if (unit !== undefined) field.unit = unit;
  if (kind === 'record') {
    const fields = fieldsOf(raw, depth + 1);
    return fields === undefined ? { ...field, kind: 'other' } : { ...field, fields };
  }
  return { ...field, ...limitsOf(raw['constraint']) };
}

function limitsOf(raw: unknown): Pick<TaskField, 'allowed' | 'tokens' | 'pattern'> {
  if (!isRecord(raw)) return {};
  const values = [raw['value'], raw['values']].find((list) => Array.isArray(list)) as unknown[] | undefined;
  const intervals = [raw['interval'], raw['intervals']].find((list) => Array.isArray(list)) as unknown[] | undefined;
  const allowed: Allowed[] = (values ?? []).filter((one): one is number => typeof one === 'number');
  for (const one of intervals ?? []) {
    const [low, high] = (Array.isArray(one) ? one : []).map(bound);
    if (low !== undefined && high !== undefined) allowed.push([low, high]);
  }
  const tokens = (values ?? []).filter((one): one is string => typeof one === 'string').slice(0, MOST_TOKENS);
  const pattern = text(raw['pattern']);
  return {
    ...(allowed.length > 0 ? { allowed } : {}),
    ...(tokens.length > 0 ? { tokens } : {}),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

/** SWE Common writes an open end as INF or -INF. */
function bound(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isNaN(raw) ? undefined : raw;
  return raw === 'INF' || raw === '+INF' ? Infinity : raw === '-INF' ? -Infinity : undefined;
}

function text(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw !== '' ? raw.slice(0, LONGEST_TEXT) : undefined;
}

/** What is wrong with parameters, at most ten things; empty where they may go out. */
export function checkTask(task: TaskFields | undefined, parameters: unknown): TaskFault[] {
  if (!isRecord(parameters)) return [{ field: '', key: 'object', parameters: {} }];
  const faults: TaskFault[] = [];
  if (task !== undefined && !task.free) checkRecord(task.fields, parameters, '', faults);
  return faults.slice(0, MOST_FAULTS);
}

function checkRecord(
  fields: readonly TaskField[],
  values: Readonly<Record<string, unknown>>,
  path: string,
  faults: TaskFault[],
): void {
  for (const name of Object.keys(values).slice(0, MOST_FIELDS)) {
    if (!fields.some((field) => field.name === name)) {
      faults.push({ field: path + name.slice(0, 200), key: 'unknown', parameters: {} });
    }
  }
  for (const field of fields) {
    const at = path + field.name;
    if (!Object.hasOwn(values, field.name)) {
      if (!field.optional) faults.push({ field: at, key: 'missing', parameters: {} });
    } else checkValue(field, values[field.name], at, faults);
  }
}

function checkValue(field: TaskField, value: unknown, at: string, faults: TaskFault[]): void {
  const fault = (key: TaskFault['key'], parameters: Record<string, string> = {}): void => {
    faults.push({ field: at, key, parameters });
  };
  switch (field.kind) {
    case 'boolean':
      if (typeof value !== 'boolean') fault('boolean');
      return;
    case 'number':
    case 'count':
      if (typeof value !== 'number' || !Number.isFinite(value)) return fault('number');
      if (field.kind === 'count' && !Number.isInteger(value)) return fault('count');
      if (!isAllowed(field.allowed, value)) fault('allowed', { allowed: allowedText(field.allowed!) });
      return;
    case 'range':
      if (!isRange(value)) return fault('range');
      if (!value.every((one) => isAllowed(field.allowed, one)))
        fault('allowed', { allowed: allowedText(field.allowed!) });
      return;
    case 'text':
    case 'choice':
      if (typeof value !== 'string') return fault('text');
      if (value.length > LONGEST_TEXT) return fault('long');
      if (field.tokens !== undefined && !field.tokens.includes(value))
        return fault('token', { allowed: field.tokens.join(', ').slice(0, 300) });
      if (field.pattern !== undefined && !fitsPattern(field.pattern, value))
        fault('pattern', { pattern: field.pattern.slice(0, 200) });
      return;
    case 'time':
      // ISO 8601; the reference frame is the server's
      if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(value)) fault('time');
      return;
    case 'record':
      if (!isRecord(value)) return fault('object');
      checkRecord(field.fields!, value, `${at}.`, faults);
      return;
    case 'other':
    // a kind that is not known here: the server must say
  }
}

function isRange(value: unknown): value is [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high] = value as unknown[];
  return Number.isFinite(low) && Number.isFinite(high) && (low as number) <= (high as number);
}

function isAllowed(allowed: readonly Allowed[] | undefined, value: number): boolean {
  if (allowed === undefined) return true;
  return allowed.some((one) => (typeof one === 'number' ? one === value : value >= one[0] && value <= one[1]));
}

/** "0 – 100, 255". */
export function allowedText(allowed: readonly Allowed[]): string {
  const words = allowed.map((one) => (typeof one === 'number' ? String(one) : `${one[0]} – ${one[1]}`));
  return words.join(', ').slice(0, 300);
}
