/** Goes through the tokens of a text, and knows at each place what could have stood there. */
import { formatDuration, parseDuration } from '../../../ecdm/duration';
import { nearest } from '../../../ecdm/nearest';
import type { TextErrors } from './text-error';
import type { Span, Token } from './tokens';
import { METHODS, partsOf, SIGNS, UNITS, WORDS, type Unit, type Vocabulary, type Word } from './words';

/** Quotes of other languages, of code, and of phones. */
const OTHER_QUOTES: ReadonlySet<string> = new Set(["'", '‘', '’', '‚', '`', '„', '”', '«', '»']);
/** Most things that a message names as expected. */
const MOST_NAMED = 8;

export class Cursor {
  private at = 0;
  /** What was asked for at each place in vain: words, and what is said of anything else. */
  private readonly expected = new Map<number, { words: Set<Word>; others: Set<string> }>();

  constructor(
    readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
    readonly errors: TextErrors,
  ) {}

  get next(): Token {
    return this.tokens[this.at]!;
  }

  /** End of what was read. */
  get end(): number {
    return this.at === 0 ? 0 : this.tokens[this.at - 1]!.end;
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.end) };
  }

  /** A place to come back to. */
  mark(): number {
    return this.at;
  }

  back(mark: number): void {
    this.at = mark;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** As it is printed in the reader's language. */
  print(word: Word): string {
    return this.vocabulary.print('word', word);
  }

  // ---- questions: each is remembered as expected here when the answer is no

  accept(word: Word): boolean {
    const sign = this.next.kind === 'sign' && SIGNS.get(this.next.value) === word;
    if (sign) this.at++;
    if (sign || this.phrase('word', word)) return true;
    this.expectedHere().words.add(word);
    return false;
  }

  /** True where a word of the language stands next; it is not taken. */
  seesWord(): boolean {
    const mark = this.at;
    const seen = WORDS.some((word) => this.phrase('word', word));
    this.at = mark;
    return seen;
  }

  method(): (typeof METHODS)[number] | undefined {
    // "average" begins none of the others, "count" and "distinct count" differ in their first word
    return METHODS.find((method) => this.phrase('method', method));
  }

  unit(): Unit | undefined {
    return UNITS.find((unit) => this.phrase('unit', unit));
  }

  sign(...signs: string[]): string | undefined {
    if (this.next.kind === 'sign' && signs.includes(this.next.value)) return this.take().value;
    return undefined;
  }

  number(): number | undefined {
    return this.next.kind === 'number' ? Number(this.take().value) : undefined;
  }

  /** Notes what else could stand here: a key of the texts under `what`. */
  could(...what: string[]): void {
    const { others } = this.expectedHere();
    for (const one of what) others.add(one);
  }

  private phrase(group: 'word' | 'unit' | 'method', key: string): boolean {
    const found = this.vocabulary.of(group, key).find((phrase) =>
      phrase.every((part, i) => {
        const token = this.tokens[this.at + i];
        return token !== undefined && token.lower === part && token.kind !== 'text' && token.kind !== 'id';
      }),
    );
    if (found !== undefined) this.at += found.length;
    return found !== undefined;
  }

  private expectedHere(): { words: Set<Word>; others: Set<string> } {
    let here = this.expected.get(this.at);
    if (here === undefined) {
      here = { words: new Set(), others: new Set() };
      this.expected.set(this.at, here);
    }
    return here;
  }

  // ---- demands

  expect(word: Word): void {
    if (!this.accept(word)) this.fail();
  }

  /** Stops with what could have stood here. */
  fail(...what: string[]): never {
    return this.refuse(what, undefined);
  }

  /** @param advice what to write instead, where nothing nearer to the text is known */
  private refuse(what: readonly string[], advice: string | undefined): never {
    this.could(...what);
    const { errors, next } = this;
    const { words, others } = this.expectedHere();
    const named = [
      ...[...others].map((key) => errors.say(`what.${key}`)),
      ...[...words].map((word) => errors.say('what.word', { word: this.print(word) })),
    ].slice(0, MOST_NAMED);
    const all = named.reduceRight((b, a, i) => (i === named.length - 2 ? errors.say('or', { a, b }) : `${a}, ${b}`));
    if (next.kind === 'end') return errors.stop(next, 'expectedAtEnd', { what: all }, advice);
    const found = shown(this.text.slice(next.start, next.end));
    return errors.stop(next, 'expected', { what: all, found }, this.meant(words) ?? advice ?? this.adviceHere(words));
  }

  /** What helps where people often go wrong; `undefined` where that is not known. */
  private adviceHere(words: ReadonlySet<Word>): string | undefined {
    const { errors, next } = this;
    if (next.value === ')') return errors.say('advice.bracket');
    if (next.kind === 'sign') return OTHER_QUOTES.has(next.value) ? errors.say('advice.doubleQuotes') : undefined;
    if (next.kind === 'number' || !words.has('and')) return undefined;
    const links = { then: this.print('then'), and: this.print('and'), or: this.print('or') };
    return errors.say('advice.join', links);
  }

  /** The word that was probably meant by what stands here. */
  private meant(words: Iterable<Word>): string | undefined {
    let best: string | undefined;
    for (const word of words) {
      const phrase = this.print(word);
      const here = this.tokens.slice(this.at, this.at + partsOf(phrase).length);
      if (here.some(({ kind }) => kind !== 'word')) continue;
      const written = here.map(({ lower }) => lower).join(' ');
      // a shorter slip in a longer word is the better guess
      if (nearest(written, [phrase]) !== undefined && phrase.length > (best?.length ?? 0)) best = phrase;
    }
    return best === undefined ? undefined : this.errors.say('advice.near', { near: best });
  }

  /** A duration as it is written, its units in the form of the definition. */
  duration(): string {
    if (this.next.kind !== 'number') this.fail('number');
    const { start } = this.next;
    let text = '';
    let end = start;
    for (;;) {
      const mark = this.at;
      const number = this.next;
      if (number.kind !== 'number') break;
      this.at++;
      const unitAt = this.next.start;
      const unit = this.unit();
      if (unit === undefined) {
        if (text === '') this.notUnit(number.value);
        this.at = mark;
        break;
      }
      text += this.text.slice(text === '' ? start : end, number.end) + this.text.slice(number.end, unitAt) + unit;
      ({ end } = this);
    }
    if (parseDuration(text) !== undefined) return text;
    this.errors.add({ start, end }, 'tooLong', { found: shown(text) }, this.errors.say('advice.tenYears'));
    return formatDuration(0);
  }

  private notUnit(number: string): never {
    const metres = this.phrase('word', 'metres') || this.phrase('word', 'kilometres');
    if (!metres) {
      const units = UNITS.map((unit) => this.vocabulary.print('unit', unit));
      const example = `${number} ${this.vocabulary.print('unit', 'min')}`;
      this.refuse(['unit'], this.errors.say('advice.unit', { list: units.join(', '), example }));
    }
    const last = this.tokens[this.at - 1]!;
    const what = this.errors.say('what.unit');
    const found = this.text.slice(last.start, last.end);
    return this.errors.stop(last, 'expected', { what, found }, this.errors.say('advice.minutes'));
  }

  /** A whole number within borders; else a mistake is told and the nearest one is taken. */
  whole(low: number, high: number): number {
    const token = this.next;
    const value = this.number() ?? this.fail('number');
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    // what must happen no time must not happen
    const advice = value === 0 ? this.errors.say('advice.zero', { no: this.print('no') }) : undefined;
    this.errors.add(token, 'range', { found: shown(token.value), low, high }, advice);
    return low;
  }

  /** A number, with its sign. */
  signed(): number {
    const minus = this.sign('-', '−') !== undefined;
    const token = this.next;
    const value = this.number() ?? this.fail('number');
    if (Number.isFinite(value)) return minus ? -value : value;
    this.errors.add(token, 'between', { found: shown(token.value), low: -Number.MAX_VALUE, high: Number.MAX_VALUE });
    return 0;
  }
}

/** A piece of the text as a message shows it. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
