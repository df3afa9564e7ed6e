import { text } from './text';

const LONGEST = 60;
/** Of a list, so many entries are shown: a place has at most three. */
const ENTRIES = 3;

/** What was found, short and fit for a sentence: texts in quotes, `[200, 500]`, "an object". Never throws. */
export function shownValue(value: unknown, language?: string): string {
  if (value === undefined) return text(language, 'shown.nothing');
  try {
    if (Array.isArray(value)) return shownList(value, language);
  } catch {
    // a proxy that is revoked or throws: an object all the same
  }
  if (typeof value === 'object' && value !== null) return text(language, 'shown.object');
  return plain(value) ?? typeof value;
}

function shownList(list: readonly unknown[], language: string | undefined): string {
  const first = list.slice(0, ENTRIES).map(plain);
  if (first.length === 0 || first.includes(undefined)) return text(language, 'shown.list');
  return `[${first.join(', ')}${list.length > ENTRIES ? ', …' : ''}]`;
}

function plain(value: unknown): string | undefined {
  if (typeof value === 'string') return `"${value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}"`;
  return value === null || ['number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : undefined;
}
