/**
 * Reads statuses, events, observations and action events as they come to a node that answers them. What comes may have
 * been through JSON, a broker and somebody's function node: every field that is used is looked at, the rest is dropped.
 */
import type { ActionEvent } from './action';
import { AGGREGATE_METHODS } from './aggregate-methods';
import type { CityEvent, EventKind, EventLimit } from './event';
import type { Observation, Place, Value } from './observation';
import { makeProblem, type Problem } from './problem';
import { SEVERITIES, STATES, type Evidence, type Severity, type Status } from './status';
import { shownValue } from './shown';
import { areSeconds, isValidTime, parseTime } from './time';
import { plainText } from './template';
import { text } from './text';
import type { ZoneRef } from './zone';

export type Item =
  | { kind: 'status'; status: Status }
  | { kind: 'event'; event: CityEvent }
  | { kind: 'observation'; observation: Observation }
  | { kind: 'action'; action: ActionEvent };

const KINDS: readonly EventKind[] = ['point', 'begin', 'end', 'nodata'];

/** Longest identity, and most entries of a list, that are taken over. */
const ID_LIMIT = 1000;
const LIST_LIMIT = 200;
const LINEAGE_LIMIT = 100;
/** 2026-01-05T01:00:00Z */
const EXAMPLE_TIME = 1_767_574_800_000;

type Fields = Record<string, unknown>;

/** Own properties only: `constructor` and friends are nobody's data. */
function own(item: object, name: string): unknown {
  return Object.hasOwn(item, name) ? (item as Fields)[name] : undefined;
}

function textOf(raw: unknown, limit = ID_LIMIT): string | undefined {
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw);
  return typeof raw === 'string' && raw !== '' ? plainText(raw, limit) : undefined;
}

/** An identity is kept as it is: what is cut or cleaned would be another one. */
function idOf(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw !== '' && raw.length <= ID_LIMIT ? raw : undefined;
}

function memberOf<T extends string>(list: readonly T[], raw: unknown): T | undefined {
  return list.find((one) => one === raw);
}

function placeOf(raw: unknown): Place | undefined {
  if (!Array.isArray(raw)) return undefined;
  const [lon, lat] = raw as unknown[];
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
}

function valueOf(raw: unknown): Value | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw === 'string') return plainText(raw);
  return typeof raw === 'boolean' || raw === null ? raw : undefined;
}

function zonesOf(raw: unknown): ZoneRef[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const zones: ZoneRef[] = [];
  for (const zone of raw.slice(0, LIST_LIMIT) as unknown[]) {
    if (typeof zone !== 'object' || zone === null) continue;
    const id = textOf(own(zone, 'id'));
    const name = textOf(own(zone, 'name')) ?? id;
    if (id !== undefined && name !== undefined) zones.push({ id, name, level: textOf(own(zone, 'level')) ?? '' });
  }
  return zones;
}

function areaOf(raw: unknown): Status['area'] {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const type = own(raw, 'type');
  const coordinates = own(raw, 'coordinates');
  return typeof type === 'string' && Array.isArray(coordinates) ? { type, coordinates } : undefined;
}

const OPS = ['>', '>=', '<', '<='] as const;

function limitOf(raw: unknown): EventLimit | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const op = memberOf(OPS, own(raw, 'op'));
  const value = own(raw, 'value');
  if (op === undefined || typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const limit: EventLimit = { op, value };
  const unit = textOf(own(raw, 'unit'), 60);
  const method = memberOf(AGGREGATE_METHODS, own(raw, 'method'));
  const over = textOf(own(raw, 'over'), 60);
  if (unit !== undefined) limit.unit = unit;
  if (method !== undefined) limit.method = method;
  if (over !== undefined) limit.over = over;
  return limit;
}

function evidenceOf(raw: unknown): Evidence[] {
  if (!Array.isArray(raw)) return [];
  const list: Evidence[] = [];
  for (const one of raw.slice(-LIST_LIMIT) as unknown[]) {
    if (typeof one !== 'object' || one === null) continue;
    list.push({
      id: textOf(own(one, 'id')) ?? '',
      event: textOf(own(one, 'event')) ?? '',
      name: textOf(own(one, 'name')) ?? '',
      key: textOf(own(one, 'key')) ?? '',
      keyName: textOf(own(one, 'keyName')),
      kind: memberOf(KINDS, own(one, 'kind')) ?? 'point',
      time: textOf(own(one, 'time')) ?? '',
      value: valueOf(own(one, 'value')),
      unit: textOf(own(one, 'unit'), 60),
      limit: limitOf(own(one, 'limit')),
      place: placeOf(own(one, 'place')),
    });
  }
  return list;
}

