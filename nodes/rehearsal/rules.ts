/** What the settings of nodes say about readings: which ones are looked at, which limits they have, how far back they look. */
import type { Condition, EventDefinition } from '../ecdm/definition';
import { parseDuration } from '../ecdm/duration';
import { readEvents } from '../ecdm-event/settings';
import type { RehearsalResult, SavedNode } from './contract';

type Limits = RehearsalResult['limits'];

const MOST_LIMITS = 50;
/** Deepest nesting of settings that is looked through for durations. */
const DEEPEST = 12;
/** Settings that say how far back a rule looks. */
const LOOKING_BACK: ReadonlySet<string> = new Set(['over', 'for', 'within', 'after', 'clearAfter', 'steady', 'in']);

/** The events that ecdm-event nodes define. */
export function eventsOf(nodes: readonly SavedNode[]): EventDefinition[] {
  return nodes.flatMap((node) => (node.type === 'ecdm-event' ? readEvents(node['events']).events : []));
}

/** In lower case; `undefined` where some event looks at all, or there is none. */
export function propertiesOf(events: readonly EventDefinition[]): ReadonlySet<string> | undefined {
  if (events.length === 0) return undefined;
  const names = new Set<string>();
  for (const { observe } of events) {
    if (observe?.properties === undefined || observe.properties.length === 0) return undefined;
    for (const name of observe.properties) names.add(name.toLowerCase());
  }
  return names;
}

/** The limits that a chart can draw. */
export function limitsOf(events: readonly EventDefinition[], of: 'next' | 'now'): Limits {
  const limits: Limits = [];
  for (const { id, when } of events) collect(when, { of, rule: id }, limits);
  return limits.slice(0, MOST_LIMITS);
}

function collect(when: Condition, about: Pick<Limits[number], 'of' | 'rule'>, into: Limits): void {
  switch (when.op) {
    case '>':
    case '>=':
    case '<':
    case '<=': {
      const { value, clear, unit } = when;
      if (typeof value !== 'number') return;
      into.push({
        value,
        ...(clear === undefined ? {} : { clear }),
        ...(unit === undefined ? {} : { unit }),
        ...about,
      });
      return;
    }
    case 'between':
    case 'outside':
      for (const value of [when.low, when.high]) {
        into.push({ value, ...(when.unit === undefined ? {} : { unit: when.unit }), ...about });
      }
      return;
    case 'all':
    case 'any':
      for (const one of when.of) collect(one, about, into);
      return;
    case 'not':
      collect(when.of, about, into);
  }
}

/** The longest time that a rule looks back, in milliseconds; 0 where it looks at one moment. */
export function looksBack(settings: unknown, depth = 0): number {
  if (depth > DEEPEST || typeof settings !== 'object' || settings === null) return 0;
  let longest = 0;
  for (const [name, value] of Object.entries(settings)) {
    const own = LOOKING_BACK.has(name) ? (parseDuration(value) ?? 0) : 0;
    longest = Math.max(longest, own, looksBack(value, depth + 1));
  }
  return longest;
}
