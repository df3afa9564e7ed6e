/** What went wrong while talking to a server, sorted by what to do about it. */
import { wellFormed } from '../../ecdm/template';

/**
 * - `config`: only a person can mend it (wrong address, refused query); tried again at most every 5 minutes
 * - `auth`: refused; tried again after 30 s and more
 * - `throttle`: the server asks to wait
 * - `transient`: the network or the server is away; comes back by itself
 * - `size`: the answer is too large or took too long; ask for less
 */
export type ErrorKind = 'config' | 'auth' | 'throttle' | 'transient' | 'size';

export class StaError extends Error {
  constructor(
    readonly kind: ErrorKind,
    /** Stable, for programs and for the sentence of the form: `not-found`, `unauthorized`, `refused` … */
    readonly code: string,
    message: string,
    readonly status?: number,
    /** Milliseconds that the server asks to wait. */
    readonly retryAfter?: number,
  ) {
    super(message.length > 300 ? `${message.slice(0, 299)}…` : message);
  }
}

/** Codes of a connection that was never made: nothing has arrived. The last one is that of fetch. */
export const NEVER_MADE: ReadonlySet<string> = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'UND_ERR_CONNECT_TIMEOUT',
]); // prettier-ignore

/** Longest wait that a server may ask for. */
const LONGEST_WAIT = 3_600_000;

/** Reads Retry-After: seconds or an HTTP date. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT) : undefined;
}

/** The words of an error body, whatever its shape: `{message}`, `{error}`, `{detail}`, HTML or nothing. */
export function errorText(body: string): string {
  const text = body.slice(0, 5000);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      const { message, detail, error } = parsed as Record<string, unknown>;
      const words = [message, detail, error].map((word) =>
        typeof word === 'object' && word !== null ? (word as { message?: unknown }).message : word,
      );
      const said = words.filter((word): word is string => typeof word === 'string' && word !== '');
      if (said.length > 0) return said.join(' ');
    }
  } catch {
    // not JSON
  }
  return text
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Shorter ones stand in too many words by chance. */
const SHORTEST_SECRET = 4;

/**
 * Takes out of an answer what proves who we are: a server may repeat the request in the words of an error, and these are
 * shown to people and written to logs.
 */
export function withoutSecrets(answer: string, secrets: readonly (string | undefined)[]): string {
  let text = answer;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST_SECRET) continue;
    text = text.replaceAll(secret, '…').replaceAll(encodeURIComponent(wellFormed(secret)), '…');
  }
  return text;
}

/**
 * The error of an HTTP status.
 * @param wants WWW-Authenticate of a 401: its scheme is told, because it says which login is missing
 */
export function statusError(status: number, body: string, retryAfter: number | undefined, wants?: string): StaError {
  const said = errorText(body).slice(0, 200);
  const scheme = /^\s*([A-Za-z][A-Za-z0-9-]{0,20})\b/.exec(wants ?? '')?.[1];
  const login = status === 401 && scheme !== undefined ? ` (login: ${scheme})` : '';
  const message = `HTTP ${status}${login}${said === '' ? '' : `: ${said}`}`;
  if (status === 401 || status === 403) {
    return new StaError('auth', status === 401 ? 'unauthorized' : 'forbidden', message, status);
  }
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    return new StaError('throttle', 'throttled', message, status, retryAfter);
  }
  if (status === 413 || status === 504) return new StaError('size', 'too-much', message, status);
  if (status === 408 || status === 425 || status >= 500) return new StaError('transient', 'server', message, status);
  return new StaError('config', status === 404 || status === 410 ? 'not-found' : 'refused', message, status);
}

const TLS = /CERT|SIGNED|TLS|SSL|ALTNAME|ISSUER|UNABLE_TO_/;

/** The error of a connection that could not be made or broke. */
export function networkError(thrown: unknown): StaError {
  if (thrown instanceof StaError) return thrown;
  const { code = '', message = String(thrown) } = thrown as NodeJS.ErrnoException;
  if (TLS.test(code)) return new StaError('config', 'certificate', `${code}: ${message}`);
  if (code === 'ENOTFOUND') return new StaError('transient', 'unknown-host', message);
  if (code === 'ECONNREFUSED') return new StaError('transient', 'no-server', message);
  return new StaError('transient', 'network', message === '' ? code : message);
}

/** Full jitter: any wait up to a limit that doubles with every failure. */
export function backoff(failures: number, base = 500, most = 60_000, random: () => number = Math.random): number {
  return random() * Math.min(most, base * 2 ** Math.min(failures, 20));
}

/** How long to wait before trying again after an error that many times in a row. */
export function waitFor(error: StaError, failures: number): number {
  switch (error.kind) {
    case 'config':
      return 300_000;
    case 'auth':
      return Math.min(30_000 * 2 ** Math.min(failures, 5), 600_000);
    case 'throttle':
      return (error.retryAfter ?? 10_000) + backoff(0);
    default:
      // never at once: a server that comes back is not to be met by all at the same moment
      return 250 + backoff(failures);
  }
}
