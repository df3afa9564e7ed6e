/**
 * Brings entries to the store: what comes while some are being written goes with the next (a disk is flushed once for all
 * of them), and what the store refuses waits for it to come back. Nothing here rejects.
 */
import { text } from '../ecdm/text';
import type { JournalHealth } from './journal-source';
import type { Batch, Draft, Loaded, Store } from './store/store';

export interface WriterLimits {
  /** Longest time that anybody waits for the disk, in milliseconds. */
  patience: number;
  /** Entries that wait while the store does not take them; what comes beyond them is lost, and counted. */
  waiting: number;
  /** Alarms whose change waits with them; of more those that were forgotten are left out. */
  alarms: number;
  /** Entries of one batch. */
  batch: number;
  /** First and longest pause before the store is tried again, in milliseconds. */
  retry: readonly [first: number, longest: number];
}

export const WRITER_LIMITS: WriterLimits = {
  patience: 2000,
  waiting: 10_000,
  alarms: 50_000,
  batch: 2000,
  retry: [500, 10_000],
};

export interface WriterListener {
  /** The store is open, and this is what was in it; called once. */
  loaded: (loaded: Loaded) => void;
  /** History is kept, or is not kept any more. */
  health: () => void;
  /** Entries were lost, and the store is back. @returns the entry that says so */
  gap: (missing: number) => Draft;
}

/** What is to be written beside the entries. */
type Marks = Partial<Pick<Batch, 'taken' | 'settled'>>;

interface Queued {
  draft: Draft;
  /** Told the number of the entry when it is written. */
  written: ((seq: number) => void) | undefined;
}

export class Writer {
  /** The store is open, and what was in it has been handed over. */
  opened = false;
  private queue: Queued[] = [];
  private alarms = new Map<string, string | undefined>();
  private taken: (readonly [number, string])[] = [];
  private settled: number | undefined;
  /** How many entries ever came in here, and how many of them are written. */
  private came = 0;
  private done = 0;
  private missing = 0;
  private gap = 0;
  private batches = 0;
  private readonly run = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  private waiters: { upTo: number; until: number; resolve: () => void }[] = [];
  /** Who wants to know whether something is on the disk, in the order of their coming. */
  private askers: { upTo: number; is: Promise<boolean>; tell: (is: boolean) => void }[] = [];
  private busy: Promise<void> | undefined;
  private impatient: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private pause: number;
  private failed: string | undefined;
  private closing = false;
  private ended = false;
  private told: JournalHealth['history'];

  /**
   * @param statuses how many of the newest are wanted when the store is opened
   * @param language of what is wrong
   */
  constructor(
    private readonly store: Store,
    private readonly limits: WriterLimits,
    private readonly statuses: number,
    private readonly on: WriterListener,
    private readonly language?: string,
  ) {
    this.pause = limits.retry[0];
    this.told = this.health().history;
  }

  health(): JournalHealth {
    const { missing } = this;
    const waiting = this.queue.length;
    if (this.store.kind === 'none') {
      return { history: 'none', waiting: 0, missing: 0, reason: this.store.reason ?? '' };
    }
    if (this.failed === undefined) return { history: 'kept', waiting, missing };
    return { history: this.gap > 0 ? 'lost' : 'late', waiting, missing, reason: this.failed };
  }

  /** Opens the store; tried again until it succeeds. Resolves when it is open, at the latest after the time of patience. */
  open(): Promise<void> {
    const opened = this.wait();
    this.work();
    return opened;
  }

  /**
   * Takes entries. Resolves when they are written, at the latest after the time of patience, and at once while the store
   * does not answer.
   * @param written called for each draft with the number of its entry, when that is known
   */
  add(drafts: readonly Draft[], written?: readonly ((seq: number) => void)[]): Promise<void> {
    for (let i = 0; i < drafts.length; i++) {
      if (this.queue.length < this.limits.waiting) {
        this.queue.push({ draft: drafts[i]!, written: written?.[i] });
        this.came++;
      } else {
        this.missing++;
        this.gap++;
      }
    }
    if (this.gap > 0) this.tell();
    const waited = this.wait();
    this.work();
    return waited;
  }

  /**
   * Resolves with true when all that came in so far is on the disk, however long that takes; with false where some of it was
   * lost, or is not on the disk at the end.
   */
  written(): Promise<boolean> {
    if (this.gap > 0) return Promise.resolve(false);
    if (this.done >= this.came) return Promise.resolve(true);
    if (this.ended) return Promise.resolve(false);
    // those who ask without anything new share one: while the disk hangs, no more wait than entries do
    let last = this.askers.at(-1);
    if (last?.upTo !== this.came) {
      let tell!: (is: boolean) => void;
      const is = new Promise<boolean>((resolve) => (tell = resolve));
      this.askers.push((last = { upTo: this.came, is, tell }));
    }
    return last.is;
  }

  /** What an alarm is from now on; goes with the next entries. */
  alarm(alarm: string, body: string | undefined): void {
    this.alarms.set(alarm, body);
    if (this.alarms.size <= this.limits.alarms) return;
    // one that the store does not hear is forgotten will be forgotten again after the next start
    for (const [one, is] of this.alarms) if (is === undefined) this.alarms.delete(one);
  }

