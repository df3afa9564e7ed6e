/** Operators that count, or that wait for a time: several times, for so long, nothing for so long. */
import type { CityEvent } from '../../ecdm/event';
import { EventOperator } from './event-operator';
import {
  begun,
  collectLinks,
  FALSE,
  isAmong,
  linkOf,
  Operator,
  OrOperator,
  TRUE,
  UNKNOWN,
  type HalfDone,
  type Level,
  type OfPoints,
} from './operators';
import { isAny, isUnmissed, type Gone } from './leaving';
import { isLinked, type Layout, type Link, type PatternState } from './state';
import { evidenceOf, WaitingMatches, type Evidence } from './waiting-matches';

/** Longest count whose times are kept as numbers of the key; longer ones have a list. */
const SHORT = 16;
/** Counted occurrences of which it is kept what they rest on, and events of one that is made of several. */
const MOST_RECENT = 20;

/** At least `min` (and at most `max`) occurrences within `within`. */
export class CountOperator extends Operator {
  private readonly kept: number;
  /** When they began, the earliest first: as numbers (those of short counts), or in a list. */
  private readonly times: number;
  private readonly list: number;
  /** What the newest counted occurrences rest on, a {@link Link} each, oldest first. */
  private readonly recent: number;
  private readonly most: number;
  private readonly found = new Set<CityEvent>();

  constructor(
    layout: Layout,
    private readonly operand: Operator,
    private readonly min: number,
    max: number | undefined,
    private readonly within: number,
  ) {
    super(layout, false);
    this.kept = max === undefined ? min : max + 1;
    const short = this.kept <= SHORT;
    this.times = short ? layout.number(this.kept) : -1;
    this.list = short ? -1 : layout.ref('numbers');
    this.most = Math.min(min, MOST_RECENT);
    this.recent = layout.ref('link', this.most);
    if (operand instanceof EventOperator) operand.found ??= [];
  }

  override evaluate(state: PatternState, t: number): void {
    let pulse = -Infinity;
    const { count } = this.operand;
    if (count > 0) {
      // what was used up stays the evidence until something new is counted
      if (this.at(state, 1) === -Infinity) this.forget(state);
      const begin = this.operand.pulse > -Infinity ? this.operand.pulse : t;
      // more at one instant than are kept would only push each other out
      for (let i = Math.min(count, this.kept); i > 0; i--) this.push(state, begin);
      this.remember(state);
      // the present one is always counted, although it may have begun before others
      const start = Math.min(begin, this.at(state, this.min));
      const tooMany = this.kept > this.min && t - this.at(state, this.kept) <= this.within;
      if (t - start <= this.within && !tooMany) pulse = start;
    }
    this.finish(state, t, FALSE, pulse);
  }

  /** When the k-th occurrence from the newest began; -Infinity when there were not so many. */
  private at({ n, o, refs, r }: PatternState, k: number): number {
    if (this.times >= 0) return n[o + this.times + this.kept - k]!;
    const list = refs[r + this.list] as number[] | undefined;
    return list?.[list.length - k] ?? -Infinity;
  }

  private push({ n, o, refs, r }: PatternState, begin: number): void {
    if (this.times >= 0) {
      let at = o + this.times;
      const last = at + this.kept - 1;
      if (begin < n[at]!) return;
      for (; at < last && n[at + 1]! <= begin; at++) n[at] = n[at + 1]!;
      n[at] = begin;
      return;
    }
    let list = refs[r + this.list] as number[] | undefined;
    if (list === undefined) refs[r + this.list] = list = [];
    let at = list.length;
    while (at > 0 && list[at - 1]! > begin) at--;
    list.splice(at, 0, begin);
    if (list.length > this.kept) list.shift();
  }

  override get consumable(): boolean {
    return true;
  }

  override consume({ n, o, refs, r }: PatternState): void {
    if (this.times >= 0) n.fill(-Infinity, o + this.times, o + this.times + this.kept);
    else refs[r + this.list] = undefined;
  }

