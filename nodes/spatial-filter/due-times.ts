/** Things by the time at which something of theirs becomes due: a binary heap. */
export class DueTimes {
  private readonly heap: { time: number; thing: string }[] = [];

  add(time: number, thing: string): void {
    const { heap } = this;
    let at = heap.push({ time, thing }) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (heap[up]!.time <= heap[at]!.time) break;
      [heap[up], heap[at]] = [heap[at]!, heap[up]!];
      at = up;
    }
    if (heap.length > MOST) this.shrink();
  }

  /** When the first one is due; `undefined` where none is. */
  get next(): number | undefined {
    return this.heap[0]?.time;
  }

  /** Takes out those that are due, the earliest first. */
  *upTo(time: number): Generator<string> {
    while (this.heap.length > 0 && this.heap[0]!.time <= time) {
      const { thing } = this.heap[0]!;
      this.drop();
      yield thing;
    }
  }

  private drop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && heap[child]!.time < heap[least]!.time) least = child;
      }
      if (least === at) return;
      [heap[least], heap[at]] = [heap[at]!, heap[least]!];
      at = least;
    }
  }

  /** The latest ones are forgotten: then a reading of the Thing itself tells that it has been there for long. */
  private shrink(): void {
    this.heap.sort((a, b) => a.time - b.time);
    this.heap.length = MOST / 2;
  }
}

/** Times that are kept. */
const MOST = 500_000;
