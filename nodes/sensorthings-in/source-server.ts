/**
 * Readings of a SensorThings server. Rounds over HTTP read what is new of every Datastream from its position, with an
 * overlap; MQTT brings what happens in between. In a live mode a round runs after every (re)connect and every ten
 * minutes, because servers lose notices silently; without MQTT rounds are all there is.
 */
import { setMaxListeners } from 'node:events';
import type { Mode, RosterEntry } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import { makeProblem } from '../ecdm/problem';
import type { Connection } from '../sensorthings-server/client/connection';
import type { ServerFacts } from '../sensorthings-server/client/discovery';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { networkError, StaError, waitFor } from '../sensorthings-server/client/errors';
import { ObservationReader } from '../sensorthings-server/client/observations';
import { chooseStreams } from './choose';
import { LiveFeed } from './live-feed';
import type { Options } from './options';
import { Positions } from './positions';
import { rosterOf, type Source, type SourceHost } from './source';

/** Readings are read again from this long before the newest. */
const OVERLAP = 300_000;
/** Milliseconds between two rounds while MQTT works, and between two looks at which Datastreams there are. */
const RARELY = 600_000;
/** Rows of one Datastream in one round, and of all together. */
const MOST_ROWS = 10_000;
const LEAST_ROWS = 500;
const ROWS_OF_ROUND = 200_000;

export class ServerSource implements Source {
  private readonly positions = new Positions();
  private readonly stopping = new AbortController();
  private wake: () => void = () => undefined;
  private streams: StreamInfo[] = [];
  private gone = new Set<string>();
  /** Datastreams of which the overlap alone fills a round: read without it, else they would never get on. */
  private readonly crowded = new Set<string>();
  private reader: ObservationReader | undefined;
  private feed: LiveFeed | undefined;
  private facts: ServerFacts | undefined;
  private chosenAt = -Infinity;
  private lastRound = -Infinity;
  private firstRound = true;
  /** Rounds that were asked for, and which of them the last good round answered. */
  private wanted = 0;
  private answered = 0;
  private roundAbort = new AbortController();

  constructor(
    private readonly server: Connection,
    private readonly options: Options,
    private readonly host: SourceHost,
  ) {}

  mode(): Mode {
    if (this.facts?.simulated) return 'simulated';
    return this.feed?.connected ? 'live' : 'poll';
  }

  roster(): RosterEntry[] {
    return rosterOf(this.streams);
  }

  start(): void {
    this.host.health({ state: 'connecting' });
    this.run().catch((thrown: unknown) => this.host.failed(thrown));
  }

  close(): void {
    this.stopping.abort();
    this.roundAbort.abort();
    this.feed?.close();
    this.wake();
  }

  private get closed(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    let failures = 0;
    let told = '';
    while (!this.closed) {
      try {
        await this.prepare();
        await this.round();
        failures = 0;
        told = '';
        this.tellHealth();
        await this.sleep(this.untilNext());
      } catch (thrown) {
        if (this.closed) return;
        const error = networkError(thrown);
        this.host.health({ state: 'down', code: error.code, message: error.message });
        // the same trouble is told once
        if (told !== error.code)
          this.host.problem(makeProblem(error.code, error.message, '', this.server.settings.url));
        told = error.code;
        await this.sleep(waitFor(error, failures++));
      }
    }
  }

  /** Which Datastreams, what the server can do, and the MQTT side. */
  private async prepare(): Promise<void> {
    const now = performance.now();
    if (this.streams.length > 0 && now - this.chosenAt < RARELY) return;
    this.facts = await this.server.facts();
    const { root, dataArray } = this.facts;
    const streams = await chooseStreams(this.server, this.options.choose, (key, error) => this.lost(key, error));
    if (streams.length === 0) throw new StaError('config', 'nothing-chosen', 'no Datastream fits the choice');
    this.reader ??= new ObservationReader((url) => this.server.get(url, this.roundAbort.signal), root, dataArray, {
      zone: this.server.zone,
      sentinels: this.options.sentinels,
      onProblem: (problem) => this.host.problem(problem),
    });
    this.chosenAt = now;
    const changed = streams.map(({ id }) => id).join() !== this.streams.map(({ id }) => id).join();
    this.streams = streams;
    if (!changed) return;
    this.positions.share(streams.length);
    this.host.roster(this.roster());
    await this.follow();
  }

  private async follow(): Promise<void> {
    this.feed?.close();
    this.feed = undefined;
    if (this.options.mode === 'poll' || this.closed) return;
    const link = await this.server.mqtt();
    if (!link) {
      if (this.options.mode === 'live') throw new StaError('config', 'no-mqtt', 'the server offers no MQTT address');
      return;
    }
    if (this.closed) return;
    this.feed = new LiveFeed(link, this.facts!.version || 'v1.1', this.streams, {
      zone: this.server.zone,
      sentinels: this.options.sentinels,
      accept: (observation, old) => {
        if (this.positions.accept(observation, old)) this.host.outbox.push(observation, this.simulated('live'));
      },
      full: () => this.host.outbox.full,
      catchUp: () => {
        this.wanted++;
        this.wake();
      },
      missing: () => this.positions.mark(),
      changed: () => {
        this.tellHealth();
        this.wake();
      },
      problem: (problem) => this.host.problem(problem),
      failed: (thrown) => this.host.failed(thrown),
    });
    this.feed.open();
  }

