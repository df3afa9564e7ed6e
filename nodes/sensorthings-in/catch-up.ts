/**
 * Reads over HTTP what is new of every Datastream since its position, with an overlap, and gives it to the outbox in
 * time order over all Datastreams, as fast as the flow takes it.
 */
import type { Mode } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { StaError } from '../sensorthings-server/client/errors';
import type { Walks } from '../sensorthings-server/client/walk';
import type { Outbox } from './outbox';
import type { PositionLog } from './position-log';
import type { Positions } from './positions';
import { readInOrder, type Start } from './reading-plan';

/** Observations between two looks at how far the flow has taken them. */
const COMMIT_EVERY = 10_000;

export interface CatchUpHost {
  readonly outbox: Pick<Outbox, 'room' | 'put' | 'fence'>;
  readonly positions: Positions;
  readonly log: PositionLog;
  readonly walks: Walks;
  /** Newest times of Datastreams that were never read; not in the map where it is not known. */
  latest(streams: readonly StreamInfo[], signal: AbortSignal): Promise<Map<string, number | undefined>>;
  lost(stream: StreamInfo, error: StaError): void;
  /** True for a reading that is wanted. */
  wanted(observation: Observation): boolean;
  /** `drop`: observations that were changed on the server are not sent again. */
  readonly updates: 'emit' | 'drop';
  readonly overlap: number;
  /** Time from which readings of a Datastream that was never read are sent, of which the newest is known. */
  begin(newest: number): number;
  /** More of `$filter`. */
  readonly filter?: string;
  /** A chain of pages was ended by a guard. */
  ended(reason: string): void;
}

export class CatchUp {
  /** Times before which readings are noted, not sent: of Datastreams whose first reading is not over. */
  private readonly begins = new Map<string, number>();

  constructor(private readonly host: CatchUpHost) {}

  /**
   * One round over all Datastreams.
   * @returns how many observations were sent
   * @throws what the server or the network has; what was read before counts
   */
  async run(streams: readonly StreamInfo[], mode: Mode, signal: AbortSignal): Promise<number> {
    const { host } = this;
    const starts = await this.starts(streams, signal);
    const froms = new Map(starts.map(({ stream, from }) => [stream.id, from]));
    const reached = new Map<string, number>();
    let sent = 0;
    let uncommitted = 0;
    const { walks, filter } = host;
    const lost = (stream: StreamInfo, error: StaError): void => host.lost(stream, error);
    const onEnd = (reason: string): void => host.ended(reason);
    try {
      for await (const slice of readInOrder(starts, { walks, filter, signal, lost, onEnd })) {
        await host.outbox.room();
        signal.throwIfAborted();
        const news = this.sift(slice, froms, reached);
        sent += news.length;
        uncommitted += slice.length;
        if (news.length > 0) host.outbox.put(news, mode);
        // what a server gives in no order has no position before its end
        if (uncommitted >= COMMIT_EVERY && !walks.unordered) {
          uncommitted = 0;
          this.confirm(reached);
        }
      }
      for (const id of reached.keys()) this.begins.delete(id);
      this.confirm(reached);
    } catch (thrown) {
      if (!walks.unordered) this.confirm(reached);
      throw thrown;
    }
    return sent;
  }

  private async starts(streams: readonly StreamInfo[], signal: AbortSignal): Promise<Start[]> {
    const { positions, overlap } = this.host;
    for (const { id, parts } of streams) for (const part of parts ?? []) positions.belongs(part.id, id);
    const starts: Start[] = [];
    const unknown: StreamInfo[] = [];
    for (const stream of streams) {
      const from = this.begins.has(stream.id) ? undefined : positions.from(stream.id, overlap);
      if (from === undefined) unknown.push(stream);
      else starts.push({ stream, from: Math.max(0, from) });
    }
    if (unknown.length > 0) starts.push(...(await this.firstStarts(unknown, signal)));
    return starts;
  }

  /** Datastreams that were never read: the newest reading is found first. */
  private async firstStarts(streams: readonly StreamInfo[], signal: AbortSignal): Promise<Start[]> {
    const { positions, overlap, log } = this.host;
    const newest = await this.host.latest(streams, signal);
    const starts: Start[] = [];
    for (const stream of streams) {
      if (!newest.has(stream.id)) continue;
      const time = newest.get(stream.id);
      if (time === undefined) {
        // empty until now: whatever comes is news, also what MQTT loses of it
        this.begins.delete(stream.id);
        positions.confirm(stream.id, 0);
        log.commit(new Map([[stream.id, 0]]), overlap);
        continue;
      }
      const begin = this.begins.get(stream.id) ?? Math.min(time, this.host.begin(time));
      this.begins.set(stream.id, begin);
      const from = Math.max(0, begin - overlap);
      const position = positions.of(stream.id);
      position.floor = Math.max(position.floor, from - 1);
      starts.push({ stream, from });
    }
    return starts;
  }

  /** What is news; all of it is noted. */
  private sift(
    slice: readonly Observation[],
    froms: ReadonlyMap<string, number>,
    reached: Map<string, number>,
  ): Observation[] {
    const { positions, log, updates } = this.host;
    const news: Observation[] = [];
    const known: Observation[] = [];
    for (const observation of slice) {
      const { time } = observation;
      const datastream = positions.owner(observation.datastream);
      // a neighbour in the same request begins earlier
      if (time < froms.get(datastream)!) continue;
      if (time > (reached.get(datastream) ?? -Infinity)) reached.set(datastream, time);
      if (time < (this.begins.get(datastream) ?? -Infinity)) {
        positions.pass(observation);
        known.push(observation);
        continue;
      }
      const verdict = positions.judge(observation, 'http');
      if (verdict === 'repeat') continue;
      if (!this.host.wanted(observation) || (verdict === 'update' && updates === 'drop')) known.push(observation);
      else news.push(verdict === 'update' ? { ...observation, change: 'update' } : observation);
    }
    if (known.length > 0) log.taken(known);
    return news;
  }

  /** Reading goes on from here; a restart does so when the flow has taken what was sent. */
  private confirm(reached: ReadonlyMap<string, number>): void {
    const { positions, outbox, log, overlap } = this.host;
    const completes = new Map<string, number>();
    for (const [id, time] of reached) {
      // before its begin nothing is sent: the next round begins at the same place
      if (time < (this.begins.get(id) ?? -Infinity)) continue;
      positions.confirm(id, time);
      completes.set(id, positions.of(id).complete!);
    }
    outbox.fence().then(
      (passed) => {
        if (passed) log.commit(completes, overlap);
      },
      () => undefined,
    );
  }
}
