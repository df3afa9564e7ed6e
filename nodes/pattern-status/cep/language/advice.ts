/** What to write instead, where a text cannot be read: as near to what stands there as is known. */
import { nearest } from '../../../ecdm/nearest';
import type { TextErrors } from './text-error';
import type { Span, Token } from './tokens';
import { partsOf, phraseAt, UNITS, WORDS, type Unit, type Vocabulary, type Word } from './words';

/** What could stand at a place: words, and what is said of anything else. */
export interface Expected {
  words: Set<Word>;
  others: Set<string>;
}

/** A word that was probably meant, and how many tokens it stands for. */
interface Meant {
  near: string;
  tokens: number;
}

/** Quotes of other languages, of code, and of phones. */
const OTHER_QUOTES: ReadonlySet<string> = new Set(["'", '‘', '’', '‚', '`', '„', '”', '«', '»']);
/** Between the least and the greatest number. */
const DASH: ReadonlySet<string> = new Set(['-', '–']);
const MINUS: ReadonlySet<string> = new Set(['-', '−', '–']);
/** In shorter words nearly every other short word is near. */
const SHORTEST_SLIP = 3;
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 45, 60, 90].map(String);
const ORDERS = ['>', '>=', '<', '<=', '=', '!='];
const PLACES: readonly Word[] = ['station', 'datastream', 'property', 'zone'];
/** What a time follows. */
const TIMED: ReadonlySet<Word> = new Set(['within', 'remindEvery']);
const FOLLOW_NAMES: readonly Word[] = ['then', 'and', 'or', 'within', 'where', 'as', 'lasting', 'for', 'over'];
/** Words with which a step begins. */
const BEGINS: readonly Word[] = ['no', 'every', 'exactly', 'atLeast', 'atMost'];

export class Advisor {
  constructor(
    private readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
    private readonly errors: TextErrors,
    /** An event that can be named. */
    private readonly event: string,
    private readonly isName: (word: string) => boolean,
  ) {}

  near(near: string): string {
    return this.errors.say('advice.near', { near });
  }

  write(text: string): string {
    return this.errors.say('advice.write', { text });
  }

  such(example: string): string {
    return this.errors.say('advice.example', { example });
  }

  spanOf(at: number, tokens: number): Span {
    return { start: this.tokens[at]!.start, end: this.tokens[at + tokens - 1]!.end };
  }

  // ---- what was meant

  /** The word that was probably meant by what stands there. */
  word(at: number, words: ReadonlySet<Word>): Meant | undefined {
    const placed = words.has('inTheSame') ? this.placed(at) : 0;
    if (placed > 0) return { near: this.vocabulary.print('word', 'inTheSame'), tokens: placed };
    let best: Meant | undefined;
    for (const word of words) {
      const near = this.vocabulary.print('word', word).trim();
      const tokens = this.synonym(word, at) || this.slip(near, at);
      // a shorter slip in a longer word is the better guess
      if (tokens > 0 && near.length > (best?.near.length ?? 0)) best = { near, tokens };
    }
    return best;
  }

  /** @returns how many tokens before a place mean "in the same": "by station", "for each zone" */
  placed(at: number): number {
    const tokens = this.said('synonym', 'placed', at);
    const isPlace = PLACES.some((place) => this.wordAt(at + tokens, place) || this.said('synonym', place, at + tokens));
    return isPlace ? tokens : 0;
  }

  private synonym(word: Word, at: number): number {
    const tokens = this.said('synonym', word, at);
    // "in" and "every" mean something else where no time follows
    return TIMED.has(word) && this.numberAt(at + tokens) === 0 ? 0 : tokens;
  }

  /** @returns how many tokens are a slip in the phrase, 0 for none */
  private slip(phrase: string, at: number): number {
    if (phrase.length < SHORTEST_SLIP) return 0;
    const tokens = this.tokens.slice(at, at + partsOf(phrase).length);
    if (tokens.some(({ kind }) => kind !== 'word')) return 0;
    return nearest(tokens.map(({ lower }) => lower).join(' '), [phrase]) === undefined ? 0 : tokens.length;
  }

  private said(group: 'synonym' | 'instead', key: string, at: number): number {
    return phraseAt(this.tokens, at, this.vocabulary.of(group, key));
  }

  private instead(at: number, keys: readonly string[]): Meant | undefined {
    for (const near of keys) {
      const tokens = this.said('instead', near, at);
      if (tokens > 0) return { near, tokens };
    }
    return undefined;
  }

