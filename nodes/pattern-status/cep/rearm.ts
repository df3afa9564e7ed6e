/** What becomes of a key where nothing was looked at for a time: after a restart, or when the machine has slept. */
import type { Entry } from './entry';
import { deadlineOf, PENDING, type Rule } from './life';
import type { StateCursor } from './states';
import type { Told } from './told';

/**
 * Nobody knows what was heard meanwhile: silence is counted from now on, and nobody is reminded of that time.
 * @param now wall time
 * @param away how long nothing was looked at, in milliseconds
 * @param hasClocks sources tell how far they have come
 */
export function rearm(
  rule: Rule,
  entry: Entry,
  state: StateCursor,
  now: number,
  away: number,
  hasClocks: boolean,
): void {
  const from = now - entry.lag;
  const due = deadlineOf(rule, state);
  // whether it held meanwhile is not known: only the time that was watched counts
  if (entry.life?.phase === PENDING) entry.life.since += away;
  for (const operator of rule.plan.operators) operator.rearm(state.pattern, from, away);
  rule.sides.forEach(({ plan }, i) => {
    for (const operator of plan.operators) operator.rearm(state.sides[i]!, from, away);
  });
  // what does not begin anew is decided that much later, if no clock says more
  const isLater = due < Infinity && deadlineOf(rule, state) === due;
  if (isLater) entry.lag += away;
  // without clocks all that the key waits for is later already, what is told of it, too
  if (!isLater || hasClocks) postpone(entry.told, away);
}

/**
 * The wall clock was ahead, and is set right: what was put off because it had leapt waits from now on.
 * @param time event time at which the key is now
 */
export function waitFrom({ plan, sides }: Rule, { life, told }: Entry, state: StateCursor, time: number): void {
  for (const operator of plan.operators) operator.waitFrom(state.pattern, time);
  sides.forEach((side, i) => {
    for (const operator of side.plan.operators) operator.waitFrom(state.sides[i]!, time);
  });
  if (life?.phase === PENDING) life.since = Math.min(life.since, time);
  if (told === undefined) return;
  told.reminded = Math.min(told.reminded, time);
  if (told.changed !== undefined) told.changed = Math.min(told.changed, time);
}

/** The time in which nobody listened is none of the distance between reminders, and none that was steady. */
function postpone(told: Told | undefined, away: number): void {
  if (told === undefined) return;
  if (told.raised !== undefined) told.reminded += away;
  if (told.changed !== undefined) told.changed += away;
}
