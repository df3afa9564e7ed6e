/** From the choice in the form to Datastreams with their metadata. */
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { Connection } from '../sensorthings-server/client/connection';
import type { StaError } from '../sensorthings-server/client/errors';
import { findAll } from '../sensorthings-server/client/finder';
import { EVERYTHING } from '../sensorthings-server/client/rule';
import { type Choice, MOST_STREAMS } from './choice';

/** @param lost told for each chosen Datastream whose metadata cannot be read; it is read without them */
export async function chooseStreams(
  server: Connection,
  choose: Choice,
  lost: (key: string, error: StaError) => void,
): Promise<StreamInfo[]> {
  const door = await server.door();
  if (choose.by === 'rule') return findAll(door, { rule: choose.rule, path: '' }, MOST_STREAMS);
  if (choose.by === 'path') return findAll(door, { rule: EVERYTHING, path: choose.path }, MOST_STREAMS);
  return door.metadata.streams(choose.keys, lost);
}
