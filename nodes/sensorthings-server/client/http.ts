/**
 * GET of JSON from one server: at most four at a time, keep-alive, gzip, time limits, a bound on the body,
 * credentials for the configured origin only, redirects inside that origin only, retries for what passes by itself.
 */
import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, request as httpsRequest } from 'node:https';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Readable } from 'node:stream';
import { type Auth, Login } from './auth';
import { networkError, NEVER_MADE, readRetryAfter, StaError, statusError, waitFor, withoutSecrets } from './errors';
import { parseTolerant } from './json';
import { RequestGate } from './request-gate';
import { limitWhole } from './whole-time';

export interface HttpOptions {
  /** Service root; credentials go to its origin only. */
  root: string;
  auth?: Auth;
  /** Shared with other connections, so that one token serves all; made from `auth` when left out. */
  login?: Login;
  /** Options of a TLS connection (own certificates), as Node-RED's tls-config gives them. */
  tls?: AgentOptions;
  /** Milliseconds without any progress before a request is given up (default 30,000). */
  timeout?: number;
  /** Milliseconds for a whole request, with all of its answer (default 600,000: the largest body at 1 Mbit/s). */
  longest?: number;
  /** Largest body in bytes after unpacking (default 64 MB). */
  maxBody?: number;
}

export interface GetOptions {
  /** Tries altogether (default 3). */
  tries?: number;
  signal?: AbortSignal;
  /** Told how many milliseconds the answer took, without the time in the queue. */
  took?: (ms: number) => void;
}

/** What a server says of something that it was given. */
export interface Made {
  body: unknown;
  /** Address of what was made, as the server writes it. */
  location?: string;
}

interface Content {
  method: 'GET' | 'POST';
  /** JSON text. */
  text?: string;
}

interface Answered {
  body: unknown;
  location?: string;
}

const READ: Content = { method: 'GET' };
const MOST_REDIRECTS = 3;
/** Requests in flight. */
const MOST_IN_FLIGHT = 4;
/** Milliseconds to get a connection. */
const CONNECT_TIMEOUT = 10_000;
/** The same error 500 so often on a first request is no passing one. */
const SAME_500 = 3;
const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': 'node-red-city-events',
};
/** Largest body of an error that is read. */
const ERROR_BODY = 20_000;

export class HttpClient {
  private readonly origin: string;
  private readonly agent: HttpAgent | HttpsAgent;
  private readonly secure: boolean;
  private readonly login: Login;
  private readonly gate: RequestGate;
  private readonly closing = new AbortController();
  /** Something was answered well: the address is right, and errors are the server's. */
  private works = false;
  /** The last error 500 before anything worked, and how often it came. */
  private last = '';
  private same = 0;

