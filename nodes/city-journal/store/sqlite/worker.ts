/** The thread that waits for the disk. A file of its own: it is started by its path. */
import { parentPort, workerData } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { text } from '../../../ecdm/text';
import { JournalFile, openDatabase, type Sqlite } from './file';
import type { Answer, Ask, Calls, WorkerSettings } from './protocol';
import { backup, check, search } from './reading';

const settings = workerData as WorkerSettings;
const { language } = settings;
let sqlite: Sqlite | undefined;
let open: { db: DatabaseSync; journal: JournalFile } | undefined;

/** Node says that its SQLite is experimental: whoever reads the log of a city can do nothing about that. */
function loadSqlite(): Sqlite {
  // of this thread alone; its other warnings would be of use to nobody either
  process.emitWarning = () => undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- older versions do not have it
  return require('node:sqlite') as Sqlite;
}

function opened(): { db: DatabaseSync; journal: JournalFile } {
  if (open === undefined) {
    const db = openDatabase((sqlite ??= loadSqlite()), settings);
    open = { db, journal: new JournalFile(db) };
  }
  return open;
}

function close(): void {
  const before = open;
  open = undefined;
  before?.db.close();
}

const calls: { [K in keyof Calls]: (...args: Parameters<Calls[K]>) => ReturnType<Calls[K]> } = {
  open: (statuses) => opened().journal.load(statuses),
  append: (batch) => opened().journal.append(batch),
  prune: (retention, now) => opened().journal.prune(retention, now),
  query: (query) => search(opened().db, query, language),
  check: () => check(opened().db, language),
  backup: (target) => backup(opened().db, target, text(language, 'journal.backupThere', { file: target })),
  close,
};

function answer({ id, call, args }: Ask): Answer {
  try {
    return { id, result: (calls[call] as (...given: unknown[]) => unknown)(...args) };
  } catch (thrown) {
    // after an error of the disk nobody knows what a connection still believes: the next call opens the file anew
    try {
      close();
    } catch {
      open = undefined;
    }
    return { id, error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

parentPort!.on('message', (ask: Ask) => parentPort!.postMessage(answer(ask)));
