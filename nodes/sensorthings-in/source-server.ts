/**
 * Readings of a SensorThings server. Rounds over HTTP read what is new of every Datastream from its position, with an
 * overlap; MQTT brings what happens in between. In the hybrid mode a round runs after every (re)connect, when MQTT is
 * silent, and every ten minutes, because servers lose notices silently; without MQTT rounds are all there is. The mode
 * `live` has MQTT alone, the mode `poll` has rounds alone.
 */
import type { Mode, RosterEntry } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import { makeProblem } from '../ecdm/problem';
import type { Connection } from '../sensorthings-server/client/connection';
import type { DecodeOptions } from '../sensorthings-server/client/decode';
import type { ServerFacts } from '../sensorthings-server/client/discovery';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { networkError, StaError, waitFor } from '../sensorthings-server/client/errors';
import { tellNotes } from '../sensorthings-server/client/texts';
import { pushedThreshold } from '../sensorthings-server/client/threshold-probe';
import { ById, NoOrder } from '../sensorthings-server/client/by-id';
import type { MqttLink, MqttListener } from '../sensorthings-server/client/mqtt';
import { GroupRefused, type WalkGet, type Walks } from '../sensorthings-server/client/walk';
import { CatchUp, type Together } from './catch-up';
import { MOST_STREAMS } from './choice';
import { changeOf, chooseStreams, togetherOf } from './choose';
import { Lifetime } from './lifetime';
import { LiveFeed } from './live-feed';
import type { Options } from './options';
import type { Way } from './positions';
import { metadataTopics, Renewal } from './renewal';
import { newestTimes, TRIES, walksOf } from './server-reader';
import { type Bounds, type Keeping, rosterOf, type Source, type SourceHost, tellLost, type TellLost } from './source';
import { Sweep } from './sweep';
import { Watchdog } from './watchdog';

/** Changed observations that are looked up at the same time, and rows that each look may read. */
const MOST_VERIFIED = 20;
const VERIFIED_PAGE = 20;
/** Milliseconds between two looks at whether MQTT is silent. */
const WATCH_EVERY = 1000;

export class ServerSource implements Source {
  private readonly life = new Lifetime();
  private readonly watchdog = new Watchdog();
  private streams: StreamInfo[] = [];
  private catchUp: CatchUp | undefined;
  private walks: Walks | undefined;
  private feed: LiveFeed | undefined;
  private facts: ServerFacts | undefined;
  /** There are more Datastreams than are read. */
  private cut = false;
  /** How they are read where they are very many; and that the server does not allow it. */
  private together: Together | undefined;
  private onlyFew = false;
  private sweep: Sweep | undefined;
  private readonly renewal = new Renewal(() => this.life.wake());
  private news: MqttListener | undefined;
  private link: MqttLink | undefined;
  private lastRound = -Infinity;
  private firstRound = true;
  private reading = false;
  /** Observations whose content is being looked up. */
  private verifying = 0;
  /** Rounds that were asked for, and which of them the last good round answered. */
  private wanted = 0;
  private answered = 0;
  private watch: NodeJS.Timeout | undefined;

  private readonly lost: TellLost;

  constructor(
    private readonly server: Connection,
    private readonly options: Options,
    private readonly host: SourceHost,
    private readonly keeping: Keeping,
    private readonly decode: DecodeOptions,
  ) {
    this.lost = tellLost(host, decode.language);
  }

  mode(): Mode {
    if (this.facts?.simulated) return 'simulated';
    return this.feed?.connected ? 'live' : 'poll';
  }

  roster(): RosterEntry[] {
    return rosterOf(this.streams, this.options.records);
  }

  bounds(): Bounds {
    const { positions } = this.keeping;
    const cut = this.cut ? this.streams.length : undefined;
    return { buffered: this.feed?.buffered ?? 0, crowded: positions.crowded, cut };
  }

  start(): void {
    this.host.health({ state: 'connecting' });
    this.run().catch((thrown: unknown) => this.host.failed(thrown));
    this.watch = setInterval(() => this.look(), WATCH_EVERY);
  }

  close(): void {
    clearInterval(this.watch);
    this.life.close();
    this.feed?.close();
    if (this.news) this.link?.remove(this.news);
  }

  private async run(): Promise<void> {
    await this.keeping.load();
    let failures = 0;
    let told = '';
    while (!this.life.closed) {
      try {
        await this.prepare();
        await this.round();
        failures = 0;
        told = '';
        this.tellHealth();
        await this.life.sleep(Math.min(this.untilNext(), this.renewal.wait));
      } catch (thrown) {
        if (this.life.closed) return;
        const error = networkError(thrown);
        this.host.health({ state: 'down', code: error.code, message: error.message });
        // the same trouble is told once
        if (told !== error.code)
          this.host.problem(makeProblem(error.code, error.message, '', this.server.settings.url));
        told = error.code;
        await this.life.sleep(waitFor(error, failures++));
      }
    }
  }

