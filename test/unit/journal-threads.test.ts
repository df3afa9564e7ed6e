/** The threads behind a journal in SQLite: those that hang in the disk, those that die, and those that have a rest. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Book } from '../../nodes/city-journal/book';
import { SqliteStore } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import { batch, draft } from '../support/journal-store-suite';
import { needsSqlite } from '../support/needs-sqlite';
import { waitFor } from '../support/node-red';
import { statusAt } from '../support/statuses';

describe('journal: threads', function () {
  this.timeout(60_000);
  before(needsSqlite);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'city-threads-'));
    file = path.join(folder, 'one.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const kept = (book: Book) => (): boolean => book.health().history === 'kept' && book.health().waiting === 0;

  it('one that hangs in the disk is given up; more than a few do not hang beside it; all is written when it answers', async function () {
    if (process.platform === 'win32') return this.skip();
    // whoever opens a pipe to write into it waits until somebody reads
    execFileSync('mkfifo', [file]);
    const store = new SqliteStore(file, 'en-US', 300);
    const book = new Book(store, { limits: { patience: 50, retry: [10, 20] } });
    const line = store['writing'];
    const pipe = path.join(folder, 'pipe');
    let reader: number | undefined;
    try {
      assert.equal((await book.commit('rule', [statusAt(0, 1)])).length, 1);
      assert.equal(book.health().history, 'late');
      let since = performance.now();
      const hang = (): boolean => {
        assert.ok(line['hung'] <= 3);
        // one that is given up while it is still being started ends
        if (line['hung'] < 3) since = performance.now();
        return performance.now() - since > 1000;
      };
      await waitFor('threads that hang', hang, 30_000);
      assert.match(book.health().reason ?? '', /does not answer/);
      await book.commit('rule', [statusAt(0, 2, { at: 1 })]);
    } finally {
      // the disk answers again: a file can be made, and what hung gets its word
      renameSync(file, pipe);
      reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    }
    await waitFor('the journal', kept(book), 20_000);
    await waitFor('the end of the threads', () => line['hung'] === 0);
    closeSync(reader);
    assert.equal((await book.history({})).entries.length, 2);
    await book.close();
  });

  it('one that dies while it writes is followed by another: each entry is there once', async () => {
    const store = new SqliteStore(file);
    const book = new Book(store, { limits: { patience: 5000, retry: [10, 20] } });
    await book.untaken('rule', []);
    await book.commit('rule', [statusAt(0, 1)]);
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const late = new Promise<string | undefined>((resolve) => book.onHealth(({ reason }) => resolve(reason)));
    const committed = book.commit('rule', [statusAt(0, 2, { at: 1 })]);
    await delay(20);
    await store['writing']['thread']!.end();
    assert.match((await late) ?? '', /thread/);
    await committed;
    other.exec('ROLLBACK');
    other.close();
    await waitFor('the journal', kept(book), 20_000);
    await book.commit('rule', [statusAt(0, 3, { at: 2 })]);
    const { ok, entries } = await store.check();
    assert.deepEqual([ok, entries], [true, 3]);
    await book.close();
  });

  it('a question that comes while the thread goes to rest is answered by another one', async () => {
    const store = new SqliteStore(file);
    await store.open(1);
    await store.append(batch([draft(0)]));
    await store.query({});
    for (let i = 0; i < 5; i++) {
      const resting = store['reading'].rest();
      assert.equal((await store.query({})).entries.length, 1);
      await resting;
    }
    await store.close();
  });

  it('questions do not gather: more than a hundred at once are refused, and the others answered', async () => {
    const store = new SqliteStore(file);
    await store.open(1);
    await store.append(batch([draft(0)]));
    const asked = await Promise.allSettled(Array.from({ length: 150 }, () => store.query({})));
    const refused = asked.filter((one) => one.status === 'rejected');
    assert.equal(refused.length, 50);
    assert.match(String(refused[0]!.reason), /ask again later/);
    assert.equal((await store.query({})).entries.length, 1);
    await store.close();
  });
});
