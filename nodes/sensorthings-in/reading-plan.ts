/** Which requests read many Datastreams from their positions on, in time order over all of them, in bounded memory. */
import type { Observation } from '../ecdm/observation';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { networkError, type StaError } from '../sensorthings-server/client/errors';
import { GroupRefused, type WalkRange, type Walks, type Whole } from '../sensorthings-server/client/walk';
import { merge } from './merge';

/** Observations that all sequences together may hold. */
const BUDGET = 24_000;
/** Datastreams of one request: their keys must fit into an address. */
const GROUP = 20;
const LONGEST_KEYS = 1200;
/** Datastreams share a request when they begin at most this far apart: what lies between is read in vain. */
const APART = 600_000;
const LEAST_PAGE = 20;

export interface Start {
  stream: StreamInfo;
  /** Time to read from. */
  from: number;
}

export interface PlanOptions {
  walks: Walks;
  /** Told for a Datastream that the server does not give any more; the others go on. */
  lost: (stream: StreamInfo, error: StaError) => void;
  filter?: string;
  /** Very many Datastreams: they are read together, from one time on. */
  whole?: Whole & { from: number };
  signal?: AbortSignal;
  onEnd?: (reason: string) => void;
}

/** All observations of the Datastreams from their starts on, in slices, in time order. */
export function readInOrder(starts: readonly Start[], options: PlanOptions): AsyncGenerator<Observation[]> {
  if (options.whole) return readWhole(options.whole, starts, options);
  const groups = options.walks.canGroup ? grouped(starts) : starts.map((start) => [start]);
  // a sequence holds the page that is used and the next one
  const page = Math.max(LEAST_PAGE, Math.floor(BUDGET / 2 / Math.max(1, groups.length)));
  return merge(groups.map((group) => readGroup(group, page, options)));
}

/** @param rest Datastreams that are to be read one by one all the same */
function readWhole(
  { from, ...whole }: Whole & { from: number },
  rest: readonly Start[],
  { walks, filter, signal, onEnd, ...more }: PlanOptions,
): AsyncGenerator<Observation[]> {
  const page = Math.max(LEAST_PAGE, Math.floor(BUDGET / 4 / Math.max(1, rest.length)));
  const options = { walks, filter, signal, onEnd, ...more };
  const all = walks.pages([], { from, page: BUDGET / 4, filter, signal, onEnd, whole });
  return merge([all, ...rest.map((start) => readGroup([start], page, options))]);
}

/** Read with others in one request; those of Things that move are read with their places, the other ones are a set of their own. */
export const isPlain = ({ path, moving }: StreamInfo): boolean => path.startsWith('Datastreams(') && moving !== true;

/** Datastreams that begin at about the same time, in groups of as many as fit into an address. */
export function grouped(starts: readonly Start[]): Start[][] {
  const groups: Start[][] = [];
  let current: Start[] = [];
  let length = 0;
  const plain = ({ stream }: Start): boolean => isPlain(stream);
  groups.push(...starts.filter((start) => !plain(start)).map((start) => [start]));
  for (const start of starts.filter(plain).sort((a, b) => a.from - b.from)) {
    length += start.stream.key.length + 22;
    const first = current[0];
    const near = first !== undefined && start.from - first.from <= APART;
    if (near && current.length < GROUP && length <= LONGEST_KEYS) current.push(start);
    else {
      current = [start];
      length = start.stream.key.length + 22;
      groups.push(current);
    }
  }
  return groups;
}

async function* readGroup(group: readonly Start[], page: number, options: PlanOptions): AsyncGenerator<Observation[]> {
  const { walks, filter, signal, onEnd } = options;
  const range: WalkRange = { from: group[0]!.from, page, filter, signal, onEnd };
  try {
    if (group.length === 1) yield* readOne(group[0]!, range, options);
    else yield* walks.pages(group.map(({ stream }) => stream), range); // prettier-ignore
  } catch (thrown) {
    if (!(thrown instanceof GroupRefused)) throw thrown;
    const from = thrown.last;
    const small = Math.max(LEAST_PAGE, Math.floor(page / group.length));
    const alone = group.map((start) => {
      const own = { ...range, from: Math.max(start.from, from ?? -Infinity), page: small };
      return readOne(start, own, options);
    });
    yield* merge(alone);
  }
}

/** One Datastream that is gone or broken does not stop the others. */
async function* readOne({ stream }: Start, range: WalkRange, options: PlanOptions): AsyncGenerator<Observation[]> {
  try {
    yield* options.walks.pages([stream], range);
  } catch (thrown) {
    const error = networkError(thrown);
    if (error.kind !== 'config' || error.status === undefined) throw error;
    options.lost(stream, error);
  }
}
