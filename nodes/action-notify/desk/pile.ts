/**
 * What one recipient is still to be told, and when: critical things at once, all else after its grouping window, not in
 * quiet hours, not in a flood, not more than so many an hour. Nothing is lost by waiting: it is told together later.
 */
import { SEVERITIES, type StatusState } from '../../ecdm/status';
import type { Work } from '../../ecdm/work';
import { aspectOf, isActive, isOpenTask, type Alarm, type Occasion } from './alarm';
import { spanAt } from './day-span';
import { Flood, type FloodState } from './flood';
import type { Hold } from './hold';
import type { HeldReason, Item, Letter, Outcome } from './letter';
import { subscribes, type Recipient } from './recipient';

const HOUR = 3_600_000;
/** Alarms of a letter in one step. */
const STEP = 100;

export interface PilePolicy {
  on: ReadonlySet<StatusState>;
  /** Only what is another thing than what was told before. */
  onlyNew: boolean;
  /** Milliseconds. */
  group: number;
  /** More alarms than that within ten minutes are a flood; 0: never. */
  flood: number;
  /** Most notices an hour; 0: any number. */
  perHour: number;
  /** Milliseconds; 0: never. */
  remind: number;
}

export interface PileState {
  /** Wall clock of the oldest that waits for its group. */
  first?: number;
  /** Since when it gathers for the end of the quiet hours. */
  digestFrom?: number;
  /** When the last notices went out. */
  sent: number[];
  flood: FloodState;
}

export class Pile {
  readonly waiting = new Set<Alarm>();
  private first: number | undefined;
  private digestFrom: number | undefined;
  private sent: number[] = [];
  private readonly flood: Flood;
  /** When {@link flush} has something to do next. */
  next: number | undefined;
  /** Something was put on it since it was looked at last. */
  added = false;
  /** What all that waits waits for, until then. */
  private waitsFor: HeldReason | 'group' | undefined;

  /** @param mayHold true for alarms that could hold back others: their number is waited for */
  constructor(
    readonly recipient: Recipient,
    private readonly policy: PilePolicy,
    private readonly mayHold: (alarm: Alarm) => boolean,
    private readonly changed: (alarm?: Alarm) => void,
  ) {
    this.flood = new Flood(policy.flood);
  }

  /** Is there something that this recipient should hear of by itself? */
  wants(alarm: Alarm): boolean {
    const { recipient, policy } = this;
    const { state } = alarm.status;
    const told = alarm.told.get(recipient.id);
    const heard = told !== undefined || (recipient.after === 0 && subscribes(recipient, alarm.status));
    if (!heard) return false;
    if (!policy.onlyNew) return policy.on.has(state);
    if (told === undefined) return state !== 'cleared' && policy.on.has(state === 'updated' ? 'raised' : state);
    return policy.on.has(state) && told.aspect !== aspectOf(alarm);
  }

  /** Puts something on the pile; what waits already stays what it is. */
  put(alarm: Alarm, occasion: Occasion, now: number, was?: Hold['reason']): void {
    const known = alarm.waiting.get(this.recipient.id);
    if (known === undefined || (known.occasion === 'news' && occasion === 'released')) {
      alarm.waiting.set(this.recipient.id, { occasion, at: known?.at ?? now, was, noted: known?.noted ?? [] });
    }
    this.waiting.add(alarm);
    this.added = true;
    this.first ??= now;
    if (this.flood.lasts && known === undefined && this.isFirst(alarm)) this.flood.count(now, placeOf(alarm));
    this.changed(alarm);
    this.changed();
  }

  /** Nobody was told of it yet, and it is not over: what floods are made of. */
  private isFirst(alarm: Alarm): boolean {
    return alarm.status.state !== 'cleared' && !alarm.told.has(this.recipient.id);
  }

