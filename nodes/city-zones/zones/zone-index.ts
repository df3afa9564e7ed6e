import type { ZoneRef } from '../../ecdm/zone';
import { BoxTree } from './box-tree';
import { LIMITS, polygonsOf, type Zone, type ZoneShape } from './model';
import type { PreparedArea } from './prepared-area';
import { BELOW_POLE, PreparedPolygon } from './prepared-polygon';
import { PreparedCircle, stretchesOf } from './prepared-round';

/** Combinations that are remembered; when there are more, all are forgotten and built anew. */
const MOST_COMBINATIONS = 20_000;

const NONE: readonly ZoneRef[] = Object.freeze([]);

interface Combination {
  refs?: readonly ZoneRef[];
  next?: Map<number, Combination>;
}

/**
 * Finds the zones of a point. The hierarchy is included: a zone brings its parents along, whatever their outline.
 *
 * Equal answers are the same (frozen) array of the same (frozen) objects, so that they can be compared with `===`
 * and used as keys. The outermost zones come first. Which zone owns a border: see {@link PreparedPolygon}.
 */
export class ZoneIndex {
  /** One shared object per zone, in the order of {@link zones}. */
  readonly refs: readonly ZoneRef[];
  /** The parts of each zone: a place is in the zone when it is in one of them. */
  readonly parts: readonly (readonly PreparedArea[])[];
  private readonly numbers = new Map<string, number>();
  private readonly areas: PreparedArea[] = [];
  /** Zone number of each area. */
  private readonly owner: Uint32Array;
  private readonly tree: BoxTree;
  /** Zone numbers from the zone itself to the outermost parent. */
  private readonly lineage: readonly (readonly number[])[];
  private readonly pastEast: boolean;
  private readonly pastWest: boolean;
  private combinations: Combination = {};
  private combinationCount = 0;
  private readonly hits: number[] = [];

  constructor(readonly zones: readonly Zone[]) {
    this.refs = zones.map(({ id, name, level }) => Object.freeze({ id, name, level }));
    zones.forEach(({ id }, i) => this.numbers.set(id, i));
    this.parts = zones.map(({ shape }) => partsOf(shape));
    const owner: number[] = [];
    this.parts.forEach((parts, i) => {
      for (const area of parts) {
        this.areas.push(area);
        owner.push(i);
      }
    });
    this.owner = Uint32Array.from(owner);
    this.tree = new BoxTree(this.areas);
    this.lineage = zones.map((_, i) => this.lineageOf(i));
    this.pastEast = this.areas.some((p) => p.east > 180);
    this.pastWest = this.areas.some((p) => p.west < -180);
  }

  /** The zones of a place, with their parents; an empty list where the place is nowhere or is not a place. */
  zonesAt(lon: number, lat: number): readonly ZoneRef[] {
    if (!(lat >= -90 && lat <= 90 && lon >= -540 && lon <= 540)) return NONE;
    const x = lon >= -180 && lon < 180 ? lon : lon - 360 * Math.floor((lon + 180) / 360);
    const y = lat < BELOW_POLE ? lat : BELOW_POLE;
    this.hits.length = 0;
    this.collect(x, y);
    // outlines that cross the antimeridian go on past 180 degrees
    if (this.pastEast) this.collect(x + 360, y);
    if (this.pastWest) this.collect(x - 360, y);
    return this.combine();
  }

  /**
   * The zones of these ids with their parents, as the same shared array that {@link zonesAt} gives.
   * Ids that are not known are left out.
   */
  zonesOf(ids: Iterable<string>): readonly ZoneRef[] {
    this.hits.length = 0;
    for (const id of ids) {
      const number = this.numbers.get(id);
      if (number !== undefined) this.hit(number);
    }
    return this.combine();
  }

  /** The shared object of a zone. */
  ref(id: string): ZoneRef | undefined {
    const number = this.numbers.get(id);
    return number === undefined ? undefined : this.refs[number];
  }

  /** The position of a zone in {@link zones}. */
  number(id: string): number | undefined {
    return this.numbers.get(id);
  }

  private collect(x: number, y: number): void {
    const count = this.tree.search(x, y);
    for (let i = 0; i < count; i++) {
      const area = this.tree.found[i]!;
      if (this.areas[area]!.contains(x, y)) this.hit(this.owner[area]!);
    }
  }

  /** Keeps the hits sorted and without doubles; there are few of them. */
  private hit(zone: number): void {
    const { hits } = this;
    let at = hits.length;
    while (at > 0 && hits[at - 1]! >= zone) at--;
    if (hits[at] !== zone) hits.splice(at, 0, zone);
  }

  private combine(): readonly ZoneRef[] {
    if (this.hits.length === 0) return NONE;
    let step = this.combinations;
    for (const zone of this.hits) {
      step.next ??= new Map();
      let next = step.next.get(zone);
      if (!next) {
        next = {};
        step.next.set(zone, next);
        this.combinationCount++;
      }
      step = next;
    }
    const refs = (step.refs ??= this.withParents());
    if (this.combinationCount > MOST_COMBINATIONS) {
      this.combinations = {};
      this.combinationCount = 0;
    }
    return refs;
  }

  private withParents(): readonly ZoneRef[] {
    const all = new Set<number>();
    for (const zone of this.hits) for (const one of this.lineage[zone]!) all.add(one);
    const depth = (zone: number): number => this.lineage[zone]!.length;
    const order = [...all].sort((a, b) => depth(a) - depth(b) || a - b);
    // the same set can be hit with and without its parents: it is still one array
    if (order.length > this.hits.length) return this.zonesOfNumbers(order);
    return Object.freeze(order.map((zone) => this.refs[zone]!));
  }

  private zonesOfNumbers(numbers: readonly number[]): readonly ZoneRef[] {
    this.hits.length = 0;
    for (const number of numbers) this.hit(number);
    return this.combine();
  }

  private lineageOf(zone: number): number[] {
    const line = [zone];
    let parent = this.zones[zone]!.parent;
    while (parent !== undefined && line.length < LIMITS.depth) {
      const number = this.numbers.get(parent);
      // a parent that is missing or that is its own descendant ends the line
      if (number === undefined || line.includes(number)) break;
      line.push(number);
      parent = this.zones[number]!.parent;
    }
    return line;
  }
}

function partsOf(shape: ZoneShape): PreparedArea[] {
  if (shape.type === 'Circle') return [new PreparedCircle(shape)];
  if (shape.type === 'Corridor') return stretchesOf(shape);
  return polygonsOf(shape).map((rings) => new PreparedPolygon(rings));
}
