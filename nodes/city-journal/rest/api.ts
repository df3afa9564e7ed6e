/**
 * The web interface of a journal: closed unless it was opened, and then only for those who have a token. Finds the route,
 * asks who it is, reads what was sent within bounds, and turns whatever goes wrong into an answer that says what to do.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AlarmView, Journal, Off } from '../journal-source';
import { ApiError, type Answer } from './answer';
import { openApi } from './openapi';
import { readParameters } from './parameters';
import { routes, type Context, type Route, type Streaming } from './routes';
import { AlarmStream } from './stream';
import { tagOf, tagsOf } from './tags';
import { preferredLanguage, say } from './texts';
import { Throttle } from './throttle';
import { findToken, mayDo, type Token } from './tokens';

const BODY_LIMIT = 65_536;
/** Milliseconds within which a body must have come. */
const BODY_TIME = 10_000;
const PATH_LIMIT = 4000;

export interface ApiOptions {
  journal: Journal;
  tokens: readonly Token[];
  /** Of the flow, where the request does not prefer one. */
  language: string | undefined;
  /** Of the interface. */
  version: string;
  now: () => number;
  /** What went wrong and nobody foresaw; the request is told no more than that it did. */
  failed: (thrown: unknown) => void;
}

interface Found {
  route: Route;
  path: Record<string, string>;
}

export class Api {
  private readonly stream: AlarmStream;
  private readonly throttle: Throttle;
  private readonly requests = new Map<number, number>();
  private readonly off: Off;

  constructor(private readonly options: ApiOptions) {
    this.stream = new AlarmStream(options.now());
    this.throttle = new Throttle(options.now);
    this.off = options.journal.onChange((view: AlarmView) => this.stream.changed(view));
  }

  /** Answers a request, whose address begins behind the place where the interface is mounted. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.answer(request, response).catch((thrown: unknown) => {
      if (!(thrown instanceof ApiError)) this.options.failed(thrown);
      const error = thrown instanceof ApiError ? thrown : new ApiError(500, 'internal');
      this.refuse(request, response, error);
    });
  }

  close(): void {
    this.off();
    this.stream.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = request.url ?? '/';
    if (address.length > PATH_LIMIT) throw new ApiError(414, 'long', { n: PATH_LIMIT });
    const mark = address.indexOf('?');
    const path = mark < 0 ? address : address.slice(0, mark);
    const query = mark < 0 ? '' : address.slice(mark + 1);
    // without a body, which Node leaves out by itself
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    if (path === '/openapi.json' && method === 'GET') {
      this.send(request, response, { status: 200, body: openApi(this.languageOf(request), this.options.version) });
      return;
    }
    const { route, path: values } = find(method, path);
    const token = this.authorize(request, route);
    const context: Context = {
      journal: this.options.journal,
      token,
      path: values,
      parameters: readParameters(new URLSearchParams(query), route.parameters),
      body: route.body === undefined ? undefined : await readBody(request, route.body),
      ifMatch: request.headers['if-match'],
      now: this.options.now(),
      stream: this.stream,
      requests: this.requests,
    };
    const answer = await route.run(context);
    if ('wants' in answer) this.open(request, response, answer);
    else this.send(request, response, answer);
  }

  /** Who asks; for what anybody may ask for, nobody is needed. */
  private authorize(request: IncomingMessage, { role }: Route): Token {
    if (role === undefined) return { name: '', role: 'viewer', zones: [], hash: '' };
    // where Node-RED's own login (httpNodeAuth) has taken Authorization, the token comes in a header of its own
    const own = one(request.headers['x-city-events-token']);
    const authorization = own === undefined ? request.headers.authorization : `Bearer ${own}`;
    const token = findToken(this.options.tokens, authorization);
    if (token === undefined) {
      // a right token is never kept waiting: behind a proxy all have one address, and one who guesses would lock out all
      const address = request.socket.remoteAddress ?? '';
      const wait = this.throttle.wait(address);
      if (wait > 0) throw new ApiError(429, 'wait', {}, { 'retry-after': String(Math.ceil(wait)) });
      // who sends none has not been told yet that one is needed, and guesses nothing
      if (authorization !== undefined) this.throttle.failed(address);
      const code = authorization === undefined ? 'noToken' : 'token';
      throw new ApiError(401, code, {}, { 'www-authenticate': 'Bearer realm="city-events"' });
    }
    if (!mayDo(token, role)) throw new ApiError(403, 'role', { name: token.name, is: token.role, needs: role });
    return token;
  }

