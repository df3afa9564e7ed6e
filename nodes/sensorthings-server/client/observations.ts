/** Reads Observations of one Datastream in the shortest form that the server understands. */
import type { Observation } from '../../ecdm/observation';
import { type DecodeOptions, decodeObservations } from './decode';
import type { StreamInfo } from './datastream';
import { StaError } from './errors';
import { address } from './links';
import { pages } from './paging';
import { isRecord } from './tolerant';

type Get = (url: string) => Promise<unknown>;

/** From the shortest answer to the plainest request. */
const FORMS = [
  { $resultFormat: 'dataArray', $select: 'id,phenomenonTime,result,resultTime,resultQuality' },
  { $resultFormat: 'dataArray', $select: undefined },
  { $resultFormat: undefined, $select: undefined },
] as const;

/** Rows of a page; halved when the server cannot make so large a one. */
const PAGE = 1000;
const SMALLEST_PAGE = 10;

export class ObservationReader {
  private form: number;
  private page = PAGE;

  constructor(
    private readonly get: Get,
    private readonly root: string,
    dataArray: boolean,
    private readonly options: DecodeOptions,
  ) {
    this.form = dataArray ? 0 : FORMS.length - 1;
  }

  /** The newest Observation, if there is any. */
  async newest(stream: StreamInfo): Promise<Observation | undefined> {
    const list = await this.read(stream, { $orderby: 'phenomenonTime desc', $top: '1' }, 1);
    return list[0];
  }

  /** Observations from a time on, in time order, at most `limit`. */
  since(stream: StreamInfo, from: number, limit: number): Promise<Observation[]> {
    const $filter = `phenomenonTime ge ${new Date(from).toISOString()}`;
    return this.read(stream, { $filter, $orderby: 'phenomenonTime asc' }, limit);
  }

  private async read(stream: StreamInfo, options: Record<string, string>, limit: number): Promise<Observation[]> {
    for (;;) {
      const form = this.form;
      try {
        const list = await this.walk(stream, options, limit);
        if (list) return list;
      } catch (thrown) {
        if (!(thrown instanceof StaError) || !this.easier(thrown, form)) throw thrown;
        continue;
      }
      // ids were missing
      if (this.form === form) this.form = Math.min(form + 1, FORMS.length - 1);
    }
  }

  /** `undefined` where the form loses the ids. */
  private async walk(
    stream: StreamInfo,
    options: Record<string, string>,
    limit: number,
  ): Promise<Observation[] | undefined> {
    const out: Observation[] = [];
    const top = { $top: String(Math.min(this.page, limit)) };
    const path = `Datastreams(${stream.key})/Observations`;
    const url = address(this.root, path, { ...top, ...options, ...FORMS[this.form] });
    for await (const { body } of pages(this.get, url, { root: this.root, limit })) {
      if (this.form < FORMS.length - 1 && lacksId(body['value'])) return undefined;
      for (const observation of decodeObservations(body, stream, this.options)) out.push(observation);
    }
    return out.length > limit ? out.slice(0, limit) : out;
  }

  /** Whether there is something easier to ask than what was refused. */
  private easier(error: StaError, form: number): boolean {
    if (error.kind === 'size' && this.page > SMALLEST_PAGE) {
      this.page = Math.max(SMALLEST_PAGE, this.page >> 1);
      return true;
    }
    if ((error.status !== 400 && error.status !== 501) || form >= FORMS.length - 1) return false;
    if (this.form === form) this.form++;
    return true;
  }
}

/** A dataArray without a column of ids: the same Observation would have another identity over MQTT. */
function lacksId(value: unknown): boolean {
  const group = Array.isArray(value) ? (value as unknown[])[0] : undefined;
  const components = isRecord(group) ? group['components'] : undefined;
  return Array.isArray(components) && !components.includes('id') && !components.includes('@iot.id');
}
