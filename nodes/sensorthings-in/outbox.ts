/**
 * What goes out: single messages or arrays, in time order, with `msg.city` (mode, clock, roster, ticket), and never
 * more on the way than the flow takes.
 */
import type { City, Mode, RosterEntry } from '../ecdm/city';
import type { ClockTracker } from '../ecdm/clock-tracker';
import type { Observation } from '../ecdm/observation';
import { followsWallClock } from '../ecdm/city';
import type { TicketDesk } from '../runtime/tickets';

export interface OutMessage {
  topic: string;
  payload: unknown;
  city: City;
  [field: string]: unknown;
}

export interface OutboxOptions {
  emit: 'single' | 'batch';
  tracker: ClockTracker;
  desk: TicketDesk;
  /** The present of the source, in the time of its readings; `undefined`: its newest reading. */
  now: () => number | undefined;
  send: (message: OutMessage) => void;
  /** These go out now. */
  sends?: (observations: readonly Observation[], mode: Mode) => void;
  /** The flow has taken these. */
  taken?: (observations: readonly Observation[]) => void;
  /** What to do with an error of sending. */
  failed: (thrown: unknown) => void;
}

/** Observations of one message (or of one ticket of single messages). */
const SLICE = 1000;
/** Waiting observations at which the source must stop to bring more. */
const FULL = 10_000;
/** Waiting observations below which a source that was stopped goes on. */
const ROOM = FULL / 2;
/** Milliseconds in which live readings are gathered into one array. */
const GATHER = 200;
/** Milliseconds between two clocks, live. */
const CLOCK_EVERY = 1000;

interface Item {
  observation: Observation;
  mode: Mode;
}

/** What is on its way with a ticket. `from` counts all observations since the start. */
interface Sent {
  from: number;
  slice: readonly Observation[];
}

interface Fence {
  at: number;
  resolve: (passed: boolean) => void;
}

export class Outbox {
  private queue: Item[] = [];
  private roster: readonly RosterEntry[] | undefined;
  private pumping = false;
  private gather: NodeJS.Timeout | undefined;
  private lastClock = -Infinity;
  private waiting: (() => void)[] = [];
  private stopped = false;
  private closed = false;
  private mode: Mode = 'live';
  private readonly onTheWay = new Map<string, Sent>();
  private fences: Fence[] = [];
  /** Observations sent so far. */
  sent = 0;

  constructor(private readonly options: OutboxOptions) {}

  get full(): boolean {
    return this.queue.length >= FULL;
  }

  /** Observations that wait for the flow. */
  get waitingCount(): number {
    return this.queue.length;
  }

  /** Observations that were read together: sorted by time over all Datastreams, sent as soon as there is room. */
  put(list: Observation[], mode: Mode): void {
    if (this.stopped) return;
    list.sort((a, b) => a.time - b.time);
    for (const observation of list) this.queue.push({ observation, mode });
    this.start();
  }

  /** One live observation: at once, or within 200 ms together with others. */
  push(observation: Observation, mode: Mode): void {
    if (this.stopped) return;
    this.queue.push({ observation, mode });
    if (this.options.emit === 'single' || this.queue.length >= SLICE) this.start();
    else this.gather ??= setTimeout(() => this.start(), GATHER);
  }

