/** Ids are remembered this long behind the newest event: sources read again what lies around their saved position, */
export const HORIZON = 15 * 60_000;
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

/** What is known of a chunk, in {@link LINK} whole numbers; the newest event time takes two of them. */
const enum Link {
  /** The chunk behind it in the chain, or in the list of free ones, */
  Next = 0,
  /** the one before it, */
  Previous = 1,
}
const LINK = 4;
/** and, once it is full, the newest event time of the stream so far: nothing in it or before it is newer. */
const NEWEST = 1;

/**
 * The last ids of every stream: the lower 32 bits of their times (seven weeks, more than any horizon) and 32 bits of the
 * ids. Texts are not kept, because they would keep the memory of every event busy long after it is done with; two events
 * of one stream and one millisecond whose ids differ are taken for one once in four thousand million times.
 * Each stream has a chain of chunks; the oldest chunk is given up as a whole.
 */
export class RecentIds {
  /** Time, id, time, id ... of all chunks. */
  private pairs = new Int32Array(2 * CHUNK * 64);
  /** By chunk, its {@link Link}. */
  private links = new Int32Array(LINK * 64);
  /** The same as pairs of them, for {@link NEWEST}. */
  private times = new Float64Array(this.links.buffer);
  private made = 0;
  private free = NONE;
  /** The stream that had to give last. */
  private hand = 0;

  /**
   * @param rows by stream, its {@link ROW}, zeros at first: a row lies in one line of the processor's memory, so that the
   *   {@link Chain} of a stream costs nothing where its owner has looked at the rest of it
   */
  constructor(
    private rows: Int32Array,
    /** How long ids are remembered behind the newest event: at least as long as an event may be late. */
    private readonly horizon = HORIZON,
  ) {}

  /** There is room for more streams, and what was there is there, too. */
  moveTo(rows: Int32Array): void {
    this.rows = rows;
  }

  /** @param newest newest event time of the stream before this one */
  add(stream: number, time: number, hash: number, newest: number): void {
    const { rows } = this;
    const chain = ROW * stream;
    const inChunk = rows[chain + Chain.Count]! & (CHUNK - 1);
    if (inChunk === 0) this.openChunk(chain, time, newest);
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
  private openChunk(chain: number, time: number, newest: number): void {
    const { rows } = this;
    const count = chain + Chain.Count;
    while (rows[count]! > LEAST && this.isOver(rows[chain + Chain.First]!, time)) this.drop(chain);
    if (rows[count]! >= MOST) this.drop(chain);
    const chunk = this.takeChunk(chain);
    const last = rows[chain + Chain.Last]!;
    rows[chain + Chain.Last] = chunk;
    if (rows[count] === 0) rows[chain + Chain.First] = chunk;
    else {
      this.links[LINK * last + Link.Next] = chunk;
      this.links[LINK * chunk + Link.Previous] = last;
      this.times[(LINK / 2) * last + NEWEST] = newest;
    }
  }

  private takeChunk(chain: number): number {
    if (this.free === NONE) {
      if (this.made * CHUNK < MOST_OF_ALL) {
        if (LINK * this.made >= this.links.length) this.growChunks();
        return this.made++;
      }
      if (this.rows[chain + Chain.Count]! > 0) this.drop(chain);
      else this.takeFromAny();
    }
    const chunk = this.free;
    this.free = this.links[LINK * chunk + Link.Next]!;
    return chunk;
  }

  /** The newest of a full chunk lies behind the horizon. */
  private isOver(chunk: number, time: number): boolean {
    return time - this.times[(LINK / 2) * chunk + NEWEST]! > this.horizon;
  }

  /** Gives up the oldest chunk. */
  private drop(chain: number): void {
    const { rows } = this;
    const chunk = rows[chain + Chain.First]!;
    rows[chain + Chain.First] = this.links[LINK * chunk + Link.Next]!;
    rows[chain + Chain.Count] = Math.max(0, rows[chain + Chain.Count]! - CHUNK);
    this.links[LINK * chunk + Link.Next] = this.free;
    this.free = chunk;
  }

  /** There is no room, and the stream has nothing to give: the next one that has something gives its oldest. */
  private takeFromAny(): void {
    const { rows } = this;
    do this.hand = (this.hand + ROW) % rows.length;
    while (rows[this.hand + Chain.Count] === 0);
    this.drop(this.hand);
  }

  /** Looks from the last one back, as far as there may be one as new: what is late is late by a little mostly. */
  has(stream: number, time: number, hash: number): boolean {
    const { pairs, links, times, rows } = this;
    let left = rows[ROW * stream + Chain.Count] ?? 0;
    let chunk = rows[ROW * stream + Chain.Last]!;
    while (left > 0) {
      const size = ((left - 1) & (CHUNK - 1)) + 1;
      const from = 2 * CHUNK * chunk;
      for (let at = from; at < from + 2 * size; at += 2)
        if (pairs[at] === (time | 0) && pairs[at + 1] === hash) return true;
      left -= size;
      if (left === 0) return false;
      chunk = links[LINK * chunk + Link.Previous]!;
      if (times[(LINK / 2) * chunk + NEWEST]! < time) return false;
    }
    return false;
  }

  /** Those of a stream that are held, in the order in which they came. */
  each(stream: number, tell: (hash: number, time: number) => void): void {
    const { pairs, links, rows } = this;
    let left = rows[ROW * stream + Chain.Count] ?? 0;
    for (let chunk = rows[ROW * stream + Chain.First]!; left > 0; chunk = links[LINK * chunk + Link.Next]!) {
      const from = 2 * CHUNK * chunk;
      for (let i = 0; i < Math.min(CHUNK, left); i++) tell(pairs[from + 2 * i + 1]!, pairs[from + 2 * i]!);
      left -= CHUNK;
    }
  }

  forget(stream: number): void {
    while ((this.rows[ROW * stream + Chain.Count] ?? 0) > 0) this.drop(ROW * stream);
  }

  private growChunks(): void {
    this.links = longer(this.links, 2 * this.links.length);
    this.times = new Float64Array(this.links.buffer);
    this.pairs = longer(this.pairs, 2 * this.pairs.length);
  }
}

function longer(numbers: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(size);
  more.set(numbers);
  return more;
}
