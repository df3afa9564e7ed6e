/**
 * Matches what the latest-start automaton can not: runs are kept one by one, where a condition compares events, where
 * distance counts, or where every pair is wanted. Skip till next (`each`, `once`): a run takes the first event that
 * fits. Skip till any (`newest`, `all`): a run that takes an event also stays without it.
 */
import type { Pairing } from '../../../ecdm/definition';
import type { CityEvent } from '../../../ecdm/event';
import { isBefore } from '../entry';
import { EventOperator } from '../event-operator';
import { begun, FALSE, Operator, type HalfDone } from '../operators';
import { isAny, isUnmissed, type Gone } from '../leaving';
import type { Layout, PatternState } from '../state';
import { begin, dueOf, isEnough, restart, type Active } from './active';
import { Interest, reviveBox, RunBox, type PlainBox, type Run, type Waiting } from './box';
import { startOf, type Bound } from './compare';
import { expire, forbid, oldAt, type Left } from './end';
import { Forbidden } from './forbidden';
import { Grouping, isLater, startsOf } from './group';
import { isIdle, merged } from './merge';
import { matchOf, newest, type Done, type FoundMatch } from './match';
import { recentOf, type RecentEvents } from './recent';
import type { Check, Program } from './step';
import { misses, Taker, TIME, type Input, type Outcome } from './take';

export interface RunsOptions {
  readonly pairing: Pairing;
  /** Most runs of one key. */
  readonly most: number;
}

/** Most events that are kept of what one event stands for. */
const MOST_BESIDE = 19;

/** Most runs of one key, and of a rule. */
export const MOST_RUNS = 1000;
export const ALL_RUNS = 1_000_000;

export class RunsOperator extends Operator {
  /** Matches of the latest evaluation, in the order in which their runs began. */
  private matches: readonly FoundMatch[] = [];
  /** Runs that were dropped for want of room since somebody looked. */
  dropped = 0;

  /** What must not have happened before, where only that near the first event counts. */
  readonly recent: RecentEvents | undefined;
  private readonly box: number;
  private readonly taker: Taker;
  private readonly forbidden: Forbidden;
  private readonly interest = new Interest();
  private readonly grouping: Grouping;
  private readonly checks: readonly Check[];
  private readonly done: Done[] = [];
  /** Runs of this instant that may mean the same as others. */
  private readonly made: Run[] = [];
  private readonly isForbidden: readonly boolean[];
  private state!: PatternState;
  private t = 0;

  constructor(
    layout: Layout,
    private readonly symbols: readonly Operator[],
    readonly program: Program,
    private readonly options: RunsOptions,
  ) {
    super(layout, false);
    this.box = layout.ref('box');
    this.forbidden = new Forbidden(symbols, program, (this.recent = recentOf(program, symbols)));
    this.taker = new Taker(program, this.forbidden);
    this.grouping = new Grouping(program);
    this.checks = program.steps.flatMap((step) => (step.t === 'event' ? step.checks : []));
    this.isForbidden = symbols.map((_, i) => program.forbidden.includes(i));
    for (const symbol of symbols) {
      if (symbol instanceof EventOperator) symbol.found = [];
      else symbol.wantEvidence();
    }
    for (const symbol of program.forbidden) symbols[symbol]!.wantEnd();
  }

  // ---- the key's runs

  /** The runs of a key of which nothing was known before. */
  open(state: PatternState, known: number, key: string): void {
    const box = new RunBox(key, this.program.lookBack.length);
    state.refs[state.r + this.box] = box;
    this.beginAnew(box, known);
  }

  private beginAnew(box: RunBox, known: number): void {
    box.only = -1;
    this.put(box, begin(this.program.root, known, -Infinity, undefined), undefined, 0);
  }

  runsOf(state: PatternState): RunBox {
    return state.refs[state.r + this.box] as RunBox;
  }

  override revive(json: unknown): RunBox {
    return reviveBox(json as PlainBox, this.program, (a) => this.interest.of(a));
  }

  override get boxAt(): number {
    return this.box;
  }

