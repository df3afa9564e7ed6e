import type { CircleShape, CorridorShape, Position, Ring, ZoneGeometry, ZoneShape } from './model';
import { bearing, destination } from '../../ecdm/sphere';

/** Corners of the outline of a circle: with 64 it lies at most 0.12 % of the radius inside the circle itself. */
const CORNERS = 64;
/** Degrees between two corners of a rounded end. */
const STEP = 15;

/**
 * The outline of a shape for drawing and for GeoJSON. Whether a place lies in a circle or a corridor is decided by
 * distance, not by this outline.
 */
export function outlineOf(shape: ZoneShape): ZoneGeometry {
  if (shape.type === 'Circle') return { type: 'Polygon', coordinates: [circle(shape)] };
  if (shape.type === 'Corridor') return { type: 'Polygon', coordinates: [corridor(shape)] };
  return shape;
}

function circle({ center, radius }: CircleShape): Ring {
  // counter-clockwise, as the outer ring of a GeoJSON polygon
  const ring = Array.from({ length: CORNERS }, (_, i) => destination(center, radius, (-360 * i) / CORNERS));
  return overPole(ring, center[1]);
}

/** Longitudes that go on without a jump; a ring that goes once around the earth is closed over its pole. */
function overPole(ring: Ring, lat: number): Ring {
  for (let i = 1; i < ring.length; i++) ring[i]![0] -= 360 * Math.round((ring[i]![0] - ring[i - 1]![0]) / 360);
  const [first, last] = [ring[0]!, ring.at(-1)!];
  const turn = 360 * Math.round((first[0] - last[0]) / 360);
  if (turn === 0) return [...ring, [first[0], first[1]]];
  const pole = lat > 0 ? 90 : -90;
  const end = first[0] - turn;
  return [...ring, [end, first[1]], [end, pole], [first[0], pole], [first[0], first[1]]];
}

/** Along one side of the line, around its end, and back along the other side. */
function corridor({ line, width }: CorridorShape): Ring {
  const there = side(line, width / 2);
  const back = side([...line].reverse(), width / 2);
  const ring = [...there, ...back];
  return overPole(ring, line[0]![1]);
}

/** The right-hand side of a line with its end rounded. */
function side(line: readonly Position[], off: number): Position[] {
  const points: Position[] = [];
  let before: number | undefined;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    if (a[0] === b[0] && a[1] === b[1]) continue;
    const course = bearing(a, b);
    const bend = before === undefined ? 0 : turnOf(before, course);
    // a bend to the left opens a gap on the right-hand side, which is rounded; one to the right is cut short
    if (before !== undefined && bend < 0) arc(points, a, off, before + 90, bend);
    else if (bend > 0) points.pop();
    points.push(bend > 0 ? inner(a, off, course, bend) : destination(a, off, course + 90));
    points.push(destination(b, off, course + 90));
    before = course;
  }
  const end = line.at(-1)!;
  if (before === undefined) arc(points, end, off, 90, -360);
  else arc(points, end, off, before + 90, -180);
  return points;
}

/** Where the two inner sides of a bend meet; no further than twice the half width, so that a hairpin stays a hairpin. */
function inner(at: Position, off: number, course: number, bend: number): Position {
  const half = bend / 2;
  const reach = Math.min(2 * off, off / Math.max(1e-6, Math.cos((half * Math.PI) / 180)));
  return destination(at, reach, course + 90 - half);
}

function arc(points: Position[], centre: Position, off: number, from: number, turn: number): void {
  const steps = Math.max(1, Math.ceil(Math.abs(turn) / STEP));
  for (let i = 0; i <= steps; i++) points.push(destination(centre, off, from + (turn * i) / steps));
}

/** From -180 (sharp left) to 180 (sharp right). */
function turnOf(before: number, after: number): number {
  const turn = after - before;
  return turn - 360 * Math.round(turn / 360);
}
