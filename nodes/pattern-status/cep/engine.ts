/**
 * The engine of one status rule: sorts events into their keys, lets time settle, and runs the rule over every key in
 * the order of event time. What is settled never changes; what must not wait (patterns that nothing later can undo) is
 * run ahead and told at once.
 */
import { isReplay, isSimulated, type CityClock, type Mode } from '../../ecdm/city';
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import type { CityEvent } from '../../ecdm/event';
import { makeProblem, type Problem } from '../../ecdm/problem';
import type { Status } from '../../ecdm/status';
import { clockText, durationText, momentText, text, type TextParameters } from '../../ecdm/text';
import { isValidTime } from '../../ecdm/time';
import type { ZoneRef } from '../../ecdm/zone';
import { AggregateOperator } from './aggregate';
import { Clocks } from './clocks';
import { compilePattern, newState, type EmitOf } from './compile';
import { Entry, isBefore, type WallDue } from './entry';
import { DefinitionError } from './errors';
import { DEFAULT_FLAPPING, type FlappingLimits } from './flapping';
import { instant } from './fold';
import { DueHeap } from './heap';
import { inspectEntries, type Inspection } from './inspect';
import { keyNameOf, keyOf } from './keys';
import {
  clear,
  copyKeyState,
  count,
  deadlineOf,
  expire,
  feed,
  isHeld,
  newLife,
  NORMAL,
  RAISED,
  type KeyState,
  type Life,
  type Listener,
  type Rule,
  type Side,
} from './life';
import { isPlain } from './reason';
import { NearRouter } from './runs/near';
import { ALL_RUNS, type RunsOperator } from './runs/operator';
import { Roster, type ExpectedKey, type ObservingOf, type RosterSnapshot } from './roster';
import { isRepeated, SeenStreams, type SeenSnapshot } from './seen';
import { describePattern } from './sentence';
import { Severities, stepsOf } from './severity';
import { hashText, packEntry, SNAPSHOT_VERSION, unpackEntry, type PlainEntry } from './snapshot';
import { copyState } from './state';
import { isConcerned, Suppressors } from './suppression';
import { Teller } from './teller';
import { zonesAround } from './zones-around';

export interface PatternOptions {
  /** Names of events, for sentences. */
  names: (event: string) => string;
  /** Whether an event is a state (begin and end) or an instant; asked for better refusals and faster answers. */
  emit?: EmitOf;
  node?: string;
  language?: string;
  timeZone?: string;
  /** Everything that comes out is marked as simulated, whatever the mode. */
  simulated?: boolean;
  /** Wall clock, where there is one: future stamps and arrival times are judged by it (live only). */
  now?: () => number;
  /** Default 100,000. */
  maxKeys?: number;
  /** What is known of the definitions of events: which sensors of a roster are to be expected. */
  observing?: ObservingOf;
  /** A source that is silent this long is waited for no longer (live only), default 60 s. */
  idleAfter?: number;
  /** Every match of a rule that keeps runs, when its time is settled. */
  onMatch?: (match: Match) => void;
  /** Runs of all keys together, default 1,000,000. */
  maxRuns?: number;
}

/** A match of the pattern: which events made it true. */
export interface Match {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Oldest first. */
  readonly events: readonly CityEvent[];
  /** The events by the names that the pattern gives them. */
  readonly bound: ReadonlyMap<string, readonly CityEvent[]>;
}

export interface Counters {
  /** Events that came, without those that no part of the rule looks at. */
  events: number;
  keys: number;
  raised: number;
  pending: number;
  waiting: number;
  late: number;
  /** Came behind what was settled, but not late by its own stream. */
  behind: number;
  duplicates: number;
  future: number;
  /** No key could be found, or there was no room. */
  dropped: number;
  evicted: number;
  detections: number;
  /** Keys that are known from a roster, whether they spoke or not. */
  expected: number;
  /** Raised, and told as flapping: not every change of them is. */
  flapping: number;
  /** Their condition holds, but another status keeps them down. */
  suppressed: number;
  /** Values that were left out of a window: too many, or in a unit that cannot be compared. */
  leftOut: number;
  /** Begun matches of rules that keep runs. */
  runs: number;
  /** Begun matches that were given up for want of room. */
  runsDropped: number;
}

export interface KeySummary {
  key: string;
  name?: string;
  detections: number;
  episodes: number;
  raisedMs: number;
  nodataMs: number;
  /** Raised at the end of what was seen. */
  open: boolean;
}

/** Live events stamped further ahead than this are mistakes of a clock. */
const FUTURE = 5 * 60_000;
const DEFAULT_LATENESS = 30_000;
const DEFAULT_UPDATE = 60_000;
const LEAST_QUIET = 60_000;
/** More often nobody wants to be reminded, and a year at once must come to an end. */
const LEAST_REMINDER = 60_000;
/** Events of one key that may wait for the clock. */
const MOST_WAITING = 10_000;
/** The same for a rule that looks around places: there all keys wait together. */
const MOST_WAITING_NEAR = 200_000;
/** Settled events that are kept per key, and by all keys together, to sort late ones in. */
const HISTORY = 16;
const ALL_HISTORY = 200_000;
const MOST_LAG = 24 * 3_600_000;
const MOST_LINEAGE = 100;
/** How often a key is looked at again that waits for a clock (wall time). */
const RECHECK = 1000;

/** @throws DefinitionError where the rule has no meaning or no bound */
export function compileStatus(definition: StatusDefinition, options: PatternOptions): PatternEngine {
  return new PatternEngine(definition, options);
}

