/** Matches of one key that wait for something not to happen. */
import type { CityEvent } from '../../ecdm/event';
import type { Box } from './state';

/** So many may wait for each key; the oldest is dropped beyond. */
const MOST_WAITING = 1000;
/** Of so many of them it is kept what they rest on: events need far more room than times. */
const MOST_KNOWN = 100;
/** Most events that are kept of one match. */
const MOST_RECENT = 20;

/** What a match rests on, oldest first: one event, as most have, or several. */
export type Evidence = CityEvent | readonly CityEvent[];

const NOT_KEPT: Evidence = [];

interface PlainWaiting {
  times: number[];
  evidence: (Evidence | null)[];
  last: Evidence | null;
}

/**
 * Room for so many matches stays where none waits any more: making it anew for each would cost more than all else, and a
 * key that is quiet must be small.
 */
const ROOM = 16;

export class WaitingMatches implements Box {
  /** How many of {@link evidence} are kept. */
  private known = 0;
  /** How many of {@link times} are in use: the place behind the last match. */
  size: number;

  private constructor(
    /** Start, end, start, end ...; those before `head`, which is a number of the key, are done with. */
    private times: number[],
    /** One for each match; `undefined` where it is done with, or an earlier program wrote none. */
    private evidence: (Evidence | undefined)[],
    /** That of the match that was completed last. */
    private last: Evidence | undefined,
  ) {
    this.size = times.length;
  }

  /** Exactly the room of a single one: most keys have no more. */
  static of(start: number, end: number, found: Evidence): WaitingMatches {
    const made = new WaitingMatches([start, end], [found], undefined);
    made.known = 1;
    return made;
  }

  /** @returns the head */
  add(head: number, start: number, end: number, found: Evidence): number {
    const at = this.size;
    if (at === this.times.length) this.grow();
    const isKept = this.known < MOST_KNOWN;
    this.times[at] = start;
    this.times[at + 1] = end;
    this.evidence[at / 2] = isKept ? found : NOT_KEPT;
    if (isKept) this.known++;
    this.size = at + 2;
    if (this.size - head <= 2 * MOST_WAITING) return head;
    this.done(head);
    return head + 2;
  }

  /** Twice the room and no more: an array that grows by itself takes a lot at once. */
  private grow(): void {
    this.times = this.times.concat(this.times);
    this.evidence = this.evidence.concat(Array.from(this.evidence, () => undefined));
  }

  /** When the match at `head` began. */
  startOf(head: number): number {
    return this.times[head]!;
  }

  /** When the match at `head` was complete, and from when on it waits; Infinity where none does. */
  endOf(head: number): number {
    return head < this.size ? this.times[head + 1]! : Infinity;
  }

  /** The match at `head` waits no more. @param isComplete it has become a detection */
  done(head: number, isComplete = false): void {
    const evidence = this.evidence[head / 2];
    if (isComplete) this.last = evidence;
    if (isKnown(evidence)) this.known--;
    this.evidence[head / 2] = undefined;
  }

  /** Cuts off what is done with when it is more than half. @returns the head */
  tidy(head: number): number {
    const { times, evidence, size } = this;
    if (head * 2 <= size) return head;
    if (head === size) {
      this.empty();
      return 0;
    }
    for (let from = head; from < size; from += 2) {
      times[from - head] = times[from]!;
      times[from - head + 1] = times[from + 1]!;
      evidence[(from - head) / 2] = evidence[from / 2];
      evidence[from / 2] = undefined;
    }
    this.size = size - head;
    return 0;
  }

  /** None of them waits any more; the head is 0. */
  clear(): void {
    for (let i = 0; i < this.size / 2; i++) this.evidence[i] = undefined;
    this.known = 0;
    this.empty();
  }

  private empty(): void {
    this.size = 0;
    if (this.evidence.length <= ROOM) return;
    this.times = this.times.slice(0, 2 * ROOM);
    this.evidence = this.evidence.slice(0, ROOM);
  }

  /** What waits from `head` on begins to wait at `from`, where it began earlier. */
  waitAgain(head: number, from: number): void {
    for (let end = head + 1; end < this.size; end += 2) this.times[end] = Math.max(this.times[end]!, from);
  }

  /** What waits from `head` on waits from `time` on, where it was to begin later. */
  waitFrom(head: number, time: number): void {
    for (let end = head + 1; end < this.size; end += 2) this.times[end] = Math.min(this.times[end]!, time);
  }

  /** @returns false where nothing is known of what the last detection rests on */
  gather(into: Set<CityEvent>): boolean {
    const { last } = this;
    if (last === undefined) return false;
    if (isOne(last)) into.add(last);
    else for (const event of last) into.add(event);
    return true;
  }

  copy(): WaitingMatches {
    const { times, evidence, size, last } = this;
    const copy = new WaitingMatches(times.slice(0, size), evidence.slice(0, size / 2), last);
    copy.known = this.known;
    return copy;
  }

  toJSON(): PlainWaiting {
    const { times, evidence, size, last } = this;
    const kept = evidence.slice(0, size / 2).map((one) => one ?? null);
    return { times: times.slice(0, size), evidence: kept, last: last ?? null };
  }

  /** Reads what {@link toJSON} wrote, and the bare times that earlier programs wrote. */
  static revive(json: unknown): WaitingMatches {
    if (Array.isArray(json))
      return new WaitingMatches(json as number[], Array.from({ length: json.length / 2 }), undefined);
    const { times, evidence, last } = json as PlainWaiting;
    const known = evidence.map((one) => (Array.isArray(one) && one.length === 0 ? NOT_KEPT : (one ?? undefined)));
    const made = new WaitingMatches(times, known, last ?? undefined);
    made.known = known.filter(isKnown).length;
    return made;
  }
}

/** What was gathered, in the form in which it is kept; the newest of very many. */
export function evidenceOf(found: ReadonlySet<CityEvent>): Evidence {
  if (found.size === 1) for (const event of found) return event;
  return [...found].slice(-MOST_RECENT);
}

const isKnown = (evidence: Evidence | undefined): boolean => evidence !== undefined && evidence !== NOT_KEPT;

/** An event carries the text of its definition. */
function isOne(evidence: Evidence): evidence is CityEvent {
  return 'event' in evidence;
}
