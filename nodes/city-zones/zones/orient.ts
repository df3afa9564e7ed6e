/** Bound of the rounding error of the determinant below (Shewchuk 1997, "ccwerrboundA"). */
export const ORIENT_ERROR = 3.3306690738754716e-16;

/** Exact for coordinates of at least 2^-147 degrees; smaller ones count as 0. */
const SCALE = 2 ** 200;

const exact = (x: number): bigint => BigInt(Math.trunc(x * SCALE));

/** The sign of the determinant in whole numbers: slow (about 1 us), so only used where rounding could matter. */
export function orientExact(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): -1 | 0 | 1 {
  const [x, y] = [exact(ax), exact(ay)];
  const det = (exact(bx) - x) * (exact(cy) - y) - (exact(by) - y) * (exact(cx) - x);
  return det === BigInt(0) ? 0 : det > BigInt(0) ? 1 : -1;
}

/**
 * On which side of the line from a to b the point c lies: 1 left, -1 right, 0 on the line.
 * Exact: the same answer whichever end of the line comes first (with the opposite sign).
 */
export function orient(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): -1 | 0 | 1 {
  const left = (bx - ax) * (cy - ay);
  const right = (by - ay) * (cx - ax);
  const det = left - right;
  if (Math.abs(det) > ORIENT_ERROR * (Math.abs(left) + Math.abs(right))) return det > 0 ? 1 : -1;
  return orientExact(ax, ay, bx, by, cx, cy);
}
