/**
 * Walks through the Observations of one or of many Datastreams in time order, page by page, in the shortest form that
 * the server understands; over pages that are too large, links that repeat themselves, and forms that are refused.
 */
import type { Observation } from '../../ecdm/observation';
import { datastreamKey, type DecodeOptions, decodeObservations, type StreamOf } from './decode';
import type { StreamInfo } from './datastream';
import { StaError } from './errors';
import { address } from './links';
import { pages } from './paging';
import { PageSize } from './page-size';
import type { Places } from './places';
import { isRecord } from './tolerant';

export interface WalkGet {
  (url: string, options?: { signal?: AbortSignal; took?: (ms: number) => void }): Promise<unknown>;
}

export interface WalkRange {
  /** First phenomenon time, epoch milliseconds; from the oldest when left out. */
  from?: number;
  /** Rows of a page at most. */
  page?: number;
  /** More of `$filter`, such as `result gt 35`. */
  filter?: string;
  /** All Observations of the server in one sequence, in place of those of single Datastreams. */
  whole?: Whole;
  signal?: AbortSignal;
  /** Told when the server gave up in the middle, or its links went in circles. */
  onEnd?: (reason: string) => void;
}

/** Very many Datastreams: naming them would take more requests than looking through all Observations. */
export interface Whole {
  /** Those that are wanted, by their keys in addresses. */
  streams: ReadonlyMap<string, StreamInfo>;
  /** `$filter` that leaves out some of the others, where the server takes it. */
  filter?: string;
  /** Told the key of each row's Datastream that is none of these. */
  stranger?: (key: string) => void;
}

/** Version 2 has the place itself under another name than what is looked at. */
const featureOf = (root: string): string =>
  `${root.endsWith('/v2.0') ? 'ProximateFeatureOfInterest' : 'FeatureOfInterest'}($select=id,feature)`;

/** From the shortest answer to the plainest request. */
const FORMS = [
  { $resultFormat: 'dataArray', $select: 'id,phenomenonTime,result,resultTime,resultQuality' },
  { $resultFormat: 'dataArray', $select: undefined },
  { $resultFormat: undefined, $select: undefined },
] as const;

const LAST_FORM = FORMS.length - 1;

/** Times that a request for many Datastreams may fail on the server's side before it is not tried any more. */
const MOST_GROUP_FAILURES = 3;

/** What was asked for, and how far it came. */
interface Chain {
  /** Which of the forms, and rows of a page. */
  form: number;
  asked: number;
  /** Newest time that was seen. */
  last: number | undefined;
  repeated: boolean;
  larger: boolean;
  /** The form loses the ids. */
  noIds: boolean;
  /** What was asked for beside it. */
  readonly filtered: boolean;
  readonly ordered: boolean;
  pages: number;
}

/** Observations of a server that does not sort which are gathered, to be sorted here. */
const GATHERED = 20_000;

/** A request for many Datastreams was refused: they are to be asked for one by one, from `last` on. */
export class GroupRefused extends Error {
  constructor(readonly last: number | undefined) {
    super('the server does not give many Datastreams at once');
  }
}

export class Walks {
  private form: number;
  private readonly size = new PageSize();
  private groupFailures = 0;
  /** A filter beside that of the time was refused: who asked for it looks through the answers. */
  private plain = false;
  /** A filter on the Datastreams of all Observations was refused, or takes too long. */
  private unfiltered = false;
  /** Some servers give up where they are to sort: then they are asked once without, and for good where that helps. */
  private sorts: 'yes' | 'tried' | 'no' = 'yes';
  /** The server does not sort: what it gives is complete only at its end. */
  unordered = false;

  constructor(
    private readonly get: WalkGet,
    private readonly root: string,
    dataArray: boolean,
    private readonly decode: DecodeOptions,
    readonly places?: Places,
  ) {
    this.form = dataArray ? 0 : LAST_FORM;
  }

  /** Many Datastreams can be asked for in one request: their rows must say where they belong. */
  get canGroup(): boolean {
    return this.groupFailures < MOST_GROUP_FAILURES && this.form < LAST_FORM;
  }

  /** Newest Observation of a Datastream, `undefined` where there is none, `unknown` where the server cannot tell. */
  async newest(stream: StreamInfo, signal?: AbortSignal): Promise<Observation | undefined | 'unknown'> {
    if (this.sorts === 'no') return 'unknown';
    try {
      for await (const list of this.walk([stream], { page: 1, signal }, 'desc')) return list[0];
      return undefined;
    } catch (thrown) {
      if (thrown instanceof StaError && isTooSlow(thrown)) return 'unknown';
      throw thrown;
    }
  }

