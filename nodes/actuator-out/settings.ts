/** Reads what the form saved into what the node works with; nothing saved is trusted to be whole. */
import type { ConfirmLevel } from '../ecdm/action';
import { objectOf } from '../ecdm/saved-config';
import { readAllowed } from './allow';
import type { Interlock } from './interlock';
import { readTaskFields, type TaskFields } from './tasking/fields';
import { parseDuration } from '../ecdm/duration';
import type { StatusState } from '../ecdm/status';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const WAYS = ['mqtt', 'http', 'tasking'] as const;
const CONFIRMS = ['answer', 'callback', 'observation'] as const;
const COMPARES = ['=', '!=', '>', '>=', '<', '<='] as const;
/** Most times that an order is sent again. */
export const MOST_RETRIES = 20;
/** Interlocks that the form takes. */
export const MOST_INTERLOCKS = 50;
export const ORDER_STATES = ['raised', 'updated', 'nodata', 'cleared'] as const;

export interface ActuatorSettings {
  id: string;
  /** Name of the actuator, as commands call it. */
  name: string;
  via: (typeof WAYS)[number];
  broker: string;
  /** Topic or address, with place holders; of a server the path of its TaskingCapability. */
  address: string;
  qos: 0 | 1 | 2;
  retain: boolean;
  method: (typeof METHODS)[number];
  auth: 'none' | 'basic' | 'bearer';
  /** Ids or names of the statuses that it answers; all when empty. */
  statuses: ReadonlySet<string>;
  /** What is sent in which state; nothing in the others. */
  payloads: ReadonlyMap<StatusState, string>;
  level: ConfirmLevel;
  /** Milliseconds within which the level must be reached. */
  within: number;
  /** MQTT: where the actuator answers. */
  answerTopic: string;
  /** What the answer must be; empty: the commandId, or what was sent. */
  expect: string;
  /**
   * What shows that it is done: what the far side says in its own way (answer topic, answer of the request, state of the
   * Task), what is told at an address of ours, or a reading.
   */
  confirmBy: (typeof CONFIRMS)[number];
  /** Where this Node-RED is reached from outside, for answers by HTTP. */
  callbackBase: string;
  reading: ReadingRule;
  /** Topic or address where can be asked what became of an order; empty without. */
  askAt: string;
  /** How often what failed is sent again. */
  retries: number;
  /** Whether the same order twice does no harm. */
  again: boolean;
  /** Least milliseconds between two orders to one address. */
  pause: number;
  interlocks: readonly Interlock[];
  /** Topics or addresses that may be ordered; all that the template gives when empty. */
  allowed: readonly string[];
  /** Whether nothing is to be moved at all. */
  dryRun: boolean;
  /** Whether people may take over by message. */
  acts: boolean;
  /** Id of the journal. */
  journal: string;
  /** Id of the server that has the TaskingCapability. */
  server: string;
  /** What the TaskingCapability takes; `undefined` where it does not say so in a known way. */
  task: TaskFields | undefined;
  /** Milliseconds after which a command is not sent any more. */
  validFor: number;
  alsoSimulated: boolean;
  language: string;
}

/** The reading that shows that an order is done. */
export interface ReadingRule {
  /** Datastream, with place holders: as observations on the input name it, or its id on the server. */
  datastream: string;
  compare: (typeof COMPARES)[number];
  /** With place holders; a number, or a text for = and ≠. */
  value: string;
  /** Id of the server that is asked; empty: readings come in by the input. */
  server: string;
}

const asText = (raw: unknown): string => (typeof raw === 'string' ? raw.trim() : '');

function oneOf<T>(list: readonly T[], raw: unknown, otherwise: T): T {
  return list.find((one) => one === raw) ?? otherwise;
}

function readPayloads(raw: unknown): Map<StatusState, string> {
  const payloads = new Map<StatusState, string>();
  if (typeof raw !== 'object' || raw === null) return payloads;
  for (const state of ORDER_STATES) {
    const payload: unknown = Object.hasOwn(raw, state) ? (raw as Record<string, unknown>)[state] : undefined;
    if (typeof payload === 'string' && payload !== '') payloads.set(state, payload);
  }
  return payloads;
}

/** The one address of the node: for a server the path of its TaskingCapability, whose id people chose. */
function addressOf(via: ActuatorSettings['via'], config: Readonly<Record<string, unknown>>): string {
  if (via !== 'tasking') return asText(via === 'mqtt' ? config['topic'] : config['url']);
  const id = asText(config['capability']);
  return id === '' ? '' : `TaskingCapabilities(${id})`;
}

function readRetries(raw: unknown): number {
  const number = Number(raw);
  return Number.isFinite(number) ? Math.min(MOST_RETRIES, Math.max(0, Math.floor(number))) : 0;
}

function readInterlocks(raw: unknown): Interlock[] {
  if (!Array.isArray(raw)) return [];
  // what a flow made by hand holds beyond the bound of the form counts as well: a lock that is left out is open
  return raw.flatMap((one: unknown) => {
    const { rule, status, keys } = objectOf(one) ?? {};
    if (asText(status) === '') return [];
    return [
      {
        rule: oneOf(['while', 'unless'] as const, rule, 'while'),
        status: asText(status),
        keys: oneOf(['same', 'any'] as const, keys, 'any'),
      },
    ];
  });
}

/** @param config the node's saved configuration, migrated */
export function readSettings(config: Readonly<Record<string, unknown>>, language = 'en-US'): ActuatorSettings {
  const via = oneOf(WAYS, config['via'], 'mqtt');
  const level = oneOf(['sent', 'accepted', 'done'] as const, config['confirm'], 'accepted');
  const qos = oneOf([0, 1, 2] as const, Number(config['qos']), 1);
  const statuses = Array.isArray(config['statuses']) ? (config['statuses'] as unknown[]) : [];
  return {
    id: asText(config['id']),
    name: asText(config['name']) || asText(config['id']),
    via,
    broker: asText(config['broker']),
    address: addressOf(via, config),
    // a broker acknowledges nothing at QoS 0
    qos: level !== 'sent' && qos === 0 ? 1 : qos,
    retain: config['retain'] === true,
    method: oneOf(METHODS, config['method'], 'POST'),
    auth: oneOf(['none', 'basic', 'bearer'] as const, config['auth'], 'none'),
    statuses: new Set(statuses.filter((one): one is string => typeof one === 'string' && one !== '')),
    payloads: readPayloads(config['payloads']),
    level,
    within: Math.max(1, parseDuration(config['within']) ?? 10_000),
    answerTopic: asText(config['answerTopic']),
    expect: asText(config['expect']),
    confirmBy: oneOf(CONFIRMS, config['confirmBy'], 'answer'),
    callbackBase: asText(config['callbackBase']),
    reading: {
      datastream: asText(config['readingDatastream']),
      compare: oneOf(COMPARES, config['readingCompare'], '='),
      value: asText(config['readingValue']),
      server: asText(config['readingServer']),
    },
    askAt: via === 'tasking' ? '' : asText(config['askAt']),
    retries: readRetries(config['retries']),
    again: config['again'] === true,
    pause: parseDuration(config['pause']) ?? 0,
    interlocks: readInterlocks(config['interlocks']),
    allowed: readAllowed(config['allowed']),
    dryRun: config['dryRun'] === true,
    acts: config['acts'] === true,
    journal: asText(config['journal']),
    server: asText(config['server']),
    task: readTaskFields(config['taskParameters']),
    validFor: parseDuration(config['validFor']) ?? 300_000,
    alsoSimulated: config['alsoSimulated'] === true,
    language: asText(config['language']) || language,
  };
}
