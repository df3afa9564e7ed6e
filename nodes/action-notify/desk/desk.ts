/**
 * The desk between the alarms and the people: what is new, who wants to know, what is held back, what waits and what is told
 * together. Pure: the wall clock is given, and all that it remembers can be written down.
 */
import { followCondition, newOperatorState, type OperatorState } from '../../ecdm/operator';
import type { Status } from '../../ecdm/status';
import type { Work } from '../../ecdm/work';
import { idOf, isAcknowledged, isActive, isOpenTask, newAlarm, shortened, type Alarm } from './alarm';
import { Families, type Family } from './family';
import { endedBy, Holds, isByPeople, type Hold } from './hold';
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
  /** When something is due about an alarm; nothing where it is left out. */
  private readonly dues = new Map<Alarm, number>();
  /** Of which that must be found out anew. */
  private readonly touched = new Set<Alarm>();
  /** The next {@link ticking} looks at all of them. */
  private all = false;
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
        else this.touch(alarm);
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
   * @returns steps: nothing else may be asked of the desk before the last one. So are the others
   */
  *taking(status: Status, passing: boolean, now: number, operator: OperatorState | undefined, out: Outcome): Work {
    const at = this.clock(now);
    const alarm = this.keep(status, passing, at, operator);
    const holdsNow = this.families.follow(alarm);
    this.settle(alarm, at, out);
    const wanting = this.piles.filter((pile) => pile.wants(alarm));
    if (alarm.hold === undefined) {
      for (const pile of wanting) pile.put(alarm, 'news', at);
      if (status.flags.includes('reminder') && isOpenTask(alarm)) this.remindOf(alarm, at);
    } else if (wanting.length > 0) out.held.push(heldBy(alarm, alarm.hold));
    const released = holdsNow && (yield* this.settlingFamily(alarm, at, out));
    for (const pile of this.piles) {
      yield;
      if (released) yield* pile.flush(at, out);
      else if (pile.waiting.has(alarm)) yield* pile.arrived(alarm, at, out);
    }
    if (!this.settings.on.has('cleared') && status.state === 'cleared') alarm.told.clear();
    yield* this.looking(at);
    this.bound();
  }

  /** Somebody has done something about an alarm, or a shelf has ended. */
  *operating(id: string, operator: OperatorState, now: number, out: Outcome): Work {
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return;
    const at = this.clock(now);
    const before = isAcknowledged(alarm);
    alarm.operator = operator;
    if (before && !isAcknowledged(alarm)) alarm.since = at;
    if (isAcknowledged(alarm)) alarm.again = false;
    this.touch(alarm);
    this.settle(alarm, at, out);
    for (const pile of this.piles) {
      yield;
      if (pile.waiting.has(alarm)) yield* pile.flush(at, out);
    }
    yield* this.looking(at);
  }

  /** Time has passed. To be called when {@link due} says so; more often does no harm. */
  *ticking(now: number, out: Outcome): Work {
    const at = this.clock(now);
    const concerned = this.concernedAt(at);
    for (const alarm of concerned) {
      yield;
      this.settle(alarm, at, out);
      this.touched.add(alarm);
    }
    for (const alarm of concerned) {
      yield;
      if (isOpenTask(alarm)) for (const pile of this.piles) pile.remind(alarm, at);
    }
    for (const pile of this.piles) {
      yield;
      if (pile.added || (pile.next ?? Infinity) <= at) yield* pile.flush(at, out);
    }
    yield* this.looking(at);
  }

  /** Nothing more will come (a replay has ended): what waits is told now. */
  *finishing(now: number, out: Outcome): Work {
    for (const pile of this.piles) {
      yield;
      yield* pile.finish(this.clock(now), out);
    }
  }

  /** When {@link ticking} has something to do, in milliseconds of the wall clock. */
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

  /** What has changed since the last call, as lines of JSON, one at a time; the last one about a thing counts. */
  *changing(): Generator<string, void> {
    for (const id of this.dirty) yield alarmLine(id, this.alarms.get(id));
    for (const pile of this.dirtyPiles) yield pileLine(pile.recipient.id, pile.dump());
    this.dirty.clear();
    this.dirtyPiles.clear();
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
    // versions before laid what says that it is simulated beside what is real: its end comes to another desk now
    if (read.alarm !== undefined && read.alarm.status.simulated !== true) this.alarms.set(read.id, read.alarm);
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
    this.all = true;
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
    this.touch(alarm);
    return alarm;
  }

  /** The rule itself says that it is still so: told to who has heard of it, as long as nobody has acknowledged it. */
  private remindOf(alarm: Alarm, now: number): void {
    for (const pile of this.piles) if (alarm.told.has(pile.recipient.id)) pile.put(alarm, 'reminder', now);
  }

  /** It has changed: to be written down, and to be looked at. */
  private touch(alarm: Alarm): void {
    this.dirty.add(alarm.id);
    this.touched.add(alarm);
  }

  /** Those that something is due about: a hold has ended, or it is somebody's turn. All of them where works begin. */
  private concernedAt(now: number): Alarm[] {
    const begun = (this.works ?? Infinity) <= now;
    const all = this.all || begun;
    if (begun) this.works = undefined;
    this.all = false;
    this.next = Infinity;
    if (all) return [...this.alarms.values()];
    const concerned: Alarm[] = [];
    for (const [alarm, due] of this.dues) {
      if (due <= now) concerned.push(alarm);
      else this.next = Math.min(this.next, due);
    }
    return concerned;
  }

  /** An alarm begins or ceases to hold back others. @returns whether one of them was released */
  private *settlingFamily(parent: Alarm, now: number, out: Outcome): Work<boolean> {
    let released = false;
    for (const other of this.alarms.values()) {
      yield;
      if (other.hold?.parent !== parent.id && !this.families.holds(parent, other)) continue;
      const before = other.hold;
      this.settle(other, now, out);
      released ||= before !== undefined && other.hold === undefined;
    }
    return released;
  }

  /** Finds out what holds an alarm back now, and does what follows from a change. */
  private settle(alarm: Alarm, now: number, out: Outcome): void {
    const before = alarm.hold;
    const hold = this.holds.of(alarm, now);
    if (isSame(before, hold)) return;
    alarm.hold = hold;
    this.touch(alarm);
    if (hold?.parent !== before?.parent) {
      // whether it may itself hold back others depends on what holds it
      if (this.families.isParent(alarm.status)) this.all = true;
      if (hold?.parent !== undefined) this.countChild(hold.parent);
    }
    if (hold === undefined) this.release(alarm, before!, now);
    else if (before === undefined) {
      const waited = this.piles.filter((pile) => pile.drop(alarm));
      if (waited.length > 0) out.held.push(heldBy(alarm, hold));
    }
  }

  /** What held it back has ended: who put it aside is told that it is still so; the others only what they do not know yet. */
  private release(alarm: Alarm, before: Hold, now: number): void {
    alarm.since = now;
    const was = endedBy(before);
    for (const pile of this.piles) {
      const { id, after } = pile.recipient;
      const concerned = alarm.told.has(id) || (after === 0 && subscribes(pile.recipient, alarm.status));
      const wants = pile.wants(alarm);
      if (isActive(alarm) && (wants || (isByPeople(was) && concerned))) pile.put(alarm, 'released', now, was);
      else if (wants) pile.put(alarm, 'news', now);
    }
  }

  private countChild(parentId: string): void {
    const parent = this.alarms.get(parentId);
    if (parent === undefined) return;
    parent.holdsBack++;
    this.dirty.add(parentId);
  }

  /** Finds out when something is due about what has changed, and forgets what nobody has to be told of any more. */
  private *looking(now: number): Work {
    this.works ??= nextMaintenance(this.settings.maintenance, now, this.settings.timeZone) ?? Infinity;
    this.next = Math.min(this.next, this.works);
    for (const alarm of this.touched) {
      yield;
      const due = this.dueOf(alarm);
      if (due === Infinity) this.dues.delete(alarm);
      else this.dues.set(alarm, due);
      this.next = Math.min(this.next, due);
      this.prune(alarm);
    }
    this.touched.clear();
  }

  private dueOf(alarm: Alarm): number {
    let due = alarm.hold?.until ?? Infinity;
    if (isOpenTask(alarm)) for (const pile of this.piles) due = Math.min(due, pile.taskDue(alarm) ?? Infinity);
    return due;
  }

  /** What people did about it stays for its next episode. */
  private prune(alarm: Alarm): void {
    if (isActive(alarm) || alarm.waiting.size > 0 || alarm.told.size > 0) return;
    if (alarm.hold !== undefined && isByPeople(alarm.hold.reason)) return;
    this.forget(alarm);
  }

  private forget(alarm: Alarm): void {
    for (const pile of this.piles) pile.drop(alarm);
    this.alarms.delete(alarm.id);
    this.families.follow(alarm, true);
    this.dues.delete(alarm);
    this.touched.delete(alarm);
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
    this.all = true;
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
