/** Resource paths: `Things(1)/Datastreams(2)/Observations`, `Observations(7)/result/$value`, `…/$ref`. */
import { applyQuery, type Query } from './query';
import type { EntitySet } from './model';
import { FrostError, isEntitySet, MODEL } from './model';
import type { Entity, Id, Store } from './store';

/** What a path leads to. */
export type Target =
  | {
      kind: 'set';
      set: EntitySet;
      rows: () => Iterable<Entity>;
      ref: boolean;
      parent?: { link: string; entity: Entity };
    }
  | { kind: 'entity'; entity: Entity; ref: boolean }
  | { kind: 'property'; name: string; value: unknown; raw: boolean };

const SEGMENT = /^([A-Za-z$]+)(?:\((-?\d+|'(?:[^']|'')*')\))?$/;

/** @param path decoded, without leading slash and version */
export function resolve(store: Store, path: string): Target {
  const segments = path.split('/').filter((part) => part !== '');
  const first = parse(segments[0] ?? '');
  if (!isEntitySet(first.name)) throw nothing();
  let target: Target = rootSet(store, first.name);
  if (first.id !== undefined) target = entityOf(store.get(first.name, first.id));
  for (const segment of segments.slice(1)) target = step(store, target, segment);
  return target;
}

function rootSet(store: Store, set: EntitySet): Target {
  return { kind: 'set', set, rows: () => store.all(set), ref: false };
}

function step(store: Store, target: Target, segment: string): Target {
  if (segment === '$ref' && target.kind !== 'property') return { ...target, ref: true };
  if (segment === '$value' && target.kind === 'property') return { ...target, raw: true };
  if (target.kind !== 'entity') throw nothing();
  const { entity } = target;
  const { name, id } = parse(segment);
  const navigation = Object.hasOwn(MODEL[entity.set].navigation, name) ? MODEL[entity.set].navigation[name] : undefined;
  if (!navigation) {
    if (!Object.hasOwn(entity.fields, name)) throw nothing();
    return { kind: 'property', name, value: entity.fields[name], raw: false };
  }
  if (!navigation.many) return entityOf(entity.links[name] as Entity | undefined);
  if (id !== undefined) return entityOf(store.linked(entity, name).find((other) => other.id === id));
  const parent = { link: navigation.back, entity };
  return { kind: 'set', set: navigation.to, rows: () => store.linked(entity, name), ref: false, parent };
}

function entityOf(entity: Entity | undefined): Target {
  if (!entity) throw nothing();
  return { kind: 'entity', entity, ref: false };
}

function parse(segment: string): { name: string; id?: Id } {
  const match = SEGMENT.exec(segment);
  if (!match) throw new FrostError(404, 'Not a valid path.');
  const [, name, id] = match;
  if (id === undefined) return { name: name! };
  return { name: name!, id: id.startsWith("'") ? id.slice(1, -1).replaceAll("''", "'") : Number(id) };
}

function nothing(): FrostError {
  return new FrostError(404, 'Nothing found.');
}

/** The key form of an id in a path. */
export function key(id: Id): string {
  return typeof id === 'number' ? `(${id})` : `('${encodeURIComponent(id.replaceAll("'", "''"))}')`;
}

// ---- JSON

const EMPTY: Query = { orderby: [], skip: 0, count: false, expand: new Map() };

/** Writes an entity as FROST does. */
export function toJson(store: Store, root: string, entity: Entity, query: Query = EMPTY): Record<string, unknown> {
  const { select } = query;
  const self = `${root}/${entity.set}${key(entity.id)}`;
  const out: Record<string, unknown> = {};
  if (!select) out['@iot.selfLink'] = self;
  if (!select || select.has('id')) out['@iot.id'] = entity.id;
  for (const [name, value] of Object.entries(entity.fields)) if (!select || select.has(name)) out[name] = value;
  if (entity.set === 'Datastreams' && (!select || select.has('phenomenonTime'))) span(store, entity, out);
  for (const [name, navigation] of Object.entries(MODEL[entity.set].navigation)) {
    const inner = query.expand.get(name);
    if (!inner) {
      if (!select || select.has(name)) out[`${name}@iot.navigationLink`] = `${self}/${name}`;
    } else if (navigation.many) {
      const page = applyQuery(store.linked(entity, name), inner, 100, 10_000);
      if (inner.count) out[`${name}@iot.count`] = page.count;
      out[name] = page.rows.map((row) => toJson(store, root, row, inner));
      if (page.more) out[`${name}@iot.nextLink`] = `${self}/${name}?$top=${page.top}&$skip=${inner.skip + page.top}`;
    } else {
      const linked = entity.links[name] as Entity | undefined;
      out[name] = linked ? toJson(store, root, linked, inner) : null;
    }
  }
  return out;
}

/** phenomenonTime of a Datastream: from its first to its last Observation. */
function span(store: Store, entity: Entity, out: Record<string, unknown>): void {
  const rows = store.linked(entity, 'Observations');
  if (rows.length === 0) return;
  const time = (row: Entity): string => String(row.fields['phenomenonTime']).split('/')[0]!;
  out['phenomenonTime'] = `${time(rows[0]!)}/${time(rows[rows.length - 1]!)}`;
}

const COMPONENTS = ['id', 'phenomenonTime', 'result', 'resultTime', 'resultQuality', 'validTime', 'parameters'];

/** Observations as dataArray, grouped by Datastream (18-088, 13.1). */
export function toDataArray(root: string, rows: readonly Entity[], query: Query): unknown[] {
  const used = COMPONENTS.filter((name) =>
    query.select ? query.select.has(name) : name === 'id' || rows.some((row) => row.fields[name] !== undefined),
  );
  const groups = new Map<Entity | undefined, unknown[][]>();
  for (const row of rows) {
    const datastream = row.links['Datastream'] as Entity | undefined;
    const group = groups.get(datastream) ?? [];
    groups.set(datastream, group);
    group.push(used.map((name) => (name === 'id' ? row.id : (row.fields[name] ?? null))));
  }
  return [...groups].map(([datastream, dataArray]) => ({
    'Datastream@iot.navigationLink': datastream && `${root}/Datastreams${key(datastream.id)}`,
    components: used,
    'dataArray@iot.count': dataArray.length,
    dataArray,
  }));
}
