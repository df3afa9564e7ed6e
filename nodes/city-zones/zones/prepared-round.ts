import type { Box } from './box-tree';
import type { CircleShape, CorridorShape, Position } from './model';
import type { PreparedArea } from './prepared-area';
import { bearing, distance, distanceToStretch, EARTH_RADIUS } from '../../ecdm/sphere';

const RADIANS = Math.PI / 180;
/** Boxes are a little too large rather than too small: about a tenth of a millimetre. */
const SLACK = 1e-9;

/** All places within a distance, the border included. */
export class PreparedCircle implements PreparedArea {
  declare readonly west: number;
  declare readonly south: number;
  declare readonly east: number;
  declare readonly north: number;
  private readonly lon: number;
  private readonly lat: number;
  private readonly radius: number;

  constructor({ center, radius }: CircleShape) {
    [this.lon, this.lat] = center;
    this.radius = radius;
    Object.assign(this, widened(this.lon, this.lat, this.lon, this.lat, radius));
  }

  contains(x: number, y: number): boolean {
    return this.signed(x, y) <= 0;
  }

  signed(lon: number, lat: number): number {
    return distance(this.lon, this.lat, lon, lat) - this.radius;
  }
}

/** All places within half the width of one stretch of a corridor, the border included. */
class PreparedStretch implements PreparedArea {
  declare readonly west: number;
  declare readonly south: number;
  declare readonly east: number;
  declare readonly north: number;

  constructor(
    private readonly from: Position,
    private readonly to: Position,
    private readonly reach: number,
  ) {
    const lats = [from[1], to[1], ...summits(from, to)];
    const [west, east] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
    Object.assign(this, widened(west, Math.min(...lats), east, Math.max(...lats), reach));
  }

  contains(x: number, y: number): boolean {
    return this.signed(x, y) <= 0;
  }

  signed(lon: number, lat: number): number {
    return distanceToStretch(lon, lat, this.from, this.to) - this.reach;
  }
}

/** The stretches of a corridor; each goes the short way around the earth. */
export function stretchesOf({ line, width }: CorridorShape): PreparedStretch[] {
  return line.slice(1).map((to, i) => {
    const from = line[i]!;
    const turn = 360 * Math.round((to[0] - from[0]) / 360);
    return new PreparedStretch(from, [to[0] - turn, to[1]], width / 2);
  });
}

/** A great circle bulges towards the pole: the latitude of its highest point, where that lies on the stretch. */
function summits(from: Position, to: Position): number[] {
  const [leaving, arriving] = [bearing(from, to), bearing(to, from) + 180];
  const [a, b] = [Math.cos(leaving * RADIANS), Math.cos(arriving * RADIANS)];
  if (a * b >= 0) return [];
  const lat = Math.acos(Math.min(1, Math.abs(Math.sin(leaving * RADIANS) * Math.cos(from[1] * RADIANS)))) / RADIANS;
  return [a > 0 ? lat : -lat];
}

/** A box that holds all places within some metres of another; where a pole is among them it goes once around. */
export function widened(west: number, south: number, east: number, north: number, metres: number): Box {
  const angle = metres / EARTH_RADIUS;
  const more = angle / RADIANS + SLACK;
  const [low, high] = [south - more, north + more];
  if (low <= -90 || high >= 90) return { west: -180, south: Math.max(-90, low), east: 180, north: Math.min(90, high) };
  const steepest = Math.max(Math.abs(south), Math.abs(north)) * RADIANS;
  const wide = Math.asin(Math.min(1, Math.sin(angle) / Math.cos(steepest))) / RADIANS + SLACK;
  return turned({ west: west - wide, south: low, east: east + wide, north: high });
}

/** The copy of a box whose middle lies between -180 and 180 degrees. */
function turned(box: Box): Box {
  const turns = 360 * Math.round((box.west + box.east) / 720);
  return { ...box, west: box.west - turns, east: box.east - turns };
}
