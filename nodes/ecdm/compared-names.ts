/** Names of events in a pattern mean something only where a comparison asks for them. */
import type { Pattern } from './definition';
import { operandsOf } from './pattern-walk';

/** Names that comparisons of a pattern, or of brackets in it, speak of. */
export function comparedNames(pattern: Pattern, into = new Set<string>()): ReadonlySet<string> {
  if ('where' in pattern) {
    for (const { left, right } of pattern.where ?? []) {
      into.add(left.of);
      if ('of' in right) into.add(right.of);
    }
  }
  for (const { of } of operandsOf(pattern)) comparedNames(of, into);
  return into;
}

/** The name by which an event is compared with something. */
export function comparedAs(p: Pattern | undefined, compared: ReadonlySet<string>): string | undefined {
  return p?.op === 'event' && p.as !== undefined && compared.has(p.as) ? p.as : undefined;
}

/** Equal for patterns that mean the same: other names say nothing. */
export function textOf(pattern: Pattern, compared: ReadonlySet<string>): string {
  return JSON.stringify(pattern, (key, value: unknown) =>
    key === 'as' && !compared.has(value as string) ? undefined : value,
  );
}
