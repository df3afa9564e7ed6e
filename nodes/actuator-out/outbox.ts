/**
 * The orders that are on their way. Kept in order for each address, a few addresses at a time, never sent after their
 * time, never more than a thousand. Pure: the clock and the transport are given.
 */
import type { CommandProgress } from '../ecdm/action';
import { formatDuration } from '../ecdm/duration';
import type { Order } from './order';

/** Most orders that wait or are due later. At the bound the oldest is given up: the newest order is what counts. */
export const MOST_ORDERS = 1000;
/** Addresses that are spoken to at a time. */
const AT_ONCE = 4;
/** Longest a timer can be set for. */
const FAR = 2_000_000_000;

/** Why an order failed: a key of the texts under `order.`, with its parameters. */
export class SendError extends Error {
  constructor(
    readonly key: string,
    readonly parameters: Record<string, string | number> = {},
  ) {
    super(key);
  }
}

export interface Transport {
  /** False while nothing can be sent; `wake` is called when that changes. */
  ready(): boolean;
  /**
   * Fulfilled when the far side has accepted it; rejects with a {@link SendError}; `notConnected` puts the order back.
   * @param handedOver to be called once it is out of our hands
   * @returns true where the answer already says that it is done
   */
  send(order: Order, handedOver: () => void): Promise<boolean>;
}

export interface Clock {
  now(): number;
  /** @returns stops it */
  after(ms: number, run: () => void): () => void;
}

export type Outcome = (order: Order, state: CommandProgress, reason?: SendError) => void;

export class Outbox {
  private readonly queue: Order[] = [];
  private readonly later: Order[] = [];
  private readonly busy = new Set<string>();
  /** Sent and accepted, not yet seen to be done. */
  private readonly open = new Map<string, { order: Order; stop: () => void }>();
  private stopTimer: () => void = () => undefined;
  private closed = false;

  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
    /** Milliseconds within which an order must be confirmed. */
    private readonly within: number,
    private readonly outcome: Outcome,
  ) {}

  get waiting(): number {
    return this.queue.length + this.later.length;
  }

  get unconfirmed(): number {
    return this.open.size;
  }

  add(order: Order): void {
    if (this.closed) return;
    if (this.waiting >= MOST_ORDERS) {
      const oldest = this.queue.shift() ?? this.later.shift();
      if (oldest !== undefined) this.outcome(oldest, 'failed', new SendError('full', { n: MOST_ORDERS }));
    }
    if (order.notBefore > this.clock.now()) this.later.push(order);
    else this.queue.push(order);
    this.wake();
  }

  /** Looks again: something has come, the transport is ready, a time has passed. */
  wake(): void {
    if (this.closed) return;
    const now = this.clock.now();
    this.fetchDue(now);
    this.dropExpired(now);
    while (this.busy.size < AT_ONCE && this.transport.ready()) {
      const at = this.queue.findIndex((order) => !this.busy.has(order.address));
      if (at < 0) break;
      this.start(this.queue.splice(at, 1)[0]!);
    }
    this.setTimer(now);
  }

  /** An answer of the actuator; the order that `fits` is done (or refused). */
  answer(fits: (order: Order) => 'done' | 'refused' | undefined): void {
    for (const { order } of [...this.open.values()]) {
      const verdict = fits(order);
      if (verdict === undefined) continue;
      this.settle(order);
      if (verdict === 'done') this.outcome(order, 'done');
      else this.outcome(order, 'failed', new SendError('refused', { reason: '' }));
    }
  }

  /** What is still waiting is given up, and said so. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopTimer();
    const left = [
      ...this.queue.splice(0),
      ...this.later.splice(0),
      ...[...this.open.values()].map(({ order }) => order),
    ];
    for (const { stop } of this.open.values()) stop();
    this.open.clear();
    for (const order of left) this.outcome(order, 'failed', new SendError('closed'));
  }

  private fetchDue(now: number): void {
    for (let i = 0; i < this.later.length;) {
      if (this.later[i]!.notBefore <= now) this.queue.push(...this.later.splice(i, 1));
      else i++;
    }
  }

  private dropExpired(now: number): void {
    for (const list of [this.queue, this.later]) {
      for (let i = 0; i < list.length;) {
        if (list[i]!.validUntil >= now) i++;
        else this.outcome(list.splice(i, 1)[0]!, 'expired', new SendError('expired'));
      }
    }
  }

  private setTimer(now: number): void {
    this.stopTimer();
    let next = Infinity;
    for (const order of this.queue) next = Math.min(next, order.validUntil + 1);
    for (const order of this.later) next = Math.min(next, order.notBefore, order.validUntil + 1);
    if (next < Infinity) this.stopTimer = this.clock.after(Math.min(FAR, Math.max(1, next - now)), () => this.wake());
  }

  private start(order: Order): void {
    this.busy.add(order.address);
    // the answer may be quicker than the acknowledgement, so it is awaited from now on
    if (order.level === 'done') this.expect(order);
    let told = false;
    const handedOver = (): void => {
      if (told || this.closed) return;
      told = true;
      this.outcome(order, 'sent');
    };
    const finish = (next: () => void): void => {
      this.busy.delete(order.address);
      if (this.closed) return;
      next();
      this.wake();
    };
    this.transport.send(order, handedOver).then(
      (done) => finish(() => this.accepted(order, handedOver, done)),
      (thrown: unknown) => finish(() => this.failed(order, thrown)),
    );
  }

  private accepted(order: Order, handedOver: () => void, done: boolean): void {
    handedOver();
    if (order.level === 'sent') return;
    // already done: an acknowledgement has nothing to add
    if (order.level === 'done' && !this.open.has(order.commandId)) return;
    this.outcome(order, 'accepted');
    if (order.level !== 'done' || !done) return;
    this.settle(order);
    this.outcome(order, 'done');
  }

  private failed(order: Order, thrown: unknown): void {
    const known = order.level !== 'done' || this.open.has(order.commandId);
    this.settle(order);
    if (!known) return;
    if (thrown instanceof SendError && thrown.key === 'notConnected') {
      this.queue.unshift(order);
      return;
    }
    const reason = thrown instanceof SendError ? thrown : new SendError('unreachable', { reason: String(thrown) });
    this.outcome(order, 'failed', reason);
  }

  private expect(order: Order): void {
    if (this.open.size >= MOST_ORDERS) {
      const [oldest] = this.open.values();
      this.settle(oldest!.order);
      this.outcome(oldest!.order, 'failed', new SendError('full', { n: MOST_ORDERS }));
    }
    const stop = this.clock.after(this.within, () => {
      this.settle(order);
      this.outcome(order, 'failed', new SendError('noConfirmation', { time: formatDuration(this.within) }));
    });
    this.open.set(order.commandId, { order, stop });
  }

  private settle(order: Order): void {
    this.open.get(order.commandId)?.stop();
    this.open.delete(order.commandId);
  }
}