  /** Takes something off the pile that is held back now, or forgotten. @returns whether it was on it */
  drop(alarm: Alarm): boolean {
    if (!this.waiting.delete(alarm)) return false;
    alarm.waiting.delete(this.recipient.id);
    if (this.waiting.size === 0) this.first = undefined;
    this.changed(alarm);
    this.changed();
    return true;
  }

  /** When somebody who should have reacted to an alarm by now is reminded of it, or told for the first time. */
  taskDue(alarm: Alarm): number | undefined {
    const { recipient, policy } = this;
    if (this.waiting.has(alarm)) return undefined;
    const told = alarm.told.get(recipient.id);
    if (told !== undefined) return policy.remind > 0 ? told.at + policy.remind : undefined;
    return this.turnOf(alarm);
  }

  /** When it is this recipient's turn, because nobody has reacted until then. */
  private turnOf({ status, since }: Alarm): number | undefined {
    const { recipient } = this;
    return recipient.after > 0 && subscribes(recipient, status) ? since + recipient.after : undefined;
  }

  /** To be called for alarms that wait for somebody. */
  remind(alarm: Alarm, now: number): void {
    const due = this.taskDue(alarm);
    if (due === undefined || now < due) return;
    const { id } = this.recipient;
    const reminds = alarm.told.has(id);
    this.put(alarm, reminds ? 'reminder' : 'escalation', now);
    if (reminds) alarm.waiting.get(id)!.due = due;
  }

  /**
   * Something was put on the pile. Where the others wait for a time that has not come, so does this one, and they are not
   * looked at again: of thousands that come in a flood each would look at all before it.
   */
  *arrived(alarm: Alarm, now: number, out: Outcome): Work {
    const { waitsFor, next } = this;
    if (this.waiting.size === 1 || waitsFor === undefined || next === undefined || now >= next) {
      yield* this.flush(now, out);
      return;
    }
    this.added = false;
    const complete = this.completeAt(alarm);
    if (this.isUrgent(alarm) && this.mayWake(now)) {
      if (now >= complete) {
        yield* this.send('single', [alarm], now, out);
        return;
      }
      this.look(complete);
    }
    if (waitsFor !== 'group') this.note(alarm, waitsFor, next, out);
  }

  /** Tells what may be told now, and finds out when to look again. */
  *flush(now: number, out: Outcome): Work {
    const { flood } = this;
    this.next = this.waitsFor = undefined;
    this.added = false;
    const quiet = this.quietAt(now);
    if (quiet === undefined && this.digestFrom !== undefined) yield* this.send('digest', [...this.waiting], now, out);
    yield* this.tellUrgent(now, out);
    if (quiet !== undefined) {
      if (this.waiting.size === 0 && this.digestFrom === undefined && !flood.lasts) return;
      if (this.waiting.size > 0 && this.digestFrom === undefined) {
        this.digestFrom = now;
        this.changed();
      }
      this.wait('quiet', quiet.end, out);
      return;
    }
    if (flood.lasts) {
      yield* this.inFlood(now, out);
      return;
    }
    if (this.waiting.size === 0) return;
    const grouped = this.groupedUntil();
    const free = this.freeAt(now);
    if (now < grouped) {
      this.waitsFor = 'group';
      this.look(grouped);
    } else if (flood.begins(now, [...this.waiting].filter((alarm) => this.isFirst(alarm)).map(placeOf))) {
      yield* this.send('flood', [...this.waiting], now, out);
      this.look(flood.endsAt()!);
    } else if (now < free) this.wait('rate', free, out);
    else yield* this.send(this.waiting.size === 1 ? 'single' : 'group', [...this.waiting], now, out);
  }

  /** Tells all that waits, whatever it waits for. */
  *finish(now: number, out: Outcome): Work {
    if (this.digestFrom !== undefined) yield* this.send('digest', [...this.waiting], now, out);
    if (this.flood.lasts) yield* this.send('flood-over', [...this.waiting], now, out);
    else if (this.waiting.size > 0) yield* this.send('group', [...this.waiting], now, out);
  }

