/**
 * Datastreams with their Thing, place, property and unit: one request for many, kept, never asked twice at once. What
 * is kept is one frozen object per Datastream, which all its observations share.
 */
import { bareStream, type DatastreamOptions, decodeDatastream, pathOfKey, type StreamInfo } from './datastream';
import { StaError } from './errors';
import { address } from './links';
import { pages } from './paging';

type Get = (url: string) => Promise<unknown>;

/** What is needed of a Thing: `properties` say whether it moves, and may hold the name that people know. */
const THING = 'Thing($select=id,name,description,properties;$expand=Locations($select=id,name,location,encodingType))';

/** How servers want nested expands: the standard's form, slashes, or nothing at all. */
const EXPANDS = [
  `${THING},ObservedProperty($select=id,name,definition),Sensor($select=id,name)`,
  'Thing($expand=Locations),ObservedProperty,Sensor',
  'Thing/Locations,ObservedProperty,Sensor',
  'Thing,ObservedProperty',
  undefined,
] as const;

/** MultiDatastreams, and all Datastreams of version 2, have several properties. */
function plural(expand: string | undefined): string | undefined {
  return expand?.replace('ObservedProperty', 'ObservedProperties');
}

/** Drafts and first servers of version 2 have one property with a Datastream. */
const OF_V2 = EXPANDS.flatMap((expand) => (expand === undefined ? [expand] : [plural(expand), expand]));

/** Datastreams kept; the ones used longest ago go. */
const MOST = 20_000;
/** Milliseconds that an entry is good for, and that a failure is remembered. */
const KEEP = 3_600_000;
const KEEP_FAILURE = 60_000;
/** Datastreams of one request: their keys must fit into an address. */
const GROUP = 50;
const LONGEST_KEYS = 1500;

interface Entry {
  until: number;
  value: Promise<StreamInfo>;
  failed?: boolean;
  /** A newer answer is on its way; the old one is good enough until then. */
  renewing?: boolean;
}

export class Metadata {
  private readonly cache = new Map<string, Entry>();
  /** The form of expand that this server understood, of Datastreams and of those with several properties. */
  private readonly expand = { one: 0, many: 0 };
  private canGroup = true;

