/** The HTTP side of the simulated server: bytes, versions, logins and faults. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Gate } from './auth';
import { change } from './changes';
import type { Faults } from './faults';
import { FrostError } from './model';
import type { Personality } from './personalities';
import { read, rootDocument, type Answer } from './service';
import type { Store } from './store';
import { answerV2, rootV2, toV1 } from './v2';

const zip = promisify(gzip);

export interface HttpContext {
  store: Store;
  faults: Faults;
  personality: Personality;
  gate: Gate;
  tls?: TlsOptions;
  /** Path before the version, such as `/FROST-Server`. */
  prefix: string;
  mqttUrl: () => string | undefined;
  random: () => number;
  /** Requests seen, for tests: the last 1,000. */
  log: string[];
}

const MOST_LOGGED = 1000;
/** Largest body of a request. */
const MOST_BYTES = 25_000_000;

export function createHttp(context: HttpContext): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(context, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 500, type: 'error', message: String(error).slice(0, 200) }));
    });
  };
  const server = context.tls ? createTlsServer(context.tls, listener) : createServer(listener);
  server.keepAliveTimeout = 5000;
  return server;
}

async function handle(context: HttpContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { log, faults } = context;
  log.push(`${request.method} ${request.url}`);
  if (log.length > MOST_LOGGED) log.shift();
  const fault = faults.http;
  if (fault.delay > 0) await sleep(fault.delay, undefined, { ref: false });
  const answer = failure(context, request) ?? (await route(context, request));
  if (answer.after) await sleep(answer.after, undefined, { ref: false });
  await write(context, request, response, answer);
}

/** The answer of a server that is not well. */
function failure({ faults, random }: HttpContext, request: IncomingMessage): Answer | undefined {
  const fault = faults.http;
  const meant = fault.only?.test(decodeURIComponent(request.url ?? '')) ?? true;
  if (meant && (fault.failures > 0 || (fault.storm > 0 && random() < fault.storm))) {
    if (fault.failures > 0) fault.failures--;
    const retry: Record<string, string> = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    return { status: fault.status, body: frostError(fault.status, 'Simulated failure'), headers: retry };
  }
  if (fault.redirect > 0) {
    fault.redirect--;
    return { status: 302, text: '', headers: { location: fault.redirectTo ?? '/' } };
  }
  if (fault.html > 0) {
    fault.html--;
    return { status: 200, text: '<html><body>Please log in</body></html>' };
  }
  return undefined;
}

async function route(context: HttpContext, request: IncomingMessage): Promise<Answer> {
  const { gate, personality, prefix } = context;
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/token') {
      const body = new URLSearchParams((await readBody(request)).toString('utf8'));
      return gate.token(body, request.headers.authorization);
    }
    if (!gate.allows(request, url)) {
      const headers = { 'www-authenticate': 'Basic realm="FROST-Server", charset="UTF-8"' };
      return { status: 401, text: '<html>Unauthorized</html>', headers };
    }
    const path = decodeURIComponent(url.pathname);
    const match = /^\/(v\d\.\d)(?:\/(.*))?$/.exec(path.startsWith(prefix) ? path.slice(prefix.length) : '');
    if (!match) return { status: 404, text: '<html><body>404 Not Found</body></html>' };
    const [, version, rest] = match;
    if (!personality.versions.includes(version!)) return { status: 404, body: { error: 'Version Not Found' } };
    return await serve(context, request, url, version!, rest ?? '');
  } catch (thrown) {
    return errorAnswer(personality, thrown);
  }
}

async function serve(
  context: HttpContext,
  request: IncomingMessage,
  url: URL,
  version: string,
  path: string,
): Promise<Answer> {
  const { personality, store, prefix, tls } = context;
  const root = `${personality.serviceRootUrl ?? `${tls ? 'https' : 'http'}://${request.headers.host}${prefix}`}/${version}`;
  const v2 = version === 'v2.0';
  if (path === '') {
    const mqtt = context.mqttUrl();
    return { status: 200, body: v2 ? rootV2(root, mqtt) : rootDocument({ store, root, personality }, version, mqtt) };
  }
  const options = [...url.searchParams]
    .filter(([name]) => name.startsWith('$'))
    .map(([name, value]) => [name, v2 ? toV1(value) : value] as const);
  const writing = { store, root, personality };
  const method = request.method ?? 'GET';
  const at = v2 ? toV1(path) : path;
  if (method === 'GET' || method === 'HEAD') {
    const answer = read(writing, at, options);
    return v2 ? answerV2(answer) : answer;
  }
  const text = (await readBody(request)).toString('utf8');
  const answer = change(writing, at, method, text === '' ? undefined : (JSON.parse(text) as unknown), options);
  return v2 ? answerV2(answer) : answer;
}

function frostError(code: number, message: string): unknown {
  return { code, type: 'error', message: message.slice(0, 200) };
}

const PHRASES: Readonly<Record<number, string>> = { 400: 'Bad Request', 404: 'Not Found', 405: 'Method Not Allowed' };

function errorAnswer({ errors }: Personality, thrown: unknown): Answer {
  const status =
    thrown instanceof FrostError
      ? thrown.status
      : thrown instanceof SyntaxError || thrown instanceof URIError
        ? 400
        : 500;
  const { message } = thrown as Error;
  const phrase = PHRASES[status] ?? 'Internal Server Error';
  switch (errors) {
    case 'frost':
      return { status, body: frostError(status, message) };
    case 'detail':
      return { status, body: { code: status, message: phrase, ...(status === 404 ? {} : { detail: message }) } };
    case 'short':
      return { status, body: { error: message } };
    case 'html':
      return { status, text: `<html><body><h1>${phrase}</h1></body></html>` };
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new FrostError(413, 'Body too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function write(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const fault = context.faults.http;
  let body = Buffer.from(answer.text ?? JSON.stringify(answer.body), 'utf8');
  const headers: Record<string, string> = { 'content-type': typeOf(answer), ...answer.headers };
  if (fault.wrongType > 0) {
    fault.wrongType--;
    headers['content-type'] = 'text/plain';
  }
  if (fault.reset > 0) {
    fault.reset--;
    response.writeHead(answer.status, { ...headers, 'content-length': String(body.length) });
    response.write(body.subarray(0, body.length >> 1));
    setTimeout(() => request.socket.destroy(), 5);
    return;
  }
  if (fault.truncate > 0) {
    fault.truncate--;
    body = body.subarray(0, body.length >> 1);
  }
  if (body.length > 2000 && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    body = await zip(body, { level: 1 });
    headers['content-encoding'] = 'gzip';
  }
  headers['content-length'] = String(body.length);
  response.writeHead(answer.status, headers);
  if (fault.slowBody > 0) await trickle(response, body, fault.slowBody);
  response.end(fault.slowBody > 0 ? undefined : body);
}

function typeOf({ text }: Answer): string {
  if (text === undefined) return 'application/json;charset=UTF-8';
  return text.startsWith('<') ? 'text/html' : 'text/plain';
}

/** Sends a body in ten pieces. */
async function trickle(response: ServerResponse, body: Buffer, ms: number): Promise<void> {
  const piece = Math.ceil(body.length / 10);
  for (let at = 0; at < body.length && !response.destroyed; at += piece) {
    response.write(body.subarray(at, at + piece));
    await sleep(ms / 10, undefined, { ref: false });
  }
}
