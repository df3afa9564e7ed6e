/**
 * The parameters of the routes: one table that both reads them and describes them (OpenAPI). Strict: a parameter that is not
 * known, is given twice or cannot be read is refused by name, because a filter that is silently left out shows too much.
 */
import { ENTRY_KINDS, type EntryKind, type HistoryQuery } from '../journal-source';
import { SEVERITIES, STATES, type Severity, type StatusState } from '../../ecdm/status';
import { formatTime, parseTime } from '../../ecdm/time';
import { ApiError } from './answer';

const MOST_PER_PAGE = 1000;
const PER_PAGE = 100;
const LONGEST = 500;
const MOST_ITEMS = 50;

interface Parameter<T> {
  /** JSON Schema. */
  schema: Record<string, unknown>;
  /** @returns undefined where it cannot be read */
  read: (text: string) => T | undefined;
}

const word: Parameter<string> = {
  schema: { type: 'string', minLength: 1, maxLength: LONGEST },
  read: (text) => (text.trim() === '' || text.length > LONGEST ? undefined : text),
};

const time: Parameter<string> = {
  schema: { type: 'string', format: 'date-time' },
  read: (text) => {
    const ms = parseTime(text);
    return ms === undefined ? undefined : formatTime(ms);
  },
};

function oneOf<T extends string>(values: readonly T[]): Parameter<T> {
  return { schema: { type: 'string', enum: values }, read: (text) => values.find((value) => value === text) };
}

/** Several, with commas between. */
function listOf<T>(item: Parameter<T>): Parameter<T[]> {
  return {
    schema: { type: 'array', items: item.schema, minItems: 1, maxItems: MOST_ITEMS },
    read: (text) => {
      const items = text.split(',').map((part) => item.read(part.trim()));
      return items.length > MOST_ITEMS || items.includes(undefined) ? undefined : (items as T[]);
    },
  };
}

const yesNo: Parameter<boolean> = {
  schema: { type: 'boolean' },
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

const limit: Parameter<number> = {
  schema: { type: 'integer', minimum: 1, maximum: MOST_PER_PAGE, default: PER_PAGE },
  read: (text) => {
    const n = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    return n >= 1 && n <= MOST_PER_PAGE ? n : undefined;
  },
};

const box: Parameter<[number, number, number, number]> = {
  schema: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 },
  read: (text) => {
    const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (numbers.length !== 4 || !numbers.every((n) => Number.isFinite(n))) return undefined;
    const [west, south, east, north] = numbers as [number, number, number, number];
    const isOnEarth = Math.abs(west) <= 180 && Math.abs(east) <= 180 && south >= -90 && south <= north && north <= 90;
    return isOnEarth ? [west, south, east, north] : undefined;
  },
};

/** All parameters by name; a route says which of them it takes. */
export const PARAMETERS = {
  from: time,
  to: time,
  kind: listOf(oneOf<EntryKind>(ENTRY_KINDS)),
  alarm: word,
  statusId: word,
  domain: word,
  status: word,
  state: listOf(oneOf<StatusState>(STATES)),
  severity: oneOf<Severity>(SEVERITIES),
  zone: listOf(word),
  box,
  text: word,
  order: oneOf(['newest', 'oldest'] as const),
  acknowledged: yesNo,
  shelved: yesNo,
  limit,
  after: word,
} satisfies Record<string, Parameter<unknown>>;

export type ParameterName = keyof typeof PARAMETERS;
export type Parameters = { [N in ParameterName]?: NonNullable<ReturnType<(typeof PARAMETERS)[N]['read']>> };

export const HISTORY_PARAMETERS: readonly ParameterName[] = [
  'from', 'to', 'kind', 'alarm', 'statusId', 'domain', 'status', 'state', 'severity', 'zone', 'box', 'text', 'order',
  'limit', 'after',
]; // prettier-ignore
export const ALARM_PARAMETERS: readonly ParameterName[] = [
  'domain', 'status', 'state', 'severity', 'zone', 'text', 'acknowledged', 'shelved', 'limit', 'after',
]; // prettier-ignore

/** @throws ApiError 400 that names the parameter and what may be there */
export function readParameters(query: URLSearchParams, allowed: readonly ParameterName[]): Parameters {
  const read: Parameters = {};
  for (const name of query.keys()) {
    if (!allowed.includes(name as ParameterName)) {
      const known = allowed.length === 0 ? '-' : allowed.join(', ');
      throw new ApiError(400, 'parameter', { name: name.slice(0, 50), known });
    }
    if (Object.hasOwn(read, name)) throw new ApiError(400, 'twice', { name });
    const { schema, read: reader } = PARAMETERS[name as ParameterName];
    const value = reader(query.get(name)!);
    if (value === undefined) {
      throw new ApiError(400, 'value', {
        name,
        value: query.get(name)!.slice(0, 100),
        expected: JSON.stringify(schema),
      });
    }
    Object.assign(read, { [name]: value });
  }
  return read;
}

/** What the journal is asked for. */
export function historyQuery(parameters: Parameters): HistoryQuery {
  const { kind, state, severity, zone, limit: count, ...rest } = parameters;
  const query: HistoryQuery = { limit: count ?? PER_PAGE };
  for (const name of [
    'from',
    'to',
    'alarm',
    'statusId',
    'domain',
    'status',
    'text',
    'order',
    'after',
    'box',
  ] as const) {
    if (rest[name] !== undefined) Object.assign(query, { [name]: rest[name] });
  }
  if (kind !== undefined) query.kinds = kind;
  if (state !== undefined) query.states = state;
  if (severity !== undefined) query.minSeverity = severity;
  if (zone !== undefined) query.zones = zone;
  return query;
}

export function pageSize(parameters: Parameters): number {
  return parameters.limit ?? PER_PAGE;
}
