/**
 * What must not have happened before, around places: until a first event comes it is not known which of it lies near, so
 * that all of it is kept, for as long as the rule looks back.
 */
import type { CityEvent } from '../../../ecdm/event';
import type { Place } from '../../../ecdm/observation';
import { isWithin } from '../../../ecdm/sphere';
import { EventOperator } from '../event-operator';
import type { Operator } from '../operators';
import { NearGrid } from './near';
import type { Program } from './step';

/** Events that are kept at most; the oldest is given up beyond. */
export const MOST_RECENT = 100_000;
/** So many places of a list that are done with may stay empty. */
const MOST_EMPTY = 64;

/** Events by time; the first `head` of them are done with. */
class Timeline {
  readonly events: (CityEvent | undefined)[] = [];
  head = 0;

  get size(): number {
    return this.events.length - this.head;
  }

  get first(): CityEvent | undefined {
    return this.events[this.head];
  }

  insert(event: CityEvent): void {
    const { events } = this;
    let at = events.length;
    while (at > this.head && events[at - 1]!.time > event.time) at--;
    if (at === events.length) events.push(event);
    else events.splice(at, 0, event);
  }

  dropFirst(): void {
    const { events } = this;
    events[this.head++] = undefined;
    if (this.head <= MOST_EMPTY || this.head * 2 <= events.length) return;
    events.splice(0, this.head);
    this.head = 0;
  }
}

/** What is kept for a rule; `undefined` where it looks around no place, or not back. */
export function recentOf({ metres, lookBack, back }: Program, symbols: readonly Operator[]): RecentEvents | undefined {
  if (metres === undefined || lookBack.length === 0) return undefined;
  const operators = lookBack.map(({ symbol }) => symbols[symbol]!);
  const ids = operators.flatMap((operator) => (operator instanceof EventOperator ? [operator.event] : []));
  return new RecentEvents(metres, new Set(ids), back);
}

export class RecentEvents {
  private readonly all = new Timeline();
  private readonly cells = new Map<number, Timeline>();
  private readonly grid: NearGrid;

  constructor(
    private readonly metres: number,
    /** Ids of the events that must not have happened before. */
    private readonly wanted: ReadonlySet<string>,
    /** How far back the rule looks, in milliseconds. */
    private readonly back: number,
    private readonly most = MOST_RECENT,
  ) {
    this.grid = new NearGrid(metres);
  }

  /**
   * Keeps those of some events that must not have happened before.
   * @param now nothing is decided any more that lies before it
   * @returns how many were given up for want of room that may still have been asked for
   */
  take(events: readonly CityEvent[], now: number): number {
    for (const event of events) if (this.wanted.has(event.event) && event.place !== undefined) this.keep(event);
    while (this.all.size > 0 && this.all.first!.time < now - this.back) this.dropFirst();
    let dropped = 0;
    for (; this.all.size > this.most; dropped++) this.dropFirst();
    return dropped;
  }

  private keep(event: CityEvent): void {
    const cell = this.grid.cellOf(event.place!);
    let line = this.cells.get(cell);
    if (line === undefined) this.cells.set(cell, (line = new Timeline()));
    line.insert(event);
    this.all.insert(event);
  }

  /** Both lists are by time, and equal times in the order in which they came: the first of all is the first of its cell. */
  private dropFirst(): void {
    const cell = this.grid.cellOf(this.all.first!.place!);
    const line = this.cells.get(cell)!;
    line.dropFirst();
    if (line.size === 0) this.cells.delete(cell);
    this.all.dropFirst();
  }

  /** Whether one of them lies near a place, from a time up to another, both inclusive. */
  some(place: Place, from: number, to: number, counts: (event: CityEvent) => boolean): boolean {
    for (const cell of this.grid.around(place)) {
      const line = this.cells.get(cell);
      if (line === undefined) continue;
      const { events, head } = line;
      for (let i = events.length - 1; i >= head; i--) {
        const event = events[i]!;
        if (event.time < from) break;
        if (event.time <= to && isWithin(this.metres, place, event.place!) && counts(event)) return true;
      }
    }
    return false;
  }

  /** Oldest first. */
  save(): CityEvent[] {
    return this.all.events.slice(this.all.head) as CityEvent[];
  }
}
