/** From the choice in the form to Datastreams with their metadata. */
import { bareStream, type StreamInfo } from '../sensorthings-server/client/datastream';
import type { Connection } from '../sensorthings-server/client/connection';
import { networkError, type StaError } from '../sensorthings-server/client/errors';
import { MOST_STREAMS, type Options } from './options';

/** @param lost told for each chosen Datastream whose metadata cannot be read; it is read without them */
export async function chooseStreams(
  server: Connection,
  choose: Options['choose'],
  lost: (key: string, error: StaError) => void,
): Promise<StreamInfo[]> {
  const metadata = await server.metadata();
  if (choose.by === 'list') {
    const { root } = await server.facts();
    return Promise.all(
      choose.keys.map(async (key) => {
        try {
          return await metadata.stream(key);
        } catch (thrown) {
          const error = networkError(thrown);
          if (error.kind !== 'config' || error.status === undefined) throw error;
          lost(key, error);
          return bareStream(root, key);
        }
      }),
    );
  }
  if (choose.by === 'all') return metadata.list(undefined, MOST_STREAMS);
  if (choose.names.length === 0) return [];
  const names = choose.names.map((name) => name.toLowerCase());
  const filter = names.map((name) => `tolower(ObservedProperty/name) eq '${name.replaceAll("'", "''")}'`).join(' or ');
  const fits = (stream: StreamInfo): boolean => names.includes(stream.property.toLowerCase());
  try {
    return (await metadata.list(filter, MOST_STREAMS)).filter(fits);
  } catch (thrown) {
    const { status } = networkError(thrown);
    if (status !== 400 && status !== 500 && status !== 501) throw thrown;
    // this server cannot filter so: the list is looked through here
    return (await metadata.list(undefined, MOST_STREAMS * 5)).filter(fits).slice(0, MOST_STREAMS);
  }
}
