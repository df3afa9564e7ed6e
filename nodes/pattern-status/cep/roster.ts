/** What is to be expected, from the list of sensors that a source tells: so that one that never speaks is missed, too. */
import type { RosterEntry } from '../../ecdm/city';
import type { Aggregate, EventDefinition, Pattern, StatusDefinition } from '../../ecdm/definition';
import { foldName, isNamed, nameSet } from '../../ecdm/names';
import type { Place } from '../../ecdm/observation';
import { eventsOf, operandsOf, patternsOf } from '../../ecdm/pattern-walk';
import type { ZoneRef } from '../../ecdm/zone';
import { CITY } from './keys';
import { zonesAround } from './zones-around';

/** What is known of the definition of an event, as far as a roster tells which sensors it looks at. */
export interface Observing {
  readonly observe?: EventDefinition['observe'];
  readonly aggregate?: Pick<Aggregate, 'scope' | 'level'>;
  /** Zones of its domain, by name or id; everywhere when left out. */
  readonly zones?: readonly string[];
}
export type ObservingOf = (event: string) => Observing | undefined;

/** A key that is known although nothing was heard of it. */
export interface ExpectedKey {
  readonly key: string;
  readonly name?: string;
  readonly zones?: readonly ZoneRef[];
  readonly place?: Place;
  /** Usual time between two readings, in milliseconds. */
  readonly interval?: number;
}

/** What a roster changes. */
export interface RosterChange {
  /** Of these keys the silence counts. */
  expected: ExpectedKey[];
  /** Of these only the interval is of use. */
  learned: ExpectedKey[];
  /** Keys that are in no roster any more. */
  gone: string[];
}

const MOST_SOURCES = 100;
const MOST_ENTRIES = 200_000;

/** The rosters of all sources, as far as one rule is concerned. */
export class Roster {
  private readonly watched: Watched[];
  /** Expected keys by source. */
  private bySource = new Map<string, Set<string>>();

  constructor(
    private readonly definition: StatusDefinition,
    observingOf: ObservingOf | undefined,
  ) {
    const all = new Set<string>();
    const silent = new Set<string>();
    for (const { pattern } of patternsOf(definition)) {
      eventsOf(pattern, all);
      silences(pattern, silent);
    }
    this.watched = [...all].flatMap((event) => {
      const observing = observingOf?.(event);
      return observing === undefined ? [] : [new Watched(observing, silent.has(event))];
    });
  }

  /**
   * @param raw as it came: what cannot be read is left out
   * @param source whose roster it is; one without a name only adds
   */
  take(raw: readonly unknown[], source: string | undefined): RosterChange {
    const expected = new Map<string, ExpectedKey>();
    const learned = new Map<string, ExpectedKey>();
    if (this.watched.length > 0) {
      for (const one of raw.slice(0, MOST_ENTRIES)) {
        const entry = readEntry(one);
        if (entry === undefined) continue;
        for (const watched of this.watched) {
          if (!watched.selects(entry)) continue;
          const into = watched.silent ? expected : learned;
          for (const key of watched.keysOf(entry, this.definition.per)) merge(into, key);
        }
      }
    }
    const gone = this.replace(source, [...expected.keys()]);
    return { expected: [...expected.values()], learned: [...learned.values()], gone };
  }

  private replace(source: string | undefined, keys: readonly string[]): string[] {
    const name = source ?? '';
    const before = this.bySource.get(name);
    if (before === undefined && (keys.length === 0 || this.bySource.size >= MOST_SOURCES)) return [];
    const now = new Set(keys);
    if (source === undefined) for (const key of before ?? []) if (now.size < MOST_ENTRIES) now.add(key);
    this.bySource.set(name, now);
    return [...(before ?? [])].filter((key) => !this.holds(key));
  }

  private holds(key: string): boolean {
    for (const keys of this.bySource.values()) if (keys.has(key)) return true;
    return false;
  }

  /** Expected keys by source; a set is replaced, never changed. */
  all(): [source: string, keys: ReadonlySet<string>][] {
    return [...this.bySource];
  }

  /** Some of the keys of a source, of an earlier run. */
  restore(source: string, keys: readonly string[]): void {
    let known = this.bySource.get(source);
    if (known === undefined) this.bySource.set(source, (known = new Set()));
    for (const key of keys) known.add(key);
  }
}

/** Ids of the events whose silence a pattern waits for. */
function silences(pattern: Pattern, into: Set<string>): void {
  if (pattern.op === 'no' && pattern.for !== undefined) eventsOf(pattern.of, into);
  else for (const { of } of operandsOf(pattern)) silences(of, into);
}

