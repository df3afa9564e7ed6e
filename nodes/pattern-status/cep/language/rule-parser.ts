/** Reads a whole rule: what must happen, and what is said of it behind. */
import type { StatusDefinition } from '../../../ecdm/definition';
import { shown, type Cursor } from './cursor';
import type { Marks } from './marks';
import type { PatternParser } from './pattern-parser';
import { quotedText, type Span } from './tokens';
import type { Word } from './words';

/** What a rule says of itself; its name and its place in a file are said elsewhere. */
export type RuleParts = Omit<StatusDefinition, 'id' | 'name' | 'domain'>;

const SEVERITIES = ['warning', 'minor', 'major', 'critical'] as const;
const FARTHEST = 100_000;
const MOST_STEPS = 10;
const MOST_STATUSES = 20;

const PLACES: readonly [Word, StatusDefinition['per']['by']][] = [
  ['station', 'station'],
  ['datastream', 'datastream'],
  ['property', 'property'],
  ['zone', 'zone'],
];
/** Each in one phrase. */
const OTHER_PLACES: readonly [Word, StatusDefinition['per']['by']][] = [
  ['sameStation', 'station'],
  ['sameDatastream', 'datastream'],
  ['sameProperty', 'property'],
  ['sameZone', 'zone'],
];
/** They go on with what must happen. */
const OF_THE_PATTERN: readonly Word[] = ['then', 'and', 'or', 'where'];
const PAIRINGS = ['newest', 'each', 'once', 'all'] as const;
/** What happens to a match once it was told. */
const AFTER = ['keep', 'fresh'] as const;
/** Parts that say nothing but a time. */
const TIMES: readonly [Word, 'for' | 'remindEvery' | 'updateEvery' | 'lateness'][] = [
  ['for', 'for'],
  ['remindEvery', 'remindEvery'],
  ['updateEvery', 'updateEvery'],
  ['lateness', 'lateness'],
];

export class RuleParser {
  private readonly rule: RuleParts;
  private readonly said = new Set<string>();
  /** Where the part begins that is read now. */
  private partAt = 0;
  /** The first part behind the pattern, once it was read. */
  private first: Span | undefined;

  constructor(
    private readonly cursor: Cursor,
    private readonly patterns: PatternParser,
    private readonly marks: Marks,
  ) {
    this.rule = { when: { op: 'and', of: [] }, per: { by: 'station' }, severity: 'warning' };
  }

  read(): RuleParts {
    const { cursor, rule, marks } = this;
    if (!cursor.accept('when')) this.noBegin();
    if (cursor.next.value === ':') cursor.leaveOut(1);
    rule.when = this.patterns.group();
    while (cursor.next.kind !== 'end') {
      const { start } = cursor.next;
      this.partAt = start;
      const part = this.part();
      if (part === undefined) return this.misplaced();
      this.first ??= cursor.spanFrom(start);
      if (part === '') continue;
      this.once(part, start);
      const span = cursor.spanFrom(start);
      marks.field(rule, part, span);
      const value = (rule as unknown as Record<string, unknown>)[part];
      if (typeof value === 'object' && value !== null && marks.of(value) === undefined) marks.part(value, span);
    }
    return marks.part(rule, cursor.spanFrom(0));
  }

  private noBegin(): never {
    const { cursor } = this;
    const { advisor, errors } = cursor;
    const at = cursor.mark();
    const idle = advisor.ahead.said('filler', 'begin', at);
    if (idle > 0 && advisor.ahead.word(at + idle, 'when') > 0) cursor.leaveOut(idle);
    const meant = advisor.word(at, new Set(['when']));
    const advice = meant === undefined ? undefined : advisor.near(meant.near);
    const span = meant === undefined ? cursor.next : advisor.spanOf(at, meant.tokens);
    return errors.stop(span, 'begin', {}, advice ?? advisor.thai(at) ?? errors.say('advice.begin'));
  }

  /** Stops at what is no part of a rule; what must happen is said before all parts. */
  private misplaced(): never {
    const { cursor } = this;
    const { next } = cursor;
    if (cursor.accept('ofTheFirst')) this.notOfTheFirst(next);
    const idle = cursor.advisor.idle(cursor.mark());
    if (idle > 0) cursor.leaveOut(idle);
    const word = OF_THE_PATTERN.find((one) => cursor.sees(one));
    if (word === undefined || (this.first === undefined && word !== 'where')) return cursor.fail('end');
    return this.late(next, `${cursor.print(word).trim()} …`);
  }

