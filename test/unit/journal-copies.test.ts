/** Copies of a journal that the form makes: how many there may be, and what they leave of the disk. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Copies, MOST_COPIES } from '../../nodes/city-journal/copies';
import { journalRoutes, type Running } from '../../nodes/city-journal/routes';
import type { RuntimeApi } from '../../nodes/runtime/node-red';
import { SmallDisk } from '../support/small-disk';

describe('copies of a journal', () => {
  let folder: string;
  let journal: string;
  const write = async (file: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    writeFileSync(file, 'copy');
  };
  const copies = (): string[] => readdirSync(folder).filter((name) => name.startsWith('journal-2'));

  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'copies-')), 'city-events');
    mkdirSync(folder);
    journal = path.join(folder, 'journal-9f3c.sqlite');
    writeFileSync(journal, 'journal');
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  it('are ten at most, none is deleted, and what else lies there does not count', async () => {
    for (const name of ['journal-9f3c.sqlite-wal', 'rule.jsonl', 'journal-of-mine.sqlite'])
      writeFileSync(path.join(folder, name), '');
    const made = new Copies(folder);
    for (let i = 0; i < MOST_COPIES; i++) assert.ok('file' in (await made.make(write, journal)));
    const all = copies();
    assert.equal(all.length, MOST_COPIES);
    assert.deepEqual(await made.make(write, journal), { fault: 'copies', count: MOST_COPIES });
    // also after a restart
    assert.deepEqual(await new Copies(folder).make(write, journal), { fault: 'copies', count: MOST_COPIES });
    assert.deepEqual(copies(), all);
    rmSync(path.join(folder, all[0]!));
    assert.ok('file' in (await made.make(write, journal)));
  });

  it('are made one after the other, also after one that has failed', async () => {
    const made = new Copies(folder);
    const answers = await Promise.all(Array.from({ length: 30 }, () => made.make(write, journal)));
    assert.deepEqual(
      answers.slice(1).filter((answer) => !('fault' in answer && answer.fault === 'copying')),
      [],
    );
    assert.equal(copies().length, 1);
    await assert.rejects(
      made.make(() => Promise.reject(new Error('broken')), journal),
      /broken/,
    );
    assert.ok('file' in (await made.make(write, journal)));
  });

  it('fail for the reason that the journal has, where there is none', async () => {
    const why = (): Promise<void> => Promise.reject(new Error('this Node.js has no SQLite'));
    await assert.rejects(new Copies(folder).make(why, path.join(folder, 'none.sqlite')), /no SQLite/);
  });

  it('leave as much free on the disk as the journal takes', async function () {
    const disk = SmallDisk.mount(path.join(folder, 'disk'), 4);
    if (disk === undefined) {
      console.log('SKIPPED: a small disk can only be had as root (a tmpfs of 4 MB)');
      return this.skip();
    }
    try {
      const large = path.join(disk.folder, 'journal-9f3c.sqlite');
      writeFileSync(large, Buffer.alloc(1_200_000));
      const made = new Copies(disk.folder);
      assert.ok('file' in (await made.make(write, large)));
      writeFileSync(large, Buffer.alloc(1_500_000));
      const no = await made.make(write, large);
      assert.ok('fault' in no && no.fault === 'copyRoom', JSON.stringify(no));
      assert.equal(no.needs, 3_000_000);
      assert.ok(no.free > 2_000_000 && no.free < 3_000_000, String(no.free));
    } finally {
      disk.unmount();
    }
  });

  it('the route says in words why there is none', async () => {
    const routes = new Map<string, (request: object, response: object) => void>();
    const route = (address: string, _allowed: unknown, run: (request: object, response: object) => void): unknown =>
      routes.set(address, run);
    const RED = {
      _: (key: string, parameters: object) => `${key} ${JSON.stringify(parameters)}`,
      auth: { needsPermission: () => undefined },
      httpAdmin: { get: route, post: route },
      settings: { userDir: path.dirname(folder) },
    };
    const running = new Map([['9f3c', { store: { backup: write }, file: journal } as unknown as Running]]);
    journalRoutes(RED as unknown as RuntimeApi, running);
    const ask = (): Promise<[number, { file?: string; error?: string }]> =>
      new Promise((resolve) => {
        const response = {
          json: (body: object) => resolve([200, body]),
          status: (code: number) => ({ json: (body: object) => resolve([code, body]) }),
        };
        routes.get('/city-events/city-journal/:id/backup')!({ params: { id: '9f3c' }, body: {} }, response);
      });
    for (let i = 0; i < MOST_COPIES; i++) assert.equal((await ask())[0], 200);
    const [status, { error }] = await ask();
    assert.equal(status, 409);
    assert.equal(error, `error.copies ${JSON.stringify({ count: MOST_COPIES, folder })}`);
    assert.equal(copies().length, MOST_COPIES);
  });
});
