/** The HTTP side of the simulated server. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Faults, Personality } from './faults';
import { FrostError, MODEL } from './model';
import { key, resolve, toDataArray, toJson, type Target } from './paths';
import { applyQuery, parseQuery } from './query';
import type { Store } from './store';

const zip = promisify(gzip);

export interface Auth {
  user?: string;
  password?: string;
  bearer?: string;
  /** Header and value of an API key. */
  apiKey?: { header: string; value: string };
}

export interface HttpContext {
  store: Store;
  faults: Faults;
  personality: Personality;
  auth?: Auth;
  /** Path before the version, such as `/FROST-Server`. */
  prefix: string;
  mqttUrl: () => string | undefined;
  simulated: boolean;
  /** Requests seen, for tests: the last 1,000. */
  log: string[];
}

interface Answer {
  status: number;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

export function createHttp(context: HttpContext): Server {
  const server = createServer((request, response) => {
    handle(context, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 500, type: 'error', message: String(error).slice(0, 200) }));
    });
  });
  server.keepAliveTimeout = 5000;
  return server;
}

async function handle(context: HttpContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { log, faults } = context;
  log.push(`${request.method} ${request.url}`);
  if (log.length > 1000) log.shift();
  const fault = faults.http;
  if (fault.delay > 0) await sleep(fault.delay, undefined, { ref: false });
  let answer: Answer;
  if (fault.failures > 0) {
    fault.failures--;
    const retry: Record<string, string> = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    answer = { status: fault.status, body: error(fault.status, 'Simulated failure'), headers: retry };
  } else if (fault.redirect > 0) {
    fault.redirect--;
    answer = { status: 302, text: '', headers: { location: fault.redirectTo ?? '/' } };
  } else if (fault.html > 0) {
    fault.html--;
    answer = { status: 200, text: '<html><body>Please log in</body></html>' };
  } else {
    answer = await route(context, request);
  }
  await write(context, request, response, answer);
}

