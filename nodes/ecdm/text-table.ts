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

/** Literal text, the name of a parameter, literal text, a name ... */
type Template = readonly string[];

function flatten(texts: Texts, prefix: string, into: Map<string, Template>): Map<string, Template> {
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') into.set(prefix + key, value.split(/__(\w+?)__/));
    else flatten(value, `${prefix}${key}.`, into);
  }
  return into;
}

/** What is filled in is never read as a template. */
function fill(template: Template, parameters: LazyParameters | undefined): string {
  let text = template[0]!;
  for (let i = 1; i < template.length; i += 2) {
    const name = template[i]!;
    const value = parameters !== undefined && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (typeof value === 'string') text += value;
    else text += value === undefined ? `__${name}__` : String(typeof value === 'function' ? value() : value);
    text += template[i + 1]!;
  }
  return text;
}
