/**
 * Tables of a journal in SQLite. What is searched lies apart from the bodies, so that a search reads a tenth of the file.
 * Triggers refuse every change of an entry, and every deletion but that of a prefix that retention has given up.
 */
import type { DatabaseSync } from 'node:sqlite';
import { text } from '../../../ecdm/text';

/** "city" as a number: a file of somebody else is not touched. */
const APPLICATION = 0x63697479;
const VERSION = 1;

const TABLES = `
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, node TEXT NOT NULL,
  alarm TEXT, status_id TEXT, revision INTEGER, hash BLOB NOT NULL,
  status TEXT, domain TEXT, state TEXT, severity INTEGER, lon REAL, lat REAL, text TEXT NOT NULL
) STRICT;
CREATE TABLE body (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE zone (zone TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (zone, at, seq))
  STRICT, WITHOUT ROWID;
CREATE TABLE definition (status TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (status, name)) STRICT, WITHOUT ROWID;
CREATE TABLE alarm (alarm TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE taken (seq INTEGER NOT NULL, taker TEXT NOT NULL, PRIMARY KEY (seq, taker)) STRICT, WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE INDEX entry_at ON entry (at, kind, severity, state);
CREATE INDEX entry_alarm ON entry (alarm, at);
CREATE INDEX entry_status ON entry (status, at);
CREATE INDEX entry_domain ON entry (domain, at);
CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER body_fixed BEFORE UPDATE ON body BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry
  WHEN old.seq > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'cut'), 0)
  BEGIN SELECT RAISE(ABORT, 'entries are never deleted but by retention'); END;
CREATE TRIGGER body_kept BEFORE DELETE ON body
  WHEN old.seq > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'cut'), 0)
  BEGIN SELECT RAISE(ABORT, 'entries are never deleted but by retention'); END;
`;

const PLACES = 'CREATE VIRTUAL TABLE place USING rtree (seq, west, east, south, north)';

/**
 * Makes the tables of a new file; what is there must be a journal of a version that is understood.
 * @param language of what is wrong with it
 * @throws Error where it is no journal, or one of a later version
 */
export function prepare(db: DatabaseSync, language: string | undefined): void {
  const { application_id: application } = db.prepare('PRAGMA application_id').get() as { application_id: number };
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  if (tables > 0 && application !== APPLICATION) throw new Error(text(language, 'journal.notOurs'));
  if (version > VERSION) throw new Error(text(language, 'journal.newer'));
  if (tables > 0) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(TABLES);
    makePlaces(db);
    db.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}; COMMIT`);
  } catch (thrown) {
    rollback(db);
    throw thrown;
  }
}

/** Ends a transaction; SQLite has ended it already after some errors. */
export function rollback(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // there was none any more
  }
}

/** Whether places have an index; without it their columns are looked at one by one. */
export function hasPlaces(db: DatabaseSync): boolean {
  return db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'place'`).get() !== undefined;
}

function makePlaces(db: DatabaseSync): void {
  try {
    db.exec(PLACES);
  } catch (thrown) {
    // SQLite without R-tree
    if (!/no such module/.test(String(thrown))) throw thrown;
  }
}
