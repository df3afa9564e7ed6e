/**
 * Judges readings by a list of event definitions in one pass, in event time. Knows nothing of Node-RED: the nodes, the
 * command line and the try-out in the editor use this same class.
 */
import { isReplay, type CityClock, type Mode, type RosterEntry } from '../../ecdm/city';
import type { DomainDefinition, EventDefinition } from '../../ecdm/definition';
import { formatDuration } from '../../ecdm/duration';
import type { CityEvent } from '../../ecdm/event';
import { makeObservation, type Observation, type Value } from '../../ecdm/observation';
import { makeProblem, type Problem } from '../../ecdm/problem';
import { unitLabel } from '../../ecdm/units';
import type { ZoneRef } from '../../ecdm/zone';
import { DefinitionError } from './condition';
import { DeadlineHeap } from './heap';
import { RecentIds, type IdBudget } from './recent-ids';
import { hash32, Rule } from './rule';
import { Sliding, type Refusal, type SlidingSnapshot } from './sliding';
import { Stepped, type SteppedSnapshot } from './stepped';
import { Phase, Stream, type StreamHost, type StreamSnapshot } from './stream';
import { engineText, isTextKey, type TextKey } from './text';

/** Live readings that are stamped further into the future than this are mistakes of a clock. */
const FUTURE = 5 * 60_000;
const MOST_CLOCKS = 100;
/** A live source that has not told its time for so long no longer holds the others back. */
const CLOCK_IDLE = 5 * 60_000;
const SNAPSHOT_VERSION = 1;
/** Problems of one call that are described one by one. */
const MOST_PROBLEMS_TOLD = 1000;
/** Ids (as hashes) that a snapshot holds at most. */
const MOST_IDS_KEPT = 100_000;

export interface EventEngineOptions {
  /** The domain of definitions that name none. */
  domain?: DomainDefinition;
  /** Domains by id, for definitions that name one. */
  domains?: ReadonlyMap<string, DomainDefinition>;
  /** Language of problems: "en-US" (default) or "th". */
  language?: string;
  /** IANA zone of times of day where neither condition nor domain name one; UTC when left out. */
  timeZone?: string;
  /** Most streams (definition x Datastream or group) that are followed; 100,000 when left out. */
  maxStreams?: number;
  /** Id of the node, for problems. */
  node?: string;
}

export interface EventCounters {
  observations: number;
  duplicates: number;
  late: number;
  future: number;
  /** Readings whose unit or kind of value could not be compared. */
  unusable: number;
  events: number;
  streams: number;
  /** States that are open or not known at the moment. */
  open: number;
  /** Datastreams that were not judged because there are too many. */
  refused: number;
}

/** What follows the readings of one key for one rule. */
interface Follower {
  readonly stream: Stream;
  readonly sliding: Sliding | undefined;
  readonly stepped: Stepped | undefined;
  overflowTold: boolean;
}

/** How the readings of one Datastream reach one rule. */
interface Link {
  readonly rule: Rule;
  /** Exactly one, but for zones. */
  followers: readonly Follower[];
  readonly byZone: boolean;
  unitTold: boolean;
}

/** One Datastream (and property, where a careless source gives several the same id). */
interface Source {
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

export class EventEngine implements StreamHost {
  private readonly rules: Rule[] = [];
  /** Ids of the definitions that are judged, frozen: they travel with the clock. */
  readonly ids: readonly string[];
  /** How far behind the clock an event may still come without being late, because of windows and `for`. */
  private readonly delay: number;
  private readonly sources = new Map<string, Source>();
  private readonly followers = new Map<string, Follower>();
  /** First stream of each rule and key. */
  private readonly keys = new Map<string, string>();
  private readonly deadlines = new DeadlineHeap<Stream>();
  private readonly windows = new DeadlineHeap<Stepped>();
  private readonly intervals = new Map<string, number>();
  private readonly clocks = new Map<string, { time: number; heard: number }>();
  private readonly budget: IdBudget = { held: 0 };
  /** Hashes of the ids known before a restart. */
  private idsBefore: ReadonlySet<number> = new Set();
  private readonly maxStreams: number;
  private readonly maxLateness: number;
  private waitingProblems: Problem[] = [];
  private restoredSources = new Map<string, [number, string]>();
  private graced: Stream[] = [];
  private lastSource: Source | undefined;
  private mode: Mode = 'live';
  private newest = -Infinity;
  private told = new Set<string>();
  /** One problem of each code that stands for many. */
  private readonly repeated = new Map<string, Problem>();
  /** The source of a replay has ended; an earlier time begins another run. */
  private ended = false;

