/** What to write instead, where a text cannot be read: as near to what stands there as is known. */
import { nearest } from '../../../ecdm/nearest';
import { Ahead, type Meant } from './ahead';
import { Restated } from './restate';
import type { TextErrors } from './text-error';
import { quotedText, type Span, type Token } from './tokens';
import { METHODS, partsOf, UNITS, type Unit, type Vocabulary, type Word } from './words';

/** What could stand at a place: words, and what is said of anything else. */
export interface Expected {
  words: Set<Word>;
  others: Set<string>;
}

/** Quotes of other languages, of code, and of phones, and what closes each. */
const OTHER_QUOTES: ReadonlyMap<string, readonly string[]> = new Map([
  ["'", ["'", '’']],
  ['‘', ['’', '‘']],
  ['’', ['’']],
  ['‚', ['‘', '’']],
  ['`', ['`', "'"]],
  ['„', ['”', '“']],
  ['”', ['”']],
  ['«', ['»']],
  ['»', ['«', '»']],
  ['＂', ['＂']],
  ['「', ['」']],
]);
/** Longer names are not looked for between other quotes. */
const MOST_QUOTED = 12;
/** Signs that say nothing where a text or a part of it ends. */
const STOPS: ReadonlySet<string> = new Set(['.', ',', ':', ';', '!', '?', '…', '。', '，', '：', '；']);
const MINUS: ReadonlySet<string> = new Set(['-', '−', '–']);
/** In shorter words nearly every other short word is near. */
const SHORTEST_SLIP = 3;
/** Numbers that are one sign. */
const FRACTIONS: ReadonlyMap<string, string> = new Map([
  ['½', '0.5'],
  ['¼', '0.25'],
  ['¾', '0.75'],
]);
const ORDERS = ['>', '>=', '<', '<=', '=', '!='];
const PLACES: readonly Word[] = ['station', 'datastream', 'property', 'zone'];
/** What a time follows, with what may be left out before it. */
const TIMED: ReadonlyMap<Word, string> = new Map([
  ['within', 'within'],
  ['for', 'for'],
  ['over', 'over'],
  ['in', 'within'],
  ['remindEvery', ''],
  ['lateness', ''],
] as const);
/** What no time follows. */
const LINKS: ReadonlySet<Word> = new Set(['then', 'and', 'or']);
const SEVERITIES: readonly Word[] = ['warning', 'minor', 'major', 'critical'];
const FOLLOW_NAMES: readonly Word[] = ['then', 'and', 'or', 'within', 'where', 'as', 'lasting', 'for', 'over'];

