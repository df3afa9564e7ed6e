/** Reads what must happen: words, counts, brackets. */
import type { Pattern, PatternAggregate, PatternEvent, PatternGroup, PatternTimes } from '../../../ecdm/definition';
import { readAlias, readComparisons, readOrder } from './comparison-parser';
import { shown, type Cursor } from './cursor';
import type { Marks } from './marks';
import { mixed, type Link } from './mixed';
import type { Names } from './names';
import { takesOver, type Bounds } from './shape';
import { bracketedId, quotedText, type Span, type Token } from './tokens';
import { SIGNS } from './words';

/** Brackets in brackets that are read; a rule can be compiled with fewer. */
const DEEPEST = 30;
const MOST_STEPS = 20;
const MOST_TIMES = 1000;
const LONGEST_ID = 200;
/** What is longer is not written once more in a message. */
const LONGEST_SHOWN = 60;

/** A window has a value that is hardly ever exactly the same. */
const WINDOW_ORDERS = ['>', '>=', '<', '<='];

const LINKS: readonly Link[] = ['then', 'and', 'or'];

export class PatternParser {
  private depth = 0;
  /** Where the event begins that is read now. */
  private eventAt = 0;

  constructor(
    private readonly cursor: Cursor,
    private readonly names: Names,
    private readonly marks: Marks,
  ) {}

  /** Everything between two brackets, or up to the next part of the rule. */
  group(): Pattern {
    const { cursor, marks } = this;
    const { start } = cursor.next;
    const lead = LINKS.find((link) => cursor.accept(link));
    const steps = [this.step(lead)];
    const links: { link: Link; span: Span }[] = [];
    while (lead === undefined) {
      const at = cursor.next;
      this.noIdleLink();
      const last = links.at(-1);
      if (last?.link === 'then') this.nothingBetween(last.span);
      const link = LINKS.find((one) => cursor.accept(one));
      if (link === undefined) break;
      this.noSecondLink(at.start, link);
      links.push({ link, span: at });
      steps.push(this.step(link));
    }
    const op = lead ?? this.oneLink(steps, links);
    const node: PatternGroup = { op: op ?? 'and', of: steps };
    this.bounds(node, start);
    if (steps.length > MOST_STEPS) {
      cursor.errors.add(cursor.spanFrom(start), 'many', { limit: MOST_STEPS }, cursor.errors.say('advice.split'));
    }
    const [only] = steps;
    if (op !== undefined || only === undefined) return marks.part(node, cursor.spanFrom(start));
    return this.single(node, only, start);
  }

  /** Stops at ";" and "and" before the end or what is said of the rule. */
  private noIdleLink(): void {
    const { cursor } = this;
    const { ahead } = cursor.advisor;
    const at = cursor.mark();
    const tokens = cursor.next.value === ';' ? 1 : ahead.word(at, 'and');
    const isLast = cursor.next.value === ';' && cursor.kindAt(tokens) === 'end';
    if (tokens > 0 && (isLast || ahead.isPart(at + tokens))) cursor.leaveOut(tokens);
  }

  /** Stops at "A then B without C in between": what must not happen is said where it must not happen. */
  private nothingBetween(last: Span): void {
    const { cursor } = this;
    const { advisor, text } = cursor;
    const at = cursor.mark();
    const no = advisor.ahead.word(at, 'no') || advisor.ahead.said('synonym', 'unless', at);
    const between = no === 0 ? -1 : advisor.between(at + no);
    if (between < 0) return;
    const step = plainQuotes(text.slice(last.end, cursor.end).trim());
    const from = cursor.startOf(at + no);
    const what = plainQuotes(text.slice(from, cursor.startOf(between)).trim());
    const then = cursor.print('then');
    const end = advisor.spanOf(between, advisor.ahead.said('filler', 'between', between)).end;
    cursor.restate({ start: last.start, end }, `${then} ${cursor.print('no')} ${what} ${then} ${step}`);
  }

  /** Stops at "and then". */
  private noSecondLink(start: number, first: Link): void {
    const { cursor } = this;
    const second = LINKS.find((one) => one !== first && cursor.sees(one));
    if (second === undefined) return;
    cursor.restate({ start, end: cursor.next.end }, cursor.print(second));
  }

