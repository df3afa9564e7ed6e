import { followsWallClock, type City } from '../ecdm/city';
import type { CityEvent } from '../ecdm/event';
import { isValidTime } from '../ecdm/time';

interface Held {
  raw: readonly unknown[];
  source: string | undefined;
}

/** Sources whose last roster is kept. */
const MOST = 100;

/**
 * Rosters come before anything else, often before the time from which on they count is known: they wait for it here, and
 * count again when a replay starts over.
 */
export class RosterInbox {
  private waiting: Held[] = [];
  private readonly taken = new Map<string, Held>();

  add({ roster, rosterSource }: City): void {
    if (roster === undefined) return;
    const held = { raw: roster, source: rosterSource };
    if (this.waiting.length >= MOST) this.waiting.shift();
    this.waiting.push(held);
  }

  /** All of them count from the beginning of a new run. */
  startOver(): void {
    const waiting = this.waiting;
    this.waiting = [...this.taken.values(), ...waiting].slice(-MOST);
    this.taken.clear();
  }

  /** Those for which the time is known now, with that time. */
  ready(
    city: City,
    first: CityEvent | undefined,
    wall: number,
  ): { time: number; rosters: readonly Held[] } | undefined {
    if (this.waiting.length === 0) return undefined;
    const clock = city.clock?.time;
    // from a time that cannot be on nobody is ever silent
    const told = Math.min(isValidTime(clock) ? clock : Infinity, first?.time ?? Infinity);
    const time = Number.isFinite(told) ? told : followsWallClock(city.mode) ? wall : undefined;
    if (time === undefined) return undefined;
    const rosters = this.waiting;
    this.waiting = [];
    for (const held of rosters) {
      const name = held.source ?? '';
      if (this.taken.size < MOST || this.taken.has(name)) this.taken.set(name, held);
    }
    return { time, rosters };
  }
}
