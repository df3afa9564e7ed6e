/** Whether what the journal was told is on its disk: what others keep until then is forgotten by them only after a yes. */
import assert from 'node:assert/strict';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Book } from '../../nodes/city-journal/book';
import type { Note } from '../../nodes/city-journal/journal-source';
import type { WriterLimits } from '../../nodes/city-journal/writer';
import { MemoryStore } from '../support/memory-store';

const note = (n: number): Note => ({ kind: 'command', node: 'lamp', body: { n } });
const limits: Partial<WriterLimits> = { patience: 20, waiting: 4, retry: [5, 5] };

describe('journal: what is written', () => {
  const books: Book[] = [];
  const open = (store: MemoryStore): Book => {
    const book = new Book(store, { limits });
    books.push(book);
    return book;
  };
  /** A hung disk, and how to let it go on. */
  const hung = (store: MemoryStore): (() => void) => {
    let release!: () => void;
    store.hang = new Promise((resolve) => (release = resolve));
    return release;
  };
  /** A disk that refuses the first entry, and somebody who waits for that. */
  const refused = async (): Promise<{ store: MemoryStore; book: Book; asked: Promise<boolean> }> => {
    const store = new MemoryStore();
    const book = open(store);
    await book.commit('rule', []);
    store.broken = 'the disk is full';
    book.note(note(1));
    return { store, book, asked: book.written() };
  };
  const notYet = async (asked: Promise<boolean>): Promise<void> => {
    // longer than anybody waits for a commit
    assert.equal(await Promise.race([asked, delay(60, 'waits')]), 'waits');
  };
  afterEach(async () => {
    await Promise.all(books.splice(0).map((book) => book.close()));
  });

  it('is told when it is on the disk, and at once where nothing waits', async () => {
    const store = new MemoryStore();
    const book = open(store);
    book.note(note(1));
    assert.equal(await book.written(), true);
    assert.equal(store.entries.length, 1);
    let told = false;
    void book.written().then(() => (told = true));
    await turn();
    assert.ok(told);
  });

  it('waits for a disk that hangs for longer than a rule does', async () => {
    const store = new MemoryStore();
    const release = hung(store);
    const book = open(store);
    book.note(note(1));
    const asked = book.written();
    await notYet(asked);
    release();
    assert.equal(await asked, true);
    assert.equal(store.entries.length, 1);
  });

  it('waits for a disk that refuses', async () => {
    const { store, book, asked } = await refused();
    await notYet(asked);
    assert.equal(book.health().history, 'late');
    store.broken = undefined;
    assert.equal(await asked, true);
    assert.equal(store.entries.length, 1);
  });

  it('says no where more came than may wait', async () => {
    const store = new MemoryStore();
    store.broken = 'the disk is full';
    const book = open(store);
    for (let n = 1; n <= 4; n++) book.note(note(n));
    const asked = book.written();
    book.note(note(5));
    assert.equal(await book.written(), false);
    store.broken = undefined;
    assert.equal(await asked, true, 'those before it have their place');
    assert.deepEqual(
      store.entries.slice(0, 4).map(({ body }) => body),
      [1, 2, 3, 4].map((n) => ({ n })),
    );
  });

  it('says no at the end for what is not on the disk, and afterwards', async () => {
    const { store, book, asked } = await refused();
    await book.close();
    assert.equal(await asked, false);
    book.note(note(2));
    assert.equal(await book.written(), false);
    assert.deepEqual(store.entries, []);
  });
});