  /** A bracket of one item is the item, unless more is said of it than the item can say of itself. */
  private single(node: PatternGroup, only: Pattern, start: number): Pattern {
    const { cursor, marks } = this;
    const { within, where }: Bounds = node;
    if (within === undefined && where === undefined) return only;
    if (!takesOver(only, node)) return marks.part(node, cursor.spanFrom(start));
    for (const name of ['within', 'where']) {
      const span = marks.fieldOf(node, name);
      if (span !== undefined) marks.field(only, name, span);
    }
    if (within !== undefined) (only as PatternGroup | PatternTimes).within = within;
    if (where !== undefined) (only as PatternGroup).where = where;
    return marks.part(only, cursor.spanFrom(start));
  }

  /** The word that joins the steps; where there are two, both ways to put brackets are shown. */
  private oneLink(steps: readonly Pattern[], links: readonly { link: Link; span: Span }[]): Link | undefined {
    const first = links[0]?.link;
    const other = links.find(({ link }) => link !== first);
    if (first === undefined || other === undefined) return first;
    const { cursor, marks } = this;
    const texts = steps.map((step) => {
      const { start, end } = marks.of(step)!;
      return shown(cursor.text.slice(start, end).trim());
    });
    const [a, b] = mixed(
      texts,
      links.map(({ link }) => link),
      (link) => cursor.print(link),
    );
    const words = { a: cursor.print(first), b: cursor.print(other.link) };
    cursor.errors.add(other.span, 'mixed', words, cursor.errors.say('advice.brackets', { a, b }));
    return first;
  }

  private bounds(node: PatternGroup, start: number): void {
    const { cursor, marks } = this;
    for (let said = false; ; said = true) {
      const from = cursor.next;
      const before = cursor.mark();
      if (node.within === undefined && cursor.accept('within')) {
        if (this.isDistance()) {
          cursor.back(before);
          return;
        }
        node.within = cursor.duration('within');
        marks.field(node, 'within', cursor.spanFrom(from.start));
      } else if (node.where === undefined && cursor.accept('where')) {
        node.where = readComparisons(cursor, marks);
        marks.field(node, 'where', cursor.spanFrom(from.start));
      } else {
        if (said) this.nothingAfter(start, from.start);
        if (node.op === 'then' && node.within === undefined) this.noLengthOfSequence();
        return;
      }
    }
  }

  /** Stops at "A then B during 5 min", which may be the time within which it happens. */
  private noLengthOfSequence(): void {
    const { cursor } = this;
    const at = cursor.mark();
    const said = cursor.advisor.ahead.said('synonym', 'for', at);
    if (said > 0 && cursor.advisor.ahead.isTime(at + said)) this.noMeantTime(said);
  }

  /**
   * Stops at a word before a time that may mean a limit or a length.
   * @param tokens of the word
   */
  private noMeantTime(tokens: number): never {
    const { cursor } = this;
    const { errors, advisor } = cursor;
    const span = advisor.spanOf(cursor.mark(), tokens);
    const found = cursor.text.slice(span.start, span.end);
    const what = errors.say('or', { a: `“${cursor.print('within')}”`, b: `“${cursor.print('for')}”` });
    return errors.stop(span, 'expected', { what, found }, advisor.timeMeans('…'));
  }

  /** "500 m of the first" is said of the whole rule. */
  private isDistance(): boolean {
    const { cursor } = this;
    const { errors, next } = cursor;
    const before = cursor.mark();
    const metres = cursor.number() !== undefined && (cursor.accept('metres') || cursor.accept('kilometres'));
    const distance = metres && cursor.accept('ofTheFirst');
    if (distance && this.depth > 0) {
      errors.stop(cursor.spanFrom(next.start), 'placeInside', {}, errors.say('advice.placeInside'));
    }
    cursor.back(before);
    return distance;
  }

  private nothingAfter(start: number, end: number): void {
    const { cursor } = this;
    const { errors, next } = cursor;
    this.noIdleLink();
    const link = LINKS.find((one) => cursor.sees(one));
    if (link === undefined) return;
    const example = `(${shown(cursor.text.slice(start, end).trim())}) ${cursor.print(link)} …`;
    errors.stop(next, 'outside', { word: cursor.print('within') }, errors.say('advice.outside', { example }));
  }