function durationAt(value: string | undefined, path: string, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const ms = parseDuration(value);
  if (ms === undefined) throw new DefinitionError(path, 'duration', { value });
  return ms;
}

function compileRule(definition: StatusDefinition, emit: EmitOf): Rule {
  const { clear: clearing, afterDetection, pairing = 'newest', per } = definition;
  // who wants every pair wants those that share an event, too
  const kept = pairing === 'each' || pairing === 'all' ? 'keep' : undefined;
  const matching = { pairing, by: per.by, metres: per.metres };
  const plan = compilePattern(definition.when, emit, 'when', afterDetection ?? kept, matching);
  const after = clearing?.after ? durationAt(clearing.after, 'clear.after', 0) : undefined;
  return {
    plan,
    sides: compileSides(definition, emit),
    lasting: durationAt(definition.for, 'for', 0),
    clearState: after ?? 0,
    clearPulse: after ?? Math.max(plan.within, LEAST_QUIET),
    clearsItself: after !== undefined || (clearing?.when === undefined && clearing?.byHand !== true),
  };
}

function compileSides({ clear: clearing, steps, notWhile, afterDetection }: StatusDefinition, emit: EmitOf): Side[] {
  const sides: Side[] = [];
  if (notWhile !== undefined && notWhile.length > 0) {
    const of = notWhile.map((event): Pattern => ({ op: 'event', event }));
    sides.push({ plan: compilePattern({ op: 'or', of }, () => 'state', 'notWhile'), role: 'mask', bit: 0 });
  }
  if (clearing?.when !== undefined) {
    sides.push({ plan: compilePattern(clearing.when, emit, 'clear.when', afterDetection), role: 'clear', bit: 0 });
  }
  steps?.forEach(({ when }, i) => {
    if (when === undefined) return;
    sides.push({ plan: compilePattern(when, emit, `steps[${i}].when`, afterDetection), role: 'step', bit: 1 << i });
  });
  return sides;
}

function flappingOf({ flapping }: StatusDefinition): FlappingLimits | undefined {
  if (flapping === false) return undefined;
  if (flapping === undefined) return DEFAULT_FLAPPING;
  return {
    raises: flapping.raises,
    within: durationAt(flapping.in, 'flapping.in', 0),
    steady: durationAt(flapping.steady, 'flapping.steady', 0),
  };
}

/** 0: never. */
function remindingOf({ remindEvery }: StatusDefinition): number {
  const every = durationAt(remindEvery, 'remindEvery', 0);
  if (remindEvery !== undefined && remindEvery !== '' && every < LEAST_REMINDER)
    throw new DefinitionError('remindEvery', 'remind');
  return every;
}

export class PatternEngine {
  readonly definition: StatusDefinition;
  private readonly rule: Rule;
  private readonly teller: Teller;
  private readonly lateness: number;
  private readonly maxKeys: number;
  private readonly idleAfter: number;
  /** Events that must happen or must not, or clear it. */
  private readonly looksAt: ReadonlySet<string>;
  /** Detections may be told before their time is settled. */
  private readonly eager: boolean;

  private readonly entries = new Map<string, Entry>();
  private readonly queue = new DueHeap<Entry>();
  private readonly wallQueue = new DueHeap<WallDue>();
  private readonly seen: SeenStreams;
  private readonly clocks: Clocks;
  private readonly rosters: Roster;
  /** Where events are near others: they wait together, and go to the keys around them in the order of time. */
  private readonly near: { router: NearRouter<Entry>; gate: Entry; time: number } | undefined;
  /** Statuses that keep this one down; undefined where there are none. */
  private readonly suppressors: Suppressors | undefined;
  /** Quiet that keys need by their interval; only for what clears by quiet and says nothing of how long. */
  private readonly quiet: Map<string, number> | undefined;

  private mode: Mode = 'live';
  /** The wall clock has a say. */
  private live = true;
  private settled = -Infinity;
  private wall = -Infinity;
  private history = 0;
  private keyProblemAt = -Infinity;
  private waitProblemAt = -Infinity;
  private runProblemAt = -Infinity;
  /** Where problems go that turn up while time settles. */
  private problems: Problem[] = [];
  private readonly total: Counters = {
    events: 0,
    keys: 0,
    raised: 0,
    pending: 0,
    waiting: 0,
    late: 0,
    behind: 0,
    duplicates: 0,
    future: 0,
    dropped: 0,
    evicted: 0,
    detections: 0,
    expected: 0,
    flapping: 0,
    suppressed: 0,
    leftOut: 0,
    runs: 0,
    runsDropped: 0,
  };

