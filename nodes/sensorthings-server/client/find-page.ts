/**
 * A page of Datastreams with their last values, for a form. The server does the searching where it can: one question is
 * one request, however many Datastreams it has (and one more to the MultiDatastreams, where there are some).
 */
import type { Place } from '../../ecdm/observation';
import type { StreamInfo } from './datastream';
import { decodeObservations } from './decode';
import { type Door, hasNext, joined, notStream, one, orNone, type Query, streamsOf, toMulti } from './door';
import { LATEST } from './latest';
import { address } from './links';
import { type Page, pages } from './paging';
import { parsePath } from './path';
import { blamingFilter, isRefusal, isTooSlow, leftHere, pushDown } from './push-down';
import { misfit, type Part, type Rule } from './rule';
import { pick, type Raw } from './tolerant';

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
/** Rows of MultiDatastreams are counted from here on: they come after all Datastreams. */
const MULTI_FROM = 10_000_000;
/** Furthest row that a page may begin at. */
export const LAST_ROW = 2 * MULTI_FROM;

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
  // what was looked through to the end is of no interest
  const here = [...new Set([...first.here, ...(second.next === undefined ? [] : second.here)])];
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

/** Some servers count only their page: a count is believed where it agrees with what else the page says. */
function countOf({ body, rows }: Page, more: boolean): number | undefined {
  const count = Number(body['@iot.count'] ?? body['@count'] ?? NaN);
  if (!Number.isSafeInteger(count) || count < rows) return undefined;
  return more === count > rows ? count : undefined;
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