  /** A number in words. */
  number(at: number): Meant | undefined {
    return this.instead(at, NUMBERS);
  }

  /** Whether a count begins there that is not yet all in digits: "two times", "2 to five times". */
  count(at: number): boolean {
    const first = this.numberAt(at);
    if (first === 0) return false;
    const next = at + first;
    if (this.wordAt(next, 'times') > 0) return true;
    const to =
      this.wordAt(next, 'to') || (this.tokens[next]?.kind === 'sign' && DASH.has(this.tokens[next].value) ? 1 : 0);
    const second = to === 0 ? 0 : this.numberAt(next + to);
    return second > 0 && this.wordAt(next + to + second, 'times') > 0;
  }

  /** @returns how many tokens a number stands for, in digits or in words; 0 for none */
  private numberAt(at: number): number {
    return this.tokens[at]?.kind === 'number' ? 1 : (this.number(at)?.tokens ?? 0);
  }

  /** "1,5": what is meant by two numbers and a comma, the first number before `comma`. */
  decimal(comma: number): string | undefined {
    const [whole, sign, rest] = [this.tokens[comma - 1], this.tokens[comma], this.tokens[comma + 1]];
    if (sign?.value !== ',' || whole?.end !== sign.start || rest?.start !== sign.end) return undefined;
    // three digits behind a comma are thousands
    if (/^[1-9]\d{0,2}$/.test(whole.value) && /^\d{3}(?:\.\d{1,9})?$/.test(rest.value)) return whole.value + rest.value;
    const digits = /^\d{1,9}$/;
    return digits.test(whole.value) && digits.test(rest.value) ? `${whole.value}.${rest.value}` : undefined;
  }

  order(at: number): Meant | undefined {
    return this.instead(at, ORDERS);
  }

  unit(at: number): Meant | undefined {
    const { kind, lower } = this.tokens[at]!;
    if (kind !== 'word') return undefined;
    const known = UNITS.flatMap((unit) => this.vocabulary.of('unit', unit).map((phrase) => phrase.join(' ')));
    const near = nearest(
      lower,
      known.filter(({ length }) => length >= SHORTEST_SLIP),
    );
    return near === undefined ? undefined : { near, tokens: 1 };
  }

  // ---- what to do

  /** A length of time that begins with a minus. */
  negative(at: number): string | undefined {
    const { value } = this.tokens[at]!;
    if (!MINUS.has(value) || this.tokens[at + 1]?.kind !== 'number') return undefined;
    return this.errors.say('advice.negative', { sign: value });
  }

  /** What a number without a unit could count. */
  units(number: string): string {
    const units = UNITS.map((unit) => this.vocabulary.print('unit', unit));
    return this.errors.say('advice.unit', { list: units.join(', '), example: `${number} ${this.minutes}` });
  }

  get minutes(): string {
    return this.vocabulary.print('unit', 'min');
  }

  /** Of "1 h 30": what the second number counts. */
  secondUnit(written: string, last: Unit): string {
    const smaller = UNITS[Math.max(0, UNITS.indexOf(last) - 1)]!;
    const example = `${written} ${this.vocabulary.print('unit', smaller)}`;
    return this.errors.say('advice.secondUnit', { example });
  }

  /** What helps at a place where nothing was said that comes near; never nothing. */
  here(at: number, { words, others }: Expected, found: string): string {
    const { errors } = this;
    const { kind, value } = this.tokens[at]!;
    if (kind === 'end') return this.example({ words, others });
    if (kind === 'sign') {
      if (value === ')' && this.openBefore(at) === 0) return errors.say('advice.bracket');
      if (OTHER_QUOTES.has(value)) return errors.say('advice.doubleQuotes');
    }
    const thai = this.thai(at);
    if (thai !== undefined) return thai;
    const begun = this.begun(at, words);
    if (begun !== undefined) return this.near(begun);
    if (words.has('and')) {
      if (this.isCountBehind(at)) return errors.say('advice.countFirst', { example: `${value} ${this.times} …` });
      if (this.beginsStep(at)) return errors.say('advice.join', this.links());
    }
    return others.has('end') ? errors.say('advice.leaveOut', { found }) : this.example({ words, others });
  }

  /** The shortest phrase whose first word stands there, and not the rest of it. */
  private begun(at: number, words: Iterable<Word>): string | undefined {
    const { kind, lower } = this.tokens[at]!;
    if (kind !== 'word' || lower.length < SHORTEST_SLIP || this.isWord(at)) return undefined;
    const phrases = [...words].map((word) => this.vocabulary.print('word', word).trim());
    const begun = phrases.filter((phrase) => partsOf(phrase).length > 1 && partsOf(phrase)[0] === lower);
    return begun.sort((a, b) => a.length - b.length)[0];
  }

