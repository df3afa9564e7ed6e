/** A journal, a rule that tells it transitions, people, clocks and a disk: what happens is done to the journal and to the model. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Book } from '../../nodes/city-journal/book';
import type { AlarmView, Off } from '../../nodes/city-journal/journal-source';
import { isShelved, type ActKind, type OperatorAct } from '../../nodes/ecdm/operator';
import type { Severity, Status } from '../../nodes/ecdm/status';
import { formatTime, parseTime } from '../../nodes/ecdm/time';
import { MemoryStore } from '../support/memory-store';
import { START, statusAt } from '../support/statuses';
import { describe, line, Model } from './alarm-model';

const MINUTE = 60_000;
const RULE = 'rule';
/** Its rule runs no more: nobody but the journal can end it. */
export const ORPHAN = 'z';
const KEYS = ['a', 'b', ORPHAN];
const TAKER = 'notify';

export type Step =
  /** The rule sees something, and tells it. */
  | { do: 'tell'; key: string; what: 'begin' | 'pending' | 'never' | 'update' | 'nodata' | 'end' | 'late'; severity: Severity }
  | { do: 'act'; key: string; act: ActKind; minutes: number; older: boolean }
  | { do: 'wait'; minutes: number }
  /** Somebody sets the clock of the machine. */
  | { do: 'jump'; minutes: number }
  | { do: 'restart'; minutes: number }
  /** In the midst of what is done next, if anything; the rule goes on from where it was so many transitions before. */
  | { do: 'crash'; when: 'before' | 'after' | 'idle'; back: number; minutes: number }
  /** The rule has lost what it knew of this key. */
  | { do: 'forget'; key: string }
  | { do: 'disk'; full: boolean }
  | { do: 'take' }; // prettier-ignore

type What = Extract<Step, { do: 'tell' }>['what'];
const FROM_PENDING: Partial<Record<What, Status['state']>> = { begin: 'raised', never: 'cleared', end: 'cleared' };
const FROM_RAISED: Partial<Record<What, Status['state']>> = { update: 'updated', nodata: 'nodata', end: 'cleared' };

/** What a rule knows of a key. */
interface Episode {
  since: number;
  revision: number;
  open: boolean;
  pending: boolean;
}

export class World {
  private wall = START;
  private elapsed = 0;
  /** Of the observations; every transition has its own minute. */
  private minute = 0;
  private store = new MemoryStore();
  private book!: Book;
  private model = new Model();
  /** What was so when the disk had written everything. */
  private durable = new Model();
  private readonly episodes = new Map<string, Episode>();
  private seen: string[] = [];
  private expected: string[] = [];
  /** What the rule has told since it forgot something, and may tell again. */
  private told: Status[] = [];
  private untaken = new Map<string, number>();
  private crashing: 'before' | 'after' | undefined;

  async start(): Promise<void> {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    this.elapsed = 0;
    this.book = new Book(this.store, { now: () => this.wall, elapsed: () => this.elapsed });
    this.book.onChange((view, { status, act }) => {
      const { key } = view.status;
      this.seen.push(
        status !== undefined ? line(status) : act !== undefined ? `${act.act} ${key}` : `shelf-end ${key}`,
      );
    });
    this.ruleEnds = this.book.onClear(RULE, ({ status }) => void this.cleared.push(status));
    await settle();
    await this.pass(1);
  }

  private cleared: Status[] = [];
  private ruleEnds: Off = () => undefined;

  async end(): Promise<void> {
    await this.fill(false);
    // the rule ends with it
    this.ruleEnds();
    await this.book.close();
    mock.timers.reset();
    assert.deepEqual(endsSorted(this.history()), endsSorted(this.model.log), 'the history is what happened, each once');
    const numbers = new Map<string, number>();
    for (const { kind, statusId, revision } of this.store.entries) {
      if (kind !== 'status') continue;
      assert.ok(revision! > (numbers.get(statusId!) ?? 0), `${statusId} ${revision}: the numbers of an episode rise`);
      numbers.set(statusId!, revision!);
    }
  }

  async do(step: Step): Promise<void> {
    if (step.do === 'tell') await this.tell(step);
    else if (step.do === 'act') await this.act(step);
    else if (step.do === 'wait') await this.pass(step.minutes * MINUTE);
    else if (step.do === 'jump') await this.jump(step.minutes * MINUTE);
    else if (step.do === 'restart') await this.restart(step.minutes);
    else if (step.do === 'crash') await this.crash(step);
    else if (step.do === 'disk') await this.fill(step.full);
    else if (step.do === 'take') await this.take();
    else this.forget(step.key);
    this.look();
  }

