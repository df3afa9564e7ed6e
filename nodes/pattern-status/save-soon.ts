/** Writes down soon what is raised and what is over: after a crash in between the rule would go on with what is not so any more. */
import type { Status } from '../ecdm/status';

/** What comes in this time is written with it. */
const SOON = 1000;
/** A rule that takes long to write is written less often: it may use so small a part of the time. */
const SHARE = 0.01;

/** A clock that does not jump, and its timers. */
interface Timers {
  now(): number;
  /** @returns takes it back */
  later(run: () => void, ms: number): () => void;
}

const REAL: Timers = {
  now: () => performance.now(),
  later: (run, ms) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

export class SaveSoon {
  private takeBack: (() => void) | undefined;
  private next = 0;

  /**
   * @param save writes what is remembered; never rejects
   * @param anyway it is written so often whatever happens, in milliseconds
   */
  constructor(
    private readonly save: () => Promise<void>,
    private readonly anyway: number,
    private readonly timers = REAL,
  ) {}

  /** Statuses have been told. */
  told(statuses: readonly Status[]): void {
    if (this.takeBack !== undefined || !statuses.some(({ state }) => state !== 'updated')) return;
    const wait = Math.max(SOON, this.next - this.timers.now());
    if (wait >= this.anyway) return;
    this.takeBack = this.timers.later(() => void this.run(), wait);
  }

  private async run(): Promise<void> {
    this.takeBack = undefined;
    const start = this.timers.now();
    await this.save();
    const now = this.timers.now();
    this.next = now + (now - start) / SHARE;
  }

  close(): void {
    this.takeBack?.();
  }
}
