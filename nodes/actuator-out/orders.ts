/** From a status, an action event or a command to the order that goes out. */
import type { ActionEvent, Command, ConfirmLevel } from '../ecdm/action';
import { isUnreal, type Mode } from '../ecdm/city';
import { makeProblem, type Problem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import type { Status, StatusState } from '../ecdm/status';
import { machineFields } from '../ecdm/status-fields';
import { fillTemplate, PLACEHOLDERS } from '../ecdm/template';
import { text } from '../ecdm/text';
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

/** Longest parameters of a command, as JSON. */
const BODY_LIMIT = 65_536;
const LEVELS: readonly ConfirmLevel[] = ['sent', 'accepted', 'done'];

type Say = (code: string, key: string, item: unknown, parameters?: Record<string, string>) => Problem;

/**
 * @param isNew counts a revision of a status as answered; false where it, or a newer one, has been answered before
 * @returns the order, a problem, or `undefined` where there is nothing to do
 */
export function makeOrder(
  raw: unknown,
  settings: ActuatorSettings,
  mode: Mode,
  now: number,
  isNew: (id: string, revision: number) => boolean,
): Order | Problem | undefined {
  const say: Say = (code, key, item, parameters) =>
    makeProblem(code, text(settings.language, key, parameters), text(settings.language, `${key}Hint`), item);
  if (isCommand(raw)) return fromCommand(raw, settings, mode, now, isNew, say);
  const item = readItem(raw, settings.language);
  if ('code' in item) return item;
  if (item.kind === 'status') {
    const { status } = item;
    if (!isNew(status.statusId, status.revision) || !answers(settings, status)) return undefined;
    return fromState(raw, { ...status, time: status.updated }, status.state, machineFields(status), settings, mode, now, say);
  }
  if (item.kind === 'action') {
    const { action } = item;
    if (!isNew(action.statusId, action.revision)) return undefined;
    return fromState(raw, action, action.state, actionFields(action), settings, mode, now, say);
  }
  return makeProblem('item/none', text(settings.language, 'item.none'), text(settings.language, 'item.noneHint'), raw);
}

function answers(settings: ActuatorSettings, status: Status): boolean {
  return settings.statuses.size === 0 || settings.statuses.has(status.status) || settings.statuses.has(status.name);
}

function actionFields(action: ActionEvent): Map<string, string> {
  return new Map<string, string>([
    ['headline', action.headline],
    ['text', action.text],
    ['name', action.name],
    ['key', action.key],
    ['keyName', action.keyName ?? action.key],
    ['state', action.state],
    ['severity', action.severity],
    ['updated', action.time],
    ['statusId', action.statusId],
    ['revision', String(action.revision)],
  ]);
}

function fromState(
  raw: unknown,
  of: { statusId: string; revision: number; time: string; simulated?: boolean },
  state: StatusState,
  fields: Map<string, string>,
  settings: ActuatorSettings,
  mode: Mode,
  now: number,
  say: Say,
): Order | Problem | undefined {
  const payload = settings.payloads.get(state);
  if (payload === undefined) return undefined;
  const commandId = `${of.statusId}|${of.revision}|${settings.id}`;
  // what is caught up after an outage was true then: an old status must not move anything now
  const from = mode === 'catch-up' ? Math.min(now, parseTime(of.time) ?? now) : now;
  return build(
    raw,
    fields,
    settings,
    say,
    (all) => ({
      commandId,
      body: fillBody(payload, all),
      notBefore: now,
      validUntil: from + settings.validFor,
      level: settings.level,
      statusId: of.statusId,
      revision: of.revision,
      simulated: of.simulated === true || isUnreal(mode),
    }),
    commandId,
  );
}

type Part = Omit<Order, 'address' | 'answerTopic' | 'expect'>;

function build(
  raw: unknown,
  fields: Map<string, string>,
  settings: ActuatorSettings,
  say: Say,
  part: (fields: Map<string, string>) => Part,
  commandId: string,
): Order | Problem {
  fields.set('commandId', commandId);
  fields.set('actuator', settings.name);
  const fill = settings.via === 'mqtt' ? fillTopic : fillUrl;
  const address = fill(settings.address, fields);
  if (address === undefined)
    return say('order/address', 'order.address', raw, { address: settings.address.slice(0, 200) });
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

function isCommand(raw: unknown): raw is Record<string, unknown> {
  try {
    return typeof raw === 'object' && raw !== null && !Array.isArray(raw) && Object.hasOwn(raw, 'commandId');
  } catch {
    return false;
  }
}

function fromCommand(
  raw: Record<string, unknown>,
  settings: ActuatorSettings,
  mode: Mode,
  now: number,
  isNew: (id: string, revision: number) => boolean,
  say: Say,
): Order | Problem | undefined {
  const bad = (field: string): Problem =>
    makeProblem(
      'item/command',
      text(settings.language, 'item.bad', { what: 'command', field }),
      text(settings.language, 'item.badHint'),
      raw,
    );
  const { commandId, actuator, parameters, validUntil, notBefore, confirm, statusId, revision, simulated } =
    raw as Partial<Record<keyof Command, unknown>>;
  if (typeof commandId !== 'string' || commandId === '' || commandId.length > 1000) return bad('commandId');
  if (typeof actuator !== 'string') return bad('actuator');
  if (actuator !== settings.name && actuator !== settings.id) {
    return say('order/other', 'order.other', raw, { actuator: actuator.slice(0, 100), name: settings.name });
  }
  const until = parseTime(validUntil);
  if (until === undefined) return bad('validUntil');
  const from = notBefore === undefined ? now : parseTime(notBefore);
  if (from === undefined) return bad('notBefore');
  if (typeof parameters !== 'object' || parameters === null) return bad('parameters');
  const body = shortJson(parameters);
  if (body === undefined) return bad('parameters');
  if (!isNew(`command ${commandId}`, 0)) return undefined;
  return build(
    raw,
    parameterFields(parameters),
    settings,
    say,
    () => ({
      commandId,
      body,
      notBefore: from,
      validUntil: until,
      level: LEVELS.find((level) => level === confirm) ?? settings.level,
      statusId: typeof statusId === 'string' ? statusId.slice(0, 1000) : undefined,
      revision: Number.isSafeInteger(revision) ? (revision as number) : undefined,
      simulated: simulated === true || isUnreal(mode),
    }),
    commandId,
  );
}

function shortJson(parameters: object): string | undefined {
  try {
    const json = JSON.stringify(parameters);
    return json.length <= BODY_LIMIT ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Parameters that are named as a place holder may stand in the address. */
function parameterFields(parameters: object): Map<string, string> {
  const fields = new Map<string, string>();
  for (const name of PLACEHOLDERS) {
    const value: unknown = Object.hasOwn(parameters, name) ? (parameters as Record<string, unknown>)[name] : undefined;
    if (typeof value === 'string' || typeof value === 'number') fields.set(name, String(value));
  }
  return fields;
}
