/**
 * What a warning is about, in the words of CAP (3.2.2.2): as a row of the form says for this status or domain, else as the node
 * says, else as its own words and units tell.
 */
import type { Status } from '../../ecdm/status';
import { CATEGORIES, type Category } from './alert';
import { capText } from './texts';

/** A row of the form. */
export interface CategoryRule {
  /** Ids or names; all where empty. */
  statuses: ReadonlySet<string>;
  /** Ids; all where empty. */
  domains: ReadonlySet<string>;
  category: Category;
}

export interface CategoryChoice {
  /** The first that fits counts. */
  rules?: readonly CategoryRule[];
  /** For all others; `undefined`: by what it is about. */
  category: Category | undefined;
}

/** The more special first: smoke of a fire is a matter of air, too, and a flood on a road one of traffic. */
const ORDER: readonly Category[] = [
  'CBRNE', 'Fire', 'Geo', 'Met', 'Rescue', 'Health', 'Security', 'Env', 'Transport', 'Infra', 'Safety',
]; // prettier-ignore

/** Units that tell by themselves (UCUM). */
const UNITS: readonly (readonly [Category, ReadonlySet<string>])[] = [
  ['Env', new Set(['ug/m3', 'mg/m3', '[ppm]', '[ppb]', 'dB', 'dB[A]', 'dB[C]', '[AQI]', '[NTU]', '[FNU]', '[pH]', 'uS/cm', 'mg/L'])],
  ['Met', new Set(['Cel', '[degF]', 'mm', 'mm/h', 'hPa', 'mbar', 'm3/s', '[kn_i]', '[UVI]', 'W/m2'])],
  ['Transport', new Set(['/h', '/min', 'km/h', '[mi_i]/h'])],
]; // prettier-ignore

/** @param domainName of the domain of a status, for people */
export function categoryOf(
  { rules = [], category }: CategoryChoice,
  status: Status,
  domainName: string | undefined,
): Category {
  const named = rules.find(
    ({ statuses, domains }) =>
      (statuses.size === 0 || statuses.has(status.status) || statuses.has(status.name)) &&
      (domains.size === 0 || (status.domain !== undefined && domains.has(status.domain))),
  );
  return named?.category ?? category ?? guess(status, domainName);
}

function guess({ name, evidence }: Status, domainName = ''): Category {
  for (const text of [name, evidence.map((one) => one.name).join(' / '), domainName]) {
    const found = inWords(text);
    if (found !== undefined) return found;
  }
  const units = evidence.map(({ unit }) => unit ?? '');
  return UNITS.find(([, known]) => units.some((unit) => known.has(unit)))?.[0] ?? 'Other';
}

function inWords(text: string): Category | undefined {
  const whole = text.slice(0, 1000).toLowerCase();
  const words = new Set(whole.split(/[^\p{L}\p{M}\p{N}.]+/u));
  // Thai has no blanks between words
  const says = (word: string): boolean => (/^[a-z0-9.]+$/.test(word) ? words.has(word) || words.has(`${word}s`) : whole.includes(word)); // prettier-ignore
  return ORDER.find((category) => wordsOf(category).some(says));
}

const known = new Map<Category, string[]>();

/** In all languages at once: a city names its rules in its own. */
function wordsOf(category: Category): string[] {
  let words = known.get(category);
  if (words === undefined) {
    const lists = ['en-US', 'th'].map((language) => capText(language, `about.${category}`));
    words = lists.flatMap((list) => list.split(',').map((one) => one.trim().toLowerCase()));
    known.set(category, words);
  }
  return words;
}

/** Reads the rows of the form; one without a category of CAP is left out. */
export function readCategoryRules(
  rows: readonly Readonly<Record<string, unknown>>[],
  namesOf: (raw: unknown) => Set<string>,
): CategoryRule[] {
  return rows.flatMap((row) => {
    const category = CATEGORIES.find((one) => one === row['category']);
    const [statuses, domains] = [namesOf(row['statuses']), namesOf(row['domains'])];
    return category === undefined ? [] : [{ statuses, domains, category }];
  });
}
