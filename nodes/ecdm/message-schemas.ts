/**
 * The messages as JSON, for people who write to or read from them: the same shapes as the TypeScript types beside
 * this file (a test compares the two). Nothing in the hot path uses these.
 */
import { z } from 'zod';
import { AGGREGATE_METHODS } from './aggregate-methods';
import { SEVERITIES, STATUS_FLAGS } from './status';

const time = z.number().describe('Epoch milliseconds, UTC.');
const isoTime = z.string().describe('ISO 8601 with offset.');
const place = z
  .union([z.tuple([z.number(), z.number()]), z.tuple([z.number(), z.number(), z.number()])])
  .describe('WGS84 longitude and latitude in degrees; a height in metres may follow.');
const zone = z.strictObject({ id: z.string(), name: z.string(), level: z.string() });
const zones = z.array(zone);
const value = z
  .union([z.number(), z.string(), z.boolean(), z.null(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .describe('What was read; null where the source has no value.');
const named = z.strictObject({ id: z.string(), name: z.string().optional() });
const unitCode = z.string().describe('UCUM code.');

const metaSchema = z.strictObject({
  datastream: named,
  thing: named.optional(),
  property: z.strictObject({ name: z.string(), definition: z.string().optional() }).optional(),
  sensor: named.optional(),
  unit: z
    .strictObject({ name: z.string().optional(), symbol: z.string().optional(), definition: z.string().optional() })
    .optional(),
  interval: z.number().optional(),
  fields: z
    .array(z.strictObject({ name: z.string(), property: z.string(), unit: unitCode.optional() }))
    .optional()
    .describe('What a record holds, where the value is one: by the keys of the value.'),
  placeFrom: z.enum(['foi', 'historical', 'thing', 'area']).optional(),
});

export const observationSchema = z.strictObject({
  id: z.string().min(1),
  datastream: z.string().min(1),
  property: z.string(),
  time,
  timeEnd: time.optional(),
  value,
  unit: unitCode.optional(),
  place: place.optional(),
  thing: z.string().optional(),
  zones: zones.optional(),
  quality: z.enum(['good', 'suspect', 'bad', 'missing']).optional(),
  meta: metaSchema.optional(),
  change: z.literal('update').optional().describe('Sent before, and changed on the server since.'),
});

const limit = z
  .strictObject({
    op: z.enum(['>', '>=', '<', '<=']),
    value: z.number(),
    unit: unitCode.optional(),
    method: z.enum(AGGREGATE_METHODS).optional(),
    over: z.string().optional(),
  })
  .describe('With what the value was compared, in the unit of the definition; method and over where it is over a window.');

const lineage = z
  .array(z.string())
  .max(100)
  .describe('Ids of the status definitions that it rests on, so that no status feeds itself.');

const kind = z.enum(['point', 'begin', 'end', 'nodata']);

export const eventMessageSchema = z.strictObject({
  id: z.string().min(1),
  event: z.string(),
  name: z.string(),
  domain: z.string().optional(),
  key: z.string(),
  keyName: z.string().optional(),
  stream: z.string(),
  property: z.string().optional(),
  time,
  timeEnd: time.optional(),
  place: place.optional(),
  zones: zones.optional(),
  value: value.optional(),
  unit: unitCode.optional(),
  limit: limit.optional(),
  kind,
  source: z.array(z.string()).max(100),
  lineage: lineage.optional(),
  simulated: z.boolean().optional(),
});

export const evidenceSchema = z.strictObject({
  id: z.string(),
  event: z.string(),
  name: z.string(),
  key: z.string(),
  keyName: z.string().optional(),
  kind,
  time: isoTime,
  value: value.optional(),
  unit: unitCode.optional(),
  limit: limit.optional(),
  place: place.optional(),
});

const state = z.enum(['pending', 'raised', 'updated', 'nodata', 'cleared']);
const severity = z.enum(SEVERITIES);

export const statusMessageSchema = z.strictObject({
  statusId: z.string().min(1),
  revision: z.number().int().nonnegative(),
  status: z.string(),
  name: z.string(),
  domain: z.string().optional(),
  key: z.string(),
  keyName: z.string().optional(),
  state,
  severity,
  since: isoTime,
  updated: isoTime,
  until: isoTime.optional(),
  place: place.optional(),
  zones: zones.optional(),
  area: z.strictObject({ type: z.string(), coordinates: z.unknown() }).optional(),
  count: z.number().int().nonnegative(),
  evidence: z.array(evidenceSchema),
  reason: z.string(),
  flags: z.array(z.string()).describe(`Why this message, and what is special: ${STATUS_FLAGS.join(', ')}.`),
  lineage: lineage.optional(),
  simulated: z.boolean().optional(),
});

export const actionEventSchema = z.strictObject({
  actionId: z.string().min(1),
  action: z.enum(['notify', 'alert', 'createDashboard', 'cap', 'command']),
  statusId: z.string(),
  revision: z.number().int().nonnegative(),
  name: z.string(),
  key: z.string(),
  keyName: z.string().optional(),
  state,
  severity,
  headline: z.string(),
  text: z.string(),
  instruction: z.string().optional(),
  short: z.string().optional(),
  languages: z.record(
    z.string(),
    z.strictObject({
      headline: z.string(),
      text: z.string(),
      instruction: z.string().optional(),
      short: z.string().optional(),
    }),
  ),
  channel: z.string().optional(),
  time: isoTime,
  simulated: z.boolean().optional(),
  occasion: z.enum(['reminder', 'escalation', 'released', 'group', 'digest', 'flood', 'flood-over']).optional(),
  count: z.number().int().nonnegative().optional(),
  members: z.array(z.strictObject({ statusId: z.string(), revision: z.number().int().nonnegative() })).optional(),
  recipient: z
    .strictObject({ id: z.string(), name: z.string(), role: z.string().optional(), address: z.string().optional() })
    .optional(),
});

export const commandSchema = z.strictObject({
  commandId: z.string().min(1),
  actuator: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  statusId: z.string().optional(),
  revision: z.number().int().nonnegative().optional(),
  notBefore: isoTime.optional(),
  validUntil: isoTime,
  confirm: z.enum(['sent', 'accepted', 'done']),
  simulated: z.boolean().optional(),
  who: z.string().max(200).optional(),
  why: z.string().max(2000).optional(),
});

export const commandStateSchema = z.strictObject({
  commandId: z.string().min(1),
  actuator: z.string(),
  state: z.enum(['sent', 'accepted', 'done', 'failed', 'expired']),
  time: isoTime,
  reason: z.string().optional(),
  statusId: z.string().optional(),
  simulated: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  who: z.string().optional(),
});

export const problemSchema = z.strictObject({
  code: z.string().min(1),
  message: z.string(),
  hint: z.string(),
  node: z.string(),
  item: z.unknown(),
});
