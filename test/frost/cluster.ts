/** A PostgreSQL with PostGIS of its own, in a temporary folder and on a free port, that goes when the tests end. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

export interface Cluster {
  port: number;
  /** Runs statements in the database of FROST, or another; gives the rows without anything around them. */
  sql(text: string, database?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Installs PostgreSQL and PostGIS where they are missing and we may. */
export async function installPostgres(): Promise<void> {
  if (await binaries()) return;
  if (process.getuid?.() !== 0)
    throw new Error('PostgreSQL with PostGIS is missing: install the packages postgresql and postgis');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql', 'postgresql-postgis'], {
    env,
    maxBuffer: 20_000_000,
  });
  if (!(await binaries())) throw new Error('PostgreSQL with PostGIS was installed, but is not found');
}

/** Folder of the newest PostgreSQL that has PostGIS. */
async function binaries(): Promise<string | undefined> {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find(
    (v) =>
      existsSync(`${DEBIAN}/${v}/bin/initdb`) && existsSync(`/usr/share/postgresql/${v}/extension/postgis.control`),
  );
  if (version !== undefined) return `${DEBIAN}/${version}/bin`;
  // another system than Debian
  const config = await run('pg_config', ['--bindir', '--sharedir']).catch(() => undefined);
  const [folder, share] = (config?.stdout ?? '').trim().split('\n');
  return folder && share && existsSync(path.join(share, 'extension/postgis.control')) ? folder : undefined;
}

/** @param durable as a real one is: it waits for the disk (for what is measured) */
export async function startCluster(durable = false): Promise<Cluster> {
  const bin = await binaries();
  if (bin === undefined) throw new Error('PostgreSQL with PostGIS is missing');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-postgres-'));
  // PostgreSQL refuses to run as root
  const user = process.getuid?.() === 0 ? await ids('postgres') : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, 'data');
  const options = { ...user, cwd: folder };
  await run(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', 'frost', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    options,
  );
  const port = await freePort();
  // nothing in it has to survive: no waiting for the disk, and no compiling of queries that run once
  const careless = durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const fast = [...careless, 'jit=off', 'shared_buffers=256MB'].flatMap((one) => ['-c', one]);
  const server = spawn(
    path.join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${folder}`,
      ...fast,
    ],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-4000)));
  const end = (): void => void server.kill('SIGINT');
  process.once('exit', end);
  const sql = async (database: string, text: string): Promise<string> => {
    const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'frost', '-d', database];
    const { stdout } = await run(path.join(bin, 'psql'), [...where, '-v', 'ON_ERROR_STOP=1', '-qtAc', text]);
    return stdout;
  };
  await untilReady(
    () => sql('postgres', 'select 1'),
    server,
    () => said,
  );
  await sql('postgres', 'create database sensorthings');
  await sql('sensorthings', 'create extension postgis');
  return {
    port,
    sql: (text, database = 'sensorthings') => sql(database, text),
    async stop() {
      process.removeListener('exit', end);
      await ended(server, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ids(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (what) => Number((await run('id', [what, name])).stdout)),
  );
  return { uid: uid!, gid: gid! };
}

async function untilReady(ask: () => Promise<unknown>, server: ChildProcess, said: () => string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${said()}`);
    const good = await ask().then(
      () => true,
      () => false,
    );
    if (good) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`PostgreSQL does not answer: ${said()}`);
}

/** Ends a process, at last by force. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(force);
}
