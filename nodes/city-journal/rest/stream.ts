/**
 * The live stream (server-sent events, WHATWG HTML 9.2): each change of an alarm as it happens. Numbered, so that a client
 * that was cut off goes on where it was (Last-Event-ID); where that is too long ago it is told to read everything anew.
 * A client that does not keep up is let go instead of being waited for.
 */
import type { ServerResponse } from 'node:http';
import type { AlarmView } from '../journal-source';

/** Changes that are remembered for those who come back. */
const REMEMBERED = 1000;
const MOST_CLIENTS = 100;
/** Of one token: whoever opens ever more with it must leave room for the boards of others. */
export const MOST_OF_TOKEN = 25;
/** Bytes that may wait for a client. */
const MOST_WAITING = 1_000_000;
/** Milliseconds between two signs of life: proxies cut what is silent for a minute. */
const HEARTBEAT = 15_000;
/** Milliseconds after which a client that was cut off comes back. */
const RETRY = 3000;

/** What a client is told, and the hash of the token that it came with. */
export interface Wanted {
  wants: (view: AlarmView) => boolean;
  token: string;
}

interface Client extends Wanted {
  response: ServerResponse;
}

export class AlarmStream {
  private readonly clients = new Set<Client>();
  private readonly past: { id: number; view: AlarmView }[] = [];
  private last: number;
  private timer: NodeJS.Timeout | undefined;

  /** @param first the number of the first change: greater than any of a run before */
  constructor(first: number) {
    this.last = first;
  }

  get size(): number {
    return this.clients.size;
  }

  get isFull(): boolean {
    return this.clients.size >= MOST_CLIENTS;
  }

  isFullFor(token: string): boolean {
    let count = 0;
    for (const client of this.clients) if (client.token === token) count++;
    return count >= MOST_OF_TOKEN;
  }

  /** @param since the number that the client saw last, as it says it */
  add(response: ServerResponse, { wants, token }: Wanted, since: string | undefined): void {
    const client: Client = { token, response, wants };
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RETRY}\n\n`);
    response.on('close', () => this.drop(client));
    response.on('error', () => this.drop(client));
    this.clients.add(client);
    this.catchUp(client, since);
    this.timer ??= setInterval(() => this.beat(), HEARTBEAT).unref();
  }

  changed(view: AlarmView): void {
    const id = ++this.last;
    this.past.push({ id, view });
    if (this.past.length > REMEMBERED) this.past.shift();
    let text: string | undefined;
    for (const client of this.clients) if (client.wants(view)) this.write(client, (text ??= textOf(id, view)));
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const client of [...this.clients]) this.drop(client);
  }

  private catchUp(client: Client, since: string | undefined): void {
    const seen = since !== undefined && /^\d{1,15}$/.test(since) ? Number(since) : undefined;
    const oldest = this.past[0]?.id ?? this.last + 1;
    if (seen === undefined || seen + 1 < oldest || seen > this.last) {
      // what there is now is in the list of alarms; from here on every change is told
      this.write(client, `id: ${this.last}\nevent: reset\ndata: {}\n\n`);
      return;
    }
    for (const { id, view } of this.past) if (id > seen && client.wants(view)) this.write(client, textOf(id, view));
  }

  private beat(): void {
    for (const client of this.clients) this.write(client, ':\n\n');
  }

  private write(client: Client, text: string): void {
    if (client.response.writableLength > MOST_WAITING) this.drop(client);
    else client.response.write(text);
  }

  private drop(client: Client): void {
    if (!this.clients.delete(client)) return;
    client.response.destroy();
    if (this.clients.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function textOf(id: number, view: AlarmView): string {
  return `id: ${id}\nevent: alarm\ndata: ${JSON.stringify(view)}\n\n`;
}
