/**
 * Observations in the order in which they were stored, where a server numbers them: what was stored after another one
 * has a higher id, whatever its phenomenon time. It is tried, not believed: servers have ids that are no numbers, or
 * pass over an order or a filter.
 */
import type { Observation } from '../../ecdm/observation';
import { type DecodeOptions, decodeObservations, rowsOf } from './decode';
import { StaError } from './errors';
import { address } from './links';
import { countRows } from './paging';
import { idOf, isRecord, pick } from './tolerant';
import { amongAll, lacksId, lacksStream, type WalkGet, type Whole } from './walk';

/** Rows of a request. */
const PAGE = 1000;

/** From the shortest answer that says where its rows belong to the plainest request. */
const FORMS = [
  { $resultFormat: 'dataArray', $select: 'id,phenomenonTime,result,resultTime,resultQuality' },
  { $resultFormat: 'dataArray' },
  { $expand: 'Datastream($select=id)' },
] as const;

/** The ids of this server have no order, or it cannot be asked for by them. */
export class NoOrder extends Error {}

export interface Stored {
  /** Observations of the Datastreams that are asked for. */
  list: Observation[];
  /** Highest id that was seen; all up to it have been. */
  last: number;
}

export interface StoredRange extends Whole {
  /** Only what has an earlier phenomenon time, epoch milliseconds; where the server can sort that out. */
  before: number;
  signal?: AbortSignal;
}

export class ById {
  private form: number;
  /** A condition on the time beside that on the id is refused. */
  private plain = false;
  /** The server has shown that it looks for ids. */
  private tried = false;

  constructor(
    private readonly get: WalkGet,
    private readonly root: string,
    dataArray: boolean,
    private readonly decode: DecodeOptions,
  ) {
    this.form = dataArray ? 0 : FORMS.length - 1;
  }

  /**
   * The highest id of all Observations; 0 where there are none.
   * @throws NoOrder, or StaError of the network
   */
  async newest(signal?: AbortSignal): Promise<number> {
    const ids = idsOf(await this.ask({ $select: 'id', $orderby: 'id desc', $top: '2' }, signal));
    if (ids.length > 1 && ids[0]! <= ids[1]!) throw new NoOrder('the server does not sort by id');
    const [newest] = ids;
    if (newest !== undefined && !this.tried) {
      const options = { $select: 'id', $filter: `id gt ${newest - 1}`, $orderby: 'id asc', $top: '1' };
      const [found] = idsOf(await this.ask(options, signal));
      if (found === undefined || found < newest) throw new NoOrder('the server passes over a condition on ids');
      this.tried = true;
    }
    return newest ?? 0;
  }

  /**
   * What was stored after an id, page by page in the order of the ids.
   * @throws NoOrder, or StaError of the network
   */
  async *after(id: number, range: StoredRange): AsyncGenerator<Stored> {
    const { signal } = range;
    const streamOf = amongAll(range);
    for (let last = id; ;) {
      const body = await this.page(last, range, signal);
      const value = isRecord(body) ? body['value'] : undefined;
      // a page may be short and not the last, and some servers give no link to the next: only an empty one is the end
      if (countRows(value) === 0) return;
      if (this.form < FORMS.length - 1 && (lacksId(value) || lacksStream(value))) {
        this.form++;
        continue;
      }
      const ids = idsOf(body);
      if (Math.min(...ids) <= last) throw new NoOrder('the server passes over a condition on ids');
      last = Math.max(...ids);
      yield { list: decodeObservations(body, streamOf, this.decode), last };
    }
  }

  private async page(last: number, { before }: StoredRange, signal: AbortSignal | undefined): Promise<unknown> {
    for (;;) {
      // neither `ge` nor `lt` is true of an interval that has the time in its midst
      const time = this.plain ? '' : ` and not (phenomenonTime ge ${new Date(before).toISOString()})`;
      try {
        return await this.ask(
          { ...FORMS[this.form], $filter: `id gt ${last}${time}`, $orderby: 'id asc', $top: String(PAGE) },
          signal,
        );
      } catch (thrown) {
        if (!(thrown instanceof NoOrder)) throw thrown;
        if (this.form < FORMS.length - 1) this.form++;
        else if (!this.plain) this.plain = true;
        else throw thrown;
      }
    }
  }

  private async ask(options: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return await this.get(address(this.root, 'Observations', options), { signal });
    } catch (thrown) {
      if (thrown instanceof StaError && REFUSED.has(thrown.status ?? 0)) throw new NoOrder(thrown.message);
      throw thrown;
    }
  }
}

/** Answers to what a server cannot do, or not in time. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 405, 500, 501, 502, 504]);

/** @throws NoOrder where one is not a number that can be counted with */
function idsOf(body: unknown): number[] {
  const value = isRecord(body) ? body['value'] : undefined;
  const ids: unknown[] = [];
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    // what is no entity has no id: passed over, a page of nothing else would be asked for again and again
    if (!isRecord(item)) return noNumbers();
    const rows = rowsOf(item);
    if (!rows) ids.push(idOf(item));
    else {
      const names = pick(item, 'components');
      const at = Array.isArray(names) ? names.findIndex((name) => name === 'id' || name === '@iot.id') : -1;
      for (const row of rows) ids.push((row as unknown[] | null)?.[at]);
    }
  }
  return ids.every((id) => Number.isSafeInteger(id)) ? (ids as number[]) : noNumbers();
}

function noNumbers(): never {
  throw new NoOrder('ids are no numbers');
}
