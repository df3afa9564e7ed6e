/** Runs a case through the real engine and compares its matches with those of the other engine. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compileStatus, type Match } from '../../nodes/pattern-status/cep';
import type { Problem } from '../../nodes/ecdm/problem';
import { adapt, NotExpressible, type Adapted } from './adapter';
import { START } from './events';
import type { Case, Cell } from './cases';
import { checkCase } from './read';

export type Verdict =
  | { id: string; is: 'agrees' }
  | { id: string; is: 'fault'; why: string }
  | { id: string; is: 'not expressible'; why: string }
  | { id: string; is: 'differs'; why: string };

/** Answers of the other engine that are its faults, with the reason. */
export type Faults = Readonly<Record<string, string>>;

/** The table of faults beside the source, wherever this runs from. */
export function readFaults(root: string): Faults {
  return JSON.parse(readFileSync(path.join(root, 'test/conformance/faults.json'), 'utf8')) as Faults;
}

/** A case that can not be run differs, with the reason: the others are still told. */
export function judge(c: Case, faults: Faults): Verdict {
  const { id } = c;
  let difference: string | undefined;
  try {
    checkCase(c);
    const adapted = adapt(c);
    difference = compare(c, adapted, replay(adapted, c));
  } catch (error) {
    if (error instanceof NotExpressible) return { id, is: 'not expressible', why: error.message };
    difference = `can not be run: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (difference === undefined) return { id, is: 'agrees' };
  const why = faults[id];
  return why === undefined ? { id, is: 'differs', why: difference } : { id, is: 'fault', why };
}

function replay({ definition, events, end }: Adapted, c: Case): Match[] {
  const matches: Match[] = [];
  const problems: Problem[] = [];
  const engine = compileStatus(definition, {
    names: (event) => event,
    emit: () => 'point',
    onMatch: (match) => matches.push(match),
  });
  engine.setMode('replay');
  // silence counts from the start of the rule; a partition begins with its first event
  if (!c.partition) engine.expect([{ key: 'all' }], START, [], problems);
  engine.push(events, [], problems);
  engine.clock({ source: 'case', time: end, end: true }, 'replay', [], problems);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(', '));
  return matches.filter((match) => match.end <= end);
}

function compare(c: Case, { names, counted }: Adapted, matches: readonly Match[]): string | undefined {
  const expected = c.expected.rows?.map((row) => JSON.stringify(row.map(listed)));
  const rows = matches.map((match) =>
    (c.select ?? []).map(([ref, attribute], column) => {
      const all = counted.has(ref) && c.expected.rows?.some((row) => Array.isArray(listed(row[column] ?? null)));
      return all === true ? cells(match, names, ref, attribute) : cell(match, names, ref, attribute);
    }),
  );
  const told = rows.map((row) => JSON.stringify(row));
  if (matches.length !== c.expected.count) {
    return `${matches.length} matches ${told.join(' ')}, expected ${c.expected.count} ${(expected ?? []).join(' ')}`;
  }
  if (expected === undefined || expected.slice().sort().join() === told.slice().sort().join()) return undefined;
  return `rows ${told.join(' ')}, expected ${expected.join(' ')}`;
}

/** All values of a count, which the other engine writes as "[1.5, 2.5]". */
function listed(value: Cell | readonly Cell[]): Cell | readonly Cell[] {
  const [, inner] = typeof value === 'string' ? (/^\[(.*)\]$/.exec(value) ?? []) : [];
  if (inner === undefined) return value;
  return inner.split(', ').map((text) => (text === 'null' ? null : Number.isNaN(Number(text)) ? text : Number(text)));
}

function bound(match: Match, names: Adapted['names'], ref: string): Match['events'] {
  return (names.get(ref) ?? []).flatMap((alias) => match.bound.get(alias) ?? []);
}

function cells(match: Match, names: Adapted['names'], ref: string, attribute: string): Cell[] {
  return bound(match, names, ref).map(({ value }) => (value as Record<string, Cell>)[attribute] ?? null);
}

function cell(match: Match, names: Adapted['names'], ref: string, attribute: string): Cell {
  const [, name, index] = /^(\w+)(?:\[([^\]]*)\])?$/.exec(ref) ?? [];
  const events = bound(match, names, name ?? ref);
  const back = /^last(?:\s*-\s*(\d+))?$/.exec(index ?? '');
  const at = back === null ? Number(index ?? 0) : events.length - 1 - Number(back[1] ?? 0);
  const value = events[at]?.value as Record<string, Cell> | undefined;
  return value?.[attribute] ?? null;
}
