/**
 * Finds Datastreams on a server: a page of them with their last value for a form, all of them for a flow. The server
 * does the searching where it can; one question is one request, however many Datastreams it has.
 */
import type { Observation, Place } from '../../ecdm/observation';
import type { StreamInfo } from './datastream';
import { type DecodeOptions, decodeObservations } from './decode';
import { StaError } from './errors';
import { LATEST, takeLatest } from './latest';
import { address } from './links';
import type { Metadata } from './metadata';
import { type Page, pages } from './paging';
import { parsePath } from './path';
import { type Abilities, blamingFilter, isRefusal, isTooSlow, leftHere, pushDown } from './push-down';
import { misfit, type Part, type Rule } from './rule';
import { isRecord, pick, type Raw } from './tolerant';

/** What the finder needs of a connection. */
export interface Door {
  get: (url: string) => Promise<unknown>;
  root: string;
  metadata: Metadata;
  abilities: Abilities;
  /** What the server can look for among MultiDatastreams, where it has them: they are a set of their own. */
  multi?: Abilities;
  /** Zone of times without an offset. */
  zone?: string;
}

/** Where to look: the Datastreams that fit a rule, or those at a path. */
export interface Query {
  rule: Rule;
  /** As an expert writes it, `Things(1)/Datastreams?$filter=…`; empty for all Datastreams of the server. */
  path: string;
}

/** A line of the list in the form. */
export interface Found {
  key: string;
  name: string;
  property: string;
  unit: string;
  thing: string;
  place?: Place;
  value: unknown;
  /** Epoch milliseconds of the last value. */
  time?: number;
}

export interface FoundPage {
  items: Found[];
  /** Where the next page begins; `undefined` at the end. */
  next?: number;
  /** How many fit altogether, where that is known for sure. */
  total?: number;
  /** Parts of the rule that the server does not look for: done here, row by row. */
  here: Part[];
}

/** Rows of a page in the form. */
const PAGE = 100;
/** Rows of a request where the server cannot search: most of them are looked at in vain. */
const SCANNED = 500;
/** Rows that are looked through for one page of the form where the server cannot search. */
const MOST_SCANNED = 2000;
/** Rows that are looked through for a flow where the server cannot search: 100 requests. */
const MOST_SCANNED_FLOW = 100_000;
const TOP_FLOW = 1000;

/** Rows of MultiDatastreams are counted from here on: they come after all Datastreams. */
const MULTI_FROM = 10_000_000;
/** Furthest row that a page may begin at. */
export const LAST_ROW = 2 * MULTI_FROM;

/** The same question, to the MultiDatastreams; `undefined` where there are none, or the path says what is meant. */
function toMulti(door: Door, { rule, path }: Query): [Door, Query] | undefined {
  if (door.multi === undefined || path !== '') return undefined;
  return [
    { ...door, abilities: door.multi, multi: undefined },
    { rule, path: 'MultiDatastreams' },
  ];
}

/** A `$filter` that was written for Datastreams may mean nothing to the other set. */
async function orNone<T>(none: T, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (isRefusal(thrown)) return none;
    throw thrown;
  }
}

/** A page of Datastreams with their last values, beginning at row `skip`; MultiDatastreams come after the others. */
export async function findPage(door: Door, query: Query, skip = 0): Promise<FoundPage> {
  const multi = toMulti(door, query);
  if (!multi) return pageOf(door, query, skip);
  const only = skip >= MULTI_FROM;
  const first: FoundPage = only ? { items: [], here: [] } : await pageOf(door, query, skip);
  // those of later pages wait for their turn; on the first one they count
  if (first.next !== undefined && skip > 0) return first;
  const none: FoundPage = { items: [], total: 0, here: [] };
  const second = await orNone(none, () => pageOf(...multi, only ? skip - MULTI_FROM : 0));
  const next = second.next === undefined ? undefined : MULTI_FROM + second.next;
  const total = first.total === undefined || second.total === undefined ? undefined : first.total + second.total;
  const here = [...new Set([...first.here, ...second.here])];
  if (first.next !== undefined) return { ...first, total };
  return { items: [...first.items, ...second.items], next, total: skip === 0 ? total : undefined, here };
}

