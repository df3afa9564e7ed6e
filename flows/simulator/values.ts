/** Values inside `$filter` and `$orderby`: times, shapes, and how they compare. */

/** An instant (`start === end`) or an interval. */
export class Time {
  constructor(
    readonly start: number,
    readonly end: number,
  ) {}
}

export type Point = readonly number[];
export interface Shape {
  readonly kind: 'shape';
  readonly points: readonly Point[];
  /** Rings of polygons; a shape without rings is made of its points. */
  readonly rings: readonly (readonly Point[])[];
}

export type Value = number | string | boolean | null | Time | Shape | readonly Value[];

/** V8 takes a time without a zone for local time: here it is UTC. */
function instant(text: string): number {
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text) || !text.includes('T');
  return Date.parse(zoned ? text : `${text}Z`);
}

export function readTime(text: unknown): Time | undefined {
  if (typeof text !== 'string') return undefined;
  const [from, to] = text.split('/');
  const start = instant(from!);
  const end = to === undefined ? start : instant(to);
  return Number.isNaN(start) || Number.isNaN(end) ? undefined : new Time(start, end);
}

/** Epoch milliseconds of an instant, or of the begin of an interval. */
export function readInstant(text: unknown): number | undefined {
  return readTime(text)?.start;
}

/** GeoJSON geometry or Feature to a shape. */
export function readGeoJson(raw: unknown): Shape | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { type, coordinates, geometry } = raw as { type?: string; coordinates?: unknown; geometry?: unknown };
  if (type === 'Feature') return readGeoJson(geometry);
  if (type === 'Point') return { kind: 'shape', points: [coordinates as Point], rings: [] };
  if (type === 'LineString' || type === 'MultiPoint') {
    return { kind: 'shape', points: coordinates as Point[], rings: [] };
  }
  if (type === 'Polygon') {
    const rings = coordinates as Point[][];
    return { kind: 'shape', points: rings[0] ?? [], rings };
  }
  return undefined;
}

/** The WKT of `geography'…'`: POINT, LINESTRING, POLYGON. */
export function readWkt(text: string): Shape | undefined {
  const match = /^\s*(POINT|LINESTRING|POLYGON)\s*Z?\s*\((.*)\)\s*$/is.exec(text);
  if (!match) return undefined;
  const numbers = (part: string): Point[] =>
    part.split(',').map((pair) => pair.replace(/[()]/g, ' ').trim().split(/\s+/).map(Number));
  const rings = match[1]!.toUpperCase() === 'POLYGON' ? match[2]!.split(/\)\s*,\s*\(/).map(numbers) : [];
  const points = rings[0] ?? numbers(match[2]!);
  return points.every((p) => p.length >= 2 && p.every(Number.isFinite)) ? { kind: 'shape', points, rings } : undefined;
}

function inRing(ring: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]! as [number, number];
    const [xj, yj] = ring[j]! as [number, number];
    if (yi > y! !== yj > y! && x! < ((xj - xi) * (y! - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Every point of `a` in `b`, holes honoured. Exact for points in polygons, which is what is asked in practice. */
export function within(a: Shape, b: Shape): boolean {
  if (b.rings.length === 0) return a.points.every((p) => b.points.some((q) => p[0] === q[0] && p[1] === q[1]));
  return a.points.every((p) => inRing(b.rings[0]!, p) && !b.rings.slice(1).some((hole) => inRing(hole, p)));
}

export function intersects(a: Shape, b: Shape): boolean {
  return (
    a.points.some((p) => within({ kind: 'shape', points: [p], rings: [] }, b)) ||
    b.points.some((p) => within({ kind: 'shape', points: [p], rings: [] }, a))
  );
}

/** In degrees, as FROST does (ST_Distance on geometry), between the nearest corners; 0 inside. */
export function distance(a: Shape, b: Shape): number {
  if (intersects(a, b)) return 0;
  let best = Infinity;
  for (const p of a.points) for (const q of b.points) best = Math.min(best, Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!));
  return best;
}

/** FROST's table of interval comparisons. */
function compareTimes(op: string, a: Time, b: Time): boolean {
  const instant = b.start === b.end;
  switch (op) {
    case 'gt':
      return instant ? a.start > b.start : a.start >= b.end;
    case 'ge':
      return a.start >= b.start;
    case 'lt':
      return instant ? a.end <= b.start && a.start < b.start : a.end <= b.start;
    case 'le':
      return a.end <= b.end;
    case 'eq':
      return a.start === b.start && a.end === b.end;
    default:
      return a.start !== b.start || a.end !== b.end;
  }
}

/** Compares as SQL does: anything with null is false, except equality with the literal null. */
export function compare(op: string, a: Value, b: Value): boolean {
  if (Array.isArray(a)) return (a as readonly Value[]).some((x) => compare(op, x, b));
  if (Array.isArray(b)) return (b as readonly Value[]).some((x) => compare(op, a, x));
  if (a === null || b === null) return op === 'eq' ? a === b : op === 'ne' ? a !== b : false;
  if (a instanceof Time || b instanceof Time) {
    const ta = a instanceof Time ? a : readTime(a);
    const tb = b instanceof Time ? b : readTime(b);
    return ta !== undefined && tb !== undefined && compareTimes(op, ta, tb);
  }
  // the result column holds numbers and texts: texts of numbers compare as numbers
  const [x, y] = typeof a === typeof b ? [a, b] : [Number(a), Number(b)];
  switch (op) {
    case 'eq':
      return x === y;
    case 'ne':
      return x !== y;
    case 'gt':
      return x > y;
    case 'ge':
      return x >= y;
    case 'lt':
      return x < y;
    default:
      return x <= y;
  }
}

/** Order for `$orderby`: null last, as databases have it; times by their begin, then by their end. */
export function order(a: Value, b: Value): number {
  const key = (v: Value): number | string | null =>
    v instanceof Time ? v.start : typeof v === 'boolean' ? Number(v) : typeof v === 'object' ? null : v;
  const [x, y] = [key(a), key(b)];
  if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
  if (x === y && a instanceof Time && b instanceof Time) return a.end - b.end;
  return x < y ? -1 : x > y ? 1 : 0;
}
