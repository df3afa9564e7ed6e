/**
 * "What would these settings have done?" The nodes before the one of the form run once over the readings; behind them run the
 * settings of the form, the deployed ones, and those of a curve, side by side. Nothing goes out, and nothing is kept.
 */
import { readDomain } from '../ecdm-domain/domain';
import type { RosterEntry } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import type { NodeMessage } from '../runtime/node-red';
import { compare } from './compare';
import type { Note, RehearsalRequest, RehearsalResult, SavedNode } from './contract';
import { curveOf, mostValues, variantsOf } from './curve';
import { settingUnit } from './curve-setting';
import { BATCH, Feed } from './feed';
import { copyMessage, Host } from './host';
import { MOST_TICKS, NoticeTrial } from './notice-trial';
import { notesOf } from './notes';
import { raisePeaks } from './peaks';
import { RehearsalError } from './rehearsal-error';
import { eventsOf, limitsOf, looksBack, propertiesOf } from './rules';
import { sentenceOf } from './sentence';
import { SeriesKeeper } from './series';
import type { FlowSlice } from './slice';
import { startTrial, type Trial } from './trial';
import { rehearsalText } from './texts';

export interface RehearseOptions {
  /** The Datastreams to be expected; where it is left out, each from its first reading on. */
  roster?: readonly RosterEntry[];
  /** Ends it: {@link rehearse} throws then. */
  signal?: AbortSignal;
  /** Told after each batch. */
  onProgress?: (readings: number) => void;
}

/**
 * Holds a rehearsal.
 * @param slice the part of the flow, see `sliceOf`
 * @param readings in order of time, as far as their source knows it; batches of any length
 * @throws RehearsalError where nothing can be rehearsed, or it was cancelled
 */
export async function rehearse(
  request: RehearsalRequest,
  slice: FlowSlice,
  readings: AsyncIterable<Observation[]>,
  options: RehearseOptions = {},
): Promise<RehearsalResult> {
  const stage = new Stage(request, slice, options.roster);
  try {
    await stage.open();
    await stage.play(readings, options);
    return stage.result();
  } finally {
    await stage.close();
  }
}

class Stage {
  private readonly feed: Feed;
  private readonly series: SeriesKeeper;
  private readonly timeZone: string | undefined;
  private readonly properties: ReadonlySet<string> | undefined;
  private readonly to: string[];
  private readonly host: Host;
  private readonly notes: Note[];
  private next!: Trial;
  private now: Trial | undefined;
  private curve: Trial[] = [];
  /** Of the curve, those that are tried. */
  private values: number[] = [];

  constructor(
    private readonly request: RehearsalRequest,
    private readonly slice: FlowSlice,
    roster: readonly RosterEntry[] | undefined,
  ) {
    this.feed = new Feed(roster);
    const { before, next, now, configs } = slice;
    this.properties = propertiesOf(eventsOf([...before, next, ...(now === undefined ? [] : [now])]));
    this.series = new SeriesKeeper(this.properties);
    this.timeZone = zoneOf([next, ...before], configs);
    this.notes = [...slice.notes];
    this.to = this.entries();
    this.host = new Host(slice.named, request.language);
  }

  async open(): Promise<void> {
    const { request, slice, host } = this;
    const { next, now, before, configs } = slice;
    const options = { language: request.language, timeZone: this.timeZone };
    this.next = await startTrial(slice, next, options);
    if (now !== undefined) this.now = await startTrial(slice, now, options);
    for (const config of this.variants()) this.curve.push(await startTrial(slice, config, { ...options, brief: true }));
    host.stub(next.id, next.type, (message) => this.hand(message));
    await host.start([...configs, ...before]);
  }

  async play(readings: AsyncIterable<Observation[]>, { signal, onProgress }: RehearseOptions): Promise<void> {
    const { since = -Infinity, until = Infinity, language } = this.request;
    for await (const given of readings) {
      const wanted = given.filter(({ time }) => time >= since && time <= until);
      for (let n = 0; n < wanted.length; n += BATCH) {
        if (signal?.aborted === true) throw new RehearsalError(rehearsalText(language, 'error.cancelled'), '');
        await this.batch(wanted.length <= BATCH ? wanted : wanted.slice(n, n + BATCH));
        onProgress?.(this.feed.readings);
      }
    }
    if (this.feed.readings > 0) await this.run(this.feed.end(), []);
  }

  result(): RehearsalResult {
    const { feed, slice, request, next, now } = this;
    const to = Math.max(feed.until, feed.from);
    for (const trial of this.trials()) trial.tally.finish(to);
    const after = next.tally.outcome();
    const before = now?.tally.outcome();
    const found = before && compare(before, after);
    const result: RehearsalResult = {
      readings: feed.readings,
      ...(feed.readings > 0 ? { from: feed.from, to } : {}),
      next: after,
      ...(before === undefined ? {} : { now: before }),
      same: found?.same ?? [],
      sentence: sentenceOf(after, before, found, { language: request.language, timeZone: this.timeZone }),
      series: this.series.list([...after.keys, ...(before?.keys ?? [])].map(({ key }) => key)),
      limits: this.limits(),
      notes: this.allNotes(),
      simulated: true,
    };
    if (request.curve !== undefined && this.curve.length > 0) {
      const { setting } = request.curve;
      const tallies = this.curve.map(({ tally }) => tally);
      const points = curveOf(feed.readings > 0 ? this.values : [], tallies, to - feed.from, after.keys);
      const unit = settingUnit(slice.next, setting);
      result.curve = { setting, ...(unit === undefined ? {} : { unit }), points };
    }
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([this.host.close(), ...this.trials().map((trial) => trial.close())]);
  }

