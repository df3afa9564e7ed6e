import type { Place, Value } from './observation';
import type { EventKind, EventLimit } from './event';
import type { ZoneRef } from './zone';

/** Perceived severity, after RFC 8632 (there: indeterminate, minor, warning, major, critical). */
export type Severity = 'warning' | 'minor' | 'major' | 'critical';

export const SEVERITIES: readonly Severity[] = ['warning', 'minor', 'major', 'critical'];

/**
 * Condition state. `pending`: the pattern is true but has not lasted long enough. `updated` is a raised status
 * with something new to say. `nodata`: raised, and the sources fell silent, so that nobody knows.
 */
export type StatusState = 'pending' | 'raised' | 'updated' | 'nodata' | 'cleared';

export const STATES: readonly StatusState[] = ['pending', 'raised', 'updated', 'nodata', 'cleared'];

/**
 * What `flags` may hold. Of the message:
 * - `severity-up`, `severity-down`: the severity is another one than in the message before;
 * - `reminder`: nothing is new, it is still raised;
 * - `steady`: it does not flap any more, and this is how it is (when it is cleared: `until` lies before `updated`);
 * - `by-hand`: somebody cleared it; `corrected`: late readings say that it was over before;
 * - `never-raised`: a pending status that did not last; `not-expected`: its sensor was taken out of the roster;
 * - `suppressed`: a status is raised that this one is not to be raised beside.
 *
 * Of the status, with every message while it is so:
 * - `nodata`: its sources are silent; `flapping`: it comes and goes, which is not told each time;
 * - `latched`: it is back to normal, but waits for somebody to clear it.
 */
export const STATUS_FLAGS = [
  'severity-up', 'severity-down', 'reminder', 'steady', 'by-hand', 'corrected', 'never-raised', 'not-expected',
  'suppressed', 'nodata', 'flapping', 'latched',
] as const; // prettier-ignore
export type StatusFlag = (typeof STATUS_FLAGS)[number];

/** One event that a detection rests on, short enough to travel with the status. */
export interface Evidence {
  id: string;
  event: string;
  name: string;
  key: string;
  keyName?: string;
  kind: EventKind;
  /** ISO 8601 with offset. */
  time: string;
  value?: Value;
  unit?: string;
  /** With what the value was compared. */
  limit?: EventLimit;
  place?: Place;
}

/** The situation that a pattern over events describes, for one key, with a life-cycle. */
export interface Status {
  /** definition id | key | event time of the first raising detection (ISO 8601, UTC); fixed when raised. */
  statusId: string;
  /** Grows by one with every message about this status. */
  revision: number;
  /** Id of the status definition. */
  status: string;
  /** Name of the status definition, for people. */
  name: string;
  domain?: string;
  key: string;
  keyName?: string;
  state: StatusState;
  severity: Severity;
  /** Event time, ISO 8601 with offset. May move earlier in an update when a late reading says so. */
  since: string;
  updated: string;
  /** Set when cleared. */
  until?: string;
  place?: Place;
  zones?: readonly ZoneRef[];
  /** GeoJSON geometry: the hull of the places of the evidence. */
  area?: { type: string; coordinates: unknown };
  /** Detections since raised. */
  count: number;
  evidence: Evidence[];
  /** A sentence that a person understands, in the flow's language. */
  reason: string;
  /** Why this message, and what is special about the status: see {@link STATUS_FLAGS}; others may be added later. */
  flags: string[];
  /** Ids of the status definitions that it rests on, so that no status feeds itself. */
  lineage?: readonly string[];
  simulated?: boolean;
}
