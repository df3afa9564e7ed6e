import type { Findings, Position, Ring } from './model';
import { orient } from './orient';
import { PreparedPolygon } from './prepared-polygon';

/** Decimals that are kept: about a millimetre. Neighbours that share a vertex still share it afterwards. */
const DECIMALS = 1e8;

/** What the cleaning of one zone's rings needs to know. */
export interface RingContext {
  /** Name of the zone, for the findings. */
  zone: string;
  /** The file has latitude first. */
  swap: boolean;
  problems: Findings;
  repaired: Findings;
}

/**
 * Cleans the rings of one polygon: closes them, drops heights and repeated positions, turns the winding, unwraps
 * a jump over the antimeridian.
 * @returns the rings, or `undefined` where nothing usable is left (the reason is among the problems)
 */
export function cleanPolygon(raw: unknown, context: RingContext): Ring[] | undefined {
  if (!Array.isArray(raw) || raw.length === 0) {
    context.problems.add('noRings', context.zone);
    return undefined;
  }
  const outer = cleanRing(raw[0], true, context);
  if (!outer) return undefined;
  const rings = [outer];
  const body = new PreparedPolygon([outer]);
  for (const rawHole of raw.slice(1)) {
    const hole = cleanRing(rawHole, false, context);
    if (!hole) continue;
    const shifted = shiftInto(hole, body);
    if (liesIn(shifted, body)) rings.push(shifted);
    else context.problems.add('holeOutside', context.zone, place(hole[0]!));
  }
  return rings;
}

/** A place for a sentence: "7.5560, 99.6110" is what people paste into a map search, so latitude comes first. */
export function place([lon, lat]: Position): { lat: string; lon: string } {
  return { lat: lat.toFixed(5), lon: lon.toFixed(5) };
}

function cleanRing(raw: unknown, outer: boolean, context: RingContext): Ring | undefined {
  const { zone, problems, repaired } = context;
  const ring = readPositions(raw, context);
  if (!ring) return undefined;
  const [first, last] = [ring[0], ring.at(-1)];
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) {
    ring.push([first[0], first[1]]);
    if (ring.length > 3) repaired.add('closed', zone);
  }
  if (ring.length < 4) {
    problems.add('tooFewPositions', zone, { count: Math.max(0, ring.length - 1) });
    return undefined;
  }
  if (!unwrap(ring, context)) return undefined;
  const area = signedArea(ring);
  if (area === 0) {
    problems.add('noArea', zone, place(ring[0]!));
    return undefined;
  }
  if (area > 0 !== outer) {
    ring.reverse();
    repaired.add(outer ? 'windingOuter' : 'windingHole', zone);
  }
  return ring;
}

function readPositions(raw: unknown, { zone, swap, problems }: RingContext): Ring | undefined {
  if (!Array.isArray(raw)) {
    problems.add('noRings', zone);
    return undefined;
  }
  const ring: Ring = [];
  for (const position of raw as unknown[]) {
    if (!Array.isArray(position) || !Number.isFinite(position[0]) || !Number.isFinite(position[1])) {
      problems.add('badPosition', zone, { number: ring.length + 1 });
      return undefined;
    }
    const [a, b] = position as [number, number];
    const lon = Math.round((swap ? b : a) * DECIMALS) / DECIMALS;
    const lat = Math.round((swap ? a : b) * DECIMALS) / DECIMALS;
    if (Math.abs(lat) > 90 || Math.abs(lon) > 360) {
      problems.add('outOfRange', zone, { lat: String(lat), lon: String(lon) });
      return undefined;
    }
    const before = ring.at(-1);
    if (!before || before[0] !== lon || before[1] !== lat) ring.push([lon, lat]);
  }
  return ring;
}

/**
 * A jump of more than half the world between two positions is meant as the short way over the antimeridian.
 * Afterwards the longitudes of the ring go on past 180 degrees. A ring that goes once around is closed over its pole.
 */