function lineageOf(raw: unknown): string[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const ids = raw.slice(0, LINEAGE_LIMIT).flatMap((one) => idOf(one) ?? []);
  return ids.length > 0 ? ids : undefined;
}

/** What is missing; made into a problem, in the language of the flow, at the end. */
interface Wrong {
  what: string;
  field: string;
  /** What is there instead of a time, where that is what is wrong. */
  found?: { time: unknown };
}

function wrong(what: string, field: string): Wrong {
  return { what, field };
}

/** A time in epoch milliseconds; people write texts and seconds. */
function isMilliseconds(time: unknown): time is number {
  return isValidTime(time) && !areSeconds(time);
}

/** How a time is written, with the very number where what was meant can be told. */
function timeHint(field: string, time: unknown, language: string | undefined): string {
  const seconds = areSeconds(time);
  const meant = seconds ? time * 1000 : typeof time === 'string' ? parseTime(time) : undefined;
  const parameters = { field, found: shownValue(time, language), example: String(meant ?? EXAMPLE_TIME) };
  return text(language, seconds ? 'item.secondsHint' : 'item.timeHint', parameters);
}

function readStatus(raw: object): Status | Wrong {
  const statusId = idOf(own(raw, 'statusId'));
  const revision = own(raw, 'revision');
  const state = memberOf(STATES, own(raw, 'state'));
  const since = own(raw, 'since');
  if (statusId === undefined) return wrong('status', 'statusId');
  if (!Number.isSafeInteger(revision) || (revision as number) < 0) return wrong('status', 'revision');
  if (state === undefined) return wrong('status', 'state');
  if (typeof since !== 'string' || parseTime(since) === undefined) return wrong('status', 'since');
  const updated = own(raw, 'updated');
  const until = own(raw, 'until');
  const name = textOf(own(raw, 'name'), 200) ?? textOf(own(raw, 'status'), 200) ?? statusId.slice(0, 200);
  const count = own(raw, 'count');
  const key = textOf(own(raw, 'key')) ?? '';
  const flags = own(raw, 'flags');
  return {
    statusId,
    revision: revision as number,
    status: textOf(own(raw, 'status')) ?? name,
    name,
    domain: textOf(own(raw, 'domain')),
    key,
    keyName: textOf(own(raw, 'keyName')),
    state,
    severity: memberOf<Severity>(SEVERITIES, own(raw, 'severity')) ?? 'warning',
    since,
    updated: typeof updated === 'string' && parseTime(updated) !== undefined ? updated : since,
    until: typeof until === 'string' && parseTime(until) !== undefined ? until : undefined,
    place: placeOf(own(raw, 'place')),
    zones: zonesOf(own(raw, 'zones')),
    area: areaOf(own(raw, 'area')),
    count: typeof count === 'number' && Number.isFinite(count) ? count : 0,
    evidence: evidenceOf(own(raw, 'evidence')),
    reason: textOf(own(raw, 'reason'), 2000) ?? '',
    lineage: lineageOf(own(raw, 'lineage')),
    flags: Array.isArray(flags) ? flags.filter((flag) => typeof flag === 'string').slice(0, LIST_LIMIT) : [],
    simulated: own(raw, 'simulated') === true,
  };
}

function readEvent(raw: object): CityEvent | Wrong {
  const event = idOf(own(raw, 'event'));
  const kind = memberOf(KINDS, own(raw, 'kind'));
  const time = own(raw, 'time');
  if (event === undefined) return wrong('event', 'event');
  if (kind === undefined) return wrong('event', 'kind');
  if (!isMilliseconds(time)) return { ...wrong('event', 'time'), found: { time } };
  // without a key, events of different stations would run into one instance of a rule
  const key = idOf(own(raw, 'key'));
  if (key === undefined) return wrong('event', 'key');
  const timeEnd = own(raw, 'timeEnd');
  return {
    id: idOf(own(raw, 'id')) ?? `${event}|${key}|${kind}|${time}`,
    event,
    name: textOf(own(raw, 'name'), 200) ?? event,
    domain: textOf(own(raw, 'domain')),
    key,
    keyName: textOf(own(raw, 'keyName')),
    stream: textOf(own(raw, 'stream')) ?? '',
    property: textOf(own(raw, 'property')),
    time,
    timeEnd: isValidTime(timeEnd) ? timeEnd : undefined,
    place: placeOf(own(raw, 'place')),
    zones: zonesOf(own(raw, 'zones')),
    value: valueOf(own(raw, 'value')),
    unit: textOf(own(raw, 'unit'), 60),
    limit: limitOf(own(raw, 'limit')),
    kind,
    source: [],
    lineage: lineageOf(own(raw, 'lineage')),
    ...(own(raw, 'simulated') === true ? { simulated: true } : {}),
  };
}

