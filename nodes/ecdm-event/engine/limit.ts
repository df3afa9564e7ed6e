/** The limit that an event can name, so that people see with what its value was compared. */
import type { Condition, EventDefinition } from '../../ecdm/definition';
import type { EventLimit } from '../../ecdm/event';
import { toUcum } from '../../ecdm/units';

const OPS: ReadonlySet<string> = new Set<EventLimit['op']>(['>', '>=', '<', '<=']);

/**
 * The limit of a condition that compares the value with one number, apart from times of day and quality; `undefined`
 * where there is none or more than one: a sentence that named the wrong one would be worse than none.
 */
export function limitOf({ when, aggregate }: Pick<EventDefinition, 'when' | 'aggregate'>): EventLimit | undefined {
  const leaves = valueLeaves(when);
  const [leaf] = leaves;
  if (leaves.length !== 1 || leaf === undefined || !('value' in leaf) || typeof leaf.value !== 'number')
    return undefined;
  if (!OPS.has(leaf.op)) return undefined;
  const limit: EventLimit = { op: leaf.op as EventLimit['op'], value: leaf.value };
  const unit = leaf.unit?.trim();
  if (unit) limit.unit = toUcum(unit) ?? unit;
  if (aggregate !== undefined) {
    limit.method = aggregate.method;
    limit.over = aggregate.over;
  }
  // one object for all events of the rule
  return Object.freeze(limit);
}

/** What is said of the value. Below a "not" a limit means the opposite: it counts as one that cannot be named. */
function valueLeaves(condition: Condition): (Exclude<Condition, { of: unknown }> | undefined)[] {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.of.flatMap(valueLeaves);
    case 'not':
      return [undefined];
    case 'time':
      return [];
    default:
      return condition.field?.trim() === 'quality' ? [] : [condition];
  }
}
