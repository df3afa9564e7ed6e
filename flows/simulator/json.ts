/** Writes entities as JSON: as FROST does, with the habits of others. */
import { spanOf } from './evaluate';
import { FrostError, isServed, MODEL, navigationOf, type EntitySet } from './model';
import { nextLinkInside } from './links';
import { observedArea } from './area';
import { key } from './paths';
import type { Personality } from './personalities';
import { NO_QUERY, type Query } from './query';
import { selectPage } from './select';
import type { Entity, ObservationView, Store } from './store';

export interface WriteContext {
  store: Store;
  /** Root of the links, with the version. */
  root: string;
  personality: Personality;
}

const TIME_FIELDS: ReadonlySet<string> = new Set(['phenomenonTime', 'resultTime', 'validTime', 'time', 'creationTime']);

/** Writes an entity, with what `$select` and `$expand` want of it. */
export function toJson(
  context: WriteContext,
  entity: Entity,
  query: Query = NO_QUERY,
  depth = 0,
): Record<string, unknown> {
  const { select } = query;
  const { personality } = context;
  const out: Record<string, unknown> = {};
  if (!select) out['@iot.selfLink'] = selfLink(context, entity);
  if (!select || select.has('id')) {
    out[personality.typos ? '@iot.id ' : '@iot.id'] = personality.idsAsText ? String(entity.id) : entity.id;
  }
  // of a field that is not there FROST gives nothing, and says so
  for (const [name, parts] of select ?? []) if (parts.length > 0) out[name] = {};
  for (const [name, value] of fieldsOf(context, entity)) {
    const parts = select?.get(name);
    if (select && !parts) continue;
    const shown = parts && parts.length > 0 ? partsOf(value, parts) : value;
    if (shown !== undefined) out[personality.typos && name === 'encodingType' ? 'encodingtype' : name] = shown;
  }
  for (const name of Object.keys(MODEL[entity.set].navigation)) {
    if (!isServed(name, personality)) continue;
    const inner = query.expand.get(name);
    if (inner) expand(context, entity, name, inner, out, depth);
    // inside an expand there are only the links that were asked for
    if ((select ? select.has(name) : depth === 0) && hasLink(context, entity, name)) {
      out[`${name}@iot.navigationLink`] = navigationLink(context, entity, name);
    }
  }
  return out;
}

/** What lies at these paths of a value, with what is around it. */
function partsOf(value: unknown, parts: readonly (readonly string[])[]): unknown {
  const out: Record<string, unknown> = {};
  for (const [name, ...deeper] of parts) {
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name!);
    const inner = has ? (value as Record<string, unknown>)[name!] : undefined;
    const part = deeper.length > 0 && inner !== undefined ? partsOf(inner, [deeper]) : inner;
    if (part !== undefined) out[name!] = part;
  }
  return out;
}

/** An Observation belongs to a Datastream or to a MultiDatastream, and links to that one only. */
function hasLink({ personality }: WriteContext, entity: Entity, name: string): boolean {
  if (entity.set !== 'Observations' || (name !== 'Datastream' && name !== 'MultiDatastream')) return true;
  return personality.bothDatastreams || entity.links[name] !== undefined;
}

function expand(
  context: WriteContext,
  entity: Entity,
  name: string,
  inner: Query,
  out: Record<string, unknown>,
  depth: number,
): void {
  const { store, personality } = context;
  const { many, to } = navigationOf(entity.set, name)!;
  if (!many) {
    const linked = store.linked(entity, name)[0];
    if (linked) out[name] = toJson(context, linked, inner, depth + 1);
    return;
  }
  const source = { set: to, owner: { entity, link: name } };
  const page = selectPage(store, source, inner, personality.defaultTop, personality.maxTop);
  if (page.count !== undefined) out[`${name}@iot.count`] = page.count;
  out[name] = page.rows.map((row) => toJson(context, row, inner, depth + 1));
  if (page.more)
    out[`${name}@iot.nextLink`] = nextLinkInside(context, `${selfLink(context, entity)}/${name}`, inner, page);
  else if (personality.innerNextLinkNull) out[`${name}@iot.nextLink`] = null;
}

/** The own fields of an entity with what the server keeps by itself, in the order of the standard. */
export function* fieldsOf({ store, personality }: WriteContext, entity: Entity): Iterable<[string, unknown]> {
  const { fields, set } = entity;
  const { mandatory, optional } = MODEL[set];
  for (const name of [...mandatory, ...optional]) {
    const value =
      set === 'Datastreams' || set === 'MultiDatastreams' ? ofStream(store, personality, entity, name) : fields[name];
    if (value === undefined) continue;
    if (set === 'Observations' && name === 'result') yield [name, resultAs(personality, value)];
    else if (TIME_FIELDS.has(name) && typeof value === 'string') yield [name, timeText(personality, value)];
    else if (personality.emptyFeature && name === 'feature') yield [name, {}];
    else yield [name, value];
  }
}

