/** A pattern in words. */
import { comparedNames } from '../../ecdm/compared-names';
import type { Pattern, PatternAggregate, PatternGroup, PatternNo, PatternTimes } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { operandsOf } from '../../ecdm/pattern-walk';
import { durationText, listText, text, type TextParameters } from '../../ecdm/text';
import { ComparisonReader, type Called } from './comparison-reader';
import type { EmitOf } from './compile';
import { needsRuns, type Matching } from './runs/needs';
import { isCompared, isInstant, isStateful } from './stateful';

export type NameOf = (event: string) => string;

/** What of the rule around a pattern decides what the pattern means. */
export interface Meant {
  readonly emit: EmitOf;
  readonly matching: Matching;
  /** What led to a detection may be part of the next one, too. */
  readonly kept: boolean;
}

/** Nothing known of the events, and nothing chosen. */
const PLAIN: Meant = {
  emit: () => undefined,
  matching: { pairing: 'newest', by: 'station', metres: undefined },
  kept: false,
};

/** Where a part of the pattern stands. */
interface Place {
  /** The whole of it is looked at as it is, or its events follow one another: then a state counts when it begins. */
  readonly how: 'whole' | 'sequence' | 'runs';
  /** The time of the brackets around, where it holds for this one, too. */
  readonly limit: string | undefined;
  /** Behind the bracket it is read that it holds here. */
  readonly said: boolean;
  /** It must not happen: a time of its own holds instead of that around it. */
  readonly instead: boolean;
  /** Of the sequence that it is in: it holds for what must not happen. */
  readonly around: string | undefined;
  /** Nothing comes before it. */
  readonly first: boolean;
  /** Each match of it is one of the whole pattern. */
  readonly top: boolean;
}

export class PatternReader {
  private readonly comparisons: ComparisonReader;
  private readonly compared: ReadonlySet<string>;
  private readonly counted = new Set<string>();

  constructor(
    private readonly pattern: Pattern,
    private readonly names: NameOf,
    private readonly language: string | undefined,
    private readonly meant: Meant = PLAIN,
  ) {
    this.compared = comparedNames(pattern);
    this.comparisons = new ComparisonReader(calledIn(pattern, names), language);
  }

  /** All of it. */
  whole(): string {
    return this.read(this.pattern, this.start(), true);
  }

  /** All of it but the comparisons of the whole, which are said behind the place. */
  withoutWhere(): string {
    const { pattern } = this;
    return 'where' in pattern ? this.read({ ...pattern, where: undefined }, this.start(), true) : this.whole();
  }

  /** What {@link withoutWhere} leaves out: ", where …". */
  where(): string {
    const { pattern } = this;
    if (!('where' in pattern) || pattern.where === undefined) return '';
    return this.say('where', { what: '', list: this.comparisons.list(pattern.where) });
  }

  /** How what was read is counted, where people would take the count for something else: a sentence each. */
  counts(): readonly string[] {
    return [...this.counted];
  }

  time(duration: string): string {
    const ms = parseDuration(duration);
    return ms === undefined ? duration : durationText(this.language, ms);
  }

  private say(key: string, parameters?: TextParameters): string {
    return text(this.language, `rule.${key}`, parameters);
  }

  private start(): Place {
    const { pattern, meant } = this;
    const runs = needsRuns(pattern, meant.matching, (p) => this.isStateful(p));
    return {
      how: runs ? 'runs' : 'whole',
      limit: undefined,
      said: true,
      instead: false,
      around: undefined,
      first: true,
      top: true,
    };
  }

  private isStateful(p: Pattern): boolean {
    return isStateful(p, this.meant.emit);
  }

