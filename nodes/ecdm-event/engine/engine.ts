/**
 * Judges readings by a list of event definitions in one pass, in event time. Knows nothing of Node-RED: the nodes, the
 * command line and the try-out in the editor use this same class.
 */
import { followsWallClock, isUnreal, type CityClock, type Mode, type RosterEntry } from '../../ecdm/city';
import type { DomainDefinition, EventDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import { makeObservation, type Observation, type Value } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import { describe, endOf, type LeftOpen, type RuleAbout, type RuleBefore } from './changed';
import { Clocks } from './clocks';
import { DefinitionError } from './condition';
import { Routes, type Follower, type Link, type RoutesSnapshot, type Source } from './routes';
import { hash32, Rule } from './rule';
import { Schedule } from './schedule';
import type { Refusal } from './sliding';
import type { Stepped } from './stepped';
import { Phase } from './entry';
import type { Stream, StreamHost } from './stream';
import { nameOf, Teller } from './teller';

/** Live readings that are stamped further into the future than this are mistakes of a clock. */
const FUTURE = 5 * 60_000;
const MOST_STREAMS = 100_000;
const SNAPSHOT_VERSION = 1;

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
  /** Streams whose unit cannot be compared with that of the limit: nothing comes of their readings. */
  incomparable: number;
  /** Datastreams that were not judged because there are too many. */
  refused: number;
}

export class EventEngine implements StreamHost {
  private readonly rules: Rule[] = [];
  /** Ids of the definitions that are judged, frozen: they travel with the clock. */
  readonly ids: readonly string[];
  /** How far behind the clock an event may still come without being late, because of windows and `for`. */
  private readonly delay: number;
  private readonly maxLateness: number;
  private readonly teller: Teller;
  private readonly routes: Routes;
  private readonly schedule = new Schedule();
  private readonly clocks = new Clocks();
  private readonly waitingProblems: Problem[] = [];
  /** Streams that get time to speak again after a restart. */
  private graced: Stream[] = [];
  /** Intervals of definitions that were changed or taken out: their ends are still to be told. */
  private left: LeftOpen[] = [];
  /** Ids of those that were told since the last clock: it is theirs, too, or nobody would ever believe them. */
  private ended: string[] = [];
  private lastSource: Source | undefined;
  private mode: Mode = 'live';
  private newest = -Infinity;

  private out: CityEvent[] = [];
  private readonly count = {
    observations: 0,
    duplicates: 0,
    late: 0,
    future: 0,
    unusable: 0,
    events: 0,
  };

