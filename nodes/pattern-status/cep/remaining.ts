/**
 * What remains to happen of a sequence, and its derivatives: what remains after an instant (the set of symbols that occur
 * at one time stamp).
 */
import { DefinitionError } from './errors';

/** Largest automaton that is accepted. */
export const MOST_STATES = 256;

/** Most ways in which the parts of a bracket "and" may go on together. */
const MOST_WAYS = 4096;

/** What remains to happen. Made by the functions below only, so that equal ones have equal keys. */
export type Remaining =
  /** `count` occurrences of any of these symbols, equal time stamps included. */
  | { t: 'count'; key: string; size: number; kill: number; symbols: readonly number[]; count: number }
  /** One after the other; `guards[i]` are the symbols that may not occur before item i begins. */
  | { t: 'then'; key: string; size: number; kill: number; items: Remaining[]; guards: number[] }
  | { t: 'and'; key: string; size: number; kill: number; items: Remaining[] }
  | { t: 'or'; key: string; size: number; kill: number; items: Remaining[] }
  /** A bracket with its own limit; `open` once its first event has been read. */
  | { t: 'within'; key: string; size: number; kill: number; slot: number; ms: number; of: Remaining; open: boolean };

export function count(symbols: readonly number[], n: number): Remaining {
  return { t: 'count', key: `${n}*${symbols.join('|')}`, size: n, kill: 0, symbols, count: n };
}

/** Nothing more. */
export const DONE = count([], 0);

export function then(items: Remaining[], guards: number[]): Remaining {
  if (items.length === 1 && guards[0] === 0) return items[0]!;
  const key = `(${items.map((item, i) => `${guards[i]}!${item.key}`).join(';')})`;
  const size = items.reduce((sum, item) => sum + item.size, 0);
  return { t: 'then', key, size, kill: guards[0]! | items[0]!.kill, items, guards };
}

export function and(items: Remaining[]): Remaining {
  if (items.length === 1) return items[0]!;
  const sorted = [...items].sort((a, b) => (a.key < b.key ? -1 : 1));
  const size = items.reduce((sum, item) => sum + item.size, 0);
  const kill = items.reduce((mask, item) => mask | item.kill, 0);
  return { t: 'and', key: `(${sorted.map((i) => i.key).join('&')})`, size, kill, items: sorted };
}

export function or(items: Remaining[]): Remaining {
  if (items.length === 1) return items[0]!;
  // the longest branch counts, so that every step makes the remaining pattern smaller
  const size = Math.max(...items.map((item) => item.size));
  return { t: 'or', key: `(${items.map((i) => i.key).join('|')})`, size, kill: 0, items };
}

export function within(slot: number, ms: number, of: Remaining, open = false): Remaining {
  if (of === DONE) return DONE;
  return {
    t: 'within',
    key: `<${open} ${slot}:${of.key}>`,
    size: of.size,
    kill: of.kill,
    slot,
    ms,
    of,
    open,
  };
}

export interface Derived {
  to: Remaining;
  /** Brackets (slot, limit) that must still be short enough at this instant. */
  checks: [slot: number, ms: number][];
  /** Symbols that were used. */
  used: number;
}

/** How often each symbol occurs at an instant. */
export type Occurring = readonly number[];

/** What may remain after an instant at which `at` occurs; `mask` has a bit for every symbol that does. */
export function derive(r: Remaining, at: Occurring, mask: number): Derived[] {
  switch (r.t) {
    case 'count':
      return deriveCount(r.symbols, r.count, at);
    case 'or':
      return r.items.flatMap((item) => derive(item, at, mask));
    case 'within':
      return derive(r.of, at, mask).map((d) => ({
        to: within(r.slot, r.ms, d.to, true),
        checks: r.open ? [...d.checks, [r.slot, r.ms]] : d.checks,
        used: d.used,
      }));
    case 'then':
      return derive(r.items[0]!, at, mask).map((d) => {
        const items = r.items.slice(1);
        const guards = r.guards.slice(1);
        if (d.to !== DONE) {
          items.unshift(d.to);
          guards.unshift(0);
        }
        return { ...d, to: items.length === 0 ? DONE : then(items, guards) };
      });
    case 'and':
      return deriveAnd(r.items, at, mask);
  }
}

/** It may use as many as there are, or fewer: those of the first symbols first. */
function deriveCount(symbols: readonly number[], missing: number, at: Occurring): Derived[] {
  const found: Derived[] = [];
  let n = 0;
  let used = 0;
  for (const symbol of symbols) {
    for (let i = at[symbol] ?? 0; i > 0 && n < missing; i--) {
      n++;
      used |= 1 << symbol;
      found.unshift({ to: n === missing ? DONE : count(symbols, missing - n), checks: [], used });
    }
  }
  return found;
}

/** Every part may use what occurs or wait; a part that waits may not have been forbidden what occurs. */
function deriveAnd(parts: readonly Remaining[], at: Occurring, mask: number): Derived[] {
  let ways: { left: Remaining[]; checks: Derived['checks']; used: number }[] = [{ left: [], checks: [], used: 0 }];
  for (const part of parts) {
    const steps: Derived[] = derive(part, at, mask);
    if ((part.kill & mask) === 0) steps.push({ to: part, checks: [], used: 0 });
    checkWays(ways.length * steps.length);
    ways = ways.flatMap((way) =>
      steps.map((step) => ({
        left: step.to === DONE ? way.left : [...way.left, step.to],
        checks: [...way.checks, ...step.checks],
        used: way.used | step.used,
      })),
    );
  }
  return ways
    .filter((way) => way.used !== 0)
    .map((way) => ({ to: way.left.length === 0 ? DONE : and(way.left), checks: way.checks, used: way.used }));
}

export function checkWays(ways: number): void {
  if (ways > MOST_WAYS) throw tooLarge();
}

/** Every occurrence makes the size one less, and each size is a state of its own: a larger one is not even put together. */
export function checkSize(size: number): void {
  if (size > MOST_STATES) throw tooLarge();
}

export function tooLarge(): DefinitionError {
  return new DefinitionError('when', 'large', { n: MOST_STATES });
}

/** Adds the slots of the brackets that are open, in a fixed order. */
export function openSlots(r: Remaining, into: number[]): number[] {
  if (r.t === 'within') {
    if (r.open) into.push(r.slot);
    openSlots(r.of, into);
  } else if (r.t === 'then') openSlots(r.items[0]!, into);
  else if (r.t === 'and') for (const item of r.items) openSlots(item, into);
  return into;
}
