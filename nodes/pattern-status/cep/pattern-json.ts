/** What a pattern remembers for one key as plain JSON and back. Numbers that JSON does not know are written as texts. */
import type { Plan } from './plan';
import type { Box, Layout, PatternState, RefKind, StreamStates } from './state';

export type Plain = number | '+' | '-';

export const plain = (n: number): Plain => (n === Infinity ? '+' : n === -Infinity ? '-' : n);
export const number = (p: Plain): number => (p === '+' ? Infinity : p === '-' ? -Infinity : p);

export interface PlainPattern {
  n: Plain[];
  /** One for each reference of the layout; null where there is nothing. */
  refs: unknown[];
}

export function packPattern({ numbers, refs }: Layout, { n, o, refs: values, r }: PatternState): PlainPattern {
  return {
    n: Array.from(n.subarray(o, o + numbers), plain),
    refs: refs.map((kind, i) => packRef(kind, values[r + i])),
  };
}

function packRef(kind: RefKind, value: unknown): unknown {
  if (value === undefined) return null;
  switch (kind) {
    case 'streams':
      return Array.from(value as StreamStates, ([stream, held]) => [stream, { ...held }]);
    case 'numbers':
      return (value as number[]).slice();
    case 'box':
      return (value as Box).toJSON();
    default:
      return value;
  }
}

/** @returns false for what was written by another rule */
export function unpackPattern(plan: Plan, p: PlainPattern, { n, o, refs, r }: PatternState): boolean {
  const { layout } = plan;
  if (p.n.length !== layout.numbers || p.refs.length !== layout.refs.length) return false;
  p.n.forEach((value, i) => (n[o + i] = number(value)));
  layout.refs.forEach((kind, i) => {
    const value = p.refs[i] ?? undefined;
    refs[r + i] = kind === 'streams' && value !== undefined ? new Map(value as [string, never][]) : value;
  });
  for (const operator of plan.operators) {
    const at = operator.boxAt;
    if (at >= 0 && refs[r + at] !== undefined) refs[r + at] = operator.revive(refs[r + at]);
  }
  return true;
}
