/** How statuses leave the node: with the message that brought them about, or by themselves. */
import type { City } from '../ecdm/city';
import type { Status } from '../ecdm/status';
import type { NodeMessage, RuntimeNode, Send } from '../runtime/node-red';
import type { Receivers } from '../runtime/receivers';
import type { Outlet } from './outlet';
import type { World } from './world';

/** A message that has come, and what it leads to. */
export interface Answered {
  readonly send: Send;
  readonly message: NodeMessage;
  readonly city: City;
  readonly world: World;
  /** Its payload is no array: each status goes out by itself. */
  readonly single: boolean;
}

export class WayOut {
  private readonly decided: readonly string[];

  /**
   * @param rule what tells: its id and name
   * @param told is called with all that is told of a realm
   */
  constructor(
    private readonly node: RuntimeNode,
    private readonly rule: { readonly id: string; readonly name: string },
    private readonly outlet: Outlet,
    private readonly receivers: Receivers,
    private readonly told: (statuses: Status[], world: World) => void,
  ) {
    this.decided = Object.freeze([rule.id]);
  }

  /** Sends what a message has brought about, and the clock that came with it. @returns when it has been sent */
  answer(answered: Answered, statuses: Status[]): Promise<void> | undefined {
    const { city, world } = answered;
    this.told(statuses, world);
    if (statuses.length === 0 && !this.clockIsOfUse(city)) return undefined;
    const out = withoutClock(city);
    // for a rule behind this one the status is an event, and its clock is what has been decided here
    const time = world.engine.settledTime;
    if (city.clock !== undefined && time !== undefined) {
      const { node, decided } = this;
      out.clock = city.clock.end
        ? { source: node.id, time: Math.max(time, city.clock.time), events: decided, end: true }
        : { source: node.id, time, events: decided };
    }
    return this.outlet.pass(city.mode, statuses, (given) => this.put(answered, out, given));
  }

  /** @param out what goes with the last of them */
  private put({ send, message, city, world, single }: Answered, out: City, statuses: Status[]): void {
    if (statuses.length === 0 && !this.clockIsOfUse(city)) return;
    if (!single || statuses.length === 0) {
      if (single && !world.gate.passes(city, performance.now())) return;
      send([carrying(message, statuses, out), null]);
      return;
    }
    // the clock goes with the last one: what comes before it is not yet decided for those behind
    const early = withoutClock(city);
    for (const payload of statuses.slice(0, -1)) send([{ ...message, payload, city: early }, null]);
    send([carrying(message, statuses.at(-1), out), null]);
  }

  /** A clock alone is of use to another rule, and the end of a replay to a node that tells people. */
  private clockIsOfUse({ clock }: City): boolean {
    return this.receivers.has('pattern-status') || (clock?.end === true && this.receivers.has('action-notify'));
  }

  /** Sends what no message has brought about. */
  later(statuses: Status[], world: World): void {
    this.told(statuses, world);
    this.pass(statuses, world.mode);
  }

  /** Sends what no realm of the rule knows. */
  pass(statuses: Status[], as: City['mode']): void {
    const put = (given: Status[]): void => given.forEach((payload) => this.one(payload, as));
    this.outlet.pass(as, statuses, put)?.catch(() => undefined);
  }

  /** Sends a status that is on the disk. */
  one(payload: Status, as: City['mode']): void {
    this.node.send([{ topic: this.rule.name, payload, city: { mode: as } }, null]);
  }
}

function withoutClock({ mode, roster, rosterSource, ticket }: City): City {
  const city: City = { mode };
  if (roster !== undefined) city.roster = roster;
  if (rosterSource !== undefined) city.rosterSource = rosterSource;
  if (ticket !== undefined) city.ticket = ticket;
  return city;
}

/** The message that came, with what goes on; a copy where it cannot be changed (a function node has frozen it). */
function carrying(message: NodeMessage, payload: unknown, city: City): NodeMessage {
  try {
    message.payload = payload;
    message.city = city;
    return message;
  } catch {
    return { ...message, payload, city };
  }
}
