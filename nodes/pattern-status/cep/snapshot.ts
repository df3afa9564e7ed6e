/** A key as plain JSON and back. Numbers that JSON does not know (no time yet, never) are written as texts. */
import { Entry } from './entry';
import type { KeyState, Life } from './life';
import type { PatternState, StreamState } from './state';
import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import type { Told } from './teller';

/** Grows when an older program could not read a newer snapshot. */
export const SNAPSHOT_VERSION = 2;

type Plain = number | '+' | '-';

const plain = (n: number): Plain => (n === Infinity ? '+' : n === -Infinity ? '-' : n);
const number = (p: Plain): number => (p === '+' ? Infinity : p === '-' ? -Infinity : p);

interface PlainPattern {
  n: Plain[];
  streams: [string, StreamState][][];
  last: (CityEvent | null)[];
  links: (PatternState['links'][number] | null)[];
  times: number[][];
  recent: CityEvent[][];
}

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

function packPattern(state: PatternState): PlainPattern {
  return {
    n: Array.from(state.n, plain),
    streams: state.streams.map((map) => [...(map ?? [])].map(([stream, held]): [string, StreamState] => [stream, { ...held }])),
    last: state.last.map((event) => event ?? null),
    links: state.links.map((link) => link ?? null),
    times: state.times.map((list) => list.slice()),
    recent: state.recent.map((list) => list.slice()),
  };
}

function unpackPattern(p: PlainPattern): PatternState {
  return {
    n: p.n.map(number),
    streams: p.streams.map((list) => (list.length === 0 ? undefined : new Map(list))),
    last: p.last.map((event) => event ?? undefined),
    links: p.links.map((link) => link ?? undefined),
    times: p.times,
    recent: p.recent,
    boxes: [],
  };
}

export function packEntry(entry: Entry): PlainEntry {
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
      pattern: packPattern(state.pattern),
      sides: state.sides.map(packPattern),
      life: { ...life, evidence: state.life.evidence.slice() },
      time: plain(state.time),
    },
    waiting: entry.waiting.slice(head),
    arrived: entry.arrived.slice(head).map(plain),
  };
}

/** @param sizes numbers that the present rule needs, to refuse what was made by another one */
export function unpackEntry(p: PlainEntry, sizes: { pattern: number; sides: readonly number[] }): Entry | undefined {
  const pattern = unpackPattern(p.state.pattern);
  const sides = p.state.sides.map(unpackPattern);
  if (pattern.n.length !== sizes.pattern || sides.length !== sizes.sides.length) return undefined;
  if (sides.some(({ n }, i) => n.length !== sizes.sides[i])) return undefined;
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
