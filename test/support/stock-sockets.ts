/**
 * Listens to what a browser would be told by the stock nodes: node-red-dashboard speaks socket.io, the worldmap SockJS.
 * Neither client library is installed here; both protocols are small enough to be spoken directly.
 */
import { waitFor } from './node-red';

export interface SocketEvent {
  event: string;
  data: any;
}

/** socket.io over HTTP long polling (the dashboard refuses a socket that does not begin with polling). */
export class DashboardSocket {
  readonly events: SocketEvent[] = [];
  private open = true;
  private loop: Promise<void> = Promise.resolve();

  private constructor(private readonly address: string) {}

  /** @param url of Node-RED */
  static async connect(url: string, path = '/ui'): Promise<DashboardSocket> {
    const base = `${url}${path}/socket.io/?EIO=4&transport=polling`;
    const hello = await (await fetch(base)).text();
    const { sid } = JSON.parse(hello.slice(1)) as { sid: string };
    const socket = new DashboardSocket(`${base}&sid=${sid}`);
    await socket.write('40');
    socket.loop = socket.read();
    await waitFor('the dashboard to send its layout', () => socket.events.some((e) => e.event === 'ui-controls'));
    return socket;
  }

  /** Data of all events of this name so far. */
  all(event: string): any[] {
    return this.events.filter((e) => e.event === event).map((e) => e.data as unknown);
  }

  /** The newest value of a widget, by the node's id. */
  async value(id: string, suits: (data: any) => boolean = () => true): Promise<any> {
    return waitFor(`a value of the widget ${id}`, () => {
      const found = this.all('update-value').filter((data) => data?.id === id && suits(data));
      return found.at(-1) as unknown;
    });
  }

  async emit(event: string, data: unknown): Promise<void> {
    await this.write(`42${JSON.stringify([event, data])}`);
  }

  async close(): Promise<void> {
    this.open = false;
    await this.write('1').catch(() => undefined);
    await this.loop;
  }

  private async write(packet: string): Promise<void> {
    const answer = await fetch(this.address, {
      method: 'POST',
      body: packet,
      headers: { 'content-type': 'text/plain' },
    });
    await answer.text();
  }

  private async read(): Promise<void> {
    while (this.open) {
      let text: string;
      try {
        const answer = await fetch(this.address);
        text = await answer.text();
        if (!answer.ok) return;
      } catch {
        return;
      }
      for (const packet of text.split('\x1e')) {
        if (packet === '2') await this.write('3');
        if (!packet.startsWith('42')) continue;
        const [event, data] = JSON.parse(packet.slice(2)) as [string, unknown];
        this.events.push({ event, data });
      }
    }
  }
}

/** The worldmap's SockJS over a raw web socket. */
export class WorldmapSocket {
  /** Everything that the server wrote, in order. */
  readonly sent: any[] = [];

  private constructor(private readonly socket: WebSocket) {}

  static async connect(url: string, path = '/worldmap'): Promise<WorldmapSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}/socket/websocket`);
    const map = new WorldmapSocket(socket);
    socket.addEventListener('message', (event) => map.sent.push(JSON.parse(String(event.data))));
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the worldmap does not answer')));
    });
    socket.send(JSON.stringify({ action: 'connected' }));
    await waitFor('the worldmap to greet', () => map.sent.length >= 2);
    return map;
  }

  /** What a browser would tell when somebody draws. */
  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Waits for a message about the thing of this name. */
  async thing(name: string, suits: (data: any) => boolean = () => true): Promise<any> {
    return waitFor(`the map to be told of ${name}`, () => {
      return this.sent.filter((data) => data?.name === name && suits(data)).at(-1) as unknown;
    });
  }

  close(): void {
    this.socket.close();
  }
}
