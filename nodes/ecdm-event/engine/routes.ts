/** Which streams the readings of a Datastream lead to, looked up once per Datastream. */
import type { RosterEntry } from '../../ecdm/city';
import type { Observation } from '../../ecdm/observation';
import { RecentIds, type IdBudget } from '../../ecdm/recent-ids';
import type { ZoneRef } from '../../ecdm/zone';
import { canGoOn, goingOn, isOpen, leftOpen, type LeftOpen, type RuleBefore } from './changed';
import { Phase } from './entry';
import { hash32, type Rule } from './rule';
import { Sliding, type SlidingSnapshot } from './sliding';
import { Stepped, type SteppedSnapshot } from './stepped';
import { Stream, type StreamHost, type StreamSnapshot } from './stream';
import type { Teller } from './teller';

/** Ids (as hashes) that a snapshot holds at most. */
const MOST_IDS_KEPT = 100_000;
/** Datastreams behind one open stream of a group that a snapshot names; of more none is named. */
const MOST_FEEDS_KEPT = 1000;

/** What follows the readings of one key for one rule. */
export interface Follower {
  readonly stream: Stream;
  readonly sliding: Sliding | undefined;
  readonly stepped: Stepped | undefined;
  overflowTold: boolean;
  /** Of a group: Datastreams that led to it before a restart. */
  feeds: readonly string[];
  /** Datastreams that led to it before its definition was changed, and have not spoken since; none where one still leads to it. */
  awaited: Set<string> | undefined;
}

/** How the readings of one Datastream reach one rule. */
export interface Link {
  readonly rule: Rule;
  /** Exactly one, but for zones. */
  followers: readonly Follower[];
  readonly byZone: boolean;
  unitTold: boolean;
}

/** One Datastream (and property, where a careless source gives several the same id). */
export interface Source {
  readonly datastream: string;
  readonly property: string;
  /** Name of its streams. */
  readonly name: string;
  newest: number;
  /** Readings up to here may have been judged before a restart. */
  restoredUntil: number;
  links: Link[];
  readonly recent: RecentIds;
  zones: readonly ZoneRef[] | undefined;
  /** Another property under the same id. */
  sibling: Source | undefined;
}

export class Routes {
  readonly followers = new Map<string, Follower>();
  /** Readings that were not judged because there are too many streams. */
  refused = 0;
  private readonly sources = new Map<string, Source>();
  /** Records in {@link sources}, with their siblings. */
  private known = 0;
  /** First stream of each rule and key. */
  private readonly keys = new Map<string, string>();
  private readonly intervals = new Map<string, number>();
  private budget: IdBudget = { held: 0 };
  /** Datastreams that were known before a restart. */
  private readonly before = new Map<string, { newest: number }>();
  /** By Datastream, what it led to before the definition was changed. */
  private readonly doubted = new Map<string, Set<Follower>>();
  /** Hashes of the ids known before a restart. */
  private idsBefore: ReadonlySet<number> = new Set();

  constructor(
    private readonly rules: readonly Rule[],
    private readonly maxStreams: number,
    private readonly host: StreamHost,
    private readonly teller: Teller,
  ) {}

  /**
   * The usual intervals that a source states.
   * @param changed is given each stream whose gap may be another now
   */
  roster(entries: readonly RosterEntry[], changed: (stream: Stream) => void): void {
    for (const entry of entries) {
      if (typeof entry?.datastream !== 'string' || !(Number(entry.interval) > 0)) continue;
      if (this.intervals.size >= this.maxStreams && !this.intervals.has(entry.datastream)) continue;
      this.intervals.set(entry.datastream, entry.interval!);
      for (let source = this.sources.get(entry.datastream); source !== undefined; source = source.sibling) {
        for (const link of source.links) {
          for (const { stream, stepped } of link.followers) {
            if (stepped !== undefined) continue;
            stream.setInterval(entry.interval);
            changed(stream);
          }
        }
      }
    }
    // what was restored is not led to before its next reading, and may never get one
    for (const { stream, stepped } of this.followers.values()) {
      if (!stream.restored || stepped !== undefined || !this.intervals.has(stream.datastream)) continue;
      stream.setInterval(this.intervals.get(stream.datastream));
      changed(stream);
    }
  }

  /** True for an id that was judged before a restart. */
  wasJudgedBefore(hash: number): boolean {
    return this.idsBefore.has(hash);
  }

  forget(): void {
    this.sources.clear();
    this.followers.clear();
    this.keys.clear();
    this.before.clear();
    this.doubted.clear();
    this.known = 0;
    this.budget = { held: 0 };
    this.idsBefore = new Set();
  }

  /** Definitions were changed, and it is not known yet whether all that is open is still led to. */
  get hasDoubts(): boolean {
    return this.doubted.size > 0;
  }

  private doubt(follower: Follower, feeds: readonly string[] | undefined): void {
    if (feeds === undefined || feeds.length === 0) return;
    follower.awaited = new Set(feeds);
    for (const name of feeds) {
      const all = this.doubted.get(name);
      if (all === undefined) this.doubted.set(name, new Set([follower]));
      else all.add(follower);
    }
  }

