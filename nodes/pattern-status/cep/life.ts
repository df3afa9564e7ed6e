/**
 * The life-cycle of the condition for one key, as a fold over its instants: normal, pending, raised, normal again.
 * Pure event time; what is told to the outside, and when, is the work of `teller.ts`.
 */
import type { CityEvent } from '../../ecdm/event';
import type { Plan } from './plan';
import { instant, nextDeadline } from './fold';
import { eventsBeside } from './runs/beside';
import { FALSE, isSame, TRUE, UNKNOWN, type Level } from './operators';
import type { PatternState } from './state';

export const NORMAL = 0;
export const PENDING = 1;
export const RAISED = 2;

/** Most events that a status names as its evidence. */
export const MOST_EVIDENCE = 20;

/** A pattern beside the one that raises: it clears, it keeps down (`mask`), or it is that of a step of the severity. */
export interface Side {
  readonly plan: Plan;
  readonly role: 'mask' | 'clear' | 'step';
  /** Of a step: its bit in {@link Life.levels}. */
  readonly bit: number;
}

/** A compiled status rule, the same for all keys. */
export interface Rule {
  readonly plan: Plan;
  /** In the order in which they count within an instant: what keeps down, what clears, then the steps. */
  readonly sides: readonly Side[];
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
  /** When it last held: once the level has fallen, the end of the state. */
  fell: number;
  /** Last detection without duration. */
  pulse: number;
  /** Detections of the episode. */
  count: number;
  evidence: CityEvent[];
  /** Quiet that the key needs at least before a detection without duration is over: it cannot speak more often. */
  quiet: number;
  /** Steps whose pattern holds at present, as bits. */
  levels: number;
  /** Names of the statuses that keep this one down at present; usually none. */
  masked: readonly string[];
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
  /** Of the patterns beside it, as in {@link Rule.sides}. */
  sides: PatternState[];
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
  /** From here on other statuses keep it down: whatever it is, it is not told. */
  masked(life: Life, t: number): void;
  /** The levels of the steps have changed, or patterns of steps without duration have happened (as bits). */
  stepped(life: Life, t: number, bits: number): void;
}

const nothing = (): void => undefined;
/** For what is not to be told. */
export const SILENT: Listener = {
  pending: nothing,
  raised: nothing,
  changed: nothing,
  nodata: nothing,
  known: nothing,
  cleared: nothing,
  masked: nothing,
  stepped: nothing,
};

const NONE: readonly CityEvent[] = [];
/** That of a life without an episode: an episode begins with its own, and adds to that only. All lives share it. */
const NO_EVIDENCE = Object.freeze<CityEvent[]>([]) as CityEvent[];
const NOTHING: readonly string[] = Object.freeze([]);

/** Raised, and nothing keeps it down. */
export function isHeld({ phase, masked }: Life): boolean {
  return phase === RAISED && masked.length === 0;
}

export function newLife(quiet = 0): Life {
  return {
    phase: NORMAL,
    since: -Infinity,
    level: FALSE,
    fell: -Infinity,
    pulse: -Infinity,
    count: 0,
    evidence: NO_EVIDENCE,
    quiet,
    levels: 0,
    masked: NOTHING,
    detections: 0,
    episodes: 0,
    raisedMs: 0,
    nodataMs: 0,
    counted: -Infinity,
  };
}

export function copyLife(life: Life): Life {
  return { ...life, evidence: life.evidence.slice() };
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
  if (rule.sides.length === 0) {
    instant(rule.plan, state.pattern, events, from, to, t);
    observe(rule, state, t, events, from, to, listener);
  } else run(rule, state, t, events, from, to, listener);
  if (state.life.phase === NORMAL) rule.plan.runs?.cleared(state.pattern, t);
  state.time = t;
}

/** Next time at which something happens although no event comes. */
export function deadlineOf(rule: Rule, state: KeyState): number {
  let next = Math.min(nextDeadline(rule.plan, state.pattern), lifeDeadline(rule, state.life));
  for (let i = 0; i < rule.sides.length; i++) next = Math.min(next, nextDeadline(rule.sides[i]!.plan, state.sides[i]!));
  return next;
}

/** A deadline that {@link deadlineOf} told has come. */
export function expire(rule: Rule, state: KeyState, t: number, listener: Listener): void {
  if (rule.sides.length > 0) run(rule, state, t, NONE, 0, 0, listener);
  else if (nextDeadline(rule.plan, state.pattern) <= t) {
    instant(rule.plan, state.pattern, NONE, 0, 0, t);
    observe(rule, state, t, NONE, 0, 0, listener);
  }
  const { life } = state;
  if (life.phase !== NORMAL && clearAt(rule, life) <= t) clear(life, t, listener);
  else if (life.phase === PENDING && life.since + rule.lasting <= t) raise(life, t, listener);
  if (life.phase === NORMAL) rule.plan.runs?.cleared(state.pattern, t);
  state.time = Math.max(state.time, t);
}

