/**
 * The operators of a pattern. Each looks at its operands after every instant (all events of one time stamp) and says
 *  - its *level*: does the situation hold? false, true, or held but not known (a source fell silent);
 *  - a *pulse*: a detection at this instant, with the latest start that a match ending here can have;
 *  - a *count*: how often it occurred at this instant (its begin, for a state).
 * Operators hold nothing of a key: what they remember lies in {@link PatternState}.
 */
import type { CityEvent } from '../../ecdm/event';
import type { Layout, Link, PatternState, StreamState } from './state';

export const FALSE = 0;
export const TRUE = 1;
/** Held, but from here on not known. */
export const UNKNOWN = 2;
export type Level = typeof FALSE | typeof TRUE | typeof UNKNOWN;

// numbers that every operator keeps, from its base on
const LEVEL = 0;
/** Latest start of any match so far. */
const START = 1;
/** When a match last ended. */
const AT = 2;
/** When the level last fell. */
const FELL = 3;
/** 1 when the level was true since it last was false. */
const WAS_TRUE = 4;
/** Room that {@link Operator} itself needs. */
export const OWN = 5;

export abstract class Operator {
  readonly base: number;

  // the outcome of the latest evaluation; valid until the next one, of whatever key
  level: Level = FALSE;
  rose = false;
  pulse = -Infinity;
  count = 0;

  constructor(layout: Layout, room = 0) {
    this.base = layout.take('numbers', OWN + room);
  }

  /** Sets the numbers of a new key. */
  reset(n: number[], _known: number): void {
    const b = this.base;
    n[b + LEVEL] = FALSE;
    n[b + START] = n[b + AT] = n[b + FELL] = -Infinity;
    n[b + WAS_TRUE] = 0;
  }

  /** Looks at the operands after all events of time `t`; deadlines up to `t` have come, too. */
  abstract evaluate(state: PatternState, t: number): void;

  /** Adds the events that the present outcome rests on. */
  abstract gather(state: PatternState, into: Set<CityEvent>): void;

  /** Whether it has deadlines at all. */
  get timed(): boolean {
    return false;
  }

  /** Next time at which something happens although no event comes. */
  deadline(_state: PatternState): number {
    return Infinity;
  }

  /** Whether a detection uses up something that it remembers. */
  get consumable(): boolean {
    return false;
  }

  /** A detection at `t` has used up what happened so far; levels and what must not happen stay. */
  consume(_state: PatternState, _t: number): void {}

  protected finish(n: number[], t: number, level: Level, pulse: number): void {
    const b = this.base;
    this.rose = level === TRUE && n[b + WAS_TRUE] === 0;
    if (level === TRUE) n[b + WAS_TRUE] = 1;
    else if (level === FALSE) {
      n[b + WAS_TRUE] = 0;
      if (n[b + LEVEL] !== FALSE) n[b + FELL] = t;
    }
    n[b + LEVEL] = level;
    if (pulse > -Infinity) {
      if (pulse > n[b + START]!) n[b + START] = pulse;
      n[b + AT] = t;
    }
    this.level = level;
    this.pulse = pulse;
    this.count = pulse > -Infinity || this.rose ? 1 : 0;
  }

  /** Latest start of what may still be paired at `t` when a gap of `within` is allowed; what lies up to `used` may not. */
  pairStart(n: number[], t: number, within: number, used: number): number {
    const b = this.base;
    if (n[b + LEVEL] === TRUE) return t;
    const start = n[b + START]!;
    // a state that ended at this very instant touches, it does not overlap
    const latest = within > 0 && n[b + FELL]! > start ? n[b + FELL]! : start;
    return latest > used ? latest : -Infinity;
  }

  /** When it was last true. */
  lastAt(n: number[]): number {
    return Math.max(n[this.base + AT]!, n[this.base + FELL]!);
  }

  /** First instant from which neither a match nor the state lies in the `within` before; `t` when that is now. */
  quietFrom(n: number[], within: number): number {
    const b = this.base;
    return Math.max(n[b + AT]! + within + 1, n[b + FELL]! + within);
  }
}

/** A named event; the state is the union over its streams. */
export class EventOperator extends Operator {
  private readonly streams: number;
  private points = 0;
  private begins = 0;

