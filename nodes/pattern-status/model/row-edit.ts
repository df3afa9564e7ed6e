/** What the form does to rows: number them, find them, move them across brackets, name them for comparisons. */
import type { Comparison } from '../../ecdm/definition';
import type { EventRow, Row, RowGroup } from './rows';

/** Most rows in one bracket, as the definition has it. */
export const MOST_ROWS = 20;
/** Most comparisons of one bracket. */
export const MOST_COMPARISONS = 20;

/** Where a row stands. */
export interface Spot {
  group: RowGroup;
  index: number;
  /** The bracket that the group belongs to, where it is not the whole rule. */
  bracket?: Row;
}

/** Every row of a rule from top to bottom, with its number: "2", and "2.1" for the first one in bracket 2. */
export function numbered(rule: RowGroup, prefix = ''): Map<Row, string> {
  const all = new Map<Row, string>();
  rule.rows.forEach((row, i) => {
    const number = `${prefix}${i + 1}`;
    all.set(row, number);
    if (row.kind === 'bracket') for (const [inner, n] of numbered(row.group, `${number}.`)) all.set(inner, n);
  });
  return all;
}

function spotOf(rule: RowGroup, row: Row, bracket?: Row): Spot | undefined {
  const index = rule.rows.indexOf(row);
  if (index >= 0) return { group: rule, index, ...(bracket && { bracket }) };
  for (const other of rule.rows) {
    const found = other.kind === 'bracket' ? spotOf(other.group, row, other) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a row would go: past its neighbour, into the bracket beside it, or out of its own. */
function target(rule: RowGroup, row: Row, step: -1 | 1): { from: Spot; into: RowGroup; at: number } | undefined {
  const from = spotOf(rule, row);
  if (from === undefined) return undefined;
  const { group, index, bracket } = from;
  const beside = group.rows[index + step];
  if (beside?.kind === 'bracket' && row.kind === 'event' && beside.group.rows.length < MOST_ROWS) {
    return { from, into: beside.group, at: step < 0 ? beside.group.rows.length : 0 };
  }
  if (beside !== undefined) return { from, into: group, at: index + step };
  const outer = bracket && spotOf(rule, bracket);
  if (outer === undefined || (outer.group.rows.length >= MOST_ROWS && group.rows.length > 1)) return undefined;
  return { from, into: outer.group, at: step < 0 ? outer.index : outer.index + 1 };
}

export function canMove(rule: RowGroup, row: Row, step: -1 | 1): boolean {
  return target(rule, row, step) !== undefined;
}

/** Moves a row up (-1) or down (1). A bracket that is left empty goes. */
export function move(rule: RowGroup, row: Row, step: -1 | 1): void {
  const to = target(rule, row, step);
  if (to === undefined) return;
  const { group, index, bracket } = to.from;
  group.rows.splice(index, 1);
  to.into.rows.splice(to.at, 0, row);
  if (bracket !== undefined && group.rows.length === 0) take(rule, bracket);
}

/**
 * Removes a row, and the brackets that would be empty without it.
 * @returns the row on which one goes on
 */
export function remove(rule: RowGroup, row: Row): Row | undefined {
  const spot = spotOf(rule, row);
  if (spot === undefined) return undefined;
  const { group, index, bracket } = spot;
  if (bracket !== undefined && group.rows.length === 1) return remove(rule, bracket);
  group.rows.splice(index, 1);
  return group.rows[Math.min(index, group.rows.length - 1)] ?? bracket;
}

function take(rule: RowGroup, row: Row): void {
  const spot = spotOf(rule, row);
  spot?.group.rows.splice(spot.index, 1);
}

// ---- comparisons

/** The events that a comparison of this group can speak of: those in it, at any depth. */
export function comparable(group: RowGroup): EventRow[] {
  return group.rows.flatMap((row) => {
    if (row.kind === 'bracket') return comparable(row.group);
    return row.how === 'aggregate' || row.event === '' ? [] : [row];
  });
}

/** What comparisons call a row; a name is made where it has none. */
export function nameFor(rule: RowGroup, row: EventRow): string {
  if (row.as !== '') return row.as;
  const taken = new Set([...numbered(rule).keys()].map((one) => (one.kind === 'event' ? one.as : '')));
  let n = 1;
  while (taken.has(`e${n}`)) n++;
  row.as = `e${n}`;
  row.made = true;
  return row.as;
}

/** A comparison to begin with: the last event of the group with the first, or the only one with a number. */
export function newComparison(rule: RowGroup, group: RowGroup): Comparison | undefined {
  const events = comparable(group);
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const of = nameFor(rule, first);
  return {
    left: { of: nameFor(rule, last) },
    op: '>',
    right: first === last ? { value: NaN } : { of },
  };
}
