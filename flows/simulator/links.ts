/** Links to further pages, by the habits of the servers. */
import type { WriteContext } from './json';
import type { Personality } from './personalities';
import type { Query } from './query';
import type { Page } from './select';
import type { Entity, ObservationView } from './store';
import { Time, type Value } from './values';

/** The link of a page, or none. */
export function nextLink(context: WriteContext, base: string, query: Query, page: Page): string | undefined {
  const { personality } = context;
  const { nextLink: habit, topZero, dataArray } = personality;
  if (page.top === 0) return topZero === 'self' ? write(context, base, query, page, query.skip) : undefined;
  if (habit === 'never' || (dataArray === 'no-next' && query.resultFormat === 'dataArray')) return undefined;
  if (!page.more && habit === 'correct') return undefined;
  return write(context, base, query, page, habit === 'self' ? query.skip : query.skip + page.rows.length);
}

/** The link back that some servers give with `$top=0` (Q4). */
export function previousLink(context: WriteContext, base: string, query: Query, page: Page): string | undefined {
  if (page.top !== 0 || context.personality.topZero !== 'prev') return undefined;
  return write(context, base, query, page, query.skip);
}

/** The link of a collection inside an expand. */
export function nextLinkInside(context: WriteContext, base: string, query: Query, page: Page): string {
  return write(context, base, query, page, query.skip + page.rows.length);
}

function write(context: WriteContext, base: string, query: Query, page: Page, skip: number): string {
  const { personality } = context;
  const lost = new Set([...personality.nextLinkLoses, '$skip', '$top', '$skipFilter']);
  const options: [string, string][] = [
    ['$top', String(query.top ?? page.top)],
    ['$skip', String(skip)],
  ];
  for (const [name, value] of query.given) if (!lost.has(name)) options.push([name, value]);
  const after = personality.keyset && page.top > 0 ? skipFilter(query, page.rows.at(-1)) : undefined;
  if (after !== undefined) options.push(['$skipFilter', after]);
  const path = personality.nextLinkLosesPath ? withoutParent(context.root, base) : base;
  return `${path}?${options.map(([name, value]) => option(personality, name, value)).join('&')}`;
}

function option({ nextLinkStyle: style }: Personality, name: string, value: string): string {
  if (style === 'raw') return `${name}=${value}`;
  return `${style === 'dollar' ? encodeURIComponent(name) : name}=${encodeURIComponent(value)}`;
}

function withoutParent(root: string, base: string): string {
  return `${root}/${base.slice(base.lastIndexOf('/') + 1)}`;
}

/** What must be true of the rows after `last`, in the order of the query. */
function skipFilter({ orderby }: Query, last: Entity | undefined): string | undefined {
  if (!last) return undefined;
  const keys = orderby.map(({ path, value, sign }) => ({ path, value: value(last), sign }));
  if (keys.length === 0 && last.set === 'Observations') {
    const { start, end } = last as ObservationView;
    keys.push({ path: 'phenomenonTime', value: new Time(start, end), sign: 1 });
  }
  if (keys.at(-1)?.path !== 'id') keys.push({ path: 'id', value: last.id, sign: 1 });
  let filter: string | undefined;
  for (const { path, value, sign } of keys.reverse()) {
    const text = literal(value);
    if (text === undefined) return undefined;
    const beyond = `${path} ${sign > 0 ? 'gt' : 'lt'} ${text}`;
    // the first part says where to look; the rest says which of those are meant
    if (filter === undefined) filter = beyond;
    // as FROST has it: rows whose interval overlaps the last one are on neither side, and get lost
    else if (text.includes('Z/')) filter = `(${beyond} or (${path} eq ${text} and (${filter})))`;
    else filter = `${path} ${sign > 0 ? 'ge' : 'le'} ${text} and (${beyond} or ${filter})`;
  }
  return filter;
}

function literal(value: Value): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (value instanceof Time)
    return [...new Set([value.start, value.end])].map((ms) => new Date(ms).toISOString()).join('/');
  return undefined;
}