async function route(context: HttpContext, request: IncomingMessage): Promise<Answer> {
  try {
    if (!authorized(context.auth, request)) {
      return {
        status: 401,
        text: '<html>Unauthorized</html>',
        headers: { 'www-authenticate': 'Basic realm="FROST-Server"' },
      };
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    const root = `http://${request.headers.host}${context.prefix}`;
    const path = decodeURIComponent(url.pathname);
    const match = /^\/(v\d\.\d)(?:\/(.*))?$/.exec(
      path.startsWith(context.prefix) ? path.slice(context.prefix.length) : '',
    );
    if (!match) return { status: 404, text: '<html><body>404 Not Found</body></html>' };
    const [, version, rest] = match;
    if (!context.personality.versions.includes(version!)) return { status: 404, body: { error: 'Version Not Found' } };
    const links = `${context.personality.serviceRootUrl ?? root}/${version}`;
    if (!rest) return { status: 200, body: rootDocument(context, links, version!) };
    if (request.method === 'GET') return read(context, links, rest, url);
    const body = await readBody(request);
    return change(context, links, rest, request.method ?? '', body);
  } catch (thrown) {
    const status = thrown instanceof FrostError ? thrown.status : thrown instanceof SyntaxError ? 400 : 500;
    return { status, body: error(status, (thrown as Error).message) };
  }
}

function error(code: number, message: string): unknown {
  return { code, type: 'error', message: message.slice(0, 200) };
}

function authorized(auth: Auth | undefined, request: IncomingMessage): boolean {
  if (!auth) return true;
  if (auth.apiKey) return request.headers[auth.apiKey.header.toLowerCase()] === auth.apiKey.value;
  const expected = auth.bearer
    ? `Bearer ${auth.bearer}`
    : `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  return request.headers.authorization === expected;
}

const SENSING = 'http://www.opengis.net/spec/iot_sensing/1.1/req/';
const SUBSCRIBE = `${SENSING}receive-updates-via-mqtt/receive-updates`;
const PUBLISH = `${SENSING}create-observations-via-mqtt/observations-creation`;

/** The own mark in serverSettings by which a client knows that nothing here is real. */
export const SIMULATED_MARK = 'urn:ecdm:simulated';

function rootDocument(context: HttpContext, links: string, version: string): unknown {
  const value = Object.keys(MODEL).map((name) => ({ name, url: `${links}/${name}` }));
  if (!context.personality.serverSettings || version === 'v1.0') return { value };
  const mqtt = context.mqttUrl();
  const conformance = [
    'datamodel',
    'resource-path/resource-path-to-entities',
    'request-data',
    'create-update-delete',
  ].map((part) => SENSING + part);
  if (context.personality.dataArray) conformance.push(`${SENSING}data-array/data-array`);
  const settings: Record<string, unknown> = { conformance };
  if (mqtt !== undefined) {
    conformance.push(PUBLISH, SUBSCRIBE);
    settings[SUBSCRIBE] = { endpoints: [mqtt] };
    settings[PUBLISH] = { endpoints: [mqtt] };
  }
  if (context.simulated) settings[SIMULATED_MARK] = true;
  return { value, serverSettings: settings };
}

function read(context: HttpContext, links: string, path: string, url: URL): Answer {
  const { store, personality } = context;
  const target = resolve(store, path);
  if (target.kind === 'property') {
    if (!target.raw) return { status: 200, body: { [target.name]: target.value } };
    const { value } = target;
    return { status: 200, text: typeof value === 'string' ? value : JSON.stringify(value) };
  }
  const filterText = url.searchParams.get('$filter') ?? '';
  const refused = personality.refuseFilter.find((word) => filterText.includes(word));
  if (refused !== undefined) throw new FrostError(400, `Cannot use ${refused} here.`);
  const set = target.kind === 'set' ? target.set : target.entity.set;
  const query = parseQuery(url.searchParams, set);
  if (target.kind === 'entity') {
    const { entity } = target;
    const self = `${links}/${entity.set}${key(entity.id)}`;
    return { status: 200, body: target.ref ? { '@iot.selfLink': self } : toJson(store, links, entity, query) };
  }
  return readSet(context, links, path, url, target, query);
}

function readSet(
  { store, personality }: HttpContext,
  links: string,
  path: string,
  url: URL,
  target: Extract<Target, { kind: 'set' }>,
  query: ReturnType<typeof parseQuery>,
): Answer {
  const page = applyQuery(target.rows(), query, personality.defaultTop, personality.maxTop);
  const body: Record<string, unknown> = {};
  if (query.count) body['@iot.count'] = page.count;
  const next = nextLink(personality, `${links}/${path}`, url, page.more, query.skip, page.top);
  if (next !== undefined) body['@iot.nextLink'] = next;
  if (query.resultFormat === 'dataArray') {
    if (!personality.dataArray) throw new FrostError(400, 'Unknown result format dataArray.');
    if (query.expand.size > 0) throw new FrostError(400, '$expand is not allowed with dataArray.');
    body['value'] = toDataArray(links, page.rows, query);
  } else if (target.ref) {
    body['value'] = page.rows.map((row) => ({ '@iot.selfLink': `${links}/${row.set}${key(row.id)}` }));
  } else {
    body['value'] = page.rows.map((row) => toJson(store, links, row, query));
  }
  return { status: 200, body };
}

function nextLink(
  { nextLink: habit, nextLinkLoses }: Personality,
  base: string,
  url: URL,
  more: boolean,
  skip: number,
  top: number,
): string | undefined {
  if (habit === 'never' || (!more && habit === 'correct')) return undefined;
  const options = [...url.searchParams].filter(([name]) => name !== '$skip' && !nextLinkLoses.includes(name));
  if (!options.some(([name]) => name === '$top')) options.unshift(['$top', String(top)]);
  options.push(['$skip', String(habit === 'self' ? skip : skip + top)]);
  return `${base}?${options.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

function change({ store }: HttpContext, links: string, path: string, method: string, body: unknown): Answer {
  if (typeof body !== 'object' || body === null) throw new FrostError(400, 'Could not parse the body.');
  const target = resolve(store, path);
  if (method === 'POST' && target.kind === 'set') {
    const entity = store.create(target.set, body as Record<string, unknown>, target.parent);
    return { status: 201, text: '', headers: { location: `${links}/${entity.set}${key(entity.id)}` } };
  }
  if (method === 'PATCH' && target.kind === 'entity') {
    store.update(target.entity, body as Record<string, unknown>);
    return { status: 200, body: toJson(store, links, target.entity) };
  }
  throw new FrostError(405, 'Not something that the simulator does.');
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 5_000_000) throw new FrostError(413, 'Body too large.');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}

async function write(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const fault = context.faults.http;
  const type =
    answer.text === undefined
      ? 'application/json;charset=UTF-8'
      : answer.text.startsWith('<')
        ? 'text/html'
        : 'text/plain';
  let body = Buffer.from(answer.text ?? JSON.stringify(answer.body), 'utf8');
  const headers: Record<string, string> = { 'content-type': type, ...answer.headers };
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
    body = await zip(body);
    headers['content-encoding'] = 'gzip';
  }
  headers['content-length'] = String(body.length);
  response.writeHead(answer.status, headers);
  response.end(body);
}
