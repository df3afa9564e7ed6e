/** What is kept of an alarm (a definition and a key) as long as somebody may have to be told of it. */
import { alarmOf, type OperatorState } from '../../ecdm/operator';
import type { Status } from '../../ecdm/status';
import type { Hold } from './hold';

/** What somebody was told last about an alarm. */
export interface Told {
  /** {@link aspectOf} at that time. */
  aspect: string;
  /** Wall clock. */
  at: number;
}

/** `released`: what held the notices back has ended, and it is still so. */
export type Occasion = 'news' | 'reminder' | 'escalation' | 'released';

/** Something that somebody is to be told of, but not yet. */
export interface Waiting {
  occasion: Occasion;
  /** Wall clock since when. */
  at: number;
  /** Of `released`: what had held it back. */
  was?: Hold['reason'];
  /** Of a reminder: wall clock since which it is one; the clock may be set back while it waits. */
  due?: number;
  /** Why it has waited, so that each reason is noted once. */
  noted: string[];
}

export interface Alarm {
  id: string;
  status: Status;
  /** Wall clock of the moment since which somebody should have looked at it. */
  since: number;
  /** Happened and is over at once: an event without duration. It is told and forgotten. */
  passing: boolean;
  operator: OperatorState | undefined;
  /** It was acknowledged and has become more severe: somebody must look again. */
  again: boolean;
  hold: Hold | undefined;
  /** How many others it has held back (a gateway that is down, its sensors). */
  holdsBack: number;
  /** By id of the recipient. */
  told: Map<string, Told>;
  waiting: Map<string, Waiting>;
}

/** Evidence beyond the newest few says nothing in a text. */
const EVIDENCE = 5;

/** What of a status a text may ask for: without the outline on the map, with little evidence. */
export function shortened(status: Status): Status {
  const { area: _, evidence, ...rest } = status;
  return { ...rest, evidence: evidence.slice(-EVIDENCE) };
}

export function newAlarm(id: string, status: Status, passing: boolean, now: number): Alarm {
  return {
    id, status: shortened(status), since: now, passing, operator: undefined, again: false, hold: undefined, holdsBack: 0,
    told: new Map(), waiting: new Map(),
  }; // prettier-ignore
}

/** What an alarm is known by: two events without duration are never the same. */
export function idOf(status: Status, passing: boolean): string {
  return passing ? status.statusId : alarmOf(status);
}

/** Raised in any way. */
export function isActive({ passing, status }: Pick<Alarm, 'passing' | 'status'>): boolean {
  return !passing && status.state !== 'cleared' && status.state !== 'pending';
}

/**
 * The key by which something is told once: beside definition and key of the alarm its severity, and what it is. News of
 * another kind (one more detection, a new value) are no reason to tell anybody again. Something critical that has begun anew
 * is told also to those who were never told the end of the one before: nobody has acknowledged this one.
 */
export function aspectOf({ status: { statusId, state, severity, flags } }: Pick<Alarm, 'status'>): string {
  if (state === 'cleared') return 'cleared';
  const what = state === 'updated' ? 'raised' : state;
  const episode = severity === 'critical' ? `|${statusId}` : '';
  return `${what}|${severity}${flags.includes('flapping') ? '|flapping' : ''}${episode}`;
}

/** Somebody has acknowledged this episode. */
export function isAcknowledged({ operator, status }: Alarm): boolean {
  return operator?.acknowledged !== undefined && operator.statusId === status.statusId;
}

/** Nobody has reacted to it yet, and somebody should. */
export function isOpenTask(alarm: Alarm): boolean {
  return isActive(alarm) && alarm.hold === undefined && !isAcknowledged(alarm);
}
