import type { HistoryPage, HistoryQuery } from '../../journal-source';
import { text } from '../../../ecdm/text';
import { GENESIS, hashOf } from '../chain';
import { Checking } from '../checking';
import { columnsOf } from '../columns';
import { pageOf } from '../page';
import { questionOf, type Box, type Question } from '../question';
import { draftOfRow, ROW, type Row } from '../rows';
import type { Batch, CheckResult, Draft, Loaded, Retention, Store } from '../store';
import { conditionsOf, FEW, inBoxes, join, order, type Piece } from '../where';
import { Connections, type Address, type Run } from './client';
import { isUnderstood, POINT, tablesOf } from './schema';

const HASH = `encode(hash, 'hex') AS hash`;
/** Rows of one INSERT: a statement has at most 65,535 values. */
const ROWS_AT_ONCE = 500;
const CHECKED_AT_ONCE = 2000;
const PRUNED_AT_ONCE = 2000;
const MEGABYTE = 1_000_000;
/** Bytes of an entry beside its body and text, indices included, as measured. */
const ROW_AND_INDICES = 700;

/** Whole numbers of 64 bits come as text; none of ours is that large. */
type Raw = Omit<Row, 'seq' | 'at'> & { seq: string; at: string };

/** Tables in a schema of a PostgreSQL. Connects again by itself; what could not be written is asked for again. */
export class PostgresStore implements Store {
  readonly kind = 'postgres';
  private readonly connections: Connections;
  private postgis = false;
  /** The schema as it stands in a statement: a name such as "user" would be something else. */
  private readonly schema: string;

  /** @param language of what is wrong with a query, and of what a check finds */
  constructor(
    address: Address,
    private readonly language?: string,
  ) {
    this.schema = `"${address.schema}"`;
    this.connections = new Connections(address, language);
  }

  open(statuses: number): Promise<Loaded> {
    return this.alone(async (run) => {
      await this.prepare(run);
      const rows = await run<Raw>({
        sql: `SELECT ${ROW}, ${HASH} FROM ${this.entry} e WHERE kind = 'status' ORDER BY seq DESC LIMIT ?`,
        values: [statuses],
      });
      const alarms = await run<{ body: string }>(`SELECT body FROM ${this.schema}.alarm`);
      const taken = await run<{ seq: string; taker: string }>(`SELECT seq, taker FROM ${this.schema}.taken`);
      return {
        alarms: alarms.map(({ body }) => body),
        statuses: pageOf(rows.reverse().map(rowOf), Infinity).entries,
        settled: Number((await this.meta(run, 'settled')) ?? 0),
        taken: taken.map(({ seq, taker }) => [Number(seq), taker]),
      };
    });
  }

  append({ id, drafts, alarms, taken, settled }: Batch): Promise<number> {
    const s = this.schema;
    return this.alone(async (run) => {
      // it had arrived, and the answer had not
      const [known, first] = ((await this.meta(run, 'batch')) ?? '').split(' ');
      if (known === id) return Number(first);
      const { seq } = await this.last(run);
      await this.write(run, drafts);
      const gone = [...alarms].filter(([, body]) => body === undefined).map(([alarm]) => alarm);
      if (gone.length > 0) await run({ sql: `DELETE FROM ${s}.alarm WHERE alarm = ANY(?)`, values: [gone] });
      const kept = [...alarms].filter((one): one is [string, string] => one[1] !== undefined);
      await insert(run, `${s}.alarm`, kept, 'ON CONFLICT (alarm) DO UPDATE SET body = excluded.body');
      await insert(run, `${s}.taken`, taken, 'ON CONFLICT DO NOTHING');
      if (settled !== undefined) {
        await run({ sql: `DELETE FROM ${s}.taken WHERE seq <= ?`, values: [settled] });
        await this.setMeta(run, 'settled', String(settled));
      }
      await this.setMeta(run, 'batch', `${id} ${seq + 1}`);
      return seq + 1;
    });
  }

  async query(query: HistoryQuery): Promise<HistoryPage> {
    const question = questionOf(query, this.language);
    return this.reading(async (run) => {
      const pieces = conditionsOf(question, await this.definitions(run, question));
      if (question.zones !== undefined) pieces.push({ sql: 'zones && ?', values: [[...question.zones]] });
      if (question.boxes !== undefined) pieces.push(await this.inPlaces(run, question.boxes, inBoxes(question)));
      const { sql, values } = join(pieces);
      const rows = await run<Raw>({
        sql: `SELECT ${ROW}, ${HASH} FROM ${this.entry} e ${sql} ${order(question)}`,
        values,
      });
      return pageOf(rows.map(rowOf), question.limit);
    });
  }

