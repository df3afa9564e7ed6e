/**
 * A definition with a mistake of form is checked for the other mistakes all the same: each entry that is not formed as
 * it must be gives its place to a stand-in of the same id, so that places and references stay as they are.
 */
import { definitionSchema, DEFINITION_VERSION, type Definition } from './definition';
import { deeperThan, DEEPEST_JSON } from './depth';
import type { Mistake } from './mistake';

type Fields = Record<string, unknown>;

const LISTS = ['domains', 'events', 'statuses', 'actions', 'actuators', 'tests'] as const;
type List = (typeof LISTS)[number];

export interface Patched {
  definition: Definition;
  /** Whether a mistake at this place is of the file, and not of a stand-in. */
  isReal(path: string): boolean;
  /** Events of which not even the kind is known: what rests on one cannot be judged. */
  vague: ReadonlySet<string>;
}

/** @returns `undefined` where too little is left to check */
export function withStandIns(json: unknown, mistakes: readonly Mistake[]): Patched | undefined {
  if (!isFields(json) || deeperThan(json, DEEPEST_JSON)) return undefined;
  const vague = new Set<string>();
  const places = new Set<string>();
  const patched: Fields = { ecdm: DEFINITION_VERSION, name: 'definition' };
  for (const list of LISTS) {
    const raw = json[list];
    if (raw === undefined) continue;
    if (!Array.isArray(raw)) return undefined;
    const bad = entriesOf(list, mistakes);
    const entries: unknown[] = [];
    for (const [i, entry] of (raw as unknown[]).entries()) {
      const standIn = bad.has(i) ? standInOf(list, entry, i, vague) : entry;
      // others may speak of it by an id that nobody knows
      if (standIn === undefined) return undefined;
      if (bad.has(i)) places.add(`${list}[${i}]`);
      entries.push(standIn);
    }
    patched[list] = entries;
  }
  const { data: definition } = definitionSchema.safeParse(patched);
  if (definition === undefined) return undefined;
  return { definition, vague, isReal: (path) => isOutside(path, places) };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** That two have one id is a mistake whatever else they are. */
function isOutside(path: string, places: ReadonlySet<string>): boolean {
  const place = /^\w+\[\d+\]/.exec(path)?.[0] ?? '';
  return !places.has(place) || path === `${place}.id`;
}

/** Which entries of a list have mistakes. */
function entriesOf(list: List, mistakes: readonly Mistake[]): Set<number> {
  const before = `${list}[`;
  const of = mistakes.filter(({ path }) => path.startsWith(before));
  return new Set(of.map(({ path }) => Number.parseInt(path.slice(before.length), 10)));
}

function standInOf(list: List, entry: unknown, index: number, vague: Set<string>): Fields | undefined {
  const { id, emit }: Fields = isFields(entry) ? entry : {};
  const known = typeof id === 'string';
  // nothing speaks of what answers or tests, so that any id will do
  const named = { id: known ? id : `${list}[${index}]`, name: list };
  switch (list) {
    case 'domains':
      return known ? named : undefined;
    case 'events':
      if (emit !== 'state' && emit !== 'point') vague.add(named.id);
      if (!known) return undefined;
      return { ...named, when: { op: '=', value: true }, emit: emit === 'point' ? 'point' : 'state' };
    case 'statuses':
      if (!known) return undefined;
      return { ...named, when: { op: 'event', event: id }, per: { by: 'city' }, severity: 'warning' };
    case 'actions':
      return { ...named, action: 'notify', on: ['raised'], texts: {} };
    case 'actuators':
      return { ...named, via: 'mqtt', address: list, payloads: {}, confirm: { level: 'sent', within: '1 min' } };
    case 'tests':
      return { ...named, readings: '', expect: [] };
  }
}
