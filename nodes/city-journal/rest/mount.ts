/**
 * Where the web interfaces of all journals hang: under `/city-events/<name>/v1` of Node-RED's own HTTP nodes, so that its
 * `httpNodeAuth`, its middleware and its HTTPS hold for them, too. Mounted once for ever; what is closed is not there.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from './api';
import { ROOT } from './names';

export type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** The part of Node-RED's HTTP side that is needed; it is missing where `httpNodeRoot` is false. */
export interface HttpNode {
  use?: (path: string, handler: Handler) => void;
}

export class Mount {
  private readonly open = new Map<string, Api>();
  private mounted = false;

  /** @param before what the server's owner lets every request of a flow go through (settings.js, `httpNodeMiddleware`) */
  constructor(
    private readonly http: HttpNode | undefined,
    private readonly before: readonly Handler[] = [],
  ) {}

  /** @returns closes it again; `undefined` where there is no HTTP side, or another one has the name */
  add(name: string, api: Api): (() => void) | undefined {
    if (this.http?.use === undefined || this.open.has(name)) return undefined;
    this.open.set(name, api);
    if (!this.mounted) this.http.use(ROOT, (request, response, next) => this.handle(request, response, next));
    this.mounted = true;
    return () => {
      if (this.open.get(name) === api) this.open.delete(name);
      api.close();
    };
  }

  private handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void {
    const [, name = '', version = ''] = /^\/([^/?]*)(\/v1)?(?=[/?]|$)/.exec(request.url ?? '') ?? [];
    const api = version === '' ? undefined : this.open.get(name);
    if (api === undefined) {
      next();
      return;
    }
    this.pass(0, request, response, (error) => {
      if (error !== undefined) {
        next(error);
        return;
      }
      const rest = request.url!.slice(name.length + 1 + version.length);
      request.url = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
      api.handle(request, response);
    });
  }

  private pass(n: number, request: IncomingMessage, response: ServerResponse, done: (error?: unknown) => void): void {
    const handler = this.before[n];
    if (handler === undefined) done();
    else handler(request, response, (error) => (error ? done(error) : this.pass(n + 1, request, response, done)));
  }
}
