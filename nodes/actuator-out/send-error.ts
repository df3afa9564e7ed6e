/**
 * `never`: it certainly did not arrive, so that sending it again can do no harm; `maybe`: it may have arrived; `final`:
 * sending it again would change nothing.
 */
export type Arrival = 'never' | 'maybe' | 'final';

/** Why an order failed: a key of the texts under `order.`, with its parameters. */
export class SendError extends Error {
  constructor(
    readonly key: string,
    readonly parameters: Record<string, string | number> = {},
    readonly arrival: Arrival = 'final',
    /** Milliseconds that the far side asks to wait. */
    readonly retryAfter = 0,
  ) {
    super(key);
  }
}

/** Full jitter: any wait up to a limit that doubles with every failure; milliseconds. */
export function backoff(failures: number, random: () => number, base = 1000, most = 60_000): number {
  return random() * Math.min(most, base * 2 ** Math.min(failures, 20));
}
