/** The stations of the demo city: about 40 Things of four domains, spread over the zones. */
import { gauss, random } from './random';

export type DemoKind = 'pm25' | 'co' | 'vehicles' | 'noise' | 'level';

export interface DemoThing {
  /** A number, as FROST would give. */
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly domain: 'air' | 'traffic' | 'noise' | 'water';
  /** Longitude, latitude. */
  readonly place: readonly [number, number];
  /** Index into {@link ZONE_CENTRES}: which zone's episodes reach it. */
  readonly zone: number;
}

export interface DemoUnit {
  readonly name: string;
  readonly symbol: string;
  readonly definition: string;
}

export interface DemoProperty {
  readonly id: number;
  readonly name: string;
  readonly definition: string;
  readonly description: string;
}

export interface DemoDatastream {
  readonly id: number;
  readonly name: string;
  readonly kind: DemoKind;
  readonly thing: DemoThing;
  readonly property: DemoProperty;
  readonly unit: DemoUnit;
  /** UCUM code of the unit. */
  readonly ucum: string;
  readonly sensor: string;
  /** Milliseconds of simulated time between two readings. */
  readonly interval: number;
}

const MINUTE = 60_000;

/** Middle of each zone's stations; the order is the zone number that episodes use. */
export const ZONE_CENTRES: readonly { name: string; place: readonly [number, number] }[] = [
  { name: 'Centre', place: [99.61, 7.556] },
  { name: 'North-east', place: [99.654, 7.593] },
  { name: 'North-west', place: [99.597, 7.595] },
  { name: 'South', place: [99.638, 7.516] },
  { name: 'Harbour', place: [99.57, 7.516] },
];

const PROPERTIES: Readonly<Record<DemoKind, DemoProperty>> = {
  pm25: {
    id: 1,
    name: 'PM2.5',
    definition: 'http://dd.eionet.europa.eu/vocabulary/aq/pollutant/6001',
    description: 'Particulate matter up to 2.5 micrometres',
  },
  co: {
    id: 2,
    name: 'CO',
    definition: 'http://dd.eionet.europa.eu/vocabulary/aq/pollutant/10',
    description: 'Carbon monoxide',
  },
  vehicles: {
    id: 3,
    name: 'Vehicle count',
    definition: 'https://en.wikipedia.org/wiki/Traffic_count',
    description: 'Vehicles per minute',
  },
  noise: {
    id: 4,
    name: 'Noise level',
    definition: 'https://en.wikipedia.org/wiki/A-weighting',
    description: 'Sound level, A-weighted, of one minute',
  },
  level: {
    id: 5,
    name: 'Water level',
    definition: 'https://en.wikipedia.org/wiki/Water_level',
    description: 'Water level above the local gauge zero',
  },
};

// units as different real servers write them, so that the demo is an honest client test
const UG: DemoUnit = { name: 'microgram per cubic metre', symbol: 'ug/m3', definition: 'ucum:ug/m3' };
const PPM: DemoUnit = { name: 'parts per million', symbol: 'ppm', definition: 'ucum:[ppm]' };
const MG: DemoUnit = { name: 'milligram per cubic metre', symbol: 'mg/m3', definition: 'ucum:mg/m3' };
const COUNT: DemoUnit = { name: 'count', symbol: '1', definition: 'ucum:1' };
const DBA: DemoUnit = { name: 'decibel (A-weighted)', symbol: 'dB(A)', definition: 'ucum:dB[A]' };
const METRE: DemoUnit = { name: 'metre', symbol: 'm', definition: 'ucum:m' };

const DOMAINS = [
  { domain: 'air', title: 'Air station', perZone: [3, 2, 2, 2, 3], kinds: ['pm25', 'co'] },
  { domain: 'traffic', title: 'Traffic counter', perZone: [4, 2, 2, 2, 2], kinds: ['vehicles'] },
  { domain: 'noise', title: 'Noise meter', perZone: [4, 1, 2, 1, 2], kinds: ['noise'] },
  { domain: 'water', title: 'River gauge', perZone: [0, 0, 1, 2, 3], kinds: ['level'] },
] as const;

function unitOf(kind: DemoKind, zone: number): [DemoUnit, string] {
  switch (kind) {
    case 'pm25':
      return [UG, 'ug/m3'];
    case 'co':
      // the harbour has its own operator, who reports mass
      return zone === 4 ? [MG, 'mg/m3'] : [PPM, '[ppm]'];
    case 'vehicles':
      return [COUNT, '1'];
    case 'noise':
      return [DBA, 'dB[A]'];
    case 'level':
      return [METRE, 'm'];
  }
}

/** Builds the stations; positions depend on the seed, names and numbers do not. */
export function demoThings(seed: number): { things: DemoThing[]; datastreams: DemoDatastream[] } {
  const things: DemoThing[] = [];
  const datastreams: DemoDatastream[] = [];
  for (const { domain, title, perZone, kinds } of DOMAINS) {
    perZone.forEach((count, zone) => {
      for (let n = 1; n <= count; n++) {
        const thing = makeThing(seed, things.length + 1, domain, `${title} ${ZONE_CENTRES[zone]!.name} ${n}`, zone);
        things.push(thing);
        for (const kind of kinds) datastreams.push(makeDatastream(datastreams.length + 1, kind, thing));
      }
    });
  }
  return { things, datastreams };
}

function makeThing(seed: number, id: number, domain: DemoThing['domain'], name: string, zone: number): DemoThing {
  const [lon, lat] = ZONE_CENTRES[zone]!.place;
  const place = [
    Number((lon + clamp(gauss(seed, id, 1) * 0.007, 0.014)).toFixed(5)),
    Number((lat + clamp(gauss(seed, id, 2) * 0.005, 0.01)).toFixed(5)),
  ] as const;
  return Object.freeze({ id, name, description: 'Simulated station of the demo city', domain, place, zone });
}

function makeDatastream(id: number, kind: DemoKind, thing: DemoThing): DemoDatastream {
  const [unit, ucum] = unitOf(kind, thing.zone);
  return Object.freeze({
    id,
    name: `${PROPERTIES[kind].name} at ${thing.name}`,
    kind,
    thing,
    property: PROPERTIES[kind],
    unit,
    ucum,
    sensor: `Simulated sensor SIM-${Math.floor(random(id) * 9000) + 1000}`,
    interval: kind === 'level' ? 5 * MINUTE : MINUTE,
  });
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
