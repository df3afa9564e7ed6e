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
  flags: string[];
  simulated?: boolean;
}
