/** What ends a run, or a part of it: something that must not happen, and time. */
import {
  anewAt,
  begin,
  isAnd,
  isEvent,
  isEvery,
  isOr,
  isSequence,
  isSilence,
  isTimes,
  isWithin,
  restart,
  type Active,
  type AndActive,
  type EveryActive,
  type OrActive,
  type Position,
  type SequenceActive,
  type SilenceActive,
  type TimesActive,
  type WithinActive,
} from './active';
import type { Bound } from './compare';
import type { EveryStep, Guard } from './step';
import type { Forbidding } from './take';

/** What is left of a run; `undefined`: nothing. */
export interface Left {
  readonly a: Active;
  readonly bound: Bound | undefined;
  /** Set where nothing is left but this `every`, which begins anew. */
  readonly every?: EveryStep;
  /** An `every` that begins anew as a run of its own: what goes on has events that it has not. */
  readonly beside?: Left;
}

/** Where the instant forbids, in more detail than {@link Forbidding}. */
export interface Ending extends Forbidding {
  /** It holds now (a state). */
  isHeld(guard: Guard, bound: Bound | undefined): boolean;
}

/** Takes away what is forbidden at `t`. An `every` at the beginning begins anew, any other is over. */
export function forbid(a: Active, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  if (isEvent(a)) return { a, bound };
  if (isSilence(a)) return silence(a, t, bound, ending);
  if (isSequence(a)) return sequence(a, t, bound, ending);
  if (isAnd(a)) return and(a, t, bound, ending);
  if (isOr(a)) return or(a, t, bound, ending);
  if (isTimes(a)) return times(a, t, bound, ending);
  if (isEvery(a)) return every(a, t, bound, ending);
  const left = forbid(a.a, t, bound, ending);
  if (left === undefined) return undefined;
  return left.a === a.a ? { a, bound } : around(left, bracket(a));
}

const bracket =
  (a: WithinActive) =>
  (left: Left): WithinActive => ({ ...a, a: left.a, start: left.bound === a.entry ? undefined : a.start });

/** Puts what is left of a part back into what is around it. */
function around(left: Left, put: (left: Left) => Active): Left {
  const { beside } = left;
  return { ...left, a: put(left), ...(beside !== undefined && { beside: around(beside, put) }) };
}

/** At the beginning silence is counted from the last one; later, what must not happen ends the run. */
function silence(a: SilenceActive, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  const { s } = a;
  const held = s.guards.some((guard) => ending.isHeld(guard, bound));
  const forbidden = held || s.guards.some((guard) => ending.forbids(guard, a.since, bound));
  if (!s.first) return forbidden ? undefined : { a, bound };
  if (held) return { a: a.due === Infinity ? a : { s, since: t, due: Infinity }, bound };
  return { a: forbidden || a.due === Infinity ? { s, since: t, due: t + s.ms } : a, bound };
}

function sequence(a: SequenceActive, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  return positions(a, t, t, bound, (position) => {
    const guards = position.begun ? [] : a.s.guards[position.i]!;
    const forbidden = guards.some((g) => ending.isHeld(g, bound) || ending.forbids(g, position.since, bound));
    return forbidden ? undefined : forbid(position.a, t, bound, ending);
  });
}

/**
 * What is left of a sequence. An `every` in it that begins anew gives up what it had; the later positions, which it had
 * enough for, keep that, and so it leaves them.
 * @param after what begins anew takes what is later than this
 */
function positions(
  a: SequenceActive,
  t: number,
  after: number,
  bound: Bound | undefined,
  leftOf: (position: Position) => Left | undefined,
): Left | undefined {
  const at: Position[] = [];
  let now = bound;
  let anew: Left | undefined;
  for (const position of a.at) {
    const left = leftOf(position);
    if (left === undefined) continue;
    const begins = left.every === undefined ? left.beside : left;
    if (begins !== undefined) anew = around(begins, (x) => anewAt(a.s, position, x.a, t, after, x.bound));
    if (left.every !== undefined) continue;
    if (left.a !== position.a) now = left.bound;
    at.push(left.a === position.a ? position : { ...position, a: left.a });
  }
  if (at.length === 0) return anew;
  if (anew !== undefined) return { a: { s: a.s, at }, bound: now, beside: anew };
  const isSame = at.length === a.at.length && at.every((p, i) => p === a.at[i]);
  return isSame ? { a, bound } : { a: { s: a.s, at }, bound: now };
}

