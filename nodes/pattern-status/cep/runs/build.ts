/** From the written pattern to the steps of a run list, and the refusal of what has no meaning or no bound. */
import { comparedAs, textOf } from '../../../ecdm/compared-names';
import type { Comparison, EventTerm, Pattern, PatternGroup, PatternNo, PatternTimes } from '../../../ecdm/definition';
import { eventsOf } from '../../../ecdm/pattern-walk';
import { DefinitionError } from '../errors';
import type { Matching } from './needs';
import { begin, isEnough } from './active';
import { stepsOf } from './box';
import {
  branchesBeside,
  hasBrackets,
  isSimple,
  type Check,
  type EveryStep,
  type Guard,
  type Program,
  type Step,
  type Term,
} from './step';
import { hasTooManyWays, MOST_WAYS } from './ways';

/** What the compiler of the whole rule does for a step. */
export interface StepContext {
  /** Names of events with which something is compared. */
  readonly compared: ReadonlySet<string>;
  /** Number of an operand that occurs. */
  symbol(p: Pattern, path: string, wanted: boolean): number;
  /** It is compiled as a whole: an event, a state. */
  isSymbol(p: Pattern): boolean;
  time(text: string | undefined, path: string): number | undefined;
}

/** Greatest count, and most steps, of which all combinations are looked for. */
const ALL_COUNT = 10;
const ALL_STEPS = 6;
const MOST_REPEATS = 1000;

interface Place {
  readonly path: string;
  /** Limit of the brackets around. */
  readonly limit: number | undefined;
  readonly first: boolean;
  /** Comparisons of the brackets around. */
  readonly where: readonly Written[];
  readonly counted: boolean;
  /** An `every` may stand here. */
  readonly step: boolean;
}

interface Written {
  readonly comparison: Comparison;
  readonly check: Check;
}

/** @throws DefinitionError */
export function buildProgram(pattern: Pattern, path: string, matching: Matching, context: StepContext): Program {
  return new Builder(matching, context).program(pattern, path);
}

class Builder {
  private ids = 0;
  private readonly aliases: string[] = [];
  private readonly guardAliases = new Set<string>();
  private readonly lookBack: Guard[] = [];
  private back = 0;
  private readonly forbidden = new Set<number>();
  private nested = false;
  private optional = false;
  private leaves = 0;
  private readonly any: boolean;

  constructor(
    private readonly matching: Matching,
    private readonly context: StepContext,
  ) {
    this.any = matching.pairing === 'newest' || matching.pairing === 'all';
  }

  program(pattern: Pattern, path: string): Program {
    this.name(pattern, false);
    const { by, metres } = this.matching;
    if (by === 'near' && metres === undefined) throw new DefinitionError('per.metres', 'metres');
    const inner = this.build(pattern, { path, limit: undefined, first: true, where: [], counted: false, step: true });
    if (isEnough(begin(inner, 0, 0, undefined))) throw new DefinitionError(path, 'timesZero');
    const limit = inner.t === 'within' ? inner.ms : Infinity;
    let opener: EveryStep | undefined;
    let root = inner;
    if (!this.any) {
      root = this.open(inner, (step) => (opener = step));
      this.nested = true;
    }
    if (this.matching.pairing === 'all' && this.leaves > ALL_STEPS) {
      throw new DefinitionError(path, 'allSteps', { n: ALL_STEPS });
    }
    return {
      root,
      steps: stepsOf(root),
      aliases: this.aliases,
      any: this.any,
      opener,
      lookBack: this.lookBack,
      back: this.back,
      forbidden: [...this.forbidden],
      beside: branchesBeside(root),
      limit,
      nested: this.nested,
      optional: this.optional,
      apart: !this.any && hasBrackets(root),
      metres: this.matching.by === 'near' ? this.matching.metres : undefined,
    };
  }

  /** Every occurrence of the first step opens a run. */
  private open(step: Step, found: (every: EveryStep) => void): Step {
    if (step.t === 'within') return { ...step, of: this.open(step.of, found) };
    if (step.t === 'then') return { ...step, items: [this.open(step.items[0]!, found), ...step.items.slice(1)] };
    const every: EveryStep = step.t === 'every' ? step : { t: 'every', id: this.ids++, first: true, of: step };
    found(every);
    return every;
  }

