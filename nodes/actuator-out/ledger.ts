/**
 * What the outbox must not forget, as lines: each change is one line, and the state is what the lines add up to. The same
 * code makes the state while it runs and after a crash, so that both are the same. Pure.
 */
import type { Note } from '../city-journal/journal-source';
import type { Realm } from '../ecdm/realms';
import { Revisions } from '../ecdm/revisions';
import { Holds, type Hold } from './hold';
import { KnownStatuses, type Known } from './interlock';
import type { Order } from './order';

export type Line =
  /** A new order; nothing of it has been sent. */
  | { add: Order }
  /** It is about to be handed over: from now on it may have arrived. */
  | { try: string; at: number; n: number }
  /** It is to be sent (again), not before `from`. */
  | { back: string; tries: number; from: number }
  /** The far side has it; `task` is what the far side calls it. */
  | { gone: string; task?: string }
  | { end: string }
  /** What the journal is being told, and that it has it. */
  | { untold: number; note: Note }
  | { told: number }
  /** A revision of a status that was answered. */
  | { seen: string; revision: number }
  /** When an address was ordered last, and by which order. */
  | { last: string; id: string; at: number }
  | { hold: Hold }
  | { release: string }
  /** What a lock knows; `startsOver`: of versions before, for all that is not real. */
  | { known: Known | 'startsOver' }
  /** A simulation or a replay begins anew: what locks know of it is forgotten. */
  | { startsOver: Realm };

/**
 * `waiting`: to be sent; `going`: handed over, without an answer; `doubt`: nobody knows whether it arrived; `gone`: the far
 * side has it, and it is to be seen to be done.
 */
export type Phase = 'waiting' | 'going' | 'doubt' | 'gone';

export interface Entry {
  readonly order: Order;
  phase: Phase;
  /** How often it was handed over. */
  tries: number;
  /** Not sent before this time. */
  from: number;
  /** When it was handed over first and last; 0 before. */
  firstTry: number;
  lastTry: number;
  task?: string;
  /** Whether it may have arrived, so that an answer may be about it; not kept. */
  handed: boolean;
  /** Until when it must be seen to be done; not kept. */
  deadline: number;
  /** When it is to be asked after again; not kept. */
  askAt: number;
}

/** Addresses that are remembered for the pause between two orders. */
const MOST_ADDRESSES = 10_000;
/** Notes that the journal may not have yet; of more the oldest count as told. */
const MOST_UNTOLD = 5000;

export class LedgerState {
  /** By commandId, in the order of their coming. */
  readonly entries = new Map<string, Entry>();
  readonly last = new Map<string, { id: string; at: number }>();
  readonly holds = new Holds();
  readonly known = new KnownStatuses();
  /** What the journal may not have yet, in its order. */
  readonly untold = new Map<number, Note>();
  nextUntold = 1;

  constructor(readonly seen = new Revisions()) {}

  apply(line: Line): void {
    if ('add' in line) this.entries.set(line.add.commandId, newEntry(line.add));
    else if ('try' in line) this.tried(line.try, line.at, line.n);
    else if ('back' in line) this.back(line.back, line.tries, line.from);
    else if ('gone' in line) this.gone(line.gone, line.task);
    else if ('end' in line) this.entries.delete(line.end);
    else if ('untold' in line) this.tells(line.untold, line.note);
    else if ('told' in line) this.untold.delete(line.told);
    else if ('seen' in line) this.seen.isNew(line.seen, line.revision);
    else if ('last' in line) this.ordered(line.last, line.id, line.at);
    else if ('hold' in line) this.holds.set(line.hold);
    else if ('release' in line) this.holds.release(line.release);
    else if ('known' in line) this.knows(line.known);
    else if ('startsOver' in line) this.known.forget(line.startsOver);
  }

  /** All that a new file must hold, in lines. */
  *lines(): Generator<Line> {
    for (const [seen, revision] of this.seen.dump()) yield { seen, revision };
    for (const hold of this.holds.values()) yield { hold };
    for (const known of this.known.values()) yield { known };
    for (const [untold, note] of this.untold) yield { untold, note };
    for (const entry of this.entries.values()) yield* linesOf(entry);
    // after the entries, whose lines say when they were ordered themselves
    for (const [last, { id, at }] of this.last) yield { last, id, at };
  }

  private knows(known: Known | 'startsOver'): void {
    if (known !== 'startsOver') this.known.set(known);
    else for (const realm of ['simulated', 'replay'] as const) this.known.forget(realm);
  }

  private tells(untold: number, note: Note): void {
    this.untold.set(untold, note);
    this.nextUntold = untold + 1;
    if (this.untold.size > MOST_UNTOLD) this.untold.delete(this.untold.keys().next().value!);
  }

  private tried(id: string, at: number, n: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.phase = 'going';
    entry.tries = n;
    entry.firstTry ||= at;
    entry.lastTry = at;
    this.ordered(entry.order.address, id, at);
  }

  private back(id: string, tries: number, from: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.phase = 'waiting';
    entry.tries = tries;
    entry.from = from;
  }

  private gone(id: string, task: string | undefined): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    entry.phase = 'gone';
    if (task !== undefined) entry.task = task;
  }

  private ordered(address: string, id: string, at: number): void {
    this.last.delete(address);
    this.last.set(address, { id, at });
    if (this.last.size > MOST_ADDRESSES) this.last.delete(this.last.keys().next().value!);
  }
}

function newEntry(order: Order): Entry {
  const { notBefore } = order;
  return {
    order,
    phase: 'waiting',
    tries: 0,
    from: notBefore,
    firstTry: 0,
    lastTry: 0,
    handed: false,
    deadline: Infinity,
    askAt: Infinity,
  };
}

function* linesOf({ order, phase, tries, from, firstTry, lastTry, task }: Entry): Generator<Line> {
  yield { add: order };
  if (firstTry > 0) {
    yield { try: order.commandId, at: firstTry, n: tries };
    if (lastTry > firstTry) yield { try: order.commandId, at: lastTry, n: tries };
    yield { back: order.commandId, tries, from };
    if (phase === 'going' || phase === 'doubt') yield { try: order.commandId, at: lastTry, n: tries };
  }
  if (phase === 'gone') yield { gone: order.commandId, task };
}