  constructor(
    layout: Layout,
    readonly event: string,
  ) {
    super(layout, 2);
    this.streams = layout.take('streams', 1);
  }

  private get active(): number {
    return this.base + OWN;
  }
  private get unknown(): number {
    return this.base + OWN + 1;
  }

  override reset(n: number[], known: number): void {
    super.reset(n, known);
    n[this.active] = n[this.unknown] = 0;
  }

  /** Forgets the events of the instant before. */
  clear(): void {
    this.points = this.begins = 0;
  }

  /** Takes one event of the present instant. */
  take(state: PatternState, event: CityEvent): void {
    if (event.kind === 'point') {
      this.points++;
      state.last[this.streams] = event;
      return;
    }
    const n = state.n;
    const map = (state.streams[this.streams] ??= new Map<string, StreamState>());
    const held = map.get(event.stream);
    if (event.kind === 'begin') {
      if (held === undefined) {
        map.set(event.stream, { known: true, event });
        n[this.active]!++;
        this.begins++;
        state.last[this.streams] = event;
      } else if (!held.known) {
        held.known = true;
        n[this.unknown]!--;
        n[this.active]!++;
      }
    } else if (held !== undefined) {
      if (event.kind === 'end') {
        map.delete(event.stream);
        n[held.known ? this.active : this.unknown]!--;
      } else if (held.known) {
        held.known = false;
        n[this.active]!--;
        n[this.unknown]!++;
      }
    }
  }

  override evaluate(state: PatternState, t: number): void {
    const n = state.n;
    const level = n[this.active]! > 0 ? TRUE : n[this.unknown]! > 0 ? UNKNOWN : FALSE;
    this.finish(n, t, level, this.points > 0 ? t : -Infinity);
    this.count = this.points + this.begins;
  }

  override gather(state: PatternState, into: Set<CityEvent>): void {
    const map = state.streams[this.streams];
    if (map === undefined || map.size === 0) {
      const last = state.last[this.streams];
      if (last !== undefined) into.add(last);
      return;
    }
    for (const held of map.values()) {
      into.add(held.event);
      if (into.size > 100) return;
    }
  }

  newest(state: PatternState): CityEvent | undefined {
    return state.last[this.streams];
  }
}

/** All of them: states that overlap, or whatever lies within `within` of each other, in any order. */
export class AndOperator extends Operator {
  constructor(
    layout: Layout,
    private readonly must: readonly Operator[],
    private readonly mustNot: readonly Operator[],
    private readonly within: number,
    /** How far back what must not happen is looked for. */
    private readonly back: number,
  ) {
    super(layout, 1);
  }

  /** Up to when everything is used up. */
  private get used(): number {
    return this.base + OWN;
  }

  override reset(n: number[], known: number): void {
    super.reset(n, known);
    n[this.used] = -Infinity;
  }

  override get consumable(): boolean {
    return true;
  }

  override consume({ n }: PatternState, t: number): void {
    n[this.used] = t;
  }

  override evaluate(state: PatternState, t: number): void {
    const n = state.n;
    let level: Level = TRUE;
    let occurred = false;
    let start = Infinity;
    for (const operand of this.must) {
      if (operand.level === FALSE) level = FALSE;
      else if (operand.level === UNKNOWN && level === TRUE) level = UNKNOWN;
      if (operand.count > 0) occurred = true;
      start = Math.min(start, operand.pairStart(n, t, this.within, n[this.used]!));
    }
    let allowed = true;
    for (const operand of this.mustNot) {
      const state = this.forbidden(n, operand, t);
      if (state === TRUE) level = FALSE;
      else if (state === UNKNOWN && level === TRUE) level = UNKNOWN;
      if (state !== FALSE) allowed = false;
    }
    const pulse = occurred && allowed && level !== TRUE && t - start <= this.within ? start : -Infinity;
    this.finish(n, t, level, pulse);
  }

  private forbidden(n: number[], operand: Operator, t: number): Level {
    if (operand.level !== FALSE) return operand.level;
    return operand.quietFrom(n, this.back) > t ? TRUE : FALSE;
  }

  override get timed(): boolean {
    return this.mustNot.length > 0;
  }