  /** Which Datastreams, what the server can do, and the MQTT side. */
  private async prepare(): Promise<void> {
    if (this.streams.length > 0 && this.renewal.wait > 0) return;
    const { server, options, renewal, decode } = this;
    const begun = renewal.begin();
    const facts = (this.facts = await server.facts());
    this.sweep ??= this.makeSweep(facts);
    // what was told to have changed must not come from what is kept
    if (renewal.hinted && options.choose.by === 'list') {
      const metadata = await server.metadata();
      for (const key of options.choose.keys) metadata.clear(key);
    }
    const { lost } = this;
    const { streams, more } = await chooseStreams(server, options.choose, await this.mostNow(), lost);
    if (streams.length === 0) throw new StaError('config', 'nothing-chosen', 'no Datastream fits the choice');
    this.catchUp ??= this.makeCatchUp(await this.filterOf(streams), this.sweep);
    const change = changeOf(this.streams, streams);
    this.streams = streams;
    this.cut = more;
    this.together = await togetherOf(server, options.choose, streams, decode);
    renewal.looked(change !== 'none', begun);
    if (change === 'none') return;
    tellNotes(streams, decode);
    this.host.roster(this.roster());
    if (change === 'known') return this.feed?.update(streams);
    // new ones are read at once
    this.wanted++;
    await this.follow();
  }

  /** Datastreams that can be read: very many only where the server has an order in which it stores. */
  private async mostNow(): Promise<number> {
    const { most, mode, choose } = this.options;
    if (choose.by === 'list' || most <= MOST_STREAMS || mode === 'live') return most;
    const swept = !this.onlyFew && (await this.sweep!.open(this.life.signal));
    return swept ? most : MOST_STREAMS;
  }

  private makeSweep({ root, dataArray }: ServerFacts): Sweep {
    const { positions, log } = this.keeping;
    const get: WalkGet = (url, options) => this.server.read(url, { tries: TRIES, ...options });
    return new Sweep(new ById(get, root, dataArray, this.decode), positions, log);
  }

  /** What of the wish for readings the server takes over. */
  private async filterOf(streams: readonly StreamInfo[]): Promise<string | undefined> {
    const { threshold, mode } = this.options;
    if (!threshold || mode !== 'poll') return undefined;
    return pushedThreshold(this.server.get, this.facts!.root, streams, threshold, this.decode);
  }

  private makeCatchUp(filter: string | undefined, sweep: Sweep): CatchUp {
    const { server, options, host, keeping, decode } = this;
    const facts = this.facts!;
    const { history } = options;
    const walks = (this.walks = walksOf(server, facts, decode));
    return new CatchUp({
      outbox: host.outbox,
      positions: keeping.positions,
      log: keeping.log,
      walks,
      latest: (streams, signal) =>
        newestTimes(server, facts, walks, streams, decode, signal, (stream, error) => this.lost(stream.key, error)),
      lost: (stream, error) => this.lost(stream.key, error),
      wanted: (observation) => host.wanted(observation),
      updates: options.updates,
      overlap: options.overlap,
      // without a history the newest reading is the first
      begin: (newest) => (history > 0 ? (facts.simulated ? newest : Date.now()) - history : newest),
      filter,
      sweep,
      stranger: (key) => this.stranger(key),
      ended: (reason) => host.problem(makeProblem(`paging-${reason}`, '', '', server.settings.url)),
    });
  }

  private async follow(): Promise<void> {
    const before = this.feed;
    if (this.options.mode === 'poll' || this.life.closed) return;
    const link = await this.server.mqtt();
    if (!link) {
      if (this.options.mode === 'live') throw new StaError('config', 'no-mqtt', 'the server offers no MQTT address');
      return;
    }
    if (this.life.closed) return;
    this.feed = new LiveFeed(link, this.facts!.version || 'v1.1', this.streams, {
      decode: this.decode,
      locate: (stream, body) => this.locate(stream, body),
      accept: (observation, way) => this.accept(observation, way),
      full: () => this.host.outbox.full || this.keeping.positions.swamped,
      catchUp: () => this.askForRound(),
      changed: () => {
        this.tellHealth();
        this.life.wake();
      },
      stranger: (key) => this.stranger(key),
      problem: (problem) => this.host.problem(problem),
      failed: (thrown) => this.host.failed(thrown),
    });
    this.feed.open();
    // only now: topics of both stay, and nothing is missed in between
    before?.close();
    if (!this.news) link.add((this.news = this.renewal.listener()), metadataTopics(this.facts!.version || 'v1.1'));
    this.link = link;
  }

  /** Only where a rule or path may mean it a Datastream that is not read says something. */
  private stranger(key: string): void {
    if (this.options.choose.by !== 'list' && !this.cut) this.renewal.stranger(key);
  }

  /** Where the server cannot be asked, the place of the Thing holds. */
  private async locate(stream: StreamInfo, body: unknown): Promise<void> {
    try {
      await this.walks?.places?.prepare([stream], { value: [body] });
    } catch (thrown) {
      if (!(thrown instanceof StaError)) throw thrown;
    }
  }