async function pageOf(door: Door, query: Query, skip = 0): Promise<FoundPage> {
  const at = parsePath(query.path);
  const rule = at.filter === '' ? query.rule : { ...query.rule, filter: joined(query.rule.filter, at.filter) };
  const { abilities } = door;
  if (at.single) return oneLine(door, at.path);
  const found = await pushDown(
    rule,
    abilities,
    (filter) => onePage(door, at.path, rule, filter, skip),
    (filter) => one(door, at.path, filter),
  );
  const here = new Set<Part>([...leftHere(rule, abilities), ...found.passed]);
  // a server's own count is of no use where we have looked through its rows ourselves
  const total = here.size > 0 || !found.count ? undefined : found.count;
  const all = found.next === undefined && skip === 0 ? found.items.length : total;
  return { items: found.items, next: found.next, total: all, here: [...here] };
}

async function oneLine(door: Door, path: string): Promise<FoundPage> {
  return leaner(door, path, false, async (expand) => {
    const raw = await door.get(address(door.root, path, { $expand: expand }));
    const info = door.metadata.decode(raw);
    if (!info) throw notStream(path);
    return { items: [lineOf(info, raw as Raw, door.zone)], total: 1, here: [] };
  });
}

const notStream = (path: string): StaError => new StaError('config', 'bad-path', `${path} is no Datastream`);

const joined = (a: string, b: string): string => (a === '' ? b : b === '' ? a : `(${a}) and (${b})`);

interface Scanned {
  items: Found[];
  next?: number;
  count?: number;
  /** Parts that the server took and did not look for. */
  passed: Set<Part>;
}

/** What is asked for beside the Datastreams themselves. */
interface Extras {
  /** How many there are. */
  count: boolean;
  /** The last value of each. */
  latest: boolean;
}

/**
 * Asks for the count and the last values too, and for less where that is refused; a server that needs too long is asked
 * for nothing but the Datastreams at once. What worked is remembered.
 */
async function leaner<T>(
  { abilities, metadata }: Door,
  path: string,
  counting: boolean,
  run: (expand: string | undefined, count: boolean) => Promise<T>,
): Promise<T> {
  const count = counting && abilities.counts;
  const { latest } = abilities;
  const plans: Extras[] = [{ count, latest }];
  if (latest) plans.push({ count, latest: false });
  if (count) plans.push({ count: false, latest });
  if (count && latest) plans.push({ count: false, latest: false });
  for (let n = 0; ; n++) {
    const plan = plans[n]!;
    try {
      const ask = (expand: string | undefined): Promise<T> => run(withLatest(expand, plan.latest), plan.count);
      const result = await metadata.withExpand(ask, path);
      abilities.answered(count ? plan.count : abilities.counts, plan.latest);
      return result;
    } catch (thrown) {
      if (!isRefusal(thrown) || thrown.status === 404 || n >= plans.length - 1) throw thrown;
      if (isTooSlow(thrown)) n = plans.length - 2;
    }
  }
}

function withLatest(expand: string | undefined, latest: boolean): string | undefined {
  if (!latest) return expand;
  return expand === undefined ? LATEST : `${expand},${LATEST}`;
}

async function onePage(
  door: Door,
  path: string,
  rule: Rule,
  filter: string | undefined,
  skip: number,
): Promise<Scanned> {
  const { root, zone } = door;
  const get = blamingFilter(door.get, filter, (text) => one(door, path, text));
  const blind = leftHere(rule, door.abilities).length > 0;
  return leaner(door, path, skip === 0, async (expand, count) => {
    const out: Scanned = { items: [], passed: new Set() };
    const options = {
      $filter: filter,
      $count: count ? 'true' : undefined,
      $top: String(blind ? SCANNED : PAGE),
      $skip: skip > 0 ? String(skip) : undefined,
      $expand: expand,
    };
    let seen = 0;
    for await (const page of pages(get, address(root, path, options), { root, limit: MOST_SCANNED })) {
      seen += page.rows;
      for (const [info, raw] of streamsOf(page, door.metadata)) {
        const wrong = misfit(info, rule);
        if (wrong === undefined) out.items.push(lineOf(info, raw, zone));
        else if (filter !== undefined) out.passed.add(wrong);
      }
      const more = hasNext(page, seen);
      out.count ??= countOf(page, more);
      out.next = more ? skip + seen : undefined;
      if (!more || out.items.length >= PAGE) break;
    }
    return out;
  });
}

