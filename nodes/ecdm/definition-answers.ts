/**
 * The part of a definition that says what is done in answer to a status: who is told, and what is moved. What belongs to a
 * machine or is secret (brokers, servers, journals, credentials, the shape of an output) stays in Node-RED.
 */
import { z } from 'zod';
import { clockTime, duration, id, name, severity } from './definition-parts';

const text = z.string().max(5000);
const line = z.string().max(500);
/** Ids or names; the form parts them by commas. */
const nameList = z
  .array(
    z
      .string()
      .max(200)
      .regex(/^[^\s,](?:[^,]*[^\s,])?$/),
  )
  .min(1)
  .max(200);
const names = nameList.optional();
/** `false`: never. */
const durationOrNever = z.union([duration, z.literal(false)]).optional();

/** What somebody wants to know of: everything where it is left out. */
const subscription = { minSeverity: severity.optional(), domains: names, statuses: names, zones: names };

const recipientSchema = z.strictObject({
  id,
  name: name.optional(),
  role: line.optional(),
  /** How it reaches them; as the node's form says when left out. */
  channel: z.enum(['event', 'toast', 'mail', 'telegram', 'sms', 'http', 'mqtt']).optional(),
  /** Mail address, telephone number, chat, URL or topic. */
  address: z.string().max(2000).optional(),
  language: line.optional(),
  timeZone: line.optional(),
  ...subscription,
  /** Told only when nobody has acknowledged for so long. */
  after: duration.optional(),
  /** Local times between which nobody is told; over midnight is allowed. */
  quiet: z.strictObject({ from: clockTime, to: clockTime }).optional(),
  /** `false`: quiet hours hold for critical ones, too. */
  wakes: z.literal(false).optional(),
});

const maintenanceSchema = z.strictObject({
  name: z.string().max(200),
  /** `once`: local dates and times such as 2026-12-01T08:00. `weekly`: 08:00. */
  kind: z.enum(['once', 'weekly']),
  from: line,
  to: line,
  /** 0 (Sunday) to 6; every day when left out. */
  days: z.array(z.number().int().min(0).max(6)).min(1).optional(),
  statuses: names,
  zones: names,
});

const familySchema = z.strictObject({
  /** While one of these is raised, nobody is told of the children: all others when left out. */
  parents: nameList,
  children: names,
  /** Where both must be. */
  scope: z.enum(['key', 'zone', 'everywhere']),
});

/** A warning for the public (CAP 1.2); the words are those of the standard. */
const capSchema = z.strictObject({
  sender: line.optional(),
  senderName: line.optional(),
  status: z.enum(['Actual', 'Exercise', 'System', 'Test', 'Draft']).optional(),
  /** Only with this `Actual` is meant. */
  actual: z.literal(true).optional(),
  scope: z.enum(['Public', 'Restricted', 'Private']).optional(),
  restriction: line.optional(),
  addresses: text.optional(),
  /** For what no row of `categories` fits; by what the status is about when left out. */
  category: line.optional(),
  categories: z
    .array(z.strictObject({ category: line.min(1), statuses: names, domains: names }))
    .min(1)
    .max(50)
    .optional(),
  event: line.optional(),
  expires: duration.optional(),
  /** Kilometres around a place without an area. */
  radius: z.number().min(0.01).max(1000).optional(),
  contact: line.optional(),
  web: line.optional(),
});

