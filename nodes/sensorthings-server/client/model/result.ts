/** Results and their quality, as servers really write them, into values. */
import type { Quality, Value } from '../../../ecdm/observation';
import { isRecord, pick, type Raw } from '../tolerant';
import type { Component } from './components';

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?\s*$/;
const NOTHING = /^(?:nan|null|none|n\/a|na|nil|undefined|[-+]?inf(?:inity)?|-{1,3})$/i;
/** Longest text that is a result. */
const LONGEST = 10_000;

/**
 * The value of a result. A number in a text is a number where the Datastream measures; NaN, blanks and sentinels are
 * no value (null). Truths, objects and lists stay what they are.
 */
export function valueOf(raw: unknown, numeric: boolean, sentinels: ReadonlySet<number> | undefined): Value {
  if (typeof raw === 'number') return Number.isFinite(raw) && !sentinels?.has(raw) ? raw : null;
  if (typeof raw === 'string') return ofText(raw, numeric, sentinels);
  if (typeof raw === 'boolean') return raw;
  return typeof raw === 'object' && raw !== null ? (raw as Value) : null;
}

function ofText(raw: string, numeric: boolean, sentinels: ReadonlySet<number> | undefined): Value {
  const clipped = raw.length > LONGEST ? raw.slice(0, LONGEST) : raw;
  if (!numeric) return clipped;
  if (raw.length >= 60) return clipped;
  const text = raw.trim();
  if (text === '' || NOTHING.test(text)) return null;
  return NUMBER.test(text) ? valueOf(Number(text), numeric, sentinels) : clipped;
}

/**
 * The parts of a record: a list in the order of the components, or an object with their names.
 * @returns `undefined` where the result has another number of values than the Datastream announces, or is no record
 */
export function recordValues(
  raw: unknown,
  components: readonly Component[],
  sentinels: ReadonlySet<number> | undefined,
): Value[] | undefined {
  if (Array.isArray(raw)) {
    const list = flat(raw as unknown[], components.length);
    if (list.length !== components.length) return undefined;
    return components.map(({ numeric }, i) => valueOf(list[i], numeric, sentinels));
  }
  if (!isRecord(raw)) return undefined;
  const found = components.map((component) => at(raw, component));
  // a field may be left out where it is optional; when none is there it is another record
  if (found.every((value) => value === undefined)) return undefined;
  return components.map(({ numeric }, i) => valueOf(found[i], numeric, sentinels));
}

/** Deepest nesting of a result: what is deeper can neither be copied from node to node nor be written. */
const DEEPEST = 20;

/** Whether a result is nested more deeply than anything that is measured. */
export function isTooDeep(raw: unknown, left = DEEPEST): boolean {
  if (typeof raw !== 'object' || raw === null) return false;
  return left === 0 || Object.values(raw).some((inner) => isTooDeep(inner, left - 1));
}

/** How many values a result holds, for the sentence about a wrong number. */
export function sizeOf(raw: unknown): number {
  if (Array.isArray(raw)) return raw.length;
  return isRecord(raw) ? Object.keys(raw).length : 1;
}

/** Records inside of records may be lists inside of lists (`recordsAsArrays`). */
function flat(list: readonly unknown[], wanted: number): readonly unknown[] {
  return list.length === wanted ? list : list.flat(4);
}

function at(raw: Raw, { path, name, property }: Component): unknown {
  if (path.length === 0) return pick(raw, name) ?? pick(raw, property);
  let value: unknown = raw;
  for (const step of path) value = isRecord(value) ? pick(value, step) : undefined;
  return value === undefined ? pick(raw, name) : value;
}

const WORDS: readonly (readonly [RegExp, Quality])[] = [
  [/^(?:good|ok|valid|verified|validated|approved|0)$/i, 'good'],
  [/^(?:suspect|questionable|doubtful|uncertain|estimated|unverified|unvalidated|provisional)$/i, 'suspect'],
  [/^(?:bad|invalid|error|wrong|rejected|faulty)$/i, 'bad'],
  [/^(?:missing|nodata|no data|null)$/i, 'missing'],
];

/** resultQuality as a word, as an object with such a word, or in a list; unknown ones say nothing. */
export function qualityOf(raw: unknown, depth = 0): Quality | undefined {
  if (typeof raw === 'string') return WORDS.find(([pattern]) => pattern.test(raw.trim()))?.[1];
  if (depth > 1 || typeof raw !== 'object' || raw === null) return undefined;
  if (Array.isArray(raw)) return qualityOf((raw as unknown[])[0], depth + 1);
  return qualityOf(pick(raw as Raw, 'quality'), depth + 1);
}