  /**
   * One thing that must or must not happen.
   * @param link before it
   * @param counted whether it is counted, or each one is meant
   */
  private step(link?: Link, counted = false): Pattern {
    const { cursor, marks } = this;
    const at = cursor.next;
    if (++this.depth > DEEPEST) cursor.errors.stop(at, 'deep', { limit: DEEPEST }, cursor.errors.say('advice.split'));
    cursor.could('event', 'open');
    this.noOtherBegin();
    const step = this.prefixed(link) ?? this.counted(this.lasting(this.item()), at.start, counted);
    this.depth--;
    return marks.part(step, cursor.spanFrom(at.start));
  }

  /** Stops where a step begins with other words than the language has: "more than 3 times", "never", "the". */
  private noOtherBegin(): void {
    const { cursor, names } = this;
    const { start, value } = cursor.next;
    const { ahead, restated } = cursor.advisor;
    const at = cursor.mark();
    if (names.called(value).length > 0 || cursor.next.kind === 'text') return;
    const count = restated.count(at);
    if (count?.isOwn === false) cursor.restate({ start, end: cursor.endOf(count.tokens) }, count.near);
    for (const word of ['no', 'every'] as const) {
      const said = ahead.said('synonym', word, at);
      const isMeant = said > 0 && ahead.beginsStep(at + said) && !this.beginsName(start);
      if (isMeant) cursor.restate({ start, end: cursor.endOf(said) }, cursor.print(word));
    }
    const idle = ahead.said('filler', 'step', at);
    const isIdle = idle > 0 && (ahead.beginsStep(at + idle) || cursor.advisor.isMethod(at + idle));
    if (isIdle && !this.beginsName(start)) cursor.leaveOut(idle);
  }

  /** Whether a name of several words stands there without its quotes. */
  private beginsName(start: number): boolean {
    return this.names.severalWords(this.cursor.text.slice(start, start + LONGEST_ID));
  }

  /** A count may stand behind what is counted, as in the sentence of a rule. */
  private counted(of: Pattern, start: number, already: boolean): Pattern {
    const { cursor, marks } = this;
    const { restated } = cursor.advisor;
    const from = cursor.next;
    const written = cursor.text.slice(start, cursor.end);
    const behind = restated.behind(cursor.mark());
    if (behind !== undefined && written.length <= LONGEST_SHOWN) {
      const near = `${cursor.print(behind.word)} ${plainQuotes(written)}`;
      cursor.restate({ start, end: cursor.endOf(behind.tokens) }, near);
    }
    const count = already ? undefined : restated.count(cursor.mark());
    if (count === undefined || this.isOfNext(cursor.mark() + count.tokens)) return of;
    if (!count.isOwn) cursor.restate({ start: from.start, end: cursor.endOf(count.tokens) }, count.near);
    const read = this.count();
    if (read === undefined) return of;
    const exactly = read.max === undefined && !/\D/.test(cursor.text[from.start] ?? '') && cursor.takes('exactly');
    const node: Pattern = { op: 'times', of, ...read, ...(exactly ? { max: read.min } : {}) };
    for (const name of ['min', 'max']) marks.field(node, name, cursor.spanFrom(from.start));
    return node;
  }

  /** Whether a count belongs to what stands behind it. */
  private isOfNext(at: number): boolean {
    const { ahead } = this.cursor.advisor;
    const exactly = ahead.word(at, 'exactly');
    return exactly > 0 ? ahead.numberAt(at + exactly) > 0 : ahead.beginsStep(at);
  }

  private prefixed(link: Link | undefined): Pattern | undefined {
    const { cursor, marks } = this;
    if (cursor.accept('no')) {
      const every = cursor.advisor.ahead.word(cursor.mark(), 'every');
      if (every > 0) cursor.leaveOut(every);
      const of = this.step();
      const from = cursor.next;
      if (!cursor.accept('for')) {
        this.noTime(link);
        return { op: 'no', of };
      }
      const node: Pattern = { op: 'no', of, for: cursor.duration() };
      marks.field(node, 'for', cursor.spanFrom(from.start));
      return node;
    }
    if (cursor.accept('every')) return { op: 'every', of: this.step(undefined, true) };
    const from = cursor.next;
    const count = this.count();
    if (count === undefined) return undefined;
    const span = cursor.spanFrom(from.start);
    const node: Pattern = { op: 'times', of: this.step(undefined, true), ...count };
    for (const name of ['min', 'max']) marks.field(node, name, span);
    return node;
  }

