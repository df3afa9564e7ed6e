/** What a rule knows of one realm: the city itself, a simulation of it, or a replay. */
import type { City } from '../ecdm/city';
import { ClockGate } from '../ecdm/clock-gate';
import type { StatusDefinition } from '../ecdm/definition';
import type { CityEvent } from '../ecdm/event';
import type { Problem } from '../ecdm/problem';
import type { Realm } from '../ecdm/realms';
import { RunWatch } from '../ecdm/run-watch';
import type { Status } from '../ecdm/status';
import type { PatternEngine } from './cep';
import { EventKinds } from './event-kinds';
import { RosterInbox } from './roster-inbox';

/** Makes an engine for what the events are now, which is written down in `kinds`. */
export type Compile = (kinds: EventKinds) => PatternEngine;

export class World {
  engine: PatternEngine;
  /** Of the last message. */
  mode: City['mode'];
  readonly gate = new ClockGate();
  readonly kinds: EventKinds;
  private readonly inbox = new RosterInbox();
  private readonly runs = new RunWatch();

  /** @throws DefinitionError where the rule has no meaning or no bound */
  constructor(
    readonly realm: Realm,
    definition: StatusDefinition,
    private readonly compile: Compile,
  ) {
    this.kinds = new EventKinds(definition);
    this.mode = realm === 'real' ? 'live' : realm;
    this.engine = compile(this.kinds);
  }

  /** Whether it remembers or waits for anything. */
  get isAtWork(): boolean {
    const { keys, raised, waiting } = this.engine.counters();
    return keys > 0 || raised > 0 || waiting > 0;
  }

  /** Knows nothing any more. */
  startOver(): void {
    this.engine = this.compile(this.kinds);
  }

  /** Judges what came with a message; the clock that came with it is told by itself, because it may be no time. */
  take(city: City, events: readonly CityEvent[], statuses: Status[], problems: Problem[]): void {
    const { inbox } = this;
    this.mode = city.mode;
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
    engine.push(events, statuses, problems);
  }
}
