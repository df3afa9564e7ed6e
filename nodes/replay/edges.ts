import type { CityEvent } from '../ecdm/event';

/** What one event did for one key over a replay. */
export interface EventSummary {
  event: string;
  key: string;
  name?: string;
  /** Times that the state began; a gap keeps the state, so that its end is not a new beginning. */
  risingEdges: number;
  /** Point events. */
  points: number;
  /** Times that it became unknown. */
  nodata: number;
  open: boolean;
}

/** Most event and key pairs that are counted. */
const MOST = 100_000;

/** Counts the rising edges of events per key. */
export class EdgeCounter {
  private readonly found = new Map<string, EventSummary>();
  /** Pairs that were not counted because there are too many. */
  refused = 0;

  add(events: readonly CityEvent[]): void {
    for (const event of events) this.one(event);
  }

  private one({ event, key, keyName, kind }: CityEvent): void {
    const id = `${event}\u0000${key}`;
    let entry = this.found.get(id);
    if (entry === undefined) {
      if (this.found.size >= MOST) {
        this.refused++;
        return;
      }
      entry = { event, key, ...(keyName === undefined || keyName === key ? {} : { name: keyName }), risingEdges: 0, points: 0, nodata: 0, open: false };
      this.found.set(id, entry);
    }
    if (kind === 'point') entry.points++;
    else if (kind === 'nodata') entry.nodata++;
    else if (kind === 'end') entry.open = false;
    else if (!entry.open) {
      entry.open = true;
      entry.risingEdges++;
    }
  }

  list(): EventSummary[] {
    return [...this.found.values()].sort((a, b) => compare(a.event, b.event) || compare(a.key, b.key));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