/** One event of the rule: which sensors it looks at, and for what it makes events. */
class Watched {
  private readonly properties: ReadonlySet<string> | undefined;
  private readonly things: ReadonlySet<string> | undefined;
  private readonly datastreams: ReadonlySet<string> | undefined;
  private readonly zones: ReadonlySet<string> | undefined;
  private readonly level: string | undefined;

  constructor(
    private readonly observing: Observing,
    readonly silent: boolean,
  ) {
    const { observe, aggregate, zones } = observing;
    this.properties = nameSet(observe?.properties);
    this.things = nameSet(observe?.things);
    this.datastreams = nameSet(observe?.datastreams);
    this.zones = nameSet(zones);
    this.level = aggregate?.level ? foldName(aggregate.level) : undefined;
  }

  selects({ property, thing, thingName, datastream, zones }: RosterEntry): boolean {
    return (
      isNamed(this.properties, property) &&
      isNamed(this.things, thing, thingName) &&
      isNamed(this.datastreams, datastream) &&
      (this.zones === undefined || (zones ?? []).some(({ id, name }) => isNamed(this.zones, id, name)))
    );
  }

  /** The keys of the rule that the events of this sensor would have. */
  keysOf(entry: RosterEntry, per: StatusDefinition['per']): ExpectedKey[] {
    const { interval, place, property, zones = [] } = entry;
    switch (per.by) {
      case 'station':
      case 'datastream':
        return this.eventKeys(entry, per.by);
      case 'property':
        return [{ key: property, name: property, interval }];
      case 'city':
        return [{ key: CITY, interval }];
      case 'zone':
        return (this.observing.aggregate?.scope === 'zone' ? this.zonesOf(entry) : zones)
          .filter(({ level }) => !per.level || level === per.level)
          .map((zone) => ({
            key: zone.id,
            name: zone.name,
            zones: zonesAround(undefined, zones, zone.id),
            place,
            interval,
          }));
      case 'near':
        // around the place of a first event, which nobody knows before
        return [];
    }
  }

  private eventKeys(entry: RosterEntry, by: 'station' | 'datastream'): ExpectedKey[] {
    const { datastream, thing, thingName, zones, place, interval } = entry;
    const scope = this.observing.aggregate?.scope;
    if (scope === 'city') return [{ key: CITY, interval }];
    if (scope === 'zone') {
      return this.zonesOf(entry).map((zone) => ({ key: zone.id, name: zone.name, zones: [zone], interval }));
    }
    const bySensor = scope === 'datastream' || (by === 'datastream' && scope === undefined);
    const key = bySensor ? datastream : (thing ?? datastream);
    return [{ key, name: scope === 'datastream' ? undefined : thingName, zones, place, interval }];
  }

  private zonesOf({ zones = [] }: RosterEntry): readonly ZoneRef[] {
    return this.level === undefined ? zones : zones.filter(({ level }) => foldName(level) === this.level);
  }
}

/** Several sensors of one key: it is silent only when the slowest is overdue. */
function merge(into: Map<string, ExpectedKey>, key: ExpectedKey): void {
  const known = into.get(key.key);
  if (known === undefined) into.set(key.key, key);
  else if ((key.interval ?? 0) > (known.interval ?? 0)) into.set(key.key, { ...known, interval: key.interval });
}

const textOf = (raw: unknown): string | undefined =>
  typeof raw === 'string' && raw !== '' && raw.length <= 1000 ? raw : undefined;

function readEntry(raw: unknown): RosterEntry | undefined {
  try {
    return readFields(raw);
  } catch {
    // a getter or a proxy that throws
    return undefined;
  }
}

function readFields(raw: unknown): RosterEntry | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { datastream, property, thing, thingName, interval, place, zones } = raw as Record<string, unknown>;
  const [id, what] = [textOf(datastream), textOf(property)];
  if (id === undefined || what === undefined) return undefined;
  return {
    datastream: id,
    property: what,
    thing: textOf(thing),
    thingName: textOf(thingName),
    interval: typeof interval === 'number' && interval > 0 && Number.isFinite(interval) ? interval : undefined,
    place: readPlace(place),
    zones: Array.isArray(zones) ? zones.slice(0, 100).flatMap(readZone) : undefined,
  };
}

function readPlace(raw: unknown): Place | undefined {
  if (!Array.isArray(raw)) return undefined;
  const [lon, lat] = raw as unknown[];
  return Number.isFinite(lon) && Number.isFinite(lat) ? [lon as number, lat as number] : undefined;
}

function readZone(raw: unknown): ZoneRef[] {
  const { id, name, level } = Object(raw) as Record<string, unknown>;
  const zone = textOf(id);
  return zone === undefined ? [] : [{ id: zone, name: textOf(name) ?? zone, level: textOf(level) ?? '' }];
}