  /** Stops at "5 min of the first": a distance alone is said so. */
  private notOfTheFirst({ start }: Span): never {
    const { cursor } = this;
    const { errors } = cursor;
    const span = cursor.spanFrom(start);
    const found = cursor.text.slice(start, span.end);
    return errors.stop(
      span,
      'expected',
      { what: errors.say('what.end'), found },
      errors.say('advice.leaveOut', { found }),
    );
  }

  /** @param what belongs to what must happen */
  private late(span: Span, what: string): never {
    const { errors, text } = this.cursor;
    const { first } = this;
    if (first === undefined) return errors.stop(span, 'twice', { word: what }, errors.say('advice.twice'));
    const part = shown(text.slice(first.start, first.end));
    return errors.stop(span, 'late', { what }, errors.say('advice.before', { what, part }));
  }

  private once(part: string, start: number): void {
    const { cursor, said } = this;
    const { errors } = cursor;
    if (said.has(part)) {
      const span = cursor.spanFrom(start);
      const word = shown(cursor.text.slice(span.start, span.end));
      errors.add(span, 'twice', { word }, errors.say('advice.twice'));
    }
    said.add(part);
  }

  /** @returns the field that was said; empty where one of its own is told of; `undefined` for none */
  private part(): string | undefined {
    const { cursor, rule } = this;
    if (this.otherPlace()) return 'per';
    if (cursor.takes('held')) {
      rule.for = cursor.duration();
      return 'for';
    }
    this.noTime();
    this.noName();
    const time = TIMES.find(([word]) => cursor.accept(word));
    if (time !== undefined) {
      rule[time[1]] = cursor.duration();
      return time[1];
    }
    const pairing = PAIRINGS.find((word) => cursor.accept(word));
    if (pairing !== undefined) {
      rule.pairing = pairing;
      return 'pairing';
    }
    const after = AFTER.find((word) => cursor.accept(word));
    if (after !== undefined) {
      rule.afterDetection = after;
      return 'afterDetection';
    }
    if (this.place()) return 'per';
    if (cursor.accept('severity')) return this.severity();
    if (this.seesBracket()) return this.severityInBrackets();
    if (cursor.accept('clear')) return this.clear();
    if (cursor.accept('latched')) return this.setClear({ latched: true });
    if (cursor.accept('notWhile')) return this.notWhile();
    return cursor.accept('flapping') ? this.flapping() : undefined;
  }

  /** Stops at "for each station", which is no time. */
  private noTime(): void {
    const { cursor } = this;
    if (!cursor.sees('for') || cursor.advisor.placed(cursor.mark()) === 0 || cursor.accept('inTheSame')) return;
    cursor.fail('end');
  }

  /** Stops at the name of the status, which stands in the sentence of a rule. */
  private noName(): void {
    const { cursor } = this;
    const { start } = cursor.next;
    const said = cursor.advisor.ahead.said('filler', 'name', cursor.mark());
    if (said === 0) return;
    for (let n = said; n > 0; n--) cursor.take();
    if (cursor.next.kind === 'text' || cursor.next.kind === 'word') cursor.take();
    const span = cursor.spanFrom(start);
    const { errors } = cursor;
    const found = shown(cursor.text.slice(span.start, span.end));
    errors.stop(span, 'named', {}, errors.say('advice.leaveOut', { found }));
  }

  // ---- where

  /** What the sentence of a rule says for "in the same". */
  private otherPlace(): boolean {
    const { cursor, rule } = this;
    const same = OTHER_PLACES.find(([word]) => cursor.takes(word));
    if (same !== undefined) rule.per = { by: same[1] };
    else if (cursor.takes('noFarther')) rule.per = { by: 'near', metres: this.metres() };
    else return false;
    return true;
  }

  private place(): boolean {
    const { cursor, rule } = this;
    if (cursor.accept('anywhere')) rule.per = { by: 'city' };
    else if (cursor.accept('near')) rule.per = { by: 'near' };
    else if (cursor.accept('inTheSame')) rule.per = this.sameKey();
    else if (cursor.accept('within')) rule.per = { by: 'near', metres: this.metres('ofTheFirst') };
    else return false;
    return true;
  }

