/** The runs of all keys of a rule that keeps run lists: what they tell, and how many there may be. */
import type { CityEvent } from '../../ecdm/event';
import type { Entry } from './entry';
import type { RunBox } from './runs/box';
import { ALL_RUNS, type RunsOperator } from './runs/operator';
import type { PatternState } from './state';

/** A match of the pattern: which events made it true. */
export interface Match {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Oldest first. */
  readonly events: readonly CityEvent[];
  /** The events by the names that the pattern gives them. */
  readonly bound: ReadonlyMap<string, readonly CityEvent[]>;
}

export interface OpenRunsOptions {
  onMatch: ((match: Match) => void) | undefined;
  /** Runs of all keys together. */
  most: number | undefined;
  /** Called when some were given up for want of room. */
  isDropped: (entry: Entry, time: number) => void;
  /** Called with the runs of a key after they may have changed. */
  looked: (entry: Entry, box: RunBox) => void;
}

export class OpenRuns {
  /** Begun matches, and those that were given up for want of room. */
  open = 0;
  dropped = 0;

  constructor(
    private readonly runs: RunsOperator,
    private readonly options: OpenRunsOptions,
  ) {}

  /** What was run ahead, or again, is no match of the instant that comes now. */
  begin(): void {
    this.runs.forgetMatches();
  }

  /** What the run lists of a key did at an instant: matches to tell, room to make. */
  look(entry: Entry, pattern: PatternState, time: number): void {
    const { runs } = this;
    const { onMatch, most = ALL_RUNS, isDropped } = this.options;
    for (const match of runs.takeMatches()) onMatch?.({ key: entry.key, ...match });
    const box = runs.runsOf(pattern);
    this.open += box.size - entry.runs;
    while (this.open > most && runs.makeRoom(box)) this.open--;
    entry.runs = box.size;
    this.options.looked(entry, box);
    if (runs.dropped === 0) return;
    this.dropped += runs.dropped;
    runs.dropped = 0;
    isDropped(entry, time);
  }

  /** A key came back from a snapshot, whose numbers know its runs. */
  restored(entry: Entry, pattern: PatternState): void {
    entry.runs = this.runs.runsOf(pattern).size;
  }

  /** Tells of the runs of a key as they are. */
  looked(entry: Entry, pattern: PatternState): void {
    this.options.looked(entry, this.runs.runsOf(pattern));
  }

  forget({ runs }: Entry): void {
    this.open -= runs;
  }
}
