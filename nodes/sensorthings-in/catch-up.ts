/**
 * Reads over HTTP what is new of every Datastream since its position, with an overlap, and gives it to the outbox in
 * time order over all Datastreams, as fast as the flow takes it.
 */
import type { Mode } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { StaError } from '../sensorthings-server/client/errors';
import { NoOrder } from '../sensorthings-server/client/by-id';
import type { Walks, Whole } from '../sensorthings-server/client/walk';
import type { Outbox } from './outbox';
import type { PositionLog } from './position-log';
import type { Positions, Way } from './positions';
import { isPlain, readInOrder, type Start } from './reading-plan';
import type { Sweep } from './sweep';

/** Milliseconds before the newest readings in which the usual ones lie. */
const LIVELY = 3_600_000;
/** Observations that go on at once. */
const SLICE = 1000;
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
  /** What was stored late. */
  readonly sweep: Sweep;
  /** Told the key of a Datastream that is not read. */
  readonly stranger: (key: string) => void;
  /** A chain of pages was ended by a guard. */
  ended(reason: string): void;
}

/** How very many Datastreams are read in few requests. */
export interface Together extends Whole {
  /** The newest readings, by the identity of the Datastream. */
  readonly latest: (signal: AbortSignal) => Promise<Map<string, Observation | undefined>>;
}

/** What a round begins with. */
interface Plan {
  starts: Start[];
  /** Times from which readings count, by Datastream. */
  froms: Map<string, number>;
  /** Readings that were found while looking for the newest ones. */
  newest: Observation[];
  /** What was stored late lies before this time. */
  before: number;
  whole?: Whole & { from: number };
}

interface Round {
  readonly mode: Mode;
  readonly signal: AbortSignal;
  readonly froms: ReadonlyMap<string, number>;
  readonly reached: Map<string, number>;
  sent: number;
  uncommitted: number;
}

export class CatchUp {
  /** Times before which readings are noted, not sent: of Datastreams whose first reading is not over. */
  private readonly begins = new Map<string, number>();

  constructor(private readonly host: CatchUpHost) {}

  /**
   * One round over all Datastreams: what was stored late, then what is new by time.
   * @param together where there are so many that they are read together
   * @returns how many observations were sent
   * @throws what the server or the network has; what was read before counts
   */
  async run(streams: readonly StreamInfo[], mode: Mode, signal: AbortSignal, together?: Together): Promise<number> {
    const { host } = this;
    const { walks, filter, sweep } = host;
    const swept = await sweep.open(signal);
    if (together && !swept) throw new NoOrder('very many Datastreams can be followed by the order of their ids only');
    const plan = together ? await this.startTogether(streams, together, signal) : await this.startEach(streams, signal);
    const round: Round = { mode, signal, froms: plan.froms, reached: new Map(), sent: 0, uncommitted: 0 };
    const lost = (stream: StreamInfo, error: StaError): void => host.lost(stream, error);
    const onEnd = (reason: string): void => host.ended(reason);
    try {
      for (const slice of inSlices(plan.newest)) await this.take(slice, 'http', round);
      if (swept) {
        const range = { streams: together?.streams ?? byKey(streams), stranger: host.stranger, signal };
        for await (const slice of sweep.late({ ...range, before: plan.before })) await this.take(slice, 'late', round);
      }
      const options = { walks, filter, signal, lost, onEnd, whole: plan.whole };
      for await (const slice of readInOrder(plan.starts, options)) await this.take(slice, 'http', round);
      for (const id of together ? [...this.begins.keys()] : round.reached.keys()) this.begins.delete(id);
      this.confirm(round.reached, sweep.done());
    } catch (thrown) {
      if (!walks.unordered) this.confirm(round.reached);
      throw thrown;
    }
    return round.sent;
  }

  private async take(slice: readonly Observation[], way: Way, round: Round): Promise<void> {
    const { outbox, walks } = this.host;
    await outbox.room();
    round.signal.throwIfAborted();
    const news = this.sift(slice, way, round);
    round.sent += news.length;
    round.uncommitted += slice.length;
    if (news.length > 0) outbox.put(news, round.mode);
    // what a server gives in no order has no position before its end
    if (round.uncommitted < COMMIT_EVERY || walks.unordered) return;
    round.uncommitted = 0;
    this.confirm(round.reached);
  }

  /** Each Datastream from its own position on. */
  private async startEach(streams: readonly StreamInfo[], signal: AbortSignal): Promise<Plan> {
    const starts = await this.starts(streams, signal);
    const froms = new Map(starts.map(({ stream, from }) => [stream.id, from]));
    // later than this all is read by time, of every Datastream
    const before = starts.reduce((latest, { from }) => Math.max(latest, from), 0);
    return { starts, froms, newest: [], before };
  }

