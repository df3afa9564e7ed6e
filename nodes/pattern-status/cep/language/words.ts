/** The words of the text language: one table for each language of the readers, English understood in all. */
import type { AggregateMethod } from '../../../ecdm/definition';
import { languageOf, textTable, type Language } from '../../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';
import type { Token } from './tokens';

export type Word = keyof typeof english.word;
export type Unit = keyof typeof english.unit;

/** What the language says of a text. */
export const languageText = textTable(english, thai);

export const WORDS = Object.keys(english.word) as readonly Word[];
export const UNITS = Object.keys(english.unit) as readonly Unit[];
export const METHODS = Object.keys(english.method) as readonly AggregateMethod[];

/** Signs of formal texts; they are shown as words. */
export const SIGNS: ReadonlyMap<string, Word> = new Map<string, Word>([
  [';', 'then'],
  ['->', 'then'],
  ['-->', 'then'],
  ['→', 'then'],
  ['∧', 'and'],
  ['&', 'and'],
  ['&&', 'and'],
  ['∨', 'or'],
  ['|', 'or'],
  ['||', 'or'],
  ['¬', 'no'],
  ['!', 'no'],
]);

/** A word of several parts, as the tokenizer takes it apart. */
export type Phrase = readonly string[];

/**
 * `synonym`: of words, for others than these; `instead`: for numbers and signs in words; `length`: for times in words;
 * `filler`: what can be left out, by what it stands at; `behind`, `count`, `samples`: what is said in another way.
 */
const GROUPS = [
  ...(['word', 'unit', 'method', 'synonym', 'instead', 'length', 'filler', 'behind', 'count', 'samples'] as const),
];
export type Group = (typeof GROUPS)[number];

/** Groups of words that follow each other in a rule. */
const CHAINED = ['word', 'unit', 'method'] as const;
/** Groups of other words that are known in a row of letters where they are long: a short one may be part of any name. */
const ALSO_CHAINED = ['synonym', 'filler', 'behind', 'samples'] as const;
const LONG_WORD = 7;

/** The words of one language. Of the ways to write a word the first is the one that is printed. */
export class Vocabulary {
  private readonly phrases = new Map<string, readonly Phrase[]>();
  /**
   * Thai words of the language that may stand next to each other without a blank, the longest first, by their first
   * letter.
   */
  private readonly thai = new Map<string, string[]>();

  constructor(private readonly language: Language) {
    for (const group of GROUPS) {
      for (const [key, own] of Object.entries(TABLES[language][group])) {
        const both = new Set([...ways(own), ...ways((english[group] as Record<string, string>)[key]!)]);
        const phrases = [...both].map((way) => partsOf(way));
        // "ten minutes of quiet" before "ten minutes"
        this.phrases.set(
          `${group}.${key}`,
          phrases.sort((a, b) => b.length - a.length),
        );
      }
    }
    const waysOf = (group: Group): string[] => Object.values<string>(TABLES[language][group]).flatMap(ways);
    const others = ALSO_CHAINED.flatMap(waysOf).filter(({ length }) => length >= LONG_WORD);
    const numbers = Object.entries(TABLES[language].instead).flatMap(([key, own]) =>
      /^\d/.test(key) ? ways(own) : [],
    );
    const words = [...new Set([...CHAINED.flatMap(waysOf), ...others, ...numbers])];
    // one letter is too little to be known in a row of letters
    const thai = words.filter((word) => /^[\u0e00-\u0e7f]{2,}$/.test(word)).sort((a, b) => b.length - a.length);
    for (const word of thai) this.thai.set(word[0]!, [...(this.thai.get(word[0]!) ?? []), word]);
  }

  /** The Thai words with which a text begins, the longest first. */
  thaiAt(text: string): string[] {
    return this.thai.get(text[0] ?? '')?.filter((word) => text.startsWith(word)) ?? [];
  }

  /** All ways to write it, the longest first; none for a word without synonyms. */
  of(group: Group, key: string): readonly Phrase[] {
    return this.phrases.get(`${group}.${key}`) ?? [];
  }

  /** A word behind a number, as it is printed. */
  printCounted(n: number, word: keyof typeof english.one): string {
    return n === 1 ? TABLES[this.language].one[word] : this.print('word', word);
  }

  /** The way in which it is printed. */
  print(group: 'word' | 'unit' | 'method', key: string): string {
    return ways((TABLES[this.language][group] as Record<string, string>)[key]!)[0]!;
  }
}

/** @returns how many tokens one of the phrases stands for at a place, 0 where none does */
export function phraseAt(tokens: readonly Token[], at: number, phrases: readonly Phrase[]): number {
  const found = phrases.find((phrase) =>
    phrase.every((part, i) => {
      const token = tokens[at + i];
      return token !== undefined && token.lower === part && token.kind !== 'text' && token.kind !== 'id';
    }),
  );
  return found?.length ?? 0;
}

/** True for a word that means true or false in some language; a name that is the same must not be mistaken for it. */
export const isTruth = (word: string): boolean =>
  Object.values(TABLES).some((table) =>
    [...ways(table.word.true), ...ways(table.word.false)].includes(word.toLowerCase()),
  );

const TABLES = { 'en-US': english, th: thai };
const PARTS = /[\p{L}\p{M}\p{N}_]+|[<>!=]=|\S/gu;
/** A word as the tokenizer takes it apart. */
export const partsOf = (way: string): Phrase => way.toLowerCase().match(PARTS) ?? [];

const ways = (text: string): string[] => text.split('|');
const made = new Map<Language, Vocabulary>();

export function vocabularyOf(wanted: string | undefined): Vocabulary {
  const language = languageOf(wanted);
  let vocabulary = made.get(language);
  if (vocabulary === undefined) {
    vocabulary = new Vocabulary(language);
    made.set(language, vocabulary);
  }
  return vocabulary;
}
