/**
 * The readings of a time range once more, in time order over all Datastreams, as fast as the flow takes them or at a
 * multiple of the pace at which they were made.
 */
import type { Mode, RosterEntry } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import { makeProblem } from '../ecdm/problem';
import type { Connection } from '../sensorthings-server/client/connection';
import type { DecodeOptions } from '../sensorthings-server/client/decode';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { networkError, StaError, waitFor } from '../sensorthings-server/client/errors';
import { tellNotes } from '../sensorthings-server/client/texts';
import { GroupRefused, type Walks } from '../sensorthings-server/client/walk';
import { MOST_STREAMS } from './choice';
import { chooseStreams, togetherOf } from './choose';
import { Lifetime } from './lifetime';
import type { Options } from './options';
import { isPlain, readInOrder } from './reading-plan';
import { walksOf } from './server-reader';
import { type Bounds, type Keeping, rosterOf, type Source, type SourceHost, tellLost, type TellLost } from './source';

/** Observations between two looks at how far the flow has taken them. */
const COMMIT_EVERY = 10_000;
/** Where the saved position of a replay is kept among those of the Datastreams. */
const PLACE = 'replay';
/** Milliseconds that a paced replay sends at once. */
const STEP = 100;

export class ReplaySource implements Source {
  private readonly life = new Lifetime();
  private streams: readonly StreamInfo[] = [];
  /** There are more Datastreams than are read. */
  private cut = false;
  /** The server does not give very many of them together. */
  private onlyFew = false;
  /** Everything before this time has been sent. */
  private reached = -Infinity;
  private ended = false;
  private pace: { time: number; at: number } | undefined;

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
    return 'replay';
  }

  roster(): RosterEntry[] {
    return rosterOf(this.streams, this.options.records);
  }

  bounds(): Bounds {
    return { buffered: 0, crowded: false, cut: this.cut ? this.streams.length : undefined };
  }

  start(): void {
    this.host.health({ state: 'connecting' });
    this.run().catch((thrown: unknown) => this.host.failed(thrown));
  }

  close(): void {
    this.life.close();
  }

  private async run(): Promise<void> {
    await this.keeping.load();
    const saved = this.keeping.positions.get(PLACE)?.complete;
    // one that was cut off goes on where it was; one that has ended begins anew
    if (saved !== undefined) this.reached = saved;
    else {
      await this.keeping.log.reset();
      this.keeping.log.commit(new Map([[PLACE, this.options.replay.from ?? 0]]), 0);
    }
    for (let failures = 0; !this.life.closed && !this.ended;) {
      try {
        await this.replay();
        return;
      } catch (thrown) {
        if (this.life.closed) return;
        if (thrown instanceof GroupRefused && !this.onlyFew) {
          this.onlyFew = true;
          continue;
        }
        const error = networkError(thrown);
        this.host.health({ state: 'down', code: error.code, message: error.message });
        if (failures === 0) this.host.problem(makeProblem(error.code, error.message, '', this.server.settings.url));
        await this.life.sleep(waitFor(error, failures++));
      }
    }
  }

  private async replay(): Promise<void> {
    const facts = await this.server.facts();
    const { server, options, decode } = this;
    const most = this.onlyFew ? MOST_STREAMS : options.most;
    const { lost } = this;
    const { streams, more } = await chooseStreams(server, options.choose, most, lost);
    this.streams = streams;
    this.cut = more;
    if (this.streams.length === 0) throw new StaError('config', 'nothing-chosen', 'no Datastream fits the choice');
    tellNotes(this.streams, this.decode);
    this.host.roster(this.roster());
    this.host.health({ state: 'working', mode: 'replay' });
    const walks = walksOf(this.server, facts, this.decode);
    const from = Math.max(this.reached, this.options.replay.from ?? 0);
    const together = await togetherOf(server, options.choose, streams, decode);
    const alone = together ? streams.filter((stream) => !isPlain(stream)) : streams;
    const starts = alone.map((stream) => ({ stream, from }));
    const plan = {
      walks,
      whole: together && { ...together, from },
      signal: this.life.signal,
      lost: (stream: StreamInfo, error: StaError) => this.lost(stream.key, error),
      onEnd: (reason: string) => this.host.problem(makeProblem(`paging-${reason}`, '', '', this.server.settings.url)),
    };
    await this.send(readInOrder(starts, plan), walks);
    if (this.life.closed) return;
    this.ended = true;
    await this.host.outbox.end('replay');
    this.save(Infinity);
    this.host.health({ state: 'ended' });
  }

  private async send(slices: AsyncGenerator<Observation[]>, walks: Walks): Promise<void> {
    const to = this.options.replay.to ?? Infinity;
    let unsaved = 0;
    for await (const slice of slices) {
      await this.host.outbox.room();
      if (this.life.closed) return;
      const wanted = slice.filter((observation) => observation.time <= to && this.isNew(observation));
      if (this.options.replay.speed > 0) await this.sendPaced(wanted);
      else if (wanted.length > 0) this.host.outbox.put(wanted, 'replay');
      // what a server gives in no order has no position, and no end before its end
      if (walks.unordered) continue;
      this.reached = Math.max(this.reached, slice[slice.length - 1]!.time);
      unsaved += wanted.length;
      if (unsaved >= COMMIT_EVERY) {
        unsaved = 0;
        this.saveWhenTaken(this.reached);
      }
      if (this.reached > to) return;
    }
  }

  /** Pages overlap, and a replay that was cut off begins with what it has sent at that very time. */
  private isNew(observation: Observation): boolean {
    return this.keeping.positions.judge(observation, 'http') !== 'repeat' && this.host.wanted(observation);
  }

  private async sendPaced(list: readonly Observation[]): Promise<void> {
    const { speed } = this.options.replay;
    for (let i = 0; i < list.length && !this.life.closed;) {
      this.pace ??= { time: list[i]!.time, at: performance.now() };
      const { time, at } = this.pace;
      // a flow that is slower than the pace gets them later: the pace begins anew
      const now = time + (performance.now() - at) * speed;
      let end = i;
      while (end < list.length && list[end]!.time <= now) end++;
      if (end > i) {
        await this.host.outbox.room();
        this.host.outbox.put(list.slice(i, end), 'replay');
        i = end;
      } else await this.life.sleep(Math.min(STEP, Math.max(1, (list[i]!.time - now) / speed)));
    }
  }

  private saveWhenTaken(time: number): void {
    this.host.outbox.fence().then(
      (passed) => {
        if (passed) this.save(time);
      },
      () => undefined,
    );
  }

  private save(time: number): void {
    // up to here everything was taken: only what has this very time can come again
    this.keeping.positions.settle(time - 1);
    this.keeping.log.commit(new Map([[PLACE, time]]), 0);
  }
}
