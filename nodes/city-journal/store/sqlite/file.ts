/** The file of a journal while it is open. Everything here waits for the disk: it runs in a worker. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import type * as SqliteModule from 'node:sqlite';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { GENESIS, hashOf } from '../chain';
import { columnsOf } from '../columns';
import { draftOfRow, entryOfRow, ROW, type Row } from '../rows';
import type { Batch, Draft, Loaded, Retention } from '../store';
import type { WorkerSettings } from './protocol';
import { hasPlaces, prepare, rollback } from './schema';

export type Sqlite = typeof SqliteModule;
export const HASH = 'lower(hex(hash)) AS hash';

/** Entries that retention takes away at once: what waits to be written does not wait long. */
const PRUNED_AT_ONCE = 2000;
const MEGABYTE = 1_000_000;

/** Opens a file; for reading it must be there. */
export function openDatabase(sqlite: Sqlite, { file, readOnly, language }: WorkerSettings): DatabaseSync {
  if (!readOnly) {
    mkdirSync(path.dirname(file), { recursive: true });
    // names of people are in it: for nobody else on the machine
    closeSync(openSync(file, 'a', 0o600));
  }
  const db = new sqlite.DatabaseSync(file, { readOnly });
  try {
    db.exec('PRAGMA busy_timeout = 1000');
    if (!readOnly) {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16000000');
      prepare(db, language);
    }
  } catch (thrown) {
    db.close();
    throw thrown;
  }
  return db;
}

export class JournalFile {
  private readonly statements = new Map<string, StatementSync>();
  private readonly places: boolean;

  constructor(private readonly db: DatabaseSync) {
    this.places = hasPlaces(db);
  }

  load(statuses: number): Loaded {
    const rows = this.all(
      `SELECT ${ROW}, ${HASH} FROM entry e JOIN body USING (seq) WHERE kind = 'status' ORDER BY seq DESC LIMIT ?`,
      statuses,
    ) as unknown as Row[];
    return {
      alarms: this.all('SELECT body FROM alarm').map(({ body }) => body as string),
      statuses: rows.reverse().map(entryOfRow),
      settled: Number(this.meta('settled') ?? 0),
      taken: this.all('SELECT seq, taker FROM taken').map(({ seq, taker }) => [seq as number, taker as string]),
    };
  }

  append({ id, drafts, alarms, taken, settled }: Batch): number {
    return this.together(() => {
      // it had arrived, and the answer had not
      const [known, first] = (this.meta('batch') ?? '').split(' ');
      if (known === id) return Number(first);
      const begin = this.last().seq + 1;
      this.write(drafts);
      for (const [alarm, body] of alarms) {
        if (body === undefined) this.run('DELETE FROM alarm WHERE alarm = ?', alarm);
        else this.run('INSERT OR REPLACE INTO alarm VALUES (?, ?)', alarm, body);
      }
      for (const [seq, taker] of taken) this.run('INSERT OR IGNORE INTO taken VALUES (?, ?)', seq, taker);
      if (settled !== undefined) {
        this.run('DELETE FROM taken WHERE seq <= ?', settled);
        this.setMeta('settled', String(settled));
      }
      this.setMeta('batch', `${id} ${begin}`);
      return begin;
    });
  }

  /**
   * Takes away the oldest entries, a few at a time; the hash of the last of them stays, so that the chain can be followed
   * from there, and an entry says so.
   * @returns how many; 0 when there is nothing (more) to be taken away
   */
  prune({ days, megabytes }: Retention, now: number): number {
    const [oldest] = this.all('SELECT min(seq) AS seq FROM entry') as { seq: number | null }[];
    const { seq: newest } = this.last();
    if (typeof oldest?.seq !== 'number') return 0;
    const most = Math.min(oldest.seq + PRUNED_AT_ONCE - 1, newest);
    const upTo =
      this.size() > megabytes * MEGABYTE
        ? Math.min(most, newest - 1)
        : this.lastBefore(now - days * 86_400_000, oldest.seq, most);
    return upTo < oldest.seq ? 0 : this.cut(oldest.seq, upTo, now);
  }

  /** The last one of a stretch with which all before it are older; only these are looked at, however many are old. */
  private lastBefore(time: number, from: number, upTo: number): number {
    const sql = 'SELECT min(seq) AS seq FROM entry WHERE seq BETWEEN ? AND ? AND at >= ?';
    const [young] = this.all(sql, from, upTo, time) as { seq: number | null }[];
    return (young?.seq ?? upTo + 1) - 1;
  }

