/** Datastreams with their Thing, place, property and unit: one request for many, kept, never asked twice at once. */
import { bareStream, decodeDatastream, type StreamInfo } from './datastream';
import { StaError } from './errors';
import { address } from './links';
import { pages } from './paging';

type Get = (url: string) => Promise<unknown>;

/** How servers want nested expands: the standard's form, slashes, or nothing at all. */
const EXPANDS = [
  'Thing($select=id,name;$expand=Locations($select=location,encodingType)),ObservedProperty($select=id,name,definition),Sensor($select=id,name)',
  'Thing($expand=Locations),ObservedProperty,Sensor',
  'Thing/Locations,ObservedProperty,Sensor',
  'Thing,ObservedProperty',
  undefined,
] as const;

/** Datastreams kept; the ones used longest ago go. */
const MOST = 20_000;
/** Milliseconds that an entry is good for, and that a failure is remembered. */
const KEEP = 3_600_000;
const KEEP_FAILURE = 60_000;

interface Entry {
  until: number;
  value: Promise<StreamInfo>;
}

export class Metadata {
  private readonly cache = new Map<string, Entry>();
  /** The form of expand that this server understood. */
  private expand = 0;

  constructor(
    private readonly get: Get,
    private readonly root: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** One Datastream by its key; a server that does not know it any more throws. */
  stream(key: string): Promise<StreamInfo> {
    const known = this.cache.get(key);
    if (known && known.until > this.now()) {
      // moved to the end: the order of the map is the order of use
      this.cache.delete(key);
      this.cache.set(key, known);
      return known.value;
    }
    const value = this.read(key);
    const entry: Entry = { until: this.now() + KEEP * (0.9 + Math.random() * 0.2), value };
    this.remember(key, entry);
    value.catch(() => (entry.until = this.now() + KEEP_FAILURE));
    return value;
  }

  /** Datastreams that fit a filter (all when left out), at most `limit`. */
  async list(filter: string | undefined, limit: number): Promise<StreamInfo[]> {
    const out: StreamInfo[] = [];
    const body = async (expand: string | undefined): Promise<void> => {
      const options = { $filter: filter, $expand: expand, $top: String(Math.min(limit, 500)) };
      const walk = pages(this.get, address(this.root, 'Datastreams', options), { root: this.root, limit });
      for await (const page of walk) {
        for (const raw of page.body['value'] as unknown[]) {
          const info = decodeDatastream(raw, this.root);
          if (!info || out.length >= limit) continue;
          this.remember(info.key, { until: this.now() + KEEP, value: Promise.resolve(info) });
          out.push(info);
        }
      }
    };
    await this.withExpand(body);
    return out;
  }

  /**
   * Runs a request with the richest expand that the server understands. What works is remembered; where nothing works
   * something else in the request is refused, and the first refusal is told.
   */
  async withExpand<T>(run: (expand: string | undefined) => Promise<T>): Promise<T> {
    let refusal: unknown;
    for (let level = this.expand; level < EXPANDS.length; level++) {
      try {
        const result = await run(EXPANDS[level]);
        this.expand = Math.max(this.expand, level);
        return result;
      } catch (thrown) {
        if (!(thrown instanceof StaError) || (thrown.status !== 400 && thrown.status !== 501)) throw thrown;
        refusal ??= thrown;
      }
    }
    throw refusal;
  }

  clear(): void {
    this.cache.clear();
  }

  private async read(key: string): Promise<StreamInfo> {
    return this.withExpand(async (expand) => {
      const raw = await this.get(address(this.root, `Datastreams(${key})`, { $expand: expand }));
      return decodeDatastream(raw, this.root) ?? bareStream(this.root, key);
    });
  }

  private remember(key: string, entry: Entry): void {
    this.cache.delete(key);
    this.cache.set(key, entry);
    if (this.cache.size > MOST) this.cache.delete(this.cache.keys().next().value!);
  }
}
