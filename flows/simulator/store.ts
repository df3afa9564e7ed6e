/** The entities of the simulated server, in memory. */
import type { EntitySet } from './model';
import { FrostError, MODEL } from './model';

export type Id = number | string;

export interface Entity {
  readonly set: EntitySet;
  readonly id: Id;
  readonly fields: Record<string, unknown>;
  /** One entity, or an array of them where the link is to-many. */
  readonly links: Record<string, Entity | Entity[] | undefined>;
}

export interface StoreOptions {
  /** Observations kept per Datastream; the oldest go (default 5,000). */
  observationsPerDatastream?: number;
}

type Listener = (entity: Entity) => void;

export class Store {
  private readonly tables = new Map<EntitySet, Map<Id, Entity>>();
  private readonly lastId = new Map<EntitySet, number>();
  private readonly listeners = new Set<Listener>();
  private readonly generated = new Map<Entity, Entity>();
  private readonly keep: number;

  constructor(options: StoreOptions = {}) {
    this.keep = options.observationsPerDatastream ?? 5000;
    for (const set of Object.keys(MODEL) as EntitySet[]) this.tables.set(set, new Map());
  }

  get(set: EntitySet, id: Id): Entity | undefined {
    return this.tables.get(set)!.get(id);
  }

  /** All entities of a set, by id as they were made. */
  all(set: EntitySet): IterableIterator<Entity> {
    return this.tables.get(set)!.values();
  }

  /** Called for every Observation and other entity created later. Returns how to stop listening. */
  onCreate(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Creates an entity from what a client sent: own fields, links as `{"@iot.id": …}`, or whole entities inside
   * (deep insert).
   */
  create(set: EntitySet, body: Record<string, unknown>, parent?: { link: string; entity: Entity }): Entity {
    const model = MODEL[set];
    const entity: Entity = { set, id: this.takeId(set, body['@iot.id']), fields: {}, links: {} };
    for (const [key, value] of Object.entries(body)) {
      if (!Object.hasOwn(model.navigation, key) && !key.includes('@')) entity.fields[key] = value;
    }
    for (const name of set === 'Observations' ? ['result'] : model.mandatory) {
      if (entity.fields[name] === undefined) throw new FrostError(400, `Missing required property '${name}'.`);
    }
    if (parent) this.link(entity, parent.link, parent.entity);
    const inserted: [string, Record<string, unknown>][] = [];
    for (const [name, navigation] of Object.entries(model.navigation)) {
      if (!Object.hasOwn(body, name)) continue;
      const given = body[name];
      for (const item of Array.isArray(given) ? (given as unknown[]) : [given]) {
        if (typeof item !== 'object' || item === null) throw new FrostError(400, `Expected an entity in '${name}'.`);
        const raw = item as Record<string, unknown>;
        const id = raw['@iot.id'];
        const known = id !== undefined && this.get(navigation.to, id as Id);
        if (known) this.link(entity, name, known);
        else if (id !== undefined && Object.keys(raw).length === 1)
          throw new FrostError(400, `No such ${name}: ${JSON.stringify(id)}.`);
        else if (navigation.many) inserted.push([name, raw]);
        else this.link(entity, name, this.create(navigation.to, raw));
      }
    }
    if (set === 'Observations') this.completeObservation(entity);
    this.tables.get(set)!.set(entity.id, entity);
    for (const [name, raw] of inserted) {
      const navigation = model.navigation[name]!;
      const back = MODEL[navigation.to].navigation[navigation.back];
      if (back) this.create(navigation.to, raw, { link: navigation.back, entity });
    }
    for (const listener of this.listeners) listener(entity);
    return entity;
  }

  /** Changes fields of an entity; the listeners are told, as FROST does on its MQTT topics. */
  update(entity: Entity, body: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(body)) {
      if (!Object.hasOwn(MODEL[entity.set].navigation, key) && !key.includes('@')) entity.fields[key] = value;
    }
    for (const listener of this.listeners) listener(entity);
  }

  /** The entities behind a to-many link. */
  linked(entity: Entity, name: string): Entity[] {
    if (entity.set === 'FeaturesOfInterest') {
      return [...this.all('Observations')].filter((o) => o.links['FeatureOfInterest'] === entity);
    }
    const value = entity.links[name];
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  }

  private takeId(set: EntitySet, wanted: unknown): Id {
    if (typeof wanted === 'number' || typeof wanted === 'string') {
      if (typeof wanted === 'number') this.lastId.set(set, Math.max(wanted, this.lastId.get(set) ?? 0));
      return wanted;
    }
    const id = (this.lastId.get(set) ?? 0) + 1;
    this.lastId.set(set, id);
    return id;
  }

  private link(entity: Entity, name: string, other: Entity): void {
    this.linkOneWay(entity, name, other);
    this.linkOneWay(other, MODEL[entity.set].navigation[name]!.back, entity);
  }

  private linkOneWay(entity: Entity, name: string, other: Entity): void {
    const navigation = MODEL[entity.set].navigation[name];
    // a feature does not list its Observations: there would be no bound to it
    if (!navigation || entity.set === 'FeaturesOfInterest') return;
    if (!navigation.many) {
      entity.links[name] = other;
      return;
    }
    const list = (entity.links[name] ??= []) as Entity[];
    list.push(other);
  }

  private completeObservation(entity: Entity): void {
    const datastream = entity.links['Datastream'] as Entity | undefined;
    if (!datastream) throw new FrostError(400, "Missing required property 'Datastream'.");
    entity.fields['phenomenonTime'] ??= new Date().toISOString();
    entity.fields['resultTime'] ??= null;
    if (!entity.links['FeatureOfInterest']) this.link(entity, 'FeatureOfInterest', this.featureOf(datastream));
    this.trim(datastream);
  }

  /** As FROST: one FeatureOfInterest is made of the Thing's Location and kept. */
  private featureOf(datastream: Entity): Entity {
    const thing = datastream.links['Thing'] as Entity | undefined;
    const location = thing && this.linked(thing, 'Locations')[0];
    if (!thing || !location) {
      throw new FrostError(400, 'No FeatureOfInterest provided, and none can be generated.');
    }
    const known = this.generated.get(location);
    if (known) return known;
    const made = this.create('FeaturesOfInterest', {
      name: String(location.fields['name']),
      description: 'Generated from the Location',
      encodingType: 'application/geo+json',
      feature: location.fields['location'],
    });
    this.generated.set(location, made);
    return made;
  }

  private trim(datastream: Entity): void {
    const list = datastream.links['Observations'] as Entity[];
    // a fifth more than is kept, so that the array is not shifted with every reading
    if (list.length <= this.keep * 1.2) return;
    const observations = this.tables.get('Observations')!;
    for (const old of list.splice(0, list.length - this.keep)) observations.delete(old.id);
  }
}
