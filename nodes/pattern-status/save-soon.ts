/** Writes down soon what is raised and what is over: after a crash in between the rule would go on with what is not so any more. */
import type { Status } from '../ecdm/status';

/** What comes in this time is written with it. */
const SOON = 1000;
/** A rule that takes long to write is written less often: it may use so small a part of the time. */
const SHARE = 0.01;

export class SaveSoon {
  private timer: NodeJS.Timeout | undefined;
  private next = 0;

  /**
   * @param save writes what is remembered; never rejects
   * @param anyway it is written so often whatever happens, in milliseconds
   */
  constructor(
    private readonly save: () => Promise<void>,
    private readonly anyway: number,
  ) {}

  /** Statuses have been told. */
  told(statuses: readonly Status[]): void {
    if (this.timer !== undefined || !statuses.some(({ state }) => state !== 'updated')) return;
    const wait = Math.max(SOON, this.next - performance.now());
    if (wait >= this.anyway) return;
    this.timer = setTimeout(() => void this.run(), wait).unref();
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    const start = performance.now();
    await this.save();
    const now = performance.now();
    this.next = now + (now - start) / SHARE;
  }

  close(): void {
    clearTimeout(this.timer);
  }
}
