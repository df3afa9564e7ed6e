/** What became of every key. */
import type { Entry } from './entry';
import { count, isHeld, newLife } from './life';

export interface KeySummary {
  key: string;
  name?: string;
  detections: number;
  episodes: number;
  raisedMs: number;
  nodataMs: number;
  /** Raised at the end of what was seen. */
  open: boolean;
}

/** @param end event time that was reached: what is still raised counts up to it */
export function summaryOf(entries: Iterable<Entry>, end: number): KeySummary[] {
  return [...entries]
    .map(({ key, name, life: known }) => {
      const life = known === undefined ? newLife() : { ...known };
      if (Number.isFinite(end)) count(life, end);
      const { detections, episodes, raisedMs, nodataMs } = life;
      const open = isHeld(life);
      return { key, ...(name === undefined ? {} : { name }), detections, episodes, raisedMs, nodataMs, open };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
