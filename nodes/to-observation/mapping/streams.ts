import type { RosterEntry } from '../../ecdm/city';
import type { DatastreamMeta, Place, Value } from '../../ecdm/observation';

/** What all observations of one Datastream share. */
export interface Stream {
  readonly key: string;
  readonly thing: string;
  readonly property: string;
  readonly unit: string | undefined;
  readonly meta: DatastreamMeta;
  /** The first reading of the time that was read last; the same for all that share the key. */
  readonly newest: { time: number; value: Value };
}

/** Most Datastreams that are remembered; beyond, the table is emptied and filled anew. */
const MOST_STREAMS = 100_000;

/** What is to be known of a Datastream when it is seen first. */
export interface NewStream {
  thing: string;
  thingName: string | undefined;
  property: string;
  /** As written in the data. */
  rawUnit: string | undefined;
  /** UCUM code. */
  unit: string | undefined;
  place: Place | undefined;
}

/**
 * The Datastreams seen so far: one frozen description each, shared by all their observations. They are found by
 * a slot (the column, or property and unit) and the station, without building a text for each reading.
 */
export class Streams {
  private readonly slots = new Map<string | number, Map<string, Stream>>();
  private readonly newest = new Map<string, Stream['newest']>();
  private size = 0;
  private fresh: RosterEntry[] = [];

  constructor(
    private readonly source: string | undefined,
    private readonly interval: number | undefined,
  ) {}

  get(slot: string | number, thing: string): Stream | undefined {
    return this.slots.get(slot)?.get(thing);
  }

  /** Remembers a Datastream on first sight. */
  add(slot: string | number, about: NewStream): Stream {
    if (this.size >= MOST_STREAMS) {
      this.slots.clear();
      this.newest.clear();
      this.size = 0;
    }
    const stream = this.make(about);
    let things = this.slots.get(slot);
    if (things === undefined) this.slots.set(slot, (things = new Map<string, Stream>()));
    things.set(about.thing, stream);
    this.size++;
    return stream;
  }

  private make({ thing, thingName, property, rawUnit, unit, place }: NewStream): Stream {
    const owner = this.source === undefined || this.source === '' ? thing : `${this.source}|${thing}`;
    const key = `${owner}|${property}`;
    // nobody may ever take the roster (the command line): it is bounded like the table
    if (this.fresh.length >= MOST_STREAMS) this.fresh = [];
    this.fresh.push(
      Object.freeze({ datastream: key, property, thing: owner, thingName, interval: this.interval, place }),
    );
    // one property may come in two columns, or in two units
    const newest = this.newest.get(key) ?? { time: NaN, value: null };
    this.newest.set(key, newest);
    return Object.freeze({
      key,
      thing: owner,
      property,
      unit,
      newest,
      meta: Object.freeze({
        datastream: Object.freeze({ id: key, name: `${thingName ?? thing} ${property}` }),
        thing: Object.freeze({ id: owner, name: thingName ?? thing }),
        property: Object.freeze({ name: property }),
        unit: rawUnit === undefined ? undefined : Object.freeze({ symbol: rawUnit }),
        interval: this.interval,
      }),
    });
  }

  /** The Datastreams that were new since this was asked last. */
  takeRoster(): RosterEntry[] {
    const fresh = this.fresh;
    this.fresh = [];
    return fresh;
  }
}
