/** What of a pattern may have a duration: the compiler and the sentence tell the two kinds apart alike. */
import { comparedAs } from '../../ecdm/compared-names';
import type { Pattern } from '../../ecdm/definition';
import { operandsOf } from '../../ecdm/pattern-walk';
import type { EmitOf } from './compile';

/** May have a duration; an event of which nothing is known may. */
export function isStateful(p: Pattern, emitOf: EmitOf): boolean {
  const isState = (of: Pattern): boolean => isStateful(of, emitOf);
  switch (p.op) {
    case 'event':
      return emitOf(p.event) !== 'point';
    case 'and':
      return p.of.every((item) => (item.op === 'no' && item.for === undefined) || isState(item));
    case 'or':
      return p.of.some(isState);
    case 'times':
      return p.min === 1 && p.max === undefined && isState(p.of);
    case 'then':
      return p.of.length === 1 && isState(p.of[0]!);
    case 'no':
      return p.for !== undefined;
    case 'every':
      return false;
    default:
      return true;
  }
}

/** Its matches are over in the instant in which they begin, or are states: no time can be too short for one. */
export function isInstant(p: Pattern, emitOf: EmitOf): boolean {
  if (p.op === 'or') return p.of.every((item) => isInstant(item, emitOf));
  if (p.op === 'and') return isStateful(p, emitOf);
  return p.op === 'event' || p.op === 'lasting' || p.op === 'aggregate' || (p.op === 'no' && p.for !== undefined);
}

/** Something of it is compared. */
export function isCompared(p: Pattern, names: ReadonlySet<string>): boolean {
  if (comparedAs(p, names) !== undefined) return true;
  return ('where' in p && p.where !== undefined) || operandsOf(p).some(({ of }) => isCompared(of, names));
}
