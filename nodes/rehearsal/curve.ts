/** One setting with many values: what is changed in the settings for each, and what came of it. */
import type { Condition, EventDefinition } from '../ecdm/definition';
import { formatDuration } from '../ecdm/duration';
import type { CurvePoint, CurveSetting, Outcome, SavedNode } from './contract';
import type { KeyCount, Tally } from './tally';

const WEEK = 7 * 24 * 3_600_000;
const HOUR = 3_600_000;
/** Values of a curve. */
export const MOST_VALUES = 60;
const MOST_KEYS = 200;
/** Between the id of an event and the place of its value. */
const MARK = '\u0000';

/**
 * The settings to try: a list of events takes all values side by side, another rule is tried once for each value.
 * @returns `undefined` where the node has no such setting
 */
export function variantsOf(node: SavedNode, setting: CurveSetting, values: readonly number[]): SavedNode[] | undefined {
  const tried = values.slice(0, MOST_VALUES);
  if (node.type === 'ecdm-event') {
    const event = eventsOf(node)[setting.event ?? -1];
    if (event === undefined) return undefined;
    const events = tried.map((value, n) => {
      const changed = withSetting(event, setting.of, value);
      return changed && { ...changed, id: `${event.id}${MARK}${n}` };
    });
    return events.includes(undefined) ? undefined : [{ ...node, events }];
  }
  if (node.type !== 'pattern-status') return undefined;
  if (setting.of === 'for') return tried.map((ms) => ({ ...node, for: ms > 0 ? formatDuration(ms) : '' }));
  if (setting.of !== 'within') return undefined;
  const rules = tried.map((ms) => withWithin(readRule(node['rule']), ms));
  return rules.includes(undefined) ? undefined : rules.map((rule) => ({ ...node, rule }));
}

/** Unit of the values, where they have one: that of the limit. Durations are milliseconds. */
export function unitOf(node: SavedNode, setting: CurveSetting): string | undefined {
  if (setting.event === undefined || setting.of === 'for') return undefined;
  const event = eventsOf(node)[setting.event];
  return event && limitIn(event.when)?.unit;
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
  const byValue = countsOf(tallies);
  return values.slice(0, MOST_VALUES).map((value, n) => {
    const counted = byValue.get(n) ?? [];
    const count = counted.reduce((sum, one) => sum + one.count, 0);
    const raisedMs = counted.reduce((sum, one) => sum + one.raisedMs, 0);
    const told = counted.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_KEYS);
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

function eventsOf({ events }: SavedNode): EventDefinition[] {
  return Array.isArray(events) ? (events as EventDefinition[]) : [];
}

function withSetting(event: EventDefinition, of: CurveSetting['of'], value: number): EventDefinition | undefined {
  if (of === 'for') {
    const { for: _, ...rest } = event;
    return value > 0 ? { ...rest, for: formatDuration(value) } : rest;
  }
  const when = changeLimit(event.when, of, value);
  return when && { ...event, when };
}

type Limit = Extract<Condition, { value: unknown }>;

/** The comparison with a number that a condition begins with. */
function limitIn(when: Condition): Limit | undefined {
  switch (when.op) {
    case '>':
    case '>=':
    case '<':
    case '<=':
      return typeof when.value === 'number' ? when : undefined;
    case 'all':
    case 'any':
      return when.of.map(limitIn).find((one) => one !== undefined);
    default:
      return undefined;
  }
}

/** Where the limit moves, the limit that ends it moves along: they stay as far from each other. */
function changeLimit(when: Condition, of: CurveSetting['of'], value: number): Condition | undefined {
  const limit = limitIn(when);
  if (limit === undefined) return undefined;
  if (when !== limit) {
    const group = when as Extract<Condition, { of: Condition[] }>;
    const at = group.of.findIndex((one) => limitIn(one) !== undefined);
    const changed = changeLimit(group.of[at]!, of, value);
    return changed && { ...group, of: group.of.with(at, changed) };
  }
  if (of === 'clear') return { ...limit, clear: value };
  const { clear, value: before } = limit;
  return clear === undefined ? { ...limit, value } : { ...limit, value, clear: value + (clear - Number(before)) };
}

function readRule(rule: unknown): unknown {
  if (typeof rule !== 'string') return rule;
  try {
    return JSON.parse(rule) as unknown;
  } catch {
    return undefined;
  }
}

/** Changes the outermost time within which a pattern must come true. */
function withWithin(rule: unknown, ms: number): Record<string, unknown> | undefined {
  if (typeof rule !== 'object' || rule === null) return undefined;
  const pattern = rule as Record<string, unknown>;
  if (['then', 'and', 'times'].includes(String(pattern['op']))) return { ...pattern, within: formatDuration(ms) };
  if (Array.isArray(pattern['of'])) {
    const of = pattern['of'] as unknown[];
    for (const [n, one] of of.entries()) {
      const changed = withWithin(one, ms);
      if (changed !== undefined) return { ...pattern, of: of.with(n, changed) };
    }
    return undefined;
  }
  const inner = withWithin(pattern['of'], ms);
  return inner && { ...pattern, of: inner };
}
