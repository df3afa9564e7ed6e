/** What an engine is told of its surroundings. */
import type { EmitOf } from './compile';
import type { Match } from './open-runs';
import type { ObservingOf } from './roster';

export interface PatternOptions {
  /** Names of events, for sentences. */
  names: (event: string) => string;
  /** Whether an event is a state (begin and end) or an instant; asked for better refusals and faster answers. */
  emit?: EmitOf;
  node?: string;
  language?: string;
  timeZone?: string;
  /** Everything that comes out is marked as simulated, whatever the mode. */
  simulated?: boolean;
  /** Wall clock, where there is one: future stamps and arrival times are judged by it (live only). */
  now?: () => number;
  /** Default 100,000. */
  maxKeys?: number;
  /** Every event is known to come once only: none is compared with those that came before. */
  distinct?: boolean;
  /** What is known of the definitions of events: which sensors of a roster are to be expected. */
  observing?: ObservingOf;
  /** A source that is silent this long is waited for no longer (live only), default 60 s. */
  idleAfter?: number;
  /** Every match of a rule that keeps runs, when its time is settled. */
  onMatch?: (match: Match) => void;
  /** Runs of all keys together, default 1,000,000. */
  maxRuns?: number;
}
