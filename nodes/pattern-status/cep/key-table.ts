/** The keys of a rule, never more than allowed. */
import { Entry } from './entry';
import { NORMAL } from './life';
import type { Runner } from './runner';
import type { Saving } from './saving';
import type { States } from './states';

/** So many keys are looked at to find one that can be forgotten, */
const LOOKED_AT = 200;
/** and from so many on also those that were used lately. */
const PATIENT = 100;
/** So many new keys are left out at most, without a look, after searches in vain. */
const MOST_LEFT_OUT = 32;
/** For so long at most, in milliseconds: what comes seldom is no flood. */
const REST = 1000;

export interface KeyTableHost {
  /** Events that are not settled. */
  waitsFor(entry: Entry): number;
  /** Lets go all that others hold of a key. */
  letGo(entry: Entry): void;
}

export class KeyTable {
  private readonly entries = new Map<string, Entry>();
  /** How many new keys are left out after the next search in vain, */
  private pause = 1;
  /** and how many are still to be left out after the last one. */
  private leavesOut = 0;
  /** When that was. */
  private restedAt = -Infinity;
  /** Is told of keys that are new, or about to be forgotten. */
  saving: Saving | undefined;

  constructor(
    private readonly states: States,
    private readonly runner: Runner,
    private readonly most: number,
    private readonly host: KeyTableHost,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  all(): IterableIterator<Entry> {
    return this.entries.values();
  }

  get isFull(): boolean {
    return this.entries.size >= this.most;
  }

  /** @param known event time from which on it is known */
  add(key: string, known: number): Entry {
    const { states, runner } = this;
    const entry = new Entry(key, states.take());
    states.reset(runner.at(entry), known);
    runner.look(entry);
    states.entries[entry.slot] = entry;
    states.use(entry.slot);
    this.entries.set(key, entry);
    this.saving?.isNew(entry);
    return entry;
  }

  /**
   * Forgets the oldest key that was not used lately and has nothing open. What only waits stays, too: of more keys than
   * there is room for, each new one would else push out one whose events were not looked at yet, and nothing be found.
   * @param time now: what was searched for in vain may be there a second later
   * @returns false where there is none
   */
  makeRoom(time: number): boolean {
    if (this.leavesOut > 0 && Math.abs(time - this.restedAt) < REST) {
      this.leavesOut--;
      return false;
    }
    const { states, entries } = this;
    let looked = 0;
    for (const [key, entry] of entries) {
      if (++looked > LOOKED_AT) break;
      if (this.isIdle(entry) && (!states.isUsed(entry.slot) || looked > PATIENT)) {
        this.pause = 1;
        this.forget(entry);
        return true;
      }
      states.unuse(entry.slot);
      entries.delete(key);
      entries.set(key, entry);
    }
    this.rest(time);
    return false;
  }

  /** Of a flood of new keys each would else pay for a search; where few keys are looked through, that costs nothing. */
  private rest(time: number): void {
    if (this.entries.size <= LOOKED_AT) return;
    this.restedAt = time;
    this.leavesOut = this.pause;
    this.pause = Math.min(2 * this.pause, MOST_LEFT_OUT);
  }

  private isIdle(entry: Entry): boolean {
    const phase = entry.life?.phase ?? NORMAL;
    return entry.told === undefined && phase === NORMAL && this.host.waitsFor(entry) === 0;
  }

  forget(entry: Entry): void {
    this.runner.at(entry);
    this.saving?.touch(entry);
    this.host.letGo(entry);
    this.states.release(entry.slot);
    entry.slot = -1;
    this.entries.delete(entry.key);
  }
}
