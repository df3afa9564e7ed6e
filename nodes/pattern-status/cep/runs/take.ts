/** How a run goes on when something happens: the derivatives of what it still has to do. */
import type { CityEvent } from '../../../ecdm/event';
import { isWithin } from '../../../ecdm/sphere';
import {
  again,
  anewAt,
  dueOf,
  enter,
  isEnough,
  isEvent,
  isOr,
  isSilence,
  openAliases,
  restart,
  type Active,
  type AndActive,
  type EventActive,
  type EveryActive,
  type OrActive,
  type SequenceActive,
  type TimesActive,
  type WithinActive,
} from './active';
import { bind, boundAs, judge, type Bound } from './compare';
import type { Check, EveryStep, Guard, Program } from './step';

/** What happens: a symbol with its event, or (without a symbol) nothing but time. */
export interface Input {
  readonly t: number;
  readonly symbol: number;
  readonly event: CityEvent | undefined;
  /** What it rests on besides, where it is made of several events: oldest first. */
  readonly beside?: readonly CityEvent[];
}

export const TIME = -1;

/** How what was opened anew began. */
export interface Anew {
  /** What it had before the event. */
  readonly from: Bound | undefined;
}

/** A way on. */
export interface Outcome {
  /** `undefined`: all is done. */
  readonly a: Active | undefined;
  readonly bound: Bound | undefined;
  /** Set where this is an `every` that begins anew beside what goes on. */
  readonly every?: EveryStep;
  /** The event has opened this one anew, beside what it did in the run. */
  readonly anew?: Anew | undefined;
  /** Alternatives of an `or` (by id) that this way does not look for: one beside it does. */
  readonly apart?: readonly number[] | undefined;
}

const NONE: readonly Outcome[] = [];

/** Ways on of the parts of an `and`. */
type Ways = {
  readonly parts: (Active | undefined)[];
  readonly bound: Bound | undefined;
  readonly apart: readonly number[] | undefined;
}[];

/** What the instant says of guards; asked for by runs. */
export interface Forbidding {
  /** Something of the guard happened in (since, t], or holds. */
  forbids(guard: Guard, since: number, bound: Bound | undefined): boolean;
  /** It happened at most `back` ago, or holds. */
  happened(guard: Guard, back: number, bound: Bound | undefined): boolean;
}

export class Taker {
  /** In `near`: the key whose events open runs. */
  key = '';

  constructor(
    private readonly program: Program,
    private readonly forbidding: Forbidding,
  ) {}

  /** All ways on (skip till any), or the one that the first fitting step takes (skip till next). */
  take(a: Active, x: Input, bound: Bound | undefined): readonly Outcome[] {
    switch (a.s.t) {
      case 'event':
        return this.takeEvent(a as EventActive, x, bound);
      case 'then':
        return this.takeSequence(a as SequenceActive, x, bound);
      case 'and':
        return this.takeAnd(a as AndActive, x, bound);
      case 'or':
        return this.takeOr(a as OrActive, x, bound);
      case 'times':
        return this.takeTimes(a as TimesActive, x, bound);
      case 'every':
        return this.takeEvery(a as EveryActive, x, bound);
      case 'within':
        return this.takeWithin(a as WithinActive, x, bound);
      case 'silence':
        return x.symbol === TIME && isSilence(a) && a.due <= x.t ? [{ a: undefined, bound }] : NONE;
    }
  }

  private takeEvent(a: EventActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    const { s } = a;
    if (x.t <= a.after || !s.symbols.includes(x.symbol)) return NONE;
    if (!this.isInReach(x.event, bound) || !fits(s.checks, s.alias, s.counted, x.event, bound)) return NONE;
    return [{ a: undefined, bound: bind(x, s, bound) }];
  }

