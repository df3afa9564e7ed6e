/** The Datastreams of a rule or path for a flow, and their newest Observations: the server searches where it can. */
import type { Observation } from '../../ecdm/observation';
import type { StreamInfo } from './datastream';
import type { DecodeOptions } from './decode';
import { type Door, hasNext, joined, notStream, one, orNone, type Query, streamsOf, toMulti } from './door';
import { LATEST, takeLatest } from './latest';
import { address } from './links';
import { pages } from './paging';
import { parsePath } from './path';
import { blamingFilter, isRefusal, pushDown } from './push-down';
import { misfit } from './rule';

/** Rows that are looked through for a flow where the server cannot search: 200 requests. */
const MOST_SCANNED_FLOW = 100_000;
/** Rows of a request: a FROST that is busy needs 25 ms for each with all that is known of it, and 30 s are waited. */
const TOP_FLOW = 500;

export interface FoundStreams {
  streams: StreamInfo[];
  /** There are more of them, or the server has more than can be looked through. */
  more: boolean;
}

/**
 * The Datastreams of a rule or path, for a flow; `limit` at most.
 * @throws StaError `bad-path`, or as the server answers
 */
export async function findSome(door: Door, query: Query, limit: number): Promise<FoundStreams> {
  const first = await someOf(door, query, limit);
  const multi = toMulti(door, query);
  if (!multi || first.more) return first;
  const left = limit - first.streams.length;
  const second = await orNone({ streams: [], more: false }, () => someOf(...multi, Math.max(1, left)));
  const streams = [...first.streams, ...second.streams];
  return { streams: streams.slice(0, limit), more: second.more || streams.length > limit };
}

async function someOf(door: Door, query: Query, limit: number): Promise<FoundStreams> {
  const at = parsePath(query.path);
  const { rule } = query;
  const { root, metadata } = door;
  if (at.single) return { streams: await single(door, at.path), more: false };
  const whole = { ...rule, filter: joined(rule.filter, at.filter) };
  const scan = (filter: string | undefined): Promise<FoundStreams> => {
    const get = blamingFilter(door.get, filter, (text) => one(door, at.path, text));
    return metadata.withExpand(async (expand) => {
      const out: StreamInfo[] = [];
      const options = { $filter: filter, $expand: expand, $top: String(Math.min(limit, TOP_FLOW)) };
      const walk = pages(get, address(root, at.path, options), { root, limit: MOST_SCANNED_FLOW });
      let more = false;
      for await (const page of walk) {
        more = hasNext(page, page.rows);
        for (const [info] of streamsOf(page, metadata))
          if (misfit(info, rule) === undefined) out.push(metadata.take(info));
        if (out.length >= limit) break;
      }
      return { streams: out.slice(0, limit), more: more || out.length > limit };
    }, at.path);
  };
  return pushDown(whole, door.abilities, scan, (filter) => one(door, at.path, filter));
}

/** As {@link LATEST}, for readings that go into a flow. */
const LATEST_WHOLE = LATEST.replace('result)', 'result,resultQuality)');
/** Rows of a request that brings the newest Observation of each. */
const TOP_LATEST = 500;

/**
 * The newest Observations of the Datastreams of a rule or path: five hundred in a request.
 * @param wanted those that are looked for, by their keys
 * @returns as {@link takeLatest} fills it; empty where the server refuses
 */
export async function findLatest(
  door: Door,
  query: Query,
  wanted: ReadonlyMap<string, StreamInfo>,
  decode: DecodeOptions,
): Promise<Map<string, Observation | undefined>> {
  const at = parsePath(query.path);
  const whole = { ...query.rule, filter: joined(query.rule.filter, at.filter) };
  const { root } = door;
  const scan = async (filter: string | undefined): Promise<Map<string, Observation | undefined>> => {
    const found = new Map<string, Observation | undefined>();
    const get = blamingFilter(door.get, filter, (text) => one(door, at.path, text));
    const options = { $filter: filter, $select: 'id', $expand: LATEST_WHOLE, $top: String(TOP_LATEST) };
    const walk = pages(get, address(root, at.path, options), { root, limit: MOST_SCANNED_FLOW });
    for await (const { body } of walk) takeLatest(body, wanted, decode, found);
    return found;
  };
  try {
    return await pushDown(whole, door.abilities, scan, (filter) => one(door, at.path, filter));
  } catch (thrown) {
    if (isRefusal(thrown)) return new Map();
    throw thrown;
  }
}

/** The Datastream at a path such as `Datastreams(5)`. */
async function single({ get, root, metadata }: Door, path: string): Promise<StreamInfo[]> {
  return metadata.withExpand(async (expand) => {
    const info = metadata.decode(await get(address(root, path, { $expand: expand })));
    if (!info) throw notStream(path);
    return [info];
  }, path);
}