  private accept(observation: Observation, way: Way): void {
    this.watchdog.heard(performance.now());
    // notices come in any order: only the server knows which content is the last
    if (this.options.mode === 'hybrid' && this.keeping.positions.conflicts(observation)) this.verify(observation);
    else this.judge(observation, way);
  }

  private judge(observation: Observation, way: Way): void {
    const { positions } = this.keeping;
    const verdict = positions.judge(observation, way);
    if (verdict === 'repeat' || !this.host.wanted(observation)) return;
    if (verdict === 'update' && this.options.updates === 'drop') return;
    const out: Observation = verdict === 'update' ? { ...observation, change: 'update' } : observation;
    this.host.outbox.push(out, this.simulated('live'));
    // reading over HTTP makes it unnecessary to remember so much
    if (positions.crowded && this.wanted === this.answered) this.askForRound();
  }

  /** Reads what the server has at the time of an observation; where that fails the next round does it. */
  private verify({ datastream, time }: Observation): void {
    const id = this.keeping.positions.owner(datastream);
    const stream = this.streams.find((one) => one.id === id);
    if (!stream || !this.walks) return;
    // many at once: one round for all
    if (this.verifying >= MOST_VERIFIED) return this.askForRound();
    this.verifying++;
    this.readAt(this.walks, stream, time)
      .catch((thrown: unknown) => {
        if (thrown instanceof StaError) this.askForRound();
        else if (!this.life.closed) this.host.failed(thrown);
      })
      .finally(() => this.verifying--);
  }

  private async readAt(walks: Walks, stream: StreamInfo, time: number): Promise<void> {
    const range = { from: time, page: VERIFIED_PAGE, signal: this.life.signal };
    for await (const list of walks.pages([stream], range)) {
      for (const observation of list) if (observation.time === time) this.judge(observation, 'http');
      return;
    }
  }

  private askForRound(): void {
    this.wanted++;
    this.life.wake();
  }

  private simulated(mode: Mode): Mode {
    return this.facts?.simulated ? 'simulated' : mode;
  }

  /** Reads what is new of every Datastream, then lets go what MQTT has brought meanwhile. */
  private async round(): Promise<void> {
    if (this.untilNext() > 0) return;
    if (this.options.mode === 'live') {
      // MQTT alone: what an interruption takes is not read again
      this.firstRound = false;
      this.answered = this.wanted;
      this.lastRound = performance.now();
      this.feed?.endCatchUp(true);
      return;
    }
    await this.host.outbox.room();
    this.feed?.beginCatchUp();
    const asked = this.wanted;
    const catchUp = (this.firstRound && this.options.history > 0) || this.feed?.connected === true;
    let good = false;
    this.reading = true;
    try {
      const mode = this.simulated(catchUp ? 'catch-up' : 'poll');
      const news = await this.catchUp!.run(this.streams, mode, this.life.signal, this.together);
      good = true;
      this.firstRound = false;
      this.answered = asked;
      this.lastRound = performance.now();
      this.watchdog.looked(this.lastRound, news);
    } catch (thrown) {
      if (!this.together || !(thrown instanceof NoOrder || thrown instanceof GroupRefused)) throw thrown;
      // the server does not give them together: as many as can be read otherwise
      this.onlyFew = true;
      this.together = undefined;
      this.renewal.again();
    } finally {
      this.reading = false;
      if (!this.life.closed) this.feed?.endCatchUp(good);
    }
  }

  /** Whether MQTT is silent although something should have come; and what waits for HTTP does not wait for ever. */
  private look(): void {
    if (!this.reading) this.feed?.endCatchUp(false);
    if (!this.feed?.connected || this.options.mode !== 'hybrid' || this.wanted !== this.answered) return;
    if (this.watchdog.look(performance.now(), this.host.usualInterval())) this.askForRound();
  }

  /** MQTT brings everything, as far as one can know. */
  private get followed(): boolean {
    return this.feed?.connected === true && this.feed.refusals === 0 && !this.watchdog.silent;
  }

  /** Milliseconds until the next round is due. */
  private untilNext(): number {
    if (this.wanted !== this.answered) return 0;
    if (this.options.mode === 'live') return Infinity;
    const every = this.followed ? this.options.recheck : this.options.interval;
    return this.lastRound + every - performance.now();
  }

  private tellHealth(): void {
    if (this.life.closed || this.firstRound) return;
    const { feed } = this;
    if (!feed || this.followed || (feed.reason === undefined && !feed.connected)) {
      this.host.health({ state: 'working', mode: this.mode() });
    } else {
      const silent = feed.connected && this.watchdog.silent;
      const code = silent ? 'mqtt-silent' : feed.connected ? 'mqtt-refused' : `mqtt-${feed.reason}`;
      const works = feed.connected || this.options.mode === 'hybrid';
      this.host.health(works ? { state: 'degraded', code } : { state: 'down', code, message: '' });
    }
  }
}
