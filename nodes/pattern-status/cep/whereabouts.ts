/**
 * In which zones a key lies, as its events tell. What is told of it may be told only when its time is settled: then it
 * counts where the key was, not where it has come to since.
 */
import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import type { Entry } from './entry';
import { number, plain, type Plain } from './pattern-json';
import { zonesAround } from './zones-around';

type Zones = readonly ZoneRef[] | undefined;

/** It was in these zones until an event told otherwise. */
interface Stay {
  until: number;
  zones: Zones;
}

/** Where a key is and was, as it is remembered over a restart. */
export interface Where {
  first: Plain;
  said: Plain;
  stays?: Stay[];
  fresh?: Zones;
  since?: number;
}

/** Stays of one key that are kept. */
const MOST_STAYS = 1000;
/** After so long what is around a zone is learned anew: a city may give it to another district. */
const LEARNED_ANEW = 24 * 3_600_000;

interface Known {
  /** Times of the events that said first and last where it is. */
  first: number;
  said: number;
  /** Where it was before, by time. */
  stays: Stay[];
  /** What is around a zone by what came since. */
  fresh: Zones;
  since: number;
}

export class Whereabouts {
  /** Of keys that were elsewhere, or of which a list of zones came anew. */
  private readonly known = new WeakMap<Entry, Known>();
  /** By slot, for the others: when it was first said where it is. Most stations stand still: they are to cost next to nothing. */
  private first = new Float64Array(0);
  private readonly moves: boolean;
  /** What moves as a whole, and not only because its events come from here and there. */
  private readonly isOne: boolean;
  private readonly isZone: boolean;
  private hasStays = false;

  /** @param settledOf event time up to which all of a key is told for good: no later event goes back behind it */
  constructor(
    { by }: StatusDefinition['per'],
    private readonly settledOf: (entry: Entry) => number,
  ) {
    this.isOne = by === 'station' || by === 'datastream';
    this.moves = this.isOne || by === 'near';
    this.isZone = by === 'zone';
  }

  /** Where the key was at an event time. */
  at(entry: Entry, time: number): Zones {
    const stays = this.hasStays ? this.known.get(entry)?.stays : undefined;
    return stays?.find(({ until }) => time < until)?.zones ?? entry.zones;
  }

  /** From when on, not before a time, a station lies in other zones than those; Infinity where it does not. */
  movesAt(entry: Entry, from: number, zones: Zones): number {
    if (!this.isOne || (!this.hasStays && entry.zones === zones)) return Infinity;
    if (!isSame(this.at(entry, from), zones)) return from;
    const stays = this.known.get(entry)?.stays ?? [];
    for (let i = 0; i < stays.length; i++) {
      const { until } = stays[i]!;
      if (until > from && !isSame((stays[i + 1] ?? entry).zones, zones)) return until;
    }
    return Infinity;
  }

  /** Takes from an event with zones where its key lies. @returns whether that is news */
  take(entry: Entry, { zones, time }: CityEvent): boolean {
    let known = this.known.get(entry);
    if (known === undefined) {
      if (entry.zones === undefined) {
        this.setFirst(entry, time);
        entry.zones = this.moves ? zones : this.common(entry, undefined, zones!);
        return true;
      }
      const said = this.firstOf(entry);
      this.known.set(entry, (known = { first: said, said, stays: [], fresh: undefined, since: time }));
    }
    if (time >= known.said) return this.goOn(entry, known, zones!, time);
    this.goBack(entry, known, zones!, time);
    return true;
  }

  private firstOf({ slot }: Entry): number {
    return slot < this.first.length ? this.first[slot]! : -Infinity;
  }

  private setFirst({ slot }: Entry, time: number): void {
    const { first } = this;
    if (slot >= first.length) {
      this.first = new Float64Array(Math.max(64, 2 * slot)).fill(-Infinity);
      this.first.set(first);
    }
    this.first[slot] = time;
  }

  /** The key is forgotten: another one may come to its place. */
  forget({ slot }: Entry): void {
    if (slot < this.first.length) this.first[slot] = -Infinity;
  }