  // ---- names

  private name(p: Pattern, unwanted: boolean): void {
    if (p.op === 'event') {
      if (p.as === undefined) return;
      if (!this.aliases.includes(p.as)) this.aliases.push(p.as);
      if (unwanted) this.guardAliases.add(p.as);
    } else if (p.op !== 'aggregate') {
      const of = Array.isArray(p.of) ? p.of : [p.of];
      for (const item of of) this.name(item, unwanted || p.op === 'no');
    }
  }

  private written(p: PatternGroup, place: Place): readonly Written[] {
    if (p.where === undefined) return place.where;
    const own = p.where.map((comparison, i): Written => {
      const at = `${place.path}.where[${i}]`;
      const left = this.term(comparison.left, `${at}.left`);
      const right = 'value' in comparison.right ? comparison.right : this.term(comparison.right, `${at}.right`);
      const names = [comparison.left.of, ...('value' in comparison.right ? [] : [comparison.right.of])];
      if (new Set(names.filter((name) => this.guardAliases.has(name))).size > 1)
        throw new DefinitionError(at, 'whereNo');
      return { comparison, check: { op: comparison.op, left, right } };
    });
    return [...place.where, ...own];
  }

  private term(term: EventTerm, path: string): Term {
    const alias = this.aliases.indexOf(term.of);
    if (alias < 0) throw new DefinitionError(path, 'whereName', { name: term.of });
    const [field, ...rest] = (term.field ?? 'value').split('.');
    return { alias, field: field as Term['field'], path: rest, times: term.times, plus: term.plus };
  }

  /** The comparisons that an event of this name takes part in; those about what must not happen are that one's. */
  private checksOf(alias: string | undefined, where: readonly Written[], guard: boolean): readonly Check[] {
    if (alias === undefined) return [];
    return where
      .filter(({ comparison: { left, right } }) => {
        const names = 'value' in right ? [left.of] : [left.of, right.of];
        return names.includes(alias) && (guard || !names.some((name) => this.guardAliases.has(name)));
      })
      .map(({ check }) => check);
  }

  // ---- steps

  private build(p: Pattern, place: Place): Step {
    if (this.context.isSymbol(p)) return this.event([p], place);
    switch (p.op) {
      case 'then':
      case 'and':
      case 'or':
        return this.group(p, place);
      case 'times':
        return this.times(p, place);
      case 'every':
        return this.every(p.of, place);
      case 'no':
        return this.silence(p, place);
      default:
        throw new DefinitionError(place.path, 'guard');
    }
  }

  private event(of: readonly Pattern[], { path, first, where, counted }: Place): Step {
    this.leaves++;
    const symbols = of.map((p) => this.context.symbol(p, path, true));
    const aliases = of.map((p) => (p.op === 'event' && p.as !== undefined ? this.aliases.indexOf(p.as) : -1));
    // what is compared has one name, whichever of them comes
    const as = of[0]!.op === 'event' ? of[0]!.as : undefined;
    const checks = this.checksOf(as, where, false);
    return { t: 'event', id: this.ids++, first, symbols, alias: aliases[0]!, aliases, checks, counted };
  }

  private group(p: PatternGroup, outer: Place): Step {
    const { path } = outer;
    const own = this.context.time(p.within, `${path}.within`);
    const limit = own === undefined ? outer.limit : outer.limit === undefined ? own : Math.min(own, outer.limit);
    const place: Place = { ...outer, limit, where: this.written(p, outer), step: p.op === 'then' && outer.step };
    let made: Step;
    if (p.op === 'then') made = this.then(p, place);
    else if (p.op === 'and') made = this.and(p, place, own);
    else made = this.or(p, place);
    return this.bracket(made, own, outer);
  }

  private bracket(of: Step, ms: number | undefined, outer: Place): Step {
    if (ms === undefined) return of;
    if (outer.limit !== undefined) {
      // no time is too short for one event
      if (isSimple(of)) return of;
      this.nested = true;
    }
    return { t: 'within', id: this.ids++, first: outer.first, of, ms };
  }

