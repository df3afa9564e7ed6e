/** The readings that an episode rests on, and how far they went; kept while the data passes by, because it passes once. */
import type { Observation } from '../ecdm/observation';
import type { ReadingsAnswer } from './contract';
import type { Running } from './tally';

/** Readings of one episode, and of all together. */
const MOST_EACH = 200;
const MOST_ALL = 50_000;
/** Things whose last readings are at hand, and how many of each. */
const MOST_THINGS = 2000;
const RECENT = 64;

type Shown = ReadingsAnswer['readings'][number];

interface Kept {
  readings: Shown[];
  ids: Set<string>;
  leftOut: number;
}

/** The last readings of each thing, so that what an average rests on can be shown. */
export class Recent {
  private readonly things = new Map<string, Observation[]>();
  private before: readonly Observation[] = [];

  of(key: string): readonly Observation[] {
    return this.things.get(key) ?? this.before;
  }

  add(batch: readonly Observation[]): void {
    this.before = batch;
    for (const observation of batch) {
      const key = observation.thing ?? observation.datastream;
      const list = this.things.get(key);
      if (list === undefined) {
        if (this.things.size < MOST_THINGS) this.things.set(key, [observation]);
      } else if (list.push(observation) > 2 * RECENT) list.splice(0, RECENT);
    }
  }
}

export class EvidenceKeeper {
  private readonly kept = new Map<object, Kept>();
  private total = 0;

  constructor(private readonly recent: Recent) {}

  /** To be called after each batch, before it is added to the recent ones. */
  take(batch: readonly Observation[], touched: readonly Running[]): void {
    if (touched.length === 0) return;
    const byKey = new Map<string, Running[]>();
    for (const running of touched) {
      if (!this.kept.has(running.episode)) this.begin(running);
      const same = byKey.get(running.episode.key);
      if (same === undefined) byKey.set(running.episode.key, [running]);
      else same.push(running);
    }
    for (const observation of batch) {
      const { thing, datastream } = observation;
      const list = (thing === undefined ? undefined : byKey.get(thing)) ?? byKey.get(datastream);
      if (list === undefined) continue;
      for (const running of list) this.within(running, observation);
    }
    // of a zone or the city: what it names itself
    for (const running of touched) this.named(running, batch);
  }

  /** What an episode rests on, the first ones in order of time. */
  answer(episode: object): ReadingsAnswer {
    const kept = this.kept.get(episode);
    if (kept === undefined) return { readings: [], leftOut: 0 };
    return { readings: [...kept.readings].sort((a, b) => a.time - b.time), leftOut: kept.leftOut };
  }

  private begin(running: Running): void {
    this.kept.set(running.episode, { readings: [], ids: new Set(), leftOut: 0 });
    this.named(running, this.recent.of(running.episode.key));
  }

  private named({ episode }: Running, among: readonly Observation[]): void {
    const kept = this.kept.get(episode)!;
    if (episode.evidence === undefined || kept.ids.size >= episode.evidence.length) return;
    const ids = new Set(episode.evidence);
    for (const observation of among) if (ids.has(observation.id)) this.keep(kept, observation);
  }

  private within({ episode, property }: Running, observation: Observation): void {
    const { time, value } = observation;
    if (time < episode.since || (episode.until !== undefined && time > episode.until)) return;
    if (property !== undefined && observation.property.toLowerCase() !== property.toLowerCase()) return;
    this.keep(this.kept.get(episode)!, observation);
    if (typeof value !== 'number' || property === undefined || episode.peak === undefined) return;
    if (time !== episode.until && value > episode.peak) episode.peak = value;
  }

  private keep(kept: Kept, { id, time, property, value, unit, place, thing, meta }: Observation): void {
    if (kept.ids.has(id)) return;
    if (kept.readings.length >= MOST_EACH || this.total >= MOST_ALL) {
      kept.leftOut++;
      return;
    }
    kept.ids.add(id);
    this.total++;
    const shown: Shown = { id, time, property, value };
    const name = meta?.thing?.name ?? thing;
    if (name !== undefined) shown.name = name;
    if (unit !== undefined) shown.unit = unit;
    if (place !== undefined) shown.place = place;
    kept.readings.push(shown);
  }
}