  override halfDone(state: PatternState, t: number, into: HalfDone): void {
    let first = -Infinity;
    for (let k = 1; k <= this.min && t - this.at(state, k) <= this.within; k++) first = this.at(state, k);
    if (first > -Infinity) begun(into, first);
  }

  private forget({ refs, r }: PatternState): void {
    for (let i = 0; i < this.most; i++) refs[r + this.recent + i] = undefined;
  }

  private remember(state: PatternState): void {
    const { operand, found } = this;
    // of an event what occurred now, and not what still holds from before; that is never among what is kept
    if (operand instanceof EventOperator) {
      for (const event of operand.found!) this.append(state, event);
      return;
    }
    found.clear();
    operand.gather(state, found);
    // one side of an "or" that still holds is named again with what occurs on another, and was counted before
    if (operand instanceof OrOperator) for (const event of found) if (this.isKept(state, event)) found.delete(event);
    if (found.size <= operand.count) for (const event of found) this.append(state, event);
    else this.append(state, linkOf([...found].slice(-MOST_RECENT))!);
    found.clear();
  }

  private isKept({ refs, r }: PatternState, event: CityEvent): boolean {
    const from = r + this.recent;
    for (let i = from + this.most - 1; i >= from; i--) {
      const link = refs[i] as Link | undefined;
      if (link === undefined) return false;
      if (isAmong(link, event)) return true;
    }
    return false;
  }

  private append({ refs, r }: PatternState, link: Link): void {
    const from = r + this.recent;
    const last = from + this.most - 1;
    for (let i = from; i < last; i++) refs[i] = refs[i + 1];
    refs[last] = link;
  }

  override wantEvidence(): void {
    this.keepMatch();
  }

  protected override gatherNow({ refs, r }: PatternState, into: Set<CityEvent>): void {
    for (let i = 0; i < this.most; i++) {
      const link = refs[r + this.recent + i] as Link | undefined;
      if (link === undefined) continue;
      if (isLinked(link)) collectLinks(link, into);
      else into.add(link);
    }
  }
}

/** The state has held for a time, without interruption and without a stretch in which it was not known. */
export class LastingOperator extends Operator {
  private readonly since: number;

  constructor(
    layout: Layout,
    private readonly operand: Operator,
    private readonly length: number,
  ) {
    super(layout, true);
    this.since = layout.number();
    operand.wantEvidence();
  }

  override wantEvidence(): void {
    this.keepMatch();
  }

  override reset(state: PatternState, known: number): void {
    super.reset(state, known);
    state.n[state.o + this.since] = Infinity;
  }

  override evaluate(state: PatternState, t: number): void {
    const { n, o } = state;
    const since = o + this.since;
    const before = this.levelIn(state);
    let level: Level = FALSE;
    if (this.operand.level === FALSE) n[since] = Infinity;
    else if (this.operand.level === UNKNOWN) {
      if (before === FALSE) n[since] = Infinity;
      else level = UNKNOWN;
    } else {
      if (n[since] === Infinity) n[since] = t;
      if (t >= n[since]! + this.length) level = TRUE;
    }
    this.finish(state, t, level, -Infinity);
  }

  override get timed(): boolean {
    return true;
  }

  override deadline(state: PatternState): number {
    return this.levelIn(state) === FALSE ? state.n[state.o + this.since]! + this.length : Infinity;
  }

  override rearm(state: PatternState, _from: number, away: number): void {
    if (this.levelIn(state) === FALSE) state.n[state.o + this.since]! += away;
  }

  override waitFrom({ n, o }: PatternState, time: number): void {
    const since = o + this.since;
    if (n[since]! < Infinity) n[since] = Math.min(n[since]!, time);
  }

  override halfDone(state: PatternState, _t: number, into: HalfDone): void {
    const since = state.n[state.o + this.since]!;
    if (since < Infinity && this.levelIn(state) === FALSE) begun(into, since);
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    this.operand.gather(state, into);
  }
}