  // ---- what happens

  private async tell({ key, what, severity }: Extract<Step, { do: 'tell' }>): Promise<void> {
    const status = this.transition(key, what, severity);
    if (status === undefined) return;
    this.told.push(status);
    await this.commit(status);
  }

  private async commit(status: Status): Promise<void> {
    const node = status.key === ORPHAN ? 'gone' : RULE;
    const { out, news } = this.model.tell(status);
    this.expected.push(...news);
    const answer = this.book.commit(node, [status]);
    if (await this.wasCut(answer)) return;
    const given = (await answer).map(line);
    assert.deepEqual(given, out, 'what is given out');
    if (node === RULE) for (const one of given) this.untaken.set(one, this.elapsed);
  }

  private async act({ key, act: kind, minutes, older }: Extract<Step, { do: 'act' }>): Promise<void> {
    const until = this.wall + minutes * MINUTE;
    const ordered = this.model.isOpen(key) && kind === 'clear';
    const before = this.model.log.length;
    const fault = this.model.act(kind, key, until, this.wall, older);
    if (this.model.log.length > before) this.expected.push(`${kind} ${key}`);
    if (fault === undefined && ordered && key === ORPHAN) {
      this.expected.push(...this.model.endByHand(key).news);
      this.forget(key);
    }
    const asked: OperatorAct = { act: kind, alarm: `haze|${key}`, who: 'Mali', at: formatTime(this.wall), why: 'seen' };
    if (kind === 'shelve') asked.until = formatTime(until);
    if (older) asked.statusId = `haze|${key}|an older one`;
    const answer = this.book.act(asked);
    if (await this.wasCut(answer)) return;
    const done = await answer;
    assert.equal('fault' in done ? done.fault : undefined, fault, `${kind} ${key}`);
    // the rule does as it is told, and says so as it says all else
    for (const { key: cleared } of this.cleared.splice(0))
      await this.tell({ do: 'tell', key: cleared, what: 'end', severity: 'minor' });
  }

