/**
 * The words that forms need too: units, months, states, severities, and how numbers, times and lists are told. Apart from
 * the sentences of the runtime, which are ten times as many: what a form needs is loaded with the editor.
 */
import english from './locales/words.en-US.json';
import thai from './locales/words.th.json';
import { formatDuration } from './duration';
import { languageOf, textTable, type Language } from './text-table';
import { zoneOffset } from './time';

/** A word or short text, see the locale files `words` of this folder. */
export const word = textTable(english, thai);

const UNIT = /(\d+(?:\.\d+)?) (ms|s|min|h|d)(?= |$)/g;

/** A length of time in words: "1 h 30 min". */
export function durationText(language: string | undefined, ms: number): string {
  return formatDuration(ms).replace(UNIT, (_all, n: string, unit: string) => `${n} ${word(language, `unit.${unit}`)}`);
}

const numbers = new Map<Language, Intl.NumberFormat>();

/** A number as people of the language write it. */
export function numberText(language: string | undefined, value: number): string {
  // most are small and whole, which is the same in every language
  if (Number.isInteger(value) && value > -1000 && value < 1000) return String(value);
  const lang = languageOf(language);
  let format = numbers.get(lang);
  if (format === undefined) {
    format = new Intl.NumberFormat(lang, { maximumSignificantDigits: 6 });
    numbers.set(lang, format);
  }
  return format.format(value);
}

/** Local date and time of day: "1 Dec 2016 08:00". */
export function momentText(language: string | undefined, ms: number, timeZone?: string): string {
  const local = new Date(ms + zoneOffset(ms, timeZone));
  if (Number.isNaN(local.getTime())) return '';
  const month = word(language, `month.${local.getUTCMonth() + 1}`);
  return `${local.getUTCDate()} ${month} ${local.getUTCFullYear()} ${clockText(ms, timeZone)}`;
}

/** Local time of day: "08:00", with seconds where there are any. */
export function clockText(ms: number, timeZone?: string): string {
  const local = new Date(ms + zoneOffset(ms, timeZone));
  if (Number.isNaN(local.getTime())) return '';
  const iso = local.toISOString();
  return iso.slice(11, local.getUTCSeconds() === 0 ? 16 : 19);
}

/** "A", "A and B", "A, B and C". */
export function listText(language: string | undefined, items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return word(language, 'list.last', {
    first: items.slice(0, -1).join(word(language, 'list.comma')),
    last: items.at(-1),
  });
}
