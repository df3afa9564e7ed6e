/** Runs a key: one instant or one deadline at a time. */
import type { CityEvent } from '../../ecdm/event';
import type { Entry } from './entry';
import { instant, nextDeadline, occurrence } from './fold';
import { count, deadlineOf, expire, feed, isEvidence, isHeld, NORMAL, observe, RAISED, type Rule } from './life';
import { FALSE, type Operator } from './operators';
import type { OpenRuns } from './open-runs';
import type { History } from './past';
import { NO_OCCURRENCE, occurrenceOf } from './plan';
import type { Saving } from './saving';
import { Standing } from './standing';
import type { StateCursor, States } from './states';
import type { Teller } from './teller';

type Events = readonly CityEvent[];
const NONE: Events = [];

export class Runner {
  /** Detections of all keys. */
  detections = 0;
  /** Latest instant or deadline of any key that was run. */
  latest = -Infinity;
  private readonly cursor: StateCursor;
  /** Is told of a key before it changes, while it is written. */
  saving: Saving | undefined;
  /** A rule with nothing but a pattern: of most instants nothing but that need be looked at. */
  private readonly isPlain: boolean;
  private readonly standing: Standing;
  /** Of the pattern's events, whether they are evidence. */
  private readonly isEvidence: readonly boolean[];

  constructor(
    private readonly rule: Rule,
    private readonly states: States,
    private readonly teller: Teller,
    private readonly history: History,
    /** Where the rule keeps run lists. */
    private readonly runs: OpenRuns | undefined,
  ) {
    const { plan, sides } = rule;
    this.isPlain = sides.length === 0 && runs === undefined;
    this.isEvidence = plan.names.map((name) => plan.wanted.has(name));
    this.standing = new Standing(rule, states);
    this.cursor = states.cursor();
  }

  /** Which of the pattern's events it is, as {@link instant} wants to know it. */
  occurrenceOf(event: CityEvent): number {
    return occurrenceOf(this.rule.plan, event);
  }

  /**
   * The events of one instant of the key at a place: sorted, and all of time `t`.
   * @param which of a single event, what {@link occurrenceOf} said of it; else {@link NO_OCCURRENCE}
   * @returns whether the key may be due sooner than before
   */
  instant(slot: number, events: Events, from: number, to: number, t: number, which: number): boolean {
    if (t > this.latest) this.latest = t;
    if (this.saving === undefined && !this.history.isKept) {
      if (this.states.isCalm(slot)) return this.instantOfCalm(slot, events, from, to, t, which);
      const row = this.standing.of(slot);
      if (row >= 0) return this.instantOfStanding(row, slot, events, from, to, t, which);
    }
    this.instantOf(this.states.entries[slot]!, events, from, to);
    return true;
  }

  private instantOfCalm(slot: number, events: Events, from: number, to: number, t: number, which: number): boolean {
    const { plan } = this.rule;
    const state = this.states.point(this.cursor, slot, undefined);
    this.match(state, events, from, to, t, which);
    if (!isFound(plan.top)) return plan.timed.length > 0 && isSooner(state, nextDeadline(plan, state.pattern));
    this.states.setCalm(slot, false);
    this.found(slot, state, events, from, to);
    return true;
  }

  /** Of a key of which nothing new is to be told: most often it is only noted that something more has happened. */
  private instantOfStanding(
    row: number,
    slot: number,
    events: Events,
    from: number,
    to: number,
    t: number,
    which: number,
  ): boolean {
    const state = this.states.point(this.cursor, slot, undefined);
    this.match(state, events, from, to, t, which);
    if (!this.isMore()) {
      this.standing.end(slot);
      this.found(slot, state, events, from, to);
      return true;
    }
    const remembered = this.remember(row, events, from, to, which);
    return this.note(row, slot, state, remembered, t);
  }

