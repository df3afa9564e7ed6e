/** What a rule counts, for people. */

export interface Counters {
  /** Events that came, without those that no part of the rule looks at. */
  events: number;
  keys: number;
  raised: number;
  pending: number;
  waiting: number;
  late: number;
  /** Came behind what was settled, but not late by its own stream. */
  behind: number;
  duplicates: number;
  future: number;
  /** No key could be found, or there was no room. */
  dropped: number;
  evicted: number;
  detections: number;
  /** Keys that are known from a roster, whether they spoke or not. */
  expected: number;
  /** Raised, and told as flapping: not every change of them is. */
  flapping: number;
  /** Their condition holds, but another status keeps them down. */
  suppressed: number;
  /** Values that were left out of a window: too many, or in a unit that cannot be compared. */
  leftOut: number;
  /** Begun matches of rules that keep runs. */
  runs: number;
  /** Begun matches, and those that wait for a silence, that were given up for want of room. */
  runsDropped: number;
  /** What must not have happened before, around places: events that were given up for want of room. */
  backDropped: number;
}

export function noneCounted(): Counters {
  return {
    events: 0,
    keys: 0,
    raised: 0,
    pending: 0,
    waiting: 0,
    late: 0,
    behind: 0,
    duplicates: 0,
    future: 0,
    dropped: 0,
    evicted: 0,
    detections: 0,
    expected: 0,
    flapping: 0,
    suppressed: 0,
    leftOut: 0,
    runs: 0,
    runsDropped: 0,
    backDropped: 0,
  };
}