  override deadline(state: PatternState): number {
    const n = state.n;
    if (n[this.base + LEVEL] !== FALSE || this.mustNot.length === 0) return Infinity;
    let from = -Infinity;
    for (const operand of this.must) if (n[operand.base + LEVEL] === FALSE) return Infinity;
    for (const operand of this.mustNot) {
      if (n[operand.base + LEVEL] !== FALSE) return Infinity;
      from = Math.max(from, operand.quietFrom(n, this.back));
    }
    return from === -Infinity ? Infinity : from;
  }

  override gather(state: PatternState, into: Set<CityEvent>): void {
    for (const operand of this.must) operand.gather(state, into);
  }
}

/** Any one of them. */
export class OrOperator extends Operator {
  constructor(
    layout: Layout,
    private readonly operands: readonly Operator[],
  ) {
    super(layout);
  }

  override evaluate(state: PatternState, t: number): void {
    let level: Level = FALSE;
    let pulse = -Infinity;
    let count = 0;
    for (const operand of this.operands) {
      if (operand.level === TRUE) level = TRUE;
      else if (operand.level === UNKNOWN && level === FALSE) level = UNKNOWN;
      if (operand.pulse > pulse) pulse = operand.pulse;
      count += operand.count;
    }
    this.finish(state.n, t, level, pulse);
    this.count = count;
  }

  /** What is true now; when nothing is (it was, and counts still), what was true last. */
  override gather(state: PatternState, into: Set<CityEvent>): void {
    let latest: Operator | undefined;
    let found = false;
    for (const operand of this.operands) {
      if (operand.level !== FALSE || operand.count > 0) {
        operand.gather(state, into);
        found = true;
      }
      if (latest === undefined || operand.lastAt(state.n) > latest.lastAt(state.n)) latest = operand;
    }
    if (!found) latest?.gather(state, into);
  }
}

/** At least `min` (and at most `max`) occurrences within `within`. */
export class CountOperator extends Operator {
  private readonly list: number;
  private readonly kept: number;
  private readonly found = new Set<CityEvent>();

  constructor(
    layout: Layout,
    private readonly operand: Operator,
    private readonly min: number,
    private readonly max: number | undefined,
    private readonly within: number,
  ) {
    super(layout);
    this.list = layout.take('lists', 1);
    this.kept = max === undefined ? min : max + 1;
  }

  override evaluate(state: PatternState, t: number): void {
    const times = state.times[this.list]!;
    let pulse = -Infinity;
    if (this.operand.count > 0) {
      // what was used up stays the evidence until something new is counted
      if (times.length === 0) state.recent[this.list]!.length = 0;
      // more at one instant than are kept would only push each other out
      for (let i = Math.min(this.operand.count, this.kept); i > 0; i--) times.push(t);
      while (times.length > this.kept) times.shift();
      this.remember(state);
      const from = times.length - this.min;
      if (from >= 0 && t - times[from]! <= this.within && !this.tooMany(times, t)) pulse = times[from]!;
    }
    this.finish(state.n, t, FALSE, pulse);
  }

  override get consumable(): boolean {
    return true;
  }

  override consume(state: PatternState): void {
    state.times[this.list]!.length = 0;
  }

  private tooMany(times: readonly number[], t: number): boolean {
    if (this.max === undefined) return false;
    const over = times.length - this.max - 1;
    return over >= 0 && t - times[over]! <= this.within;
  }

  private remember(state: PatternState): void {
    const { found } = this;
    found.clear();
    this.operand.gather(state, found);
    const recent = state.recent[this.list]!;
    for (const event of found) if (!recent.some((known) => isSame(known, event))) recent.push(event);
    found.clear();
    const most = Math.min(this.min, 20);
    while (recent.length > most) recent.shift();
  }

  override gather(state: PatternState, into: Set<CityEvent>): void {
    for (const event of state.recent[this.list]!) into.add(event);
  }
}

/** The state has held for a time, without interruption and without a stretch in which it was not known. */
export class LastingOperator extends Operator {
  constructor(
    layout: Layout,
    private readonly operand: Operator,
    private readonly length: number,
  ) {
    super(layout, 1);
  }

  private get since(): number {
    return this.base + OWN;
  }

  override reset(n: number[], known: number): void {
    super.reset(n, known);
    n[this.since] = Infinity;
  }

