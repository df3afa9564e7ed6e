/**
 * Waiting while the wall clock has a say: every key for itself, because an event waits for stragglers at most as long as
 * they may be late, counted from its arrival. What is certain before is told at once. Rules that look around places wait
 * so, too, wherever time comes from.
 */
import type { CityEvent } from '../../ecdm/event';
import { isBefore, type Entry } from './entry';
import { instant } from './fold';
import { DueHeap, type Due } from './heap';
import type { Rule } from './life';
import { FALSE, TRUE } from './operators';
import { NO_OCCURRENCE } from './plan';
import type { Runner } from './runner';
import { copyState, type PatternState } from './state';
import type { States } from './states';
import type { Teller } from './teller';

/** How often a key is looked at again that waits for a clock (wall time). */
const RECHECK = 1000;

/** When the wall clock must look at a key. */
interface WallDue extends Due {
  readonly entry: Entry;
}

/** What a key needs while the wall clock has a say. */
export class LiveKey implements Due {
  // as member of the queue by event time
  due = Infinity;
  position = -1;
  readonly key: string;
  readonly wall: WallDue;

  /** Events that are not settled, by time; the first `head` of them are done with. */
  readonly waiting: CityEvent[] = [];
  /** Wall time at which each came. */
  readonly arrived: number[] = [];
  head = 0;

  /** The pattern run ahead over what waits, for detections that are certain. */
  ahead: PatternState | undefined;
  aheadTime = -Infinity;

  constructor(readonly entry: Entry) {
    this.key = entry.key;
    this.wall = { due: Infinity, position: -1, key: entry.key, entry };
  }

  /** Sorts an event in: by time, ends before begins, then by identity, never by arrival. */
  insert(event: CityEvent, arrived: number): void {
    const { waiting } = this;
    let at = waiting.length;
    while (at > this.head && isBefore(event, waiting[at - 1]!)) at--;
    waiting.splice(at, 0, event);
    this.arrived.splice(at, 0, arrived);
    this.entry.waits++;
  }

  get firstTime(): number {
    return this.head < this.waiting.length ? this.waiting[this.head]!.time : Infinity;
  }

  /** Where the events of the earliest instant end. */
  instantEnd(): number {
    const { waiting, head } = this;
    const { time } = waiting[head]!;
    let to = head + 1;
    while (to < waiting.length && waiting[to]!.time === time) to++;
    return to;
  }

  /** What lies before is done with. */
  doneTo(head: number): void {
    this.entry.waits -= head - this.head;
    this.head = head;
    if (head < this.waiting.length && (head <= 256 || head * 2 <= this.waiting.length)) return;
    this.waiting.splice(0, head);
    this.arrived.splice(0, head);
    this.head = 0;
  }
}

export class LiveQueue {
  private readonly queue = new DueHeap<LiveKey>();
  private readonly wallQueue = new DueHeap<WallDue>();
  /** The wall clock has a say. */
  hasWall = true;
  /** A key that only hands on what waits there. */
  gate: { entry: Entry; pass: (events: readonly CityEvent[]) => void } | undefined;

  constructor(
    private readonly rule: Rule,
    private readonly states: States,
    private readonly runner: Runner,
    private readonly teller: Teller,
    private readonly lateness: number,
    /** Detections may be told before their time is settled. */
    private readonly eager: boolean,
  ) {}

  add(entry: Entry, event: CityEvent, arrived: number): void {
    const live = (entry.live ??= new LiveKey(entry));
    live.insert(event, arrived);
    if (this.eager) this.runAhead(live, event);
    this.queueUp(entry);
  }

  /** Takes over what waited where time followed the readings. */
  takeOver(entry: Entry, event: CityEvent, arrived: number): void {
    (entry.live ??= new LiveKey(entry)).insert(event, arrived);
  }

  /** What waits for a key, by time, is given to another queue. */
  handOver(entry: Entry, take: (event: CityEvent, arrived: number) => void): void {
    const { live } = entry;
    if (live === undefined) return;
    this.forget(entry);
    entry.live = undefined;
    entry.waits = 0;
    for (let i = live.head; i < live.waiting.length; i++) take(live.waiting[i]!, live.arrived[i]!);
  }

  /** Leaves out some of what waits for a key; it is to be queued up then. */
  drop({ live }: Entry, isGone: (event: CityEvent) => boolean): void {
    if (live === undefined) return;
    const { waiting, arrived, entry } = live;
    for (let i = waiting.length - 1; i >= live.head; i--) {
      if (!isGone(waiting[i]!)) continue;
      waiting.splice(i, 1);
      arrived.splice(i, 1);
      entry.waits--;
    }
    live.ahead = undefined;
  }

  /** The wall clock was set back: nothing that waits has come later than now. */
  setBack({ live }: Entry, now: number): void {
    if (live === undefined) return;
    const { arrived } = live;
    for (let i = live.head; i < arrived.length; i++) arrived[i] = Math.min(arrived[i]!, now);
  }

  forget({ live }: Entry): void {
    if (live === undefined) return;
    this.queue.set(live, Infinity);
    this.wallQueue.set(live.wall, Infinity);
  }

  /** Events were sorted in behind what is settled: what was found ahead of it may be wrong. */
  isChanged({ live }: Entry): void {
    if (live !== undefined) live.ahead = undefined;
  }