  /** A reading leads to it. */
  claim(follower: Follower): void {
    for (const name of follower.awaited ?? []) {
      const all = this.doubted.get(name);
      if (all?.delete(follower) === true && all.size === 0) this.doubted.delete(name);
    }
    follower.awaited = undefined;
  }

  /**
   * A Datastream has spoken: what it led to before, and does not any more, waits for it no longer.
   * @returns streams to which nothing leads any more
   */
  hasSpoken({ name }: Source): Stream[] {
    const left: Stream[] = [];
    for (const follower of this.doubted.get(name) ?? []) {
      follower.awaited?.delete(name);
      if (follower.awaited?.size !== 0) continue;
      follower.awaited = undefined;
      left.push(follower.stream);
    }
    this.doubted.delete(name);
    return left;
  }

  /** The record of a reading's Datastream; `undefined` where there are too many already. */
  sourceOf(o: Observation): Source | undefined {
    const first = this.sources.get(o.datastream);
    for (let source = first; source !== undefined; source = source.sibling) if (source.property === o.property) return source;
    // Datastreams that nothing looks at are remembered too, within the same bound
    if (this.known >= 2 * this.maxStreams) {
      this.refused++;
      return undefined;
    }
    this.known++;
    const name = first === undefined ? o.datastream : `${o.datastream}/${o.property}`;
    const until = this.before.get(name)?.newest ?? -Infinity;
    const source: Source = {
      datastream: o.datastream,
      property: o.property,
      name,
      newest: until,
      restoredUntil: until,
      links: [],
      recent: new RecentIds(this.budget),
      zones: undefined,
      sibling: first?.sibling,
    };
    for (const rule of this.rules) if (rule.selects(o)) this.link(source, rule, o);
    if (first === undefined) this.sources.set(o.datastream, source);
    else first.sibling = source;
    return source;
  }

  private link(source: Source, rule: Rule, o: Observation): void {
    const scope = rule.window?.scope;
    const link: Link = { rule, followers: [], byZone: scope === 'zone', unitTold: false };
    source.links.push(link);
    if (link.byZone) {
      link.followers = this.zoneFollowers(rule, o);
      source.zones = o.zones;
      return;
    }
    const station = o.thing ?? o.datastream;
    let follower: Follower | undefined;
    if (scope === 'city') follower = this.follower(rule, 'city', 'city', undefined, o);
    else if (scope === 'station') follower = this.follower(rule, station, station, o.meta?.thing?.name, o);
    else if (scope === 'datastream') follower = this.follower(rule, source.datastream, source.name, o.meta?.datastream.name, o);
    else follower = this.follower(rule, station, source.name, o.meta?.thing?.name, o);
    if (follower === undefined) source.links.pop();
    else link.followers = [follower];
  }

  private zoneFollowers(rule: Rule, o: Observation): Follower[] {
    const found: Follower[] = [];
    for (const zone of rule.zonesOf(o)) {
      const follower = this.follower(rule, zone.id, zone.id, zone.name, o);
      if (follower === undefined) continue;
      if (follower.stream.zones === undefined) follower.stream.zones = Object.freeze([zone]);
      found.push(follower);
    }
    return found;
  }

  /** A Datastream that has moved may belong to other zones now. */
  moveTo(source: Source, o: Observation): void {
    source.zones = o.zones;
    for (const link of source.links) if (link.byZone) link.followers = this.zoneFollowers(link.rule, o);
  }

  private follower(rule: Rule, key: string, name: string, keyName: string | undefined, o: Observation): Follower | undefined {
    const id = `${rule.id}\n${name}`;
    let follower = this.followers.get(id);
    if (follower === undefined) {
      if (this.followers.size >= this.maxStreams) {
        if (this.refused++ % 10_000 === 0) this.teller.tooMany(this.followers.size, o);
        return undefined;
      }
      follower = this.makeFollower(rule, key, name, this.isShared(rule, key, name));
      this.followers.set(id, follower);
    }
    const { stream, stepped } = follower;
    stream.keyName = keyName ?? stream.keyName;
    stream.property ??= o.property;
    if (stepped === undefined) stream.setInterval(o.meta?.interval ?? this.intervals.get(o.datastream) ?? rule.sampling);
    return follower;
  }

  private isShared(rule: Rule, key: string, name: string): boolean {
    const first = this.keys.get(`${rule.id}\n${key}`);
    if (first === undefined) this.keys.set(`${rule.id}\n${key}`, name);
    return first !== undefined && first !== name;
  }

  private makeFollower(rule: Rule, key: string, name: string, shared: boolean): Follower {
    const stream = new Stream(rule, key, name, shared, this.host);
    const stepped = (rule.window?.step ?? 0) > 0 ? new Stepped(rule, stream) : undefined;
    const sliding = rule.window !== undefined && stepped === undefined ? new Sliding(rule, stream) : undefined;
    return { stream, sliding, stepped, overflowTold: false, feeds: [], awaited: undefined };
  }