  private then(p: PatternGroup, place: Place): Step {
    const { path, limit } = place;
    if (p.of.length > 1 && limit === undefined && !endsBySilence(p.of)) throw new DefinitionError(path, 'then');
    const items: Step[] = [];
    const guards: (readonly Guard[])[] = [];
    let guard: Guard[] = [];
    let first = place.first;
    p.of.forEach((item, i) => {
      const at = { ...place, path: `${path}.of[${i}]`, first };
      if (item.op === 'no' && item.for === undefined) {
        if (i === p.of.length - 1) throw new DefinitionError(at.path, 'noLast');
        if (items.length === 0) throw new DefinitionError(at.path, 'guard');
        guard.push(...this.guards(item, at, false));
        return;
      }
      items.push(this.build(item, at));
      guards.push(guard);
      guard = [];
      // a silence has no event: what follows is still the beginning of nothing
      first = false;
    });
    return items.length === 1 && guards[0]!.length === 0
      ? items[0]!
      : { t: 'then', id: this.ids++, first: place.first, items, guards };
  }

  private and(p: PatternGroup, place: Place, own: number | undefined): Step {
    const { path, limit, first } = place;
    // a time of its own says how far back; at the beginning there is nothing else from which to count
    const back = own ?? (first ? limit : undefined);
    const items: Step[] = [];
    const forbids: Guard[] = [];
    p.of.forEach((item, i) => {
      const at = { ...place, path: `${path}.of[${i}]`, step: false };
      if (item.op === 'no' && item.for === undefined) {
        if (limit === undefined) throw new DefinitionError(at.path, 'noBefore');
        forbids.push(...this.guards(item, at, back !== undefined));
        this.back = Math.max(this.back, back ?? 0);
      } else items.push(this.build(item, at));
    });
    if (items.length === 0) throw new DefinitionError(path, 'nothing');
    if (items.length > 1 && limit === undefined) throw new DefinitionError(path, 'begins');
    if (items.length === 1 && forbids.length === 0) return items[0]!;
    if (this.any && hasTooManyWays(items)) throw new DefinitionError(path, 'ways', { n: MOST_WAYS });
    return { t: 'and', id: this.ids++, first, items, forbids, back };
  }

  private or(p: PatternGroup, place: Place): Step {
    const { path, first } = place;
    const { compared } = this.context;
    const as = comparedAs(p.of[0], compared);
    const branches = this.branches(p);
    const single = branches.every(([item]) => item.op === 'event' && comparedAs(item, compared) === as);
    if (single) {
      const events = branches.map(([item]) => item);
      return this.event(events, place);
    }
    const items = branches.map(([item, i]) => {
      const at = { ...place, path: `${path}.of[${i}]`, step: false };
      if (item.op === 'no' && item.for === undefined) throw new DefinitionError(at.path, 'orNo');
      return this.build(item, at);
    });
    if (items.length === 1) return items[0]!;
    this.optional = true;
    return { t: 'or', id: this.ids++, first, items };
  }

  /** "a or a" is a, whatever each of them is called; with the place of each. */
  private branches({ of }: PatternGroup): [Pattern, number][] {
    const found = new Map<string, [Pattern, number]>();
    of.forEach((item, i) => {
      const text = textOf(item, this.context.compared);
      if (!found.has(text)) found.set(text, [item, i]);
    });
    return [...found.values()];
  }

  private times(p: PatternTimes, outer: Place): Step {
    const { path } = outer;
    const own = this.context.time(p.within, `${path}.within`);
    const limit = own ?? outer.limit;
    if (p.max !== undefined && p.max < p.min) throw new DefinitionError(`${path}.max`, 'max');
    if (p.of.op === 'no') throw new DefinitionError(`${path}.of`, 'noTimes');
    if (limit === undefined && (p.min > 1 || p.max !== undefined)) throw new DefinitionError(path, 'times');
    if (this.matching.pairing === 'all' && Math.max(p.min, p.max ?? 0) > ALL_COUNT) {
      throw new DefinitionError(path, 'allCount', { n: ALL_COUNT });
    }
    const of = this.build(p.of, {
      ...outer,
      path: `${path}.of`,
      limit,
      counted: outer.counted || p.max !== 1,
      step: false,
    });
    if (!isSimple(of) && p.min > 64) throw new DefinitionError(`${path}.min`, 'copies');
    if (p.min === 0) this.optional = true;
    return this.bracket(this.counted(of, p, outer), own, outer);
  }

