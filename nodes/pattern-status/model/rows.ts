/**
 * The rows of the form and the pattern they stand for. Every pattern can be shown as rows and comes back as it was:
 * what has no place in one row (counting what lasts, "no no …") stands in a bracket of its own.
 */
import type {
  AggregateMethod,
  Comparison,
  Pattern,
  PatternAggregate,
  PatternGroup,
  PatternTimes,
} from '../../ecdm/definition';

export type Combine = PatternGroup['op'];

/** How a row must happen. */
export type How = 'once' | 'atLeast' | 'exactly' | 'between' | 'lasting' | 'every' | 'aggregate';

interface RowBase {
  must: boolean;
  /** For how long it must not happen; empty where that does not matter. */
  quiet: string;
  how: How;
  /** How often, with a counting `how`. */
  min: number;
  max: number;
  /** In what time it must happen so often; empty where that does not matter. */
  within: string;
  /** How long it must last, with `how` lasting. */
  lasts: string;
}

/** What the values of an event come to, with `how` aggregate; a number that is not filled in yet is NaN. */
export interface AggregateFields {
  method: AggregateMethod;
  over: string;
  compare: PatternAggregate['compare'];
  value: number;
  percentile?: number;
  minSamples?: number;
}

export interface EventRow extends RowBase {
  kind: 'event';
  event: string;
  /** What comparisons call it; empty where none does. */
  as: string;
  /** The form made that name, so it goes when no comparison needs it any more. */
  made?: boolean;
  aggregate: AggregateFields;
}

export interface BracketRow extends RowBase {
  kind: 'bracket';
  group: RowGroup;
}

export type Row = EventRow | BracketRow;

/** The whole rule, or what is in a bracket. */
export interface RowGroup {
  rows: Row[];
  combine: Combine;
  within: string;
  where: Comparison[];
  /** Written as a bracket though there is one row in it only. */
  alone: boolean;
}

const base = (): RowBase => ({ must: true, quiet: '', how: 'once', min: 2, max: 3, within: '', lasts: '' });
const noAggregate = (): AggregateFields => ({ method: 'average', over: '', compare: '>', value: NaN });

export const newRow = (event = ''): EventRow => ({
  kind: 'event',
  ...base(),
  event,
  as: '',
  aggregate: noAggregate(),
});
export const newBracket = (rows: Row[] = [newRow(), newRow()]): BracketRow => ({
  kind: 'bracket',
  ...base(),
  group: newGroup(rows),
});
export const newGroup = (rows: Row[] = [newRow()]): RowGroup => ({
  rows,
  combine: 'and',
  within: '',
  where: [],
  alone: false,
});

export const isCounted = ({ how }: Row): boolean => how === 'atLeast' || how === 'exactly' || how === 'between';

// ---- to the pattern

/** Which row (or group) each part of a pattern was made of. */
export type Origins = Map<Pattern, Row | RowGroup>;

/**
 * The pattern of a whole rule. Where something is not filled in yet the pattern lacks it: see `missingIn`.
 * @param origins is filled
 * @returns `null` where no row names an event
 */
export function toPattern(rule: RowGroup, origins: Origins = new Map()): Pattern | null {
  return new Builder(origins, namesIn(rule)).group(rule, rule);
}

class Builder {
  constructor(
    private readonly origins: Origins,
    private readonly names: ReadonlySet<string>,
  ) {}

  group(group: RowGroup, owner: Row | RowGroup): Pattern | null {
    const of = group.rows.map((row) => this.row(row)).filter((p) => p !== null);
    if (of.length === 0) return null;
    if (of.length === 1 && !group.alone && group.within === '' && group.where.length === 0) return of[0]!;
    const pattern: PatternGroup = { op: group.combine, of };
    if (group.within !== '') pattern.within = group.within;
    if (group.where.length > 0) pattern.where = structuredClone(group.where);
    return this.from(owner, pattern);
  }

  private from<P extends Pattern>(owner: Row | RowGroup, pattern: P): P {
    this.origins.set(pattern, owner);
    return pattern;
  }

