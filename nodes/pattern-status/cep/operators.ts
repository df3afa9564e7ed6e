/**
 * The operators of a pattern. Each looks at its operands after every instant (all events of one time stamp) and says
 *  - its *level*: does the situation hold? false, true, or held but not known (a source fell silent);
 *  - a *pulse*: a detection at this instant, with the latest start that a match ending here can have;
 *  - a *count*: how often it occurred at this instant (its begin, for a state).
 * Operators hold nothing of a key: what they remember lies in {@link PatternState}, and is only as much as the operators
 * around them ask for (`want...`).
 */
import type { CityEvent } from '../../ecdm/event';
import type { Gone } from './leaving';
import { isLinked, linked, type Box, type Layout, type Link, type PatternState } from './state';

export const FALSE = 0;
export const TRUE = 1;
/** Held, but from here on not known. */
export const UNKNOWN = 2;
export type Level = typeof FALSE | typeof TRUE | typeof UNKNOWN;

/** The place of what nobody asks for. */
export const NOWHERE = -1;

/** Most events that are looked through for the evidence of one operator. */
export const MOST_GATHERED = 100;

/** Kept as a level: not known now, but it was true since it last was false. */
const UNKNOWN_AFTER_TRUE = 3;

/** Matches that have begun and may still be completed. */
export interface HalfDone {
  matches: number;
  oldest: number;
}

/** Counts one that began at `start`. */
export function begun(into: HalfDone, start: number): void {
  into.matches++;
  if (start < into.oldest) into.oldest = start;
}

/** Can judge an instant at which one event happens and is over, without the operators of the events being asked. */
export interface OfPoints {
  /** The place of an operand among the symbols. */
  symbolOf(operand: Operator): number;
  /** What {@link Operator.evaluate} would find, where all that happens at `t` is this event, which is of a symbol. */
  single(state: PatternState, symbol: number, event: CityEvent, t: number): void;
}

export abstract class Operator {
  // the outcome of the latest evaluation; valid until the next one, of whatever key
  level: Level = FALSE;
  rose = false;
  pulse = -Infinity;
  count = 0;

  // places of its numbers
  private readonly held: number;
  /** Latest start of any match so far. */
  private start = NOWHERE;
  /** When a match last ended. */
  private ended = NOWHERE;
  /** When the level last fell. */
  private fell = NOWHERE;
  /** Evidence of the match that ended last, a {@link Link}. */
  private match = NOWHERE;

  /** @param holds whether it can have a level at all, not only pulses */
  constructor(
    protected readonly layout: Layout,
    readonly holds: boolean,
  ) {
    this.held = holds ? layout.number() : NOWHERE;
  }

  /** Somebody will ask for {@link pairStart}. */
  wantStart(): void {
    if (this.start === NOWHERE) this.start = this.layout.number();
    this.wantFell();
  }

  /** Somebody will ask for {@link quietFrom} or {@link lastAt}. */
  wantEnd(): void {
    if (this.ended === NOWHERE) this.ended = this.layout.number();
    this.wantFell();
  }

  private wantFell(): void {
    if (this.holds && this.fell === NOWHERE) this.fell = this.layout.number();
  }

  /** Somebody will ask for the evidence later than at the instant of a detection. */
  wantEvidence(): void {}

  /** For operands that go on meanwhile: keeps what a match rests on, where that is more than the newest of everything. */
  protected keepMatch(): void {
    if (this.match === NOWHERE) this.match = this.layout.ref('link');
  }

  /** Sets those numbers of a new key that begin as something else than "never". */
  reset({ n, o }: PatternState, _known: number): void {
    if (this.held !== NOWHERE) n[o + this.held] = FALSE;
  }

  /** Looks at the operands after all events of time `t`; deadlines up to `t` have come, too. */
  abstract evaluate(state: PatternState, t: number): void;

