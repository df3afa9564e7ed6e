import type { ZoneDistances } from '../city-zones/zones/zone-distances';
import type { ZoneIndex } from '../city-zones/zones/zone-index';
import type { ZoneRef } from '../ecdm/zone';
import { DueTimes } from './due-times';
import type { MoveKind } from './move-kinds';

/** Somebody entered or left a zone, or has been in it for long. */
export interface Move {
  kind: MoveKind;
  thing: string;
  zone: ZoneRef;
  /** Epoch milliseconds; of a `dwell` the moment at which it was long enough. */
  time: number;
  /** When it entered. */
  since: number;
  lon: number;
  lat: number;
}

export interface MovementOptions {
  /** Milliseconds after which staying is dwelling. */
  dwell: number;
  /** Metres on both sides of a border within which nothing enters and nothing leaves. */
  margin: number;
}

interface Stay {
  since: number;
  dwelt: boolean;
}

interface Track {
  time: number;
  lon: number;
  lat: number;
  /** What the index says of the last place. */
  raw: readonly ZoneRef[] | undefined;
  /** Zones that it is in by its own outline, by id. */
  own: Set<string>;
  /** Those and their parents. */
  zones: readonly ZoneRef[];
  stays: Map<string, Stay>;
  /** When it will next have been somewhere for long. */
  due: number;
  /** Milliseconds that its last reading came after its time; infinite where the wall clock has no say. */
  lag: number;
  /** It was seen since it was last thought of being forgotten. */
  fresh: boolean;
}

/** What is kept over a restart, per Thing. */
export type KeptTrack = [
  thing: string,
  time: number,
  lon: number,
  lat: number,
  own: string[],
  stays: [string, number, boolean][],
];

/** Things that are followed; beyond, one that has not been seen for long is forgotten. */
const MOST_THINGS = 100_000;

const NOWHERE: readonly ZoneRef[] = Object.freeze([]);

/**
 * Follows moving Things through the zones, in event time.
 *
 * A Thing enters a zone when it is deeper in it than the margin (in zones that are too small for that: half as deep
 * as they are), and leaves it when it is further outside than the margin: jitter of less than the margin changes nothing.
 * Where it is first seen it has entered. It is where it was last seen until it is seen elsewhere, so it dwells also
 * when it is silent. In one step, what it left comes first, the innermost zone before the outer ones; then what it
 * entered, the outermost first.
 */
export class Movement {
  private readonly tracks = new Map<string, Track>();
  /** Goes on where it stood: from the beginning it would have to pass all that was taken away before. */
  private readonly oldest = this.tracks.entries();
  private readonly due = new DueTimes();
  /** The same by the wall clock, of those that are live. */
  private readonly dueByWall = new DueTimes();
  /** Things that were forgotten because there are more than are followed. */
  forgotten = 0;

  constructor(
    private index: ZoneIndex,
    private distances: ZoneDistances,
    private readonly options: MovementOptions,
    private readonly bound = MOST_THINGS,
  ) {}

  get size(): number {
    return this.tracks.size;
  }

  /** Wall time at which {@link tick} is wanted. */
  get nextTick(): number | undefined {
    return this.dueByWall.next;
  }

  /**
   * A Thing has been seen. Nothing is made of what is older than what is known of it.
   * @param moves what happened is added here
   * @param heard wall clock now (epoch milliseconds); without it, as in a replay, the wall clock makes nothing true
   * @returns what the index says of the place
   */
  see(thing: string, time: number, lon: number, lat: number, moves: Move[], heard = Infinity): readonly ZoneRef[] {
    const track = this.tracks.get(thing);
    if (track === undefined) return this.begin(thing, time, lon, lat, moves, heard);
    if (time < track.time) return this.index.zonesAt(lon, lat);
    const stands = track.raw !== undefined && track.lon === lon && track.lat === lat;
    const raw = stands ? track.raw! : this.index.zonesAt(lon, lat);
    // where it was until now
    if (time >= track.due) this.dwellings(thing, track, time, moves);
    const settled = raw === track.raw && raw === track.zones;
    track.time = time;
    track.lon = lon;
    track.lat = lat;
    track.raw = raw;
    track.fresh = true;
    const unheard = track.lag === Infinity;
    track.lag = heard - time;
    // from now on the wall clock has a say
    if (unheard) this.dueByWall.set(track.due + track.lag, thing);
    if (!settled && this.judge(track, raw, lon, lat)) this.settle(thing, track, time, moves);
    return raw;
  }

