/** What one set of settings has done so far: episodes, how long, for whom and where. Bounded; what is over is counted. */
import type { Severity } from '../ecdm/status';
import type { ZoneRef } from '../ecdm/zone';
import type { Episode, Outcome } from './contract';

/** Episodes that an answer lists. */
const MOST_EPISODES = 1000;
/** Keys that are counted one by one; the others are counted together. */
const MOST_KEYS = 200_000;
/** Keys and zones that an answer lists. */
const MOST_LISTED = 200;
const MOST_PROBLEMS = 20;
/** Ids of readings in an answer: the loop that sends it must not be held. Those of one episode are at most a hundred. */
const MOST_EVIDENCE = 10_000;
const LEAST_EVIDENCE = 3;

export interface Problemish {
  code: string;
  message: string;
  hint: string;
}

/** An episode that has begun, with what is only known at its end. */
export interface Running {
  readonly episode: Episode;
  /** Among those that are listed. */
  readonly listed: boolean;
  /** Since when nobody knows whether it holds. */
  unknownSince: number | undefined;
  /** The readings that are shown with it are of this property; of all where it is not known. */
  property: string | undefined;
}

export interface KeyCount {
  rule: string;
  key: string;
  name?: string;
  count: number;
  raisedMs: number;
}

export class Tally {
  /** @param most episodes that are listed */
  constructor(private readonly most = MOST_EPISODES) {}

  readonly problems: Problemish[] = [];
  problemCount = 0;
  /** How many there were of each code. */
  readonly codes = new Map<string, number>();
  count = 0;
  private readonly listed: Episode[] = [];
  private readonly running = new Map<string, Running>();
  private readonly keys = new Map<string, KeyCount>();
  private keysLeftOut = 0;
  private carried = 0;
  private readonly zones = new Map<string, { id: string; name: string; count: number }>();
  private raisedMs = 0;
  private nodataMs = 0;
  /** Those that began or ran since {@link takeTouched} was asked. */
  private readonly touched = new Set<Running>();
  /** Those that are listed and run. */
  private readonly open = new Set<Running>();

  /** The ids that an episode may carry: all, as long as the answer stays small, then its newest ones. */
  evidence(ids: readonly string[]): string[] {
    const some = ids.slice(-Math.max(LEAST_EVIDENCE, Math.min(100, MOST_EVIDENCE - this.carried)));
    this.carried += some.length;
    return some;
  }

  /** Something begins that has an end. @param id names it until then */
  begin(id: string, episode: Episode, zones?: readonly ZoneRef[], property?: string): Running {
    const known = this.running.get(id);
    if (known !== undefined) return known;
    const running = this.note(episode, zones, property);
    this.running.set(id, running);
    if (running.listed) this.open.add(running);
    return running;
  }

  /** Something happens that has no length. */
  point(episode: Episode, zones?: readonly ZoneRef[], property?: string): void {
    episode.until = episode.since;
    const running = this.note(episode, zones, property);
    if (running.listed) this.touched.add(running);
  }

  /** False where a further episode is only counted: nobody reads what is said about it. */
  get lists(): boolean {
    return this.listed.length < this.most;
  }

  get(id: string): Running | undefined {
    return this.running.get(id);
  }

  /** From here on nobody knows whether it is still so. */
  unknown(id: string, time: number): void {
    const running = this.running.get(id);
    if (running !== undefined) running.unknownSince ??= time;
  }

  /** It is known again. */
  known(id: string, time: number): void {
    const running = this.running.get(id);
    if (running?.unknownSince === undefined) return;
    this.nodataMs += Math.max(0, time - running.unknownSince);
    running.unknownSince = undefined;
  }

  end(id: string, time: number): void {
    const running = this.running.get(id);
    if (running === undefined) return;
    this.known(id, time);
    this.running.delete(id);
    running.episode.until = time;
    this.last(running.episode, time);
    if (this.open.delete(running)) this.touched.add(running);
  }

  problem(code: string, message: string, hint: string): void {
    this.problemCount++;
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ code, message, hint });
  }

  /** The listed episodes that may have to do with the readings of the last batch. */
  takeTouched(): Running[] {
    const touched = new Set([...this.touched, ...this.open]);
    this.touched.clear();
    return [...touched];
  }

  /** The data has ended: until then lasts what has not ended. To be called once, before what was found is asked for. */
  finish(to: number): void {
    for (const { episode, unknownSince } of this.running.values()) {
      if (unknownSince !== undefined) this.nodataMs += Math.max(0, to - unknownSince);
      this.last(episode, to);
    }
  }

  /** Those with most episodes first. */
  counts(): KeyCount[] {
    return [...this.keys.values()].sort((a, b) => b.count - a.count || b.raisedMs - a.raisedMs);
  }

  /** Everything that was found. */
  outcome(): Outcome {
    const order = [...this.listed].sort((a, b) => a.since - b.since);
    const keys = this.counts();
    return {
      count: this.count,
      raisedMs: this.raisedMs,
      nodataMs: this.nodataMs,
      open: this.running.size,
      episodes: order,
      episodesLeftOut: this.count - order.length,
      keys: keys.slice(0, MOST_LISTED),
      keysLeftOut: Math.max(0, keys.length - MOST_LISTED) + this.keysLeftOut,
      zones: [...this.zones.values()].sort((a, b) => b.count - a.count).slice(0, MOST_LISTED),
      problems: this.problems,
      problemCount: this.problemCount,
    };
  }

  private note(episode: Episode, zones: readonly ZoneRef[] | undefined, property: string | undefined): Running {
    this.count++;
    const listed = this.lists;
    if (listed) this.listed.push(episode);
    const key = this.keyOf(episode);
    if (key !== undefined) key.count++;
    for (const { id, name } of zones ?? []) this.zone(id, name);
    return { episode, listed, unknownSince: undefined, property };
  }

  private zone(id: string, name: string): void {
    const known = this.zones.get(id);
    if (known !== undefined) known.count++;
    else if (this.zones.size < MOST_KEYS) this.zones.set(id, { id, name, count: 1 });
  }

  private last({ since, rule, key }: Episode, until: number): void {
    const ms = Math.max(0, until - since);
    this.raisedMs += ms;
    const counted = this.keys.get(`${rule}\n${key}`);
    if (counted !== undefined) counted.raisedMs += ms;
  }

  private keyOf({ rule, key, keyName }: Episode): KeyCount | undefined {
    const id = `${rule}\n${key}`;
    let counted = this.keys.get(id);
    if (counted !== undefined) return counted;
    if (this.keys.size >= MOST_KEYS) {
      this.keysLeftOut++;
      return undefined;
    }
    counted = {
      rule,
      key,
      ...(keyName === undefined || keyName === key ? {} : { name: keyName }),
      count: 0,
      raisedMs: 0,
    };
    this.keys.set(id, counted);
    return counted;
  }
}

const HEIGHT: readonly (Severity | undefined)[] = [undefined, 'warning', 'minor', 'major', 'critical'];

/** The more severe of two. */
export function worse(a: Severity | undefined, b: Severity | undefined): Severity | undefined {
  return HEIGHT.indexOf(a) >= HEIGHT.indexOf(b) ? a : b;
}
