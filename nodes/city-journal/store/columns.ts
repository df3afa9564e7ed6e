/** What a store looks at when it searches; all of it follows from the body, so that a check can compare. */
import { SEVERITIES, type Severity, type Status } from '../../ecdm/status';
import type { EntryKind } from '../journal-source';

export interface Columns {
  /** Id of the definition of a status. */
  status: string | null;
  name: string | null;
  domain: string | null;
  state: string | null;
  /** Place in {@link SEVERITIES}. */
  severity: number | null;
  lon: number | null;
  lat: number | null;
  /** In small letters. */
  text: string;
  zones: readonly string[];
}

const LONGEST_TEXT = 2000;
const NO_ZONES: readonly string[] = [];
/** What an act or a notice says in words; of a status there is more that is no text. */
const STATUS_TEXTS = ['name', 'key', 'keyName', 'reason'] as const;

/** @param body JSON; what cannot be read has no columns */
export function columnsOf(kind: EntryKind, body: string): Columns {
  let fields: Record<string, unknown>;
  try {
    fields = Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    fields = {};
  }
  const severity = SEVERITIES.indexOf(fields['severity'] as Severity);
  const columns: Columns = {
    status: null,
    name: null,
    domain: null,
    state: clean(fields['state']),
    severity: severity < 0 ? null : severity,
    lon: null,
    lat: null,
    text: textOf(kind === 'status' ? STATUS_TEXTS.map((name) => fields[name]) : Object.values(fields)),
    zones: NO_ZONES,
  };
  if (kind === 'status') addStatus(columns, fields);
  return columns;
}

function addStatus(columns: Columns, { status, name, domain, place, zones }: Partial<Status>): void {
  columns.status = clean(status);
  columns.name = clean(name);
  columns.domain = clean(domain);
  if (Array.isArray(place) && place.every((one) => typeof one === 'number' && Number.isFinite(one))) {
    [columns.lon, columns.lat] = place as unknown as [number, number];
  }
  if (Array.isArray(zones)) columns.zones = [...new Set(zones.map(({ id }) => clean(id) ?? ''))];
}

/** Neither a NUL nor half a character, which a database refuses. */
export function clean(value: unknown): string | null {
  return typeof value === 'string' ? value.replaceAll(/[\0\uD800-\uDFFF]/gu, '\uFFFD') : null;
}

function textOf(values: readonly unknown[]): string {
  const texts = values.filter((value) => typeof value === 'string');
  return clean(texts.join('\n').slice(0, LONGEST_TEXT).toLowerCase())!;
}
