import type { Zone } from '../city-zones/zones/model';
import { ZoneIndex } from '../city-zones/zones/zone-index';
import type { Place } from '../ecdm/observation';
import type { RosterEntry } from '../ecdm/city';
import { Realms, type Realm } from '../ecdm/realms';
import type { ZoneRef } from '../ecdm/zone';
import { Movement, type Move } from './movement';
import type { FilterOptions } from './options';
import { readPlaces } from './places';
import { RunTimeZones, type Taken } from './run-time-zones';
import { ZoneFilter, type Fault } from './zone-filter';

/** A move with the reading that told it, where one did. */
export interface ToldMove extends Move {
  /** Id of the observation; none where the time alone made it true. */
  source: string | undefined;
  stream: string;
}

export interface Sorted {
  kept: unknown[];
  rest: unknown[];
  /** For `perZone`: the kept items by zone, in the order of their first item. */
  groups: Map<ZoneRef, unknown[]>;
  moves: ToldMove[];
  faults: [fault: Fault, item: unknown][];
  /** Items without a place that were left out as the settings say. */
  dropped: number;
}

/** Another takes its place when a replay starts over. */
interface Followed {
  movement: Movement;
}

/** What lies between a point and the zones where a point is chosen: so that moves around it are told, too. */
const POINT_ID = 'point';

/** One running filter: its zones, what it makes of items, and who is where. No Node-RED here. */
export class SpatialRun {
  private readonly zones: RunTimeZones;
  /** Who is where; nothing where moves are not asked for. */
  private readonly movements: Realms<Followed> | undefined;
  private realm: Realm = 'real';
  private filter: ZoneFilter;
  private found: Move[] = [];
  private told: ToldMove[] = [];
  private heard: number | undefined;
  private places: ReadonlyMap<string, Place>;

  constructor(
    fixed: readonly Zone[],
    private readonly options: FilterOptions,
  ) {
    this.places = options.places;
    this.zones = new RunTimeZones([...fixed, ...circleOf(options)], options.width);
    this.filter = this.build();
    if (options.keep === 'moves') this.movements = new Realms(() => ({ movement: this.newMovement() }));
  }

  /** What comes now is of this realm. */
  enter(realm: Realm): void {
    if (realm !== this.realm) this.filter.reference = undefined;
    this.realm = realm;
  }

  /** A replay is run again: in it nobody has been seen anywhere yet. */
  startOver(): void {
    this.filter.reference = undefined;
    if (this.movements) this.movements.of(this.realm).movement = this.newMovement();
  }

  get count(): number {
    return this.filter.index.zones.length;
  }

  get all(): readonly Zone[] {
    return this.filter.index.zones;
  }

  /** False where the settings ask for zones and there is none. */
  get canJudge(): boolean {
    const { by } = this.options.choice;
    return this.count > 0 || by === 'point' || by === 'thing';
  }

  get missing(): string[] {
    return this.filter.missing;
  }

  /** Things that were forgotten because there are more than are followed. */
  get forgotten(): number {
    return this.followed.reduce((sum, { forgotten }) => sum + forgotten, 0);
  }

  /** Wall time at which {@link tick} is wanted; `undefined` where nothing waits. */
  get nextTick(): number | undefined {
    const next = Math.min(...this.followed.map(({ nextTick = Infinity }) => nextTick));
    return next === Infinity ? undefined : next;
  }

  /** The zones that an event in a zone is in. */
  lineage(zone: ZoneRef): readonly ZoneRef[] {
    return this.filter.index.zonesOf([zone.id]);
  }

  takeZones(payload: unknown, action: unknown): Taken {
    const taken = this.zones.take(payload, action);
    if (taken.changed) this.rebuild();
    return taken;
  }

  /** @returns how many rows of the table could not be used */
  takePlaces(payload: unknown): number {
    const { places, bad } = readPlaces(payload);
    this.places = new Map([...this.options.places, ...places]);
    this.rebuild();
    return bad;
  }

  /**
   * Sorts items in the order in which they come.
   * @param now wall clock (epoch milliseconds) where that has a say: not in a replay
   */
  sort(items: readonly unknown[], now?: number): Sorted {
    this.heard = now;
    const sorted: Sorted = { kept: [], rest: [], groups: new Map(), moves: [], faults: [], dropped: 0 };
    const perZone = this.options.keep === 'perZone';
    let copy: object | undefined;
    const replace = (made: object): void => void (copy = made);
    for (const given of items) {
      copy = undefined;
      const verdict = this.filter.judge(given, replace);
      const item = copy ?? given;
      if (verdict === 'kept') {
        sorted.kept.push(item);
        if (perZone) this.group(item, sorted.groups);
      } else if (verdict === 'rest') sorted.rest.push(item);
      else if (verdict === 'dropped') sorted.dropped++;
      else sorted.faults.push([verdict, item]);
    }
    sorted.moves = this.takeMoves();
    return sorted;
  }

