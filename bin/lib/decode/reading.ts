/** One document into what the client reads from it. */
import { readRetryAfter, statusError } from '../../../nodes/sensorthings-server/client/errors';
import {
  isRecord,
  nextLinkOf,
  pick,
  type Raw,
  records,
  selfLinkOf,
  text,
} from '../../../nodes/sensorthings-server/client/tolerant';
import { makeProblem } from '../../../nodes/ecdm/problem';
import { readCsv } from './csv';
import type { Document } from './documents';
import { readEntity, type Shown } from './entity';
import { fromFeature } from './flat';
import { isErrorBody, kindAt, kindOf, kindOfName, setOfKind } from './kinds';
import { readObservations } from './observations';
import { isServiceRoot, readServiceRoot } from './service-root';
import type { FileContext } from './file-context';

export interface Reading {
  /** What it is, in words. */
  is: string;
  [more: string]: unknown;
}

/** Reads a document; never throws. What could not be read is among the problems of the context. */
export function readDocument(document: Document, context: FileContext): Reading {
  const { body, status } = document;
  if (document.broken !== undefined) return broken(document, context);
  if (status !== undefined && status >= 400) return errorOf(status, body, document);
  if (status === 204) return { is: 'done, nothing to be told' };
  if (status === 201) return createdOf(document, context);
  if (document.change === 'delete') return { is: 'deleted', topic: document.topic, entity: body };
  if (typeof body === 'string') return readText(body, document, context);
  if (Array.isArray(body)) return readList(body as unknown[], document, context);
  if (!isRecord(body)) return { is: 'value', value: body };
  return readObject(body, document, context);
}

function broken({ body, broken: why, status }: Document, context: FileContext): Reading {
  if (status !== undefined && status >= 400) return errorOf(status, body, undefined);
  const shown = typeof body === 'string' ? body.slice(-120) : body;
  const hint = 'Save the whole answer of the server, for example with: curl -s ADDRESS > FILE';
  context.problem(makeProblem('not-json', `This cannot be read: ${why!}.`, hint, shown));
  return { is: 'nothing that can be read' };
}

/** The class says what the client does about it. */
const DOES: Readonly<Record<string, string>> = {
  config: 'it is not tried again before 5 minutes: a person must change something',
  auth: 'the token is renewed once, then it is tried again after 30 s and more',
  throttle: 'it waits as long as the server asks',
  transient: 'it tries again after a growing, random time',
  size: 'it asks for less at a time; at the end of a chain of pages it takes it for the end',
};

function errorOf(status: number | undefined, body: unknown, document: Document | undefined): Reading {
  const words = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  const code = status ?? codeOf(body);
  const rest = readRetryAfter(document?.headers?.['retry-after'], Date.now());
  const error = statusError(code ?? 400, words, rest);
  const out: Reading = { is: 'error' };
  if (code !== undefined) out['status'] = code;
  if (document?.request?.url !== undefined) out['request'] = requestText(document);
  out['message'] = error.message.replace(/^HTTP \d+(?:: )?/, '') || '(the server says nothing)';
  if (rest !== undefined) out['retryAfterSeconds'] = Math.round(rest / 1000);
  if (code !== undefined) out['client'] = { class: error.kind, does: DOES[error.kind] };
  return out;
}

function codeOf(body: unknown): number | undefined {
  const code = isRecord(body) ? Number(body['code'] ?? body['status'] ?? NaN) : NaN;
  return code >= 400 && code < 600 ? code : undefined;
}

const requestText = ({ request }: Document): string => [request?.method, request?.url].filter(Boolean).join(' ');

/** The address of what was created stands in the header; the body may be empty. */
function createdOf(document: Document, context: FileContext): Reading {
  const { headers, body } = document;
  const location = headers?.['location'] ?? (isRecord(body) ? text(selfLinkOf(body)) : undefined);
  const out: Reading = { is: 'created', address: context.link(location), request: requestText(document) || undefined };
  if (Array.isArray(body)) return readList(body as unknown[], document, context);
  if (!isRecord(body) || Object.keys(body).length === 0) return out;
  return { ...out, ...readObject(body, document, context), is: 'created' };
}

