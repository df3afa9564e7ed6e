/**
 * Knows when the flow has taken what a source sent. The source stamps `msg.city.ticket`; here every delivery of such
 * a message to a node is counted up (hook `preDeliver`) and down when that node is done with it (`onComplete`). A
 * ticket is taken when nothing of it is open any more. Only nodes that can say when they are done count.
 *
 * The hooks are registered while at least one source has tickets, and removed with the last.
 */
import type { RuntimeApi, RuntimeHooks } from './node-red';

/** A ticket of which nothing was heard for so long counts as taken; the source says so in its status line. */
const OVERDUE = 10_000;
/** Milliseconds in which a node may hand on what it has just finished (subflows, link nodes, foreign queues). */
const SETTLE = 20;
/** Tickets that a source may have in flight. */
const IN_FLIGHT = 4;
const LABEL = 'city-events-tickets';

/** The part of Node-RED's hook events that is read here. */
interface TicketMessage {
  city?: { ticket?: unknown };
}
interface SendEvent {
  msg?: TicketMessage;
  destination?: { node?: InputNode };
}
interface CompleteEvent {
  msg?: TicketMessage;
  node?: { id?: string };
}
interface InputNode {
  id?: string;
  _inputCallback?: ((...args: never[]) => void) | null;
  _inputCallbacks?: ((...args: never[]) => void)[] | null;
}

interface Ticket {
  desk: TicketDesk;
  /** Deliveries that are not done yet, by node. */
  readonly open: Map<string, number>;
  pending: number;
  sealed: boolean;
  settle: NodeJS.Timeout | undefined;
  readonly overdue: NodeJS.Timeout;
  /** Something was heard of it since its timer was last set: a slow flow that goes on is not overdue. */
  heard: boolean;
}

export interface TicketLimits {
  /** Milliseconds without news after which a ticket counts as taken (default 10,000). */
  overdue?: number;
  /** Tickets in flight (default 4). */
  inFlight?: number;
  /** All messages of the ticket have been taken by the flow; not called for those that are open at the end. */
  onTaken?: (ticket: string) => void;
}

/** All tickets of one runtime. */
class TicketOffice {
  readonly tickets = new Map<string, Ticket>();
  /** Ticket of a message as it was delivered: the node may have thrown `msg.city` away before it is done. */
  private readonly carried = new WeakMap<TicketMessage, string>();
  private desks = 0;

  constructor(private readonly hooks: RuntimeHooks) {}

  open(): void {
    if (this.desks++ > 0) return;
    this.hooks.add(`preDeliver.${LABEL}`, (event: SendEvent) => this.delivered(event));
    this.hooks.add(`onComplete.${LABEL}`, (event: CompleteEvent) => this.completed(event));
  }

  close(): void {
    if (--this.desks === 0) this.hooks.remove(`*.${LABEL}`);
  }

  // must give back nothing: `false` would stop the message
  private delivered({ msg, destination }: SendEvent): void {
    const name = msg?.city?.ticket;
    const ticket = typeof name === 'string' ? this.tickets.get(name) : undefined;
    const node = destination?.node;
    if (!ticket || node?.id === undefined || !saysDone(node)) return;
    this.carried.set(msg!, name as string);
    ticket.open.set(node.id, (ticket.open.get(node.id) ?? 0) + 1);
    ticket.pending++;
    ticket.heard = true;
  }

  private completed({ msg, node }: CompleteEvent): void {
    const name = msg && this.carried.get(msg);
    const ticket = name === undefined ? undefined : this.tickets.get(name);
    const count = node?.id === undefined ? undefined : ticket?.open.get(node.id);
    if (!ticket || !count) return;
    ticket.open.set(node!.id!, count - 1);
    ticket.pending--;
    ticket.heard = true;
    if (ticket.pending === 0) ticket.desk.settle(name!);
  }
}

/** A handler that does not take `done` is complete for Node-RED never, and for us at once. */
function saysDone(node: InputNode): boolean {
  const handlers = node._inputCallbacks ?? (node._inputCallback ? [node._inputCallback] : []);
  return handlers.some((handler) => handler.length >= 3);
}

const offices = new WeakMap<object, TicketOffice>();

/** The tickets of one source. */
export class TicketDesk {
  private readonly office: TicketOffice | undefined;
  private readonly waiting: (() => void)[] = [];
  private readonly mine = new Set<string>();
  private serial = 0;
  private closed = false;
  /** Called when no ticket is open any more. */
  private idle: () => void = () => undefined;

  /** @param onOverdue a ticket was not taken in time */
  constructor(
    RED: Pick<RuntimeApi, 'hooks'>,
    private readonly source: string,
    private readonly onOverdue: () => void = () => undefined,
    private readonly limits: TicketLimits = {},
  ) {
    if (!RED.hooks) return;
    this.office = offices.get(RED.hooks) ?? new TicketOffice(RED.hooks);
    offices.set(RED.hooks, this.office);
    this.office.open();
  }

  get inFlight(): number {
    return this.mine.size;
  }

  /** Waits until fewer than four tickets are open. */
  async room(): Promise<void> {
    while (!this.closed && this.mine.size >= (this.limits.inFlight ?? IN_FLIGHT)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Resolves when no ticket is open any more, at the latest after so many milliseconds. */
  drained(ms: number): Promise<void> {
    if (this.mine.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A new ticket; {@link seal} it when all its messages have been sent. */
  take(): string {
    const name = `${this.source}.${++this.serial}`;
    if (!this.office || this.closed) return name;
    const overdue = setTimeout(() => this.checkOverdue(name), this.limits.overdue ?? OVERDUE);
    this.office.tickets.set(name, {
      desk: this,
      open: new Map(),
      pending: 0,
      sealed: false,
      settle: undefined,
      overdue,
      heard: false,
    });
    this.mine.add(name);
    return name;
  }

  /** All messages with this ticket have been sent. */
  seal(name: string): void {
    const ticket = this.office?.tickets.get(name);
    if (!ticket) {
      // without hooks nobody can say more than that it was sent
      if (!this.office && !this.closed) this.limits.onTaken?.(name);
      return;
    }
    ticket.sealed = true;
    if (ticket.pending === 0) this.settle(name);
  }

  /** Nothing is open: the ticket is taken unless something follows at once. */
  settle(name: string): void {
    const ticket = this.office?.tickets.get(name);
    if (!ticket?.sealed) return;
    clearTimeout(ticket.settle);
    ticket.settle = setTimeout(() => {
      if (ticket.pending === 0 && this.drop(name)) this.limits.onTaken?.(name);
    }, SETTLE);
  }

  private checkOverdue(name: string): void {
    const ticket = this.office?.tickets.get(name);
    if (ticket?.heard) {
      ticket.heard = false;
      ticket.overdue.refresh();
    } else if (this.drop(name)) {
      this.onOverdue();
      this.limits.onTaken?.(name);
    }
  }

  /** Forgets all tickets and timers, lets go of the hooks. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const name of this.mine) this.drop(name);
    for (const resolve of this.waiting.splice(0)) resolve();
    this.office?.close();
  }

  private drop(name: string): boolean {
    const ticket = this.office?.tickets.get(name);
    if (!ticket) return false;
    clearTimeout(ticket.settle);
    clearTimeout(ticket.overdue);
    this.office!.tickets.delete(name);
    this.mine.delete(name);
    this.waiting.shift()?.();
    if (this.mine.size === 0) this.idle();
    return true;
  }
}
