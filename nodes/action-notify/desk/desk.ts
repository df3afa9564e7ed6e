/**
 * The desk between the alarms and the people: what is new, who wants to know, what is held back, what waits and what is told
 * together. Pure: the wall clock is given, and all that it remembers can be written down.
 */
import { followCondition, newOperatorState, type OperatorState } from '../../ecdm/operator';
import type { Status } from '../../ecdm/status';
import { idOf, isAcknowledged, isActive, isOpenTask, newAlarm, shortened, type Alarm } from './alarm';
import { Families, type Family } from './family';
import { Holds, type Hold } from './hold';
import type { Outcome } from './letter';
import { nextMaintenance, type MaintenanceWindow } from './maintenance';
import { Pile, type PilePolicy } from './pile';
import { subscribes, type Recipient } from './recipient';
import { alarmFromLine, alarmLine, isPileLine, pileLine } from './saved';

export interface DeskSettings extends PilePolicy {
  recipients: readonly Recipient[];
  maintenance: readonly MaintenanceWindow[];
  families: readonly Family[];
  /** Of weekly maintenance. */
  timeZone: string | undefined;
}

/** Alarms that are kept at a time; of more, the one that was heard of longest ago is forgotten. */
export const MOST_ALARMS = 5000;
/** A clock that goes back by less is read as standing still. */
const JITTER = 1000;

export interface DeskCounters {
  alarms: number;
  /** Notices that wait, and alarms that are held back. */
  waiting: number;
  held: number;
  /** Alarms that were forgotten because there were too many. */
  forgotten: number;
}

export class Desk {
  private readonly alarms = new Map<string, Alarm>();
  private readonly piles: readonly Pile[];
  private readonly families: Families;
  private readonly holds: Holds;
  private readonly dirty = new Set<string>();
  private readonly dirtyPiles = new Set<Pile>();
  /** Alarms that were forgotten because there were too many. */
  forgotten = 0;
  private last = -Infinity;
  /** A hold that ends, or somebody's turn: not later than this. */
  private next = Infinity;
  /** When the next maintenance begins. */
  private works: number | undefined;

  constructor(private readonly settings: DeskSettings) {
    const byId = (id: string): Alarm | undefined => this.alarms.get(id);
    this.families = new Families(settings.families);
    this.holds = new Holds(settings.maintenance, this.families, settings.timeZone, byId);
    this.piles = settings.recipients.map((recipient) => {
      const pile: Pile = new Pile(recipient, settings, (alarm) => this.families.isParent(alarm.status), (alarm) => {
        if (alarm === undefined) this.dirtyPiles.add(pile);
        else this.dirty.add(alarm.id);
      }); // prettier-ignore
      return pile;
    });
  }

  /** Is this an alarm that somebody may have to be told the end of? */
  knows(status: Status): boolean {
    return this.alarms.has(idOf(status, false));
  }

  /**
   * A status has changed.
   * @param passing an event without duration, that is over as soon as it has happened
   * @param now wall clock, epoch milliseconds
   * @param operator what people have done about the alarm, where a journal knows it
   */
  take(status: Status, passing: boolean, now: number, operator: OperatorState | undefined, out: Outcome): void {
    const at = this.clock(now);
    const alarm = this.keep(status, passing, at, operator);
    const holdsNow = this.families.follow(alarm);
    this.settle(alarm, at, out);
    const wanting = this.piles.filter((pile) => pile.wants(alarm));
    if (alarm.hold === undefined) {
      for (const pile of wanting) pile.put(alarm, 'news', at);
      if (status.flags.includes('reminder') && isOpenTask(alarm)) this.remindOf(alarm, at);
    } else if (wanting.length > 0) out.held.push(heldBy(alarm, alarm.hold));
    if (holdsNow) {
      for (const other of this.alarms.values()) {
        this.settle(other, at, out);
        this.lookAt(other, at);
      }
    }
    for (const pile of this.piles) {
      if (holdsNow) pile.flush(at, out);
      else if (pile.waiting.has(alarm)) pile.arrived(alarm, at, out);
    }
    if (!this.settings.on.has('cleared') && status.state === 'cleared') alarm.told.clear();
    this.lookAt(alarm, at);
    this.prune(alarm);
    this.bound();
  }

