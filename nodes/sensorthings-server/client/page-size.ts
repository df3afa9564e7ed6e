/** How many rows a page is asked for: more while the server is quick, fewer when it is not, never more than it gives. */

const FIRST = 1000;
const SMALLEST_PAGE = 10;
const LARGEST = 10_000;
/** Milliseconds that a page may take before smaller ones are asked for, and below which larger ones are tried. */
const SLOW = 5000;
const QUICK = 500;
/** Pages between two tries to get more than the server gave before. */
const TRY_AGAIN = 50;

export class PageSize {
  private wanted: number;
  private most = LARGEST;
  private pages = 0;

  constructor(first = FIRST) {
    this.wanted = first;
  }

  get size(): number {
    return Math.max(SMALLEST_PAGE, Math.min(this.wanted, this.most));
  }

  /** A page came: `asked` rows were wanted, `got` came, and there are more behind them. */
  came(asked: number, got: number, more: boolean, ms: number): void {
    this.pages++;
    if (more && got < asked) {
      // the server's own limit, in rows or in bytes
      this.most = Math.max(SMALLEST_PAGE, got);
      this.pages = 0;
    } else if (this.pages >= TRY_AGAIN) {
      this.pages = 0;
      this.most = Math.min(LARGEST, this.most * 2);
    }
    if (ms > SLOW) this.wanted = Math.max(SMALLEST_PAGE, this.size >> 1);
    else if (ms < QUICK && got >= asked && asked >= this.size) this.wanted = Math.min(LARGEST, this.size * 2);
  }

  /** The server could not make so large a page. @returns false where there is nothing smaller to ask for */
  tooLarge(asked: number): boolean {
    if (asked <= SMALLEST_PAGE) return false;
    this.wanted = Math.max(SMALLEST_PAGE, asked >> 1);
    this.pages = 0;
    return true;
  }
}