  private begin(
    thing: string,
    time: number,
    lon: number,
    lat: number,
    moves: Move[],
    heard: number,
  ): readonly ZoneRef[] {
    const raw = this.index.zonesAt(lon, lat);
    const own = new Set<string>();
    for (const { id } of raw) if (this.signed(id, lon, lat, 0) <= 0) own.add(id);
    const lag = heard - time;
    const track = { time, lon, lat, raw, own, zones: NOWHERE, stays: new Map(), due: Infinity, lag, fresh: false };
    if (this.tracks.size >= this.bound) this.forget();
    this.tracks.set(thing, track);
    this.settle(thing, track, time, moves);
    return raw;
  }

  /** The first of those that were not seen since the last time round. */
  private forget(): void {
    this.forgotten++;
    for (let next = this.oldest.next(); !next.done; next = this.oldest.next()) {
      const [thing, track] = next.value;
      this.tracks.delete(thing);
      if (!track.fresh) {
        this.due.delete(thing);
        this.dueByWall.delete(thing);
        return;
      }
      track.fresh = false;
      this.tracks.set(thing, track);
    }
  }

  /** Event time has come this far: who has been in a zone for long enough dwells there. */
  advance(time: number, moves: Move[]): void {
    for (const thing of this.due.upTo(time)) {
      const track = this.tracks.get(thing)!;
      this.dwellings(thing, track, time, moves);
      this.due.set(track.due, thing);
    }
  }

  /**
   * The wall clock: the time of a Thing that is silent goes on from its last reading, however late that came. Of a source
   * that has stopped no clock travels along any more.
   * @param now epoch milliseconds
   */
  tick(now: number, moves: Move[]): void {
    for (const thing of [...this.dueByWall.upTo(now)]) {
      const track = this.tracks.get(thing)!;
      if (track.lag === Infinity) continue;
      this.dwellings(thing, track, now - track.lag, moves);
      // elsewhere, or its last reading came later than the one with which it entered
      this.dueByWall.set(track.due + track.lag, thing);
    }
  }

  /**
   * The wall clock has made a leap. Forward, the machine slept or its clock was set: what would have become true meanwhile
   * waits that much longer. Back, its clock was ahead: nothing waits until it is there again.
   * @param length milliseconds; negative where it leapt back
   * @returns whether anything was waited for
   */
  leap(length: number): boolean {
    let waits = false;
    for (const [thing, track] of this.tracks) {
      if (track.due + track.lag === Infinity) continue;
      track.lag = Math.max(Math.min(track.lag, 0), track.lag + length);
      this.dueByWall.set(track.due + track.lag, thing);
      waits = true;
    }
    return waits;
  }

  /** Other zones count from now on: who is in a zone that still exists stays in it until it is seen elsewhere. */
  rebase(index: ZoneIndex, distances: ZoneDistances): void {
    this.index = index;
    this.distances = distances;
    for (const track of this.tracks.values()) {
      for (const id of [...track.own]) if (index.ref(id) === undefined) track.own.delete(id);
      track.zones = index.zonesOf(track.own);
      track.raw = undefined;
      const known = new Set(track.zones.map(({ id }) => id));
      for (const id of [...track.stays.keys()]) if (!known.has(id)) track.stays.delete(id);
    }
  }

  dump(): KeptTrack[] {
    return [...this.tracks].map(([thing, { time, lon, lat, own, stays }]) => [
      thing,
      time,
      lon,
      lat,
      [...own],
      [...stays].map(([id, { since, dwelt }]) => [id, since, dwelt]),
    ]);
  }