  /**
   * All from one time on, that of the middle one. Of those that are behind it only what was stored since the last round
   * is news: the sweep by ids brings it. Those that were never read begin with their newest reading.
   */
  private async startTogether(
    streams: readonly StreamInfo[],
    { latest, ...whole }: Together,
    signal: AbortSignal,
  ): Promise<Plan> {
    const { positions, overlap } = this.host;
    positions.expect(streams.length);
    const alone = streams.filter((stream) => !isPlain(stream));
    const plan = await this.startEach(alone, signal);
    const plain = streams.filter(isPlain);
    const isKnown = ({ id }: StreamInfo): boolean => !this.begins.has(id) && positions.from(id, overlap) !== undefined;
    const readings = plain.every(isKnown) ? new Map<string, Observation | undefined>() : await latest(signal);
    const times: number[] = [];
    let history = Infinity;
    for (const stream of plain) {
      const { id } = stream;
      if (!isKnown(stream) && !this.beginTogether(id, readings, plan.newest)) continue;
      const begin = this.begins.get(id);
      const from = Math.max(0, begin === undefined ? positions.from(id, overlap)! : begin - overlap);
      plan.froms.set(id, from);
      if (from > 0) times.push(from);
      if (begin !== undefined && begin < readings.get(id)!.time) history = Math.min(history, from);
    }
    const from = Math.min(history, usualOf(times));
    return { ...plan, before: Math.max(from, plan.before), whole: { ...whole, stranger: this.host.stranger, from } };
  }

  /** @returns false where nothing is known of a Datastream, or it is empty */
  private beginTogether(
    id: string,
    readings: ReadonlyMap<string, Observation | undefined>,
    newest: Observation[],
  ): boolean {
    const { positions, overlap } = this.host;
    const reading = readings.get(id);
    if (!reading) {
      this.begins.delete(id);
      if (readings.has(id)) this.isEmpty(id);
      return false;
    }
    const begin = this.begins.get(id) ?? Math.min(reading.time, this.host.begin(reading.time));
    this.begins.set(id, begin);
    if (begin === reading.time) newest.push(reading);
    const position = positions.of(id);
    position.floor = Math.max(position.floor, begin - overlap - 1);
    return true;
  }

  /** Empty until now: whatever comes is news, also what MQTT loses of it. */
  private isEmpty(id: string): void {
    const { positions, log, overlap } = this.host;
    this.begins.delete(id);
    positions.confirm(id, 0);
    log.commit(new Map([[id, 0]]), overlap);
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
    const { positions, overlap } = this.host;
    const newest = await this.host.latest(streams, signal);
    const starts: Start[] = [];
    for (const stream of streams) {
      if (!newest.has(stream.id)) continue;
      const time = newest.get(stream.id);
      if (time === undefined) {
        this.isEmpty(stream.id);
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
  private sift(slice: readonly Observation[], way: Way, { froms, reached }: Round): Observation[] {
    const { positions, log, updates } = this.host;
    const news: Observation[] = [];
    const known: Observation[] = [];
    for (const observation of slice) {
      const { time } = observation;
      const datastream = positions.owner(observation.datastream);
      // a neighbour in the same request begins earlier
      if (way === 'http' && time < froms.get(datastream)!) continue;
      if (time > (reached.get(datastream) ?? -Infinity)) reached.set(datastream, time);
      if (time < (this.begins.get(datastream) ?? -Infinity)) {
        positions.pass(observation);
        known.push(observation);
        continue;
      }
      const verdict = positions.judge(observation, way);
      if (verdict === 'repeat') continue;
      if (!this.host.wanted(observation) || (verdict === 'update' && updates === 'drop')) known.push(observation);
      else news.push(verdict === 'update' ? { ...observation, change: 'update' } : observation);
    }
    if (known.length > 0) log.taken(known);
    return news;
  }

  /** Reading goes on from here; a restart does so when the flow has taken what was sent. */
  private confirm(reached: ReadonlyMap<string, number>, mark?: number): void {
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
        if (!passed) return;
        log.commit(completes, overlap);
        if (mark !== undefined) log.setMark(mark);
      },
      () => undefined,
    );
  }
}

const byKey = (streams: readonly StreamInfo[]): Map<string, StreamInfo> =>
  new Map(streams.map((stream) => [stream.key, stream]));

function* inSlices(list: Observation[]): Generator<Observation[]> {
  list.sort((a, b) => a.time - b.time);
  for (let i = 0; i < list.length; i += SLICE) yield list.slice(i, i + SLICE);
}

/**
 * The time from which all are read: any would do, because the sweep brings what lies before it. Sensors that are dead
 * must not draw it into the past, nor clocks that are wrong into the future.
 */
function usualOf(times: readonly number[]): number {
  const sorted = Float64Array.from(times).sort();
  if (sorted.length === 0) return Date.now();
  const past = sorted.findLastIndex((time) => time <= Date.now());
  const newest = sorted.at(past < 0 ? -1 : past)!;
  return Math.max(sorted[sorted.length >> 1]!, newest - LIVELY);
}
