/**
 * What people did about an alarm, kept apart from what its condition did: neither changes the other, so that every
 * combination can be told (RFC 8632, section 3.5 and 4.2; OPC UA Part 9, 4.9 for shelving). An alarm is a definition and a
 * key; an episode of it is a status. Pure: the time is given.
 */
import type { Place } from './observation';
import { SEVERITIES, type Severity, type Status } from './status';
import { formatTime, parseTime } from './time';

/**
 * `acknowledge`, `unacknowledge`, `close` and `clear` concern the episode; `shelve`, `out-of-service` and their ends concern
 * the alarm, whichever episode comes next; `comment` changes nothing. `clear` is an order to the rule: what the condition
 * does is the rule's to say.
 */
export const ACTS = [
  'acknowledge', 'unacknowledge', 'shelve', 'unshelve', 'out-of-service', 'in-service', 'comment', 'close', 'clear',
] as const; // prettier-ignore
export type ActKind = (typeof ACTS)[number];

/** Longest time that an alarm may be shelved for (OPC UA: MaxTimeShelved): whoever needs more takes it out of service. */
export const LONGEST_SHELF = 7 * 86_400_000;
/** Longest name of a person, and longest reason or comment, in characters. */
const LONGEST_WHO = 200;
const LONGEST_WHY = 2000;

/** Who did it, when (ISO 8601 with offset), and why. */
export interface Mark {
  who: string;
  at: string;
  why?: string;
}

/** One act of a person, as it is asked for and as it is kept. */
export interface OperatorAct extends Mark {
  act: ActKind;
  /** {@link alarmOf}: definition | key. */
  alarm: string;
  /** Which episode is meant; the newest when it is left out. Another one than the newest is refused. */
  statusId?: string;
  /** Of `shelve`: ISO 8601 with offset. */
  until?: string;
}

/** What people have done about one alarm. All that is left out is not so. */
export interface OperatorState {
  alarm: string;
  /** The episode that `acknowledged` and `closed` are about. */
  statusId?: string;
  /** With the severity that was acknowledged: when it rises above, somebody must look again. */
  acknowledged?: Mark & { severity: Severity };
  closed?: Mark;
  shelved?: Mark & { until: string };
  outOfService?: Mark;
  /** How many comments were made about the episode. */
  comments: number;
}

/** What the condition of an alarm is, as far as an act needs to know. */
export type Condition = Pick<Status, 'statusId' | 'state' | 'severity'> & { place?: Place };

/** Why an act is refused: a key of the texts under `act.`. */
export type ActFault =
  | 'act' // not one of ACTS
  | 'who' // nobody said who it was
  | 'why' // a comment without text, or a text that is too long
  | 'until' // a shelf without an end, with one that is past, or too far away
  | 'unknown' // there is no such alarm
  | 'episode' // it is about an episode that is over
  | 'nothing' // there is nothing to end: not acknowledged, not shelved, in service, not raised
  | 'already' // it is so already
  | 'raised'; // an episode that goes on cannot be closed

/** The alarm that a status is an episode of. */
export function alarmOf({ status, key }: Pick<Status, 'status' | 'key'>): string {
  return `${status}|${key}`;
}

export function newOperatorState(alarm: string): OperatorState {
  return { alarm, comments: 0 };
}

/** @param now epoch milliseconds */
export function isShelved({ shelved }: OperatorState, now: number): boolean {
  return shelved !== undefined && now < (parseTime(shelved.until) ?? -Infinity);
}

const level = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * What the condition says changes what people did in two ways only: a new episode has not been looked at by anybody, and
 * what has become more severe must be acknowledged again. (What is less severe stays acknowledged, and so does what rises
 * again to what was acknowledged.)
 * @returns the same object where nothing changes
 */
export function followCondition(state: OperatorState, condition: Condition): OperatorState {
  const { statusId, severity } = condition;
  if (state.statusId !== statusId) {
    const next: OperatorState = { alarm: state.alarm, statusId, comments: 0 };
    if (state.shelved !== undefined) next.shelved = state.shelved;
    if (state.outOfService !== undefined) next.outOfService = state.outOfService;
    return next;
  }
  let next = state;
  if (next.acknowledged !== undefined && level(severity) > level(next.acknowledged.severity)) {
    next = without(next, 'acknowledged');
  }
  // raised again under the same id: what was closed is open again
  if (next.closed !== undefined && isOpen(condition)) next = without(next, 'closed');
  return next;
}

/** Ends what has an end. @returns the same object where nothing has ended */
export function endShelf(state: OperatorState, now: number): OperatorState {
  return state.shelved === undefined || isShelved(state, now) ? state : without(state, 'shelved');
}

/**
 * Applies an act.
 * @param condition the newest episode of the alarm; `undefined` where none is known
 * @param now epoch milliseconds
 * @returns what it is then, or why it is refused; nothing is changed in place
 */
export function applyAct(
  before: OperatorState,
  act: OperatorAct,
  condition: Condition | undefined,
  now: number,
): OperatorState | ActFault {
  const fault = faultOf(act, now);
  if (fault !== undefined) return fault;
  const state = endShelf(condition === undefined ? before : followCondition(before, condition), now);
  const mark = markOf(act);
  switch (act.act) {
    case 'shelve':
      // shelved anew: the end is another one
      return { ...state, shelved: { ...mark, until: formatTime(parseTime(act.until)!) } };
    case 'unshelve':
      return state.shelved === undefined ? 'nothing' : without(state, 'shelved');
    case 'out-of-service':
      return state.outOfService === undefined ? { ...state, outOfService: mark } : 'already';
    case 'in-service':
      return state.outOfService === undefined ? 'nothing' : without(state, 'outOfService');
  }
  if (condition === undefined) return 'unknown';
  if (act.statusId !== undefined && act.statusId !== condition.statusId) return 'episode';
  switch (act.act) {
    case 'acknowledge':
      if (state.acknowledged !== undefined || state.closed !== undefined) return 'already';
      if (condition.state === 'pending') return 'nothing';
      return { ...state, acknowledged: { ...mark, severity: condition.severity } };
    case 'unacknowledge':
      return state.acknowledged === undefined ? 'nothing' : without(state, 'acknowledged');
    case 'comment':
      return { ...state, comments: state.comments + 1 };
    case 'close':
      if (state.closed !== undefined) return 'already';
      return isOpen(condition) ? 'raised' : { ...state, closed: mark };
    case 'clear':
      return isOpen(condition) ? state : 'nothing';
  }
}

/** Raised in any way; what is pending is not yet anything. */
export function isOpen({ state }: Pick<Status, 'state'>): boolean {
  return state !== 'cleared' && state !== 'pending';
}

/** What is wrong with the act itself, whatever the alarm is. */
function faultOf({ act, who, why, until }: OperatorAct, now: number): ActFault | undefined {
  if (!ACTS.includes(act)) return 'act';
  if (typeof who !== 'string' || who.trim() === '' || who.length > LONGEST_WHO) return 'who';
  if (why !== undefined && (typeof why !== 'string' || why.length > LONGEST_WHY)) return 'why';
  if (act === 'comment' && (why ?? '').trim() === '') return 'why';
  if (act !== 'shelve') return undefined;
  const end = parseTime(until);
  return end === undefined || end <= now || end > now + LONGEST_SHELF ? 'until' : undefined;
}

function markOf({ who, at, why }: OperatorAct): Mark {
  return why === undefined || why === '' ? { who, at } : { who, at, why };
}

function without(state: OperatorState, field: 'acknowledged' | 'closed' | 'shelved' | 'outOfService'): OperatorState {
  const next = { ...state };
  delete next[field];
  return next;
}
