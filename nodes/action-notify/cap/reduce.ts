/**
 * Fewer corners for an outline, so that phones can show it, without leaving anybody out: only corners that point inwards are
 * taken away, each of which makes the area larger. Pure.
 */
import { areaOf } from '../../ecdm/hull';

type Corner = readonly [number, number];

/** Corners of which each is looked at again and again; of more the hull is taken. */
const MOST_SEARCHED = 500;

/** @param ring closed  @returns a closed ring of at most so many corners around it; `undefined` where even its hull has more */
export function reduced(ring: readonly Corner[], most: number): Corner[] | undefined {
  if (ring.length <= most) return [...ring];
  const corners = ring.length <= MOST_SEARCHED ? filled(ring.slice(0, -1), most - 1) : undefined;
  if (corners !== undefined) return [...corners, corners[0]!];
  const hull = areaOf(ring.map(([lon, lat]): [number, number] => [lon, lat]));
  const outer = hull?.type === 'Polygon' ? (hull.coordinates as Corner[][])[0]! : [];
  return outer.length >= 4 && outer.length <= most ? outer : undefined;
}

/** Fills one dent after the other, the smallest first (Visvalingam and Whyatt 1993, for dents alone). */
function filled(ring: readonly Corner[], most: number): Corner[] | undefined {
  const corners = [...ring];
  const turn = Math.sign(twiceArea(corners));
  while (corners.length > most) {
    let least = -1;
    let size = Infinity;
    for (let i = 0; i < corners.length; i++) {
      const [a, b, c] = around(corners, i);
      const area = cross(a, b, c) * turn;
      // an outward corner stays; a straight one takes nothing away
      if (area <= 0 && -area < size && isFree(corners, i)) [least, size] = [i, -area];
    }
    if (least < 0) return undefined;
    corners.splice(least, 1);
  }
  return corners;
}

/** No other corner lies in the dent: the outline would cross itself. */
function isFree(corners: readonly Corner[], i: number): boolean {
  const [a, b, c] = around(corners, i);
  const inside = (p: Corner): boolean => {
    const [u, v, w] = [cross(a, b, p), cross(b, c, p), cross(c, a, p)];
    return (u <= 0 && v <= 0 && w <= 0) || (u >= 0 && v >= 0 && w >= 0);
  };
  return !corners.some((p) => p !== a && p !== b && p !== c && inside(p));
}

function around(corners: readonly Corner[], i: number): [Corner, Corner, Corner] {
  const n = corners.length;
  return [corners[(i + n - 1) % n]!, corners[i]!, corners[(i + 1) % n]!];
}

const cross = (a: Corner, b: Corner, c: Corner): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

const twiceArea = (corners: readonly Corner[]): number =>
  corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
