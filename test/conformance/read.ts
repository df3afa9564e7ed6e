/** Files of cases, and what is wrong with one that holds none. */
import { readFileSync } from 'node:fs';
import { OPERATORS, childrenOf, type Case, type Cell, type Node } from './cases';
import { checkNames } from './names';

/** The file can not be used at all; a single case that can not be is reported as that case. */
export class UnusableFile extends Error {}

/** A list of cases, or an object with `cases`; fields that are not known are left alone, missing ones are empty. */
export function readCases(file: string): Case[] {
  const json = parse(file);
  const list = Array.isArray(json) ? json : isObject(json) ? json.cases : undefined;
  if (!Array.isArray(list)) throw new UnusableFile(`${file}: no list of cases; expected { "cases": [...] }`);
  const entries = list.map((entry: unknown) => (isObject(entry) ? entry : {}));
  if (entries.length > 0 && !entries.some(({ pattern }) => isObject(pattern)))
    throw new UnusableFile(`${file}: no case has a pattern; expected objects with pattern, events and expected`);
  return entries.map((entry, i) => filled(entry, `case ${i + 1}`));
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnusableFile(`${file}: can not be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnusableFile(`${file}: not JSON: ${(error as Error).message}`);
  }
}

function filled(entry: Record<string, unknown>, id: string): Case {
  const { id: own, streams, time_mode: mode, events, select } = entry;
  return {
    ...entry,
    id: typeof own === 'string' || typeof own === 'number' ? `${own}` : id,
    streams: streams ?? {},
    time_mode: mode ?? 'sleep',
    events: events ?? [],
    select: isSelection(select) ? select : null,
  } as Case;
}

/** Farther away there are no dates for our milliseconds. */
const FARTHEST = 8e12;

/** Throws what a case lacks, in words; only what is read is looked at. */
export function checkCase(c: Case): void {
  const { pattern, events, expected, select, partition } = c;
  checkNode(pattern, 'pattern');
  if (!Array.isArray(events)) throw new Error('events is no list');
  events.forEach((event: unknown, i) => {
    const [stream, offset, values] = Array.isArray(event) ? (event as unknown[]) : [];
    if (typeof stream !== 'string' || !isOffset(offset) || !Array.isArray(values))
      throw new Error(`events[${i}] is not [stream, offset in ms, values]`);
  });
  if (!isObject(expected) || !Number.isInteger(expected.count)) throw new Error('expected.count is missing');
  if (!isOffset(c.observe_until_ms ?? 0)) throw new Error('observe_until_ms is no offset in ms');
  if (typeof (partition ?? '') !== 'string') throw new Error('partition is not "attribute of stream, ..."');
  if (Array.isArray(expected.rows) && expected.rows.length > 0 && !isSelection(select))
    throw new Error('there are rows, but select is no list of [step, attribute]');
  checkNames(c);
}

function isSelection(value: unknown): boolean {
  return Array.isArray(value) && value.every((column) => Array.isArray(column) && column.length === 2);
}

function isOffset(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= FARTHEST;
}

function checkNode(node: Node, at: string): void {
  const op = isObject(node) ? (node as { op?: unknown }).op : undefined;
  const known = OPERATORS[op as Node['op']];
  if (known === undefined) throw new Error(`${at}.op is ${JSON.stringify(op)}, not one of ${Object.keys(OPERATORS)}`);
  for (const field of known)
    if ((node as unknown as Record<string, Cell>)[field] === undefined) throw new Error(`${at}.${field} is missing`);
  if ('items' in node && (!Array.isArray(node.items) || node.items.length === 0))
    throw new Error(`${at}.items is no list of one or more`);
  const children = childrenOf(node);
  children.forEach((child, i) => checkNode(child, 'items' in node ? `${at}.items[${i}]` : `${at}.of`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
