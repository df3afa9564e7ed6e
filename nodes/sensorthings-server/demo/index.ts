/**
 * The demo city: a simulated Trang, without sockets. It feeds the server address `demo:` and, in `flows/`, the
 * simulated SensorThings server. Everything in it is SIMULATED.
 */
import type { Observation } from '../../ecdm/observation';
import { makeObservation } from '../../ecdm/observation';
import type { DatastreamMeta } from '../../ecdm/observation';
import type { DemoDatastream, DemoThing } from './things';
import { demoThings } from './things';
import { valueAt } from './signal';
import type { DemoZones } from './zones';
import { demoZones } from './zones';

export type { DemoDatastream, DemoThing } from './things';
export type { DemoZones } from './zones';

export interface DemoCityOptions {
  /** Another seed gives another city: other places and other episodes. */
  seed?: number;
}

export interface DemoCity {
  readonly simulated: true;
  readonly seed: number;
  readonly things: readonly DemoThing[];
  readonly datastreams: readonly DemoDatastream[];
  readonly zones: DemoZones;
  /** Readings with `from < time <= to` (epoch milliseconds), in time order; at most {@link MOST_READINGS}. */
  readingsAt(from: number, to: number, only?: ReadonlySet<number>): Observation[];
  /** The readings of the last `minutes` before and at `until`. */
  history(minutes: number, until: number, only?: ReadonlySet<number>): Observation[];
  /** One reading: the newest that the Datastream has at `time`. */
  latest(datastream: number, time: number): Observation | undefined;
}

/** Most readings of one call; what is older is left out (the newest count). */
const MOST_READINGS = 100_000;

/** Root in the ids of the demo city's observations. */
export const DEMO_ROOT = 'demo:';

/** Builds the demo city. */
export function demoCity(options: DemoCityOptions = {}): DemoCity {
  const seed = options.seed ?? 1;
  const { things, datastreams } = demoThings(seed);
  const metas = new Map(datastreams.map((stream) => [stream.id, metaOf(stream)] as const));
  const byId = new Map(datastreams.map((stream) => [stream.id, stream] as const));
  const read = (stream: DemoDatastream, time: number): Observation =>
    observe(stream, metas.get(stream.id)!, time, valueAt(seed, stream, time));

  const readingsAt = (from: number, to: number, only?: ReadonlySet<number>): Observation[] => {
    if (!(to > from)) return [];
    const wanted = only ? datastreams.filter((stream) => only.has(stream.id)) : datastreams;
    const perMs = wanted.reduce((sum, stream) => sum + 1 / stream.interval, 0);
    const start = Math.max(from, to - MOST_READINGS / Math.max(perMs, 1e-9));
    const out: Observation[] = [];
    for (const stream of wanted) {
      for (let t = Math.floor(start / stream.interval + 1) * stream.interval; t <= to; t += stream.interval) {
        out.push(read(stream, t));
      }
    }
    // Array.prototype.sort is stable: Datastreams stay in order within one moment
    return out.sort((a, b) => a.time - b.time);
  };
  return {
    simulated: true,
    seed,
    things,
    datastreams,
    zones: demoZones(),
    readingsAt,
    history: (minutes, until, only) => readingsAt(until - minutes * 60_000, until, only),
    latest: (id, time) => {
      const stream = byId.get(id);
      return stream && read(stream, Math.floor(time / stream.interval) * stream.interval);
    },
  };
}

function metaOf(stream: DemoDatastream): DatastreamMeta {
  return Object.freeze({
    datastream: Object.freeze({ id: String(stream.id), name: stream.name }),
    thing: Object.freeze({ id: String(stream.thing.id), name: stream.thing.name }),
    property: Object.freeze({ name: stream.property.name, definition: stream.property.definition }),
    sensor: Object.freeze({ id: String(stream.id), name: stream.sensor }),
    unit: stream.unit,
    interval: stream.interval,
  });
}

function observe(stream: DemoDatastream, meta: DatastreamMeta, time: number, value: number): Observation {
  const datastream = `${DEMO_ROOT}|${stream.id}`;
  return makeObservation({
    id: `${datastream}|${time}`,
    datastream,
    property: stream.property.name,
    time,
    value,
    unit: stream.ucum,
    place: stream.thing.place,
    thing: `${DEMO_ROOT}|${stream.thing.id}`,
    quality: 'good',
    meta,
  });
}
