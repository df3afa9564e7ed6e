/** The SensorThings 1.1 entity model with Tasking and MultiDatastreams: sets, their fields, and how they are linked. */

export type EntitySet =
  | 'Things'
  | 'Locations'
  | 'HistoricalLocations'
  | 'Datastreams'
  | 'MultiDatastreams'
  | 'Sensors'
  | 'ObservedProperties'
  | 'Observations'
  | 'FeaturesOfInterest'
  | 'Actuators'
  | 'TaskingCapabilities'
  | 'Tasks';

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
  /** Fields that it may give, and those that the server keeps by itself. */
  readonly optional: readonly string[];
  /** To-one links that an entity cannot be without; it goes when the other side is deleted. */
  readonly needs: readonly string[];
  readonly navigation: Readonly<Record<string, Navigation>>;
}

const many = (to: EntitySet, back: string): Navigation => ({ to, many: true, back });
const one = (to: EntitySet, back: string): Navigation => ({ to, many: false, back });

export const MODEL: Readonly<Record<EntitySet, EntityModel>> = {
  Datastreams: {
    singular: 'Datastream',
    mandatory: ['name', 'description', 'unitOfMeasurement', 'observationType'],
    optional: ['observedArea', 'phenomenonTime', 'resultTime', 'properties'],
    needs: ['Thing', 'Sensor', 'ObservedProperty'],
    navigation: {
      Thing: one('Things', 'Datastreams'),
      Sensor: one('Sensors', 'Datastreams'),
      ObservedProperty: one('ObservedProperties', 'Datastreams'),
      Observations: many('Observations', 'Datastream'),
    },
  },
  MultiDatastreams: {
    singular: 'MultiDatastream',
    mandatory: ['name', 'description', 'observationType', 'unitOfMeasurements', 'multiObservationDataTypes'],
    optional: ['observedArea', 'phenomenonTime', 'resultTime', 'properties'],
    needs: ['Thing', 'Sensor'],
    navigation: {
      Thing: one('Things', 'MultiDatastreams'),
      Sensor: one('Sensors', 'MultiDatastreams'),
      ObservedProperties: many('ObservedProperties', 'MultiDatastreams'),
      Observations: many('Observations', 'MultiDatastream'),
    },
  },
  FeaturesOfInterest: {
    singular: 'FeatureOfInterest',
    mandatory: ['name', 'description', 'encodingType', 'feature'],
    optional: ['properties'],
    needs: [],
    navigation: { Observations: many('Observations', 'FeatureOfInterest') },
  },
  HistoricalLocations: {
    singular: 'HistoricalLocation',
    mandatory: ['time'],
    optional: [],
    needs: ['Thing'],
    navigation: { Thing: one('Things', 'HistoricalLocations'), Locations: many('Locations', 'HistoricalLocations') },
  },
  Locations: {
    singular: 'Location',
    mandatory: ['name', 'description', 'encodingType', 'location'],
    optional: ['properties'],
    needs: [],
    navigation: {
      Things: many('Things', 'Locations'),
      HistoricalLocations: many('HistoricalLocations', 'Locations'),
    },
  },
  Observations: {
    singular: 'Observation',
    mandatory: ['result'],
    optional: ['phenomenonTime', 'resultTime', 'resultQuality', 'validTime', 'parameters'],
    needs: [],
    navigation: {
      Datastream: one('Datastreams', 'Observations'),
      MultiDatastream: one('MultiDatastreams', 'Observations'),
      FeatureOfInterest: one('FeaturesOfInterest', 'Observations'),
    },
  },
  ObservedProperties: {
    singular: 'ObservedProperty',
    mandatory: ['name', 'definition', 'description'],
    optional: ['properties'],
    needs: [],
    navigation: {
      Datastreams: many('Datastreams', 'ObservedProperty'),
      MultiDatastreams: many('MultiDatastreams', 'ObservedProperties'),
    },
  },
  Sensors: {
    singular: 'Sensor',
    mandatory: ['name', 'description', 'encodingType', 'metadata'],
    optional: ['properties'],
    needs: [],
    navigation: {
      Datastreams: many('Datastreams', 'Sensor'),
      MultiDatastreams: many('MultiDatastreams', 'Sensor'),
    },
  },
  Things: {
    singular: 'Thing',
    mandatory: ['name', 'description'],
    optional: ['properties'],
    needs: [],
    navigation: {
      Locations: many('Locations', 'Things'),
      HistoricalLocations: many('HistoricalLocations', 'Thing'),
      Datastreams: many('Datastreams', 'Thing'),
      MultiDatastreams: many('MultiDatastreams', 'Thing'),
      TaskingCapabilities: many('TaskingCapabilities', 'Thing'),
    },
  },
  Actuators: {
    singular: 'Actuator',
    mandatory: ['name', 'description', 'encodingType', 'metadata'],
    optional: ['properties'],
    needs: [],
    navigation: { TaskingCapabilities: many('TaskingCapabilities', 'Actuator') },
  },
  TaskingCapabilities: {
    singular: 'TaskingCapability',
    mandatory: ['name', 'description', 'taskingParameters'],
    optional: ['properties'],
    needs: ['Thing', 'Actuator'],
    navigation: {
      Thing: one('Things', 'TaskingCapabilities'),
      Actuator: one('Actuators', 'TaskingCapabilities'),
      Tasks: many('Tasks', 'TaskingCapability'),
    },
  },
  Tasks: {
    singular: 'Task',
    mandatory: ['taskingParameters'],
    optional: ['creationTime', 'status'],
    needs: ['TaskingCapability'],
    navigation: { TaskingCapability: one('TaskingCapabilities', 'Tasks') },
  },
};

const MULTI: ReadonlySet<string> = new Set(['MultiDatastreams', 'MultiDatastream']);
const TASKING: ReadonlySet<string> = new Set(['Actuators', 'TaskingCapabilities', 'Tasks']);

/** Parts of the model that a server may be without. */
export interface Extensions {
  multiDatastreams: boolean;
  tasking: boolean;
}

/** Whether a set, or a link of that name, is there on a server with these extensions. */
export function isServed(name: string, { multiDatastreams, tasking }: Extensions): boolean {
  return (multiDatastreams || !MULTI.has(name)) && (tasking || !TASKING.has(name));
}

export function isEntitySet(name: string): name is EntitySet {
  return Object.hasOwn(MODEL, name);
}

/** The link of that name, if the set has it. */
export function navigationOf(set: EntitySet, name: string): Navigation | undefined {
  const { navigation } = MODEL[set];
  return Object.hasOwn(navigation, name) ? navigation[name] : undefined;
}

/** Whether a set has a field of that name. */
export function hasField(set: EntitySet, name: string): boolean {
  return MODEL[set].mandatory.includes(name) || MODEL[set].optional.includes(name);
}

/** An error as FROST answers it. */
export class FrostError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What else the answer says, where a server has such a habit. */
    readonly detail?: string,
  ) {
    super(message);
  }
}
