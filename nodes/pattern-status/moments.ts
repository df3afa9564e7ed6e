/**
 * The order of what one source says of one moment. Events that are not made by `ecdm-event` may have times of whole seconds,
 * so that a state begins and ends at one of them. A rule takes the end first, because intervals that touch do not overlap,
 * and would hold the state for ever: what is said later of a moment lies a millisecond behind what it follows.
 */
import { RANK_AT_ONCE, type CityEvent } from '../ecdm/event';

/** Series of one event at one key whose last moment is remembered; the one that came first is forgotten first. */
const MOST_SERIES = 10_000;
/** Ids that are remembered of one moment, because an event may be delivered twice. */
const MOST_AT_ONCE = 100;

interface Said {
  readonly id: string;
  readonly kind: CityEvent['kind'];
  readonly time: number;
  /** Where it lies for the rule. */
  readonly at: number;
}

export class Moments {
  /** By event, stream and key, what was said of the newest moment, in the order of arrival. */
  private readonly newest = new Map<string, Said[]>();

  /** @returns the very list where nothing of it has to be moved */
  inOrder(events: readonly CityEvent[]): readonly CityEvent[] {
    let ordered: CityEvent[] | undefined;
    events.forEach((event, i) => {
      // moments do not begin and end, and states are what they are beside
      if (event.kind === 'point') return;
      const time = this.placeOf(event);
      if (time === event.time) return;
      ordered ??= [...events];
      ordered[i] = { ...event, time };
    });
    return ordered ?? events;
  }

  /** The time at which an event lies for the rule. */
  private placeOf({ id, kind, time, event, stream, key }: CityEvent): number {
    // somebody's own source may tell of several events as one stream
    const series = `${event}|${stream}|${key}`;
    const said = this.newest.get(series);
    const last = said?.at(-1);
    if (said === undefined || last === undefined || time > last.at) {
      this.begin(series, { id, kind, time, at: time });
      return time;
    }
    // what comes again is known by its id and its time
    const before = said.find((one) => one.id === id);
    if (before !== undefined) return before.at;
    // what is late is sorted in
    if (time < last.time) return time;
    const at = RANK_AT_ONCE[kind] < RANK_AT_ONCE[last.kind] ? last.at + 1 : last.at;
    if (said.length === MOST_AT_ONCE) said.pop();
    said.push({ id, kind, time, at });
    return at;
  }

  private begin(series: string, first: Said): void {
    const { newest } = this;
    newest.set(series, [first]);
    if (newest.size > MOST_SERIES) newest.delete(newest.keys().next().value!);
  }

  forget(): void {
    this.newest.clear();
  }
}
