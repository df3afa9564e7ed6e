/** A key as plain JSON and back. */
import { isBefore, type Entry } from './entry';
import { copyLife, type Life, type Rule } from './life';
import { number, packPattern, plain, unpackPattern, type Plain, type PlainPattern } from './pattern-json';
import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import type { StateCursor } from './states';
import type { Told } from './teller';

/** Grows when an older program could not read a newer snapshot. */
export const SNAPSHOT_VERSION = 3;

interface PlainState {
  pattern: PlainPattern;
  sides: PlainPattern[];
  /** Nothing was ever found of most keys. */
  life?: Record<string, unknown>;
  time: Plain;
}

export interface PlainEntry {
  key: string;
  name?: string;
  zones?: readonly ZoneRef[];
  told?: Told;
  lastUntil: Plain;
  raises?: number[];
  lag: number;
  expected?: true;
  state: PlainState;
  waiting: CityEvent[];
  arrived: Plain[];
}

export interface Waiting {
  event: CityEvent;
  /** Wall time at which it came. */
  arrived: number;
}

export function packEntry(
  { plan, sides }: Rule,
  entry: Entry,
  state: StateCursor,
  waiting: readonly Waiting[],
): PlainEntry {
  const { key, name, zones, told, life } = entry;
  const sorted = [...waiting].sort((a, b) => (isBefore(a.event, b.event) ? -1 : 1));
  return {
    key,
    name,
    zones,
    told: told && { ...told },
    lastUntil: plain(entry.lastUntil),
    raises: entry.raises && [...entry.raises],
    lag: entry.lag,
    ...(entry.expected ? { expected: true } : {}),
    state: {
      pattern: packPattern(plan.layout, state.pattern),
      sides: state.sides.map((side, i) => packPattern(sides[i]!.plan.layout, side)),
      life: life && packLife(life),
      time: plain(state.time),
    },
    waiting: sorted.map(({ event }) => event),
    arrived: sorted.map(({ arrived }) => plain(arrived)),
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
 * Gives a new key what was remembered of it, but for what waits.
 * @returns false for what was written by another rule
 */
export function unpackEntry(rule: Rule, p: PlainEntry, entry: Entry, state: StateCursor): boolean {
  if (p.state.sides.length !== rule.sides.length) return false;
  if (!unpackPattern(rule.plan, p.state.pattern, state.pattern)) return false;
  for (const [i, { plan }] of rule.sides.entries()) {
    if (!unpackPattern(plan, p.state.sides[i]!, state.sides[i]!)) return false;
  }
  state.time = number(p.state.time);
  if (p.state.life !== undefined) entry.life = unpackLife(p.state.life);
  entry.name = p.name;
  entry.zones = p.zones;
  entry.told = p.told;
  if (p.lastUntil !== '-') entry.lastUntil = number(p.lastUntil);
  entry.raises = p.raises;
  entry.lag = p.lag;
  entry.expected = p.expected === true;
  return true;
}

/** FNV-1a of a text; two rules with the same hash remember the same things. */
export function hashText(value: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
