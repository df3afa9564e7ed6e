/**
 * The one number of a node that a curve tries many values of: where it stands in the settings, and the settings with
 * another value there. The runtime tries with it, and the form takes a value over with it: both mean the same place.
 */
import type { Compare, Condition, EventDefinition, Pattern } from '../ecdm/definition';
import { formatDuration, parseDuration } from '../ecdm/duration';
import type { CurveSetting, SavedNode } from './contract';

type Limit = Compare & { value: number };
type Timed = Extract<Pattern, { op: 'then' | 'and' | 'or' | 'times' }>;

/** What can be tried for the settings of a node; empty where there is no such number in them. */
export function curveSettingsOf(node: SavedNode): CurveSetting[] {
  if (node.type === 'ecdm-event') {
    return eventsOf(node).flatMap((one, event) => {
      const limits: CurveSetting[] = limitIn(one.when)
        ? [
            { of: 'limit', event },
            { of: 'clear', event },
          ]
        : [];
      return one.emit === 'point' ? limits.slice(0, 1) : [...limits, { of: 'for' as const, event }];
    });
  }
  if (node.type !== 'pattern-status') return [];
  const rule = ruleOf(node);
  return rule === undefined ? [] : [...(timedIn(rule) ? [{ of: 'within' } as const] : []), { of: 'for' }];
}

/** The value as it stands; a length of time in milliseconds. `undefined` where it is not set. */
export function settingValue(node: SavedNode, setting: CurveSetting): number | undefined {
  if (node.type !== 'ecdm-event') {
    const rule = ruleOf(node);
    return parseDuration(setting.of === 'within' ? rule && timedIn(rule)?.within : node['for']);
  }
  const event = eventsOf(node)[setting.event ?? 0];
  if (setting.of === 'for') return parseDuration(event?.for);
  const limit = event && limitIn(event.when);
  return setting.of === 'clear' ? limit?.clear : limit?.value;
}

/** The unit that the limit is written in; none for lengths of time. */
export function settingUnit(node: SavedNode, setting: CurveSetting): string | undefined {
  if (node.type !== 'ecdm-event' || setting.of === 'for') return undefined;
  const event = eventsOf(node)[setting.event ?? 0];
  return event && limitIn(event.when)?.unit;
}

/**
 * A copy of the node with another value. With the limit its hysteresis moves along: what was cleared 15 below the limit is
 * cleared 15 below the new one; where it lay on the wrong side of the limit it stays. A length of 0 leaves the setting out.
 */
export function withSetting(node: SavedNode, setting: CurveSetting, value: number): SavedNode {
  const copy = structuredClone(node);
  if (copy.type !== 'ecdm-event') {
    const timed = setting.of === 'within' ? timedIn(ruleOf(copy)!) : undefined;
    if (timed) setLength(timed, 'within', value);
    else copy['for'] = value > 0 ? formatDuration(value) : '';
    return copy;
  }
  const event = eventsOf(copy)[setting.event ?? 0];
  if (event === undefined) return copy;
  const limit = limitIn(event.when);
  if (setting.of === 'for') setLength(event, 'for', value);
  else if (limit && setting.of === 'clear') limit.clear = value;
  else if (limit) {
    if (limit.clear !== undefined && isInside(limit, limit.clear))
      limit.clear = plain(limit.clear + value - limit.value);
    limit.value = value;
  }
  return copy;
}

/** The comparison with a limit that stands first in a condition; none where only equality, lists or times are looked at. */
function limitIn(when: Condition): Limit | undefined {
  if (when.op === 'all' || when.op === 'any') {
    for (const one of when.of) {
      const found = limitIn(one);
      if (found) return found;
    }
    return undefined;
  }
  if (when.op === 'not') return limitIn(when.of);
  const ordered = when.op === '>' || when.op === '>=' || when.op === '<' || when.op === '<=';
  return ordered && typeof when.value === 'number' ? (when as Limit) : undefined;
}

/** Where things are back to normal lies on the quiet side of the limit. */
function isInside({ op, value }: Limit, clear: number): boolean {
  return op === '>' || op === '>=' ? clear <= value : clear >= value;
}

/** The outermost part of a pattern that can have a "within". */
function timedIn(pattern: Pattern): Timed | undefined {
  if (pattern.op === 'then' || pattern.op === 'and' || pattern.op === 'or' || pattern.op === 'times') return pattern;
  return pattern.op === 'no' || pattern.op === 'lasting' || pattern.op === 'every' ? timedIn(pattern.of) : undefined;
}

function setLength<K extends string>(object: { [key in K]?: string }, key: K, ms: number): void {
  if (ms > 0) object[key] = formatDuration(ms);
  else delete object[key];
}

/** Sums such as 90.1 - 15 have no tail of binary digits. */
const plain = (value: number): number => Number(value.toPrecision(12));

function eventsOf(node: SavedNode): EventDefinition[] {
  return Array.isArray(node['events']) ? (node['events'] as EventDefinition[]) : [];
}

function ruleOf(node: SavedNode): Pattern | undefined {
  const rule = node['rule'];
  return typeof rule === 'object' && rule !== null ? (rule as Pattern) : undefined;
}
