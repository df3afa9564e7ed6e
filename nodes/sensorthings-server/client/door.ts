/** A server as it is searched: what is asked, of which set, and what its pages hold. */
import type { StreamInfo } from './datastream';
import { StaError } from './errors';
import { address } from './links';
import type { Metadata } from './metadata';
import type { Page } from './paging';
import { type Abilities, isRefusal } from './push-down';
import type { Rule } from './rule';
import type { Raw } from './tolerant';

/** What a search needs of a connection. */
export interface Door {
  get: (url: string) => Promise<unknown>;
  root: string;
  metadata: Metadata;
  abilities: Abilities;
  /** What the server can look for among MultiDatastreams, where it has them: they are a set of their own. */
  multi?: Abilities;
  /** Zone of times without an offset. */
  zone?: string;
}

/** Where to look: the Datastreams that fit a rule, or those at a path. */
export interface Query {
  rule: Rule;
  /** As an expert writes it, `Things(1)/Datastreams?$filter=…`; empty for all Datastreams of the server. */
  path: string;
}

/** The same question, to the MultiDatastreams; `undefined` where there are none, or the path says what is meant. */
export function toMulti(door: Door, { rule, path }: Query): [Door, Query] | undefined {
  if (door.multi === undefined || path !== '') return undefined;
  return [
    { ...door, abilities: door.multi, multi: undefined },
    { rule, path: 'MultiDatastreams' },
  ];
}

/** A `$filter` that was written for Datastreams may mean nothing to the other set. */
export async function orNone<T>(none: T, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (isRefusal(thrown)) return none;
    throw thrown;
  }
}

export const notStream = (path: string): StaError => new StaError('config', 'bad-path', `${path} is no Datastream`);

export const joined = (a: string, b: string): string => (a === '' ? b : b === '' ? a : `(${a}) and (${b})`);

export function* streamsOf(page: Page, metadata: Metadata): Generator<[StreamInfo, Raw]> {
  for (const raw of page.body['value'] as unknown[]) {
    const info = metadata.decode(raw);
    if (info) yield [info, raw as Raw];
  }
}

export const hasNext = ({ body, rows }: Page, seen: number): boolean => {
  const link = body['@iot.nextLink'] ?? body['@nextLink'];
  return typeof link === 'string' && link !== '' && rows > 0 && seen > 0;
};

/** One small request, to see whether the server takes a filter. */
export function one(door: Door, path: string, filter: string): Promise<unknown> {
  return door.get(address(door.root, path, { $filter: filter, $top: '1', $select: 'id' }));
}