/** Something of the patterns was changed from outside: all of them are looked at, whether anything happens or not. */
export function lookAgain(rule: Rule, state: KeyState, t: number, listener: Listener): void {
  run(rule, state, t, NONE, 0, 0, listener, true);
  if (state.life.phase === NORMAL) rule.plan.runs?.cleared(state.pattern, t);
  state.time = t;
}

/**
 * All patterns that an instant or a deadline concerns. What begins to keep it down counts before all else of the instant,
 * what ceases to after the condition itself, so that nothing is raised for no time at all.
 */
function run(
  rule: Rule,
  state: KeyState,
  t: number,
  events: readonly CityEvent[],
  from: number,
  to: number,
  listener: Listener,
  all = false,
): void {
  const { plan, sides } = rule;
  const { life } = state;
  const looks = (side: Plan, of: PatternState, at = events, first = from, end = to): boolean => {
    if (!all && !concerns(side, of, t, at, first, end)) return false;
    instant(side, of, at, first, end, t);
    return true;
  };
  let near: readonly CityEvent[] | undefined;
  const beside = (side: Plan, of: PatternState): boolean => {
    if (plan.runs?.program.metres === undefined) return looks(side, of);
    near ??= eventsBeside(plan.runs, state.pattern, life.phase !== NORMAL, events.slice(from, to));
    return looks(side, of, near, 0, near.length);
  };
  let ends = false;
  sides.forEach((side, i) => {
    if (side.role !== 'mask' || !looks(side.plan, state.sides[i]!)) return;
    if (side.plan.top.level === FALSE) ends = true;
    else keepDown(side.plan, state.sides[i]!, life, t, listener);
  });
  if (looks(plan, state.pattern)) observe(rule, state, t, events, from, to, listener);
  sides.forEach((side, i) => {
    if (side.role === 'clear' && beside(side.plan, state.sides[i]!)) clearByPattern(side.plan, life, t, listener);
  });
  if (ends) letUp(rule, life, t, listener);
  const before = life.levels;
  let happened = 0;
  sides.forEach((side, i) => {
    if (side.role === 'step' && beside(side.plan, state.sides[i]!)) happened |= step(side, life);
  });
  // all of a moment are one change
  if (happened !== 0 || life.levels !== before) listener.stepped(life, t, happened);
}

/** Whether there is anything for a pattern to look at: one of its events, or a deadline of its own. */
function concerns(
  plan: Plan,
  state: PatternState,
  t: number,
  events: readonly CityEvent[],
  from: number,
  to: number,
): boolean {
  for (let i = from; i < to; i++) if (plan.byEvent.has(events[i]!.event)) return true;
  return nextDeadline(plan, state) <= t;
}

function keepDown(plan: Plan, state: PatternState, life: Life, t: number, listener: Listener): void {
  count(life, t);
  const found = new Set<CityEvent>();
  plan.top.gather(state, found);
  const first = life.masked.length === 0;
  life.masked = [...new Set([...found].map(({ name }) => name))].slice(0, MOST_EVIDENCE);
  if (first) listener.masked(life, t);
}

/** Nothing keeps it down any more: what has come meanwhile, and goes on, is told now. */
function letUp(rule: Rule, life: Life, t: number, listener: Listener): void {
  if (life.masked.length === 0) return;
  life.masked = NOTHING;
  life.counted = Math.max(life.counted, t);
  if (life.phase === NORMAL) return;
  // nobody was told of it, and nobody is now: what comes in the time of quiet begins anew
  if (isOnlyQuiet(rule, life, t)) clear(life, t, listener);
  else if (life.phase === PENDING) listener.pending(life, t);
  else {
    life.since = t;
    life.episodes++;
    tellRaised(life, t, listener);
  }
}

/** What held is over, and only the time of quiet behind it runs. A detection without duration lasts as long as its quiet. */
function isOnlyQuiet(rule: Rule, life: Life, t: number): boolean {
  return rule.clearsItself && life.level === FALSE && life.pulse + quietOf(rule, life) <= t;
}

/** What is not known at the moment at which it is raised is told as that, too. */
function tellRaised(life: Life, t: number, listener: Listener): void {
  listener.raised(life, t);
  if (life.level === UNKNOWN) listener.nodata(life, t);
}

/** @returns the bit of the step where its pattern has happened now, without a duration */
function step({ plan, bit }: Side, life: Life): number {
  const { level, pulse } = plan.top;
  // what held and is not known any more goes on to count
  if (level === TRUE) life.levels |= bit;
  else if (level === FALSE) life.levels &= ~bit;
  return pulse > -Infinity ? bit : 0;
}

