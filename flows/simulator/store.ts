/** The entities of the simulated server, in memory. Observations are in columns (observations.ts). */
import { randomUUID } from 'node:crypto';
import { FrostError, MODEL, navigationOf, type EntitySet } from './model';
import { compareIds, ObservationTable, type Reading } from './observations';
import { readInstant, readTime } from './values';
import { ObservationView } from './view';

export { ObservationView } from './view';

export type Id = number | string;

export interface Entity {
  readonly set: EntitySet;
  readonly id: Id;
  readonly fields: Readonly<Record<string, unknown>>;
  /** One entity, or an array of them where the link is to-many; links to Observations are not here. */
  readonly links: Readonly<Record<string, Entity | Entity[] | undefined>>;
}

/** An entity that is kept as an object: all but Observations. */
interface Stored extends Entity {
  readonly fields: Record<string, unknown>;
  readonly links: Record<string, Entity | Entity[] | undefined>;
  /** Number of a (Multi)Datastream or of a feature in the columns of the Observations. */
  slot?: number;
}

export interface StoreOptions {
  /** Observations kept per Datastream; the oldest go (default 5,000). */
  observationsPerDatastream?: number;
  /** How ids are made (default `long`: 1, 2, 3 …). */
  ids?: 'long' | 'string' | 'uuid';
}

export type Change = 'create' | 'update' | 'delete';
/** @param changed names of the fields that an update gave */
type Listener = (entity: Entity, change: Change, changed: readonly string[]) => void;

export class Store {
  readonly observations = new ObservationTable();
  /** (Multi)Datastreams and features by their slot. */
  readonly streams: Entity[] = [];
  readonly features: Entity[] = [];
  private readonly tables = new Map<EntitySet, Map<Id, Stored>>();
  private readonly lists = new Map<EntitySet, Stored[] | undefined>();
  private readonly lastId = new Map<EntitySet, number>();
  private readonly listeners = new Set<Listener>();
  private readonly generated = new Map<Entity, Entity>();
  private readonly keep: number;
  private readonly kind: NonNullable<StoreOptions['ids']>;

  constructor(options: StoreOptions = {}) {
    this.keep = options.observationsPerDatastream ?? 5000;
    this.kind = options.ids ?? 'long';
    for (const set of Object.keys(MODEL) as EntitySet[]) this.tables.set(set, new Map());
  }

  get(set: EntitySet, id: Id): Entity | undefined {
    if (set !== 'Observations') return this.tables.get(set)!.get(id);
    const row = this.observations.rowOf(id);
    return row === undefined ? undefined : this.view(row);
  }

  /** All entities of a set: by id; Observations by time and id. */
  all(set: EntitySet): IterableIterator<Entity> {
    if (set === 'Observations') return this.views(this.observations.sorted());
    return this.sorted(set).values();
  }

  count(set: EntitySet): number {
    return set === 'Observations' ? this.observations.size : this.tables.get(set)!.size;
  }

  /** Entities of a set by id; not for Observations. */
  sorted(set: EntitySet): readonly Entity[] {
    let list = this.lists.get(set);
    if (!list) {
      list = [...this.tables.get(set)!.values()].sort((a, b) => compareIds(a.id, b.id));
      this.lists.set(set, list);
    }
    return list;
  }

  view(row: number): ObservationView {
    return new ObservationView(this, row);
  }

  /** Rows of a Datastream or MultiDatastream in the columns, by time and id. */
  rowsOf(stream: Entity): readonly number[] {
    const { slot } = stream as Stored;
    return slot === undefined ? [] : this.observations.of(slot);
  }