  private *inFlood(now: number, out: Outcome): Work {
    const { flood } = this;
    const ends = flood.endsAt()!;
    if (now >= ends) {
      yield* this.send('flood-over', [...this.waiting], now, out);
      return;
    }
    if (now >= flood.nextSummary && this.waiting.size > 0) yield* this.send('flood', [...this.waiting], now, out);
    this.wait('flood', this.waiting.size > 0 ? Math.min(ends, flood.nextSummary) : ends, out);
  }

  /** Critical ones go by themselves and at once, unless they may hold back others whose number is not known yet. */
  private *tellUrgent(now: number, out: Outcome): Work {
    if (this.waiting.size === 0 || !this.mayWake(now)) return;
    for (const alarm of [...this.waiting]) {
      if (!this.isUrgent(alarm)) continue;
      const complete = this.completeAt(alarm);
      if (now >= complete) yield* this.send('single', [alarm], now, out);
      else this.look(complete);
    }
  }

  /** When it is known how many others an alarm holds back; long ago for those that hold back none. */
  private completeAt(alarm: Alarm): number {
    return this.mayHold(alarm) ? alarm.waiting.get(this.recipient.id)!.at + this.policy.group : -Infinity;
  }

  private mayWake(now: number): boolean {
    return this.recipient.wakes || this.quietAt(now) === undefined;
  }

  /** Critical, or told as such before: who was woken wants to know that it is over. */
  private isUrgent(alarm: Alarm): boolean {
    const told = alarm.told.get(this.recipient.id);
    return alarm.status.severity === 'critical' || told?.aspect.split('|')[1] === 'critical';
  }

  private quietAt(now: number): { end: number } | undefined {
    const { quiet, timeZone } = this.recipient;
    return quiet === undefined ? undefined : spanAt(quiet, now, timeZone);
  }

  private groupedUntil(): number {
    let from = this.first ?? -Infinity;
    for (const alarm of this.waiting) {
      if (this.mayHold(alarm)) from = Math.max(from, alarm.waiting.get(this.recipient.id)!.at);
    }
    return from + this.policy.group;
  }

  /** When the next notice may go out. */
  private freeAt(now: number): number {
    const { perHour } = this.policy;
    if (perHour === 0 || this.sent.length < perHour) return now;
    return this.sent[this.sent.length - perHour]! + HOUR;
  }

  private look(at: number): void {
    this.next = Math.min(this.next ?? Infinity, at);
  }

  private wait(reason: HeldReason, until: number, out: Outcome): void {
    this.waitsFor = reason;
    this.look(until);
    for (const alarm of this.waiting) this.note(alarm, reason, until, out);
  }

  /** Each reason is noted once for each notice. */
  private note(alarm: Alarm, reason: HeldReason, until: number, out: Outcome): void {
    const { noted } = alarm.waiting.get(this.recipient.id)!;
    if (noted.includes(reason)) return;
    noted.push(reason);
    this.changed(alarm);
    out.held.push({ alarm: alarm.id, status: alarm.status, recipient: this.recipient.id, reason, until });
  }

  private *send(kind: Letter['kind'], alarms: readonly Alarm[], now: number, out: Outcome): Work {
    const items: Item[] = [];
    let from = now;
    for (const [i, alarm] of alarms.entries()) {
      if (i % STEP === STEP - 1) yield;
      from = Math.min(from, alarm.waiting.get(this.recipient.id)!.at);
      if (kind === 'single' || kind === 'group') this.countFirst(alarm, now);
      const item = this.item(alarm, now, out);
      if (item !== undefined) items.push(item);
      this.done(alarm, item !== undefined, now);
    }
    const all = this.waiting.size === 0;
    if (all) this.first = undefined;
    const letter: Letter = { kind, recipient: this.recipient, items, at: now, from };
    if (kind === 'digest') {
      letter.from = this.digestFrom ?? from;
      this.digestFrom = undefined;
    } else if (kind === 'group' && items.length === 1) letter.kind = 'single';
    else if (kind === 'flood') this.sumUp(letter, now);
    else if (kind === 'flood-over') {
      const { since, total, zones } = this.flood.end();
      Object.assign(letter, { from: since ?? from, total, zones });
    }
    this.changed();
    if (items.length === 0 && letter.total === undefined) return;
    out.letters.push({ ...letter, items: worstFirst(items) });
    this.sent.push(now);
    if (this.sent.length > Math.max(1, this.policy.perHour)) this.sent.shift();
  }

