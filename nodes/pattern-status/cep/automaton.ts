/**
 * Sequences, by pattern derivatives. A state of the automaton is what remains to happen; an instant (the set of
 * symbols that occur at one time stamp) leads to the next remaining patterns. Per key and state one number per open
 * bracket is kept: the latest start of any partial match in that state. Two partial matches in the same state have the
 * same futures, and the one with the later start satisfies every `within` that the other satisfies, so nothing is
 * lost by keeping only that one.
 */
import type { CityEvent } from '../../ecdm/event';
import { EventOperator } from './event-operator';
import { begun, collectLinks, FALSE, NOWHERE, Operator, type HalfDone, type OfPoints } from './operators';
import { Reachable } from './reachable';
import { derive, DONE, MOST_STATES, openSlots, tooLarge, type Occurring, type Remaining } from './remaining';
import { linked, type Layout, type Link, type PatternState } from './state';

interface State {
  remaining: Remaining;
  /** Brackets that are open; slot 0 is the whole match. None before anything happened. */
  slots: number[];
  /** All that leads to it is one instant: its last event is also the start of each open bracket. */
  isOneInstant: boolean;
  /** Place of its numbers: the time of its last event, then the starts, if they may be others; -1 before anything happened. */
  base: number;
  link: number;
}

interface Move {
  from: State;
  /** `undefined`: the match is complete. */
  to: State | undefined;
  /** By open bracket of `to`, the place of its start in `from`, -1 where it opens now; and that in `to`. */
  source: number[];
  target: number[];
  /** Of the start of the whole match in `from`. */
  start: number;
  checks: { place: number; ms: number }[];
  used: number;
}

interface Instructions {
  moves: Move[];
  /** States that are forbidden what occurs, with the place in `moves` before which they are killed. */
  kills: { state: State; before: number }[];
}

/** A sequence over symbols; each symbol is an operand that occurs (an event, the begin of a state). */
export class SequenceOperator extends Operator implements OfPoints {
  private readonly states: State[] = [];
  private readonly byKey = new Map<string, State>();
  private readonly initial: State;
  private readonly instructions = new Map<number | string, Instructions>();
  private readonly ordered: State[];
  private readonly at: number[];
  /** The partial matches that there can be. */
  private readonly partial: readonly State[];
  /** Where the evidence of the last match is kept, where somebody asks for it later. */
  private result = NOWHERE;
  /** Evidence of the match that ended at the present instant: all of it, or the last event and what was before it. */
  private now: Link | undefined;
  private last: CityEvent | undefined;
  /** By symbol, what is to be done where it occurs once and nothing else does. */
  private readonly singles: (Instructions | undefined)[] = [];

  constructor(
    layout: Layout,
    private readonly symbols: readonly Operator[],
    pattern: Remaining,
    private readonly limit: number,
  ) {
    super(layout, false);
    this.at = new Array<number>(symbols.length).fill(0);
    this.initial = this.state(pattern);
    // every state that can be reached: each part may use as much of all as it can, or wait
    const reachable = new Reachable();
    for (let i = 0; i < this.states.length; i++) {
      for (const to of reachable.next(this.states[i]!.remaining).to) {
        if (to === DONE) continue;
        const state = this.state(to);
        if (i > 0) state.isOneInstant = false;
      }
    }
    this.partial = this.states.slice(1);
    for (const state of this.partial) {
      state.base = layout.number(state.isOneInstant ? 1 : 1 + state.slots.length);
      state.link = layout.ref('link');
    }
    this.ordered = [...this.states].sort((a, b) => a.remaining.size - b.remaining.size);
  }

  private state(remaining: Remaining): State {
    let state = this.byKey.get(remaining.key);
    if (state === undefined) {
      if (this.states.length >= MOST_STATES) throw tooLarge();
      const slots = this.states.length === 0 ? [] : openSlots(remaining, [0]);
      state = { remaining, slots, isOneInstant: true, base: NOWHERE, link: NOWHERE };
      this.states.push(state);
      this.byKey.set(remaining.key, state);
    }
    return state;
  }

