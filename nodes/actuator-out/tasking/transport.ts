/** Orders as Tasks of a SensorThings server, by HTTP: by MQTT a server says nothing of what it was given. */
import { formatDuration } from '../../ecdm/duration';
import { networkError, type StaError } from '../../sensorthings-server/client/errors';
import { createTask, findTask, taskState, type TaskServer } from '../../sensorthings-server/client/tasking';
import { parseJson } from '../address';
import type { Order } from '../order';
import type { Sent, Transport, Verdict } from '../outbox-parts';
import { SendError } from '../send-error';
import type { ActuatorSettings } from '../settings';

/** Milliseconds between two looks at a Task that is to be seen to be done. */
const ASK_EVERY = 2000;
const MOST_REMEMBERED = 1000;

export class TaskingTransport implements Transport {
  private readonly ends = new AbortController();
  /** Keys of the Tasks made last: none of them is the one that is looked for. */
  private readonly made = new Set<string>();
  readonly askEvery: number | undefined;

  constructor(
    private readonly server: TaskServer,
    private readonly settings: Pick<ActuatorSettings, 'within' | 'confirmBy'>,
  ) {
    this.askEvery = settings.confirmBy === 'answer' ? ASK_EVERY : undefined;
  }

  ready(): boolean {
    return true;
  }

  close(): void {
    this.ends.abort();
  }

  async send(order: Order, handedOver: () => void): Promise<Sent> {
    const { within } = this.settings;
    const limit = AbortSignal.timeout(within);
    try {
      const signal = AbortSignal.any([limit, this.ends.signal]);
      const making = createTask(this.server, order.address, parseJson(order.body), signal);
      handedOver();
      const task = await making;
      this.remember(task);
      return { task };
    } catch (thrown) {
      if (limit.aborted) throw new SendError('timeout', { time: formatDuration(within) }, 'maybe');
      if (this.ends.signal.aborted) throw new SendError('closed');
      throw sendErrorOf(networkError(thrown));
    }
  }

  private remember(task: string | undefined): void {
    if (task === undefined) return;
    this.made.add(task);
    if (this.made.size > MOST_REMEMBERED) this.made.delete(this.made.values().next().value!);
  }

  /** By its key where it is known, else by what it orders and when. */
  async ask(order: Order, since: number, task?: string): Promise<Verdict | undefined> {
    const signal = AbortSignal.any([AbortSignal.timeout(this.settings.within), this.ends.signal]);
    const key = task ?? (await findTask(this.server, order.address, parseJson(order.body), since, this.made, signal));
    if (key === undefined) return { is: 'absent' };
    const state = await taskState(this.server, key, signal);
    if (state === 'refused') return { is: 'refused' };
    // a Task that was taken away again was there once: that says nothing of what was done
    if (state === 'absent') return undefined;
    return state === 'done' && this.settings.confirmBy === 'answer' ? { is: 'done' } : { is: 'accepted', task: key };
  }
}

function sendErrorOf({ kind, code, message, status, retryAfter }: StaError): SendError {
  const parameters = { reason: message.slice(0, 200) };
  if (code === 'not-sent') return new SendError('unreachable', parameters, 'never');
  if (kind === 'throttle') return new SendError('status', { status: status ?? 429 }, 'never', retryAfter ?? 0);
  if (status !== undefined && status >= 400 && status < 500) return new SendError('refused', parameters);
  return new SendError('unreachable', parameters, kind === 'config' || kind === 'auth' ? 'final' : 'maybe');
}