  /** Somebody has done something about an alarm, or a shelf has ended. */
  operated(id: string, operator: OperatorState, now: number, out: Outcome): void {
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return;
    const at = this.clock(now);
    const before = isAcknowledged(alarm);
    alarm.operator = operator;
    if (before && !isAcknowledged(alarm)) alarm.since = at;
    if (isAcknowledged(alarm)) alarm.again = false;
    this.dirty.add(id);
    this.settle(alarm, at, out);
    for (const pile of this.piles) if (pile.waiting.has(alarm)) pile.flush(at, out);
    this.lookAt(alarm, at);
    this.prune(alarm);
  }

  /** Time has passed. To be called when {@link due} says so; more often does no harm. */
  tick(now: number, out: Outcome): void {
    const at = this.clock(now);
    this.next = Infinity;
    for (const alarm of this.alarms.values()) this.settle(alarm, at, out);
    for (const alarm of this.alarms.values()) {
      if (isOpenTask(alarm)) for (const pile of this.piles) pile.remind(alarm, at);
    }
    for (const pile of this.piles) if (pile.waiting.size > 0 || (pile.next ?? Infinity) <= at) pile.flush(at, out);
    for (const alarm of [...this.alarms.values()]) {
      this.lookAt(alarm, at);
      this.prune(alarm);
    }
  }

  /** Nothing more will come (a replay has ended): what waits is told now. */
  finish(now: number, out: Outcome): void {
    for (const pile of this.piles) pile.finish(this.clock(now), out);
  }

  /** When {@link tick} has something to do, in milliseconds of the wall clock. */
  due(): number | undefined {
    let due = this.next;
    for (const pile of this.piles) due = Math.min(due, pile.next ?? Infinity);
    return due === Infinity ? undefined : due;
  }

  get counters(): DeskCounters {
    let waiting = 0;
    let held = 0;
    for (const pile of this.piles) waiting += pile.waiting.size;
    for (const alarm of this.alarms.values()) if (alarm.hold !== undefined) held++;
    return { alarms: this.alarms.size, waiting, held, forgotten: this.forgotten };
  }

  /** What has changed since the last call, as lines of JSON; the last one about a thing counts. */
  changes(): string[] {
    const lines = [...this.dirty].map((id) => alarmLine(id, this.alarms.get(id)));
    for (const pile of this.dirtyPiles) lines.push(pileLine(pile.recipient.id, pile.dump()));
    this.dirty.clear();
    this.dirtyPiles.clear();
    return lines;
  }

  /** All that it remembers, as lines of JSON. */
  *whole(): Generator<string> {
    for (const [id, alarm] of this.alarms) yield alarmLine(id, alarm);
    for (const pile of this.piles) yield pileLine(pile.recipient.id, pile.dump());
  }

  /** Takes over a line; what is none is left out. To be called before anything else, then {@link restored} once. */
  restore(line: unknown): void {
    if (isPileLine(line)) {
      this.piles.find((pile) => pile.recipient.id === line[1])?.restore(line[2]);
      return;
    }
    const read = alarmFromLine(line);
    if (read === undefined) return;
    // the one that was heard of last comes last
    this.alarms.delete(read.id);
    if (read.alarm !== undefined) this.alarms.set(read.id, read.alarm);
  }

  /** All lines are there: what belongs together finds itself again. Recipients that are no more are forgotten. */
  restored(): void {
    const ids = new Set(this.piles.map(({ recipient }) => recipient.id));
    for (const alarm of this.alarms.values()) {
      for (const list of [alarm.told, alarm.waiting]) for (const id of list.keys()) if (!ids.has(id)) list.delete(id);
      for (const pile of this.piles) if (alarm.waiting.has(pile.recipient.id)) pile.waiting.add(alarm);
      this.families.follow(alarm);
    }
    if (this.alarms.size > 0) this.next = 0;
  }

  private keep(status: Status, passing: boolean, now: number, operator: OperatorState | undefined): Alarm {
    const id = idOf(status, passing);
    const known = this.alarms.get(id);
    const alarm = known ?? newAlarm(id, status, passing, now);
    const before = { active: isActive(alarm), statusId: alarm.status.statusId, acknowledged: isAcknowledged(alarm) };
    alarm.status = shortened(status);
    const same = before.statusId === status.statusId;
    if (known === undefined || !same || (!before.active && isActive(alarm)))
      Object.assign(alarm, { since: now, again: false, holdsBack: 0 });
    if (!passing) alarm.operator = followCondition(operator ?? alarm.operator ?? newOperatorState(id), status);
    if (same && before.acknowledged && !isAcknowledged(alarm)) Object.assign(alarm, { since: now, again: true });
    // the one that was heard of last comes last
    this.alarms.delete(id);
    this.alarms.set(id, alarm);
    this.dirty.add(id);
    return alarm;
  }

