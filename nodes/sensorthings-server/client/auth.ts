/** Who we are, for HTTP and MQTT. Values come from the credential store and are never logged. */

import type { AgentOptions } from 'node:https';
import { Tokens } from './token';

export interface Auth {
  type: 'none' | 'basic' | 'bearer' | 'apikey' | 'oauth2';
  user?: string;
  password?: string;
  /** Bearer token, or the value of the API key. */
  token?: string;
  /** Name of the header (or of the option in the address) of an API key. */
  header?: string;
  /** Where the API key goes; in a header when left out. */
  keyIn?: 'header' | 'query';
  /** OAuth2 client credentials (RFC 6749, 4.4). */
  tokenUrl?: string;
  clientId?: string;
  clientSecret?: string;
  scope?: string;
  audience?: string;
}

/** Headers that must not be set by an API key's name. */
const RESERVED = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'accept-encoding']);

/** The headers that prove who we are; only ever sent to the configured origin. */
function authHeaders(auth: Auth): Record<string, string> {
  if (auth.type === 'basic') {
    const pair = `${auth.user ?? ''}:${auth.password ?? ''}`;
    return { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
  }
  if (auth.type === 'bearer' && auth.token) return { authorization: `Bearer ${clean(auth.token)}` };
  if (auth.type === 'apikey' && auth.keyIn !== 'query' && auth.token && auth.header) {
    const name = auth.header.trim().toLowerCase();
    if (/^[a-z0-9-]{1,80}$/.test(name) && !RESERVED.has(name)) return { [name]: clean(auth.token) };
  }
  return {};
}

/** A line break in a token would start a new header. */
function clean(token: string): string {
  return token.replace(/[\r\n]+/g, '').trim();
}

/** What the MQTT connection says of us. */
export interface MqttLogin {
  username?: string;
  password?: string;
  /** Monotonic time (milliseconds) at which the login should be renewed. */
  renew?: number;
}

/** Who we are, as it is now: tokens are fetched and renewed behind it. */
export class Login {
  private readonly tokens: Tokens | undefined;

  /** @param tls options of the connection to the address that gives out tokens */
  constructor(
    private readonly auth: Auth,
    tls?: AgentOptions,
  ) {
    if (auth.type === 'oauth2') this.tokens = new Tokens(auth, tls);
  }

  /** What must not be told to anybody. @param headers that were sent */
  secrets(headers: Readonly<Record<string, string>>): (string | undefined)[] {
    const { password, token, clientSecret } = this.auth;
    const sent = Object.values(headers).map((value) => value.replace(/^(?:Basic|Bearer) /, ''));
    return [...sent, password, token && clean(token), clientSecret];
  }

  /** The headers that prove who we are; only for the configured origin. */
  async headers(): Promise<Record<string, string>> {
    if (!this.tokens) return authHeaders(this.auth);
    return { authorization: `Bearer ${clean((await this.tokens.get()).text)}` };
  }

  /** The address as it is sent: with the API key in it, where that is its place. */
  address(url: URL): URL {
    const { type, keyIn, header, token } = this.auth;
    if (type !== 'apikey' || keyIn !== 'query' || !header || !token) return url;
    const sent = new URL(url);
    // by hand: URLSearchParams would write the whole query anew, with + for blanks
    const query = sent.search
      .slice(1)
      .split('&')
      .filter((part) => part !== '' && decode(part.split('=')[0]!) !== header);
    sent.search = [...query, `${encodeURIComponent(header)}=${encodeURIComponent(clean(token))}`].join('&');
    return sent;
  }

  /**
   * The server has refused these headers.
   * @returns true where others may help: a token that has run out early
   */
  refused(headers: Readonly<Record<string, string>>): boolean {
    if (!this.tokens) return false;
    this.tokens.refused((headers['authorization'] ?? '').replace(/^Bearer /, ''));
    return true;
  }

  /** User and password of an MQTT connection. FROST with Keycloak takes a token as the password. */
  async mqtt(): Promise<MqttLogin> {
    const { auth, tokens } = this;
    if (tokens) {
      const { text, renew } = await tokens.get();
      return { username: auth.clientId || 'token', password: clean(text), renew };
    }
    if (auth.type === 'basic') return { username: auth.user ?? '', password: auth.password ?? '' };
    if (auth.type === 'bearer' && auth.token) return { username: auth.user || 'token', password: clean(auth.token) };
    return {};
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
