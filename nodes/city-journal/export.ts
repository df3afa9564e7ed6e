/** A history as a file for other programs, page by page: nothing of it has to fit into memory. */
import Papa from 'papaparse';
import type { Status } from '../ecdm/status';
import type { HistoryPage, HistoryQuery, JournalEntry } from './journal-source';

export const FORMATS = ['csv', 'ndjson', 'geojson'] as const;
export type Format = (typeof FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
  geojson: 'application/geo+json',
};

const PAGE = 1000;
/** As a formula begins; the library's own pattern overlooks one that goes on in a second line. */
const FORMULA = /^[=+\-@\t\r\n]/;
const COLUMNS = [
  'seq', 'at', 'kind', 'node', 'alarm', 'statusId', 'revision', 'name', 'key', 'keyName', 'domain', 'state', 'severity',
  'since', 'updated', 'until', 'lon', 'lat', 'zones', 'reason', 'who', 'act', 'why', 'hash', 'body',
] as const; // prettier-ignore

const BEGINNINGS: Readonly<Record<Format, string>> = {
  csv: `\uFEFF${COLUMNS.join(',')}\r\n`,
  ndjson: '',
  geojson: '{"type":"FeatureCollection","features":[',
};

/** @param ask for a page, oldest first */
export async function* exported(
  ask: (query: HistoryQuery) => Promise<HistoryPage>,
  format: Format,
  query: HistoryQuery = {},
): AsyncGenerator<string> {
  let any = false;
  let begun = false;
  for (let after = query.after; ;) {
    const page = await ask({ ...query, order: 'oldest', limit: PAGE, after });
    // only now: what cannot be read at all is an error, not a file without entries
    if (!begun) yield BEGINNINGS[format];
    begun = true;
    const lines = page.entries.flatMap((entry) => (format === 'geojson' ? featureOf(entry) : [entry]));
    if (format === 'csv') yield page.entries.map(rowOf).join('');
    else if (format === 'ndjson') yield page.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    else if (lines.length > 0) {
      yield `${any ? ',' : ''}\n${lines.map((line) => JSON.stringify(line)).join(',\n')}`;
      any = true;
    }
    if (page.next === undefined) break;
    after = page.next;
  }
  if (format === 'geojson') yield '\n]}\n';
}

/** A cell that begins as a formula does is told from one: a spreadsheet would run what a sensor has sent. */
function rowOf(entry: JournalEntry): string {
  const { body, ...fields } = entry;
  const said = body as unknown as Partial<Record<string, unknown>>;
  const { place, zones } = body as Partial<Status>;
  const row: Record<string, unknown> = {
    ...Object.fromEntries(COLUMNS.map((name) => [name, said[name]])),
    ...fields,
    lon: place?.[0],
    lat: place?.[1],
    zones: Array.isArray(zones) ? (zones as Status['zones'])!.map(({ name }) => name).join('; ') : undefined,
    body: JSON.stringify(body),
  };
  const cells = COLUMNS.map((name) => cellOf(row[name]));
  return `${Papa.unparse([cells], { escapeFormulae: FORMULA })}\r\n`;
}

function cellOf(value: unknown): string | number | undefined {
  if (value === undefined || value === null || typeof value === 'number') return value ?? undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Statuses as features; all else has no place. */
function featureOf({ seq, at, kind, hash, body }: JournalEntry): object[] {
  if (kind !== 'status') return [];
  const { place, area, ...properties } = body as Status;
  const geometry = area ?? (place === undefined ? null : { type: 'Point', coordinates: place });
  return [{ type: 'Feature', id: seq, geometry, properties: { seq, at, hash, ...properties } }];
}