  /** Pages of Observations from a time on, each sorted by time; what is read twice comes twice. */
  async *pages(streams: readonly StreamInfo[], range: WalkRange): AsyncGenerator<Observation[]> {
    let gathered: Observation[] = [];
    for await (const list of this.walk(streams, range, 'asc')) {
      if (!this.unordered && gathered.length === 0) yield list;
      else if ((gathered = gathered.concat(list)).length >= GATHERED) {
        yield sorted(gathered);
        gathered = [];
      }
    }
    if (gathered.length > 0) yield sorted(gathered);
  }

  private async *walk(
    streams: readonly StreamInfo[],
    range: WalkRange,
    order: 'asc' | 'desc',
  ): AsyncGenerator<Observation[]> {
    let { from } = range;
    for (;;) {
      const chain = this.begin({ ...range, from }, order);
      try {
        for await (const list of this.chain(streams, { ...range, from }, order, chain)) {
          yield list;
          if (order === 'desc') return;
        }
      } catch (thrown) {
        if (!(thrown instanceof StaError)) throw thrown;
        // the server does not give them together
        if (streams.length !== 1 && range.whole?.filter !== undefined && !this.unfiltered && refuses(thrown)) {
          this.unfiltered = true;
          from = chain.last;
          continue;
        }
        if (streams.length !== 1 && this.refusesGroups(thrown)) throw new GroupRefused(chain.last);
        if (!this.easier(thrown, chain, order)) throw thrown;
        from = chain.last;
        continue;
      }
      if (chain.noIds) continue;
      // the links went in circles, or a larger page is worth a new beginning: on from the last time that was seen
      if ((!chain.repeated && !chain.larger) || this.unordered || chain.last === undefined || chain.last === from)
        return;
      from = chain.last;
    }
  }

  /** What is asked for now; other walks may go on to another form meanwhile. */
  private begin({ from, page, filter }: WalkRange, order: 'asc' | 'desc'): Chain {
    return {
      form: this.form,
      asked: this.askFor(page),
      last: from,
      repeated: false,
      larger: false,
      noIds: false,
      filtered: filter !== undefined && !this.plain,
      ordered: this.sorts === 'yes' || order === 'desc',
      pages: 0,
    };
  }

  private askFor(most = Infinity): number {
    return Math.max(1, Math.min(this.size.size, most));
  }

  /** One chain of pages; `chain` is told how far it came. Ends early where the form turns out to lose the ids. */
  private async *chain(
    streams: readonly StreamInfo[],
    range: WalkRange,
    order: 'asc' | 'desc',
    chain: Chain,
  ): AsyncGenerator<Observation[]> {
    const url = this.address(streams, range, order, chain);
    const stream = range.whole ? amongAll(range.whole) : streamOf(streams);
    let took = 0;
    const get = (at: string): Promise<unknown> => this.get(at, { signal: range.signal, took: (ms) => (took = ms) });
    const onGuard = (reason: string): void => {
      if (reason === 'repeated') chain.repeated = true;
      range.onEnd?.(reason);
    };
    for await (const { body, rows, more } of pages(get, url, { root: this.root, limit: Infinity, onGuard })) {
      if (chain.form < LAST_FORM && lacksId(body['value'])) {
        chain.noIds = true;
        if (this.form === chain.form) this.form++;
        return;
      }
      if (streams.length !== 1 && lacksStream(body['value'])) {
        this.groupFailures = MOST_GROUP_FAILURES;
        throw new GroupRefused(chain.last);
      }
      if (order === 'asc') this.size.came(chain.asked, rows, more, took);
      if (!chain.ordered && this.sorts === 'tried') this.sorts = 'no';
      if (!chain.ordered) this.unordered = true;
      chain.pages++;
      await this.places?.prepare(streams, body);
      const list = decodeObservations(body, stream, this.decode);
      sorted(list);
      if (order === 'asc' && list.length > 0 && chain.last !== undefined && list[0]!.time < chain.last) {
        if (chain.last !== range.from) this.unordered = true;
      }
      const last = list[list.length - 1]?.time;
      if (last !== undefined && (chain.last === undefined || last > chain.last)) chain.last = last;
      yield list;
      const gain = !this.unordered && this.askFor(range.page) >= 2 * chain.asked && chain.last !== range.from;
      if (more && order === 'asc' && gain) {
        chain.larger = true;
        return;
      }
    }
  }

