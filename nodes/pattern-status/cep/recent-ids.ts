/** Ids are remembered this long behind the newest event: sources read again what lies around their saved position, */
const HORIZON = 15 * 60_000;
/** and at least so many, because that overlap is longer for sources that speak once an hour. */
const LEAST = 32;
/** But never more than so many of one stream, */
const MOST = 1024;
/** nor more room than for so many of all together; further ones push out the oldest of their own stream. */
const MOST_OF_ALL = 4_000_000;

/** Ids of one stream that lie side by side: a line of the processor's memory. */
const CHUNK = 8;
const NONE = -1;

/** What is known of the chain of a stream, among the whole numbers of its row. */
const enum Chain {
  /** First chunk, */
  First = 4,
  /** last chunk, */
  Last = 5,
  /** and the ids in all of them. */
  Count = 6,
}
/** Whole numbers of a row; those before the chain belong to the owner of the rows. */
export const ROW = 8;

/**
 * The last ids of every stream: the lower 32 bits of their times (seven weeks, more than any horizon) and 32 bits of the
 * ids. Texts are not kept, because they would keep the memory of every event busy long after it is done with; two events
 * of one stream and one millisecond whose ids differ are taken for one once in four thousand million times.
 * Each stream has a chain of chunks; the oldest chunk is given up as a whole.
 */
export class RecentIds {
  /** Time, id, time, id ... of all chunks. */
  private pairs = new Int32Array(2 * CHUNK * 64);
  /** The chunk behind it in the chain, or in the list of free ones. */
  private next = new Int32Array(64);
  private made = 0;
  private free = NONE;
  /** The stream that had to give last. */
  private hand = 0;

  /**
   * @param rows by stream, its {@link ROW}, zeros at first: a row lies in one line of the processor's memory, so that the
   *   {@link Chain} of a stream costs nothing where its owner has looked at the rest of it
   */
  constructor(private rows: Int32Array) {}

  /** There is room for more streams, and what was there is there, too. */
  moveTo(rows: Int32Array): void {
    this.rows = rows;
  }

  add(stream: number, time: number, hash: number): void {
    const { rows } = this;
    const chain = ROW * stream;
    const inChunk = rows[chain + Chain.Count]! & (CHUNK - 1);
    if (inChunk === 0) this.openChunk(chain, time);
    const at = 2 * (CHUNK * rows[chain + Chain.Last]! + inChunk);
    this.pairs[at] = time;
    this.pairs[at + 1] = hash;
    rows[chain + Chain.Count]!++;
  }

  /** Reads what {@link add} will need. @returns something of it */
  touch(stream: number): number {
    return this.pairs[2 * CHUNK * this.rows[ROW * stream + Chain.Last]!]!;
  }

  /** Adds a chunk at the end, and gives up what is too old or too much at the beginning. */
  private openChunk(chain: number, time: number): void {
    const { rows } = this;
    const count = chain + Chain.Count;
    while (rows[count]! > LEAST && this.isOver(rows[chain + Chain.First]!, time)) this.drop(chain);
    if (rows[count]! >= MOST) this.drop(chain);
    let chunk = this.free;
    if (chunk !== NONE) this.free = this.next[chunk]!;
    else if (this.made * CHUNK < MOST_OF_ALL) {
      chunk = this.made++;
      if (chunk >= this.next.length) this.growChunks();
    } else if (rows[count]! > 0) {
      this.drop(chain);
      chunk = this.free;
      this.free = this.next[chunk]!;
    } else chunk = this.takeFromAny();
    this.next[chunk] = NONE;
    if (rows[count] === 0) rows[chain + Chain.First] = chunk;
    else this.next[rows[chain + Chain.Last]!] = chunk;
    rows[chain + Chain.Last] = chunk;
  }

  /** The newest of a full chunk lies behind the horizon. */
  private isOver(chunk: number, time: number): boolean {
    return ((time | 0) - this.pairs[2 * (CHUNK * chunk + CHUNK - 1)]!) >>> 0 > HORIZON;
  }

  /** Gives up the oldest chunk. */
  private drop(chain: number): void {
    const { rows } = this;
    const chunk = rows[chain + Chain.First]!;
    rows[chain + Chain.First] = this.next[chunk]!;
    rows[chain + Chain.Count] = Math.max(0, rows[chain + Chain.Count]! - CHUNK);
    this.next[chunk] = this.free;
    this.free = chunk;
  }

  /** There is no room, and the stream has nothing to give: the next one that has something gives its oldest. */
  private takeFromAny(): number {
    const { rows } = this;
    do this.hand = (this.hand + ROW) % rows.length;
    while (rows[this.hand + Chain.Count] === 0);
    this.drop(this.hand);
    const chunk = this.free;
    this.free = this.next[chunk]!;
    return chunk;
  }

  has(stream: number, time: number, hash: number): boolean {
    const { pairs, next, rows } = this;
    let left = rows[ROW * stream + Chain.Count] ?? 0;
    for (let chunk = rows[ROW * stream + Chain.First]!; left > 0; chunk = next[chunk]!) {
      const from = 2 * CHUNK * chunk;
      const to = from + 2 * Math.min(CHUNK, left);
      for (let at = from; at < to; at += 2) if (pairs[at] === (time | 0) && pairs[at + 1] === hash) return true;
      left -= CHUNK;
    }
    return false;
  }

  /** Those of a stream that are held, in the order in which they came. */
  each(stream: number, tell: (hash: number, time: number) => void): void {
    const { pairs, next, rows } = this;
    let left = rows[ROW * stream + Chain.Count] ?? 0;
    for (let chunk = rows[ROW * stream + Chain.First]!; left > 0; chunk = next[chunk]!) {
      const from = 2 * CHUNK * chunk;
      for (let i = 0; i < Math.min(CHUNK, left); i++) tell(pairs[from + 2 * i + 1]!, pairs[from + 2 * i]!);
      left -= CHUNK;
    }
  }

  forget(stream: number): void {
    while ((this.rows[ROW * stream + Chain.Count] ?? 0) > 0) this.drop(ROW * stream);
  }

  private growChunks(): void {
    this.next = longer(this.next, 2 * this.next.length);
    this.pairs = longer(this.pairs, 2 * this.pairs.length);
  }
}

function longer(numbers: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(size);
  more.set(numbers);
  return more;
}
