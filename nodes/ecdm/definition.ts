/**
 * The portable definition: everything that a rule is, in one `*.ecdm.json`. In Node-RED the node configuration
 * is the truth; nodes and the command line build these same objects and hand them to the same engines.
 * Durations stay the texts that people wrote ("10 min"), so that nothing is lost on the way round.
 */
import { z } from 'zod';
import { AGGREGATE_METHODS, type AggregateMethod } from './aggregate-methods';
import { actionSchema, actuatorSchema } from './definition-answers';
import { clockTime, duration, id, name, severity } from './definition-parts';
import { ruleTestsSchema } from './rule-test';

export type { ActionDefinition, ActuatorDefinition } from './definition-answers';

/** Version of the format; grows when an older program could not read a newer file. */
export const DEFINITION_VERSION = 1;

const unit = z.string().max(60);

// ---- conditions over one reading (or one aggregate of readings)

/** Which part of the reading is looked at: `value` (default), `quality`, or a path into a record such as `value.rain`. */
const field = z.string().max(200).optional();

const compare = z.strictObject({
  op: z.enum(['>', '>=', '<', '<=', '=', '!=']),
  field,
  value: z.union([z.number(), z.string(), z.boolean()]),
  unit: unit.optional(),
  /** Hysteresis: the state ends only when the value is past this limit (in the same unit). */
  clear: z.number().optional(),
});
const between = z.strictObject({
  op: z.enum(['between', 'outside']),
  field,
  low: z.number(),
  high: z.number(),
  unit: unit.optional(),
  /** Hysteresis: how far the value must be past a border before the state ends. */
  margin: z.number().nonnegative().optional(),
});
const oneOf = z.strictObject({
  op: z.literal('in'),
  field,
  values: z.array(z.union([z.number(), z.string(), z.boolean()])).min(1).max(1000),
});
const timeOfDay = z.strictObject({
  op: z.literal('time'),
  /** Local times; a span over midnight is allowed. `from` counts, `to` does not. */
  from: clockTime,
  to: clockTime,
  /** 1 = Monday ... 7 = Sunday, of the moment at which the span began; all days when left out. */
  days: z.array(z.number().int().min(1).max(7)).min(1).optional(),
  /** IANA zone; the domain's when left out, else UTC. */
  zone: z.string().optional(),
});

export type Compare = z.infer<typeof compare>;
export type Between = z.infer<typeof between>;
export type OneOf = z.infer<typeof oneOf>;
export type TimeOfDay = z.infer<typeof timeOfDay>;
export type Leaf = Compare | Between | OneOf | TimeOfDay;
export type Condition = Leaf | { op: 'all' | 'any'; of: Condition[] } | { op: 'not'; of: Condition };

const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    compare,
    between,
    oneOf,
    timeOfDay,
    z.strictObject({ op: z.enum(['all', 'any']), of: z.array(conditionSchema).min(1).max(50) }),
    z.strictObject({ op: z.literal('not'), of: conditionSchema }),
  ]),
);

// ---- events

export { AGGREGATE_METHODS, type AggregateMethod };

export const SCOPES = ['datastream', 'station', 'zone', 'city'] as const;
export type Scope = (typeof SCOPES)[number];

const aggregateSchema = z.strictObject({
  method: z.enum(AGGREGATE_METHODS),
  /** Length of the window (t - over, t]. */
  over: duration,
  /** Distance between two results. Left out: at every reading for one station, else as long as the window. */
  step: duration.optional(),
  /** Over which readings it runs: of one Datastream, of one Thing, of a zone, of the whole city. */
  scope: z.enum(SCOPES),
  /** With scope `zone`: the level in the hierarchy; every zone when left out. */
  level: z.string().optional(),
  /** Fewer readings than this give no result. */
  minSamples: z.number().int().min(1).optional(),
  /** With method `percentile`, 0 to 100. */
  percentile: z.number().min(0).max(100).optional(),
});
export type Aggregate = z.infer<typeof aggregateSchema>;

