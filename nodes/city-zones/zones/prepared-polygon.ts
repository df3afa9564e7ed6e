import type { Ring } from './model';
import { ORIENT_ERROR, orientExact } from './orient';

/** Edges per slab that are aimed at. */
const EDGES_PER_SLAB = 8;
const MOST_SLABS = 4096;

/**
 * A polygon with holes, made ready for many questions "is this point inside?".
 *
 * Border rule: a zone owns its western and southern borders, not its eastern and northern ones, so that a point on
 * the border of two touching zones is in exactly one of them. (A ray to the east counts the edges whose lower end
 * is at or below the point, whose upper end is above it, and which cross the ray strictly east of the point.
 * The side of an edge is decided exactly and does not depend on the direction in which the edge is written.)
 *
 * Edges are sorted into slabs of latitude, so that a coast line of ten thousand vertices costs a handful of edges.
 */
export class PreparedPolygon {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  /** x and y of the lower end, x and y of the upper end, for each edge that is not level. */
  private readonly edges: Float64Array;
  /** Slab i holds the edge numbers `members[starts[i]] .. members[starts[i + 1] - 1]`. */
  private readonly starts: Uint32Array;
  private readonly members: Uint32Array;
  private readonly slabs: number;
  private readonly perDegree: number;

  constructor(rings: readonly Ring[]) {
    this.edges = toEdges(rings);
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < this.edges.length; i += 4) {
      west = Math.min(west, this.edges[i]!, this.edges[i + 2]!);
      east = Math.max(east, this.edges[i]!, this.edges[i + 2]!);
      south = Math.min(south, this.edges[i + 1]!);
      north = Math.max(north, this.edges[i + 3]!);
    }
    [this.west, this.south, this.east, this.north] = [west, south, east, north];
    const count = this.edges.length / 4;
    let slabs = Math.max(1, Math.min(MOST_SLABS, Math.floor(count / EDGES_PER_SLAB)));
    // a zigzag whose edges each span many slabs must not fill the memory
    while (slabs > 1 && this.spread(slabs) > 4 * count + 64) slabs >>= 1;
    this.slabs = slabs;
    this.perDegree = this.density(slabs);
    this.starts = new Uint32Array(slabs + 1);
    this.members = new Uint32Array(this.spread(slabs));
    this.fillSlabs(count);
  }

  /** True where the point is inside, holes excluded; see the border rule above. */
  contains(x: number, y: number): boolean {
    if (!(x >= this.west && x <= this.east && y >= this.south && y < this.north)) return false;
    const { edges, members } = this;
    const slab = this.slabOf(y);
    const end = this.starts[slab + 1]!;
    let inside = false;
    for (let m = this.starts[slab]!; m < end; m++) {
      const e = members[m]! * 4;
      const ay = edges[e + 1]!;
      const by = edges[e + 3]!;
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

  private density(slabs: number): number {
    const perDegree = slabs / (this.north - this.south);
    return Number.isFinite(perDegree) ? perDegree : 0;
  }

  private slabOf(y: number): number {
    return Math.min(this.slabs - 1, Math.floor((y - this.south) * this.perDegree));
  }

  /** How many entries the slabs would hold together. */
  private spread(slabs: number): number {
    const perDegree = this.density(slabs);
    let total = 0;
    for (let i = 0; i < this.edges.length; i += 4) {
      const from = Math.min(slabs - 1, Math.floor((this.edges[i + 1]! - this.south) * perDegree));
      const to = Math.min(slabs - 1, Math.floor((this.edges[i + 3]! - this.south) * perDegree));
      total += to - from + 1;
    }
    return total;
  }

  private fillSlabs(count: number): void {
    const { starts, members, edges } = this;
    const each = (visit: (slab: number, edge: number) => void): void => {
      for (let edge = 0; edge < count; edge++) {
        const to = this.slabOf(edges[edge * 4 + 3]!);
        for (let slab = this.slabOf(edges[edge * 4 + 1]!); slab <= to; slab++) visit(slab, edge);
      }
    };
    each((slab) => starts[slab + 1]!++);
    for (let i = 0; i < this.slabs; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    each((slab, edge) => (members[next[slab]!++] = edge));
  }
}

function toEdges(rings: readonly Ring[]): Float64Array {
  const out: number[] = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay] = ring[i - 1]!;
      const [bx, by] = ring[i]!;
      // level edges never cross a level ray
      if (ay < by) out.push(ax, ay, bx, by);
      else if (by < ay) out.push(bx, by, ax, ay);
    }
  }
  return Float64Array.from(out);
}
