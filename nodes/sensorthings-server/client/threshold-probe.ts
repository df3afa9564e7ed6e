/**
 * Whether a server can be left to look for readings above or below a value. It is tried on readings that are there:
 * servers refuse such a filter, pass over it, or compare texts, and what they leave out would never be missed.
 */
import type { DecodeOptions } from './decode';
import { decodeObservations } from './decode';
import type { StreamInfo } from './datastream';
import { address } from './links';
import { isRefusal, thresholdText } from './push-down';
import { passes, type Threshold } from './rule';
import { isRecord, type Raw } from './tolerant';

type Get = (url: string) => Promise<unknown>;

/** Newest readings of a Datastream that it is tried on, and Datastreams that are tried until one has any. */
const READINGS = 50;
const MOST_STREAMS = 5;

/**
 * @returns the `$filter` for Observations, or `undefined` where the readings are to be looked through here
 * @throws StaError of anything but a refusal
 */
export async function pushedThreshold(
  get: Get,
  root: string,
  streams: readonly StreamInfo[],
  threshold: Threshold,
  decode: DecodeOptions,
): Promise<string | undefined> {
  const filter = thresholdText(threshold);
  for (const stream of streams.slice(0, MOST_STREAMS)) {
    const verdict = await tried(get, root, stream, threshold, filter, decode);
    if (verdict !== undefined) return verdict ? filter : undefined;
  }
  // nothing to try it on: what comes is looked through here
  return undefined;
}

/** `undefined` where a Datastream has no readings. */
async function tried(
  get: Get,
  root: string,
  stream: StreamInfo,
  threshold: Threshold,
  filter: string,
  decode: DecodeOptions,
): Promise<boolean | undefined> {
  const path = `${stream.path}/Observations`;
  const rows = async ($filter: string | undefined): Promise<Raw[]> => {
    const body = await get(address(root, path, { $filter, $orderby: 'phenomenonTime desc', $top: String(READINGS) }));
    const value = isRecord(body) ? body['value'] : undefined;
    return Array.isArray(value) ? (value as unknown[]).filter(isRecord) : [];
  };
  try {
    const all = await rows(undefined);
    if (all.length === 0) return undefined;
    // numbers as texts are compared as texts
    if (all.some((row) => typeof row['result'] === 'string')) return false;
    const ids = (list: readonly Raw[], wanted: (value: unknown) => boolean): string[] =>
      decodeObservations({ value: list }, stream, { ...decode, onProblem: undefined })
        .filter(({ value }) => wanted(value))
        .map(({ id }) => id);
    const expected = ids(all, (value) => passes(threshold, value));
    const found = new Set(ids(await rows(filter), () => true));
    return expected.every((id) => found.has(id));
  } catch (thrown) {
    if (isRefusal(thrown) && thrown.status !== 404) return false;
    throw thrown;
  }
}
