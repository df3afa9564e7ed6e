/**
 * A rule as the server's own `$filter`, as far as the server can. What it can is tried, not believed: a refused part is
 * tried in its other spellings and then left to us, and whatever the server sends is looked through again here.
 * Functions and operators: 18-088, 9.3.3.5; `contains` and `geo.intersects` as other servers and version 2.0 have them.
 */
import { StaError } from './errors';
import { type Area, type Part, type Rule, spellings, type Threshold } from './rule';

/** One part of a rule, in the spellings that servers understand, the best first. */
export interface Clause {
  part: Part;
  texts: readonly string[];
}

/** Milliseconds that a refusal is believed: servers are mended, and a bad hour passes. */
const BELIEVED = 3_600_000;

/** What a server refused, by part: the number of spellings of a {@link Clause} that are no use there. */
export class Abilities {
  private readonly refused = new Map<Part, number>();
  private readonly extras = { counts: true, latest: true };
  /** When the first refusal was. */
  private since: number | undefined;

  /** @param set what is asked: it decides what is tried at all, and first */
  constructor(
    readonly set: 'Datastreams' | 'MultiDatastreams' = 'Datastreams',
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The spelling of a part that this server has not refused. */
  of({ part, texts }: Clause): string | undefined {
    this.forget();
    return texts[this.refused.get(part) ?? 0];
  }

  refuse(part: Part): void {
    this.since ??= this.now();
    this.refused.set(part, (this.refused.get(part) ?? 0) + 1);
  }

  /** A part is not tried again, in no spelling. */
  giveUp(part: Part): void {
    this.since ??= this.now();
    this.refused.set(part, Infinity);
  }

  /** `$count` is answered in time. */
  get counts(): boolean {
    this.forget();
    return this.extras.counts;
  }

  /** The last value of each Datastream comes along when asked for. */
  get latest(): boolean {
    this.forget();
    return this.extras.latest;
  }

  /** What of the extras a request had that was answered. */
  answered(counts: boolean, latest: boolean): void {
    if (!counts || !latest) this.since ??= this.now();
    Object.assign(this.extras, { counts, latest });
  }

  private forget(): void {
    if (this.since === undefined || this.now() - this.since < BELIEVED) return;
    this.since = undefined;
    this.refused.clear();
    Object.assign(this.extras, { counts: true, latest: true });
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const anyOf = (texts: readonly string[]): string => (texts.length === 1 ? texts[0]! : `(${texts.join(' or ')})`);

/** Degrees by which the box is larger for the server, so that what lies on its border lies within. */
const BORDER = 1e-7;
/** Longest filter that goes into an address: proxies refuse addresses of more than about 8,000 characters. */
const LONGEST = 5000;

function polygon({ west, south, east, north }: Area): string {
  const [w, s, e, n] = [west - BORDER, south - BORDER, east + BORDER, north + BORDER].map((x) => Number(x.toFixed(7)));
  return `POLYGON((${w} ${s},${e} ${s},${e} ${n},${w} ${n},${w} ${s}))`;
}

/**
 * The parts of a rule for a server.
 * @param at path from the set that is asked to the Datastream: empty, or `Datastream/` for Observations
 */
export function clausesOf(rule: Rule, at: '' | 'Datastream/' = '', set: Abilities['set'] = 'Datastreams'): Clause[] {
  const { properties, units, things, words, area, zone } = rule;
  const clauses: Clause[] = [];
  const add = (part: Part, ...list: string[]): void => {
    const texts = list.filter((text) => text.length <= LONGEST);
    if (texts.length > 0) clauses.push({ part, texts });
  };
  // MultiDatastreams, and Datastreams of version 2, have several properties
  const several = set === 'MultiDatastreams';
  const ways = [`${at}ObservedProperty`, `${at}ObservedProperties`];
  if (several) ways.shift();
  if (properties.length > 0) add('property', ...ways.map((way) => propertyText(properties, way)));
  // several units are a list, and no filter looks into lists
  if (units.length > 0 && !several)
    add('unit', unitText(units, `${at}unitOfMeasurement`), unitText(units, `${at}resultType/uom`));
  if (things.length > 0) {
    const name = `tolower(${at}Thing/name)`;
    const parts = things.map((text) => quote(text.toLowerCase()));
    add(
      'thing',
      anyOf(parts.map((p) => `substringof(${p},${name})`)),
      anyOf(parts.map((p) => `contains(${name},${p})`)),
    );
  }
  if (words.length > 0) {
    const tests = ways.flatMap((property) => {
      const names = [`${at}name`, `${property}/name`, `${at}Thing/name`].map((name) => `tolower(${name})`);
      const each = (test: (name: string, word: string) => string): string =>
        words.map((word) => anyOf(names.map((name) => test(name, quote(word.toLowerCase()))))).join(' and ');
      return [each((name, word) => `substringof(${word},${name})`), each((name, word) => `contains(${name},${word})`)];
    });
    add('words', ...tests);
  }
  const boxes = area ? [area] : zone?.boxes;
  const where = `${at}Thing/Locations/location`;
  const inOne = (name: string, shapes: readonly string[]): string =>
    anyOf(shapes.map((shape) => `${name}(${where},geography'${shape}')`));
  if (boxes) {
    const shapes = boxes.map(polygon);
    add('area', ...['st_within', 'st_intersects', 'geo.intersects'].map((name) => inOne(name, shapes)));
  }
  // beside its box, which holds where the server does not take the outline; with the border, as we may
  if (zone && zone.outlines.length > 0)
    add('zone', ...['st_intersects', 'geo.intersects'].map((name) => inOne(name, zone.outlines)));
  return clauses;
}

function propertyText(properties: readonly string[], at: string): string {
  const tests = properties.map((text) =>
    // a definition is an address, and those have capital letters for a reason
    /^[a-z][a-z0-9+.-]*:\S/i.test(text)
      ? `${at}/definition eq ${quote(text)}`
      : `tolower(${at}/name) eq ${quote(text.toLowerCase())}`,
  );
  return anyOf(tests);
}

function unitText(units: readonly string[], at: string): string {
  const names = at.endsWith('uom') ? ['code', 'symbol', 'label'] : ['symbol', 'name', 'definition'];
  const all = [...new Set(units.flatMap(spellings))].map(quote);
  return anyOf(names.flatMap((name) => all.map((text) => `${at}/${name} eq ${text}`)));
}

/** `result gt 35`, for the set of Observations. */
export function thresholdText({ op, value }: Threshold): string {
  return `result ${op} ${Number.isInteger(value) ? value : String(value)}`;
}

/** The parts that go into the filter: those that the server takes and that fit into an address. */
function pushed(clauses: readonly Clause[], abilities: Abilities, own: string): Map<Part, string> {
  const texts = new Map<Part, string>();
  let length = own.length;
  for (const clause of clauses) {
    const text = abilities.of(clause);
    if (text === undefined || length + text.length > LONGEST) continue;
    length += text.length + 5;
    texts.set(clause.part, text);
  }
  return texts;
}

/** The whole filter: what this server can do of the rule, and what the person wrote. */
export function filterText(clauses: readonly Clause[], abilities: Abilities, own: string): string | undefined {
  const texts = [...pushed(clauses, abilities, own).values()];
  if (own !== '') texts.push(clauses.length > 0 ? `(${own})` : own);
  return texts.length > 0 ? texts.join(' and ') : undefined;
}

/** The parts of a rule that this server is not asked to look for. */
export function leftHere(rule: Rule, abilities: Abilities): Part[] {
  const { properties, units, things, words, area, zone } = rule;
  const asked = pushed(clausesOf(rule, '', abilities.set), abilities, rule.filter);
  const parts: readonly (readonly [Part, boolean])[] = [
    ['property', properties.length > 0],
    ['unit', units.length > 0],
    ['thing', things.length > 0],
    ['words', words.length > 0],
    ['area', area !== undefined || zone !== undefined],
    ['zone', zone !== undefined],
  ];
  return parts.filter(([part, wanted]) => wanted && !asked.has(part)).map(([part]) => part);
}

/** What an answer says about a filter: refused, or too slow to be asked so. */
export function isRefusal(thrown: unknown): thrown is StaError {
  if (!(thrown instanceof StaError)) return false;
  return thrown.code === 'timeout' || [400, 404, 405, 414, 422, 500, 501, 502, 504].includes(thrown.status ?? 0);
}

/** The filter alone is what a server refuses: nothing else of the request need be tried in other ways. */
class FilterRefused extends Error {
  constructor(readonly refusal: StaError) {
    super(refusal.message);
  }
}

/**
 * A `get` that finds out, at its first refusal, whether the filter is to blame.
 * @param alone asks for the filter by itself, in one small request
 * @throws FilterRefused (from the `get`) where it is
 */
export function blamingFilter(
  get: (url: string) => Promise<unknown>,
  filter: string | undefined,
  alone: (filter: string) => Promise<unknown>,
): (url: string) => Promise<unknown> {
  if (filter === undefined) return get;
  let judged: Promise<StaError | undefined> | undefined;
  const judge = (): Promise<StaError | undefined> =>
    alone(filter).then(
      () => undefined,
      (thrown: unknown) => {
        if (isRefusal(thrown)) return thrown;
        throw thrown;
      },
    );
  return async (url) => {
    try {
      return await get(url);
    } catch (thrown) {
      if (!isRefusal(thrown) || isTooSlow(thrown)) throw thrown;
      const guilty = await (judged ??= judge());
      throw guilty ? new FilterRefused(guilty) : thrown;
    }
  };
}

/** A server that needs too long is not asked the same question part by part. */
export const isTooSlow = (error: StaError): boolean =>
  error.code === 'timeout' || error.status === 502 || error.status === 504;

/**
 * Runs a request with as much of the rule in its filter as the server takes. Where it refuses, each part is asked for
 * alone (`alone`: one small request), so that one unknown function does not cost the parts that are understood.
 * @throws the refusal, where nothing of ours was in the filter or the person's own part is what is refused
 */
export async function pushDown<T>(
  rule: Rule,
  abilities: Abilities,
  run: (filter: string | undefined) => Promise<T>,
  alone: (filter: string) => Promise<unknown>,
): Promise<T> {
  const clauses = clausesOf(rule, '', abilities.set);
  const own = rule.filter;
  const filter = filterText(clauses, abilities, own);
  const ask = async (text: string | undefined): Promise<T> => {
    try {
      return await run(text);
    } catch (thrown) {
      throw thrown instanceof FilterRefused ? thrown.refusal : thrown;
    }
  };
  try {
    return await ask(filter);
  } catch (thrown) {
    const ours = clauses.filter((clause) => abilities.of(clause) !== undefined);
    if (!isRefusal(thrown) || ours.length === 0) throw thrown;
    // who is to blame: the person's own part is told as the error that it is
    if (own !== '' && !isTooSlow(thrown)) await alone(own);
    if (isTooSlow(thrown)) for (const { part } of ours) abilities.giveUp(part);
    else for (const clause of ours) await learn(clause, abilities, alone);
    // understood one by one and refused together: only the server knows why
    if (filterText(clauses, abilities, own) === filter) for (const { part } of ours.slice(1)) abilities.giveUp(part);
    try {
      return await ask(filterText(clauses, abilities, own));
    } catch (again) {
      if (!isRefusal(again)) throw again;
      for (const { part } of ours) abilities.giveUp(part);
      return ask(own === '' ? undefined : own);
    }
  }
}

/** Finds the spelling of a part that the server takes. */
async function learn(clause: Clause, abilities: Abilities, alone: (filter: string) => Promise<unknown>): Promise<void> {
  for (let text = abilities.of(clause); text !== undefined; text = abilities.of(clause)) {
    try {
      await alone(text);
      return;
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      abilities.refuse(clause.part);
    }
  }
}
