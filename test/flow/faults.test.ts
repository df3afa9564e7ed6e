/**
 * What is cut, and what stops then: the table of the README ("When something fails") is compared with what is seen. Each
 * thing is cut by itself, then all at once; afterwards all works again by itself, and nothing is missing in the history.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Book } from '../../nodes/city-journal/book';
import { hashToken, newToken } from '../../nodes/city-journal/rest/tokens';
import { startSimulator, type Simulator } from '../../flows/simulator';
import type { Observation } from '../../nodes/ecdm/observation';
import { startCluster, type Cluster } from '../frost/cluster';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { TestBroker } from '../support/mqtt-broker';
import { needsSqlite } from '../support/needs-sqlite';
import { projectRoot, sleep, waitFor } from '../support/node-red';
import { readingTopics } from '../support/reading-topics';
import { SmallDisk } from '../support/small-disk';
import { Wire } from '../support/wire';

const T0 = Date.UTC(2026, 0, 5, 8);
const secret = newToken();
/** Values of readings that tell by themselves which they are. */
const READING = 7000;
const COLUMNS = [
  'Readings',
  'Status',
  'Notice made',
  'Notice delivered',
  'Command by MQTT',
  'Command by HTTP',
  'Alarms by REST',
  'History',
] as const;
const CUTS = [
  'nothing',
  'sensor server, HTTP',
  'sensor server, MQTT',
  'sensor server, both',
  'MQTT broker',
  'disk of the journal',
  'disk of Node-RED, full',
  'disk of Node-RED, read-only',
  'PostgreSQL, where the journal is in it',
  'target of notices',
  'actuator (HTTP)',
  'dashboard (client of the stream)',
  'all of these',
] as const;
type Cut = (typeof CUTS)[number];
/** Milliseconds that what goes on may be late on a busy machine. */
const LATE = 20_000;
/** Where the journal is while it is cut. */
const IN_POSTGRES: Cut = 'PostgreSQL, where the journal is in it';

