/** What can go wrong, as switches that a test (or the command line) sets while the server runs. All begin healthy. */

export interface HttpFaults {
  /** Milliseconds before every answer. */
  delay: number;
  /** Answers this many of the next requests with `status`. `Infinity` = until switched off. */
  failures: number;
  /** Share of requests (0..1) that are answered with `status`, at random: a storm. */
  storm: number;
  /** Requests that are meant by `failures` and `storm`: those whose address matches; all when left out. */
  only?: RegExp;
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
  /** Calls JSON `text/plain` in this many of the next answers. */
  wrongType: number;
  /** Milliseconds over which a body comes in pieces. */
  slowBody: number;
}

export interface MqttFaults {
  /** Share of notices that are lost (0..1). */
  drop: number;
  /** Share of notices that come twice. */
  duplicate: number;
  /** Hold back every second notice until the next has gone. */
  disorder: boolean;
  /** A create over MQTT comes back raw, before the stored entity, as FROST has it. */
  echo: boolean;
  /** Notices that may wait in one turn of the event loop; more are lost without a word (FROST: 10). */
  queue: number;
  /** SUBACK 128 for what is no topic and for wildcards, as a FROST with logins does it. */
  strictTopics: boolean;
  /** SUBACK 128 for every subscription. */
  refuseSubscribe: boolean;
  /** Connected, but nothing comes. */
  silent: boolean;
  /** Mark notices as retained. */
  retained: boolean;
  /** Highest quality of service that a subscription is granted. */
  qos: 0 | 1 | 2;
}

export interface Faults {
  http: HttpFaults;
  mqtt: MqttFaults;
}

export function noFaults(): Faults {
  return {
    http: {
      delay: 0,
      failures: 0,
      storm: 0,
      status: 503,
      truncate: 0,
      reset: 0,
      redirect: 0,
      html: 0,
      wrongType: 0,
      slowBody: 0,
    },
    mqtt: {
      drop: 0,
      duplicate: 0,
      disorder: false,
      echo: true,
      queue: Infinity,
      strictTopics: false,
      refuseSubscribe: false,
      silent: false,
      retained: false,
      qos: 2,
    },
  };
}

/** Numbers from 0 to 1 that are the same with every run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
