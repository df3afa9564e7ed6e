/** For the matcher by brute force: what happens of each event, at every tick of the clock. */
import type { CityEvent } from '../../nodes/ecdm/event';

// not active, active, and not known
export const F = 0;
export const T = 1;
export const U = 2;
export type Tri = 0 | 1 | 2;

const RANK = { end: 0, nodata: 1, begin: 2, point: 3 };

/** What happens of one event: when, and whether it is active at each tick. */
export interface Happening {
  points: number[];
  begins: number[];
  levels: Tri[];
}

export function happenings(events: readonly CityEvent[], end: number): Map<string, Happening> {
  const found = new Map<string, Happening>();
  const sorted = [...events].sort((a, b) => a.time - b.time || RANK[a.kind] - RANK[b.kind]);
  for (const name of new Set(events.map((e) => e.event))) {
    const own = sorted.filter((e) => e.event === name);
    const streams = new Map<string, Tri>();
    const begins: number[] = [];
    const levels: Tri[] = [];
    for (let t = 0, next = 0; t <= end; t++) {
      for (; next < own.length && own[next]!.time === t; next++) {
        const { kind, stream } = own[next]!;
        const now = streams.get(stream) ?? F;
        if (kind === 'begin') {
          if (now === F) begins.push(t);
          streams.set(stream, T);
        } else if (kind === 'end') streams.set(stream, F);
        else if (kind === 'nodata' && now === T) streams.set(stream, U);
      }
      levels.push(either([...streams.values()]));
    }
    found.set(name, { points: own.flatMap((e) => (e.kind === 'point' ? [e.time] : [])), begins, levels });
  }
  return found;
}

/** What one of several is. */
export const either = (all: readonly Tri[]): Tri => (all.includes(T) ? T : all.includes(U) ? U : F);

/** How often a time is listed. */
export const often = (list: readonly number[], t: number): number =>
  list.reduce((sum, u) => (u === t ? sum + 1 : sum), 0);
