/** The episodes of two outcomes as one list: what stays, what is new, what is gone. */
import type { Episode, RehearsalResult } from '../contract';

export interface EpisodeRow {
  /**
   * `merged`: part of a longer one now; `split`: a part of one that was longer; `only`: there are no deployed settings to
   * compare with.
   */
  change: 'same' | 'new' | 'gone' | 'merged' | 'split' | 'only';
  /** In the list of the outcome that it is shown of. */
  of: 'next' | 'now';
  index: number;
  /** As the form's settings have it; of one that is gone, as the deployed ones had it. */
  episode: Episode;
  /** Where both have it: as the deployed settings had it. */
  before?: Episode;
}

export const COLUMNS = ['since', 'length', 'name', 'key', 'peak', 'change'] as const;
export type Column = (typeof COLUMNS)[number];

/** All episodes, in order of time. */
export function rowsOf({ next, now, same }: Pick<RehearsalResult, 'next' | 'now' | 'same'>): EpisodeRow[] {
  const before = new Map(same.map(([old, fresh]) => [fresh, old]));
  const kept = new Set(before.values());
  const rows: EpisodeRow[] = next.episodes.map((episode, index) => {
    if (now === undefined) return { change: 'only', of: 'next', index, episode };
    const old = before.get(index);
    if (old !== undefined) return { change: 'same', of: 'next', index, episode, before: now.episodes[old]! };
    return { change: meets(episode, now.episodes) ? 'split' : 'new', of: 'next', index, episode };
  });
  now?.episodes.forEach((episode, index) => {
    if (kept.has(index)) return;
    rows.push({ change: meets(episode, next.episodes) ? 'merged' : 'gone', of: 'now', index, episode });
  });
  return rows.sort((a, b) => a.episode.since - b.episode.since);
}

/** Whether one of the others, of the same rule and key, is at the same time. */
const meets = ({ rule, key, since, until = Infinity }: Episode, others: readonly Episode[]): boolean =>
  others.some(
    (other) => other.rule === rule && other.key === key && other.since <= until && since <= (other.until ?? Infinity),
  );

/** How long it lasted; one that is still open, until the end of the data. */
export const lengthOf = ({ since, until }: Episode, end: number): number => Math.max(0, (until ?? end) - since);

/** A copy of the list in another order; equal ones stay in order of time. */
export function sorted(rows: readonly EpisodeRow[], by: Column, down: boolean, end: number): EpisodeRow[] {
  const value = ({ episode, change }: EpisodeRow): number | string => {
    if (by === 'since') return episode.since;
    if (by === 'length') return lengthOf(episode, end);
    if (by === 'peak') return episode.peak ?? -Infinity;
    if (by === 'change') return change;
    return by === 'name' ? episode.name : (episode.keyName ?? episode.key);
  };
  const sign = down ? -1 : 1;
  const compare = (a: number | string, b: number | string): number =>
    typeof a === 'string'
      ? a.localeCompare(String(b), undefined, { numeric: true })
      : a === b
        ? 0
        : a < Number(b)
          ? -1
          : 1;
  return [...rows].sort((a, b) => sign * compare(value(a), value(b)));
}

export interface KeyRow {
  key: string;
  name: string;
  /** `undefined` where there are no deployed settings. */
  now?: { count: number; raisedMs: number };
  next: { count: number; raisedMs: number };
}

/** How often and how long for each key, over all rules of the node; what has most of it first. */
export function keyRows({ next, now }: Pick<RehearsalResult, 'next' | 'now'>): KeyRow[] {
  const rows = new Map<string, KeyRow>();
  const add = (side: 'next' | 'now', keys: RehearsalResult['next']['keys']): void => {
    for (const { key, name, count, raisedMs } of keys) {
      const row = rows.get(key) ?? {
        key,
        name: name ?? key,
        ...(now === undefined ? {} : { now: { count: 0, raisedMs: 0 } }),
        next: { count: 0, raisedMs: 0 },
      };
      const cell = row[side]!;
      cell.count += count;
      cell.raisedMs += raisedMs;
      rows.set(key, row);
    }
  };
  add('next', next.keys);
  if (now) add('now', now.keys);
  return [...rows.values()].sort((a, b) => b.next.count - a.next.count || a.name.localeCompare(b.name));
}