  private address(
    streams: readonly StreamInfo[],
    { from, filter, whole }: WalkRange,
    order: 'asc' | 'desc',
    { asked, form, filtered, ordered }: Chain,
  ): string {
    const single = streams.length === 1;
    const terms: string[] = [];
    if (whole?.filter !== undefined && !this.unfiltered) terms.push(whole.filter);
    if (streams.length > 1)
      terms.push(`(${streams.map(({ key }) => `Datastream/id eq ${decodeURIComponent(key)}`).join(' or ')})`);
    if (from !== undefined) terms.push(`phenomenonTime ge ${new Date(from).toISOString()}`);
    if (filtered) terms.push(terms.length > 0 ? `(${filter})` : filter!);
    const path = single ? `${streams[0]!.path}/Observations` : 'Observations';
    return address(this.root, path, {
      $top: String(asked),
      $filter: terms.length > 0 ? terms.join(' and ') : undefined,
      $orderby: !ordered ? undefined : order === 'asc' ? 'phenomenonTime asc,id asc' : 'phenomenonTime desc',
      // a dataArray takes no expand
      ...(this.isSampled(streams) ? { $expand: featureOf(this.root) } : FORMS[form]),
    });
  }

  /** Readings that were taken here and there come with their places. */
  isSampled(streams: readonly StreamInfo[]): boolean {
    return streams.length === 1 && this.places?.isSampled(streams[0]!) === true;
  }

  /** A server that cannot, or needs too long: each Datastream is asked for alone. */
  private refusesGroups(error: StaError): boolean {
    const { status, code } = error;
    if (status === 400 || status === 404 || status === 501) this.groupFailures = MOST_GROUP_FAILURES;
    else if (status === 500 || status === 502 || status === 504 || code === 'timeout') this.groupFailures++;
    else return false;
    return true;
  }

  /** Whether there is something easier to ask than what was refused. */
  private easier(error: StaError, chain: Chain, order: 'asc' | 'desc'): boolean {
    if (isTooSlow(error) && chain.pages === 0 && order === 'asc') {
      // sorting may be what takes so long, or not
      if (chain.ordered && this.sorts === 'yes') {
        this.sorts = 'tried';
        return true;
      }
      if (!chain.ordered && this.sorts === 'tried') this.sorts = 'yes';
    }
    if (error.kind === 'size') return order === 'asc' && this.size.tooLarge(chain.asked);
    if (![400, 500, 501].includes(error.status ?? 0)) return false;
    if (chain.filtered) {
      this.plain = true;
      return true;
    }
    if (error.status === 500 || chain.form >= LAST_FORM) return false;
    if (this.form === chain.form) this.form++;
    return true;
  }
}

/** A filter that is not understood, or that the server breaks on. */
function refuses({ status, code }: StaError): boolean {
  return [400, 404, 500, 501, 502, 504].includes(status ?? 0) || code === 'timeout';
}

function isTooSlow({ status, code }: StaError): boolean {
  return status === 504 || status === 502 || code === 'timeout';
}

/** Rows of many Datastreams are told apart by the key in their link. */
function streamOf(streams: readonly StreamInfo[]): StreamOf {
  if (streams.length === 1) return streams[0]!;
  const byKey = new Map(streams.map((stream) => [stream.key, stream]));
  return (key) => (key === undefined ? undefined : byKey.get(key));
}

/** Rows of all Datastreams are told apart by the key in their link; most of them may be none of ours. */
export function amongAll({ streams, stranger }: Whole): StreamOf {
  return (key) => {
    const stream = key === undefined ? undefined : streams.get(key);
    if (!stream && key !== undefined) stranger?.(key);
    return stream ?? 'stranger';
  };
}

/** Sorts by time in place; most pages are sorted already. */
function sorted(list: Observation[]): Observation[] {
  for (let i = 1; i < list.length; i++) {
    if (list[i]!.time < list[i - 1]!.time) return list.sort((a, b) => a.time - b.time);
  }
  return list;
}

/** A dataArray without a column of ids: the same Observation would have another identity over MQTT. */
export function lacksId(value: unknown): boolean {
  const group = Array.isArray(value) ? (value as unknown[])[0] : undefined;
  const components = isRecord(group) ? group['components'] : undefined;
  return Array.isArray(components) && !components.includes('id') && !components.includes('@iot.id');
}

/** Groups of a dataArray that do not say to which Datastream they belong. */
export function lacksStream(value: unknown): boolean {
  const groups = Array.isArray(value) ? (value as unknown[]) : [];
  return groups.some((group) => {
    return !isRecord(group) || datastreamKey(group) === undefined;
  });
}