/** From when on silence counts that nobody waits for: its sensors are gone. It counts again when something is heard. */
const UNMISSED = -Infinity;

/** Nothing heard for a time: holds from then until the next one. */
export class SilenceOperator extends Operator {
  private readonly anchor: number;

  constructor(
    layout: Layout,
    private readonly operand: Operator,
    private readonly length: number,
    /** Ids of the events of the operand. */
    private readonly events: ReadonlySet<string>,
  ) {
    super(layout, true);
    this.anchor = layout.number();
    operand.wantEvidence();
  }

  override wantEvidence(): void {
    this.keepMatch();
  }

  override reset(state: PatternState, known: number): void {
    super.reset(state, known);
    state.n[state.o + this.anchor] = known;
  }

  override evaluate(state: PatternState, t: number): void {
    const { n, o } = state;
    const anchor = o + this.anchor;
    let level: Level = FALSE;
    if (this.operand.level !== FALSE) n[anchor] = Infinity;
    else if (this.operand.count > 0 || n[anchor] === Infinity) n[anchor] = t;
    else if (n[anchor]! > UNMISSED && t >= n[anchor]! + this.length) level = TRUE;
    this.finish(state, t, level, -Infinity);
  }

  override get timed(): boolean {
    return true;
  }

  override deadline(state: PatternState): number {
    const anchor = state.n[state.o + this.anchor]!;
    return anchor > UNMISSED && this.levelIn(state) === FALSE ? anchor + this.length : Infinity;
  }

  override rearm(state: PatternState, from: number): void {
    const { n, o } = state;
    const anchor = o + this.anchor;
    if (n[anchor]! > UNMISSED && this.levelIn(state) === FALSE) n[anchor] = Math.max(n[anchor]!, from);
  }

  override waitFrom({ n, o }: PatternState, time: number): void {
    const anchor = o + this.anchor;
    if (n[anchor]! < Infinity) n[anchor] = Math.min(n[anchor]!, time);
  }

  override leave({ n, o }: PatternState, gone: Gone): boolean {
    if (!isUnmissed(this.events, gone)) return false;
    n[o + this.anchor] = UNMISSED;
    return true;
  }

  override comeBack({ n, o }: PatternState, events: ReadonlySet<string>, known: number): boolean {
    const anchor = o + this.anchor;
    if (n[anchor] !== UNMISSED || !isAny(this.events, events)) return false;
    n[anchor] = known;
    return true;
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    this.operand.gather(state, into);
  }
}

/** The symbols of {@link ThenSilenceOperator}. */
const FIRST = 0;
const UNWANTED = 1;

/** Something happened, and then `unwanted` did not for a time. */
export class ThenSilenceOperator extends Operator implements OfPoints {
  /** Matches that were given up for want of room, of all keys; who tells of them sets it back. */
  dropped = 0;
  /** A {@link WaitingMatches}; the first `head` of its times are done with. */
  private readonly list: number;
  private readonly head: number;
  private readonly found = new Set<CityEvent>();
  /** Where it is a single event without duration: it. Of most patterns it is, and then nothing need be gathered. */
  private readonly point: EventOperator | undefined;

  constructor(
    layout: Layout,
    private readonly first: Operator,
    private readonly unwanted: Operator,
    private readonly length: number,
    private readonly within: number,
    /** Ids of the events that are unwanted. */
    private readonly events: ReadonlySet<string>,
  ) {
    super(layout, false);
    this.list = layout.ref('box');
    this.head = layout.number();
    this.point = first instanceof EventOperator && first.isPoint ? first : undefined;
    first.wantEvidence();
  }

  private waiting({ refs, r }: PatternState): WaitingMatches | undefined {
    return refs[r + this.list] as WaitingMatches | undefined;
  }

