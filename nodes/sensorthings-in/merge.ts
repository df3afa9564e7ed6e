/**
 * Many sequences that are each in time order become one, with a bounded number of observations in memory: every
 * sequence holds one page and fetches the next while that is being used up.
 */
import type { Observation } from '../ecdm/observation';

export type PageSource = AsyncIterator<Observation[], void>;

/** Observations given at once. */
const SLICE = 1000;

class Cursor {
  private page: Observation[] = [];
  private at = 0;
  private next: Observation[] | undefined;
  private fetching: Promise<void> | undefined;
  private ended = false;
  private failure: Error | undefined;
  time = -Infinity;

  constructor(private readonly source: PageSource) {}

  get head(): Observation | undefined {
    return this.page[this.at];
  }

  /** Makes sure that there is a head, unless the sequence has ended. */
  async fill(): Promise<void> {
    while (this.head === undefined) {
      if (this.next) {
        this.page = this.next;
        this.at = 0;
        this.next = undefined;
      } else if (this.failure !== undefined) throw this.failure;
      else if (this.ended) return;
      else {
        this.fetch();
        await this.fetching;
      }
    }
    this.time = this.head.time;
  }

  /** Takes the head. @returns false where the next one has to be waited for */
  advance(): boolean {
    this.at++;
    // the next page is on its way while the second half of this one is used
    if (this.at * 2 >= this.page.length && !this.ended && !this.next) this.fetch();
    if (this.at >= this.page.length && this.next && this.next.length > 0) {
      this.page = this.next;
      this.at = 0;
      this.next = undefined;
    }
    const { head } = this;
    if (head) this.time = head.time;
    return head !== undefined;
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.source.return?.();
  }

  private fetch(): void {
    this.fetching ??= this.source
      .next()
      .then(({ done, value }) => {
        if (done) this.ended = true;
        else this.next = value;
      })
      .catch((thrown: unknown) => {
        this.ended = true;
        this.failure = thrown instanceof Error ? thrown : new Error(String(thrown));
      })
      .finally(() => (this.fetching = undefined));
  }
}

/**
 * One sequence in time order, in slices.
 * @throws what a source throws; everything before it has been given
 */
export async function* merge(sources: readonly PageSource[]): AsyncGenerator<Observation[]> {
  const cursors = sources.map((source) => new Cursor(source));
  try {
    // a failed one ends all: what comes after it would be out of order
    await Promise.all(cursors.map((cursor) => cursor.fill()));
    const heap = cursors.filter(({ head }) => head !== undefined);
    for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
    let out: Observation[] = [];
    while (heap.length > 0) {
      const first = heap[0]!;
      out.push(first.head!);
      if (!first.advance()) {
        // what is ready goes out before the network is waited for
        if (out.length > 0) {
          yield out;
          out = [];
        }
        await first.fill();
        if (first.head === undefined) {
          const last = heap.pop()!;
          if (heap.length > 0) heap[0] = last;
        }
      }
      sink(heap, 0);
      if (out.length >= SLICE) {
        yield out;
        out = [];
      }
    }
    if (out.length > 0) yield out;
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.close().catch(() => undefined)));
  }
}

function sink(heap: Cursor[], from: number): void {
  const item = heap[from];
  if (!item) return;
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.time < heap[child]!.time) child++;
    if (heap[child]!.time >= item.time) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = item;
}
