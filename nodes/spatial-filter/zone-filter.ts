import { PlaceCache } from '../city-zones/zones/place-cache';
import type { ZoneIndex } from '../city-zones/zones/zone-index';
import type { RosterEntry } from '../ecdm/city';
import type { CityEvent } from '../ecdm/event';
import type { Observation } from '../ecdm/observation';
import { isValidTime } from '../ecdm/time';
import type { ZoneRef } from '../ecdm/zone';
import type { FilterOptions } from './options';

/** Why an item cannot be judged; keys of the sentences in the locale file. */
export type Fault = 'notReading' | 'badTime' | 'badPlace' | 'noPlace';

/** `kept` goes to output 1, `rest` to output 3, `dropped` nowhere; a fault becomes a problem. */
export type Verdict = 'kept' | 'rest' | 'dropped' | Fault;

/** An observation or an event, as far as the filter looks at it. */
type Item = Pick<Observation | CityEvent, 'place' | 'time'> & {
  datastream?: unknown;
  event?: unknown;
  stream?: unknown;
  zones?: unknown;
};

/** Judges observations and events by their place and gives them their zones. */
export class ZoneFilter {
  private readonly cache: PlaceCache;
  /** The verdict for a combination of zones: the index gives the same array for the same combination. */
  private readonly verdicts = new WeakMap<readonly ZoneRef[], 'kept' | 'rest'>();
  private readonly chosenIds: ReadonlySet<string>;

  constructor(
    private readonly index: ZoneIndex,
    private readonly options: FilterOptions,
  ) {
    this.cache = new PlaceCache(index);
    this.chosenIds = new Set(options.choice.by === 'zones' ? options.choice.ids : []);
  }

  /** Ids of chosen zones that do not exist (any more). */
  get missing(): string[] {
    return [...this.chosenIds].filter((id) => this.index.ref(id) === undefined);
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
    const zones = this.zonesOf(reading.place, reading.zones, sensor);
    if (typeof zones === 'string') return zones === 'noPlace' ? this.withoutPlace() : zones;
    if (reading.zones !== zones) {
      if (Object.isFrozen(item)) replace({ ...item, zones });
      else reading.zones = zones;
    }
    return this.verdict(zones);
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
        const zones = this.zonesOf(entry.place, entry.zones, entry.datastream);
        if (typeof zones !== 'string') parts[this.verdict(zones)].push({ ...entry, zones });
        else if (this.options.noPlace === 'pass') parts.kept.push(entry);
      } catch {
        // null, or an object whose fields throw: no entry
      }
    }
    return parts;
  }

  private withoutPlace(): Verdict {
    const { noPlace } = this.options;
    return noPlace === 'pass' ? 'kept' : noPlace === 'drop' ? 'dropped' : 'noPlace';
  }

  /** An event of a whole zone has no place but names its zones: then these count. */
  private zonesOf(place: unknown, zones: unknown, sensor: string): readonly ZoneRef[] | 'noPlace' | 'badPlace' {
    if (place === undefined || place === null) {
      const known = Array.isArray(zones) ? this.index.zonesOf(idsOf(zones)) : [];
      return known.length > 0 ? known : 'noPlace';
    }
    if (!Array.isArray(place)) return 'badPlace';
    const [lon, lat] = place as [unknown, unknown];
    if (typeof lon !== 'number' || typeof lat !== 'number') return 'badPlace';
    if (!(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90)) return 'badPlace';
    return this.cache.zonesOf(sensor, lon, lat);
  }

  private verdict(zones: readonly ZoneRef[]): 'kept' | 'rest' {
    let verdict = this.verdicts.get(zones);
    if (verdict === undefined) {
      const { keep } = this.options;
      verdict = keep === 'all' || zones.some((zone) => this.counts(zone)) === (keep === 'inside') ? 'kept' : 'rest';
      this.verdicts.set(zones, verdict);
    }
    return verdict;
  }

  private counts(zone: ZoneRef): boolean {
    const { choice } = this.options;
    if (choice.by === 'all') return true;
    return choice.by === 'zones' ? this.chosenIds.has(zone.id) : zone.level === choice.level;
  }
}

function* idsOf(zones: readonly unknown[]): Generator<string> {
  for (const zone of zones) {
    const id = typeof zone === 'object' && zone !== null ? (zone as Partial<ZoneRef>).id : undefined;
    if (typeof id === 'string') yield id;
  }
}
