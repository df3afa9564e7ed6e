/**
 * The orders that are on their way. Each is written down before it goes out, so that a crash at any point loses none and
 * doubles none: what may have arrived is sent again only where that does no harm. Kept in order for each address, a few
 * addresses at a time, never sent after their time, never more than a thousand. Pure: clock, chance, transport and ledger
 * are given.
 */
import type { CommandProgress } from '../ecdm/action';
import { formatDuration } from '../ecdm/duration';
import type { Entry, LedgerState, Line } from './ledger';
import type { Order } from './order';
import type { OutboxParts, Sent, Verdict } from './outbox-parts';
import { backoff, SendError } from './send-error';

/** Most orders that wait or are due later. At the bound the oldest is given up: the newest order is what counts. */
export const MOST_ORDERS = 1000;
/** Addresses that are spoken to at a time. */
const AT_ONCE = 4;
/** Milliseconds until somebody who did not answer is asked again. */
const ASK_AGAIN = 2000;
/** Longest a timer can be set for. */
const FAR = 2_000_000_000;

export class Outbox {
  private readonly busy = new Set<string>();
  private readonly asking = new Set<string>();
  private stopTimer: () => void = () => undefined;
  private closed = false;
  private draining: (() => void) | undefined;
  private readonly state: LedgerState;

  constructor(private readonly parts: OutboxParts) {
    this.state = parts.state;
  }

  /** Goes on with what an earlier run left; to be called once, before anything else. */
  resume(): void {
    for (const entry of [...this.state.entries.values()]) this.resumeOne(entry);
    this.wake();
  }

  /** Orders that are still to be sent. */
  get waiting(): number {
    return this.count((entry) => entry.phase === 'waiting');
  }

  /** Orders that went out and are to be seen to be done. */
  get unconfirmed(): number {
    return this.count((entry) => entry.phase !== 'waiting' && entry.order.level === 'done');
  }

  get size(): number {
    return this.state.entries.size;
  }

  /** @returns false for an order that is there already */
  add(order: Order): boolean {
    const known = this.state.entries.get(order.commandId);
    // a command of a simulation may have the id of a real one, which must not be lost for that
    const givesWay = known?.order.simulated === true && !order.simulated;
    if (this.closed || (known !== undefined && !givesWay)) return false;
    if (known !== undefined) this.end(known, 'failed', new SendError('givesWay'));
    this.makeRoom((entry) => entry.phase === 'waiting');
    this.makeRoom((entry) => entry.phase === 'gone');
    this.write({ add: order });
    this.wake();
    return true;
  }

  /** Looks again: something has come, the transport is ready, a time has passed, a person has taken over. */
  wake(): void {
    if (this.closed) return;
    const now = this.parts.clock.now();
    this.endHolds(now);
    this.giveUpLate(now);
    this.sendDue(now);
    this.askDue(now);
    this.setTimer(now);
  }

  /** An answer of the actuator; the order that `fits` is done (or refused). */
  answer(fits: (order: Order, since: number) => 'done' | 'refused' | undefined): void {
    if (this.closed) return;
    let found = false;
    for (const entry of [...this.state.entries.values()]) {
      if (entry.order.level !== 'done' || !entry.handed) continue;
      const verdict = fits(entry.order, entry.firstTry);
      if (verdict === undefined) continue;
      found = true;
      this.settle(entry, verdict);
    }
    // the next order for the same address waits no longer
    if (found) this.wake();
  }

