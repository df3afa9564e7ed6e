/** From the choice in the form to Datastreams with their metadata. */
import type { Observation } from '../ecdm/observation';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { Connection } from '../sensorthings-server/client/connection';
import type { DecodeOptions } from '../sensorthings-server/client/decode';
import type { StaError } from '../sensorthings-server/client/errors';
import type { Query } from '../sensorthings-server/client/door';
import { findLatest, findSome, type FoundStreams } from '../sensorthings-server/client/find-streams';
import { latestOf } from '../sensorthings-server/client/latest';
import { clausesOf, filterText } from '../sensorthings-server/client/push-down';
import { EVERYTHING } from '../sensorthings-server/client/rule';
import type { Together } from './catch-up';
import { type Choice, MOST_STREAMS } from './choice';
import { isPlain } from './reading-plan';

/**
 * @param most Datastreams of a rule or path
 * @param lost told for each chosen Datastream whose metadata cannot be read; it is read without them
 */
export async function chooseStreams(
  server: Connection,
  choose: Choice,
  most: number,
  lost: (key: string, error: StaError) => void,
): Promise<FoundStreams> {
  const door = await server.door();
  if (choose.by === 'list') return { streams: await door.metadata.streams(choose.keys, lost), more: false };
  const { streams, more } = await findSome(door, queryOf(choose), most);
  if (streams.length <= MOST_STREAMS) return { streams, more };
  // those that cannot be read with others are read one by one
  let alone = 0;
  const kept = streams.filter((stream) => isPlain(stream) || ++alone <= MOST_STREAMS);
  return { streams: kept, more: more || kept.length < streams.length };
}

const queryOf = (choose: Exclude<Choice, { by: 'list' }>): Query =>
  choose.by === 'rule' ? { rule: choose.rule, path: '' } : { rule: EVERYTHING, path: choose.path };

/** How the Datastreams of a choice are read, where they are very many. */
export async function togetherOf(
  server: Connection,
  choose: Choice,
  streams: readonly StreamInfo[],
  decode: DecodeOptions,
): Promise<Together | undefined> {
  if (streams.length <= MOST_STREAMS || choose.by === 'list') return undefined;
  const door = await server.door();
  const plain = streams.filter(isPlain);
  const byKey = new Map(plain.map((stream) => [stream.key, stream]));
  const latest = async (signal: AbortSignal): Promise<Map<string, Observation | undefined>> => {
    const found = await findLatest(door, queryOf(choose), byKey, decode);
    const rest = plain.filter(({ id }) => !found.has(id));
    if (rest.length === 0) return found;
    return new Map([...found, ...(await latestOf(server.read, door.root, rest, decode, signal))]);
  };
  const rule = choose.by === 'rule' ? choose.rule : EVERYTHING;
  // what a server cannot look for among all Observations is left out here
  const filter = filterText(clausesOf({ ...rule, filter: '' }, 'Datastream/'), door.abilities, '');
  return { streams: byKey, filter, latest };
}

/** What a new look at the Datastreams has brought: other ones, the same with something else known of them, or nothing. */
export function changeOf(before: readonly StreamInfo[], now: readonly StreamInfo[]): 'others' | 'known' | 'none' {
  if (before.length !== now.length || !before.every(({ id }, i) => id === now[i]!.id)) return 'others';
  return before.every((stream, i) => saysTheSame(stream, now[i]!)) ? 'none' : 'known';
}

function saysTheSame(a: StreamInfo, b: StreamInfo): boolean {
  const samePlace = a.moving === true || (a.place?.[0] === b.place?.[0] && a.place?.[1] === b.place?.[1]);
  const same = (['name', 'property', 'unit', 'thing', 'thingName', 'numeric', 'moving'] as const).every(
    (field) => a[field] === b[field],
  );
  return same && samePlace && JSON.stringify(a.meta) === JSON.stringify(b.meta);
}
