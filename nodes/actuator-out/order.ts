/** The order that goes out for a state; the form shows it before anything is sent. */
import type { ConfirmLevel } from '../ecdm/action';
import { isUnreal, type Mode } from '../ecdm/city';
import type { StatusState } from '../ecdm/status';
import { fillTemplate } from '../ecdm/template';
import { parseTime } from '../ecdm/time';
import { fillBody, fillTopic, fillUrl } from './address';
import type { ActuatorSettings } from './settings';

export interface Order {
  commandId: string;
  address: string;
  body: string;
  /** Epoch milliseconds. */
  notBefore: number;
  validUntil: number;
  level: ConfirmLevel;
  statusId: string | undefined;
  revision: number | undefined;
  /** Filter of the topics on which the actuator answers; empty without. */
  answerTopic: string;
  /** What the answer must be; empty: the commandId, or what was sent. */
  expect: string;
  simulated: boolean;
}

/** What an order is made of, apart from what the settings alone say. */
export type Part = Omit<Order, 'address' | 'answerTopic' | 'expect'>;

/** Why there is no order: nothing is sent in this state, or the address that is filled in cannot be used. */
export type NoOrder = 'nothing' | 'address';

/** @param fields what the place holders stand for */
export function orderOfState(
  of: { statusId: string; revision: number; time: string; simulated?: boolean },
  state: StatusState,
  fields: Map<string, string>,
  settings: ActuatorSettings,
  mode: Mode,
  now: number,
): Order | NoOrder {
  const payload = settings.payloads.get(state);
  if (payload === undefined) return 'nothing';
  const commandId = `${of.statusId}|${of.revision}|${settings.id}`;
  // what is caught up after an outage was true then: an old status must not move anything now
  const from = mode === 'catch-up' ? Math.min(now, parseTime(of.time) ?? now) : now;
  return completeOrder(commandId, fields, settings, (all) => ({
    commandId,
    body: fillBody(payload, all),
    notBefore: now,
    validUntil: from + settings.validFor,
    level: settings.level,
    statusId: of.statusId,
    revision: of.revision,
    simulated: of.simulated === true || isUnreal(mode),
  }));
}

/** Adds where an order goes and what answers it. */
export function completeOrder(
  commandId: string,
  fields: Map<string, string>,
  settings: ActuatorSettings,
  part: (fields: Map<string, string>) => Part,
): Order | 'address' {
  fields.set('commandId', commandId);
  fields.set('actuator', settings.name);
  const fill = settings.via === 'mqtt' ? fillTopic : fillUrl;
  const address = fill(settings.address, fields);
  if (address === undefined) return 'address';
  const answerTopic = fillTopicFilter(settings.answerTopic, fields);
  return { ...part(fields), address, answerTopic, expect: fillTemplate(settings.expect, fields) };
}

/** As a topic, but the wildcards that people wrote stay. */
function fillTopicFilter(template: string, fields: Map<string, string>): string {
  return template
    .split('/')
    .map((level) => (level === '+' || level === '#' ? level : (fillTopic(level, fields) ?? level)))
    .join('/');
}