  /**
   * All combinations contain those with as few as are needed; a count in a count takes no more than these either. Nor do
   * brackets where the first fitting event is taken: one more that has begun may never be complete.
   */
  private counted(of: Step, { min, max }: PatternTimes, { first, counted }: Place): Step {
    const least = Math.max(1, min);
    const isFew = counted || !(this.any || isSimple(of));
    const most = isFew ? least : (max ?? (this.any ? least : MOST_REPEATS));
    return min === 1 && most === 1 ? of : { t: 'times', id: this.ids++, first, of, min, max: most };
  }

  private every(of: Pattern, place: Place): Step {
    if (!place.step) throw new DefinitionError(place.path, 'everyPlace');
    const inner = this.build(of, { ...place, path: `${place.path}.of` });
    // where every way is followed anyway, it says nothing new, nor where it begins with another one
    if (this.any || beginsWithEvery(inner)) return inner;
    this.nested = true;
    return { t: 'every', id: this.ids++, first: place.first, of: inner };
  }

  private silence(p: PatternNo, place: Place): Step {
    const ms = this.context.time(p.for, `${place.path}.for`);
    if (ms === undefined || ms === 0) throw new DefinitionError(place.path, 'noAlone');
    if (place.limit !== undefined && ms > place.limit && !place.first) throw new DefinitionError(place.path, 'noLong');
    const guards = this.guards(p, place, false);
    return { t: 'silence', id: this.ids++, first: place.first, events: eventsOf(p.of), guards, ms };
  }

  /** Events are looked at one by one, so that comparisons can say which of them count. */
  private guards(p: PatternNo, place: Place, lookBack: boolean): Guard[] {
    const made: Guard[] = [];
    const add = (of: Pattern, where: readonly Written[], path: string): void => {
      if (of.op === 'or' && of.of.every((item) => item.op !== 'no')) {
        const inner = this.written(of, { ...place, path, where });
        of.of.forEach((item, i) => add(item, inner, `${path}.of[${i}]`));
        return;
      }
      if (of.op === 'then' && of.of.length === 1) {
        add(of.of[0]!, this.written(of, { ...place, path, where }), `${path}.of[0]`);
        return;
      }
      const as = of.op === 'event' ? of.as : undefined;
      const checks = this.checksOf(as, where, true);
      if (lookBack && checks.some(({ right }) => !('value' in right))) throw new DefinitionError(path, 'whereBack');
      const near = this.matching.by === 'near';
      // what is made of several events has no place of its own that could be near one that comes later
      if (lookBack && near && of.op !== 'event') throw new DefinitionError(path, 'nearBack');
      // which of them count is known only here; of all others the operator knows when they last happened
      const remembered = lookBack && (checks.length > 0 || near);
      const guard: Guard = {
        symbol: this.context.symbol(of, path, false),
        alias: as === undefined ? -1 : this.aliases.indexOf(as),
        checks,
        seen: remembered ? this.lookBack.length : -1,
      };
      if (remembered) this.lookBack.push(guard);
      this.forbidden.add(guard.symbol);
      made.push(guard);
    };
    add(p.of, place.where, `${place.path}.of`);
    return made;
  }
}

function beginsWithEvery(step: Step): boolean {
  if (step.t === 'then') return beginsWithEvery(step.items[0]!);
  return step.t === 'within' ? beginsWithEvery(step.of) : step.t === 'every';
}

/** One step, and then nothing for a time: that time is limit enough. */
function endsBySilence([, last, ...more]: readonly Pattern[]): boolean {
  return last?.op === 'no' && last.for !== undefined && more.length === 0;
}
