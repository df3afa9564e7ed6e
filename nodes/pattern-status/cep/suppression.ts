/** "Not while": the statuses that keep a rule down, and for which of its keys each of them counts. */
import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import { isBefore } from './entry';
import { CITY } from './keys';
import { forgetOldest } from './zone-states';

/** Streams (status and key) that are remembered; those that are over are forgotten first. */
const MOST_STREAMS = 10_000;
/** Events of one stream that a key which comes later is told, */
const KEPT = 4;
/** and so many while the time of such a key is not settled. */
const MOST_UNSETTLED = 100;

/** One stream may tell of several statuses: each of them has a state of its own. */
function streamOf({ event, stream }: CityEvent): string {
  return `${event}\n${stream}`;
}

/** What a status says of a key concerns the key itself, the keys in that zone, and in the whole city all of them. */
export function isConcerned(about: string, key: string, zones: readonly ZoneRef[] | undefined): boolean {
  return about === key || about === CITY || (zones?.some(({ id }) => id === about) ?? false);
}

/** Status, stream and key, and when it was made to begin there. */
export type Made = readonly [what: string, at: number];

/** What is known of the statuses that keep a rule down, for keys of which nothing is known yet. */
export class Suppressors {
  private readonly streams = new Map<string, CityEvent[]>();

  /** By status, stream and key, when it was made to begin for a key that came to where it holds. */
  private readonly made = new Map<string, number>();

  constructor(private readonly ids: ReadonlySet<string>) {}

  has(event: string): boolean {
    return this.ids.has(event);
  }

  /** @param settled event time that no key which comes later goes back to */
  take(event: CityEvent, settled: number): void {
    const stream = streamOf(event);
    let events = this.streams.get(stream);
    if (events === undefined) {
      if (this.streams.size >= MOST_STREAMS && !this.forgetOne()) return;
      this.streams.set(stream, (events = []));
    }
    let at = events.length;
    while (at > 0 && isBefore(event, events[at - 1]!)) at--;
    events.splice(at, 0, event);
    // of one status that goes on, or of which nothing is known, only the first that says so is of use, if nothing can come between
    for (let i = events.length - 1; i > 0; i--) {
      const { kind, time } = events[i]!;
      if (kind !== 'end' && kind === events[i - 1]!.kind && time <= settled) events.splice(i, 1);
    }
    const isOver = (): boolean => events.length > MOST_UNSETTLED || events[1]!.time <= settled;
    while (events.length > KEPT && isOver()) events.shift();
  }

  private forgetOne(): boolean {
    for (const [stream, events] of this.streams) {
      if (events.at(-1)?.kind !== 'end') continue;
      this.streams.delete(stream);
      return true;
    }
    return false;
  }

  /** What a key that is new must be told. */
  eventsFor(key: string, zones: readonly ZoneRef[] | undefined): CityEvent[] {
    const found: CityEvent[] = [];
    for (const events of this.streams.values()) {
      if (isConcerned(events[0]!.key, key, zones)) found.push(...events);
    }
    return found;
  }

  /** What a key must be told that has moved from some zones to others: what counts from now on, and what no longer. */
  moved(
    key: string,
    from: readonly ZoneRef[] | undefined,
    to: readonly ZoneRef[] | undefined,
    time: number,
  ): CityEvent[] {
    const found: CityEvent[] = [];
    for (const events of this.streams.values()) {
      const last = events.at(-1)!;
      if (last.kind === 'end') continue;
      const before = isConcerned(last.key, key, from);
      if (before === isConcerned(last.key, key, to)) continue;
      const kind = before ? 'end' : 'begin';
      // it ends there after it began there, although the key may have left before
      const at = before ? Math.max(time, last.time + 1) : Math.max(time, last.time);
      const what = `${streamOf(last)}\n${key}`;
      if (before) this.made.delete(what);
      else this.noteMade(what, at);
      found.push({ ...last, id: `${last.id}|${kind}|${time}`, kind, time: at });
    }
    return found;
  }

  private noteMade(what: string, at: number): void {
    if (this.made.size >= MOST_STREAMS) forgetOldest(this.made);
    this.made.set(what, at);
  }

  /** What a key is told of a status: that it has ended not before it was made to begin for the key. */
  eventOf(key: string, event: CityEvent): CityEvent {
    if (this.made.size === 0 || event.kind !== 'end') return event;
    const what = `${streamOf(event)}\n${key}`;
    const at = this.made.get(what);
    if (at === undefined) return event;
    this.made.delete(what);
    return at < event.time ? event : { ...event, time: at + 1 };
  }

  /** Copies: there are few, and what they hold never changes. */
  save(): CityEvent[][] {
    return Array.from(this.streams.values(), (events) => events.slice());
  }

  /** What was made to begin for keys, and when. */
  saveMade(): Made[] {
    return [...this.made];
  }

  restore(kept: readonly (readonly CityEvent[])[], made: readonly Made[] = []): void {
    for (const events of kept) for (const event of events) this.take(event, -Infinity);
    for (const [what, at] of made) this.noteMade(what, at);
  }
}
