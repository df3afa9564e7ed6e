/** Statuses that rest on each other. */
import type { StatusDefinition } from './definition';
import { eventsOf, patternsOf } from './pattern-walk';

/** The ids that a status looks at. */
export function statusInputs(status: StatusDefinition): Set<string> {
  const ids = new Set(status.notWhile);
  for (const { pattern } of patternsOf(status)) eventsOf(pattern, ids);
  return ids;
}

/** The way by which a status feeds itself, from itself to itself; `undefined` where it does not. */
export function wayBack(start: string, inputs: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const seen = new Set<string>();
  const walk = (id: string, way: string[]): string[] | undefined => {
    for (const next of inputs.get(id) ?? []) {
      if (next === start) return [...way, next];
      if (!inputs.has(next) || seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(start, [start]);
}