  constructor(
    definition: StatusDefinition,
    private readonly options: PatternOptions,
  ) {
    this.definition = definition;
    this.rule = compileRule(definition, options.emit ?? (() => undefined));
    this.lateness = durationAt(definition.lateness, 'lateness', DEFAULT_LATENESS);
    this.maxKeys = options.maxKeys ?? 100_000;
    this.idleAfter = options.idleAfter ?? 60_000;
    this.seen = new SeenStreams(4 * this.maxKeys);
    const { plan, sides } = this.rule;
    this.suppressors = this.suppressorsOf(definition);
    this.looksAt = new Set([...plan.byEvent.keys(), ...sides.flatMap((side) => [...side.plan.byEvent.keys()])]);
    if (this.looksAt.has(definition.id)) throw new DefinitionError('when', 'itself');
    this.clocks = new Clocks(this.looksAt, this.idleAfter);
    this.rosters = new Roster(definition, options.observing);
    if (definition.per.by === 'near') {
      const gate = new Entry('', this.newKeyState('', Infinity));
      this.near = { router: new NearRouter(definition.per.metres ?? 0), gate, time: -Infinity };
    }
    if (definition.clear?.after === undefined && this.rule.clearsItself) this.quiet = new Map();
    const undone = sides.some(({ role }) => role !== 'step');
    this.eager = plan.monotone && !undone && this.rule.lasting === 0 && this.near === undefined;
    this.teller = new Teller({
      definition,
      pattern: isPlain(definition.when) ? undefined : describePattern(definition.when, options.names, options.language),
      language: options.language,
      timeZone: options.timeZone,
      updateEvery: durationAt(definition.updateEvery, 'updateEvery', DEFAULT_UPDATE),
      lasting: this.rule.lasting,
      severities: new Severities(definition.severity, stepsOf(definition, durationAt)),
      latched: definition.clear?.latched === true,
      remindEvery: remindingOf(definition),
      flapping: flappingOf(definition),
    });
  }

  private suppressorsOf({ notWhile = [] }: StatusDefinition): Suppressors | undefined {
    if (notWhile.length === 0) return undefined;
    for (const { plan, role } of [{ plan: this.rule.plan, role: 'when' }, ...this.rule.sides]) {
      const twice = notWhile.findIndex((id) => role !== 'mask' && plan.byEvent.has(id));
      if (twice >= 0) throw new DefinitionError(`notWhile[${twice}]`, 'notWhileTwice');
    }
    return new Suppressors(new Set(notWhile));
  }

  /** Ids of the events that the rule looks at. */
  get events(): ReadonlySet<string> {
    return this.looksAt;
  }

  /** Event time up to which everything is decided; `undefined` before the first clock. */
  get settledTime(): number | undefined {
    return Number.isFinite(this.settled) ? this.settled : undefined;
  }

  /** How the readings reach the flow; told before the events of a message. */
  setMode(mode: Mode): void {
    if (mode === this.mode) return;
    this.enter(mode);
    for (const entry of this.entries.values()) this.schedule(entry);
    if (this.near !== undefined) this.queueUp(this.near.gate);
  }

  private enter(mode: Mode): void {
    this.mode = mode;
    this.live = !isReplay(mode) && !isSimulated(mode);
  }

  /** Takes events in the order of their arrival. */
  push(events: readonly CityEvent[], out: Status[], problems: Problem[]): void {
    this.begin(out, problems);
    if (this.live && this.options.now !== undefined) this.wall = Math.max(this.wall, this.options.now());
    for (const event of events) this.accept(event, problems);
    this.settle();
  }

  /** A source tells how far it has come. */
  clock(clock: CityClock, mode: Mode, out: Status[], problems: Problem[]): void {
    this.begin(out, problems);
    this.setMode(mode);
    if (this.live && this.options.now !== undefined) this.wall = Math.max(this.wall, this.options.now());
    if (!isValidTime(clock.time)) return;
    this.clocks.tell(clock, this.wall);
    this.settle();
  }

  /** The wall clock: it fires deadlines and ends waiting, and never makes an event late. */
  tick(wallNow: number, out: Status[], problems: Problem[]): void {
    this.begin(out, problems);
    if (!this.live) return;
    this.wall = Math.max(this.wall, wallNow);
    this.settle();
    for (let due = this.wallQueue.first(); due !== undefined && due.due <= wallNow; due = this.wallQueue.first()) {
      this.settleByWall(due.entry, wallNow);
    }
  }

  /** Wall time at which {@link tick} is wanted. */
  nextDeadline(): number | undefined {
    return this.live ? this.wallQueue.first()?.due : undefined;
  }

  /**
   * The sensors that a source knows: those that never speak are missed, those that it drops are missed no longer.
   * @param raw entries as they came
   * @param source whose roster takes the place of its last one; without it the roster only adds
   * @param time event time from which on they are known
   */
  roster(raw: readonly unknown[], source: string | undefined, time: number, out: Status[], problems: Problem[]): void {
    const { expected, learned, gone } = this.rosters.take(raw, source);
    for (const key of learned) this.learn(key);
    this.expect(expected, time, out, problems);
    for (const key of gone) this.expectNoLonger(key, Math.max(time, this.settled));
  }

  /** Keys that are there although nothing was heard of them: from `time` on their silence counts. */
  expect(keys: readonly ExpectedKey[], time: number, out: Status[], problems: Problem[]): void {
    this.begin(out, problems);
    const known = Math.max(time, this.settled);
    for (const expected of keys) {
      this.learn(expected);
      let entry = this.entries.get(expected.key);
      if (entry === undefined) {
        const state = this.newKeyState(expected.key, known);
        // only what waits for a time is anything without an event
        if (deadlineOf(this.rule, state) === Infinity) continue;
        if (this.entries.size >= this.maxKeys && !this.makeRoom(known, problems)) continue;
        entry = new Entry(expected.key, state);
        this.entries.set(expected.key, entry);
        this.schedule(entry);
        this.welcome(entry, expected.zones, problems);
      }
      entry.expected = true;
      entry.name ??= expected.name;
      entry.zones ??= expected.zones;
    }
    this.settle();
  }

  private learn({ key, interval }: ExpectedKey): void {
    if (interval === undefined || this.quiet === undefined) return;
    if (this.quiet.size >= this.maxKeys && !this.quiet.has(key)) return;
    const quiet = 2 * interval;
    this.quiet.set(key, quiet);
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    for (const state of [entry.state, entry.base, entry.middle]) if (state !== undefined) state.life.quiet = quiet;
    this.schedule(entry);
  }