  override evaluate(state: PatternState, t: number): void {
    // nobody can say that it was silent while that is not known
    if (this.unwanted.count > 0 || this.unwanted.level !== FALSE) this.consume(state);
    const pulse = this.settle(state, t);
    if (this.first.count > 0 && this.unwanted.level === FALSE) {
      const start = this.first.pulse;
      this.begin(state, start > -Infinity ? start : t, t, this.point?.newest(state) ?? this.gathered(state));
    }
    this.finish(state, t, FALSE, pulse);
  }

  override get ofPoints(): OfPoints | undefined {
    const { point, unwanted } = this;
    if (point === undefined || point === unwanted) return undefined;
    return unwanted instanceof EventOperator && unwanted.isPoint ? this : undefined;
  }

  symbolOf(operand: Operator): number {
    return operand === this.first ? FIRST : UNWANTED;
  }

  single(state: PatternState, symbol: number, event: CityEvent, t: number): void {
    if (symbol === UNWANTED) this.consume(state);
    const pulse = this.settle(state, t);
    if (symbol === FIRST) this.begin(state, t, t, event);
    this.finish(state, t, FALSE, pulse);
  }

  /** What has waited long enough is a detection. @returns its start; -Infinity where there is none */
  private settle(state: PatternState, t: number): number {
    const { n, o } = state;
    const waiting = this.waiting(state);
    let pulse = -Infinity;
    if (waiting === undefined) return pulse;
    let head = n[o + this.head]!;
    for (; waiting.endOf(head) + this.length <= t; head += 2) {
      const start = waiting.startOf(head);
      const isComplete = t - start <= this.within && start >= pulse;
      if (isComplete) pulse = start;
      waiting.done(head, isComplete);
    }
    n[o + this.head] = waiting.tidy(head);
    return pulse;
  }

  /** What began at `start` and is complete at `t` waits from then on for the unwanted. */
  private begin(state: PatternState, start: number, t: number, evidence: Evidence): void {
    const { n, o, refs, r } = state;
    const waiting = this.waiting(state);
    if (waiting !== undefined) {
      const head = n[o + this.head]!;
      const left = waiting.add(head, start, t, evidence);
      if (left !== head) this.dropped++;
      n[o + this.head] = left;
    } else {
      refs[r + this.list] = WaitingMatches.of(start, t, evidence);
      n[o + this.head] = 0;
    }
  }

  private gathered(state: PatternState): Evidence {
    const { first, found } = this;
    first.gather(state, found);
    const evidence = evidenceOf(found);
    found.clear();
    return evidence;
  }

  override get timed(): boolean {
    return true;
  }

  override get consumable(): boolean {
    return true;
  }

  override consume(state: PatternState): void {
    this.waiting(state)?.clear();
    state.n[state.o + this.head] = 0;
  }

  override deadline(state: PatternState): number {
    return (this.waiting(state)?.endOf(state.n[state.o + this.head]!) ?? Infinity) + this.length;
  }

  override halfDone(state: PatternState, _t: number, into: HalfDone): void {
    const waiting = this.waiting(state);
    if (waiting === undefined) return;
    for (let i = state.n[state.o + this.head]!; i < waiting.size; i += 2) begun(into, waiting.startOf(i));
  }

  /** What waits is given up; what happens later waits again, as at a key that is new. */
  override leave(state: PatternState, gone: Gone): boolean {
    if (this.deadline(state) === Infinity || !isUnmissed(this.events, gone)) return false;
    this.consume(state);
    return true;
  }

  override rearm(state: PatternState, from: number): void {
    this.waiting(state)?.waitAgain(state.n[state.o + this.head]!, from);
  }

  override waitFrom(state: PatternState, time: number): void {
    this.waiting(state)?.waitFrom(state.n[state.o + this.head]!, time);
  }

  override get boxAt(): number {
    return this.list;
  }

  override revive(json: unknown): WaitingMatches {
    return WaitingMatches.revive(json);
  }

  /** What the match rests on, and not what has happened since. */
  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    if (this.waiting(state)?.gather(into) !== true) this.first.gather(state, into);
  }
}
