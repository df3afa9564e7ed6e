/** The connections to a database. The driver is not part of this package: it is loaded when a journal asks for it. */
import type * as PgModule from 'pg';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { text } from '../../../ecdm/text';
import type { Piece } from '../where';

export interface Address {
  url: string;
  user: string;
  password: string;
  schema: string;
}

type Driver = typeof PgModule;

/** One writes, the others search and check. */
const CONNECTIONS = 3;
/** A server that does not answer for so long is asked again on a new connection, in milliseconds. */
const CONNECTS_WITHIN = 5000;
const ANSWERS_WITHIN = 60_000;

export type Run = <R extends QueryResultRow>(piece: Piece | string) => Promise<R[]>;

export class Connections {
  private pool: Pool | undefined;
  private ended = false;

  /** @param language of what is wrong */
  constructor(
    private readonly address: Address,
    private readonly language: string | undefined,
  ) {}

  /** Runs statements in one transaction; a connection on which one failed is not used again. */
  async together<T>(work: (run: Run) => Promise<T>, begin = 'BEGIN'): Promise<T> {
    const client = await this.open().connect();
    try {
      await client.query(begin);
      const result = await work((piece) => runOn(client, piece));
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (thrown) {
      client.release(true);
      throw readable(thrown);
    }
  }

  async close(): Promise<void> {
    this.ended = true;
    const { pool } = this;
    this.pool = undefined;
    await pool?.end();
  }

  private open(): Pool {
    if (this.pool !== undefined) return this.pool;
    // what comes late must not open connections that nobody ends
    if (this.ended) throw new Error(text(this.language, 'journal.closed'));
    const { Pool: Pools } = this.loadDriver();
    const url = new URL(this.address.url);
    const { user, password } = this.address;
    if (user !== '') url.username = encodeURIComponent(user);
    if (password !== '') url.password = encodeURIComponent(password);
    this.pool = new Pools({
      connectionString: url.href,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECTS_WITHIN,
      query_timeout: ANSWERS_WITHIN,
      keepAlive: true,
      application_name: 'city-events journal',
    });
    // a connection that is lost while nobody uses it; the next one who needs it gets a new one
    this.pool.on('error', () => undefined);
    // one that is lost while it is asked rejects what was asked; without a listener it would end Node-RED as well
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    return this.pool;
  }

  private loadDriver(): Driver {
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer
      return require('pg') as Driver;
    } catch (thrown) {
      throw new Error(text(this.language, 'journal.noDriver'), { cause: thrown });
    }
  }
}

async function runOn<R extends QueryResultRow>(client: PoolClient, piece: Piece | string): Promise<R[]> {
  if (typeof piece === 'string') return (await client.query<R>(piece)).rows;
  let n = 0;
  const { rows } = await client.query<R>(
    piece.sql.replaceAll('?', () => `$${++n}`),
    piece.values,
  );
  return rows;
}

/** Some errors of a network have no message of their own. */
function readable(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (thrown.message !== '') return thrown;
  return new Error((thrown as NodeJS.ErrnoException).code ?? thrown.name, { cause: thrown });
}