  /** Whether a standing key has nothing but more of the same. */
  private isMore(): boolean {
    const { level, rose } = this.rule.plan.top;
    return level === FALSE && !rose;
  }

  /** @returns whether any of the events counts as evidence */
  private remember(row: number, events: Events, from: number, to: number, which: number): boolean {
    const { standing, isEvidence: counts } = this;
    if (which !== NO_OCCURRENCE) {
      if (counts[which]!) standing.remember(row, events[from]!);
      return counts[which]!;
    }
    let any = false;
    for (let i = from; i < to; i++) {
      if (!isEvidence(this.rule.plan, events[i]!)) continue;
      standing.remember(row, events[i]!);
      any = true;
    }
    return any;
  }

  /**
   * Notes what an instant of a standing key has found.
   * @param remembered whether there is new evidence
   * @returns whether the key is due sooner than before
   */
  private note(row: number, slot: number, state: StateCursor, remembered: boolean, t: number): boolean {
    const { plan } = this.rule;
    const detected = plan.top.pulse > -Infinity;
    if (detected) {
      this.detections++;
      this.standing.detected(row, t);
    }
    const isTold = (detected || remembered) && this.standing.isDue(row, t);
    if (isTold) this.tellMore(row, slot, t);
    if (!detected && !isTold && plan.timed.length === 0) return false;
    return isSooner(state, notBefore(Math.min(nextDeadline(plan, state.pattern), this.standing.deadline(row)), t));
  }

  private tellMore(row: number, slot: number, t: number): void {
    const { standing, teller } = this;
    const entry = this.states.entries[slot]!;
    const life = standing.tell(row);
    count(life, t);
    teller.subject = entry;
    teller.changed(life, t);
    standing.told(row, teller.silentUntil(entry)!, teller.deadline(entry, life));
  }

  private match(state: StateCursor, events: Events, from: number, to: number, t: number, which: number): void {
    const { plan } = this.rule;
    if (which === NO_OCCURRENCE) instant(plan, state.pattern, events, from, to, t);
    else occurrence(plan, state.pattern, events[from]!, which, t);
    state.time = t;
  }

  private found(slot: number, state: StateCursor, events: Events, from: number, to: number): void {
    const entry = this.states.entries[slot]!;
    state.owner = entry;
    this.feedFound(entry, state, events, from, to);
    this.settled(entry, state);
  }

