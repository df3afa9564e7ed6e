/** Makes functions over entities from the tree of a `$filter` and from the paths of `$orderby`. */
import type { Node } from './filter';
import { arithmetic, call, truth } from './functions';
import { FrostError, hasField, navigationOf, type EntitySet } from './model';
import { type ObservationView, type Entity, type Store } from './store';
import { compare, readGeoJson, readTime, Time, type Shape, type Value } from './values';

export type Eval = (entity: Entity) => Value;

const TIME_FIELDS: ReadonlySet<string> = new Set(['phenomenonTime', 'resultTime', 'validTime', 'time', 'creationTime']);
const SHAPE_FIELDS: ReadonlySet<string> = new Set(['location', 'feature', 'observedArea']);

/** @throws FrostError 400 where a path does not belong to the set */
export function evaluator(store: Store, node: Node, set: EntitySet): Eval {
  const inner = (child: Node): Eval => evaluator(store, child, set);
  switch (node.kind) {
    case 'literal':
      return () => node.value;
    case 'duration':
      return () => node.ms;
    case 'path':
      return pathEval(store, node.parts, set);
    case 'not': {
      const item = inner(node.item);
      return (e) => !truth(item(e));
    }
    case 'and': {
      const items = node.items.map(inner);
      return (e) => items.every((item) => truth(item(e)));
    }
    case 'or': {
      const items = node.items.map(inner);
      return (e) => items.some((item) => truth(item(e)));
    }
    case 'compare': {
      const [left, right] = [inner(node.left), inner(node.right)];
      return (e) => compare(node.op, left(e), right(e));
    }
    case 'arithmetic': {
      const [left, right] = [inner(node.left), inner(node.right)];
      const duration = node.right.kind === 'duration';
      return (e) => arithmetic(node.op, left(e), right(e), duration);
    }
    case 'call': {
      const args = node.args.map(inner);
      return (e) =>
        call(
          node.name,
          args.map((arg) => arg(e)),
        );
    }
  }
}

/** The value of a tree in which there is no path, such as `now() sub duration'P1D'`. */
export function constant(store: Store, node: Node): Value | undefined {
  return hasPath(node) ? undefined : evaluator(store, node, 'Things')(undefined as unknown as Entity);
}

function hasPath(node: Node): boolean {
  switch (node.kind) {
    case 'path':
      return true;
    case 'literal':
    case 'duration':
      return false;
    case 'not':
      return hasPath(node.item);
    case 'and':
    case 'or':
      return node.items.some(hasPath);
    case 'call':
      return node.args.some(hasPath);
    default:
      return hasPath(node.left) || hasPath(node.right);
  }
}

/** A path such as `Thing/Locations/location` or `properties/owner`. */
export function pathEval(store: Store, parts: readonly string[], from: EntitySet, i = 0): Eval {
  const name = parts[i]!;
  const navigation = navigationOf(from, name);
  if (navigation && i + 1 < parts.length) {
    const rest = pathEval(store, parts, navigation.to, i + 1);
    if (navigation.many) return (entity) => store.linked(entity, name).map(rest);
    return (entity) => {
      const linked = entity.links[name] as Entity | undefined;
      return linked ? rest(linked) : null;
    };
  }
  if (name === 'id' || name === '@iot.id') return (entity) => entity.id;
  if (!hasField(from, name)) throw new FrostError(400, `Failed to parse query: no property '${name}' here.`);
  if (from === 'Observations' && i + 1 === parts.length && name === 'result') return resultOf;
  if (from === 'Observations' && name === 'phenomenonTime') return timeOf;
  if (name === 'phenomenonTime' || name === 'resultTime') return (entity) => spanOf(store, entity, name);
  return (entity) => fieldValue(entity, parts, i);
}

function resultOf(entity: Entity): Value {
  const { result } = entity as ObservationView;
  return typeof result === 'object' ? null : (result as Value);
}

function timeOf(entity: Entity): Value {
  const { start, end } = entity as ObservationView;
  return new Time(start, end);
}

/** phenomenonTime or resultTime: of an Observation its own, of a Datastream from its first to its last. */
export function spanOf(store: Store, entity: Entity, name: 'phenomenonTime' | 'resultTime'): Time | null {
  if (entity.set === 'Observations') return readTime(entity.fields[name]) ?? null;
  const rows = store.rowsOf(entity);
  const { start, end, resultTime } = store.observations;
  if (rows.length === 0) return null;
  let [low, high] = [Infinity, -Infinity];
  if (name === 'phenomenonTime') {
    low = start[rows[0]!]!;
    if (!store.observations.hasIntervals) high = start[rows.at(-1)!]!;
    else for (const row of rows) high = Math.max(high, start[row]!, end[row] || -Infinity);
  } else {
    for (const row of rows) {
      const time = resultTime[row]!;
      if (Number.isNaN(time)) continue;
      low = Math.min(low, time);
      high = Math.max(high, time);
    }
  }
  return high < low ? null : new Time(low, high);
}

/** Shapes by the GeoJSON that they are read from: a filter goes over the same places with every page. */
const shapes = new WeakMap<object, Shape>();

function fieldValue(entity: Entity, parts: readonly string[], i: number): Value {
  let value: unknown = entity.fields;
  for (let k = i; k < parts.length; k++) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, parts[k]!)) return null;
    value = (value as Record<string, unknown>)[parts[k]!];
  }
  if (TIME_FIELDS.has(parts[i]!)) return readTime(value) ?? null;
  if (SHAPE_FIELDS.has(parts[parts.length - 1]!) && typeof value === 'object' && value !== null) return shapeOf(value);
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

function shapeOf(value: object): Value {
  const known = shapes.get(value);
  if (known) return known;
  const shape = readGeoJson(value);
  if (shape) shapes.set(value, shape);
  return shape ?? null;
}