function readText(body: string, document: Document, context: FileContext): Reading {
  if (body === '') return { is: 'nothing (an empty answer)' };
  if (/^\s*</.test(body)) {
    const { message } = statusError(500, body, undefined);
    const hint = 'The address may be that of a web page or of a proxy, not of the service.';
    const shown = message.replace(/^HTTP \d+(?:: )?/, '') || '(no text in it)';
    context.problem(
      makeProblem('not-sta', `This is HTML or XML, no SensorThings answer: ${shown}`, hint, body.slice(0, 200)),
    );
    return { is: 'HTML or XML' };
  }
  const rows = readCsv(body);
  if (rows) return { ...collection(rows, kindAt(document.request?.url), {}, document, context), format: 'CSV' };
  // Things(1)/name/$value
  if (document.request?.url?.includes('/$value') || !body.includes('\n'))
    return { is: 'value', value: body.slice(0, 500) };
  const hint = 'JSON, GeoJSON, CSV, batches, captured HTTP answers and MQTT messages are read.';
  context.problem(makeProblem('not-sta', 'This is no SensorThings answer.', hint, body.slice(0, 200)));
  return { is: 'nothing that is known' };
}

function readObject(body: Raw, document: Document, context: FileContext): Reading {
  if (Object.keys(body).length === 0) return { is: 'nothing (an empty object)' };
  if (isErrorBody(body)) return errorOf(document.status, body, document);
  if (isServiceRoot(body)) return { is: 'service root', ...readServiceRoot(body, (raw) => context.link(raw)) };
  if (body['type'] === 'FeatureCollection') return geoJson(records(body['features']), document, context);
  if (body['type'] === 'Feature' && isRecord(body['properties'])) return geoJson([body], document, context);
  if (Array.isArray(body['responses'])) return batch(body['responses'] as unknown[], context);
  if (Array.isArray(body['requests'])) return requests(records(body['requests']));
  const value = pick(body, 'value');
  if (Array.isArray(value)) return page(body, value as unknown[], document, context);
  return single(body, document, context);
}

function geoJson(features: readonly Raw[], document: Document, context: FileContext): Reading {
  const list = features.map(fromFeature);
  return { ...collection(list, kindAt(document.request?.url), {}, document, context), format: 'GeoJSON' };
}

/** A page: what is in it, and where it goes on. */
function page(body: Raw, value: readonly unknown[], document: Document, context: FileContext): Reading {
  const out: Omit<Reading, 'is'> = {};
  const count = Number(body['@iot.count'] ?? body['@count'] ?? NaN);
  if (Number.isFinite(count)) out['count'] = count;
  const link = nextLinkOf(body);
  const next = context.link(link);
  if (next !== undefined) out['next'] = next;
  if (value.length === 0 && next !== undefined) out['stops'] = 'an empty page is the end, whatever its link says';
  const hint =
    kindAt(document.request?.url) ?? kindAt(topicPath(document.topic)) ?? byNext(link) ?? kindOfName(document.part);
  return collection(value, hint, out, document, context, link);
}

const byNext = (link: string | undefined): string | undefined => (link === undefined ? undefined : kindAt(link));