  private countFirst(alarm: Alarm, now: number): void {
    if (this.isFirst(alarm) && !this.flood.lasts) this.flood.count(now, placeOf(alarm));
  }

  private sumUp(letter: Letter, now: number): void {
    const { since, total, zones } = this.flood.state;
    this.flood.summed(now);
    Object.assign(letter, { from: since, total, zones: zones.map(([where, count]) => [where, count] as const) });
  }

  /** What is told of an alarm now; `undefined` where there is nothing to tell any more. */
  private item(alarm: Alarm, now: number, out: Outcome): Item | undefined {
    const { id } = this.recipient;
    const { occasion, was, due = -Infinity } = alarm.waiting.get(id)!;
    const told = alarm.told.get(id);
    const holds = occasion === 'released' ? isActive(alarm) : isOpenTask(alarm);
    // while it waited it may have ended and begun anew, or become less
    const isTurn = now >= (occasion === 'escalation' ? (this.turnOf(alarm) ?? Infinity) : due);
    const special = occasion !== 'news' && holds && isTurn;
    // somebody reacted before it was this recipient's turn
    if (occasion === 'escalation' && !special && told === undefined) return undefined;
    const ended = alarm.status.state === 'cleared' && !special;
    // raised and over before it was told: told as what it was, unless nobody wants to hear of the end
    if (ended && (!this.policy.on.has('cleared') || (told === undefined && occasion !== 'news'))) {
      out.held.push({ alarm: alarm.id, status: alarm.status, recipient: id, reason: 'over' });
      return undefined;
    }
    if (!special && this.policy.onlyNew && told?.aspect === aspectOf(alarm)) return undefined;
    const { status, again, holdsBack } = alarm;
    const item: Item = {
      alarm: alarm.id,
      status,
      occasion: special ? occasion : 'news',
      again,
      holdsBack,
      alone: now - alarm.since,
    };
    if (special && was !== undefined) item.was = was;
    return item;
  }

  private done(alarm: Alarm, said: boolean, now: number): void {
    const { id } = this.recipient;
    this.waiting.delete(alarm);
    alarm.waiting.delete(id);
    if (alarm.passing || alarm.status.state === 'cleared') alarm.told.delete(id);
    else if (said) alarm.told.set(id, { aspect: aspectOf(alarm), at: now });
    this.changed(alarm);
  }

  /** The clock was set back: nothing may lie ahead of it. */
  clamp(now: number): void {
    const back = (at: number | undefined): number | undefined => (at === undefined ? undefined : Math.min(at, now));
    this.first = back(this.first);
    this.digestFrom = back(this.digestFrom);
    this.sent = this.sent.map((at) => Math.min(at, now));
    this.flood.clamp(now);
    this.next = now;
    this.changed();
  }

  dump(): PileState {
    const { first, digestFrom, sent } = this;
    return { first, digestFrom, sent, flood: this.flood.state };
  }

  restore({ first, digestFrom, sent, flood }: PileState): void {
    Object.assign(this, { first, digestFrom, sent });
    this.flood.state = flood;
    this.next = 0;
  }
}

/** As they came within a severity; without a comparison for each pair of thousands. */
function worstFirst(items: readonly Item[]): Item[] {
  return SEVERITIES.toReversed().flatMap((one) => items.filter(({ status }) => status.severity === one));
}

/** Where an alarm is counted: its first zone, else its key. */
function placeOf({ status }: Alarm): string {
  return status.zones?.[0]?.name ?? status.keyName ?? status.key;
}
