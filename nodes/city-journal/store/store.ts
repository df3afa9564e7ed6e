/** Where a journal keeps its entries. The book knows nothing of databases, and a store nothing of alarms. */
import type { EntryKind, HistoryPage, HistoryQuery, JournalEntry } from '../journal-source';

/** An entry before the store has given it its number and its hash. */
export interface Draft {
  /** Epoch milliseconds. */
  at: number;
  kind: EntryKind;
  node: string;
  alarm?: string;
  statusId?: string;
  revision?: number;
  /** JSON. */
  body: string;
}

/** What is written together or not at all. */
export interface Batch {
  /** Never given twice: a batch that is tried again although it had arrived is not written twice. */
  id: string;
  drafts: readonly Draft[];
  /** What alarms are now, as JSON; `undefined` for those that are forgotten. */
  alarms: ReadonlyMap<string, string | undefined>;
  /** Entries that a taker has taken: number and taker. */
  taken: readonly (readonly [seq: number, taker: string])[];
  /** Up to this entry nobody is waited for any more. */
  settled?: number;
}

/** What was written before, as far as the book must know it. */
export interface Loaded {
  /** As they were given in {@link Batch.alarms}. */
  alarms: readonly string[];
  /** The newest entries about statuses, oldest first, at most as many as were asked for. */
  statuses: readonly JournalEntry[];
  settled: number;
  taken: readonly (readonly [seq: number, taker: string])[];
}

/** What a look at every entry found. */
export interface CheckResult {
  ok: boolean;
  /** Entries that were looked at. */
  entries: number;
  /** Number and hash of the newest: noted down elsewhere, they show when somebody has replaced the whole file. */
  last: { seq: number; hash: string };
  /** Number of the first entry that is kept; what was before it went with time or size. */
  first: number;
  /** What is wrong, for people; empty when all is well. At most 20. */
  faults: string[];
}

/** How much is kept. */
export interface Retention {
  days: number;
  megabytes: number;
}

/**
 * All methods reject with an Error that says what is wrong in words for people. {@link Store.append} is called once at a
 * time; a store that rejected is asked again.
 */
export interface Store {
  readonly kind: 'sqlite' | 'postgres' | 'none';
  /** Why nothing is kept, for people; of the kind `none`. */
  readonly reason?: string;
  /** May be called again after it has rejected. @param statuses how many of the newest are wanted */
  open(statuses: number): Promise<Loaded>;
  /** @returns the number of the first draft as an entry; the others follow without gaps */
  append(batch: Batch): Promise<number>;
  query(query: HistoryQuery): Promise<HistoryPage>;
  check(): Promise<CheckResult>;
  /** Forgets the oldest entries. @returns how many */
  prune(retention: Retention, now: number): Promise<number>;
  /** Writes a copy that is whole in itself while the journal goes on. @param file must not exist yet */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
