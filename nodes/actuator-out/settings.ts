/** Reads what the form saved into what the node works with; nothing saved is trusted to be whole. */
import type { ConfirmLevel } from '../ecdm/action';
import { parseDuration } from '../ecdm/duration';
import type { StatusState } from '../ecdm/status';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const ORDER_STATES = ['raised', 'updated', 'nodata', 'cleared'] as const;

export interface ActuatorSettings {
  id: string;
  /** Name of the actuator, as commands call it. */
  name: string;
  via: 'mqtt' | 'http';
  broker: string;
  /** Topic or address, with place holders. */
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
  /** Milliseconds after which a command is not sent any more. */
  validFor: number;
  alsoSimulated: boolean;
  language: string;
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

/** @param config the node's saved configuration, migrated */
export function readSettings(config: Readonly<Record<string, unknown>>, language = 'en-US'): ActuatorSettings {
  const via = oneOf(['mqtt', 'http'] as const, config['via'], 'mqtt');
  const level = oneOf(['sent', 'accepted', 'done'] as const, config['confirm'], 'accepted');
  const qos = oneOf([0, 1, 2] as const, Number(config['qos']), 1);
  const statuses = Array.isArray(config['statuses']) ? (config['statuses'] as unknown[]) : [];
  return {
    id: asText(config['id']),
    name: asText(config['name']) || asText(config['id']),
    via,
    broker: asText(config['broker']),
    address: asText(via === 'mqtt' ? config['topic'] : config['url']),
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
    validFor: parseDuration(config['validFor']) ?? 300_000,
    alsoSimulated: config['alsoSimulated'] === true,
    language: asText(config['language']) || language,
  };
}
