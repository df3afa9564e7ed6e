/**
 * The engine of one status rule: sorts events into their keys, lets time settle, and runs the rule over every key in
 * the order of event time. What is settled never changes; what must not wait (patterns that nothing later can undo) is
 * run ahead and told at once.
 */
import { isSimulated, type CityClock, type Mode } from '../../ecdm/city';
import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import type { Problem } from '../../ecdm/problem';
import type { Status } from '../../ecdm/status';
import { isValidTime } from '../../ecdm/time';
import { Core } from './core';
import type { Counters } from './counters';
import { EngineMemory } from './engine-memory';
import type { Entry } from './entry';
import { inspectEntries, type Inspection } from './inspect';
import { openToEvents } from './from-status';
import { FUTURE } from './intake';
import type { Gone } from './leaving';
import { lookAgain, NORMAL, PENDING, quietOf, RAISED, type KeyState, type Rule } from './life';
import { FALSE, type Operator } from './operators';
import type { PatternOptions } from './options';
import { endByHand } from './past';
import { rearm } from './rearm';
import type { Restoring } from './restoring';
import type { ExpectedKey } from './roster';
import { Routing } from './routing';
import type { Saving } from './saving';
import type { Shape } from './shape';
import type { Line } from './snapshot';
import type { PatternState } from './state';
import { summaryOf, type KeySummary } from './summary';

/** @throws DefinitionError where the rule has no meaning or no bound */
export function compileStatus(definition: StatusDefinition, options: PatternOptions): PatternEngine {
  return new PatternEngine(definition, options);
}

export class PatternEngine {
  private readonly core: Core;
  private readonly routing: Routing;
  private readonly memory: EngineMemory;

  /** @throws DefinitionError where the rule has no meaning or no bound */
  constructor(definition: StatusDefinition, options: PatternOptions) {
    this.core = new Core(definition, options);
    this.routing = new Routing(this.core);
    this.memory = new EngineMemory(this.core, this.routing);
  }

  get definition(): StatusDefinition {
    return this.core.definition;
  }

  /** Ids of the events that the rule looks at. */
  get events(): ReadonlySet<string> {
    return this.core.looksAt;
  }

  /** Event time up to which everything is decided; `undefined` before the first clock. */
  get settledTime(): number | undefined {
    const { core } = this;
    return Number.isFinite(core.settled) ? core.settled : undefined;
  }

  /** The wall clock has a say: time that passes without events is time that was watched. */
  get hasWall(): boolean {
    return this.core.live;
  }

  /** How the readings reach the flow; told before the events of a message. */
  setMode(mode: Mode): void {
    const { core } = this;
    if (mode === core.mode) return;
    const { live, liveQueue, replayQueue } = this.core;
    core.enter(mode);
    if (core.live === live) return;
    core.saving?.touchAll();
    if (core.gate !== undefined) {
      for (const entry of [core.gate.entry, ...core.keys.all()]) liveQueue.queueUp(entry);
      return;
    }
    if (core.live) replayQueue.handOver((entry, event, arrived) => liveQueue.takeOver(entry, event, arrived));
    for (const entry of core.keys.all()) {
      // what is settled from here on would be missing in it
      core.history.forget(entry);
      if (live) liveQueue.handOver(entry, (event, arrived) => replayQueue.add(entry.slot, event, arrived));
      core.schedule(entry);
    }
  }

  /** Takes events in the order of their arrival. */
  push(events: readonly CityEvent[], out: Status[], problems: Problem[]): void {
    const { core } = this;
    this.begin(out, problems);
    if (core.live && core.options.now !== undefined) core.wall = Math.max(core.wall, core.options.now());
    const marked = isSimulated(core.mode) ? events.map(asSimulated) : events;
    core.seen.lookAhead(marked, core.looksAt);
    for (let i = 0; i < marked.length; i++) if (core.seen.isWanted(i)) this.routing.accept(marked[i]!, i, problems);
    core.settle();
  }

  /** A source tells how far it has come. */
  clock(clock: CityClock, mode: Mode, out: Status[], problems: Problem[]): void {
    const { core } = this;
    this.begin(out, problems);
    this.setMode(mode);
    if (core.live && core.options.now !== undefined) core.wall = Math.max(core.wall, core.options.now());
    if (!isValidTime(clock.time) || this.isAhead(clock, problems)) return;
    core.clocks.tell(clock, core.wall);
    core.settle();
  }

