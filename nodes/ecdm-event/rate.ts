/** How often readings come, as people count: a sensor of every minute does not send "0.0 in a second". */
export interface ShownRate {
  /** `first`: how many have come so far, while it cannot be told yet how often. */
  per: 'first' | 's' | 'min' | 'h';
  count: string | number;
}

/** Less than this in a span is counted in the next longer one. */
const LEAST = 0.1;

/** How many readings come in a second, over the last few seconds. */
export class Rate {
  private count = 0;
  private since: number | undefined;
  private rate: number | undefined;

  /** @param now milliseconds of a clock that does not jump */
  add(count: number, now: number): void {
    // the first span begins with the first reading
    this.since ??= now;
    this.count += count;
    const span = now - this.since;
    if (span < 2000) return;
    this.rate = (this.count * 1000) / span;
    this.count = 0;
    this.since = now;
  }

  get shown(): ShownRate {
    const { rate } = this;
    if (rate === undefined) return { per: 'first', count: this.count };
    if (rate >= LEAST) return { per: 's', count: digits(rate) };
    return rate * 60 >= LEAST ? { per: 'min', count: digits(rate * 60) } : { per: 'h', count: digits(rate * 3600) };
  }
}

/** Three digits are enough, and small rates keep one decimal. */
function digits(rate: number): string {
  if (rate >= 10_000) return `${Math.round(rate / 1000)}k`;
  return rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
}
