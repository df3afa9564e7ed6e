/** What is to be expected, from the list of sensors that a source tells: so that one that never speaks is missed, too. */
import type { RosterEntry } from '../../ecdm/city';
import type { Aggregate, EventDefinition, Pattern, StatusDefinition } from '../../ecdm/definition';
import { foldName, isNamed, nameSet } from '../../ecdm/names';
import type { Place } from '../../ecdm/observation';
import { eventsOf, operandsOf, patternsOf } from '../../ecdm/pattern-walk';
import type { ZoneRef } from '../../ecdm/zone';
import { CITY } from './keys';
import type { Gone } from './leaving';
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
  /** Ids of the events whose silence counts; of all that the rule waits for, where it is left out. */
  readonly events?: readonly string[];
}

/** What a roster changes. */
export interface RosterChange {
  /** Of these keys the silence counts. */
  expected: ExpectedKey[];
  /** Of these only the interval is of use. */
  learned: ExpectedKey[];
  /** Keys of which no sensor is in any roster any more. */
  gone: string[];
  /** Keys that have lost some of their sensors, and still have others. */
  left: [key: string, left: Gone][];
}

/**
 * Keys of a source, and the streams of events that its sensors make for each. Of what an earlier program wrote only the key
 * is known: its stream has no name.
 */
export type Listed = ReadonlyMap<string, Iterable<string>>;
const UNNAMED = '';

const MOST_SOURCES = 100;
const MOST_ENTRIES = 200_000;

/** The rosters of all sources, as far as one rule is concerned. */
export class Roster {
  private readonly watched: Watched[];
  private readonly bySource = new Map<string, Map<string, string[]>>();

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
      return observing === undefined ? [] : [new Watched(event, observing, silent.has(event))];
    });
  }

  /**
   * @param raw as it came: what cannot be read is left out
   * @param source whose roster it is; one without a name only adds
   */
  take(raw: readonly unknown[], source: string | undefined): RosterChange {
    const expected = new Map<string, ExpectedKey>();
    const learned = new Map<string, ExpectedKey>();
    const listed = new Map<string, Set<string>>();
    const { per } = this.definition;
    // where the rule waits for no silence no sensor is expected
    const waits = this.watched.some(({ silent }) => silent);
    if (this.watched.length > 0) {
      for (const one of raw.slice(0, MOST_ENTRIES)) {
        const entry = readEntry(one);
        if (entry === undefined) continue;
        for (const watched of this.watched) {
          if (!watched.selects(entry)) continue;
          const into = watched.silent ? expected : learned;
          for (const key of watched.keysOf(entry, per)) {
            merge(into, key, watched.event);
            // a key is there as long as any of its sensors, also one whose silence nobody waits for
            if (waits) for (const stream of watched.streamsOf(entry, key.key, per)) list(listed, key.key, stream);
          }
        }
      }
    }
    const changed = this.replace(source, listed);
    return { expected: [...expected.values()], learned: [...learned.values()], ...changed };
  }

  private replace(source: string | undefined, now: Map<string, Set<string>>): Pick<RosterChange, 'gone' | 'left'> {
    const change: Pick<RosterChange, 'gone' | 'left'> = { gone: [], left: [] };
    const name = source ?? '';
    const before = this.bySource.get(name);
    if (before === undefined && (now.size === 0 || this.bySource.size >= MOST_SOURCES)) return change;
    if (source === undefined) addTo(now, before ?? []);
    const listed = new Map<string, string[]>();
    for (const [key, streams] of now) listed.set(key, [...streams]);
    this.bySource.set(name, listed);
    if (source === undefined) return change;
    for (const [key, streams] of before ?? []) {
      const still = now.get(key);
      if (still !== undefined && streams.every((stream) => still.has(stream))) continue;
      const held = this.streamsOf(key);
      if (held.size === 0) change.gone.push(key);
      else {
        const left = streams.filter((stream) => !held.has(stream));
        if (left.length > 0) change.left.push([key, this.leftOf(left, held)]);
      }
    }
    return change;
  }

  /** The streams of a key by all rosters. */
  private streamsOf(key: string): Set<string> {
    const all = new Set<string>();
    for (const listed of this.bySource.values()) for (const stream of listed.get(key) ?? []) all.add(stream);
    return all;
  }

  private leftOf(streams: readonly string[], held: ReadonlySet<string>): Gone {
    const made = new Set(Array.from(held, (stream) => this.eventOf(stream)));
    const events = new Set(streams.map((stream) => this.eventOf(stream)));
    const unheard = new Set<string>();
    for (const { event } of this.watched) if (!made.has(event) && !held.has(UNNAMED)) unheard.add(event);
    const silent = this.watched.filter((watched) => watched.silent).map(({ event }) => event);
    // which one is gone is not known: one of those whose silence counts, and if there is none left it is all of them
    if (events.has(UNNAMED) && silent.every((event) => unheard.has(event)))
      for (const event of silent) events.add(event);
    return { streams: new Set(streams), events, unheard };
  }

  private eventOf(stream: string): string {
    return this.watched.find(({ event }) => stream.startsWith(`${event}|`))?.event ?? UNNAMED;
  }

  /** What the sources have listed; a list is replaced, never changed. */
  all(): [source: string, listed: Listed][] {
    return [...this.bySource];
  }

  /** Some of what a source has listed, of an earlier run. */
  restore(source: string, keys: readonly string[], streams: readonly string[] = []): void {
    let known = this.bySource.get(source);
    if (known === undefined) this.bySource.set(source, (known = new Map<string, string[]>()));
    for (const [i, key] of keys.entries()) {
      const stream = streams[i] ?? UNNAMED;
      const more = known.get(key);
      if (more === undefined) known.set(key, [stream]);
      else more.push(stream);
    }
  }
}

/** As much of what was listed before as there is room for. */
function addTo(now: Map<string, Set<string>>, before: Iterable<readonly [string, readonly string[]]>): void {
  let room = MOST_ENTRIES;
  for (const streams of now.values()) room -= streams.size;
  for (const [key, streams] of before) for (const stream of streams) if (room-- > 0) list(now, key, stream);
}

function list(into: Map<string, Set<string>>, key: string, stream: string): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, new Set([stream]));
  else known.add(stream);
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
    readonly event: string,
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

  /** The streams in which the events of this sensor come to a key of {@link keysOf}. */
  streamsOf(entry: RosterEntry, key: string, per: StatusDefinition['per']): string[] {
    return this.groupsOf(entry, key, per).map((group) => `${this.event}|${group}`);
  }

  private groupsOf(entry: RosterEntry, key: string, { by }: StatusDefinition['per']): string[] {
    const { datastream, thing } = entry;
    switch (this.observing.aggregate?.scope) {
      case 'city':
        return [CITY];
      case 'station':
        return [thing ?? datastream];
      case 'zone':
        return by === 'city' || by === 'property' ? this.zonesOf(entry).map(({ id }) => id) : [key];
      default:
        return [datastream];
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
function merge(into: Map<string, ExpectedKey>, key: ExpectedKey, event: string): void {
  const known = into.get(key.key);
  if (known === undefined) {
    into.set(key.key, { ...key, events: [event] });
    return;
  }
  const { events = [], interval } = known;
  if ((key.interval ?? 0) > (interval ?? 0)) into.set(key.key, { ...known, interval: key.interval });
  if (!events.includes(event)) into.set(key.key, { ...into.get(key.key)!, events: [...events, event] });
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