  /** A live source whose clock is wrong would let all silences end at once; nobody waits for it, as if it said nothing. */
  private isAhead({ time, source, end }: CityClock, problems: Problem[]): boolean {
    const { wall, live, words } = this.core;
    // a source that ends may say how far it means to have come
    if (!live || wall === -Infinity || end === true || time <= wall + FUTURE) return false;
    const more = { source, time: words.moment(time), limit: words.duration(FUTURE) };
    words.seldom('clock', undefined, more, wall, problems);
    return true;
  }

  /** The wall clock: it fires deadlines and ends waiting, and never makes an event late. */
  tick(wallNow: number, out: Status[], problems: Problem[]): void {
    const { core } = this;
    this.begin(out, problems);
    if (!core.live) return;
    core.wall = Math.max(core.wall, wallNow);
    core.settle();
    core.liveQueue.tick(wallNow);
  }

  /**
   * Nothing was looked at for a time, because the machine slept or its clock was set forward: as after a restart, silence
   * that fell into it is not counted, it begins anew.
   * @param from wall time at which somebody looked last
   * @param to wall time now
   * @returns false where time follows the readings
   */
  awake(from: number, to: number): boolean {
    const { core } = this;
    if (!core.live) return false;
    core.saving?.touchAll();
    core.wall = Math.max(core.wall, to);
    for (const entry of core.keys.all()) {
      // what is run again from before would know nothing of it
      core.history.forget(entry);
      rearm(core.rule, entry, core.runner.at(entry), to, to - from, core.settled > -Infinity);
      core.schedule(entry);
    }
    return true;
  }

  /**
   * The wall clock was ahead, and is set right: what waits for it does not wait until it is there again.
   * @param from wall time when somebody looked last
   * @param to wall time now, which is earlier
   * @returns false where time follows the readings
   */
  setBack(from: number, to: number): boolean {
    const { core } = this;
    if (!core.live) return false;
    core.setBack(from - to, to);
    return true;
  }

  /** Wall time at which {@link tick} is wanted. */
  nextDeadline(): number | undefined {
    const { core } = this;
    return core.live ? core.liveQueue.nextTick : undefined;
  }

  /**
   * The sensors that a source knows: those that never speak are missed, those that it drops are missed no longer.
   * @param raw entries as they came
   * @param source whose roster takes the place of its last one; without it the roster only adds
   * @param time event time from which on they are known
   */
  roster(raw: readonly unknown[], source: string | undefined, time: number, out: Status[], problems: Problem[]): void {
    const { core } = this;
    const { expected, learned, gone, left } = core.rosters.take(raw, source);
    for (const key of learned) this.learn(key);
    this.expect(expected, time, out, problems);
    for (const key of gone) this.expectNoLonger(key, Math.max(time, core.settled));
    for (const [key, sensors] of left) this.leave(key, sensors, Math.max(time, core.settled));
  }

  /** Keys that are there although nothing was heard of them: from `time` on their silence counts. */
  expect(keys: readonly ExpectedKey[], time: number, out: Status[], problems: Problem[]): void {
    const { core } = this;
    this.begin(out, problems);
    const known = Math.max(time, core.settled);
    for (const expected of keys) {
      this.learn(expected);
      let entry = core.keys.get(expected.key);
      if (entry === undefined) {
        if (!core.isTimed) continue;
        if (!core.makeRoom(known, problems)) continue;
        entry = core.keys.add(expected.key, known);
        core.queue.queueUp(entry);
        this.routing.welcome(entry, expected.zones, problems);
      } else {
        core.saving?.touch(entry);
        if (core.isTimed && expected.events !== undefined) this.comeBack(entry, new Set(expected.events), known);
      }
      entry.expected = true;
      entry.name ??= expected.name;
      entry.zones ??= expected.zones;
    }
    core.settle();
  }

  private learn({ key, interval }: ExpectedKey): void {
    const { core } = this;
    if (interval === undefined || core.quiet === undefined) return;
    if (core.quiet.size >= core.maxKeys && !core.quiet.has(key)) return;
    const quiet = 2 * interval;
    core.quiet.set(key, quiet);
    const entry = core.keys.get(key);
    if (entry === undefined) return;
    core.saving?.touch(entry);
    core.history.eachLife(entry, (life) => (life.quiet = quiet));
    core.schedule(entry);
  }

