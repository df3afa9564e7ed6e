/** What is not filled in yet, and which row a refusal of the compiler is about. */
import type { Comparison, Pattern } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { comparable } from './row-edit';
import { isCounted, type EventRow, type Origins, type Row, type RowGroup } from './rows';

/** A control of a row or a group, as the form marks it. */
export type Part =
  | 'event'
  | 'quiet'
  | 'how'
  | 'min'
  | 'max'
  | 'within'
  | 'lasts'
  | 'over'
  | 'value'
  | 'percentile'
  | 'minSamples'
  | 'combine'
  | 'groupWithin'
  | 'where';

/** What is wrong, and where. */
export interface Place {
  /** The row, or the whole rule. */
  at: Row | RowGroup;
  part: Part;
  /** Which comparison, with part `where`. */
  index?: number;
}

/** Something that is not filled in yet, or that it cannot be; `missing` is a key of the texts. */
export interface Missing extends Place {
  missing:
    'event' | 'gone' | 'time' | 'number' | 'times' | 'timesFrom' | 'samples' | 'compared' | 'lost' | 'percentile';
}

export interface Wanted {
  /** Ids of the events that there are; all count as known when left out. */
  known?: ReadonlySet<string>;
  /** There must be an event; else a single row in which nothing is chosen yet is no fault. */
  needed?: boolean;
}

/** More is never counted: the definition has the same limit. */
export const MOST_TIMES = 1000;

/** What has to be filled in before the rule can be judged. */
export function missingIn(rule: RowGroup, wanted: Wanted = {}): Missing[] {
  return inGroup(rule, rule, { ...wanted, needed: wanted.needed === true || rule.rows.length > 1 });
}

function inGroup(group: RowGroup, owner: Row | RowGroup, wanted: Wanted): Missing[] {
  const found = group.rows.flatMap((row) => [
    ...inRow(row, wanted),
    ...(row.kind === 'bracket' ? inGroup(row.group, row, { ...wanted, needed: true }) : []),
  ]);
  const names = new Set(comparable(group).map(({ as }) => as));
  group.where.forEach((comparison, index) => {
    const missing = inComparison(comparison, names);
    if (missing !== undefined) found.push({ at: owner, part: 'where', index, missing });
  });
  return found;
}

function inRow(row: Row, { known, needed }: Wanted): Missing[] {
  if (row.kind === 'event' && row.event === '') return needed ? [{ at: row, part: 'event', missing: 'event' }] : [];
  if (row.kind === 'event' && known?.has(row.event) === false) return [{ at: row, part: 'event', missing: 'gone' }];
  if (row.how === 'lasting' && row.lasts === '') return [{ at: row, part: 'lasts', missing: 'time' }];
  if (isCounted(row)) return inCount(row);
  return row.kind === 'event' && row.how === 'aggregate' ? inAggregate(row) : [];
}

/** No time at all is only a count where there is a largest one: "0 to 3 times". */
function inCount(row: Row): Missing[] {
  const none = row.how === 'between';
  const found: Missing[] = [];
  if (!isWhole(row.min, none ? 0 : 1, MOST_TIMES)) {
    found.push({ at: row, part: 'min', missing: none ? 'timesFrom' : 'times' });
  }
  if (none && !isWhole(row.max, 1, MOST_TIMES)) found.push({ at: row, part: 'max', missing: 'times' });
  return found;
}

function inAggregate(row: EventRow): Missing[] {
  const { over, value, method, percentile = NaN, minSamples = 1 } = row.aggregate;
  const found: Missing[] = [];
  if (!(parseDuration(over)! > 0)) found.push({ at: row, part: 'over', missing: 'time' });
  if (!Number.isFinite(value)) found.push({ at: row, part: 'value', missing: 'number' });
  if (method === 'percentile' && !(percentile >= 0 && percentile <= 100)) {
    found.push({ at: row, part: 'percentile', missing: 'percentile' });
  }
  if (!isWhole(minSamples, 1, Infinity)) found.push({ at: row, part: 'minSamples', missing: 'samples' });
  return found;
}

const isWhole = (n: number, least: number, most: number): boolean => Number.isInteger(n) && n >= least && n <= most;

/** What the definition takes for a part of an event. */
const FIELD = /^(value(\.[^.\s]{1,60}){0,5}|key|property|time)$/;

function inComparison({ left, right }: Comparison, names: ReadonlySet<string>): 'compared' | 'lost' | undefined {
  const terms = 'of' in right ? [left, right] : [left];
  if (terms.some(({ field }) => field !== undefined && !FIELD.test(field))) return 'compared';
  if (!('of' in right) && typeof right.value === 'number' && !Number.isFinite(right.value)) return 'compared';
  return terms.every(({ of }) => names.has(of)) ? undefined : 'lost';
}

/** `of[1].within` as `['of', 1, 'within']`. */
function tokensOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? key! : Number(index),
  );
}

/**
 * The row that a path of the pattern leads to.
 * @param path below the pattern, such as `of[1].within`; the pattern itself when empty
 */
export function placeOf(rule: RowGroup, pattern: Pattern, origins: Origins, path: string): Place {
  let place: Place = { at: rule, part: 'combine' };
  let node: unknown = pattern;
  const tokens = tokensOf(path);
  for (let i = 0; ; i++) {
    const origin = origins.get(node as Pattern);
    if (origin !== undefined) place = { at: origin, ...partOf(node as Pattern, tokens.slice(i)) };
    if (i === tokens.length || typeof node !== 'object' || node === null) return place;
    node = (node as Record<string | number, unknown>)[tokens[i]!];
  }
}

const OF_AGGREGATE: Record<string, Part> = {
  over: 'over',
  value: 'value',
  percentile: 'percentile',
  minSamples: 'minSamples',
  method: 'how',
  compare: 'value',
};

function partOf(p: Pattern, [key, index]: (string | number)[]): { part: Part; index?: number } {
  switch (p.op) {
    case 'then':
    case 'and':
    case 'or':
      if (key === 'where') return { part: 'where', index: Number(index ?? 0) };
      return { part: key === 'within' ? 'groupWithin' : 'combine' };
    case 'times':
      return { part: key === 'within' || key === 'min' || key === 'max' ? key : 'how' };
    case 'lasting':
      return { part: key === 'for' ? 'lasts' : 'how' };
    case 'no':
      return { part: 'quiet' };
    case 'aggregate':
      return { part: OF_AGGREGATE[String(key)] ?? 'event' };
    case 'event':
      return { part: 'event' };
    case 'every':
      return { part: 'how' };
  }
}