  private goOn(entry: Entry, known: Known, zones: readonly ZoneRef[], time: number): boolean {
    const before = entry.zones;
    known.said = time;
    entry.zones = this.moves ? zones : this.around(entry, known, zones, time);
    // of what moves it is kept where each event said that it is: one that is older may say that it was elsewhere between
    if (before !== undefined && (this.moves || !isSame(before, entry.zones)))
      this.left(entry, known, { until: time, zones: before });
    return !isSame(before, entry.zones);
  }

  /** What an older event says holds from then on; of what moves only until something was said that is newer. */
  private goBack(entry: Entry, known: Known, zones: readonly ZoneRef[], time: number): void {
    const { stays } = known;
    let i = stays.findIndex(({ until }) => time < until);
    if (i < 0) i = stays.push({ until: known.said, zones: entry.zones }) - 1;
    const stay = stays[i]!;
    const isFirst = time < known.first;
    const before = {
      until: isFirst ? known.first : time,
      zones: isFirst ? this.common(entry, undefined, zones) : stay.zones,
    };
    if (isFirst) known.first = time;
    if (!this.moves) {
      for (let k = i; k < stays.length; k++) stays[k]!.zones = this.common(entry, stays[k]!.zones, zones);
      entry.zones = this.common(entry, entry.zones, zones);
    } else if (!isFirst) stay.zones = zones;
    stays.splice(i, 0, before);
    this.letGo(entry, stays);
    this.hasStays = true;
  }

  private left(entry: Entry, { stays }: Known, stay: Stay): void {
    this.letGo(entry, stays);
    stays.push(stay);
    this.hasStays = true;
  }

  private letGo(entry: Entry, stays: Stay[]): void {
    const settled = this.settledOf(entry);
    let over = 0;
    while (over < stays.length && (stays[over]!.until <= settled || stays.length - over > MOST_STAYS)) over++;
    if (over > 0) stays.splice(0, over);
  }

  private around(entry: Entry, known: Known, seen: readonly ZoneRef[], time: number): Zones {
    let zones = this.common(entry, entry.zones, seen);
    // what lies elsewhere and says nothing may hold still; what is around a zone is one and the same for all that lies in it
    if (!this.isZone) return zones;
    known.fresh = this.common(entry, known.fresh, seen);
    if (time - known.since >= LEARNED_ANEW) {
      zones = known.fresh;
      known.fresh = this.common(entry, undefined, seen);
      known.since = time;
    }
    return zones;
  }

  private common(entry: Entry, known: Zones, seen: readonly ZoneRef[]): Zones {
    return zonesAround(known, seen, this.isZone ? entry.key : undefined);
  }

  /** What is to be remembered of a key over a restart. @param settled event time up to which all of it was told */
  save(entry: Entry, settled: number): Where | undefined {
    const known = this.known.get(entry);
    if (known === undefined) {
      const time = this.firstOf(entry);
      return time > -Infinity ? { first: time, said: time } : undefined;
    }
    const { first, said, fresh, since } = known;
    const stays = known.stays.filter(({ until }) => until > settled).map((stay) => ({ ...stay }));
    const where: Where = { first: plain(first), said: plain(said) };
    if (stays.length > 0) where.stays = stays;
    if (this.isZone) Object.assign(where, { fresh, since });
    return where;
  }

  restore(entry: Entry, { first, said, stays = [], fresh, since }: Where): void {
    const last = number(said);
    if (first === said && stays.length === 0 && fresh === undefined) {
      if (last > -Infinity) this.setFirst(entry, last);
      return;
    }
    this.known.set(entry, { first: number(first), said: last, stays, fresh, since: since ?? last });
    this.hasStays ||= stays.length > 0;
  }
}

function isSame(a: Zones, b: Zones): boolean {
  if (a === b) return true;
  if (a === undefined || b?.length !== a.length) return false;
  return a.every(({ id }, i) => id === b[i]!.id);
}