  /** Sensors that were gone are there again, while others kept the key. */
  private comeBack(entry: Entry, events: ReadonlySet<string>, known: number): void {
    const { core } = this;
    if (!changes(core.rule, core.runner.at(entry), (operator, state) => operator.comeBack(state, events, known)))
      return;
    // what is run again from a state before would wait for them no more
    core.history.forget(entry);
    core.schedule(entry);
  }

  /** Sensors are gone from a key that others keep: what they alone held is over, and their silence means nothing any more. */
  private leave(key: string, sensors: Gone, time: number): void {
    const { core } = this;
    const entry = core.keys.get(key);
    if (entry === undefined || !entry.expected) return;
    core.saving?.touch(entry);
    const { told, slot } = entry;
    // what was told early has happened, although it is not settled
    if (told !== undefined && told.since > core.states.time(slot)) core.queue.runUpTo(entry, told.since);
    core.queue.drop(entry, ({ stream }) => sensors.streams.has(stream));
    if (changes(core.rule, core.runner.at(entry), (operator, state) => operator.leave(state, sensors))) {
      // what is run again from a state before would wait for them still
      core.history.forget(entry);
      if (core.states.time(slot) > -Infinity) this.lookAgain(entry, time);
    }
    core.schedule(entry);
  }

  /** What held only by what is gone ends as where all sensors of a key are gone; what waits for a hand goes on to. */
  private lookAgain(entry: Entry, time: number): void {
    const { core } = this;
    const { rule, runner, runs, teller, definition } = core;
    const state = runner.at(entry);
    const { life } = state;
    const { level, detections } = life;
    // what others have said and is not settled comes after it
    const t = Math.max(state.time, core.settled);
    teller.subject = entry;
    runs?.begin();
    lookAgain(rule, state, t, teller);
    runner.detections += life.detections - detections;
    runs?.look(entry, state.pattern, t);
    if (level === FALSE || life.level !== FALSE || life.phase === NORMAL) return;
    // a detection without duration lasts as long as it always does
    if (t < life.pulse + quietOf(rule, life) || !rule.clearsItself || definition.clear?.latched === true) return;
    teller.notExpected(life, time);
    endByHand(rule, state, t);
  }

  private expectNoLonger(key: string, time: number): void {
    const { core } = this;
    const entry = core.keys.get(key);
    if (entry === undefined || !entry.expected) return;
    core.saving?.touch(entry);
    core.teller.subject = entry;
    if (entry.told !== undefined) core.teller.notExpected(core.runner.at(entry).life, Math.max(time, entry.told.said));
    core.keys.forget(entry);
  }

  /**
   * An operator says that it is over. Without a key: all that are raised.
   * @param time wall time of that; what is told has the event time of the key
   */
  clearByHand(key: string | undefined, time: number, out: Status[]): number {
    const { core } = this;
    this.begin(out);
    let cleared = 0;
    for (const entry of key === undefined ? core.keys.all() : this.some(key)) {
      if (entry.told === undefined) continue;
      core.saving?.touch(entry);
      core.teller.subject = entry;
      // what was told early is what the hand is about, although it is not settled
      if (entry.told.since > core.states.time(entry.slot)) core.queue.runUpTo(entry, entry.told.since);
      if (this.endByHand(entry, core.eventTime(entry, time))) cleared++;
      core.schedule(entry);
    }
    return cleared;
  }

  /** @returns whether its status is over */
  private endByHand(entry: Entry, time: number): boolean {
    const { core } = this;
    const { told } = entry;
    if (told === undefined) return false;
    const state = core.runner.at(entry);
    const { life } = state;
    const { normal } = told;
    const t = Math.max(time, told.since, told.said, normal ?? -Infinity);
    if (!core.teller.byHand(life, t)) return false;
    if (normal === undefined) {
      // what is not settled, or comes at the very time of the hand, is none of what it was about
      const upTo = Math.max(state.time, Math.min(t - 1, core.settled));
      endByHand(core.rule, state, upTo);
      core.history.isByHand(entry, upTo);
    } else if (life.phase === PENDING && life.masked.length === 0) {
      // the hand was about what is over; this is another one
      core.teller.pending(life, Math.max(life.since, t));
    }
    return true;
  }

  private some(key: string): Entry[] {
    const entry = this.core.keys.get(key);
    return entry === undefined ? [] : [entry];
  }

