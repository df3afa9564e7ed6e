import type { Pattern, StatusDefinition } from './definition';

/** The patterns that a pattern is made of, with where each lies in it. */
export function operandsOf(pattern: Pattern): { of: Pattern; path: readonly (string | number)[] }[] {
  if (pattern.op === 'event' || pattern.op === 'aggregate') return [];
  if (Array.isArray(pattern.of)) return pattern.of.map((of, i) => ({ of, path: ['of', i] }));
  return [{ of: pattern.of, path: ['of'] }];
}

/** Ids of the events that a pattern names. */
export function eventsOf(pattern: Pattern, into = new Set<string>()): Set<string> {
  if (pattern.op === 'event' || pattern.op === 'aggregate') into.add(pattern.event);
  for (const { of } of operandsOf(pattern)) eventsOf(of, into);
  return into;
}

/** The patterns of a status: what raises it, what clears it, what changes its severity. */
export function patternsOf(status: StatusDefinition): { pattern: Pattern; path: readonly (string | number)[] }[] {
  const found: ReturnType<typeof patternsOf> = [{ pattern: status.when, path: ['when'] }];
  if (status.clear?.when !== undefined) found.push({ pattern: status.clear.when, path: ['clear', 'when'] });
  status.steps?.forEach(({ when }, i) => {
    if (when !== undefined) found.push({ pattern: when, path: ['steps', i, 'when'] });
  });
  return found;
}