/** Names of Thing and Datastream lie in `meta`, a deep object of somebody else: only two names of it are read. */
function nameIn(meta: unknown, part: 'thing' | 'datastream'): string | undefined {
  if (typeof meta !== 'object' || meta === null) return undefined;
  const named = own(meta, part);
  return typeof named === 'object' && named !== null ? textOf(own(named, 'name'), 200) : undefined;
}

function readObservation(raw: object): Observation | Wrong {
  const datastream = idOf(own(raw, 'datastream'));
  const time = own(raw, 'time');
  if (datastream === undefined) return wrong('observation', 'datastream');
  if (!isMilliseconds(time)) return { ...wrong('observation', 'time'), found: { time } };
  const meta = own(raw, 'meta');
  const thing = textOf(own(raw, 'thing'));
  const thingName = nameIn(meta, 'thing');
  const datastreamName = nameIn(meta, 'datastream');
  return {
    id: idOf(own(raw, 'id')) ?? `${datastream}|${time}`,
    datastream,
    property: textOf(own(raw, 'property'), 200) ?? '',
    time,
    timeEnd: undefined,
    value: valueOf(own(raw, 'value')) ?? null,
    unit: textOf(own(raw, 'unit'), 60),
    place: placeOf(own(raw, 'place')),
    thing,
    zones: zonesOf(own(raw, 'zones')),
    quality: undefined,
    meta: {
      datastream: { id: datastream, name: datastreamName },
      thing: thing === undefined ? undefined : { id: thing, name: thingName },
    },
  };
}

function readAction(raw: object): ActionEvent | Wrong {
  const actionId = idOf(own(raw, 'actionId'));
  const statusId = idOf(own(raw, 'statusId'));
  const revision = own(raw, 'revision');
  const state = memberOf(STATES, own(raw, 'state'));
  if (actionId === undefined) return wrong('action', 'actionId');
  if (statusId === undefined) return wrong('action', 'statusId');
  if (!Number.isSafeInteger(revision) || (revision as number) < 0) return wrong('action', 'revision');
  if (state === undefined) return wrong('action', 'state');
  return {
    actionId,
    action: memberOf(['notify', 'alert', 'createDashboard', 'command'] as const, own(raw, 'action')) ?? 'notify',
    statusId,
    revision: revision as number,
    name: textOf(own(raw, 'name'), 200) ?? '',
    key: textOf(own(raw, 'key')) ?? '',
    keyName: textOf(own(raw, 'keyName')),
    state,
    severity: memberOf<Severity>(SEVERITIES, own(raw, 'severity')) ?? 'warning',
    headline: textOf(own(raw, 'headline'), 500) ?? '',
    text: textOf(own(raw, 'text'), 5000) ?? '',
    instruction: textOf(own(raw, 'instruction'), 5000),
    languages: {},
    channel: textOf(own(raw, 'channel'), 200),
    time: textOf(own(raw, 'time'), 60) ?? '',
    simulated: own(raw, 'simulated') === true,
  };
}

/**
 * Reads one thing, whichever of the pack's messages it is; a {@link Problem} where it is none, or not whole.
 * @param language of the problem
 */
export function readItem(raw: unknown, language?: string): Item | Problem {
  let item: Item | Wrong | undefined;
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) {
    try {
      item = readKnown(raw);
    } catch {
      // a getter that throws, a proxy: nothing of ours
    }
  }
  if (item === undefined) {
    return makeProblem('item/none', text(language, 'item.none'), text(language, 'item.noneHint'), raw);
  }
  if ('kind' in item) return item;
  const { what, field, found } = item;
  const hint = found === undefined ? text(language, 'item.badHint') : timeHint(field, found.time, language);
  return makeProblem(`item/${what}`, text(language, 'item.bad', { what, field }), hint, raw);
}

function readKnown(raw: object): Item | Wrong | undefined {
  if (Object.hasOwn(raw, 'actionId')) {
    const action = readAction(raw);
    return 'field' in action ? action : { kind: 'action', action };
  }
  if (Object.hasOwn(raw, 'statusId')) {
    const status = readStatus(raw);
    return 'field' in status ? status : { kind: 'status', status };
  }
  if (Object.hasOwn(raw, 'event') && Object.hasOwn(raw, 'kind')) {
    const event = readEvent(raw);
    return 'field' in event ? event : { kind: 'event', event };
  }
  if (Object.hasOwn(raw, 'datastream')) {
    const observation = readObservation(raw);
    return 'field' in observation ? observation : { kind: 'observation', observation };
  }
  return undefined;
}