  override halfDone(state: PatternState, t: number, into: HalfDone): void {
    for (const run of this.runsOf(state).all()) {
      if (run.root !== 0 && run.bound !== undefined && run.old >= t) begun(into, startOf(run.bound));
    }
  }

  override rearm(state: PatternState, from: number): void {
    this.runsOf(state).rearm(from);
  }

  override leave(state: PatternState, gone: Gone): boolean {
    return this.runsOf(state).leave(({ events }) => isUnmissed(events, gone));
  }

  override comeBack(state: PatternState, events: ReadonlySet<string>, known: number): boolean {
    return this.runsOf(state).comeBack((step) => isAny(step.events, events), known);
  }

  forgetMatches(): void {
    this.matches = NONE;
    this.dropped = 0;
  }

  /** The matches of the latest instant, once. */
  takeMatches(): readonly FoundMatch[] {
    const { matches } = this;
    this.matches = NONE;
    return matches;
  }

  /** The status was cleared: with `once` the pattern may come true again. */
  cleared(state: PatternState, t: number): void {
    if (this.options.pairing !== 'once') return;
    const box = this.runsOf(state);
    if (box.only < 0) return;
    box.sweep(() => false);
    this.beginAnew(box, t);
  }

  // ---- one instant

  override evaluate(state: PatternState, t: number): void {
    const box = this.runsOf(state);
    this.state = state;
    this.t = t;
    this.taker.key = box.key;
    this.forbidden.look(state, box, t);
    this.matches = NONE;
    this.done.length = 0;
    if (box.old < t) this.expire(box);
    let forbids = box.held;
    let occurring = 0;
    let last = -1;
    for (let i = 0; i < this.symbols.length; i++) {
      const symbol = this.symbols[i]!;
      if (symbol.count > 0) {
        occurring++;
        last = i;
      }
      if (this.isForbidden[i] === true && (symbol.count > 0 || symbol.level !== FALSE)) forbids = true;
    }
    if (occurring === 1 && this.program.metres === undefined) this.offer(box, last);
    else if (occurring > 0) this.offerAll(box);
    if (forbids) this.forbid(box);
    if (box.due <= t) {
      this.pass(box);
      // a silence that begins when another one ends begins while what it forbids may hold
      if (this.forbidden.isHeldNow()) this.forbid(box);
    }
    let pulse = -Infinity;
    if (this.done.length > 0) pulse = this.tell(box);
    if (this.made.length > 0) this.prune(box);
    if (box.seen.length > 0) this.forbidden.remember();
    this.finish(state, t, FALSE, pulse);
    this.count = this.matches.length;
  }

  private offer(box: RunBox, symbol: number): void {
    const operator = this.symbols[symbol]!;
    if (!(operator instanceof EventOperator)) this.happen(box, this.asOne(symbol));
    else for (const event of operator.found!) this.happen(box, { t: this.t, symbol, event });
  }

