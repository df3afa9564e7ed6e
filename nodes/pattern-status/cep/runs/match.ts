/** Matches that are complete: their events, by time and by name. */
import type { CityEvent } from '../../../ecdm/event';
import { isBefore } from '../entry';
import { isSame } from '../operators';
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
  let isMixed = false;
  for (let at = bound; at !== undefined; at = at.before) {
    if (at.event === undefined) continue;
    putFirst(at.event, events);
    if (at.beside !== undefined) {
      isMixed = true;
      for (const event of at.beside) putFirst(event, events);
    }
    const name = aliases[at.alias];
    if (name === undefined) continue;
    const named = names.get(name);
    if (named === undefined) names.set(name, [at.event]);
    else named.unshift(at.event);
  }
  // what goes on may have begun before what was taken earlier
  if (isMixed) events.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return { start: bound === undefined ? t : startOf(bound), end: t, events, bound: names };
}

/** States that go on may be part of several steps, and after a restart in copies. */
function putFirst(event: CityEvent, events: CityEvent[]): void {
  if (!events.some((known) => isSame(known, event))) events.unshift(event);
}

/** The match that started last. */
export function newest(done: readonly Done[]): Done {
  const start = ({ bound }: Done): number => (bound === undefined ? -Infinity : startOf(bound));
  return done.reduce((a, b) => (start(b) >= start(a) ? b : a));
}
