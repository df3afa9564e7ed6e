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
