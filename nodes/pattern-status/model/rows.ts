/**
 * The rows of the form and the pattern they stand for. What rows cannot show (brackets in brackets, aggregates of
 * other programs) stays a pattern and is edited as text.
 */
import type { Pattern, PatternGroup } from '../../ecdm/definition';

export type Combine = 'and' | 'or' | 'then';

export interface EventRow {
  kind: 'event';
  must: boolean;
  event: string;
  /** How often it must happen. */
  times: number;
  /** In what time it must happen so often; empty where that does not matter. */
  within: string;
  /** How long it must last, or must not happen; empty where it does not matter. */
  for: string;
}

export interface BracketRow {
  kind: 'bracket';
  rows: EventRow[];
  combine: Combine;
  within: string;
}

export type Row = EventRow | BracketRow;

export interface RuleRows {
  rows: Row[];
  combine: Combine;
  within: string;
}

export const newRow = (): EventRow => ({ kind: 'event', must: true, event: '', times: 1, within: '', for: '' });
export const newBracket = (): BracketRow => ({
  kind: 'bracket',
  rows: [newRow(), newRow()],
  combine: 'and',
  within: '',
});

/** @returns `null` where no row names an event */
export function toPattern({ rows, combine, within }: RuleRows): Pattern | null {
  const of = rows
    .map((row) => (row.kind === 'event' ? eventPattern(row) : bracketPattern(row)))
    .filter((p) => p !== null);
  return group(of, combine, within);
}

function group(of: Pattern[], op: Combine, within: string): Pattern | null {
  if (of.length === 0) return null;
  if (of.length === 1 && within === '') return of[0]!;
  return { op, of, ...(within === '' ? {} : { within }) };
}

function bracketPattern({ rows, combine, within }: BracketRow): Pattern | null {
  return group(
    rows.map(eventPattern).filter((p) => p !== null),
    combine,
    within,
  );
}

function eventPattern(row: EventRow): Pattern | null {
  if (row.event === '') return null;
  const event: Pattern = { op: 'event', event: row.event };
  if (!row.must) return { op: 'no', of: event, ...(row.for === '' ? {} : { for: row.for }) };
  if (row.for !== '') return { op: 'lasting', of: event, for: row.for };
  if (row.times === 1) return event;
  return { op: 'times', of: event, min: row.times, ...(row.within === '' ? {} : { within: row.within }) };
}

/** @returns `undefined` where rows cannot show the pattern */
export function fromPattern(p: Pattern | null): RuleRows | undefined {
  if (p === null) return { rows: [newRow()], combine: 'and', within: '' };
  if (isGroup(p)) {
    const rows: Row[] = [];
    for (const item of p.of) {
      const row = eventRow(item) ?? bracketRow(item);
      if (row === undefined) return undefined;
      rows.push(row);
    }
    return same(p, { rows, combine: p.op, within: p.within ?? '' });
  }
  const row = eventRow(p);
  return row && { rows: [row], combine: 'and', within: '' };
}

/** Only what comes back as it went in is shown as rows. */
function same(p: Pattern, rows: RuleRows): RuleRows | undefined {
  return JSON.stringify(sorted(toPattern(rows))) === JSON.stringify(sorted(p)) ? rows : undefined;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function isGroup(p: Pattern): p is PatternGroup {
  return p.op === 'and' || p.op === 'or' || p.op === 'then';
}

function eventRow(p: Pattern): EventRow | undefined {
  if (p.op === 'event') return { ...newRow(), event: p.event };
  if (p.op === 'times' && p.max === undefined && p.min > 1 && p.of.op === 'event') {
    return { ...newRow(), event: p.of.event, times: p.min, within: p.within ?? '' };
  }
  if ((p.op === 'lasting' || p.op === 'no') && p.of.op === 'event') {
    return { ...newRow(), must: p.op === 'lasting', event: p.of.event, for: p.for ?? '' };
  }
  return undefined;
}

function bracketRow(p: Pattern): BracketRow | undefined {
  if (!isGroup(p)) return undefined;
  const inner = fromPattern(p);
  if (inner === undefined || inner.rows.some((row) => row.kind !== 'event')) return undefined;
  return { kind: 'bracket', rows: inner.rows as EventRow[], combine: inner.combine, within: inner.within };
}