  /** Bytes that are in use. */
  size(): number {
    const pragma = (name: string): number => Object.values(this.all(`PRAGMA ${name}`)[0]!)[0] as number;
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  close(): void {
    this.db.close();
  }

  private cut(from: number, upTo: number, now: number): number {
    return this.together(() => {
      const rows = this.all(
        `SELECT ${ROW}, ${HASH} FROM entry e JOIN body USING (seq) WHERE e.seq <= ?`,
        upTo,
      ) as unknown as Row[];
      const { hash } = rows.find(({ seq }) => seq === upTo)!;
      this.setMeta('cut', String(upTo));
      this.setMeta('cutHash', hash);
      for (const row of rows) {
        const { zones } = columnsOf(row.kind, row.body);
        for (const zone of zones)
          this.run('DELETE FROM zone WHERE zone = ? AND at = ? AND seq = ?', zone, row.at, row.seq);
      }
      if (this.places) this.run('DELETE FROM place WHERE seq <= ?', upTo);
      this.run('DELETE FROM body WHERE seq <= ?', upTo);
      this.run('DELETE FROM entry WHERE seq <= ?', upTo);
      this.write([{ at: now, kind: 'system', node: '', body: JSON.stringify({ what: 'retention', upTo, hash }) }]);
      return upTo - from + 1;
    });
  }

  private write(drafts: readonly Draft[]): void {
    let { seq, hash } = this.last();
    for (const draft of drafts) {
      hash = hashOf(hash, ++seq, draft);
      this.insert(seq, hash, draft);
    }
  }

  private insert(seq: number, hash: string, draft: Draft): void {
    const { at, kind, node, alarm = null, statusId = null, revision = null, body } = draft;
    const { status, name, domain, state, severity, lon, lat, text, zones } = columnsOf(kind, body);
    this.run(
      'INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      seq, at, kind, node, alarm, statusId, revision, Buffer.from(hash, 'hex'),
      status, domain, state, severity, lon, lat, text,
    ); // prettier-ignore
    this.run('INSERT INTO body VALUES (?, ?)', seq, body);
    for (const zone of zones) this.run('INSERT INTO zone VALUES (?, ?, ?)', zone, at, seq);
    if (status !== null) this.run('INSERT OR IGNORE INTO definition VALUES (?, ?)', status, name ?? status);
    if (this.places && lon !== null && lat !== null) {
      this.run('INSERT INTO place VALUES (?, ?, ?, ?, ?)', seq, lon, lon, lat, lat);
    }
  }

  /** The end of the chain. */
  private last(): { seq: number; hash: string } {
    const [row] = this.all(`SELECT seq, ${HASH} FROM entry ORDER BY seq DESC LIMIT 1`);
    return (row as { seq: number; hash: string } | undefined) ?? { seq: 0, hash: GENESIS };
  }

  private meta(name: string): string | undefined {
    return this.all('SELECT value FROM meta WHERE name = ?', name)[0]?.['value'] as string | undefined;
  }

  private setMeta(name: string, value: string): void {
    this.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', name, value);
  }

  private together<T>(work: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } catch (thrown) {
      rollback(this.db);
      throw thrown;
    }
  }

  private run(sql: string, ...values: (string | number | null | Buffer)[]): void {
    this.statement(sql).run(...values);
  }

  private all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.statement(sql).all(...values);
  }

  private statement(sql: string): StatementSync {
    let known = this.statements.get(sql);
    if (known === undefined) this.statements.set(sql, (known = this.db.prepare(sql)));
    return known;
  }
}

/** Follows the rows of a file, oldest first. */
export function* draftsOf(db: DatabaseSync): Generator<{ row: Row; draft: Draft; columns: Record<string, unknown> }> {
  const more = 'status, domain, state, severity, lon, lat, text';
  const rows = db.prepare(
    `SELECT ${ROW}, ${HASH}, ${more} FROM entry e JOIN body USING (seq) WHERE e.seq > ? ORDER BY e.seq LIMIT 1000`,
  );
  for (let seq = 0; ;) {
    const page = rows.all(seq) as unknown as (Row & Record<string, unknown>)[];
    for (const row of page) yield { row, draft: draftOfRow(row), columns: row };
    if (page.length === 0) return;
    seq = page.at(-1)!.seq;
  }
}