function unwrap(ring: Ring, { zone, problems, repaired }: RingContext): boolean {
  let turn = 0;
  let crossed = false;
  let before = ring[0]![0];
  for (const position of ring) {
    const step = position[0] - before;
    before = position[0];
    // exactly once around is a box that spans the world
    if (Math.abs(step) > 180 && Math.abs(step) < 360) {
      turn += step > 0 ? -360 : 360;
      crossed = true;
    }
    position[0] += turn;
  }
  if (crossed) repaired.add('antimeridian', zone);
  if (turn !== 0) {
    const [start, end] = [ring[0]!, ring.at(-1)!];
    if (Math.abs(end[0] - start[0]) !== 360) {
      problems.add('winds', zone);
      return false;
    }
    const pole = ring.reduce((sum, [, lat]) => sum + lat, 0) > 0 ? 90 : -90;
    ring.push([end[0], pole], [start[0], pole], [start[0], start[1]]);
    repaired.add('pole', zone);
  }
  const [west, east] = extent(ring);
  const turns = Math.round((west + east) / 720) * 360;
  if (turns !== 0) for (const position of ring) position[0] -= turns;
  return true;
}

function extent(ring: Ring): [number, number] {
  let [west, east] = [Infinity, -Infinity];
  for (const [lon] of ring) {
    if (lon < west) west = lon;
    if (lon > east) east = lon;
  }
  return [west, east];
}

/** Twice the area in square degrees; positive where the ring runs counter-clockwise. */
function signedArea(ring: Ring): number {
  const [ox, oy] = ring[0]!;
  let area = 0;
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1]!;
    const [bx, by] = ring[i]!;
    area += (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
  }
  return area;
}

/** Moves a hole by whole turns, so that it lies on the same copy of the world as its outline. */
function shiftInto(hole: Ring, body: PreparedPolygon): Ring {
  const [west, east] = extent(hole);
  for (const turn of [0, 360, -360]) {
    if (west + turn >= body.west && east + turn <= body.east) {
      return turn === 0 ? hole : hole.map(([lon, lat]) => [lon + turn, lat]);
    }
  }
  return hole;
}

/** A hole may touch its outline, so a vertex on the border says nothing: one inside is enough, none may be far out. */
function liesIn(hole: Ring, body: PreparedPolygon): boolean {
  const [west, east] = extent(hole);
  if (west < body.west || east > body.east) return false;
  return hole.some(([lon, lat], i) => {
    const next = hole[i + 1] ?? hole[0]!;
    return body.contains(lon, lat) || body.contains((lon + next[0]) / 2, (lat + next[1]) / 2);
  });
}

/** Pairs of edges that are compared before the search for crossings is given up. */
const MOST_PAIRS = 3_000_000;

/**
 * Looks for two edges of a polygon that cross. Edges that only touch are no fault.
 * @returns the place of the first crossing, `undefined` where there is none, 'unknown' for an outline that is too
 *   large to be searched
 */
export function findCrossing(rings: readonly Ring[]): Position | 'unknown' | undefined {
  const edges = rings.flatMap((ring) => ring.slice(1).map((b, i) => [ring[i]!, b] as const));
  const west = ([a, b]: readonly [Position, Position]): number => Math.min(a[0], b[0]);
  edges.sort((e, f) => west(e) - west(f));
  let active: (readonly [Position, Position])[] = [];
  let pairs = 0;
  for (const edge of edges) {
    const from = west(edge);
    active = active.filter(([a, b]) => Math.max(a[0], b[0]) >= from);
    pairs += active.length;
    if (pairs > MOST_PAIRS) return 'unknown';
    for (const other of active) if (cross(edge, other)) return meeting(edge, other);
    active.push(edge);
  }
  return undefined;
}

/** Whether two edges cross each other; touching is not crossing. */
export function cross([a, b]: readonly [Position, Position], [c, d]: readonly [Position, Position]): boolean {
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) return false;
  return (
    orient(...a, ...b, ...c) * orient(...a, ...b, ...d) < 0 && orient(...c, ...d, ...a) * orient(...c, ...d, ...b) < 0
  );
}

/** Where two edges that cross do so. */
export function meeting([a, b]: readonly [Position, Position], [c, d]: readonly [Position, Position]): Position {
  const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
  const [vx, vy] = [d[0] - c[0], d[1] - c[1]];
  const t = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / (ux * vy - uy * vx);
  return [a[0] + t * ux, a[1] + t * uy];
}