function* streamsOf(page: Page, metadata: Metadata): Generator<[StreamInfo, Raw]> {
  for (const raw of page.body['value'] as unknown[]) {
    const info = metadata.decode(raw);
    if (info) yield [info, raw as Raw];
  }
}

const hasNext = ({ body, rows }: Page, seen: number): boolean => {
  const link = body['@iot.nextLink'] ?? body['@nextLink'];
  return typeof link === 'string' && link !== '' && rows > 0 && seen > 0;
};

/** Some servers count only their page: a count is believed where it agrees with what else the page says. */
function countOf({ body, rows }: Page, more: boolean): number | undefined {
  const count = Number(body['@iot.count'] ?? body['@count'] ?? NaN);
  if (!Number.isSafeInteger(count) || count < rows) return undefined;
  return more === count > rows ? count : undefined;
}

/** One small request, to see whether the server takes a filter. */
function one(door: Door, path: string, filter: string): Promise<unknown> {
  return door.get(address(door.root, path, { $filter: filter, $top: '1', $select: 'id' }));
}

function lineOf(info: StreamInfo, raw: Raw, zone: string | undefined): Found {
  const observations = pick(raw, 'Observations');
  const value = Array.isArray(observations) ? observations.slice(0, 1) : [];
  const last = decodeObservations({ value }, info, { zone })[0];
  const { symbol, name } = info.meta.unit ?? {};
  return {
    key: info.key,
    name: info.name,
    property: info.property,
    unit: symbol ?? info.unit ?? name ?? '',
    thing: info.thingName ?? '',
    place: info.place,
    // a record is shown as the text that it is
    value:
      typeof last?.value === 'object' && last.value !== null ? JSON.stringify(last.value).slice(0, 200) : last?.value,
    time: last?.time ?? info.newest,
  };
}

/** All Datastreams of a rule or path, for a flow; `limit` at most. @throws as {@link findSome} */
export async function findAll(door: Door, query: Query, limit: number): Promise<StreamInfo[]> {
  return (await findSome(door, query, limit)).streams;
}

export interface FoundStreams {
  streams: StreamInfo[];
  /** There are more of them, or the server has more than can be looked through. */
  more: boolean;
}

/**
 * The Datastreams of a rule or path, for a flow; `limit` at most.
 * @throws StaError `bad-path`, or as the server answers
 */
export async function findSome(door: Door, query: Query, limit: number): Promise<FoundStreams> {
  const first = await someOf(door, query, limit);
  const multi = toMulti(door, query);
  if (!multi || first.more) return first;
  const left = limit - first.streams.length;
  const second = await orNone({ streams: [], more: false }, () => someOf(...multi, Math.max(1, left)));
  const streams = [...first.streams, ...second.streams];
  return { streams: streams.slice(0, limit), more: second.more || streams.length > limit };
}

async function someOf(door: Door, query: Query, limit: number): Promise<FoundStreams> {
  const at = parsePath(query.path);
  const { rule } = query;
  const { root, metadata } = door;
  if (at.single) return { streams: await single(door, at.path), more: false };
  const whole = { ...rule, filter: joined(rule.filter, at.filter) };
  const scan = (filter: string | undefined): Promise<FoundStreams> => {
    const get = blamingFilter(door.get, filter, (text) => one(door, at.path, text));
    return metadata.withExpand(async (expand) => {
      const out: StreamInfo[] = [];
      const options = { $filter: filter, $expand: expand, $top: String(Math.min(limit, TOP_FLOW)) };
      const walk = pages(get, address(root, at.path, options), { root, limit: MOST_SCANNED_FLOW });
      let more = false;
      for await (const page of walk) {
        more = hasNext(page, page.rows);
        for (const [info] of streamsOf(page, metadata))
          if (misfit(info, rule) === undefined) out.push(metadata.take(info));
        if (out.length >= limit) break;
      }
      return { streams: out.slice(0, limit), more: more || out.length > limit };
    }, at.path);
  };
  return pushDown(whole, door.abilities, scan, (filter) => one(door, at.path, filter));
}

/** As {@link LATEST}, for readings that go into a flow. */
const LATEST_WHOLE = LATEST.replace('result)', 'result,resultQuality)');
/** Rows of a request that brings the newest Observation of each. */
const TOP_LATEST = 500;

/**
 * The newest Observations of the Datastreams of a rule or path: five hundred in a request.
 * @param wanted those that are looked for, by their keys
 * @returns as {@link takeLatest} fills it; empty where the server refuses
 */
