/** A rule at work in a flow: messages, the clock and people's hands come in, statuses and problems go out. */
import type { AlarmView, Journal } from '../city-journal/journal-source';
import type { OperatorAct } from '../ecdm/operator';
import { realmOf, type Realm, type Realms } from '../ecdm/realms';
import type { Status } from '../ecdm/status';
import { asError, guard, onInput } from '../runtime/input';
import { askOpen, onOpenAsked } from '../runtime/open-asked';
import type { NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { Receivers } from '../runtime/receivers';
import { onCloseOrRemoval } from '../runtime/removal';
import { SleepWatch } from '../runtime/sleep-watch';
import type { Line, StatusLine } from '../runtime/status-line';
import type { PatternEngine } from './cep';
import { clearedByHand, endOfSimulation, flowsStarted, sendAgain } from './journalled';
import type { MissingEvents } from './missing-events';
import { Outlet } from './outlet';
import { answerOf } from './raised-asked';
import { ruleLine } from './rule-line';
import { RuleMemory } from './rule-memory';
import type { RealmState } from './rule-state';
import { isClear, WayIn } from './way-in';
import { WayOut } from './way-out';
import type { HandedWorld, World } from './world';

/** How often the wall clock is looked at. */
const TICK = 1000;

export interface RuleParts {
  readonly worlds: Realms<World, HandedWorld>;
  readonly language: string | undefined;
  readonly line: StatusLine;
  readonly missing: MissingEvents;
  /** Names of the events that are of another kind than when the rule was deployed. */
  readonly otherKind: () => readonly string[];
  /** What people call an event. */
  readonly names: (id: string) => string;
  readonly journal: { readonly journal: Journal; readonly id: string } | undefined;
  /** Whether another node of this kind runs. */
  readonly isRunning: (node: string) => boolean;
  /** Takes what goes on after a deploy though it is written down nowhere. */
  readonly handOver: (unreal: ReadonlyMap<Realm, HandedWorld>) => void;
}

export class RunningRule {
  private readonly problems: Problems;
  private readonly wall: SleepWatch;
  private readonly receivers: Receivers;
  private readonly outlet: Outlet;
  private readonly memory: RuleMemory;
  private readonly wayIn: WayIn;
  private readonly wayOut: WayOut;
  private readonly flows: ReturnType<typeof flowsStarted>;
  /** Takes back what it listens to beside its wires. */
  private readonly offs: ((() => void) | undefined)[];
  /** What came last came from it. */
  private last: World;
  /** The state is back, and what a crash left is sent. */
  private readonly started: Promise<void>;
  private ready = false;
  private closed = false;
  private ticking: NodeJS.Timeout | undefined;

  /** It runs from now on, until the node is closed. */
  constructor(
    private readonly RED: RuntimeApi,
    private readonly node: RuntimeNode,
    private readonly parts: RuleParts,
  ) {
    const { worlds, language, missing, line } = parts;
    this.last = [...worlds].at(-1)![1];
    this.outlet = new Outlet(node.id, parts.journal?.journal, (thrown) => node.error(asError(thrown)));
    this.problems = new Problems(node, RED.settings.lang);
    this.wall = new SleepWatch(
      node,
      RED,
      ({ from, to }) => this.matters((engine) => engine.awake(from, to)),
      ({ from, to }) => this.matters((engine) => engine.setBack(from, to)),
    );
    this.receivers = new Receivers(RED, node);
    this.memory = new RuleMemory(RED, node, worlds, this.outlet);
    this.wayOut = new WayOut(node, worlds.real.engine.definition, this.outlet, this.receivers, (statuses, world) => {
      world.tell(statuses);
      this.memory.told(statuses, world);
    });
    this.wayIn = new WayIn(worlds, missing, this.problems, language, (statuses, world) =>
      this.wayOut.later(statuses, world),
    );
    this.flows = flowsStarted(RED);
    this.offs = this.listen();
    this.started = this.start();
    this.learnOpen().catch((thrown: unknown) => node.error(asError(thrown)));
    line.idle('status.idle');
    onInput(node, (message, send) =>
      this.ready ? this.handle(message, send) : this.started.then(() => this.handle(message, send)),
    );
    onCloseOrRemoval(RED, node, (removed) => this.close(removed));
  }

  private listen(): ((() => void) | undefined)[] {
    const { RED, node } = this;
    const { worlds, journal } = this.parts;
    const clear = guard(node, (view: AlarmView, act: OperatorAct) => this.clear(view, act));
    const answer = answerOf(RED, node, worlds);
    return [
      this.flows.off,
      journal?.journal.onClear(node.id, (view, act) => void this.started.then(() => clear(view, act))),
      journal?.journal.onHealth(() => this.show()),
      onOpenAsked(RED, (asked) => void this.started.then(() => this.closed || answer(asked))),
    ];
  }

  // ---- what comes

  private handle(message: NodeMessage, send: Send): void | Promise<void> {
    const { wayIn, wayOut, problems } = this;
    const { worlds } = this.parts;
    this.wall.look();
    const single = !Array.isArray(message.payload);
    const items = single ? [message.payload] : (message.payload as unknown[]);
    const city = wayIn.cityOf(message);
    const world = worlds.of(realmOf(city.mode));
    const statuses: Status[] = [];
    let sent: Promise<void> | undefined;
    if (!isClear(message)) this.last = world;
    this.memory.changes(world);
    try {
      wayIn.judge(message, items, city, world, statuses);
      if (world === worlds.real && !isClear(message)) this.outlet.take(items);
    } finally {
      // what the rule has told it does not tell again: it goes out, whatever was thrown meanwhile
      try {
        sent = wayOut.answer({ send, message, city, world, single }, statuses);
      } finally {
        problems.flush(send, message);
        this.show();
      }
    }
    return sent;
  }

  private tick(): void {
    this.wall.look();
    for (const [, world] of this.parts.worlds) this.fire(world);
  }

  private fire(world: World): void {
    const { problems, node } = this;
    const due = world.engine.nextDeadline();
    if (due === undefined || due > Date.now()) return;
    const statuses: Status[] = [];
    this.memory.changes(world);
    try {
      world.engine.tick(Date.now(), statuses, problems.list);
    } finally {
      this.wayOut.later(statuses, world);
      problems.flush((messages) => node.send(messages));
      this.show();
    }
  }

  /** A person clears an alarm. */
  private clear(view: AlarmView, act: OperatorAct): void {
    const { worlds, language } = this.parts;
    const world = worlds.at(view.status.simulated === true ? 'simulated' : 'real');
    this.memory.changes(world);
    const statuses = clearedByHand(world?.engine, view, act, language);
    if (world === undefined) this.wayOut.pass(statuses, 'simulated');
    else this.wayOut.later(statuses, world);
    this.show();
  }

  /** @returns whether a leap of the clock means anything to what is waited for */
  private matters(tell: (engine: PatternEngine) => boolean): boolean {
    // one that waits for nothing has looked at the clock, too
    const waited = [...this.parts.worlds].filter(([, world]) => tell(world.engine) && world.isAtWork);
    for (const [, world] of waited) this.memory.changes(world);
    return waited.length > 0;
  }

  // ---- its begin and its end

  /** What comes before the state is back waits for it, in its order. Never rejects. */
  private async start(): Promise<void> {
    await this.memory.restore();
    if (!this.closed) guard(this.node, () => this.show())();
    await this.again();
    this.ready = true;
    if (this.closed) return;
    this.ticking = setInterval(
      guard(this.node, () => this.tick()),
      TICK,
    );
    this.memory.keep();
  }

  /** Sends what a crash left on its way. */
  private async again(): Promise<void> {
    const { node, receivers, flows, parts } = this;
    if (parts.journal === undefined) return;
    const { journal, id } = parts.journal;
    try {
      await sendAgain(
        journal,
        node.id,
        () => receivers.lastWith('journal', id),
        (status) => this.closed || this.wayOut.one(status, 'live'),
        () => this.closed || this.endSimulated(journal),
        flows.started,
      );
    } catch (thrown) {
      node.error(asError(thrown));
    }
  }

  private endSimulated(journal: Journal): void {
    const { worlds, language, isRunning } = this.parts;
    const isOthers = (id: string): boolean => id !== this.node.id && isRunning(id);
    const isKnown = (key: string): boolean => worlds.at('simulated')?.engine.isOpen(key) === true;
    const ended = endOfSimulation(journal, worlds.real.engine.definition.id, isOthers, isKnown, language);
    if (ended.length > 0) this.wayOut.pass(ended, 'simulated');
  }

  /** A rule that is new asks what is open already. */
  private async learnOpen(): Promise<void> {
    await Promise.all([this.started, this.flows.started]);
    const { engine } = this.parts.worlds.real;
    if (this.memory.isNew && !this.closed) askOpen(this.RED, { events: engine.events, by: this.node.id });
  }

  private async close(removed: boolean): Promise<void> {
    const { worlds, line, handOver } = this.parts;
    this.closed = true;
    clearInterval(this.ticking);
    this.memory.stop();
    line.close();
    this.receivers.close();
    await this.started;
    await this.outlet.drained();
    try {
      await this.memory.close(removed);
    } finally {
      // the journal waits for this before it ends; a full disk is no reason to listen for ever
      for (const off of this.offs) off?.();
      // what is not real is not written down: it goes on after a deploy, and not when the process has ended
      const unreal = worlds.mapUnreal((world) => world.handOver());
      if (!removed) handOver(unreal);
    }
  }

  // ---- what people see

  /** What happens in the city goes before what is simulated or was. */
  private get shown(): World {
    const { real } = this.parts.worlds;
    return real.isAtWork ? real : this.last;
  }

  /** Shows how it is under the node. */
  show(): void {
    this.parts.line.later(this.lineNow);
  }

  private readonly lineNow = (): Line => {
    const { RED } = this;
    const { missing, otherKind, names, journal } = this.parts;
    const { engine, realm, awaited } = this.shown;
    const history = journal?.journal.health().history ?? 'kept';
    const counters = engine.counters();
    // what is missing is said anyway
    const others = awaited.filter((id) => !missing.list.some((one) => one.id === id)).map(names);
    const look = { realm, counters, missing, otherKind: otherKind(), awaited: others, history };
    return ruleLine(look, (key, parameters) => RED._(key, parameters));
  };

  /** @param wanted the realm that is asked for; else the one that is shown */
  inspect(keys: number, wanted: Realm | undefined): RealmState {
    const { worlds, names } = this.parts;
    const { engine, realm, refused, awaited } = (wanted && worlds.at(wanted)) ?? this.shown;
    const realms = [...worlds].map(([known]) => known);
    return { ...engine.inspect(keys), refused, awaited: awaited.map(names), realm, realms };
  }
}
