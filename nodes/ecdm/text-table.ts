/**
 * The one way from a key to a sentence where no Node-RED is. Each folder of pure code keeps its sentences in its own
 * `locales/<language>.json`, so that a form's bundle carries only the texts it may show.
 */
export type Language = 'en-US' | 'th';

/** The language that there are texts for: Thai for "th" and "th-TH", else English. */
export function languageOf(wanted: string | undefined): Language {
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

/** A text with its `__parameters__` filled in; the key itself where there is none. */
export type Say = (language: string | undefined, key: string, parameters?: LazyParameters) => string;

/** Makes the texts of a folder sayable: `say('th', 'reason.at', { key })`. */
export function textTable(english: Texts, thai: Texts): Say {
  const tables: Record<Language, Map<string, Template>> = {
    'en-US': flatten(english, '', new Map()),
    th: flatten(thai, '', new Map()),
  };
  return (language, key, parameters) => {
    const template = tables[languageOf(language)].get(key) ?? tables['en-US'].get(key);
    return template === undefined ? key : fill(template, parameters);
  };
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

const NOTHING: LazyParameters = {};

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
