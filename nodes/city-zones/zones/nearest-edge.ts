/** Distances to edges that are straight in degrees. */
import { distance, EARTH_RADIUS, METRES_PER_DEGREE } from '../../ecdm/sphere';
import type { Box } from './box-tree';
import type { EdgeSlabs } from './edge-slabs';

const RADIANS = Math.PI / 180;
/** What rounding can take away from a bound. */
const SLACK = 1e-9;
const LEAST_PER_DEGREE = METRES_PER_DEGREE * (1 - SLACK);
/** Metres, and degrees of longitude, within which the ground counts as flat; what that can be wrong by, as a share. */
const [FLAT, FLAT_WIDE, BENT] = [100_000, 5, 1e-3];

/** A search for the nearest edge. Each edge that is found makes the bounds narrower. */
class Search {
  /** Metres to the nearest edge so far. */
  found = Infinity;
  /** Metres beyond which nothing is looked for (any more). */
  limit = Infinity;
  /** Degrees of longitude that are further than the limit, infinite where there are none. */
  wide = Infinity;
  /** Metres to a degree of longitude at the least, as a share of those to one of latitude. */
  narrow = 0;
  /** What is further from the line of an edge, in squared degrees on flat ground, is further than the limit. */
  flat = Infinity;
  private readonly cos: number;

  constructor(
    readonly x: number,
    readonly lat: number,
    limit: number,
    readonly around: boolean,
  ) {
    this.cos = Math.cos(lat * RADIANS);
    this.within(limit);
  }

  within(limit: number): void {
    this.limit = limit;
    const angle = limit / EARTH_RADIUS;
    const sin = Math.sin(angle) / this.cos;
    const hasWidth = angle < Math.PI / 2 && sin < 1 && !this.around;
    this.wide = hasWidth ? (Math.asin(sin) / RADIANS) * (1 + SLACK) : Infinity;
    if (limit > FLAT || this.wide > FLAT_WIDE) return;
    this.flat = ((angle / RADIANS) * (1 + BENT)) ** 2;
    const polewards = Math.abs(this.lat) * RADIANS + angle;
    this.narrow = polewards < Math.PI / 2 ? Math.sqrt(this.cos * Math.cos(polewards)) : 0;
  }
}

/**
 * Metres to the nearest edge of an outline, infinite where none is within the limit. Slab by slab, up from the place and
 * then down.
 * @param box of the outline
 */
export function nearestEdge(slabs: EdgeSlabs, box: Box, x: number, lat: number, limit: number): number {
  // around half of the earth and more, what is far off in degrees can be near behind it
  const search = new Search(x, lat, limit, box.east - box.west >= 180);
  const home = slabs.of(lat);
  for (let slab = home; slab < slabs.count; slab++) {
    if ((slabs.bottom(slab) - lat) * LEAST_PER_DEGREE > search.limit) break;
    searchSlab(slabs, slab, box, search);
  }
  for (let slab = home - 1; slab >= 0; slab--) {
    if ((lat - slabs.bottom(slab + 1)) * LEAST_PER_DEGREE > search.limit) break;
    searchSlab(slabs, slab, box, search);
  }
  return search.found;
}

function searchSlab({ edges, starts }: EdgeSlabs, slab: number, box: Box, search: Search): void {
  const { x, lat } = search;
  const end = starts[slab + 1]!;
  for (let e = starts[slab]!; e < end; e += 4) {
    const ax = edges[e]!;
    const bx = edges[e + 2]!;
    // negative between the two ends
    const aside = ax < bx ? (x < ax ? ax - x : x - bx) : x < bx ? bx - x : x - ax;
    if (aside > search.wide) continue;
    const ay = edges[e + 1]!;
    const by = edges[e + 3]!;
    const off = lat < ay ? ay - lat : lat - by;
    if (off * LEAST_PER_DEGREE > search.limit) continue;
    const dx = (bx - ax) * search.narrow;
    const dy = by - ay;
    const cross = dx * (lat - ay) - dy * (x - ax) * search.narrow;
    if (cross * cross > search.flat * (dx * dx + dy * dy) || isSeam(box, ax, ay, bx, by)) continue;
    const metres = search.around ? toEdgeAround(x, lat, ax, ay, bx, by) : toEdge(x, lat, ax, ay, bx, by);
    if (metres > search.limit || metres >= search.found) continue;
    search.found = metres;
    search.within(metres);
  }
}

/** Where an outline goes once around the earth, the lines that close it are no border. */
function isSeam({ west, east }: Box, ax: number, ay: number, bx: number, by: number): boolean {
  if (east - west < 360) return false;
  return ax === bx ? ax === west || ax === east : ay === by && Math.abs(ay) === 90;
}

/** Metres to a straight edge that may be nearer behind the earth: of the copies of the place the nearest counts. */
function toEdgeAround(lon: number, lat: number, ax: number, ay: number, bx: number, by: number): number {
  return Math.min(...[lon - 360, lon, lon + 360].map((x) => toEdge(x, lat, ax, ay, bx, by)));
}

/** Metres to a straight edge. The scale of longitude is that of the latitude half-way to the foot, found in three steps. */
function toEdge(lon: number, lat: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  let t = 0.5;
  for (let step = 0; step < 3; step++) {
    const k = Math.cos(((lat + ay + t * dy) / 2) * RADIANS);
    const length = k * k * dx * dx + dy * dy;
    t = length === 0 ? 0 : Math.max(0, Math.min(1, (k * k * (lon - ax) * dx + (lat - ay) * dy) / length));
  }
  return distance(lon, lat, ax + t * dx, ay + t * dy);
}

/** Metres that a place is away from a box at the least. */
export function leastDistance({ west, south, east, north }: Box, lon: number, lat: number): number {
  const up = lat < south ? south - lat : lat > north ? lat - north : 0;
  const x = lon - 360 * Math.round((lon - (west + east) / 2) / 360);
  const off = x < west ? west - x : x > east ? x - east : 0;
  // the nearest meridian of the box, or the pole where that is further than a quarter of the way around
  const across = Math.asin(Math.cos(lat * RADIANS) * Math.sin(Math.min(90, off) * RADIANS)) * EARTH_RADIUS;
  return Math.max(up * METRES_PER_DEGREE, across) * (1 - SLACK);
}
