/** From the written pattern to operators, and the refusal of what has no meaning or no bound. */
import { comparedNames, textOf } from '../../ecdm/compared-names';
import type { Pattern, PatternAggregate, PatternGroup, PatternTimes, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { AggregateOperator, LONGEST_WINDOW, MOST_SAMPLES, NOT_OF_EVENTS } from './aggregate';
import { eventsOf } from '../../ecdm/pattern-walk';
import { SequenceOperator } from './automaton';
import { DefinitionError } from './errors';
import { EventOperator } from './event-operator';
import { AndOperator, OrOperator, type Operator } from './operators';
import { freshState, type Plan } from './plan';
import { buildProgram } from './runs/build';
import { needsRuns, type Matching } from './runs/needs';
import { MOST_RUNS, RunsOperator } from './runs/operator';
import { SequenceBuilder } from './sequence-builder';
import { Layout } from './state';
import { isCompared, isStateful } from './stateful';
import { CountOperator, LastingOperator, SilenceOperator, ThenSilenceOperator } from './timed';

/** What is known of an event definition: whether it tells of a state (begin and end) or of instants. */
export type EmitOf = (event: string) => 'state' | 'point' | undefined;

/**
 * What a rule can know of its events: whether a state of another place goes on is not known at a key, so that around places
 * it counts that it began.
 */
export function emitsBy(by: StatusDefinition['per']['by'], emitOf: EmitOf): EmitOf {
  return by === 'near' ? () => 'point' : emitOf;
}

/** Longest sequence of words that is looked into. */
const DEEPEST = 12;

/** What becomes of the events that led to a detection without duration: they are used up, or may be used again. */
export type AfterDetection = NonNullable<StatusDefinition['afterDetection']>;

/** @throws DefinitionError where the pattern has no meaning or no bound */
export function compilePattern(
  pattern: Pattern,
  emitOf: EmitOf,
  path = 'when',
  after: AfterDetection = 'fresh',
  matching: Matching = PLAIN,
): Plan {
  return new Compiler(emitsBy(matching.by, emitOf), matching).compile(pattern, path, after);
}

const PLAIN: Matching = { pairing: 'newest', by: 'station', metres: undefined };

/** Makes an operator of one of several that are as good. */
type Branch = (item: Pattern, path: string, depth: number) => Operator;

class Compiler {
  private readonly layout = new Layout();
  private readonly operators: Operator[] = [];
  private readonly byEvent = new Map<string, EventOperator>();
  private readonly wanted = new Set<string>();
  private readonly consumable: Operator[] = [];
  private monotone = true;
  private longest = 0;
  /** Names of events with which something is compared. */
  private compared: ReadonlySet<string> = new Set();

  constructor(
    private readonly emitOf: EmitOf,
    private readonly matching: Matching,
  ) {}

  compile(pattern: Pattern, path: string, after: AfterDetection): Plan {
    this.compared = comparedNames(pattern);
    const runs = needsRuns(pattern, this.matching, (p) => this.isStateful(p)) ? this.runs(pattern, path) : undefined;
    const top = runs ?? this.build(pattern, undefined, path, 0);
    const { ofPoints } = top;
    return {
      layout: this.layout,
      fresh: freshState(this.layout, this.operators),
      operators: this.operators,
      events: [...this.byEvent.values()],
      timed: this.operators.filter((operator) => operator.timed),
      consumable: after === 'fresh' ? this.consumable : [],
      top,
      byEvent: this.byEvent,
      wanted: this.wanted,
      monotone: this.monotone,
      within: this.longest,
      ofPoints,
      names: [...this.byEvent.keys()],
      symbols: ofPoints === undefined ? [] : [...this.byEvent.values()].map((operator) => ofPoints.symbolOf(operator)),
      uses: runs === undefined ? 'automaton' : 'runs',
      runs,
    };
  }

  private runs(pattern: Pattern, path: string): RunsOperator {
    const { matching } = this;
    const symbols: Operator[] = [];
    const program = buildProgram(pattern, path, matching, {
      compared: this.compared,
      symbol: (item, at, wanted) => {
        this.occurrences(item);
        const operator = this.build(item, undefined, at, 1, wanted);
        const index = symbols.indexOf(operator);
        return index < 0 ? symbols.push(operator) - 1 : index;
      },
      isSymbol: (item) =>
        item.op === 'event' ||
        item.op === 'lasting' ||
        item.op === 'aggregate' ||
        (item.op === 'and' && this.isWhole(item)),
      time: (text, at) => this.time(text, at),
    });
    if (program.limit < Infinity) this.longest = program.limit;
    // the first fitting event may still come; what must not happen, too
    if (!program.any || program.forbidden.length > 0) this.monotone = false;
    return this.add(new RunsOperator(this.layout, symbols, program, { pairing: matching.pairing, most: MOST_RUNS }));
  }

  /** States that overlap are one thing, unless something of them is compared. */
  private isWhole(p: Pattern): boolean {
    return this.isStateful(p) && !isCompared(p, this.compared);
  }

  private add<O extends Operator>(operator: O, wanted = true): O {
    this.operators.push(operator);
    // what must not happen is no part of a detection
    if (wanted && operator.consumable) this.consumable.push(operator);
    return operator;
  }

  private event(id: string, wanted: boolean): EventOperator {
    if (wanted) this.wanted.add(id);
    let operator = this.byEvent.get(id);
    if (operator === undefined) {
      operator = this.add(new EventOperator(this.layout, id, this.emitOf(id) === 'point'));
      this.byEvent.set(id, operator);
    }
    return operator;
  }

  private time(text: string | undefined, path: string): number | undefined {
    if (text === undefined || text === '') return undefined;
    const ms = parseDuration(text);
    if (ms === undefined) {
      throw new DefinitionError(path, 'duration', { value: text });
    }
    return ms;
  }

  /** The limit that holds for a bracket: its own, or that of the bracket around it. */
  private limit(p: PatternGroup | PatternTimes, outer: number | undefined, path: string): number | undefined {
    const own = this.time(p.within, `${path}.within`);
    const limit = own === undefined ? outer : outer === undefined ? own : Math.min(own, outer);
    if (limit !== undefined && limit > this.longest) this.longest = limit;
    return limit;
  }

  private build(p: Pattern, outer: number | undefined, path: string, depth: number, wanted = true): Operator {
    if (depth > DEEPEST) {
      throw new DefinitionError(path, 'depth', { n: DEEPEST });
    }
    switch (p.op) {
      case 'event':
        return this.event(p.event, wanted);
      case 'or':
        return this.or(p, outer, path, depth, wanted);
      case 'and':
        return this.and(p, outer, path, depth, wanted);
      case 'then':
        return this.then(p, outer, path, depth, wanted);
      case 'times':
        return this.times(p, outer, path, depth, wanted);
      case 'lasting':
        return this.lasting(p.of, this.time(p.for, `${path}.for`)!, path, depth, wanted);
      case 'no': {
        const length = this.time(p.for, `${path}.for`);
        if (length === undefined || length === 0) {
          throw new DefinitionError(path, 'noAlone');
        }
        this.monotone = false;
        const operand = this.unwanted(p.of, outer, `${path}.of`, depth + 1);
        return this.add(new SilenceOperator(this.layout, operand, length, eventsOf(p.of)));
      }
      case 'aggregate':
        return this.aggregate(p, path, wanted);
      case 'every':
        throw new DefinitionError(path, 'guard');
    }
  }

  /**
   * What must not happen is no part of the match: the limit around it says nothing of a bracket that has its own, and such
   * a one nothing of how long a match may take.
   */
  private unwanted(p: Pattern, around: number | undefined, path: string, depth: number): Operator {
    if (p.op === 'then' && p.of.length === 1 && !p.within)
      return this.unwanted(p.of[0]!, around, `${path}.of[0]`, depth + 1);
    const { longest } = this;
    const branch: Branch = (item, at, deep) => this.unwanted(item, around, at, deep);
    const operator =
      p.op === 'or' && !p.within
        ? this.anyOf(p, path, depth, false, branch)
        : this.build(p, 'within' in p && p.within ? undefined : around, path, depth, false);
    this.longest = longest;
    return operator;
  }

  private or(p: PatternGroup, outer: number | undefined, path: string, depth: number, wanted: boolean): Operator {
    const limit = this.limit(p, outer, path);
    return this.anyOf(p, path, depth, wanted, (item, at, deep) => this.build(item, limit, at, deep, wanted));
  }

  private anyOf(p: PatternGroup, path: string, depth: number, wanted: boolean, build: Branch): Operator {
    const operands = new Map<string, Operator>();
    this.branches(p, path, depth, operands, build);
    const within = this.time(p.within, `${path}.within`) ?? Infinity;
    const [first] = operands.values();
    // what takes time by points is limited already
    if (operands.size === 1 && (within === Infinity || this.isPoint(p))) return first!;
    return this.add(new OrOperator(this.layout, [...operands.values()], within), wanted);
  }

  /** "a or a" is a, also where one of them stands in a bracket of its own: what occurs once is counted once. */
  private branches(
    { of }: PatternGroup,
    path: string,
    depth: number,
    into: Map<string, Operator>,
    build: Branch,
  ): void {
    of.forEach((item, i) => {
      const at = `${path}.of[${i}]`;
      if (item.op === 'no' && item.for === undefined) throw new DefinitionError(at, 'orNo');
      const text = textOf(item, this.compared);
      // of what is over in an instant it says nothing within what time it must be over
      const isOpen = item.op === 'or' && (!item.within || isInstant(item));
      if (isOpen && depth < DEEPEST) this.branches(item, at, depth + 1, into, build);
      else if (!into.has(text)) into.set(text, build(item, at, depth + 1));
    });
  }

  private and(p: PatternGroup, outer: number | undefined, path: string, depth: number, wanted: boolean): Operator {
    // states overlap; the limit of a bracket further out says nothing about the gap between them
    const limit = this.limit(p, this.isStateful(p) ? undefined : outer, path);
    const must: Operator[] = [];
    const mustNot: Operator[] = [];
    p.of.forEach((item, i) => {
      const at = `${path}.of[${i}]`;
      const before = item.op === 'no' && item.for === undefined;
      if (limit === undefined && this.isPoint(before ? item.of : item)) {
        throw new DefinitionError(at, before ? 'noBefore' : 'points');
      }
      if (before) {
        this.checkContrary(p, item.of, limit, at);
        this.monotone = false;
        mustNot.push(this.unwanted(item.of, limit, `${at}.of`, depth + 1));
      } else must.push(this.build(item, limit, at, depth + 1, wanted));
    });
    if (must.length === 0) {
      throw new DefinitionError(path, 'nothing');
    }
    if (must.length === 1 && mustNot.length === 0) return must[0]!;
    // whether states overlap depends on their ends, which may still come
    if (must.length > 1 && p.of.some((item) => this.isStateful(item))) this.monotone = false;
    const back = this.time(p.within, `${path}.within`) ?? limit ?? 0;
    return this.add(new AndOperator(this.layout, must, mustNot, limit ?? 0, back), wanted);
  }

  /** What must happen and must not happen in the same time never is both. */
  private checkContrary({ of }: PatternGroup, unwanted: Pattern, limit: number | undefined, path: string): void {
    const text = textOf(unwanted, this.compared);
    // a state that was over at the one end of the time is not there any more, but still counts
    const isContrary = limit === undefined || this.isPoint(unwanted);
    if (isContrary && of.some((item) => textOf(item, this.compared) === text))
      throw new DefinitionError(path, 'contrary');
  }

  private times(p: PatternTimes, outer: number | undefined, path: string, depth: number, wanted: boolean): Operator {
    const limit = this.limit(p, outer, path);
    this.checkTimes(p, limit, path);
    if (p.max !== undefined) this.monotone = false;
    if (p.min === 1 && p.max === undefined) return this.build(p.of, limit, `${path}.of`, depth + 1, wanted);
    if (this.isSimple(p.of) || p.max !== undefined) {
      this.occurrences(p.of);
      const operand = this.build(p.of, limit, `${path}.of`, depth + 1, wanted);
      // it is looked at when one occurs: "0 to 3 times" is "1 to 3 times"
      return this.add(new CountOperator(this.layout, operand, Math.max(1, p.min), p.max, limit!), wanted);
    }
    return this.sequence(p, limit!, path, depth, wanted);
  }

  private checkTimes(p: PatternTimes, limit: number | undefined, path: string): void {
    if (p.max !== undefined && p.max < p.min) {
      throw new DefinitionError(`${path}.max`, 'max');
    }
    if (p.min === 0 && p.max === undefined) {
      throw new DefinitionError(`${path}.min`, 'always');
    }
    if (limit === undefined && (p.min > 1 || p.max !== undefined)) {
      throw new DefinitionError(path, 'times');
    }
    if (p.of.op === 'no') {
      throw new DefinitionError(`${path}.of`, 'noTimes');
    }
  }

  private aggregate(p: PatternAggregate, path: string, wanted: boolean): Operator {
    const { method, percentile, minSamples = 1, compare, value } = p;
    const over = this.time(p.over, `${path}.over`) ?? 0;
    if (NOT_OF_EVENTS.has(method)) throw new DefinitionError(`${path}.method`, 'aggregateMethod');
    if (over <= 0 || over > LONGEST_WINDOW) throw new DefinitionError(`${path}.over`, 'aggregateOver', { n: 30 });
    if (minSamples > MOST_SAMPLES)
      throw new DefinitionError(`${path}.minSamples`, 'aggregateSamples', { n: MOST_SAMPLES });
    if (method === 'percentile' && percentile === undefined) {
      throw new DefinitionError(`${path}.percentile`, 'aggregatePercentile');
    }
    if (isTooFew(p)) throw new DefinitionError(`${path}.value`, 'aggregateFew');
    this.monotone = false;
    const options = { method, over, compare, value, percentile, minSamples };
    return this.add(new AggregateOperator(this.layout, this.event(p.event, wanted), options), wanted);
  }

  private lasting(of: Pattern, length: number, path: string, depth: number, wanted: boolean): Operator {
    if (!this.isStateful(of)) {
      throw new DefinitionError(path, 'lasting');
    }
    this.monotone = false;
    return this.add(
      new LastingOperator(this.layout, this.build(of, undefined, `${path}.of`, depth + 1, wanted), length),
    );
  }

  private then(p: PatternGroup, outer: number | undefined, path: string, depth: number, wanted: boolean): Operator {
    const limit = this.limit(p, outer, path);
    const last = p.of.at(-1)!;
    if (p.of.length > 1 && last.op === 'no') {
      const length = this.time(last.for, `${path}.of[${p.of.length - 1}].for`);
      if (!length) {
        throw new DefinitionError(`${path}.of[${p.of.length - 1}]`, 'noLast');
      }
      if (limit !== undefined && length > limit) {
        throw new DefinitionError(path, 'noLong');
      }
      this.monotone = false;
      const steps = p.of.slice(0, -1);
      const first =
        steps.length === 1
          ? this.build(steps[0]!, limit, `${path}.of[0]`, depth + 1, wanted)
          : this.then({ ...p, of: steps }, outer, path, depth + 1, wanted);
      this.occurrences(steps[0]!);
      const unwanted = this.unwanted(last.of, undefined, `${path}.of[${p.of.length - 1}].of`, depth + 1);
      const events = eventsOf(last.of);
      return this.add(new ThenSilenceOperator(this.layout, first, unwanted, length, limit ?? Infinity, events), wanted);
    }
    if (p.of.length === 1) return this.build(p.of[0]!, limit, `${path}.of[0]`, depth + 1, wanted);
    if (limit === undefined) {
      throw new DefinitionError(path, 'then');
    }
    return this.sequence(p, limit, path, depth, wanted);
  }

  private sequence(
    p: PatternGroup | PatternTimes,
    limit: number,
    path: string,
    depth: number,
    wanted: boolean,
  ): Operator {
    const symbols: Operator[] = [];
    const builder = new SequenceBuilder((item, at, want) => {
      const operator = want ? this.build(item, limit, at, depth + 1) : this.unwanted(item, limit, at, depth + 1);
      let index = symbols.indexOf(operator);
      if (index < 0) index = symbols.push(operator) - 1;
      if (index > 29) throw new DefinitionError(path, 'symbols');
      return index;
    });
    const isSymbol = (item: Pattern): boolean =>
      item.op === 'event' ||
      item.op === 'lasting' ||
      item.op === 'aggregate' ||
      (item.op === 'and' && this.isStateful(item));
    const times = (item: PatternTimes, at: string): void => {
      this.checkTimes(item, this.limit(item, limit, at), at);
    };
    const remaining = builder.build(p, path, {
      isSymbol: (item) => {
        if (isSymbol(item)) this.occurrences(item);
        return isSymbol(item);
      },
      time: (text, at) => this.time(text, at),
      times,
      guard: () => (this.monotone = false),
      wanted,
    });
    return this.add(new SequenceOperator(this.layout, symbols, remaining, limit), wanted);
  }

  /** Occurrences of a state (its begins) can be undone by an earlier begin that comes later: those wait. */
  private occurrences(p: Pattern): void {
    if (this.isStateful(p)) this.monotone = false;
  }

  /** Known to have no duration. */
  private isPoint(p: Pattern): boolean {
    return !this.isStateful(p);
  }

  /** May have a duration. */
  private isStateful(p: Pattern): boolean {
    return isStateful(p, this.emitOf);
  }

  /** Its occurrences are instants: nothing to be kept of how long a match took. */
  private isSimple(p: Pattern): boolean {
    if (p.op === 'event' || p.op === 'lasting' || p.op === 'aggregate') return true;
    if (p.op === 'or') return p.of.every((item) => this.isSimple(item));
    return p.op === 'and' && this.isStateful(p);
  }
}

/** It counts, but is to be true below what must be there before it is anything. */
function isTooFew({ method, minSamples = 1, compare, value }: PatternAggregate): boolean {
  if (method !== 'count' && method !== 'distinct count') return false;
  const least = method === 'count' ? Math.max(1, minSamples) : 1;
  return compare === '<' ? value <= least : compare === '<=' && value < least;
}

/** No time can be too short for it. */
function isInstant(p: Pattern): boolean {
  if (p.op === 'or') return p.of.every(isInstant);
  return p.op === 'event' || p.op === 'lasting' || p.op === 'aggregate';
}