  private sameKey(): StatusDefinition['per'] {
    const { cursor } = this;
    const { start } = cursor.next;
    const place = PLACES.find(([word]) => cursor.accept(word));
    if (place?.[1] === 'zone') this.levelBehind(start);
    if (place !== undefined) return { by: place[1] };
    const { kind, value } = cursor.next;
    const filler = cursor.advisor.ahead.said('filler', 'level', cursor.mark());
    if (filler > 0 && cursor.kindAt(filler) === 'text') cursor.leaveOut(filler);
    if (cursor.seesWord()) cursor.refuse(['level'], cursor.advisor.such(cursor.print('station')));
    if (kind === 'word') cursor.refuse(['level'], cursor.errors.say('advice.quote', { name: value }));
    if (kind !== 'text') cursor.fail('level');
    const level = cursor.take().value;
    const zone = cursor.advisor.ahead.word(cursor.mark(), 'zone');
    if (zone > 0) cursor.leaveOut(zone);
    return { by: 'zone', level };
  }

  /** Stops at "in the same zone "district"": a level stands in place of "zone". */
  private levelBehind(start: number): void {
    const { cursor } = this;
    const { ahead } = cursor.advisor;
    const filler = ahead.said('filler', 'level', cursor.mark());
    const kind = cursor.kindAt(filler);
    // a word of the language goes on with the rule
    if (kind !== 'text' && (kind !== 'word' || ahead.isWord(cursor.mark() + filler))) return;
    const end = cursor.endOf(filler + 1);
    const level = cursor.advisor.spanOf(cursor.mark() + filler, 1);
    const written = cursor.text.slice(level.start, level.end);
    cursor.restate({ start, end }, kind === 'text' ? written : quotedText(written));
  }

  /** @param last what stands behind the distance; nothing where it was said before */
  private metres(last?: Word): number {
    const { cursor } = this;
    const { errors, next } = cursor;
    const mark = cursor.mark();
    const distance = `500 ${cursor.print('metres')} ${cursor.print('ofTheFirst')}`;
    const number = cursor.number() ?? cursor.noNumber(distance);
    if (cursor.seesUnit()) this.lateWithin(mark);
    const kilometres = cursor.accept('kilometres');
    if (!kilometres) cursor.expect('metres');
    if (last !== undefined) cursor.expect(last);
    else cursor.takes('fromTheFirst');
    // without the noise of binary fractions
    const metres = kilometres ? Number((number * 1000).toPrecision(12)) : number;
    if (metres > 0 && metres <= FARTHEST) return metres;
    const high = kilometres ? FARTHEST / 1000 : FARTHEST;
    const advice = metres > 0 ? cursor.advisor.write(String(high)) : errors.say('advice.distance');
    errors.add(next, 'between', { found: shown(next.value), low: 1, high }, advice);
    return 1;
  }

  /** Stops at a time within which something must happen, behind other parts. */
  private lateWithin(timeAt: number): never {
    const { cursor } = this;
    cursor.back(timeAt);
    cursor.duration();
    const span = cursor.spanFrom(this.partAt);
    const what = shown(cursor.text.slice(span.start, span.end));
    const { when } = this.rule;
    if ('within' in when && when.within !== undefined) this.first = undefined;
    return this.late(span, what);
  }

  // ---- how severe

  private severity(): string {
    const { cursor, rule, marks } = this;
    const from = cursor.next;
    const severity = SEVERITIES.find((word) => cursor.accept(word)) ?? this.noSeverity();
    const step: NonNullable<RuleParts['steps']>[number] = { severity };
    const after = cursor.next;
    if (cursor.accept('after')) {
      step.after = cursor.duration();
      marks.field(step, 'after', cursor.spanFrom(after.start));
    }
    if (cursor.accept('when')) step.when = this.patterns.group();
    const span = cursor.spanFrom(from.start);
    if (step.after === undefined && step.when === undefined) {
      if (this.said.has('severity')) {
        cursor.errors.add(span, 'secondSeverity', {}, cursor.errors.say('advice.secondSeverity'));
      }
      this.said.add('severity');
      rule.severity = severity;
      marks.field(rule, 'severity', span);
      return '';
    }
    (rule.steps ??= []).push(marks.part(step, span));
    if (rule.steps.length > MOST_STEPS)
      cursor.errors.add(span, 'many', { limit: MOST_STEPS }, cursor.errors.say('advice.fewer'));
    return '';
  }

