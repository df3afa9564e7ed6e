import type { HistoryPage } from '../journal-source';
import type { Batch, CheckResult, Loaded, Store } from './store';

/** Keeps nothing: the journal lives without it, but has no history. */
export class NoStore implements Store {
  readonly kind = 'none';
  private seq = 0;

  /** @param reason why there is none, for people */
  constructor(readonly reason: string) {}

  open(): Promise<Loaded> {
    return Promise.resolve({ alarms: [], statuses: [], settled: 0, taken: [] });
  }

  append({ drafts }: Batch): Promise<number> {
    const first = this.seq + 1;
    this.seq += drafts.length;
    return Promise.resolve(first);
  }

  query(): Promise<HistoryPage> {
    return this.refuse();
  }

  check(): Promise<CheckResult> {
    return this.refuse();
  }

  prune(): Promise<number> {
    return Promise.resolve(0);
  }

  backup(): Promise<void> {
    return this.refuse();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private refuse<T>(): Promise<T> {
    return Promise.reject(new Error(this.reason));
  }
}
