/**
 * Raised keys of which there is nothing new to tell. Most events of a raised key change nothing that anybody hears of, and
 * it is known until when that is so. What happens up to then is noted in a few numbers, which lie side by side for all
 * keys, and is added to the life of the key as soon as anybody looks at it: its own objects lie all over the memory.
 */
import type { CityEvent } from '../../ecdm/event';
import { count, MOST_EVIDENCE, quietOf, type Life, type Rule } from './life';
import type { States } from './states';

/** What is known of a key, in a row of numbers. */
const enum Note {
  /** From then on it is to be told that something more has happened. */
  NextUpdate,
  /** It is not over before, because of when its state ended; */
  HeldUntil,
  /** nor as long as this after the last detection. */
  Quiet,
  /** From then on the time itself is to be told of. */
  NextTold,
  /** The last detection, */
  Pulse,
  /** and how many there were that its life does not know of. */
  Count,
  /** How many events are its evidence, */
  Held,
  /** and the place of the oldest, once there are as many as are kept. */
  Oldest,
}
const ROW = 8;
const NONE = -1;

/** Rows whose evidence lies in one array. */
const PAGE = 256;
const SHIFT = 8;

/** The evidence of a life while it is kept in a row. */
const ELSEWHERE: CityEvent[] = [];

export class Standing {
  /** By slot, the number of its row. */
  private rows = new Int32Array(256).fill(NONE);
  private notes = new Float64Array(64 * ROW);
  /** By row, the life. */
  private readonly lives: (Life | undefined)[] = [];
  /** By row, {@link MOST_EVIDENCE} places for events, some rows in each array. */
  private readonly pages: (CityEvent | undefined)[][] = [];
  private readonly free: number[] = [];
  /** The evidence of what is being told. */
  private readonly shown: CityEvent[] = [];

  constructor(
    private readonly rule: Rule,
    private readonly states: States,
  ) {}

  /** @returns the row of the key at a slot; -1 where it is none of these */
  of(slot: number): number {
    return this.rows[slot] ?? NONE;
  }

  /**
   * From here on what happens at the key is noted.
   * @param nextUpdate event time from which on more of the same is told
   * @param nextTold event time at which something is told although nothing happens
   */
  begin(slot: number, life: Life, nextUpdate: number, nextTold: number): void {
    if (slot >= this.rows.length) this.growRows(slot);
    const row = this.free.pop() ?? this.lives.length;
    if (row * ROW >= this.notes.length) this.growNotes();
    this.rows[slot] = row;
    this.lives[row] = life;
    if (row >>> SHIFT >= this.pages.length) this.pages.push(new Array<undefined>(PAGE * MOST_EVIDENCE).fill(undefined));
    const { notes } = this;
    const at = row * ROW;
    notes[at + Note.NextUpdate] = nextUpdate;
    notes[at + Note.HeldUntil] = this.rule.clearsItself ? life.fell + this.rule.clearState : Infinity;
    notes[at + Note.Quiet] = quietOf(this.rule, life);
    notes[at + Note.NextTold] = nextTold;
    notes[at + Note.Pulse] = life.pulse;
    notes[at + Note.Count] = notes[at + Note.Held] = notes[at + Note.Oldest] = 0;
    const { evidence } = life;
    for (let i = Math.max(0, evidence.length - MOST_EVIDENCE); i < evidence.length; i++)
      this.remember(row, evidence[i]!);
    life.evidence = ELSEWHERE;
  }

  private growRows(slot: number): void {
    const rows = new Int32Array(2 * slot).fill(NONE);
    rows.set(this.rows);
    this.rows = rows;
  }

  private growNotes(): void {
    const notes = new Float64Array(2 * this.notes.length);
    notes.set(this.notes);
    this.notes = notes;
  }

  /** Somebody looks at the key: its life learns what has happened. */
  end(slot: number): void {
    const row = this.of(slot);
    if (row === NONE) return;
    const life = this.learn(row);
    count(life, this.states.time(slot));
    life.evidence = [];
    this.list(row, life.evidence);
    this.letGo(row);
    this.rows[slot] = NONE;
    this.lives[row] = undefined;
    this.free.push(row);
  }

  /** @returns the life of a key, which knows from now on how often something has happened, but not yet what */
  private learn(row: number): Life {
    const { notes } = this;
    const at = row * ROW;
    const life = this.lives[row]!;
    const more = notes[at + Note.Count]!;
    life.pulse = notes[at + Note.Pulse]!;
    life.detections += more;
    life.count += more;
    notes[at + Note.Count] = 0;
    return life;
  }

  /** The evidence of a row, oldest first. */
  private list(row: number, into: CityEvent[]): void {
    const at = row * ROW;
    const held = this.notes[at + Note.Held]!;
    let next = this.notes[at + Note.Oldest]!;
    const page = this.pages[row >>> SHIFT]!;
    const first = (row & (PAGE - 1)) * MOST_EVIDENCE;
    for (let i = 0; i < held; i++) {
      const event = page[first + next]!;
      if (i < into.length) into[i] = event;
      else into.push(event);
      if (++next === held) next = 0;
    }
    into.length = held;
  }

  private letGo(row: number): void {
    const first = (row & (PAGE - 1)) * MOST_EVIDENCE;
    this.pages[row >>> SHIFT]!.fill(undefined, first, first + this.notes[row * ROW + Note.Held]!);
  }

  /**
   * It is to be told that more has happened; the key goes on to stand.
   * @returns its life, which knows of everything until {@link told}
   */
  tell(row: number): Life {
    const life = this.learn(row);
    this.list(row, this.shown);
    life.evidence = this.shown;
    return life;
  }

  /** It was told. @param nextUpdate as in {@link begin} @param nextTold as in {@link begin} */
  told(row: number, nextUpdate: number, nextTold: number): void {
    this.lives[row]!.evidence = ELSEWHERE;
    this.notes[row * ROW + Note.NextUpdate] = nextUpdate;
    this.notes[row * ROW + Note.NextTold] = nextTold;
  }

  /** All keys that there are. */
  endAll(): void {
    if (this.free.length === this.lives.length) return;
    for (let slot = 0; slot < this.rows.length; slot++) this.end(slot);
  }

  /** Whether it is to be told at `t` that something more has happened. */
  isDue(row: number, t: number): boolean {
    return t >= this.notes[row * ROW + Note.NextUpdate]!;
  }

  /** A detection, of which nothing is told. */
  detected(row: number, t: number): void {
    const at = row * ROW;
    this.notes[at + Note.Pulse] = t;
    this.notes[at + Note.Count]!++;
  }

  /** One more event that counts as evidence; the newest are kept. */
  remember(row: number, event: CityEvent): void {
    const { notes } = this;
    const at = row * ROW;
    const held = notes[at + Note.Held]!;
    let place = held;
    if (held < MOST_EVIDENCE) notes[at + Note.Held] = held + 1;
    else {
      place = notes[at + Note.Oldest]!;
      notes[at + Note.Oldest] = place + 1 === MOST_EVIDENCE ? 0 : place + 1;
    }
    this.pages[row >>> SHIFT]![(row & (PAGE - 1)) * MOST_EVIDENCE + place] = event;
  }

  /** Next time at which the key must be looked at although nothing happens, apart from what its pattern waits for. */
  deadline(row: number): number {
    const { notes } = this;
    const at = row * ROW;
    const over = Math.max(notes[at + Note.HeldUntil]!, notes[at + Note.Pulse]! + notes[at + Note.Quiet]!);
    return Math.min(over, notes[at + Note.NextTold]!);
  }
}