  /** @param top without brackets around it */
  private read(p: Pattern, at: Place, top = false): string {
    const { pairing } = this.meant.matching;
    switch (p.op) {
      case 'event':
        return this.say('event', { name: this.names(p.event) });
      case 'no':
        return p.for === undefined
          ? this.say('no', { what: this.unwanted(p.of, at) })
          : this.say('noFor', { what: this.unwanted(p.of, at), time: this.time(p.for) });
      case 'lasting':
        return this.say('lasting', { what: this.operand(p.of, wholeIn(at, undefined)), time: this.time(p.for) });
      case 'times':
        return this.times(p, at, top);
      case 'every':
        if (pairing === 'newest' || pairing === 'all') this.counted.add(this.say('count.every'));
        return this.say('every', { what: this.moment(p.of, { ...at, top: false }) });
      case 'aggregate':
        return this.aggregate(p);
      default:
        return this.group(p, at, top);
    }
  }

  /** What a word in front or behind is said of: brackets keep a `no` and its time apart from it, and a limit. */
  private operand(p: Pattern, at: Place): string {
    const inner = this.read(p, at);
    return p.op === 'no' || p.op === 'lasting' || p.op === 'aggregate' ? this.say('bracket', { inner }) : inner;
  }

  /** What "no" or "every" is said of: a summary is a clause of its own, which is true at some time. */
  private moment(p: Pattern, at: Place, moment: 'moment' | 'aMoment' = 'moment'): string {
    const what = this.operand(p, at);
    return p.op === 'aggregate' ? this.say(moment, { what }) : what;
  }

  /** What must not happen: the time around it may hold for it, but that is not read behind the bracket. */
  private unwanted(p: Pattern, at: Place, moment?: 'aMoment'): string {
    const limit = at.how === 'runs' ? undefined : at.how === 'sequence' ? at.around : at.limit;
    return this.moment(p, { ...wholeIn(at, limit), said: false, instead: true }, moment);
  }

  /** A step: what stands behind a limit would be read as a part of it. */
  private step(p: Pattern, at: Place): string {
    return p.op === 'aggregate' ? this.operand(p, at) : this.read(p, at);
  }

  private group(p: PatternGroup, at: Place, top: boolean): string {
    const [only] = p.of;
    if (p.of.length === 1 && only!.op !== 'no') {
      const inner = this.read(only!, inside(p, at), top);
      const whole = p.within ? this.say('within', { what: inner, time: this.time(p.within) }) : inner;
      return this.bounded(p, whole, inner, top, true);
    }
    const inner = p.op === 'then' ? this.then(p, at) : p.op === 'and' ? this.and(p, at) : this.or(p, at);
    return this.bounded(p, inner, inner, top);
  }

  /** @param plain what it is without limit */
  private bounded(p: PatternGroup | PatternTimes, inner: string, plain: string, top: boolean, single = false): string {
    let whole = inner;
    if ('where' in p && p.where !== undefined) {
      whole = this.say('where', { what: whole, list: this.comparisons.list(p.where) });
    }
    return top || (single && whole === plain) ? whole : this.say('bracket', { inner: whole });
  }

  /** A time of its own, or that of the brackets around where nobody would read that it holds here. */
  private within({ within }: PatternGroup | PatternTimes, what: string, at: Place, key = 'within'): string {
    const limit = within ?? (at.said ? undefined : at.limit);
    return limit ? this.say(key, { what, time: this.time(limit) }) : what;
  }

  private times(p: PatternTimes, at: Place, top: boolean): string {
    const limit = limitOf(p, at);
    const isSequence = at.how === 'whole' && p.max === undefined && !isInstant(p.of, this.meant.emit);
    const inner: Place = {
      ...(isSequence ? sequenceIn(at, limit) : { ...at, limit }),
      said: true,
      instead: false,
      top: false,
    };
    const what = this.operand(p.of, inner);
    const plain = this.often(p, what);
    const howCounted = this.howCounted(p, what, limit, at);
    if (howCounted !== undefined) this.counted.add(howCounted);
    return this.bounded(p, this.within(p, plain, at), plain, top);
  }

  private often({ min, max }: PatternTimes, what: string): string {
    if (max === undefined) return min === 1 ? what : this.say('times', { what, n: min });
    if (max === min) return this.say(max === 1 ? 'onceExactly' : 'timesExactly', { what, n: min });
    if (min === 0) return this.say(max === 1 ? 'onceAtMost' : 'timesAtMost', { what, n: max });
    return this.say('timesBetween', { what, n: min, m: max });
  }

