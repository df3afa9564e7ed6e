import type { ZoneRef } from './zone';

/** WGS84 longitude and latitude in degrees, in GeoJSON order; a height in metres may follow. */
export type Place = readonly [number, number] | readonly [number, number, number];

/** What a reading can be. `null` says that the source knows of the reading but has no value for it. */
export type Value = number | string | boolean | null | Readonly<Record<string, unknown>> | readonly unknown[];

/** How far a reading can be trusted; `missing` goes with the value `null`. */
export type Quality = 'good' | 'suspect' | 'bad' | 'missing';

/**
 * What is known of a Datastream. Frozen and shared by reference between all its observations,
 * so that a batch of a thousand readings carries it once.
 */
export interface DatastreamMeta {
  readonly datastream: { readonly id: string; readonly name?: string };
  readonly thing?: { readonly id: string; readonly name?: string };
  readonly property?: { readonly name: string; readonly definition?: string };
  readonly sensor?: { readonly id: string; readonly name?: string };
  /** The unit as the source wrote it; {@link Observation.unit} is the UCUM code. */
  readonly unit?: { readonly name?: string; readonly symbol?: string; readonly definition?: string };
  /** Usual time between two readings, in milliseconds. */
  readonly interval?: number;
  /** What a record holds, where the value is one: by the keys of the value. */
  readonly fields?: readonly FieldMeta[];
  /** Where the place comes from; `area` is only about where the Datastream was observed. */
  readonly placeFrom?: 'foi' | 'historical' | 'thing' | 'area';
}

/** One value of a record. */
export interface FieldMeta {
  /** Key in the value. */
  readonly name: string;
  readonly property: string;
  /** UCUM code. */
  readonly unit?: string;
}

/**
 * One reading: what, when, where, value and unit, from which Datastream (OGC SensorThings names).
 * All fields are always present (`undefined` where unknown), so that the engine sees one shape.
 */
export interface Observation {
  /** Stable over re-reads: server root | datastream | observation id. */
  id: string;
  /** Identity of the Datastream, unique over all servers of the flow. */
  datastream: string;
  /** Name of the observed property, such as "PM2.5". */
  property: string;
  /** Phenomenon time (its begin, where it is an interval), epoch milliseconds UTC. */
  time: number;
  /** End of an interval phenomenon time, epoch milliseconds UTC. */
  timeEnd: number | undefined;
  value: Value;
  /** UCUM code. */
  unit: string | undefined;
  place: Place | undefined;
  /** Identity of the Thing (the station) that the Datastream belongs to. */
  thing: string | undefined;
  zones: readonly ZoneRef[] | undefined;
  quality: Quality | undefined;
  meta: DatastreamMeta | undefined;
  /** Set by a source only on an observation that it has sent before and that was changed on the server since. */
  change?: 'update';
}

/** Builds an observation with all fields, so that every one has the same hidden class. */
export function makeObservation(
  fields: Pick<Observation, 'id' | 'datastream' | 'property' | 'time' | 'value'> & Partial<Observation>,
): Observation {
  return {
    id: fields.id,
    datastream: fields.datastream,
    property: fields.property,
    time: fields.time,
    timeEnd: fields.timeEnd,
    value: fields.value,
    unit: fields.unit,
    place: fields.place,
    thing: fields.thing,
    zones: fields.zones,
    quality: fields.quality,
    meta: fields.meta,
  };
}
