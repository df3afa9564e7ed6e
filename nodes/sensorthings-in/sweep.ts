/**
 * Finds what was stored late: over HTTP by the ids that a server gives in the order of storing, whatever the time of a
 * reading. A sweep begins behind the mark that an earlier one has set; ids that were given before the mark and stored
 * after it (by a slow transaction) are covered because the mark lies a while back.
 */
import type { Observation } from '../ecdm/observation';
import { type ById, NoOrder } from '../sensorthings-server/client/by-id';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { PositionLog } from './position-log';
import type { Positions } from './positions';

/** Milliseconds that a mark lies back. */
const BACK = 60_000;
/** Observations that are gathered and sorted by time before they go on. */
const GATHERED = 20_000;
/** Ids of one sweep; the next one goes on from there. */
const MOST_ROWS = 100_000;
/** Milliseconds that a server is believed to have no order. */
const BELIEVED = 3_600_000;

export interface SweepRange {
  /** Only what has an earlier phenomenon time: the rest is read by time. */
  before: number;
  streams: ReadonlyMap<string, StreamInfo>;
  stranger?: (key: string) => void;
  signal: AbortSignal;
}

export class Sweep {
  private refusedAt = -Infinity;
  /** Highest id when the last sweep began, and when that was: the next mark. */
  private next: { id: number; at: number } | undefined;
  /** The mark that may be set when the flow has taken what was sent. */
  private reached: number | undefined;

  constructor(
    private readonly byId: ById,
    private readonly positions: Pick<Positions, 'mark'>,
    private readonly log: Pick<PositionLog, 'setMark'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The server can be asked so, as far as is known. */
  get works(): boolean {
    return this.positions.mark !== undefined && this.now() - this.refusedAt >= BELIEVED;
  }

  /**
   * To be called before anything else of a round is read: what is stored from now on is found by the next one.
   * @returns whether the server can be asked so
   */
  async open(signal: AbortSignal): Promise<boolean> {
    if (this.now() - this.refusedAt < BELIEVED) return false;
    return this.orRefused(async () => {
      const id = await this.byId.newest(signal);
      const { positions } = this;
      // a server that was set up anew counts from the beginning again
      if (positions.mark === undefined || id < positions.mark) this.log.setMark(id);
      const at = this.now();
      if (this.next === undefined || id < this.next.id) this.next = { id, at };
      else if (at - this.next.at >= BACK) {
        this.reached = Math.max(positions.mark ?? 0, this.next.id);
        this.next = { id, at };
      }
    });
  }

  /** What was stored since the mark, in lots that are sorted by time. */
  async *late(range: SweepRange): AsyncGenerator<Observation[]> {
    const from = this.positions.mark;
    if (from === undefined) return;
    let gathered: Observation[] = [];
    try {
      for await (const page of this.byId.after(from, range)) {
        gathered = gathered.concat(page.list);
        if (page.last - from >= MOST_ROWS) {
          // not read to the end: the next one goes on here
          this.reached = page.last;
          break;
        }
        if (gathered.length < GATHERED) continue;
        yield gathered.sort((a, b) => a.time - b.time);
        gathered = [];
      }
    } catch (thrown) {
      this.refused(thrown);
    }
    if (gathered.length > 0) yield gathered.sort((a, b) => a.time - b.time);
  }

  /** A round is over: the mark that counts once the flow has taken what it has sent. */
  done(): number | undefined {
    const { reached } = this;
    this.reached = undefined;
    return reached;
  }

  private async orRefused(run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (thrown) {
      this.refused(thrown);
      return false;
    }
  }

  /** Begins anew where the server is found to have an order after all: what was sent meanwhile is not remembered. */
  private refused(thrown: unknown): void {
    if (!(thrown instanceof NoOrder)) throw thrown;
    this.refusedAt = this.now();
    this.next = this.reached = undefined;
    this.log.setMark(undefined);
  }
}