  private out: CityEvent[] = [];
  private problems: Problem[] = [];
  private readonly count = {
    observations: 0,
    duplicates: 0,
    late: 0,
    future: 0,
    unusable: 0,
    events: 0,
    refused: 0,
  };

  constructor(
    definitions: readonly EventDefinition[],
    private readonly options: EventEngineOptions = {},
  ) {
    this.maxStreams = options.maxStreams ?? 100_000;
    const seen = new Set<string>();
    for (const definition of definitions) {
      try {
        if (seen.has(definition.id)) throw new DefinitionError('twice', { id: definition.id });
        seen.add(definition.id);
        this.rules.push(new Rule(definition, this.domainOf(definition), options.timeZone));
      } catch (thrown) {
        this.waitingProblems.push(this.definitionProblem(definition, thrown));
      }
    }
    this.ids = Object.freeze(this.rules.map((rule) => rule.id));
    this.maxLateness = this.rules.reduce((most, rule) => Math.max(most, rule.lateness), 0);
    const delayed = this.rules.filter((rule) => rule.lasting > 0 || (rule.window?.step ?? 0) > 0);
    this.delay = delayed.reduce((most, rule) => Math.max(most, rule.lateness), 0);
  }

  /** Mode of the last message. */
  get currentMode(): Mode {
    return this.mode;
  }

  /** What is wrong with the definitions, also sent with the first readings. */
  get definitionProblems(): readonly Problem[] {
    return this.waitingProblems;
  }

  // ---- input

  /**
   * Judges readings in their order of arrival.
   * @param wallNow epoch milliseconds; only looked at in the modes live and poll, to refuse stamps of the future
   * @param out events are added here, in order of time
   */
  push(observations: readonly Observation[], mode: Mode, wallNow: number, out: CityEvent[], problems: Problem[]): void {
    this.begin(mode, out, problems);
    if (observations.length > 0) this.ended = false;
    const latest = mode === 'live' || mode === 'poll' ? wallNow + FUTURE : Infinity;
    for (let i = 0; i < observations.length; i++) this.one(observations[i]!, latest);
    this.finish();
  }

  /**
   * Takes note of how far a source has come: closes windows, fires `for` and silences.
   * @returns the clock to pass on, with the definitions that have been judged
   */
  advance(clock: CityClock, mode: Mode, wallNow: number, out: CityEvent[], problems: Problem[]): CityClock {
    this.begin(mode, out, problems);
    this.graceAfterRestart(clock.time);
    const until = this.clockAfter(clock, mode, wallNow);
    if (until !== undefined) this.passUntil(until.time, until.final);
    this.finish();
    const time = clock.end === true ? clock.time : clock.time - this.delay;
    return clock.end === true
      ? { source: clock.source, time, events: this.ids, end: true }
      : { source: clock.source, time, events: this.ids };
  }

  /** Live only: fires silences and `for` by the wall clock. It never makes a reading late. */
  tick(wallNow: number, out: CityEvent[], problems: Problem[]): void {
    if (this.mode !== 'live' && this.mode !== 'poll') return;
    this.begin(this.mode, out, problems);
    this.graceAfterRestart(wallNow);
    this.fireUntil(wallNow, false);
    this.finish();
  }

  /** When {@link tick} next has something to do, in wall time; `undefined` when nothing is waited for. */
  nextDeadline(): number | undefined {
    if (this.mode !== 'live' && this.mode !== 'poll') return undefined;
    const { first } = this.deadlines;
    return first === Infinity ? undefined : first + 1;
  }