  /** Adds the events that the present outcome rests on, or the match that ended last. */
  gather(state: PatternState, into: Set<CityEvent>): void {
    // of what holds it is what holds now; of what is over, or not known, what held when it began
    if (this.match === NOWHERE || this.levelIn(state) === TRUE) this.gatherNow(state, into);
    else collectLinks(state.refs[state.r + this.match] as Link | undefined, into);
  }

  /** Adds the events that the outcome at this instant rests on. */
  protected abstract gatherNow(state: PatternState, into: Set<CityEvent>): void;

  private rememberMatch(state: PatternState): void {
    const { refs, r } = state;
    const found = new Set<CityEvent>();
    this.gatherNow(state, found);
    refs[r + this.match] = linkOf(found);
  }

  /** Itself, where it can judge such an instant alone: all its operands are events without duration. */
  get ofPoints(): OfPoints | undefined {
    return undefined;
  }

  /** Whether it can be found at an instant without holding from then on. */
  get pulses(): boolean {
    return !this.holds;
  }

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

  /** Counts the matches that have begun and, as far as is known at `t`, may still be completed. */
  halfDone(_state: PatternState, _t: number, _into: HalfDone): void {}

  /**
   * Nobody knows what was heard in the last `away` milliseconds before `from`: what waits for silence begins to wait
   * again, and what must last goes on to be counted.
   */
  rearm(_state: PatternState, _from: number, _away: number): void {}

  /** The wall clock was ahead: what {@link rearm} has made wait from a later time on waits from `time` on. */
  waitFrom(_state: PatternState, _time: number): void {}

  /**
   * Sensors of the key are gone: what they alone held ends, and nobody waits for the silence of what no other sensor makes.
   * @returns whether that changes anything
   */
  leave(_state: PatternState, _gone: Gone): boolean {
    return false;
  }

  /**
   * Sensors that were gone are there again: from `known` on the silence of these events counts.
   * @returns whether that changes anything
   */
  comeBack(_state: PatternState, _events: ReadonlySet<string>, _known: number): boolean {
    return false;
  }

  /** Its place among the references, where it has a form of its own. */
  get boxAt(): number {
    return NOWHERE;
  }

  /** Reads what its box wrote. */
  revive(_json: unknown): Box | undefined {
    return undefined;
  }

  protected finish(state: PatternState, t: number, level: Level, pulse: number): void {
    const { n, o } = state;
    this.rose = false;
    if (this.held !== NOWHERE) {
      const before = n[o + this.held]!;
      if (level === TRUE) {
        this.rose = before === FALSE || before === UNKNOWN;
        n[o + this.held] = TRUE;
      } else if (level === UNKNOWN) {
        n[o + this.held] = before === TRUE || before === UNKNOWN_AFTER_TRUE ? UNKNOWN_AFTER_TRUE : UNKNOWN;
      } else if (before !== FALSE) {
        n[o + this.held] = FALSE;
        if (this.fell !== NOWHERE) n[o + this.fell] = t;
      }
    }
    if (pulse > -Infinity) {
      if (this.start !== NOWHERE && pulse > n[o + this.start]!) n[o + this.start] = pulse;
      if (this.ended !== NOWHERE) n[o + this.ended] = t;
    }
    this.level = level;
    this.pulse = pulse;
    this.count = pulse > -Infinity || this.rose ? 1 : 0;
    if (this.count > 0 && this.match !== NOWHERE) this.rememberMatch(state);
  }

  /** The level that was found last. */
  levelIn({ n, o }: PatternState): Level {
    if (this.held === NOWHERE) return FALSE;
    const held = n[o + this.held]!;
    return held === FALSE ? FALSE : held === TRUE ? TRUE : UNKNOWN;
  }

