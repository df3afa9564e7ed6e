/** Goes through the tokens of a text, and knows at each place what could have stood there. */
import { formatDuration, parseDuration } from '../../../ecdm/duration';
import { Advisor, type Expected } from './advice';
import type { TextErrors } from './text-error';
import type { Span, Token } from './tokens';
import { METHODS, phraseAt, SIGNS, UNITS, WORDS, type Unit, type Vocabulary, type Word } from './words';

/** Most things that a message names as expected. */
const MOST_NAMED = 8;

export class Cursor {
  private at = 0;
  /** What was asked for at each place in vain: words, and what is said of anything else. */
  private readonly expected = new Map<number, Expected>();
  readonly advisor: Advisor;

  constructor(
    readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
    readonly errors: TextErrors,
    /** An event that can be named, as it is written. */
    event: string,
    /** Whether a word may be one of an event's name. */
    isName: (word: string) => boolean,
  ) {
    this.advisor = new Advisor(tokens, vocabulary, errors, event, isName);
  }

  get next(): Token {
    return this.tokens[this.at]!;
  }

  /** End of what was read. */
  get end(): number {
    return this.at === 0 ? 0 : this.tokens[this.at - 1]!.end;
  }

  /** Whether what stands next may be a part of what was read last. */
  get isGlued(): boolean {
    return this.next.start === this.end && this.next.apart !== true;
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
    const taken = this.takeWord(word);
    if (!taken) this.expectedHere().words.add(word);
    return taken;
  }

  /** True where the word stands next; it is neither taken nor asked for. */
  sees(word: Word): boolean {
    const mark = this.at;
    const seen = this.takeWord(word);
    this.at = mark;
    return seen;
  }

  private takeWord(word: Word): boolean {
    const sign = this.next.kind === 'sign' && SIGNS.get(this.next.value) === word;
    if (sign) this.at++;
    return sign || this.phrase('word', word);
  }

  /** Takes a word that is one of several ways to say something: it is not told as expected. */
  takes(word: Word): boolean {
    return this.takeWord(word);
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
    const tokens = phraseAt(this.tokens, this.at, this.vocabulary.of(group, key));
    this.at += tokens;
    return tokens > 0;
  }

