import { isBuiltin } from 'node:module';
import type { HistoryPage, HistoryQuery } from '../../journal-source';
import type { Batch, CheckResult, Loaded, Retention, Store } from '../store';
import { WorkerLine } from './line';

/** A disk that has not answered for so long will not: the thread is given up, and a new one tries. Milliseconds. */
const GIVEN_UP = 60_000;
/** A thread that only reads ends when nothing was asked for so long. */
const RESTS_AFTER = 60_000;

/** Whether this Node has SQLite (from 22.13 on). */
export const hasSqlite = (): boolean => isBuiltin('node:sqlite');

/** A file; one thread writes it, another one reads it while somebody looks at the history. */
export class SqliteStore implements Store {
  readonly kind = 'sqlite';
  private readonly writing: WorkerLine;
  private readonly reading: WorkerLine;
  private readers = 0;
  private resting: NodeJS.Timeout | undefined;

  /** @param language of what is wrong with a query, and of what a check finds */
  constructor(
    file: string,
    language?: string,
    private readonly givenUpAfter = GIVEN_UP,
  ) {
    this.writing = new WorkerLine({ file, readOnly: false, language });
    this.reading = new WorkerLine({ file, readOnly: true, language });
  }

  open(statuses: number): Promise<Loaded> {
    return this.write(() => this.writing.ask('open', statuses));
  }

  append(batch: Batch): Promise<number> {
    return this.write(() => this.writing.ask('append', batch));
  }

  prune(retention: Retention, now: number): Promise<number> {
    return this.write(() => this.writing.ask('prune', retention, now));
  }

  query(query: HistoryQuery): Promise<HistoryPage> {
    return this.read(() => this.reading.ask('query', query));
  }

  check(): Promise<CheckResult> {
    return this.read(() => this.reading.ask('check'));
  }

  backup(file: string): Promise<void> {
    return this.read(() => this.reading.ask('backup', file));
  }

  async close(): Promise<void> {
    clearTimeout(this.resting);
    // the last one on the file writes into it what lies beside it: not the one that only reads
    await this.reading.close();
    await this.writing.close();
  }

  private async write<T>(ask: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => void this.writing.kill(), this.givenUpAfter);
    timer.unref();
    try {
      return await ask();
    } finally {
      clearTimeout(timer);
    }
  }

  private async read<T>(ask: () => Promise<T>): Promise<T> {
    this.readers++;
    clearTimeout(this.resting);
    try {
      return await ask();
    } finally {
      if (--this.readers === 0) {
        this.resting = setTimeout(() => void this.reading.rest(), RESTS_AFTER);
        this.resting.unref();
      }
    }
  }
}
