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

export class WaitingMatches implements Box {
  /** How many of {@link evidence} are kept. */
  private known = 0;

  private constructor(
    /** Start, end, start, end ...; those before `head`, which is a number of the key, are done with. */
    readonly times: number[],
    /** One for each match; `undefined` where it is done with, or an earlier program wrote none. */
    private readonly evidence: (Evidence | undefined)[],
    /** That of the match that was completed last. */
    private last: Evidence | undefined,
  ) {}

  /** Exactly the room of a single one: most keys have no more. */
  static of(start: number, end: number, found: Evidence): WaitingMatches {
    const made = new WaitingMatches([start, end], [found], undefined);
    made.known = 1;
    return made;
  }

  /** @returns the head */
  add(head: number, start: number, end: number, found: Evidence): number {
    const { times, evidence } = this;
    if (times.length === 2 && head === 2) {
      // the place of a single one is used again
      times[0] = start;
      times[1] = end;
      evidence[0] = found;
      this.known = 1;
      return 0;
    }
    times.push(start, end);
    const isKept = this.known < MOST_KNOWN;
    evidence.push(isKept ? found : NOT_KEPT);
    if (isKept) this.known++;
    if (times.length - head <= 2 * MOST_WAITING) return head;
    this.done(head);
    return head + 2;
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
    const { times, evidence } = this;
    if (head * 2 <= times.length || times.length <= 2) return head;
    times.splice(0, head);
    evidence.splice(0, head / 2);
    return 0;
  }

  /** None of them waits any more. @returns the head */
  clear(): number {
    const { times, evidence } = this;
    this.known = 0;
    if (times.length === 2) evidence[0] = undefined;
    else times.length = evidence.length = 0;
    return times.length;
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
    const copy = new WaitingMatches(this.times.slice(), this.evidence.slice(), this.last);
    copy.known = this.known;
    return copy;
  }

  toJSON(): PlainWaiting {
    return { times: this.times.slice(), evidence: this.evidence.map((one) => one ?? null), last: this.last ?? null };
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
