/** Changes of a shape, point by point. Nothing is changed in place: what was before stays for undo. */
import { polygonsOf, type Position, type Ring, type ZoneGeometry, type ZoneShape as Shape } from '../zones/model';

/** Where a point of a shape lies: which part, which ring of it (0 is the outline), which point of that. */
export interface PointAt {
  part: number;
  ring: number;
  index: number;
}

/** The points of one outline, hole or line as a person counts them: without the repeated last one. */
export interface Chain {
  part: number;
  ring: number;
  closed: boolean;
  points: readonly Position[];
}

/** Centimetres: what a hand on a map means, and short enough to be read. */
const DECIMALS = 1e7;

export const rounded = ([lon, lat]: Readonly<Position>): Position => [
  Math.round(lon * DECIMALS) / DECIMALS,
  Math.round(Math.max(-90, Math.min(90, lat)) * DECIMALS) / DECIMALS,
];

/** The points of a shape in the order in which they are drawn: of each outline and hole; without the one that closes it. */
export function chainsOf(shape: Shape): Chain[] {
  if (shape.type === 'Circle') return [{ part: 0, ring: 0, closed: false, points: [shape.center] }];
  if (shape.type === 'Corridor') return [{ part: 0, ring: 0, closed: false, points: shape.line }];
  return polygonsOf(shape).flatMap((rings, part) =>
    rings.map((points, ring) => ({ part, ring, closed: true, points: points.slice(0, -1) })),
  );
}

export function countPoints(shape: Shape): number {
  return chainsOf(shape).reduce((sum, { points }) => sum + points.length, 0);
}

export function pointOf(shape: Shape, at: PointAt): Position | undefined {
  const chain = chainsOf(shape).find(({ part, ring }) => part === at.part && ring === at.ring);
  return chain?.points[at.index];
}

function ringsToShape(polygons: Ring[][]): ZoneGeometry {
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0]! }
    : { type: 'MultiPolygon', coordinates: polygons };
}

/** Replaces the points of one chain; without points it is taken away (an outline together with its holes). */
function withPoints(shape: Shape, part: number, ring: number, points: readonly Position[]): Shape | undefined {
  const [first] = points;
  if (shape.type === 'Circle') return first && { ...shape, center: first };
  if (shape.type === 'Corridor') return points.length < 2 ? undefined : { ...shape, line: [...points] };
  const closed: Ring | undefined = first && points.length >= 3 ? [...points, [first[0], first[1]]] : undefined;
  const polygons = polygonsOf(shape).flatMap((rings, p) => {
    if (p !== part) return [rings];
    const left = rings.flatMap((one, r) => (r !== ring ? [one] : closed ? [closed] : []));
    return ring === 0 && !closed ? [] : [left];
  });
  return polygons.length === 0 ? undefined : ringsToShape(polygons);
}

function change(shape: Shape, at: PointAt, how: (points: Position[]) => void): Shape | undefined {
  const chain = chainsOf(shape).find(({ part, ring }) => part === at.part && ring === at.ring);
  if (!chain) return shape;
  const points = [...chain.points];
  how(points);
  return withPoints(shape, at.part, at.ring, points);
}

export function movePoint(shape: Shape, at: PointAt, to: Readonly<Position>): Shape {
  return change(shape, at, (points) => points.splice(at.index, 1, rounded(to))) ?? shape;
}

/** Puts a point after the given one; half way to the next one where no place is said. A circle has but one point. */
export function insertPoint(shape: Shape, at: PointAt, place?: Readonly<Position>): Shape {
  if (shape.type === 'Circle') return shape;
  const made = change(shape, at, (points) => {
    const from = points[at.index];
    if (!from) return;
    points.splice(at.index + 1, 0, rounded(place ?? halfWay(points, at.index, shape.type === 'Corridor')));
  });
  return made ?? shape;
}

/** Half way to the next point; after the last point of a line, half a step further on. */
function halfWay(points: readonly Position[], index: number, open: boolean): Position {
  const from = points[index]!;
  const next = points[index + 1];
  if (next) return [(from[0] + next[0]) / 2, (from[1] + next[1]) / 2];
  const before = points[index - 1] ?? from;
  const [to, sign] = open ? [before, -1] : [points[0]!, 1];
  return [from[0] + (sign * (to[0] - from[0])) / 2, from[1] + (sign * (to[1] - from[1])) / 2];
}

/**
 * Takes a point away. A hole or a part of which too little is left goes as a whole.
 * @returns `undefined` where nothing would be left of the shape
 */
export function removePoint(shape: Shape, at: PointAt): Shape | undefined {
  if (shape.type === 'Circle') return undefined;
  return change(shape, at, (points) => points.splice(at.index, 1));
}

/** Takes away a hole, or a part with its holes; `undefined` where nothing would be left. */
export function removeRing(shape: Shape, part: number, ring: number): Shape | undefined {
  return withPoints(shape, part, ring, []);
}

/** @param lon @param lat degrees to move it by */
export function moveShape(shape: Shape, lon: number, lat: number): Shape {
  const moved = ([x, y]: Readonly<Position>): Position => rounded([x + lon, y + lat]);
  if (shape.type === 'Circle') return { ...shape, center: moved(shape.center) };
  if (shape.type === 'Corridor') return { ...shape, line: shape.line.map(moved) };
  return ringsToShape(polygonsOf(shape).map((rings) => rings.map((ring) => ring.map(moved))));
}

/** Adds an outline of its own: a zone may lie in several pieces. */
export function addPart(shape: Shape, points: readonly Position[]): Shape {
  if (shape.type === 'Circle' || shape.type === 'Corridor' || points.length < 3) return shape;
  return ringsToShape([...polygonsOf(shape), [closedRing(points)]]);
}

/** Adds a hole to the part that its first point lies in; `undefined` where it lies in none. */
export function addHole(shape: Shape, points: readonly Position[]): Shape | undefined {
  const [first] = points;
  if (!first || points.length < 3 || shape.type === 'Circle' || shape.type === 'Corridor') return undefined;
  const polygons = polygonsOf(shape);
  const part = polygons.findIndex(([outline]) => outline !== undefined && isInside(outline, first));
  if (part < 0) return undefined;
  return ringsToShape(polygons.map((rings, p) => (p === part ? [...rings, closedRing(points)] : rings)));
}

/** As GeoJSON wants it: the first point again at the end. */
export function closedRing(points: readonly Position[]): Ring {
  const ring = points.map(rounded);
  return [...ring, [...ring[0]!]];
}

/** Even-odd; on a border either answer is right for a hand that points. */
function isInside(ring: readonly Position[], [x, y]: Readonly<Position>): boolean {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1]!;
    const [bx, by] = ring[i]!;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}
