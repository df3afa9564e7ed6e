/** Takes away what is too old or too much, a little at a time, so that what is to be written never waits for it. */
import type { Retention, Store } from './store/store';

const EVERY = 10 * 60_000;
const FIRST = 10_000;
const BREATH = 50;

export class Retainer {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param onError what a store says that cannot; it is asked again the next time */
  constructor(
    private readonly store: Store,
    private readonly retention: Retention,
    private readonly onError: (thrown: unknown) => void,
  ) {
    this.plan(FIRST);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private plan(after: number): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.look(), after);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    try {
      const gone = await this.store.prune(this.retention, Date.now());
      this.plan(gone > 0 ? BREATH : EVERY);
    } catch (thrown) {
      if (!this.closed) this.onError(thrown);
      this.plan(EVERY);
    }
  }
}
