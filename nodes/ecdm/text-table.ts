/**
 * The one way from a key to a sentence where no Node-RED is. Each folder of pure code keeps its sentences in its own
 * `locales/<language>.json`, so that a form's bundle carries only the texts it may show.
 */
export const LANGUAGES = ['en-US', 'th'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language that there are texts for: Thai for "th" and "th-TH", else English. */
export function languageOf(wanted: string | undefined): Language {
  if (wanted === undefined || wanted === 'en-US') return 'en-US';
  return wanted === 'th' || wanted?.startsWith('th-') ? 'th' : 'en-US';
}

/** What may be filled into a text. */
export type TextParameters = Readonly<Record<string, string | number | undefined>>;

/** The same; a function is asked only where the text has a place for what it tells. */
export type LazyParameters = Readonly<Record<string, string | number | undefined | (() => string)>>;

/** Texts as a locale file holds them. */
export interface Texts {
  [key: string]: string | Texts;
}

/** Nothing to fill in. */
const NOTHING: LazyParameters = {};

/** A text with its `__parameters__` filled in; the key itself where there is none. */
export type Say = (language: string | undefined, key: string, parameters?: LazyParameters) => string;

/** A text that is said often: found once, and filled by position. */
export type Phrase = (language: string | undefined, a?: string, b?: string, c?: string, d?: string) => string;

/** A text that is said often, of which each parameter is asked what it tells. */
export type Telling = (language: string | undefined) => string;

/** The texts of a folder. */
export interface TextTable extends Say {
  /**
   * `const at = say.phrase('reason.at', 'key'); at('th', key)` is `say('th', 'reason.at', { key })`.
   * @param names what stands at each position: at most four
   */
  phrase(key: string, ...names: [a?: string, b?: string, c?: string, d?: string]): Phrase;
  /** @param parameters asked each time that the text is told; those that it has no place for are not */
  telling(key: string, parameters: Readonly<Record<string, () => string>>): Telling;
}

/** Makes the texts of a folder sayable: `say('th', 'reason.at', { key })`. */
export function textTable(english: Texts, thai: Texts): TextTable {
  const tables: Record<Language, Map<string, Template>> = {
    'en-US': flatten(english, '', new Map()),
    th: flatten(thai, '', new Map()),
  };
  const find = (language: Language, key: string): Template | undefined =>
    tables[language].get(key) ?? tables['en-US'].get(key);
  const say: Say = (wanted, key, parameters) => {
    const language = languageOf(wanted);
    const template = (isOne(parameters) ? tables[language].get(`${key}_one`) : undefined) ?? find(language, key);
    return template === undefined ? key : fill(template, parameters);
  };
  const bindBoth = <T>(key: string, of: (name: string) => T | undefined): Record<Language, Bound<T>> => {
    const none = { begin: key, names: [], ends: [] };
    return { 'en-US': bind(find('en-US', key) ?? none, of), th: bind(find('th', key) ?? none, of) };
  };
  return Object.assign(say, {
    phrase(key: string, ...names: string[]): Phrase {
      const { 'en-US': inEnglish, th: inThai } = bindBoth(key, (name) => PLACES[names.indexOf(name)]);
      return (language, a, b, c, d) => fillPlaces(languageOf(language) === 'th' ? inThai : inEnglish, a, b, c, d);
    },
    telling(key: string, parameters: Readonly<Record<string, () => string>>): Telling {
      const { 'en-US': inEnglish, th: inThai } = bindBoth(key, (name) => parameters[name]);
      return (language) => tell(languageOf(language) === 'th' ? inThai : inEnglish);
    },
  });
}

/** English has a text of its own for one of what a text counts, as `key_one`; Thai has none. */
function isOne({ count, n = count }: LazyParameters = NOTHING): boolean {
  return n === 1 || n === '1';
}

/** Literal text, and each parameter with the literal text behind it. */
interface Template {
  readonly begin: string;
  readonly names: readonly string[];
  readonly ends: readonly string[];
}

function templateOf(text: string): Template {
  const parts = text.split(/__(\w+?)__/);
  const names: Record<string, true> = {};
  const order: number[] = [];
  for (let i = 1; i < parts.length; i += 2) names[parts[i]!] = true;
  // names as the engine keeps those of properties: one that was cut out of a text would be looked for anew at each use
  const known = Object.keys(names);
  for (let i = 1; i < parts.length; i += 2) order.push(known.indexOf(parts[i]!));
  return { begin: parts[0]!, names: order.map((at) => known[at]!), ends: parts.filter((_, i) => i > 0 && i % 2 === 0) };
}

function flatten(texts: Texts, prefix: string, into: Map<string, Template>): Map<string, Template> {
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') into.set(prefix + key, templateOf(value));
    else flatten(value, `${prefix}${key}.`, into);
  }
  return into;
}

/** What is filled in is never read as a template. */
function fill({ begin, names, ends }: Template, parameters = NOTHING): string {
  let text = begin;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const value = parameters[name];
    if (typeof value === 'string') text += value;
    else if (typeof value === 'function') text += value();
    else text += value === undefined ? `__${name}__` : String(value);
    text += ends[i]!;
  }
  return text;
}

/** A template with what each of its parameters stands for. */
interface Bound<T> {
  readonly begin: string;
  readonly values: readonly T[];
  readonly ends: readonly string[];
}

/** @param of what a parameter stands for; one that stands for nothing stays as it is written */
function bind<T>({ begin, names, ends }: Template, of: (name: string) => T | undefined): Bound<T> {
  const texts = [begin];
  const values: T[] = [];
  for (let i = 0; i < names.length; i++) {
    const value = of(names[i]!);
    if (value === undefined) texts.push(`${texts.pop()!}__${names[i]!}__${ends[i]!}`);
    else {
      values.push(value);
      texts.push(ends[i]!);
    }
  }
  return { begin: texts[0]!, values, ends: texts.slice(1) };
}

const PLACES = [0, 1, 2, 3] as const;

function fillPlaces({ begin, values, ends }: Bound<number>, a = '', b = '', c = '', d = ''): string {
  let text = begin;
  for (let i = 0; i < values.length; i++) {
    const at = values[i]!;
    text += (at === 0 ? a : at === 1 ? b : at === 2 ? c : d) + ends[i]!;
  }
  return text;
}

function tell({ begin, values, ends }: Bound<() => string>): string {
  let text = begin;
  for (let i = 0; i < values.length; i++) text += values[i]!() + ends[i]!;
  return text;
}
