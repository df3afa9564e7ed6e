/** Who runs a rehearsal, for the routes that start it. */
import type { RehearsalRequest, RehearsalResult, SavedNode } from '../contract';
import type { HistorySpec } from '../history/spec';

export interface Task {
  request: RehearsalRequest;
  /** All nodes of the flow that runs, as they were saved; never with credentials. */
  deployed: SavedNode[];
  history: HistorySpec;
}

export interface Step {
  state: 'reading' | 'running';
  readings: number;
  share?: number;
}

export interface Running {
  /** Rejects with a sentence for people. */
  readonly result: Promise<RehearsalResult>;
  /** Ends it at once; the result is not waited for any more. */
  cancel(): void;
}

export type Runner = (task: Task, progress: (step: Step) => void) => Running;