  private row(row: Row): Pattern | null {
    const core = row.kind === 'event' ? this.event(row) : this.group(row.group, row);
    if (core === null) return null;
    const happens = this.happens(row, core);
    if (row.must) return happens;
    return this.from(row, { op: 'no', of: happens, ...(row.quiet === '' ? {} : { for: row.quiet }) });
  }

  private event(row: EventRow): Pattern | null {
    if (row.event === '') return null;
    if (row.how === 'aggregate') {
      return this.from(row, { op: 'aggregate', event: row.event, ...row.aggregate });
    }
    const named = row.as !== '' && (!row.made || this.names.has(row.as));
    return this.from(row, { op: 'event', event: row.event, ...(named ? { as: row.as } : {}) });
  }

  private happens(row: Row, of: Pattern): Pattern {
    switch (row.how) {
      case 'lasting':
        return this.from(row, { op: 'lasting', of, for: row.lasts });
      case 'every':
        return this.from(row, { op: 'every', of });
      case 'atLeast':
      case 'exactly':
      case 'between':
        return this.from(row, times(row, of));
      default:
        return of;
    }
  }
}

function times(row: Row, of: Pattern): PatternTimes {
  const pattern: PatternTimes = { op: 'times', of, min: row.min };
  if (row.how !== 'atLeast') pattern.max = row.how === 'exactly' ? row.min : row.max;
  if (row.within !== '') pattern.within = row.within;
  return pattern;
}

/** What the comparisons of a rule call its events. */
function namesIn(group: RowGroup, into = new Set<string>()): Set<string> {
  for (const { left, right } of group.where) {
    into.add(left.of);
    if ('of' in right) into.add(right.of);
  }
  for (const row of group.rows) if (row.kind === 'bracket') namesIn(row.group, into);
  return into;
}

// ---- from the pattern

/** The rows that show a pattern. */
export function fromPattern(p: Pattern | null): RowGroup {
  if (p === null) return newGroup();
  return isGroup(p) ? groupOf(p) : newGroup([rowOf(p)]);
}

function isGroup(p: Pattern): p is PatternGroup {
  return p.op === 'and' || p.op === 'or' || p.op === 'then';
}

function groupOf(p: PatternGroup): RowGroup {
  return {
    rows: p.of.map(rowOf),
    combine: p.op,
    within: p.within ?? '',
    where: (p.where ?? []).map(comparisonOf),
    alone: p.of.length === 1,
  };
}

/** A number that was not filled in is `null` in what was saved. */
function comparisonOf(saved: Comparison): Comparison {
  const copy = structuredClone(saved);
  if ('value' in copy.right && copy.right.value === null) copy.right.value = NaN;
  return copy;
}

function rowOf(p: Pattern): Row {
  switch (p.op) {
    case 'no': {
      const row = rowOf(p.of);
      return { ...(row.must ? row : newBracket([row])), must: false, quiet: p.for ?? '' };
    }
    case 'lasting':
      return { ...coreOf(p.of), how: 'lasting', lasts: p.for };
    case 'every':
      return { ...coreOf(p.of), how: 'every' };
    case 'times':
      return { ...coreOf(p.of), ...countOf(p) };
    case 'aggregate': {
      const { op: _op, event, ...aggregate } = p;
      return { ...newRow(event), how: 'aggregate', aggregate: { ...aggregate, value: aggregate.value ?? NaN } };
    }
    case 'event':
      return { ...newRow(p.event), as: p.as ?? '' };
    default:
      return { ...newBracket([]), group: groupOf(p) };
  }
}

/** What has no "how" of its own yet. */
function coreOf(p: Pattern): Row {
  const row = rowOf(p);
  return row.must && row.how === 'once' ? row : newBracket([row]);
}

function countOf({ min, max, within = '' }: PatternTimes): Pick<Row, 'how' | 'min' | 'max' | 'within'> {
  if (max === undefined) return { how: 'atLeast', min, max: Math.max(min, 1), within };
  return { how: max === min ? 'exactly' : 'between', min, max, within };
}
