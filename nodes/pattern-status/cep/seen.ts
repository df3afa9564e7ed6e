import { RecentIds, type IdBudget } from '../../ecdm/recent-ids';
import type { CityEvent } from '../../ecdm/event';

/** What is remembered of one stream of events. */
export interface Seen {
  /** Newest event time: lateness is judged by it. */
  newest: number;
  readonly recent: RecentIds;
}

/**
 * The streams of events and what came from each. Two sensors of one station at one moment may have the same id: they are
 * two events, so that ids are looked for within a stream only. Bounded: the stream that came first is forgotten first.
 */
export class SeenStreams {
  private readonly streams = new Map<string, Seen>();
  private readonly budget: IdBudget = { held: 0 };

  /** @param most streams that are remembered at most */
  constructor(private readonly most: number) {}

  of(stream: string): Seen {
    let seen = this.streams.get(stream);
    if (seen === undefined) {
      if (this.streams.size >= this.most) this.forgetOldest();
      seen = { newest: -Infinity, recent: new RecentIds(this.budget) };
      this.streams.set(stream, seen);
    }
    return seen;
  }

  private forgetOldest(): void {
    for (const [stream, seen] of this.streams) {
      seen.recent.release();
      this.streams.delete(stream);
      return;
    }
  }

  save(): SeenSnapshot {
    return Array.from(this.streams, ([stream, { newest, recent }]) => {
      const ids: [string, number][] = [];
      recent.each((id, time) => ids.push([id, time]));
      return [stream, Number.isFinite(newest) ? newest : null, ids];
    });
  }

  restore(kept: SeenSnapshot): void {
    for (const [stream, newest, ids] of kept) {
      const seen = this.of(stream);
      seen.newest = newest ?? -Infinity;
      for (const [id, time] of ids) seen.recent.add(time, id);
    }
  }
}

export type SeenSnapshot = [stream: string, newest: number | null, ids: [id: string, time: number][]][];

/** Only an event that is not newer than all before it can be a repetition: nothing is looked up for the others. */
export function isRepeated(event: CityEvent, { newest, recent }: Seen): boolean {
  return event.time <= newest && recent.has(event.time, event.id);
}
