/** Runs a compiled pattern over the instants of one key. */
import type { CityEvent } from '../../ecdm/event';
import { NO_OCCURRENCE, occurrenceOf, type Plan } from './plan';
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
  if (to - from === 1) {
    const which = occurrenceOf(plan, events[from]!);
    if (which !== NO_OCCURRENCE) {
      occurrence(plan, state, events[from]!, which, t);
      return;
    }
  }
  for (let i = 0; i < plan.events.length; i++) plan.events[i]!.clear();
  for (let i = from; i < to; i++) plan.byEvent.get(events[i]!.event)?.take(state, events[i]!);
  evaluate(plan, state, t);
}

/**
 * An instant of one event, which happens and is over. Nothing of the event itself is read: it came some time ago, and may
 * lie far from the processor.
 * @param which as {@link occurrenceOf} says
 */
export function occurrence(plan: Plan, state: PatternState, event: CityEvent, which: number, t: number): void {
  const { events, ofPoints } = plan;
  if (ofPoints === undefined) {
    for (let i = 0; i < events.length; i++) events[i]!.clear();
    events[which]!.takeOccurrence(state, event);
    evaluate(plan, state, t);
    return;
  }
  ofPoints.single(state, plan.symbols[which]!, event, t);
  consume(plan, state, t);
}

function evaluate(plan: Plan, state: PatternState, t: number): void {
  const { operators } = plan;
  for (let i = 0; i < operators.length; i++) operators[i]!.evaluate(state, t);
  consume(plan, state, t);
}

function consume({ top, consumable }: Plan, state: PatternState, t: number): void {
  if (top.pulse > -Infinity) for (let i = 0; i < consumable.length; i++) consumable[i]!.consume(state, t);
}

export function nextDeadline({ timed }: Plan, state: PatternState): number {
  let next = Infinity;
  for (let i = 0; i < timed.length; i++) {
    const at = timed[i]!.deadline(state);
    if (at < next) next = at;
  }
  return next;
}
