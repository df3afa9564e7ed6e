/**
 * Lets so many requests through at once, and fewer while the server asks for a rest: after a "too many requests" nobody
 * goes for as long as it asked, and then half as many as before; every twenty good answers let one more through.
 */
import { StaError } from './errors';

/** Good answers after which one more request may be in flight. */
const GOOD = 20;

export class RequestGate {
  private readonly waiting: (() => void)[] = [];
  private inFlight = 0;
  private allowed: number;
  private good = 0;
  private restUntil = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly most: number) {
    this.allowed = most;
  }

  /** Requests that may be in flight now. */
  get width(): number {
    return this.allowed;
  }

  /** Waits for a turn. @throws StaError `closed` */
  async enter(signal?: AbortSignal): Promise<void> {
    while (!this.closed && !signal?.aborted && !this.open) await this.turn(signal);
    if (this.closed || signal?.aborted) {
      // the turn that woke it up is another one's
      this.next();
      throw new StaError('transient', 'closed', 'stopped');
    }
    this.inFlight++;
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      // whoever is not waited for any more does not keep its place
      const leave = (): void => {
        const at = this.waiting.indexOf(wake);
        if (at >= 0) this.waiting.splice(at, 1);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(wake);
    });
  }

  leave(): void {
    this.inFlight--;
    this.next();
  }

  /** An answer came as it should. */
  answered(): void {
    if (this.allowed >= this.most || ++this.good < GOOD) return;
    this.good = 0;
    this.allowed++;
    this.next();
  }

  /** The server asks for a rest of so many milliseconds. */
  rest(ms: number): void {
    this.good = 0;
    this.allowed = Math.max(1, this.allowed >> 1);
    this.restUntil = Math.max(this.restUntil, performance.now() + ms);
    this.wakeAfterRest();
  }

  /** A timer may come a little early: whoever it woke then would wait for ever. */
  private wakeAfterRest(): void {
    clearTimeout(this.timer);
    const over = (): void => (performance.now() < this.restUntil ? this.wakeAfterRest() : this.next());
    this.timer = setTimeout(over, Math.max(1, this.restUntil - performance.now() + 1));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private get open(): boolean {
    return this.inFlight < this.allowed && performance.now() >= this.restUntil;
  }

  private next(): void {
    for (let free = this.allowed - this.inFlight; free > 0 && this.waiting.length > 0; free--) this.waiting.shift()!();
  }
}