  /**
   * To be asked before the readings that come with a clock: a replay or simulation that starts over, at an earlier time,
   * is a new run that knows nothing of the last one. After the end of a source, its first reading tells; before, a
   * clock that goes back.
   * @returns true where everything was forgotten
   */
  startsOver(clock: CityClock, mode: Mode, readings: readonly Observation[]): boolean {
    if (mode !== 'replay' && mode !== 'simulated') return false;
    const before = this.clocks.get(clock.source)?.time;
    const again = this.ended
      ? readings.length > 0 && readings[0]!.time <= this.newest
      : before !== undefined && clock.time < before - this.maxLateness;
    if (again) this.forget();
    return again;
  }

  /** True where some definition looks at the readings of this Datastream. */
  watches({ datastream, property, thing, thingName }: RosterEntry): boolean {
    const station = thing === undefined ? undefined : { id: thing, name: thingName };
    const meta = { datastream: { id: datastream }, thing: station };
    const o = makeObservation({ id: '', datastream, property, thing, time: 0, value: null, meta });
    return this.rules.some((rule) => rule.selects(o));
  }

  private forget(): void {
    this.sources.clear();
    this.followers.clear();
    this.keys.clear();
    this.deadlines.clear();
    this.windows.clear();
    this.clocks.clear();
    this.restoredSources.clear();
    this.told.clear();
    this.idsBefore = new Set();
    this.budget.held = 0;
    this.graced = [];
    this.lastSource = undefined;
    this.newest = -Infinity;
    this.ended = false;
  }

  /** The Datastreams to expect, and how often they speak. */
  roster(entries: readonly RosterEntry[]): void {
    for (const entry of entries) {
      if (typeof entry?.datastream !== 'string' || !(Number(entry.interval) > 0)) continue;
      if (this.intervals.size >= this.maxStreams && !this.intervals.has(entry.datastream)) continue;
      this.intervals.set(entry.datastream, entry.interval!);
      for (let source = this.sources.get(entry.datastream); source !== undefined; source = source.sibling) {
        for (const link of source.links) {
          for (const { stream, stepped } of link.followers) if (stepped === undefined) stream.setInterval(entry.interval);
        }
      }
    }
  }

  counters(): EventCounters {
    let open = 0;
    for (const { stream } of this.followers.values()) if (stream.state.phase > Phase.Pending && !stream.rule.point) open++;
    return { ...this.count, streams: this.followers.size, open };
  }

  // ---- one reading

  private one(o: Observation, latest: number): void {
    this.count.observations++;
    let source = this.lastSource;
    if (source === undefined || source.datastream !== o.datastream || source.property !== o.property) {
      source = this.sourceOf(o);
      if (source === undefined) return;
      this.lastSource = source;
    }
    const { links } = source;
    if (links.length === 0) return;
    const { time } = o;
    if (time > latest) {
      this.count.future++;
      const ahead = formatDuration(Math.round((time - latest + FUTURE) / 1000) * 1000);
      this.problem('future', 'future', { datastream: nameOf(o), ahead }, o);
      return;
    }
    if (time > source.newest) source.newest = time;
    else if (this.isRepeated(o, source)) {
      this.count.duplicates++;
      return;
    }
    if (time > this.newest) this.newest = time;
    source.recent.add(time, o.id);
    if (o.zones !== source.zones) this.moveTo(source, o);
    for (let i = 0; i < links.length; i++) this.lead(links[i]!, o);
  }

  private isRepeated(o: Observation, source: Source): boolean {
    if (source.recent.has(o.time, o.id)) return true;
    // after a restart sources read again what lies around their saved position
    if (o.time > source.restoredUntil) return false;
    return o.time < source.restoredUntil - this.maxLateness || this.idsBefore.has(hash32(o.id));
  }

