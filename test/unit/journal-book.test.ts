/** The journal in memory: numbers, alarms, acts, what was not taken; what a store that fails or hangs does to it. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Book, type BookOptions } from '../../nodes/city-journal/book';
import { NoStore } from '../../nodes/city-journal/store/none';
import type { Store } from '../../nodes/city-journal/store/store';
import type { OperatorAct } from '../../nodes/ecdm/operator';
import type { Status } from '../../nodes/ecdm/status';
import { formatTime } from '../../nodes/ecdm/time';
import { MemoryStore } from '../support/memory-store';
import { START, statusAt } from '../support/statuses';

const said = (statuses: readonly Status[]): string[] =>
  statuses.map(
    ({ statusId, revision, state }) => `${statusId.slice(statusId.indexOf('T') + 1, -4)} ${revision} ${state}`,
  );

describe('journal: book', () => {
  const books: Book[] = [];
  let now = START;
  let elapsed = 0;
  const open = (store: Store = new NoStore('history is not kept'), options: BookOptions = {}): Book => {
    const book = new Book(store, { now: () => now, elapsed: () => elapsed, ...options });
    books.push(book);
    return book;
  };
  const act = (kind: OperatorAct['act'], more: Partial<OperatorAct> = {}): OperatorAct => ({
    act: kind, alarm: 'haze|s1', who: 'Mali', at: formatTime(now), ...more,
  }); // prettier-ignore

  beforeEach(() => {
    now = START;
    elapsed = 0;
  });
  afterEach(async () => {
    await Promise.all(books.splice(0).map((book) => book.close()));
  });

  it('without a store statuses pass as they are, and it says that no history is kept', async () => {
    const book = open();
    const statuses = [statusAt(0, 1), statusAt(0, 2, { at: 5 })];
    assert.deepEqual(await book.commit('rule', statuses), statuses);
    assert.equal(book.health().history, 'none');
    assert.equal(book.view('haze|s1')?.status.revision, 2);
    await assert.rejects(book.history({}), /history/);
  });

  it('a rule that goes on from an older state: what it tells again is not given back, what is new gets the next number', async () => {
    const store = new MemoryStore();
    const before = open(store);
    await before.commit('rule', [statusAt(0, 1), statusAt(0, 2, { at: 5 }), statusAt(0, 3, { at: 9 })]);
    await before.close();
    const book = open(store);
    assert.deepEqual(said(await book.commit('rule', [statusAt(0, 2, { at: 5 })])), []);
    assert.deepEqual(said(await book.commit('rule', [statusAt(0, 3, { at: 8 })])), ['08:00 4 updated']);
    // the rule counts on by itself
    assert.deepEqual(said(await book.commit('rule', [statusAt(0, 4, { at: 20, state: 'cleared' })])), [
      '08:00 5 cleared',
    ]);
    assert.deepEqual(
      store.entries.map(({ revision }) => revision),
      [1, 2, 3, 4, 5],
    );
  });

  it('a rule that starts over while the journal goes on is known again, too', async () => {
    const book = open();
    const told = [statusAt(0, 1), statusAt(0, 2, { at: 5 }), statusAt(0, 3, { at: 9, state: 'cleared' })];
    await book.commit('rule', told);
    assert.deepEqual(await book.commit('rule', told), []);
    assert.deepEqual(said(await book.commit('rule', [statusAt(20, 1)])), ['08:20 1 raised']);
  });

  it('two messages of one moment that look alike are both told where the rule did not start over', async () => {
    const book = open();
    await book.commit('rule', [statusAt(0, 1)]);
    const twice = [statusAt(0, 2, { at: 5, flags: ['steady'] }), statusAt(0, 3, { at: 5, flags: ['reminder'] })];
    assert.deepEqual(said(await book.commit('rule', twice)), ['08:00 2 updated', '08:00 3 updated']);
  });

  it('what its rule lost sight of stays open, and is cleared as corrected when the rule tells another episode', async () => {
    const store = new MemoryStore();
    const before = open(store);
    await before.commit('rule', [statusAt(0, 1), statusAt(0, 2, { at: 5 })]);
    await before.close();
    const book = open(store);
    await book.untaken('rule', []);
    assert.deepEqual(
      [...book.views()].map(({ status }) => status.state),
      ['updated'],
    );
    const out = await book.commit('rule', [statusAt(60, 1)]);
    assert.deepEqual(said(out), ['08:00 3 cleared', '09:00 1 raised']);
    assert.deepEqual([out[0]!.flags, out[0]!.until], [['corrected'], out[1]!.since]);
    assert.match(out[0]!.reason, /restart/);
    // and told once: the next transition of the new episode clears nothing
    assert.deepEqual(said(await book.commit('rule', [statusAt(60, 2, { at: 70 })])), ['09:00 2 updated']);
  });

  it('an episode that is found late and is over leaves the one that goes on as it is', async () => {
    const book = open();
    await book.commit('rule', [statusAt(30, 1)]);
    const late = [statusAt(0, 1), statusAt(0, 2, { at: 9, state: 'cleared' })];
    assert.deepEqual(said(await book.commit('rule', late)), ['08:00 1 raised', '08:00 2 cleared']);
    assert.equal(book.view('haze|s1')?.status.since, statusAt(30, 1).since);
  });

  it('statuses of a simulation are always given back as they are, and hide nothing that is real', async () => {
    const book = open();
    const simulated = statusAt(0, 1, { simulated: true });
    assert.deepEqual(await book.commit('rule', [simulated]), [simulated]);
    assert.deepEqual(await book.commit('rule', [simulated]), [simulated]);
    await book.commit('rule', [statusAt(10, 1)]);
    await book.commit('rule', [statusAt(20, 1, { simulated: true })]);
    assert.equal(book.view('haze|s1')?.status.simulated, undefined);
  });

  it('what is simulated and has the id of what is real leaves it as it is, and the other way round', async () => {
    const book = open();
    const view = (): unknown[] => {
      const { status, operator } = book.view('haze|s1')!;
      return [status.simulated, status.state, operator.acknowledged !== undefined];
    };
    await book.commit('rule', [statusAt(0, 1, { simulated: true })]);
    await book.commit('rule', [statusAt(0, 1)]);
    await book.act(act('acknowledge'));
    await book.commit('rule', [statusAt(0, 2, { at: 5, state: 'cleared', simulated: true })]);
    assert.deepEqual(view(), [undefined, 'raised', true]);
    await book.commit('rule', [statusAt(0, 2, { at: 6, state: 'cleared' })]);
    assert.deepEqual(view(), [undefined, 'cleared', true]);
  });

  it('who shelves what is simulated has not shelved what is real', async () => {
    const book = open();
    await book.commit('rule', [statusAt(0, 1, { simulated: true })]);
    const shelved = await book.act(act('shelve', { until: formatTime(now + 3_600_000) }));
    assert.ok('operator' in shelved && shelved.operator.shelved !== undefined);
    await book.commit('rule', [statusAt(10, 1)]);
    const view = book.view('haze|s1');
    assert.deepEqual([view?.status.simulated, view?.operator.shelved], [undefined, undefined]);
  });

  it('an act is in the journal with who, when and why; what it does is told; it survives a restart', async () => {
    const store = new MemoryStore();
    const first = open(store);
    await first.commit('rule', [statusAt(0, 1)]);
    const told: unknown[] = [];
    first.onChange(({ operator }, because) => told.push([operator.acknowledged?.who, because.act?.act]));
    const view = await first.act(act('acknowledge', { why: 'seen' }));
    assert.ok('operator' in view && view.operator.acknowledged?.why === 'seen');
    assert.deepEqual(told, [['Mali', 'acknowledge']]);
    assert.deepEqual(await first.act(act('acknowledge')), { fault: 'already' });
    assert.deepEqual(await first.act(act('close', { alarm: 'haze|nowhere' })), { fault: 'unknown' });
    const kept = store.entries.at(-1)!;
    assert.deepEqual([kept.kind, kept.alarm, kept.body], ['act', 'haze|s1', act('acknowledge', { why: 'seen' })]);
    await first.close();
    const second = open(store);
    await second.untaken('rule', []);
    assert.equal(second.view('haze|s1')?.operator.acknowledged?.who, 'Mali');
    assert.equal(second.alarmOfStatus(statusAt(0, 1).statusId), 'haze|s1');
    assert.equal(second.alarmOfStatus(statusAt(1, 1).statusId), undefined);
  });

  it('a shelf ends when the wall clock says so, also when that was set or the runtime was down', async () => {
    const store = new MemoryStore();
    const first = open(store);
    await first.commit('rule', [statusAt(0, 1)]);
    await first.act(act('shelve', { until: formatTime(now + 3_600_000) }));
    await first.close();
    now += 2 * 3_600_000;
    const second = open(store);
    const ended = new Promise<boolean>((resolve) =>
      second.onChange((view, because) =>
        resolve(view.operator.shelved === undefined && Object.keys(because).length === 0),
      ),
    );
    assert.equal(await ended, true);
    assert.equal(second.view('haze|s1')?.operator.shelved, undefined);
  });

  it('to clear is an order to the rule; where no rule runs the journal does it', async () => {
    const book = open();
    await book.commit('rule', [statusAt(0, 1)]);
    const asked: string[] = [];
    const off = book.onClear('rule', ({ alarm }) => asked.push(alarm));
    await book.act(act('clear'));
    assert.deepEqual([asked, book.view('haze|s1')?.status.state], [['haze|s1'], 'raised']);
    off();
    await book.act(act('clear', { why: 'no sensor there' }));
    const { status } = book.view('haze|s1')!;
    assert.deepEqual([status.state, status.flags, status.revision], ['cleared', ['by-hand'], 2]);
    assert.match(status.reason, /Mali.*no sensor/);
  });

  it('views: what is raised and what waits for somebody, no more', async () => {
    const book = open();
    const shown = (): string => [...book.views()].map(({ alarm, status }) => `${alarm} ${status.state}`).join(', ');
    await book.commit('rule', [statusAt(0, 1, { key: 's2', state: 'pending' })]);
    assert.equal(shown(), '');
    await book.commit('rule', [statusAt(0, 2, { key: 's2', at: 1, state: 'cleared', flags: ['never-raised'] })]);
    assert.equal(shown(), '');
    await book.commit('rule', [statusAt(0, 1), statusAt(0, 2, { at: 3, state: 'cleared' })]);
    assert.equal(shown(), 'haze|s1 cleared');
    // what may come to nothing does not hide what nobody has seen yet
    await book.commit('rule', [statusAt(9, 1, { state: 'pending' })]);
    assert.equal(shown(), 'haze|s1 cleared');
    await book.act(act('acknowledge'));
    assert.equal(shown(), '');
  });

  it('the tables are bounded: what waits longest is forgotten first, what is raised last', async () => {
    const store = new MemoryStore();
    const book = open(store, { alarms: { most: 3, done: 1 } });
    const raise = (key: string): Promise<Status[]> => book.commit('rule', [statusAt(0, 1, { key })]);
    await raise('a');
    await raise('b');
    await book.commit('rule', [statusAt(0, 2, { key: 'a', at: 2, state: 'cleared' })]);
    await raise('c');
    await raise('d');
    await raise('e');
    assert.deepEqual(
      [...book.views()].map(({ status }) => status.key),
      ['c', 'd', 'e'],
    );
    await book.close();
    assert.deepEqual([...store.alarms.keys()], ['haze|c', 'haze|d', 'haze|e']);
  });

  describe('what was not taken', () => {
    const crashed = async (store: Store, committed: (book: Book) => Promise<void>): Promise<Book> => {
      await committed(open(store));
      return open(store);
    };

    it('is given again under the same id and number after a crash, to those who have not taken it', async () => {
      const store = new MemoryStore();
      const book = await crashed(store, async (first) => {
        await first.commit('rule', [statusAt(0, 1), statusAt(0, 2, { at: 3 })]);
        first.taken(statusAt(0, 1).statusId, 1, 'notify');
        await first.commit('other', [statusAt(0, 1, { key: 's9' })]);
      });
      assert.deepEqual(said(await book.untaken('rule', ['notify'])), ['08:00 2 updated']);
      assert.deepEqual(said(await book.untaken('rule', ['notify', 'actuator'])), ['08:00 1 raised', '08:00 2 updated']);
      // nobody says that he takes anything: only what nobody took
      assert.deepEqual(said(await book.untaken('rule', [])), ['08:00 2 updated']);
      // what the rule tells again is in it already
      assert.deepEqual(await book.commit('rule', [statusAt(0, 2, { at: 3 })]), []);
    });

    it('has arrived after a minute, and after an orderly end', async () => {
      const store = new MemoryStore();
      const first = open(store);
      await first.commit('rule', [statusAt(0, 1)]);
      elapsed = 500;
      await first.commit('rule', [statusAt(0, 2, { at: 3 })]);
      elapsed = 1200;
      await first.close();
      assert.deepEqual(said(await open(store).untaken('rule', [])), ['08:00 2 updated']);
    });
  });

  describe('when the store fails', () => {
    const limits = { patience: 60, retry: [20, 40] as const, waiting: 5 };
    const kept = (book: Book): Promise<void> =>
      new Promise((resolve) => book.onHealth(({ history }) => history === 'kept' && resolve()));

    it('statuses go on at once, entries wait, and all are written when it is back', async () => {
      const store = new MemoryStore();
      const patience = 4000;
      const book = open(store, { limits: { ...limits, patience } });
      await book.commit('rule', [statusAt(0, 1)]);
      store.broken = 'database or disk is full';
      assert.equal((await book.commit('rule', [statusAt(0, 2, { at: 1 })])).length, 1);
      assert.deepEqual(book.health(), { history: 'late', waiting: 1, missing: 0, reason: store.broken });
      const start = performance.now();
      await book.commit('rule', [statusAt(0, 3, { at: 2 })]);
      assert.ok(performance.now() - start < patience / 2, 'nobody waits for a disk that is known to be full');
      store.broken = undefined;
      await kept(book);
      await book.commit('rule', [statusAt(0, 4, { at: 3 })]);
      assert.deepEqual(
        store.entries.map(({ revision }) => revision),
        [1, 2, 3, 4],
      );
      assert.deepEqual(book.health(), { history: 'kept', waiting: 0, missing: 0 });
    });

    it('more than can wait is lost and counted, and the history says so itself', async () => {
      const store = new MemoryStore();
      const book = open(store, { limits });
      await book.commit('rule', [statusAt(0, 1)]);
      store.broken = 'read-only';
      for (let n = 2; n < 12; n++) await book.commit('rule', [statusAt(0, n, { at: n })]);
      const { history, waiting, missing } = book.health();
      assert.deepEqual([history, waiting, missing], ['lost', 5, 5]);
      store.broken = undefined;
      await kept(book);
      while (book.health().waiting > 0) await delay(5);
      await book.commit('rule', [statusAt(0, 12, { at: 12 })]);
      assert.deepEqual(
        store.entries.map(({ revision, body }) => revision ?? (body as { missing?: number }).missing),
        [1, 2, 3, 4, 5, 6, 5, 12],
      );
      // the alarm itself is right whatever was lost
      assert.equal((JSON.parse(store.alarms.get('haze|s1')!) as { status: Status }).status.revision, 12);
    });

    it('one that hangs is waited for so long, and not by each', async () => {
      const store = new MemoryStore();
      const patience = 500;
      const book = open(store, { limits: { ...limits, patience } });
      await book.commit('rule', [statusAt(0, 1)]);
      let release!: () => void;
      store.hang = new Promise((resolve) => (release = resolve));
      const start = performance.now();
      await Promise.all([2, 3, 4].map((n) => book.commit('rule', [statusAt(0, n, { at: n })])));
      const waited = performance.now() - start;
      assert.ok(waited >= patience - 5 && waited < 2.5 * patience, `${waited} ms`);
      assert.equal(book.health().history, 'late');
      release();
      await kept(book);
      await book.close();
      assert.deepEqual(
        store.entries.map(({ revision }) => revision),
        [1, 2, 3, 4],
      );
    });

    it('a batch that arrived although the store said no is not written twice', async () => {
      const store = new MemoryStore();
      const book = open(store, { limits });
      await book.commit('rule', [statusAt(0, 1)]);
      store.liar = true;
      await book.commit('rule', [statusAt(0, 2, { at: 1 })]);
      await kept(book);
      assert.deepEqual(
        store.entries.map(({ revision }) => revision),
        [1, 2],
      );
    });

    it('what was to be noted beside the entries is tried again, too, although no entry comes', async () => {
      const store = new MemoryStore();
      const book = open(store, { limits });
      await book.commit('rule', [statusAt(0, 1)]);
      // looks at the time every 30 ms, because the clock stands still
      await book.act(act('shelve', { until: formatTime(now + 30) }));
      const late = new Promise<void>((resolve) => book.onHealth(({ history }) => history === 'late' && resolve()));
      store.broken = 'read-only';
      book.taken(statusAt(0, 1).statusId, 1, 'notify');
      await late;
      store.broken = undefined;
      await kept(book);
    });

    it('one that cannot be opened does not stop anything; what it holds counts when it opens', async () => {
      const store = new MemoryStore();
      const before = open(store);
      await before.commit('rule', [statusAt(0, 1), statusAt(0, 1, { key: 's2' })]);
      await before.close();
      store.broken = 'locked';
      const book = open(store, { limits });
      assert.equal((await book.commit('rule', [statusAt(30, 1)])).length, 1);
      store.broken = undefined;
      await kept(book);
      assert.deepEqual([...book.views()].map(({ alarm, status }) => `${alarm} ${status.since}`).sort(), [
        `haze|s1 ${statusAt(30, 1).since}`, `haze|s2 ${statusAt(0, 1).since}`,
      ]); // prettier-ignore
      await book.close();
      assert.equal(store.entries.length, 3);
    });
  });

  it('alarms that come and go while nothing can be written do not gather', async () => {
    const store = new MemoryStore();
    const limits = { patience: 20, retry: [20, 40], alarms: 10 } as const;
    const book = open(store, { limits, alarms: { most: 5, done: 2 } });
    await book.commit('rule', [statusAt(0, 1)]);
    store.broken = 'disk full';
    for (let n = 0; n < 100; n++) {
      await book.commit('rule', [statusAt(0, 1, { key: `k${n}` })]);
      assert.ok(book['writer']['alarms'].size <= 10);
    }
    store.broken = undefined;
    await book.close();
    for (let n = 95; n < 100; n++) assert.ok(store.alarms.has(`haze|k${n}`));
    assert.ok(store.alarms.size <= 15);
  });

  describe('an orderly end', () => {
    const limits = { patience: 300, retry: [20_000, 20_000] } as const;
    const note = (n: number) => ({ kind: 'system', node: 'rule', body: { n } }) as const;
    const noted = (store: MemoryStore): unknown[] =>
      store.entries.filter(({ kind }) => kind === 'system').map(({ body }) => (body as unknown as { n: number }).n);

    it('waits for what is in the queue', async () => {
      const store = new MemoryStore();
      const book = open(store);
      await book.commit('rule', [statusAt(0, 1)]);
      store.hang = delay(100);
      for (let n = 0; n < 3; n++) book.note(note(n));
      await book.close();
      assert.deepEqual([noted(store), store.closed], [[0, 1, 2], true]);
    });

    it('tries once more what was refused, however long the pause would be', async () => {
      const store = new MemoryStore();
      const book = open(store, { limits });
      await book.commit('rule', [statusAt(0, 1)]);
      store.broken = 'disk full';
      for (let n = 0; n < 3; n++) book.note(note(n));
      while (book.health().history !== 'late') await delay(5);
      store.broken = undefined;
      await book.close();
      assert.deepEqual(noted(store), [0, 1, 2]);
    });

    it('waits for the rules: what they say in their last moments is kept', async () => {
      const store = new MemoryStore();
      let ran = 0;
      const book = open(store, { elapsed: () => (ran += 10) });
      const off = book.onClear('rule', () => undefined);
      await book.commit('rule', [statusAt(0, 1)]);
      const closed = book.close();
      await delay(30);
      await book.commit('rule', [statusAt(0, 2, { at: 5, state: 'cleared' })]);
      off();
      await closed;
      assert.deepEqual(
        store.entries.map(({ revision }) => revision),
        [1, 2],
      );
    });

    it('comes, though the store hangs, and a rule never lets go', async () => {
      const store = new MemoryStore();
      const book = open(store, { limits, elapsed: () => performance.now() * 20 });
      book.onClear('rule', () => undefined);
      await book.commit('rule', [statusAt(0, 1)]);
      store.hang = new Promise(() => undefined);
      book.note(note(0));
      const start = performance.now();
      await book.close();
      const took = performance.now() - start;
      assert.ok(took < 5000, `${took} ms`);
    });
  });

  it('what came while the disk was busy goes with the next batch', async () => {
    const store = new MemoryStore();
    const book = open(store);
    await book.commit('rule', [statusAt(0, 1)]);
    const before = store.appends;
    await Promise.all(Array.from({ length: 50 }, (_, n) => book.commit('rule', [statusAt(0, n + 2, { at: n })])));
    assert.equal(store.entries.length, 51);
    assert.ok(store.appends - before <= 3, `${store.appends - before}`);
  });

  it('a listener that fails stops neither the others nor the journal', async () => {
    const errors: unknown[] = [];
    const book = open(new NoStore('history is not kept'), { onError: (thrown) => errors.push(thrown) });
    let heard = 0;
    book.onChange(() => {
      throw new Error('mine');
    });
    const off = book.onChange(() => heard++);
    await book.commit('rule', [statusAt(0, 1)]);
    off();
    await book.commit('rule', [statusAt(0, 2, { at: 1 })]);
    assert.deepEqual([heard, errors.length], [1, 2]);
  });
});
