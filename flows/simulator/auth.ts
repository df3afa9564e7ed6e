/** Who may ask: fixed logins, API keys, and tokens that the simulator gives out itself and that run out. */
import type { IncomingMessage } from 'node:http';
import type { Answer } from './service';

export interface Auth {
  user?: string;
  password?: string;
  bearer?: string;
  /** Header and value of an API key, or the name of an option in the address. */
  apiKey?: { header?: string; query?: string; value: string };
  /** OAuth2 client credentials: tokens from `…/token`, good for `seconds`, and for so many requests where that is said. */
  oauth2?: { clientId: string; clientSecret: string; seconds: number; requests?: number };
}

export interface Gate {
  /** Whether anybody has to say who they are. */
  readonly isClosed: boolean;
  allows(request: IncomingMessage, url: URL): boolean;
  /** User and password of an MQTT connection; a token comes as the password. */
  allowsMqtt(user: string | undefined, password: string | undefined): boolean;
  /** Answer of the address that gives out tokens. */
  token(body: URLSearchParams, authorization: string | undefined): Answer;
  /** Makes all tokens that were given out worthless. */
  revoke(): void;
  /** Tokens given out so far. */
  readonly issued: number;
}

export function createGate(auth: Auth | undefined): Gate {
  const tokens = new Map<string, { until: number; left: number }>();
  let issued = 0;
  const isToken = (text: string | undefined): boolean => {
    const token = tokens.get(text ?? '');
    return token !== undefined && token.until > Date.now() && token.left-- > 0;
  };
  return {
    isClosed: auth !== undefined,
    get issued() {
      return issued;
    },
    allows(request, url) {
      if (!auth) return true;
      const { authorization } = request.headers;
      const { apiKey } = auth;
      if (apiKey)
        return (
          (apiKey.query === undefined
            ? request.headers[String(apiKey.header).toLowerCase()]
            : url.searchParams.get(apiKey.query)) === apiKey.value
        );
      if (auth.oauth2) return isToken(/^Bearer (.+)$/.exec(authorization ?? '')?.[1]);
      return authorization === (auth.bearer ? `Bearer ${auth.bearer}` : basic(auth.user, auth.password));
    },
    allowsMqtt(user, password) {
      if (!auth || auth.apiKey) return true;
      if (auth.oauth2) return isToken(password);
      return auth.bearer ? password === auth.bearer : user === auth.user && password === auth.password;
    },
    token(body, authorization) {
      const wanted = auth?.oauth2;
      if (!wanted || body.get('grant_type') !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      const inBody = body.get('client_id') === wanted.clientId && body.get('client_secret') === wanted.clientSecret;
      if (!inBody && authorization !== basic(wanted.clientId, wanted.clientSecret))
        return { status: 401, body: { error: 'invalid_client' } };
      const token = `simulated-token-${++issued}-${Math.random().toString(36).slice(2)}`;
      tokens.set(token, { until: Date.now() + wanted.seconds * 1000, left: wanted.requests ?? Infinity });
      return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: wanted.seconds } };
    },
    revoke: () => tokens.clear(),
  };
}

function basic(user = '', password = ''): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