  /** Called for every entity created, changed or deleted later. Returns how to stop listening. */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Creates an entity from what a client sent: own fields, links as `{"@iot.id": …}`, or whole entities inside
   * (deep insert).
   */
  create(set: EntitySet, body: Readonly<Record<string, unknown>>, parent?: { link: string; entity: Entity }): Entity {
    if (set === 'Observations') return this.createObservation(body, parent);
    const model = MODEL[set];
    const entity: Stored = { set, id: this.takeId(set, body['@iot.id']), fields: {}, links: {} };
    for (const [key, value] of Object.entries(body)) {
      if (!navigationOf(set, key) && !key.includes('@')) entity.fields[key] = value;
    }
    if (set === 'Tasks') entity.fields['creationTime'] ??= new Date().toISOString();
    for (const name of model.mandatory) {
      if (entity.fields[name] === undefined) throw new FrostError(400, `Missing required property '${name}'.`);
    }
    if (parent) this.link(entity, parent.link, parent.entity);
    const inside = this.linkGiven(entity, body);
    for (const name of model.needs) {
      if (!entity.links[name]) throw new FrostError(400, `Missing required navigation property '${name}'.`);
    }
    this.tables.get(set)!.set(entity.id, entity);
    this.lists.set(set, undefined);
    for (const [name, raw] of inside) {
      const { to, back } = navigationOf(set, name)!;
      this.create(to, raw, { link: back, entity });
    }
    if (set === 'Things') this.remember(entity);
    if (set === 'HistoricalLocations') this.moveBack(entity);
    this.tell(entity, 'create');
    return entity;
  }

  /** Adds an Observation without looking at anything but the Datastream: for a million of them. Nobody is told. */
  append(stream: Entity, start: number, result: unknown, resultTime?: number): number {
    const feature = this.slotOf(this.featureOf(stream), this.features);
    return this.add(stream, undefined, {
      start,
      result,
      resultTime,
      stream: this.slotOf(stream, this.streams),
      feature,
    });
  }

  /** Changes fields and links of an entity; the listeners are told, as FROST does on its MQTT topics. */
  update(entity: Entity, body: Readonly<Record<string, unknown>>): void {
    if (entity instanceof ObservationView) this.updateObservation(entity, body);
    else {
      const stored = entity as Stored;
      for (const [key, value] of Object.entries(body)) {
        if (!navigationOf(entity.set, key) && !key.includes('@')) stored.fields[key] = value;
      }
      if (entity.set === 'Things' && body['Locations']) {
        for (const raw of [body['Locations']].flat() as Record<string, unknown>[]) {
          if (raw['@iot.id'] === undefined) throw new FrostError(400, 'Can not link Location with no id.');
        }
        this.move(stored, body);
        this.remember(stored);
      } else this.linkGiven(stored, body);
    }
    this.tell(
      entity,
      'update',
      Object.keys(body).filter((name) => !navigationOf(entity.set, name)),
    );
  }

  /** Deletes an entity and what cannot be without it (18-088, 10.4). */
  delete(entity: Entity): void {
    const { set } = entity;
    if (entity instanceof ObservationView) {
      const row = this.observations.rowOf(entity.id);
      if (row !== undefined) this.observations.remove([row]);
    } else {
      for (const [name, { to, many }] of Object.entries(MODEL[set].navigation)) {
        if (to === 'Observations') {
          this.observations.remove(this.rowsBehind(entity));
          continue;
        }
        for (const other of this.linked(entity, name)) {
          const goes = many && MODEL[to].needs.some((need) => navigationOf(to, need)!.to === set);
          if (goes) this.delete(other);
          else this.unlink(other, entity);
        }
      }
      this.tables.get(set)!.delete(entity.id);
      this.lists.set(set, undefined);
    }
    this.tell(entity, 'delete');
  }

  /** The entities behind a link. */
  linked(entity: Entity, name: string): Entity[] {
    if (name === 'Observations') return [...this.views(this.rowsBehind(entity))];
    const value = entity.links[name];
    return value === undefined
      ? []
      : Array.isArray(value)
        ? [...value].sort((a, b) => compareIds(a.id, b.id))
        : [value];
  }

  /** Rows of the Observations of a (Multi)Datastream or of a feature, by time and id. */
  rowsBehind(entity: Entity): readonly number[] {
    if (entity.set !== 'FeaturesOfInterest') return this.rowsOf(entity);
    const { slot } = entity as Stored;
    if (slot === undefined) return [];
    return this.observations.sorted().filter((row) => this.observations.feature[row] === slot);
  }

  *views(rows: Iterable<number>): IterableIterator<Entity> {
    for (const row of rows) yield this.view(row);
  }

