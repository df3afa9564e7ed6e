/** Requests that change something: POST, PATCH, PUT, DELETE, CreateObservations. */
import { selfLink, toJson, type WriteContext } from './json';
import { FrostError, type EntitySet } from './model';
import { resolve } from './paths';
import { parseQuery } from './query';
import { selectPage } from './select';
import type { Answer } from './service';
import type { Entity } from './store';
import { readTime } from './values';

type Body = Record<string, unknown>;

/** @param path decoded, without the version  @throws FrostError */
export function change(
  context: WriteContext,
  path: string,
  method: string,
  body: unknown,
  options: Iterable<readonly [string, string]>,
): Answer {
  if (method === 'POST' && path === 'CreateObservations') return createObservations(context, body);
  const target = resolve(context.store, path, context.personality);
  if (method === 'DELETE') return remove(context, target, options);
  if (method === 'POST' && target.kind === 'set') {
    const entity = create(context, target.source.set, asBody(body), target.parent);
    return created(context, entity);
  }
  if ((method === 'PATCH' || method === 'PUT') && target.kind === 'entity') {
    context.store.update(target.entity, asBody(body));
    return { status: 200, text: '' };
  }
  throw new FrostError(405, 'Not something that the simulator does.');
}

function created(context: WriteContext, entity: Entity): Answer {
  const headers = { location: selfLink(context, entity) };
  if (context.personality.created === 'location') return { status: 201, text: '', headers };
  return { status: 201, body: toJson(context, entity), headers };
}

function asBody(body: unknown): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new FrostError(400, 'Could not parse the body.');
  return body as Body;
}

/** Creates an entity as this server does it with times that it does not understand (Q29). */
export function create(
  { store, personality }: WriteContext,
  set: EntitySet,
  body: Body,
  parent?: { link: string; entity: Entity },
): Entity {
  const { badTimes } = personality;
  if (set === 'Locations' && parent?.entity.set === 'Things') return store.createLocation(body, parent.entity);
  const time = body['phenomenonTime'];
  if (set === 'Observations' && time !== undefined) {
    if (badTimes === 'refuse-intervals' && typeof time === 'string' && time.includes('/'))
      throw new FrostError(400, 'Bad Request', 'no interval');
    if (badTimes === 'now' && !readTime(time)) body = { ...body, phenomenonTime: new Date().toISOString() };
  }
  return store.create(set, body, parent);
}

/** One entity, or all that a filter finds in a set (FilteredDelete). */
function remove(
  { store, personality }: WriteContext,
  target: ReturnType<typeof resolve>,
  options: Iterable<readonly [string, string]>,
): Answer {
  if (!personality.deletes || target.kind === 'property') throw new FrostError(405, 'Nothing that can be deleted.');
  if (target.kind === 'entity') {
    store.delete(target.entity);
    return { status: 200, text: '' };
  }
  const given = [...options];
  const refused = given.find(([name]) => name !== '$filter')?.[0];
  if (refused !== undefined) throw new FrostError(400, `${refused} not allowed on delete requests.`);
  const query = parseQuery(store, given, target.source.set);
  for (const entity of selectPage(store, target.source, query, Infinity, Infinity).rows) store.delete(entity);
  return { status: 200, text: '' };
}

/** Many Observations in one request (18-088, 13.2): 201 though single rows may have failed, each with its own word. */
function createObservations(context: WriteContext, body: unknown): Answer {
  if (!context.personality.createObservations) throw new FrostError(404, 'Not a valid path.');
  if (!Array.isArray(body)) throw new FrostError(400, 'Could not parse the body.');
  const links: string[] = [];
  for (const group of body as Body[]) {
    const components = group['components'] as string[];
    const rows = group['dataArray'] as unknown[][];
    if (!Array.isArray(components) || !Array.isArray(rows)) throw new FrostError(400, 'Could not parse the body.');
    for (const row of rows) links.push(createRow(context, group, components, row));
  }
  return { status: 201, body: links };
}

function createRow(context: WriteContext, group: Body, components: readonly string[], row: readonly unknown[]): string {
  const observation: Body = {};
  for (const name of ['Datastream', 'MultiDatastream']) if (group[name]) observation[name] = group[name];
  for (const [i, name] of components.entries()) {
    if (name === 'FeatureOfInterest/id') observation['FeatureOfInterest'] = { '@iot.id': row[i] };
    else observation[name === 'id' ? '@iot.id' : name] = row[i];
  }
  try {
    return selfLink(context, create(context, 'Observations', observation));
  } catch (thrown) {
    if (thrown instanceof FrostError) return `error ${thrown.message}`;
    throw thrown;
  }
}