export class Advisor {
  readonly ahead: Ahead;
  readonly restated: Restated;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly vocabulary: Vocabulary,
    private readonly errors: TextErrors,
    /** An event that can be named. */
    private readonly event: string,
    private readonly isName: (word: string) => boolean,
  ) {
    this.ahead = new Ahead(tokens, vocabulary, isName);
    this.restated = new Restated(this.ahead, vocabulary);
  }

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
    const known = this.timeWord(at, words) ?? this.severity(at, words) ?? this.level(at, words);
    if (known !== undefined) return known;
    let best: Meant | undefined;
    for (const word of words) {
      const near = this.vocabulary.print('word', word).trim();
      const tokens = this.synonym(word, at) || this.slip(near, at);
      // a shorter slip in a longer word is the better guess
      if (tokens > 0 && near.length > (best?.near.length ?? 0)) best = { near, tokens };
    }
    return best;
  }

  /** "at least 10 min" for "for 10 min", "max 10 min" for "within 10 min". */
  private timeWord(at: number, words: ReadonlySet<Word>): Meant | undefined {
    for (const word of ['within', 'for'] as const) {
      const tokens = words.has(word) ? this.ahead.said('filler', word, at) : 0;
      const isLimit =
        this.ahead.instead(at, ORDERS) !== undefined ||
        this.ahead.said('count', word === 'for' ? 'atLeast' : 'atMost', at) > 0;
      if (tokens > 0 && isLimit && this.ahead.isTime(at + tokens))
        return { near: this.vocabulary.print('word', word), tokens };
    }
    return undefined;
  }

  /** "major" and "is critical" for "severity major". */
  private severity(at: number, words: ReadonlySet<Word>): Meant | undefined {
    if (!words.has('severity')) return undefined;
    const is = this.ahead.said('instead', '=', at);
    const word = SEVERITIES.find((one) => this.ahead.word(at + is, one) > 0);
    if (word === undefined) return undefined;
    const near = `${this.vocabulary.print('word', 'severity')} ${this.vocabulary.print('word', word)}`;
    return { near, tokens: is + this.ahead.word(at + is, word) };
  }

  /** A level between the two parts of "in the same" without blanks, as it is in Thai. */
  private level(at: number, words: ReadonlySet<Word>): Meant | undefined {
    const { kind, value } = this.tokens[at]!;
    if (kind !== 'word' || !words.has('inTheSame')) return undefined;
    const ways = (key: string): string[] =>
      this.vocabulary.of('filler', key).flatMap((phrase) => (phrase.length === 1 ? [phrase[0]!] : []));
    const begin = ways('levelBegin').find((way) => value.startsWith(way));
    const end = ways('levelEnd').find((way) => value.endsWith(way));
    if (begin === undefined || end === undefined || value.length <= begin.length + end.length) return undefined;
    const level = value.slice(begin.length, value.length - end.length);
    return { near: `${this.vocabulary.print('word', 'inTheSame')} ${quotedText(level)}`, tokens: 1 };
  }

  /** @returns how many tokens before a place mean "in the same": "by station", "for each zone", "in "district"" */
  placed(at: number): number {
    const { ahead } = this;
    const tokens = ahead.said('synonym', 'placed', at) || ahead.said('synonym', 'inTheSame', at);
    const next = at + tokens;
    const isPlace = PLACES.some((place) => ahead.word(next, place) > 0 || ahead.said('synonym', place, next) > 0);
    return isPlace || this.tokens[next]?.kind === 'text' ? tokens : 0;
  }

  private synonym(word: Word, at: number): number {
    const { ahead } = this;
    const tokens = ahead.said('synonym', word, at);
    if (tokens === 0) return 0;
    const next = at + tokens;
    const filler = TIMED.get(word);
    // "in", "every" and "during" mean something else where no time follows, and "before" where one does
    if (filler !== undefined) return ahead.isTime(next + ahead.said('filler', filler, next)) ? tokens : 0;
    if (LINKS.has(word)) return this.isLinked(next) ? tokens : 0;
    if (word === 'where' && !this.isField(next)) return 0;
    // "clear by hand"
    return word === 'when' && !ahead.beginsStep(next) ? 0 : tokens;
  }

  /** Whether something that may happen can stand there. */
  private isLinked(at: number): boolean {
    const { ahead } = this;
    const isLink = [...LINKS].some((link) => ahead.word(at, link) > 0);
    return !isLink && !ahead.isTime(at) && !ahead.isPart(at) && !this.isField(at);
  }

  /** Whether a part of an event is named there, such as "e1.value". */
  private isField(at: number): boolean {
    return (
      this.tokens[at]?.kind === 'word' && this.tokens[at + 1]?.value === '.' && this.tokens[at + 2]?.kind === 'word'
    );
  }

  /** @returns how many tokens are a slip in the phrase, 0 for none */
  private slip(phrase: string, at: number): number {
    if (phrase.length < SHORTEST_SLIP || this.ahead.said('filler', 'other', at) > 0) return 0;
    const parts = partsOf(phrase);
    const tokens = this.tokens.slice(at, at + parts.length);
    if (tokens.some(({ kind }) => kind !== 'word')) return 0;
    const isNear = tokens.every(({ lower }, i) => lower === parts[i] || nearest(lower, [parts[i]!]) !== undefined);
    return isNear && nearest(tokens.map(({ lower }) => lower).join(' '), [phrase]) !== undefined ? tokens.length : 0;
  }

  /** A number in words, and one that is written in another way: ".5", "1/2", "½". */
  number(at: number): Meant | undefined {
    return this.ahead.number(at) ?? this.fraction(at);
  }

  private fraction(at: number): Meant | undefined {
    const [first, second] = [this.tokens[at]!, this.tokens[at + 1]];
    const known = FRACTIONS.get(first.value);
    if (known !== undefined) return { near: known, tokens: 1 };
    const isPoint = first.value === '.' && second?.kind === 'number' && second.start === first.end;
    return isPoint && /^\d+$/.test(second.value) ? { near: `0.${second.value}`, tokens: 2 } : undefined;
  }

  /** A length of time in words, in units of the language. */
  length(at: number): Meant | undefined {
    const found = this.ahead.length(at);
    return found === undefined ? undefined : { ...found, near: this.inWords(found.near) };
  }

  /** @param duration in units of a definition */
  inWords(duration: string): string {
    return duration.replace(/[a-z]+/g, (unit) => this.vocabulary.print('unit', unit));
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

  /** @param orders that are understood there */
  order(at: number, orders: readonly string[] = ORDERS): Meant | undefined {
    const signs = this.tokens[at]?.value + (this.tokens[at + 1]?.value ?? '');
    if (signs === '=>' || signs === '=<') return { near: signs === '=>' ? '>=' : '<=', tokens: 2 };
    return this.ahead.instead(at, orders);
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
  units(number: string | undefined): string {
    const list = UNITS.map((unit) => this.vocabulary.print('unit', unit)).join(', ');
    // what a word was meant for, an example would not say
    if (number === undefined) return this.errors.say('advice.unitOf', { list });
    return this.errors.say('advice.unit', { list, example: `${number} ${this.minutes}` });
  }

  get minutes(): string {
    return this.vocabulary.print('unit', 'min');
  }

  get hours(): string {
    return this.vocabulary.print('unit', 'h');
  }

  /** Whether a way to sum up readings stands there. */
  isMethod(at: number): boolean {
    return METHODS.some((method) => this.ahead.said('method', method, at) > 0);
  }

  /** Of "1 h 30": what the second number counts. */
  secondUnit(written: string, last: Unit): string {
    const smaller = UNITS[Math.max(0, UNITS.indexOf(last) - 1)]!;
    const example = `${written} ${this.vocabulary.print('unit', smaller)}`;
    return this.errors.say('advice.secondUnit', { example });
  }

  /** What helps at a place where nothing was said that comes near; never nothing. */
  here(at: number, { words, others }: Expected, found: string): string {
    const { errors, ahead } = this;
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
      if (ahead.said('synonym', 'unless', at) > 0) return this.unless();
      const isBetween = value === ',' && ahead.beginsStep(at + 1);
      if (isBetween || ahead.beginsStep(at)) return errors.say('advice.join', this.links());
    }
    if (words.has('for') && ahead.isTime(at)) return this.timeMeans(this.timeAt(at));
    return others.has('end') ? this.useless(at, found) : this.example({ words, others });
  }

  /** Whether what stands there can be left out, or only may. */
  private useless(at: number, found: string): string {
    const isUnit = this.tokens[at - 1]?.kind === 'number' && ORDERS.includes(this.tokens[at - 2]?.value ?? '');
    return this.errors.say(isUnit || this.idle(at) > 0 ? 'advice.leaveOut' : 'advice.noWord', { found });
  }

  /** @returns how many tokens can be left out behind an event without another meaning */
  idle(at: number): number {
    const { ahead } = this;
    const { kind, value } = this.tokens[at]!;
    if (kind === 'sign') {
      const next = this.tokens[at + 1]!;
      return STOPS.has(value) && (next.kind === 'end' || STOPS.has(next.value) || ahead.isWord(at + 1)) ? 1 : 0;
    }
    const link = ahead.said('synonym', 'and', at) || ahead.word(at, 'and');
    return link > 0 && ahead.isPart(at + link) ? link : ahead.said('filler', 'event', at);
  }

  private unless(): string {
    const print = (word: Word): string => this.vocabulary.print('word', word).trim();
    return this.errors.say('advice.unless', { a: `${print('and')} ${print('no')}`, b: print('notWhile') });
  }

  private timeAt(at: number): string {
    const length = this.length(at);
    const number = this.ahead.number(at)?.near ?? this.tokens[at]!.value;
    const unitAt = at + this.ahead.numberAt(at);
    const unit = this.tokens.slice(unitAt, unitAt + this.ahead.unitAt(unitAt)).map(({ value }) => value);
    return length?.near ?? [number, ...unit].join(' ');
  }

  /** What to do about a time behind an event, or behind what must not happen. */
  timeMeans(time: string): string {
    const print = (word: Word): string => this.vocabulary.print('word', word);
    return this.errors.say('advice.timeWord', { within: print('within'), for: print('for'), time });
  }

  /** @returns where "in between" stands behind what begins there, -1 where nothing like it does */
  between(at: number): number {
    const most = Math.min(this.tokens.length - 1, at + MOST_QUOTED);
    for (let i = at + 1; i < most; i++) if (this.ahead.said('filler', 'between', i) > 0) return i;
    return -1;
  }

  /** A name in quotes of another kind, as it is written between the two. */
  otherQuotes(at: number): { tokens: number; from: number; to: number } | undefined {
    const close = OTHER_QUOTES.get(this.tokens[at]?.kind === 'sign' ? this.tokens[at].value : '');
    if (close === undefined) return undefined;
    const inside = this.tokens.slice(at + 1, at + 1 + MOST_QUOTED);
    const length = inside.findIndex(({ value, kind }) => kind === 'sign' && close.includes(value));
    if (length < 1 || inside.slice(0, length).some(({ kind }) => kind === 'text' || kind === 'id')) return undefined;
    return { tokens: length + 2, from: inside[0]!.start, to: inside[length - 1]!.end };
  }

  /** The shortest phrase whose first word stands there, and not the rest of it. */
  private begun(at: number, words: Iterable<Word>): string | undefined {
    const { kind, lower } = this.tokens[at]!;
    if (kind !== 'word' || lower.length < SHORTEST_SLIP || this.ahead.isWord(at)) return undefined;
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

  private openBefore(at: number): number {
    const signs = this.tokens.slice(0, at).filter(({ kind }) => kind === 'sign');
    return signs.filter(({ value }) => value === '(').length - signs.filter(({ value }) => value === ')').length;
  }

  /** What to do about a word of the language that stands there for the second time. */
  doubled(at: number): string | undefined {
    const { kind, value, lower } = this.tokens[at]!;
    if (at === 0 || kind !== 'word' || this.tokens[at - 1]!.lower !== lower) return undefined;
    return this.ahead.unitAt(at) > 0 || this.ahead.isWord(at)
      ? this.errors.say('advice.leaveOut', { found: value })
      : undefined;
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