function ofStream(store: Store, personality: Personality, entity: Entity, name: string): unknown {
  if (name === 'observedArea') return entity.fields[name] ?? observedArea(store, entity);
  if (name !== 'phenomenonTime' && name !== 'resultTime') return entity.fields[name];
  const span = spanOf(store, entity, name);
  return span ? spanText(personality, span) : undefined;
}

function spanText(personality: Personality, { start, end }: { start: number; end: number }): string {
  return `${formatTime(personality, start)}/${formatTime(personality, end)}`;
}

function timeText(personality: Personality, text: string): string {
  const parts = text.split('/').map((part) => Date.parse(part));
  return parts.some(Number.isNaN) ? text : parts.map((ms) => formatTime(personality, ms)).join('/');
}

/** The last time that was written: neighbours in a page mostly have the same. */
const written = { times: '', ms: NaN, text: '' };

/** A time as the server writes it. FROST leaves out the zeros at the end of the seconds. */
function formatTime({ times }: Pick<Personality, 'times'>, ms: number): string {
  if (written.ms !== ms || written.times !== times) Object.assign(written, { times, ms, text: timeAs(times, ms) });
  return written.text;
}

function timeAs(times: Personality['times'], ms: number): string {
  const iso = new Date(ms).toISOString();
  switch (times) {
    case 'Z':
      return iso.replace(/\.?0*Z$/, 'Z');
    case 'offset':
      return iso.replace('.000Z', 'Z').replace('Z', '+00:00');
    case 'compact':
      return new Date(ms - 7 * 3_600_000).toISOString().replace('Z', '-0700');
    case 'blank':
      return `${iso.slice(0, 19).replace('T', ' ')}+00`;
    case 'naive':
      return iso.slice(0, 19);
    case 'decimals':
      return iso.replace('Z', '0000Z');
  }
}

function resultAs({ results }: Personality, value: unknown): unknown {
  if (results === 'text') return typeof value === 'number' ? String(value) : value;
  if (results === 'no-objects') return typeof value === 'object' || typeof value === 'boolean' ? null : value;
  return value;
}

export function selfLink({ root }: WriteContext, entity: Entity): string {
  return `${root}/${entity.set}${key(entity.id)}`;
}

function navigationLink(context: WriteContext, entity: Entity, name: string): string {
  const path = `${entity.set}${key(entity.id)}/${name}`;
  switch (context.personality.links) {
    case 'absolute':
      return `${context.root}/${path}`;
    case 'relative':
      return path;
    case 'dotted':
      return `../${path}`;
    case 'rooted':
      return `/${context.root.slice(context.root.lastIndexOf('/') + 1)}/${path}`;
  }
}

/** Servers that name the column of ids as they name ids elsewhere (Q10). */
const AT_ID: ReadonlySet<string> = new Set(['at-id', 'no-link', 'values']);

const COMPONENTS = ['id', 'phenomenonTime', 'result', 'resultTime', 'resultQuality', 'validTime', 'parameters'];

/** Observations as dataArray, grouped by (Multi)Datastream (18-088, 13.1). */
export function toDataArray(context: WriteContext, rows: readonly Entity[], { select }: Query): unknown[] {
  const { dataArray: habit } = context.personality;
  if (habit === 'none') throw new FrostError(400, 'Unknown result format dataArray.');
  const used = COMPONENTS.filter((name) => !select || select.has(name));
  // FROST gives the id only where everything is given
  const without = habit === 'no-id' || (habit === 'frost' && select);
  const named = without ? used.filter((name) => name !== 'id') : used;
  const groups = new Map<Entity, unknown[][]>();
  for (const row of rows as ObservationView[]) {
    let group = groups.get(row.stream);
    if (!group) groups.set(row.stream, (group = []));
    group.push(named.map((name) => component(context, row, name)));
  }
  return [...groups].map(([stream, dataArray]) => ({
    ...(habit === 'no-link' ? {} : { [`${singular(stream.set)}@iot.navigationLink`]: selfLink(context, stream) }),
    components: named.map((name) => (name === 'id' && AT_ID.has(habit) ? '@iot.id' : name)),
    'dataArray@iot.count': dataArray.length,
    [habit === 'values' ? 'values' : 'dataArray']: dataArray,
  }));
}

/** One cell, read from the columns without building the whole Observation: pages of 10,000 rows are usual. */
function component({ personality }: WriteContext, row: ObservationView, name: string): unknown {
  switch (name) {
    case 'id':
      return row.id;
    case 'result':
      return resultAs(personality, row.result);
    case 'phenomenonTime':
      return row.isInterval ? spanText(personality, row) : formatTime(personality, row.start);
    case 'resultTime':
      return Number.isNaN(row.resultTime) ? null : formatTime(personality, row.resultTime);
    default: {
      const value = row.extra?.[name] ?? null;
      return TIME_FIELDS.has(name) && typeof value === 'string' ? timeText(personality, value) : value;
    }
  }
}

function singular(set: EntitySet): string {
  return MODEL[set].singular;
}