  private trials(): Trial[] {
    return [this.next, this.now, ...this.curve].filter((trial) => trial !== undefined);
  }

  /** Where the readings of the chosen history come in. */
  private entries(): string[] {
    const { history, language } = this.request;
    const { entries } = this.slice;
    const source = 'source' in history ? history.source : undefined;
    const chosen = source === undefined ? entries : entries.filter((entry) => entry.source === source);
    if (chosen.length === 0) {
      const [key, parameters] =
        entries.length === 0 ? ['noSource', {}] : ['wrongSource', { source: this.nameOf(source) }];
      throw new RehearsalError(
        rehearsalText(language, `error.${key}`, parameters),
        rehearsalText(language, `error.${key}Hint`),
      );
    }
    const others = source === undefined ? [] : entries.filter((entry) => entry.source !== source);
    if (others.length > 0) {
      this.notes.push({ code: 'otherSources', names: others.map((entry) => this.nameOf(entry.source)).join(', ') });
    }
    return [...new Set(chosen.flatMap(({ to }) => to))];
  }

  private nameOf(id: string | undefined): string {
    return this.slice.names.get(id ?? '') ?? id ?? '';
  }

  private variants(): SavedNode[] {
    const { curve, language } = this.request;
    if (curve === undefined) return [];
    const most = mostValues(this.slice.next);
    const variants = variantsOf(this.slice.next, curve.setting, curve.values, language);
    if (variants === undefined) {
      this.notes.push({ code: 'noSuchSetting' });
      return [];
    }
    const { nodes, values, refused } = variants;
    this.values = values;
    if (curve.values.length > most) this.notes.push({ code: 'valuesLeftOut', count: most });
    if (refused !== undefined) this.notes.push({ code: 'valuesRefused', ...refused });
    return nodes;
  }

  private async batch(batch: Observation[]): Promise<void> {
    const message = this.feed.message(batch);
    this.series.add(batch);
    // nodes may put the readings of a message in another order, or leave some out
    await this.run(message, [...batch]);
  }

  private async run(message: NodeMessage, batch: readonly Observation[]): Promise<void> {
    this.host.feed(this.to, message);
    await this.host.settled();
    for (const trial of this.trials()) await trial.settled();
    for (const trial of [this.next, this.now]) {
      if (trial !== undefined) raisePeaks(batch, trial.tally.takeTouched());
    }
  }

  /** What comes out of the nodes before it goes to all settings that are tried: each gets its own message. */
  private hand(message: NodeMessage): void {
    const { type } = this.slice.next;
    const trials = this.trials();
    trials.forEach((trial) => trial.take(trials.length > 1 ? copyMessage(message, type) : message));
  }

  private limits(): RehearsalResult['limits'] {
    const { next, now, before } = this.slice;
    const own = eventsOf([next]);
    if (next.type !== 'ecdm-event') return limitsOf(eventsOf(before), 'next');
    return [...limitsOf(own, 'next'), ...(now === undefined ? [] : limitsOf(eventsOf([now]), 'now'))];
  }

  private allNotes(): Note[] {
    const { feed, next, properties, request, slice, timeZone } = this;
    const { language } = request;
    const { tally, held } = next;
    const back = looksBack(slice.next);
    const about = notesOf({ feed, next: tally, held, wanted: properties, looksBack: back, language, timeZone });
    const notes = [...this.notes, ...about];
    notes.unshift(...(next.warned ?? []).map((reason) => ({ code: 'warned', reason })));
    const refused = tally.problems.find(({ code }) => code === 'node/error');
    if (refused !== undefined) notes.unshift({ code: 'refused', reason: refused.message });
    if (next instanceof NoticeTrial && next.showsOnly) notes.push({ code: 'showsOnly' });
    if ([next, this.now].some((trial) => trial instanceof NoticeTrial && trial.cut)) {
      notes.push({ code: 'noticesCut', most: MOST_TICKS });
    }
    return notes;
  }
}

/** The zone in which times of the sentences are told: that of the domain, the nearest first. */
function zoneOf(nodes: readonly SavedNode[], configs: readonly SavedNode[]): string | undefined {
  for (const { domain } of nodes) {
    const config = configs.find(({ id, type }) => type === 'ecdm-domain' && id === domain);
    if (config === undefined) continue;
    const machine = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    return readDomain(config, { timeZone: machine }).definition.timeZone;
  }
  return undefined;
}
