/** A key as plain JSON and back. */
import { Entry } from './entry';
import type { KeyState, Life, Rule } from './life';
import { number, packPattern, plain, unpackPattern, type Plain, type PlainPattern } from './pattern-json';
import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import type { Told } from './teller';

/** Grows when an older program could not read a newer snapshot. */
export const SNAPSHOT_VERSION = 3;

interface PlainState {
  pattern: PlainPattern;
  sides: PlainPattern[];
  life: Record<string, unknown>;
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

export function packEntry({ plan, sides }: Rule, entry: Entry): PlainEntry {
  const { key, name, zones, told, state, head } = entry;
  const life = Object.fromEntries(
    Object.entries(state.life).map(([field, value]: [string, unknown]) => [
      field,
      typeof value === 'number' ? plain(value) : value,
    ]),
  );
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
      life: { ...life, evidence: state.life.evidence.slice() },
      time: plain(state.time),
    },
    waiting: entry.waiting.slice(head),
    arrived: entry.arrived.slice(head).map(plain),
  };
}

/** @returns `undefined` for what was written by another rule */
export function unpackEntry(rule: Rule, p: PlainEntry): Entry | undefined {
  const pattern = unpackPattern(rule.plan, p.state.pattern);
  if (pattern === undefined || p.state.sides.length !== rule.sides.length) return undefined;
  const sides: KeyState['sides'] = [];
  for (const [i, side] of rule.sides.entries()) {
    const state = unpackPattern(side.plan, p.state.sides[i]!);
    if (state === undefined) return undefined;
    sides.push(state);
  }
  const life = Object.fromEntries(
    Object.entries(p.state.life).map(([field, value]) => [
      field,
      value === '+' || value === '-' ? number(value) : value,
    ]),
  ) as unknown as Life;
  const state: KeyState = { pattern, sides, life, time: number(p.state.time) };
  const entry = new Entry(p.key, state);
  entry.name = p.name;
  entry.zones = p.zones;
  entry.told = p.told;
  entry.lastUntil = number(p.lastUntil);
  entry.raises = p.raises;
  entry.lag = p.lag;
  entry.expected = p.expected === true;
  entry.waiting = p.waiting;
  entry.arrived = p.arrived.map(number);
  return entry;
}

/** FNV-1a of a text; two rules with the same hash remember the same things. */
export function hashText(value: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
