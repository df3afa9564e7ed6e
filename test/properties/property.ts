/** What every property is: a claim about random cases, one seed per case, and how one says what failed. */
import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { Random } from './random';

export interface Property {
  /** Number of the family, 1 to 13, and a letter where the family has several: "2b". */
  readonly id: string;
  readonly says: string;
  /** Makes one case from the random numbers and throws where the claim does not hold for it. */
  check(random: Random): void;
}

/** Runs one case; what it throws names the seed and how to see it again. */
export function runCase(property: Property, seed: number): void {
  // neighbouring seeds shall not share their numbers, nor two properties their cases
  const start = Math.imul(seed, 0x9e3779b1) ^ Math.imul(hash(property.id), 0x85ebca6b);
  try {
    property.check(new Random(start));
  } catch (error) {
    throw new Error(
      `property ${property.id} (${property.says}) does not hold for seed ${seed}; to see it again:\n` +
        `  npm run test:deep -- --property ${property.id} --seed ${seed} --cases 1`,
      { cause: error },
    );
  }
}

function hash(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i++) value = Math.imul(value, 31) + text.charCodeAt(i);
  return value;
}

/** Deep equality; the words for a difference are made only when there is one, since most cases have none. */
export function same(actual: unknown, expected: unknown, describe: () => string): void {
  if (isAlike(actual, expected) || isDeepStrictEqual(actual, expected)) return;
  throw new AssertionError({
    message: `${describe()}\nsaid ${shown(actual)}\nmust ${shown(expected)}`,
    actual,
    expected,
  });
}

/**
 * Whether two trees as of JSON (plain objects, lists, values) are equal with their keys in one order: much faster than to
 * ask for every kind of object there is. Of all else it says no.
 */
function isAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const kind: unknown = Object.getPrototypeOf(a);
  if (kind !== Object.getPrototypeOf(b) || (kind !== Object.prototype && kind !== Array.prototype)) return false;
  if (kind === Array.prototype && (a as unknown[]).length !== (b as unknown[]).length) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  if (keys.length !== others.length) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key !== others[i] || !isAlike((a as Fields)[key], (b as Fields)[key])) return false;
  }
  return true;
}

type Fields = Record<string, unknown>;

export function holds(claim: boolean, describe: () => string): void {
  if (!claim) throw new AssertionError({ message: describe() });
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

/** A rule and its events as a person can read them. */
export function told(rule: StatusDefinition, events: readonly CityEvent[]): string {
  const { when, for: lasting, clear, lateness, afterDetection } = rule;
  const lines = events.map((e) => `  ${e.time} ${e.event} ${e.kind} of ${e.stream}`);
  return `${JSON.stringify({ when, for: lasting, clear, lateness, afterDetection })}\n${lines.join('\n')}`;
}
