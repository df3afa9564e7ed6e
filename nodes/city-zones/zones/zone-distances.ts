import type { ZoneRef } from '../../ecdm/zone';
import { BoxTree } from './box-tree';
import { leastDistance } from './nearest-edge';
import { widened } from './prepared-round';
import type { ZoneIndex } from './zone-index';

/** Side of the grid in which the deepest place of a zone is looked for. */
const GRID = 16;
/** Each time the grid is laid more closely around the deepest place found. */
const ROUNDS = 4;

/** A zone and how far it is, 0 inside. */
export interface NearZone {
  zone: ZoneRef;
  metres: number;
}

/** Distances between places and the zones of an index. */
export class ZoneDistances {
  /** By margin, then by zone. */
  private readonly insets = new Map<number, number[]>();

  constructor(readonly index: ZoneIndex) {}

  /**
   * Metres from a place to the border of a zone, negative inside; the parts of the zone count as one.
   * @param limit metres beyond which the distance may be told as infinite: a near border is found faster
   */
  signed(zone: number, lon: number, lat: number, limit = Infinity): number {
    const parts = this.index.parts[zone]!;
    if (parts.length === 1) return parts[0]!.signed(lon, lat, limit);
    let least = Infinity;
    for (const part of parts) {
      if (leastDistance(part, lon, lat) <= Math.max(0, Math.min(least, limit))) {
        least = Math.min(least, part.signed(lon, lat, limit));
      }
    }
    return least;
  }

  /** The nearest of some zones (numbers in the index) with its distance; the first of those that hold the place. */
  nearest(lon: number, lat: number, zones: readonly number[]): NearZone | undefined {
    const bounds = zones.map((zone) => [this.leastTo(zone, lon, lat), zone] as const).sort((a, b) => a[0] - b[0]);
    let best: { zone: number; metres: number } | undefined;
    for (const [bound, zone] of bounds) {
      if (best && (bound > best.metres || best.metres === 0)) break;
      const metres = Math.max(0, this.signed(zone, lon, lat, best?.metres));
      if (!best || metres < best.metres) best = { zone, metres };
    }
    return best && { zone: this.index.refs[best.zone]!, metres: best.metres };
  }

  /** How deep in a zone something must be to be surely in: the margin, or half of what a small zone is deep. */
  insetOf(zone: number, margin: number): number {
    let insets = this.insets.get(margin);
    if (insets === undefined) this.insets.set(margin, (insets = []));
    return (insets[zone] ??= Math.min(margin, this.deepest(zone, 2 * margin) / 2));
  }

  private leastTo(zone: number, lon: number, lat: number): number {
    return Math.min(...this.index.parts[zone]!.map((part) => leastDistance(part, lon, lat)));
  }

  /** The depth of the deepest place that is found, in metres; `enough` ends the search. */
  private deepest(zone: number, enough: number): number {
    const { shape } = this.index.zones[zone]!;
    if (shape.type === 'Circle') return shape.radius;
    if (shape.type === 'Corridor') return shape.width / 2;
    let deepest = 0;
    for (const part of this.index.parts[zone]!) {
      let [x, y] = [(part.west + part.east) / 2, (part.south + part.north) / 2];
      let [w, h] = [part.east - part.west, part.north - part.south];
      for (let round = 0; round < ROUNDS; round++, w /= GRID / 2, h /= GRID / 2) {
        const [west, south] = [x - w / 2, y - h / 2];
        for (let i = 0; i < GRID * GRID && deepest < enough; i++) {
          const at = [
            west + ((i % GRID) + 0.5) * (w / GRID),
            south + (Math.floor(i / GRID) + 0.5) * (h / GRID),
          ] as const;
          const depth = -part.signed(at[0], Math.max(-90, Math.min(90, at[1])), enough);
          if (depth > deepest) [deepest, x, y] = [depth, ...at];
        }
      }
    }
    return deepest;
  }
}

/** Finds the zones within some metres of a place, with their parents, as the same shared arrays that the index gives. */
export class NearIndex {
  private readonly tree: BoxTree;
  private readonly owner: number[] = [];

  constructor(
    private readonly distances: ZoneDistances,
    private readonly metres: number,
  ) {
    const boxes = distances.index.parts.flatMap((parts, zone) =>
      parts.map(({ west, south, east, north }) => {
        this.owner.push(zone);
        return widened(west, south, east, north, metres);
      }),
    );
    this.tree = new BoxTree(boxes);
  }

  zonesAt(lon: number, lat: number): readonly ZoneRef[] {
    const { index } = this.distances;
    const found = new Set<number>();
    for (const turn of [0, 360, -360]) {
      const count = this.tree.search(lon + turn, lat);
      for (let i = 0; i < count; i++) found.add(this.owner[this.tree.found[i]!]!);
    }
    const near = [...found].filter((zone) => this.distances.signed(zone, lon, lat, this.metres) <= this.metres);
    return index.zonesOf([...near.map((zone) => index.refs[zone]!.id), ...index.zonesAt(lon, lat).map(({ id }) => id)]);
  }
}
