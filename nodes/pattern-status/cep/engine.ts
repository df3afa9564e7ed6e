/**
 * The engine of one status rule: sorts events into their keys, lets time settle, and runs the rule over every key in
 * the order of event time. What is settled never changes; what must not wait (patterns that nothing later can undo) is
 * run ahead and told at once.
 */
import { isReplay, isSimulated, type CityClock, type Mode } from '../../ecdm/city';
import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import type { Problem } from '../../ecdm/problem';
import type { Status } from '../../ecdm/status';
import { isValidTime } from '../../ecdm/time';
import type { ZoneRef } from '../../ecdm/zone';
import { AggregateOperator } from './aggregate';
import { Clocks } from './clocks';
import { noneCounted, type Counters } from './counters';
import { Entry } from './entry';
import { DefinitionError } from './errors';
import { Gate } from './gate';
import { nextDeadline } from './fold';
import { inspectEntries, type Inspection } from './inspect';
import { Intake } from './intake';
import { KeyTable } from './key-table';
import { keyNameOf, keyOf } from './keys';
import { clear, newLife, NORMAL, RAISED, type Listener, type Rule } from './life';
import { LiveQueue } from './live';
import { OpenRuns } from './open-runs';
import type { PatternOptions } from './options';
import { History } from './past';
import { number, plain } from './pattern-json';
import { newState } from './plan';
import { Problems } from './problems';
import { isPlain } from './reason';
import { ReplayQueue } from './replay';
import { Restoring } from './restoring';
import { Roster, type ExpectedKey } from './roster';
import { compileRule, durationAt, flappingOf, remindingOf } from './rule';
import { Runner } from './runner';
import type { RunBox } from './runs/box';
import { Saving } from './saving';
import { SeenStreams } from './seen';
import { describePattern } from './sentence';
import { Severities, stepsOf } from './severity';
import { shapeOf, type Shape } from './shape';
import { SNAPSHOT_VERSION, type Header, type Line } from './snapshot';
import { States } from './states';
import { summaryOf, type KeySummary } from './summary';
import { isConcerned, Suppressors } from './suppression';
import { Teller } from './teller';
import { zonesAround } from './zones-around';

const DEFAULT_LATENESS = 30_000;
const DEFAULT_UPDATE = 60_000;
/** Events of one key that may wait for the clock. */
const MOST_WAITING = 10_000;
/** The same for a rule that looks around places: there all keys wait together. */
const MOST_WAITING_NEAR = 200_000;
/** So many of them are settled at once when there are too many. */
const GIVEN_UP = 1000;
const MOST_LAG = 24 * 3_600_000;