  private lead(link: Link, o: Observation): void {
    const { rule, followers } = link;
    if (rule.picky) {
      const covered = rule.covers(o);
      if (covered === undefined) this.tellOnce(`place|${rule.id}|${o.datastream}`, 'place', rule, o);
      if (covered !== true) return;
    }
    for (let i = 0; i < followers.length; i++) {
      const follower = followers[i]!;
      const { stream, sliding, stepped } = follower;
      if (stepped !== undefined) this.leadStepped(link, follower, stepped, o);
      else if (stream.isTooLate(o.time)) this.tooLate(rule, stream, o);
      else if (sliding === undefined) stream.read(o);
      else {
        this.refused(sliding.read(o), link, sliding.unit, o);
        if (sliding.overflow) this.overflow(follower, o);
      }
      if (stream.state.phase !== Phase.Idle) this.arm(stream);
    }
  }

  private leadStepped(link: Link, follower: Follower, stepped: Stepped, o: Observation): void {
    const refusal = stepped.read(o);
    if (refusal === 'closed') {
      this.count.late++;
      this.problem('too-late', 'too-late.window', { event: link.rule.name, datastream: nameOf(o) }, o, 'too-late.hint');
      return;
    }
    this.refused(refusal, link, stepped.unit, o);
    if (stepped.overflow) this.overflow(follower, o);
    if (this.clocks.size === 0) {
      const until = stepped.follow(o.datastream, o.time);
      if (until > stepped.nextEnd) stepped.closeUntil(until);
    }
    this.armWindow(stepped);
  }

  private arm(stream: Stream): void {
    const due = stream.deadline() + stream.rule.lateness;
    if (due < stream.armedAt) {
      stream.armedAt = due;
      this.deadlines.push(due, stream);
    }
  }

  private armWindow(stepped: Stepped): void {
    const due = stepped.nextEnd + stepped.rule.lateness;
    if (due < stepped.armedAt) {
      stepped.armedAt = due;
      this.windows.push(due, stepped);
    }
  }

  // ---- the clock

  /** The earliest of the sources that are still heard of. */
  private clockAfter(clock: CityClock, mode: Mode, wallNow: number): { time: number; final: boolean } | undefined {
    if (clock.end === true) {
      this.clocks.delete(clock.source);
      this.ended = this.clocks.size === 0;
      if (this.ended) return { time: Math.max(clock.time, isReplay(mode) ? this.newest : clock.time), final: true };
    } else if (this.clocks.has(clock.source) || this.clocks.size < MOST_CLOCKS) {
      const known = this.clocks.get(clock.source);
      this.clocks.set(clock.source, { time: Math.max(clock.time, known?.time ?? -Infinity), heard: wallNow });
    }
    let earliest = Infinity;
    for (const [source, { time, heard }] of this.clocks) {
      if (this.clocks.size > 1 && !isReplay(mode) && wallNow - heard > CLOCK_IDLE) this.clocks.delete(source);
      else if (time < earliest) earliest = time;
    }
    return earliest === Infinity ? undefined : { time: earliest, final: false };
  }

  private passUntil(time: number, final: boolean): void {
    // windows first: their results decide whether a silence is one
    const { windows } = this;
    const again: Stepped[] = [];
    while (windows.first < (final ? Infinity : time)) {
      const due = windows.first;
      const stepped = windows.pop()!;
      if (due !== stepped.armedAt) continue;
      stepped.armedAt = Infinity;
      // at the end of everything a window that is full is closed, one that is not is left
      stepped.closeUntil(final ? time + 1 : time - stepped.rule.lateness);
      if (stepped.stream.state.phase !== Phase.Idle) this.arm(stepped.stream);
      if (final) again.push(stepped);
      else this.armWindow(stepped);
    }
    for (const stepped of again) if (stepped.nextEnd !== Infinity) this.armWindow(stepped);
    this.fireUntil(time, final);
  }

  private fireUntil(time: number, final: boolean): void {
    const { deadlines } = this;
    const again: Stream[] = [];
    while (deadlines.first < (final ? Infinity : time)) {
      const due = deadlines.first;
      const stream = deadlines.pop()!;
      if (due !== stream.armedAt) continue;
      stream.armedAt = Infinity;
      stream.fireUntil(final ? time + 1 : time - stream.rule.lateness);
      if (stream.state.phase === Phase.Idle) continue;
      if (final) again.push(stream);
      else this.arm(stream);
    }
    for (const stream of again) this.arm(stream);
  }