  private isInReach(event: CityEvent | undefined, bound: Bound | undefined): boolean {
    const { metres } = this.program;
    if (metres === undefined) return true;
    if (event?.place === undefined) return false;
    if (bound === undefined) return event.key === this.key;
    const place = (bound.first ?? bound).event?.place;
    return place !== undefined && isWithin(metres, place, event.place);
  }

  private takeSequence(a: SequenceActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    const found: Outcome[] = [];
    // what comes later goes first: an event that fits the next step ends the collecting
    for (let k = a.at.length - 1; k >= 0; k--) {
      const outcomes = this.take(a.at[k]!.a, x, bound);
      for (const outcome of outcomes) found.push(this.moved(a, k, outcome, x.t, isWaiting(outcome, bound)));
      if (found.length > 0 && !this.program.any) {
        this.leaveEvery(a, k, x, found);
        break;
      }
    }
    return found;
  }

  private moved(a: SequenceActive, k: number, outcome: Outcome, t: number, waits: boolean): Outcome {
    const { s, at } = a;
    const { bound, every } = outcome;
    const position = at[k]!;
    if (every !== undefined) return { a: anewAt(s, position, outcome.a!, t, t, bound), bound, every };
    const last = position.i === s.items.length - 1;
    if (outcome.a === undefined) {
      return { ...outcome, a: last ? undefined : { s, at: enter(s, position.i + 1, t, t, bound) } };
    }
    const here = { i: position.i, a: outcome.a, since: position.since, begun: !waits || position.begun };
    const next = !last && isEnough(outcome.a) ? enter(s, position.i + 1, t, t, bound) : [];
    return { ...outcome, a: { s, at: [here, ...next] } };
  }

  /** An `every` that was still collecting when the next step came begins anew, and that event may be its first. */
  private leaveEvery(a: SequenceActive, k: number, x: Input, found: Outcome[]): void {
    for (let j = 0; j < k; j++) {
      const position = a.at[j]!;
      const made = restart(position.a, x.t, -Infinity);
      if (made === undefined) continue;
      // where it had taken nothing, what is still waited for behind it is waited for anew with it
      for (let i = found.length - 1; i >= 0; i--) {
        const { every, apart, bound } = found[i]!;
        if (bound === made.bound && (every ?? apart) !== undefined) found.splice(i, 1);
      }
      // the event may be its first, but not what comes after that
      const anew = anewAt(a.s, position, made.a, x.t, x.t, made.bound);
      const first = this.take(made.a, x, made.bound);
      for (const outcome of first) {
        const moved = this.moved(anew, 0, outcome, x.t, isWaiting(outcome, made.bound));
        found.push({ ...moved, anew: { from: made.bound } });
      }
      if (first.length === 0) found.push({ a: anew, bound: made.bound, every: made.every });
    }
  }

  private takeAnd(a: AndActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    // a silence that is over is over in every run
    if (this.program.any && x.symbol !== TIME) return this.takeAndAny(a, x, bound);
    let ways: Ways = [{ parts: [], bound, apart: undefined }];
    let moved = false;
    for (const part of a.parts) {
      ways = ways.flatMap((way) => {
        const steps = part === undefined ? NONE : this.take(part, x, way.bound);
        if (steps.length === 0) return [{ ...way, parts: [...way.parts, part] }];
        moved = true;
        return firstWays(steps).map((step) => ({
          parts: [...way.parts, step.a],
          bound: step.bound,
          apart: both(way.apart, step.apart),
        }));
      });
    }
    if (!moved) return NONE;
    return ways.flatMap(({ parts, bound: now, apart }) =>
      this.joined(a, parts, now).map((joined) => (apart === undefined ? joined : { ...joined, apart })),
    );
  }

  /** Each part may take the event or wait; at least one takes it. */
  private takeAndAny(a: AndActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    let ways: Ways = [{ parts: [], bound, apart: undefined }];
    for (const part of a.parts) {
      ways = ways.flatMap((way) => {
        const stay = { ...way, parts: [...way.parts, part] };
        if (part === undefined) return [stay];
        const steps = this.take(part, x, way.bound);
        return [stay, ...steps.map((step) => ({ ...way, parts: [...way.parts, step.a], bound: step.bound }))];
      });
    }
    return ways.filter((way) => way.bound !== bound).flatMap((way) => this.joined(a, way.parts, way.bound));
  }

