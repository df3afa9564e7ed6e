/** Fills the store with the demo city. */
import { demoCity, type DemoCity } from '../../nodes/sensorthings-server/demo';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Entity, Store } from './store';

const MEASUREMENT = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';

export function seedCity(store: Store, seed: number): DemoCity {
  const city = demoCity({ seed });
  for (const thing of city.things) {
    const properties = { domain: thing.domain, simulated: true };
    const location = {
      name: `Place of ${thing.name}`,
      description: 'Simulated',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [...thing.place] },
    };
    const { id, name, description } = thing;
    store.create('Things', { '@iot.id': id, name, description, properties, Locations: [location] });
  }
  for (const stream of city.datastreams) {
    const { property } = stream;
    if (!store.get('ObservedProperties', property.id)) {
      store.create('ObservedProperties', {
        '@iot.id': property.id,
        name: property.name,
        definition: property.definition,
        description: property.description,
      });
    }
    store.create('Datastreams', {
      '@iot.id': stream.id,
      name: stream.name,
      description: `${property.description}, simulated`,
      unitOfMeasurement: { ...stream.unit },
      observationType: MEASUREMENT,
      Thing: { '@iot.id': stream.thing.id },
      ObservedProperty: { '@iot.id': property.id },
      Sensor: { name: stream.sensor, description: 'Simulated sensor', encodingType: 'text/plain', metadata: 'none' },
    });
  }
  return city;
}

/** Stores a reading of the generator as an Observation. */
export function insert(store: Store, reading: Observation): Entity {
  const time = new Date(reading.time).toISOString();
  const datastream = Number(reading.datastream.slice(reading.datastream.lastIndexOf('|') + 1));
  const body = { phenomenonTime: time, resultTime: time, result: reading.value, Datastream: { '@iot.id': datastream } };
  return store.create('Observations', body);
}

export interface CircleOptions {
  /** Datastreams, each with a Thing of its own. */
  datastreams: number;
  /** Observations of each, a minute apart, the last at `end`. */
  observations: number;
  /** Epoch milliseconds (default 2026-11-20T07:00:00Z). */
  end?: number;
  /** Degrees around the centre of Trang (default 0.5). */
  radius?: number;
  /** Result of an Observation (default: 20 to 40 degrees Celsius, the same with every run). */
  value?: (datastream: number, observation: number) => number;
}

/** Centre of Trang. */
const TRANG = [99.611, 7.556] as const;
/** A turn by this angle spreads points evenly over a disc. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Thermometers in a disc around Trang, as in the paper's experiments: thing `i` and Datastream `i` (1, 2 …) share a
 * number. For large numbers: nobody is told, and the Observations go straight into the columns.
 */
export function addCircle(store: Store, options: CircleOptions): void {
  const { datastreams, observations, end = Date.parse('2026-11-20T07:00:00Z'), radius = 0.5 } = options;
  const value = options.value ?? ((stream, n) => 20 + ((stream * 7919 + n * 104_729) % 2001) / 100);
  const text = { description: 'Simulated', encodingType: 'application/geo+json' };
  const sensor = store.create('Sensors', {
    name: 'Thermometer',
    description: 'Simulated',
    encodingType: 'text/plain',
    metadata: 'none',
  });
  const definition = 'http://vocab.nerc.ac.uk/standard_name/air_temperature/';
  const property = store.create('ObservedProperties', {
    name: 'Air temperature',
    definition,
    description: 'Simulated',
  });
  const unitOfMeasurement = { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' };
  for (let i = 1; i <= datastreams; i++) {
    const distance = radius * Math.sqrt(i / datastreams);
    const coordinates = [
      TRANG[0] + distance * Math.cos(i * GOLDEN_ANGLE),
      TRANG[1] + distance * Math.sin(i * GOLDEN_ANGLE),
    ];
    const location = { type: 'Point', coordinates };
    const thing = store.create('Things', {
      name: `Station ${i}`,
      description: 'Simulated',
      Locations: [{ name: `Place ${i}`, ...text, location }],
    });
    const stream = store.create('Datastreams', {
      name: `Temperature ${i}`,
      description: 'Simulated',
      unitOfMeasurement,
      observationType: MEASUREMENT,
      Thing: { '@iot.id': thing.id },
      Sensor: { '@iot.id': sensor.id },
      ObservedProperty: { '@iot.id': property.id },
    });
    for (let n = 0; n < observations; n++) store.append(stream, end - (observations - 1 - n) * 60_000, value(i, n));
  }
}
