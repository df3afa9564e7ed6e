/** What a server has to choose from: names of properties and Things, units. */
import type { Door } from './door';
import { address } from './links';
import { isRefusal } from './push-down';
import { isRecord, pick } from './tolerant';

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