  counters(): Counters {
    const { core } = this;
    let raised = 0;
    let pending = 0;
    let waiting = core.gate?.entry.waits ?? 0;
    let expected = 0;
    let flapping = 0;
    let suppressed = 0;
    for (const entry of core.keys.all()) {
      const { told, expected: isExpected, life } = entry;
      waiting += core.waitsFor(entry);
      if (isExpected) expected++;
      if (told?.changed !== undefined) flapping++;
      if (life !== undefined && life.masked.length > 0 && life.phase === RAISED) suppressed++;
      if (told?.state === 'pending') pending++;
      else if (told !== undefined) raised++;
    }
    const state = { keys: core.keys.size, raised, pending, waiting, expected, flapping, suppressed };
    return { ...core.totals(), ...state };
  }

  /** Whether there is something to end for the key: it holds, is to hold, or was told and not ended yet. */
  isOpen(key: string): boolean {
    const entry = this.core.keys.get(key);
    return entry !== undefined && (entry.told !== undefined || (entry.life?.phase ?? NORMAL) !== NORMAL);
  }

  /** What is raised, as the events that its messages were: for a rule behind this one that did not hear them. */
  raisedAsEvents(): CityEvent[] {
    const { keys, teller, definition, options } = this.core;
    const events: CityEvent[] = [];
    for (const { key, name, told, life } of keys.all()) {
      if (told === undefined) continue;
      const evidence = told.kept ?? life?.evidence ?? [];
      events.push(...openToEvents(definition, { key, name, told, evidence }, teller.lineage));
    }
    return options.simulated ? events.map(asSimulated) : events;
  }

  /** What the rule remembers, for people. @param limit keys that are named at most */
  inspect(limit: number): Inspection {
    const { core } = this;
    const { keys, rule, settled, runner } = this.core;
    let oldest = Infinity;
    const waits = (event: CityEvent): void => {
      if (event.time < oldest) oldest = event.time;
    };
    core.replayQueue.each((_entry, event) => waits(event));
    for (const { live } of keys.all()) if (live !== undefined && live.firstTime < oldest) oldest = live.firstTime;
    const waitsFor = (entry: Entry): number => core.waitsFor(entry);
    const input = { size: keys.size, settled, rule, runner, oldestWaiting: oldest, waitsFor };
    const held = inspectEntries(keys.all(), input, limit);
    return { uses: rule.plan.uses, settled: this.settledTime ?? null, counters: this.counters(), ...held };
  }

  /** Totals per key; what is still raised counts up to the time that was reached. */
  summary(): KeySummary[] {
    const { core } = this;
    core.runner.lookAtAll();
    return summaryOf(core.keys.all(), Math.max(core.settled, core.clocks.end));
  }

  // ---- over a restart

  /** What of the rule decides what it remembers: with another rule of the same shape its memory can be used. */
  get shape(): Shape {
    return this.memory.shape;
  }

  /**
   * A cut through everything that is remembered, at this moment, to be told a few lines at a time while the rule goes on.
   * A later one takes its place.
   */
  save(): Saving {
    return this.memory.save();
  }

  /** All of {@link save} at once. The lines share the events, so write them before going on. */
  snapshot(): Line[] {
    return this.memory.snapshot();
  }

  /**
   * Takes over what was remembered, line by line. Only a fresh engine can.
   * @param now wall time of the restart: silence that fell into the time between is not counted, it begins anew
   */
  restoring(now?: number): Restoring {
    return this.memory.restoring(now);
  }

  /** @returns true where all was taken over, or why not */
  restore(kept: unknown, now?: number): true | 'version' | 'rule' | 'broken' {
    return this.memory.restore(kept, now);
  }

  private begin(out: Status[], problems: Problem[] = []): void {
    const { core } = this;
    core.problems = problems;
    core.teller.out = out;
    core.teller.inSimulation = isSimulated(core.mode);
    this.routing.routeAnew(problems);
  }
}

/** Whether a change to what the operators of a key remember changes anything. */
function changes(
  { plan, sides }: Rule,
  state: KeyState,
  change: (of: Operator, state: PatternState) => boolean,
): boolean {
  let any = false;
  for (const operator of plan.operators) if (change(operator, state.pattern)) any = true;
  sides.forEach((side, i) => {
    for (const operator of side.plan.operators) if (change(operator, state.sides[i]!)) any = true;
  });
  return any;
}

/** What comes in a simulation is marked: what it leads to may be told when something real comes. */
function asSimulated(event: CityEvent): CityEvent {
  return event.simulated === true ? event : { ...event, simulated: true };
}
