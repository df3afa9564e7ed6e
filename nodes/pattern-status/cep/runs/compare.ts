/** Comparisons between the events of one match. */
import type { Comparison } from '../../../ecdm/definition';
import type { CityEvent } from '../../../ecdm/event';
import type { Value } from '../../../ecdm/observation';
import { convert } from '../../../ecdm/units';
import type { Check, EventStep, Term } from './step';
import type { Input } from './take';

/** An event that a run has taken, newest first. */
export interface Bound {
  /** `undefined` where what happened is no single event. */
  readonly event: CityEvent | undefined;
  readonly alias: number;
  /** Id of the step that took it. */
  readonly step: number;
  readonly time: number;
  readonly before: Bound | undefined;
  /** The first of the run: fixes its start and its place. */
  readonly first: Bound | undefined;
  /** What else it rests on, where the event stands for several: oldest first. */
  readonly beside?: readonly CityEvent[];
}

export function bind({ event, symbol, t, beside }: Input, by: EventStep, before: Bound | undefined): Bound {
  const first = before === undefined ? undefined : (before.first ?? before);
  const bound = { event, alias: by.aliases[by.symbols.indexOf(symbol)]!, step: by.id, time: t, before, first };
  return beside === undefined ? bound : { ...bound, beside };
}

/** Time of the first event of a run. */
export function startOf(bound: Bound): number {
  return (bound.first ?? bound).time;
}

/** Newest event that goes by a name. */
export function boundAs(bound: Bound | undefined, alias: number): CityEvent | undefined {
  for (let at = bound; at !== undefined; at = at.before) if (at.alias === alias) return at.event;
  return undefined;
}

export type Read = number | string | boolean | undefined;

/** What a comparison looks at in an event; `undefined` where there is no such thing. */
export function read(event: CityEvent, term: Term): Read {
  if (term.field !== 'value') return scaled(event[term.field], term);
  let at: Value | undefined = event.value;
  for (const name of term.path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, Value | undefined>)[name];
  }
  return typeof at === 'object' ? undefined : scaled(at, term);
}

function scaled(value: Read, { times, plus }: Term): Read {
  if (typeof value === 'number') {
    const number = (times === undefined ? value : value * times) + (plus ?? 0);
    return Number.isFinite(number) ? number : undefined;
  }
  // a factor of a text has no meaning
  return times === undefined && plus === undefined ? value : undefined;
}

/** The right side, with its number in the unit of the left one. */
function readRight(event: CityEvent, term: Term, left: CityEvent, leftTerm: Term): Read {
  const { unit } = left;
  if (term.field !== 'value' || leftTerm.field !== 'value' || unit === undefined || event.unit === undefined) {
    return read(event, term);
  }
  if (event.unit === unit) return read(event, term);
  const raw = read(event, { ...term, times: undefined, plus: undefined });
  if (typeof raw !== 'number') return scaled(raw, term);
  const converted = convert(raw, event.unit, unit, event.property);
  return converted === undefined ? undefined : scaled(converted, term);
}

/**
 * Units in the last place by which equal numbers may differ once they were computed: 0.2 + 0.1 is not the 0.3 that a sensor
 * tells. A factor, a sum and a change of units round once or twice each.
 */
const ULPS = 8;

/**
 * How far two sides may be from each other and still be equal; 0 where both are as they were told. The larger of the
 * numbers that were added decides: where they nearly cancel each other out, their rounding is what is left.
 */
function slackOf({ left, right }: Check, a: Read, b: Read, isConverted: boolean): number {
  if (typeof a !== 'number' || typeof b !== 'number') return 0;
  const other = 'value' in right ? undefined : right;
  const isComputed = [left.times, left.plus, other?.times, other?.plus].some((part) => part !== undefined);
  if (!isComputed && !isConverted) return 0;
  const largest = Math.max(Math.abs(a), Math.abs(b), Math.abs(left.plus ?? 0), Math.abs(other?.plus ?? 0));
  return ULPS * Number.EPSILON * largest;
}

/**
 * Texts by their order, truths only by equality; what can not be compared is not fulfilled.
 * @param slack numbers so near to each other are equal: then they are `>=` and `<=`, and neither `>` nor `<`
 */
export function holds(a: Read, op: Comparison['op'], b: Read, slack = 0): boolean {
  if (a === undefined || b === undefined || typeof a !== typeof b) return false;
  if (slack > 0 && Math.abs((a as number) - (b as number)) <= slack) return op === '=' || op === '>=' || op === '<=';
  switch (op) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    default:
      return typeof a !== 'boolean' && ordered(a as number, op, b as number);
  }
}

function ordered(a: number, op: '>' | '>=' | '<' | '<=', b: number): boolean {
  return op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : a <= b;
}

/** Judges a comparison whose events are there. */
export function judge(check: Check, left: CityEvent, right: CityEvent | undefined): boolean {
  const a = read(left, check.left);
  if ('value' in check.right) {
    const b = check.right.value;
    return holds(a, check.op, b, slackOf(check, a, b, false));
  }
  if (right === undefined) return false;
  const b = readRight(right, check.right, left, check.left);
  return holds(a, check.op, b, slackOf(check, a, b, left.unit !== right.unit));
}