  /** The rule itself says that it is still so: told to who has heard of it, as long as nobody has acknowledged it. */
  private remindOf(alarm: Alarm, now: number): void {
    for (const pile of this.piles) if (alarm.told.has(pile.recipient.id)) pile.put(alarm, 'reminder', now);
  }

  /** Finds out what holds an alarm back now, and does what follows from a change. */
  private settle(alarm: Alarm, now: number, out: Outcome): void {
    const before = alarm.hold;
    const hold = this.holds.of(alarm, now);
    if (isSame(before, hold)) return;
    alarm.hold = hold;
    this.dirty.add(alarm.id);
    if (hold?.parent !== undefined && hold.parent !== before?.parent) this.countChild(hold.parent);
    if (hold === undefined) this.release(alarm, before!, now);
    else if (before === undefined) {
      const waited = this.piles.filter((pile) => pile.drop(alarm));
      if (waited.length > 0) out.held.push(heldBy(alarm, hold));
    }
  }

  /** What held it back has ended: who put it aside is told that it is still so; the others only what they do not know yet. */
  private release(alarm: Alarm, before: Hold, now: number): void {
    alarm.since = now;
    const was = before.owes ?? before.reason;
    const byOperator = was === 'shelved' || was === 'out-of-service';
    for (const pile of this.piles) {
      const { id, after } = pile.recipient;
      const concerned = alarm.told.has(id) || (after === 0 && subscribes(pile.recipient, alarm.status));
      const wants = pile.wants(alarm);
      if (isActive(alarm) && (wants || (byOperator && concerned))) pile.put(alarm, 'released', now, was);
      else if (wants) pile.put(alarm, 'news', now);
    }
  }

  private countChild(parentId: string): void {
    const parent = this.alarms.get(parentId);
    if (parent === undefined) return;
    parent.holdsBack++;
    this.dirty.add(parentId);
  }

  /** Remembers when something is due about an alarm. */
  private lookAt(alarm: Alarm, now: number): void {
    if (this.works === undefined || this.works <= now) {
      this.works = nextMaintenance(this.settings.maintenance, now, this.settings.timeZone) ?? Infinity;
    }
    this.next = Math.min(this.next, this.works, alarm.hold?.until ?? Infinity);
    if (!isOpenTask(alarm)) return;
    for (const pile of this.piles) this.next = Math.min(this.next, pile.taskDue(alarm) ?? Infinity);
  }

  /** Forgets what nobody has to be told of any more. What people did about it stays for its next episode. */
  private prune(alarm: Alarm): void {
    if (isActive(alarm) || alarm.waiting.size > 0 || alarm.told.size > 0) return;
    if (alarm.hold?.reason === 'shelved' || alarm.hold?.reason === 'out-of-service') return;
    this.forget(alarm);
  }

  private forget(alarm: Alarm): void {
    for (const pile of this.piles) pile.drop(alarm);
    this.alarms.delete(alarm.id);
    this.families.follow(alarm, true);
    this.dirty.add(alarm.id);
  }

  private bound(): void {
    if (this.alarms.size <= MOST_ALARMS) return;
    this.forgotten++;
    this.forget(this.alarms.values().next().value!);
  }

  /** The wall clock; when it was set back, nothing that is remembered may lie ahead of it. */
  private clock(now: number): number {
    if (now >= this.last || this.last - now < JITTER) return (this.last = Math.max(now, this.last));
    this.last = now;
    this.works = undefined;
    for (const alarm of this.alarms.values()) {
      alarm.since = Math.min(alarm.since, now);
      for (const list of [alarm.told, alarm.waiting]) for (const one of list.values()) one.at = Math.min(one.at, now);
      this.dirty.add(alarm.id);
    }
    for (const pile of this.piles) pile.clamp(now);
    return now;
  }
}

function heldBy(alarm: Alarm, { reason, by, until }: Hold): Outcome['held'][number] {
  return { alarm: alarm.id, status: alarm.status, reason, by, until };
}

function isSame(a: Hold | undefined, b: Hold | undefined): boolean {
  return (
    a?.reason === b?.reason &&
    a?.by === b?.by &&
    a?.parent === b?.parent &&
    a?.until === b?.until &&
    a?.owes === b?.owes
  );
}