  /** What to do about a word that begins with a Thai one of the language, without a blank behind it. */
  thai(at: number): string | undefined {
    const { kind, lower, value } = this.tokens[at]!;
    if (kind !== 'word' || this.isName(value)) return undefined;
    const [word] = this.vocabulary.thaiAt(lower);
    return word === undefined || word === lower ? undefined : this.errors.say('advice.blank', { word });
  }

  /** What to do about a name that nobody has, with a Thai word in it that follows names. */
  inside(name: string): string | undefined {
    const words = new Set(FOLLOW_NAMES.flatMap((word) => this.vocabulary.of('word', word).map(([first]) => first)));
    for (let at = 1; at < name.length; at++) {
      const word = this.vocabulary.thaiAt(name.slice(at)).find((one) => words.has(one));
      if (word !== undefined) return this.errors.say('advice.blanks', { word });
    }
    return undefined;
  }

  private links(): Record<'then' | 'and' | 'or', string> {
    const print = (word: Word): string => this.vocabulary.print('word', word).trim();
    return { then: print('then'), and: print('and'), or: print('or') };
  }

  private get times(): string {
    return this.vocabulary.print('word', 'times');
  }

  private wordAt(at: number, word: Word): number {
    return phraseAt(this.tokens, at, this.vocabulary.of('word', word));
  }

  private openBefore(at: number): number {
    const signs = this.tokens.slice(0, at).filter(({ kind }) => kind === 'sign');
    return signs.filter(({ value }) => value === '(').length - signs.filter(({ value }) => value === ')').length;
  }

  /** "A 3 times" */
  private isCountBehind(at: number): boolean {
    if (this.tokens[at]!.kind !== 'number') return false;
    const times = this.wordAt(at + 1, 'times');
    return times > 0 && !this.beginsStep(at + 1 + times);
  }

  private beginsStep(at: number): boolean {
    const { kind, value } = this.tokens[at]!;
    if (kind === 'text' || kind === 'name' || kind === 'id') return true;
    if (kind === 'number') return this.wordAt(at + 1, 'times') > 0;
    if (kind === 'sign') return value === '(';
    if (kind !== 'word') return false;
    if (this.isWord(at)) return BEGINS.some((word) => this.wordAt(at, word) > 0);
    return this.isName(value);
  }

  private isWord(at: number): boolean {
    return WORDS.some((word) => this.wordAt(at, word) > 0);
  }

  /** What to do about a word of the language that stands there for the second time. */
  doubled(at: number): string | undefined {
    const { kind, value, lower } = this.tokens[at]!;
    if (at === 0 || kind !== 'word' || this.tokens[at - 1]!.lower !== lower) return undefined;
    const isUnit = UNITS.some((unit) => phraseAt(this.tokens, at, this.vocabulary.of('unit', unit)) > 0);
    return isUnit || this.isWord(at) ? this.errors.say('advice.leaveOut', { found: value }) : undefined;
  }

  /** How many tokens belong together from there on, such as those of "µg/m3"; 1 for anything but a word. */
  glued(at: number): number {
    const { kind } = this.tokens[at]!;
    let end = at + 1;
    while (kind === 'word' && this.isGlued(end) && this.isPiece(end)) end++;
    return end - at;
  }

  private isGlued(at: number): boolean {
    const { start, apart } = this.tokens[at]!;
    return start === this.tokens[at - 1]!.end && apart !== true;
  }

  private isPiece(at: number): boolean {
    const { kind, value } = this.tokens[at]!;
    return kind === 'word' || kind === 'number' || (kind === 'sign' && /[\p{N}./%·-]/u.test(value));
  }

  private example({ words, others }: Expected): string {
    const [word] = words;
    for (const what of others) {
      const example = this.exampleOf(what);
      if (example !== undefined) return this.such(example);
    }
    return this.such(word === undefined ? this.event : this.vocabulary.print('word', word).trim());
  }

  private exampleOf(what: string): string | undefined {
    switch (what) {
      case 'number':
      case 'value':
        return '5';
      case 'alias':
        return 'e1';
      case 'field':
        return 'value';
      case 'compare':
        return '> 5';
      case 'level':
        return this.errors.say('example.level');
      case 'close':
        return ')';
      case 'event':
      case 'status':
        return this.event;
      default:
        return undefined;
    }
  }
}
