/** Query options of a request, parsed from its address. */
import { evaluator, pathEval, type Eval } from './evaluate';
import { parseFilter, type Node } from './filter';
import { truth } from './functions';
import { FrostError, hasField, navigationOf, type EntitySet } from './model';
import type { Entity, Store } from './store';

export interface OrderBy {
  path: string;
  value: Eval;
  sign: 1 | -1;
}

export interface Query {
  /** The tree of the filter, and what it lets through. */
  tree?: Node;
  filter?: (entity: Entity) => boolean;
  /** What a keyset link adds: rows after the last one of the page before. */
  skipTree?: Node;
  skipFilter?: (entity: Entity) => boolean;
  orderby: OrderBy[];
  top?: number;
  skip: number;
  count: boolean;
  /** Fields and links that are wanted; of a field only these parts where there are any. */
  select?: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** FROST's `$select=distinct:`: every answer once. */
  distinct: boolean;
  expand: ReadonlyMap<string, Query>;
  resultFormat?: string;
  /** The options as they were given, for links to further pages. */
  given: readonly (readonly [string, string])[];
}

export const NO_QUERY: Query = { orderby: [], skip: 0, count: false, distinct: false, expand: new Map(), given: [] };

/** Splits at `separator`, but not inside brackets or quotes. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === separator && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** @throws FrostError 400 where an option is unknown or cannot be read */
export function parseQuery(store: Store, options: Iterable<readonly [string, string]>, set: EntitySet): Query {
  const given = [...options].filter(([, value]) => value !== '');
  const query: Query = { ...NO_QUERY, given };
  for (const [name, value] of given) parseOption(store, query, name, value, set);
  return query;
}

function parseOption(store: Store, query: Query, name: string, value: string, set: EntitySet): void {
  switch (name) {
    case '$filter':
      query.tree = parseFilter(value);
      query.filter = predicate(store, query.tree, set);
      return;
    case '$skipFilter':
      query.skipTree = parseFilter(value);
      query.skipFilter = predicate(store, query.skipTree, set);
      return;
    case '$orderby':
      query.orderby = splitOutside(value, ',').map((part) => orderBy(store, part, set));
      return;
    case '$top':
      query.top = wholeNumber(name, value);
      return;
    case '$skip':
      query.skip = wholeNumber(name, value);
      return;
    case '$count':
      query.count = value === 'true';
      return;
    case '$select':
      query.distinct = value.startsWith('distinct:');
      query.select = parseSelect(value.replace(/^distinct:/, ''), set);
      return;
    case '$expand':
      query.expand = parseExpand(store, value, set);
      return;
    case '$resultFormat':
      query.resultFormat = value;
      return;
    case '$format':
    case '$resultMetadata':
      // how much is told about the data; what the simulator tells is always allowed
      return;
    default:
      throw new FrostError(400, `Failed to parse query: unknown option ${name.slice(0, 40)}.`);
  }
}

/** `name,unitOfMeasurement/symbol` */
function parseSelect(text: string, set: EntitySet): Map<string, string[][]> {
  const select = new Map<string, string[][]>();
  for (const item of splitOutside(text, ',')) {
    const [name, ...deeper] = (item === '@iot.id' ? 'id' : item).split('/');
    if (name !== 'id' && !hasField(set, name!) && !navigationOf(set, name!)) {
      throw new FrostError(400, `Invalid property '${name!.slice(0, 40)}' found in select.`);
    }
    const parts = select.get(name!) ?? [];
    if (deeper.length > 0) parts.push(deeper);
    select.set(name!, parts);
  }
  return select;
}

function predicate(store: Store, tree: Node, set: EntitySet): (entity: Entity) => boolean {
  const evaluate = evaluator(store, tree, set);
  return (entity) => truth(evaluate(entity));
}

function orderBy(store: Store, part: string, set: EntitySet): OrderBy {
  const [path, direction = 'asc', more] = part.split(/\s+/);
  if (more !== undefined || (direction !== 'asc' && direction !== 'desc')) {
    throw new FrostError(400, `Failed to parse query: cannot order by '${part.slice(0, 40)}'.`);
  }
  const plain = path === '@iot.id' ? 'id' : path!;
  return { path: plain, value: pathEval(store, plain.split('/'), set), sign: direction === 'desc' ? -1 : 1 };
}

function wholeNumber(name: string, value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n)) throw new FrostError(400, `Failed to parse query: ${name} must be a whole number.`);
  // FROST takes less than nothing for nothing
  return Math.max(0, n);
}

/** `A($top=1;$select=x),B/C` */
function parseExpand(store: Store, text: string, set: EntitySet): Map<string, Query> {
  const expand = new Map<string, Query>();
  for (const item of splitOutside(text, ',')) {
    const match = /^(\w+)(?:\/([\w/]+))?\s*(?:\((.*)\))?$/s.exec(item);
    const navigation = match ? navigationOf(set, match[1]!) : undefined;
    if (!match || !navigation)
      throw new FrostError(400, `Failed to parse query: cannot expand '${item.slice(0, 40)}'.`);
    const [, name, deeper, inner] = match;
    const options = splitOutside(inner ?? '', ';').map((option) => {
      const at = option.indexOf('=');
      return [option.slice(0, at).trim(), option.slice(at + 1).trim()] as const;
    });
    const query = deeper
      ? parseQuery(store, [['$expand', inner ? `${deeper}(${inner})` : deeper]], navigation.to)
      : parseQuery(store, options, navigation.to);
    const known = expand.get(name!);
    // `A/B,A/C` is one A with both
    expand.set(name!, known && deeper ? { ...known, expand: new Map([...known.expand, ...query.expand]) } : query);
  }
  return expand;
}