/** @throws DefinitionError where the rule has no meaning or no bound */
export function compileStatus(definition: StatusDefinition, options: PatternOptions): PatternEngine {
  return new PatternEngine(definition, options);
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
  /** A key waits for a time from the moment at which it is known: only then it is anything without an event. */
  private readonly isTimed: boolean;

  private readonly states: States;
  private readonly keys: KeyTable;
  private readonly intake: Intake;
  private readonly history: History;
  private readonly runs: OpenRuns | undefined;
  private readonly runner: Runner;
  private readonly liveQueue: LiveQueue;
  private readonly replayQueue: ReplayQueue;
  private readonly words: Problems;
  private readonly seen: SeenStreams;
  private readonly clocks: Clocks;
  private readonly rosters: Roster;
  private readonly gate: Gate | undefined;
  /** Statuses that keep this one down; undefined where there are none. */
  private readonly suppressors: Suppressors | undefined;
  /** Quiet that keys need by their interval; only for what clears by quiet and says nothing of how long. */
  private readonly quiet: Map<string, number> | undefined;

  private mode: Mode = 'live';
  /** The wall clock has a say. */
  private live = true;
  private settled = -Infinity;
  private wall = -Infinity;
  /** Where problems go that turn up while time settles. */
  private problems: Problem[] = [];
  /** What writes the present state meanwhile, and must know what is about to change. */
  private saving: Saving | undefined;
  /** Events that waited for an earlier form of the rule: they are sorted in anew as soon as something can be told. */
  private anew: CityEvent[] = [];
  private readonly total = noneCounted();

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
    if (definition.clear?.after === undefined && this.rule.clearsItself) this.quiet = new Map();
    const undone = sides.some(({ role }) => role !== 'step');
    this.eager = plan.monotone && !undone && this.rule.lasting === 0 && definition.per.by !== 'near';
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
    const { rule, teller, lateness } = this;
    this.states = new States(rule, (key) => newLife(this.quiet?.get(key)));
    this.history = new History(rule, this.states, teller);
    this.runs = this.openRuns();
    this.runner = new Runner(rule, this.states, teller, this.history, this.runs);
    this.liveQueue = new LiveQueue(rule, this.states, this.runner, teller, lateness, this.eager);
    if (definition.per.by === 'near') this.gate = this.newGate(definition.per.metres ?? 0);
    this.replayQueue = new ReplayQueue(this.states, this.runner, lateness);
    this.keys = new KeyTable(this.states, this.runner, this.maxKeys, {
      waitsFor: (entry) => this.waitsFor(entry),
      letGo: (entry) => this.letGo(entry),
    });
    this.words = new Problems(definition.name, options.language, options.timeZone);
    const { lineage } = teller;
    const distinct = options.distinct === true;
    this.intake = new Intake(this.seen, this.words, this.total, { rule: definition, lateness, distinct, lineage });
    this.isTimed = [rule, ...rule.sides].some((side) => nextDeadline(side.plan, newState(side.plan, 0, '')) < Infinity);
  }

  private openRuns(): OpenRuns | undefined {
    const { runs } = this.rule.plan;
    if (runs === undefined) return undefined;
    const { onMatch, maxRuns: most } = this.options;
    const isDropped = ({ name, key }: Entry, time: number): void => {
      const n = this.runs!.dropped;
      this.words.seldom('runs', undefined, { n, key: name ?? key }, Math.max(time, this.wall), this.problems);
    };
    const looked = (entry: Entry, box: RunBox): void => this.gate?.router.settle(entry, box.places());
    return new OpenRuns(runs, { onMatch, most, isDropped, looked });
  }

  private newGate(metres: number): Gate {
    const { liveQueue } = this;
    const gate = new Gate(metres, new Entry('', this.states.take()), {
      own: (event, problems) => {
        this.route(event.key, event.keyName, event, problems);
        return this.keys.get(event.key);
      },
      deliver: (entry, event, problems) => this.deliver(entry, event, problems),
      runUpTo: (entry, time) => liveQueue.runUpTo(entry, time),
    });
    this.states.reset(this.runner.at(gate.entry), Infinity);
    liveQueue.gate = { entry: gate.entry, pass: (events) => gate.pass(events, this.problems) };
    return gate;
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
    const { live } = this;
    this.enter(mode);
    if (this.live === live) return;
    this.saving?.touchAll();
    const { liveQueue, replayQueue } = this;
    if (this.gate !== undefined) {
      for (const entry of [this.gate.entry, ...this.keys.all()]) liveQueue.queueUp(entry);
      return;
    }
    if (this.live) replayQueue.handOver((entry, event, arrived) => liveQueue.takeOver(entry, event, arrived));
    for (const entry of this.keys.all()) {
      // what is settled from here on would be missing in it
      this.history.forget(entry);
      if (live) liveQueue.handOver(entry, (event, arrived) => replayQueue.add(entry.slot, event, arrived));
      this.schedule(entry);
    }
  }

  private enter(mode: Mode): void {
    this.mode = mode;
    this.live = !isReplay(mode) && !isSimulated(mode);
    this.history.isKept = this.live || this.gate !== undefined;
    this.liveQueue.hasWall = this.live;
  }

  /** Takes events in the order of their arrival. */
  push(events: readonly CityEvent[], out: Status[], problems: Problem[]): void {
    this.begin(out, problems);
    if (this.live && this.options.now !== undefined) this.wall = Math.max(this.wall, this.options.now());
    this.seen.lookAhead(events, this.looksAt);
    for (let i = 0; i < events.length; i++) if (this.seen.isWanted(i)) this.accept(events[i]!, i, problems);
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
    this.liveQueue.tick(wallNow);
  }

  /** Wall time at which {@link tick} is wanted. */
  nextDeadline(): number | undefined {
    return this.live ? this.liveQueue.nextTick : undefined;
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
      let entry = this.keys.get(expected.key);
      if (entry === undefined) {
        if (!this.isTimed) continue;
        if (!this.makeRoom(known, problems)) continue;
        entry = this.keys.add(expected.key, known);
        this.queue.queueUp(entry);
        this.welcome(entry, expected.zones, problems);
      } else this.saving?.touch(entry);
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
    const entry = this.keys.get(key);
    if (entry === undefined) return;
    this.saving?.touch(entry);
    this.history.eachLife(entry, (life) => (life.quiet = quiet));
    this.schedule(entry);
  }

  private expectNoLonger(key: string, time: number): void {
    const entry = this.keys.get(key);
    if (entry === undefined || !entry.expected) return;
    this.saving?.touch(entry);
    this.teller.subject = entry;
    if (entry.told !== undefined) this.teller.notExpected(this.runner.at(entry).life, Math.max(time, entry.told.said));
    this.keys.forget(entry);
  }

  /** An operator says that it is over. Without a key: all that are raised. */
  clearByHand(key: string | undefined, time: number, out: Status[]): number {
    this.begin(out);
    let cleared = 0;
    for (const entry of key === undefined ? this.keys.all() : this.some(key)) {
      if (entry.told === undefined) continue;
      this.saving?.touch(entry);
      const { life } = this.runner.at(entry);
      this.teller.subject = entry;
      const t = Math.max(time, entry.told.since, entry.told.normal ?? -Infinity);
      if (this.teller.byHand(life, t)) {
        if (life.phase !== NORMAL) clear(life, t, SILENT);
        this.rule.plan.runs?.cleared(this.runner.at(entry).pattern, t);
        cleared++;
      }
      this.schedule(entry);
    }
    return cleared;
  }

  private some(key: string): Entry[] {
    const entry = this.keys.get(key);
    return entry === undefined ? [] : [entry];
  }

  counters(): Counters {
    let raised = 0;
    let pending = 0;
    let waiting = this.gate?.entry.waits ?? 0;
    let expected = 0;
    let flapping = 0;
    let suppressed = 0;
    for (const entry of this.keys.all()) {
      const { told, expected: isExpected, life } = entry;
      waiting += this.waitsFor(entry);
      if (isExpected) expected++;
      if (told?.changed !== undefined) flapping++;
      if (life !== undefined && life.masked.length > 0 && life.phase === RAISED) suppressed++;
      if (told?.state === 'pending') pending++;
      else if (told !== undefined) raised++;
    }
    const state = { keys: this.keys.size, raised, pending, waiting, expected, flapping, suppressed };
    return { ...this.totals(), ...state, leftOut: this.leftOut() };
  }

  private totals(): Counters {
    const { open = 0, dropped = 0 } = this.runs ?? {};
    return { ...this.total, detections: this.runner.detections, runs: open, runsDropped: dropped };
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
    const { keys, rule, settled, runner } = this;
    let oldest = Infinity;
    const waits = (event: CityEvent): void => {
      if (event.time < oldest) oldest = event.time;
    };
    this.replayQueue.each((_entry, event) => waits(event));
    for (const { live } of keys.all()) if (live !== undefined && live.firstTime < oldest) oldest = live.firstTime;
    const waitsFor = (entry: Entry): number => this.waitsFor(entry);
    const input = { size: keys.size, settled, rule, runner, oldestWaiting: oldest, waitsFor };
    const held = inspectEntries(keys.all(), input, limit);
    return { uses: rule.plan.uses, settled: this.settledTime ?? null, counters: this.counters(), ...held };
  }

  /** Totals per key; what is still raised counts up to the time that was reached. */
  summary(): KeySummary[] {
    return summaryOf(this.keys.all(), Math.max(this.settled, this.clocks.end));
  }

  // ---- over a restart

  /** What of the rule decides what it remembers: with another rule of the same shape its memory can be used. */
  get shape(): Shape {
    return shapeOf(this.definition, this.options.emit ?? (() => undefined));
  }

  /**
   * A cut through everything that is remembered, at this moment, to be told a few lines at a time while the rule goes on.
   * A later one takes its place.
   */
  save(): Saving {
    const { settled, wall, mode, clocks, teller, seen } = this;
    this.saving?.giveUp();
    const { gate } = this;
    const header: Header = {
      version: SNAPSHOT_VERSION,
      shape: this.shape,
      settled: plain(settled),
      wall: plain(wall),
      mode,
      total: this.totals(),
      clocks: clocks.toJSON(),
      lineage: [...teller.lineage],
      ...(gate === undefined ? {} : { near: plain(gate.time) }),
    };
    const { rule, states, keys, replayQueue, rosters, suppressors, quiet } = this;
    const memory = { rule, states, keys, replayQueue, seen, rosters, suppressors, quiet, gate };
    const saving: Saving = new Saving(header, memory, () => this.isOver(saving));
    this.watch(saving);
    return saving;
  }

  private isOver(saving: Saving): void {
    if (this.saving === saving) this.watch(undefined);
  }

  private watch(saving: Saving | undefined): void {
    this.saving = this.seen.saving = this.runner.saving = this.keys.saving = saving;
  }

  /** All of {@link save} at once. The lines share the events, so write them before going on. */
  snapshot(): Line[] {
    const saving = this.save();
    const lines: Line[] = [];
    for (let line = saving.line(); line !== undefined; line = saving.line()) lines.push(line);
    this.watch(undefined);
    return lines;
  }

  /**
   * Takes over what was remembered, line by line. Only a fresh engine can.
   * @param now wall time of the restart: silence that fell into the time between is not counted, it begins anew
   */
  restoring(now?: number): Restoring {
    const { rule, shape, rosters, seen, runner, keys } = this;
    return new Restoring(
      {
        rule,
        shape,
        begin: (header, whole) => this.resume(header, whole),
        roster: (source, keys) => rosters.restore(source, keys),
        suppressors: (streams) => this.suppressors?.restore(streams),
        quiet: (quiet) => quiet.forEach(([key, length]) => this.quiet?.set(key, length)),
        stream: (stream, newest, ids) => seen.restore(stream, newest, ids),
        newEntry: (key, known) => keys.add(key, known),
        stateOf: (entry) => runner.at(entry),
        entryOf: (key) => keys.get(key),
        wait: (entry, event, arrived) => this.wait(entry, event, arrived),
        waitAtGate: (event, arrived) => this.gate !== undefined && this.wait(this.gate.entry, event, arrived),
        openAround: (streams) => this.gate?.router.restore(streams),
        routeAnew: (event) => void this.anew.push(event),
        isBack: (entry) => {
          runner.latest = Math.max(runner.latest, this.states.time(entry.slot));
          this.runs?.restored(entry, runner.at(entry).pattern);
          if (this.gate !== undefined) this.runs?.looked(entry, runner.at(entry).pattern);
          this.schedule(entry);
        },
        done: () => this.gate !== undefined && this.liveQueue.queueUp(this.gate.entry),
      },
      now,
    );
  }

  private resume({ settled, wall, mode, total, clocks, lineage, near }: Header, whole: boolean): void {
    this.clocks.restore(clocks);
    for (const id of lineage) this.teller.lineage.add(id);
    if (this.gate !== undefined && near !== undefined) this.gate.time = number(near);
    this.settled = number(settled);
    this.wall = number(wall);
    this.enter(mode);
    Object.assign(this.total, total);
    this.runner.detections = total.detections;
    if (this.runs === undefined) return;
    this.runs.open = whole ? total.runs : 0;
    this.runs.dropped = total.runsDropped;
  }

  /** @returns true where all was taken over, or why not */
  restore(kept: unknown, now?: number): true | 'version' | 'rule' | 'broken' {
    const restoring = this.restoring(now);
    for (const line of Array.isArray(kept) ? (kept as unknown[]) : [kept]) restoring.take(line);
    const restored = restoring.finish();
    if (restored.kept === 'all') return true;
    if (restored.kept === 'open') return 'rule';
    for (const entry of this.keys.all()) this.keys.forget(entry);
    return restored.because === 'id' ? 'rule' : restored.because;
  }

  // ---- events

  private begin(out: Status[], problems: Problem[] = []): void {
    this.problems = problems;
    this.teller.out = out;
    this.teller.simulated = this.options.simulated === true || isSimulated(this.mode);
    if (this.anew.length === 0) return;
    const events = this.anew.filter(({ event }) => this.looksAt.has(event));
    this.anew = [];
    for (const event of events) this.place(event, problems);
  }

  private accept(event: CityEvent, place: number, problems: Problem[]): void {
    const stream = this.intake.take(event, place, this.live ? this.wall : -Infinity, problems);
    if (stream < 0) return;
    if (this.suppressors?.has(event.event) === true) this.suppress(event, problems);
    else this.place(event, problems, stream);
  }

  /** Lets an event count for its key, or its keys. */
  private place(event: CityEvent, problems: Problem[], stream = -1): void {
    const { by, level } = this.definition.per;
    if (by === 'zone') {
      this.routeByZone(level, event, problems);
      return;
    }
    if (this.gate !== undefined) {
      this.waitAtGate(event, problems);
      return;
    }
    const key = keyOf(event, by);
    if (key !== undefined) this.route(key, keyNameOf(event, by), event, problems, stream);
    else {
      this.total.dropped++;
      problems.push(this.words.of('noKey', event, { by }));
    }
  }

  /** A status that keeps others down counts for every key that it is about. */
  private suppress(event: CityEvent, problems: Problem[]): void {
    this.suppressors!.take(event);
    for (const entry of this.keys.all()) {
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
    const { entry, time } = this.gate!;
    if (event.place === undefined) {
      this.total.dropped++;
      problems.push(this.words.of('noPlace', event, {}));
    } else if (event.time <= time) this.gate!.pass([event], problems);
    else {
      this.liveQueue.add(entry, event, this.wall);
      if (entry.waits > MOST_WAITING_NEAR) this.giveUpWaiting(entry, event, problems);
    }
  }

  private route(key: string, name: string | undefined, event: CityEvent, problems: Problem[], stream = -1): void {
    const known = stream < 0 ? -1 : this.seen.slotFor(stream, key);
    if (known >= 0 && this.addAsBefore(known, name, event, problems)) return;
    let entry = known < 0 ? undefined : this.states.entries[known];
    if (entry === undefined) entry = this.keys.get(key);
    const isNew = entry === undefined;
    if (entry === undefined) {
      if (!this.makeRoom(event.time, problems, event)) return;
      entry = this.keys.add(key, event.time);
      if (!this.live) this.queue.queueUp(entry);
    }
    if (this.saving !== undefined) this.saving.touch(entry);
    if (stream >= 0) this.seen.setSlot(stream, key, entry.slot);
    this.states.use(entry.slot);
    if (name !== undefined) entry.name = name;
    if (event.zones !== undefined && event.zones !== entry.zones) this.moveTo(entry, event, isNew, problems);
    if (isNew && this.suppressors !== undefined) this.welcome(entry, entry.zones, problems);
    if (this.live && this.wall > -Infinity) entry.lag = Math.min(MOST_LAG, Math.max(0, this.wall - event.time));
    this.deliver(entry, event, problems);
  }

  /**
   * Nothing is to be learned from the event but that it happened: the key need not be looked at until its time is settled.
   * @returns false where that is not so
   */
  private addAsBefore(slot: number, name: string | undefined, event: CityEvent, problems: Problem[]): boolean {
    if (this.live || this.gate !== undefined || this.saving !== undefined) return false;
    const { zones, time } = event;
    if (time <= this.runner.latest) return false;
    if (name !== undefined || zones !== undefined) {
      const entry = this.states.entries[slot]!;
      if ((name !== undefined && name !== entry.name) || (zones !== undefined && zones !== entry.zones)) return false;
    }
    this.states.use(slot);
    const waits = this.replayQueue.add(slot, event, this.wall);
    if (waits > MOST_WAITING) this.giveUpWaiting(this.states.entries[slot]!, event, problems);
    return true;
  }

  private deliver(entry: Entry, event: CityEvent, problems: Problem[]): void {
    if (this.saving !== undefined) this.saving.touch(entry);
    const settled = this.states.time(entry.slot);
    if (event.time > settled) {
      const { queue } = this;
      if (queue === this.liveQueue) queue.add(entry, event, this.wall);
      else this.replayQueue.add(entry.slot, event, this.wall);
      if (this.waitsFor(entry) > MOST_WAITING) this.giveUpWaiting(entry, event, problems);
      return;
    }
    this.total.behind++;
    if (this.history.takeBehind(entry, event)) this.liveQueue.isChanged(entry);
    // too far back to be sorted in: it counts from now on, so near that order is kept without an hour being moved
    else this.wait(entry, { ...event, time: settled + 1 }, this.wall);
    this.schedule(entry);
  }

  /** Lets an event wait for its time without a look at what it may mean already. */
  private wait(entry: Entry, event: CityEvent, arrived: number): void {
    if (this.queue === this.liveQueue) this.liveQueue.takeOver(entry, event, arrived);
    else this.replayQueue.add(entry.slot, event, arrived);
  }

  private waitsFor(entry: Entry): number {
    return entry.waits + this.replayQueue.waitsFor(entry.slot);
  }

  /** @returns whether there is room for one more key */
  private makeRoom(time: number, problems: Problem[], event?: CityEvent): boolean {
    if (!this.keys.isFull) return true;
    const evicted = this.keys.makeRoom();
    if (evicted) this.total.evicted++;
    else this.total.dropped++;
    this.words.seldom('keys', event, { n: this.maxKeys }, Math.max(time, this.wall), problems);
    return evicted;
  }

  /** A key is about to be forgotten. */
  private letGo(entry: Entry): void {
    this.liveQueue.forget(entry);
    if (this.replayQueue.waitsFor(entry.slot) > 0) this.replayQueue.forget(entry);
    this.seen.forgetSlots();
    this.history.forget(entry);
    this.runs?.forget(entry);
    this.gate?.router.settle(entry, []);
  }

  private giveUpWaiting(entry: Entry, event: CityEvent, problems: Problem[]): void {
    if (this.queue === this.liveQueue) this.liveQueue.step(entry);
    else this.replayQueue.giveUp(entry, GIVEN_UP);
    this.words.seldom('waiting', event, { n: MOST_WAITING }, Math.max(event.time, this.wall), problems);
  }

  // ---- time

  private get queue(): LiveQueue | ReplayQueue {
    return this.live || this.gate !== undefined ? this.liveQueue : this.replayQueue;
  }

  /** Runs every key up to the time that is settled, in the order of event time over all keys. */
  private settle(): void {
    const reached = this.clocks.reached(this.live ? this.wall : undefined);
    if (reached === Infinity) {
      this.settled = Math.max(this.settled, this.clocks.end);
      this.queue.settleAll(this.settled);
    } else if (reached > -Infinity) this.settled = Math.max(this.settled, reached - this.lateness);
    this.queue.settle(this.settled);
  }

  /** Finds anew when a key is due. */
  private schedule(entry: Entry): void {
    this.runner.look(entry);
    this.queue.queueUp(entry);
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
