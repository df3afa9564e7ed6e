/** What goes between the flow and the workers that wait for the disk in its place. */
import type { HistoryPage, HistoryQuery } from '../../journal-source';
import type { Batch, CheckResult, Loaded, Retention } from '../store';

/** A worker reads or writes, never both: what is written does not wait for a search. */
export interface WorkerSettings {
  file: string;
  readOnly: boolean;
  language?: string;
}

/** What can be asked for: the calls of a worker and their answers. */
export interface Calls {
  open: (statuses: number) => Loaded;
  append: (batch: Batch) => number;
  prune: (retention: Retention, now: number) => number;
  query: (query: HistoryQuery) => HistoryPage;
  check: () => CheckResult;
  backup: (file: string) => void;
  close: () => void;
}

export type Call = keyof Calls;

export interface Ask {
  id: number;
  call: Call;
  args: unknown[];
}

export type Answer = { id: number; result: unknown } | { id: number; error: string };
