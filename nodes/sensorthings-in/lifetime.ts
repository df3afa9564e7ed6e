import { setMaxListeners } from 'node:events';

/** Longest a timer can be set for, in milliseconds. */
const FAR = 2_000_000_000;

/** How long a source works: it waits between what it does, can be woken, and what it has asked for ends with it. */
export class Lifetime {
  private readonly stopping = new AbortController();
  private wakeUp: () => void = () => undefined;

  constructor() {
    // every request in flight listens
    setMaxListeners(0, this.stopping.signal);
  }

  /** For requests: aborted when it is over. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  get closed(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Waits for so many milliseconds, until {@link wake}, or until it is over: never rejects. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        this.wakeUp = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, Math.min(ms, FAR)));
      this.wakeUp = done;
    });
  }

  /** Ends the {@link sleep} that lasts. */
  wake(): void {
    this.wakeUp();
  }

  close(): void {
    this.stopping.abort();
    this.wake();
  }
}