  /** Resolves when half of what may wait is waiting, or at once where the bound was not reached. */
  async room(): Promise<void> {
    while (this.full && !this.stopped) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /**
   * Resolves when the flow has taken everything that was put in up to now; with `false` when it never will, because the
   * node was closed.
   */
  fence(): Promise<boolean> {
    if (this.stopped) return Promise.resolve(false);
    const at = this.sent + this.queue.length;
    if (this.takenUpTo() >= at) return Promise.resolve(true);
    return new Promise((resolve) => this.fences.push({ at, resolve }));
  }

  /** To be called when the flow has taken a ticket. */
  ticketTaken(ticket: string): void {
    const sent = this.onTheWay.get(ticket);
    if (!sent || this.closed) return;
    this.onTheWay.delete(ticket);
    this.options.taken?.(sent.slice);
    const reached = this.takenUpTo();
    for (const { at, resolve } of this.fences) if (at <= reached) resolve(true);
    this.fences = this.fences.filter(({ at }) => at > reached);
  }

  private takenUpTo(): number {
    // tickets are given out in order: the first that is open is the oldest
    const oldest = this.onTheWay.values().next();
    return oldest.done ? this.sent : oldest.value.from;
  }

  /** The keys to expect; goes out with the next message, at the latest with the next {@link tick}. */
  setRoster(roster: readonly RosterEntry[]): void {
    this.roster = roster;
  }

  /** The last word of a source that has ended: its clock, which nothing is to be waited for behind. */
  async end(mode: Mode): Promise<void> {
    if (!(await this.fence())) return;
    this.mode = mode;
    const city: City = { mode };
    this.addRoster(city);
    const clock = this.options.tracker.clock(undefined, true);
    if (clock) city.clock = clock;
    this.options.send({ topic: 'observation', payload: [], city });
  }

  /** Once a second: the roster and the clock, where no reading carries them. */
  tick(mode: Mode): void {
    if (this.pumping || this.queue.length > 0 || this.stopped) return;
    this.mode = mode;
    const clock = this.options.tracker.clockIfMoved(this.options.now());
    if (!clock && !this.roster) return;
    const city: City = { mode };
    if (clock) {
      city.clock = clock;
      this.lastClock = performance.now();
    }
    this.addRoster(city);
    this.options.send({ topic: 'observation', payload: [], city });
  }

  /** Nothing is sent any more; what is on its way may still be taken. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.gather);
    this.queue = [];
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  close(): void {
    this.stop();
    this.closed = true;
    this.onTheWay.clear();
    for (const { resolve } of this.fences.splice(0)) resolve(false);
  }

  private start(): void {
    clearTimeout(this.gather);
    this.gather = undefined;
    if (this.pumping || this.stopped) return;
    this.pumping = true;
    this.pump()
      .catch(this.options.failed)
      .finally(() => {
        this.pumping = false;
        if (this.queue.length > 0) this.start();
      });
  }

  private async pump(): Promise<void> {
    const { desk } = this.options;
    while (this.queue.length > 0 && !this.stopped) {
      await desk.room();
      if (this.stopped) return;
      const slice = this.takeSlice();
      const ticket = desk.take();
      this.onTheWay.set(ticket, { from: this.sent, slice });
      try {
        this.emit(slice, ticket);
      } finally {
        desk.seal(ticket);
      }
      if (this.queue.length <= ROOM) for (const resolve of this.waiting.splice(0)) resolve();
      // one slice per turn of the event loop
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** The next observations of one mode, at most a slice of them. */
  private takeSlice(): Observation[] {
    this.mode = this.queue[0]!.mode;
    let n = 1;
    while (n < this.queue.length && n < SLICE && this.queue[n]!.mode === this.mode) n++;
    return this.queue
      .splice(0, n)
      .map((item) => item.observation)
      .sort((a, b) => a.time - b.time);
  }

  private emit(slice: Observation[], ticket: string): void {
    const { emit, send, sends } = this.options;
    this.sent += slice.length;
    this.note(slice);
    const { mode } = this;
    sends?.(slice, mode);
    if (emit === 'batch') {
      const city: City = { mode, ticket };
      this.addRoster(city);
      this.addClock(city);
      send({ topic: 'observation', payload: slice, city });
    } else {
      slice.forEach((observation, i) => {
        const city: City = { mode, ticket };
        if (i === 0) this.addRoster(city);
        // after its readings, never before
        if (i === slice.length - 1) this.addClock(city);
        send({ topic: observation.datastream, payload: observation, city });
      });
    }
  }

  private note(slice: readonly Observation[]): void {
    const { tracker, now } = this.options;
    for (const { datastream, time, meta } of slice) tracker.seen(datastream, time, now(), meta?.interval);
  }

  private addRoster(city: City): void {
    if (!this.roster) return;
    city.roster = this.roster;
    city.rosterSource = this.options.tracker.source;
    this.roster = undefined;
  }

  private addClock(city: City): void {
    const { tracker, now } = this.options;
    if (followsWallClock(this.mode) && performance.now() - this.lastClock < CLOCK_EVERY) return;
    const clock = tracker.clock(now());
    if (clock) city.clock = clock;
    this.lastClock = performance.now();
  }
}