  override wantEvidence(): void {
    this.result = this.layout.ref('link');
  }

  override get ofPoints(): OfPoints | undefined {
    return this.symbols.every((symbol) => symbol instanceof EventOperator && symbol.isPoint) ? this : undefined;
  }

  symbolOf(operand: Operator): number {
    return this.symbols.indexOf(operand);
  }

  single(state: PatternState, symbol: number, event: CityEvent, t: number): void {
    const { moves, kills } = this.singles[symbol] ?? this.singleOf(symbol);
    const { n, o, refs, r } = state;
    let pulse = -Infinity;
    let kill = 0;
    for (let m = 0; m < moves.length; m++) {
      while (kill < kills.length && kills[kill]!.before <= m) this.kill(state, kills[kill++]!.state);
      const move = moves[m]!;
      const { from, to } = move;
      const fresh = from === this.initial;
      if (!fresh && !this.inTime(state, move, t)) continue;
      const start = fresh ? t : n[o + move.start]!;
      const before = fresh ? undefined : (refs[r + from.link] as Link | undefined);
      if (to === undefined) {
        if (start <= pulse) continue;
        pulse = start;
        this.now = before;
        this.last = event;
      } else if (this.better(state, move, t)) {
        this.moveTo(state, move, t);
        refs[r + to.link] = linked(event, before);
      }
    }
    while (kill < kills.length) this.kill(state, kills[kill++]!.state);
    this.finish(state, t, FALSE, pulse);
  }

  private singleOf(symbol: number): Instructions {
    const at = this.symbols.map((_, i) => (i === symbol ? 1 : 0));
    return (this.singles[symbol] = this.compile(at, 1 << symbol));
  }

  private moveTo({ n, o }: PatternState, { to, source, target }: Move, t: number): void {
    for (let i = 0; i < source.length; i++) n[o + target[i]!] = source[i]! < 0 ? t : n[o + source[i]!]!;
    n[o + to!.base] = t;
  }

  override evaluate(state: PatternState, t: number): void {
    let pulse = -Infinity;
    let mask = 0;
    let many = false;
    for (let i = 0; i < this.symbols.length; i++) {
      const n = this.symbols[i]!.count;
      this.at[i] = n;
      if (n > 0) {
        if (n > 1) many = true;
        mask |= 1 << i;
      }
    }
    if (mask !== 0) pulse = this.advance(state, t, mask, many);
    this.killHeld(state);
    this.finish(state, t, FALSE, pulse);
  }

  private advance(state: PatternState, t: number, mask: number, many: boolean): number {
    const { moves, kills } = this.instructionsFor(mask, many);
    const { n, o, refs, r } = state;
    let pulse = -Infinity;
    let kill = 0;
    for (let m = 0; m < moves.length; m++) {
      while (kill < kills.length && kills[kill]!.before <= m) this.kill(state, kills[kill++]!.state);
      const move = moves[m]!;
      const { from, to } = move;
      const fresh = from === this.initial;
      if (!fresh && !this.inTime(state, move, t)) continue;
      const start = fresh ? t : n[o + move.start]!;
      if (to === undefined) {
        if (start > pulse) {
          pulse = start;
          this.now = this.evidenceOf(state, move);
          this.last = undefined;
          if (this.result !== NOWHERE) refs[r + this.result] = this.now;
        }
        continue;
      }
      if (!this.better(state, move, t)) continue;
      const link = this.evidenceOf(state, move);
      this.moveTo(state, move, t);
      refs[r + to.link] = link;
    }
    while (kill < kills.length) this.kill(state, kills[kill++]!.state);
    return pulse;
  }

  private inTime({ n, o }: PatternState, { from, start, checks }: Move, t: number): boolean {
    // a partial match that was made at this very instant can not go on at it; one that never began, began too long ago
    if (n[o + from.base]! >= t || t - n[o + start]! > this.limit) return false;
    for (let i = 0; i < checks.length; i++) if (t - n[o + checks[i]!.place]! > checks[i]!.ms) return false;
    return true;
  }

