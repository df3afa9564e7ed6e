/** What a request means and what it is answered: reading. Writing is in changes.ts, bytes are in http.ts. */
import { fieldsOf, selfLink, toDataArray, toJson, type WriteContext } from './json';
import { nextLink, previousLink } from './links';
import { FrostError, isServed, MODEL } from './model';
import { resolve, type Target } from './paths';
import type { Personality } from './personalities';
import { parseQuery, type Query } from './query';
import { selectPage, type Page } from './select';
import type { Entity } from './store';

export interface Answer {
  status: number;
  /** JSON, or text where it is no JSON. */
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
  /** Milliseconds that the answer takes. */
  after?: number;
}

const SENSING = 'http://www.opengis.net/spec/iot_sensing/1.1/req/';
const TASKING = 'http://www.opengis.net/spec/iot_tasking/1.0/req/';
const EXTENSIONS = 'https://fraunhoferiosb.github.io/FROST-Server/extensions/';
const SUBSCRIBE = `${SENSING}receive-updates-via-mqtt/receive-updates`;
const PUBLISH = `${SENSING}create-observations-via-mqtt/observations-creation`;

/** The own mark in serverSettings by which a client knows that nothing here is real. */
export const SIMULATED_MARK = 'urn:ecdm:simulated';

/** The document at the root of a version. */
export function rootDocument(
  { root, personality }: WriteContext,
  version: string,
  mqttUrl: string | undefined,
): unknown {
  const value = Object.keys(MODEL)
    .filter((name) => isServed(name, personality))
    .map((name) => ({ name, url: `${root}/${name}` }));
  if (!personality.serverSettings || version === 'v1.0') return { value };
  const conformance = [
    'datamodel',
    'resource-path/resource-path-to-entities',
    'request-data',
    'create-update-delete',
  ].map((part) => SENSING + part);
  if (personality.dataArray !== 'none') conformance.push(`${SENSING}data-array/data-array`);
  if (personality.multiDatastreams) conformance.push(`${SENSING}multi-datastream`);
  if (personality.tasking)
    conformance.push(`${TASKING}tasking-capability`, `${TASKING}task`, `${TASKING}actuator`, `${TASKING}create-tasks`);
  if (personality.distinct) conformance.push(`${EXTENSIONS}DeepSelect.html`, `${EXTENSIONS}SelectDistinct.html`);
  const settings: Record<string, unknown> = { conformance };
  if (mqttUrl !== undefined) {
    conformance.push(PUBLISH, SUBSCRIBE);
    settings[SUBSCRIBE] = { endpoints: [mqttUrl] };
    settings[PUBLISH] = { endpoints: [mqttUrl] };
  }
  return { value, serverSettings: { ...settings, [SIMULATED_MARK]: true } };
}

/** @param path decoded, without the version  @throws FrostError */
export function read(context: WriteContext, path: string, options: Iterable<readonly [string, string]>): Answer {
  const { store, personality } = context;
  const target = resolve(store, path, personality);
  if (target.kind === 'property') return readProperty(context, target);
  const given = [...options];
  const filter = given.find(([name]) => name === '$filter')?.[1] ?? '';
  const refused = personality.refuseFilter.find((word) => filter.includes(word));
  if (refused !== undefined) throw new FrostError(400, `Cannot use ${refused} here.`);
  const set = target.kind === 'set' ? target.source.set : target.entity.set;
  const query = parseQuery(store, given, set);
  if (query.distinct && !personality.distinct) throw new FrostError(400, 'Failed to parse query: unexpected distinct.');
  if (target.kind === 'set') return readSet(context, path, target, query);
  const self = selfLink(context, target.entity);
  return { status: 200, body: target.ref ? { '@iot.selfLink': self } : toJson(context, target.entity, query) };
}

function readProperty(
  context: WriteContext,
  { entity, name, rest, raw }: Extract<Target, { kind: 'property' }>,
): Answer {
  let value: unknown = name === 'id' ? entity.id : new Map(fieldsOf(context, entity)).get(name);
  for (const part of rest) {
    const inner = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
    value = inner ? (value as Record<string, unknown>)[part] : undefined;
  }
  // a property that is there but has no value
  if (value === undefined || value === null) return { status: 204, text: '' };
  if (!raw) return { status: 200, body: { [name === 'id' ? '@iot.id' : (rest.at(-1) ?? name)]: value } };
  return { status: 200, text: typeof value === 'string' ? value : JSON.stringify(value) };
}