export async function findLatest(
  door: Door,
  query: Query,
  wanted: ReadonlyMap<string, StreamInfo>,
  decode: DecodeOptions,
): Promise<Map<string, Observation | undefined>> {
  const at = parsePath(query.path);
  const whole = { ...query.rule, filter: joined(query.rule.filter, at.filter) };
  const { root } = door;
  const scan = async (filter: string | undefined): Promise<Map<string, Observation | undefined>> => {
    const found = new Map<string, Observation | undefined>();
    const get = blamingFilter(door.get, filter, (text) => one(door, at.path, text));
    const options = { $filter: filter, $select: 'id', $expand: LATEST_WHOLE, $top: String(TOP_LATEST) };
    const walk = pages(get, address(root, at.path, options), { root, limit: MOST_SCANNED_FLOW });
    for await (const { body } of walk) takeLatest(body, wanted, decode, found);
    return found;
  };
  try {
    return await pushDown(whole, door.abilities, scan, (filter) => one(door, at.path, filter));
  } catch (thrown) {
    if (isRefusal(thrown)) return new Map();
    throw thrown;
  }
}

/** The Datastream at a path such as `Datastreams(5)`. */
async function single({ get, root, metadata }: Door, path: string): Promise<StreamInfo[]> {
  return metadata.withExpand(async (expand) => {
    const info = metadata.decode(await get(address(root, path, { $expand: expand })));
    if (!info) throw notStream(path);
    return [info];
  }, path);
}

/** Something to choose from: names of properties or Things, units. */
export interface Choices {
  names: string[];
  /** There are more than these. */
  more: boolean;
}

const MOST_CHOICES = 100;

/** Names of the ObservedProperties or Things that hold a text (all where it is empty): one request. */
export async function suggest(door: Door, set: 'ObservedProperties' | 'Things', text: string): Promise<Choices> {
  const { abilities } = door;
  const word = text.trim().toLowerCase().slice(0, 100).replaceAll("'", "''");
  const filters = [`substringof('${word}',tolower(name))`, `contains(tolower(name),'${word}')`];
  const ask = async (filter: string | undefined, select: string | undefined): Promise<Choices> => {
    const options = { $filter: filter, $select: select, $orderby: select && 'name', $top: String(MOST_CHOICES) };
    const body = await door.get(address(door.root, set, options));
    const rows = isRecord(body) && Array.isArray(body['value']) ? (body['value'] as unknown[]) : [];
    const names = rows.map((row) => (isRecord(row) ? pick(row, 'name') : undefined));
    const texts = names.filter((name): name is string => typeof name === 'string' && name !== '');
    const kept = texts.filter((name) => name.toLowerCase().includes(text.trim().toLowerCase()));
    const more = rows.length >= MOST_CHOICES || (isRecord(body) && !!(body['@iot.nextLink'] ?? body['@nextLink']));
    return { names: [...new Set(kept)].sort((a, b) => a.localeCompare(b)), more };
  };
  const plain = (): Promise<Choices> =>
    refusedThen(
      () => ask(undefined, 'name'),
      () => ask(undefined, undefined),
    );
  if (word === '') return plain();
  const clause = { part: 'thing' as const, texts: filters };
  const filter = abilities.of(clause);
  return filter === undefined ? plain() : refusedThen(() => ask(filter, 'name'), plain);
}

async function refusedThen<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return second();
  }
}

/** The units of a server, by FROST's `$select=distinct:`; `undefined` where it is not offered or does not work. */
export async function distinctUnits(door: Door): Promise<string[] | undefined> {
  try {
    const options = { $select: 'distinct:unitOfMeasurement/symbol', $top: String(MOST_CHOICES) };
    const body = await door.get(address(door.root, 'Datastreams', options));
    const rows = isRecord(body) && Array.isArray(body['value']) ? (body['value'] as unknown[]) : [];
    const symbols = rows.map((row) => {
      const unit = isRecord(row) ? pick(row, 'unitOfMeasurement') : undefined;
      return isRecord(unit) ? unit['symbol'] : undefined;
    });
    return [...new Set(symbols.filter((s): s is string => typeof s === 'string' && s !== ''))].sort();
  } catch (thrown) {
    if (isRefusal(thrown)) return undefined;
    throw thrown;
  }
}
