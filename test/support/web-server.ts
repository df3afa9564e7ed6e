/** A web server on 127.0.0.1 for tests, with everything that it was asked. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export class TestWeb {
  readonly requests: Asked[] = [];
  /** What it answers; `ok` until a test wants something else. */
  answer: (response: ServerResponse, asked: Asked) => void = ok;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestWeb> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const asked = { method, url, headers, body };
        web.requests.push(asked);
        web.answer(response, asked);
      });
    });
    const web = new TestWeb(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return web;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As it was at the start. */
  forget(): void {
    this.requests.length = 0;
    this.answer = ok;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function ok(response: ServerResponse): void {
  response.end('ok');
}