  private expectNoLonger(key: string, time: number): void {
    const entry = this.entries.get(key);
    if (entry === undefined || !entry.expected) return;
    this.teller.subject = entry;
    if (entry.told !== undefined) this.teller.notExpected(entry.state.life, Math.max(time, entry.told.said));
    this.forget(key, entry);
  }

  /** An operator says that it is over. Without a key: all that are raised. */
  clearByHand(key: string | undefined, time: number, out: Status[]): number {
    this.begin(out);
    let cleared = 0;
    for (const entry of key === undefined ? this.entries.values() : this.some(key)) {
      const { life } = entry.state;
      if (entry.told === undefined) continue;
      this.teller.subject = entry;
      const t = Math.max(time, entry.told.since, entry.told.normal ?? -Infinity);
      if (this.teller.byHand(life, t)) {
        if (life.phase !== NORMAL) clear(life, t, SILENT);
        this.rule.plan.runs?.cleared(entry.state.pattern, t);
        cleared++;
      }
      this.schedule(entry);
    }
    return cleared;
  }

  private some(key: string): Entry[] {
    const entry = this.entries.get(key);
    return entry === undefined ? [] : [entry];
  }

  counters(): Counters {
    let raised = 0;
    let pending = 0;
    let waiting = this.near?.gate.waits ?? 0;
    let expected = 0;
    let flapping = 0;
    let suppressed = 0;
    for (const { told, waits, expected: isExpected, state } of this.entries.values()) {
      waiting += waits;
      if (isExpected) expected++;
      if (told?.changed !== undefined) flapping++;
      if (state.life.masked.length > 0 && state.life.phase === RAISED) suppressed++;
      if (told?.state === 'pending') pending++;
      else if (told !== undefined) raised++;
    }
    return {
      ...this.total,
      keys: this.entries.size,
      raised,
      pending,
      waiting,
      expected,
      flapping,
      suppressed,
      leftOut: this.leftOut(),
    };
  }

  private leftOut(): number {
    let sum = 0;
    for (const { operators } of [this.rule.plan, ...this.rule.sides.map(({ plan }) => plan)]) {
      for (const operator of operators) if (operator instanceof AggregateOperator) sum += operator.leftOut;
    }
    return sum;
  }

  /** What the rule remembers, for people. @param limit keys that are named at most */
  inspect(limit: number): Inspection {
    const { entries, rule, settled } = this;
    const held = inspectEntries(entries.values(), { size: entries.size, settled, rule }, limit);
    return { uses: rule.plan.uses, settled: this.settledTime ?? null, counters: this.counters(), ...held };
  }

