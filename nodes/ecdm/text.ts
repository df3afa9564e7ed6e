/**
 * Sentences of pure code, in the language of the flow. The nodes' own forms and runtime texts come from their locale
 * files; this is for what is made where no Node-RED is: reasons of statuses, readings of rules, the command line.
 */
import english from './locales/en-US.json';
import thai from './locales/th.json';
import { formatDuration } from './duration';
import { zoneOffset } from './time';

export type Language = 'en-US' | 'th';

interface Table {
  [key: string]: string | Table;
}

function flatten(table: Table, prefix: string, into: Map<string, string>): Map<string, string> {
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === 'string') into.set(prefix + key, value);
    else flatten(value, `${prefix}${key}.`, into);
  }
  return into;
}

const TABLES: Record<Language, Map<string, string>> = {
  'en-US': flatten(english, '', new Map()),
  th: flatten(thai, '', new Map()),
};

/** The language that there are texts for: Thai for "th" and "th-TH", else English. */
export function languageOf(wanted: string | undefined): Language {
  return wanted === 'th' || wanted?.startsWith('th-') ? 'th' : 'en-US';
}

/** What may be filled into a text. */
export type TextParameters = Readonly<Record<string, string | number | undefined>>;

/** A text of the tables with its `__parameters__` filled in; the key itself where there is none. */
export function text(language: string | undefined, key: string, parameters?: TextParameters): string {
  const template = TABLES[languageOf(language)].get(key) ?? TABLES['en-US'].get(key);
  if (template === undefined) return key;
  return template.replace(/__(\w+?)__/g, (whole, name: string) => {
    const value = parameters !== undefined && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    return value === undefined ? whole : String(value);
  });
}

/** Keys that a language has; a test compares them. */
export function textKeys(language: Language): string[] {
  return [...TABLES[language].keys()];
}

const UNIT = /(\d+(?:\.\d+)?) (ms|s|min|h|d)(?= |$)/g;

/** A length of time in words: "1 h 30 min", "1 ชม. 30 นาที". */
export function durationText(language: string | undefined, ms: number): string {
  return formatDuration(ms).replace(UNIT, (_all, n: string, unit: string) => `${n} ${text(language, `unit.${unit}`)}`);
}

const numbers = new Map<Language, Intl.NumberFormat>();

/** A number as people of the language write it. */
export function numberText(language: string | undefined, value: number): string {
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
  const month = text(language, `month.${local.getUTCMonth() + 1}`);
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
  return text(language, 'list.last', {
    first: items.slice(0, -1).join(text(language, 'list.comma')),
    last: items.at(-1),
  });
}
