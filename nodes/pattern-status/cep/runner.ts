/** Runs a key: one instant or one deadline at a time. */
import type { CityEvent } from '../../ecdm/event';
import type { Entry } from './entry';
import { instant, nextDeadline } from './fold';
import { deadlineOf, expire, feed, NORMAL, observe, RAISED, type Rule } from './life';
import { FALSE } from './operators';
import type { OpenRuns } from './open-runs';
import type { History } from './past';
import type { Saving } from './saving';
import type { StateCursor, States } from './states';
import type { Teller } from './teller';

export class Runner {
  /** Detections of all keys. */
  detections = 0;
  /** Latest instant or deadline of any key that was run. */
  latest = -Infinity;
  private readonly cursor: StateCursor;
  /** Is told of a key before it changes, while it is written. */
  saving: Saving | undefined;
  /** A key of which nothing was found has nothing but its pattern. */
  private readonly canBeCalm: boolean;

  constructor(
    private readonly rule: Rule,
    private readonly states: States,
    private readonly teller: Teller,
    private readonly history: History,
    /** Where the rule keeps run lists. */
    private readonly runs: OpenRuns | undefined,
  ) {
    this.canBeCalm = rule.sides.length === 0 && runs === undefined;
    this.cursor = states.cursor();
  }

  /** The events of one instant of the key at a place: sorted, and with one time stamp. */
  instant(slot: number, events: readonly CityEvent[], from: number, to: number): void {
    const t = events[from]!.time;
    if (t > this.latest) this.latest = t;
    if (this.states.isCalm(slot) && this.saving === undefined && !this.history.isKept) {
      const state = this.states.point(this.cursor, slot, undefined);
      if (this.isNothing(state, events, from, to)) return;
      const entry = this.states.entries[slot]!;
      this.states.setCalm(slot, false);
      state.owner = entry;
      this.feedFound(entry, state, events, from, to);
      this.settled(entry, state);
      return;
    }
    this.instantOf(this.states.entries[slot]!, events, from, to);
  }

  private instantOf(entry: Entry, events: readonly CityEvent[], from: number, to: number): void {
    const { rule, teller } = this;
    if (this.saving !== undefined) this.saving.touch(entry);
    const state = this.at(entry);
    this.history.keep(entry, state, events, from, to);
    if (!this.canBeCalm) {
      const before = entry.life?.detections ?? 0;
      teller.subject = entry;
      this.runs?.begin();
      feed(rule, state, events, from, to, teller);
      this.detections += state.life.detections - before;
    } else if (this.isNothing(state, events, from, to)) {
      if (isCalm(entry)) {
        this.states.setCalm(entry.slot, true);
        return;
      }
      if (this.goesOn(entry, state, events, from, to)) return;
    } else this.feedFound(entry, state, events, from, to);
    this.settled(entry, state);
  }

  /**
   * Nothing was found at a key that is not calm: in most events an open status only learns that something more happened.
   * @returns whether it is due when it was due before
   */
  private goesOn(entry: Entry, state: StateCursor, events: readonly CityEvent[], from: number, to: number): boolean {
    const { told } = entry;
    const { phase, level } = state.life;
    const revision = told?.revision;
    this.teller.subject = entry;
    observe(this.rule, state, events[from]!.time, events, from, to, this.teller);
    if (told === undefined || told.revision !== revision) return false;
    return phase === RAISED && level === FALSE && this.rule.plan.timed.length === 0;
  }

  /** Nothing is found in most events: then there is no life to look at. */
  private isNothing(state: StateCursor, events: readonly CityEvent[], from: number, to: number): boolean {
    const { plan } = this.rule;
    const t = events[from]!.time;
    instant(plan, state.pattern, events, from, to, t);
    state.time = t;
    const { top } = plan;
    if (top.level !== FALSE || top.rose || top.pulse > -Infinity) return false;
    if (plan.timed.length > 0) state.deadline = nextDeadline(plan, state.pattern);
    return true;
  }

  private feedFound(entry: Entry, state: StateCursor, events: readonly CityEvent[], from: number, to: number): void {
    const before = state.life.detections;
    this.teller.subject = entry;
    observe(this.rule, state, events[from]!.time, events, from, to, this.teller);
    this.detections += state.life.detections - before;
  }

  /** The deadline that {@link deadlineOf} told has come. */
  expire(entry: Entry): void {
    const { rule, teller } = this;
    if (this.saving !== undefined) this.saving.touch(entry);
    const state = this.at(entry);
    const { deadline, life } = state;
    if (deadline > this.latest) this.latest = deadline;
    const before = life.detections;
    teller.subject = entry;
    this.runs?.begin();
    if (deadlineOf(rule, state) <= deadline) expire(rule, state, deadline, teller);
    else teller.due(life, deadline);
    this.detections += life.detections - before;
    this.settled(entry, state);
  }

  private settled(entry: Entry, state: StateCursor): void {
    this.runs?.look(entry, state.pattern, state.time);
    const { told } = entry;
    // a detection before it, which came late, has used up what led to the one that was told early
    if (told !== undefined && state.life.phase === NORMAL && told.since <= state.time) {
      this.teller.subject = entry;
      this.teller.corrected(state.life, state.time);
    }
    this.findDeadline(entry, state);
    if (this.canBeCalm && isCalm(entry)) this.states.setCalm(entry.slot, true);
  }

  /** Finds anew when something happens to a key, or is to be told of it, although no event comes. */
  look(entry: Entry): void {
    this.findDeadline(entry, this.at(entry));
  }

  private findDeadline(entry: Entry, state: StateCursor): void {
    const { life, told } = entry;
    const { rule } = this;
    if (this.canBeCalm && life === undefined) {
      state.deadline = notBefore(nextDeadline(rule.plan, state.pattern), state.time);
      return;
    }
    const due = notBefore(deadlineOf(rule, state), state.time);
    state.deadline = told === undefined ? due : Math.min(due, this.teller.deadline(entry, state.life));
  }

  /** The state of a key; valid until the next call. */
  at(entry: Entry): StateCursor {
    this.states.setCalm(entry.slot, false);
    return this.states.point(this.cursor, entry.slot, entry);
  }
}

/** Nothing holds and nothing is told: an event by which nothing is found changes nothing but the pattern. */
function isCalm({ life, told }: Entry): boolean {
  return told === undefined && (life === undefined || (life.phase === NORMAL && life.level === FALSE));
}

/** Of a rule whose times were changed meanwhile, a deadline may lie behind what is settled: it is due now. */
function notBefore(deadline: number, time: number): number {
  return deadline < time ? time : deadline;
}
