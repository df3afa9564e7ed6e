/** Resource paths: `Things(1)/Datastreams(2)/Observations`, `Observations(7)/result/$value`, `…/$ref`. */
import { FrostError, hasField, isEntitySet, isServed, navigationOf, type Extensions } from './model';
import type { Source } from './select';
import type { Entity, Id, Store } from './store';

/** What a path leads to. */
export type Target =
  | { kind: 'set'; source: Source; ref: boolean; parent?: { link: string; entity: Entity } }
  | { kind: 'entity'; entity: Entity; ref: boolean }
  | { kind: 'property'; entity: Entity; name: string; rest: readonly string[]; raw: boolean };

const SEGMENT = /^([A-Za-z$]+)(?:\((-?\d+|'(?:[^']|'')*'|[0-9a-fA-F-]{36})\))?$/;
const DEEPEST = 20;

/** @param path decoded, without leading slash and version */
export function resolve(store: Store, path: string, extensions: Extensions): Target {
  const segments = segmentsOf(path);
  if (segments.length > DEEPEST) throw new FrostError(400, 'Path too long.');
  const first = parse(segments[0] ?? '');
  if (!isEntitySet(first.name) || !isServed(first.name, extensions)) throw new FrostError(404, 'Not a valid path.');
  let target: Target = { kind: 'set', source: { set: first.name }, ref: false };
  if (first.id !== undefined) target = entityOf(store.get(first.name, first.id));
  for (const segment of segments.slice(1)) target = step(store, target, segment, extensions);
  return target;
}

/** Cuts at slashes that are not inside quotes: an id may hold one. */
function segmentsOf(path: string): string[] {
  return (path.match(/(?:[^/']|'(?:[^']|'')*')+/g) ?? []).filter((part) => part !== '');
}

function step(store: Store, target: Target, segment: string, extensions: Extensions): Target {
  if (segment === '$ref' && target.kind !== 'property') return { ...target, ref: true };
  if (target.kind === 'property') {
    return segment === '$value' ? { ...target, raw: true } : { ...target, rest: [...target.rest, segment] };
  }
  if (target.kind !== 'entity') throw new FrostError(404, 'Not a valid path.');
  const { entity } = target;
  const { name, id } = parse(segment);
  const navigation = isServed(name, extensions) ? navigationOf(entity.set, name) : undefined;
  if (!navigation) {
    if (!hasField(entity.set, name) && name !== 'id') throw new FrostError(404, 'Not a valid path.');
    return { kind: 'property', entity, name, rest: [], raw: false };
  }
  if (!navigation.many) return entityOf(store.linked(entity, name)[0]);
  if (id !== undefined) return entityOf(behind(store, entity, name, id));
  const parent = { link: navigation.back, entity };
  return { kind: 'set', source: { set: navigation.to, owner: { entity, link: name } }, ref: false, parent };
}

function behind(store: Store, entity: Entity, name: string, id: Id): Entity | undefined {
  const other = store.get(navigationOf(entity.set, name)!.to, id);
  if (!other) return undefined;
  const { back, to } = navigationOf(entity.set, name)!;
  // seen from the other side: that is one entity, or a few
  return to === 'Observations'
    ? store.linked(other, back)[0] === entity
      ? other
      : undefined
    : store.linked(entity, name).find((one) => one === other);
}

function entityOf(entity: Entity | undefined): Target {
  if (!entity) throw new FrostError(404, 'Nothing found.');
  return { kind: 'entity', entity, ref: false };
}

function parse(segment: string): { name: string; id?: Id } {
  const match = SEGMENT.exec(segment);
  if (!match) throw new FrostError(404, 'Not a valid path.');
  const [, name, id] = match;
  if (id === undefined) return { name: name! };
  if (id.startsWith("'")) return { name: name!, id: id.slice(1, -1).replaceAll("''", "'") };
  return { name: name!, id: /^-?\d+$/.test(id) ? Number(id) : id };
}

/** The key form of an id in a path. */
export function key(id: Id): string {
  return typeof id === 'number' ? `(${id})` : `('${encodeURIComponent(id.replaceAll("'", "''"))}')`;
}
