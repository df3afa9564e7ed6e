/**
 * The life-cycle of the condition for one key, as a fold over its instants: normal, pending, raised, normal again.
 * Pure event time; what is told to the outside, and when, is the work of `teller.ts`.
 */
import type { CityEvent } from '../../ecdm/event';
import type { Plan } from './compile';
import { instant, nextDeadline } from './fold';
import { FALSE, isSame, TRUE, UNKNOWN, type Level } from './operators';
import { copyState, type PatternState } from './state';

export const NORMAL = 0;
export const PENDING = 1;
export const RAISED = 2;

/** Most events that a status names as its evidence. */
export const MOST_EVIDENCE = 20;

/** A compiled status rule, the same for all keys. */
export interface Rule {
  readonly plan: Plan;
  /** Pattern that clears it. */
  readonly clearPlan: Plan | undefined;
  /** How long the pattern must have been true. */
  readonly lasting: number;
  /** Quiet after the end of a state, and after the last detection of what has no duration. */
  readonly clearState: number;
  readonly clearPulse: number;
  /** False when only a hand or another pattern clears it. */
  readonly clearsItself: boolean;
}

export interface Life {
  phase: typeof NORMAL | typeof PENDING | typeof RAISED;
  /** First detection of the episode. */
  since: number;
  level: Level;
  /** When the level last fell. */
  fell: number;
  /** Last detection without duration. */
  pulse: number;
  /** Detections of the episode. */
  count: number;
  evidence: CityEvent[];
  /** Quiet that the key needs at least before a detection without duration is over: it cannot speak more often. */
  quiet: number;
  // totals of the key
  detections: number;
  episodes: number;
  raisedMs: number;
  nodataMs: number;
  /** Up to when the totals are counted. */
  counted: number;
}

/** Everything that is remembered of one key up to one moment of event time. */
export interface KeyState {
  pattern: PatternState;
  clear: PatternState | undefined;
  life: Life;
  /** Last instant that went in. */
  time: number;
}

/** What the life-cycle says as it goes along. */
export interface Listener {
  pending(life: Life, t: number): void;
  raised(life: Life, t: number): void;
  changed(life: Life, t: number): void;
  nodata(life: Life, t: number): void;
  known(life: Life, t: number): void;
  cleared(life: Life, t: number): void;
}

const NONE: readonly CityEvent[] = [];

export function newLife(quiet = 0): Life {
  return {
    phase: NORMAL,
    since: -Infinity,
    level: FALSE,
    fell: -Infinity,
    pulse: -Infinity,
    count: 0,
    evidence: [],
    quiet,
    detections: 0,
    episodes: 0,
    raisedMs: 0,
    nodataMs: 0,
    counted: -Infinity,
  };
}

export function copyKeyState(state: KeyState): KeyState {
  return {
    pattern: copyState(state.pattern),
    clear: state.clear && copyState(state.clear),
    life: { ...state.life, evidence: state.life.evidence.slice() },
    time: state.time,
  };
}

/** Feeds the events of one instant; they are sorted and have one time stamp. */
export function feed(
  rule: Rule,
  state: KeyState,
  events: readonly CityEvent[],
  from: number,
  to: number,
  listener: Listener,
): void {
  const t = events[from]!.time;
  instant(rule.plan, state.pattern, events, from, to, t);
  observe(rule, state, t, events, from, to, listener);
  if (rule.clearPlan !== undefined) {
    instant(rule.clearPlan, state.clear!, events, from, to, t);
    clearByPattern(rule, state, t, listener);
  }
  state.time = t;
}

/** Next time at which something happens although no event comes. */
export function deadlineOf(rule: Rule, state: KeyState): number {
  let next = Math.min(nextDeadline(rule.plan, state.pattern), lifeDeadline(rule, state.life));
  if (rule.clearPlan !== undefined) next = Math.min(next, nextDeadline(rule.clearPlan, state.clear!));
  return next;
}

