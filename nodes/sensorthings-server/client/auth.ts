/** Who we are, for HTTP and MQTT. Values come from the credential store and are never logged. */

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
export function authHeaders(auth: Auth): Record<string, string> {
  if (auth.type === 'basic') {
    const pair = `${auth.user ?? ''}:${auth.password ?? ''}`;
    return { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
  }
  if (auth.type === 'bearer' && auth.token) return { authorization: `Bearer ${clean(auth.token)}` };
  if (auth.type === 'apikey' && auth.token && auth.header) {
    const name = auth.header.trim().toLowerCase();
    if (/^[a-z0-9-]{1,80}$/.test(name) && !RESERVED.has(name)) return { [name]: clean(auth.token) };
  }
  return {};
}

/** A line break in a token would start a new header. */
function clean(token: string): string {
  return token.replace(/[\r\n]+/g, '').trim();
}

/** User and password of the MQTT connection. */
export function mqttLogin(auth: Auth): { username?: string; password?: string } {
  if (auth.type === 'basic') return { username: auth.user ?? '', password: auth.password ?? '' };
  // FROST with Keycloak takes a token as the password
  if (auth.type === 'bearer' && auth.token) return { username: auth.user || 'token', password: clean(auth.token) };
  return {};
}
