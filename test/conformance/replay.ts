/** Runs a case through the real engine and compares its matches with those of the other engine. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compileStatus, type Match } from '../../nodes/pattern-status/cep';
import type { Problem } from '../../nodes/ecdm/problem';
import { adapt, NotExpressible, START, type Adapted } from './adapter';
import type { Case, CaseFile, Cell } from './cases';

export type Verdict =
  | { id: string; is: 'agrees' }
  | { id: string; is: 'fault'; why: string }
  | { id: string; is: 'not expressible'; why: string }
  | { id: string; is: 'differs'; why: string };

/** Answers of the other engine that are its faults, with the reason. */
export type Faults = Readonly<Record<string, string>>;

export function readCases(file: string): Case[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as CaseFile).cases;
}

/** The table of faults beside the source, wherever this runs from. */
export function readFaults(root: string): Faults {
  return JSON.parse(readFileSync(path.join(root, 'test/conformance/faults.json'), 'utf8')) as Faults;
}

export function judge(c: Case, faults: Faults): Verdict {
  const { id } = c;
  let adapted: Adapted;
  try {
    adapted = adapt(c);
  } catch (error) {
    if (error instanceof NotExpressible) return { id, is: 'not expressible', why: error.message };
    throw error;
  }
  const matches = replay(adapted, c);
  const difference = compare(c, adapted, matches);
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
  if (problems.length > 0) throw new Error(`${c.id}: ${problems.map(({ message }) => message).join(', ')}`);
  return matches.filter((match) => match.end <= end);
}

function compare(c: Case, { names }: Adapted, matches: readonly Match[]): string | undefined {
  const rows = matches.map((match) => (c.select ?? []).map(([ref, attribute]) => cell(match, names, ref, attribute)));
  const told = rows.map((row) => JSON.stringify(row));
  if (matches.length !== c.expected.count) {
    return `${matches.length} matches ${told.join(' ')}, expected ${c.expected.count} ${(c.expected.rows ?? []).map((row) => JSON.stringify(row)).join(' ')}`;
  }
  const expected = c.expected.rows?.map((row) => JSON.stringify(row));
  if (expected === undefined || expected.slice().sort().join() === told.slice().sort().join()) return undefined;
  return `rows ${told.join(' ')}, expected ${expected.join(' ')}`;
}

function cell(match: Match, names: Adapted['names'], ref: string, attribute: string): Cell {
  const [, name, index] = /^(\w+)(?:\[([^\]]*)\])?$/.exec(ref) ?? [];
  const events = (names.get(name ?? ref) ?? []).flatMap((alias) => match.bound.get(alias) ?? []);
  const back = /^last(?:\s*-\s*(\d+))?$/.exec(index ?? '');
  const at = back === null ? Number(index ?? 0) : events.length - 1 - Number(back[1] ?? 0);
  const value = events[at]?.value as Record<string, Cell> | undefined;
  return value?.[attribute] ?? null;
}
