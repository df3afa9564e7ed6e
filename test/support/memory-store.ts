/** A store in memory, over books: fails, hangs, or loses power on demand. */
import type { HistoryPage, JournalEntry } from '../../nodes/city-journal/journal-source';
import type { Batch, CheckResult, Loaded, Store } from '../../nodes/city-journal/store/store';
import type { Status } from '../../nodes/ecdm/status';
import { formatTime } from '../../nodes/ecdm/time';

/** What is there after a restart. */
class Disk {
  readonly entries: JournalEntry[] = [];
  readonly alarms = new Map<string, string>();
  taken: (readonly [number, string])[] = [];
  settled = 0;
  last = '';
}

const NEVER = new Promise<never>(() => undefined);

export class MemoryStore implements Store {
  readonly kind = 'sqlite';
  broken: string | undefined;
  hang: Promise<void> | undefined;
  /** Writes, and then says that it could not. */
  liar = false;
  appends = 0;
  closed = false;
  private cut: 'before' | 'after' | undefined;

  constructor(private readonly disk = new Disk()) {}

  get entries(): JournalEntry[] {
    return this.disk.entries;
  }

  get alarms(): Map<string, string> {
    return this.disk.alarms;
  }

  /** The power goes before or after the next batch is on the disk; nobody hears of this store again. */
  cutPower(when: 'before' | 'after'): void {
    this.cut = when;
  }

  /** The same disk, after the restart. */
  restarted(): MemoryStore {
    this.cut = 'before';
    return new MemoryStore(this.disk);
  }

  async open(statuses: number): Promise<Loaded> {
    await this.mood();
    this.closed = false;
    const { settled, taken } = this.disk;
    const told = this.entries.filter(({ kind }) => kind === 'status').slice(-statuses);
    return { alarms: [...this.alarms.values()], statuses: told, settled, taken };
  }

  async append(batch: Batch): Promise<number> {
    await this.mood();
    if (this.closed) throw new Error('the store is closed');
    if (this.cut === 'before') return NEVER;
    this.appends++;
    const first = this.write(batch);
    if (this.cut === 'after') return NEVER;
    if (this.liar) {
      this.liar = false;
      throw new Error('the connection was lost');
    }
    return first;
  }

  private write(batch: Batch): number {
    const { disk, entries } = this;
    const first = entries.length + 1;
    if (batch.id === disk.last) return first - batch.drafts.length;
    disk.last = batch.id;
    for (const { at, body, ...draft } of batch.drafts) {
      const seq = entries.length + 1;
      entries.push({ ...draft, seq, at: formatTime(at), body: JSON.parse(body) as Status, hash: '' });
    }
    for (const [alarm, text] of batch.alarms) {
      if (text === undefined) this.alarms.delete(alarm);
      else this.alarms.set(alarm, text);
    }
    disk.taken.push(...batch.taken);
    disk.settled = batch.settled ?? disk.settled;
    return first;
  }

  private async mood(): Promise<void> {
    await this.hang;
    if (this.broken !== undefined) throw new Error(this.broken);
  }

  query(): Promise<HistoryPage> {
    return Promise.resolve({ entries: this.entries });
  }

  check(): Promise<CheckResult> {
    throw new Error('not asked for here');
  }

  prune(): Promise<number> {
    return Promise.resolve(0);
  }

  backup(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
