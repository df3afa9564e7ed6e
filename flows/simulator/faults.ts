/**
 * What can go wrong, as switches that a test (or the command line) sets while the server runs, and the habits of
 * other servers than FROST. All default to a healthy FROST.
 */

export interface HttpFaults {
  /** Milliseconds before every answer. */
  delay: number;
  /** Answers this many of the next requests with `status`. `Infinity` = until switched off. */
  failures: number;
  status: number;
  /** Value of Retry-After with such an answer: seconds, or an HTTP date. */
  retryAfter?: string;
  /** Cuts the body of this many of the next answers in half, with a correct end of the connection. */
  truncate: number;
  /** Breaks the connection in the middle of this many of the next answers. */
  reset: number;
  /** Sends this many of the next requests to another address. */
  redirect: number;
  redirectTo?: string;
  /** Answers this many of the next requests with HTML and status 200. */
  html: number;
}

export interface MqttFaults {
  /** Share of notices that are lost (0..1). */
  drop: number;
  /** Share of notices that come twice. */
  duplicate: number;
  /** Hold back every second notice until the next has gone. */
  disorder: boolean;
  /** SUBACK 128 for every subscription. */
  refuseSubscribe: boolean;
  /** Connected, but nothing comes. */
  silent: boolean;
  /** Mark notices as retained. */
  retained: boolean;
}

export interface Faults {
  http: HttpFaults;
  mqtt: MqttFaults;
}

export function noFaults(): Faults {
  return {
    http: { delay: 0, failures: 0, status: 503, truncate: 0, reset: 0, redirect: 0, html: 0 },
    mqtt: { drop: 0, duplicate: 0, disorder: false, refuseSubscribe: false, silent: false, retained: false },
  };
}

export interface Personality {
  defaultTop: number;
  maxTop: number;
  /** `always`: also after the last row; `self`: a page that points to itself; `never`: no link though there is more. */
  nextLink: 'correct' | 'always' | 'self' | 'never';
  /** Options that get lost in nextLink. */
  nextLinkLoses: readonly string[];
  /** Root of all links where it is not the address that was called, as behind a proxy. */
  serviceRootUrl?: string;
  /** Versions that are served. */
  versions: readonly string[];
  /** serverSettings at the root. */
  serverSettings: boolean;
  /** dataArray is offered. */
  dataArray: boolean;
  /** Words that make a filter be refused with 400. */
  refuseFilter: readonly string[];
}

export const FROST: Personality = {
  defaultTop: 100,
  maxTop: 10_000,
  nextLink: 'correct',
  nextLinkLoses: [],
  versions: ['v1.0', 'v1.1'],
  serverSettings: true,
  dataArray: true,
  refuseFilter: [],
};
