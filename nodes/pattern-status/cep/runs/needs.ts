/** Decides which patterns need run lists; all others are matched by the automaton, which is faster and forgets nothing. */
import type { KeyKind, Pairing, Pattern } from '../../../ecdm/definition';
import { operandsOf } from '../../../ecdm/pattern-walk';

/** What of a rule, beside its pattern, decides how it is matched. */
export interface Matching {
  readonly pairing: Pairing;
  readonly by: KeyKind;
  readonly metres: number | undefined;
}

export function needsRuns(pattern: Pattern, { pairing, by }: Matching, isState: (p: Pattern) => boolean): boolean {
  return pairing !== 'newest' || by === 'near' || asks(pattern, isState, false);
}

function asks(p: Pattern, isState: (p: Pattern) => boolean, inside: boolean): boolean {
  if (p.op === 'every') return true;
  if ('where' in p && p.where !== undefined) return true;
  if (inside && isStep(p, isState)) return true;
  const operands = operandsOf(p).map(({ of }) => of);
  if (p.op === 'then' && operands.length > 1) {
    if (hasRivals(operands)) return true;
    const last = operands.at(-1)!;
    // a silence at the very end needs no more than the time at which the rest was done
    const atEnd = !inside && last.op === 'no' && last.for !== undefined;
    return operands.some((of, i) => {
      if (of.op !== 'no') return asks(of, isState, true);
      return (of.for !== undefined && !(atEnd && i === operands.length - 1)) || asks(of.of, isState, false);
    });
  }
  if (p.op === 'no' || p.op === 'lasting') return operands.some((of) => asks(of, isState, false));
  const symbol = inside && p.op === 'and' && isState(p);
  return operands.some((of) => asks(of, isState, inside && !symbol));
}

/**
 * The automaton keeps the match that began last. What has begun earlier may be the only one left, where the one that began
 * last must open a bracket anew after what was forbidden: it had to be there before that, on a shorter way.
 */
function hasRivals(operands: readonly Pattern[]): boolean {
  return operands.some((of, i) => {
    const next = operands[i + 1];
    if (of.op !== 'no' || of.for !== undefined || next === undefined) return false;
    return beginsBracket(next) && operands.slice(0, i).some(hasWays);
  });
}

/** Whether its first event opens a bracket with a limit of its own. */
function beginsBracket(p: Pattern): boolean {
  if ('within' in p && p.within !== undefined) return true;
  const operands = operandsOf(p).map(({ of }) => of);
  return (p.op === 'then' ? operands.slice(0, 1) : operands).some(beginsBracket);
}

/** Whether it can be done in more than one way, and one of them takes several events. */
function hasWays(p: Pattern): boolean {
  const operands = operandsOf(p).map(({ of }) => of);
  return operands.some(hasWays) || (p.op === 'or' && operands.some(({ op }) => op !== 'event'));
}

/** What the automaton can not do as a step of a sequence. */
function isStep(p: Pattern, isState: (p: Pattern) => boolean): boolean {
  if (p.op === 'times') return p.max !== undefined || p.min === 0;
  if (p.op === 'no') return p.for !== undefined;
  return (p.op === 'and' || p.op === 'or') && !isState(p) && p.of.some((of) => of.op === 'no');
}
