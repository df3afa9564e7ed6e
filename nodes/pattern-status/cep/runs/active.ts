/**
 * What one run still has to do: the steps of the pattern that are active, with what they remember. Never changed, so
 * that runs share what they have in common and a state can be copied by copying a list.
 */
import type { Bound } from './compare';
import { isSimple } from './step';
import type {
  AndStep,
  EventStep,
  EveryStep,
  OrStep,
  SequenceStep,
  SilenceStep,
  Step,
  TimesStep,
  WithinStep,
} from './step';

export interface EventActive {
  readonly s: EventStep;
  readonly after: number;
}
/** An item of a sequence that may begin or go on. */
export interface Position {
  readonly i: number;
  readonly a: Active;
  /** End of what was before it: from here on its guards look. */
  readonly since: number;
  readonly begun: boolean;
}
/** Several positions where an item has enough and may still collect. */
export interface SequenceActive {
  readonly s: SequenceStep;
  readonly at: readonly Position[];
}
/** `undefined`: done. */
export interface AndActive {
  readonly s: AndStep;
  readonly since: number;
  readonly parts: readonly (Active | undefined)[];
}
/** `undefined`: no longer possible. */
export interface OrActive {
  readonly s: OrStep;
  readonly parts: readonly (Active | undefined)[];
}
/**
 * `a` is the next repetition (`begun` or not); `undefined` when it was forbidden, but there were enough before. `entry`:
 * what the run had when it began; `apart`: alternatives (by id) that another run looks for, which was one with this.
 */
export interface TimesActive {
  readonly s: TimesStep;
  readonly n: number;
  readonly a: Active | undefined;
  readonly begun: boolean;
  readonly entry: Bound | undefined;
  readonly apart: readonly number[] | undefined;
}
/** `before`: what the run had when it began, and has again for the next one; `apart` as above. */
export interface EveryActive {
  readonly s: EveryStep;
  readonly a: Active;
  readonly before: Bound | undefined;
  readonly apart: readonly number[] | undefined;
}
export interface SilenceActive {
  readonly s: SilenceStep;
  readonly since: number;
  /** Infinity while what it forbids holds; no number where nobody waits for it, because its sensors are gone. */
  readonly due: number;
}
/** `start` of its first event; `entry`: what the run had when the bracket began. */
export interface WithinActive {
  readonly s: WithinStep;
  readonly a: Active;
  readonly start: number | undefined;
  readonly entry: Bound | undefined;
}
export type Active =
  EventActive | SequenceActive | AndActive | OrActive | TimesActive | EveryActive | SilenceActive | WithinActive;

export const isEvent = (a: Active): a is EventActive => a.s.t === 'event';
export const isSequence = (a: Active): a is SequenceActive => a.s.t === 'then';
export const isAnd = (a: Active): a is AndActive => a.s.t === 'and';
export const isOr = (a: Active): a is OrActive => a.s.t === 'or';
export const isTimes = (a: Active): a is TimesActive => a.s.t === 'times';
export const isEvery = (a: Active): a is EveryActive => a.s.t === 'every';
export const isSilence = (a: Active): a is SilenceActive => a.s.t === 'silence';
export const isWithin = (a: Active): a is WithinActive => a.s.t === 'within';

/**
 * Makes a step active.
 * @param t from when on silence is counted
 * @param after events must be later than this
 * @param apart alternatives (by id) that it is not to look for
 */
export function begin(s: Step, t: number, after: number, bound: Bound | undefined, apart?: readonly number[]): Active {
  switch (s.t) {
    case 'event':
      return { s, after };
    case 'then':
      return { s, at: enter(s, 0, t, after, bound, apart) };
    case 'and':
      return { s, since: t, parts: s.items.map((item) => begin(item, t, after, bound, apart)) };
    case 'or':
      return {
        s,
        parts: s.items.map((item) =>
          apart?.includes(item.id) === true ? undefined : begin(item, t, after, bound, apart),
        ),
      };
    case 'times':
      return { s, n: 0, a: begin(s.of, t, after, bound, apart), begun: false, entry: bound, apart };
    case 'every':
      return { s, a: begin(s.of, t, after, bound, apart), before: bound, apart };
    case 'silence':
      return { s, since: t, due: t + s.ms };
    case 'within':
      return { s, a: begin(s.of, t, after, bound, apart), start: undefined, entry: bound };
  }
}

