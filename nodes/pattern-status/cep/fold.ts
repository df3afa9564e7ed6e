/** Runs a compiled pattern over the instants of one key. */
import type { CityEvent } from '../../ecdm/event';
import type { Plan } from './plan';
import type { PatternState } from './state';

/** One instant: the events of `[from, to)`, all of time `t`. */
export function instant(
  plan: Plan,
  state: PatternState,
  events: readonly CityEvent[],
  from: number,
  to: number,
  t: number,
): void {
  const { events: watched, operators, sequence } = plan;
  if (sequence !== undefined && to - from === 1) {
    const event = events[from]!;
    const symbol = plan.symbols.get(event.event);
    if (symbol !== undefined && event.kind !== 'end' && event.kind !== 'nodata') {
      sequence.single(state, symbol, event, t);
      if (plan.top.pulse > -Infinity) for (const operator of plan.consumable) operator.consume(state, t);
      return;
    }
  }
  for (let i = 0; i < watched.length; i++) watched[i]!.clear();
  for (let i = from; i < to; i++) plan.byEvent.get(events[i]!.event)?.take(state, events[i]!);
  for (let i = 0; i < operators.length; i++) operators[i]!.evaluate(state, t);
  if (plan.top.pulse > -Infinity) for (const operator of plan.consumable) operator.consume(state, t);
}

export function nextDeadline(plan: Plan, state: PatternState): number {
  let next = Infinity;
  for (const operator of plan.timed) {
    const at = operator.deadline(state);
    if (at < next) next = at;
  }
  return next;
}
