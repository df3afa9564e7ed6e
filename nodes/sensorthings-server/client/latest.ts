/** The newest Observation of each of many Datastreams, in few requests (one for fifty). */
import type { Observation } from '../../ecdm/observation';
import { type DecodeOptions, decodeObservations } from './decode';
import type { StreamInfo } from './datastream';
import { StaError } from './errors';
import { address, keyFrom } from './links';
import { idOf, isRecord, pick, selfLinkOf } from './tolerant';

const GROUP = 50;
const LONGEST_KEYS = 1500;
/** The newest Observation of each Datastream of an answer. */
export const LATEST = 'Observations($orderby=phenomenonTime desc;$top=1;$select=id,phenomenonTime,result)';

type Get = (url: string, options?: { signal?: AbortSignal }) => Promise<unknown>;

/**
 * @returns by identity of the Datastream its newest Observation, `undefined` for one that has none; a Datastream that
 *   the server did not answer for is not in the map
 */
export async function latestOf(
  get: Get,
  root: string,
  streams: readonly StreamInfo[],
  decode: DecodeOptions,
  signal?: AbortSignal,
): Promise<Map<string, Observation | undefined>> {
  const found = new Map<string, Observation | undefined>();
  for (const group of inGroups(streams.filter(({ path }) => path.startsWith('Datastreams(')))) {
    const byKey = new Map(group.map((stream) => [stream.key, stream]));
    const $filter = group.map(({ key }) => `id eq ${decodeURIComponent(key)}`).join(' or ');
    const options = { $filter, $select: 'id', $expand: LATEST, $top: String(group.length) };
    let body: unknown;
    try {
      body = await get(address(root, 'Datastreams', options), { signal });
    } catch (thrown) {
      // what it refuses once it refuses always: the Datastreams are asked one by one
      if (thrown instanceof StaError && thrown.status !== undefined && thrown.kind !== 'auth') return found;
      throw thrown;
    }
    takeLatest(body, byKey, decode, found);
  }
  return found;
}

/** @param found gets the newest Observations of an answer of Datastreams that was expanded with {@link LATEST} */
export function takeLatest(
  body: unknown,
  byKey: ReadonlyMap<string, StreamInfo>,
  decode: DecodeOptions,
  found: Map<string, Observation | undefined>,
): void {
  for (const raw of isRecord(body) && Array.isArray(body['value']) ? (body['value'] as unknown[]) : []) {
    if (!isRecord(raw)) continue;
    const stream = byKey.get(keyFrom(idOf(raw), selfLinkOf(raw)) ?? '');
    const observations = pick(raw, 'Observations');
    if (!stream || !Array.isArray(observations)) continue;
    found.set(stream.id, decodeObservations({ value: observations }, stream, { ...decode, onProblem: undefined })[0]);
  }
}

function inGroups(streams: readonly StreamInfo[]): StreamInfo[][] {
  const groups: StreamInfo[][] = [];
  let length = 0;
  for (const stream of streams) {
    const last = groups[groups.length - 1];
    length += stream.key.length + 10;
    if (last && last.length < GROUP && length <= LONGEST_KEYS) last.push(stream);
    else {
      groups.push([stream]);
      length = stream.key.length + 10;
    }
  }
  return groups;
}
