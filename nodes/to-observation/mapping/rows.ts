import { parse } from 'papaparse';
import { DEEPEST_JSON } from '../../ecdm/depth';
import type { Mapping } from '../../ecdm/mapping-schema';
import { parseJson, TooDeep } from '../../ecdm/parse-json';
import { at, cellText, Exploded, objectColumns, tableColumns, type MessageContext, type Resolve, type Row } from './columns';
import { decodeText, withoutLastBreaks, withoutMark } from './decode';
import type { TextKey } from './texts';

/** Says what is wrong with the input; the caller makes the problem of it. */
export type Report = (key: TextKey, params: Readonly<Record<string, string | number>>, item: unknown) => void;

/** Rows that are ready to be read, and the way to their columns. */
export interface Rows {
  rows: Row[];
  /** Number that people would give to a row: the line of a CSV (the header is 1), else from 1. */
  numberOf(index: number): number;
  /** Headers of a table; `undefined` for objects. */
  headers: readonly string[] | undefined;
  resolve: Resolve;
  /** The input was one thing, not a list. */
  single: boolean;
}

type Reading = Pick<Mapping, 'format' | 'rows' | 'explode' | 'csv' | 'thousands'>;

/** Most rows that one message may hold; what is beyond is a problem. */
const MOST_ROWS = 2_000_000;

/** Finds the rows in whatever came: text, bytes, an object, an array. */
export function readRows(input: unknown, mapping: Reading, context: MessageContext, report: Report): Rows | undefined {
  if (input instanceof Uint8Array) return readText(decodeText(input), mapping, context, report);
  if (typeof input === 'string') return readText(withoutMark(input), mapping, context, report);
  if (input instanceof ArrayBuffer) return readText(decodeText(new Uint8Array(input)), mapping, context, report);
  return readValue(input, mapping, context, report);
}

function readText(text: string, mapping: Reading, context: MessageContext, report: Report): Rows | undefined {
  if (text.trim() === '') return void report('no-rows', {}, text);
  const alone = commaNumber(text);
  if (alone !== undefined && !meansCells(mapping)) {
    // the sign between thousands is known to the reader of numbers
    return readValue(mapping.thousands === ',' ? text : alone, mapping, context, report);
  }
  switch (mapping.format ?? formatOf(text)) {
    case 'csv':
      return readCsv(text, mapping, context, report);
    case 'ndjson':
      return readLines(text, mapping, context, report);
    default:
      try {
        return readValue(parseJson(text), mapping, context, report);
      } catch (error) {
        return void reportJson('json', error, {}, text, report);
      }
  }
}

/** A text that is nothing but one number with a decimal comma, as sensors of some countries send it: "21,5". */
export function commaNumber(text: string): number | undefined {
  return text.length <= 100 && /^\s*[-+]?\d+,\d+\s*$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}

/** The mapping says that such a text is two cells. With a header it would be one, of a table without rows. */
const meansCells = ({ format, csv }: Reading): boolean =>
  (format !== undefined && format !== 'json') || csv?.header === false || csv?.delimiter === ',';

