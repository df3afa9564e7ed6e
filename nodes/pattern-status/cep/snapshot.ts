/** What is written of a rule, as lines of plain JSON: the kinds of lines, and a key as one of them and back. */
import type { Counters } from './counters';
import type { Entry } from './entry';
import { copyLife, type Life, type Rule } from './life';
import { number, packPattern, plain, unpackPattern, type Plain, type PlainPattern } from './pattern-json';
import type { CityEvent } from '../../ecdm/event';
import type { Mode } from '../../ecdm/city';
import type { ZoneRef } from '../../ecdm/zone';
import type { Shape } from './shape';
import type { StateCursor } from './states';
import type { Borders } from './zone-states';
import type { Told } from './told';
import type { Made } from './suppression';
import type { Where } from './whereabouts';

/** Grows when an older program could not read a newer snapshot. */
export const SNAPSHOT_VERSION = 8;
/** The oldest that can still be read. */
export const OLDEST_SNAPSHOT = 6;

/** What comes first. */
export interface Header {
  version: number;
  shape: Shape;
  /** How the memory of a key is laid out; not told before version 8. */
  layout?: string;
  settled: Plain;
  wall: Plain;
  mode: Mode;
  total: Counters;
  clocks: unknown;
  lineage: string[];
  /** Where it looks around places: the moment that was passed on last. */
  near?: Plain;
}

/**
 * One line. `h`: the header. `r`: keys of a roster, by its source, and beside each the
 * stream of a sensor of it; older ones have no streams. `u`: streams of the statuses that keep it down, and
 * what of them was made to begin for keys that have moved.
 * `z`: by stream, the borders of its state, which is open in zones.
 * `q`: quiet that keys need. `s`: a stream, its newest event and those that came last (hash, time, hash, time ...).
 * `k`: a key. `w`: events that wait at it, and when they came. `n`: events that wait until it is known what they are near
 * to. `o`: streams of states that were passed on to what is near, of one event (older ones do not tell which, nor when they
 * began), or those of which it is known when they ended. `b`: events that must not have happened before what comes near them.
 */
export type Line =
  | readonly ['h', Header]
  | readonly ['r', source: string, keys: readonly string[], streams?: readonly string[]]
  | readonly ['u', streams: readonly (readonly CityEvent[])[], made?: readonly Made[]]
  | readonly ['z', states: readonly Borders[]]
  | readonly ['q', quiet: readonly (readonly [key: string, quiet: number])[]]
  | readonly ['s', stream: string, newest: number | null, ids: readonly number[]]
  | readonly ['k', PlainEntry]
  | readonly ['n', events: readonly CityEvent[], arrived: readonly Plain[]]
  | readonly [
      'o',
      open: readonly string[],
      event?: string,
      times?: readonly (number | null)[],
      ended?: readonly string[],
    ]
  | readonly ['b', events: readonly CityEvent[]]
  | readonly ['w', key: string, events: readonly CityEvent[], arrived: readonly Plain[]];

interface PlainState {
  pattern: PlainPattern;
  sides: PlainPattern[];
  /** Nothing was ever found of most keys. */
  life?: Record<string, unknown>;
  time: Plain;
}

type Newer = 'zones' | 'simulated' | 'left' | 'begun' | 'opened' | 'saidNormal' | 'stamp';

export interface PlainEntry {
  key: string;
  name?: string;
  zones?: readonly ZoneRef[];
  /** Where it was while something happened that is not told yet. */
  where?: Where;
  /** Older ones do not tell all of it. */
  told?: Omit<Told, Newer> & Partial<Pick<Told, Newer>>;
  lastUntil: Plain;
  /** Left out where it is not later. */
  lastSaid?: number;
  raises?: number[];
  lag: number;
  expected?: true;
  state: PlainState;
}

/** It shares the events, which never change, and nothing else. */
export function packEntry({ plan, sides }: Rule, entry: Entry, state: StateCursor, where?: Where): PlainEntry {
  const { key, name, zones, told, life } = entry;
  return {
    key,
    name,
    zones,
    ...(where === undefined ? {} : { where }),
    told: told && { ...told },
    lastUntil: plain(entry.lastUntil),
    ...(entry.lastSaid > entry.lastUntil ? { lastSaid: entry.lastSaid } : {}),
    raises: entry.raises && [...entry.raises],
    lag: entry.lag,
    ...(entry.expected ? { expected: true } : {}),
    state: {
      pattern: packPattern(plan.layout, state.pattern),
      sides: state.sides.map((side, i) => packPattern(sides[i]!.plan.layout, side)),
      life: life && packLife(life),
      time: plain(state.time),
    },
  };
}

/** Every field as it is, but numbers that JSON does not know. */
function packLife(life: Life): Record<string, unknown> {
  const packed: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(copyLife(life)) as [string, unknown][]) {
    packed[field] = typeof value === 'number' ? plain(value) : value;
  }
  return packed;
}

function unpackLife(kept: Record<string, unknown>): Life {
  const life: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(kept)) {
    life[field] = value === '+' || value === '-' ? number(value) : value;
  }
  return life as unknown as Life;
}

/**
 * Gives a new key what was remembered of its pattern.
 * @returns false for what was written by another rule
 */
export function unpackState(rule: Rule, { state: p }: PlainEntry, state: StateCursor): boolean {
  if (p.sides.length !== rule.sides.length) return false;
  if (!unpackPattern(rule.plan, p.pattern, state.pattern)) return false;
  for (const [i, { plan }] of rule.sides.entries()) {
    if (!unpackPattern(plan, p.sides[i]!, state.sides[i]!)) return false;
  }
  state.time = number(p.time);
  return true;
}

/** Gives a new key what was remembered of it beside its patterns. */
export function unpackEntry(p: PlainEntry, entry: Entry): void {
  if (p.state.life !== undefined) entry.life = unpackLife(p.state.life);
  entry.name = p.name;
  entry.zones = p.zones;
  if (p.told !== undefined) {
    const { first, since, normal, said } = p.told;
    const { begun = first, opened = since, saidNormal = normal !== undefined, stamp = said } = p.told;
    const { simulated = false, left = false, zones = p.zones } = p.told;
    entry.told = { ...p.told, begun, opened, saidNormal, stamp, simulated, left, zones };
  }
  if (p.lastUntil !== '-') entry.lastUntil = number(p.lastUntil);
  if (p.lastSaid !== undefined) entry.lastSaid = p.lastSaid;
  entry.raises = p.raises;
  entry.lag = p.lag;
  entry.expected = p.expected === true;
}

/** FNV-1a of a text; two rules with the same hash remember the same things. */
export function hashText(value: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
