/**
 * Where the web interfaces of all journals hang: under `/city-events/<name>/v1` of Node-RED's own HTTP nodes, so that its
 * `httpNodeAuth`, its middleware and its HTTPS hold for them, too. Mounted once for ever; what is closed is not there.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from './api';

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** The part of Node-RED's HTTP side that is needed; it is missing where `httpNodeRoot` is false. */
export interface HttpNode {
  use?: (path: string, handler: Handler) => void;
}

export const ROOT = '/city-events';
/** A name in an address: letters, digits and dashes. */
export const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export class Mount {
  private readonly open = new Map<string, Api>();
  private mounted = false;

  constructor(private readonly http: HttpNode | undefined) {}

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

  private handle(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const [, name = '', version = ''] = /^\/([^/?]*)(\/v1)?(?=[/?]|$)/.exec(request.url ?? '') ?? [];
    const api = version === '' ? undefined : this.open.get(name);
    if (api === undefined) {
      next();
      return;
    }
    const rest = request.url!.slice(name.length + 1 + version.length);
    request.url = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
    api.handle(request, response);
  }
}