/** Tells JSON, JSON lines and CSV apart by how the text begins. */
export function formatOf(text: string): 'csv' | 'json' | 'ndjson' {
  const start = /^\s*(\S)/.exec(text.slice(0, 1000))?.[1];
  if (/^\s*[-+]?\d+(\.\d+)?(e[-+]?\d+)?\s*$/i.test(text.slice(0, 100)) && text.length <= 100) return 'json';
  if (start !== '{' && start !== '[') return 'csv';
  const newline = text.indexOf('\n');
  const first = (newline < 0 ? text : text.slice(0, newline)).trim();
  if (newline >= 0 && text.slice(newline).trim() !== '' && isJson(first)) return 'ndjson';
  return 'json';
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function readCsv(text: string, mapping: Reading, context: MessageContext, report: Report): Rows | undefined {
  const { delimiter, quote, comment, header } = mapping.csv ?? {};
  const result = parse<string[]>(withoutLastBreaks(text), {
    delimiter: delimiter === 'tab' ? '\t' : (delimiter ?? ''),
    quoteChar: quote ?? '"',
    escapeChar: quote ?? '"',
    comments: comment ?? false,
    skipEmptyLines: false,
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  for (const error of result.errors.slice(0, 5)) {
    if (error.type === 'Quotes') report('bad-csv', { row: (error.row ?? 0) + 1, reason: error.message }, null);
  }
  return tableOf(result.data, header ?? true, context, report, false);
}

const isEmpty = (row: unknown): boolean =>
  Array.isArray(row) && (row.length === 0 || (row.length === 1 && String(row[0]).trim() === ''));

function tableOf(
  data: readonly (readonly unknown[])[],
  header: boolean,
  context: MessageContext,
  report: Report,
  single: boolean,
): Rows | undefined {
  let first = 0;
  while (first < data.length && isEmpty(data[first])) first++;
  const top = data[first];
  if (top === undefined) return void report('no-rows', {}, null);
  const headers = header ? top.map((cell) => (cellText(cell) ?? '').trim()) : top.map((_, i) => String(i + 1));
  const rows: Row[] = [];
  const numbers: number[] = [];
  for (let i = header ? first + 1 : first; i < data.length; i++) {
    if (isEmpty(data[i])) continue;
    rows.push(data[i]);
    numbers.push(i + 1 + (context.before ?? 0));
  }
  return {
    rows: bounded(rows, report),
    numberOf: (i) => numbers[i]!,
    headers,
    resolve: tableColumns(headers, context),
    single,
  };
}

function readLines(text: string, mapping: Reading, context: MessageContext, report: Report): Rows | undefined {
  const values: unknown[] = [];
  const numbers: number[] = [];
  let number = context.before ?? 0;
  let bad = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() === '') continue;
    try {
      const value: unknown = parseJson(line);
      const found = isRoot(mapping.rows) ? value : at(value, mapping.rows!);
      for (const row of Array.isArray(found) ? (found as unknown[]) : [found]) {
        values.push(row);
        numbers.push(number);
      }
    } catch (error) {
      bad++;
      reportJson('line', error, { row: number }, line, report);
    }
  }
  if (values.length === 0 && bad === 0) return void report('no-rows', {}, text);
  return objectsOf(values, (i) => numbers[i]!, mapping, context, report, false);
}

const isRoot = (path: string | undefined): boolean => path === undefined || path === '' || path === '.';

function readValue(input: unknown, mapping: Reading, context: MessageContext, report: Report): Rows | undefined {
  let value = input;
  if (!isRoot(mapping.rows)) {
    value = at(input, mapping.rows!);
    if (value === undefined) {
      const found = typeof input === 'object' && input !== null ? Object.keys(input).slice(0, 12).join(', ') : typeof input;
      return void report('no-path', { path: mapping.rows!, found: found || '-' }, input);
    }
  }
  if (value === undefined || value === null) return void report('no-rows', {}, value);
  if (typeof value !== 'object') value = { value };
  if (!Array.isArray(value)) return objectsOf([value], (i) => i + 1, mapping, context, report, true);
  const list = value as unknown[];
  if (list.length > 0 && list.every((row) => Array.isArray(row))) {
    return tableOf(list, mapping.csv?.header ?? true, context, report, false);
  }
  return objectsOf(list, (i) => i + 1, mapping, context, report, false);
}

function objectsOf(
  values: unknown[],
  numberOf: (index: number) => number,
  mapping: Reading,
  context: MessageContext,
  report: Report,
  single: boolean,
): Rows {
  const explode = mapping.explode === '' ? undefined : mapping.explode;
  const resolve = objectColumns(explode, context);
  if (explode === undefined) {
    return { rows: bounded(values, report), numberOf, headers: undefined, resolve, single };
  }
  const rows: Row[] = [];
  const owners: number[] = [];
  values.forEach((owner, i) => {
    const inner = at(owner, explode);
    for (const element of Array.isArray(inner) ? (inner as unknown[]) : []) {
      rows.push(new Exploded(owner, element));
      owners.push(i);
    }
  });
  return {
    rows: bounded(rows, report),
    numberOf: (i) => numberOf(owners[i]!),
    headers: undefined,
    resolve,
    single: single && rows.length === 1,
  };
}

function bounded(rows: Row[], report: Report): Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  report('too-long', { found: rows.length, limit: MOST_ROWS }, null);
  return rows.slice(0, MOST_ROWS);
}

function reportJson(what: 'json' | 'line', error: unknown, more: object, item: string, report: Report): void {
  if (error instanceof TooDeep) report(`deep-${what}`, { ...more, limit: DEEPEST_JSON }, item);
  else report(`bad-${what}`, { ...more, reason: reasonOf(error) }, item);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
