/** Where the states of all keys are kept: pages of plain arrays, so that a key costs what its numbers cost. */
import { makeNew } from './plan';
import type { KeyState, Life, Rule } from './life';
import type { Entry } from './entry';
import { copyInto, type PatternState } from './state';

/** Slots of a page. */
const PAGE = 256;
const SHIFT = 8;

/** What is remembered of fewer keys lies near the processor anyway. */
const MANY = 8192;

// numbers of a slot that belong to no pattern
const TIME = 0;
const DEADLINE = 1;
const OWN = 2;

// marks of a slot
const USED = 1;
const CALM = 2;

interface Page {
  n: Float64Array;
  refs: unknown[];
}

/** Whose life it is; made when it is first asked for, because most keys are calm. */
export interface HasLife {
  readonly key: string;
  life: Life | undefined;
}

export class States {
  private readonly pages: Page[] = [];
  private readonly free: number[] = [];
  private made = 0;
  /** By slot, whose state it is; nobody's where it is one to start from. */
  readonly entries: (Entry | undefined)[] = [];
  private marks = new Uint8Array(PAGE);
  private readonly numbers: number;
  private readonly refs: number;

  constructor(
    readonly rule: Rule,
    /** The life of a key of which nothing happened yet. */
    readonly newLife: (key: string) => Life,
  ) {
    const plans = [rule.plan, ...rule.sides.map(({ plan }) => plan)];
    this.numbers = OWN + plans.reduce((sum, { layout }) => sum + layout.numbers, 0);
    this.refs = plans.reduce((sum, { layout }) => sum + layout.refs.length, 0);
  }

  /** Slots that were ever taken; they are numbered from 0 on. */
  get size(): number {
    return this.made;
  }

  /** A slot with whatever was in it. */
  take(): number {
    const slot = this.free.pop() ?? this.made++;
    if (slot >= this.marks.length) {
      const marks = new Uint8Array(2 * slot);
      marks.set(this.marks);
      this.marks = marks;
    }
    this.marks[slot] = 0;
    if (slot >>> SHIFT >= this.pages.length) {
      this.pages.push({
        n: new Float64Array(PAGE * this.numbers),
        refs: new Array<undefined>(PAGE * this.refs).fill(undefined),
      });
    }
    return slot;
  }

  /** Gives a slot back; what it referred to is let go. */
  release(slot: number): void {
    const { refs } = this.pages[slot >>> SHIFT]!;
    const from = (slot & (PAGE - 1)) * this.refs;
    refs.fill(undefined, from, from + this.refs);
    this.entries[slot] = undefined;
    this.free.push(slot);
  }

  /** Second chance: set when an event comes, taken away when room is looked for. */
  isUsed(slot: number): boolean {
    return (this.marks[slot]! & USED) !== 0;
  }
  use(slot: number): void {
    this.marks[slot]! |= USED;
  }
  unuse(slot: number): void {
    this.marks[slot]! &= ~USED;
  }

  /** Nothing holds at the key and nothing is told of it, and nobody has looked at it since that was found. */
  isCalm(slot: number): boolean {
    return (this.marks[slot]! & CALM) !== 0;
  }
  setCalm(slot: number, isCalm: boolean): void {
    if (isCalm) this.marks[slot]! |= CALM;
    else this.marks[slot]! &= ~CALM;
  }

  private number(slot: number, which: number): number {
    return this.pages[slot >>> SHIFT]!.n[(slot & (PAGE - 1)) * this.numbers + which]!;
  }

  private setNumber(slot: number, which: number, value: number): void {
    this.pages[slot >>> SHIFT]!.n[(slot & (PAGE - 1)) * this.numbers + which] = value;
  }

  /** Last instant that went in. */
  time(slot: number): number {
    return this.number(slot, TIME);
  }

  /** Next time at which something happens although no event comes. */
  deadline(slot: number): number {
    return this.number(slot, DEADLINE);
  }
  setDeadline(slot: number, value: number): void {
    this.setNumber(slot, DEADLINE, value);
  }

