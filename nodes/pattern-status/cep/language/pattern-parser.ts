/** Reads what must happen: words, counts, brackets. */
import type { Pattern, PatternAggregate, PatternEvent, PatternGroup, PatternTimes } from '../../../ecdm/definition';
import { readAlias, readComparisons, readOrder } from './comparison-parser';
import { shown, type Cursor } from './cursor';
import type { Marks } from './marks';
import { mixed, type Link } from './mixed';
import type { Names } from './names';
import { takesOver, type Bounds } from './shape';
import { bracketedId, quotedText, type Span, type Token } from './tokens';

/** Brackets in brackets that are read; a rule can be compiled with fewer. */
const DEEPEST = 30;
const MOST_STEPS = 20;
const MOST_TIMES = 1000;
const LONGEST_ID = 200;

const LINKS: readonly Link[] = ['then', 'and', 'or'];

export class PatternParser {
  private depth = 0;

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
    const steps = [this.step()];
    const links: { link: Link; span: Span }[] = [];
    while (lead === undefined) {
      const at = cursor.next;
      const link = LINKS.find((one) => cursor.accept(one));
      if (link === undefined) break;
      links.push({ link, span: at });
      steps.push(this.step());
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
        node.within = cursor.duration();
        marks.field(node, 'within', cursor.spanFrom(from.start));
      } else if (node.where === undefined && cursor.accept('where')) {
        node.where = readComparisons(cursor, marks);
        marks.field(node, 'where', cursor.spanFrom(from.start));
      } else {
        if (said) this.nothingAfter(start, from.start);
        return;
      }
    }
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
    const link = LINKS.find((one) => cursor.sees(one));
    if (link === undefined) return;
    const example = `(${shown(cursor.text.slice(start, end).trim())}) ${cursor.print(link)} …`;
    errors.stop(next, 'outside', { word: cursor.print('within') }, errors.say('advice.outside', { example }));
  }

  /** One thing that must or must not happen. */
  private step(): Pattern {
    const { cursor, marks } = this;
    const at = cursor.next;
    if (++this.depth > DEEPEST) cursor.errors.stop(at, 'deep', { limit: DEEPEST }, cursor.errors.say('advice.split'));
    cursor.could('event', 'open');
    const step = this.prefixed() ?? this.lasting(this.item());
    this.depth--;
    return marks.part(step, cursor.spanFrom(at.start));
  }

  private prefixed(): Pattern | undefined {
    const { cursor, marks } = this;
    if (cursor.accept('no')) {
      const of = this.step();
      const from = cursor.next;
      if (!cursor.accept('for')) return { op: 'no', of };
      const node: Pattern = { op: 'no', of, for: cursor.duration() };
      marks.field(node, 'for', cursor.spanFrom(from.start));
      return node;
    }
    if (cursor.accept('every')) return { op: 'every', of: this.step() };
    const from = cursor.next;
    const count = this.count();
    if (count === undefined) return undefined;
    const span = cursor.spanFrom(from.start);
    const node: Pattern = { op: 'times', of: this.step(), ...count };
    for (const name of ['min', 'max']) marks.field(node, name, span);
    return node;
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
    else if (how === undefined && (cursor.accept('to') || cursor.sign('-', '–') !== undefined)) {
      count = { min: low, max: cursor.whole(1, MOST_TIMES, zero) };
    }
    cursor.expect('times');
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
      if (method !== undefined && (cursor.next.kind === 'text' || cursor.next.kind === 'name')) cursor.fail();
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
    cursor.expect('over');
    node.over = cursor.duration();
    marks.field(node, 'over', cursor.spanFrom(from.start));
    const sign = cursor.next;
    const order = readOrder(cursor);
    if (order === '=' || order === '!=') {
      return cursor.errors.stop(sign, 'order', { found: order }, cursor.advisor.write('>='));
    }
    node.compare = order;
    node.value = cursor.signed();
    const samples = this.samples();
    if (samples !== undefined) node.minSamples = samples;
    return node;
  }

  private samples(): number | undefined {
    const { cursor } = this;
    const before = cursor.mark();
    if (cursor.sign('(') === undefined) return undefined;
    if (!cursor.accept('atLeast')) {
      cursor.back(before);
      return undefined;
    }
    const samples = cursor.whole(1, Number.MAX_SAFE_INTEGER);
    cursor.expect('readings');
    if (cursor.sign(')') === undefined) cursor.fail('close');
    return samples;
  }

  private event(): PatternEvent {
    const { cursor, marks } = this;
    const node: PatternEvent = { op: 'event', event: this.name() };
    const from = cursor.next;
    if (cursor.accept('as')) {
      node.as = readAlias(cursor);
      marks.field(node, 'as', cursor.spanFrom(from.start));
    }
    return node;
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
    while (cursor.isGlued && /^[\p{L}\p{M}\p{N}_.\-/#]/u.test(cursor.next.value)) cursor.take();
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

  /** Stops where the words that stand here are a name together. */
  private missingQuotes(start: number): void {
    const { cursor, names } = this;
    const { errors } = cursor;
    for (let words = 0; words < 5 && cursor.next.kind === 'word'; words++) {
      cursor.take();
      const name = cursor.text.slice(start, cursor.end);
      if (names.called(name).length === 0) continue;
      errors.stop(cursor.spanFrom(start), 'unquoted', {}, errors.say('advice.quote', { name }));
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
