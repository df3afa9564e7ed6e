/** A query as the stores understand it: what is wrong with it is found here, for all of them. */
import { SEVERITIES } from '../../ecdm/status';
import { text } from '../../ecdm/text';
import { parseTime } from '../../ecdm/time';
import type { HistoryQuery } from '../journal-source';
import { clean } from './columns';

const MOST_ENTRIES = 1000;
const ENTRIES = 100;
/** Words, zones, kinds or states of a query. */
const MOST_VALUES = 100;

/** Where a page ends. */
export interface Cursor {
  at: number;
  seq: number;
}

export type Box = readonly [west: number, south: number, east: number, north: number];

export interface Question {
  from?: number;
  to?: number;
  kinds?: readonly string[];
  alarm?: string;
  statusId?: string;
  domain?: string;
  status?: string;
  states?: readonly string[];
  /** Place in {@link SEVERITIES}. */
  severity?: number;
  zones?: readonly string[];
  /** One, or two where the query crosses the antimeridian. */
  boxes?: readonly Box[];
  /** Parts of LIKE, with `\` as the escape. */
  words: readonly string[];
  newest: boolean;
  limit: number;
  after?: Cursor;
}

/** @throws Error in words for people, where a part of the query cannot be understood */
export function questionOf(query: HistoryQuery, language?: string): Question {
  const refuse = (field: string): never => {
    throw new Error(text(language, 'journal.query', { field }));
  };
  const time = (field: 'from' | 'to'): number | undefined =>
    query[field] === undefined ? undefined : (parseTime(query[field]) ?? refuse(field));
  const list = (field: 'kinds' | 'states' | 'zones'): readonly string[] | undefined => {
    const values = query[field];
    if (values === undefined) return undefined;
    if (!Array.isArray(values) || values.length > MOST_VALUES) return refuse(field);
    return values.map((value: unknown) => clean(value) ?? refuse(field));
  };
  const one = (field: 'alarm' | 'statusId' | 'domain' | 'status'): string | undefined =>
    query[field] === undefined ? undefined : (clean(query[field]) ?? refuse(field));
  const severity = query.minSeverity === undefined ? undefined : SEVERITIES.indexOf(query.minSeverity);
  if (severity === -1) refuse('minSeverity');
  const limit = query.limit ?? ENTRIES;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ENTRIES) refuse('limit');
  return {
    from: time('from'),
    to: time('to'),
    kinds: list('kinds'),
    alarm: one('alarm'),
    statusId: one('statusId'),
    domain: one('domain'),
    status: one('status'),
    states: list('states'),
    severity,
    zones: list('zones'),
    boxes: query.box === undefined ? undefined : (boxesOf(query.box) ?? refuse('box')),
    words: query.text === undefined ? [] : (wordsOf(query.text) ?? refuse('text')),
    newest: query.order !== 'oldest',
    limit,
    after: query.after === undefined ? undefined : (cursorOf(query.after) ?? refuse('after')),
  };
}

/** A place in the order of the journal, as a page names it: `at.seq`. */
export function cursorText({ at, seq }: Cursor): string {
  return `${at}.${seq}`;
}

function cursorOf(after: unknown): Cursor | undefined {
  const [, at, seq] = /^(-?\d{1,15})\.(\d{1,15})$/.exec(String(after)) ?? [];
  return at === undefined ? undefined : { at: Number(at), seq: Number(seq) };
}

function boxesOf(box: unknown): Box[] | undefined {
  if (!Array.isArray(box) || box.length !== 4 || !box.every((n) => Number.isFinite(n))) return undefined;
  const [west, south, east, north] = box as [number, number, number, number];
  if (south > north) return undefined;
  if (west <= east) return [[west, south, east, north]];
  return [
    [west, south, 180, north],
    [-180, south, east, north],
  ];
}

/** Each word must occur; what has a meaning in a pattern is taken as it is. */
function wordsOf(words: unknown): string[] | undefined {
  const said = clean(words)?.toLowerCase().split(/\s+/).filter(Boolean);
  if (said === undefined || said.length > MOST_VALUES) return undefined;
  return said.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
}