  constructor(
    private readonly get: Get,
    private readonly root: string,
    private readonly options: DatastreamOptions = {},
    private readonly now: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {}

  /** Datastreams that are kept. */
  get size(): number {
    return this.cache.size;
  }

  /**
   * One Datastream by its key. What is out of date is given once more while it is read anew.
   * @throws StaError where the server does not know it (any more), also for a minute after it said so
   */
  stream(key: string): Promise<StreamInfo> {
    const known = this.cache.get(key);
    const stale = known !== undefined && known.until <= this.now();
    if (known === undefined || (stale && known.failed)) return this.fill(key, this.read(key));
    // moved to the end: the order of the map is the order of use
    this.cache.delete(key);
    this.cache.set(key, known);
    if (stale && !known.renewing) this.renew(key, known);
    return known.value;
  }

  /**
   * Many Datastreams by their keys, fifty in a request, in the order of the keys.
   * @param lost told for each that the server does not give; a bare one stands in its place
   * @throws StaError of anything but a "no" to one of them
   */
  async streams(keys: readonly string[], lost: (key: string, error: StaError) => void): Promise<StreamInfo[]> {
    const unknown = keys.filter((key) => !this.cache.has(key) && !key.startsWith('MultiDatastreams('));
    for (const group of inGroups(unknown)) if (group.length > 1 && this.canGroup) await this.readGroup(group);
    return Promise.all(
      keys.map(async (key) => {
        try {
          return await this.stream(key);
        } catch (thrown) {
          if (!(thrown instanceof StaError) || thrown.kind !== 'config' || thrown.status === undefined) throw thrown;
          lost(key, thrown);
          return bareStream(this.root, key);
        }
      }),
    );
  }

  /** Datastreams that fit a filter (all when left out), at most `limit`. */
  async list(filter: string | undefined, limit: number): Promise<StreamInfo[]> {
    return this.withExpand(async (expand) => {
      const out: StreamInfo[] = [];
      const options = { $filter: filter, $expand: expand, $top: String(Math.min(limit, 500)) };
      const walk = pages(this.get, address(this.root, 'Datastreams', options), { root: this.root, limit });
      for await (const page of walk) {
        for (const raw of page.body['value'] as unknown[]) {
          const info = this.decode(raw);
          if (info && out.length < limit) out.push(this.take(info));
        }
      }
      return out;
    });
  }

  /** Reads a Datastream that came in another way, as this server's Datastreams are to be read. */
  decode(raw: unknown): StreamInfo | undefined {
    return decodeDatastream(raw, this.root, this.options);
  }

  /** Keeps a Datastream that was read in another way; of two answers the newer one holds. */
  take(info: StreamInfo): StreamInfo {
    void this.fill(info.key, Promise.resolve(info));
    return info;
  }

  /**
   * Runs a request with the richest expand that the server understands. What works is remembered; where nothing works
   * something else in the request is refused, and the first refusal is told.
   * @param path of the Datastreams or MultiDatastreams that are asked for
   */
  async withExpand<T>(run: (expand: string | undefined) => Promise<T>, path = 'Datastreams'): Promise<T> {
    const several = this.isV2 || /(?:^|\/)MultiDatastreams?(?:\(|$)/.test(path);
    const kind = several ? 'many' : 'one';
    const expands = several ? (this.isV2 ? OF_V2 : EXPANDS.map(plural)) : EXPANDS;
    let refusal: unknown;
    for (let level = this.expand[kind]; level < expands.length; level++) {
      try {
        const result = await run(expands[level]);
        this.expand[kind] = Math.max(this.expand[kind], level);
        return result;
      } catch (thrown) {
        if (!(thrown instanceof StaError) || (thrown.status !== 400 && thrown.status !== 501)) throw thrown;
        refusal ??= thrown;
      }
    }
    throw refusal;
  }

  /** Forgets one Datastream (it was changed or is gone), or all. */
  clear(key?: string): void {
    if (key === undefined) this.cache.clear();
    else this.cache.delete(key);
  }

  private get isV2(): boolean {
    return this.root.endsWith('/v2.0');
  }

  private fill(key: string, value: Promise<StreamInfo>): Promise<StreamInfo> {
    const entry: Entry = { until: this.now() + this.goodFor(), value };
    value.catch(() => {
      entry.failed = true;
      entry.until = this.now() + KEEP_FAILURE;
    });
    this.cache.delete(key);
    this.cache.set(key, entry);
    if (this.cache.size > MOST) this.cache.delete(this.cache.keys().next().value!);
    return value;
  }

  private renew(key: string, entry: Entry): void {
    entry.renewing = true;
    const value = this.read(key);
    value.then(
      () => void this.fill(key, value),
      (thrown: unknown) => {
        entry.renewing = false;
        entry.until = this.now() + KEEP_FAILURE;
        // gone is gone; a server that is away says nothing about its Datastreams
        if (thrown instanceof StaError && (thrown.status === 404 || thrown.status === 410)) this.cache.delete(key);
      },
    );
  }

  private goodFor(): number {
    // not all at the same moment
    return KEEP * (0.9 + this.random() * 0.2);
  }

  private async read(key: string): Promise<StreamInfo> {
    const path = pathOfKey(key);
    return this.withExpand(async (expand) => {
      const raw = await this.get(address(this.root, path, { $expand: expand }));
      const info = this.decode(raw);
      // the key that it was asked by is the one that others know it by
      return info ? (info.key === key ? info : { ...info, key, path }) : bareStream(this.root, key);
    }, path);
  }

  private async readGroup(keys: readonly string[]): Promise<void> {
    const $filter = keys.map((key) => `id eq ${decodeURIComponent(key)}`).join(' or ');
    try {
      await this.list($filter, keys.length);
    } catch (thrown) {
      // a server that cannot is asked for each; what else is wrong, the single request will tell
      if (thrown instanceof StaError && thrown.status !== undefined && thrown.kind !== 'auth') this.canGroup = false;
      else throw thrown;
    }
  }
}

function inGroups(keys: readonly string[]): string[][] {
  const groups: string[][] = [];
  let length = 0;
  for (const key of keys) {
    const last = groups.at(-1);
    length += key.length + 10;
    if (last && last.length < GROUP && length <= LONGEST_KEYS) last.push(key);
    else {
      groups.push([key]);
      length = key.length + 10;
    }
  }
  return groups;
}