  constructor(private readonly options: HttpOptions) {
    const url = new URL(options.root);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new StaError('config', 'bad-url', 'only http and https addresses can be read');
    }
    this.origin = url.origin;
    this.secure = url.protocol === 'https:';
    this.gate = new RequestGate(MOST_IN_FLIGHT);
    this.login = options.login ?? new Login(options.auth ?? { type: 'none' });
    const agentOptions = { keepAlive: true, maxSockets: MOST_IN_FLIGHT, ...(this.secure ? options.tls : {}) };
    this.agent = this.secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
    // listeners of waiting requests, all removed again
    setMaxListeners(0, this.closing.signal);
  }

  /** Reads JSON. What passes by itself is tried again with growing, random waits. */
  async getJson(url: string, { tries = 3, signal, took }: GetOptions = {}): Promise<unknown> {
    for (let failures = 0; ; failures++) {
      try {
        const { body } = await this.once(url, READ, signal, took);
        this.works = true;
        this.gate.answered();
        return body;
      } catch (thrown) {
        const error = networkError(thrown);
        if (error.kind === 'throttle') this.gate.rest(waitFor(error, failures));
        if (this.isNoPassing(error)) throw new StaError('config', 'refused', error.message, error.status);
        const passing = error.kind === 'transient' || error.kind === 'throttle';
        if (!passing || failures + 1 >= tries || this.closing.signal.aborted || signal?.aborted) throw error;
        if (error.kind !== 'throttle') await this.sleep(waitFor(error, failures), signal);
      }
    }
  }

  /**
   * Gives JSON to the server, once: whoever calls decides whether it may be given again. It goes where it was meant to, or
   * nowhere: no redirect is followed.
   * @throws StaError as {@link getJson}; its `code` is `not-sent` where the connection was never made
   */
  async postJson(url: string, content: unknown, signal?: AbortSignal): Promise<Made> {
    const text = JSON.stringify(content);
    const answer = await this.once(url, { method: 'POST', text }, signal).catch((thrown: unknown) => {
      const { code } = thrown as { code?: unknown };
      const error = networkError(thrown);
      if (typeof code !== 'string' || !NEVER_MADE.has(code)) throw error;
      throw new StaError(error.kind, 'not-sent', error.message);
    });
    this.works = true;
    return answer;
  }

  /** A first request that fails the same way again and again is one that this server does not understand. */
  private isNoPassing({ status, message }: StaError): boolean {
    if (this.works || status !== 500) return false;
    this.same = message === this.last ? this.same + 1 : 1;
    this.last = message;
    return this.same >= SAME_500;
  }

  /** Ends every request and wait; afterwards nothing is open. */
  close(): void {
    this.closing.abort();
    this.agent.destroy();
    this.gate.close();
  }

  private async once(
    url: string,
    content: Content,
    signal?: AbortSignal,
    took?: (ms: number) => void,
  ): Promise<Answered> {
    await this.gate.enter(signal);
    const began = performance.now();
    try {
      let at = new URL(url);
      for (let redirects = 0; ; redirects++) {
        if (at.origin !== this.origin) throw this.strangerError(at);
        const answer = await this.sendLoggedIn(at, content, signal);
        if (typeof answer !== 'string') {
          took?.(performance.now() - began);
          return answer;
        }
        if (redirects >= MOST_REDIRECTS || content.method !== 'GET')
          throw new StaError('config', 'redirect', 'redirected too often');
        at = new URL(answer, at);
      }
    } finally {
      this.gate.leave();
    }
  }

  /** With our credentials; once more where they had only run out. */
  private async sendLoggedIn(url: URL, content: Content, signal?: AbortSignal): Promise<string | Answered> {
    const at = this.login.address(url);
    for (let again = false; ; again = true) {
      const own = await this.login.headers();
      try {
        return await this.send(at, own, content, signal);
      } catch (thrown) {
        if (again || !(thrown instanceof StaError) || thrown.status !== 401 || !this.login.refused(own)) throw thrown;
      }
    }
  }

  private strangerError(url: URL): StaError {
    return new StaError('config', 'redirect', `the server points to another address: ${url.origin}${url.pathname}`);
  }

  /** One request: the JSON, or the address that it is redirected to. */
  private send(
    url: URL,
    own: Record<string, string>,
    { method, text }: Content,
    signal?: AbortSignal,
  ): Promise<string | Answered> {
    const { timeout = 30_000, longest = 600_000, maxBody = 64_000_000 } = this.options;
    const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
    const options = { agent: this.agent, method, headers: { ...HEADERS, ...type, ...own } };
    const signals = [this.closing.signal, ...(signal ? [signal] : [])];
    // a request of a closed agent would leave its socket behind, even when it is ended at once
    if (signals.some((s) => s.aborted)) return Promise.reject(new StaError('transient', 'closed', 'stopped'));
    return new Promise((resolve, reject) => {
      const request = (this.secure ? httpsRequest : httpRequest)(url, options);
      const stop = (): void => {
        request.destroy(new StaError('transient', 'closed', 'stopped'));
      };
      const settle = (): void => {
        for (const s of signals) s.removeEventListener('abort', stop);
      };
      const fail = (thrown: unknown): void => {
        settle();
        request.destroy();
        reject(networkError(thrown));
      };
      for (const s of signals) s.addEventListener('abort', stop, { once: true });
      limitWhole(request, longest, 'size');
      limitConnecting(request, Math.min(timeout, CONNECT_TIMEOUT));
      request.setTimeout(timeout, () => request.destroy(new StaError('size', 'timeout', 'no answer in time')));
      request.on('error', fail);
      request.on('response', (response) => {
        readAnswer(response, maxBody, method, this.login.secrets(own)).then((answer) => {
          settle();
          resolve(answer);
        }, fail);
      });
      request.end(text);
    });
  }

  private sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const signals = [this.closing.signal, ...(signal ? [signal] : [])];
      const wake = (): void => {
        clearTimeout(timer);
        for (const s of signals) s.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      for (const s of signals) s.addEventListener('abort', wake, { once: true });
    });
  }
}

async function readAnswer(
  response: IncomingMessage,
  maxBody: number,
  method: Content['method'],
  secrets: readonly (string | undefined)[],
): Promise<string | Answered> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400 && response.headers.location !== undefined) {
    response.resume();
    return response.headers.location;
  }
  const good = status >= 200 && status < 300;
  const text = await readText(response, good ? maxBody : ERROR_BODY, good);
  if (!good) {
    const { 'retry-after': retryAfter, 'www-authenticate': wants } = response.headers;
    throw statusError(status, withoutSecrets(text, secrets), readRetryAfter(retryAfter, Date.now()), wants);
  }
  const { location } = response.headers;
  // what was made may be told by its address alone
  if (method === 'POST' && text.trim() === '') return { body: undefined, location };
  const parsed = parseTolerant(text);
  if ('value' in parsed) return { body: parsed.value, location };
  if (parsed.deep) throw new StaError('config', 'not-sta', `the answer is of no use: ${parsed.error}`);
  const json = /json/i.test(response.headers['content-type'] ?? '');
  if (json) throw new StaError('transient', 'cut', 'the answer broke off');
  throw new StaError(
    'config',
    'not-json',
    `this is no SensorThings answer: ${withoutSecrets(text, secrets).slice(0, 80)}`,
  );
}

async function readText(response: IncomingMessage, most: number, strict: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = unpack(response);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > most) {
      response.destroy();
      if (strict) throw new StaError('size', 'too-large', `the answer is larger than ${Math.round(most / 1e6)} MB`);
      break;
    }
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function unpack(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'];
  const unpacker =
    encoding === 'gzip'
      ? createGunzip()
      : encoding === 'br'
        ? createBrotliDecompress()
        : encoding === 'deflate'
          ? createInflate()
          : undefined;
  if (!unpacker) return response;
  response.on('error', (error) => unpacker.destroy(error));
  response.on('aborted', () => unpacker.destroy(new StaError('transient', 'network', 'the connection broke')));
  return response.pipe(unpacker);
}

/** A network that swallows packets is given up sooner than a server that thinks. */
function limitConnecting(request: ClientRequest, ms: number): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      request.destroy(new StaError('transient', 'timeout', 'no connection in time'));
    }, ms);
    const done = (): void => clearTimeout(timer);
    socket.once('connect', done);
    socket.once('close', done);
  });
}
