/** The past of what a source reads, for rehearsals: asked of its own server, by its own choice. */
import type { Observation } from '../ecdm/observation';
import type { ServerHistory, ServerRange } from '../rehearsal/history/source';
import type { Connection } from '../sensorthings-server/client/connection';
import type { DecodeOptions } from '../sensorthings-server/client/decode';
import type { StaError } from '../sensorthings-server/client/errors';
import { GroupRefused } from '../sensorthings-server/client/walk';
import type { DemoServer } from '../sensorthings-server/demo/demo-server';
import { passes } from '../sensorthings-server/client/rule';
import { MOST_STREAMS } from './choice';
import { chooseStreams, togetherOf } from './choose';
import type { Options } from './options';
import { isPlain, readInOrder } from './reading-plan';
import { walksOf } from './server-reader';
import { chosenOf } from './source-demo';

/** The simulated city is made anew: nothing is read of it. */
export function demoHistory(server: DemoServer, choose: Options['choose']): ServerHistory {
  const demo = (): { seed: number; only: number[] } => ({
    seed: server.city.seed,
    only: chosenOf(server, choose).map(({ key }) => Number(key)),
  });
  return { url: 'demo:', demo, read: nothing };
}

async function* nothing(): AsyncGenerator<Observation[]> {
  // see `demo`
}

/** What a node reads of a server, for a rehearsal over a time range. */
export function serverHistory(server: Connection, options: Options, decode: DecodeOptions): ServerHistory {
  async function* read(range: ServerRange): AsyncGenerator<Observation[]> {
    try {
      yield* readRange(server, options, decode, range, options.most);
    } catch (thrown) {
      if (!(thrown instanceof GroupRefused)) throw thrown;
      // the server does not give very many of them together, and says so before it has given any
      yield* readRange(server, options, decode, range, MOST_STREAMS);
    }
  }
  return { url: server.settings.url, read };
}

async function* readRange(
  server: Connection,
  options: Options,
  decode: DecodeOptions,
  { since, until, signal, lost }: ServerRange,
  most: number,
): AsyncGenerator<Observation[]> {
  const { choose, threshold } = options;
  const tell = (key: string, error: StaError): void => lost(`${key} (${error.message})`);
  const facts = await server.facts();
  const { streams } = await chooseStreams(server, choose, most, tell);
  const walks = walksOf(server, facts, decode);
  const together = await togetherOf(server, choose, streams, decode);
  const alone = together ? streams.filter((stream) => !isPlain(stream)) : streams;
  const slices = readInOrder(
    alone.map((stream) => ({ stream, from: since })),
    {
      walks,
      whole: together && { ...together, from: since },
      signal,
      lost: (stream, error) => tell(stream.key, error),
      onEnd: lost,
    },
  );
  for await (const slice of slices) {
    signal.throwIfAborted();
    const wanted = slice.filter(
      ({ time, value }) => time >= since && time <= until && (threshold === undefined || passes(threshold, value)),
    );
    if (wanted.length > 0) yield wanted;
    // what a server gives in no order has no end before its end
    if (!walks.unordered && slice.at(-1)!.time > until) return;
  }
}