  // ---- snapshots

  save(): RoutesSnapshot {
    const sources = new Map<string, number>();
    for (const [name, { newest }] of this.before) sources.set(name, newest);
    // as hashes: the addresses themselves would fill megabytes
    const ids: number[] = [];
    const keep = (id: string): void => void ids.push(hash32(id));
    for (const first of this.sources.values()) {
      for (let source: Source | undefined = first; source !== undefined; source = source.sibling) {
        if (source.links.length === 0 || source.newest === -Infinity) continue;
        source.recent.each(keep);
        sources.set(source.name, source.newest);
      }
    }
    // those of sources that have not spoken since the last restart
    if (ids.length < MOST_IDS_KEPT) ids.push(...[...this.idsBefore].slice(0, MOST_IDS_KEPT - ids.length));
    const feeds = this.feedsNow();
    return {
      sources: [...sources],
      ids,
      followers: [...this.followers.values()].map((follower) => {
        const { stream, sliding, stepped, awaited } = follower;
        return {
          rule: stream.rule.id,
          stream: stream.save(),
          sliding: sliding?.save(),
          stepped: stepped?.save(),
          feeds: feeds.get(follower),
          awaited: awaited === undefined ? undefined : [...awaited],
        };
      }),
    };
  }

  /** Which Datastreams lead to the open streams of groups. */
  private feedsNow(): Map<Follower, string[] | undefined> {
    const found = new Map<Follower, Set<string>>();
    for (const follower of this.followers.values()) {
      const { stream } = follower;
      if (isGroup(stream.rule) && stream.state.phase > Phase.Pending) found.set(follower, new Set(follower.feeds));
    }
    if (found.size === 0) return new Map();
    for (const first of this.sources.values()) {
      for (let source: Source | undefined = first; source !== undefined; source = source.sibling) {
        for (const { followers } of source.links) for (const follower of followers) found.get(follower)?.add(source.name);
      }
    }
    return new Map([...found].map(([follower, names]) => [follower, names.size > MOST_FEEDS_KEPT ? undefined : [...names]]));
  }

  /**
   * @param rules as they were, by id
   * @returns what was open and cannot go on
   */
  load(kept: RoutesSnapshot, rules: ReadonlyMap<string, RuleBefore>): LeftOpen[] {
    const left: LeftOpen[] = [];
    let any = [...rules.values()].some(({ isSame }) => isSame);
    for (const one of kept.followers) {
      const rule = rules.get(one.rule);
      if (rule === undefined) continue;
      if (rule.isSame) this.restore(one, rule.now);
      else if (isOpen(one, rule)) {
        if (this.goOn(one, rule)) any = true;
        else left.push(leftOpen(one, rule));
      }
    }
    if (!any) return left;
    for (const [name, newest] of kept.sources) this.before.set(name, { newest });
    this.idsBefore = new Set(kept.ids.slice(0, MOST_IDS_KEPT));
    return left;
  }

  private restore(one: FollowerSnapshot, rule: Rule): void {
    const follower = this.readd(one, rule);
    if (follower === undefined) return;
    follower.stream.load(one.stream);
    if (one.sliding !== undefined) follower.sliding?.load(one.sliding);
    if (one.stepped !== undefined) follower.stepped?.load(one.stepped);
    this.doubt(follower, one.awaited);
  }

  /** Takes an open interval over to what its definition is now; windows are counted afresh. */
  private goOn(one: FollowerSnapshot, rule: RuleBefore): boolean {
    if (!canGoOn(one, rule)) return false;
    const follower = this.readd(one, rule.now);
    if (follower === undefined) return false;
    const { stream, stepped } = follower;
    stream.load(goingOn(one, rule, stepped === undefined ? undefined : stream.interval));
    this.doubt(follower, one.awaited ?? (isGroup(rule.now) ? one.feeds : [stream.datastream]));
    return true;
  }

  private readd({ stream: { key, datastream, shared }, feeds }: FollowerSnapshot, rule: Rule): Follower | undefined {
    if (this.followers.size >= this.maxStreams) return undefined;
    const follower = this.makeFollower(rule, key, datastream, shared);
    follower.feeds = feeds ?? [];
    this.followers.set(`${rule.id}\n${datastream}`, follower);
    if (!shared) this.keys.set(`${rule.id}\n${key}`, datastream);
    return follower;
  }
}

/** Streams that several Datastreams may lead to. */
function isGroup({ scope }: Rule): boolean {
  return scope !== '' && scope !== 'datastream';
}

export interface FollowerSnapshot {
  rule: string;
  stream: StreamSnapshot;
  sliding: SlidingSnapshot | undefined;
  stepped: SteppedSnapshot | undefined;
  /** Of an open group; the first versions did not write them down. */
  feeds?: string[] | undefined;
  awaited?: string[] | undefined;
}

export interface RoutesSnapshot {
  sources: [string, number][];
  ids: number[];
  followers: FollowerSnapshot[];
}
