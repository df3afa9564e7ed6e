/** Which events count: none twice, none that is too late for its own stream, none that a wrong clock has stamped. */
import type { CityEvent } from '../../ecdm/event';
import type { Problem } from '../../ecdm/problem';
import type { Counters } from './counters';
import type { Problems } from './problems';
import type { SeenStreams } from './seen';

/** Live events stamped further ahead than this are mistakes of a clock; so are clocks that say more. */
export const FUTURE = 5 * 60_000;
/** Statuses that a rule is known to rest on. */
const MOST_LINEAGE = 100;

export interface IntakeOptions {
  /** The rule: no status of it may come back to it. */
  readonly rule: { readonly id: string; readonly name: string };
  readonly lateness: number;
  /** Every event is known to come once only. */
  readonly distinct: boolean;
  /** Ids of the statuses that the rule rests on. */
  readonly lineage: Set<string>;
}

export class Intake {
  constructor(
    private readonly seen: SeenStreams,
    private readonly words: Problems,
    private readonly total: Counters,
    private readonly options: IntakeOptions,
  ) {}

  /**
   * Takes note of an event.
   * @param place its place in the batch that was looked at beforehand
   * @param wall wall time by which its stamp is judged; -Infinity where there is none
   * @returns the number of its stream, or -1 where it does not count
   */
  take(event: CityEvent, place: number, wall: number, problems: Problem[]): number {
    const { seen, words, total } = this;
    const { lateness, distinct } = this.options;
    total.events++;
    const stream = seen.ofBatch(place, event.stream);
    // a stamp in the future is not taken note of: it may come again when its time has come
    if (wall > -Infinity && event.time > wall + FUTURE) {
      total.future++;
      words.add('future', event, () => ({ limit: words.duration(FUTURE) }), problems);
      return -1;
    }
    if (!distinct && seen.isRepeated(stream, event)) {
      total.duplicates++;
      return -1;
    }
    const newest = seen.newest(stream);
    if (event.time < newest - lateness) {
      total.late++;
      const late = newest - lateness - event.time;
      words.add('late', event, () => ({ late: words.duration(late), limit: words.duration(lateness) }), problems);
      return -1;
    }
    if (event.time > newest) seen.setNewest(stream, event.time);
    return event.lineage === undefined || this.restsOn(event, problems) ? stream : -1;
  }

  /** A status of another rule that rests on this one must not come back to it: nothing would ever end. */
  private restsOn(event: CityEvent, problems: Problem[]): boolean {
    const { rule, lineage } = this.options;
    if (event.lineage!.includes(rule.id)) {
      this.total.dropped++;
      this.words.add('loop', event, () => ({ own: rule.name }), problems);
      return false;
    }
    for (const id of event.lineage!) if (lineage.size < MOST_LINEAGE) lineage.add(id);
    return true;
  }
}