describe('when something fails', function () {
  let red: Embedded;
  let broker: TestBroker;
  let disk: SmallDisk | undefined;
  let cluster: Cluster | undefined;
  let wire: Wire | undefined;
  let deployed: object | undefined;
  let simulator: Simulator;
  /** To the server of the sensors. */
  const lines = {} as Record<'http' | 'mqtt', Wire>;
  const servers: Server[] = [];
  const seen = { notices: 0, commands: 0 };
  const ports: number[] = [];
  let n = 0;

  before(needsSqlite);
  before(async () => {
    broker = await TestBroker.start();
    for (const what of ['notices', 'commands'] as const) {
      const server = createServer((request, response) => {
        request.resume();
        seen[what]++;
        response.end('ok');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.push(server);
      ports.push((server.address() as AddressInfo).port);
    }
    simulator = await startSimulator({ speed: 0, history: 10 });
    lines.http = await Wire.to(Number(new URL(simulator.url).port));
    lines.mqtt = await Wire.to(Number(new URL(simulator.mqttUrl).port));
    red = await startEmbedded();
    disk = SmallDisk.mount(path.join(red.userDir, 'city-events'), 64);
    cluster = await startCluster().catch(
      (thrown: unknown) => void console.log(`WITHOUT PostgreSQL: ${String(thrown)}`),
    );
    if (cluster !== undefined) wire = await Wire.to(cluster.port);
  });
  after(async () => {
    await red?.deploy([]);
    disk?.unmount();
    await red?.stop();
    await broker?.stop();
    await wire?.close();
    for (const line of Object.values(lines)) await line.close();
    await simulator?.close();
    await cluster?.stop();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  const IN_FILE = { store: 'sqlite' };
  const inPostgres = (): object => ({
    store: 'postgres',
    url: `postgresql://frost@127.0.0.1:${wire!.port}/sensorthings`,
    schema: 'faults',
  });
  const flow = (store: object): FlowNode[] => [
    { id: 'journal', type: 'city-journal', version: 1, name: 'J', ...store, days: 365, megabytes: 1000, rest: true, tokens: [{ name: 'T', role: 'viewer', hash: hashToken(secret) }] },
    broker.node(),
    { id: 'server', type: 'sensorthings-server', version: 1, url: through(simulator.url, lines.http), mqttFrom: 'own', mqttUrl: through(simulator.mqttUrl, lines.mqtt) },
    { id: 'in', type: 'sensorthings-in', version: 2, server: 'server', choose: 'list', streams: [{ key: '1' }], mode: 'hybrid', interval: '1 s', emit: 'batch', wires: [['readings'], []] },
    {
      id: 'rule', type: 'pattern-status', version: 1, name: 'Haze', statusId: 'haze', per: 'station', severity: 'major', lateness: '0 ms',
      rule: { op: 'event', event: 'pm' }, journal: 'journal', flapping: 'off', wires: [['out', 'tell', 'sign', 'gate'], []],
    },
    { id: 'tell', type: 'action-notify', version: 2, name: 'Tell', journal: 'journal', on: ['raised'], form: 'event', flood: 0, wires: [['told', 'post'], []] },
    { id: 'post', type: 'http request', method: 'POST', url: `http://127.0.0.1:${ports[0]}/`, ret: 'txt', paytoqs: 'ignore', senderr: false, wires: [[]] },
    { id: 'sign', type: 'actuator-out', version: 1, name: 'sign', via: 'mqtt', broker: 'broker', topic: 'sign', payloads: { raised: '{{key}}' }, confirm: 'accepted', within: '1 s', validFor: '1 min', wires: [[], []] },
    { id: 'gate', type: 'actuator-out', version: 1, name: 'gate', via: 'http', method: 'PUT', url: `http://127.0.0.1:${ports[1]}/`, payloads: { raised: '{{key}}' }, confirm: 'accepted', within: '1 s', validFor: '1 min', wires: [[], []] },
    ...['out', 'told', 'readings'].map((id) => ({ id, type: 'test-sink', wires: [] })),
  ]; // prettier-ignore

  async function deploy(store: object): Promise<void> {
    if (deployed === store) return;
    deployed = store;
    await red.deploy(flow(store));
    await waitFor('the broker', () => !/^$|offline|connect/i.test(red.statuses.get('sign')?.text ?? ''));
    await waitFor('the sensors', () => readingTopics(simulator).length === 1);
  }
  const through = (url: string, line: Wire): string => {
    const changed = new URL(url);
    changed.port = String(line.port);
    return changed.href;
  };
  const readings = (): Observation[] => red.payloads('readings').flat() as Observation[];

  const ask = async (address: string): Promise<any> => {
    const answer = await fetch(`${red.url}/city-events/api/v1${address}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    return answer.ok ? answer.json() : {};
  };
  const book = (): Book => red.node('journal')['journal'] as Book;

  /** @param ends puts it right again */
  async function cut(what: Cut, ends: (() => Promise<void>)[]): Promise<void> {
    const cuts = (one: Cut): boolean => what === one || what === 'all of these';
    for (const [name, line] of Object.entries(lines)) {
      if (!cuts('sensor server, both') && what !== `sensor server, ${name.toUpperCase()}`) continue;
      line.cut(true);
      ends.push(() => Promise.resolve(line.mend()));
    }
    if (cuts('MQTT broker')) {
      await broker.cut();
      ends.push(() => broker.listen());
    }
    if (cuts('disk of the journal')) {
      // another program holds the file
      const { DatabaseSync } = await import('node:sqlite');
      const file = new DatabaseSync(path.join(red.userDir, 'city-events', 'journal-journal.sqlite'));
      // it may be writing just now
      file.exec('PRAGMA busy_timeout = 20000');
      file.exec('BEGIN IMMEDIATE');
      ends.push(() => {
        file.exec('ROLLBACK');
        file.close();
        return Promise.resolve();
      });
    }
    if (what === 'disk of Node-RED, full') {
      disk!.fill();
      ends.push(() => Promise.resolve(disk!.empty()));
    }
    if (what === 'disk of Node-RED, read-only') {
      // as long as somebody has a file on it open for writing it cannot be made read-only
      await red.deploy([]);
      disk!.lock(true);
      ends.push(() => Promise.resolve(disk!.lock(false)));
      deployed = undefined;
      await deploy(IN_FILE);
    }
    if (what === IN_POSTGRES) {
      wire!.cut(true);
      ends.push(() => Promise.resolve(wire!.mend()));
    }
    for (const [i, one] of (['target of notices', 'actuator (HTTP)'] as const).entries()) {
      if (!cuts(one)) continue;
      servers[i]!.closeAllConnections();
      await new Promise((resolve) => servers[i]!.close(resolve));
      ends.push(() => new Promise<void>((resolve) => servers[i]!.listen(ports[i], '127.0.0.1', resolve)));
    }
    if (cuts('dashboard (client of the stream)')) {
      const stop = new AbortController();
      await fetch(`${red.url}/city-events/api/v1/stream`, {
        headers: { authorization: `Bearer ${secret}` },
        signal: stop.signal,
      });
      stop.abort();
    }
  }

  /**
   * What goes on, in the order of the columns. What is to stop has time enough to show that it does not.
   * @param should go on; where it is late, as on a busy machine, it is waited for
   */
  async function look(should: readonly string[]): Promise<string[]> {
    const key = `s${++n}`;
    const time = T0 + n * 60_000;
    const before = {
      ...seen,
      mqtt: broker.published.length,
      out: red.messages('out').length,
      told: red.messages('told').length,
    };
    const event = {
      id: key,
      event: 'pm',
      name: 'PM',
      key,
      stream: key,
      time,
      value: 120,
      unit: 'ug/m3',
      kind: 'begin',
      source: ['o'],
    };
    simulator.post(1, READING + n, Date.now());
    red.inject('rule', { payload: event, city: { mode: 'poll', clock: { source: 's', time, events: ['pm'] } } });
    await waitFor('the status', () => red.messages('out').length > before.out);
    const now = async (): Promise<string[]> => {
      const alarms = (await ask('/alarms?limit=1000')).alarms as { alarm: string }[] | undefined;
      const entries = (await ask(`/history?alarm=${encodeURIComponent(`haze|${key}`)}&kind=status`)).entries as
        unknown[] | undefined;
      return [
        readings().some(({ value }) => value === READING + n),
        red.messages('out').length > before.out,
        red.messages('told').length > before.told,
        seen.notices > before.notices,
        broker.published.length > before.mqtt,
        seen.commands > before.commands,
        alarms?.some(({ alarm }) => alarm === `haze|${key}`),
        (entries?.length ?? 0) > 0,
      ].map((goesOn) => (goesOn === true ? 'goes on' : '**stops**'));
    };
    // a poll, where no notice comes
    await sleep(2500);
    let is = await now();
    for (
      const end = Date.now() + LATE;
      Date.now() < end && should.some((one, i) => one === 'goes on' && is[i] !== one);
    ) {
      await sleep(200);
      is = await now();
    }
    return is;
  }

  /** The rows of the table as people read it. */
  function documented(): Map<string, string[]> {
    const text = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
    const lines = text
      .slice(text.indexOf('## When something fails'))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const rows = lines.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    assert.deepEqual(rows[0]!.slice(1, COLUMNS.length + 1), COLUMNS);
    return new Map(rows.slice(2).map(([name, ...cells]) => [name!, cells]));
  }

  for (const what of CUTS) {
    it(`${what}: exactly what the README says stops, and all returns by itself`, async function () {
      const missing =
        what === IN_POSTGRES ? wire === undefined : what.startsWith('disk of Node-RED') && disk === undefined;
      if (missing) {
        console.log(`SKIPPED: ${what}: it takes PostgreSQL, or a disk that root may mount`);
        return this.skip();
      }
      await deploy(what === IN_POSTGRES ? inPostgres() : IN_FILE);
      const ends: (() => Promise<void>)[] = [];
      const should = documented().get(what)!.slice(0, COLUMNS.length);
      try {
        await cut(what, ends);
        assert.deepEqual(await look(should), should);
        const stops = should.at(-1) === '**stops**';
        await waitFor(
          'the line under the rule',
          () => /history/.test(red.statuses.get('rule')?.text ?? '') === stops,
          LATE,
        );
      } finally {
        for (const end of ends) await end();
      }
      await waitFor('the history', () => book().health().history === 'kept' && book().health().waiting === 0);
      await waitFor(
        'the broker',
        () =>
          !/offline|connect/i.test(red.statuses.get('sign')?.text ?? '') && red.statuses.get('sign')?.fill !== 'red',
      );
      // nothing of it is missing afterwards, and nothing came twice
      await waitFor('the reading', () => readings().some(({ value }) => value === READING + n), 60_000);
      assert.equal(readings().length, new Set(readings().map(({ id }) => id)).size);
      assert.equal(((await ask(`/history?alarm=haze%7Cs${n}&kind=status`)).entries as unknown[]).length, 1);
    });
  }
});
