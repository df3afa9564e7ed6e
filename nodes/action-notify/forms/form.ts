/** What the forms of output 1 have in common. */
import type { ActionEvent } from '../../ecdm/action';
import type { Mode } from '../../ecdm/city';
import type { CityEvent } from '../../ecdm/event';
import type { Observation } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import type { Status } from '../../ecdm/status';

/** One thing that came in, and what the node decided about it. */
export type Entry =
  | { kind: 'status'; status: Status; wanted: boolean; mode: Mode }
  | { kind: 'event'; event: CityEvent; wanted: boolean; mode: Mode }
  | { kind: 'observation'; observation: Observation; mode: Mode };

/** A message for output 1. Only what stands here is sent: a dashboard obeys more fields of a message than `payload`. */
export interface OutMessage {
  payload: unknown;
  topic?: string;
  timestamp?: number;
  [field: string]: unknown;
}

/** Shows how things are: a table, a chart, a map. It follows every status, and no notice. */
export interface Picture {
  /** @param now milliseconds of the wall clock */
  take(entries: readonly Entry[], now: number): OutMessage[];
  /** When {@link tick} has something to do, in milliseconds of the wall clock. */
  due?(): number | undefined;
  tick?(now: number): OutMessage[];
}

/** Tells somebody: one message for a notice. */
export type Shape = (notice: ActionEvent) => OutMessage;

export type Report = (problem: Problem) => void;