  private joined(a: AndActive, parts: (Active | undefined)[], bound: Bound | undefined): readonly Outcome[] {
    if (!parts.every((part) => part === undefined || isEnough(part))) {
      return [{ a: { s: a.s, since: a.since, parts }, bound }];
    }
    const { forbids, back } = a.s;
    const { forbidding } = this;
    const forbidden = forbids.some((guard) =>
      back === undefined ? forbidding.forbids(guard, a.since, bound) : forbidding.happened(guard, back, bound),
    );
    if (forbidden) return NONE;
    const done: Outcome = { a: undefined, bound };
    if (!this.program.any || parts.every((part) => part === undefined)) return [done];
    // a count in it may still grow: then it is another match
    const more: Outcome = { a: { s: a.s, since: a.since, parts }, bound };
    return forbids.length === 0 ? [more] : [done, more];
  }

  private takeOr(a: OrActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    const found: Outcome[] = [];
    for (let i = 0; i < a.parts.length; i++) {
      const part = a.parts[i];
      if (part === undefined) continue;
      const outcomes = this.take(part, x, bound);
      for (const outcome of outcomes) {
        if (outcome.a === undefined) found.push(outcome);
        else found.push({ ...outcome, a: { s: a.s, parts: only(a, i, outcome.a) } });
      }
      if (this.program.any || outcomes.length === 0) continue;
      // a bracket that has begun goes on, and the others may still be the one
      return outcomes[0]!.a === undefined ? found : beside(a, i, found, bound);
    }
    return found;
  }

  private takeTimes(a: TimesActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    const { s, a: current } = a;
    if (current === undefined) return NONE;
    const n = a.n + 1;
    return this.take(current, x, bound).map((outcome): Outcome => {
      if (outcome.a !== undefined) {
        const begun = a.begun || !isWaiting(outcome, bound);
        return { ...outcome, a: { ...a, a: outcome.a, begun, apart: apartOf(a.apart, a.entry, outcome, bound) } };
      }
      if (n >= s.max) return outcome;
      const { bound: entry } = outcome;
      const next = again(s.of, current, x.t, entry);
      return { ...outcome, a: { s, n, a: next, begun: false, entry, apart: undefined } };
    });
  }

  private takeEvery(a: EveryActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    const { s, before } = a;
    const found: Outcome[] = [];
    for (const outcome of this.take(a.a, x, bound)) {
      if (outcome.a === undefined) {
        found.push(outcome);
        const anew = isEvent(a.a) ? a : { ...a, a: this.renewed(a.a, x, bound, a) };
        found.push({ a: anew, bound: before, every: s });
      } else if (outcome.every !== undefined) {
        // what repeats inside a group is told for itself: the group that it is beside begins anew
        found.push(outcome);
      } else {
        found.push({ ...outcome, a: { s, a: outcome.a, before, apart: apartOf(a.apart, before, outcome, bound) } });
      }
    }
    return found;
  }

  /**
   * What an `every` waits for next. Of an `or`, the alternatives that have not taken the event wait as they did, but
   * silence is counted anew.
   */
  private renewed(a: Active, x: Input, bound: Bound | undefined, around: EveryActive): Active {
    const anew = (part: Active): Active => again(part.s, part, x.t, around.before, around.apart);
    if (!isOr(a)) return anew(a);
    const taken = a.parts.find((part) => part !== undefined && this.take(part, x, bound).length > 0);
    const parts = a.parts.map((part) => {
      if (part !== undefined && part === taken) return this.renewed(part, x, bound, around);
      return part === undefined || dueOf(part) === Infinity ? part : anew(part);
    });
    return { s: a.s, parts };
  }

