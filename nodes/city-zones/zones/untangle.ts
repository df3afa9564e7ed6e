/** Outlines that cross themselves, taken apart into ones that do not and that enclose the same. */
import { LIMITS, type Position, type Ring } from './model';
import { PreparedPolygon } from './prepared-polygon';
import { cross, findCrossing, meeting } from './rings';

type Edge = readonly [Position, Position];

/** More crossings than a slip of the hand or of a program makes: such an outline is left as it is. */
const MOST_CROSSINGS = 100;
const MOST_PAIRS = 3_000_000;
const DECIMALS = 1e8;

export interface Untangled {
  polygons: Ring[][];
  /** Where the first crossing was. */
  at: Position;
}

/**
 * Takes a polygon apart at its crossings. What the even-odd rule calls inside stays inside: a point that was enclosed
 * twice is outside before and after.
 * @param raw the `coordinates` of a GeoJSON polygon, not yet cleaned
 * @returns `undefined` where there is no crossing, where this is no polygon, or where it cannot be taken apart
 */
export function untangle(raw: unknown): Untangled | undefined {
  const rings = readRings(raw);
  if (!rings) return undefined;
  const at = findCrossing(rings);
  if (at === undefined || at === 'unknown') return undefined;
  const loops = rings.flatMap((ring) => loopsOf(ring) ?? []);
  const polygons = nest(loops);
  const isClean = polygons.length > 0 && polygons.every((polygon) => findCrossing(polygon) === undefined);
  return isClean && enclosesTheSame(rings, polygons) ? { polygons, at } : undefined;
}

/** Closed rings of numbers; `undefined` for all else, and for a jump over the 180° meridian, which has to be undone first. */
function readRings(raw: unknown): Ring[] | undefined {
  if (!Array.isArray(raw) || raw.length > 1000) return undefined;
  const rings: Ring[] = [];
  for (const one of raw as unknown[]) {
    if (!Array.isArray(one) || one.length < 4 || one.length > LIMITS.positions) return undefined;
    const ring: Ring = [];
    for (const position of one as unknown[]) {
      if (!Array.isArray(position)) return undefined;
      const [x, y] = position as unknown[];
      if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x + y)) return undefined;
      const before = ring.at(-1);
      if (before && Math.max(Math.abs(before[0] - x), Math.abs(before[1] - y)) > 180) return undefined;
      if (!before || before[0] !== x || before[1] !== y) ring.push([x, y]);
    }
    const [first, last] = [ring[0], ring.at(-1)];
    if (first && last && (first[0] !== last[0] || first[1] !== last[1])) ring.push([first[0], first[1]]);
    rings.push(ring);
  }
  return rings;
}

/**
 * The loops that a ring is made of: at each crossing the line turns off onto the other edge instead of going straight
 * on, so that the loops touch there but do not cross.
 */
function loopsOf(ring: Ring): Ring[] | undefined {
  const points = withCrossings(ring);
  if (!points) return undefined;
  const next = points.map((_, i) => (i + 1) % points.length);
  const met = new Map<string, number>();
  for (const [i, { place, crossing }] of points.entries()) {
    if (!crossing) continue;
    const key = `${place[0]},${place[1]}`;
    const other = met.get(key);
    if (other === undefined) met.set(key, i);
    else [next[i], next[other]] = [next[other]!, next[i]!];
  }
  const loops: Ring[] = [];
  const seen = new Set<number>();
  for (let start = 0; start < points.length; start++) {
    const loop: Ring = [];
    for (let i = start; !seen.has(i); i = next[i]!) {
      seen.add(i);
      loop.push([...points[i]!.place]);
    }
    if (loop.length >= 3) loops.push([...loop, [...loop[0]!]]);
  }
  return loops;
}

interface Stop {
  place: Position;
  crossing: boolean;
}

/** The points of the ring, the repeated last one left out, with one at each crossing; `undefined` where there are too many. */
function withCrossings(ring: Ring): Stop[] | undefined {
  const edges = ring.slice(1).map((b, i): Edge => [ring[i]!, b]);
  const onEdge = new Map<number, Position[]>();
  const west = (i: number): number => Math.min(edges[i]![0][0], edges[i]![1][0]);
  const order = edges.map((_, i) => i).sort((i, j) => west(i) - west(j));
  let active: number[] = [];
  let [pairs, crossings] = [0, 0];
  for (const i of order) {
    active = active.filter((j) => Math.max(edges[j]![0][0], edges[j]![1][0]) >= west(i));
    pairs += active.length;
    if (pairs > MOST_PAIRS) return undefined;
    for (const j of active) {
      if (!cross(edges[i]!, edges[j]!)) continue;
      if (++crossings > MOST_CROSSINGS) return undefined;
      const [x, y] = meeting(edges[i]!, edges[j]!);
      const place: Position = [Math.round(x * DECIMALS) / DECIMALS, Math.round(y * DECIMALS) / DECIMALS];
      for (const edge of [i, j]) onEdge.set(edge, [...(onEdge.get(edge) ?? []), place]);
    }
    active.push(i);
  }
  const far = ([a]: Edge, [x, y]: Position): number => Math.hypot(x - a[0], y - a[1]);
  return edges.flatMap((edge, i) => {
    const crossed = (onEdge.get(i) ?? []).sort((p, q) => far(edge, p) - far(edge, q));
    return [{ place: edge[0], crossing: false }, ...crossed.map((place) => ({ place, crossing: true }))];
  });
}

/** Loops that lie in an even number of others are outlines, the rest are holes of the smallest one around them. */
function nest(loops: readonly Ring[]): Ring[][] {
  const bodies = loops.map((loop) => ({ loop, body: new PreparedPolygon([loop]) }));
  const around = bodies.map(({ loop }, i) => {
    const [a, b] = [loop[0]!, loop[1]!];
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const;
    return bodies.flatMap(({ body }, j) => (j !== i && body.contains(...middle) ? [j] : []));
  });
  const polygons = new Map<number, Ring[]>();
  for (const [i, { loop }] of bodies.entries()) if (around[i]!.length % 2 === 0) polygons.set(i, [loop]);
  for (const [i, { loop }] of bodies.entries()) {
    if (around[i]!.length % 2 === 0) continue;
    const owner = around[i]!.find((j) => around[j]!.length === around[i]!.length - 1);
    if (owner !== undefined) polygons.get(owner)?.push(loop);
  }
  return [...polygons.values()];
}

/** Places that are looked at in each direction. */
const LOOKS = 24;

/** Rings that cross each other, or at a corner, are not taken apart by the above: then all stays as it is. */
function enclosesTheSame(rings: readonly Ring[], polygons: readonly Ring[][]): boolean {
  const whole = new PreparedPolygon(rings);
  const parts = polygons.map((polygon) => new PreparedPolygon(polygon));
  for (let i = 0; i < LOOKS * LOOKS; i++) {
    const lon = whole.west + ((whole.east - whole.west) * ((i % LOOKS) + 0.4951)) / LOOKS;
    const lat = whole.south + ((whole.north - whole.south) * (Math.floor(i / LOOKS) + 0.5037)) / LOOKS;
    const count = parts.filter((part) => part.contains(lon, lat)).length;
    if (count !== Number(whole.contains(lon, lat))) return false;
  }
  return true;
}
