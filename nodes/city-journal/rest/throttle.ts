/** Slows down whoever guesses tokens: after twenty wrong ones from an address within a minute no wrong one is looked at. */
const MOST_WRONG = 20;
const WITHIN = 60_000;
/** Addresses that are remembered; the one that was heard of longest ago is forgotten first. */
const MOST_ADDRESSES = 1000;

export class Throttle {
  private readonly wrong = new Map<string, { count: number; until: number }>();

  constructor(private readonly now: () => number) {}

  /** @returns seconds to wait; 0 where the address may try */
  wait(address: string): number {
    const known = this.wrong.get(address);
    if (known === undefined || known.count < MOST_WRONG) return 0;
    // a clock that was set back does not lock anybody out for longer
    return Math.min(WITHIN, Math.max(0, known.until - this.now())) / 1000;
  }

  failed(address: string): void {
    const now = this.now();
    const known = this.wrong.get(address);
    const next = known === undefined || known.until <= now ? { count: 1, until: now + WITHIN } : known;
    if (next === known) known.count++;
    this.wrong.delete(address);
    this.wrong.set(address, next);
    if (this.wrong.size > MOST_ADDRESSES) this.wrong.delete(this.wrong.keys().next().value!);
  }
}