  private open(request: IncomingMessage, response: ServerResponse, streaming: Streaming): void {
    if (request.method === 'HEAD') {
      this.send(request, response, { status: 200, body: '', headers: { 'content-type': 'text/event-stream' } });
      return;
    }
    this.count(200);
    this.stream.add(response, streaming, one(request.headers['last-event-id']));
  }

  private send(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: Answer): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
    const all: Record<string, string> = { ...SAFE, 'content-type': 'application/json; charset=utf-8', ...headers };
    if (status === 200) all['etag'] = tagOf(text);
    const seen = status === 200 && request.method === 'GET' ? request.headers['if-none-match'] : undefined;
    if (seen !== undefined && tagsOf(seen).includes(all['etag']!)) {
      this.count(304);
      response.writeHead(304, all).end();
      return;
    }
    this.count(status);
    response.writeHead(status, all).end(text);
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, code, parameters, headers } = error;
    const language = this.languageOf(request);
    const body = {
      type: 'about:blank',
      status,
      code,
      title: say(language, `error.${code}`, parameters),
      detail: say(language, `error.${code}Hint`, parameters),
    };
    // what was not read is not waited for
    if (!request.readableEnded) headers['connection'] ??= 'close';
    const type = { 'content-type': 'application/problem+json; charset=utf-8', 'content-language': language };
    this.send(request, response, { status, body, headers: { ...type, ...headers } });
  }

  private languageOf({ headers }: IncomingMessage): string {
    return preferredLanguage(headers['accept-language'], this.options.language);
  }

  private count(status: number): void {
    this.requests.set(status, (this.requests.get(status) ?? 0) + 1);
  }
}

/** Nothing that is sent is kept by others, run as a page, or guessed to be something else. */
const SAFE: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

const parsed = routes.map((route) => ({ route, parts: route.path.split('/') }));

function find(method: string, path: string): Found {
  const parts = path.split('/');
  const allowed: string[] = [];
  for (const { route, parts: pattern } of parsed) {
    const values = matched(pattern, parts);
    if (values === undefined) continue;
    if (route.method === method) return { route, path: values };
    allowed.push(route.method);
  }
  if (allowed.length > 0)
    throw new ApiError(405, 'method', { allowed: allowed.join(', ') }, { allow: allowed.join(', ') });
  throw new ApiError(404, 'path', { path: path.slice(0, 200) });
}

function matched(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const values: Record<string, string> = {};
  for (const [i, wanted] of pattern.entries()) {
    const part = parts[i]!;
    if (!wanted.startsWith('{')) {
      if (wanted !== part) return undefined;
      continue;
    }
    try {
      values[wanted.slice(1, -1)] = decodeURIComponent(part);
    } catch {
      throw new ApiError(400, 'encoding');
    }
  }
  return values;
}

async function readBody(request: IncomingMessage, schema: NonNullable<Route['body']>): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) throw new ApiError(415, 'type');
  const read = schema.safeParse(await readJson(request));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ApiError(422, 'body', { field: issue!.path.join('.') || '-', reason: issue!.message.slice(0, 200) });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  // a middleware of the server's owner may have read it already
  if (request.readableEnded) return (request as { body?: unknown }).body;
  const json = await text(request);
  try {
    return JSON.parse(json);
  } catch {
    throw new ApiError(400, 'json');
  }
}

/** The whole body, which is neither long nor slow. */
function text(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (done: () => void): void => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      done();
    };
    const timer = setTimeout(() => end(() => reject(new ApiError(408, 'slow'))), BODY_TIME);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT) end(() => reject(new ApiError(413, 'large', { n: BODY_LIMIT })));
      else chunks.push(chunk);
    });
    request.on('end', () => end(() => resolve(Buffer.concat(chunks).toString('utf8'))));
    request.on('error', () => end(() => reject(new ApiError(400, 'json'))));
  });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
