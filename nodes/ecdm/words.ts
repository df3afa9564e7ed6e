/**
 * The words that forms need too: units, months, states, severities, and how numbers, times and lists are told. Apart from
 * the sentences of the runtime, which are ten times as many: what a form needs is loaded with the editor.
 */
import english from './locales/words.en-US.json';
import thai from './locales/words.th.json';
import { eachDurationPart } from './duration';
import { languageOf, textTable, type Language } from './text-table';
import { isValidTime, timeOfDay, zoneOffset } from './time';

/** A word or short text, see the locale files `words` of this folder. */
export const word = textTable(english, thai);

/** A length of time in words: "1 h 30 min". */
export function durationText(language: string | undefined, ms: number): string {
  let text = '';
  eachDurationPart(ms, (n, unit) => {
    if (text !== '') text += ' ';
    text += `${n} ${word(language, UNIT[unit])}`;
  });
  return text;
}

/** The key of a unit among the texts. */
const UNIT = { d: 'unit.d', h: 'unit.h', min: 'unit.min', s: 'unit.s', ms: 'unit.ms' } as const;

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

/** The day that was told last: what is told one after the other is mostly of one day. */
const told = { day: NaN, language: '', text: '' };

/** Local date and time of day: "1 Dec 2016 08:00". */
export function momentText(language: string | undefined, ms: number, timeZone?: string): string {
  const local = ms + zoneOffset(ms, timeZone);
  const day = Math.floor(local / 86_400_000);
  const lang = languageOf(language);
  if (day !== told.day || lang !== told.language) {
    const date = new Date(local);
    if (Number.isNaN(date.getTime())) return '';
    const month = word(language, `month.${date.getUTCMonth() + 1}`);
    told.text = `${date.getUTCDate()} ${month} ${date.getUTCFullYear()} `;
    told.day = day;
    told.language = lang;
  }
  return told.text + timeOfDay(local);
}

/** Local time of day: "08:00", with seconds where there are any. */
export function clockText(ms: number, timeZone?: string): string {
  return isValidTime(ms) ? timeOfDay(ms + zoneOffset(ms, timeZone)) : '';
}

/** "A", "A and B", "A, B and C". */
export function listText(language: string | undefined, items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  const first = items.length === 2 ? items[0]! : items.slice(0, -1).join(word(language, 'list.comma'));
  return word(language, 'list.last', { first, last: items.at(-1) });
}
