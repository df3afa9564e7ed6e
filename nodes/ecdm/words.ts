/**
 * The words that forms need too: units, months, states, severities, and how numbers, times and lists are told. Apart from
 * the sentences of the runtime, which are ten times as many: what a form needs is loaded with the editor.
 */
import english from './locales/words.en-US.json';
import thai from './locales/words.th.json';
import { eachDurationPart, parseDuration } from './duration';
import { languageOf, textTable, type Language } from './text-table';
import { isValidTime, timeOfDay } from './time';
import { isTwice, zoneOffset } from './time-zone';

/** A word or short text, see the locale files `words` of this folder. */
export const word = textTable(english, thai);

const DAY = 86_400_000;

/** A length of time in words: "1 h 30 min". */
export function durationText(language: string | undefined, ms: number): string {
  let text = '';
  eachDurationPart(ms, (n, unit) => {
    text += `${text === '' ? '' : ' '}${n} ${UNIT[unit](language)}`;
  });
  return text;
}

/** Up to which length something is told to which step: two units that follow each other, and no fractions from 10 s on. */
const COARSE = [
  { below: 10_000, step: 1 }, { below: 3_600_000, step: 1000 }, { below: DAY, step: 60_000 },
  { below: Infinity, step: 3_600_000 },
] as const; // prettier-ignore

/** A length of time that was measured, as people tell it: "1 min 27 s". What somebody chose is told exactly. */
export function measuredText(language: string | undefined, ms: number): string {
  const { step } = COARSE.find(({ below }) => ms < below) ?? COARSE[0];
  return durationText(language, Math.round(ms / step) * step);
}

/** A length of time that somebody typed ("90 min"), in words; what is none stays as it was typed. */
export function typedDurationText(language: string | undefined, typed: string): string {
  const ms = parseDuration(typed);
  return ms === undefined ? typed : durationText(language, ms);
}

const UNIT = {
  d: word.phrase('unit.d'),
  h: word.phrase('unit.h'),
  min: word.phrase('unit.min'),
  s: word.phrase('unit.s'),
  ms: word.phrase('unit.ms'),
} as const;

/** Digits that a number is told with. */
const DIGITS = 6;
/** Smaller ones are written with an exponent by the engine of JavaScript. */
const LEAST_PLAIN = 1e-6;
/** Numbers of which is remembered how they are written; limits and values repeat, and the long way is a long one. */
const NUMBERS_KEPT = 1000;

interface Numbers {
  readonly format: Intl.NumberFormat;
  readonly told: Map<number, string>;
}

const numbers = new Map<Language, Numbers>();

/** A number as people of the language write it. */
export function numberText(language: string | undefined, value: number): string {
  // most are small and have few digits, which is the same in every language
  const size = Math.abs(value);
  if (size < 1000 && (size >= LEAST_PLAIN || size === 0)) {
    const plain = String(value);
    if (plain.length <= DIGITS + 1) return plain;
  }
  const { format, told } = numbersOf(languageOf(language));
  let text = told.get(value);
  if (text === undefined) {
    text = format.format(value);
    if (told.size >= NUMBERS_KEPT) told.clear();
    told.set(value, text);
  }
  return text;
}

function numbersOf(language: Language): Numbers {
  let known = numbers.get(language);
  if (known === undefined) {
    known = { format: new Intl.NumberFormat(language, { maximumSignificantDigits: DIGITS }), told: new Map() };
    numbers.set(language, known);
  }
  return known;
}

/** Days that were told last, per language: what is told one after the other is mostly of a few days. */
const DAYS_KEPT = 64;

/** Thailand counts the years from 543 BC on (Buddhist era), as its offices and the calendars of Thai browsers do. */
const YEARS_BEFORE = { 'en-US': 0, th: 543 } as const;

class Days {
  private readonly days = new Float64Array(DAYS_KEPT).fill(NaN);
  private readonly texts = new Array<string>(DAYS_KEPT).fill('');

  constructor(private readonly language: Language) {}

  /** @returns "1 Dec 2016", or '' where there is no such day */
  text(day: number): string {
    const at = day & (DAYS_KEPT - 1);
    if (this.days[at] !== day) {
      const date = new Date(day * DAY);
      if (Number.isNaN(date.getTime())) return '';
      const month = word(this.language, `month.${date.getUTCMonth() + 1}`);
      const year = date.getUTCFullYear() + YEARS_BEFORE[this.language];
      this.texts[at] = `${date.getUTCDate()} ${month} ${year}`;
      this.days[at] = day;
    }
    return this.texts[at]!;
  }
}

const days = { 'en-US': new Days('en-US'), th: new Days('th') };

const MOMENT = word.phrase('moment', 'date', 'clock');

/** Local date and time of day: "1 Dec 2016 08:00", with the offset where the clocks show that time twice. */
export function momentText(language: string | undefined, ms: number, timeZone?: string): string {
  const local = ms + zoneOffset(ms, timeZone);
  const date = (languageOf(language) === 'th' ? days.th : days['en-US']).text(Math.floor(local / DAY));
  return date === '' ? '' : MOMENT(language, date, timeOfDay(local)) + whichOfTwo(ms, timeZone);
}

/** " (UTC+02:00)" in the hour that is doubled when the clocks are set back; '' at all other times. */
function whichOfTwo(ms: number, timeZone: string | undefined): string {
  if (!isTwice(ms, timeZone)) return '';
  const offset = zoneOffset(ms, timeZone);
  return ` (UTC${offset < 0 ? '-' : '+'}${timeOfDay(Math.abs(offset))})`;
}

/** Local time of day: "08:00", with seconds where there are any, and the offset where the clocks show it twice. */
export function clockText(ms: number, timeZone?: string): string {
  return isValidTime(ms) ? timeOfDay(ms + zoneOffset(ms, timeZone)) + whichOfTwo(ms, timeZone) : '';
}

const COMMA = word.phrase('list.comma');
const LAST = word.phrase('list.last', 'first', 'last');

/** "A", "A and B", "A, B and C". */
export function listText(language: string | undefined, items: readonly string[]): string {
  const last = items.length - 1;
  if (last <= 0) return items[0] ?? '';
  let first = items[0]!;
  for (let i = 1; i < last; i++) first += COMMA(language) + items[i]!;
  return LAST(language, first, items[last]);
}
