/** Matches that are complete: their events, by time and by name. */
import type { CityEvent } from '../../../ecdm/event';
import type { Run } from './box';
import { startOf, type Bound } from './compare';
import type { Program } from './step';

/** A match that is complete. */
export interface FoundMatch {
  readonly start: number;
  readonly end: number;
  /** Oldest first. */
  readonly events: readonly CityEvent[];
  readonly bound: ReadonlyMap<string, readonly CityEvent[]>;
}

/** A run that came to its end, with what it took. */
export interface Done {
  readonly run: Run;
  readonly bound: Bound | undefined;
}

/** @param t when it was completed */
export function matchOf(bound: Bound | undefined, t: number, { aliases }: Program): FoundMatch {
  const events: CityEvent[] = [];
  const names = new Map<string, CityEvent[]>();
  for (let at = bound; at !== undefined; at = at.before) {
    if (at.event === undefined) continue;
    if (!events.includes(at.event)) events.unshift(at.event);
    const name = aliases[at.alias];
    if (name === undefined) continue;
    const named = names.get(name);
    if (named === undefined) names.set(name, [at.event]);
    else named.unshift(at.event);
  }
  return { start: bound === undefined ? t : startOf(bound), end: t, events, bound: names };
}

/** The match that started last. */
export function newest(done: readonly Done[]): Done {
  const start = ({ bound }: Done): number => (bound === undefined ? -Infinity : startOf(bound));
  return done.reduce((a, b) => (start(b) >= start(a) ? b : a));
}
