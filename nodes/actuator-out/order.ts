/** The order that goes out for a state; the form shows it before anything is sent. */
import type { ConfirmLevel } from '../ecdm/action';
import type { Mode } from '../ecdm/city';
import { idIn, realmOf, type Realm } from '../ecdm/realms';
import type { StatusState } from '../ecdm/status';
import { fillTemplate } from '../ecdm/template';
import { parseTime } from '../ecdm/time';
import { fillBody, fillTopic, fillUrl } from './address';
import { callbackUrl, newToken } from './callback-address';
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
  /** Where can be asked what became of it; empty without. */
  askAt?: string;
  simulated: boolean;
  /** Versions before did not keep it. */
  realm?: Realm;
  /** Key of the status that it answers, for interlocks. */
  key?: string;
  /** The person who ordered it, and why; without them it is automation. */
  who?: string;
  why?: string;
  /** What nobody can guess: whoever knows it may tell what became of this order. */
  token?: string;
  /** The reading that shows that it is done. */
  reading?: { datastream: string; value: string };
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
  const realm = realmOf(mode, of.simulated);
  // the far side, too, may take two orders of one id for the same
  const commandId = idIn(realm, `${of.statusId}|${of.revision}|${settings.id}`);
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
    simulated: realm !== 'real',
    realm,
    key: fields.get('key'),
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
  const address = fillAddress(settings, settings.address, fields);
  if (address === undefined) return 'address';
  const token = settings.confirmBy === 'callback' ? newToken() : undefined;
  if (token !== undefined) fields.set('callback', callbackUrl(settings.callbackBase, { token })!);
  const order: Order = {
    ...part(fields),
    address,
    answerTopic: settings.confirmBy === 'answer' ? fillTopicFilter(settings.answerTopic, fields) : '',
    expect: fillTemplate(settings.expect, fields),
  };
  if (token !== undefined) order.token = token;
  if (settings.askAt !== '') order.askAt = fillAddress(settings, settings.askAt, fields) ?? '';
  if (settings.confirmBy === 'observation') {
    const { datastream, value } = settings.reading;
    order.reading = { datastream: fillTemplate(datastream, fields), value: fillTemplate(value, fields).trim() };
  }
  return order;
}

/** What a node orders at a server is fixed in its settings; elsewhere values are encoded for the place where they stand. */
function fillAddress(settings: ActuatorSettings, template: string, fields: Map<string, string>): string | undefined {
  if (settings.via === 'tasking') return settings.address === '' ? undefined : settings.address;
  return settings.via === 'mqtt' ? fillTopic(template, fields) : fillUrl(template, fields);
}

/** As a topic, but the wildcards that people wrote stay. */
function fillTopicFilter(template: string, fields: Map<string, string>): string {
  return template
    .split('/')
    .map((level) => (level === '+' || level === '#' ? level : (fillTopic(level, fields) ?? level)))
    .join('/');
}