  check(): Promise<CheckResult> {
    return this.reading(async (run) => {
      const checking = new Checking(
        Number((await this.meta(run, 'cut')) ?? 0),
        await this.meta(run, 'cutHash'),
        this.language,
      );
      const more = 'status, domain, state, severity, lon, lat, text, zones';
      for (let after = 0; ;) {
        const rows = await run<Raw & Record<string, unknown>>({
          sql: `SELECT ${ROW}, ${HASH}, ${more} FROM ${this.entry} e WHERE seq > ? ORDER BY seq LIMIT ${CHECKED_AT_ONCE}`,
          values: [after],
        });
        for (const raw of rows) {
          const row = rowOf(raw);
          checking.entry(row.seq, row.hash, draftOfRow(row), raw);
        }
        if (rows.length === 0) break;
        after = Number(rows.at(-1)!.seq);
      }
      const [found] = await run<{ n: string }>(`SELECT coalesce(sum(cardinality(zones)), 0) AS n FROM ${this.entry}`);
      checking.count('zones', checking.zones, Number(found!.n));
      return checking.result();
    });
  }

  /** As in SQLite: whole beginnings, a few entries at a time. */
  prune({ days, megabytes }: Retention, now: number): Promise<number> {
    return this.alone(async (run) => {
      const one = async (sql: string, ...values: number[]): Promise<number | undefined> => {
        const [row] = await run<{ n: string | null }>({ sql, values });
        return typeof row?.n === 'string' ? Number(row.n) : undefined;
      };
      const oldest = await one(`SELECT min(seq) AS n FROM ${this.entry}`);
      if (oldest === undefined) return 0;
      const { seq: newest } = await this.last(run);
      const most = Math.min(oldest + PRUNED_AT_ONCE - 1, newest);
      const size = await this.size(run, newest - oldest + 1);
      // only these are looked at, however many are old
      const young = `SELECT min(seq) AS n FROM ${this.entry} WHERE seq <= ? AND at >= ?`;
      const upTo =
        size > megabytes * MEGABYTE
          ? Math.min(most, newest - 1)
          : ((await one(young, most, now - days * 86_400_000)) ?? most + 1) - 1;
      return upTo < oldest ? 0 : this.cut(run, oldest, upTo, now);
    });
  }