const topicPath = (topic: string | undefined): string | undefined => topic?.replace(/^v\d(?:\.\d)?\//, '');

function collection(
  value: readonly unknown[],
  hint: string | undefined,
  out: Omit<Reading, 'is'>,
  document: Document,
  context: FileContext,
  link?: string,
): Reading {
  const first = value.find(isRecord);
  if (first && isReference(first))
    return { is: 'page of addresses', ...out, addresses: records(value).map((one) => context.link(selfLinkOf(one))) };
  const grouped = first !== undefined && Array.isArray(first['components']);
  const kind = grouped ? 'Observation' : first ? kindOf(first, hint) : hint;
  const name = grouped ? 'page of Observations (dataArray)' : `page of ${(kind && setOfKind(kind)) ?? 'entities'}`;
  if (kind === 'Observation') {
    const stream = context.streams.around(document.request?.url, document.topic, link);
    return { is: name, ...out, observations: readObservations(value, stream, context) };
  }
  const entities = value.map((item) => entity(item, kind, context)).filter((one) => one !== undefined);
  return { is: value.length === 0 && !kind ? 'empty page' : name, ...out, entities };
}

/** Something that consists of its address only (`$ref`). */
function isReference(raw: Raw): boolean {
  const keys = Object.keys(raw);
  return keys.length === 1 && /^@(?:iot\.selfLink|id)$/.test(keys[0]!);
}

function entity(item: unknown, hint: string | undefined, context: FileContext): Shown | undefined {
  if (isRecord(item)) return readEntity(item, context, hint);
  context.problem(makeProblem('no-entity', 'An entity must be an object.', 'Look at what the server sends.', item));
  return undefined;
}

function single(body: Raw, document: Document, context: FileContext): Reading {
  const path = topicPath(document.topic);
  const hint = kindAt(document.request?.url) ?? kindAt(path) ?? kindOfName(document.part.split(' / ').at(-1) ?? '');
  const kind = kindOf(body, hint);
  const out: Omit<Reading, 'is'> = {};
  if (document.topic !== undefined) out['topic'] = document.topic;
  if (document.change !== undefined) out['change'] = document.change;
  const isEcho =
    document.topic !== undefined && !document.topic.includes('?') && kindAt(path) !== undefined && !hasId(body);
  if (isEcho) {
    return {
      is: `echo of what a client published (${kind ?? 'no id'}): left out, the stored one follows with its id`,
      ...out,
    };
  }
  if (document.sent) out['note'] = 'this was sent to the server, it is no answer';
  if (kind === 'Observation') {
    const stream = context.streams.around(document.request?.url, document.topic);
    return { is: 'Observation', ...out, observations: readObservations([body], stream, context) };
  }
  if (kind === undefined && !hasId(body)) return { is: 'properties of an entity', ...out, properties: body };
  return { is: kind ?? 'entity', ...out, entities: [readEntity(body, context, kind)] };
}

const hasId = (raw: Raw): boolean => (raw['@iot.id'] ?? raw['id'] ?? pick(raw, '@iot.id')) !== undefined;

/** An array: of addresses (the answer to CreateObservations), of groups of rows, or of entities. */
function readList(list: readonly unknown[], document: Document, context: FileContext): Reading {
  if (list.length > 0 && list.every((item) => typeof item === 'string')) return created(list, context);
  const rows = list.filter((item) => isRecord(item) && Array.isArray(item['dataArray']));
  const what = rows.length > 0 && document.sent ? { is: 'Observations to be created' } : {};
  return { ...collection(list, kindAt(document.request?.url), {}, document, context), ...what };
}

/** 201 does not mean that all rows were stored: a row that was not has "error…" in place of its address. */
function created(list: readonly string[], context: FileContext): Reading {
  const failed: Shown[] = [];
  const addresses: (string | undefined)[] = [];
  list.forEach((item, i) => {
    if (/^\s*error/i.test(item)) failed.push({ row: i + 1, error: item });
    else addresses.push(context.link(item) ?? item);
  });
  for (const { row, error } of failed) {
    const hint = 'The server answers 201 even when rows fail. Send these rows again after correcting them.';
    context.problem(makeProblem('row-not-stored', `Row ${String(row)} was not stored: ${String(error)}`, hint, error));
  }
  return { is: 'answer to CreateObservations', stored: addresses.length, failed: failed.length, addresses };
}

function batch(responses: readonly unknown[], context: FileContext): Reading {
  const answers = records(responses).map((one) => {
    const { id, status, location, body } = one;
    const code = typeof status === 'number' ? status : Number(status);
    const headers = typeof location === 'string' ? { location } : undefined;
    const read = readDocument({ part: '', body: body ?? '', status: code, headers }, context);
    return { id, status: code, ...read };
  });
  return { is: 'batch of answers', answers };
}

function requests(list: readonly Raw[]): Reading {
  const shown = list.map(({ id, method, url, atomicityGroup, body }) => ({ id, method, url, atomicityGroup, body }));
  return { is: 'batch of requests', note: 'this was sent to the server, it is no answer', requests: shown };
}