  constructor(
    definitions: readonly EventDefinition[],
    private readonly options: EventEngineOptions = {},
  ) {
    this.teller = new Teller(options.language, options.node);
    this.routes = new Routes(this.rules, options.maxStreams ?? MOST_STREAMS, this, this.teller);
    const seen = new Set<string>();
    for (const definition of definitions) {
      try {
        if (seen.has(definition.id)) throw new DefinitionError('twice', { id: definition.id });
        seen.add(definition.id);
        this.rules.push(new Rule(definition, this.domainOf(definition), options.timeZone));
      } catch (thrown) {
        this.waitingProblems.push(this.teller.definition(definition, thrown));
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
    if (observations.length > 0) this.clocks.ended = false;
    const latest = followsWallClock(mode) ? wallNow + FUTURE : Infinity;
    if (this.left.length > 0 && observations.length > 0) this.tellLeft(Math.min(observations[0]!.time, latest));
    for (let i = 0; i < observations.length; i++) this.one(observations[i]!, latest);
    this.finish();
  }

  /**
   * Takes note of how far a source has come: closes windows, fires `for` and silences.
   * @returns the clock to pass on, with the definitions that have been judged
   */
  advance(clock: CityClock, mode: Mode, wallNow: number, out: CityEvent[], problems: Problem[]): CityClock {
    this.begin(mode, out, problems);
    this.tellLeft(followsWallClock(mode) ? Math.min(clock.time, wallNow) : clock.time);
    this.graceAfterRestart(clock.time);
    const until = this.clocks.take(clock, mode, wallNow, this.newest);
    if (until !== undefined) this.schedule.passUntil(until.time, until.final);
    this.finish();
    const time = clock.end === true ? clock.time : clock.time - this.delay;
    const { ended, ids } = this;
    const events = ended.length === 0 ? ids : Object.freeze([...new Set([...ids, ...ended])]);
    this.ended = [];
    return clock.end === true
      ? { source: clock.source, time, events, end: true }
      : { source: clock.source, time, events };
  }

  /** Live only: fires silences and `for` by the wall clock. It never makes a reading late. */
  tick(wallNow: number, out: CityEvent[], problems: Problem[]): void {
    if (!followsWallClock(this.mode)) return;
    this.begin(this.mode, out, problems);
    this.tellLeft(wallNow);
    this.graceAfterRestart(wallNow);
    this.schedule.fireUntil(wallNow, false);
    this.finish();
  }

  /**
   * Live only: nobody has watched for a time, because the machine slept or its clock was set forward. As after a restart,
   * what is silent first gets the time of a gap to speak again.
   * @param wallNow epoch milliseconds
   * @returns whether anything was waited for
   */
  awake(wallNow: number): boolean {
    if (!followsWallClock(this.mode)) return false;
    let waits = false;
    for (const { stream } of this.routes.followers.values()) {
      if (stream.deadline() < Infinity) waits = true;
      this.grace(stream, wallNow);
    }
    return waits;
  }

  /** When {@link tick} next has something to do, in wall time; `undefined` when nothing is waited for. */
  nextDeadline(): number | undefined {
    if (!followsWallClock(this.mode)) return undefined;
    const next = this.schedule.nextDeadline;
    return next === Infinity ? undefined : next + 1;
  }

  /**
   * To be asked before the readings that come with a clock: a replay or simulation that starts over, at an earlier time,
   * is a new run that knows nothing of the last one. After the end of a source, its first reading tells; before, a
   * clock that goes back.
   * @returns true where everything was forgotten
   */
  startsOver(clock: CityClock, mode: Mode, readings: readonly Observation[]): boolean {
    if (!isUnreal(mode)) return false;
    const before = this.clocks.timeOf(clock.source);
    const again = this.clocks.ended
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

  /** The Datastreams to expect, and how often they speak. */
  roster(entries: readonly RosterEntry[]): void {
    this.routes.roster(entries, (stream) => this.schedule.arm(stream));
  }

  private forget(): void {
    this.routes.forget();
    this.schedule.forget();
    this.clocks.forget();
    this.teller.forget();
    this.graced = [];
    this.left = [];
    this.ended = [];
    this.lastSource = undefined;
    this.newest = -Infinity;
  }

  /** What was told of the intervals of these events that are open, in the order of time: to be said again. */
  open(asked: ReadonlySet<string>): CityEvent[] {
    const open: CityEvent[] = [];
    for (const { stream } of this.routes.followers.values()) if (asked.has(stream.rule.id)) open.push(...stream.open);
    return open.sort((a, b) => a.time - b.time);
  }

  /** Ends are to be told of what is not judged any more: by the next reading, clock or {@link tick}. */
  get hasLeft(): boolean {
    return this.left.length > 0;
  }

  private tellLeft(now: number): void {
    for (const left of this.left) {
      this.emit(endOf(left, now));
      this.ended.push(left.event);
    }
    this.left = [];
  }

  counters(): EventCounters {
    const { followers, refused } = this.routes;
    let open = 0;
    let incomparable = 0;
    for (const { stream } of followers.values()) {
      if (stream.state.phase > Phase.Pending && !stream.rule.point) open++;
      if (stream.isIncomparable) incomparable++;
    }
    return { ...this.count, refused, streams: followers.size, open, incomparable };
  }

  // ---- one reading

  private one(o: Observation, latest: number): void {
    this.count.observations++;
    let source = this.lastSource;
    if (source === undefined || source.datastream !== o.datastream || source.property !== o.property) {
      source = this.routes.sourceOf(o);
      if (source === undefined) return;
      this.lastSource = source;
    }
    const { links } = source;
    const { time } = o;
    if (links.length === 0) {
      if (this.routes.hasDoubts) this.leave(source, Math.min(time, latest));
      return;
    }
    if (time > latest) {
      this.count.future++;
      this.teller.future(o, time - latest + FUTURE);
      return;
    }
    if (time > source.newest) source.newest = time;
    else if (this.isRepeated(o, source)) {
      this.count.duplicates++;
      return;
    }
    if (time > this.newest) this.newest = time;
    source.recent.add(time, o.id, comparable(o.value));
    if (o.zones !== source.zones) this.routes.moveTo(source, o);
    for (let i = 0; i < links.length; i++) this.lead(links[i]!, o);
    if (this.routes.hasDoubts) this.leave(source, time);
  }

  /** Ends what the Datastream led to before a definition was changed, where nothing leads to it any more. */
  private leave(source: Source, now: number): void {
    for (const stream of this.routes.hasSpoken(source)) stream.end(now);
  }

  private isRepeated(o: Observation, source: Source): boolean {
    if (source.recent.has(o.time, o.id)) {
      const value = comparable(o.value);
      // what a server has changed afterwards says so itself
      if (value === value && o.change === undefined && !source.recent.hasValue(o.time, value)) this.teller.sameTime(o);
      return true;
    }
    // after a restart sources read again what lies around their saved position
    if (o.time > source.restoredUntil) return false;
    return o.time < source.restoredUntil - this.maxLateness || this.routes.wasJudgedBefore(hash32(o.id));
  }

  private lead(link: Link, o: Observation): void {
    const { rule, followers } = link;
    if (rule.picky) {
      const covered = rule.covers(o);
      if (covered === undefined) this.teller.noZones(rule, o);
      if (covered !== true) return;
    }
    for (let i = 0; i < followers.length; i++) {
      const follower = followers[i]!;
      const { stream, sliding, stepped } = follower;
      if (follower.awaited !== undefined) this.routes.claim(follower);
      if (stepped !== undefined) this.leadStepped(link, follower, stepped, o);
      else if (stream.isTooLate(o.time)) {
        this.count.late++;
        this.teller.tooLate(rule, stream, o);
      } else if (sliding === undefined) stream.read(o);
      else {
        this.refused(sliding.read(o), link, sliding.unit, o);
        if (sliding.overflow) this.overflow(follower, o);
      }
      if (stream.state.phase !== Phase.Idle) this.schedule.arm(stream);
    }
  }

  private leadStepped(link: Link, follower: Follower, stepped: Stepped, o: Observation): void {
    const refusal = stepped.read(o);
    if (refusal === 'closed') {
      this.count.late++;
      this.teller.windowClosed(link.rule, o);
      return;
    }
    this.refused(refusal, link, stepped.unit, o);
    if (stepped.overflow) this.overflow(follower, o);
    if (this.clocks.size === 0) {
      const until = stepped.follow(o.datastream, o.time);
      if (until > stepped.nextEnd) stepped.closeUntil(until);
    }
    this.schedule.armWindow(stepped);
  }

  private refused(refusal: Refusal | undefined, link: Link, wanted: string | undefined, o: Observation): void {
    if (refusal === undefined) return;
    this.count.unusable++;
    if (refusal === 'value') this.teller.value(link.rule, nameOf(o), o.value, o);
    else if (!link.unitTold) {
      link.unitTold = true;
      this.teller.unit(link.rule, o.unit, { datastream: nameOf(o), property: o.property }, o, wanted);
    }
  }

  private overflow(follower: Follower, o: Observation): void {
    if (follower.overflowTold) return;
    follower.overflowTold = true;
    this.teller.windowFull(follower.stream.rule, o);
  }

  /** After a restart a live source first gets the time of a gap to speak again; only then its silence counts. */
  private graceAfterRestart(now: number): void {
    if (this.graced.length === 0) return;
    const { graced } = this;
    this.graced = [];
    if (!followsWallClock(this.mode)) return;
    for (const stream of graced) if (stream.restored) this.grace(stream, now);
  }

  private grace(stream: Stream, now: number): void {
    stream.watchedFrom = now;
    stream.armedAt = Infinity;
    this.schedule.arm(stream);
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
    this.teller.list = problems;
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
    this.teller.list = [];
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
    const { rule, keyName, datastream, property = '' } = stream;
    this.teller.unit(rule, unit, { datastream: keyName ?? datastream, property }, { datastream, unit });
  }

  /** @internal called by the streams */
  valueProblem(stream: Stream, value: Value): void {
    this.count.unusable++;
    this.teller.value(stream.rule, stream.keyName ?? stream.datastream, value, value);
  }

  // ---- snapshots

  /** Everything that must survive a restart, as plain JSON. */
  snapshot(): EngineSnapshot {
    return {
      version: SNAPSHOT_VERSION,
      rules: this.rules.map((rule) => [
        rule.id,
        rule.hash,
        rule.bareUnit === undefined ? false : rule.bareUnit,
        describe(rule),
      ]),
      routes: this.routes.save(),
      clocks: this.clocks.save(),
      newest: Number.isFinite(this.newest) ? this.newest : null,
      mode: this.mode,
      left: this.left,
    };
  }

  /**
   * Takes up what {@link snapshot} kept. Definitions that have changed start afresh, but for what is open.
   * @returns false where it could not be read; the engine is then as new
   */
  restore(raw: unknown): boolean {
    try {
      const kept = raw as EngineSnapshot;
      if (typeof kept !== 'object' || kept === null || kept.version !== SNAPSHOT_VERSION) return false;
      const rules = new Map<string, RuleBefore>();
      const byId = new Map(this.rules.map((rule) => [rule.id, rule]));
      for (const [id, hash, bareUnit, about] of kept.rules) {
        const now = byId.get(id);
        if (now?.hash === hash) {
          now.bareUnit = bareUnit === false ? undefined : bareUnit;
          rules.set(id, { id, about, now, isSame: true });
        } else rules.set(id, { id, about, now, isSame: false });
      }
      this.left = [...(kept.left ?? []), ...this.routes.load(kept.routes, rules)];
      this.clocks.load(kept.clocks);
      for (const { stream, stepped } of this.routes.followers.values()) {
        this.schedule.arm(stream);
        if (stepped !== undefined) this.schedule.armWindow(stepped);
        this.graced.push(stream);
      }
      this.newest = kept.newest ?? -Infinity;
      this.mode = kept.mode;
      return true;
    } catch {
      this.forget();
      return false;
    }
  }
}

/** A value as a number that tells it from others; NaN for none, and for records. */
function comparable(value: Value): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? hash32(value) : typeof value === 'boolean' ? Number(value) : NaN;
}

export interface EngineSnapshot {
  version: number;
  /** The unit of limits without one: `false`: none, `null`: not settled. */
  rules: [id: string, hash: string, unit: string | null | false, about?: RuleAbout][];
  routes: RoutesSnapshot;
  clocks: [string, number][];
  newest: number | null;
  mode: Mode;
  /** What was open and could not go on, not told yet; the first versions had none. */
  left?: LeftOpen[];
}