  /**
   * Latest start of what may still be paired at `t` when a gap of `within` is allowed; what lies up to `used` may not.
   */
  pairStart(state: PatternState, t: number, within: number, used: number): number {
    if (this.levelIn(state) === TRUE) return t;
    const { n, o } = state;
    const start = n[o + this.start]!;
    // a state that ended at this very instant touches, it does not overlap
    const latest = within > 0 && this.fell !== NOWHERE && n[o + this.fell]! > start ? n[o + this.fell]! : start;
    return latest > used ? latest : -Infinity;
  }

  /** When it was last true. */
  lastAt({ n, o }: PatternState): number {
    const ended = n[o + this.ended]!;
    return this.fell !== NOWHERE ? Math.max(ended, n[o + this.fell]!) : ended;
  }

  /** It is not known whether it was there until `t`. */
  wasPerhaps({ n, o }: PatternState, t: number): void {
    n[o + this.ended] = Math.max(n[o + this.ended]!, t);
  }

  /** First instant from which neither a match nor the state lies in the `within` before; `t` when that is now. */
  quietFrom({ n, o }: PatternState, within: number): number {
    const quiet = n[o + this.ended]! + within + 1;
    return this.fell !== NOWHERE ? Math.max(quiet, n[o + this.fell]! + within) : quiet;
  }
}

/** All of them: states that overlap, or whatever lies within `within` of each other, in any order. */
export class AndOperator extends Operator {
  /** Up to when everything is used up. */
  private readonly used: number;

  constructor(
    layout: Layout,
    private readonly must: readonly Operator[],
    private readonly mustNot: readonly Operator[],
    private readonly within: number,
    /** How far back what must not happen is looked for. */
    private readonly back: number,
  ) {
    super(
      layout,
      must.every(({ holds }) => holds),
    );
    this.used = layout.number();
    for (const operand of must) {
      operand.wantStart();
      operand.wantEvidence();
    }
    for (const operand of mustNot) operand.wantEnd();
  }

  /** States that have met only within the time are over when they are found; one alone meets nothing. */
  override get pulses(): boolean {
    return (this.within > 0 && this.must.length > 1) || this.must.some(({ pulses }) => pulses);
  }

  override get consumable(): boolean {
    return true;
  }

  override consume({ n, o }: PatternState, t: number): void {
    n[o + this.used] = t;
  }

  override evaluate(state: PatternState, t: number): void {
    const used = state.n[state.o + this.used]!;
    let level: Level = TRUE;
    let occurred = false;
    let start = Infinity;
    for (let i = 0; i < this.must.length; i++) {
      const operand = this.must[i]!;
      if (operand.level === FALSE) level = FALSE;
      else if (operand.level === UNKNOWN && level === TRUE) level = UNKNOWN;
      if (operand.count > 0) occurred = true;
      start = Math.min(start, operand.pairStart(state, t, this.within, used));
    }
    let allowed = true;
    for (let i = 0; i < this.mustNot.length; i++) {
      const forbidden = this.forbidden(state, this.mustNot[i]!, t);
      if (forbidden === TRUE) level = FALSE;
      else if (forbidden === UNKNOWN && level === TRUE) level = UNKNOWN;
      if (forbidden !== FALSE) allowed = false;
    }
    const pulse = occurred && allowed && level !== TRUE && t - start <= this.within ? start : -Infinity;
    this.finish(state, t, level, pulse);
  }

  private forbidden(state: PatternState, operand: Operator, t: number): Level {
    if (operand.level !== FALSE) return operand.level;
    return operand.quietFrom(state, this.back) > t ? TRUE : FALSE;
  }

  override get timed(): boolean {
    return this.mustNot.length > 0 && this.holds;
  }

  override deadline(state: PatternState): number {
    if (this.levelIn(state) !== FALSE || this.mustNot.length === 0) return Infinity;
    let from = -Infinity;
    for (const operand of this.must) if (operand.levelIn(state) === FALSE) return Infinity;
    for (const operand of this.mustNot) {
      if (operand.levelIn(state) !== FALSE) return Infinity;
      from = Math.max(from, operand.quietFrom(state, this.back));
    }
    return from === -Infinity ? Infinity : from;
  }

