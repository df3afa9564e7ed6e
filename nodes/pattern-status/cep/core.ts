/** What the engine of a rule is made of, and how far its time has come: the parts that all of its work is done with. */
import { isReplay, isSimulated, type Mode } from '../../ecdm/city';
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import { pathText } from '../../ecdm/path-text';
import { placeOfInput } from '../../ecdm/pattern-walk';
import type { Problem } from '../../ecdm/problem';
import { AggregateOperator } from './aggregate';
import { Clocks } from './clocks';
import { noneCounted, type Counters } from './counters';
import type { Entry } from './entry';
import { DefinitionError } from './errors';
import { nextDeadline } from './fold';
import type { Gate } from './gate';
import { Intake } from './intake';
import { KeyTable } from './key-table';
import { newLife, NORMAL, type Rule } from './life';
import { LiveQueue } from './live';
import { OpenRuns } from './open-runs';
import type { PatternOptions } from './options';
import { History } from './past';
import { newState } from './plan';
import { Problems } from './problems';
import { isPlain, silentIn } from './reason';
import { waitFrom } from './rearm';
import { ReplayQueue } from './replay';
import { Roster } from './roster';
import { compileRule, DEFAULT_LATENESS, DEFAULT_UPDATE, durationAt, flappingOf, remindingOf } from './rule';
import { Runner } from './runner';
import type { RunBox } from './runs/box';
import type { Saving } from './saving';
import { SeenStreams } from './seen';
import { describePattern, meantBy } from './sentence';
import { Severities, stepsOf } from './severity';
import { States } from './states';
import { Suppressors } from './suppression';
import { Teller } from './teller';
import { ThenSilenceOperator } from './timed';
import { Whereabouts } from './whereabouts';
import { ZoneStates } from './zone-states';

export class Core {
  readonly rule: Rule;
  readonly teller: Teller;
  readonly maxKeys: number;
  readonly lateness: number;
  /** Events that must happen or must not, or clear it. */
  readonly looksAt: ReadonlySet<string>;
  /** Those of them that clear it or change its severity. */
  readonly beside: ReadonlySet<string>;
  /** A key waits for a time from the moment at which it is known: only then it is anything without an event. */
  readonly isTimed: boolean;

  readonly states: States;
  readonly keys: KeyTable;
  readonly intake: Intake;
  readonly history: History;
  readonly runs: OpenRuns | undefined;
  readonly runner: Runner;
  readonly liveQueue: LiveQueue;
  readonly replayQueue: ReplayQueue;
  readonly words: Problems;
  readonly seen: SeenStreams;
  readonly clocks: Clocks;
  readonly rosters: Roster;
  /** Where all keys wait together; what gives out their events sets it. */
  gate: Gate | undefined;
  /** Statuses that keep this one down; undefined where there are none. */
  readonly suppressors: Suppressors | undefined;
  /** Only for rules per zone. */
  readonly zoneStates: ZoneStates | undefined;
  /** Quiet that keys need by their interval; only for what clears by quiet and says nothing of how long. */
  readonly quiet: Map<string, number> | undefined;
  readonly whereabouts: Whereabouts;
  readonly total = noneCounted();
  /** What waits for a silence. */
  private readonly silences: readonly ThenSilenceOperator[];
  /** What looks at values, and leaves some out: of the pattern, and of each beside it. */
  private readonly windows: readonly (readonly AggregateOperator[])[];

  mode: Mode = 'live';
  /** The wall clock has a say. */
  live = true;
  settled = -Infinity;
  wall = -Infinity;
  /** Where problems go that turn up while time settles. */
  problems: Problem[] = [];
  /** What writes the present state meanwhile, and must know what is about to change. */
  saving: Saving | undefined;