  /** Goes with the next entries, or alone when {@link flush} is called. */
  mark({ taken, settled }: Marks): void {
    if (taken !== undefined) this.taken.push(...taken);
    // a report that gets lost is one status that is sent again
    if (this.taken.length > this.limits.waiting) this.taken.splice(0, this.taken.length - this.limits.waiting);
    if (settled !== undefined) this.settled = settled;
  }

  /** Writes what is marked although no entry comes. */
  flush(): void {
    this.work();
  }

  /** Writes what waits, then closes the store; waits for neither longer than the time of patience. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.failed = undefined;
    const written = this.wait();
    this.work();
    await written;
    clearTimeout(this.impatient);
    clearTimeout(this.retry);
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.limits.patience)));
    await Promise.race([this.store.close().catch(() => undefined), enough]);
    clearTimeout(timer);
    this.ended = true;
    for (const { tell } of this.askers.splice(0)) tell(false);
  }

  private get hasWork(): boolean {
    // what was refused has left the queue of marks already
    if (!this.opened || this.batch !== undefined) return true;
    return this.queue.length > 0 || this.alarms.size > 0 || this.taken.length > 0 || this.settled !== undefined;
  }

  private wait(): Promise<void> {
    if (this.failed !== undefined || (!this.hasWork && this.busy === undefined)) return Promise.resolve();
    const until = performance.now() + this.limits.patience;
    return new Promise((resolve) => {
      this.waiters.push({ upTo: this.came, until, resolve });
      this.watch();
    });
  }

  /** Looks at who has waited longest. */
  private watch(): void {
    const [first] = this.waiters;
    if (first === undefined || this.impatient !== undefined) return;
    this.impatient = setTimeout(() => this.giveUp(), first.until - performance.now());
  }

  /** The store does not answer: nobody waits for it until it does. */
  private giveUp(): void {
    this.impatient = undefined;
    if (this.failed === undefined) this.fail(new Error(text(this.language, 'journal.noAnswer')));
    else this.release(Infinity);
  }

  private work(): void {
    if (this.busy !== undefined || this.retry !== undefined || !this.hasWork) return;
    this.busy = this.loop().finally(() => {
      this.busy = undefined;
      // came in while the last one was being finished; what fails at the end is not tried again, for ever
      if (this.hasWork && !(this.closing && this.failed !== undefined)) this.work();
      else this.release(Infinity);
    });
  }

  private async loop(): Promise<void> {
    try {
      while (this.hasWork) {
        if (!this.opened) await this.openStore();
        else await this.writeBatch();
        this.succeeded();
        if (this.closing && !this.hasWork) return;
      }
    } catch (thrown) {
      this.fail(thrown);
      if (!this.closing) this.tryLater();
    }
  }

  private async openStore(): Promise<void> {
    const loaded = await this.store.open(this.statuses);
    this.opened = true;
    this.on.loaded(loaded);
  }

  private batch: { batch: Batch; queued: Queued[] } | undefined;

  private async writeBatch(): Promise<void> {
    // one that was refused is tried again as it was: it may have arrived all the same
    this.batch ??= this.nextBatch();
    const { batch, queued } = this.batch;
    const first = await this.store.append(batch);
    this.batch = undefined;
    this.queue.splice(0, queued.length);
    this.done += queued.length;
    queued.forEach(({ written }, i) => written?.(first + i));
    while (this.askers.length > 0 && this.askers[0]!.upTo <= this.done) this.askers.shift()!.tell(true);
  }

  private nextBatch(): { batch: Batch; queued: Queued[] } {
    if (this.gap > 0) {
      // the history itself says that something is missing in it
      this.queue.push({ draft: this.on.gap(this.gap), written: undefined });
      this.came++;
      this.gap = 0;
    }
    const queued = this.queue.slice(0, this.limits.batch);
    const { alarms, taken, settled } = this;
    this.alarms = new Map();
    this.taken = [];
    this.settled = undefined;
    const drafts = queued.map(({ draft }) => draft);
    return { batch: { id: `${this.run}-${++this.batches}`, drafts, alarms, taken, settled }, queued };
  }

  private succeeded(): void {
    this.failed = undefined;
    this.pause = this.limits.retry[0];
    this.release(this.done);
    clearTimeout(this.impatient);
    this.impatient = undefined;
    this.watch();
    this.tell();
  }

  private fail(thrown: unknown): void {
    this.failed = thrown instanceof Error ? thrown.message : String(thrown);
    this.release(Infinity);
    this.tell();
  }

  private tryLater(): void {
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.work();
    }, this.pause);
    this.retry.unref();
    this.pause = Math.min(this.pause * 2, this.limits.retry[1]);
  }

  private release(upTo: number): void {
    const ready = this.waiters.filter((waiter) => waiter.upTo <= upTo);
    this.waiters = this.waiters.filter((waiter) => waiter.upTo > upTo);
    for (const { resolve } of ready) resolve();
  }

  private tell(): void {
    const { history } = this.health();
    if (history === this.told) return;
    this.told = history;
    this.on.health();
  }
}
