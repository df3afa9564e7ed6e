/** Commands over HTTP. */
import { formatDuration } from '../ecdm/duration';
import { wellFormed } from '../ecdm/template';
import { text as say } from '../ecdm/text';
import type { Order } from './order';
import { SendError, type Transport } from './outbox';
import type { ActuatorSettings } from './settings';

export interface HttpCredentials {
  user?: string;
  password?: string;
  token?: string;
}

/** Most of an answer that is read. */
const ANSWER_LIMIT = 65_536;

export class HttpTransport implements Transport {
  private readonly ends = new AbortController();

  constructor(
    private readonly settings: Pick<ActuatorSettings, 'method' | 'auth' | 'within' | 'language'>,
    private readonly credentials: HttpCredentials,
  ) {}

  ready(): boolean {
    return true;
  }

  close(): void {
    this.ends.abort();
  }

  async send(order: Order, handedOver: () => void): Promise<boolean> {
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
      if (!answer.ok) throw new SendError('status', { status: answer.status });
      if (order.expect === '' || order.level !== 'done') return true;
      if (!text.includes(order.expect)) throw new SendError('notConfirmed');
      return true;
    } catch (thrown) {
      if (thrown instanceof SendError) throw thrown;
      if (limit.aborted) throw new SendError('timeout', { time: formatDuration(within) });
      if (this.ends.signal.aborted) throw new SendError('closed');
      throw new SendError('unreachable', { reason: reasonOf(thrown, this.settings.language) });
    }
  }

  private headers(order: Order): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': /^\s*[{[]/.test(order.body) ? 'application/json' : 'text/plain; charset=utf-8',
      // so that the far side can tell a repeated command from a new one
      'idempotency-key': encodeURIComponent(wellFormed(order.commandId)).slice(0, 250),
    };
    const { user = '', password = '', token = '' } = this.credentials;
    if (this.settings.auth === 'basic') {
      headers['authorization'] = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
    }
    if (this.settings.auth === 'bearer') headers['authorization'] = `Bearer ${token}`;
    return headers;
  }
}

/** The code of a network error (ECONNREFUSED); never its message, which may hold the address with its query. */
function reasonOf(thrown: unknown, language: string): string {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined;
  // fetch refuses some ports, such as 6000: people must know
  if (cause instanceof Error && cause.message === 'bad port') return cause.message;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : say(language, 'order.network');
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
