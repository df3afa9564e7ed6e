/** What a point near a neighbour's border is meant to be: a point of that border. */
import type { Position } from '../zones/model';

/** Pixels within which a corner is caught, and the line between two corners. */
const CORNER = 10;
const EDGE = 7;

type Pixels = readonly [number, number];

/**
 * @param chains borders of the neighbours in degrees, closed ones with their first point repeated
 * @param toPixels where a position is seen
 * @param wanted the position as the hand has it
 * @returns the corner or the place on a border that is near enough, else `undefined`
 */
export function snap(
  chains: Iterable<readonly Position[]>,
  toPixels: (position: Readonly<Position>) => Pixels,
  wanted: Readonly<Position>,
): Position | undefined {
  const [x, y] = toPixels(wanted);
  let corner: Position | undefined;
  let edge: Position | undefined;
  let [nearCorner, nearEdge] = [CORNER, EDGE];
  for (const chain of chains) {
    let before: Pixels | undefined;
    for (const [i, position] of chain.entries()) {
      const here = toPixels(position);
      const far = Math.hypot(here[0] - x, here[1] - y);
      if (far < nearCorner) [corner, nearCorner] = [position, far];
      if (before) {
        const share = shareOf(before, here, x, y);
        const foot: Pixels = [before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])];
        const off = Math.hypot(foot[0] - x, foot[1] - y);
        if (off < nearEdge) {
          const [a, b] = [chain[i - 1]!, position];
          [edge, nearEdge] = [[a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])], off];
        }
      }
      before = here;
    }
  }
  return corner ? [corner[0], corner[1]] : edge;
}

/** How far along the line from a to b the nearest place to x, y is: 0 at a, 1 at b. */
function shareOf([ax, ay]: Pixels, [bx, by]: Pixels, x: number, y: number): number {
  const [ux, uy] = [bx - ax, by - ay];
  const square = ux * ux + uy * uy;
  return square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * ux + (y - ay) * uy) / square));
}
