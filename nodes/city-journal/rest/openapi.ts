/** The description of the web interface (OpenAPI 3.1), made from the routes themselves. */
import { z } from 'zod';
import { statusMessageSchema } from '../../ecdm/message-schemas';
import { SEVERITIES } from '../../ecdm/status';
import { ENTRY_KINDS } from '../journal-source';
import { PARAMETERS, type ParameterName } from './parameters';
import { routes, type Route } from './routes';
import { say } from './texts';

type Json = Record<string, unknown>;

const isoTime = z.string().describe('ISO 8601 with offset.');
const mark = { who: z.string(), at: isoTime, why: z.string().optional() };
const operator = z.strictObject({
  alarm: z.string(),
  statusId: z.string().optional(),
  acknowledged: z.strictObject({ ...mark, severity: z.enum(SEVERITIES) }).optional(),
  closed: z.strictObject(mark).optional(),
  shelved: z.strictObject({ ...mark, until: isoTime }).optional(),
  outOfService: z.strictObject(mark).optional(),
  comments: z.number().int(),
});
const alarm = z.strictObject({ alarm: z.string(), status: statusMessageSchema, operator });
const entry = z.strictObject({
  seq: z.number().int(),
  at: isoTime,
  kind: z.enum(ENTRY_KINDS),
  node: z.string(),
  alarm: z.string().optional(),
  statusId: z.string().optional(),
  revision: z.number().int().optional(),
  body: z.record(z.string(), z.unknown()),
  hash: z.string(),
});

/** What the routes give back. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  Health: z.strictObject({ status: z.enum(['ok', 'degraded']), history: z.enum(['kept', 'late', 'lost', 'none']) }),
  Alarm: alarm,
  AlarmPage: z.strictObject({ alarms: z.array(alarm), total: z.number().int(), next: z.string().optional() }),
  HistoryPage: z.strictObject({ entries: z.array(entry), next: z.string().optional() }),
  Problem: z.strictObject({
    type: z.string(),
    status: z.number().int(),
    code: z.string(),
    title: z.string(),
    detail: z.string(),
  }),
};

export function openApi(language: string, version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operation(route, language);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'City Events', version, description: say(language, 'api') },
    servers: [{ url: '.' }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, plain(schema)])),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: say(language, 'security') } },
    },
  };
}

function operation({ id, role, path, parameters, body, gives, method }: Route, language: string): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: say(language, `parameter.${name}`),
    schema: { type: 'string' },
  }));
  const made: Json = {
    operationId: id,
    summary: say(language, `route.${id}`),
    parameters: [...inPath, ...parameters.map((name) => parameter(name, language))],
    responses: {
      200: { description: say(language, 'answer.ok'), content: content(gives, id) },
      default: {
        description: say(language, 'answer.problem'),
        content: { 'application/problem+json': { schema: reference('Problem') } },
      },
    },
    security: role === undefined ? [] : [{ token: [] }],
  };
  if (role !== undefined) made['description'] = say(language, 'needs', { role });
  if (method === 'POST')
    made['requestBody'] = { required: true, content: { 'application/json': { schema: plain(body!) } } };
  return made;
}

function parameter(name: ParameterName, language: string): Json {
  const { schema } = PARAMETERS[name];
  const isList = (schema as Json)['type'] === 'array';
  return {
    name,
    in: 'query',
    description: say(language, `parameter.${name}`),
    schema,
    ...(isList ? { style: 'form', explode: false } : {}),
  };
}

function content(gives: string | undefined, id: string): Json {
  if (gives !== undefined) return { 'application/json': { schema: reference(gives) } };
  return { [id === 'stream' ? 'text/event-stream' : 'text/plain']: { schema: { type: 'string' } } };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function plain(schema: z.ZodType): Json {
  const { $schema: _left, ...rest } = z.toJSONSchema(schema);
  return rest;
}