  private instantOf(entry: Entry, events: Events, from: number, to: number): void {
    const { rule, teller } = this;
    if (this.saving !== undefined) this.saving.touch(entry);
    const state = this.at(entry);
    this.history.keep(entry, state, events, from, to);
    if (!this.isPlain) {
      const before = entry.life?.detections ?? 0;
      teller.subject = entry;
      this.runs?.begin();
      feed(rule, state, events, from, to, teller);
      this.detections += state.life.detections - before;
    } else if (this.isNothing(state, events, from, to)) {
      if (this.isCalm(entry)) {
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
  private goesOn(entry: Entry, state: StateCursor, events: Events, from: number, to: number): boolean {
    const { told } = entry;
    const { phase, level } = state.life;
    const revision = told?.revision;
    this.teller.subject = entry;
    observe(this.rule, state, events[from]!.time, events, from, to, this.teller);
    if (told === undefined || told.revision !== revision) return false;
    if (phase !== RAISED || level !== FALSE || this.rule.plan.timed.length > 0) return false;
    this.stand(entry, state);
    return true;
  }

  /** Nothing is found in most events: then there is no life to look at. */
  private isNothing(state: StateCursor, events: Events, from: number, to: number): boolean {
    const { plan } = this.rule;
    const t = events[from]!.time;
    this.match(state, events, from, to, t, NO_OCCURRENCE);
    if (isFound(plan.top)) return false;
    if (plan.timed.length > 0) state.deadline = nextDeadline(plan, state.pattern);
    return true;
  }

  private feedFound(entry: Entry, state: StateCursor, events: Events, from: number, to: number): void {
    const before = state.life.detections;
    this.teller.subject = entry;
    observe(this.rule, state, state.time, events, from, to, this.teller);
    this.detections += state.life.detections - before;
  }

  /** The deadline that {@link deadlineOf} told has come. */
  expire(entry: Entry): void {
    const { rule, teller } = this;
    if (this.expireStanding(entry.slot)) return;
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

  /** @returns false where it is more than that the pattern of a standing key has waited for its time */
  private expireStanding(slot: number): boolean {
    const row = this.standing.of(slot);
    if (row < 0 || this.saving !== undefined || this.history.isKept) return false;
    const { plan } = this.rule;
    const state = this.states.point(this.cursor, slot, undefined);
    const t = state.deadline;
    if (this.standing.deadline(row) <= t || nextDeadline(plan, state.pattern) > t) return false;
    if (t > this.latest) this.latest = t;
    this.match(state, NONE, 0, 0, t, NO_OCCURRENCE);
    if (this.isMore()) this.note(row, slot, state, false, t);
    else {
      this.standing.end(slot);
      this.found(slot, state, NONE, 0, 0);
    }
    return true;
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
    if (!this.isPlain) return;
    if (this.isCalm(entry)) this.states.setCalm(entry.slot, true);
    else this.stand(entry, state);
  }

  /**
   * Nothing holds and nothing is told, or it is kept only because it flaps or is latched: an event by which nothing is
   * found changes nothing but the pattern.
   */
  private isCalm({ life, told }: Entry): boolean {
    if (life !== undefined && (life.phase !== NORMAL || life.level !== FALSE)) return false;
    return told === undefined || (told.normal !== undefined && this.rule.plan.timed.length === 0);
  }

  /**
   * If there is nothing new to tell of a key for some time, what happens is only noted. Not if something was told just now:
   * of a key that seldom speaks nothing may come until that is over.
   */
  private stand(entry: Entry, { life, time }: StateCursor): void {
    if (this.saving !== undefined || this.history.isKept) return;
    if (!isHeld(life) || life.level !== FALSE || entry.told === undefined || entry.told.said >= time) return;
    const until = this.teller.silentUntil(entry);
    if (until !== undefined) this.standing.begin(entry.slot, life, until, this.teller.deadline(entry, life));
  }

  /** Finds anew when something happens to a key, or is to be told of it, although no event comes. */
  look(entry: Entry): void {
    this.findDeadline(entry, this.at(entry));
  }

  private findDeadline(entry: Entry, state: StateCursor): void {
    const { life, told } = entry;
    const { rule } = this;
    if (this.isPlain && life === undefined) {
      state.deadline = notBefore(nextDeadline(rule.plan, state.pattern), state.time);
      return;
    }
    const due = notBefore(deadlineOf(rule, state), state.time);
    if (told === undefined) state.deadline = due;
    else state.deadline = Math.min(due, notBefore(this.teller.deadline(entry, state.life), state.time));
  }

  /** Lets the lives of all keys know what has happened to them. */
  lookAtAll(): void {
    this.standing.endAll();
  }

  /** The state of a key; valid until the next call. */
  at(entry: Entry): StateCursor {
    this.states.setCalm(entry.slot, false);
    this.standing.end(entry.slot);
    return this.states.point(this.cursor, entry.slot, entry);
  }
}

/** Whether an instant has found anything. */
function isFound({ level, rose, pulse }: Operator): boolean {
  return level !== FALSE || rose || pulse > -Infinity;
}

/** Takes note of when a key is due. @returns whether that is sooner than before */
function isSooner(state: StateCursor, due: number): boolean {
  const before = state.deadline;
  state.deadline = due;
  return due < before;
}

/** Of a rule whose times were changed meanwhile, a deadline may lie behind what is settled: it is due now. */
function notBefore(deadline: number, time: number): number {
  return deadline < time ? time : deadline;
}