  /** Totals per key; what is still raised counts up to the time that was reached. */
  summary(): KeySummary[] {
    const end = Math.max(this.settled, this.clocks.end);
    return [...this.entries.values()]
      .map(({ key, name, state }) => {
        const life = { ...state.life };
        if (Number.isFinite(end)) count(life, end);
        const { detections, episodes, raisedMs, nodataMs } = life;
        const open = isHeld(life);
        return { key, ...(name === undefined ? {} : { name }), detections, episodes, raisedMs, nodataMs, open };
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  // ---- over a restart

  /** Names the meaning of the rule: what was remembered under another meaning is of no use. Texts do not count. */
  get hash(): string {
    const { when, per, clear: clearing, for: lasting, afterDetection, steps, notWhile, pairing } = this.definition;
    const patterns = [when, clearing ?? null, steps ?? null, notWhile ?? null];
    return hashText(JSON.stringify([patterns, per, lasting ?? null, afterDetection ?? 'fresh', pairing ?? 'newest']));
  }

  /** Everything that is remembered, as plain JSON; it shares the events, so write it before going on. */
  snapshot(): unknown {
    return {
      version: SNAPSHOT_VERSION,
      hash: this.hash,
      settled: Number.isFinite(this.settled) ? this.settled : null,
      wall: Number.isFinite(this.wall) ? this.wall : null,
      mode: this.mode,
      total: { ...this.total },
      seen: this.seen.save(),
      clocks: this.clocks.toJSON(),
      rosters: this.rosters.save(),
      suppressors: this.suppressors?.save(),
      lineage: [...this.teller.lineage],
      quiet: this.quiet && [...this.quiet],
      near: this.near && {
        gate: packEntry(this.rule, this.near.gate),
        time: Number.isFinite(this.near.time) ? this.near.time : null,
        open: this.near.router.save(),
      },
      keys: Array.from(this.entries.values(), (entry) => packEntry(this.rule, entry)),
    };
  }

  /**
   * Takes over what was remembered. Only a fresh engine can.
   * @param now wall time of the restart: silence that fell into the time between is not counted, it begins anew
   * @returns true, or why not
   */
  restore(kept: unknown, now?: number): true | 'version' | 'rule' | 'broken' {
    const snapshot = kept as Snapshot | null;
    if (typeof snapshot !== 'object' || snapshot === null || snapshot.version !== SNAPSHOT_VERSION) return 'version';
    if (snapshot.hash !== this.hash) return 'rule';
    try {
      const entries = snapshot.keys.map((plain) => unpackEntry(this.rule, plain));
      this.clocks.restore(snapshot.clocks);
      this.seen.restore(snapshot.seen);
      this.rosters.restore(snapshot.rosters);
      this.suppressors?.restore(snapshot.suppressors);
      this.restoreNear(snapshot);
      for (const id of snapshot.lineage ?? []) this.teller.lineage.add(id);
      for (const [key, quiet] of snapshot.quiet ?? []) this.quiet?.set(key, quiet);
      this.settled = snapshot.settled ?? -Infinity;
      this.wall = snapshot.wall ?? -Infinity;
      this.enter(snapshot.mode);
      Object.assign(this.total, snapshot.total);
      const away = now === undefined || snapshot.wall === null ? 0 : Math.max(0, now - snapshot.wall);
      for (const entry of entries) {
        if (entry === undefined) continue;
        entry.lag += away;
        // of a silence of our own nobody needs to be reminded
        if (entry.told?.raised !== undefined) entry.told.reminded += away;
        entry.runs = this.rule.plan.runs?.runsOf(entry.state.pattern).size ?? 0;
        this.entries.set(entry.key, entry);
        if (this.near !== undefined)
          this.near.router.settle(entry, this.rule.plan.runs!.runsOf(entry.state.pattern).places());
        this.schedule(entry);
      }
      return true;
    } catch {
      this.entries.clear();
      return 'broken';
    }
  }

  private restoreNear({ near }: Snapshot): void {
    if (this.near === undefined || near === undefined) return;
    const { gate } = this.near;
    gate.waiting = near.gate.waiting;
    gate.arrived = near.gate.arrived.map((at) => (typeof at === 'number' ? at : -Infinity));
    this.near.time = near.time ?? -Infinity;
    this.near.router.restore(near.open);
    this.queueUp(gate);
  }

  // ---- events

  private begin(out: Status[], problems: Problem[] = []): void {
    this.problems = problems;
    this.teller.out = out;
    this.teller.simulated = this.options.simulated === true || isSimulated(this.mode);
  }

  private accept(event: CityEvent, problems: Problem[]): void {
    if (!this.looksAt.has(event.event)) return;
    this.total.events++;
    const seen = this.seen.of(event.stream);
    if (isRepeated(event, seen)) {
      this.total.duplicates++;
      return;
    }
    if (this.live && event.time > this.wall + FUTURE && this.wall > -Infinity) {
      this.total.future++;
      problems.push(this.problem('future', event, { limit: this.duration(FUTURE) }));
      return;
    }
    const { newest } = seen;
    seen.recent.add(event.time, event.id);
    if (event.time < newest - this.lateness) {
      this.total.late++;
      const late = this.duration(newest - this.lateness - event.time);
      problems.push(this.problem('late', event, { late, limit: this.duration(this.lateness) }));
      return;
    }
    if (event.time > newest) seen.newest = event.time;
    if (event.lineage !== undefined && !this.restsOn(event, problems)) return;
    if (this.suppressors?.has(event.event) === true) {
      this.suppress(event, problems);
      return;
    }
    const { by, level } = this.definition.per;
    if (by === 'zone') {
      this.routeByZone(level, event, problems);
      return;
    }
    if (this.near !== undefined) {
      this.waitAtGate(event, problems);
      return;
    }
    const key = keyOf(event, by);
    if (key !== undefined) this.route(key, keyNameOf(event, by), event, problems);
    else {
      this.total.dropped++;
      problems.push(this.problem('noKey', event, { by }));
    }
  }

  /** A status of another rule that rests on this one must not come back to it: nothing would ever end. */
  private restsOn(event: CityEvent, problems: Problem[]): boolean {
    const { lineage } = this.teller;
    if (event.lineage!.includes(this.definition.id)) {
      this.total.dropped++;
      problems.push(this.problem('loop', event, { own: this.definition.name }));
      return false;
    }
    for (const id of event.lineage!) if (lineage.size < MOST_LINEAGE) lineage.add(id);
    return true;
  }

  /** A status that keeps others down counts for every key that it is about. */
  private suppress(event: CityEvent, problems: Problem[]): void {
    this.suppressors!.take(event);
    for (const entry of this.entries.values()) {
      if (isConcerned(event.key, entry.key, entry.zones)) this.deliver(entry, event, problems);
    }
  }

  /** A key that is new learns what keeps it down. */
  private welcome(entry: Entry, zones: readonly ZoneRef[] | undefined, problems: Problem[]): void {
    for (const event of this.suppressors?.eventsFor(entry.key, zones) ?? []) this.deliver(entry, event, problems);
  }

  private moveTo(entry: Entry, { zones, time }: CityEvent, isNew: boolean, problems: Problem[]): void {
    const { by } = this.definition.per;
    const before = entry.zones;
    entry.zones =
      by === 'station' || by === 'datastream' || by === 'near'
        ? zones
        : zonesAround(before, zones!, by === 'zone' ? entry.key : undefined);
    if (this.suppressors === undefined || isNew) return;
    for (const event of this.suppressors.moved(entry.key, before, entry.zones, time))
      this.deliver(entry, event, problems);
  }

  /** Once for each zone that the event lies in; outside of all zones is no mistake. */
  private routeByZone(level: string | undefined, event: CityEvent, problems: Problem[]): void {
    let found = false;
    for (const zone of event.zones ?? []) {
      if (level && zone.level !== level) continue;
      found = true;
      this.route(zone.id, zone.name, event, problems);
    }
    if (!found) this.total.dropped++;
  }

  /** An event that has a place waits until its time is settled: only then it is known which first events are near. */
  private waitAtGate(event: CityEvent, problems: Problem[]): void {
    const { gate, time } = this.near!;
    if (event.place === undefined) {
      this.total.dropped++;
      problems.push(this.problem('noPlace', event, {}));
      return;
    }
    if (event.time <= time) {
      this.pass([event], problems);
      return;
    }
    gate.insert(event, this.wall);
    if (gate.waits > MOST_WAITING_NEAR) this.giveUpWaiting(gate, event, problems);
    else this.queueUp(gate);
  }

  /** The events of one moment go to their own keys and to those around them. */
  private pass(events: readonly CityEvent[], problems: Problem[]): void {
    const { router } = this.near!;
    const touched = new Set<Entry>();
    const fresh = events.filter((event) => router.isNew(event));
    for (const event of fresh) {
      this.route(event.key, event.keyName, event, problems);
      const own = this.entries.get(event.key);
      if (own === undefined) continue;
      touched.add(own);
      router.arrive(own, event.place!);
    }
    for (const event of fresh) {
      for (const entry of router.around(event.place!)) {
        if (entry.key === event.key) continue;
        touched.add(entry);
        this.deliver(entry, event, problems);
      }
    }
    const { time } = events[0]!;
    for (const entry of touched) {
      while (this.dueOf(entry) <= time) this.step(entry);
      this.queueUp(entry);
    }
  }

  private route(key: string, name: string | undefined, event: CityEvent, problems: Problem[]): void {
    let entry = this.entries.get(key);
    const isNew = entry === undefined;
    if (entry === undefined) {
      if (this.entries.size >= this.maxKeys && !this.makeRoom(event.time, problems, event)) return;
      entry = new Entry(key, this.newKeyState(key, event.time));
      entry.deadline = deadlineOf(this.rule, entry.state);
      this.entries.set(key, entry);
    }
    entry.used = true;
    if (name !== undefined) entry.name = name;
    if (event.zones !== undefined && event.zones !== entry.zones) this.moveTo(entry, event, isNew, problems);
    if (isNew && this.suppressors !== undefined) this.welcome(entry, entry.zones, problems);
    if (this.live && this.wall > -Infinity) entry.lag = Math.min(MOST_LAG, Math.max(0, this.wall - event.time));
    this.deliver(entry, event, problems);
  }

  private deliver(entry: Entry, event: CityEvent, problems: Problem[]): void {
    if (event.time <= entry.state.time) {
      this.takeBehind(entry, event);
      this.schedule(entry);
      return;
    }
    entry.insert(event, this.wall);
    if (this.eager && this.live) this.runAhead(entry, event);
    if (entry.waits > MOST_WAITING) this.giveUpWaiting(entry, event, problems);
    // an event behind others that wait changes nothing of when the key is due
    else if (entry.due > event.time || this.live) this.queueUp(entry);
  }

  private newKeyState(key: string, known: number): KeyState {
    const { plan, sides } = this.rule;
    return {
      pattern: newState(plan, known, key),
      sides: sides.map((side) => newState(side.plan, known, key)),
      life: newLife(this.quiet?.get(key)),
      time: -Infinity,
    };
  }

  /** The oldest key that was not used lately and has nothing open is forgotten. */
  private makeRoom(time: number, problems: Problem[], event?: CityEvent): boolean {
    let evicted = false;
    let looked = 0;
    for (const [key, entry] of this.entries) {
      if (++looked > 200) break;
      const free = entry.told === undefined && entry.state.life.phase === NORMAL && entry.waits === 0;
      if (free && (!entry.used || looked > 100)) {
        this.forget(key, entry);
        evicted = true;
        break;
      }
      entry.used = false;
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    if (evicted) this.total.evicted++;
    else this.total.dropped++;
    const now = Math.max(time, this.wall);
    if (now - this.keyProblemAt >= 60_000 || this.keyProblemAt > now) {
      this.keyProblemAt = now;
      problems.push(this.problem('keys', event, { n: this.maxKeys }));
    }
    return evicted;
  }

  private forget(key: string, entry: Entry): void {
    this.queue.set(entry, Infinity);
    this.wallQueue.set(entry.wall, Infinity);
    this.history -= entry.history.length;
    this.total.runs -= entry.runs;
    this.near?.router.settle(entry, []);
    this.entries.delete(key);
  }

  private giveUpWaiting(entry: Entry, event: CityEvent, problems: Problem[]): void {
    this.step(entry);
    this.queueUp(entry);
    const now = Math.max(event.time, this.wall);
    if (now - this.waitProblemAt >= 60_000) {
      this.waitProblemAt = now;
      problems.push(this.problem('waiting', event, { n: MOST_WAITING }));
    }
  }

  // ---- time

  /** Runs every key up to the time that is settled, in the order of event time over all keys. */
  private settle(): void {
    const reached = this.clocks.reached(this.live ? this.wall : undefined);
    if (reached === Infinity) this.settleAll();
    else if (reached > -Infinity) this.settled = Math.max(this.settled, reached - this.lateness);
    for (let first = this.queue.first(); first !== undefined && first.due <= this.settled; first = this.queue.first()) {
      this.step(first);
      this.queueUp(first);
    }
  }

  /** All sources have ended: nothing is waited for, and time goes on to where they ended. */
  private settleAll(): void {
    this.settled = Math.max(this.settled, this.clocks.end);
    for (let first = this.queue.first(); first !== undefined; first = this.queue.first()) {
      if (first.due > this.settled && first.waits === 0) break;
      this.step(first);
      this.queueUp(first);
    }
  }

  private schedule(entry: Entry): void {
    entry.deadline = this.deadlineOf(entry);
    this.queueUp(entry);
  }

  /** When something happens to a key, or is to be told of it, although no event comes. */
  private deadlineOf(entry: Entry): number {
    const { state, told } = entry;
    const due = deadlineOf(this.rule, state);
    return told === undefined ? due : Math.min(due, this.teller.deadline(entry, state.life));
  }

  /** Puts a key whose deadline is known where it belongs in the queues. */
  private queueUp(entry: Entry): void {
    const first = entry.waits > 0 ? entry.waiting[entry.head]!.time : Infinity;
    this.queue.set(entry, Math.min(first, entry.deadline));
    if (!this.live) {
      if (entry.wall.position >= 0) this.wallQueue.set(entry.wall, Infinity);
      return;
    }
    let due = entry.deadline + entry.lag;
    for (let i = entry.head; i < entry.arrived.length && i < entry.head + 64; i++)
      due = Math.min(due, entry.arrived[i]!);
    this.wallQueue.set(entry.wall, due + this.lateness);
  }

  /** In live flows an event waits for stragglers at most as long as they may be late, counted from its arrival. */
  private settleByWall(entry: Entry, now: number): void {
    let limit = entry.deadline + entry.lag + this.lateness <= now ? entry.deadline : -Infinity;
    for (let i = entry.head; i < entry.waiting.length; i++) {
      const { time } = entry.waiting[i]!;
      if (now - entry.arrived[i]! >= this.lateness && time > limit) limit = time;
    }
    if (limit === -Infinity) {
      this.wallQueue.set(entry.wall, now + RECHECK);
      return;
    }
    while (this.dueOf(entry) <= limit) this.step(entry);
    this.schedule(entry);
    if (entry.wall.due <= now) this.wallQueue.set(entry.wall, now + RECHECK);
  }

  private dueOf(entry: Entry): number {
    return Math.min(entry.waits > 0 ? entry.waiting[entry.head]!.time : Infinity, entry.deadline);
  }

  /** One instant, or one deadline, of one key. */
  private step(entry: Entry): void {
    if (entry === this.near?.gate) {
      const { time } = entry.waiting[entry.head]!;
      const events = entry.waiting.slice(entry.head, entry.head + entry.firstInstant());
      entry.done(events.length);
      this.near.time = time;
      this.pass(events, this.problems);
      return;
    }
    const { rule, teller } = this;
    const { state } = entry;
    teller.subject = entry;
    const before = state.life.detections;
    // what was run ahead, or again, is no match of this instant
    rule.plan.runs?.forgetMatches();
    const first = entry.waits > 0 ? entry.waiting[entry.head]!.time : Infinity;
    if (first <= entry.deadline) {
      const events = entry.firstInstant();
      this.remember(entry, events);
      feed(rule, state, entry.waiting, entry.head, entry.head + events, teller);
      entry.done(events);
    } else if (deadlineOf(rule, state) <= entry.deadline) expire(rule, state, entry.deadline, teller);
    else teller.due(state.life, entry.deadline);
    this.total.detections += state.life.detections - before;
    if (rule.plan.runs !== undefined) this.look(entry, rule.plan.runs);
    entry.deadline = this.deadlineOf(entry);
    const { told } = entry;
    // a detection before it, which came late, has used up what led to the one that was told early
    if (told !== undefined && state.life.phase === NORMAL && told.since <= state.time) this.correct(entry);
    // when what was told early is over, what still waits is looked at afresh
    if (this.eager && this.live && entry.told === undefined && entry.ahead === undefined && entry.waits > 0)
      this.runAheadAfresh(entry);
  }

  /** What the run lists of a key did at an instant: matches to tell, room to make. */
  private look(entry: Entry, runs: RunsOperator): void {
    const { pattern } = entry.state;
    for (const match of runs.takeMatches()) this.options.onMatch?.({ key: entry.key, ...match });
    const most = this.options.maxRuns ?? ALL_RUNS;
    const box = runs.runsOf(pattern);
    this.total.runs += box.size - entry.runs;
    while (this.total.runs > most && runs.makeRoom(box)) this.total.runs--;
    entry.runs = box.size;
    this.near?.router.settle(entry, box.places());
    if (runs.dropped === 0) return;
    this.total.runsDropped += runs.dropped;
    runs.dropped = 0;
    const now = Math.max(entry.state.time, this.wall);
    if (now - this.runProblemAt < 60_000) return;
    this.runProblemAt = now;
    this.problems.push(this.problem('runs', undefined, { n: this.total.runsDropped, key: entry.name ?? entry.key }));
  }

  // ---- late, but not too late

  /** Keeps what is about to be settled, and from time to time a state to start from. */
  private remember(entry: Entry, events: number): void {
    const { history, waiting, head } = entry;
    if (entry.base === undefined) {
      if (this.history >= ALL_HISTORY) return;
      entry.base = copyKeyState(this.rule, entry.state);
    } else if (history.length - entry.middleAt >= HISTORY) {
      if (entry.middle !== undefined) {
        entry.base = entry.middle;
        history.splice(0, entry.middleAt);
        this.history -= entry.middleAt;
      }
      entry.middle = copyKeyState(this.rule, entry.state);
      entry.middleAt = history.length;
    }
    for (let i = 0; i < events; i++) history.push(waiting[head + i]!);
    this.history += events;
  }

  /** Sorts an event in behind what is settled, and runs the key again from the last state before it. */
  private takeBehind(entry: Entry, event: CityEvent): void {
    this.total.behind++;
    const { teller } = this;
    const { history } = entry;
    teller.subject = entry;
    const upTo = entry.state.time;
    if (entry.base === undefined || event.time <= entry.base.time) {
      // too far back to be sorted in: it counts from now on
      entry.insert({ ...event, time: nextAfter(upTo) }, this.wall);
      return;
    }
    let at = history.length;
    while (at > 0 && isBefore(event, history[at - 1]!)) at--;
    history.splice(at, 0, event);
    this.history++;
    const state = copyKeyState(this.rule, entry.base);
    const found = new Episodes(state.life);
    rerun(this.rule, state, history, upTo, found);
    entry.middle = undefined;
    entry.middleAt = 0;
    entry.state = state;
    entry.ahead = undefined;
    for (const { life, until } of found.over) {
      const { told } = entry;
      if (told !== undefined && told.first >= life.since && told.first <= until) teller.cleared(life, until);
      else teller.past(life, until);
    }
    for (const { t, bits } of found.steps) teller.stepped(state.life, t, bits);
    teller.corrected(state.life, upTo);
  }

  private correct(entry: Entry): void {
    this.teller.corrected(entry.state.life, entry.state.time);
    entry.deadline = this.deadlineOf(entry);
  }

  // ---- ahead of what is settled

  private runAhead(entry: Entry, event: CityEvent): void {
    if (entry.told !== undefined) {
      entry.ahead = undefined;
      return;
    }
    if (entry.ahead === undefined || event.time < entry.aheadTime) {
      this.runAheadAfresh(entry);
      return;
    }
    this.ahead(entry, [event], 0, 1);
  }

  private runAheadAfresh(entry: Entry): void {
    entry.ahead = copyState(this.rule.plan.layout, entry.state.pattern);
    for (let i = entry.head; i < entry.waiting.length; i++) {
      if (!this.ahead(entry, entry.waiting, i, i + 1)) return;
    }
  }

  private ahead(entry: Entry, events: readonly CityEvent[], from: number, to: number): boolean {
    const { plan } = this.rule;
    const t = events[from]!.time;
    instant(plan, entry.ahead!, events, from, to, t);
    entry.aheadTime = t;
    if (!plan.top.rose && plan.top.pulse === -Infinity) return true;
    this.teller.subject = entry;
    const evidence = new Set<CityEvent>();
    plan.top.gather(entry.ahead!, evidence);
    this.teller.early(
      entry.state.life,
      t,
      [...evidence].sort((a, b) => a.time - b.time),
    );
    entry.deadline = this.deadlineOf(entry);
    entry.ahead = undefined;
    return false;
  }

  // ---- words

  private duration(ms: number): string {
    return durationText(this.options.language, ms);
  }

  private problem(kind: keyof typeof CODES, event: CityEvent | undefined, more: TextParameters): Problem {
    const { language, timeZone } = this.options;
    const at = event === undefined ? '' : momentText(language, event.time, timeZone) || clockText(event.time);
    const parameters = { name: event?.name ?? this.definition.name, time: at, ...more };
    const message = text(language, `problem.${kind}`, parameters);
    return makeProblem(CODES[kind], message, text(language, `problem.${kind}Hint`, parameters), event ?? null);
  }
}

interface Snapshot {
  version: number;
  hash: string;
  settled: number | null;
  wall: number | null;
  mode: Mode;
  total: Counters;
  seen: SeenSnapshot;
  clocks: unknown;
  near?: { gate: PlainEntry; time: number | null; open: string[] };
  rosters?: RosterSnapshot;
  suppressors?: CityEvent[][];
  lineage?: string[];
  quiet?: [string, number][];
  keys: PlainEntry[];
}

const CODES = {
  late: 'too-late',
  future: 'future',
  keys: 'too-many-keys',
  noKey: 'no-key',
  waiting: 'no-clock',
  loop: 'loop',
  runs: 'too-many-runs',
  noPlace: 'no-place',
} as const;

/** The next number after a time, so that order is kept without an hour being moved. */
function nextAfter(t: number): number {
  return t + 1;
}

function rerun(rule: Rule, state: KeyState, events: readonly CityEvent[], upTo: number, listener: Listener): void {
  let at = 0;
  for (;;) {
    const next = at < events.length ? events[at]!.time : Infinity;
    const deadline = deadlineOf(rule, state);
    if (Math.min(next, deadline) > upTo) return;
    if (next <= deadline) {
      let to = at + 1;
      while (to < events.length && events[to]!.time === next) to++;
      feed(rule, state, events, at, to, listener);
      at = to;
    } else expire(rule, state, deadline, listener);
  }
}

const nothing = (): void => undefined;
const SILENT: Listener = {
  pending: nothing,
  raised: nothing,
  changed: nothing,
  nodata: nothing,
  known: nothing,
  cleared: nothing,
  masked: nothing,
  stepped: nothing,
};

/** Collects the episodes that end while a stretch of history is run again. */
class Episodes implements Listener {
  readonly over: { life: Life; until: number }[] = [];
  /** Patterns of steps that have happened, as bits. */
  readonly steps: { t: number; bits: number }[] = [];
  private raisedNow: boolean;

  constructor(life: Life) {
    this.raisedNow = isHeld(life);
  }

  raised(): void {
    this.raisedNow = true;
  }
  cleared(life: Life, t: number): void {
    if (this.raisedNow) this.over.push({ life: { ...life, evidence: life.evidence.slice() }, until: t });
    this.raisedNow = false;
  }
  masked(life: Life, t: number): void {
    this.cleared(life, t);
  }
  stepped(_life: Life, t: number, bits: number): void {
    if (bits !== 0) this.steps.push({ t, bits });
  }
  pending = nothing;
  changed = nothing;
  nodata = nothing;
  known = nothing;
}