/** Item i, and those behind it that may begin at once because the ones before need nothing more. */
export function enter(
  s: SequenceStep,
  i: number,
  t: number,
  after: number,
  bound: Bound | undefined,
  apart?: readonly number[],
): Position[] {
  const positions: Position[] = [];
  for (let at = i; at < s.items.length; at++) {
    const a = begin(s.items[at]!, t, after, bound, apart);
    positions.push({ i: at, a, since: t, begun: false });
    if (!isEnough(a)) break;
  }
  return positions;
}

/** The next repetition of a count: several events of one moment count as several, brackets must be later. */
export function again(s: Step, a: Active, t: number, bound: Bound | undefined, apart?: readonly number[]): Active {
  return begin(s, t, isSimple(s) ? afterOf(a) : t, bound, apart);
}

function afterOf(a: Active): number {
  if (isEvent(a)) return a.after;
  return isOr(a) ? Math.max(...a.parts.map((part) => (part === undefined ? -Infinity : afterOf(part)))) : -Infinity;
}

/** What comes next may begin, although this may still collect. */
export function isEnough(a: Active): boolean {
  if (isSequence(a)) {
    const last = a.at.at(-1)!;
    return last.i === a.s.items.length - 1 && isEnough(last.a);
  }
  if (isAnd(a)) return a.s.forbids.length === 0 && a.parts.every((part) => part === undefined || isEnough(part));
  if (isOr(a)) return a.parts.some((part) => part !== undefined && isEnough(part));
  if (isTimes(a)) return a.begun ? a.n + 1 >= a.s.min && a.a !== undefined && isEnough(a.a) : a.n >= a.s.min;
  if (isEvery(a) || isWithin(a)) return isEnough(a.a);
  return false;
}

/** Calls back with every active part that has no parts itself. */
export function leaves(a: Active, visit: (leaf: EventActive | SilenceActive) => void): void {
  if (isEvent(a) || isSilence(a)) visit(a);
  else if (isSequence(a)) for (const { a: part } of a.at) leaves(part, visit);
  else if (isAnd(a) || isOr(a)) {
    for (const part of a.parts) if (part !== undefined) leaves(part, visit);
  } else if (a.a !== undefined) leaves(a.a, visit);
}

/** Time at which a silence is over; Infinity without one. */
export function dueOf(a: Active): number {
  let due = Infinity;
  leaves(a, (leaf) => {
    if (isSilence(leaf) && leaf.due < due) due = leaf.due;
  });
  return due;
}

/** An `every` that was begun anew. */
export interface Restart {
  readonly a: Active;
  readonly bound: Bound | undefined;
  readonly every: EveryStep;
}

/** Begins the outermost active `every` anew; what it had collected is given up. */
export function restart(a: Active, t: number, after: number): Restart | undefined {
  if (isEvery(a)) {
    return { a: { ...a, a: begin(a.s.of, t, after, a.before, a.apart) }, bound: a.before, every: a.s };
  }
  if (isWithin(a)) {
    const made = restart(a.a, t, after);
    if (made === undefined) return undefined;
    return { ...made, a: { ...a, a: made.a, start: made.bound === a.entry ? undefined : a.start } };
  }
  if (isSequence(a)) {
    for (const position of a.at) {
      const made = restart(position.a, t, after);
      if (made !== undefined) return { ...made, a: anewAt(a.s, position, made.a, t, after, made.bound) };
    }
  }
  return undefined;
}

/** A sequence at an item that begins anew, and at those behind it that may begin at once. */
export function anewAt(
  s: SequenceStep,
  position: Position,
  a: Active,
  t: number,
  after: number,
  bound: Bound | undefined,
): SequenceActive {
  return {
    s,
    at: [{ ...position, a, begun: false }, ...(isEnough(a) ? enter(s, position.i + 1, t, after, bound) : [])],
  };
}

/** Names that events may still be given. */
export function openAliases(a: Active): ReadonlySet<number> {
  const open = new Set<number>();
  const all = (s: Step): void => {
    if (s.t === 'event') open.add(s.alias);
    else if (s.t !== 'silence') for (const item of 'items' in s ? s.items : [s.of]) all(item);
  };
  const walk = (x: Active): void => {
    if (isEvent(x)) open.add(x.s.alias);
    else if (isSequence(x)) {
      for (const { a: part } of x.at) walk(part);
      for (let i = x.at[0]!.i + 1; i < x.s.items.length; i++) all(x.s.items[i]!);
    } else if (isAnd(x) || isOr(x)) {
      for (const part of x.parts) if (part !== undefined) walk(part);
    } else if (isTimes(x)) {
      if (x.n < x.s.max) all(x.s.of);
    } else if (isEvery(x)) all(x.s.of);
    else if (isWithin(x)) walk(x.a);
  };
  walk(a);
  return open;
}
