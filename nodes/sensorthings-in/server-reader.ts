/** How a source reads from its server: the walks through Observations, and the newest times of Datastreams. */
import type { Connection } from '../sensorthings-server/client/connection';
import type { DecodeOptions } from '../sensorthings-server/client/decode';
import type { ServerFacts } from '../sensorthings-server/client/discovery';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { networkError, type StaError } from '../sensorthings-server/client/errors';
import type { GetOptions } from '../sensorthings-server/client/http';
import { latestOf } from '../sensorthings-server/client/latest';
import { Places } from '../sensorthings-server/client/places';
import { Tracks } from '../sensorthings-server/client/tracks';
import { Walks } from '../sensorthings-server/client/walk';

/** Tries of one request, before a round ends and goes on where it was later. */
export const TRIES = 4;
/** Datastreams that are asked one by one at the same time; the connection lets four requests through. */
const AT_ONCE = 8;

/** @param decode is given the places of Things that move */
export function walksOf(server: Connection, facts: ServerFacts, decode: DecodeOptions): Walks {
  const get = (url: string, options?: GetOptions): Promise<unknown> => server.read(url, { tries: TRIES, ...options });
  const places = new Places(new Tracks(get, facts.root, server.zone));
  decode.places = places;
  return new Walks(get, facts.root, facts.dataArray, decode, places);
}

/** Newest times of Datastreams: in few requests where the server can, else one by one. */
export async function newestTimes(
  server: Connection,
  facts: ServerFacts,
  walks: Walks,
  streams: readonly StreamInfo[],
  decode: DecodeOptions,
  signal: AbortSignal,
  lost: (stream: StreamInfo, error: StaError) => void,
): Promise<Map<string, number | undefined>> {
  const found = await latestOf(server.read, facts.root, streams, decode, signal);
  const times = new Map([...found].map(([id, observation]) => [id, observation?.time]));
  const rest = streams.filter(({ id }) => !times.has(id));
  const one = async (stream: StreamInfo): Promise<void> => {
    try {
      const newest = await walks.newest(stream, signal);
      // where the server cannot say what is the newest, everything from now on is news
      if (newest === 'unknown') times.set(stream.id, stream.newest ?? Date.now());
      else times.set(stream.id, newest?.time);
    } catch (thrown) {
      const error = networkError(thrown);
      if (error.kind !== 'config' || error.status === undefined) throw error;
      lost(stream, error);
    }
  };
  for (let i = 0; i < rest.length; i += AT_ONCE) await Promise.all(rest.slice(i, i + AT_ONCE).map(one));
  return times;
}
