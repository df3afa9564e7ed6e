/**
 * Walks through the pages of a collection, guarded against servers that never end, repeat themselves, lose our
 * options or forget the link to the next page.
 */
import { StaError } from './errors';
import { optionsOf, rebase } from './links';

export interface PageOptions {
  /** Configured root: links are led back to it. */
  root: string;
  /** Most rows that are wanted; the walk stops there. */
  limit: number;
  /** Told once when the walk was ended by a guard. */
  onGuard?: (reason: 'repeated' | 'endless' | 'gave-up') => void;
}

export interface Page {
  body: Record<string, unknown>;
  /** Rows of the page; the rows of all groups where it is a dataArray. */
  rows: number;
  /** A further page will be asked for. */
  more: boolean;
}

/** Options that must survive from page to page. */
const KEPT = ['$filter', '$orderby', '$select', '$expand', '$resultFormat', '$top'];

/** A server that never ends is left then. */
const MOST_PAGES = 10_000;

type Get = (url: string) => Promise<unknown>;

/** Yields page after page, at most `limit` rows rounded up to a page. */
export async function* pages(get: Get, start: string, options: PageOptions): AsyncGenerator<Page> {
  const { limit, onGuard } = options;
  const seen = new Set<string>();
  const asked = optionsOf(start);
  let url: string | undefined = start;
  let total = 0;
  let last = '';
  while (url !== undefined) {
    if (seen.has(url)) return onGuard?.('repeated');
    if (seen.size >= MOST_PAGES) return onGuard?.('endless');
    seen.add(url);
    const body = await getPage(get, url, seen.size > 1, onGuard);
    if (body === undefined) return;
    const rows = countRows(body['value']);
    if (rows === 0) return;
    const mark = fingerprint(body['value']);
    if (mark === last) return onGuard?.('repeated');
    last = mark;
    total += rows;
    url = total < limit ? nextUrl(body, start, asked, total, rows, options.root) : undefined;
    yield { body, rows, more: url !== undefined };
  }
}

/** A time-out of the server in the middle of a chain is tried once more; a second one is the end of the chain. */
async function getPage(
  get: Get,
  url: string,
  later: boolean,
  onGuard: PageOptions['onGuard'],
): Promise<Record<string, unknown> | undefined> {
  for (let again = 0; ; again++) {
    try {
      const body = await get(url);
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw new StaError('config', 'not-sta', 'this is no SensorThings answer');
      }
      return body as Record<string, unknown>;
    } catch (thrown) {
      if (!later || !(thrown instanceof StaError) || thrown.status !== 504) throw thrown;
      if (again > 0) {
        onGuard?.('gave-up');
        return undefined;
      }
    }
  }
}

/** Rows of a page: entities, or the rows inside the groups of a dataArray. */
export function countRows(value: unknown): number {
  if (!Array.isArray(value)) return 0;
  let rows = 0;
  for (const item of value as unknown[]) {
    const { dataArray, values } = (item ?? {}) as { dataArray?: unknown; values?: unknown };
    const inner = dataArray ?? values;
    rows += Array.isArray(inner) ? inner.length : 1;
  }
  return rows;
}

/** Enough of a page to notice that the same one came again. */
function fingerprint(value: unknown): string {
  const list = value as unknown[];
  return `${list.length} ${edge(list, 0)} ${edge(list, -1)}`;
}

/** First or last row, also inside the groups of a dataArray. */
function edge(list: readonly unknown[], at: number): string {
  const item = list.at(at);
  const { dataArray, values } = (item ?? {}) as { dataArray?: unknown; values?: unknown };
  const inner = dataArray ?? values;
  return rowText(Array.isArray(inner) && inner.length > 0 ? (inner as unknown[]).at(at) : item).slice(0, 4000);
}

/** A row as text; where it is nested too deeply for that, by its id and time alone. */
function rowText(row: unknown): string {
  try {
    return JSON.stringify(row) ?? '';
  } catch {
    return JSON.stringify(row, (key, value: unknown) => (key !== '' && typeof value === 'object' ? null : value)) ?? '';
  }
}

function nextUrl(
  body: Record<string, unknown>,
  start: string,
  asked: ReadonlyMap<string, string>,
  total: number,
  rows: number,
  root: string,
): string | undefined {
  const link = rebase(body['@iot.nextLink'] ?? body['@nextLink'], root);
  if (link !== undefined) return withOurOptions(withoutIntervals(link, total, asked), start, asked);
  // some servers give no link with a dataArray: a full page may not be the last
  const full = asked.get('$resultFormat') === 'dataArray' && asked.has('$top') && rows === Number(asked.get('$top'));
  if (!full) return undefined;
  const next = new URL(start);
  next.searchParams.set('$skip', String(total + Number(asked.get('$skip') ?? 0)));
  return next.href;
}

/** A time, a slash and a time, inside what a keyset link compares with. */
const INTERVAL = /\d{2}Z?\/\d{4}-\d{2}-\d{2}T/;

/**
 * FROST's keyset links compare with the interval of the last row, and for it an interval that overlaps another one is
 * neither before nor after that: all rows that overlap would be left out. Such a link is followed by its number of rows.
 */
function withoutIntervals(link: string, total: number, asked: ReadonlyMap<string, string>): string {
  if (!INTERVAL.test(optionsOf(link).get('$skipFilter') ?? '')) return link;
  const next = new URL(link);
  next.searchParams.delete('$skipFilter');
  next.searchParams.set('$skip', String(total + Number(asked.get('$skip') ?? 0)));
  return next.href;
}

/** Gives back the path and the options that the server's link has lost; all else in it stays as it is. */
function withOurOptions(link: string, start: string, asked: ReadonlyMap<string, string>): string {
  const has = optionsOf(link);
  const ours = new URL(start);
  const next = new URL(link);
  const lost = KEPT.filter((name) => asked.has(name) && !has.has(name));
  if (lost.length === 0 && decodeURI(next.pathname) === decodeURI(ours.pathname)) return link;
  next.pathname = ours.pathname;
  for (const name of lost) next.searchParams.set(name, asked.get(name)!);
  return next.href;
}
