import type { Observation } from './observation';

/**
 * Until when a reading stands for what it says: to its end, or to when the next one is due. Where a replay ends, the
 * hour of the last hourly value still counts.
 */
export function validUntil({ time, timeEnd, meta }: Observation): number {
  return Math.max(time, timeEnd ?? time + (meta?.interval ?? 0));
}