  constructor(
    readonly definition: StatusDefinition,
    readonly options: PatternOptions,
  ) {
    this.rule = compileRule(definition, options.emit ?? (() => undefined));
    this.lateness = durationAt(definition.lateness, 'lateness', DEFAULT_LATENESS);
    this.maxKeys = options.maxKeys ?? 100_000;
    this.seen = new SeenStreams(4 * this.maxKeys, this.lateness);
    const { plan, sides } = this.rule;
    this.suppressors = this.suppressorsOf(definition);
    const operators = [plan, ...sides.map((side) => side.plan)].map((one) => one.operators);
    this.silences = operators.flat().filter((operator) => operator instanceof ThenSilenceOperator);
    this.windows = operators.map((some) => some.filter((operator) => operator instanceof AggregateOperator));
    this.beside = new Set(sides.flatMap(({ role, plan: side }) => (role === 'mask' ? [] : [...side.byEvent.keys()])));
    this.looksAt = new Set([...plan.byEvent.keys(), ...sides.flatMap((side) => [...side.plan.byEvent.keys()])]);
    const itself = placeOfInput(definition, definition.id);
    if (itself !== undefined) throw new DefinitionError(pathText(itself), 'itself');
    this.clocks = new Clocks(this.looksAt, options.idleAfter ?? 60_000);
    this.rosters = new Roster(definition, options.observing);
    this.zoneStates = this.zoneStatesOf(definition);
    if (definition.clear?.after === undefined && this.rule.clearsItself) this.quiet = new Map();
    const undone = sides.some(({ role }) => role !== 'step');
    // detections may be told before their time is settled
    const eager = plan.monotone && !undone && this.rule.lasting === 0 && definition.per.by !== 'near';
    this.whereabouts = new Whereabouts(definition.per, (entry) => this.toldUpTo(entry));
    this.teller = this.newTeller();
    const { rule, teller, lateness } = this;
    this.states = new States(rule, (key) => newLife(this.quiet?.get(key)));
    this.history = new History(rule, this.states, teller);
    this.runs = this.openRuns();
    this.runner = new Runner(rule, this.states, teller, this.history, this.runs);
    this.liveQueue = new LiveQueue(rule, this.states, this.runner, teller, lateness, eager);
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

  private newTeller(): Teller {
    const { definition, options, rule } = this;
    const { names, language, emit = () => undefined } = options;
    const meant = meantBy(definition, emit);
    const inWords = (pattern: Pattern): string => describePattern(pattern, names, language, meant);
    return new Teller({
      definition,
      pattern: isPlain(definition.when) ? undefined : inWords(definition.when),
      silent: silentIn(definition.when),
      language: options.language,
      timeZone: options.timeZone,
      updateEvery: durationAt(definition.updateEvery, 'updateEvery', DEFAULT_UPDATE),
      lasting: rule.lasting,
      severities: new Severities(definition.severity, stepsOf(definition, durationAt)),
      stepPatterns: (definition.steps ?? []).map(({ when }) => (when === undefined ? '' : inWords(when))),
      latched: definition.clear?.latched === true,
      endsByHand: definition.clear?.byHand === true,
      remindEvery: remindingOf(definition),
      flapping: flappingOf(definition),
      simulated: options.simulated === true,
      movesAt: (entry, from, told) => this.whereabouts.movesAt(entry as Entry, from, told),
      zonesAt: (entry, time) => this.whereabouts.at(entry as Entry, time),
    });
  }

  private openRuns(): OpenRuns | undefined {
    const { runs } = this.rule.plan;
    if (runs === undefined) return undefined;
    const { onMatch, maxRuns: most } = this.options;
    const isDropped = ({ name, key }: Entry, time: number): void => {
      const n = this.runs!.dropped;
      this.words.seldom('runs', undefined, { n, key: name ?? key }, Math.max(time, this.wall), this.problems);
    };
    const looked = (entry: Entry, box: RunBox): void => {
      const { gate } = this;
      if (gate === undefined) return;
      gate.router.settle(entry, box.places());
      if (this.beside.size === 0) return;
      const isOpen = entry.life !== undefined && entry.life.phase !== NORMAL;
      gate.router.raised.settle(entry, isOpen && box.firstPlace !== undefined ? [box.firstPlace] : []);
    };
    return new OpenRuns(runs, { onMatch, most, isDropped, looked });
  }

  private zoneStatesOf({ per }: StatusDefinition): ZoneStates | undefined {
    if (per.by !== 'zone') return undefined;
    return new ZoneStates(per.level, this.lateness, (n, event) =>
      this.words.seldom('states', event, { n }, Math.max(event.time, this.wall), this.problems),
    );
  }

  private suppressorsOf({ notWhile = [] }: StatusDefinition): Suppressors | undefined {
    if (notWhile.length === 0) return undefined;
    for (const { plan, role } of [{ plan: this.rule.plan, role: 'when' }, ...this.rule.sides]) {
      const twice = notWhile.findIndex((id) => role !== 'mask' && plan.byEvent.has(id));
      if (twice >= 0) throw new DefinitionError(`notWhile[${twice}]`, 'notWhileTwice');
    }
    return new Suppressors(new Set(notWhile));
  }

  /** How the readings reach the flow. */
  enter(mode: Mode): void {
    this.mode = mode;
    this.live = !isReplay(mode) && !isSimulated(mode);
    this.history.isKept = this.live || this.gate !== undefined;
    this.liveQueue.hasWall = this.live;
  }

  /** Event time of a key behind which no late event is sorted in any more. */
  private toldUpTo({ slot, past }: Entry): number {
    return past === undefined ? Math.max(this.settled, this.states.time(slot)) : this.states.time(past.base.slot);
  }

  /** The event time at which a key is when it is `wall` for people. */
  eventTime({ lag }: Entry, wall: number): number {
    const { live, clocks } = this;
    const told = clocks.reached(live ? wall : undefined);
    const reached = Math.max(told === Infinity ? clocks.end : told, live ? wall - lag : -Infinity);
    return reached === -Infinity ? wall : Math.min(wall, reached);
  }

  totals(): Counters {
    const { open = 0, dropped = 0 } = this.runs ?? {};
    const { runsDropped } = this.total;
    const { detections } = this.runner;
    return { ...this.total, detections, runs: open, runsDropped: runsDropped + dropped, leftOut: this.leftOut };
  }

  /** With what was left out before a restart. */
  private get leftOut(): number {
    return this.windows.flat().reduce((sum, window) => sum + window.leftOut, this.total.leftOut);
  }

  private leftOutOf(entry: Entry): number {
    const { pattern, sides } = this.runner.at(entry);
    let sum = 0;
    this.windows.forEach((some, i) => {
      for (const window of some) sum += window.leftOutOf(i === 0 ? pattern : sides[i - 1]!);
    });
    return sum;
  }

  /** Where events wait, and deadlines. */
  get queue(): LiveQueue | ReplayQueue {
    return this.live || this.gate !== undefined ? this.liveQueue : this.replayQueue;
  }

  /** Finds anew when a key is due. */
  schedule(entry: Entry): void {
    this.runner.look(entry);
    this.queue.queueUp(entry);
  }

  /**
   * The wall clock was ahead, and is set right. What was measured by it would have to wait until it is there again; what
   * the events themselves said stays as it is.
   * @param by how far it was ahead, in milliseconds
   */
  setBack(by: number, now: number): void {
    const { gate, liveQueue } = this;
    this.saving?.touchAll();
    this.wall = Math.min(this.wall, now);
    this.clocks.setBack(now);
    for (const entry of gate === undefined ? this.keys.all() : [gate.entry, ...this.keys.all()]) {
      entry.lag = Math.max(0, entry.lag - by);
      liveQueue.setBack(entry, now);
      if (entry === gate?.entry) {
        liveQueue.queueUp(entry);
        continue;
      }
      // what is run again from before would be put off once more
      this.history.forget(entry);
      waitFrom(this.rule, entry, this.runner.at(entry), now - entry.lag);
      this.schedule(entry);
    }
  }

  /** Runs every key up to the time that is settled, in the order of event time over all keys. */
  settle(): void {
    const reached = this.clocks.reached(this.live ? this.wall : undefined);
    if (reached === Infinity) {
      this.settled = Math.max(this.settled, this.clocks.end);
      this.queue.settleAll(this.settled);
    } else if (reached > -Infinity) this.settled = Math.max(this.settled, reached - this.lateness);
    this.queue.settle(this.settled);
    this.tellDropped();
  }

  /** Where more matches wait for a silence than there is room for, the oldest can come true no more. */
  private tellDropped(): void {
    const { total, silences } = this;
    const before = total.runsDropped;
    for (let i = 0; i < silences.length; i++) {
      total.runsDropped += silences[i]!.dropped;
      silences[i]!.dropped = 0;
    }
    if (total.runsDropped === before) return;
    const now = Math.max(this.runner.latest, this.wall);
    this.words.seldom('silences', undefined, { n: total.runsDropped }, now, this.problems);
  }

  /**
   * Sorts an event in behind what is settled. Most of what operators give up in what is run again was counted when it was
   * run first: of matches, one event more makes it one more at most; of values, the key knows how many there were.
   * @returns false when it is too far back
   */
  takeBehind(entry: Entry, event: CityEvent): boolean {
    const { silences, windows, total } = this;
    const dropped = silences.map((silence) => silence.dropped + 1);
    const { leftOut } = this;
    const before = this.leftOutOf(entry);
    const taken = this.history.takeBehind(entry, event);
    silences.forEach((silence, i) => (silence.dropped = Math.min(silence.dropped, dropped[i]!)));
    total.leftOut = leftOut + Math.max(0, this.leftOutOf(entry) - before);
    for (const window of windows.flat()) window.leftOut = 0;
    return taken;
  }

  /** Lets an event wait for its time without a look at what it may mean already. */
  wait(entry: Entry, event: CityEvent, arrived: number): void {
    if (this.queue === this.liveQueue) this.liveQueue.takeOver(entry, event, arrived);
    else this.replayQueue.add(entry.slot, event, arrived);
  }

  waitsFor(entry: Entry): number {
    return entry.waits + this.replayQueue.waitsFor(entry.slot);
  }

  /** @returns whether there is room for one more key */
  makeRoom(time: number, problems: Problem[], event?: CityEvent): boolean {
    if (!this.keys.isFull) return true;
    const now = Math.max(time, this.wall);
    const evicted = this.keys.makeRoom(now);
    if (evicted) this.total.evicted++;
    else this.total.dropped++;
    this.words.seldom(evicted ? 'keys' : 'keysFull', event, { n: this.maxKeys }, now, problems);
    return evicted;
  }

  /** A key is about to be forgotten. */
  private letGo(entry: Entry): void {
    this.liveQueue.forget(entry);
    this.whereabouts.forget(entry);
    if (this.replayQueue.waitsFor(entry.slot) > 0) this.replayQueue.forget(entry);
    this.seen.forgetSlots();
    this.history.forget(entry);
    this.runs?.forget(entry);
    this.gate?.router.settle(entry, []);
    this.gate?.router.raised.settle(entry, []);
  }
}
