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
  signal?: AbortSignal;
  /** Told when the server gave up in the middle, or its links went in circles. */
  onEnd?: (reason: string) => void;
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
}

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

  /** Newest Observation of a Datastream, if there is any. */
  async newest(stream: StreamInfo, signal?: AbortSignal): Promise<Observation | undefined> {
    const range = { page: 1, signal };
    for await (const list of this.walk([stream], range, 'desc')) return list[0];
    return undefined;
  }

  /** Pages of Observations from a time on, each sorted by time; what is read twice comes twice. */
  pages(streams: readonly StreamInfo[], range: WalkRange): AsyncGenerator<Observation[]> {
    return this.walk(streams, range, 'asc');
  }

  private async *walk(
    streams: readonly StreamInfo[],
    range: WalkRange,
    order: 'asc' | 'desc',
  ): AsyncGenerator<Observation[]> {
    let { from } = range;
    for (;;) {
      const form = this.form;
      // other walks may go on to another form meanwhile: what was asked for counts
      const chain = { form, asked: this.askFor(range.page), last: from, repeated: false, larger: false, noIds: false };
      try {
        for await (const list of this.chain(streams, { ...range, from }, order, chain)) {
          yield list;
          if (order === 'desc') return;
        }
      } catch (thrown) {
        if (!(thrown instanceof StaError)) throw thrown;
        // the server does not give them together
        if (streams.length > 1 && this.refusesGroups(thrown)) throw new GroupRefused(chain.last);
        if (!this.easier(thrown, form, chain.asked)) throw thrown;
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
    const stream = streamOf(streams);
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
      if (streams.length > 1 && lacksStream(body['value'])) {
        this.groupFailures = MOST_GROUP_FAILURES;
        throw new GroupRefused(chain.last);
      }
      if (order === 'asc') this.size.came(chain.asked, rows, more, took);
      await this.places?.prepare(streams, body);
      const list = decodeObservations(body, stream, this.decode);
      sortByTime(list);
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
    { from, filter }: WalkRange,
    order: 'asc' | 'desc',
    { asked, form }: Chain,
  ): string {
    const single = streams.length === 1;
    const terms: string[] = [];
    if (!single)
      terms.push(`(${streams.map(({ key }) => `Datastream/id eq ${decodeURIComponent(key)}`).join(' or ')})`);
    if (from !== undefined) terms.push(`phenomenonTime ge ${new Date(from).toISOString()}`);
    if (filter) terms.push(terms.length > 0 ? `(${filter})` : filter);
    const path = single ? `${streams[0]!.path}/Observations` : 'Observations';
    return address(this.root, path, {
      $top: String(asked),
      $filter: terms.length > 0 ? terms.join(' and ') : undefined,
      $orderby: order === 'asc' ? 'phenomenonTime asc,id asc' : 'phenomenonTime desc',
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
  private easier(error: StaError, form: number, asked: number): boolean {
    if (error.kind === 'size') return this.size.tooLarge(asked);
    if ((error.status !== 400 && error.status !== 501) || form >= LAST_FORM) return false;
    if (this.form === form) this.form++;
    return true;
  }
}

/** Rows of many Datastreams are told apart by the key in their link. */
function streamOf(streams: readonly StreamInfo[]): StreamOf {
  if (streams.length === 1) return streams[0]!;
  const byKey = new Map(streams.map((stream) => [stream.key, stream]));
  return (key) => (key === undefined ? undefined : byKey.get(key));
}

/** Pages come in time order; servers that ignore the order, and groups of a dataArray, make this necessary. */
function sortByTime(list: Observation[]): void {
  for (let i = 1; i < list.length; i++) {
    if (list[i]!.time < list[i - 1]!.time) {
      list.sort((a, b) => a.time - b.time);
      return;
    }
  }
}

/** A dataArray without a column of ids: the same Observation would have another identity over MQTT. */
function lacksId(value: unknown): boolean {
  const group = Array.isArray(value) ? (value as unknown[])[0] : undefined;
  const components = isRecord(group) ? group['components'] : undefined;
  return Array.isArray(components) && !components.includes('id') && !components.includes('@iot.id');
}

/** Groups of a dataArray that do not say to which Datastream they belong. */
function lacksStream(value: unknown): boolean {
  const groups = Array.isArray(value) ? (value as unknown[]) : [];
  return groups.some((group) => {
    return !isRecord(group) || datastreamKey(group) === undefined;
  });
}