  /** The later start wins; between equal ones the later brackets, then the newer one. */
  private better({ n, o }: PatternState, { source, target }: Move, t: number): boolean {
    for (let i = 0; i < source.length; i++) {
      const offered = source[i]! < 0 ? t : n[o + source[i]!]!;
      const kept = n[o + target[i]!]!;
      if (offered !== kept) return offered > kept;
    }
    return true;
  }

  private evidenceOf(state: PatternState, { from, used }: Move): Link | undefined {
    let link = from === this.initial ? undefined : (state.refs[state.r + from.link] as Link | undefined);
    for (let i = 0; i < this.symbols.length; i++) {
      if ((used & (1 << i)) === 0) continue;
      const symbol = this.symbols[i] as Operator & Partial<EventOperator>;
      const newest = symbol.newest?.(state);
      if (newest !== undefined) link = linked(newest, link);
      else {
        const found = new Set<CityEvent>();
        symbol.gather(state, found);
        for (const event of found) link = linked(event, link);
      }
    }
    return link;
  }

  private kill(state: PatternState, killed: State): void {
    forget(state, killed);
    state.refs[state.r + killed.link] = undefined;
  }

  /** A state of a forbidden event that holds also forbids: it need not begin again. */
  private killHeld(state: PatternState): void {
    let held = 0;
    for (let i = 0; i < this.symbols.length; i++) if (this.symbols[i]!.level !== FALSE) held |= 1 << i;
    for (const s of this.partial) if ((s.remaining.kill & held) !== 0) this.kill(state, s);
  }

  private instructionsFor(mask: number, many: boolean): Instructions {
    const key = many ? this.at.join() : mask;
    let made = this.instructions.get(key);
    if (made === undefined) {
      if (this.instructions.size >= 4096) this.instructions.clear();
      made = this.compile(this.at, mask);
      this.instructions.set(key, made);
    }
    return made;
  }

  /** States with less to come go first: no event then moves a partial twice, and none is overwritten unread. */
  private compile(at: Occurring, mask: number): Instructions {
    const moves: Move[] = [];
    const kills: Instructions['kills'] = [];
    for (const from of this.ordered) {
      const seen = new Set<string>();
      for (const { to, checks, used } of derive(from.remaining, at, mask)) {
        // none where the match is complete
        const target = this.byKey.get(to.key);
        const places = checks.map(([slot, ms]) => ({ place: startOf(from, slot), ms }));
        const identity = `${to.key} ${JSON.stringify(checks)}`;
        if (seen.has(identity)) continue;
        seen.add(identity);
        moves.push({
          from,
          to: target,
          source: (target?.slots ?? []).map((slot) => startOf(from, slot)),
          target: (target?.slots ?? []).map((slot) => startOf(target!, slot)),
          start: startOf(from, 0),
          checks: places,
          used,
        });
      }
      if ((from.remaining.kill & mask) !== 0) kills.push({ state: from, before: moves.length });
    }
    return { moves, kills };
  }

  override halfDone({ n, o }: PatternState, t: number, into: HalfDone): void {
    for (const state of this.partial) {
      const start = n[o + startOf(state, 0)]!;
      if (t - start <= this.limit) begun(into, start);
    }
  }

  override get consumable(): boolean {
    return true;
  }

  override consume(state: PatternState): void {
    for (const partial of this.partial) this.kill(state, partial);
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    const { refs, r } = state;
    if (this.result !== NOWHERE) collectLinks(refs[r + this.result] as Link | undefined, into);
    else {
      collectLinks(this.now, into);
      if (this.last !== undefined) into.add(this.last);
    }
  }
}

/** Place of the start of an open bracket; -1 where it is not open. */
function startOf({ base, slots, isOneInstant }: State, slot: number): number {
  const at = slots.indexOf(slot);
  return at < 0 ? NOWHERE : isOneInstant ? base : base + 1 + at;
}

function forget({ n, o }: PatternState, { base, slots, isOneInstant }: State): void {
  for (let i = o + base + (isOneInstant ? 0 : slots.length); i >= o + base; i--) n[i] = -Infinity;
}
