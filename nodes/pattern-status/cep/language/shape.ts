/** How a bracket of one item and what is said of it come together: printer and parser agree here. */
import type { Comparison, Pattern, PatternGroup } from '../../../ecdm/definition';

/** What stands at the end of a bracket. */
export interface Bounds {
  within?: string;
  where?: Comparison[];
}

export function isGroup(pattern: Pattern): pattern is PatternGroup {
  return pattern.op === 'then' || pattern.op === 'and' || pattern.op === 'or';
}

/** Whether the only item of a bracket takes over what is said at its end; if not, the bracket itself means "all of it". */
export function takesOver(item: Pattern, { within, where }: Bounds): boolean {
  if (item.op === 'times') return where === undefined && item.within === undefined;
  if (!isGroup(item)) return false;
  return (within === undefined || item.within === undefined) && (where === undefined || item.where === undefined);
}
