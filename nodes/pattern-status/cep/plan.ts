/** What a pattern is compiled to, and the states that keys have of it. */
import type { CityEvent } from '../../ecdm/event';
import type { EventOperator } from './event-operator';
import type { OfPoints, Operator } from './operators';
import type { RunsOperator } from './runs/operator';
import { copyInto, copyState, emptyState, type Layout, type PatternState } from './state';

/** A compiled pattern: the same for all keys. */
export interface Plan {
  readonly layout: Layout;
  /** The state of a key of which nothing is known. */
  readonly fresh: PatternState;
  /** Operands before operators; the last one is the pattern. */
  readonly operators: readonly Operator[];
  readonly events: readonly EventOperator[];
  /** Their ids, in the same order. */
  readonly names: readonly string[];
  /** Those that wait for deadlines. */
  readonly timed: readonly Operator[];
  /** Those of which a detection uses up what they remember; none where it is kept. */
  readonly consumable: readonly Operator[];
  readonly top: Operator;
  readonly byEvent: ReadonlyMap<string, EventOperator>;
  /** Ids of the events that are evidence: all but those that must not happen. */
  readonly wanted: ReadonlySet<string>;
  /** A detection is certain as soon as its events are there: nothing that comes later in order can undo it. */
  readonly monotone: boolean;
  /** The longest `within` of the whole pattern; 0 for pure states. */
  readonly within: number;
  /** `runs` where events are compared, or where more is wanted than one detection per instant. */
  readonly uses: 'automaton' | 'runs';
  /** The top, where all its operands are events without duration: of most instants nothing else need be looked at. */
  readonly ofPoints: OfPoints | undefined;
  /** Its symbols, in the order of {@link events}. */
  readonly symbols: readonly number[];
  /** The top, where it {@link uses} runs. */
  readonly runs: RunsOperator | undefined;
}

/** Where an event stands in {@link Plan.events}, if it happens and is over; -1 where it is more than that, or none of them. */
export function occurrenceOf({ names, events }: Plan, { event, kind }: CityEvent): number {
  // a pattern has few events, and their texts are most often the same objects
  const at = names.indexOf(event);
  return at >= 0 && events[at]!.isOccurrence(kind) ? at : NO_OCCURRENCE;
}

export const NO_OCCURRENCE = -1;

/** @param key whose state it is */
export function newState(plan: Plan, known: number, key: string): PatternState {
  const state = copyState(plan.layout, plan.fresh);
  begin(plan, state, known, key);
  return state;
}

/** Makes a state that of a key of which nothing is known. */
export function makeNew(plan: Plan, state: PatternState, known: number, key: string): void {
  copyInto(plan.layout, plan.fresh, state);
  begin(plan, state, known, key);
}

/** Those that wait count from the moment from which the key is known. */
function begin(plan: Plan, state: PatternState, known: number, key: string): void {
  for (const operator of plan.timed) operator.reset(state, known);
  plan.runs?.open(state, known, key);
}

/** The state of a key of which nothing is known, to be copied. */
export function freshState(layout: Layout, operators: readonly Operator[]): PatternState {
  const state = emptyState(layout);
  for (const operator of operators) operator.reset(state, -Infinity);
  return state;
}
