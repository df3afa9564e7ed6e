/**
 * Nothing leaves in a rehearsal: somebody listens at every door (messages, HTTP, MQTT, journal, files) while the settings of
 * all four nodes are rehearsed, and at the same doors while the flow does in earnest what was rehearsed.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { asJournal } from '../../nodes/city-journal/journal-source';
import type {
  JobAnswer,
  RehearsalRequest,
  RehearsalResult,
  SavedNode,
  UploadAnswer,
} from '../../nodes/rehearsal/contract';
import { parcelsOf } from '../../nodes/rehearsal/parcels';
import type { Task } from '../../nodes/rehearsal/serve/runner';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { TestBroker } from '../support/mqtt-broker';
import { sleep, waitFor } from '../support/node-red';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 5, 8);

/** Two stations, one of them in the zone; three times high. */
const CSV = `time,station,lat,lon,pm25_ugm3\n${Array.from({ length: 120 }, (_, i) =>
  ['in', 'out']
    .map(
      (station) =>
        `${new Date(T0 + i * MINUTE).toISOString()},${station},0.5,${station === 'in' ? 0.5 : 5},${i % 40 < 20 ? 10 : 120}\n`,
    )
    .join(''),
).join('')}`;

const mapping = {
  mapping: 1,
  time: { columns: ['time'] },
  thing: { column: 'station' },
  place: { from: 'columns', lat: 'lat', lon: 'lon' },
  values: { layout: 'wide', columns: [{ column: 'pm25_ugm3', property: 'PM2.5', unit: 'ug/m3' }] },
};
const zone = {
  id: 'a',
  name: 'Old town',
  level: 'district',
  geometry: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] },
}; // prettier-ignore
const high = {
  id: 'high',
  name: 'High',
  observe: { properties: ['PM2.5'] },
  when: { op: '>', value: 90, unit: 'ug/m3' },
  emit: 'state',
};

/** @param web address of the server that notices are posted to */
function flow(web: string, mode: string): SavedNode[] {
  return [
    { id: 'zones', type: 'city-zones', name: 'Z', version: 1, zones: [zone] },
    { id: 'journal', type: 'city-journal', version: 1, name: 'Journal' },
    { id: 'source', type: 'to-observation', version: 1, mapping, mode, whole: true, remember: '0', wires: [['filter'], []] },
    { id: 'filter', type: 'spatial-filter', version: 1, zones: 'zones', keep: 'inside', choose: 'all', noPlace: 'problem', wires: [['event', 'kept'], ['bad'], []] },
    { id: 'event', type: 'ecdm-event', version: 1, events: [high], wires: [['status', 'events'], ['bad']] },
    { id: 'status', type: 'pattern-status', version: 1, name: 'Bad air', rule: { op: 'event', event: 'high' }, per: 'station', severity: 'major', journal: 'journal', wires: [['notify', 'lamp', 'statuses'], ['bad']] },
    { id: 'notify', type: 'action-notify', version: 2, name: '', on: ['raised', 'updated', 'nodata', 'cleared'], form: 'event', journal: 'journal', wires: [['post', 'notices'], ['bad']] },
    { id: 'lamp', type: 'actuator-out', version: 2, name: 'lamp', via: 'mqtt', broker: 'broker', topic: 'lamp/set', qos: '1', payloads: { raised: 'ON', cleared: 'OFF' }, confirm: 'accepted', within: '5 s', validFor: '1 min', wires: [['states'], ['bad']] },
    { id: 'post', type: 'http request', method: 'POST', url: web, ret: 'txt', paytoqs: 'ignore', wires: [['posted']] },
  ]; // prettier-ignore
}

const REHEARSED: readonly [id: string, sources: string[]][] = [
  ['filter', ['source']],
  ['event', ['filter']],
  ['status', ['event']],
  ['notify', ['status']],
];

