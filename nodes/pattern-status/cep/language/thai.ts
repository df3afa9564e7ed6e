/** Thai as it is normally written, without blanks: "in the same station" is one word to the tokenizer. */
import type { Token } from './tokens';
import { phraseAt, type Vocabulary } from './words';

/** Longer words are none of several words of the language. */
const LONGEST = 300;
const DIGITS = /^[\d\u0e50-\u0e59]+/;

export class ThaiWords {
  /** Names that the text itself gives to events. */
  private readonly aliases = new Set<string>();

  constructor(
    private readonly vocabulary: Vocabulary,
    /** Whether an event is called so. */
    private readonly isName: (word: string) => boolean,
  ) {}

  /**
   * The words and numbers that a word is written of.
   * @param before tokens before it
   * @returns `undefined` where it is one word, or a part of it is none
   */
  split(word: string, before: readonly Token[]): readonly string[] | undefined {
    if (word.length > LONGEST || !/[\u0e00-\u0e7f]/.test(word)) return undefined;
    if (this.isAlias(word, before) || this.isName(word)) return undefined;
    const pieces = this.pieces(word, new Set());
    return pieces !== undefined && pieces.length > 1 ? pieces : undefined;
  }

  /** What an event is called, and what a value has in it, may be any word. */
  private isAlias(word: string, before: readonly Token[]): boolean {
    const last = before.at(-1);
    if (last?.value === '.' && last.kind === 'sign') return true;
    const named = before.length > 0 && phraseAt(before, before.length - 1, this.vocabulary.of('word', 'as')) > 0;
    if (named) this.aliases.add(word);
    return named || this.aliases.has(word);
  }

  /** @param stuck rests that are known not to be written of words only, by their length */
  private pieces(rest: string, stuck: Set<number>): string[] | undefined {
    if (rest === '') return [];
    if (stuck.has(rest.length)) return undefined;
    const digits = DIGITS.exec(rest)?.[0];
    for (const piece of digits === undefined ? this.vocabulary.thaiAt(rest) : [digits]) {
      const others = this.pieces(rest.slice(piece.length), stuck);
      if (others !== undefined) return [piece, ...others];
    }
    stuck.add(rest.length);
    return undefined;
  }
}