  /** Stops at "no A in 10 min": behind "and", a limit before the other events may be meant. */
  private noTime(link: Link | undefined): void {
    const { cursor } = this;
    const { advisor } = cursor;
    const at = cursor.mark();
    const said = advisor.ahead.said('synonym', 'within', at);
    if (said === 0 || !advisor.ahead.isTime(at + said)) return;
    if (link === 'and') this.noMeantTime(said);
    cursor.restate(advisor.spanOf(at, said), cursor.print('for'));
  }

  /** "3 times", "2 to 5 times", "at most 3 times". */
  private count(): { min: number; max?: number } | undefined {
    const { cursor } = this;
    cursor.could('count');
    const how = (['exactly', 'atLeast', 'atMost'] as const).find((word) => cursor.accept(word));
    if (how === undefined && !cursor.seesCount()) return undefined;
    // what must happen no time must not happen
    const zero = cursor.errors.say('advice.zero', { no: cursor.print('no') });
    const low = cursor.whole(how === 'exactly' || how === 'atMost' ? 1 : 0, MOST_TIMES, zero);
    let count: { min: number; max?: number } = { min: low };
    if (how === 'exactly') count = { min: low, max: low };
    else if (how === 'atMost') count = { min: 0, max: low };
    else if (
      how === undefined &&
      !cursor.sees('times') &&
      (cursor.accept('to') || cursor.sign('-', '–') !== undefined)
    ) {
      count = { min: low, max: cursor.whole(1, MOST_TIMES, zero) };
    }
    // "3 A"
    if (!cursor.accept('times'))
      cursor.refuse([], cursor.isMeant('times') ? undefined : cursor.advisor.such(cursor.print('times')));
    return count;
  }

  private lasting(item: Pattern): Pattern {
    const { cursor, marks } = this;
    const from = cursor.next;
    if (!cursor.accept('lasting')) return item;
    const node: Pattern = { op: 'lasting', of: item, for: cursor.duration() };
    marks.field(node, 'for', cursor.spanFrom(from.start));
    return node;
  }

  private item(): Pattern {
    const { cursor, marks } = this;
    const open = cursor.next;
    if (cursor.sign('(') !== undefined) {
      const inner = this.group();
      if (cursor.sign(')') === undefined) this.openBracket(open);
      return marks.part(inner, cursor.spanFrom(open.start));
    }
    const item = this.aggregate() ?? this.event();
    return marks.part(item, cursor.spanFrom(open.start));
  }

  private openBracket(open: Token): never {
    const { cursor } = this;
    const { errors } = cursor;
    const idle = cursor.advisor.idle(cursor.mark());
    if (idle > 0) cursor.leaveOut(idle);
    if (cursor.next.kind !== 'end') cursor.fail('close');
    return errors.stop(open, 'openBracket', {}, errors.say('advice.close', { sign: ')' }));
  }

  /** "average of "PM2.5" over 1 h > 90 (at least 3 readings)" */
  private aggregate(): PatternAggregate | undefined {
    const { cursor, marks } = this;
    cursor.could('method');
    const begin = cursor.mark();
    const method = cursor.method();
    const percent = cursor.next;
    const percentile = method === undefined ? undefined : cursor.number();
    if (method === undefined || !cursor.accept('of')) {
      // with an event behind it, it is no name
      if (method !== undefined && this.isEvent()) cursor.fail();
      if (method !== undefined) this.noFunction(begin);
      cursor.back(begin);
      return undefined;
    }
    const node = { op: 'aggregate', event: this.name(), method } as PatternAggregate;
    if (percentile !== undefined) {
      node.percentile = percentile;
      marks.field(node, 'percentile', percent);
      if (percentile > 100) {
        cursor.errors.add(
          percent,
          'between',
          { found: shown(percent.value), low: 0, high: 100 },
          cursor.advisor.write('100'),
        );
      }
    }
    const from = cursor.next;
    this.noOrderYet();
    cursor.expect('over');
    node.over = cursor.duration('over');
    marks.field(node, 'over', cursor.spanFrom(from.start));
    const sign = cursor.next;
    const order = readOrder(cursor, WINDOW_ORDERS);
    if (order === '=' || order === '!=') {
      const list = WINDOW_ORDERS.map((one) => `“${one}”`).join(', ');
      return cursor.errors.stop(sign, 'order', { found: order }, cursor.errors.say('advice.oneOf', { list }));
    }
    node.compare = order;
    node.value = cursor.signed();
    const samples = this.samples();
    if (samples !== undefined) node.minSamples = samples;
    return node;
  }