describe('the doors during a rehearsal', function () {
  let red: Embedded;
  let broker: TestBroker;
  let web: Server;
  let nodes: SavedNode[];
  /** Requests that came to the web server, and deliveries to nodes of the flow. */
  const requests: string[] = [];
  const deliveries: string[] = [];

  before(async () => {
    broker = await TestBroker.start();
    web = createServer((request, response) => {
      requests.push(String(request.url));
      response.end('ok');
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    red = await startEmbedded();
    // what Node-RED itself tells of every message
    const { hooks } = (red as unknown as { RED: { hooks: { add(name: string, hook: (event: any) => void): void } } })
      .RED;
    hooks.add('preDeliver.doors', (event) => void deliveries.push(String(event.destination.id)));
    hooks.add('onReceive.doors', (event) => void deliveries.push(String(event.destination.id)));
  });
  after(async () => {
    await red?.stop();
    await broker?.stop();
    web?.closeAllConnections();
    web?.close();
  });

  async function deploy(mode: string): Promise<void> {
    nodes = flow(`http://127.0.0.1:${(web.address() as AddressInfo).port}/notice`, mode);
    const sinks = ['kept', 'events', 'statuses', 'notices', 'states', 'posted', 'bad'];
    const all = [...nodes, ...sinks.map((id) => ({ id, type: 'test-sink', wires: [] }))] as FlowNode[];
    await red.deploy([broker.node(), ...all]);
    await waitFor('the broker', () => red.statuses.get('lamp')?.fill === 'grey');
    await sleep(300);
    broker.published.length = requests.length = deliveries.length = 0;
  }

  async function ask<T>(what: string, body?: object): Promise<T> {
    const response = await fetch(`${red.url}/city-events/rehearsal/${what}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T;
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer;
  }

  async function rehearse(request: RehearsalRequest): Promise<RehearsalResult> {
    for (let answer = await ask<JobAnswer>('start', request); ; answer = await ask(`job?job=${answer.job}`)) {
      if (answer.state === 'done') return answer.result!;
      assert.ok(answer.state === 'reading' || answer.state === 'running', answer.message);
      await sleep(30);
    }
  }

  /** What lies under the user directory, with sizes and times of change; uploads have a place of their own. */
  async function files(): Promise<string[]> {
    // the link to this pack in node_modules leads round in a circle where the demo has been run in the same folder
    const top = (await readdir(red.userDir)).filter((name) => name !== 'node_modules');
    const below = async (name: string): Promise<string[]> =>
      (await readdir(path.join(red.userDir, name), { recursive: true }).catch(() => [])).map((one) =>
        path.join(name, one),
      );
    const names = [...top, ...(await Promise.all(top.map(below))).flat()].filter((name) => !name.includes('rehearsal'));
    const lines = names.map(async (name) => {
      const found = await stat(path.join(red.userDir, name));
      return found.isFile() ? `${name} ${found.size} ${found.mtimeMs}` : name;
    });
    return (await Promise.all(lines)).sort();
  }

  /** The same when nodes that have just started have put their files in order. */
  async function restingFiles(): Promise<string[]> {
    let same = 0;
    for (let before = ''; ; await sleep(300)) {
      // one may be renamed while it is looked at
      const now = await files().catch(() => []);
      same = now.length > 0 && now.join() === before ? same + 1 : 0;
      if (same === 3) return now;
      before = now.join();
    }
  }

  const entries = async (): Promise<number> => {
    const journal = asJournal(red.node('journal'))!;
    return journal.health().history === 'none'
      ? 0
      : (await journal.history({ order: 'oldest', limit: 1000 })).entries.length;
  };

  it('stay shut, for all four nodes, with settings that would have told people and moved things', async () => {
    await deploy('live');
    const [fileList, written] = [await restingFiles(), await entries()];
    const { upload } = await ask<UploadAnswer>('upload', { name: 'x.csv', piece: 0, text: CSV, last: true });
    for (const [id, sources] of REHEARSED) {
      const node = nodes.find((one) => one.id === id)!;
      const history = { from: 'file', upload, mapping } as const;
      const result = await rehearse({ node, sources, undeployed: [], history, language: 'en-US' });
      assert.equal(result.readings, 240, id);
      assert.ok(result.next.count >= 1 && result.now!.count === result.next.count, `${id}: ${result.next.count} times`);
      assert.equal(result.simulated, true);
    }
    // what a timer or a queue would let out a moment later
    await sleep(1500);
    assert.deepEqual(
      { requests, deliveries, published: broker.published },
      { requests: [], deliveries: [], published: [] },
    );
    assert.deepEqual(red.messages('bad'), []);
    assert.equal(await entries(), written, 'the journal');
    assert.deepEqual(await files(), fileList);
    assert.deepEqual([...asJournal(red.node('journal'))!.views()], []);
  });

  it('are those through which the same readings go in earnest', async () => {
    await deploy('live');
    const written = await entries();
    // as new as if they came now: old ones tell nobody
    const shift = Date.now() - 121 * MINUTE - T0;
    const now = CSV.replaceAll(/^\d{4}[^,]+/gm, (time) => new Date(Date.parse(time) + shift).toISOString());
    red.inject('source', { payload: now });
    await red.count('posted', 1);
    await broker.seen(1);
    for (const sink of ['kept', 'events', 'statuses', 'notices', 'states'])
      assert.ok(red.messages(sink).length > 0, sink);
    assert.ok(requests.length > 0 && deliveries.length > 0);
    if (asJournal(red.node('journal'))!.health().history !== 'none') {
      assert.ok((await entries()) > written);
    }
  });
});

describe('the thread of a rehearsal', function () {
  const spy = path.resolve(__dirname, '../support/doors.js');
  const worker = path.resolve(__dirname, '../../nodes/rehearsal/worker.js');
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'city-events-'))));
  after(() => rm(folder, { recursive: true }));

  async function said(file: string, workerData: unknown, deployed: SavedNode[] = []): Promise<Record<string, any>[]> {
    const messages: Record<string, any>[] = [];
    const thread = new Worker(file, { workerData, execArgv: ['--require', spy] });
    for (const parcel of parcelsOf(deployed)) thread.postMessage(parcel);
    thread.on('message', (message: Record<string, any>) => messages.push(message));
    await Promise.race([
      once(thread, 'exit'),
      waitFor('an end', () => messages.some(({ is }) => is === 'result' || is === 'error')),
    ]);
    await sleep(200);
    await thread.terminate();
    return messages;
  }

  it('opens no door of its own, whichever node it tries', async () => {
    const file = path.join(folder, 'x.csv');
    await writeFile(file, CSV);
    const deployed = flow('http://127.0.0.1:1/notice', 'live');
    for (const [id, sources] of REHEARSED) {
      const node = deployed.find((one) => one.id === id)!;
      const request: RehearsalRequest = {
        node,
        sources,
        undeployed: [],
        history: { from: 'file', upload: 'x' },
        language: 'en-US',
      };
      const task: Omit<Task, 'deployed'> = { request, history: { from: 'file', file, mapping: mapping as never } };
      const messages = await said(worker, task, deployed);
      assert.deepEqual(
        messages.filter(({ door }) => door !== undefined),
        [],
        id,
      );
      const { result } = messages.find(({ is }) => is === 'result') ?? {};
      assert.ok((result as RehearsalResult).next.count > 0, id);
    }
  });

  it('would be heard if it did', async () => {
    const file = path.join(folder, 'leak.js');
    const leaks = [
      `require('node:fs').writeFileSync(${JSON.stringify(path.join(folder, 'leak'))}, 'x')`,
      `require('node:net').connect(1, '127.0.0.1').on('error', () => {})`,
      `require('node:http').get('http://127.0.0.1:1').on('error', () => {})`,
      `require('node:fs/promises').mkdir(${JSON.stringify(path.join(folder, 'made'))})`,
    ];
    await writeFile(
      file,
      `${leaks.join('\n')}\nrequire('node:worker_threads').parentPort.postMessage({ is: 'result' })\n`,
    );
    const doors = (await said(file, undefined)).map(({ door }) => door as string);
    for (const door of ['fs.writeFileSync', 'net.connect', 'http.get', 'fs.mkdir'])
      assert.ok(doors.includes(door), door);
  });
});
