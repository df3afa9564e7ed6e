import { at, Exploded, objectColumns, tableColumns, type Get, type Row } from './columns';
import { commaNumber, formatOf, readRows } from './rows';
import { decodeText, withoutMark } from './decode';
import type { Mapping } from '../../ecdm/mapping-schema';
import { parseJson } from '../../ecdm/parse-json';

/** A sample as the guess looks at it: columns by name with their first cells. */
export interface Sample {
  /** The parts of the mapping that say where the rows are. */
  reading: Pick<Mapping, 'format' | 'rows' | 'explode' | 'csv'>;
  columns: SampleColumn[];
  rows: number;
}

export interface SampleColumn {
  name: string;
  /** One cell for each row, also the empty ones. */
  all: unknown[];
  /** The cells that hold something. */
  cells: unknown[];
}

/** Rows and columns that a guess looks at: each column is compared with the others. */
const LOOKED_AT = 200;
const MOST_COLUMNS = 300;

/** Opens a sample: finds the rows and their columns. */
export function openSample(input: unknown): Sample | undefined {
  const value = input instanceof Uint8Array ? decodeText(input) : input;
  if (typeof value === 'string') {
    const text = withoutMark(value);
    const alone = commaNumber(text);
    if (alone !== undefined) return openValue(alone);
    const format = formatOf(text);
    if (format === 'csv') return openCsv(cutLines(text));
    if (format === 'ndjson') return openLines(cutLines(text));
    try {
      return openValue(parseJson(text));
    } catch {
      return undefined;
    }
  }
  return openValue(value);
}

/** The first lines of a text; a cut last line would mislead. */
function cutLines(text: string): string {
  let end = -1;
  for (let i = 0; i <= LOOKED_AT; i++) {
    const next = text.indexOf('\n', end + 1);
    if (next < 0) return text;
    end = next;
  }
  return text.slice(0, end);
}

const isNumberText = (cell: unknown): boolean => /^\s*[-+]?\d+([.,]\d+)?\s*$/.test(String(cell));

function openCsv(text: string): Sample | undefined {
  const all = readRows(text, { format: 'csv', csv: { header: false } }, {}, () => undefined);
  if (all === undefined) return undefined;
  const table = all.rows as unknown[][];
  const top = table[0]!.slice(0, MOST_COLUMNS);
  // a header names things: it has no numbers and no times
  const header = table.length > 1 && !top.some((cell) => isNumberText(cell) || /^\d{4}-\d\d-\d\d/.test(String(cell)));
  const names = header ? top.map((cell) => String(cell).trim()) : top.map((_, i) => String(i + 1));
  const rows = header ? table.slice(1) : table;
  const resolve = tableColumns(names, {});
  const columns = names
    .filter((name) => name !== '')
    .map((name) => columnOf(name, rows, resolve(name)!));
  return { reading: header ? { format: 'csv' } : { format: 'csv', csv: { header: false } }, columns, rows: rows.length };
}

function openLines(text: string): Sample | undefined {
  const read = readRows(text, { format: 'ndjson' }, {}, () => undefined);
  return read === undefined ? undefined : openObjects(read.rows, { format: 'ndjson' });
}

function openValue(value: unknown): Sample | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return openObjects([{ value }], {});
  if (Array.isArray(value)) return openList(value, undefined);
  const path = arrayPath(value, 3);
  if (path === undefined) return openObjects([value], {});
  return openList(at(value, path) as unknown[], path);
}

function openList(list: readonly unknown[], path: string | undefined): Sample | undefined {
  const rows = list.slice(0, LOOKED_AT);
  const where = path === undefined ? {} : { rows: path };
  if (rows.length > 0 && rows.every((row) => Array.isArray(row))) {
    const names = (rows[0] as unknown[]).slice(0, MOST_COLUMNS).map((cell) => String(cell));
    const resolve = tableColumns(names, {});
    return { reading: where, columns: names.map((name) => columnOf(name, rows.slice(1), resolve(name)!)), rows: rows.length - 1 };
  }
  return openObjects(rows, where);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Path to the longest array of objects; a single object without one is itself the row. */
function arrayPath(value: object, depth: number): string | undefined {
  let best: string | undefined;
  let length = 0;
  for (const key of Object.keys(value).slice(0, 100)) {
    if (key.includes('.')) continue;
    const inner = at(value, key);
    if (Array.isArray(inner)) {
      if (inner.length > length && isRecord(inner[0])) [best, length] = [key, inner.length];
    } else if (depth > 1 && isRecord(inner)) {
      const below = arrayPath(inner, depth - 1);
      const count = below === undefined ? 0 : (at(inner, below) as unknown[]).length;
      if (count > length) [best, length] = [`${key}.${below}`, count];
    }
  }
  return best;
}

function openObjects(rows: readonly unknown[], reading: Sample['reading']): Sample | undefined {
  const objects = rows.filter((row) => typeof row === 'object' && row !== null).slice(0, LOOKED_AT);
  if (objects.length === 0) return undefined;
  const explode = innerArray(objects[0] as object);
  const paths = new Set<string>();
  for (const row of objects.slice(0, 20)) collectPaths(row, '', 3, explode, paths);
  const seen: Row[] = explode === undefined ? objects : objects.flatMap((row) => opened(row, explode));
  const resolve = objectColumns(explode, {});
  const columns = [...paths].map((path) => columnOf(path, seen.slice(0, LOOKED_AT), resolve(path)!));
  return { reading: explode === undefined ? reading : { ...reading, explode }, columns, rows: objects.length };
}

function opened(row: unknown, explode: string): Row[] {
  const inner = at(row, explode);
  return Array.isArray(inner) ? inner.map((element) => new Exploded(row, element)) : [];
}

/** The name of an array of objects inside a row. */
function innerArray(row: object): string | undefined {
  for (const [key, value] of Object.entries(row)) {
    if (Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && !Array.isArray(value[0])) return key;
  }
  return undefined;
}

function collectPaths(value: unknown, prefix: string, depth: number, explode: string | undefined, into: Set<string>): void {
  if (typeof value !== 'object' || value === null || into.size >= MOST_COLUMNS) return;
  for (const [key, inner] of Object.entries(value as Record<string, unknown>).slice(0, MOST_COLUMNS)) {
    const path = `${prefix}${key}`;
    if (path === explode) collectPaths((inner as unknown[])[0], `${path}.`, depth - 1, undefined, into);
    else if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      if (Object.hasOwn(inner, 'coordinates')) into.add(path);
      else if (depth > 1) collectPaths(inner, `${path}.`, depth - 1, explode, into);
    } else if (!Array.isArray(inner)) into.add(path);
  }
}

function columnOf(name: string, rows: readonly Row[], get: Get): SampleColumn {
  const all = rows.map((row) => get(row));
  return { name, all, cells: all.filter((cell) => cell !== undefined && cell !== null && cell !== '') };
}
