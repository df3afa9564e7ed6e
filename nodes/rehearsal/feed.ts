/** Gives readings to the nodes as a source does that replays them: in time order, with its clock and its roster. */
import type { City, RosterEntry } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import { validUntil } from '../ecdm/valid-until';
import type { NodeMessage } from '../runtime/node-red';
import { sortByTime } from '../to-observation/batch';

/** Readings of one message. */
export const BATCH = 1000;
/** Datastreams that the roster may hold. */
const MOST_STREAMS = 100_000;
const MOST_PROPERTIES = 1000;
const SOURCE = 'rehearsal';

export class Feed {
  readings = 0;
  from = Infinity;
  newest = -Infinity;
  /** Up to when the last readings stand for what they say. */
  until = -Infinity;
  /** Readings that are earlier than those of a batch before them. */
  unordered = 0;
  /** The longest time without any reading, and when it began. */
  gap = 0;
  gapFrom = 0;
  /** Names of the properties, by their names in lower case. */
  readonly properties = new Map<string, string>();
  private readonly known = new Set<string>();
  private steps = 0;

  /** @param roster the Datastreams to be expected; where it is left out, each from its first reading on */
  constructor(private readonly roster?: readonly RosterEntry[]) {}

  /** The message for a batch. The batch is put in order of time. */
  message(batch: Observation[]): NodeMessage {
    sortByTime(batch);
    const fresh: RosterEntry[] = [];
    for (const observation of batch) this.see(observation, fresh);
    const first = this.readings === 0;
    this.readings += batch.length;
    const city: City = { mode: 'replay', clock: { source: SOURCE, time: this.newest } };
    const roster = this.roster === undefined ? fresh : first ? this.roster : [];
    if (roster.length > 0) city.roster = roster;
    return { topic: 'observation', payload: batch, city };
  }

  /** The last message: nothing follows. */
  end(): NodeMessage {
    return {
      topic: 'observation',
      payload: [],
      city: { mode: 'replay', clock: { source: SOURCE, time: this.until, end: true } },
    };
  }

  /** The usual time from one moment with readings to the next one. */
  get usualStep(): number {
    return this.steps > 1 ? (this.newest - this.from) / (this.steps - 1) : Infinity;
  }

  private see(observation: Observation, fresh: RosterEntry[]): void {
    const { time, datastream, property, thing, meta, place } = observation;
    if (time < this.newest) this.unordered++;
    else {
      if (this.newest !== -Infinity && time - this.newest > this.gap) {
        this.gap = time - this.newest;
        this.gapFrom = this.newest;
      }
      if (time > this.newest) this.steps++;
      this.newest = time;
    }
    if (time < this.from) this.from = time;
    const until = validUntil(observation);
    if (until > this.until) this.until = until;
    if (this.known.has(datastream) || this.known.size >= MOST_STREAMS) return;
    this.known.add(datastream);
    if (this.properties.size < MOST_PROPERTIES) this.properties.set(property.toLowerCase(), property);
    fresh.push({ datastream, property, thing, thingName: meta?.thing?.name, interval: meta?.interval, place });
  }
}
