/** Things by the time at which something of theirs becomes due, one time each: a binary heap that knows where each one is. */
export class DueTimes {
  private readonly heap: { time: number; thing: string }[] = [];
  private readonly places = new Map<string, number>();

  get size(): number {
    return this.heap.length;
  }

  /** When the first one is due; `undefined` where none is. */
  get next(): number | undefined {
    return this.heap[0]?.time;
  }

  /** @param time infinite: nothing of it is due any more */
  set(time: number, thing: string): void {
    if (time === Infinity) return this.delete(thing);
    const at = this.places.get(thing);
    this.settle(at ?? this.heap.length, { time, thing });
  }

  delete(thing: string): void {
    const at = this.places.get(thing);
    if (at === undefined) return;
    this.places.delete(thing);
    const last = this.heap.pop()!;
    if (last.thing !== thing) this.settle(at, last);
  }

  /** Takes out those that are due, the earliest first. */
  *upTo(time: number): Generator<string> {
    while (this.heap.length > 0 && this.heap[0]!.time <= time) {
      const { thing } = this.heap[0]!;
      this.delete(thing);
      yield thing;
    }
  }

  /** Puts one at a place that is free (or its own), then where it belongs from there. */
  private settle(from: number, entry: { time: number; thing: string }): void {
    const { heap } = this;
    let at = from;
    for (let up = (at - 1) >> 1; at > 0 && heap[up]!.time > entry.time; up = (at - 1) >> 1) {
      this.put(at, heap[up]!);
      at = up;
    }
    for (;;) {
      let least = 2 * at + 1;
      if (least + 1 < heap.length && heap[least + 1]!.time < heap[least]!.time) least++;
      if (least >= heap.length || heap[least]!.time >= entry.time) break;
      this.put(at, heap[least]!);
      at = least;
    }
    this.put(at, entry);
  }

  private put(at: number, entry: { time: number; thing: string }): void {
    this.heap[at] = entry;
    this.places.set(entry.thing, at);
  }
}
