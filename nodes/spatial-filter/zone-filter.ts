import { PlaceCache } from '../city-zones/zones/place-cache';
import { distance } from '../ecdm/sphere';
import { NearIndex, ZoneDistances, type NearZone } from '../city-zones/zones/zone-distances';
import type { ZoneIndex } from '../city-zones/zones/zone-index';
import type { RosterEntry } from '../ecdm/city';
import type { CityEvent } from '../ecdm/event';
import type { Observation, Place } from '../ecdm/observation';
import { isValidTime } from '../ecdm/time';
import type { ZoneRef } from '../ecdm/zone';
import type { FilterOptions } from './options';

/** Why an item cannot be judged; keys of the sentences in the locale file. */
export type Fault = 'notReading' | 'badTime' | 'badPlace' | 'noPlace';

/** `kept` goes to output 1, `rest` to output 3, `dropped` nowhere; a fault becomes a problem. */
export type Verdict = 'kept' | 'rest' | 'dropped' | Fault;

/** Follows a Thing, and says the zones of its place. */
export type Follow = (thing: string, item: Item, lon: number, lat: number) => readonly ZoneRef[];

const NONE: readonly ZoneRef[] = [];

/** An observation or an event, as far as the filter looks at it. */
export type Item = Pick<Observation | CityEvent, 'place' | 'time'> & {
  datastream?: unknown;
  thing?: unknown;
  key?: unknown;
  event?: unknown;
  stream?: unknown;
  zones?: unknown;
  nearest?: unknown;
  inside?: unknown;
};

/** Judges observations and events by their place and gives them their zones. */
export class ZoneFilter {
  readonly distances: ZoneDistances;
  /** Where the Thing was seen last that others are to be near to. */
  reference: { time: number; place: Place } | undefined;
  private readonly cache: PlaceCache;
  private readonly near: PlaceCache | undefined;
  private readonly nearest: PlaceCache<NearZone | undefined> | undefined;
  /** What counts of a combination of zones: the index gives the same array for the same combination. */
  private readonly counting = new WeakMap<readonly ZoneRef[], readonly ZoneRef[]>();
  private readonly chosenIds: ReadonlySet<string>;
  private looked: readonly ZoneRef[] = [];

  /** @param moves told of each item that has a place; without it the zones of a place are remembered per sensor */
  constructor(
    readonly index: ZoneIndex,
    private readonly options: FilterOptions,
    private readonly moves?: Follow,
  ) {
    const { choice, metres, nearest } = options;
    this.distances = new ZoneDistances(index);
    this.chosenIds = new Set(choice.by === 'zones' ? choice.ids : []);
    this.cache = new PlaceCache(index);
    const byZone = choice.by !== 'point' && choice.by !== 'thing';
    if (byZone && metres > 0) this.near = new PlaceCache(new NearIndex(this.distances, metres));
    if (nearest) this.nearest = this.nearestZones();
  }

  /** Ids of chosen zones that do not exist (any more). */
  get missing(): string[] {
    return [...this.chosenIds].filter((id) => this.index.ref(id) === undefined);
  }

  /** The zones that count of the item that was judged last. */
  get zonesThatCount(): readonly ZoneRef[] {
    return this.countingOf(this.looked);
  }

  /**
   * Judges one item and sets its `zones`.
   * @param item an observation or an event; anything else is a fault
   * @param replace called with a copy that carries the zones, when the item itself is frozen
   */
  judge(item: unknown, replace: (copy: object) => void): Verdict {
    try {
      return this.judgeItem(item, replace);
    } catch {
      // an object whose fields throw when they are read or set
      return 'notReading';
    }
  }

  private judgeItem(item: unknown, replace: (copy: object) => void): Verdict {
    if (typeof item !== 'object' || item === null) return 'notReading';
    const reading = item as Item;
    const sensor = reading.datastream ?? reading.stream ?? reading.event;
    if (typeof sensor !== 'string') return 'notReading';
    if (!isValidTime(reading.time)) return 'badTime';
    const thing = reading.thing ?? reading.key;
    const place = this.placeOf(reading.place, sensor, thing);
    if (place === 'badPlace') return place;
    const lon = place?.[0];
    const lat = place?.[1];
    const zones = place === undefined ? this.zonesNamed(reading.zones) : this.zonesAt(reading, sensor, thing, place);
    if (zones === undefined) return this.withoutPlace();
    if (lon !== undefined) this.follow(thing, sensor, reading.time, lon, lat!);
    const inside = this.isInside(zones, sensor, lon, lat);
    this.complete(reading, zones, inside, sensor, lon, lat, replace);
    const { keep, arrays } = this.options;
    if (keep === 'all' || arrays === 'mark') return 'kept';
    return keep !== 'moves' && inside === (keep !== 'outside') ? 'kept' : 'rest';
  }

  /**
   * The entries of a roster that can reach output 1 (`kept`) and output 3 (`rest`), with their zones: a sensor that is
   * filtered out must not be missed behind the filter.
   */
  splitRoster(roster: readonly RosterEntry[]): Record<'kept' | 'rest', RosterEntry[]> {
    const parts: Record<'kept' | 'rest', RosterEntry[]> = { kept: [], rest: [] };
    for (const entry of roster) {
      try {
        if (typeof entry.datastream !== 'string') continue;
        const place = this.placeOf(entry.place, entry.datastream, entry.thing);
        const zones = this.zonesExpected(entry, place);
        if (zones !== undefined) parts[this.expected(entry, zones, place as Place)].push({ ...entry, zones });
        else if (this.options.noPlace === 'pass') parts.kept.push(entry);
      } catch {
        // null, or an object whose fields throw: no entry
      }
    }
    return parts;
  }