  /** Whether an event is named next, in quotes or without. */
  private isEvent(): boolean {
    const { kind, start } = this.cursor.next;
    return (
      kind === 'text' ||
      kind === 'name' ||
      (kind === 'word' && this.names.beginning(this.cursor.text.slice(start, start + LONGEST_ID)).length > 0)
    );
  }

  /** Stops at "average("PM2.5")". */
  private noFunction(begin: number): void {
    const { cursor } = this;
    const open = cursor.next;
    const method = cursor.text.slice(cursor.startOf(begin), open.start).trim();
    if (cursor.sign('(') === undefined) return;
    const from = cursor.next.start;
    while (cursor.next.kind !== 'end' && cursor.next.value !== ')' && cursor.next.value !== '(') cursor.take();
    const event = cursor.text.slice(from, cursor.end);
    const isKnown = this.names.called(event.replace(/^["“]|["”]$/g, '').trim()).length > 0;
    if (cursor.sign(')') === undefined || !isKnown) return;
    const near = `${method} ${cursor.print('of')} ${plainQuotes(event)}`;
    cursor.restate({ start: cursor.startOf(begin), end: cursor.end }, near);
  }

  /** Shows where the time of a window stands, where a comparison comes first. */
  private noOrderYet(): void {
    const { cursor } = this;
    const { start } = cursor.next;
    if (cursor.sign('>', '>=', '<', '<=', '≥', '≤') === undefined) return;
    const order = cursor.text.slice(start, cursor.end);
    const sign = cursor.sign('-', '−') ?? '';
    const number = cursor.number();
    const compared = cursor.text.slice(start, cursor.end);
    const from = cursor.next.start;
    if (number === undefined || !cursor.takes('over') || !cursor.advisor.ahead.isTime(cursor.mark())) {
      const what = `“${cursor.print('over')} …”`;
      const { errors } = cursor;
      const example = `${cursor.print('over')} 1 ${cursor.advisor.hours} ${order} ${sign}${number ?? 5}`;
      errors.stop(
        { start, end: start + order.length },
        'expected',
        { what, found: order },
        cursor.advisor.such(example),
      );
    }
    cursor.duration('over');
    cursor.restate({ start, end: cursor.end }, `${cursor.text.slice(from, cursor.end)} ${compared}`);
  }

  private samples(): number | undefined {
    const { cursor } = this;
    const before = cursor.mark();
    const said = cursor.advisor.restated.samples(before);
    const isSaid = cursor.sign('(') !== undefined && cursor.accept('atLeast') && cursor.next.kind === 'number';
    if (!isSaid) {
      cursor.back(before);
      if (said !== undefined) cursor.restate({ start: cursor.next.start, end: cursor.endOf(said.tokens) }, said.near);
      return undefined;
    }
    const samples = cursor.whole(1, Number.MAX_SAFE_INTEGER);
    cursor.expect('readings');
    if (cursor.sign(')') === undefined) cursor.fail('close');
    return samples;
  }

  private event(): PatternEvent {
    const { cursor, marks } = this;
    this.eventAt = cursor.next.start;
    const node: PatternEvent = { op: 'event', event: this.name() };
    const from = cursor.next;
    if (cursor.accept('as')) {
      node.as = readAlias(cursor);
      marks.field(node, 'as', cursor.spanFrom(from.start));
    } else this.noComparison();
    return node;
  }