function readSet(context: WriteContext, path: string, target: Extract<Target, { kind: 'set' }>, query: Query): Answer {
  const { store, personality, root } = context;
  const onObservations = target.source.set === 'Observations';
  if (query.orderby.length > 0 && personality.orderby === 'timeout' && onObservations) return late(personality);
  const asked = personality.orderby === 'ignored' ? { ...query, orderby: [] } : query;
  if (asked.distinct) return readDistinct(context, path, target, asked);
  const whole = selectPage(store, target.source, asked, personality.defaultTop, personality.maxTop);
  if (whole.rows.length === 0 && whole.top > 0 && personality.emptyPage) return late(personality);
  const { page, value } = contents(context, target, asked, whole);
  const body: Record<string, unknown> = {};
  const count = countAs(personality, page);
  if (count !== undefined) body['@iot.count'] = count;
  const base = `${root}/${path.replaceAll(' ', '%20')}`;
  const next = nextLink(context, base, asked, page);
  if (next !== undefined) body['@iot.nextLink'] = next;
  const previous = previousLink(context, base, asked, page);
  if (previous !== undefined) body['@iot.prevLink'] = previous;
  return { status: 200, body: { ...body, value } };
}

/** FROST's `$select=distinct:`: what the rows say of the wanted fields, each once. */
function readDistinct(
  context: WriteContext,
  path: string,
  target: Extract<Target, { kind: 'set' }>,
  query: Query,
): Answer {
  const { store, personality, root } = context;
  const { rows } = selectPage(store, target.source, { ...query, top: undefined, skip: 0 }, Infinity, Infinity);
  const found = new Map(rows.map((row) => [JSON.stringify(toJson(context, row, query)), row] as const));
  const all = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const top = Math.min(query.top ?? personality.defaultTop, personality.maxTop);
  const page = { rows: all.slice(query.skip, query.skip + top), top, more: all.length > query.skip + top };
  const next = nextLink({ ...context, personality: { ...personality, keyset: false } }, `${root}/${path}`, query, page);
  const value = page.rows.map((row) => toJson(context, row, query));
  return { status: 200, body: { ...(next === undefined ? {} : { '@iot.nextLink': next }), value } };
}

function late({ emptyPage }: Personality): Answer {
  const { status = 504, after = 0 } = emptyPage ?? {};
  return { status, after, text: '<html><body>Gateway Time-out</body></html>' };
}

function countAs({ count }: Personality, page: Page): number | string | undefined {
  if (page.count === undefined || count === 'none') return undefined;
  if (count === 'page') return page.rows.length;
  return count === 'text' ? String(page.count) : page.count;
}

/** What is in a page, cut where it has too many bytes. */
function contents(
  context: WriteContext,
  target: Extract<Target, { kind: 'set' }>,
  query: Query,
  whole: Page,
): { page: Page; value: unknown } {
  const { personality } = context;
  if (query.resultFormat === 'dataArray') {
    if (target.source.set !== 'Observations') throw new FrostError(400, 'dataArray is for Observations only.');
    if (query.expand.size > 0) throw new FrostError(400, '$expand is not allowed with dataArray.');
    return { page: whole, value: toDataArray(context, whole.rows, query) };
  }
  if (query.resultFormat !== undefined)
    throw new FrostError(400, `Unknown result format ${query.resultFormat.slice(0, 40)}.`);
  const write = (row: Entity): unknown =>
    target.ref ? { '@iot.selfLink': selfLink(context, row) } : toJson(context, row, query);
  const value: unknown[] = [];
  let bytes = 0;
  for (const row of whole.rows) {
    const item = write(row);
    if (personality.maxBytes < 25_000_000) bytes += JSON.stringify(item).length;
    if (bytes > personality.maxBytes && value.length > 0) break;
    value.push(item);
  }
  if (value.length === whole.rows.length) return { page: whole, value };
  return { page: { ...whole, rows: whole.rows.slice(0, value.length), more: true }, value };
}
