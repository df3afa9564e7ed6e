/** Edges per slab that are aimed at. */
const EDGES_PER_SLAB = 8;
const MOST_SLABS = 4096;

/**
 * Edges sorted into slabs of latitude, so that a question about one latitude looks at a handful of the ten thousand
 * edges of a coast line.
 */
export class EdgeSlabs {
  readonly south: number;
  readonly north: number;
  readonly count: number;
  /**
   * x and y of the lower end, x and y of the upper end of each edge, slab by slab; an edge can lie in several. Side by
   * side, because what costs time is to fetch them.
   */
  readonly edges: Float64Array;
  /** Slab i begins at `edges[starts[i]]` and ends before `edges[starts[i + 1]]`. */
  readonly starts: Uint32Array;
  private readonly perDegree: number;

  /** @param edges x and y of the lower end, x and y of the upper end, for each edge */
  constructor(edges: Float64Array) {
    let [south, north] = [Infinity, -Infinity];
    for (let i = 0; i < edges.length; i += 4) {
      south = Math.min(south, edges[i + 1]!);
      north = Math.max(north, edges[i + 3]!);
    }
    [this.south, this.north] = [south, north];
    const edgeCount = edges.length / 4;
    let slabs = Math.max(1, Math.min(MOST_SLABS, Math.floor(edgeCount / EDGES_PER_SLAB)));
    // a zigzag whose edges each span many slabs must not fill the memory
    while (slabs > 1 && this.spread(edges, slabs) > 4 * edgeCount + 64) slabs >>= 1;
    this.count = slabs;
    this.perDegree = this.density(slabs);
    this.starts = new Uint32Array(slabs + 1);
    this.edges = new Float64Array(4 * this.spread(edges, slabs));
    this.fill(edges);
  }

  /** The slab of a latitude; the nearest one where there is none. */
  of(y: number): number {
    return Math.max(0, Math.min(this.count - 1, Math.floor((y - this.south) * this.perDegree)));
  }

  /** Latitude at which a slab begins; nothing of it lies below. */
  bottom(slab: number): number {
    return this.perDegree === 0 ? this.south : this.south + slab / this.perDegree;
  }

  private density(slabs: number): number {
    const perDegree = slabs / (this.north - this.south);
    return Number.isFinite(perDegree) ? perDegree : 0;
  }

  /** How many entries the slabs would hold together. */
  private spread(edges: Float64Array, slabs: number): number {
    const perDegree = this.density(slabs);
    let total = 0;
    for (let i = 0; i < edges.length; i += 4) {
      const from = Math.min(slabs - 1, Math.floor((edges[i + 1]! - this.south) * perDegree));
      const to = Math.min(slabs - 1, Math.floor((edges[i + 3]! - this.south) * perDegree));
      total += to - from + 1;
    }
    return total;
  }

  private fill(from: Float64Array): void {
    const { starts, edges } = this;
    const each = (visit: (slab: number, edge: number) => void): void => {
      for (let edge = 0; edge < from.length; edge += 4) {
        const to = this.of(from[edge + 3]!);
        for (let slab = this.of(from[edge + 1]!); slab <= to; slab++) visit(slab, edge);
      }
    };
    each((slab) => (starts[slab + 1]! += 4));
    for (let i = 0; i < this.count; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    each((slab, edge) => {
      for (let i = 0; i < 4; i++) edges[next[slab]!++] = from[edge + i]!;
    });
  }
}
