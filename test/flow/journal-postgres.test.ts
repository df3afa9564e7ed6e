/** The journal in PostgreSQL, with and without PostGIS: what every store does, and what only a server can do to it. */
import assert from 'node:assert/strict';
import { Book } from '../../nodes/city-journal/book';
import { PostgresStore } from '../../nodes/city-journal/store/postgres/postgres-store';
import { startCluster, type Cluster } from '../frost/cluster';
import { batch, draft, storeSuite } from '../support/journal-store-suite';
import { waitFor } from '../support/node-red';
import { statusAt } from '../support/statuses';
import { Wire } from '../support/wire';

describe('journal: PostgreSQL', function () {
  let cluster: Cluster;
  before(async function () {
    try {
      cluster = await startCluster();
    } catch (thrown) {
      console.log(`SKIPPED: ${String(thrown)}`);
      this.skip();
    }
  });
  after(() => cluster?.stop());

  let schemas = 0;
  let schema = '';
  let database = 'sensorthings';
  beforeEach(() => void (schema = `journal_${++schemas}`));
  const address = (name = database) => ({
    url: `postgresql://127.0.0.1:${cluster.port}/${name}`, user: 'frost', password: '', schema,
  }); // prettier-ignore

  const bench = () => ({
    open: () => Promise.resolve(new PostgresStore(address())),
    tamper: (sql: string) =>
      cluster.sql(`ALTER TABLE ${schema}.entry DISABLE TRIGGER USER; ${sql}`, database).then(() => undefined),
    refuses: (sql: string) => assert.rejects(cluster.sql(sql, database), /entries are never/),
    entry: `${schema}.entry`,
    body: `${schema}.entry`,
    backup: async (store: PostgresStore) => {
      await assert.rejects(store.backup(), /pg_dump/);
      return { entries: (await store.check()).entries };
    },
  });
  describe('with PostGIS, as every store', () => storeSuite(bench as never));

  describe('without PostGIS', () => {
    before(async () => {
      await cluster.sql('create database plain', 'postgres');
      database = 'plain';
    });
    after(() => void (database = 'sensorthings'));
    storeSuite(bench as never);
  });

  it('truncating is refused, too', async () => {
    const store = new PostgresStore(address());
    await store.open(1);
    await assert.rejects(cluster.sql(`TRUNCATE ${schema}.entry`), /entries are never/);
    await store.close();
  });

  it('a server that cuts the connection: statuses go on, and all is written when it answers again', async () => {
    const book = new Book(new PostgresStore(address()), { limits: { patience: 2000, retry: [50, 200] } });
    await book.untaken('rule', []);
    await book.commit('rule', [statusAt(0, 1)]);
    const cut = (allowed: boolean): Promise<string> => {
      const connect = `UPDATE pg_database SET datallowconn = ${allowed} WHERE datname = 'sensorthings'`;
      const end = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'city-events journal'`;
      return allowed ? cluster.sql(connect, 'postgres') : cluster.sql(`${connect}; ${end}`, 'postgres');
    };
    await cut(false);
    assert.equal((await book.commit('rule', [statusAt(0, 2, { at: 1 })])).length, 1);
    await waitFor('it to be late', () => book.health().history === 'late');
    assert.ok((book.health().reason ?? '') !== '');
    await cut(true);
    await waitFor('it to be kept', () => book.health().history === 'kept');
    await book.commit('rule', [statusAt(0, 3, { at: 2 })]);
    const { entries } = await book.history({});
    assert.deepEqual(
      entries.map(({ revision }) => revision),
      [3, 2, 1],
    );
    await book.close();
  });

  it('a connection that is lost while it is asked: what was asked fails, Node-RED goes on, and nothing is written twice', async () => {
    const wire = await Wire.to(cluster.port);
    const store = new PostgresStore({ ...address(), url: `postgresql://127.0.0.1:${wire.port}/${database}` });
    try {
      await store.open(1);
      // somebody holds the table, so that the question is on its way when the wire is cut
      const held = cluster.sql(`LOCK TABLE ${schema}.entry; SELECT pg_sleep(60)`).catch(() => undefined);
      const inTable = (how: string): Promise<boolean> =>
        cluster
          .sql(`SELECT count(*) FROM pg_locks WHERE relation = '${schema}.entry'::regclass AND ${how}`)
          .then((count) => Number(count) > 0);
      await waitFor('the table to be held', () => inTable(`granted AND mode = 'AccessExclusiveLock'`));
      const one = batch([draft(0)]);
      const append = store.append(one);
      const refused = assert.rejects(append, /terminated|connection|ECONNRESET/i);
      await waitFor('the question to wait', () => inTable('NOT granted'));
      wire.cut();
      await refused;
      await cluster.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`); // prettier-ignore
      await held;
      assert.equal(await store.append(one), 1);
      assert.equal((await store.query({})).entries.length, 1);
      await store.close();
      await assert.rejects(store.append(one), /closed/);
    } finally {
      await wire.close();
    }
  });

  it('says what is wrong with an address, without the password', async () => {
    const nowhere = new PostgresStore({ url: 'postgresql://127.0.0.1:1/city', user: 'u', password: 'hidden', schema });
    await assert.rejects(
      nowhere.open(1),
      (error: Error) => /ECONNREFUSED/.test(error.message) && !/hidden/.test(error.message),
    );
    await nowhere.close();
    const other = new PostgresStore(address('no_such_city'));
    await assert.rejects(other.open(1), /no_such_city/);
    await other.close();
  });
});
