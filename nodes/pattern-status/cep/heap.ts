/** A member of one {@link DueHeap}; it carries its own position, so that it can move. */
export interface Due {
  due: number;
  /** Place in the heap; -1 outside. */
  position: number;
  /** Breaks ties, so that the order never depends on the order of arrival. */
  readonly key: string;
}

/** Binary heap of items by `due`; an item can be moved or taken out at any time. */
export class DueHeap<T extends Due> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  first(): T | undefined {
    return this.items[0];
  }

  /** Sets when an item is due; `Infinity` takes it out. */
  set(item: T, due: number): void {
    const at = item.position;
    if (due === Infinity) {
      item.due = due;
      if (at >= 0) this.remove(item, at);
      return;
    }
    if (at < 0) {
      item.due = due;
      this.items.push(item);
      this.up(this.items.length - 1, item);
    } else if (item.due !== due) {
      const later = due > item.due;
      item.due = due;
      if (later) this.down(at, item);
      else this.up(at, item);
    }
  }

  private remove(item: T, at: number): void {
    item.position = -1;
    const last = this.items.pop()!;
    if (last === item) return;
    this.down(at, last);
    if (this.items[at] === last) this.up(at, last);
  }

  private place(item: T, at: number): void {
    this.items[at] = item;
    item.position = at;
  }

  private up(start: number, item: T): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.items[parent]!;
      if (!before(item, above)) break;
      this.place(above, at);
      at = parent;
    }
    this.place(item, at);
  }

  private down(start: number, item: T): void {
    let at = start;
    const { items } = this;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++;
      if (!before(items[child]!, item)) break;
      this.place(items[child]!, at);
      at = child;
    }
    this.place(item, at);
  }
}

function before(a: Due, b: Due): boolean {
  return a.due < b.due || (a.due === b.due && a.key < b.key);
}