  /** Events of one moment are taken in the order in which they lie in it, whatever they are called. */
  private offerAll(box: RunBox): void {
    const events: (Input & { event: CityEvent })[] = [];
    this.symbols.forEach((operator, symbol) => {
      if (operator.count === 0) return;
      if (!(operator instanceof EventOperator)) this.happen(box, this.asOne(symbol));
      else for (const event of operator.found!) events.push({ t: this.t, symbol, event });
    });
    if (events.length > 1) {
      // around a place only the key's own events open runs, which those of the same moment may join
      const isOwn = ({ event }: { event: CityEvent }): boolean =>
        this.program.metres !== undefined && event.key === box.key;
      events.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || (isBefore(a.event, b.event) ? -1 : 1));
    }
    for (const input of events) this.happen(box, input);
  }

  /** What is made of several events: the newest stands for them. Around places only that is known to lie near. */
  private asOne(symbol: number): Input {
    const found = new Set<CityEvent>();
    this.symbols[symbol]!.gather(this.state, found);
    const events = [...found].sort((a, b) => a.time - b.time).slice(-MOST_BESIDE - 1);
    const event = events.pop();
    const { t } = this;
    return events.length === 0 || this.program.metres !== undefined
      ? { t, symbol, event }
      : { t, symbol, event, beside: events };
  }

  private happen(box: RunBox, x: Input): void {
    // lists that are made while runs move on belong to this event, too
    const lists = box.lists.length;
    const waiting: Waiting[] = [];
    for (let i = 0; i < lists; i++) {
      const list = box.lists[i]!;
      if (list.runs.length > 0 && list.symbols.includes(x.symbol)) waiting.push(list);
    }
    if (waiting.length === 0) return;
    const moved: { run: Run; outcomes: readonly Outcome[] }[] = [];
    for (const list of waiting) this.move(box, list, x, moved);
    if (waiting.length > 1) moved.sort((a, b) => a.run.order - b.run.order);
    for (const { run, outcomes } of moved) for (const outcome of outcomes) this.goOn(box, run, outcome);
  }

  private move(box: RunBox, list: Waiting, x: Input, moved: { run: Run; outcomes: readonly Outcome[] }[]): void {
    const { runs } = list;
    const { any } = this.program;
    let kept = 0;
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!;
      let outcomes = this.taker.take(run.a, x, run.bound);
      if (outcomes.length > 0 && this.program.optional) outcomes = this.complete(outcomes);
      if (outcomes.length === 0 || any) runs[kept++] = run;
      else box.taken(run);
      if (outcomes.length > 0) moved.push({ run, outcomes });
    }
    runs.length = kept;
  }

  /** Without those for which a comparison lost an event; a run for which none is left has not moved. */
  private complete(outcomes: readonly Outcome[]): readonly Outcome[] {
    const kept = outcomes.filter(({ a, bound, every }) => every !== undefined || !misses(this.checks, a, bound));
    return kept.some(({ every }) => every === undefined) ? kept : NO_WAY;
  }

  private goOn(box: RunBox, run: Run, { a, bound, every, anew, apart }: Outcome): void {
    const { opener } = this.program;
    if (every !== undefined) {
      this.put(box, a!, bound, every === opener ? 0 : run.root);
      return;
    }
    if (apart !== undefined && bound === undefined) {
      this.put(box, a!, bound, run.root);
      return;
    }
    const root = run.root === 0 || anew !== undefined ? ++box.roots : run.root;
    if (a === undefined) {
      this.done.push({ run: run.root === root ? run : { ...run, root }, bound });
      return;
    }
    if (isEnough(a) && !(this.program.optional && misses(this.checks, undefined, bound))) {
      this.done.push({ run: run.root === root ? run : { ...run, root }, bound });
      if (!this.program.any) {
        const made = restart(a, this.t, this.t);
        if (made !== undefined) this.put(box, made.a, made.bound, made.every === opener ? 0 : root);
        return;
      }
    }
    this.put(box, a, bound, root, anew === undefined ? run.order : undefined);
  }

  private put(box: RunBox, made: Active, bound: Bound | undefined, root: number, kept?: number): void {
    // what was told once is told again when it was cleared: nothing opens until then
    if (root === 0 && box.only >= 0) return;
    const a = this.program.apart && isIdle(made, bound) ? this.joined(box, made, bound, root) : made;
    const order = kept === undefined || this.program.any ? ++box.orders : kept;
    const grouped = this.options.pairing === 'newest' && bound !== undefined;
    const group = grouped ? this.grouping.of(a, bound) : '';
    const run: Run = { order, root, a, bound, due: dueOf(a), old: oldAt(a), group };
    box.add(run, this.interest.of(a));
    if (grouped) this.made.push(run);
    if (box.size > this.options.most) this.makeRoom(box);
  }

  /** One with what waits for the other alternatives already. */
  private joined(box: RunBox, made: Active, bound: Bound | undefined, root: number): Active {
    let a = made;
    for (const other of [...box.all()]) {
      if (other.bound !== bound || other.root !== root) continue;
      const both = merged(other.a, a);
      if (both === undefined) continue;
      box.remove(other);
      a = both;
    }
    return a;
  }

  /**
   * Of runs that mean the same the latest start stays. Only when the instant is over: what was made at it can not take
   * the other events of this moment, what it replaces can.
   */
  private prune(box: RunBox): void {
    for (const run of this.made) {
      const equal = box.grouped(run.group);
      if (!equal.includes(run)) continue;
      const starts = startsOf(run.a);
      for (const other of equal.slice()) {
        if (other === run) continue;
        const others = startsOf(other.a);
        if (isLater(starts, others)) box.remove(other);
        else if (isLater(others, starts)) {
          box.remove(run);
          break;
        }
      }
    }
    this.made.length = 0;
  }

  /** The oldest is dropped, and counted. */
  makeRoom(box: RunBox): boolean {
    const oldest = box.oldest();
    if (oldest === undefined) return false;
    box.remove(oldest);
    this.dropped++;
    return true;
  }

  // ---- what must not happen, and time

  private expire(box: RunBox): void {
    const { t } = this;
    this.change(box, (run) => (run.old >= t ? run : expire(run.a, t, run.bound)));
  }

  private forbid(box: RunBox): void {
    box.held = this.forbidden.isHeldNow();
    this.change(box, (run) => forbid(run.a, this.t, run.bound, this.forbidden));
  }

  /** Keeps of every run what is left of it. */
  private change(box: RunBox, leftOf: (run: Run) => Left | undefined): void {
    const changed: { run: Run; left: Left }[] = [];
    box.sweep((run) => {
      const left = leftOf(run);
      if (left?.a === run.a) return true;
      if (left !== undefined) changed.push({ run, left });
      return false;
    });
    for (const { run, left } of changed) this.stay(box, run, left);
  }

  private stay(box: RunBox, run: Run, { a, bound, every, beside }: Left): void {
    const isOpener =
      every === undefined ? bound === undefined && run.bound !== undefined : every === this.program.opener;
    this.put(box, a, bound, isOpener ? 0 : run.root, every === undefined ? run.order : undefined);
    if (beside !== undefined) this.stay(box, run, beside);
  }

  /** Silences that are over; one may be followed by the next. */
  private pass(box: RunBox): void {
    const x = { t: this.t, symbol: TIME, event: undefined };
    const over: Run[] = [];
    box.sweep((run) => {
      if (run.due > this.t) return true;
      over.push(run);
      return false;
    });
    over.sort((a, b) => a.order - b.order);
    for (const run of over) {
      let outcomes = this.taker.take(run.a, x, run.bound);
      if (outcomes.length > 0 && this.program.optional) outcomes = this.complete(outcomes);
      for (const outcome of outcomes) this.goOn(box, run, outcome);
    }
  }

  // ---- detections

  private tell(box: RunBox): number {
    const { pairing } = this.options;
    let done = this.done.slice();
    if (pairing !== 'newest') done.sort((a, b) => a.run.order - b.run.order);
    if (pairing === 'once') {
      if (box.only < 0) box.only = done[0]!.run.root;
      done = done.filter(({ run }) => run.root === box.only);
      box.sweep((run) => run.root === box.only);
    }
    if (done.length === 0) return -Infinity;
    if (pairing === 'newest') done = [newest(done)];
    this.matches = done.map(({ bound }) => matchOf(bound, this.t, this.program));
    let start = -Infinity;
    for (const match of this.matches) start = Math.max(start, match.start);
    box.evidence = this.matches.reduce((a, b) => (b.start >= a.start ? b : a)).events;
    return start;
  }

  /** With `once` it ends anyway. */
  override get consumable(): boolean {
    return this.options.pairing !== 'once';
  }

  /** What has begun is given up; what opens runs stays. */
  override consume(state: PatternState): void {
    const box = this.runsOf(state);
    const anew: Run[] = [];
    box.sweep((run) => {
      if (run.bound === undefined) return true;
      anew.push(run);
      return false;
    });
    for (const run of anew) {
      const made = restart(run.a, this.t, this.t);
      if (made !== undefined && made.bound === undefined) this.put(box, made.a, undefined, 0);
    }
  }

  // ---- as an operator

  override get timed(): boolean {
    return true;
  }

  override deadline(state: PatternState): number {
    const box = this.runsOf(state);
    return Math.min(box.due, box.old + 1);
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    for (const event of this.runsOf(state).evidence) into.add(event);
  }
}

const NONE: readonly FoundMatch[] = [];
const NO_WAY: readonly Outcome[] = [];