  /**
   * Takes up what {@link dump} gave; what is not understood is left out.
   * @param now wall clock: what would have become true meanwhile waits from now on, because nobody has looked
   */
  restore(kept: unknown, now = Infinity): void {
    for (const one of Array.isArray(kept) ? (kept as unknown[]) : []) {
      if (!isKept(one) || this.tracks.size >= this.bound) continue;
      const [thing, time, lon, lat, ownIds, stayList] = one;
      const own = new Set(ownIds.filter((id) => this.index.ref(id) !== undefined));
      const zones = this.index.zonesOf(own);
      const stays = new Map<string, Stay>();
      for (const [id, since, dwelt] of stayList) {
        if (!zones.some((zone) => zone.id === id)) continue;
        stays.set(id, { since, dwelt });
      }
      const [due, lag] = [this.dueOf(stays), now - time];
      this.due.set(due, thing);
      this.dueByWall.set(due + lag, thing);
      this.tracks.set(thing, { time, lon, lat, raw: undefined, own, zones, stays, due, lag, fresh: false });
    }
  }

  /** @returns whether it came into a zone or went out of one */
  private judge({ own, stays }: Track, raw: readonly ZoneRef[], lon: number, lat: number): boolean {
    const { margin } = this.options;
    let changed = false;
    for (const id of own) {
      if (!has(raw, id) && this.signed(id, lon, lat, margin) > margin) changed = own.delete(id);
    }
    for (const { id } of raw) {
      if (own.has(id)) continue;
      // who is in it already, by a part of it, has passed its margin
      const inset = stays.has(id) ? 0 : this.distances.insetOf(this.index.number(id)!, margin);
      if (this.signed(id, lon, lat, inset) > -inset) continue;
      own.add(id);
      changed = true;
    }
    return changed;
  }

  private settle(thing: string, track: Track, time: number, moves: Move[]): void {
    const [before, now] = [track.zones, this.index.zonesOf(track.own)];
    if (before === now) return;
    track.zones = now;
    const move = (kind: MoveKind, zone: ZoneRef, since: number): Move => {
      return { kind, thing, zone, time, since, lon: track.lon, lat: track.lat };
    };
    for (const zone of [...before].reverse()) {
      if (now.includes(zone)) continue;
      moves.push(move('exit', zone, track.stays.get(zone.id)?.since ?? time));
      track.stays.delete(zone.id);
    }
    for (const zone of now) {
      if (before.includes(zone)) continue;
      moves.push(move('enter', zone, time));
      track.stays.set(zone.id, { since: time, dwelt: false });
    }
    track.due = this.dueOf(track.stays);
    this.due.set(track.due, thing);
    this.dueByWall.set(track.due + track.lag, thing);
  }

  private dwellings(thing: string, track: Track, time: number, moves: Move[]): void {
    for (const [id, stay] of track.stays) {
      const long = stay.since + this.options.dwell;
      if (stay.dwelt || long > time) continue;
      stay.dwelt = true;
      const zone = this.index.ref(id);
      if (zone)
        moves.push({ kind: 'dwell', thing, zone, time: long, since: stay.since, lon: track.lon, lat: track.lat });
    }
    track.due = this.dueOf(track.stays);
  }

  private dueOf(stays: ReadonlyMap<string, Stay>): number {
    let due = Infinity;
    for (const { since, dwelt } of stays.values()) if (!dwelt) due = Math.min(due, since + this.options.dwell);
    return due;
  }

  private signed(id: string, lon: number, lat: number, limit: number): number {
    return this.distances.signed(this.index.number(id)!, lon, lat, limit);
  }
}

function has(zones: readonly ZoneRef[], id: string): boolean {
  for (const zone of zones) if (zone.id === id) return true;
  return false;
}

function isKept(raw: unknown): raw is KeptTrack {
  if (!Array.isArray(raw)) return false;
  const [thing, time, lon, lat, own, stays] = raw as unknown[];
  return (
    typeof thing === 'string' &&
    [time, lon, lat].every(Number.isFinite) &&
    Array.isArray(own) &&
    own.every((id) => typeof id === 'string') &&
    Array.isArray(stays) &&
    stays.every((stay) => Array.isArray(stay) && typeof stay[0] === 'string' && Number.isFinite(stay[1]))
  );
}
