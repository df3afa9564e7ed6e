/** What the journal is told of orders: every crash, every end, every journal that does not answer. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { LedgerState, type Line } from '../../nodes/actuator-out/ledger';
import { Told } from '../../nodes/actuator-out/told';
import type { Note } from '../../nodes/city-journal/journal-source';
import { MemoryJournal } from '../support/memory-journal';

const note = (n: number): Note => ({ kind: 'command', node: 'lamp', body: { n } });

/** A journal whose disk answers when it is told to. */
class SlowJournal extends MemoryJournal {
  private tellers: ((is: boolean) => void)[] = [];

  override written(): Promise<boolean> {
    return new Promise((resolve) => this.tellers.push(resolve));
  }

  answer(is: boolean): void {
    for (const tell of this.tellers.splice(0)) tell(is);
  }

  get heard(): unknown[] {
    return this.entries.map(({ body }) => (body as { n: number }).n);
  }
}

describe('what the journal is told of orders', () => {
  let lines: Line[];
  let journal: SlowJournal | undefined;
  const start = (): { told: Told; state: LedgerState } => {
    const state = new LedgerState();
    for (const line of lines) state.apply(line);
    return { told: new Told({ journal: () => journal, state, append: (line) => lines.push(line) }), state };
  };

  beforeEach(() => {
    lines = [];
    journal = new SlowJournal();
  });

  it('is kept until the journal has it', async () => {
    const { told, state } = start();
    told.note(note(1));
    told.note(note(2));
    assert.deepEqual([...state.untold.values()], [note(1), note(2)]);
    journal!.answer(true);
    await turn();
    assert.deepEqual([...state.untold], []);
    assert.deepEqual([...start().state.untold], [], 'nor after a restart');
  });

  it('is told again after a crash, in its order, and then no more', async () => {
    start().told.note(note(1));
    start().told.note(note(2));
    journal = new SlowJournal();
    const { told, state } = start();
    told.resume();
    assert.deepEqual(journal.heard, [1, 2]);
    journal.answer(true);
    await turn();
    assert.equal(state.untold.size, 0);
    start().told.resume();
    assert.deepEqual(journal.heard, [1, 2]);
  });

  it('is told again after the next start where the journal ended without it', async () => {
    const { told } = start();
    told.note(note(1));
    journal!.answer(false);
    await told.close();
    journal = new SlowJournal();
    start().told.resume();
    assert.deepEqual(journal.heard, [1]);
  });

  it('an orderly end waits for the journal, so that nothing is told twice', async () => {
    const { told } = start();
    told.note(note(1));
    const closed = told.close();
    setTimeout(() => journal!.answer(true), 10);
    await closed;
    start().told.resume();
    assert.deepEqual(journal!.heard, [1]);
  });

  it('an orderly end does not wait for ever', async () => {
    const { told, state } = start();
    told.note(note(1));
    await told.close(5);
    assert.equal(state.untold.size, 1);
  });

  it('without a journal nothing is kept, nor what was kept for one', () => {
    start().told.note(note(1));
    journal = undefined;
    const { told, state } = start();
    told.resume();
    told.note(note(2));
    assert.deepEqual([...state.untold], []);
    assert.deepEqual([...start().state.untold], []);
  });

  it('keeps a bounded number, the newest', () => {
    const { told, state } = start();
    for (let n = 1; n <= 5010; n++) told.note(note(n));
    assert.equal(state.untold.size, 5000);
    assert.deepEqual([...state.untold.values()].at(-1), note(5010));
    // written anew, it is the same
    const anew = new LedgerState();
    for (const line of state.lines()) anew.apply(line);
    assert.deepEqual([...anew.untold], [...state.untold]);
    assert.equal(anew.nextUntold, state.nextUntold);
  });
});
