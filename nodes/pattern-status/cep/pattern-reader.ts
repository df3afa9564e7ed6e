/** A pattern in words. */
import type { Pattern, PatternAggregate, PatternGroup, PatternTimes } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { operandsOf } from '../../ecdm/pattern-walk';
import { durationText, listText, text, type TextParameters } from '../../ecdm/text';
import { ComparisonReader, type Called } from './comparison-reader';

export type NameOf = (event: string) => string;

export class PatternReader {
  private readonly comparisons: ComparisonReader;

  constructor(
    private readonly pattern: Pattern,
    private readonly names: NameOf,
    private readonly language: string | undefined,
  ) {
    this.comparisons = new ComparisonReader(calledIn(pattern, names), language);
  }

  /** All of it. */
  whole(): string {
    return this.read(this.pattern, true);
  }

  /** All of it but the comparisons of the whole, which are said behind the place. */
  withoutWhere(): string {
    const { pattern } = this;
    return 'where' in pattern ? this.read({ ...pattern, where: undefined }, true) : this.whole();
  }

  /** What {@link withoutWhere} leaves out: ", where …". */
  where(): string {
    const { pattern } = this;
    if (!('where' in pattern) || pattern.where === undefined) return '';
    return this.say('where', { what: '', list: this.comparisons.list(pattern.where) });
  }

  time(duration: string): string {
    const ms = parseDuration(duration);
    return ms === undefined ? duration : durationText(this.language, ms);
  }

  private say(key: string, parameters?: TextParameters): string {
    return text(this.language, `rule.${key}`, parameters);
  }

  /** @param top without brackets around it */
  private read(p: Pattern, top = false): string {
    switch (p.op) {
      case 'event':
        return this.say('event', { name: this.names(p.event) });
      case 'no':
        return p.for === undefined
          ? this.say('no', { what: this.counted(p.of) })
          : this.say('noFor', { what: this.counted(p.of), time: this.time(p.for) });
      case 'lasting':
        return this.say('lasting', { what: this.operand(p.of), time: this.time(p.for) });
      case 'times':
        return this.bounded(p, this.times(p), top);
      case 'every':
        return this.say('every', { what: this.counted(p.of) });
      case 'aggregate':
        return this.aggregate(p);
      default:
        return this.group(p, top);
    }
  }

  /** What a word in front or behind is said of: brackets keep a `no` and its time apart from it, and a limit. */
  private operand(p: Pattern): string {
    const inner = this.read(p);
    return p.op === 'no' || p.op === 'lasting' || p.op === 'aggregate' ? this.say('bracket', { inner }) : inner;
  }

  /** What "no" or "every" is said of: a summary is a clause of its own, which is true at some time. */
  private counted(p: Pattern, moment: 'moment' | 'aMoment' = 'moment'): string {
    const what = this.operand(p);
    return p.op === 'aggregate' ? this.say(moment, { what }) : what;
  }

  /** One of several: what stands behind a limit would be read as a part of it. */
  private item(p: Pattern): string {
    return p.op === 'aggregate' ? this.operand(p) : this.read(p);
  }

  private group(p: PatternGroup, top: boolean): string {
    const [only] = p.of;
    if (p.of.length === 1 && only!.op !== 'no') return this.bounded(p, this.read(only!, top), top, true);
    return this.bounded(p, p.op === 'then' ? this.then(p) : p.op === 'and' ? this.and(p) : this.or(p), top);
  }

  private bounded(p: PatternGroup | PatternTimes, inner: string, top: boolean, single = false): string {
    let whole = p.within ? this.say('within', { what: inner, time: this.time(p.within) }) : inner;
    if ('where' in p && p.where !== undefined) {
      whole = this.say('where', { what: whole, list: this.comparisons.list(p.where) });
    }
    return top || (single && whole === inner) ? whole : this.say('bracket', { inner: whole });
  }

  private times({ of, min, max }: PatternTimes): string {
    const what = this.operand(of);
    if (max === undefined) return min === 1 ? what : this.say('times', { what, n: min });
    if (max === min) return this.say(max === 1 ? 'onceExactly' : 'timesExactly', { what, n: min });
    if (min === 0) return this.say(max === 1 ? 'onceAtMost' : 'timesAtMost', { what, n: max });
    return this.say('timesBetween', { what, n: min, m: max });
  }

  private aggregate({ event, method, over, compare, value, percentile, minSamples }: PatternAggregate): string {
    const name = this.say('event', { name: this.names(event) });
    return this.say('aggregate', {
      window: this.say(`window.${method}`, { name, n: percentile ?? '' }),
      time: this.time(over),
      limit: this.say(`limit.${compare}`, { value: this.comparisons.number(value) }),
      samples: minSamples === undefined ? '' : this.say('samples', { n: minSamples }),
    });
  }

  private or(p: PatternGroup): string {
    return this.either(p.of.map((item) => this.item(item)));
  }

  private either(items: readonly string[]): string {
    return items.reduce((a, b) => this.say('or', { a, b }));
  }

  private and(p: PatternGroup): string {
    const must = p.of.filter((item) => item.op !== 'no' || item.for !== undefined).map((item) => this.item(item));
    const mustNot = p.of.flatMap((item) => (item.op === 'no' && item.for === undefined ? [this.counted(item.of)] : []));
    if (must.length === 0) return this.say('no', { what: this.either(mustNot) });
    let list = listText(this.language, must);
    if (must.length > 1) list = this.say(p.within ? 'anyOrder' : 'together', { list });
    for (const no of mustNot) list = this.say(p.within ? 'withoutBefore' : 'without', { list, no });
    return list;
  }

  private then(p: PatternGroup): string {
    let sentence = '';
    let no: Pattern[] = [];
    const either = (read: (p: Pattern) => string): string => this.either(no.map(read));
    /** What must not happen, but nothing follows that it could be before. */
    const never = (): void => {
      if (no.length > 0) sentence = this.say('thenNever', { a: sentence, no: either((p) => this.counted(p)) });
      no = [];
    };
    p.of.forEach((item, i) => {
      if (i === 0) sentence = this.say('first', { a: this.item(item) });
      else if (item.op === 'no' && item.for === undefined) no.push(item.of);
      else if (item.op === 'no') {
        never();
        sentence = this.say('thenNo', { a: sentence, no: this.counted(item.of), time: this.time(item.for!) });
      } else {
        const b = this.item(item);
        sentence =
          no.length === 0
            ? this.say('then', { a: sentence, b })
            : this.say('thenWithout', { a: sentence, b, no: either((p) => this.counted(p, 'aMoment')) });
        no = [];
      }
    });
    never();
    return sentence;
  }
}

/** What events are called in comparisons, each with its place among the events of the same name. */
function calledIn(pattern: Pattern, names: NameOf): ReadonlyMap<string, Called> {
  const counts = new Map<string, number>();
  const called = new Map<string, Called>();
  const walk = (p: Pattern): void => {
    if (p.op === 'event') {
      const nth = (counts.get(p.event) ?? 0) + 1;
      counts.set(p.event, nth);
      if (p.as !== undefined) called.set(p.as, { event: p.event, name: names(p.event), nth, of: 1 });
    }
    for (const { of } of operandsOf(p)) walk(of);
  };
  walk(pattern);
  for (const one of called.values()) one.of = counts.get(one.event)!;
  return called;
}
