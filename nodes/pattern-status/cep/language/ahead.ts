/** What stands at a place of a text, in the words of the language and in those that people use for them. */
import type { Token } from './tokens';
import { phraseAt, UNITS, WORDS, type Group, type Vocabulary, type Word } from './words';

/** A word that was probably meant, and how many tokens it stands for. */
export interface Meant {
  near: string;
  tokens: number;
}

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 40, 45, 50, 60, 90, 100].map(String);
/** Words with which a step begins. */
const BEGINS: readonly Word[] = ['no', 'every', 'exactly', 'atLeast', 'atMost'];
/** Words with which what is said of a pattern or a rule begins. */
const PARTS: readonly Word[] = [
  ...(['within', 'where', 'for', 'lasting', 'inTheSame', 'anywhere', 'near', 'severity', 'clear', 'latched'] as const),
  ...([
    'notWhile',
    'remindEvery',
    'updateEvery',
    'lateness',
    'newest',
    'each',
    'once',
    'all',
    'keep',
    'fresh',
  ] as const),
  ...(['flapping', 'held', 'sameStation', 'sameDatastream', 'sameZone', 'sameProperty', 'noFarther'] as const),
];
/** A week is told by their number. */
const LENGTHS = ['30 min', '15 min', '90 min'];
const DASH: ReadonlySet<string> = new Set(['-', '–']);

export class Ahead {
  constructor(
    readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
    private readonly isName: (word: string) => boolean,
  ) {}

  /** @returns how many tokens one of the ways to say it stands for, 0 for none */
  said(group: Group, key: string, at: number): number {
    return phraseAt(this.tokens, at, this.vocabulary.of(group, key));
  }

  word(at: number, word: Word): number {
    return this.said('word', word, at);
  }

  isWord(at: number): boolean {
    return WORDS.some((word) => this.word(at, word) > 0);
  }

  isPart(at: number): boolean {
    return PARTS.some((word) => this.word(at, word) > 0) || this.said('filler', 'name', at) > 0;
  }

  instead(at: number, keys: readonly string[]): Meant | undefined {
    for (const near of keys) {
      const tokens = this.said('instead', near, at);
      if (tokens > 0) return { near, tokens };
    }
    return undefined;
  }

  /** A number in words. */
  number(at: number): Meant | undefined {
    const found = this.instead(at, NUMBERS);
    if (found === undefined || !/^[2-9]0$/.test(found.near)) return found;
    // "twenty five", "fifty-five"
    const next = at + found.tokens + (DASH.has(this.tokens[at + found.tokens]?.value ?? '') ? 1 : 0);
    const one = this.instead(next, NUMBERS.slice(1, 9));
    return one === undefined ? found : { near: String(+found.near + +one.near), tokens: next + one.tokens - at };
  }

  /** A length of time in words, in units of a definition: "half an hour". */
  length(at: number): Meant | undefined {
    for (const near of LENGTHS) {
      const tokens = this.said('length', near, at);
      if (tokens > 0) return { near, tokens };
    }
    return undefined;
  }

  /** @returns how many tokens a number stands for, in digits or in words; 0 for none */
  numberAt(at: number): number {
    return this.tokens[at]?.kind === 'number' ? 1 : (this.number(at)?.tokens ?? 0);
  }

  unitAt(at: number): number {
    for (const unit of UNITS) {
      const tokens = this.said('unit', unit, at);
      if (tokens > 0) return tokens;
    }
    return 0;
  }

  /** Whether a length of time begins there. */
  isTime(at: number): boolean {
    const number = this.numberAt(at);
    return (number > 0 && this.unitAt(at + number) > 0) || this.length(at) !== undefined;
  }

  /** Whether something that must happen begins there. */
  beginsStep(at: number): boolean {
    const { kind, value } = this.tokens[at]!;
    if (kind === 'text' || kind === 'name' || kind === 'id') return true;
    if (kind === 'number') return this.word(at + 1, 'times') > 0;
    if (kind === 'sign') return value === '(';
    if (kind !== 'word') return false;
    if (this.isWord(at)) return BEGINS.some((word) => this.word(at, word) > 0);
    return this.isName(value);
  }

  /** Whether a count begins there that is not yet all in digits: "two times", "2 to five times". */
  count(at: number): boolean {
    const first = this.numberAt(at);
    if (first === 0) return false;
    const next = at + first;
    if (this.word(next, 'times') > 0) return true;
    const to = this.to(next);
    const second = to === 0 ? 0 : this.numberAt(next + to);
    return second > 0 && this.word(next + to + second, 'times') > 0;
  }

  /** @returns how many tokens stand between the least and the greatest number, 0 where there is no greatest one */
  to(at: number): number {
    return this.word(at, 'to') || (this.tokens[at]?.kind === 'sign' && DASH.has(this.tokens[at].value) ? 1 : 0);
  }
}
