/** Asks the runtime. Addresses are relative: that works behind a proxy and with httpAdminRoot. */

const ROOT = 'city-events/rehearsal/';

/** Why the runtime does not do it, in words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** It may do it soon: others are at it (429), or the flow was deployed just then (503). */
  get isPassing(): boolean {
    return this.status === 429 || this.status === 503;
  }
}

export const post = <T>(what: 'offers' | 'upload' | 'start' | 'cancel' | 'keep' | 'test', body: object): Promise<T> =>
  ask<T>(what, { type: 'POST', contentType: 'application/json', data: JSON.stringify(body) });

export const get = <T>(what: 'job' | 'readings', query: Record<string, string | number>): Promise<T> =>
  ask<T>(`${what}?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`, {});

/** How often one asks a runtime that cannot just now, and milliseconds in between. */
const TRIES = 5;
const PATIENCE = 1000;

async function ask<T>(address: string, options: object): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await askOnce<T>(address, options);
    } catch (error) {
      if (n === TRIES || !(error instanceof Refused && error.isPassing)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    }
  }
}

function askOnce<T>(address: string, options: object): Promise<T> {
  return new Promise((resolve, reject) => {
    $.ajax({
      url: ROOT + address,
      ...options,
      success: (answer: unknown) => resolve(answer as T),
      error: ({ status, responseJSON }: { status: number; responseJSON?: { error?: string; hint?: string } }) => {
        const said = [responseJSON?.error, responseJSON?.hint].filter(Boolean).join('. ');
        reject(new Refused(status, said || `HTTP ${status}`));
      },
    });
  });
}
