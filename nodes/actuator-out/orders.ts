/** From a status, an action event or a command to the order that goes out. */
import type { ActionEvent, Command, ConfirmLevel } from '../ecdm/action';
import type { Mode } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import { makeProblem, type Problem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import { realmOf } from '../ecdm/realms';
import type { Status } from '../ecdm/status';
import { machineFields } from '../ecdm/status-fields';
import { oneLine, plainText, PLACEHOLDERS } from '../ecdm/template';
import { text } from '../ecdm/text';
import { parseTime } from '../ecdm/time';
import { parseJson } from './address';
import { isAllowed } from './allow';
import { checkTask } from './tasking/fields';
import { taskFaultText } from './tasking/texts';
import { completeOrder, orderOfState, type NoOrder, type Order } from './order';
import type { ActuatorSettings } from './settings';

/** Longest parameters of a command, as JSON. */
const BODY_LIMIT = 65_536;
const LEVELS: readonly ConfirmLevel[] = ['sent', 'accepted', 'done'];

type Say = (code: string, key: string, item: unknown, parameters?: Record<string, string>) => Problem;

/** Who else wants to know what comes in. */
export interface Hears {
  status(status: Status): void;
  /** Left out where readings are of no use to this node. */
  reading?(observation: Observation): void;
}

/**
 * Counts a revision of a status as answered; false where it, or a newer one, has been answered before.
 * @param simulated what the status says of itself
 */
export type IsNew = (id: string, revision: number, simulated: boolean | undefined) => boolean;

/**
 * @returns the order, a problem, or `undefined` where there is nothing to do
 */
export function makeOrder(
  raw: unknown,
  settings: ActuatorSettings,
  mode: Mode,
  now: number,
  isNew: IsNew,
  hears?: Hears,
): Order | Problem | undefined {
  const say: Say = (code, key, item, parameters) =>
    makeProblem(code, text(settings.language, key, parameters), text(settings.language, `${key}Hint`), item);
  if (isCommand(raw)) return fromCommand(raw, settings, mode, now, isNew, say);
  const item = readItem(raw, settings.language);
  if ('code' in item) return item;
  if (item.kind === 'status') {
    const { status } = item;
    hears?.status(status);
    if (!isNew(status.statusId, status.revision, status.simulated) || !answers(settings, status)) return undefined;
    const of = { ...status, time: status.updated };
    return orProblem(orderOfState(of, status.state, machineFields(status), settings, mode, now), raw, settings, say);
  }
  if (item.kind === 'action') {
    const { action } = item;
    if (!isNew(action.statusId, action.revision, action.simulated)) return undefined;
    return orProblem(orderOfState(action, action.state, actionFields(action), settings, mode, now), raw, settings, say);
  }
  if (item.kind === 'observation' && hears?.reading !== undefined) {
    hears.reading(item.observation);
    return undefined;
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

/** What there is no order for, in words; nothing where nothing was to be sent. */
function orProblem(
  made: Order | NoOrder,
  raw: unknown,
  settings: ActuatorSettings,
  say: Say,
): Order | Problem | undefined {
  if (made === 'nothing') return undefined;
  if (made !== 'address') return checked(made, raw, settings, say);
  return say('order/address', 'order.address', raw, { address: settings.address.slice(0, 200) });
}

/** Refused before anything goes out: an address that is not on the list, parameters that the server does not take. */
function checked(order: Order, raw: unknown, settings: ActuatorSettings, say: Say): Order | Problem {
  const { via, allowed, task, language } = settings;
  if (via !== 'tasking') {
    if (isAllowed(allowed, order.address, via)) return order;
    return say('order/notAllowed', 'order.notAllowed', raw, { address: order.address.slice(0, 200) });
  }
  const [fault] = checkTask(task, parseJson(order.body));
  if (fault === undefined) return order;
  return say('order/parameters', 'order.parameters', raw, { why: taskFaultText(language, fault) });
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
  isNew: IsNew,
  say: Say,
): Order | Problem | undefined {
  const bad = (field: string): Problem =>
    makeProblem(
      'item/command',
      text(settings.language, 'item.bad', { what: 'command', field }),
      text(settings.language, 'item.badHint'),
      raw,
    );
  const { commandId, actuator, parameters, validUntil, notBefore, confirm, statusId, revision, simulated, who, why } =
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
  const fields = parameterFields(parameters);
  const realm = realmOf(mode, simulated === true);
  const made = completeOrder(commandId, fields, settings, (all) => ({
    commandId,
    body: withCallback(body, all.get('callback'), settings),
    notBefore: from,
    validUntil: until,
    level: LEVELS.find((level) => level === confirm) ?? settings.level,
    statusId: typeof statusId === 'string' ? statusId.slice(0, 1000) : undefined,
    revision: Number.isSafeInteger(revision) ? (revision as number) : undefined,
    simulated: realm !== 'real',
    realm,
    key: fields.get('key'),
    ...personOf(who, why, settings),
  }));
  const order = orProblem(made, raw, settings, say);
  // what cannot be used is told each time
  return order === undefined || 'code' in order || isNew(`command ${commandId}`, 0, simulated === true)
    ? order
    : undefined;
}

/** A person's order goes out while automation is held back, so it is believed only where people may take over. */
function personOf(who: unknown, why: unknown, { acts }: ActuatorSettings): Pick<Order, 'who' | 'why'> {
  if (!acts || typeof who !== 'string' || who.trim() === '') return {};
  const by = { who: oneLine(who) };
  return typeof why === 'string' && why.trim() !== '' ? { ...by, why: plainText(why) } : by;
}

/** The parameters of a command are data, so the address for the answer is put beside them. */
function withCallback(body: string, callback: string | undefined, { via }: ActuatorSettings): string {
  if (callback === undefined || via === 'tasking') return body;
  const json = parseJson(body);
  if (typeof json !== 'object' || json === null || Array.isArray(json) || Object.hasOwn(json, 'callback')) return body;
  return JSON.stringify({ ...json, callback });
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
