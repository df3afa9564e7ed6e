/** What is being drawn: which kind, the points so far, and when it is finished. */
import type { Position, ZoneShape } from '../zones/model';
import { distance } from '../../ecdm/sphere';
import { closedRing, rounded } from './shape-edit';

/** `hole` and `part` change the chosen zone, the others make a new one. */
export type Kind = 'area' | 'circle' | 'corridor' | 'hole' | 'part';

/** Metres of a new corridor where nothing else is said. */
export const USUAL_WIDTH = 50;

const NEEDED: Record<Kind, number> = { area: 3, hole: 3, part: 3, circle: 2, corridor: 2 };

export class Pen {
  points: Position[] = [];

  constructor(
    readonly kind: Kind,
    readonly width: number,
  ) {}

  /** @returns true where the shape is complete with it: the rim of a circle */
  add(place: Readonly<Position>): boolean {
    const next = rounded(place);
    const last = this.points.at(-1);
    if (last && last[0] === next[0] && last[1] === next[1]) return false;
    this.points.push(next);
    return this.kind === 'circle' && this.points.length === 2;
  }

  takeBack(): void {
    this.points.pop();
  }

  get isEnough(): boolean {
    return this.points.length >= NEEDED[this.kind];
  }

  /** How many points are missing. */
  get missing(): number {
    return Math.max(0, NEEDED[this.kind] - this.points.length);
  }

  /** The shape of a new zone; `cursor` as the point that comes next. `undefined` before there are enough points. */
  shape(cursor?: Readonly<Position>): ZoneShape | undefined {
    const points = cursor ? [...this.points, rounded(cursor)] : this.points;
    const [first, second] = points;
    if (this.kind === 'circle') {
      if (!first || !second) return undefined;
      const radius = Math.max(0.1, Math.round(distance(...first, ...second) * 10) / 10);
      return { type: 'Circle', center: first, radius };
    }
    if (this.kind === 'corridor')
      return points.length < 2 ? undefined : { type: 'Corridor', line: points, width: this.width };
    return points.length < 3 ? undefined : { type: 'Polygon', coordinates: [closedRing(points)] };
  }
}