  /** Event time has come this far. */
  advance(time: number): ToldMove[] {
    if (!this.movement) return [];
    this.movement.advance(time, this.found);
    this.tell(undefined, '');
    return this.takeMoves();
  }

  /** Where anything has come from. */
  get realms(): Realm[] {
    return [...(this.movements ?? [])].map(([realm]) => realm);
  }

  /** The wall clock, also of a realm of which nothing comes now: who is silent and in a zone for long enough dwells there. */
  tick(now: number, realm: Realm): ToldMove[] {
    this.movements?.of(realm).movement.tick(now, this.found);
    this.tell(undefined, '');
    return this.takeMoves();
  }

  /** The wall clock has made a leap of so many milliseconds. @returns whether anything was waited for */
  leap(length: number): boolean {
    return this.followed.map((movement) => movement.leap(length)).includes(true);
  }

  splitRoster(roster: readonly RosterEntry[]): Record<'kept' | 'rest', RosterEntry[]> {
    return this.filter.splitRoster(roster);
  }

  dump(): object {
    return {
      ...(this.options.keepZones ? { zones: this.zones.dump() } : {}),
      ...(this.movements ? { tracks: this.movements.real.movement.dump() } : {}),
    };
  }

  restore(state: unknown): void {
    const { zones, tracks } = Object(state) as Record<string, unknown>;
    if (this.options.keepZones && zones !== undefined) {
      this.zones.restore(zones);
      this.rebuild();
    }
    this.movements?.real.movement.restore(tracks, Date.now());
  }

  /** Who is where in a realm, to be given to {@link takeOver}; nothing where moves are not asked for. */
  tracksOf(realm: Realm): unknown {
    return this.movements?.at(realm)?.movement.dump();
  }

  /** Takes up what another run knew of a realm that is not real. */
  takeOver(realm: Realm, tracks: unknown): void {
    this.movements?.of(realm).movement.restore(tracks);
  }

  private get movement(): Movement | undefined {
    return this.movements?.of(this.realm).movement;
  }

  private get followed(): Movement[] {
    return [...(this.movements ?? [])].map(([, { movement }]) => movement);
  }

  private newMovement(): Movement {
    return new Movement(this.filter.index, this.filter.distances, this.options);
  }

  private build(): ZoneFilter {
    const index = new ZoneIndex(this.zones.all());
    const moves = this.options.keep === 'moves' ? this.see.bind(this) : undefined;
    return new ZoneFilter(index, { ...this.options, places: this.places }, moves);
  }

  private rebuild(): void {
    const { reference } = this.filter;
    this.filter = this.build();
    this.filter.reference = reference;
    const { index, distances } = this.filter;
    for (const movement of this.followed) movement.rebase(index, distances);
  }

  private see(
    thing: string,
    item: { time: number; id?: unknown; datastream?: unknown },
    lon: number,
    lat: number,
  ): readonly ZoneRef[] {
    const zones = this.movement!.see(thing, item.time, lon, lat, this.found, this.heard);
    if (this.found.length > 0) {
      const { id, datastream } = item;
      this.tell(typeof id === 'string' ? id : undefined, typeof datastream === 'string' ? datastream : thing);
    }
    return zones;
  }

  /** Keeps of what was found what is asked for. */
  private tell(source: string | undefined, stream: string): void {
    for (const move of this.found) {
      if (!this.options.moves.includes(move.kind) || !this.filter.counts(move.zone)) continue;
      this.told.push({ ...move, source: move.kind === 'dwell' ? undefined : source, stream: stream || move.thing });
    }
    this.found = [];
  }

  private takeMoves(): ToldMove[] {
    const moves = this.told;
    if (moves.length > 0) this.told = [];
    return moves.length > 1 ? moves.sort((a, b) => a.time - b.time) : moves;
  }

  /** An item in two zones goes into both groups: the second time as a copy, so that nobody changes the other's. */
  private group(item: unknown, groups: Sorted['groups']): void {
    this.filter.zonesThatCount.forEach((zone, i) => {
      const group = groups.get(zone);
      const one = i === 0 ? item : { ...(item as object) };
      if (group) group.push(one);
      else groups.set(zone, [one]);
    });
  }
}

function circleOf({ keep, choice, metres }: FilterOptions): Zone[] {
  if (keep !== 'moves' && keep !== 'perZone') return [];
  if (choice.by !== 'point' || metres === 0) return [];
  const [lon, lat] = choice.point;
  const shape = { type: 'Circle', center: [lon, lat], radius: metres } as const;
  return [{ id: POINT_ID, name: `${lat}, ${lon}`, level: 'point', shape: { ...shape, center: [lon, lat] } }];
}
