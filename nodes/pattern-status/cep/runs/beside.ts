/** Around places, what clears a status or changes its severity counts near its first event, as what raises it does. */
import type { CityEvent } from '../../../ecdm/event';
import { isWithin } from '../../../ecdm/sphere';
import type { PatternState } from '../state';
import type { RunsOperator } from './operator';

/**
 * @param isOpen before it is, there is no first event: then those of the key itself count
 * @returns the events that count
 */
export function eventsBeside(
  runs: RunsOperator,
  state: PatternState,
  isOpen: boolean,
  events: readonly CityEvent[],
): readonly CityEvent[] {
  const { key, firstPlace } = runs.runsOf(state);
  const { metres } = runs.program;
  if (!isOpen || firstPlace === undefined || metres === undefined) return events.filter((event) => event.key === key);
  return events.filter(({ place }) => place !== undefined && isWithin(metres, firstPlace, place));
}
