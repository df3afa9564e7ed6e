import type { Field } from '../../ecdm/mapping-schema';

/** A row as it comes: a list of cells, an object, or a part of an object with its owner. */
export type Row = unknown;
export type Get = (row: Row) => unknown;

/** An element of an array inside a row, seen together with that row. */
export class Exploded {
  constructor(
    readonly owner: Row,
    readonly element: unknown,
  ) {}
}

/** What the message says beside its payload. */
export interface MessageContext {
  topic?: string;
  /** Time of arrival, epoch milliseconds. */
  now?: number;
  /** Lines of the same file before this text: rows are numbered as in the whole file. */
  before?: number;
}

/** Finds the way to a column; `undefined` where the table has no such column. */
export type Resolve = (column: string) => Get | undefined;

const own = (of: unknown, key: string): unknown => {
  if (typeof of !== 'object' || of === null) return undefined;
  if (Array.isArray(of)) {
    const index = Number(key);
    return Number.isInteger(index) ? (of[index] as unknown) : undefined;
  }
  return Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined;
};

/** Follows a path such as `a.b.0.c` through own properties only; a key that itself has dots (`a.pm2.5`) wins. */
export function at(of: unknown, path: string, parts: readonly string[] = path.split('.')): unknown {
  if (parts.length === 1) return own(of, path);
  const whole = own(of, path);
  if (whole !== undefined) return whole;
  let value = of;
  for (const part of parts) {
    value = own(value, part);
    if (value === undefined) return parts.length < 3 ? undefined : dotted(of, parts, 0);
  }
  return value;
}

/** The same, where a key further down has dots: the longest one first. */
function dotted(of: unknown, parts: readonly string[], from: number): unknown {
  if (from === parts.length) return of;
  if (typeof of !== 'object' || of === null) return undefined;
  for (let to = parts.length; to > from; to--) {
    const inner = own(of, parts.slice(from, to).join('.'));
    const found = inner === undefined ? undefined : dotted(inner, parts, to);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The column of the time of arrival. */
export const ARRIVAL = '$now';

/** Asked anew for each row: what reads the rows of one table reads those of the next message, too. */
function special(column: string, context: MessageContext): Get | undefined {
  if (column === ARRIVAL) return () => context.now;
  if (column === '$topic') return () => context.topic;
  const level = /^\$topic\.(\d{1,2})$/.exec(column)?.[1];
  if (level === undefined) return undefined;
  const index = Number(level) - 1;
  let topic: string | undefined;
  let part: string | undefined;
  return () => {
    if (context.topic !== topic) {
      topic = context.topic;
      part = topic?.split('/')[index];
    }
    return part;
  };
}

/** Columns of a table with these headers. Headers compare exactly first, then without case and outer blanks. */
export function tableColumns(headers: readonly string[], context: MessageContext): Resolve {
  const exact = new Map<string, number>();
  const loose = new Map<string, number>();
  headers.forEach((header, i) => {
    if (!exact.has(header)) exact.set(header, i);
    const plain = header.trim().toLowerCase();
    if (!loose.has(plain)) loose.set(plain, i);
  });
  return (column) => {
    const index = exact.get(column) ?? loose.get(column.trim().toLowerCase()) ?? numbered(column, headers.length);
    if (index === undefined) return special(column, context);
    return (row) => (row as readonly unknown[])[index];
  };
}

function numbered(column: string, count: number): number | undefined {
  const n = /^\d{1,4}$/.test(column) ? Number(column) : 0;
  return n >= 1 && n <= count ? n - 1 : undefined;
}

/** Columns of objects: paths. Inside an exploded array, paths that begin with its name look at the element. */
export function objectColumns(explode: string | undefined, context: MessageContext): Resolve {
  return (column) => {
    const from = special(column, context);
    if (from !== undefined) return from;
    const parts = column.split('.');
    if (explode === undefined) return (row) => at(row, column, parts);
    if (column === explode) return (row) => (row as Exploded).element;
    if (column.startsWith(`${explode}.`)) {
      const rest = column.slice(explode.length + 1);
      const restParts = rest.split('.');
      return (row) => at((row as Exploded).element, rest, restParts);
    }
    return (row) => at((row as Exploded).owner, column, parts);
  };
}

/** A text out of a row, `undefined` where the row has none. */
export type GetText = (row: Row) => string | undefined;

/** The cell as text: numbers and booleans are written out, objects are no text. */
export function cellText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

/** Blanks around the name are cut afterwards: as part of the pattern they could be read in very many ways. */
const PLACE_HOLDER = /\{\{([^{}]+)\}\}/g;

const columnIn = ([, name = '']: RegExpMatchArray): string => name.trim() || ' ';

/** The column names that a field reads. */
export function fieldColumns(field: Field): string[] {
  if (field.column !== undefined) return [field.column];
  return [...(field.template ?? '').matchAll(PLACE_HOLDER)].map(columnIn);
}

/**
 * Compiles a field.
 * @returns the reader, or the name of a column that is not there
 */
export function compileField(field: Field, resolve: Resolve): GetText | { missing: string } {
  if (field.constant !== undefined) {
    const constant = field.constant;
    return () => constant;
  }
  if (field.column !== undefined) {
    const get = resolve(field.column);
    return get === undefined ? { missing: field.column } : (row) => cellText(get(row));
  }
  return compileTemplate(field.template ?? '', resolve);
}

function compileTemplate(template: string, resolve: Resolve): GetText | { missing: string } {
  const pieces: (string | Get)[] = [];
  let from = 0;
  for (const match of template.matchAll(PLACE_HOLDER)) {
    pieces.push(template.slice(from, match.index));
    const column = columnIn(match);
    const get = resolve(column);
    if (get === undefined) return { missing: column };
    pieces.push(get);
    from = match.index + match[0].length;
  }
  pieces.push(template.slice(from));
  return (row) => {
    let text = '';
    for (const piece of pieces) {
      const part = typeof piece === 'string' ? piece : cellText(piece(row));
      if (part === undefined) return undefined;
      text += part;
    }
    return text;
  };
}

