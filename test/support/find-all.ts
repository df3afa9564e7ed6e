import type { StreamInfo } from '../../nodes/sensorthings-server/client/datastream';
import type { Door, Query } from '../../nodes/sensorthings-server/client/door';
import { findSome } from '../../nodes/sensorthings-server/client/find-streams';

/** The Datastreams of a rule or path, `limit` at most, for whoever does not ask whether there are more. */
export async function findAll(door: Door, query: Query, limit: number): Promise<StreamInfo[]> {
  return (await findSome(door, query, limit)).streams;
}
