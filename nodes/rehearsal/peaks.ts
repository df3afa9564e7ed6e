/** How far the readings went while an episode lasted; found while the data passes by. */
import type { Observation } from '../ecdm/observation';
import type { Running } from './tally';

/**
 * To be called after each batch. The episodes of an average, and those of zones, keep the value that they began with.
 * @param touched episodes that may have lasted within the batch
 */
export function raisePeaks(batch: readonly Observation[], touched: readonly Running[]): void {
  const byKey = new Map<string, Running[]>();
  for (const running of touched) {
    const { key, peak } = running.episode;
    if (peak === undefined || running.property === undefined) continue;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [running]);
    else same.push(running);
  }
  if (byKey.size === 0) return;
  for (const { thing, datastream, property, time, value } of batch) {
    if (typeof value !== 'number') continue;
    const list = (thing === undefined ? undefined : byKey.get(thing)) ?? byKey.get(datastream);
    if (list === undefined) continue;
    for (const { episode, property: own } of list) {
      const inside = time >= episode.since && (episode.until === undefined || time < episode.until);
      if (inside && value > episode.peak! && property === own) episode.peak = value;
    }
  }
}
