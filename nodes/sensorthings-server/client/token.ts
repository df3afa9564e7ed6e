/**
 * Tokens of OAuth2 client credentials (RFC 6749, 4.4): one request at a time, renewed after four fifths of their life,
 * measured from when they were asked for with a clock that nobody sets.
 */
import { request as httpRequest } from 'node:http';
import { type AgentOptions, request as httpsRequest } from 'node:https';
import type { Auth } from './auth';
import { networkError, readRetryAfter, StaError, statusError, withoutSecrets } from './errors';
import { limitWhole } from './whole-time';

export interface Token {
  text: string;
  /** Monotonic times (milliseconds) at which it should be renewed, and at which it is of no use any more. */
  renew: number;
  end: number;
}

/** Life of a token whose server does not tell. */
const USUAL_LIFE = 300_000;
const SHORTEST_LIFE = 1000;
const TIMEOUT = 15_000;
/** Milliseconds for all of an answer. */
const LONGEST = 60_000;
const MOST_BYTES = 100_000;

export class Tokens {
  private current: Token | undefined;
  private asking: Promise<Token> | undefined;
  /** The server wants the secret in the body, not in the header. */
  private inBody = false;

  constructor(
    private readonly auth: Auth,
    private readonly tls: AgentOptions = {},
    private readonly now: () => number = () => performance.now(),
    private readonly longest = LONGEST,
  ) {}

  /** A token that is good. @throws StaError `token` where none can be had */
  async get(): Promise<Token> {
    const { current } = this;
    if (current && this.now() < current.renew) return current;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    try {
      return await this.asking;
    } catch (thrown) {
      // the old one is good for a while yet
      if (current && this.current === current && this.now() < current.end) return current;
      throw thrown;
    }
  }

  /** The server has refused this token: it is not used again. */
  refused(text: string): void {
    if (this.current?.text === text) this.current = undefined;
  }

  private async ask(): Promise<Token> {
    const asked = this.now();
    let answer: Record<string, unknown>;
    try {
      answer = await this.post();
    } catch (thrown) {
      const error = networkError(thrown);
      if (this.inBody || (error.status !== 400 && error.status !== 401)) throw tokenError(error);
      this.inBody = true;
      try {
        answer = await this.post();
      } catch (again) {
        this.inBody = false;
        throw tokenError(networkError(again));
      }
    }
    const text = answer['access_token'];
    if (typeof text !== 'string' || text === '') throw new StaError('auth', 'token', 'the answer holds no token');
    const seconds = Number(answer['expires_in']);
    const life = Number.isFinite(seconds) && seconds > 0 ? Math.max(SHORTEST_LIFE, seconds * 1000) : USUAL_LIFE;
    this.current = { text, renew: asked + life * 0.8, end: asked + life };
    return this.current;
  }

  private post(): Promise<Record<string, unknown>> {
    const { tokenUrl = '', clientId = '', clientSecret = '', scope, audience } = this.auth;
    if (!URL.canParse(tokenUrl) || !/^https?:$/.test(new URL(tokenUrl).protocol)) {
      throw new StaError('config', 'token', 'the address of the tokens is not one that can be used');
    }
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scope) form.set('scope', scope);
    if (audience) form.set('audience', audience);
    const headers: Record<string, string> = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    };
    if (this.inBody) {
      form.set('client_id', clientId);
      form.set('client_secret', clientSecret);
    } else {
      const pair = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(':');
      headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    }
    const { tls, longest } = this;
    return send(new URL(tokenUrl), headers, form.toString(), { tls, longest }, [
      clientSecret,
      headers['authorization']?.replace('Basic ', ''),
    ]);
  }
}

/** What went wrong, without anything that was sent. */
function tokenError(error: StaError): StaError {
  const kind = error.status === 400 || error.kind === 'config' ? 'auth' : error.kind;
  return new StaError(kind, 'token', error.message, error.status, error.retryAfter);
}

/** Redirects are not followed: the secret is for this address. */
function send(
  url: URL,
  headers: Record<string, string>,
  body: string,
  { tls, longest }: { tls: AgentOptions; longest: number },
  secrets: readonly (string | undefined)[],
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const options = { method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } };
    const request = secure ? httpsRequest(url, { ...tls, ...options }) : httpRequest(url, options);
    request.setTimeout(TIMEOUT, () => request.destroy(new StaError('transient', 'timeout', 'no answer in time')));
    limitWhole(request, longest, 'transient');
    request.on('error', (thrown) => reject(networkError(thrown)));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) request.destroy(new StaError('auth', 'token', 'the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('error', (thrown) => reject(networkError(thrown)));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const status = response.statusCode ?? 0;
        if (status !== 200) {
          reject(
            statusError(
              status,
              withoutSecrets(text, secrets),
              readRetryAfter(response.headers['retry-after'], Date.now()),
            ),
          );
          return;
        }
        try {
          resolve(JSON.parse(text) as Record<string, unknown>);
        } catch {
          reject(new StaError('auth', 'token', 'the answer is not JSON'));
        }
      });
    });
    request.end(body);
  });
}
