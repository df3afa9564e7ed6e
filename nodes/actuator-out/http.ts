/** Commands over HTTP. */
import { createHash } from 'node:crypto';
import { formatDuration } from '../ecdm/duration';
import { wellFormed } from '../ecdm/template';
import { text as say } from '../ecdm/text';
import type { Order } from './order';
import { NEVER_MADE, readRetryAfter } from '../sensorthings-server/client/errors';
import { readTold } from './answers';
import { callbackUrl } from './callback-address';
import type { Sent, Transport, Verdict } from './outbox-parts';
import { SendError } from './send-error';
import type { ActuatorSettings } from './settings';

export interface HttpCredentials {
  user?: string;
  password?: string;
  token?: string;
}

/** Most of an answer that is read. */
const ANSWER_LIMIT = 65_536;

/** Milliseconds between two questions while an order is to be seen to be done. */
const ASK_EVERY = 2000;

/** The far side says itself that it has not done it, and that it may do it later. */
const NOT_NOW = new Set([425, 429, 503]);
/** It may have been done all the same. */
const WHO_KNOWS = new Set([408, 500, 502, 504]);
const LONGEST_WAIT = 600_000;
/** Longest name of a command in a header, as it is; of a longer one its SHA-256. */
const LONGEST_KEY = 250;

type Settings = Pick<
  ActuatorSettings,
  'method' | 'auth' | 'within' | 'language' | 'confirmBy' | 'askAt' | 'callbackBase'
>;

export class HttpTransport implements Transport {
  private readonly ends = new AbortController();
  readonly ask?: Transport['ask'];
  readonly askEvery?: number;

  constructor(
    private readonly settings: Settings,
    private readonly credentials: HttpCredentials,
  ) {
    if (settings.askAt === '') return;
    this.ask = (order) => this.askAfter(order);
    this.askEvery = ASK_EVERY;
  }

  ready(): boolean {
    return true;
  }

  close(): void {
    this.ends.abort();
  }

  async send(order: Order, handedOver: () => void): Promise<Sent> {
    const { method, within } = this.settings;
    const limit = AbortSignal.timeout(within);
    try {
      const answering = fetch(order.address, {
        method,
        headers: this.headers(order),
        body: method === 'GET' ? undefined : order.body,
        // an address that points elsewhere would take the credentials along
        redirect: 'manual',
        signal: AbortSignal.any([limit, this.ends.signal]),
      });
      handedOver();
      const answer = await answering;
      const text = await readShort(answer);
      if (answer.status >= 300 && answer.status < 400) throw new SendError('redirect', { status: answer.status });
      if (!answer.ok) throw statusError(answer);
      if (this.settings.confirmBy !== 'answer') return {};
      if (order.expect === '' || order.level !== 'done') return { done: true };
      // where one can ask, it may be done a while later
      if (!text.includes(order.expect) && this.ask === undefined) throw new SendError('notConfirmed');
      return { done: text.includes(order.expect) };
    } catch (thrown) {
      if (thrown instanceof SendError) throw thrown;
      if (limit.aborted) throw new SendError('timeout', { time: formatDuration(within) }, 'maybe');
      if (this.ends.signal.aborted) throw new SendError('closed');
      const code = codeOf(thrown);
      const arrival = NEVER_MADE.has(code) ? 'never' : code === BAD_PORT ? 'final' : 'maybe';
      throw new SendError('unreachable', { reason: code || say(this.settings.language, 'order.network') }, arrival);
    }
  }

  /** A 404 says that it never arrived; a state or the expected text that it is done; all else says nothing. */
  private async askAfter(order: Order): Promise<Verdict | undefined> {
    if (order.askAt === undefined || order.askAt === '') return undefined;
    const signal = AbortSignal.any([AbortSignal.timeout(this.settings.within), this.ends.signal]);
    const answer = await fetch(order.askAt, { headers: this.login(), redirect: 'manual', signal });
    const text = await readShort(answer);
    if (answer.status === 404) return { is: 'absent' };
    if (!answer.ok) return undefined;
    const told = readTold(text);
    if (told !== undefined) return { is: told };
    return order.expect !== '' && text.includes(order.expect) ? { is: 'done' } : undefined;
  }

  private headers(order: Order): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': /^\s*[{[]/.test(order.body) ? 'application/json' : 'text/plain; charset=utf-8',
      // so that the far side can tell a repeated command from a new one
      'idempotency-key': idempotencyKey(order.commandId),
    };
    const callback = callbackUrl(this.settings.callbackBase, order);
    if (callback !== undefined) headers['x-callback-url'] = callback;
    return { ...headers, ...this.login() };
  }

  private login(): Record<string, string> {
    const { user = '', password = '', token = '' } = this.credentials;
    switch (this.settings.auth) {
      case 'basic':
        return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` };
      case 'bearer':
        return { authorization: `Bearer ${token}` };
      default:
        return {};
    }
  }
}

function statusError({ status, headers }: Response): SendError {
  const wait = readRetryAfter(headers.get('retry-after') ?? undefined, Date.now()) ?? 0;
  const arrival = NOT_NOW.has(status) ? 'never' : WHO_KNOWS.has(status) ? 'maybe' : 'final';
  return new SendError('status', { status }, arrival, Math.min(wait, LONGEST_WAIT));
}

/** Never cut: what tells two revisions of a long id apart stands at its end, and the second would be taken for a repeat. */
function idempotencyKey(commandId: string): string {
  const key = encodeURIComponent(wellFormed(commandId));
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(commandId).digest('hex');
}

/** What fetch says of a port that it refuses, such as 6000: people must know. */
const BAD_PORT = 'bad port';

/** The code of a network error (ECONNREFUSED); never its message, which may hold the address with its query. */
function codeOf(thrown: unknown): string {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined;
  if (cause instanceof Error && cause.message === BAD_PORT) return BAD_PORT;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Reads at most 64 kB; the rest is left where it is. */
async function readShort(answer: Response): Promise<string> {
  if (answer.body === null) return '';
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < ANSWER_LIMIT) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, ANSWER_LIMIT);
}