  private simulated(mode: Mode): Mode {
    return this.facts?.simulated ? 'simulated' : mode;
  }

  /** Reads what is new of every Datastream, then sends it in time order. */
  private async round(): Promise<void> {
    if (this.untilNext() > 0) return;
    await this.host.outbox.room();
    this.feed?.beginCatchUp();
    const asked = this.wanted;
    const catchUp = (this.firstRound && this.options.history > 0) || this.feed?.connected === true;
    const out: Observation[] = [];
    let good = false;
    try {
      await this.readAll(out);
      good = this.wanted === asked;
      this.firstRound = false;
      this.answered = asked;
      this.lastRound = performance.now();
      if (good) this.positions.unmark();
    } finally {
      // also what was read before a failure is news
      this.host.outbox.put(out, this.simulated(catchUp ? 'catch-up' : 'poll'));
      this.feed?.endCatchUp(good);
    }
  }

  /** All Datastreams at once (the connection lets four requests through); the first failure stops the others. */
  private async readAll(out: Observation[]): Promise<void> {
    const abort = new AbortController();
    setMaxListeners(0, abort.signal);
    this.roundAbort = abort;
    let failure: unknown;
    await Promise.all(
      this.streams.map((stream) =>
        this.readStream(stream, out).catch((thrown: unknown) => {
          failure ??= thrown;
          abort.abort();
        }),
      ),
    );
    if (failure !== undefined) throw networkError(failure);
  }

  private async readStream(stream: StreamInfo, out: Observation[]): Promise<void> {
    if (this.roundAbort.signal.aborted || this.closed) return;
    try {
      const { list, from } = await this.readNew(stream);
      let news = 0;
      for (const observation of list) {
        if (!this.positions.accept(observation)) continue;
        news++;
        if (observation.time >= from) out.push(observation);
      }
      if (list.length < this.mostRows()) this.crowded.delete(stream.id);
      else if (news > 0 || !this.crowded.has(stream.id)) {
        // there is more: another round follows at once; where the overlap alone fills a round, it is left out
        if (news === 0) this.crowded.add(stream.id);
        this.wanted++;
      }
      this.gone.delete(stream.key);
    } catch (thrown) {
      const error = networkError(thrown);
      // one Datastream that is gone or broken does not stop the others
      if (error.kind !== 'config' || error.status === undefined) throw error;
      this.lost(stream.key, error);
    }
  }

  /** What may be news; readings before `from` are only noted, so that they are known when they are read again. */
  private async readNew(stream: StreamInfo): Promise<{ list: Observation[]; from: number }> {
    const reader = this.reader!;
    const last = this.positions.from(stream.id);
    if (last !== undefined) {
      const overlap = this.crowded.has(stream.id) ? 0 : OVERLAP;
      return { list: await reader.since(stream, last - overlap, this.mostRows()), from: -Infinity };
    }
    // the first time: the newest reading, or the history
    const newest = await reader.newest(stream);
    if (!newest) return { list: [], from: 0 };
    const { history } = this.options;
    const begin = (this.facts?.simulated ? newest.time : Date.now()) - history;
    const from = history > 0 ? Math.min(begin, newest.time) : newest.time;
    return { list: await reader.since(stream, from - OVERLAP, this.mostRows()), from };
  }

  /** Rows of one Datastream in one round, so that all together are bounded. */
  private mostRows(): number {
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(ROWS_OF_ROUND / this.streams.length)));
  }

  /** Tells once that a Datastream cannot be read. */
  private lost(key: string, error: StaError): void {
    if (this.gone.has(key)) return;
    this.gone.add(key);
    this.host.problem(makeProblem('datastream', `Datastreams(${key}): ${error.message}`, '', key));
  }

  /** Milliseconds until the next round is due. */
  private untilNext(): number {
    if (this.wanted !== this.answered) return 0;
    const { feed } = this;
    // live only: without a connection there is nothing to wait for but the connection
    const rarely =
      (feed?.connected && feed.refusals === 0) || (feed && this.options.mode === 'live' && !this.firstRound);
    return this.lastRound + (rarely ? RARELY : this.options.interval) - performance.now();
  }

  private tellHealth(): void {
    if (this.closed || this.firstRound) return;
    const { feed } = this;
    if (!feed || (feed.connected && feed.refusals === 0) || (feed.reason === undefined && !feed.connected)) {
      this.host.health({ state: 'working', mode: this.mode() });
    } else {
      const code = feed.connected ? 'mqtt-refused' : `mqtt-${feed.reason}`;
      const works = feed.connected || this.options.mode === 'hybrid';
      this.host.health(works ? { state: 'degraded', code } : { state: 'down', code, message: '' });
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, Math.min(ms, 2_000_000_000)));
      this.wake = done;
    });
  }
}
