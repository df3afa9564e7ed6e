/** The journal in SQLite: what every store does, and what only a file on a disk can go through. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Book } from '../../nodes/city-journal/book';
import { SqliteStore } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import type { Store } from '../../nodes/city-journal/store/store';
import { batch, draft, storeSuite } from '../support/journal-store-suite';
import { needsSqlite } from '../support/needs-sqlite';
import { SmallDisk } from '../support/small-disk';
import { statusAt } from '../support/statuses';

const UNPROTECTED = ['entry_fixed', 'body_fixed', 'entry_kept', 'body_kept']
  .map((name) => `DROP TRIGGER ${name};`)
  .join('');
const isRoot = process.getuid?.() === 0;

describe('journal: SQLite', function () {
  before(needsSqlite);

  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'city-journal-'));
    file = path.join(folder, 'journals', 'one.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const onFile = (sql: string): Promise<void> =>
    new Promise((resolve, reject) => {
      try {
        // a process of its own, as somebody else's would be
        execFileSync(
          process.execPath,
          [
            '--no-warnings',
            '-e',
            `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec(process.argv[2])`,
            file,
            sql,
          ],
          { stdio: 'pipe' },
        );
        resolve();
      } catch (thrown) {
        reject(new Error(String((thrown as { stderr: Buffer }).stderr)));
      }
    });

  describe('as every store', () => {
    storeSuite(() => ({
      open: () => Promise.resolve(new SqliteStore(file)),
      tamper: (sql) => onFile(UNPROTECTED + sql),
      refuses: (sql) => assert.rejects(onFile(sql), /entries are never/),
      entry: 'entry',
      body: 'body',
      backup: async (store) => {
        const copy = path.join(folder, 'copy.sqlite');
        await store.backup(copy);
        await assert.rejects(store.backup(copy), /exists already/);
        const other = new SqliteStore(copy);
        await other.open(1);
        const { ok, entries } = await other.check();
        await other.close();
        assert.ok(ok);
        return { entries };
      },
    }));
  });

  it('nobody else on the machine can read it, nor a copy of it', async () => {
    const store = new SqliteStore(file);
    await store.open(1);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const copy = path.join(folder, 'own.sqlite');
    await store.backup(copy);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    await store.close();
  });

  it('a file of somebody else is left alone', async () => {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const theirs = new DatabaseSync(path.join(folder, 'theirs.sqlite'));
    theirs.exec('CREATE TABLE t (x)');
    theirs.close();
    const store = new SqliteStore(path.join(folder, 'theirs.sqlite'));
    await assert.rejects(store.open(1), /not a journal/);
    await store.close();
    writeFileSync(
      path.join(folder, 'text.sqlite'),
      'this is no database, but long enough to look like one'.repeat(100),
    );
    const broken = new SqliteStore(path.join(folder, 'text.sqlite'));
    await assert.rejects(broken.open(1), /not a database/);
    await broken.close();
  });

  const open: Book[] = [];
  afterEach(() => Promise.all(open.splice(0).map((book) => book.close())));
  const bookOn = (store: Store, patience = 300): Book => {
    const book = new Book(store, { limits: { patience, retry: [50, 200] } });
    open.push(book);
    return book;
  };
  const until = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 1200 && !what(); i++) await delay(25);
    assert.ok(what());
  };

  it('a file that another program locks: statuses go on, and all is written when it lets go', async function () {
    this.timeout(30_000);
    const book = bookOn(new SqliteStore(file));
    await book.untaken('rule', []);
    await book.commit('rule', [statusAt(0, 1)]);
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const other = new DatabaseSync(file);
    other.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE');
    const start = performance.now();
    assert.equal((await book.commit('rule', [statusAt(0, 2, { at: 1 })])).length, 1);
    assert.ok(performance.now() - start < 5000);
    assert.equal(book.health().history, 'late');
    await until(() => /locked|busy/.test(book.health().reason ?? ''));
    other.exec('ROLLBACK');
    other.close();
    await until(() => book.health().history === 'kept' && book.health().waiting === 0);
    assert.equal((await book.history({})).entries.length, 2);
  });

  it('a disk that is really full: statuses go on, history says so and catches up', async function () {
    this.timeout(60_000);
    const disk = SmallDisk.mount(path.join(folder, 'disk'), 1);
    if (disk === undefined) {
      console.log('SKIPPED: a really full disk can only be had as root (a tmpfs of 1 MB)');
      return this.skip();
    }
    try {
      const store = new SqliteStore(path.join(disk.folder, 'one.sqlite'));
      const patience = 5000;
      const book = bookOn(store, patience);
      await book.untaken('rule', []);
      const big = 'x'.repeat(4000);
      await book.commit('rule', [statusAt(0, 1)]);
      assert.equal(book.health().history, 'kept');
      disk.fill(100_000);
      let sent = 1;
      for (; sent < 400 && book.health().history === 'kept';) {
        sent++;
        assert.equal((await book.commit('rule', [statusAt(0, sent, { at: sent, reason: big })])).length, 1);
      }
      assert.match(book.health().reason ?? '', /full|disk I\/O|unable/);
      for (let more = 0; more < 20; more++) {
        sent++;
        const start = performance.now();
        await book.commit('rule', [statusAt(0, sent, { at: sent })]);
        assert.ok(performance.now() - start < patience / 2, 'nobody waits for a disk that is known to be full');
      }
      assert.ok(book.health().waiting >= 20);
      disk.empty();
      await until(() => book.health().history === 'kept' && book.health().waiting === 0);
      const { ok, entries } = await store.check();
      assert.deepEqual([ok, entries, book.health().missing], [true, sent, 0]);
    } finally {
      await Promise.all(open.splice(0).map((book) => book.close()));
      disk.unmount();
    }
  });

  it('a folder that cannot be written: statuses go on, and history begins when it can', async function () {
    this.timeout(30_000);
    const disk = SmallDisk.mount(path.join(folder, 'disk'), 1);
    if (isRoot && disk === undefined) {
      console.log('SKIPPED: to root a folder is never read-only, and nothing may be mounted here');
      return this.skip();
    }
    const lock = (readOnly: boolean): void => {
      if (disk === undefined) chmodSync(folder, readOnly ? 0o500 : 0o700);
      else disk.lock(readOnly);
    };
    try {
      lock(true);
      const store = new SqliteStore(path.join(disk?.folder ?? folder, 'one.sqlite'));
      const book = bookOn(store);
      assert.equal((await book.commit('rule', [statusAt(0, 1)])).length, 1);
      assert.equal(book.health().history, 'late');
      assert.ok((book.health().reason ?? '').length > 5);
      lock(false);
      await until(() => book.health().history === 'kept' && book.health().waiting === 0);
      assert.equal((await store.check()).entries, 1);
    } finally {
      await Promise.all(open.splice(0).map((book) => book.close()));
      lock(false);
      disk?.unmount();
    }
  });

  it('the thread ends with the store, and its warnings reach nobody', async () => {
    const heard: string[] = [];
    const listen = (warning: Error): void => void heard.push(warning.name);
    process.on('warning', listen);
    const store = new SqliteStore(file);
    await store.open(1);
    await store.append(batch([draft(0)]));
    await store.query({});
    await store.close();
    await delay(20);
    process.removeListener('warning', listen);
    assert.deepEqual(heard, []);
    await assert.rejects(store.append(batch([draft(1)])), /closed/);
    // the log beside it is written into the file when it is closed in order
    assert.equal(existsSync(`${file}-wal`), false);
  });
});
