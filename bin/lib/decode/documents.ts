/**
 * What a saved file holds: one answer, or several. Plain answers, answers with status and headers (as captured, or by
 * `curl -i`), requests beside their answers, MQTT messages with their topic, batches, lists and lines of them.
 */
import { parseTolerant } from '../../../nodes/sensorthings-server/client/json';
import { isRecord, type Raw } from '../../../nodes/sensorthings-server/client/tolerant';
import { isAnswer, isCollection } from './kinds';
import { httpMessages, multipart } from './http-text';

export interface Document {
  /** Where in the file it stands; empty where it is all of it. */
  readonly part: string;
  readonly body: unknown;
  readonly request?: { readonly method?: string; readonly url?: string };
  readonly status?: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly topic?: string;
  /** User property `type` of MQTT 5: create, update or delete. */
  readonly change?: string;
  /** It is what a client sent, not what a server answered. */
  readonly sent?: boolean;
  /** Why it cannot be read as JSON. */
  readonly broken?: string;
}

/** Documents of one file, and nesting of them. */
const MOST = 10_000;
const DEPTH = 4;

/** All documents of a text. */
export function documentsOf(text: string): Document[] {
  const trimmed = text.trim();
  if (trimmed.startsWith('HTTP/')) return httpMessages(trimmed).map((one) => withBody({ part: '', ...one }, one.text));
  if (trimmed.startsWith('--')) {
    const parts = multipart(trimmed);
    if (parts.length > 0) return parts.map((one, i) => withBody({ part: `part ${i + 1}`, ...one }, one.text));
  }
  const first = /^[[{"]/.test(trimmed) ? parseTolerant(trimmed) : undefined;
  if (first && 'value' in first) return unwrap(first.value, {}, '', 0).slice(0, MOST);
  const lines = linesOf(trimmed);
  if (lines) return lines.slice(0, MOST);
  return [{ part: '', body: trimmed, broken: first?.error }];
}

/** A body that is still text. */
function withBody(document: Omit<Document, 'body'>, text: string): Document {
  const { part, request, status, headers, sent } = document;
  const parsed = /^\s*[[{"]/.test(text) ? parseTolerant(text) : undefined;
  const body = parsed && 'value' in parsed ? parsed.value : text.trim();
  const broken = parsed && 'error' in parsed ? parsed.error : undefined;
  return { part, request, status, headers, sent, body, broken };
}

/** One JSON text or one MQTT message (`topic {…}`, as mosquitto_sub -v prints them) in each line. */
function linesOf(text: string): Document[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const found: Document[] = [];
  for (const [i, line] of lines.entries()) {
    const [, topic, rest] = /^(v\d(?:\.\d)?\/\S+)\s+([[{].*)$/.exec(line.trim()) ?? [];
    const json = rest ?? (/^[[{]/.test(line.trim()) ? line : undefined);
    const parsed = json === undefined ? undefined : parseTolerant(json);
    // the first line decides whether these are lines at all
    if (!parsed || 'error' in parsed) {
      if (i === 0 || found.length < i) return undefined;
      found.push({ part: `line ${i + 1}`, body: line, broken: 'this line is not JSON' });
      continue;
    }
    found.push(...unwrap(parsed.value, topic === undefined ? {} : { topic }, `line ${i + 1}`, 1));
  }
  return found.length > 0 ? found : undefined;
}

type Around = Pick<Document, 'request' | 'status' | 'headers' | 'topic' | 'change' | 'sent'>;

/** Takes off what was put around an answer when it was saved. */
function unwrap(raw: unknown, around: Around, part: string, depth: number): Document[] {
  if (depth > DEPTH) return [{ part, body: raw, ...around }];
  if (Array.isArray(raw)) return unwrapList(raw as unknown[], around, part, depth);
  // a message that was written as text
  if (typeof raw === 'string' && /^\s*[[{]/.test(raw)) {
    const parsed = parseTolerant(raw);
    if ('value' in parsed) return unwrap(parsed.value, around, part, depth + 1);
    return [{ part, body: raw, broken: parsed.error, ...around }];
  }
  if (!isRecord(raw)) return [{ part, body: raw, ...around }];
  return (
    capture(raw, part, depth) ??
    mqtt(raw, part, depth) ??
    pair(raw, part, depth) ??
    (isCollection(raw) || (hasSections(raw) && !isAnswer(raw))
      ? sections(raw, around, part, depth)
      : [{ part, body: raw, ...around }])
  );
}

const join = (part: string, name: string): string => (part === '' ? name : `${part} / ${name}`);

function hasSections(raw: Raw): boolean {
  const values = Object.values(raw);
  return values.length > 0 && values.every((value) => typeof value === 'object' && value !== null);
}

function sections(raw: Raw, around: Around, part: string, depth: number): Document[] {
  return Object.entries(raw).flatMap(([name, value]) => unwrap(value, around, join(part, name), depth + 1));
}

function unwrapList(list: readonly unknown[], around: Around, part: string, depth: number): Document[] {
  const wrapped = list.some((item) => isRecord(item) && (item['topic'] !== undefined || 'status' in item));
  if (!wrapped) return [{ part, body: list, ...around }];
  return list.flatMap((item, i) => unwrap(item, around, join(part, String(i + 1)), depth + 1));
}

/** `{ request, status, headers, body }` */
function capture(raw: Raw, part: string, depth: number): Document[] | undefined {
  const { status, headers, body } = raw;
  if (typeof status !== 'number' || !('body' in raw || isRecord(headers))) return undefined;
  const around: Around = { status, headers: lower(headers), request: requestOf(raw['request']) };
  return unwrap(body ?? '', around, part, depth + 1);
}

function requestOf(raw: unknown): Document['request'] {
  if (typeof raw === 'string') {
    const [, method, url] = /^\s*([A-Z]+)\s+(\S.*)$/.exec(raw) ?? [];
    return method === undefined ? { url: raw } : { method, url };
  }
  if (!isRecord(raw)) return undefined;
  const { method, url } = raw;
  return { method: typeof method === 'string' ? method : undefined, url: typeof url === 'string' ? url : undefined };
}

function lower(raw: unknown): Record<string, string> {
  if (!isRecord(raw)) return {};
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** `{ topic, messages }`, `{ topic, payload }` */
function mqtt(raw: Raw, part: string, depth: number): Document[] | undefined {
  const { topic, messages, payload } = raw;
  if (typeof topic !== 'string' || !(Array.isArray(messages) || 'payload' in raw)) return undefined;
  const user = isRecord(raw['userProperties']) ? raw['userProperties'] : {};
  const text = (name: string): string | undefined => (typeof user[name] === 'string' ? user[name] : undefined);
  // the answer to a request over MQTT 5 is like one over HTTP
  const status = Number(text('status') ?? NaN);
  if (Number.isInteger(status)) return unwrap(payload, { status }, part, depth + 1);
  const around: Around = { topic, change: text('type') };
  if (!Array.isArray(messages)) return unwrap(payload, around, part, depth + 1);
  return messages.flatMap((message, i) => unwrap(message, around, join(part, `message ${i + 1}`), depth + 1));
}

/** `{ request, response }`, and what stands beside them. */
function pair(raw: Raw, part: string, depth: number): Document[] | undefined {
  if (!('request' in raw && 'response' in raw)) return undefined;
  const { request, response, ...others } = raw;
  const sent =
    isRecord(request) && 'topic' in request ? [] : unwrap(request, { sent: true }, join(part, 'request'), depth + 1);
  const asked = isRecord(request) ? requestOfMqtt(request) : undefined;
  const answered = unwrap(response, {}, join(part, 'response'), depth + 1).map((one) => ({
    ...one,
    request: one.request ?? asked,
  }));
  return [...sent, ...answered, ...sections(others, {}, part, depth)];
}

/** A request over MQTT 5 has its address in the user property `url`. */
function requestOfMqtt(request: Raw): Document['request'] {
  const user = request['userProperties'];
  if (!isRecord(user) || typeof user['url'] !== 'string') return undefined;
  return { method: typeof user['type'] === 'string' ? user['type'] : undefined, url: user['url'] };
}