  /** Puts a key whose deadline is known where it belongs in the queues. */
  queueUp(entry: Entry): void {
    const deadline = this.states.deadline(entry.slot);
    let { live } = entry;
    if (live === undefined) {
      if (deadline === Infinity) return;
      entry.live = live = new LiveKey(entry);
    }
    this.queue.set(live, Math.min(live.firstTime, deadline));
    if (!this.hasWall) {
      if (live.wall.position >= 0) this.wallQueue.set(live.wall, Infinity);
      return;
    }
    let due = deadline + entry.lag;
    const { arrived, head } = live;
    for (let i = head; i < arrived.length && i < head + 64; i++) due = Math.min(due, arrived[i]!);
    this.wallQueue.set(live.wall, due + this.lateness);
  }

  /** Runs every key up to a time, in the order of event time over all keys. */
  settle(limit: number): void {
    for (let first = this.queue.first(); first !== undefined && first.due <= limit; first = this.queue.first()) {
      this.step(first.entry);
    }
  }

  /** Nothing is waited for, and time goes on to the limit. */
  settleAll(limit: number): void {
    for (let first = this.queue.first(); first !== undefined; first = this.queue.first()) {
      if (first.due > limit && first.entry.waits === 0) break;
      this.step(first.entry);
    }
  }

  /** Runs what has waited long enough by the wall clock. */
  tick(now: number): void {
    for (let due = this.wallQueue.first(); due !== undefined && due.due <= now; due = this.wallQueue.first()) {
      this.settleByWall(due.entry, now);
    }
  }

  /** Wall time at which {@link tick} is wanted. */
  get nextTick(): number | undefined {
    return this.wallQueue.first()?.due;
  }

  private settleByWall(entry: Entry, now: number): void {
    const live = entry.live!;
    const deadline = this.states.deadline(entry.slot);
    let limit = deadline + entry.lag + this.lateness <= now ? deadline : -Infinity;
    for (let i = live.head; i < live.waiting.length; i++) {
      const { time } = live.waiting[i]!;
      if (now - live.arrived[i]! >= this.lateness && time > limit) limit = time;
    }
    if (limit > -Infinity) {
      this.runUpTo(entry, limit);
      if (live.wall.due > now) return;
    }
    this.wallQueue.set(live.wall, now + RECHECK);
  }

  /** Runs a key up to a time, although that is not settled for others. */
  runUpTo(entry: Entry, time: number): void {
    const { live } = entry;
    if (live !== undefined) {
      while (Math.min(live.firstTime, this.states.deadline(entry.slot)) <= time) this.run(entry);
    }
    this.queueUp(entry);
  }

  /** One instant, or one deadline, of one key. */
  step(entry: Entry): void {
    this.run(entry);
    this.queueUp(entry);
  }

  private run(entry: Entry): void {
    const live = entry.live!;
    if (entry === this.gate?.entry) {
      const events = live.waiting.slice(live.head, live.instantEnd());
      live.doneTo(live.head + events.length);
      this.gate.pass(events);
      return;
    }
    if (live.firstTime <= this.states.deadline(entry.slot)) {
      const to = live.instantEnd();
      this.runner.instant(entry.slot, live.waiting, live.head, to, live.firstTime, NO_OCCURRENCE);
      live.doneTo(to);
    } else this.runner.expire(entry);
    // when what was told early is over, what still waits is looked at afresh
    if (this.eager && entry.told === undefined && live.ahead === undefined && entry.waits > 0) this.afresh(live);
  }

  // ---- ahead of what is settled

  private runAhead(live: LiveKey, event: CityEvent): void {
    if (live.entry.told !== undefined) live.ahead = undefined;
    else if (live.ahead === undefined || event.time < live.aheadTime) this.afresh(live);
    else this.ahead(live, [event], 0, 1);
  }

  private afresh(live: LiveKey): void {
    const { level } = this.runner.at(live.entry).life;
    // a hand has cleared what holds: whether it ends, so that it can begin again, is not certain before that is settled
    if (level === TRUE || (level !== FALSE && live.entry.lastUntil > -Infinity)) {
      live.ahead = undefined;
      return;
    }
    live.ahead = copyState(this.rule.plan.layout, this.runner.at(live.entry).pattern);
    for (let i = live.head; i < live.waiting.length; i++) {
      if (!this.ahead(live, live.waiting, i, i + 1)) return;
    }
  }

  private ahead(live: LiveKey, events: readonly CityEvent[], from: number, to: number): boolean {
    const { plan } = this.rule;
    const { entry } = live;
    const t = events[from]!.time;
    instant(plan, live.ahead!, events, from, to, t);
    live.aheadTime = t;
    if (!plan.top.rose && plan.top.pulse === -Infinity) return true;
    this.teller.subject = entry;
    const evidence = new Set<CityEvent>();
    plan.top.gather(live.ahead!, evidence);
    const sorted = [...evidence].sort((a, b) => a.time - b.time);
    const { life } = this.runner.at(entry);
    this.teller.early(life, t, sorted, life.levels & this.certain(live));
    this.runner.look(entry);
    live.ahead = undefined;
    return false;
  }

  /** Steps of the severity whose level nothing that waits can change, as bits. */
  private certain({ waiting, head }: LiveKey): number {
    let bits = -1;
    for (const { role, plan, bit } of this.rule.sides) {
      if (role === 'step' && waiting.some(({ event }, i) => i >= head && plan.byEvent.has(event))) bits &= ~bit;
    }
    return bits;
  }
}
