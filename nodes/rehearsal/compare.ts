/** Which episode of the deployed settings is which of the new ones, and what is new, gone or become one. */
import type { Episode, Outcome } from './contract';

export interface Comparison {
  /** Index pairs into the episodes of `now` and `next`. */
  same: [number, number][];
  /** Of `next`: nothing was there at that time. */
  fresh: Episode[];
  /** Of `now`: nothing is there any more at that time. */
  gone: Episode[];
  /** Of `now`: part of a longer one; of `next`: a part of one that was longer. */
  merged: number;
  split: number;
}

const endOf = ({ until }: Episode): number => until ?? Infinity;
const meet = (a: Episode, b: Episode): boolean => a.since <= endOf(b) && b.since <= endOf(a);

/** Episodes of the same rule and key that overlap are the same, each once and the earliest first. */
export function compare(now: Outcome, next: Outcome): Comparison {
  const result: Comparison = { same: [], fresh: [], gone: [], merged: 0, split: 0 };
  const before = byRuleAndKey(now);
  const after = byRuleAndKey(next);
  const none: number[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    pair(now.episodes, before.get(id) ?? none, next.episodes, after.get(id) ?? none, result);
  }
  result.same.sort(([a], [b]) => a - b);
  result.fresh.sort((a, b) => a.since - b.since);
  result.gone.sort((a, b) => a.since - b.since);
  return result;
}

function pair(
  now: readonly Episode[],
  before: readonly number[],
  next: readonly Episode[],
  after: readonly number[],
  into: Comparison,
): void {
  let a = 0;
  let b = 0;
  let lastNow: Episode | undefined;
  let lastNext: Episode | undefined;
  while (a < before.length || b < after.length) {
    const old = a < before.length ? now[before[a]!] : undefined;
    const fresh = b < after.length ? next[after[b]!] : undefined;
    if (old !== undefined && fresh !== undefined && meet(old, fresh)) {
      // two that were one, or one that was two, are told apart from what is new or gone
      into.same.push([before[a++]!, after[b++]!]);
      lastNow = old;
      lastNext = fresh;
    } else if (fresh === undefined || (old !== undefined && endOf(old) < fresh.since)) {
      if (lastNext !== undefined && meet(old!, lastNext)) into.merged++;
      else into.gone.push(old!);
      a++;
    } else {
      if (lastNow !== undefined && meet(fresh, lastNow)) into.split++;
      else into.fresh.push(fresh);
      b++;
    }
  }
}

function byRuleAndKey({ episodes }: Outcome): Map<string, number[]> {
  const lists = new Map<string, number[]>();
  episodes.forEach(({ rule, key }, n) => {
    const id = `${rule}\n${key}`;
    const list = lists.get(id);
    if (list === undefined) lists.set(id, [n]);
    else list.push(n);
  });
  return lists;
}