  /**
   * Reads what will be needed of these slots. With many keys it lies all over the memory: in a short loop the processor
   * fetches it for many keys at a time, while the work on one key would wait for each fetch.
   */
  lookAhead(slots: ArrayLike<number>, from: number, to: number): void {
    if (this.made < MANY) return;
    const { pages, numbers, refs } = this;
    let touched = 0;
    for (let i = from; i < to; i++) {
      const slot = slots[i]!;
      const page = pages[slot >>> SHIFT]!;
      const inPage = slot & (PAGE - 1);
      if (page.n[inPage * numbers]! > 0 && refs > 0 && page.refs[inPage * refs] !== undefined) touched++;
    }
    // of a calm key nothing else is needed
    for (let i = from; i < to; i++) if (!this.isCalm(slots[i]!)) touched += this.entries[slots[i]!]?.touch() ?? 0;
    this.touched = touched;
  }
  /** What is read beforehand is counted, so that no compiler leaves the reading out. */
  touched = 0;

  cursor(): StateCursor {
    return new StateCursor(this);
  }

  /** Lets a cursor look at a slot. */
  point(cursor: StateCursor, slot: number, owner: HasLife | undefined): StateCursor {
    const page = this.pages[slot >>> SHIFT]!;
    const inPage = slot & (PAGE - 1);
    cursor.owner = owner;
    cursor.look(page.n, inPage * this.numbers, page.refs, inPage * this.refs);
    return cursor;
  }

  /** Makes a slot that of a key of which nothing is known before `known`. */
  reset(cursor: StateCursor, known: number): void {
    const { plan, sides } = this.rule;
    const { key } = cursor.owner!;
    makeNew(plan, cursor.pattern, known, key);
    for (let i = 0; i < sides.length; i++) makeNew(sides[i]!.plan, cursor.sides[i]!, known, key);
    cursor.time = -Infinity;
    cursor.deadline = Infinity;
  }

  /** Copies all but the life. */
  copy(from: StateCursor, to: StateCursor): void {
    const { plan, sides } = this.rule;
    copyInto(plan.layout, from.pattern, to.pattern);
    for (let i = 0; i < sides.length; i++) copyInto(sides[i]!.plan.layout, from.sides[i]!, to.sides[i]!);
    to.time = from.time;
  }
}

/** A window on the state of one key. */
export class StateCursor implements KeyState {
  readonly pattern: PatternState = { n: NOTHING, o: 0, refs: [], r: 0 };
  readonly sides: PatternState[];
  /** Needed only where its life is looked at. */
  owner: HasLife | undefined;
  private n: Float64Array = NOTHING;
  private o = 0;

  constructor(private readonly states: States) {
    this.sides = states.rule.sides.map(() => ({ n: NOTHING, o: 0, refs: [], r: 0 }));
  }

  look(n: Float64Array, o: number, refs: unknown[], r: number): void {
    this.n = n;
    this.o = o;
    const { pattern, sides } = this;
    const { rule } = this.states;
    pattern.n = n;
    pattern.o = o + OWN;
    pattern.refs = refs;
    pattern.r = r;
    let at = pattern.o + rule.plan.layout.numbers;
    let ref = r + rule.plan.layout.refs.length;
    for (let i = 0; i < sides.length; i++) {
      const side = sides[i]!;
      const { layout } = rule.sides[i]!.plan;
      side.n = n;
      side.o = at;
      side.refs = refs;
      side.r = ref;
      at += layout.numbers;
      ref += layout.refs.length;
    }
  }

  /** Next time at which something happens although no event comes. */
  get deadline(): number {
    return this.n[this.o + DEADLINE]!;
  }
  set deadline(t: number) {
    this.n[this.o + DEADLINE] = t;
  }

  get time(): number {
    return this.n[this.o + TIME]!;
  }
  set time(t: number) {
    this.n[this.o + TIME] = t;
  }

  get life(): Life {
    const owner = this.owner!;
    return (owner.life ??= this.states.newLife(owner.key));
  }
}

const NOTHING = new Float64Array(0);