export const eventSchema = z.strictObject({
  id,
  name,
  domain: id.optional(),
  /** Which readings it looks at: all when empty; names compare without case. */
  observe: z
    .strictObject({
      properties: z.array(z.string()).optional(),
      things: z.array(z.string()).optional(),
      datastreams: z.array(z.string()).optional(),
    })
    .optional(),
  aggregate: aggregateSchema.optional(),
  when: conditionSchema,
  /** `state`: begin and end. `point`: one event for each reading that fulfils the condition. */
  emit: z.enum(['state', 'point']),
  /** The condition must hold this long without interruption before the state begins. */
  for: duration.optional(),
  gap: z
    .strictObject({
      /** Silence that counts as a gap; three times the expected interval when left out. */
      after: duration.optional(),
      /** `keep`: the state goes on, marked as not known. `end`: it ends. Either is stamped last reading + gap. */
      then: z.enum(['keep', 'end']),
    })
    .optional(),
  /** Readings this late are still sorted in; 30 s when left out. */
  lateness: duration.optional(),
});
export type EventDefinition = z.infer<typeof eventSchema>;

// ---- patterns over events

/** What an event of the pattern is called in comparisons: "e1". */
const alias = z.string().regex(/^\p{L}[\p{L}\p{M}\p{N}_]{0,39}$/u, 'alias');
/** Which part of an event is compared: its value, a path into a record, or its key, property or time. */
const eventField = z.string().regex(/^(value(\.[^.\s]{1,60}){0,5}|key|property|time)$/, 'eventField');

/** A number, text or truth of an event that takes part: `field` of the one called `of`, times a factor, plus a number. */
export interface EventTerm { of: string; field?: string; times?: number; plus?: number }
/** Compares two events of one match, or an event with something fixed: `e2.value > e1.value + 5`. */
export interface Comparison {
  left: EventTerm;
  op: '>' | '>=' | '<' | '<=' | '=' | '!=';
  right: EventTerm | { value: number | string | boolean };
}

export interface PatternEvent { op: 'event'; event: string; as?: string }
export interface PatternGroup { op: 'then' | 'and' | 'or'; of: Pattern[]; within?: string; where?: Comparison[] }
export interface PatternTimes { op: 'times'; of: Pattern; min: number; max?: number; within?: string }
export interface PatternNo { op: 'no'; of: Pattern; for?: string }
export interface PatternLasting { op: 'lasting'; of: Pattern; for: string }
/** Every time anew, inside a match: the rest is paired with each occurrence of it, not with the newest only. */
export interface PatternEvery { op: 'every'; of: Pattern }
/** What the values of an event come to over a window is past a limit: "average of E over 1 h > 90". */
export interface PatternAggregate {
  op: 'aggregate';
  event: string;
  method: AggregateMethod;
  over: string;
  compare: '>' | '>=' | '<' | '<=';
  value: number;
  percentile?: number;
  minSamples?: number;
}
export type Pattern =
  | PatternEvent | PatternGroup | PatternTimes | PatternNo | PatternLasting | PatternEvery | PatternAggregate;

const eventTerm = z.strictObject({
  of: alias, field: eventField.optional(), times: z.number().optional(), plus: z.number().optional(),
});
const comparison = z.strictObject({
  left: eventTerm,
  op: z.enum(['>', '>=', '<', '<=', '=', '!=']),
  right: z.union([eventTerm, z.strictObject({ value: z.union([z.number(), z.string().max(200), z.boolean()]) })]),
});

export const patternSchema: z.ZodType<Pattern> = z.lazy(() =>
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('event'), event: id, as: alias.optional() }),
    z.strictObject({
      op: z.enum(['then', 'and', 'or']), of: z.array(patternSchema).min(1).max(20), within: duration.optional(),
      where: z.array(comparison).min(1).max(20).optional(),
    }),
    z.strictObject({
      op: z.literal('times'), of: patternSchema, min: z.number().int().min(0).max(1000),
      max: z.number().int().min(1).max(1000).optional(), within: duration.optional(),
    }),
    z.strictObject({ op: z.literal('no'), of: patternSchema, for: duration.optional() }),
    z.strictObject({ op: z.literal('lasting'), of: patternSchema, for: duration }),
    z.strictObject({ op: z.literal('every'), of: patternSchema }),
    z.strictObject({
      op: z.literal('aggregate'), event: id, method: z.enum(AGGREGATE_METHODS), over: duration,
      compare: z.enum(['>', '>=', '<', '<=']), value: z.number(),
      percentile: z.number().min(0).max(100).optional(), minSamples: z.number().int().min(1).optional(),
    }),
  ]),
);