  /** Sends nothing more, and waits so many milliseconds at most for what is on its way. */
  drain(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.parts.clock.after(ms, resolve);
      this.draining = () => {
        stop();
        resolve();
      };
      if (this.busy.size === 0) this.draining();
    });
  }

  /** Ends. What waits is kept for the next start, or given up where nothing of it will be left. */
  close(kept: boolean): void {
    if (this.closed) return;
    this.stopTimer();
    const left = [...this.state.entries.values()];
    const first = left.filter((entry) => entry.phase === 'waiting');
    if (!kept) {
      for (const entry of [...first, ...left.filter((one) => !first.includes(one))]) {
        this.end(entry, 'failed', new SendError('closed'));
      }
    }
    this.closed = true;
  }

  // ---- what is due

  private giveUpLate(now: number): void {
    for (const entry of [...this.state.entries.values()]) {
      if (entry.phase !== 'waiting' && entry.deadline <= now) this.unconfirmedInTime(entry, now);
      if (entry.phase === 'waiting' && entry.order.validUntil < now) {
        this.end(entry, 'expired', new SendError('expired'));
      }
    }
  }

  private makeRoom(among: (entry: Entry) => boolean): void {
    if (this.count(among) < MOST_ORDERS) return;
    const oldest = [...this.state.entries.values()].find(among)!;
    this.end(oldest, 'failed', new SendError('full', { n: MOST_ORDERS }));
  }

  private endHolds(now: number): void {
    for (const hold of this.state.holds.ended(now)) {
      this.parts.ledger.append({ release: hold.address });
      this.parts.holdEnded(hold);
    }
  }

  private sendDue(now: number): void {
    if (this.draining !== undefined) return;
    const blocked = new Set(this.busy);
    for (const entry of this.state.entries.values()) {
      const { order, phase } = entry;
      if (phase === 'doubt') blocked.add(order.address);
      if (phase !== 'waiting' || order.notBefore > now || this.isHeld(order, now)) continue;
      if (blocked.has(order.address)) continue;
      // the first one that waits keeps its place, also while it waits to be sent again
      blocked.add(order.address);
      if (this.busy.size >= AT_ONCE || !this.parts.transport.ready() || this.dueAt(entry) > now) continue;
      this.start(entry, now);
    }
  }

  private askDue(now: number): void {
    if (!this.parts.transport.ready()) return;
    for (const entry of [...this.state.entries.values()]) {
      const { phase, order, askAt } = entry;
      if ((phase === 'doubt' || phase === 'gone') && askAt <= now && !this.asking.has(order.commandId)) this.ask(entry);
    }
  }

  private setTimer(now: number): void {
    this.stopTimer();
    let next = Math.max(now, this.state.holds.nextEnd());
    for (const entry of this.state.entries.values()) {
      const { order, phase } = entry;
      next = Math.min(next, entry.deadline);
      // one that is due is asked after when the far side can be reached
      if (entry.askAt > now) next = Math.min(next, entry.askAt);
      if (phase !== 'waiting') continue;
      next = Math.min(next, order.validUntil + 1);
      const due = this.dueAt(entry);
      if (due > now) next = Math.min(next, due);
    }
    if (next < Infinity) {
      this.stopTimer = this.parts.clock.after(Math.min(FAR, Math.max(1, next - now)), () => this.wake());
    }
  }

  private dueAt({ from, order }: Entry): number {
    const last = this.state.last.get(order.address)?.at ?? -Infinity;
    return Math.max(from, last + this.parts.rules.pause);
  }

  private isHeld(order: Order, now: number): boolean {
    return order.who === undefined && this.state.holds.of(order.address, now) !== undefined;
  }

  // ---- on its way

  private start(entry: Entry, now: number): void {
    const { order } = entry;
    this.busy.add(order.address);
    this.write({ try: order.commandId, at: now, n: entry.tries + 1 });
    void this.parts.ledger.kept().then(() => this.go(entry));
  }

  private go(entry: Entry): void {
    if (this.closed) return;
    const { order } = entry;
    const { transport, clock, rules } = this.parts;
    const now = clock.now();
    const finish = (next: () => void): void => {
      this.busy.delete(order.address);
      if (this.closed) return;
      if (this.has(entry)) next();
      this.wake();
      if (this.busy.size === 0) this.draining?.();
    };
    if (!this.has(entry)) return finish(() => undefined);
    if (order.validUntil < now) return finish(() => this.end(entry, 'expired', new SendError('expired')));
    if (this.isHeld(order, now) || !transport.ready()) return finish(() => this.putBack(entry, entry.tries - 1, now));
    const forbidden = rules.forbids(order);
    if (forbidden !== undefined) return finish(() => this.end(entry, 'failed', forbidden));
    entry.handed = true;
    this.state.last.set(order.address, { id: order.commandId, at: now });
    let told = false;
    const handedOver = (): void => {
      if (told || this.closed || !this.has(entry)) return;
      told = true;
      this.parts.outcome(order, 'sent');
    };
    transport.send(order, handedOver).then(
      (sent) => finish(() => this.accepted(entry, handedOver, sent)),
      (thrown: unknown) => finish(() => this.failed(entry, thrown)),
    );
  }

  private accepted(entry: Entry, handedOver: () => void, { done, task }: Sent): void {
    const { level } = entry.order;
    handedOver();
    if (level === 'sent') return this.finished(entry);
    this.parts.outcome(entry.order, 'accepted');
    if (level === 'accepted') return this.finished(entry);
    if (done === true) return this.settle(entry, 'done');
    this.follow(entry, task);
  }

  /** The far side has it: it is to be seen to be done. */
  private follow(entry: Entry, task?: string): void {
    this.write({ gone: entry.order.commandId, task });
    const now = this.parts.clock.now();
    const { askEvery } = this.parts.transport;
    entry.deadline = now + this.parts.rules.within;
    entry.askAt = askEvery === undefined ? Infinity : now + askEvery;
  }

  private failed(entry: Entry, thrown: unknown): void {
    const now = this.parts.clock.now();
    const reason =
      thrown instanceof SendError ? thrown : new SendError('unreachable', { reason: String(thrown) }, 'maybe');
    if (reason.key === 'notConnected') return this.putBack(entry, entry.tries - 1, now);
    const harmless = reason.arrival === 'never' || (reason.arrival === 'maybe' && this.parts.rules.again);
    if (harmless && this.sendAgain(entry, now, reason.retryAfter)) return;
    // what may have arrived can be asked after, where the far side tells
    if (reason.arrival === 'maybe' && this.parts.transport.ask !== undefined) return this.doubt(entry);
    this.end(entry, 'failed', reason);
  }

  /** @returns false where it has been sent often enough, or would come too late */
  private sendAgain(entry: Entry, now: number, wait = 0): boolean {
    const { rules, random } = this.parts;
    if (entry.tries > rules.retries) return false;
    const from = now + Math.max(wait, backoff(entry.tries - 1, random));
    if (from > entry.order.validUntil) return false;
    this.putBack(entry, entry.tries, from);
    return true;
  }

  private putBack(entry: Entry, tries: number, from: number): void {
    entry.deadline = entry.askAt = Infinity;
    if (tries === 0) entry.handed = false;
    this.write({ back: entry.order.commandId, tries, from });
  }

  /** Nobody confirmed it. A later order to the same address counts more, and must not be undone. */
  private unconfirmedInTime(entry: Entry, now: number): void {
    const { rules } = this.parts;
    const newest = this.state.last.get(entry.order.address)?.id === entry.order.commandId;
    const still = entry.phase === 'gone' && newest && rules.again;
    if (still && this.sendAgain(entry, now)) return;
    const why =
      entry.phase === 'doubt' ? unknown() : new SendError('noConfirmation', { time: formatDuration(rules.within) });
    this.end(entry, 'failed', why);
  }

  // ---- after a crash, and where it is not known whether it arrived

  private resumeOne(entry: Entry): void {
    const { clock, rules } = this.parts;
    const now = clock.now();
    entry.handed = entry.tries > 0;
    if (entry.phase === 'going') {
      if (rules.again) this.putBack(entry, entry.tries - 1, now);
      else this.doubt(entry);
    } else if (entry.phase === 'gone') {
      // nobody listened meanwhile
      entry.deadline = now + rules.within;
      entry.askAt = this.parts.transport.ask === undefined ? Infinity : now;
    }
  }

  private doubt(entry: Entry): void {
    entry.phase = 'doubt';
    // asked as soon as the far side can be reached; when its time is over, nobody will know
    entry.askAt = this.parts.clock.now();
    entry.deadline = Math.max(this.parts.clock.now(), entry.order.validUntil) + this.parts.rules.within;
    if (this.parts.transport.ask === undefined) this.leftInDoubt(entry);
  }

  private ask(entry: Entry): void {
    const { commandId } = entry.order;
    this.asking.add(commandId);
    const finish = (next: () => void): void => {
      this.asking.delete(commandId);
      if (this.closed) return;
      if (this.has(entry)) next();
      this.wake();
    };
    this.parts.transport.ask!(entry.order, entry.firstTry, entry.task).then(
      (verdict) => finish(() => this.judge(entry, verdict)),
      // nobody answered: asked again until it is too late
      () => finish(() => void (entry.askAt = this.parts.clock.now() + ASK_AGAIN)),
    );
  }

  private judge(entry: Entry, verdict: Verdict | undefined): void {
    const { clock, transport } = this.parts;
    const now = clock.now();
    const is = verdict?.is;
    if (is === 'done' || is === 'refused') return this.settle(entry, is);
    if (entry.phase === 'gone') entry.askAt = transport.askEvery === undefined ? Infinity : now + transport.askEvery;
    if (entry.phase !== 'doubt') return;
    if (is === 'absent') {
      if (!this.sendAgain(entry, now)) this.end(entry, 'failed', new SendError('absent'));
    } else if (is === 'accepted') this.foundThere(entry, verdict?.task);
    else this.leftInDoubt(entry);
  }

  private foundThere(entry: Entry, task: string | undefined): void {
    const { level } = entry.order;
    this.parts.outcome(entry.order, level === 'sent' ? 'sent' : 'accepted');
    if (level !== 'done') return this.finished(entry);
    this.follow(entry, task);
  }

  /** An answer may still come where one is awaited; else all that can be said is that nobody knows. */
  private leftInDoubt(entry: Entry): void {
    if (entry.order.level !== 'done') return this.end(entry, 'failed', unknown());
    this.follow(entry);
  }

  // ---- ends

  private settle(entry: Entry, verdict: 'done' | 'refused'): void {
    // said so by the actuator before anybody could tell it was sent
    if (entry.order.level !== 'done' && verdict === 'done') {
      this.parts.outcome(entry.order, 'accepted');
      return this.finished(entry);
    }
    if (verdict === 'done') this.end(entry, 'done');
    else this.end(entry, 'failed', new SendError('refused', { reason: '' }));
  }

  private end(entry: Entry, state: CommandProgress, reason?: SendError): void {
    this.finished(entry);
    this.parts.outcome(entry.order, state, reason);
  }

  private finished(entry: Entry): void {
    this.write({ end: entry.order.commandId });
  }

  private has(entry: Entry): boolean {
    return this.state.entries.get(entry.order.commandId) === entry;
  }

  private count(wanted: (entry: Entry) => boolean): number {
    let count = 0;
    for (const entry of this.state.entries.values()) if (wanted(entry)) count++;
    return count;
  }

  private write(line: Line): void {
    this.state.apply(line);
    this.parts.ledger.append(line);
  }
}

/** It may have arrived or not: sending it again could do harm, and nobody can be asked. */
function unknown(): SendError {
  return new SendError('unknown');
}
