/** The last settled events of every key and a state before them, so that one that comes late can be sorted in. */
import type { CityEvent } from '../../ecdm/event';
import { isBefore, type Entry } from './entry';
import {
  clear, copyLife, deadlineOf, expire, feed, isHeld, NORMAL, SILENT, type KeyState, type Life, type Listener, type Rule,
} from './life'; // prettier-ignore
import type { HasLife, StateCursor, States } from './states';
import type { Teller } from './teller';

/** Settled events of a key that are kept at least (at most twice as many), and those of all keys together. */
const DEPTH = 16;
const MOST_OF_ALL = 200_000;
/** Hands of a key that are kept: with more of them in so short a time nothing is sorted in behind them. */
const MOST_HANDS = 32;
const NONE: readonly number[] = [];

/** A state that can be started from. */
class Start implements HasLife {
  life: Life | undefined;
  constructor(
    readonly key: string,
    readonly slot: number,
  ) {}
}

export class Past {
  events: CityEvent[] = [];
  /** A later state to start from, and how many of the events it has seen. */
  middle: Start | undefined;
  middleAt = 0;
  /** Event times up to which hands have cleared what was raised, those that the base has not seen, the earliest first. */
  hands = NONE;

  constructor(public base: Start) {}
}

export class History {
  private held = 0;
  private readonly from: StateCursor;
  private readonly to: StateCursor;
  /** Where time follows the clock of a source, nothing comes behind it: then nothing need be kept. */
  isKept = true;

  constructor(
    private readonly rule: Rule,
    private readonly states: States,
    private readonly teller: Teller,
  ) {
    this.from = states.cursor();
    this.to = states.cursor();
  }

  /** Keeps what is about to be settled, and from time to time a state to start from. */
  keep(entry: Entry, state: StateCursor, events: readonly CityEvent[], from: number, to: number): void {
    if (!this.isKept) return;
    let { past } = entry;
    if (past === undefined) {
      if (this.held >= MOST_OF_ALL) return;
      entry.past = past = new Past(new Start(entry.key, this.states.take()));
      this.copy(entry, state, past.base);
    } else if (past.events.length - past.middleAt >= DEPTH) this.turn(entry, state, past);
    for (let i = from; i < to; i++) past.events.push(events[i]!);
    this.held += to - from;
  }

  private turn(entry: Entry, state: StateCursor, past: Past): void {
    let next = past.middle;
    if (next === undefined) next = new Start(entry.key, this.states.take());
    else {
      past.middle = past.base;
      past.base = next;
      next = past.middle;
      const { events, middleAt } = past;
      for (let i = middleAt; i < events.length; i++) events[i - middleAt] = events[i]!;
      events.length -= middleAt;
      this.held -= middleAt;
      const seen = this.states.time(past.base.slot);
      past.hands = past.hands.filter((upTo) => upTo > seen);
    }
    this.copy(entry, state, next);
    past.middle = next;
    past.middleAt = past.events.length;
  }

  private copy(entry: Entry, state: StateCursor, start: Start): void {
    start.life = entry.life && copyLife(entry.life);
    this.states.copy(state, this.states.point(this.to, start.slot, start));
  }

  forget(entry: Entry): void {
    const { past } = entry;
    if (past === undefined) return;
    entry.past = undefined;
    this.held -= past.events.length;
    this.states.release(past.base.slot);
    if (past.middle !== undefined) this.states.release(past.middle.slot);
  }

  /** A hand has cleared what is raised: it does not come back because of what is sorted in behind it. */
  isByHand(entry: Entry, upTo: number): void {
    const { past } = entry;
    if (past === undefined) return;
    past.hands = [...past.hands, upTo];
    if (past.hands.length > MOST_HANDS) this.forget(entry);
  }

  /** Changes what all lives of a key know. */
  eachLife({ life, past }: Entry, change: (life: Life) => void): void {
    for (const one of [life, past?.base.life, past?.middle?.life]) if (one !== undefined) change(one);
  }

  /**
   * Sorts an event in behind what is settled, and runs the key again from the last state before it.
   * @returns false when it is too far back
   */
  takeBehind(entry: Entry, event: CityEvent): boolean {
    const { states, rule, teller } = this;
    const { past } = entry;
    const upTo = states.time(entry.slot);
    if (past === undefined || event.time <= states.time(past.base.slot)) return false;
    const { events } = past;
    let at = events.length;
    while (at > 0 && isBefore(event, events[at - 1]!)) at--;
    events.splice(at, 0, event);
    this.held++;
    if (past.middle !== undefined) states.release(past.middle.slot);
    past.middle = undefined;
    past.middleAt = 0;
    const life = past.base.life && copyLife(past.base.life);
    const state = this.restart(entry, past);
    entry.life = life;
    const found = new Episodes(state.life);
    rerun(rule, state, past, upTo, found);
    teller.subject = entry;
    for (const { life: over, until } of found.over) teller.over(over, until);
    // nothing that was settled is to be settled again
    state.time = Math.max(state.time, upTo);
    teller.corrected(state.life, upTo);
    for (const { t, bits } of found.steps) teller.stepped(state.life, t, bits);
    return true;
  }

  /** Puts the key back to its base. */
  private restart(entry: Entry, past: Past): StateCursor {
    const { states } = this;
    const from = states.point(this.from, past.base.slot, past.base);
    const to = states.point(this.to, entry.slot, entry);
    states.copy(from, to);
    return to;
  }
}

/** What a hand does to the condition; that it is over is told by who asked for it. */
export function endByHand(rule: Rule, { life, pattern }: KeyState, upTo: number): void {
  if (life.phase !== NORMAL) clear(life, upTo, SILENT);
  rule.plan.runs?.cleared(pattern, upTo);
}

function rerun(rule: Rule, state: KeyState, { events, hands }: Past, upTo: number, found: Episodes): void {
  let at = 0;
  let hand = 0;
  for (;;) {
    const next = at < events.length ? events[at]!.time : Infinity;
    const deadline = deadlineOf(rule, state);
    if (Math.min(next, deadline) > Math.min(upTo, hands[hand] ?? Infinity)) {
      if (hand === hands.length) return;
      endByHand(rule, state, hands[hand++]!);
      found.isByHand();
    } else if (next <= deadline) {
      let to = at + 1;
      while (to < events.length && events[to]!.time === next) to++;
      feed(rule, state, events, at, to, found);
      at = to;
    } else expire(rule, state, deadline, found);
  }
}

const nothing = (): void => undefined;

/** Collects the episodes that end while a stretch of history is run again. */
class Episodes implements Listener {
  readonly over: { life: Life; until: number }[] = [];
  /** Patterns of steps that have happened, as bits. */
  readonly steps: { t: number; bits: number }[] = [];
  private raisedNow: boolean;

  constructor(life: Life) {
    this.raisedNow = isHeld(life);
  }

  raised(): void {
    this.raisedNow = true;
  }
  cleared(life: Life, t: number): void {
    if (this.raisedNow) this.over.push({ life: copyLife(life), until: t });
    this.raisedNow = false;
  }
  masked(life: Life, t: number): void {
    this.cleared(life, t);
  }
  /** That it is over was told at once. */
  isByHand(): void {
    this.raisedNow = false;
  }
  stepped(_life: Life, t: number, bits: number): void {
    if (bits !== 0) this.steps.push({ t, bits });
  }
  pending = nothing;
  changed = nothing;
  nodata = nothing;
  known = nothing;
}
