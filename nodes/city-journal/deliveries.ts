/**
 * What was given out and may not have arrived: after a crash it is sent again. Somebody who takes statuses at all does so
 * within the first minute; after that nobody is waited for.
 */
import type { Status } from '../ecdm/status';
import type { Loaded } from './store/store';

/** How long a taker is waited for, in milliseconds of running time. */
const TAKES_AT_MOST = 60_000;
/** What an orderly end leaves behind has arrived when it was sent so long before. */
const ON_ITS_WAY = 1000;

export interface Delivery {
  node: string;
  status: Status;
  /** When it was given out (until then: came in), or when this run began; on a clock that never jumps. */
  since: number;
  /** Of a run before, which ended without saying what had arrived. */
  old: boolean;
  seq: number | undefined;
  takers: Set<string> | undefined;
}

/** Bounded: of more than `most` the oldest count as taken. */
export class Deliveries {
  private readonly open = new Map<string, Delivery>();
  /** Up to this entry nobody is waited for. */
  private settled = 0;

  constructor(private readonly most: number) {}

  /** What is about to be given out, in its order. */
  give(node: string, status: Status, now: number): Delivery {
    const delivery: Delivery = { node, status, since: now, old: false, seq: undefined, takers: undefined };
    this.put(delivery);
    return delivery;
  }

  /** What a run before left behind. */
  load({ statuses, settled, taken }: Loaded, now: number): void {
    this.settled = settled;
    const takers = new Map<number, Set<string>>();
    for (const [seq, taker] of taken) takers.set(seq, (takers.get(seq) ?? new Set()).add(taker));
    const later = [...this.open.values()];
    this.open.clear();
    for (const { seq, node, body } of statuses) {
      if (seq <= settled || (body as Status).simulated) continue;
      this.put({ node, status: body as Status, since: now, old: true, seq, takers: takers.get(seq) });
    }
    for (const delivery of later) this.put(delivery);
  }

  /** @returns the number of the entry where that is news and the entry has one */
  taken(statusId: string, revision: number, taker: string): number | undefined {
    const delivery = this.open.get(`${statusId}#${revision}`);
    if (delivery === undefined || delivery.takers?.has(taker)) return undefined;
    (delivery.takers ??= new Set()).add(taker);
    return delivery.seq;
  }

  /**
   * What must be sent again.
   * @param takers those that the node leads to; where there is none, only what a crash may have caught on its way
   */
  untaken(node: string, takers: readonly string[]): Status[] {
    const found: Status[] = [];
    for (const { node: from, status, old, takers: by } of this.open.values()) {
      if (from !== node) continue;
      const missing = takers.length === 0 ? old && by === undefined : takers.some((taker) => !by?.has(taker));
      if (missing) found.push(status);
    }
    return found;
  }

  /**
   * Lets go of what has had its time.
   * @returns up to which entry nobody is waited for any more, where that has changed
   */
  settle(now: number, atMost = TAKES_AT_MOST): number | undefined {
    const before = this.settled;
    for (const [id, { since, seq }] of this.open) {
      if (now - since < atMost) break;
      this.open.delete(id);
      if (seq !== undefined) this.settled = Math.max(this.settled, seq);
    }
    return this.settled === before ? undefined : this.settled;
  }

  /** The last look before an orderly end. */
  end(now: number): number | undefined {
    return this.settle(now, ON_ITS_WAY);
  }

  private put(delivery: Delivery): void {
    const { statusId, revision } = delivery.status;
    this.open.set(`${statusId}#${revision}`, delivery);
    if (this.open.size > this.most) this.open.delete(this.open.keys().next().value!);
  }
}