function and(a: AndActive, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  const forbidden = (guard: Guard): boolean => ending.isHeld(guard, bound) || ending.forbids(guard, a.since, bound);
  if (a.s.back === undefined && a.s.forbids.some(forbidden)) return undefined;
  const parts: (Active | undefined)[] = [];
  let same = true;
  for (const part of a.parts) {
    const left = part === undefined ? undefined : forbid(part, t, bound, ending);
    if (part !== undefined && left === undefined) return undefined;
    if (left?.a !== part) same = false;
    parts.push(left?.a);
  }
  return same ? { a, bound } : { a: { s: a.s, since: a.since, parts }, bound };
}

function or(a: OrActive, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  return alternatives(a, bound, (part) => forbid(part, t, bound, ending));
}

/** What is left of an "or"; what has begun is the only one, and gives up what it had. */
function alternatives(
  a: OrActive,
  bound: Bound | undefined,
  leftOf: (part: Active) => Left | undefined,
): Left | undefined {
  const lefts = a.parts.map((part) => (part === undefined ? undefined : leftOf(part)));
  const parts = lefts.map((left) => left?.a);
  const some = parts.filter((part) => part !== undefined);
  if (some.length === 0) return undefined;
  if (parts.every((part, i) => part === a.parts[i])) return { a, bound };
  const now = some.length === 1 ? lefts.find((left) => left !== undefined)!.bound : bound;
  return { a: { s: a.s, parts }, bound: now };
}

function times(a: TimesActive, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  if (a.a === undefined) return { a, bound };
  const left = forbid(a.a, t, bound, ending);
  if (left?.a === a.a) return { a, bound };
  if (left === undefined && a.n < a.s.min) return undefined;
  return { a: { ...a, a: left?.a, begun: left !== undefined && a.begun }, bound };
}

function every(a: EveryActive, t: number, bound: Bound | undefined, ending: Ending): Left | undefined {
  const left = forbid(a.a, t, bound, ending);
  if (left === undefined) return a.s.first ? restart(a, t, t) : undefined;
  return left.a === a.a ? { a, bound } : around(left, (x) => ({ ...a, a: x.a }));
}

/**
 * Takes away what is too old at `t`. An `every` whose group got too old begins anew, and may take what happens now.
 */
export function expire(a: Active, t: number, bound: Bound | undefined): Left | undefined {
  if (isWithin(a)) {
    if (a.start !== undefined && t - a.start > a.s.ms) {
      const made = restart(a.a, t, -Infinity);
      return made !== undefined && made.bound === a.entry ? around(made, bracket(a)) : undefined;
    }
    const left = expire(a.a, t, bound);
    if (left === undefined) return undefined;
    return left.a === a.a ? { a, bound } : around(left, bracket(a));
  }
  if (isEvery(a)) {
    const left = expire(a.a, t, bound);
    if (left === undefined) return restart(a, t, -Infinity);
    return left.a === a.a ? { a, bound } : around(left, (x) => ({ ...a, a: x.a }));
  }
  if (isSequence(a)) return positions(a, t, -Infinity, bound, (position) => expire(position.a, t, bound));
  if (isOr(a)) return alternatives(a, bound, (part) => expire(part, t, bound));
  if (isAnd(a)) return expireParts(a, t, bound);
  if (!isTimes(a) || a.a === undefined) return { a, bound };
  const left = expire(a.a, t, bound);
  if (left?.a === a.a) return { a, bound };
  if (left !== undefined) return { a: { ...a, a: left.a }, bound };
  // a bracket that is repeated and got too old: the repetition begins anew, without what it had
  const { s, entry, apart } = a;
  return { a: { ...a, a: begin(s.of, t, -Infinity, entry, apart), begun: false }, bound: entry };
}

function expireParts(a: AndActive, t: number, bound: Bound | undefined): Left | undefined {
  const parts = a.parts.map((part) => (part === undefined ? undefined : expire(part, t, bound)?.a));
  if (parts.every((part, i) => part === a.parts[i])) return { a, bound };
  const gone = parts.some((part, i) => part === undefined && a.parts[i] !== undefined);
  return gone ? undefined : { a: { ...a, parts }, bound };
}

/** When the run, or a part of it, gets too old; Infinity when never. */
export function oldAt(a: Active): number {
  if (isWithin(a)) {
    const inner = oldAt(a.a);
    return a.start === undefined ? inner : Math.min(inner, a.start + a.s.ms);
  }
  if (isSequence(a)) return a.at.reduce((old, { a: part }) => Math.min(old, oldAt(part)), Infinity);
  if (isAnd(a) || isOr(a)) {
    return a.parts.reduce((old, part) => (part === undefined ? old : Math.min(old, oldAt(part))), Infinity);
  }
  if (isTimes(a)) return a.a === undefined ? Infinity : oldAt(a.a);
  return isEvery(a) ? oldAt(a.a) : Infinity;
}
