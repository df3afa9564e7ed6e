/** The SensorThings 1.1 entity model: sets, and how they are linked. */

export type EntitySet =
  | 'Things'
  | 'Locations'
  | 'HistoricalLocations'
  | 'Datastreams'
  | 'Sensors'
  | 'ObservedProperties'
  | 'Observations'
  | 'FeaturesOfInterest';

export interface Navigation {
  readonly to: EntitySet;
  readonly many: boolean;
  /** Name of the same link seen from the other side. */
  readonly back: string;
}

export interface EntityModel {
  readonly singular: string;
  /** Fields that a client must give on create. */
  readonly mandatory: readonly string[];
  readonly navigation: Readonly<Record<string, Navigation>>;
}

const many = (to: EntitySet, back: string): Navigation => ({ to, many: true, back });
const one = (to: EntitySet, back: string): Navigation => ({ to, many: false, back });

export const MODEL: Readonly<Record<EntitySet, EntityModel>> = {
  Things: {
    singular: 'Thing',
    mandatory: ['name', 'description'],
    navigation: {
      Locations: many('Locations', 'Things'),
      HistoricalLocations: many('HistoricalLocations', 'Thing'),
      Datastreams: many('Datastreams', 'Thing'),
    },
  },
  Locations: {
    singular: 'Location',
    mandatory: ['name', 'description', 'encodingType', 'location'],
    navigation: {
      Things: many('Things', 'Locations'),
      HistoricalLocations: many('HistoricalLocations', 'Locations'),
    },
  },
  HistoricalLocations: {
    singular: 'HistoricalLocation',
    mandatory: ['time'],
    navigation: { Thing: one('Things', 'HistoricalLocations'), Locations: many('Locations', 'HistoricalLocations') },
  },
  Datastreams: {
    singular: 'Datastream',
    mandatory: ['name', 'description', 'unitOfMeasurement', 'observationType'],
    navigation: {
      Thing: one('Things', 'Datastreams'),
      Sensor: one('Sensors', 'Datastreams'),
      ObservedProperty: one('ObservedProperties', 'Datastreams'),
      Observations: many('Observations', 'Datastream'),
    },
  },
  Sensors: {
    singular: 'Sensor',
    mandatory: ['name', 'description', 'encodingType', 'metadata'],
    navigation: { Datastreams: many('Datastreams', 'Sensor') },
  },
  ObservedProperties: {
    singular: 'ObservedProperty',
    mandatory: ['name', 'definition', 'description'],
    navigation: { Datastreams: many('Datastreams', 'ObservedProperty') },
  },
  Observations: {
    singular: 'Observation',
    mandatory: [],
    navigation: {
      Datastream: one('Datastreams', 'Observations'),
      FeatureOfInterest: one('FeaturesOfInterest', 'Observations'),
    },
  },
  FeaturesOfInterest: {
    singular: 'FeatureOfInterest',
    mandatory: ['name', 'description', 'encodingType', 'feature'],
    navigation: { Observations: many('Observations', 'FeatureOfInterest') },
  },
};

export function isEntitySet(name: string): name is EntitySet {
  return Object.hasOwn(MODEL, name);
}

/** An error as FROST answers it. */
export class FrostError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