  private expectedHere(): Expected {
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

  /**
   * Stops with what could have stood here.
   * @param advice what to write instead, where nothing nearer to the text is known
   */
  refuse(what: readonly string[], advice: string | undefined): never {
    this.could(...what);
    this.noComma();
    const { advisor, at } = this;
    const doubled = advisor.doubled(at);
    if (doubled !== undefined) this.unexpected(doubled);
    const meant = advisor.word(at, this.expectedHere().words);
    if (meant !== undefined) this.unexpected(advisor.near(meant.near), meant.tokens);
    this.noOtherQuotes();
    if (advice !== undefined) return this.unexpected(advice);
    const tokens = advisor.idle(at) || advisor.glued(at);
    const { start, end } = advisor.spanOf(at, tokens);
    return this.unexpected(advisor.here(at, this.expectedHere(), shown(this.text.slice(start, end))), tokens);
  }

  /** Stops at a name in quotes of another kind. */
  private noOtherQuotes(): void {
    const { advisor, at, errors, text } = this;
    const quoted = advisor.otherQuotes(at);
    if (quoted === undefined) return;
    const name = text.slice(quoted.from, quoted.to);
    this.unexpected(errors.say('advice.quote', { name }), quoted.tokens);
  }

  /**
   * Stops at what is said in another way than the language has it.
   * @param near what to write in place of it
   */
  restate(span: Span, near: string): never {
    const { errors, advisor, text } = this;
    const found = shown(text.slice(span.start, span.end));
    return errors.stop(span, 'expected', { what: `“${near}”`, found }, advisor.near(near));
  }

  /** Stops at tokens from the next one on, which can be left out. */
  leaveOut(tokens: number): never {
    const { errors, advisor, text, at } = this;
    const span = advisor.spanOf(at, tokens);
    const found = shown(text.slice(span.start, span.end));
    return errors.stop(span, 'useless', { found }, errors.say('advice.leaveOut', { found }));
  }

  /** Whether a word comes near to what stands next. */
  isMeant(word: Word): boolean {
    return this.advisor.word(this.at, new Set([word])) !== undefined;
  }

  startOf(mark: number): number {
    return this.tokens[mark]!.start;
  }

  /** The kind of the token that stands some tokens behind the next one. */
  kindAt(ahead: number): Token['kind'] | undefined {
    return this.tokens[this.at + ahead]?.kind;
  }

  /** @returns where the tokens end that begin with the next one */
  endOf(tokens: number): number {
    return this.advisor.spanOf(this.at, tokens).end;
  }

  /** @param tokens how many of them are meant */
  private unexpected(advice: string, tokens = 1): never {
    const { errors, next } = this;
    const { words, others } = this.expectedHere();
    const named = [
      ...[...others].map((key) => errors.say(`what.${key}`)),
      ...[...words].map((word) => errors.say('what.word', { word: this.print(word) })),
    ].slice(0, MOST_NAMED);
    const what = named.reduceRight((b, a, i) => (i === named.length - 2 ? errors.say('or', { a, b }) : `${a}, ${b}`));
    if (next.kind === 'end') return errors.stop(next, 'expectedAtEnd', { what }, advice);
    const span = this.advisor.spanOf(this.at, tokens);
    return errors.stop(span, 'expected', { what, found: shown(this.text.slice(span.start, span.end)) }, advice);
  }

  /**
   * Stops where a number should stand.
   * @param filler what may be left out before it
   * @param isWhole whether it is no fraction
   */
  noNumber(example: string, filler?: string, isWhole = false): never {
    const { advisor, at } = this;
    this.could('number');
    const meant =
      (filler === undefined ? undefined : advisor.length(at)) ??
      (isWhole ? advisor.ahead.number(at) : advisor.number(at));
    if (meant !== undefined) this.unexpected(advisor.near(meant.near), meant.tokens);
    const idle = filler === undefined ? 0 : advisor.ahead.said('filler', filler, at);
    if (idle > 0 && advisor.ahead.isTime(at + idle)) this.leaveOut(idle);
    return this.refuse([], advisor.negative(at) ?? advisor.such(example));
  }

  /** Stops at a number that is written with a comma. */
  private noComma(): void {
    const { advisor, at, errors, text } = this;
    const near = advisor.decimal(at);
    if (near === undefined) return;
    const span = advisor.spanOf(at - 1, 3);
    const found = text.slice(span.start, span.end);
    errors.stop(span, 'expected', { what: errors.say('what.number'), found }, advisor.near(near));
  }

  /** Whether a number stands next, in digits or in words. */
  seesNumber(): boolean {
    return this.next.kind === 'number' || this.advisor.number(this.at) !== undefined;
  }

  /** Whether a count stands next, its number in digits or in words. */
  seesCount(): boolean {
    if (this.next.kind === 'number') return true;
    return this.advisor.ahead.count(this.at);
  }

  /**
   * Stops where a comparison should stand.
   * @param orders that are understood there
   */
  noOrder(orders?: readonly string[]): never {
    const { advisor, at } = this;
    this.could('compare');
    const meant = advisor.order(at, orders);
    return meant === undefined ? this.fail() : this.unexpected(advisor.near(meant.near), meant.tokens);
  }

  seesUnit(): boolean {
    return this.advisor.ahead.unitAt(this.at) > 0;
  }

  /**
   * A duration as it is written, its units in the form of the definition.
   * @param filler what may be left out before it
   */
  duration(filler = 'for'): string {
    if (this.next.kind !== 'number') this.noNumber(`5 ${this.advisor.minutes}`, filler);
    const { start } = this.next;
    const pieces: [number: number, unit: Unit][] = [];
    let text = '';
    let end = start;
    while (this.next.kind === 'number') {
      const number = this.take();
      const unitAt = this.next.start;
      const unit = this.unit() ?? this.notUnit(start, number, pieces.at(-1)?.[1]);
      const digits = this.withoutExponent(number);
      text += this.text.slice(text === '' ? start : end, number.start) + digits;
      text += this.text.slice(number.end, unitAt) + unit;
      pieces.push([Number(digits), unit]);
      ({ end } = this);
    }
    // "1 hour and 30 minutes"
    const and = this.advisor.ahead.word(this.at, 'and');
    if (and > 0 && this.advisor.ahead.isTime(this.at + and)) this.leaveOut(and);
    text = text.replaceAll('\u200b', ' ');
    if (parseDuration(text) !== undefined) return text;
    this.tooLong({ start, end }, text, pieces);
    return formatDuration(0);
  }

  /** Too long a time, or a short one in too many characters. */
  private tooLong(span: Span, text: string, pieces: readonly [number: number, unit: Unit][]): void {
    const { errors, advisor } = this;
    const each = pieces.map(([number, unit]) => parseDuration(`${number.toFixed(3)} ${unit}`) ?? Infinity);
    const short = formatDuration(each.reduce((sum, ms) => sum + ms));
    if (parseDuration(short) === undefined) {
      errors.add(span, 'tooLong', { found: shown(text) }, errors.say('advice.tenYears'));
    } else errors.add(span, 'timeLength', { found: shown(text) }, advisor.write(short));
  }

  /** The digits of a number in a length of time, which has no exponent. */
  private withoutExponent({ value, start, end }: Token): string {
    if (!/e/i.test(value)) return value;
    const { errors, advisor } = this;
    const digits = String(Number(value));
    const plain = /^[\d.]+$/.test(digits);
    const advice = plain ? advisor.write(digits) : advisor.such(`5 ${advisor.minutes}`);
    errors.add({ start, end }, 'exponent', { found: shown(value) }, advice);
    return plain ? digits : '0';
  }

  /** @param last unit before, where this is the second number of a time */
  private notUnit(start: number, number: Token, last: Unit | undefined): never {
    const { errors, advisor } = this;
    const { next, at } = this;
    this.noComma();
    const metres = this.phrase('word', 'metres') || this.phrase('word', 'kilometres');
    if (!metres || last === 'h') {
      this.back(at);
      this.could('unit');
      this.notInOne(start, number, last);
    }
    if (!metres) {
      const meant = advisor.unit(at);
      if (meant !== undefined) this.unexpected(advisor.near(meant.near));
      const written = this.text.slice(start, number.end);
      if (last !== undefined) return this.unexpected(advisor.secondUnit(written, last));
      return this.unexpected(advisor.units(next.kind === 'word' ? undefined : number.value));
    }
    const what = errors.say('what.unit');
    const place = last !== undefined && this.phrase('word', 'ofTheFirst');
    const advice = errors.say(place ? 'advice.withinPlace' : 'advice.minutes');
    return errors.stop(next, 'expected', { what, found: this.text.slice(next.start, next.end) }, advice);
  }

  /** Stops at a length of time in signs: "1 000", "1:30", "1h30m", "5-min", "1/2 h". */
  private notInOne(start: number, number: Token, last: Unit | undefined): void {
    const { errors, advisor, at, next } = this;
    const after = this.tokens[at + 1];
    if (next.kind === 'number' && /^[1-9]\d{0,2}$/.test(number.value) && /^\d{3}$/.test(next.value)) {
      this.restate({ start, end: next.end }, number.value + next.value);
    }
    if (last === 'h' && next.lower === 'm') this.unexpected(advisor.near(advisor.minutes));
    const week = last === undefined ? advisor.ahead.said('length', '7 d', at) : 0;
    if (week > 0) this.restate({ start, end: this.endOf(week) }, advisor.inWords(`${7 * +number.value} d`));
    if (next.kind !== 'sign' || after === undefined) return;
    if (next.value === ':' && after.kind === 'number') {
      const print = (unit: Unit): string => this.vocabulary.print('unit', unit);
      const units = { h: print('h'), min: print('min'), s: print('s') };
      this.unexpected(errors.say('advice.clock', units));
    }
    if (next.value === '-' && advisor.ahead.unitAt(at + 1) > 0) this.leaveOut(1);
    const part = next.value === '/' && after.kind === 'number' ? String(+number.value / +after.value) : '';
    if (/^\d+\.\d{1,3}$/.test(part)) this.restate({ start: number.start, end: after.end }, part);
  }

  /**
   * A whole number within borders; else a mistake is told and the nearest one is taken.
   * @param zero what to write instead of none at all
   */
  whole(low: number, high: number, zero?: string): number {
    const token = this.next;
    const value = this.number() ?? this.noNumber(String(Math.max(low, 3)), undefined, true);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    const near = Math.min(high, Math.max(low, Math.round(value)));
    const advice = value === 0 && zero !== undefined ? zero : this.advisor.write(String(near));
    this.errors.add(token, 'range', { found: shown(token.value), low, high }, advice);
    return near;
  }

  /** A number, with its sign. */
  signed(): number {
    const minus = this.sign('-', '−') !== undefined;
    const token = this.next;
    const value = this.number() ?? this.noNumber('5');
    if (Number.isFinite(value)) return minus ? -value : value;
    const { errors, advisor } = this;
    const borders = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };
    errors.add(token, 'between', { found: shown(token.value), ...borders }, advisor.write(String(Number.MAX_VALUE)));
    return 0;
  }
}

/** A piece of the text as a message shows it. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