/** `near`: around the place of the first event of a match; the key is that event's. */
const KEYS = ['station', 'datastream', 'zone', 'property', 'city', 'near'] as const;

/** Which matches are told: see `pairing`. */
export const PAIRINGS = ['newest', 'each', 'once', 'all'] as const;
export type Pairing = (typeof PAIRINGS)[number];
export type KeyKind = (typeof KEYS)[number];

export const statusSchema = z.strictObject({
  id,
  name,
  domain: id.optional(),
  when: patternSchema,
  /** What one independent instance of the rule runs for. */
  per: z.strictObject({
    by: z.enum(KEYS),
    level: z.string().optional(),
    /** With `near`: how far every event may be from the first one. */
    metres: z.number().positive().max(100_000).optional(),
  }),
  /**
   * `newest` (default): a detection whenever some match ends, with the latest start. `each`: every opener is paired with
   * the first fitting later event. `once`: the first match only, until it is cleared. `all`: all combinations, capped.
   */
  pairing: z.enum(PAIRINGS).optional(),
  /** `fresh` (default): what led to a detection is used up. `keep`: it may be part of the next one, too. */
  afterDetection: z.enum(['fresh', 'keep']).optional(),
  severity,
  /** Other severities while it is raised: after a time, or while another pattern is true. The highest counts. */
  steps: z
    .array(z.strictObject({ severity, after: duration.optional(), when: patternSchema.optional() }))
    .max(10)
    .optional(),
  /** Raised only when the pattern has been true this long. */
  for: duration.optional(),
  clear: z
    .strictObject({
      /** Quiet time before it clears. */
      after: duration.optional(),
      when: patternSchema.optional(),
      byHand: z.boolean().optional(),
      /** Back to normal is not enough: it stays until somebody clears it by hand. */
      latched: z.boolean().optional(),
    })
    .optional(),
  /** Ids of statuses: while one of them is raised for the same key, zone or city, this one is not raised. */
  notWhile: z.array(id).max(20).optional(),
  /** Says again, while it is raised, that it still is. */
  remindEvery: duration.optional(),
  /** So many raises in such a time are one flapping status, until it was steady so long. Left out: 5 in 30 min, 15 min. */
  flapping: z
    .union([
      z.literal(false),
      z.strictObject({ raises: z.number().int().min(2).max(100), in: duration, steady: duration }),
    ])
    .optional(),
  /** Least time between two `updated`; 1 min when left out. */
  updateEvery: duration.optional(),
  lateness: duration.optional(),
});
export type StatusDefinition = z.infer<typeof statusSchema>;

// ---- domains, and the whole

const domainSchema = z.strictObject({
  id,
  name,
  description: z.string().max(2000).optional(),
  /** The span that the domain watches, ISO 8601; open where left out. */
  timeSpan: z.strictObject({ from: z.string().optional(), to: z.string().optional() }).optional(),
  /** Usual time between two readings of one sensor. */
  sampling: duration.optional(),
  /** Names or ids of the zones it is about; everywhere when left out. */
  zones: z.array(z.string()).optional(),
  /** How readings are summarised where an event does not say otherwise. */
  method: z.enum(AGGREGATE_METHODS).optional(),
  /** Language of the sentences: "en-US", "th". */
  language: z.string().optional(),
  /** IANA zone in which times are written and times of day are meant. */
  timeZone: z.string().optional(),
});
export type DomainDefinition = z.infer<typeof domainSchema>;

export const definitionSchema = z.strictObject({
  $schema: z.string().optional(),
  ecdm: z.literal(DEFINITION_VERSION),
  name,
  description: z.string().max(5000).optional(),
  domains: z.array(domainSchema).max(1000).default([]),
  events: z.array(eventSchema).max(10_000).default([]),
  statuses: z.array(statusSchema).max(10_000).default([]),
  actions: z.array(actionSchema).max(10_000).default([]),
  actuators: z.array(actuatorSchema).max(10_000).default([]),
  tests: ruleTestsSchema.optional(),
});
export type Definition = z.infer<typeof definitionSchema>;