  private tell(entity: Entity, change: Change, changed: readonly string[] = []): void {
    for (const listener of this.listeners) listener(entity, change, changed);
  }

  private takeId(set: EntitySet, wanted: unknown): Id {
    if (typeof wanted === 'number' || typeof wanted === 'string') {
      if (this.get(set, wanted))
        throw new FrostError(400, `There is one with the id ${JSON.stringify(wanted)} already.`);
      if (typeof wanted === 'number') this.lastId.set(set, Math.max(wanted, this.lastId.get(set) ?? 0));
      return wanted;
    }
    if (this.kind === 'uuid') return randomUUID();
    const n = (this.lastId.get(set) ?? 0) + 1;
    this.lastId.set(set, n);
    return this.kind === 'long' ? n : `${MODEL[set].singular.toLowerCase()}-${n}`;
  }

  /** Links what is given by id or, to-one, inside. Returns what has to be made once the entity is there. */
  private linkGiven(entity: Stored, body: Readonly<Record<string, unknown>>): [string, Record<string, unknown>][] {
    const inside: [string, Record<string, unknown>][] = [];
    for (const name of Object.keys(MODEL[entity.set].navigation)) {
      if (!Object.hasOwn(body, name)) continue;
      const given = body[name];
      for (const item of Array.isArray(given) ? (given as unknown[]) : [given]) {
        const linked = this.given(entity.set, name, item);
        if (!('set' in linked)) inside.push([name, linked]);
        else this.link(entity, name, linked as Entity);
      }
    }
    return inside;
  }

  /** The entity that a client means; to-one ones are made. To-many ones that are to be made come back as they are. */
  private given(set: EntitySet, name: string, item: unknown): Entity | Record<string, unknown> {
    if (typeof item !== 'object' || item === null) throw new FrostError(400, `Expected an entity in '${name}'.`);
    const raw = item as Record<string, unknown>;
    const { to, many } = navigationOf(set, name)!;
    const id = raw['@iot.id'];
    const known = id !== undefined && this.get(to, id as Id);
    if (known) return known;
    if (id !== undefined && Object.keys(raw).length === 1)
      throw new FrostError(400, `No such entity '${name}' with id [${JSON.stringify(id)}]`);
    return many ? raw : this.create(to, raw);
  }

  private link(entity: Stored, name: string, other: Entity): void {
    this.linkOneWay(entity, name, other);
    this.linkOneWay(other, navigationOf(entity.set, name)!.back, entity);
  }

  private linkOneWay(entity: Stored, name: string, other: Entity): void {
    const navigation = navigationOf(entity.set, name);
    if (!navigation) return;
    if (!navigation.many) {
      entity.links[name] = other;
      return;
    }
    const list = (entity.links[name] ??= []) as Entity[];
    if (list.length > 50 || !list.includes(other)) list.push(other);
  }

  private unlink(entity: Entity, gone: Entity): void {
    const { links } = entity as Stored;
    for (const [name, value] of Object.entries(links)) {
      if (value === gone) delete links[name];
      else if (Array.isArray(value)) links[name] = value.filter((other) => other !== gone);
    }
  }

  /** A Thing that goes to another place: a Location made for it, as by `POST Things(1)/Locations`. */
  createLocation(body: Readonly<Record<string, unknown>>, thing: Entity): Entity {
    const location = this.create('Locations', body);
    this.move(thing, { Locations: [{ '@iot.id': location.id }] });
    this.remember(thing);
    return location;
  }

  /** A Thing is at its new places only. */
  private move(thing: Stored, body: Readonly<Record<string, unknown>>): void {
    for (const place of this.linked(thing, 'Locations')) this.unlink(place, thing);
    delete thing.links['Locations'];
    this.linkGiven(thing, body);
  }

  /** Where a Thing was last according to its history is where it is. */
  private moveBack(entry: Stored): void {
    const thing = entry.links['Thing'] as Stored;
    const time = readInstant(entry.fields['time']) ?? NaN;
    const others = this.linked(thing, 'HistoricalLocations').filter((other) => other !== entry);
    if (others.some(({ fields }) => !((readInstant(fields['time']) ?? 0) <= time))) return;
    const places = this.linked(entry, 'Locations').map(({ id }) => ({ '@iot.id': id }));
    if (places.length > 0) this.move(thing, { Locations: places });
  }

