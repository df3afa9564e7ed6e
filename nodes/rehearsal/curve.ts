/** One setting with many values: the settings for each, and what came of it. */
import type { EventDefinition } from '../ecdm/definition';
import { EventEngine } from '../ecdm-event/engine/engine';
import { readEvents } from '../ecdm-event/settings';
import type { CurvePoint, CurveSetting, Outcome, SavedNode } from './contract';
import { curveSettingsOf, withSetting } from './curve-setting';
import type { KeyCount, Tally } from './tally';

const WEEK = 7 * 24 * 3_600_000;
const HOUR = 3_600_000;
/** Values of a curve: of a list of events they cost little, any other rule is run once for each. */
const MOST_VALUES = { events: 200, rules: 40 };
/** Keys of all points together, and of each at least: the answer must stay small. */
const MOST_KEYS = 4000;
const LEAST_KEYS = 20;
/** Between the id of an event and the place of its value. */
const MARK = '\u0000';

/** How many values are tried at most. */
export function mostValues({ type }: SavedNode): number {
  return type === 'ecdm-event' ? MOST_VALUES.events : MOST_VALUES.rules;
}

/** What a curve runs. */
export interface Variants {
  nodes: SavedNode[];
  /** Those that are tried, in the order they were given. */
  values: number[];
  /** Those that make no rule, such as a limit below the value at which things are back to normal. */
  refused: { count: number; reason: string } | undefined;
}

/**
 * The settings to try: a list of events takes all values side by side, another rule is tried once for each value.
 * @returns `undefined` where the node has no such setting
 */
export function variantsOf(
  node: SavedNode,
  setting: CurveSetting,
  wanted: readonly number[],
  language: string,
): Variants | undefined {
  const known = curveSettingsOf(node).some(({ of, event }) => of === setting.of && event === setting.event);
  if (!known) return undefined;
  const values = wanted.slice(0, mostValues(node));
  const nodes = values.map((value) => withSetting(node, setting, value));
  if (node.type !== 'ecdm-event') return { nodes, values, refused: undefined };
  const tried = nodes.map((variant, n) => ({
    value: values[n]!,
    event: (variant['events'] as EventDefinition[])[setting.event!]!,
  }));
  const faults = tried.map(({ event }) => faultOf(event, language));
  const good = tried.filter((_, n) => faults[n] === undefined);
  const [reason] = faults.filter((fault) => fault !== undefined);
  return {
    nodes: [{ ...node, events: good.map(({ event }, n) => ({ ...event, id: `${event.id}${MARK}${n}` })) }],
    values: good.map(({ value }) => value),
    refused: reason === undefined ? undefined : { count: tried.length - good.length, reason },
  };
}

/** Why the node would leave the event out. */
function faultOf(event: EventDefinition, language: string): string | undefined {
  const { events, bad } = readEvents([event], language);
  return bad[0]?.reason ?? new EventEngine(events, { language }).definitionProblems[0]?.message;
}

/**
 * The points of the curve.
 * @param tallies one for all values of a list of events, else one for each value
 * @param span of the data, milliseconds
 * @param keys the order in which keys are told
 */
export function curveOf(
  values: readonly number[],
  tallies: readonly Tally[],
  span: number,
  keys: Outcome['keys'],
): CurvePoint[] {
  const weeks = Math.max(span, HOUR) / WEEK;
  const order = new Map(keys.map(({ key }, n) => [key, n]));
  const rank = ({ key }: KeyCount): number => order.get(key) ?? order.size;
  const most = Math.max(LEAST_KEYS, Math.floor(MOST_KEYS / Math.max(1, values.length)));
  const byValue = countsOf(tallies);
  return values.map((value, n) => {
    const counted = byValue.get(n) ?? [];
    const count = counted.reduce((sum, one) => sum + one.count, 0);
    const raisedMs = counted.reduce((sum, one) => sum + one.raisedMs, 0);
    const told = counted.sort((a, b) => rank(a) - rank(b)).slice(0, most);
    return {
      value,
      count,
      perWeek: count / weeks,
      hoursPerWeek: raisedMs / HOUR / weeks,
      keys: told.map(({ rule: _, ...one }) => one),
    };
  });
}

/** What was counted, by the place of the value. */
function countsOf(tallies: readonly Tally[]): Map<number, KeyCount[]> {
  const found = new Map<number, KeyCount[]>();
  tallies.forEach((tally, n) => {
    for (const one of tally.counts()) {
      const [, marked] = one.rule.split(MARK);
      const place = marked === undefined ? n : Number(marked);
      const list = found.get(place);
      if (list === undefined) found.set(place, [one]);
      else list.push(one);
    }
  });
  return found;
}