/** Ends the episode, whatever the pattern says; a new detection raises it again. */
export function clear(life: Life, t: number, listener: Listener): void {
  count(life, t);
  listener.cleared(life, t);
  life.phase = NORMAL;
  life.count = 0;
  life.evidence = NO_EVIDENCE;
}

/** Counts the time since the last look. */
export function count(life: Life, t: number): void {
  const until = Math.max(life.counted, t);
  if (isHeld(life)) {
    if (life.level === UNKNOWN) life.nodataMs += until - life.counted;
    else life.raisedMs += until - life.counted;
  }
  life.counted = until;
}

function clearAt(rule: Rule, life: Life): number {
  if (!rule.clearsItself || life.level !== FALSE) return Infinity;
  return Math.max(life.fell + rule.clearState, life.pulse + quietOf(rule, life));
}

/** How long after the last detection without duration it is over. */
export function quietOf(rule: Rule, life: Life): number {
  return Math.max(rule.clearPulse, life.quiet);
}

function lifeDeadline(rule: Rule, life: Life): number {
  if (life.phase === NORMAL) return Infinity;
  const next = clearAt(rule, life);
  return life.phase === PENDING ? Math.min(next, life.since + rule.lasting) : next;
}

function raise(life: Life, t: number, listener: Listener): void {
  life.counted = Math.max(life.counted, t);
  life.phase = RAISED;
  if (life.masked.length > 0) return;
  life.episodes++;
  tellRaised(life, t, listener);
}

/** What the pattern has found at an instant, as something that happens to the condition. */
export function observe(
  rule: Rule,
  state: KeyState,
  t: number,
  events: readonly CityEvent[],
  from: number,
  to: number,
  listener: Listener,
): void {
  const { life } = state;
  const { top } = rule.plan;
  count(life, t);
  const before = life.level;
  life.level = top.level;
  if (before !== FALSE) life.fell = t;
  const pulse = top.pulse > -Infinity;
  if (pulse) life.pulse = t;
  const detected = pulse || top.rose;
  if (detected) {
    // run lists tell every match, also several at one instant
    const matches = rule.plan.runs === undefined ? 1 : top.count;
    life.detections += matches;
    life.count += matches;
  }
  if (life.phase === NORMAL) {
    if (!detected) return;
    life.since = t;
    life.evidence = gather(state, rule.plan);
    if (rule.lasting > 0) {
      life.phase = PENDING;
      if (life.masked.length === 0) listener.pending(life, t);
    } else raise(life, t, listener);
    return;
  }
  let more = detected;
  if (rule.plan.runs === undefined) more = remember(life, events, from, to, rule.plan) || more;
  else if (detected) life.evidence = gather(state, rule.plan);
  if (!isHeld(life)) return;
  if (before !== UNKNOWN && top.level === UNKNOWN) listener.nodata(life, t);
  else if (before === UNKNOWN && top.level === TRUE) listener.known(life, t);
  else if (more) listener.changed(life, t);
}

function clearByPattern({ top }: Plan, life: Life, t: number, listener: Listener): void {
  if ((top.rose || top.pulse > -Infinity) && life.phase !== NORMAL) clear(life, t, listener);
}

const found = new Set<CityEvent>();

/** What the present detection rests on, oldest first. */
function gather(state: KeyState, plan: Plan): CityEvent[] {
  found.clear();
  plan.top.gather(state.pattern, found);
  // no longer than it must be: it is kept as long as the episode
  const events = Array.from(found);
  found.clear();
  let size = 0;
  for (let next = 0; next < events.length; next++) {
    const event = events[next]!;
    let at = size;
    let known = false;
    for (let i = size - 1; i >= 0; i--) {
      if (events[i]!.time > event.time) at = i;
      if (isSame(events[i]!, event)) known = true;
    }
    if (known) continue;
    for (let i = size++; i > at; i--) events[i] = events[i - 1]!;
    events[at] = event;
  }
  if (size < events.length) events.length = size;
  if (size > MOST_EVIDENCE) events.splice(0, size - MOST_EVIDENCE);
  return events;
}

/** Adds what happened while the episode is open; the newest are kept. */
function remember(life: Life, events: readonly CityEvent[], from: number, to: number, plan: Plan): boolean {
  const { evidence } = life;
  let more = false;
  for (let i = from; i < to; i++) {
    const event = events[i]!;
    if (!isEvidence(plan, event)) continue;
    if (evidence.length === 2 * MOST_EVIDENCE) evidence.splice(0, MOST_EVIDENCE);
    evidence.push(event);
    more = true;
  }
  return more;
}

/** Whether an open episode rests on an event: not where it must not happen, or only clears, keeps down or changes the severity. */
export function isEvidence({ wanted }: Plan, { event, kind }: CityEvent): boolean {
  return (kind === 'point' || kind === 'begin') && wanted.has(event);
}