  /** It is counted when it happens, and after a detection anew: nobody waits whether there will be more. */
  private howCounted(
    { min, max }: PatternTimes,
    what: string,
    limit: string | undefined,
    at: Place,
  ): string | undefined {
    if (max === undefined || max < min || !limit) return undefined;
    if (at.how !== 'whole') return this.say(min === 0 ? 'count.free' : 'count.more', { what });
    if (!at.top || this.meant.kept) return this.say('count.kept', { what, time: this.time(limit) });
    return min > 1 ? this.say('count.anew', { what, n: min }) : this.say('count.each', { what });
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

  private or(p: PatternGroup, at: Place): string {
    const list = this.either(p.of.map((item) => this.operand(item, inside(p, at))));
    return p.within ? this.say('within', { what: list, time: this.time(p.within) }) : list;
  }

  private either(items: readonly string[]): string {
    return items.reduce((a, b) => this.say('or', { a, b }));
  }

  private and(p: PatternGroup, at: Place): string {
    const isState = this.isStateful(p);
    const isWhole = at.how === 'whole' || (isState && !(at.how === 'runs' && isCompared(p, this.compared)));
    // states overlap; the limit of a bracket further out says nothing about the gap between them
    const limit = isWhole && isState ? p.within || undefined : limitOf(p, at);
    const inner: Place = {
      ...(isWhole ? wholeIn(at, limit) : { ...at, limit, instead: false, top: false }),
      said: at.said,
    };
    const must = p.of.filter((item) => !isBefore(item));
    const mustNot = p.of.flatMap((item) => (isBefore(item) ? [this.unwanted(item.of, inner)] : []));
    if (must.length === 0) return this.say('no', { what: this.either(mustNot) });
    const list = this.met(p, must, inner, isWhole);
    return mustNot.length === 0 ? list : this.absent(p, list, this.either(mustNot), inner, isWhole);
  }

  /** What must happen, and how far it may lie apart. */
  private met(p: PatternGroup, must: readonly Pattern[], inner: Place, isWhole: boolean): string {
    const { limit } = inner;
    const place = { ...inner, said: limit !== undefined };
    const list = listText(this.language, must.map((item) => this.operand(item, place))); // prettier-ignore
    if (must.length === 1) return this.isShortAlone(must[0]!, limit) ? list : this.within(p, list, inner);
    if (limit === undefined) return this.say('together', { list });
    if (isWhole && must.some((item) => this.isStateful(item))) {
      const takesTime = must.some((item) => !isInstant(item, this.meant.emit));
      return this.say(takesTime ? 'apartFrom' : 'apart', { list, time: this.time(limit) });
    }
    return this.within(p, this.say('anyOrder', { list }), inner);
  }

  /** The time around it says nothing of it: it is over at once, or has a shorter one of its own. */
  private isShortAlone(p: Pattern, limit: string | undefined): boolean {
    if (isInstant(p, this.meant.emit)) return true;
    return 'within' in p && p.within !== undefined && shorter(p.within, limit) === p.within;
  }

  /** What must not have happened: how far back that is looked for. */
  private absent(p: PatternGroup, list: string, no: string, { limit, first }: Place, isWhole: boolean): string {
    const back = p.within ?? (isWhole || first ? limit : undefined);
    if (back !== undefined && back !== '') return this.say('withoutBefore', { list, no, time: this.time(back) });
    return this.say(limit === undefined ? 'without' : 'withoutSince', { list, no });
  }

  private then(p: PatternGroup, at: Place): string {
    const isStep = (of: Pattern): boolean => of.op !== 'no' && isInstant(of, this.meant.emit);
    const isShort = p.of.length === 2 && p.of.every((item) => isStep(item.op === 'every' ? item.of : item));
    // nothing says when a silence began that comes first
    const key = p.of[0]!.op === 'no' ? 'eventsWithin' : isShort ? 'within' : 'allWithin';
    return this.within(p, this.steps(p, at), at, key);
  }

  private steps(p: PatternGroup, at: Place): string {
    const limit = limitOf(p, at);
    // one step and a silence behind it: the step is looked at as a whole
    const isSequence = p.of.filter(({ op }) => op !== 'no').length > 1;
    let inner: Place = {
      ...(isSequence ? sequenceIn(at, limit) : { ...at, limit }),
      said: true,
      instead: false,
      top: false,
    };
    let sentence = '';
    let no: Pattern[] = [];
    const either = (moment?: 'aMoment'): string => this.either(no.map((one) => this.unwanted(one, inner, moment)));
    /** What must not happen, but nothing follows that it could be before. */
    const never = (): void => {
      if (no.length > 0) sentence = this.say('thenNever', { a: sentence, no: either() });
      no = [];
    };
    p.of.forEach((item, i) => {
      if (i === 0) sentence = this.say('first', { a: this.step(item, inner) });
      else if (isBefore(item)) no.push(item.of);
      else if (item.op === 'no') {
        never();
        // behind the last step nothing of the time around holds
        const place = { ...inner, limit: undefined, around: undefined };
        sentence = this.say('thenNo', {
          a: sentence,
          no: this.unwanted(item.of, place),
          time: this.time(item.for!),
        });
      } else {
        const b = this.step(item, inner);
        sentence =
          no.length === 0
            ? this.say('then', { a: sentence, b })
            : this.say('thenWithout', { a: sentence, b, no: either('aMoment') });
        no = [];
      }
      inner = { ...inner, first: false };
    });
    never();
    return sentence;
  }
}

/** Inside of what is looked at as a whole. */
function wholeIn(at: Place, limit: string | undefined): Place {
  return { ...at, how: 'whole', limit, around: undefined, instead: false, top: false };
}

/** Inside of a bracket that adds nothing but its limit. */
function inside(p: PatternGroup, at: Place): Place {
  const instead = at.instead && !p.within && p.op !== 'and';
  return { ...at, limit: limitOf(p, at), said: at.said || Boolean(p.within), instead };
}

function sequenceIn(at: Place, limit: string | undefined): Place {
  if (at.how !== 'whole') return { ...at, limit };
  return { ...at, how: 'sequence', limit, around: limit, first: true };
}

/** The time that holds in a bracket. */
function limitOf({ within }: PatternGroup | PatternTimes, { limit, instead }: Place): string | undefined {
  return instead && within ? within : shorter(within, limit);
}

/** Of two limits the one that decides. */
function shorter(own: string | undefined, outer: string | undefined): string | undefined {
  if (!own) return outer;
  if (outer === undefined) return own;
  return (parseDuration(outer) ?? Infinity) < (parseDuration(own) ?? Infinity) ? outer : own;
}

/** What must not have happened before, for no time of its own. */
const isBefore = (p: Pattern): p is PatternNo & { for?: undefined } => p.op === 'no' && p.for === undefined;

/** What events are called in comparisons, each with its place among the events of the same name. */
function calledIn(pattern: Pattern, names: NameOf): ReadonlyMap<string, Called> {
  const counts = new Map<string, number>();
  const called = new Map<string, Called>();
  const walk = (p: Pattern, counted: boolean): void => {
    if (p.op === 'event') {
      const nth = (counts.get(p.event) ?? 0) + 1;
      counts.set(p.event, nth);
      if (p.as !== undefined) {
        const one = called.get(p.as) ?? { places: [], counted };
        called.set(p.as, one);
        one.places.push({ event: p.event, name: names(p.event), nth, of: 1 });
      }
    }
    for (const { of } of operandsOf(p)) walk(of, counted || (p.op === 'times' && p.max !== 1));
  };
  walk(pattern, false);
  for (const { places } of called.values()) for (const place of places) place.of = counts.get(place.event)!;
  return called;
}