  private zonesExpected(entry: RosterEntry, place: Place | 'badPlace' | undefined): readonly ZoneRef[] | undefined {
    if (place === undefined) return this.zonesNamed(entry.zones);
    return place === 'badPlace' ? undefined : this.cache.zonesOf(entry.datastream, place[0], place[1]);
  }

  private expected(entry: RosterEntry, zones: readonly ZoneRef[], place: Place | undefined): 'kept' | 'rest' {
    const { keep, arrays } = this.options;
    if (keep === 'all' || arrays === 'mark') return 'kept';
    if (keep === 'moves') return 'rest';
    return this.isInside(zones, entry.datastream, place?.[0], place?.[1]) === (keep !== 'outside') ? 'kept' : 'rest';
  }

  private withoutPlace(): Verdict {
    const { noPlace } = this.options;
    this.looked = [];
    return noPlace === 'pass' ? 'kept' : noPlace === 'drop' ? 'dropped' : 'noPlace';
  }

  /** What the item says, or else what the table of places says of its Datastream or its Thing. */
  private placeOf(place: unknown, sensor: string, thing: unknown): Place | 'badPlace' | undefined {
    if (place === undefined || place === null) {
      const { places } = this.options;
      if (places.size === 0) return undefined;
      return places.get(sensor) ?? (typeof thing === 'string' ? places.get(thing) : undefined);
    }
    if (!Array.isArray(place)) return 'badPlace';
    const [lon, lat] = place as [unknown, unknown];
    if (typeof lon !== 'number' || typeof lat !== 'number') return 'badPlace';
    return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90 ? (place as unknown as Place) : 'badPlace';
  }

  private zonesAt(item: Item, sensor: string, thing: unknown, [lon, lat]: Place): readonly ZoneRef[] {
    if (this.moves === undefined) return this.cache.zonesOf(sensor, lon, lat);
    return this.moves(typeof thing === 'string' ? thing : sensor, item, lon, lat);
  }

  /** An event of a whole zone has no place but names its zones: then these count. */
  private zonesNamed(zones: unknown): readonly ZoneRef[] | undefined {
    const known = Array.isArray(zones) ? this.index.zonesOf(idsOf(zones)) : NONE;
    return known.length > 0 ? known : undefined;
  }

  /** Remembers where the Thing is that others are to be near to. */
  private follow(thing: unknown, sensor: string, time: number, lon: number, lat: number): void {
    const { choice } = this.options;
    if (choice.by !== 'thing' || (thing !== choice.thing && sensor !== choice.thing)) return;
    if (this.reference === undefined || this.reference.time <= time) this.reference = { time, place: [lon, lat] };
  }

  private isInside(zones: readonly ZoneRef[], sensor: string, lon?: number, lat?: number): boolean {
    const { choice, metres } = this.options;
    const from = choice.by === 'point' ? choice.point : choice.by === 'thing' ? this.reference?.place : undefined;
    if (choice.by === 'point' || choice.by === 'thing') {
      this.looked = zones;
      if (from === undefined || lon === undefined) return false;
      return distance(from[0], from[1], lon, lat!) <= metres;
    }
    this.looked = this.near !== undefined && lon !== undefined ? this.near.zonesOf(sensor, lon, lat!) : zones;
    return this.countingOf(this.looked).length > 0;
  }

  private complete(
    item: Item,
    zones: readonly ZoneRef[],
    inside: boolean,
    sensor: string,
    lon: number | undefined,
    lat: number | undefined,
    replace: (copy: object) => void,
  ): void {
    const extra: { zones: readonly ZoneRef[]; place?: Place; nearest?: NearZone; inside?: boolean } = { zones };
    if (lon !== undefined && (item.place === undefined || item.place === null)) extra.place = [lon, lat!];
    const near = lon === undefined ? undefined : this.nearest?.zonesOf(sensor, lon, lat!);
    if (near !== undefined) extra.nearest = near;
    if (this.options.arrays === 'mark') extra.inside = inside;
    if (extra.place === undefined && near === undefined && extra.inside === undefined) {
      if (item.zones === zones) return;
      if (!Object.isFrozen(item)) {
        item.zones = zones;
        return;
      }
    }
    if (Object.isFrozen(item)) replace({ ...item, ...extra });
    else Object.assign(item, extra);
  }

  private countingOf(zones: readonly ZoneRef[]): readonly ZoneRef[] {
    let counting = this.counting.get(zones);
    if (counting === undefined) {
      counting = zones.filter((zone) => this.counts(zone));
      this.counting.set(zones, counting);
    }
    return counting;
  }

  /** True for the zones that are chosen. */
  counts(zone: ZoneRef): boolean {
    const { choice } = this.options;
    if (choice.by === 'zones') return this.chosenIds.has(zone.id);
    return choice.by !== 'level' || zone.level === choice.level;
  }

  private nearestZones(): PlaceCache<NearZone | undefined> {
    const numbers = this.index.refs.flatMap((zone, number) => (this.counts(zone) ? [number] : []));
    return new PlaceCache({
      zonesAt: (lon, lat) => {
        const near = this.distances.nearest(lon, lat, numbers);
        return near && Object.freeze({ zone: near.zone, metres: Math.round(near.metres * 10) / 10 });
      },
    });
  }
}

function* idsOf(zones: readonly unknown[]): Generator<string> {
  for (const zone of zones) {
    const id = typeof zone === 'object' && zone !== null ? (zone as Partial<ZoneRef>).id : undefined;
    if (typeof id === 'string') yield id;
  }
}
