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

/** The same status with other ids of what it looks at; its own stays. */
export function withInputs(status: StatusDefinition, idOf: (id: string) => string): StatusDefinition {
  const { when, clear, steps, notWhile } = status;
  return {
    ...status,
    when: withEvents(when, idOf),
    ...(clear?.when === undefined ? {} : { clear: { ...clear, when: withEvents(clear.when, idOf) } }),
    ...(steps === undefined
      ? {}
      : {
          steps: steps.map((step) => (step.when === undefined ? step : { ...step, when: withEvents(step.when, idOf) })),
        }),
    ...(notWhile === undefined ? {} : { notWhile: notWhile.map(idOf) }),
  };
}

function withEvents(pattern: Pattern, idOf: (id: string) => string): Pattern {
  if (pattern.op === 'event' || pattern.op === 'aggregate') return { ...pattern, event: idOf(pattern.event) };
  const within = (of: Pattern): Pattern => withEvents(of, idOf);
  return { ...pattern, of: Array.isArray(pattern.of) ? pattern.of.map(within) : within(pattern.of) } as Pattern;
}

/** Where a status looks at an event or another status; `undefined` where it does not. */
export function placeOfInput(status: StatusDefinition, id: string): readonly (string | number)[] | undefined {
  for (const { pattern, path } of patternsOf(status)) {
    const at = placeIn(pattern, id);
    if (at !== undefined) return [...path, ...at];
  }
  const i = status.notWhile?.indexOf(id) ?? -1;
  return i < 0 ? undefined : ['notWhile', i];
}

function placeIn(pattern: Pattern, id: string): readonly (string | number)[] | undefined {
  if (pattern.op === 'event' || pattern.op === 'aggregate') return pattern.event === id ? [] : undefined;
  for (const { of, path } of operandsOf(pattern)) {
    const at = placeIn(of, id);
    if (at !== undefined) return [...path, ...at];
  }
  return undefined;
}