  private seesBracket(): boolean {
    const { cursor } = this;
    return cursor.next.value === '(' && cursor.advisor.ahead.word(cursor.mark() + 1, 'severity') > 0;
  }

  /** As the sentence of a rule has it. */
  private severityInBrackets(): string {
    const { cursor } = this;
    cursor.take();
    cursor.expect('severity');
    const part = this.severity();
    if (cursor.sign(')') === undefined) cursor.fail('close');
    return part;
  }

  /** Stops at "severity: major", "severity = major" and "severity "major"". */
  private otherSeverity(): void {
    const { cursor } = this;
    const { value, kind } = cursor.next;
    if (kind === 'sign' && (value === ':' || value === '=')) cursor.leaveOut(1);
    const word = SEVERITIES.find((one) => kind === 'text' && cursor.print(one) === value.toLowerCase());
    if (word !== undefined) cursor.restate(cursor.next, cursor.print(word));
  }

  private noSeverity(): never {
    const { cursor } = this;
    this.otherSeverity();
    const list = SEVERITIES.map((word) => `“${cursor.print(word)}”`).join(', ');
    return cursor.refuse([], cursor.errors.say('advice.oneOf', { list }));
  }

  // ---- back to normal

  private clear(): string {
    const { cursor } = this;
    if (cursor.takes('whenEnds')) return '';
    if (cursor.takes('afterQuiet')) {
      this.setClear({ after: cursor.duration('after') });
      return this.orByHand();
    }
    if (cursor.accept('byHand')) return this.setClear({ byHand: true });
    if (cursor.accept('when')) return this.setClear({ when: this.patterns.group() });
    if (!cursor.accept('after')) {
      // of all that could stand there a time follows this alone
      cursor.refuse([], cursor.seesNumber() ? cursor.advisor.such(cursor.print('after')) : undefined);
    }
    const after = cursor.duration('after');
    cursor.accept('quiet');
    this.setClear({ after });
    return this.orByHand();
  }

  /** The second way of two, as the sentence of a rule has it. */
  private orByHand(): string {
    const { cursor } = this;
    const { ahead } = cursor.advisor;
    const or = ahead.word(cursor.mark(), 'or');
    if (or === 0 || ahead.word(cursor.mark() + or, 'byHand') === 0) return '';
    this.partAt = cursor.next.start;
    cursor.takes('or');
    cursor.takes('byHand');
    return this.setClear({ byHand: true });
  }

  /** @returns empty: each part of it is said apart, and once */
  private setClear(part: NonNullable<RuleParts['clear']>): string {
    const { cursor, rule, marks } = this;
    const [name] = Object.keys(part);
    const span = cursor.spanFrom(this.partAt);
    this.once(`clear.${name!}`, span.start);
    rule.clear = Object.assign(rule.clear ?? {}, part);
    marks.field(rule.clear, name!, span);
    return '';
  }

  // ---- the rest

  private notWhile(): string {
    const { cursor, rule } = this;
    const { start } = cursor.next;
    const statuses: string[] = [];
    do {
      const from = cursor.next.start;
      statuses.push(this.patterns.name('status'));
      this.marks.field(statuses, String(statuses.length - 1), cursor.spanFrom(from));
    } while (cursor.sign(',') !== undefined || cursor.accept('or'));
    if (statuses.length > MOST_STATUSES)
      cursor.errors.add(cursor.spanFrom(start), 'many', { limit: MOST_STATUSES }, cursor.errors.say('advice.fewer'));
    rule.notWhile = statuses;
    return 'notWhile';
  }

  private flapping(): string {
    const { cursor, rule } = this;
    if (cursor.accept('off')) {
      rule.flapping = false;
      return 'flapping';
    }
    const raises = cursor.whole(2, 100);
    cursor.expect('times');
    cursor.expect('in');
    const time = cursor.duration();
    cursor.expect('untilSteady');
    rule.flapping = { raises, in: time, steady: cursor.duration() };
    return 'flapping';
  }
}