  private async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10 * MINUTE) {
      const step = Math.min(left, 10 * MINUTE);
      this.wall += step;
      this.elapsed += step;
      mock.timers.tick(step);
      await settle();
    }
    this.expected.push(...this.model.pass(this.wall).map((key) => `shelf-end ${key}`));
    this.wrote();
  }

  private async jump(ms: number): Promise<void> {
    this.wall += ms;
    // it is noticed within half a minute
    await this.pass(MINUTE / 2);
  }

  private async restart(minutes: number): Promise<void> {
    await this.fill(false);
    // the rule ends with it
    this.ruleEnds();
    await this.book.close();
    this.wrote();
    // what left a second before an orderly end has arrived
    for (const [one, at] of this.untaken) if (this.elapsed - at >= 1000) this.untaken.delete(one);
    await this.reopen(minutes, 0);
  }

  /** The power goes; what was on the disk counts, and the rule tells again what it does not know to have told. */
  private async crash({ when, back, minutes }: Extract<Step, { do: 'crash' }>): Promise<void> {
    if (when !== 'idle') {
      this.crashing = when;
      this.store.cutPower(when);
      await this.tell({ do: 'tell', key: 'a', what: back % 2 === 0 ? 'begin' : 'update', severity: 'major' });
      this.crashing = undefined;
    }
    this.store.broken = undefined;
    this.model = new Model(this.durable);
    const written = new Set(this.model.log);
    for (const one of this.untaken.keys()) if (!written.has(one)) this.untaken.delete(one);
    await this.reopen(minutes, when === 'before' ? Math.max(1, back) : back);
  }

  private async reopen(minutes: number, back: number): Promise<void> {
    this.store = this.store.restarted();
    this.wall += minutes * MINUTE;
    this.seen = [];
    this.expected = [];
    this.cleared = [];
    // nobody is waited for longer than a minute
    for (const [one, at] of this.untaken) {
      if (this.elapsed - at < MINUTE) this.untaken.set(one, 0);
      else this.untaken.delete(one);
    }
    await this.start();
    await this.checkUntaken();
    // what it goes on from was on its disk: it never goes back beyond that
    this.told = back === 0 ? [] : this.told.slice(-back);
    for (const status of this.told) await this.commit(status);
  }

  private async checkUntaken(): Promise<void> {
    const again = (await this.book.untaken(RULE, [TAKER])).map(line);
    const written = new Set(this.model.log);
    for (const one of again) assert.ok(written.has(one), `${one} is sent again under the number that it had`);
    for (const [one, at] of this.untaken)
      if (this.elapsed - at < MINUTE) assert.ok(again.includes(one), `${one} was taken by nobody`);
  }

  private async fill(full: boolean): Promise<void> {
    this.store.broken = full ? 'database or disk is full' : undefined;
    // it is tried again within ten seconds
    if (!full) await this.pass(11_000);
  }

  private async take(): Promise<void> {
    for (const one of this.untaken.keys()) {
      const [statusId, revision] = one.split(' ') as [string, string];
      this.book.taken(statusId, Number(revision), TAKER);
    }
    // a report that has not been written yet may get lost, and then it is sent once more
    this.untaken.clear();
    await settle();
  }

  private forget(key: string): void {
    this.episodes.delete(key);
    this.told = this.told.filter((status) => status.key !== key);
  }

  // ---- what must be so

  private look(): void {
    assert.deepEqual(endsSorted(this.seen), endsSorted(this.expected), 'what is told to those who listen');
    this.seen = [];
    this.expected = [];
    for (const key of KEYS) {
      const view = this.book.view(`haze|${key}`);
      const shown = view === undefined ? undefined : this.shown(view);
      assert.equal(shown, this.model.shown(key, this.wall), key);
    }
    assert.deepEqual([...this.book.views()].map(({ status }) => status.key).sort(), this.model.listed());
  }

  private shown({ status, operator }: AlarmView): string {
    const { acknowledged, closed, shelved, outOfService, comments } = operator;
    return describe(status, {
      acknowledged: acknowledged?.severity,
      closed: closed !== undefined,
      shelved: isShelved(operator, this.wall) ? parseTime(shelved!.until) : undefined,
      outOfService: outOfService !== undefined,
      comments,
    });
  }

  private history(): string[] {
    return this.store.entries.map(({ kind, alarm, body }) => {
      const key = alarm?.slice('haze|'.length);
      if (kind === 'status') return line(body as Status);
      if (kind !== 'act') return `${(body as { what: string }).what} ${key}`;
      const { act, who, at, why } = body as OperatorAct;
      assert.ok(who === 'Mali' && why === 'seen' && parseTime(at) !== undefined, 'who, when and why');
      return `${act} ${key}`;
    });
  }

  /** Whether the power went while this was being done. */
  private async wasCut(answer: Promise<unknown>): Promise<boolean> {
    let done = false;
    void answer.then(() => (done = true));
    await settle();
    if (this.crashing === undefined) {
      assert.ok(done, 'nobody waits');
      this.wrote();
    } else if (this.crashing === 'after' && this.store.broken === undefined) this.durable = new Model(this.model);
    return !done;
  }

  private wrote(): void {
    if (this.store.broken === undefined && this.crashing === undefined) this.durable = new Model(this.model);
  }

  /** The next transition of a key as its rule would tell it; nothing where that cannot be. */
  private transition(key: string, what: What, severity: Severity): Status | undefined {
    this.minute++;
    let episode = this.episodes.get(key);
    const isOver = episode?.open !== true;
    if (what === 'late') return statusAt(this.minute - 1000, 1, { key, at: this.minute, severity, state: 'cleared' });
    if (isOver && (what === 'begin' || what === 'pending')) {
      episode = { since: this.minute, revision: 1, open: true, pending: what === 'pending' };
      this.episodes.set(key, episode);
      return statusAt(this.minute, 1, { key, severity, state: what === 'pending' ? 'pending' : 'raised' });
    }
    if (episode === undefined || isOver) return undefined;
    const state = (episode.pending ? FROM_PENDING : FROM_RAISED)[what];
    if (state === undefined) return undefined;
    const flags: Status['flags'] = episode.pending && state === 'cleared' ? ['never-raised'] : [];
    episode.pending = false;
    episode.open = state !== 'cleared';
    return statusAt(episode.since, ++episode.revision, { key, at: this.minute, severity, state, flags });
  }
}

/** Shelves that end while nothing else happens do so in any order. */
function endsSorted(lines: readonly string[]): string[] {
  const isEnd = (text: string): boolean => text.startsWith('shelf-end ');
  const out: string[] = [];
  for (const one of lines) {
    let at = out.length;
    while (isEnd(one) && at > 0 && isEnd(out[at - 1]!) && out[at - 1]! > one) at--;
    out.splice(at, 0, one);
  }
  return out;
}

/** Lets everything be done that needs no time. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