export const actionSchema = z.strictObject({
  id,
  name,
  action: z.enum(['notify', 'alert', 'createDashboard', 'cap']),
  /** Ids of the statuses it answers; all that reach it when left out. */
  statuses: z.array(id).optional(),
  on: z.array(z.enum(['pending', 'raised', 'updated', 'nodata', 'cleared'])).min(1),
  minSeverity: severity.optional(),
  /** Texts by language ("en-US", "th"), with {{place holders}}; `short` where there is little room. */
  texts: z.record(
    z.string(),
    z.strictObject({ headline: text, text: text.optional(), instruction: text.optional(), short: text.optional() }),
  ),
  channel: z.string().max(200).optional(),
  /** All is marked as a test or an exercise. */
  drill: z.enum(['test', 'exercise']).optional(),
  language: line.optional(),
  timeZone: line.optional(),
  /** `false`: each status is told by itself, also when it says nothing new. What is left out is as in a new node. */
  onlyNew: z.literal(false).optional(),
  group: durationOrNever,
  /** More than so many in ten minutes are one summary; 0: never. */
  flood: z.number().int().min(0).max(500).optional(),
  /** Most notices an hour for each recipient; 0: any number. */
  perHour: z.number().int().min(0).max(1000).optional(),
  remind: durationOrNever,
  recipients: z.array(recipientSchema).min(1).max(50).optional(),
  /** What a role is told, beside what each recipient wants. */
  roles: z
    .array(z.strictObject({ role: line.min(1), ...subscription }))
    .min(1)
    .max(50)
    .optional(),
  maintenance: z.array(maintenanceSchema).min(1).max(50).optional(),
  families: z.array(familySchema).min(1).max(50).optional(),
  cap: capSchema.optional(),
});
export type ActionDefinition = z.infer<typeof actionSchema>;
export type RecipientDefinition = z.infer<typeof recipientSchema>;
export type SubscriptionDefinition = Pick<RecipientDefinition, keyof typeof subscription>;

const compared = z.enum(['=', '!=', '>', '>=', '<', '<=']);

export const actuatorSchema = z.strictObject({
  id,
  name,
  via: z.enum(['mqtt', 'http', 'tasking']),
  /** MQTT topic or HTTP address, with {{place holders}}, or the id of a TaskingCapability; secrets are never part of it. */
  address: z.string().min(1).max(2000),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** MQTT: quality of service (1 when left out), and whether the broker keeps what was sent last. */
  qos: z.number().int().min(0).max(2).optional(),
  retain: z.literal(true).optional(),
  /** HTTP: how it logs in; the credentials stay in Node-RED. */
  auth: z.enum(['basic', 'bearer']).optional(),
  /** SensorThings Tasking: what people call the TaskingCapability, and its `taskingParameters` as the server says them. */
  capability: z.strictObject({ name: line.optional(), parameters: z.unknown().optional() }).optional(),
  /** Ids of the statuses it answers; all that reach it when left out. */
  statuses: z.array(id).optional(),
  /** What to send in which state of the status; nothing for a state that is left out. */
  payloads: z.partialRecord(z.enum(['raised', 'updated', 'nodata', 'cleared']), text),
  confirm: z.strictObject({
    level: z.enum(['sent', 'accepted', 'done']),
    within: duration,
    /** What shows that it is done: its own answer (when left out), an answer to an address of ours, or a reading. */
    by: z.enum(['callback', 'observation']).optional(),
    /** MQTT: where it answers. */
    topic: z.string().max(2000).optional(),
    /** What the answer must be. */
    expect: text.optional(),
    /** `callback`: where this Node-RED is reached from outside. */
    base: z.string().max(2000).optional(),
    /** `observation`: the reading that shows it, with place holders. */
    reading: z.strictObject({ datastream: line, compare: compared, value: line }).optional(),
  }),
  validFor: duration.optional(),
  /** Topic or address where can be asked what became of an order. */
  askAt: z.string().max(2000).optional(),
  /** How often what failed is sent again; never when left out. */
  retries: z.number().int().min(1).max(20).optional(),
  /** The same order twice does no harm. */
  again: z.literal(true).optional(),
  /** Least time between two orders to one address. */
  pause: duration.optional(),
  interlocks: z
    .array(
      z.strictObject({
        /** Refused while a status is raised, or unless it is. */
        rule: z.enum(['while', 'unless']),
        status: id,
        keys: z.enum(['same', 'any']),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
  /** Topics or addresses that may be ordered at all. */
  allowed: z.array(z.string().min(1).max(2000)).min(1).max(1000).optional(),
  dryRun: z.literal(true).optional(),
  /** People may take over by message. */
  acts: z.literal(true).optional(),
  /** Simulated statuses move it, too. */
  alsoSimulated: z.literal(true).optional(),
  language: line.optional(),
});
export type ActuatorDefinition = z.infer<typeof actuatorSchema>;
