/** Finds the rows of a page: filter, order, skip and top, in the standard's order (9.3.1). */
import { hintsOf, type Hints } from './hints';
import type { EntitySet } from './model';
import type { OrderBy, Query } from './query';
import type { Entity, Store } from './store';
import { order } from './values';

/** A collection that can be read: a whole set, or what is behind a to-many link. */
export interface Source {
  set: EntitySet;
  /** The entity whose link it is; left out for a whole set. */
  owner?: { entity: Entity; link: string };
}

export interface Page {
  rows: Entity[];
  /** Rows that match, before paging; only when they were asked for. */
  count?: number;
  /** Rows that this page was asked for. */
  top: number;
  more: boolean;
}

interface Scan {
  rows: Iterable<Entity>;
  /** Whether they come in the order that is wanted. */
  ordered: boolean;
}

export function selectPage(store: Store, source: Source, query: Query, defaultTop: number, maxTop: number): Page {
  const top = Math.min(query.top ?? defaultTop, maxTop);
  // a keyset link says by itself where the page begins
  const skip = query.skipFilter ? 0 : query.skip;
  const { rows, ordered } = scan(store, source, query);
  const passing = pass(rows, query);
  const page = ordered ? window(passing, skip, top) : window(sorted(passing, query.orderby), skip, top);
  return { ...page, top, count: query.count ? countOf(store, source, query) : undefined };
}

function* pass(rows: Iterable<Entity>, { filter, skipFilter }: Query): Iterable<Entity> {
  for (const row of rows) if ((!filter || filter(row)) && (!skipFilter || skipFilter(row))) yield row;
}

function window(rows: Iterable<Entity>, skip: number, top: number): { rows: Entity[]; more: boolean } {
  const out: Entity[] = [];
  let n = 0;
  for (const row of rows) {
    if (n++ < skip) continue;
    if (out.length === top) return { rows: out, more: true };
    out.push(row);
  }
  return { rows: out, more: false };
}

function sorted(rows: Iterable<Entity>, orderby: readonly OrderBy[]): Entity[] {
  const keyed = Array.from(rows, (row) => ({ row, keys: orderby.map(({ value }) => value(row)) }));
  // the rows come by id or by time and id, and the sort keeps that order among equals
  keyed.sort((a, b) => {
    for (const [i, { sign }] of orderby.entries()) {
      const by = order(a.keys[i]!, b.keys[i]!) * sign;
      if (by !== 0) return by;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function countOf(store: Store, source: Source, query: Query): number {
  const { filter } = query;
  if (!filter) {
    if (!source.owner) return store.count(source.set);
    if (source.set === 'Observations') return store.rowsBehind(source.owner.entity).length;
  }
  let n = 0;
  for (const row of scan(store, source, { ...query, skipTree: undefined }).rows) if (!filter || filter(row)) n++;
  return n;
}

function scan(store: Store, source: Source, query: Query): Scan {
  const hints = { ...hintsOf(store, query.tree) };
  const skipHints = hintsOf(store, query.skipTree);
  hints.from = highest(hints.from, skipHints.from);
  hints.idFrom = highest(hints.idFrom, skipHints.idFrom);
  if (skipHints.to !== undefined) hints.to = Math.min(hints.to ?? Infinity, skipHints.to);
  if (source.set === 'Observations') return scanObservations(store, source, query.orderby, hints);
  const list = source.owner ? store.linked(source.owner.entity, source.owner.link) : store.sorted(source.set);
  const byId = query.orderby.length === 0 || (query.orderby[0]!.path === 'id' && query.orderby[0]!.sign > 0);
  return { rows: byId ? fromId(list, hints.idFrom) : list, ordered: byId };
}

function highest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function* fromId(list: readonly Entity[], id: number | undefined): Iterable<Entity> {
  let low = 0;
  let high = id === undefined ? 0 : list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]!.id as number) < id!) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < list.length; i++) yield list[i]!;
}

/** Ways in which the index of times gives an order: 1 ascending, -1 descending, 0 not at all. */
function timeOrder(orderby: readonly OrderBy[]): 1 | -1 | 0 {
  const [first, second, third] = orderby;
  if (!first) return 1;
  if (first.path !== 'phenomenonTime' || third || (second && second.path !== 'id')) return 0;
  if (first.sign > 0) return !second || second.sign > 0 ? 1 : 0;
  return !second || second.sign > 0 ? -1 : 0;
}

function scanObservations(store: Store, { owner }: Source, orderby: readonly OrderBy[], hints: Hints): Scan {
  const { streams } = hints;
  const one = streams?.size === 1 && !owner ? store.get('Datastreams', [...streams][0]!) : undefined;
  if (streams && !owner && streams.size > 1) {
    const found = [...streams].map((id) => store.get('Datastreams', id)).filter((entity) => entity !== undefined);
    const rows = found.flatMap((entity) => {
      const { rows: list, first, last } = range(store, store.rowsOf(entity), hints);
      return list.slice(first, last);
    });
    // by time and id, as they come from one list
    rows.sort((a, b) => store.observations.compare(a, b));
    return inOrder(store, { rows, first: 0, last: rows.length }, timeOrder(orderby));
  }
  if (streams && !owner && !one) return { rows: [], ordered: true };
  const [by] = orderby;
  if (!owner && !one && by?.path === 'id') {
    const rows = store.observations.inIdOrder(hints.idFrom ?? -Infinity, by.sign > 0 ? 1 : -1);
    if (rows) return { rows: viewed(store, rows), ordered: true };
  }
  const entity = owner?.entity ?? one;
  const rows = entity ? store.rowsBehind(entity) : store.observations.sorted();
  return inOrder(store, range(store, rows, hints), timeOrder(orderby));
}

/** Part of a list of rows; not a copy, for the list may have a million. */
interface Range {
  rows: readonly number[];
  first: number;
  /** One after the last. */
  last: number;
}

function range(store: Store, rows: readonly number[], { from, to }: Hints): Range {
  const table = store.observations;
  const first = from === undefined ? 0 : table.firstFrom(rows, from);
  return { rows, first, last: to === undefined ? rows.length : table.firstFrom(rows, to + 1) };
}

function inOrder(store: Store, of: Range, wanted: 1 | -1 | 0): Scan {
  return { rows: wanted < 0 ? backwards(store, of) : forwards(store, of), ordered: wanted !== 0 };
}

function* viewed(store: Store, rows: Iterable<number>): Iterable<Entity> {
  for (const row of rows) yield store.view(row);
}

function* forwards(store: Store, { rows, first, last }: Range): Iterable<Entity> {
  for (let i = first; i < last; i++) yield store.view(rows[i]!);
}

/** The newest first, those of the same time by id. */
function* backwards(store: Store, { rows, first, last }: Range): Iterable<Entity> {
  const table = store.observations;
  const sameTime = (a: number, b: number): boolean =>
    table.start[a] === table.start[b] && table.endOf(a) === table.endOf(b);
  for (let end = last; end > first;) {
    let begin = end - 1;
    while (begin > first && sameTime(rows[begin - 1]!, rows[end - 1]!)) begin--;
    for (let i = begin; i < end; i++) yield store.view(rows[i]!);
    end = begin;
  }
}