  /** After a restart a live source first gets the time of a gap to speak again; only then its silence counts. */
  private graceAfterRestart(now: number): void {
    if (this.graced.length === 0) return;
    const { graced } = this;
    this.graced = [];
    if (this.mode !== 'live' && this.mode !== 'poll') return;
    for (const stream of graced) {
      if (!stream.restored) continue;
      stream.notBefore = now + stream.gap;
      stream.armedAt = Infinity;
      this.arm(stream);
    }
  }

  // ---- Datastreams and what follows them

  private sourceOf(o: Observation): Source | undefined {
    const first = this.sources.get(o.datastream);
    for (let source = first; source !== undefined; source = source.sibling) if (source.property === o.property) return source;
    // Datastreams that nothing looks at are remembered too, within the same bound
    if (this.sources.size >= 2 * this.maxStreams) {
      this.count.refused++;
      return undefined;
    }
    const name = first === undefined ? o.datastream : `${o.datastream}/${o.property}`;
    const kept = this.restoredSources.get(name);
    const source: Source = {
      datastream: o.datastream,
      property: o.property,
      name,
      newest: kept?.[0] ?? -Infinity,
      restoredUntil: kept?.[0] ?? -Infinity,
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
    else if (scope === 'station') follower = this.follower(rule, station, station, nameOfThing(o), o);
    else if (scope === 'datastream') follower = this.follower(rule, source.datastream, source.name, o.meta?.datastream.name, o);
    else follower = this.follower(rule, station, source.name, nameOfThing(o), o);
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
  private moveTo(source: Source, o: Observation): void {
    source.zones = o.zones;
    for (const link of source.links) if (link.byZone) link.followers = this.zoneFollowers(link.rule, o);
  }

  private follower(rule: Rule, key: string, name: string, keyName: string | undefined, o: Observation): Follower | undefined {
    const id = `${rule.id}\n${name}`;
    let follower = this.followers.get(id);
    if (follower === undefined) {
      if (this.followers.size >= this.maxStreams) {
        this.count.refused++;
        if (this.count.refused % 10_000 === 1) {
          this.problem('limit', 'limit', { count: this.followers.size, datastream: nameOf(o) }, o);
        }
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
    const stream = new Stream(rule, key, name, shared, this);
    const stepped = (rule.window?.step ?? 0) > 0 ? new Stepped(rule, stream) : undefined;
    const sliding = rule.window !== undefined && stepped === undefined ? new Sliding(rule, stream) : undefined;
    return { stream, sliding, stepped, overflowTold: false };
  }

  private domainOf(definition: EventDefinition): DomainDefinition | undefined {
    const { domain, domains } = this.options;
    if (definition.domain === undefined || definition.domain === domain?.id) return domain;
    return domains?.get(definition.domain) ?? domain;
  }

  // ---- output

  private begin(mode: Mode, out: CityEvent[], problems: Problem[]): void {
    this.mode = mode;
    this.out = out;
    this.problems = problems;
    if (this.waitingProblems.length > 0) problems.push(...this.waitingProblems.splice(0));
  }

  private finish(): void {
    const { out } = this;
    for (let i = 1; i < out.length; i++) {
      if (out[i]!.time < out[i - 1]!.time) {
        out.sort((a, b) => a.time - b.time);
        break;
      }
    }
    this.out = [];
    this.problems = [];
  }

  /** @internal called by the streams */
  emit(event: CityEvent): void {
    this.count.events++;
    this.out.push(event);
  }

  /** @internal called by the streams */
  unitProblem(stream: Stream, unit: string | undefined): void {
    this.count.unusable++;
    if (stream.unitTold) return;
    stream.unitTold = true;
    this.tellUnit(stream.rule, unit, stream.keyName ?? stream.datastream, stream.property ?? '', { datastream: stream.datastream, unit });
  }

  /** @internal called by the streams */
  valueProblem(stream: Stream, value: Value): void {
    this.count.unusable++;
    this.problem('value', 'value', { event: stream.rule.name, datastream: stream.keyName ?? stream.datastream, value: shorten(value) }, value);
  }

  private refused(refusal: Refusal | undefined, link: Link, wanted: string | undefined, o: Observation): void {
    if (refusal === undefined) return;
    this.count.unusable++;
    if (refusal === 'value') {
      this.problem('value', 'value', { event: link.rule.name, datastream: nameOf(o), value: shorten(o.value) }, o);
    } else if (!link.unitTold) {
      link.unitTold = true;
      this.tellUnit(link.rule, o.unit, nameOf(o), o.property, o, wanted);
    }
  }

  private tellUnit(rule: Rule, unit: string | undefined, datastream: string, property: string, item: unknown, wanted?: string): void {
    const bare = rule.condition.hasBareLimits && !rule.condition.hasUnits;
    const limit = wanted !== undefined ? labelOf(wanted) : bare ? labelOf(rule.bareUnit ?? undefined) : rule.condition.units();
    const key = bare ? 'unit.other' : unit === undefined ? 'unit.none' : 'unit';
    this.problem('unit', key, { event: rule.name, datastream, property, unit: labelOf(unit), limit }, item, 'unit.hint');
  }

  private tooLate(rule: Rule, stream: Stream, o: Observation): void {
    this.count.late++;
    const late = formatDuration(stream.newestTime - o.time);
    const lateness = formatDuration(rule.lateness);
    this.problem('too-late', 'too-late', { event: rule.name, datastream: nameOf(o), late, lateness }, o);
  }

  private overflow(follower: Follower, o: Observation): void {
    if (follower.overflowTold) return;
    follower.overflowTold = true;
    this.problem('window', 'window', { event: follower.stream.rule.name, count: 100_000 }, { datastream: o.datastream });
  }

  private tellOnce(id: string, code: 'place', rule: Rule, o: Observation): void {
    if (this.told.has(id) || this.told.size >= 10_000) return;
    this.told.add(id);
    this.problem(code, code, { event: rule.name, datastream: nameOf(o) }, o);
  }

  private problem(
    code: string,
    key: TextKey,
    parameters: Record<string, string | number>,
    item: unknown,
    hint: TextKey = `${code}.hint` as TextKey,
  ): void {
    const { language, node } = this.options;
    const many = this.problems.length >= MOST_PROBLEMS_TOLD;
    // of a million bad readings in one call, each one is counted but not each one described
    const again = many ? this.repeated.get(code) : undefined;
    if (again !== undefined) {
      this.problems.push(again);
      return;
    }
    const problem = makeProblem(code, engineText(language, key, parameters), engineText(language, hint), brief(item));
    problem.node = node ?? '';
    if (many) this.repeated.set(code, problem);
    this.problems.push(problem);
  }

  private definitionProblem(definition: EventDefinition, thrown: unknown): Problem {
    const { language, node } = this.options;
    const reason = thrown instanceof DefinitionError && isTextKey(thrown.key)
      ? engineText(language, thrown.key, thrown.parameters)
      : engineText(language, 'broken', { error: thrown instanceof Error ? thrown.message : String(thrown) });
    const event = typeof definition?.name === 'string' ? definition.name : '?';
    const problem = makeProblem(
      'definition',
      engineText(language, 'definition', { event, reason }),
      engineText(language, 'definition.hint'),
      definition,
    );
    problem.node = node ?? '';
    return problem;
  }

  // ---- snapshots

  /** Everything that must survive a restart, as plain JSON. */
  snapshot(): EngineSnapshot {
    const sources: EngineSnapshot['sources'] = [];
    const ids: number[] = [];
    for (let [, source] of this.sources as Map<string, Source | undefined>) {
      for (; source !== undefined; source = source.sibling) {
        if (source.links.length === 0) continue;
        source.recent.save(ids);
        sources.push([source.name, finiteOr(source.newest), source.property]);
      }
    }
    // those of sources that have not spoken since the last restart
    if (ids.length < MOST_IDS_KEPT) ids.push(...[...this.idsBefore].slice(0, MOST_IDS_KEPT - ids.length));
    for (const [name, [newest, property]] of this.restoredSources) {
      if (!this.sources.has(name)) sources.push([name, newest, property]);
    }
    return {
      version: SNAPSHOT_VERSION,
      rules: this.rules.map(({ id, hash, bareUnit }) => [id, hash, bareUnit === undefined ? false : bareUnit]),
      sources,
      followers: [...this.followers.values()].map(({ stream, sliding, stepped }) => ({
        rule: stream.rule.id,
        stream: stream.save(),
        sliding: sliding?.save(),
        stepped: stepped?.save(),
      })),
      clocks: [...this.clocks].map(([source, { time }]) => [source, time]),
      ids,
      newest: finiteOr(this.newest),
      mode: this.mode,
    };
  }

  /**
   * Takes up what {@link snapshot} kept. Definitions that have changed start afresh.
   * @returns false where it could not be read; the engine is then as new
   */
  restore(raw: unknown): boolean {
    try {
      const kept = raw as EngineSnapshot;
      if (typeof kept !== 'object' || kept === null || kept.version !== SNAPSHOT_VERSION) return false;
      const same = new Map<string, Rule>();
      for (const [id, hash, bareUnit] of kept.rules) {
        const rule = this.rules.find((one) => one.id === id && one.hash === hash);
        if (rule === undefined) continue;
        same.set(id, rule);
        rule.bareUnit = bareUnit === false ? undefined : bareUnit;
      }
      for (const one of kept.followers) {
        const rule = same.get(one.rule);
        if (rule !== undefined && this.followers.size < this.maxStreams) this.restoreFollower(rule, one);
      }
      for (const [name, newest, property] of kept.sources) {
        if (same.size > 0 && newest !== null) this.restoredSources.set(name, [newest, property]);
      }
      for (const [source, time] of kept.clocks) this.clocks.set(source, { time, heard: 0 });
      this.idsBefore = new Set(kept.ids.slice(0, MOST_IDS_KEPT));
      this.newest = kept.newest ?? -Infinity;
      this.mode = kept.mode;
      return true;
    } catch {
      this.forget();
      return false;
    }
  }

  private restoreFollower(rule: Rule, kept: EngineSnapshot['followers'][number]): void {
    const { key, datastream, shared } = kept.stream;
    const follower = this.makeFollower(rule, key, datastream, shared);
    follower.stream.load(kept.stream);
    if (kept.sliding !== undefined) follower.sliding?.load(kept.sliding);
    if (kept.stepped !== undefined) follower.stepped?.load(kept.stepped);
    this.followers.set(`${rule.id}\n${datastream}`, follower);
    if (!shared) this.keys.set(`${rule.id}\n${key}`, datastream);
    if (follower.stream.state.phase !== Phase.Idle) this.arm(follower.stream);
    if (follower.stepped !== undefined) this.armWindow(follower.stepped);
    this.graced.push(follower.stream);
  }
}

export interface EngineSnapshot {
  version: number;
  rules: [string, string, string | null | false][];
  sources: [string, number | null, string][];
  followers: {
    rule: string;
    stream: StreamSnapshot;
    sliding: SlidingSnapshot | undefined;
    stepped: SteppedSnapshot | undefined;
  }[];
  clocks: [string, number][];
  ids: number[];
  newest: number | null;
  mode: Mode;
}

function finiteOr(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function nameOf(o: Observation): string {
  return o.meta?.datastream.name ?? nameOfThing(o) ?? o.datastream;
}

function nameOfThing(o: Observation): string | undefined {
  return o.meta?.thing?.name;
}

function labelOf(unit: string | undefined): string {
  return unit === undefined ? '-' : unitLabel(unit) || unit;
}

function shorten(value: Value): string {
  const text = typeof value === 'string' ? `"${value}"` : typeof value === 'object' ? '{…}' : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The part of an observation that a problem repeats: its metadata is the same for thousands. */
function brief(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('datastream' in item) || !('time' in item)) return item;
  const { id, datastream, property, time, value, unit } = item as Observation;
  return { id, datastream, property, time, value, unit };
}
