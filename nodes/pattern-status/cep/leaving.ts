/** Sensors that are gone from the rosters while others keep the key: what of the key goes with them. */

/** Sensors that are gone from a key that others keep. */
export interface Gone {
  /** Streams of events that only they made. */
  readonly streams: ReadonlySet<string>;
  /** Ids of the events of those streams, */
  readonly events: ReadonlySet<string>;
  /** and of all events that no sensor of any roster makes for the key now. */
  readonly unheard: ReadonlySet<string>;
}

/** Whether nobody is left who could break the silence of some events, since these are gone. */
export function isUnmissed(silent: ReadonlySet<string>, { events, unheard }: Gone): boolean {
  return [...silent].every((event) => unheard.has(event)) && isAny(silent, events);
}

export function isAny(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const one of some) if (others.has(one)) return true;
  return false;
}
