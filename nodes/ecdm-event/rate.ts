/** How many readings come in a second, over the last few seconds. */
export class Rate {
  private count = 0;
  private since = 0;
  private rate = 0;

  /** @param now milliseconds of a clock that does not jump */
  add(count: number, now: number): void {
    this.count += count;
    const span = now - this.since;
    if (span < 2000) return;
    // the first span begins with the first reading
    this.rate = this.since === 0 ? 0 : (this.count * 1000) / span;
    this.count = 0;
    this.since = now;
  }

  /** For people: three digits are enough, and small rates keep one decimal. */
  get text(): string {
    if (this.rate >= 10_000) return `${Math.round(this.rate / 1000)}k`;
    return this.rate >= 10 ? String(Math.round(this.rate)) : this.rate.toFixed(1);
  }
}
