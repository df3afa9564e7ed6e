/** Numbers of which the least is wanted next: a binary heap. */
export class Ascending {
  private readonly items: number[] = [];

  get size(): number {
    return this.items.length;
  }

  /** The least; `undefined` where there is none. */
  get first(): number | undefined {
    return this.items[0];
  }

  add(item: number): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0 && items[(at - 1) >> 1]! > item) {
      items[at] = items[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    items[at] = item;
  }

  /** Takes the least out. */
  drop(): void {
    const { items } = this;
    const last = items.pop()!;
    const size = items.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
  }

  clear(): void {
    this.items.length = 0;
  }
}