/** A deadline that {@link deadlineOf} told has come. */
export function expire(rule: Rule, state: KeyState, t: number, listener: Listener): void {
  if (nextDeadline(rule.plan, state.pattern) <= t) {
    instant(rule.plan, state.pattern, NONE, 0, 0, t);
    observe(rule, state, t, NONE, 0, 0, listener);
  }
  if (rule.clearPlan !== undefined && nextDeadline(rule.clearPlan, state.clear!) <= t) {
    instant(rule.clearPlan, state.clear!, NONE, 0, 0, t);
    clearByPattern(rule, state, t, listener);
  }
  const { life } = state;
  if (life.phase !== NORMAL && clearAt(rule, life) <= t) clear(life, t, listener);
  else if (life.phase === PENDING && life.since + rule.lasting <= t) raise(life, t, listener);
  if (t > state.time) state.time = t;
}

/** Ends the episode, whatever the pattern says; a new detection raises it again. */
export function clear(life: Life, t: number, listener: Listener): void {
  count(life, t);
  listener.cleared(life, t);
  life.phase = NORMAL;
  life.count = 0;
  life.evidence = [];
}

/** Counts the time since the last look. */
export function count(life: Life, t: number): void {
  if (life.phase === RAISED && t > life.counted) {
    if (life.level === UNKNOWN) life.nodataMs += t - life.counted;
    else life.raisedMs += t - life.counted;
  }
  if (t > life.counted) life.counted = t;
}

function clearAt(rule: Rule, life: Life): number {
  if (!rule.clearsItself || life.level !== FALSE) return Infinity;
  return Math.max(life.fell + rule.clearState, life.pulse + Math.max(rule.clearPulse, life.quiet));
}

function lifeDeadline(rule: Rule, life: Life): number {
  if (life.phase === NORMAL) return Infinity;
  const next = clearAt(rule, life);
  return life.phase === PENDING ? Math.min(next, life.since + rule.lasting) : next;
}

function raise(life: Life, t: number, listener: Listener): void {
  life.counted = Math.max(life.counted, t);
  life.phase = RAISED;
  life.episodes++;
  listener.raised(life, t);
}

function observe(
  rule: Rule,
  state: KeyState,
  t: number,
  events: readonly CityEvent[],
  from: number,
  to: number,
  listener: Listener,
): void {
  const { life } = state;
  const { top, unwanted } = rule.plan;
  count(life, t);
  const before = life.level;
  life.level = top.level;
  if (before !== FALSE && top.level === FALSE) life.fell = t;
  const pulse = top.pulse > -Infinity;
  if (pulse) life.pulse = t;
  const detected = pulse || top.rose;
  if (detected) {
    life.detections++;
    life.count = life.phase === NORMAL ? 1 : life.count + 1;
  }
  if (life.phase === NORMAL) {
    if (!detected) return;
    life.since = t;
    life.evidence = gather(state, rule.plan);
    if (rule.lasting > 0) {
      life.phase = PENDING;
      listener.pending(life, t);
    } else raise(life, t, listener);
    return;
  }
  const more = remember(life, events, from, to, unwanted) || detected;
  if (life.phase !== RAISED) return;
  if (before !== UNKNOWN && top.level === UNKNOWN) listener.nodata(life, t);
  else if (before === UNKNOWN && top.level === TRUE) listener.known(life, t);
  else if (more) listener.changed(life, t);
}

function clearByPattern(rule: Rule, state: KeyState, t: number, listener: Listener): void {
  const { top } = rule.clearPlan!;
  if ((top.rose || top.pulse > -Infinity) && state.life.phase !== NORMAL) clear(state.life, t, listener);
}

function gather(state: KeyState, plan: Plan): CityEvent[] {
  const found = new Set<CityEvent>();
  plan.top.gather(state.pattern, found);
  const events = [...found]
    .filter((event, i, all) => all.findIndex((other) => isSame(event, other)) === i)
    .sort((a, b) => a.time - b.time);
  return events.length > MOST_EVIDENCE ? events.slice(-MOST_EVIDENCE) : events;
}

/** Adds what happened while the episode is open; the newest are kept. */
function remember(
  life: Life,
  events: readonly CityEvent[],
  from: number,
  to: number,
  unwanted: ReadonlySet<string>,
): boolean {
  let more = false;
  for (let i = from; i < to; i++) {
    const event = events[i]!;
    if ((event.kind !== 'point' && event.kind !== 'begin') || unwanted.has(event.event)) continue;
    life.evidence.push(event);
    more = true;
  }
  if (life.evidence.length > 2 * MOST_EVIDENCE) life.evidence.splice(0, life.evidence.length - MOST_EVIDENCE);
  return more;
}
