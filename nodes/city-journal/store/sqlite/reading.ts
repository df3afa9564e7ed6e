/** Searching and checking a journal in SQLite, on a connection that only reads: nothing here holds back what is written. */
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { HistoryPage, HistoryQuery } from '../../journal-source';
import { Checking } from '../checking';
import { pageOf } from '../page';
import { questionOf, type Question } from '../question';
import { ROW, type Row } from '../rows';
import type { CheckResult } from '../store';
import { any, conditionsOf, FEW, inBoxes, join, order, type Piece } from '../where';
import { draftsOf, HASH } from './file';
import { hasPlaces } from './schema';

type Values = (string | number)[];

export function search(db: DatabaseSync, query: HistoryQuery, language?: string): HistoryPage {
  const question = questionOf(query, language);
  const pieces = conditionsOf(question, definitionsOf(db, question));
  if (question.zones !== undefined) pieces.push(inZones(db, question.zones));
  if (question.boxes !== undefined) pieces.push(inPlaces(db, question));
  const { sql, values } = join(pieces);
  // the bodies are looked up for the page alone
  const found = `SELECT seq FROM entry ${sql} ${order(question)}`;
  const way = question.newest ? 'DESC' : 'ASC';
  const rows = db
    .prepare(
      `SELECT ${ROW}, ${HASH} FROM entry e JOIN body USING (seq) WHERE e.seq IN (${found}) ORDER BY at ${way}, e.seq ${way}`,
    )
    .all(...(values as Values)) as unknown as Row[];
  return pageOf(rows, question.limit);
}

function definitionsOf(db: DatabaseSync, { status }: Question): string[] | undefined {
  if (status === undefined) return undefined;
  const rows = db.prepare('SELECT DISTINCT status FROM definition WHERE status = ? OR name = ?').all(status, status);
  return rows.map((row) => row['status'] as string);
}

function inZones(db: DatabaseSync, zones: readonly string[]): Piece {
  const { sql, values } = any('zone', zones);
  return (
    few(db, `SELECT DISTINCT seq FROM zone WHERE ${sql}`, values as Values) ?? {
      sql: `EXISTS (SELECT 1 FROM zone z WHERE ${sql} AND z.at = entry.at AND z.seq = entry.seq)`,
      values,
    }
  );
}

function inPlaces(db: DatabaseSync, question: Question): Piece {
  const exact = inBoxes(question);
  if (!hasPlaces(db)) return exact;
  const { boxes = [] } = question;
  // the index has 32-bit numbers, rounded outwards: it finds no fewer
  const one = '(east >= ? AND north >= ? AND west <= ? AND south <= ?)';
  const found = few(db, `SELECT seq FROM place WHERE ${boxes.map(() => one).join(' OR ')}`, boxes.flat());
  return found === undefined ? exact : join2(found, exact);
}

function join2(a: Piece, b: Piece): Piece {
  return { sql: `${a.sql} AND ${b.sql}`, values: [...a.values, ...b.values] };
}

function few(db: DatabaseSync, select: string, values: Values): Piece | undefined {
  const rows = db.prepare(`${select} LIMIT ${FEW + 1}`).all(...values);
  if (rows.length > FEW) return undefined;
  return { sql: 'seq IN (SELECT value FROM json_each(?))', values: [JSON.stringify(rows.map(({ seq }) => seq))] };
}

export function check(db: DatabaseSync, language?: string): CheckResult {
  // one moment of the file, whatever is written meanwhile
  db.exec('BEGIN');
  try {
    const meta = (name: string): string | undefined =>
      db.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.['value'] as string | undefined;
    const checking = new Checking(Number(meta('cut') ?? 0), meta('cutHash'), language);
    for (const { row, draft, columns } of draftsOf(db)) checking.entry(row.seq, row.hash, draft, columns);
    for (const [table, wanted] of [
      ['zone', checking.zones],
      ['body', checking.entries],
    ] as const) {
      checking.count(table, wanted, db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n'] as number);
    }
    for (const row of db.prepare('PRAGMA integrity_check(20)').all()) {
      const said = row['integrity_check'] as string;
      if (said !== 'ok') checking.fault(said);
    }
    return checking.result();
  } finally {
    db.exec('COMMIT');
  }
}

/** A copy that is whole in itself, and on the disk when this returns. */
export function backup(db: DatabaseSync, file: string, taken: string): void {
  if (existsSync(file)) throw new Error(taken);
  // as the journal itself: for nobody else on the machine
  closeSync(openSync(file, 'wx', 0o600));
  try {
    db.prepare('VACUUM INTO ?').run(file);
  } catch (thrown) {
    rmSync(file, { force: true });
    throw thrown;
  }
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
