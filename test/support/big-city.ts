/** 100,000 Datastreams of 25,000 Things around Trang, for the simulator: what a form must not read one by one. */
import { Store } from '../../flows/simulator/store';

const PROPERTIES = ['PM2.5', 'CO', 'Temperature', 'Noise'] as const;
const UNITS = ['\u00b5g/m³', 'ppm', '°C', 'dB(A)'];
const THINGS = 25_000;
/** Things in a row; a row is 0.4 degrees wide, all rows are 0.4 degrees high. */
const ROW = 250;
const STEP = 0.4 / ROW;

export const BIG_CITY = {
  west: 99.4,
  south: 7.4,
  things: THINGS,
  datastreams: THINGS * PROPERTIES.length,
  row: ROW,
  step: STEP,
};

/** @param readings Observations of each Datastream (at most one): the time of all of them, epoch milliseconds */
export function bigCity(readings?: number): Store {
  const store = new Store({ observationsPerDatastream: 2 });
  for (const [i, name] of PROPERTIES.entries()) {
    store.create('ObservedProperties', { '@iot.id': i + 1, name, definition: `urn:test:${name}`, description: name });
  }
  const sensor = store.create('Sensors', {
    '@iot.id': 1,
    name: 'Sensor',
    description: '',
    encodingType: 'text/plain',
    metadata: '',
  });
  for (let n = 0; n < THINGS; n++) {
    const coordinates = [BIG_CITY.west + (n % ROW) * STEP, BIG_CITY.south + Math.floor(n / ROW) * STEP * 2.5];
    const location = {
      name: `Place ${n}`,
      description: '',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates },
    };
    store.create('Things', { '@iot.id': n + 1, name: `Station ${n + 1}`, description: '', Locations: [location] });
    for (const [i, property] of PROPERTIES.entries()) {
      const id = n * PROPERTIES.length + i + 1;
      store.create('Datastreams', {
        '@iot.id': id,
        name: `${property} at station ${n + 1}`,
        description: '',
        unitOfMeasurement: { name: '', symbol: UNITS[i]!, definition: '' },
        observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
        Thing: { '@iot.id': n + 1 },
        ObservedProperty: { '@iot.id': i + 1 },
        Sensor: { '@iot.id': sensor.id },
      });
      if (readings === undefined) continue;
      const time = new Date(readings).toISOString();
      store.create('Observations', {
        phenomenonTime: time,
        resultTime: time,
        result: (id * 7) % 50,
        Datastream: { '@iot.id': id },
      });
    }
  }
  return store;
}
