import type { Box } from './box-tree';
import { polygonsOf, type Position, type Ring, type ZoneShape } from './model';
import { stretchesOf } from './prepared-round';
import { PreparedPolygon } from './prepared-polygon';
import { distance, EARTH_RADIUS, METRES_PER_DEGREE } from '../../ecdm/sphere';

const RADIANS = Math.PI / 180;

/** How far a place is from the border of something. */
export interface BorderDistance extends Box {
  /** Metres to the border; negative inside. Longitude as it comes, latitude within 90 degrees. */
  signed(lon: number, lat: number): number;
}

/** One measure per part of a shape: the shape is as near as its nearest part. */
export function bordersOf(shape: ZoneShape): BorderDistance[] {
  if (shape.type === 'Circle') {
    const [lon, lat] = shape.center;
    const box = { west: lon, south: lat, east: lon, north: lat };
    return [{ ...box, signed: (x, y) => distance(lon, lat, x, y) - shape.radius }];
  }
  if (shape.type === 'Corridor') {
    return stretchesOf(shape).map((stretch) => {
      const { west, south, east, north } = stretch;
      return { west, south, east, north, signed: (x, y) => stretch.signed(x, y) };
    });
  }
  return polygonsOf(shape).map((rings) => new PolygonBorder(rings));
}

/** Distance to the rings of a polygon; the polygon's edges are straight in degrees, as GeoJSON says. */
class PolygonBorder implements BorderDistance {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
  private readonly body: PreparedPolygon;
  private readonly edges: Float64Array;

  constructor(rings: readonly Ring[]) {
    this.body = new PreparedPolygon(rings);
    ({ west: this.west, south: this.south, east: this.east, north: this.north } = this.body);
    this.edges = Float64Array.from(rings.flatMap((ring) => ring.slice(1).flatMap((b, i) => this.edge(ring[i]!, b))));
  }

  signed(lon: number, lat: number): number {
    const x = lon - 360 * Math.round((lon - (this.west + this.east) / 2) / 360);
    const { edges } = this;
    let best = Infinity;
    for (let e = 0; e < edges.length; e += 4) {
      const [ay, by] = [edges[e + 1]!, edges[e + 3]!];
      const off = lat < ay && lat < by ? Math.min(ay, by) - lat : lat > ay && lat > by ? lat - Math.max(ay, by) : 0;
      if (off * METRES_PER_DEGREE >= best) continue;
      best = Math.min(best, toEdge(x, lat, edges[e]!, ay, edges[e + 2]!, by));
    }
    return this.body.contains(x, lat) ? -best : best;
  }

  /** Where an outline goes once around the earth, the lines that close it are no border. */
  private edge(a: Position, b: Position): number[] {
    const seam = (lon: number): boolean => lon === this.west || lon === this.east;
    const closes = a[0] === b[0] ? seam(a[0]) : Math.abs(a[1]) === 90 && a[1] === b[1];
    return this.east - this.west >= 360 && closes ? [] : [...a, ...b];
  }
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
  return Math.max(up * METRES_PER_DEGREE, across) * (1 - 1e-9);
}