  /** Stops at "PM2.5 > 90": what is compared has a name of its own. */
  private noComparison(): void {
    const { cursor } = this;
    const { advisor, text } = cursor;
    const { start: from } = cursor.next;
    const before = cursor.mark();
    const words = advisor.order(before);
    const order = words?.near ?? cursor.sign('>', '>=', '<', '<=', '=', '==', '!=', '≥', '≤', '≠', '<>');
    if (words !== undefined) for (let n = words.tokens; n > 0; n--) cursor.take();
    const sign = cursor.sign('-', '−') === undefined ? '' : '-';
    const number = cursor.number();
    const isPlain =
      order !== undefined &&
      number !== undefined &&
      cursor.unit() === undefined &&
      !cursor.sees('times') &&
      cursor.next.value !== '>';
    const { end } = cursor;
    cursor.back(before);
    if (!isPlain) return;
    const { eventAt } = this;
    const name = plainQuotes(text.slice(eventAt, from).trim());
    const alias = ['e', 'e1', 'e2', 'e3'].find((one) => !new RegExp(`\\b${one}\\b`).test(text)) ?? 'e4';
    const near = `(${name} ${cursor.print('as')} ${alias} ${cursor.print('where')} ${alias}.value ${order} ${sign}${number})`;
    cursor.restate({ start: eventAt, end }, near);
  }

  /** The id of the event or status that is named here. */
  name(what = 'event'): string {
    const { cursor } = this;
    const { kind, value, start } = cursor.next;
    if (kind === 'text' || kind === 'name') {
      cursor.take();
      const id = cursor.next.kind === 'id' ? cursor.take() : undefined;
      return id === undefined ? this.called(value, { start, end: cursor.end }) : this.id(id);
    }
    if (kind === 'id') return this.id(cursor.take());
    if (kind !== 'word') cursor.fail(what);
    return this.bare(what);
  }

  private id(token: Token): string {
    if (token.value === '' || token.value.length > LONGEST_ID) {
      const { errors } = this.cursor;
      errors.add(token, 'nameLength', { limit: LONGEST_ID }, errors.say('advice.name'));
    }
    return token.value;
  }

  /** A name without quotes: signs and digits belong to it as long as there is no blank, such as in PM2.5. */
  private bare(what: string): string {
    const { cursor, names } = this;
    const begin = cursor.mark();
    const { start } = cursor.take();
    while (cursor.isGlued && this.isPiece(cursor.next)) cursor.take();
    const name = cursor.text.slice(start, cursor.end);
    if (names.called(name).length > 0) return this.called(name, cursor.spanFrom(start));
    const end = cursor.mark();
    cursor.back(begin);
    if (cursor.seesWord()) cursor.fail(what);
    cursor.back(end);
    this.missingQuotes(start);
    cursor.back(end);
    return this.called(name, cursor.spanFrom(start), cursor.advisor.inside(name));
  }

  private isPiece({ kind, value }: Token): boolean {
    return kind !== 'text' && kind !== 'id' && !SIGNS.has(value) && /^[\p{L}\p{M}\p{N}_.\-/#]/u.test(value);
  }

  /** Stops where the words that stand here are a name together. */
  private missingQuotes(start: number): void {
    const { cursor, names } = this;
    const { errors } = cursor;
    for (let words = 0; words < 5 && cursor.next.kind === 'word'; words++) {
      cursor.take();
      const name = cursor.text.slice(start, cursor.end);
      const known = names.called(name).length > 0 ? name : names.sameLetters(name);
      if (known === undefined) continue;
      errors.stop(cursor.spanFrom(start), 'unquoted', {}, errors.say('advice.quote', { name: known }));
    }
  }

  /** @param advice for a name that nobody has, and that comes near to none */
  private called(name: string, span: Span, advice?: string): string {
    const { names, cursor } = this;
    const { errors } = cursor;
    const ids = names.called(name);
    if (ids.length === 1) return ids[0]!;
    if (ids.length > 1) {
      const list = ids
        .slice(0, 5)
        .map((id) => `${quotedText(name)} ${bracketedId(id)}`)
        .join(', ');
      errors.add(span, 'sameName', { name: shown(name), n: ids.length }, errors.say('advice.which', { list }));
      return ids[0]!;
    }
    // a name that was meant takes long to find, and nobody would read of it
    if (errors.full) return name;
    const near = names.near(name);
    const known = names.some();
    const otherwise = known === '' ? errors.say('advice.noneKnown') : errors.say('advice.known', { list: known });
    const suggestion = near === undefined ? (advice ?? otherwise) : errors.say('advice.near', { near });
    errors.add(span, 'noEvent', { name: shown(name) }, suggestion);
    return name;
  }
}

/** In quotes that can stand in a message, whose own are curly. */
const plainQuotes = (written: string): string => (written.includes('"') ? written : written.replace(/[“”]/g, '"'));
