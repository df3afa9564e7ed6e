/** What the outbox works with: a way out, a clock, a ledger, rules. */
import type { CommandProgress } from '../ecdm/action';
import type { Hold } from './hold';
import type { LedgerState, Line } from './ledger';
import type { Order } from './order';
import type { SendError } from './send-error';

export interface Sent {
  /** The answer already says that it is done. */
  done?: boolean;
  /** What the far side calls it. */
  task?: string;
}

/** What the far side says of an order; `absent`: it never arrived, for certain. */
export interface Verdict {
  is: 'done' | 'refused' | 'accepted' | 'absent';
  /** What the far side calls it. */
  task?: string;
}

export interface Transport {
  /** False while nothing can be sent; `wake` is called when that changes. */
  ready(): boolean;
  /**
   * Fulfilled when the far side has accepted it; rejects with a {@link SendError}; `notConnected` puts the order back.
   * @param handedOver to be called once it is out of our hands
   */
  send(order: Order, handedOver: () => void): Promise<Sent>;
  /**
   * Asks what became of an order. `undefined`: that cannot be known (yet).
   * @param since when it was handed over first, in epoch milliseconds
   */
  ask?(order: Order, since: number, task?: string): Promise<Verdict | undefined>;
  /** Milliseconds between two questions while an order is to be seen to be done; asked only after a restart without it. */
  readonly askEvery?: number;
}

export interface Clock {
  now(): number;
  /** @returns stops it */
  after(ms: number, run: () => void): () => void;
}

/** Where lines are kept. */
export interface Ledger {
  append(line: Line): void;
  /** Fulfilled when all that was appended outlasts a crash, or when it is known that nothing can be kept. Never rejects. */
  kept(): Promise<void>;
}

export interface Rules {
  /** Milliseconds within which an order must be confirmed. */
  within: number;
  /** How often what failed is sent again. */
  retries: number;
  /** Whether the same order twice does no harm. */
  again: boolean;
  /** Least milliseconds between two orders to one address. */
  pause: number;
  /** Why an order must not go out now: an interlock, an address that is not allowed. */
  forbids(order: Order): SendError | undefined;
}

export type Outcome = (order: Order, state: CommandProgress, reason?: SendError) => void;

export interface OutboxParts {
  transport: Transport;
  clock: Clock;
  ledger: Ledger;
  state: LedgerState;
  rules: Rules;
  outcome: Outcome;
  random: () => number;
  /** The hold of a person has come to its end. */
  holdEnded(hold: Hold): void;
}
