/** A rectangle in degrees; its borders count as inside. */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

const FAN = 8;

/**
 * A packed R-tree (sort-tile-recursive) over boxes that do not change, for the question "which boxes hold this
 * point?". Flat arrays, no allocation while it is asked.
 */
export class BoxTree {
  /** west, south, east, north of every node; the leaves come first, the root last. */
  private readonly boxes: Float64Array;
  /** For a leaf the number of its box, for a node the position of its first child. */
  private readonly links: Uint32Array;
  /** How many children a node has; 0 for a leaf. */
  private readonly sizes: Uint8Array;
  private readonly root: number;
  private readonly stack: Uint32Array;
  /** What the last {@link search} found; valid up to the number it returned. */
  readonly found: Uint32Array;

  constructor(boxes: readonly Box[]) {
    const levels: Box[][] = [];
    const order = tile(boxes);
    let level = order.map((i) => boxes[i]!);
    while (level.length > 0) {
      levels.push(level);
      if (level.length === 1) break;
      level = Array.from({ length: Math.ceil(level.length / FAN) }, (_, i) =>
        around(level.slice(i * FAN, i * FAN + FAN)),
      );
    }
    const all = levels.flat();
    this.boxes = Float64Array.from(all.flatMap((b) => [b.west, b.south, b.east, b.north]));
    this.links = new Uint32Array(all.length);
    this.sizes = new Uint8Array(all.length);
    this.links.set(order);
    let [at, below] = [order.length, 0];
    for (let l = 1; l < levels.length; l++) {
      const children = levels[l - 1]!.length;
      for (let i = 0; i < levels[l]!.length; i++, at++) {
        this.links[at] = below + i * FAN;
        this.sizes[at] = Math.min(FAN, children - i * FAN);
      }
      below += children;
    }
    this.root = all.length - 1;
    this.stack = new Uint32Array(levels.length * FAN + 1);
    this.found = new Uint32Array(boxes.length);
  }

  /** Writes the numbers of the boxes that hold the point to {@link found}. @returns how many there are */
  search(x: number, y: number): number {
    const { boxes, links, sizes, stack, found, root } = this;
    const top = root * 4;
    const outside = x < boxes[top]! || y < boxes[top + 1]! || x > boxes[top + 2]! || y > boxes[top + 3]!;
    if (root < 0 || outside) return 0;
    let count = 0;
    let depth = 1;
    stack[0] = root;
    while (depth > 0) {
      const node = stack[--depth]!;
      const size = sizes[node]!;
      const link = links[node]!;
      if (size === 0) found[count++] = link;
      else {
        for (let child = link, b = link * 4; child < link + size; child++, b += 4) {
          if (x >= boxes[b]! && y >= boxes[b + 1]! && x <= boxes[b + 2]! && y <= boxes[b + 3]!) stack[depth++] = child;
        }
      }
    }
    return count;
  }
}

/** Numbers of the boxes in an order in which neighbours lie near each other. */
function tile(boxes: readonly Box[]): number[] {
  const x = (i: number): number => boxes[i]!.west + boxes[i]!.east;
  const y = (i: number): number => boxes[i]!.south + boxes[i]!.north;
  const order = boxes.map((_, i) => i).sort((a, b) => x(a) - x(b));
  const strip = Math.max(1, Math.ceil(Math.sqrt(Math.ceil(boxes.length / FAN)))) * FAN;
  const out: number[] = [];
  for (let i = 0; i < order.length; i += strip) out.push(...order.slice(i, i + strip).sort((a, b) => y(a) - y(b)));
  return out;
}

function around(boxes: readonly Box[]): Box {
  return {
    west: Math.min(...boxes.map((b) => b.west)),
    south: Math.min(...boxes.map((b) => b.south)),
    east: Math.max(...boxes.map((b) => b.east)),
    north: Math.max(...boxes.map((b) => b.north)),
  };
}
