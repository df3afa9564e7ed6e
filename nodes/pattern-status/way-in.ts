/** How messages come to the rule: which realm they belong to, what in them is an event, and what is asked for. */
import { readCity, type City, type CityClock } from '../ecdm/city';
import type { CityEvent } from '../ecdm/event';
import type { Problem } from '../ecdm/problem';
import type { Realms } from '../ecdm/realms';
import type { Status } from '../ecdm/status';
import { isValidTime } from '../ecdm/time';
import type { NodeMessage } from '../runtime/node-red';
import type { Problems } from '../runtime/problems';
import { BadClock } from './bad-clock';
import { clearAsked, realmMeant, statusIn } from './clear-asked';
import type { MissingEvents } from './missing-events';
import { takeEvents } from './take-events';
import type { HandedWorld, World } from './world';

export const isClear = ({ topic }: NodeMessage): boolean => topic === 'clear';

export class WayIn {
  private readonly badClock: BadClock;

  /** @param later is called with what a message leads to in another realm than its own */
  constructor(
    private readonly worlds: Realms<World, HandedWorld>,
    private readonly missing: MissingEvents,
    private readonly problems: Problems,
    private readonly language: string | undefined,
    private readonly later: (statuses: Status[], world: World) => void,
  ) {
    this.badClock = new BadClock(language);
  }

  /** A hand that sets back to normal says nothing of how readings reach the flow. */
  cityOf(message: NodeMessage): City {
    if (!isClear(message) || message.city !== undefined) return readCity(message.city);
    const { worlds } = this;
    return { mode: (worlds.at(realmMeant(message) ?? 'real') ?? worlds.real).mode };
  }

  /** @param statuses takes what the message leads to in its own realm */
  judge(message: NodeMessage, items: readonly unknown[], city: City, world: World, statuses: Status[]): void {
    const events: CityEvent[] = [];
    const refused = (problem: Problem): void => this.problems.add(problem);
    if (isClear(message)) {
      this.clear(message, world, statuses, refused);
      if (message.city === undefined) return;
    } else {
      takeEvents(items, this.language, events, (problem) => {
        world.refused++;
        refused(problem);
      });
    }
    const own = world === this.worlds.real ? this.withoutSimulated(events, city) : events;
    this.missing.hear(own, city.mode);
    this.feed(world, city, own, statuses);
  }

  private feed(world: World, city: City, events: readonly CityEvent[], statuses: Status[]): void {
    const { problems } = this;
    world.take(city, events, statuses, problems.list);
    if (city.clock === undefined) return;
    if (!isValidTime(city.clock.time)) this.badClock.found(city.clock, problems);
    world.reach(this.clockFor(city, city.clock), city.mode, statuses, problems.list);
  }

  /**
   * Nobody says how far an event has come that no node makes. In a simulation it has come as far as the rest, as it is live;
   * what is replayed may be brought one source after the other, and it is waited for.
   */
  private clockFor({ mode }: City, clock: CityClock): CityClock {
    const { unmade } = this.missing;
    if (mode !== 'simulated' || clock.events === undefined || unmade.length === 0) return clock;
    return { ...clock, events: [...clock.events, ...unmade] };
  }

  /** What says itself that it is simulated is so, though its message has lost on its way where it comes from. */
  private withoutSimulated(events: CityEvent[], { mode, clock }: City): CityEvent[] {
    const { worlds } = this;
    const simulated = events.filter((event) => event.simulated);
    if (simulated.length === 0 && worlds.at('simulated')?.followsCity !== true) return events;
    const statuses: Status[] = [];
    const world = worlds.of('simulated');
    this.feed(world, { mode, clock }, simulated, statuses);
    this.later(statuses, world);
    return events.filter((event) => !event.simulated);
  }

  /** @param own what is cleared in it goes out with the message */
  private clear(message: NodeMessage, own: World, statuses: Status[], refused: (problem: Problem) => void): void {
    const cleared = this.worldsMeant(message).map((world) => {
      return { world, engine: world.engine, out: world === own ? statuses : [] };
    });
    clearAsked(cleared, message.payload, refused, this.language);
    for (const { world, out } of cleared) if (world !== own) this.later(out, world);
  }

  private worldsMeant(message: NodeMessage): World[] {
    const realm = realmMeant(message);
    const all = [...this.worlds].map(([, world]) => world);
    if (realm !== undefined) return all.filter((world) => world.realm === realm);
    const status = statusIn(message);
    if (status === undefined) return all;
    const told = all.filter((world) => world.hasTold(status));
    // what is not real says so, or is not remembered
    return told.length > 0 ? told : [this.worlds.real];
  }
}
