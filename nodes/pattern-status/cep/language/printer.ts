/** Writes a rule in the words of a language, so that the parser reads back the same tree. */
import type {
  Comparison,
  EventTerm,
  Pattern,
  PatternAggregate,
  PatternGroup,
  PatternTimes,
} from '../../../ecdm/definition';
import type { Names } from './names';
import type { RuleParts } from './rule-parser';
import { isGroup, takesOver, type Bounds } from './shape';
import { ThaiWords } from './thai';
import { bracketedId, quotedText } from './tokens';
import { isTruth, UNITS, type Unit, type Vocabulary, type Word } from './words';

const PAIR = new RegExp(`(\\d\\s*)(${UNITS.join('|')})`, 'g');
const SIMPLE = /^[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*$/u;

export class Printer {
  private readonly thai: ThaiWords;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly names: Names,
  ) {
    this.thai = new ThaiWords(vocabulary, names);
  }

  /** The pattern on the first line, everything else on a line of its own. */
  rule(rule: RuleParts): string {
    const lines = [`${this.word('when')} ${this.list(rule.when)}`, ...this.parts(rule)];
    return lines.filter((line) => line !== '').join('\n  ');
  }

  private word(word: Word): string {
    return this.vocabulary.print('word', word);
  }

  /** Units in the language's words, the numbers and blanks as they are. */
  private time(duration: string): string {
    return duration
      .trim()
      .replace(PAIR, (_, number: string, unit: Unit) => number + this.vocabulary.print('unit', unit));
  }

  private timed(word: Word, duration: string | undefined): string {
    return duration === undefined ? '' : `${this.word(word)} ${this.time(duration)}`;
  }

  // ---- what must happen

  /** What stands between brackets, or after "when". */
  private list(p: Pattern): string {
    if (isGroup(p)) return this.group(p) + this.bounds(p);
    return p.op === 'times' ? this.times(p) + this.bounds(p) : this.step(p);
  }

  private group(p: PatternGroup): string {
    const steps = p.of.map((item) => this.step(item));
    if (p.of.length !== 1) return steps.join(` ${this.word(p.op)} `);
    const [only] = p.of;
    const bare = p.op === 'and' && (p.within !== undefined || p.where !== undefined) && !takesOver(only!, p);
    // a bracket of one item says what it is, unless "all of it" is understood
    return bare ? steps[0]! : `${this.word(p.op)} ${steps[0]!}`;
  }

  private bounds({ within, where }: Bounds): string {
    const compared = where?.map((one) => this.comparison(one)).join(` ${this.word('and')} `);
    const said = [compared === undefined ? '' : `${this.word('where')} ${compared}`, this.timed('within', within)];
    return said
      .filter((part) => part !== '')
      .map((part) => ` ${part}`)
      .join('');
  }

  /** One of several that are joined. */
  private step(p: Pattern): string {
    switch (p.op) {
      case 'no':
        return `${this.word('no')} ${this.operand(p.of)}${p.for === undefined ? '' : ` ${this.timed('for', p.for)}`}`;
      case 'every':
        return `${this.word('every')} ${this.operand(p.of)}`;
      case 'times':
        return p.within === undefined ? this.times(p) : `(${this.list(p)})`;
      case 'lasting':
        return `${this.operand(p.of, false)} ${this.timed('lasting', p.for)}`;
      default:
        return this.operand(p);
    }
  }

  /** What a word in front or behind belongs to. */
  private operand(p: Pattern, lasting = true): string {
    switch (p.op) {
      case 'event':
        return this.names.print(p.event) + (p.as === undefined ? '' : ` ${this.word('as')} ${p.as}`);
      case 'aggregate':
        return this.aggregate(p);
      case 'lasting':
        return lasting ? this.step(p) : `(${this.list(p)})`;
      default:
        return `(${this.list(p)})`;
    }
  }

  private times(p: PatternTimes): string {
    const times = this.vocabulary.printCounted(p.max ?? p.min, 'times');
    return `${this.count(p)} ${times} ${this.operand(p.of)}`;
  }

  private count({ min, max }: PatternTimes): string {
    if (max === undefined) return String(min);
    if (max === min) return `${this.word('exactly')} ${max}`;
    return min === 0 ? `${this.word('atMost')} ${max}` : `${min} ${this.word('to')} ${max}`;
  }

  private aggregate(p: PatternAggregate): string {
    const method = this.vocabulary.print('method', p.method);
    const which = p.percentile === undefined ? '' : ` ${number(p.percentile)}`;
    const of = `${this.word('of')} ${this.names.print(p.event)} ${this.timed('over', p.over)}`;
    return `${method}${which} ${of} ${p.compare} ${number(p.value)}${this.samples(p)}`;
  }

  private samples({ minSamples: n }: PatternAggregate): string {
    return n === undefined ? '' : ` (${this.word('atLeast')} ${n} ${this.vocabulary.printCounted(n, 'readings')})`;
  }

  private comparison({ left, op, right }: Comparison): string {
    return `${this.term(left)} ${op} ${'of' in right ? this.term(right) : this.fixed(right.value)}`;
  }

  private fixed(value: string | number | boolean): string {
    if (typeof value === 'string') return quotedText(value);
    return typeof value === 'number' ? number(value) : this.word(value ? 'true' : 'false');
  }

  private term({ of, field, times, plus }: EventTerm): string {
    const path = (field ?? '').split('.').map((part) => (SIMPLE.test(part) ? part : quotedText(part)));
    const where = field === undefined ? '' : `.${path.join('.')}`;
    const factor = times === undefined ? '' : ` * ${number(times)}`;
    // what no event of the text is called could be taken for other words
    const isOther = isTruth(of) || this.thai.split(of + where, 0, of, []) !== undefined;
    return `${isOther ? bracketedId(of) : of}${where}${factor}${plus === undefined ? '' : added(plus)}`;
  }

  // ---- what is said of it behind

  private parts(rule: RuleParts): string[] {
    const { pairing, afterDetection, clear, notWhile } = rule;
    return [
      this.place(rule.per),
      this.timed('for', rule.for),
      pairing === undefined ? '' : this.word(pairing),
      afterDetection === undefined ? '' : this.word(afterDetection),
      `${this.word('severity')} ${this.word(rule.severity)}`,
      ...(rule.steps ?? []).map((step) => this.severityStep(step)),
      clear?.after === undefined
        ? ''
        : `${this.word('clear')} ${this.timed('after', clear.after)} ${this.word('quiet')}`,
      clear?.when === undefined ? '' : `${this.word('clear')} ${this.when(clear.when)}`,
      clear?.byHand ? `${this.word('clear')} ${this.word('byHand')}` : '',
      clear?.latched ? this.word('latched') : '',
      notWhile === undefined || notWhile.length === 0
        ? ''
        : `${this.word('notWhile')} ${notWhile.map((id) => this.names.print(id)).join(', ')}`,
      this.timed('remindEvery', rule.remindEvery),
      this.flapping(rule.flapping),
      this.timed('updateEvery', rule.updateEvery),
      this.timed('lateness', rule.lateness),
    ];
  }

  private place({ by, level, metres }: RuleParts['per']): string {
    if (by === 'city') return this.word('anywhere');
    if (by === 'near') {
      if (metres === undefined) return this.word('near');
      return `${this.word('within')} ${number(metres)} ${this.word('metres')} ${this.word('ofTheFirst')}`;
    }
    const named = by === 'zone' && level !== undefined;
    return `${this.word('inTheSame')} ${named ? quotedText(level) : this.word(by)}`;
  }

  private severityStep({ severity, after, when }: NonNullable<RuleParts['steps']>[number]): string {
    const said = [
      `${this.word('severity')} ${this.word(severity)}`,
      this.timed('after', after),
      when === undefined ? '' : this.when(when),
    ];
    return said.filter((part) => part !== '').join(' ');
  }

  /** In brackets, so that nothing that comes behind belongs to it. */
  private when(pattern: Pattern): string {
    const plain = pattern.op === 'event' || pattern.op === 'aggregate';
    return `${this.word('when')} ${plain ? this.list(pattern) : `(${this.list(pattern)})`}`;
  }

  private flapping(flapping: RuleParts['flapping']): string {
    if (flapping === undefined) return '';
    if (flapping === false) return `${this.word('flapping')} ${this.word('off')}`;
    const often = `${flapping.raises} ${this.word('times')} ${this.timed('in', flapping.in)}`;
    return `${this.word('flapping')} ${often} ${this.timed('untilSteady', flapping.steady)}`;
  }
}

/** As the parser reads it back. */
const number = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const added = (plus: number): string =>
  plus < 0 || Object.is(plus, -0) ? ` - ${number(-plus)}` : ` + ${number(plus)}`;
