/** One timer for whatever is due next. */
import { guard } from './input';
import type { RuntimeNode } from './node-red';

/** It never sleeps for longer, so that a wall clock that was set is noticed. */
const LONGEST = 30_000;
/** And never for less: something that is always due must not stop all else. */
const SHORTEST = 20;

export class Waker {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param wake does what is due, and plans anew */
  constructor(
    private readonly node: Pick<RuntimeNode, 'error'>,
    private readonly wake: () => void | Promise<void>,
  ) {}

  /** @param due milliseconds of the wall clock; nothing is due without */
  plan(due: number | undefined): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (due === undefined || this.closed) return;
    const wait = Math.min(LONGEST, Math.max(SHORTEST, due - Date.now()));
    this.timer = setTimeout(guard(this.node, this.wake), wait);
    this.timer.unref();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