  backup(): Promise<void> {
    return Promise.reject(new Error(text(this.language, 'journal.backupPostgres')));
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private get entry(): string {
    return `${this.schema}.entry`;
  }

  private async prepare(run: Run): Promise<void> {
    const s = this.schema;
    const [there] = await run<{ known: boolean }>(`SELECT to_regclass('${s}.meta') IS NOT NULL AS known`);
    if (there!.known && !isUnderstood(await this.meta(run, 'version'))) {
      throw new Error(text(this.language, 'journal.newer'));
    }
    const [found] = await run<{ n: string }>(`SELECT count(*) AS n FROM pg_extension WHERE extname = 'postgis'`);
    if (!there!.known) await run(tablesOf(s, found!.n === '1'));
    // the index of places was made once: it decides, though PostGIS may have come later
    this.postgis = (await this.meta(run, 'postgis')) === 'true';
  }

  /** About how many bytes the entries take: the tables themselves shrink only when the database tidies them up. */
  private async size(run: Run, entries: number): Promise<number> {
    const [row] = await run<{ bytes: string }>(
      `SELECT avg(octet_length(body) + octet_length(text)) AS bytes
        FROM (SELECT body, text FROM ${this.entry} ORDER BY seq DESC LIMIT 1000) AS newest`,
    );
    return entries * (Number(row!.bytes) + ROW_AND_INDICES);
  }

  private async cut(run: Run, from: number, upTo: number, now: number): Promise<number> {
    const [row] = await run<{ hash: string }>({
      sql: `SELECT ${HASH} FROM ${this.entry} WHERE seq = ?`,
      values: [upTo],
    });
    const { hash } = row!;
    await this.setMeta(run, 'cut', String(upTo));
    await this.setMeta(run, 'cutHash', hash);
    await run({ sql: `DELETE FROM ${this.entry} WHERE seq <= ?`, values: [upTo] });
    const body = JSON.stringify({ what: 'retention', upTo, hash });
    await this.write(run, [{ at: now, kind: 'system', node: '', body }]);
    return upTo - from + 1;
  }

  private async write(run: Run, drafts: readonly Draft[]): Promise<void> {
    let { seq, hash } = await this.last(run);
    const definitions = new Map<string, [string, string]>();
    const rows = drafts.map((draft) => {
      hash = hashOf(hash, ++seq, draft);
      const { at, kind, node, alarm = null, statusId = null, revision = null, body } = draft;
      const { status, name, domain, state, severity, lon, lat, text: words, zones } = columnsOf(kind, body);
      if (status !== null) definitions.set(`${status}|${name}`, [status, name ?? status]);
      return [
        seq, at, kind, node, alarm, statusId, revision, Buffer.from(hash, 'hex'),
        status, domain, state, severity, lon, lat, words, [...zones], body,
      ]; // prettier-ignore
    });
    await insert(run, this.entry, rows);
    await insert(run, `${this.schema}.definition`, [...definitions.values()], 'ON CONFLICT DO NOTHING');
  }

  private async last(run: Run): Promise<{ seq: number; hash: string }> {
    const [row] = await run<{ seq: string; hash: string }>(
      `SELECT seq, ${HASH} FROM ${this.entry} ORDER BY seq DESC LIMIT 1`,
    );
    return row === undefined ? { seq: 0, hash: GENESIS } : { seq: Number(row.seq), hash: row.hash };
  }

  private async meta(run: Run, name: string): Promise<string | undefined> {
    const sql = `SELECT value FROM ${this.schema}.meta WHERE name = ?`;
    return (await run<{ value: string }>({ sql, values: [name] }))[0]?.value;
  }

  private async setMeta(run: Run, name: string, value: string): Promise<void> {
    const sql = `INSERT INTO ${this.schema}.meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
    await run({ sql, values: [name, value] });
  }

  private async definitions(run: Run, { status }: Question): Promise<string[] | undefined> {
    if (status === undefined) return undefined;
    const sql = `SELECT DISTINCT status FROM ${this.schema}.definition WHERE status = ? OR name = ?`;
    return (await run<{ status: string }>({ sql, values: [status, status] })).map((row) => row.status);
  }

  /** The planner takes a box for small: with one that holds nearly everything it would collect and sort all of it for a page. */
  private async inPlaces(run: Run, boxes: readonly Box[], exact: Piece): Promise<Piece> {
    const one = this.postgis
      ? `${POINT.postgis} && ST_MakeEnvelope(?, ?, ?, ?, 4326)`
      : `${POINT.plain} <@ box(point(?, ?), point(?, ?))`;
    const inIt = `lon IS NOT NULL AND (${boxes.map(() => one).join(' OR ')})`;
    const [few] = await run<{ n: string }>({
      sql: `SELECT count(*) AS n FROM (SELECT 1 FROM ${this.entry} WHERE ${inIt} LIMIT ${FEW + 1}) AS few`,
      values: boxes.flat(),
    });
    if (Number(few!.n) > FEW) return exact;
    return { sql: `(${inIt} AND ${exact.sql})`, values: [...boxes.flat(), ...exact.values] };
  }

  /** One at a time, whoever else writes the same journal: a chain has one end. */
  private alone<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.connections.together(async (run) => {
      await run({ sql: 'SELECT pg_advisory_xact_lock(hashtext(?))', values: [`city-journal ${this.schema}`] });
      return work(run);
    });
  }

  /** One moment of the journal, whatever is written meanwhile. */
  private reading<T>(work: (run: Run) => Promise<T>): Promise<T> {
    return this.connections.together(work, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  }
}

function rowOf(raw: Raw): Row {
  return { ...raw, seq: Number(raw.seq), at: Number(raw.at) };
}

async function insert(run: Run, table: string, rows: readonly (readonly unknown[])[], more = ''): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    const row = `(${some[0]!.map(() => '?').join(', ')})`;
    await run({ sql: `INSERT INTO ${table} VALUES ${some.map(() => row).join(', ')} ${more}`, values: some.flat() });
  }
}
