/** Query options of a request: parsed from the URL, applied to a list of entities. */
import { parseFilter, parsePath } from './filter';
import type { EntitySet } from './model';
import { FrostError, MODEL } from './model';
import type { Entity } from './store';
import { order } from './values';

export interface Query {
  filter?: (entity: Entity) => boolean;
  orderby: { value: ReturnType<typeof parsePath>; sign: 1 | -1 }[];
  top?: number;
  skip: number;
  count: boolean;
  select?: ReadonlySet<string>;
  expand: ReadonlyMap<string, Query>;
  resultFormat?: string;
}

/** Splits at `separator`, but not inside brackets or quotes. */
export function splitOutside(text: string, separator: string): string[] {
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

export function parseQuery(options: Iterable<readonly [string, string]>, set: EntitySet): Query {
  const query: Query = { orderby: [], skip: 0, count: false, expand: new Map() };
  for (const [name, value] of options) {
    switch (name) {
      case '$filter':
        query.filter = parseFilter(value, set);
        break;
      case '$orderby':
        query.orderby = splitOutside(value, ',').map((part) => {
          const [path, direction] = part.split(/\s+/);
          return { value: parsePath(path!, set), sign: direction === 'desc' ? -1 : 1 };
        });
        break;
      case '$top':
        query.top = wholeNumber(name, value);
        break;
      case '$skip':
        query.skip = wholeNumber(name, value);
        break;
      case '$count':
        query.count = value === 'true';
        break;
      case '$select':
        query.select = new Set(splitOutside(value, ',').map((field) => (field === '@iot.id' ? 'id' : field)));
        break;
      case '$expand':
        query.expand = parseExpand(value, set);
        break;
      case '$resultFormat':
        query.resultFormat = value;
        break;
      default:
        throw new FrostError(400, `Failed to parse query: unknown option ${name.slice(0, 40)}.`);
    }
  }
  return query;
}

function wholeNumber(name: string, value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0)
    throw new FrostError(400, `Failed to parse query: ${name} must be a whole number.`);
  return n;
}

/** `A($top=1;$select=x),B/C` */
function parseExpand(text: string, set: EntitySet): Map<string, Query> {
  const expand = new Map<string, Query>();
  for (const item of splitOutside(text, ',')) {
    const match = /^(\w+)(?:\/([\w/]+))?\s*(?:\((.*)\))?$/s.exec(item);
    const navigation =
      match && Object.hasOwn(MODEL[set].navigation, match[1]!) ? MODEL[set].navigation[match[1]!] : undefined;
    if (!match || !navigation)
      throw new FrostError(400, `Failed to parse query: cannot expand '${item.slice(0, 40)}'.`);
    const [, name, deeper, inner] = match;
    const options = splitOutside(inner ?? '', ';').map((option) => {
      const at = option.indexOf('=');
      return [option.slice(0, at).trim(), option.slice(at + 1).trim()] as const;
    });
    if (deeper) {
      expand.set(name!, parseQuery([['$expand', inner ? `${deeper}(${inner})` : deeper]], navigation.to));
    } else {
      expand.set(name!, parseQuery(options, navigation.to));
    }
  }
  return expand;
}

export interface Page {
  rows: Entity[];
  /** Rows that match, before paging. */
  count: number;
  /** Rows that this page was asked for. */
  top: number;
  more: boolean;
}

/** Filter, order, skip and top, in the standard's order (9.3.1). */
export function applyQuery(entities: Iterable<Entity>, query: Query, defaultTop: number, maxTop: number): Page {
  const { filter } = query;
  const rows = filter ? Array.from(entities).filter(filter) : Array.from(entities);
  if (query.orderby.length > 0) {
    const keys = new Map(rows.map((row) => [row, query.orderby.map((o) => o.value(row))] as const));
    rows.sort((a, b) => {
      const [ka, kb] = [keys.get(a)!, keys.get(b)!];
      for (let i = 0; i < ka.length; i++) {
        const by = order(ka[i]!, kb[i]!) * query.orderby[i]!.sign;
        if (by !== 0) return by;
      }
      return 0;
    });
  }
  const top = Math.min(query.top ?? defaultTop, maxTop);
  return {
    rows: rows.slice(query.skip, query.skip + top),
    count: rows.length,
    top,
    more: rows.length > query.skip + top,
  };
}