  private takeWithin(a: WithinActive, x: Input, bound: Bound | undefined): readonly Outcome[] {
    if (a.start !== undefined && x.t - a.start > a.s.ms) return NONE;
    return this.take(a.a, x, bound).map((outcome): Outcome => {
      if (outcome.a === undefined) return outcome;
      const start = outcome.bound === a.entry ? undefined : (startBefore(a, outcome) ?? x.t);
      return { ...outcome, a: { s: a.s, a: outcome.a, start, entry: a.entry } };
    });
  }
}

/** When the bracket began, unless this way on has begun it anew. */
function startBefore(a: WithinActive, { anew }: Outcome): number | undefined {
  return anew !== undefined && anew.from === a.entry ? undefined : a.start;
}

function only(a: OrActive, i: number, now: Active): (Active | undefined)[] {
  return a.parts.map((_, j) => (j === i ? now : undefined));
}

/** The ways of the alternative that has begun, and the others in one of their own. */
function beside(a: OrActive, i: number, begun: readonly Outcome[], bound: Bound | undefined): readonly Outcome[] {
  const others = a.s.items.flatMap(({ id }, j) => (j !== i && a.parts[j] !== undefined ? [id] : []));
  if (others.length === 0) return begun;
  const parts = a.parts.map((part, j) => (j === i ? undefined : part));
  return [
    ...begun.map((outcome) => ({ ...outcome, apart: both(others, outcome.apart) })),
    { a: { s: a.s, parts }, bound, apart: [a.s.items[i]!.id] },
  ];
}

/** Nothing has happened for it: it waits for what another way has not begun with. */
function isWaiting({ apart, bound }: Outcome, before: Bound | undefined): boolean {
  return apart !== undefined && bound === before;
}

/**
 * What begins anew with one alternative looks for that one again, what waits for the others: none has two.
 * @param before what the run had when it began
 */
function apartOf(
  apart: readonly number[] | undefined,
  before: Bound | undefined,
  outcome: Outcome,
  bound: Bound | undefined,
): readonly number[] | undefined {
  return bound === before ? both(apart, outcome.apart) : apart;
}

/** The first way, and those that belong to it. */
function firstWays(ways: readonly Outcome[]): readonly Outcome[] {
  return ways[0]!.apart === undefined ? ways.slice(0, 1) : ways.filter(({ apart }) => apart !== undefined);
}

function both(some: readonly number[] | undefined, more: readonly number[] | undefined): readonly number[] | undefined {
  return some === undefined ? more : more === undefined ? some : [...some, ...more];
}

/**
 * Judges what can be judged now that an event takes a name. A comparison is a condition on its left event: with the
 * right one not there yet it waits until that one comes.
 */
export function fits(
  checks: readonly Check[],
  alias: number,
  counted: boolean,
  event: CityEvent | undefined,
  bound: Bound | undefined,
): boolean {
  for (const check of checks) {
    if (event === undefined) return false;
    const { left, right } = check;
    const other = 'value' in right ? undefined : right.alias;
    if (left.alias === alias) {
      if (other === undefined || (other === alias && !counted)) {
        if (!judge(check, event, event)) return false;
        continue;
      }
      const found = boundAs(bound, other);
      if (found !== undefined && !judge(check, event, found)) return false;
    } else {
      const found = boundAs(bound, left.alias);
      if (found !== undefined && !judge(check, found, event)) return false;
    }
  }
  return true;
}

/** A left event is there whose right one can not come any more. */
export function misses(checks: readonly Check[], a: Active | undefined, bound: Bound | undefined): boolean {
  const open = a === undefined ? undefined : openAliases(a);
  return checks.some(({ left, right }) => {
    if ('value' in right || right.alias === left.alias || boundAs(bound, left.alias) === undefined) return false;
    return boundAs(bound, right.alias) === undefined && open?.has(right.alias) !== true;
  });
}