  /** Where a Thing is from now on belongs to its history (18-088, 8.2.3). */
  private remember(thing: Stored): void {
    const places = this.linked(thing, 'Locations');
    if (places.length === 0) return;
    this.create('HistoricalLocations', {
      time: new Date().toISOString(),
      Thing: { '@iot.id': thing.id },
      Locations: places.map(({ id }) => ({ '@iot.id': id })),
    });
  }

  private createObservation(
    body: Readonly<Record<string, unknown>>,
    parent?: { link: string; entity: Entity },
  ): Entity {
    if (body['result'] === undefined) throw new FrostError(400, "Missing required property 'result'.");
    const links: Record<string, Entity> = parent ? { [parent.link]: parent.entity } : {};
    for (const name of Object.keys(MODEL.Observations.navigation)) {
      if (Object.hasOwn(body, name)) links[name] = this.given('Observations', name, body[name]) as Entity;
    }
    const stream = links['Datastream'] ?? links['MultiDatastream'];
    if (!stream) throw new FrostError(400, "Missing required navigation property 'Datastream'.");
    const feature = links['FeatureOfInterest'] ?? this.featureOf(stream);
    const time = readTime(body['phenomenonTime'] ?? new Date().toISOString());
    if (!time) throw new FrostError(400, 'Failed to parse phenomenonTime.');
    const row = this.add(stream, body['@iot.id'], {
      start: time.start,
      end: String(body['phenomenonTime']).includes('/') ? time.end : undefined,
      result: body['result'],
      resultTime: readInstant(body['resultTime']),
      extra: extraOf(body),
      stream: this.slotOf(stream, this.streams),
      feature: this.slotOf(feature, this.features),
    });
    const view = this.view(row);
    this.tell(view, 'create');
    return view;
  }

  private add(stream: Entity, id: unknown, reading: Reading): number {
    const row = this.observations.add(this.takeId('Observations', id), reading);
    const rows = this.rowsOf(stream);
    // a fifth more than is kept, so that the list is not shifted with every reading
    if (rows.length > this.keep * 1.2) this.observations.remove(rows.slice(0, rows.length - this.keep));
    return row;
  }

  private updateObservation(view: ObservationView, body: Readonly<Record<string, unknown>>): void {
    const { observations } = this;
    const { row } = view;
    if ('result' in body) observations.setResult(row, body['result']);
    if ('resultTime' in body) observations.resultTime[row] = readInstant(body['resultTime']) ?? NaN;
    const extra = extraOf(body);
    if (extra) observations.extra.set(row, { ...observations.extra.get(row), ...extra });
    if (!('phenomenonTime' in body)) return;
    const time = readTime(body['phenomenonTime']);
    if (!time) throw new FrostError(400, 'Failed to parse phenomenonTime.');
    observations.setTime(row, time.start, String(body['phenomenonTime']).includes('/') ? time.end : undefined);
  }

  private slotOf(entity: Entity, list: Entity[]): number {
    const stored = entity as Stored;
    stored.slot ??= list.push(entity) - 1;
    return stored.slot;
  }

  /** As FROST: one FeatureOfInterest is made of the Thing's Location and kept. */
  private featureOf(stream: Entity): Entity {
    const thing = stream.links['Thing'] as Entity | undefined;
    const location = (thing?.links['Locations'] as Entity[] | undefined)?.[0];
    if (!location) throw new FrostError(400, 'No FeatureOfInterest provided, and none can be generated.');
    const known = this.generated.get(location);
    if (known && this.get('FeaturesOfInterest', known.id)) return known;
    const made = this.create('FeaturesOfInterest', {
      name: location.fields['name'],
      description: location.fields['description'],
      encodingType: location.fields['encodingType'],
      feature: location.fields['location'],
    });
    this.generated.set(location, made);
    return made;
  }
}

function extraOf(body: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const given = ['resultQuality', 'validTime', 'parameters'].filter(
    (name) => body[name] !== undefined && body[name] !== null,
  );
  return given.length === 0 ? undefined : Object.fromEntries(given.map((name) => [name, body[name]]));
}