  override rearm(state: PatternState, from: number): void {
    if (this.deadline(state) === Infinity) return;
    for (const operand of this.mustNot) operand.wasPerhaps(state, from);
  }

  override halfDone(state: PatternState, t: number, into: HalfDone): void {
    const used = state.n[state.o + this.used]!;
    let oldest = Infinity;
    let missing = false;
    for (const operand of this.must) {
      const start = operand.pairStart(state, t, this.within, used);
      if (t - start <= this.within) oldest = Math.min(oldest, start);
      else missing = true;
    }
    if (missing && oldest < Infinity) begun(into, oldest);
  }

  override wantEvidence(): void {
    this.keepMatch();
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    for (const operand of this.must) operand.gather(state, into);
  }
}

/** Any one of them. */
export class OrOperator extends Operator {
  /** @param within the longest time that a match may take; states that meet may lie further apart by themselves */
  constructor(
    layout: Layout,
    private readonly operands: readonly Operator[],
    private readonly within: number,
  ) {
    super(
      layout,
      operands.some(({ holds }) => holds),
    );
  }

  override get pulses(): boolean {
    return this.operands.some(({ pulses }) => pulses);
  }

  override wantEvidence(): void {
    for (const operand of this.operands) {
      operand.wantEvidence();
      operand.wantEnd();
    }
  }

  override wantEnd(): void {
    super.wantEnd();
    for (const operand of this.operands) operand.wantEnd();
  }

  override evaluate(state: PatternState, t: number): void {
    let level: Level = FALSE;
    let pulse = -Infinity;
    let count = 0;
    for (let i = 0; i < this.operands.length; i++) {
      const operand = this.operands[i]!;
      if (operand.level === TRUE) level = TRUE;
      else if (operand.level === UNKNOWN && level === FALSE) level = UNKNOWN;
      if (this.isTooLong(operand, t)) continue;
      if (operand.pulse > pulse) pulse = operand.pulse;
      count += operand.count;
    }
    this.finish(state, t, level, pulse);
    this.count = count;
  }

  private isTooLong({ pulse }: Operator, t: number): boolean {
    return pulse > -Infinity && t - pulse > this.within;
  }

  /** What is true now; when nothing is (it was, and counts still), what was true last. */
  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    let found = false;
    for (const operand of this.operands) {
      if (operand.level === FALSE && operand.count === 0) continue;
      operand.gather(state, into);
      found = true;
    }
    if (found) return;
    let latest: Operator | undefined;
    for (const operand of this.operands) {
      if (latest === undefined || operand.lastAt(state) > latest.lastAt(state)) latest = operand;
    }
    latest?.gather(state, into);
  }
}

/** Two copies of one event (a snapshot makes copies). */
export function isSame(a: CityEvent, b: CityEvent): boolean {
  // times first: most are told apart by them, and long texts need not be compared
  return a === b || (a.time === b.time && a.id === b.id && a.stream === b.stream);
}

/** Events in the form in which they are kept. */
export function linkOf(events: Iterable<CityEvent>): Link | undefined {
  let link: Link | undefined;
  for (const event of events) link = linked(event, link);
  return link;
}

/** Whether an event, or a copy of it, is among the evidence. */
export function isAmong(link: Link, event: CityEvent): boolean {
  let at = link;
  while (isLinked(at)) {
    if (isSame(at.event, event)) return true;
    at = at.before;
  }
  return isSame(at, event);
}

/** Evidence as a list, oldest first. */
export function collectLinks(link: Link | undefined, into: Set<CityEvent>): void {
  const found: CityEvent[] = [];
  let at = link;
  while (at !== undefined && found.length < MOST_GATHERED) {
    if (isLinked(at)) {
      found.push(at.event);
      at = at.before;
    } else {
      found.push(at);
      at = undefined;
    }
  }
  for (let i = found.length - 1; i >= 0; i--) into.add(found[i]!);
}
