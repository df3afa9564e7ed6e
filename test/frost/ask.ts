/** Puts the corpus to a server and writes its answers so that they can be compared with those of another. */
import { AFTER, CHANGES, REQUESTS, SEED, WALKS } from './corpus';

export interface Recorded {
  request: string;
  status: number;
  /** Normalised: the root is `ROOT`, times of now are `NOW`, links to further pages are only there or not. */
  body: unknown;
}

/** Asks a server, whose root ends with the version, everything that is in the corpus. It must be empty before. */
export async function askAll(root: string): Promise<Recorded[]> {
  const out: Recorded[] = [];
  for (const [path, body] of SEED) {
    const { status, text } = await send(root, 'POST', path, body);
    if (status !== 201) throw new Error(`POST ${path} ${JSON.stringify(body)}: ${status} ${text}`);
  }
  for (const request of REQUESTS) out.push(await ask(root, 'GET', request));
  for (const request of WALKS) out.push(await walk(root, request));
  for (const [method, path, body] of CHANGES) out.push(await ask(root, method, path, body));
  for (const request of AFTER) out.push({ ...(await ask(root, 'GET', request)), request: `afterwards GET ${request}` });
  return out;
}

async function send(
  root: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; location: string | null }> {
  const response = await fetch(`${root}/${path.replaceAll(' ', '%20')}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}

async function ask(root: string, method: string, path: string, body?: unknown): Promise<Recorded> {
  const { status, text, location } = await send(root, method, path, body);
  const request = `${method} ${path}`;
  // what an error says differs; that it is an error, and which, must not
  if (status >= 400) return { request, status, body: null };
  if (status === 201 && text === '') return { request, status, body: plain(root, location) };
  const answer = text === '' ? null : plain(root, parse(text));
  // what is different from each other comes in the order of the database
  if (path.includes('distinct%3A')) (answer as { value: unknown[] }).value.sort(byText);
  return { request, status, body: answer };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

async function walk(root: string, path: string): Promise<Recorded> {
  const rows: unknown[] = [];
  let url: string | undefined = `${root}/${path}`;
  for (let page = 0; url !== undefined && page < 50; page++) {
    const body = (await (await fetch(url)).json()) as { value: unknown[]; '@iot.nextLink'?: string };
    rows.push(body.value);
    url = body['@iot.nextLink'];
  }
  return { request: `walk ${path}`, status: 200, body: plain(root, rows) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Keys in order, the root and the present time taken out. */
export function plain(root: string, value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replaceAll(root, 'ROOT')
      .replace(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/, (time) => (isNow(time) ? 'NOW' : time));
  if (Array.isArray(value)) return value.map((item) => plain(root, item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key.endsWith('@iot.nextLink') ? 'NEXT' : plain(root, inner)]),
  );
}

function isNow(time: string): boolean {
  return Math.abs(Date.parse(time) - Date.now()) < 600_000;
}
