/** What a rule knows of one realm: the city itself, a simulation of it, or a replay. */
import type { City, CityClock } from '../ecdm/city';
import { ClockGate } from '../ecdm/clock-gate';
import type { CityEvent } from '../ecdm/event';
import type { Problem } from '../ecdm/problem';
import { realmOf, type Realm } from '../ecdm/realms';
import { RunWatch } from '../ecdm/run-watch';
import type { Status } from '../ecdm/status';
import { instantText } from '../ecdm/time';
import type { PatternEngine } from './cep';
import { ClocksTold } from './clocks-told';
import { Moments } from './moments';
import { RosterInbox } from './roster-inbox';

/** Open statuses whose ids are known. A key that was given up for lack of room never tells of its end. */
const MOST_OPEN = 100_000;

/** What is handed over to the same realm of a rule that takes the place of this one. */
export interface HandedWorld {
  readonly memory: readonly unknown[];
  readonly open: Map<string, string>;
  readonly mode: City['mode'];
  readonly followsCity: boolean;
  readonly inbox: RosterInbox;
  readonly runs: RunWatch;
  readonly moments: Moments;
  readonly clocks: ClocksTold;
}

export class World {
  engine: PatternEngine;
  /** Of the last message. */
  mode: City['mode'];
  /** What came since the rule was deployed and is no event: it has no key, or cannot be read. */
  refused = 0;
  /** It has heard nothing before, or means something else now. */
  isNew = true;
  readonly gate = new ClockGate();
  /** What came last had lost where it comes from: its time is that of the city. */
  followsCity: boolean;
  private readonly inbox: RosterInbox;
  private readonly runs: RunWatch;
  private readonly moments: Moments;
  private readonly clocks: ClocksTold;
  /** Ids of the statuses that are open, by key. */
  private readonly open: Map<string, string>;

  /**
   * @param handed what the rule before knew of this realm
   * @throws DefinitionError where the rule has no meaning or no bound
   */
  constructor(
    readonly realm: Realm,
    private readonly compile: () => PatternEngine,
    handed?: HandedWorld,
  ) {
    this.mode = handed?.mode ?? (realm === 'real' ? 'live' : realm);
    this.followsCity = handed?.followsCity ?? false;
    this.inbox = handed?.inbox ?? new RosterInbox();
    this.runs = handed?.runs ?? new RunWatch();
    this.moments = handed?.moments ?? new Moments();
    this.clocks = handed?.clocks ?? new ClocksTold();
    this.open = handed?.open ?? new Map<string, string>();
    this.engine = compile();
    if (handed !== undefined) this.takeOver(handed.memory);
  }

  private takeOver(memory: readonly unknown[]): void {
    const restoring = this.engine.restoring();
    for (const line of memory) restoring.take(line);
    const { kept } = restoring.finish();
    this.isNew = kept !== 'all';
    // it may look at other events
    if (this.isNew) this.clocks.forget();
    // another rule may not be able to use it
    if (kept === 'nothing') this.startOver();
  }

  handOver(): HandedWorld {
    const { engine, mode, followsCity, inbox, runs, moments, clocks, open } = this;
    return { memory: engine.snapshot(), mode, followsCity, inbox, runs, moments, clocks, open };
  }

  /** Whether it remembers or waits for anything. */
  get isAtWork(): boolean {
    const { keys, raised, waiting } = this.engine.counters();
    return keys > 0 || raised > 0 || waiting > 0;
  }

  /** Knows nothing any more. */
  startOver(): void {
    this.engine = this.compile();
    this.open.clear();
    this.moments.forget();
    this.clocks.forget();
  }

  /** Takes over of what was kept over a restart which status is open: that of a replay may have the same key. */
  recall(line: unknown, definition: string): void {
    const [kind, about] = line as [unknown, { key?: unknown; told?: { first?: unknown } } | undefined];
    if (kind !== 'k' || typeof about?.key !== 'string' || typeof about.told?.first !== 'number') return;
    this.remember(about.key, `${definition}|${about.key}|${instantText(about.told.first)}`);
  }

  /** Statuses go out. */
  tell(statuses: readonly Status[]): void {
    for (const { key, statusId, state } of statuses) {
      if (state === 'cleared') this.open.delete(key);
      else this.remember(key, statusId);
    }
  }

  private remember(key: string, statusId: string): void {
    const { open } = this;
    open.set(key, statusId);
    if (open.size > MOST_OPEN) open.delete(open.keys().next().value!);
  }

  /** Whether it was this realm that told of a status that is open. */
  hasTold({ key, statusId }: Pick<Status, 'key' | 'statusId'>): boolean {
    return this.open.get(key) === statusId;
  }

  /** Judges what came with a message; the clock that came with it is told by {@link reach}, because it may be no time. */
  take(city: City, events: readonly CityEvent[], statuses: Status[], problems: Problem[]): void {
    const { inbox } = this;
    this.followsCity = realmOf(city.mode) !== this.realm;
    if (!this.followsCity) this.mode = city.mode;
    // of the run before nothing is told any more: its statuses belong to a time that is not reached yet
    if (this.runs.startsOver(city, events[0]?.time)) {
      this.startOver();
      inbox.startOver();
    }
    const { engine } = this;
    engine.setMode(city.mode);
    inbox.add(city);
    const due = inbox.ready(city, events[0], Date.now());
    for (const { raw, source } of due?.rosters ?? []) engine.roster(raw, source, due!.time, statuses, problems);
    engine.push(this.moments.inOrder(events), statuses, problems);
  }

  /** A source tells how far it has come. */
  reach(clock: CityClock, mode: City['mode'], statuses: Status[], problems: Problem[]): void {
    const { engine } = this;
    this.clocks.hear(clock, engine.events);
    engine.clock(clock, mode, statuses, problems);
  }

  /** Ids of the events that it waits for before it decides anything, because no source says how far they have come. */
  get awaited(): string[] {
    return this.engine.hasWall ? [] : this.clocks.awaited(this.engine.events);
  }
}
