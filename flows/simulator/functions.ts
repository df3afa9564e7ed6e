/** The functions of `$filter` (18-088, 9.3.3.5.2). */
import { FrostError } from './model';
import type { Shape, Value } from './values';
import { compare, distance, intersects, Time, within } from './values';

type Fn = (...args: readonly Value[]) => Value;

const text = (v: Value | undefined): string =>
  typeof v === 'string' ? v : typeof v === 'number' || typeof v === 'boolean' ? `${v}` : '';
const num = (v: Value | undefined): number => (typeof v === 'number' ? v : Number(v));
const date = (v: Value | undefined): Date => new Date(v instanceof Time ? v.start : NaN);
const shape = (v: Value | undefined): Shape => {
  if (typeof v === 'object' && v !== null && 'kind' in v) return v;
  throw new FrostError(400, 'Failed to parse query: expected a geometry.');
};

const TABLE: Readonly<Record<string, Fn>> = {
  substringof: (part, whole) => text(whole).includes(text(part)),
  startswith: (whole, part) => text(whole).startsWith(text(part)),
  endswith: (whole, part) => text(whole).endsWith(text(part)),
  length: (whole) => text(whole).length,
  // FROST counts from 1, as its database does; 0 where it is not there
  indexof: (whole, part) => text(whole).indexOf(text(part)) + 1,
  substring: (whole, from, count) =>
    count === undefined ? text(whole).slice(num(from)) : text(whole).slice(num(from), num(from) + num(count)),
  tolower: (whole) => text(whole).toLowerCase(),
  toupper: (whole) => text(whole).toUpperCase(),
  trim: (whole) => text(whole).trim(),
  concat: (a, b) => text(a) + text(b),
  year: (t) => date(t).getUTCFullYear(),
  month: (t) => date(t).getUTCMonth() + 1,
  day: (t) => date(t).getUTCDate(),
  hour: (t) => date(t).getUTCHours(),
  minute: (t) => date(t).getUTCMinutes(),
  second: (t) => date(t).getUTCSeconds(),
  fractionalseconds: (t) => date(t).getUTCMilliseconds() / 1000,
  totaloffsetminutes: () => 0,
  date: (t) => {
    const day = Math.floor(date(t).getTime() / 86_400_000) * 86_400_000;
    return new Time(day, day);
  },
  time: (t) => date(t).toISOString().slice(11),
  now: () => new Time(Date.now(), Date.now()),
  mindatetime: () => new Time(-8_640_000_000_000_000, -8_640_000_000_000_000),
  maxdatetime: () => new Time(8_640_000_000_000_000, 8_640_000_000_000_000),
  round: (n) => roundHalfEven(num(n)),
  floor: (n) => Math.floor(num(n)),
  ceiling: (n) => Math.ceil(num(n)),
  'geo.distance': (a, b) => distance(shape(a), shape(b)),
  'geo.intersects': (a, b) => intersects(shape(a), shape(b)),
  st_intersects: (a, b) => intersects(shape(a), shape(b)),
  st_disjoint: (a, b) => !intersects(shape(a), shape(b)),
  st_within: (a, b) => within(shape(a), shape(b)),
  st_contains: (a, b) => within(shape(b), shape(a)),
  st_equals: (a, b) => within(shape(a), shape(b)) && within(shape(b), shape(a)),
};

/** As databases round doubles: 20.5 to 20, 21.5 to 22. */
function roundHalfEven(n: number): number {
  const down = Math.floor(n);
  if (n - down !== 0.5) return Math.round(n);
  return down % 2 === 0 ? down : down + 1;
}

const GEO = /^(geo\.|st_)/;

export function isFunction(name: string): boolean {
  return Object.hasOwn(TABLE, name);
}

/** Calls a function; over a to-many path it is true (or the value) for any of the entities behind it. */
export function call(name: string, args: readonly Value[]): Value {
  const spread = args.findIndex((arg) => Array.isArray(arg));
  if (spread >= 0) {
    const many = args[spread] as readonly Value[];
    return many.map((item) =>
      call(
        name,
        args.map((arg, i) => (i === spread ? item : arg)),
      ),
    );
  }
  // a missing geometry is nowhere
  if (GEO.test(name) && args.some((arg) => arg === null)) return null;
  return TABLE[name]!(...args);
}

/** Arithmetic of `add sub mul div mod`, also time plus or minus a duration (milliseconds). */
export function arithmetic(op: string, a: Value, b: Value, duration: boolean): Value {
  if (duration && a instanceof Time) {
    const ms = op === 'sub' ? -num(b) : num(b);
    return new Time(a.start + ms, a.end + ms);
  }
  const [x, y] = [num(a), num(b)];
  switch (op) {
    case 'add':
      return x + y;
    case 'sub':
      return x - y;
    case 'mul':
      return x * y;
    case 'div':
      return x / y;
    default:
      return x % y;
  }
}

/** What counts as true at the top of a filter. */
export function truth(value: Value): boolean {
  return Array.isArray(value) ? (value as readonly Value[]).some(truth) : compare('eq', value, true);
}
