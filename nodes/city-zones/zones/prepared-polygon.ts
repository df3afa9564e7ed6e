import { EdgeSlabs } from './edge-slabs';
import type { Ring } from './model';
import { nearestEdge } from './nearest-edge';
import { ORIENT_ERROR, orientExact } from './orient';
import type { PreparedArea } from './prepared-area';

/** The pole belongs to the zones just south of it: northern borders are not owned. */
export const BELOW_POLE = 90 - 1e-9;

/**
 * A polygon with holes, made ready for many questions.
 *
 * Border rule: a zone owns its western and southern borders, not its eastern and northern ones, so that a point on
 * the border of two touching zones is in exactly one of them. (A ray to the east counts the edges whose lower end
 * is at or below the point, whose upper end is above it, and which cross the ray strictly east of the point.
 * The side of an edge is decided exactly and does not depend on the direction in which the edge is written.)
 */
export class PreparedPolygon implements PreparedArea {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  private readonly slabs: EdgeSlabs;

  constructor(rings: readonly Ring[]) {
    const edges = toEdges(rings);
    this.slabs = new EdgeSlabs(edges);
    let [west, east] = [Infinity, -Infinity];
    for (let i = 0; i < edges.length; i += 2) {
      west = Math.min(west, edges[i]!);
      east = Math.max(east, edges[i]!);
    }
    [this.west, this.east] = [west, east];
    [this.south, this.north] = [this.slabs.south, this.slabs.north];
  }

  /** True where the point is inside, holes excluded; see the border rule above. */
  contains(x: number, y: number): boolean {
    if (!(x >= this.west && x <= this.east && y >= this.south && y < this.north)) return false;
    const { edges, starts } = this.slabs;
    const slab = this.slabs.of(y);
    const end = starts[slab + 1]!;
    let inside = false;
    for (let e = starts[slab]!; e < end; e += 4) {
      const ay = edges[e + 1]!;
      const by = edges[e + 3]!;
      // level edges never cross a level ray
      if (y < ay || y >= by) continue;
      const ax = edges[e]!;
      const bx = edges[e + 2]!;
      const left = (bx - ax) * (y - ay);
      const right = (by - ay) * (x - ax);
      const det = left - right;
      if (Math.abs(det) > ORIENT_ERROR * (Math.abs(left) + Math.abs(right))) {
        if (det > 0) inside = !inside;
      } else if (orientExact(ax, ay, bx, by, x, y) > 0) inside = !inside;
    }
    return inside;
  }

  /** Its edges are straight in degrees, as GeoJSON says. */
  signed(lon: number, lat: number, limit = Infinity): number {
    const x = lon - 360 * Math.round((lon - (this.west + this.east) / 2) / 360);
    const metres = nearestEdge(this.slabs, this, x, lat, limit);
    return this.contains(x, Math.min(lat, BELOW_POLE)) ? -metres : metres;
  }
}

/** Lower end first. */
function toEdges(rings: readonly Ring[]): Float64Array {
  const out: number[] = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay] = ring[i - 1]!;
      const [bx, by] = ring[i]!;
      if (ay <= by) out.push(ax, ay, bx, by);
      else out.push(bx, by, ax, ay);
    }
  }
  return Float64Array.from(out);
}