  override evaluate(state: PatternState, t: number): void {
    const n = state.n;
    const before = n[this.base + LEVEL]!;
    let level: Level = FALSE;
    if (this.operand.level === FALSE) n[this.since] = Infinity;
    else if (this.operand.level === UNKNOWN) {
      if (before === FALSE) n[this.since] = Infinity;
      else level = UNKNOWN;
    } else {
      if (n[this.since] === Infinity) n[this.since] = t;
      if (before !== FALSE || t >= n[this.since]! + this.length) level = TRUE;
    }
    this.finish(n, t, level, -Infinity);
  }

  override get timed(): boolean {
    return true;
  }

  override deadline({ n }: PatternState): number {
    return n[this.base + LEVEL] === FALSE ? n[this.since]! + this.length : Infinity;
  }

  override gather(state: PatternState, into: Set<CityEvent>): void {
    this.operand.gather(state, into);
  }
}

/** Nothing heard for a time: holds from then until the next one. */
export class SilenceOperator extends Operator {
  constructor(
    layout: Layout,
    private readonly operand: Operator,
    private readonly length: number,
  ) {
    super(layout, 1);
  }

  private get anchor(): number {
    return this.base + OWN;
  }

  override reset(n: number[], known: number): void {
    super.reset(n, known);
    n[this.anchor] = known;
  }

  override evaluate(state: PatternState, t: number): void {
    const n = state.n;
    let level: Level = FALSE;
    if (this.operand.level !== FALSE) n[this.anchor] = Infinity;
    else if (this.operand.count > 0 || n[this.anchor] === Infinity) n[this.anchor] = t;
    else if (t >= n[this.anchor]! + this.length) level = TRUE;
    this.finish(n, t, level, -Infinity);
  }

  override get timed(): boolean {
    return true;
  }

  override deadline(state: PatternState): number {
    return state.n[this.base + LEVEL] === FALSE ? state.n[this.anchor]! + this.length : Infinity;
  }

  override gather(state: PatternState, into: Set<CityEvent>): void {
    this.operand.gather(state, into);
  }
}

/** Something happened, and then `unwanted` did not for a time. */
export class ThenSilenceOperator extends Operator {
  private readonly list: number;

  constructor(
    layout: Layout,
    private readonly first: Operator,
    private readonly unwanted: Operator,
    private readonly length: number,
    private readonly within: number,
  ) {
    super(layout);
    this.list = layout.take('lists', 1);
  }

  override evaluate(state: PatternState, t: number): void {
    const waiting = state.times[this.list]!; // start, end, start, end ...
    let pulse = -Infinity;
    if (this.unwanted.count > 0) waiting.length = 0;
    while (waiting.length > 0 && waiting[1]! + this.length <= t) {
      if (t - waiting[0]! <= this.within) pulse = Math.max(pulse, waiting[0]!);
      waiting.splice(0, 2);
    }
    if (this.first.count > 0 && this.unwanted.level === FALSE) {
      waiting.push(this.first.pulse > -Infinity ? this.first.pulse : t, t);
      if (waiting.length > 2 * MOST_WAITING) waiting.splice(0, 2);
    }
    this.finish(state.n, t, FALSE, pulse);
  }

  override get timed(): boolean {
    return true;
  }

  override get consumable(): boolean {
    return true;
  }

  override consume(state: PatternState): void {
    state.times[this.list]!.length = 0;
  }

  override deadline(state: PatternState): number {
    const waiting = state.times[this.list]!;
    return waiting.length > 0 ? waiting[1]! + this.length : Infinity;
  }

  override gather(state: PatternState, into: Set<CityEvent>): void {
    this.first.gather(state, into);
  }
}

/** Matches of one key that wait for something not to happen; the oldest is dropped beyond. */
const MOST_WAITING = 1000;

/** Two copies of one event (a snapshot makes copies). */
export function isSame(a: CityEvent, b: CityEvent): boolean {
  return a === b || (a.id === b.id && a.stream === b.stream);
}

/** Evidence as a list, oldest first. */
export function collectLinks(link: Link | undefined, into: Set<CityEvent>): void {
  const found: CityEvent[] = [];
  for (let at = link; at !== undefined && found.length < 100; at = at.before) found.push(at.event);
  for (let i = found.length - 1; i >= 0; i--) into.add(found[i]!);
}
