/** What the Rehearse tab asks Node-RED, in a real one with logins: who may, what of, how much; and that the flow feels nothing. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startSimulator, type Simulator } from '../../flows/simulator';
import type {
  JobAnswer,
  Offers,
  ReadingsAnswer,
  RehearsalRequest,
  SavedNode,
  TestResult,
  UploadAnswer,
} from '../../nodes/rehearsal/contract';
import type { RuleTest } from '../../nodes/ecdm/rule-test';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { Logins } from '../support/logins';
import { sleep, waitFor } from '../support/node-red';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 5, 8);
const BEIJING = path.resolve(__dirname, '../../../../shared/data/beijing_air_2016-12.csv');

const mapping = {
  mapping: 1,
  time: { columns: ['time'] },
  thing: { column: 'station' },
  values: { layout: 'wide', columns: [{ column: 'v', property: 'level', unit: 'm' }] },
};
const definition = (value: number, property = 'level', unit = 'm'): object => ({
  id: 'high',
  name: 'High',
  observe: { properties: [property] },
  when: { op: '>', value, unit },
  emit: 'state',
});
const eventNode = (value: number, ...more: string[]): SavedNode => ({
  id: 'event',
  type: 'ecdm-event',
  version: 1,
  events: [definition(value, ...more)],
  wires: [['out'], ['bad']],
});

const chosen = { choose: 'rule', rule: { property: ['PM2.5'] }, wires: [['event'], []] };
/** A server and the demo city, and what reads them. */
const serversRead = (url: string): FlowNode[] => [
  { id: 'server', type: 'sensorthings-server', url },
  { id: 'sta', type: 'sensorthings-in', version: 2, server: 'server', mode: 'poll', ...chosen },
  { id: 'demo-server', type: 'sensorthings-server', url: 'demo:', demoSeed: 7 },
  { id: 'demo', type: 'sensorthings-in', version: 2, server: 'demo-server', ...chosen },
];

describe('the routes of the rehearsal', function () {
  let red: Embedded;
  let simulator: Simulator;
  const logins = new Logins({ editor: '*', reader: 'read' });

  async function ask<T>(
    what: string,
    body?: object,
    user = 'editor',
  ): Promise<{ status: number; body: T & { error?: string } }> {
    const response = await fetch(`${red.url}/city-events/rehearsal/${what}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'content-type': 'application/json',
        ...(user === '' ? {} : { authorization: `Bearer ${logins.tokens[user]}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (/^[{[]/.test(text) ? JSON.parse(text) : {}) as T & { error?: string } };
  }

  const request = (more: Partial<RehearsalRequest> = {}): RehearsalRequest => ({
    node: eventNode(5),
    sources: ['source'],
    undeployed: [],
    history: { from: 'demo' },
    language: 'en-US',
    ...more,
  });

  async function rehearse(more: Partial<RehearsalRequest>): Promise<JobAnswer> {
    const { status, body } = await ask<JobAnswer>('start', request(more));
    assert.equal(status, 200, body.error);
    return ended(body.job);
  }

  async function ended(job: string): Promise<JobAnswer> {
    for (;;) {
      const { body } = await ask<JobAnswer>(`job?job=${job}`);
      if (body.state !== 'reading' && body.state !== 'running') return body;
      await sleep(50);
    }
  }

  async function upload(text: string, size = 500_000): Promise<string> {
    let id: string | undefined;
    for (let piece = 0; piece === 0 || piece * size < text.length; piece++) {
      const last = (piece + 1) * size >= text.length;
      const part = text.slice(piece * size, (piece + 1) * size);
      const { status, body } = await ask<UploadAnswer>('upload', {
        upload: id,
        name: 'x.csv',
        piece,
        text: part,
        last,
      });
      assert.equal(status, 200, body.error);
      id = body.upload;
    }
    return id!;
  }

  const csv = (count: number, value: (i: number) => number): string =>
    `time,station,v\n${Array.from({ length: count }, (_, i) => `${new Date(T0 + i * MINUTE).toISOString()},a,${value(i)}\n`).join('')}`;

  /** A test of a rule that takes a while: it has so many readings. */
  async function longTest(readings: number): Promise<object> {
    const rows = Array.from({ length: readings }, (_, i) => `[0,${T0 + i},1]`);
    const file = `rule-tests/${readings}.ndjson`;
    await mkdir(path.join(red.userDir, 'rule-tests'), { recursive: true });
    await writeFile(path.join(red.userDir, file), ['{"format":1,"begun":""}', '["a","level","m"]', ...rows].join('\n'));
    return { id: 'l', name: 'l', events: ['high'], file, expect: [] };
  }

  before(async () => {
    simulator = await startSimulator({ speed: 0, history: 180, mqttPort: false });
    red = await startEmbedded({ settings: { adminAuth: logins.adminAuth } });
    await logins.login(red.url);
    await red.deploy([
      {
        id: 'source',
        type: 'to-observation',
        name: 'Levels',
        version: 1,
        mapping,
        mode: 'live',
        wires: [['event'], []],
      },
      { id: 'off', type: 'to-observation', version: 1, mapping, mode: 'live', remember: '0', wires: [[], []] },
      ...serversRead(simulator.url),
      eventNode(5) as never,
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'bad', type: 'test-sink', wires: [] },
    ]);
  });
  after(async () => {
    await red?.stop();
    await simulator?.close();
  });

  it('are for those who may read flows, and starting for those who may change them', async () => {
    const routes: [string, object | undefined][] = [
      ['offers', request()],
      ['upload', { name: 'x', piece: 0, text: 'a', last: true }],
      ['start', request()],
      ['job?job=x', undefined],
      ['cancel', { job: 'x' }],
      ['readings?job=x&of=next&episode=0', undefined],
    ];
    const reading = new Set(['offers', 'job?job=x', 'readings?job=x&of=next&episode=0']);
    for (const [route, body] of routes) {
      assert.equal((await ask(route, body, '')).status, 401, `${route} without a login`);
      const { status } = await ask(route, body, 'reader');
      assert.equal(status === 401, !reading.has(route), `${route} for a reader: ${status}`);
    }
  });

  it('offer what the sources remember, the servers they read and the simulated city', async () => {
    red.inject('source', { payload: csv(10, (i) => i) });
    await red.count('out', 1);
    const { body } = await ask<Offers>('offers', request({ sources: ['source', 'sta', 'demo'] }));
    assert.deepEqual([body.deployed, body.uploadLimit], [true, 200_000_000]);
    const offer = (from: string, source?: string): Offers['offers'][number] | undefined =>
      body.offers.find(({ history }) => history.from === from && (!('source' in history) || history.source === source));
    const { name, since, until, bytes, fault } = offer('remembered', 'source')!;
    assert.deepEqual([name, since, until, fault], ['Levels', T0, T0 + 9 * MINUTE, undefined]);
    assert.ok(bytes! > 100);
    assert.match(offer('remembered', 'off')!.fault!, /remember nothing/);
    assert.match(offer('remembered', 'demo')!.fault!, /remembers nothing yet/);
    assert.ok(offer('server', 'sta') && offer('server', 'demo') && offer('demo'));
    const names = body.offers.map(({ history }) => ('source' in history ? history.source : ''));
    assert.equal(names.at(-2), 'off', 'what does not lead to the node comes last');
    const thai = await ask<Offers>('offers', request({ language: 'th' }));
    assert.match(thai.body.offers.at(-1)!.name, /\p{Script=Thai}/u);
  });

  it('rehearse what a source remembers, and show the readings of an episode', async () => {
    const { state, result, job, message } = await rehearse({
      history: { from: 'remembered', source: 'source' },
      node: eventNode(3),
    });
    assert.equal(state, 'done', message);
    assert.deepEqual([result!.readings, result!.next.count, result!.now!.count, result!.simulated], [10, 1, 1, true]);
    assert.equal(result!.next.episodes[0]!.since, T0 + 4 * MINUTE);
    const { body } = await ask<ReadingsAnswer>(`readings?job=${job}&of=next&episode=0`);
    assert.deepEqual(
      body.readings.map(({ value }) => value),
      [4, 5, 6, 7, 8, 9],
    );
    assert.equal((await ask(`readings?job=${job}&of=next&episode=1`)).status, 404);
  });

  it('rehearse a file that came in pieces: December of Beijing, 17 times and 19 times', async function () {
    if (!existsSync(BEIJING)) {
      console.log('SKIPPED: there is no ../shared/data');
      return this.skip();
    }
    await red.deploy([
      { id: 'source', type: 'to-observation', version: 1, mapping, mode: 'live', wires: [['event'], []] },
      eventNode(90, 'PM2.5', 'ug/m3') as never,
    ]);
    const lines = (await readFile(BEIJING, 'utf8')).split('\n');
    const text = lines.filter((line, i) => i === 0 || line.includes('Aotizhongxin')).join('\n');
    const history = { from: 'file', upload: await upload(text, 10_000) } as const;
    const { result, message } = await rehearse({ history, node: eventNode(75, 'PM2.5', 'ug/m3') });
    assert.deepEqual([result?.now?.count, result?.next.count], [17, 19], message);
    assert.ok(result!.notes.some(({ code }) => code === 'guessed'));
    const again = await rehearse({ history, node: eventNode(75, 'PM2.5', 'ug/m3') });
    assert.deepEqual(again.result, result, 'the same input, the same result');
  });

  it('keep all readings as a sample where those that no rule looks at make a difference, since time goes on with them', async () => {
    const gone = { ...definition(5), gap: { after: '10 min', then: 'end' } };
    const node = { ...eventNode(5), events: [gone] };
    await red.deploy([
      { id: 'source', type: 'to-observation', version: 1, mapping, mode: 'live', wires: [['event'], []] },
      node as never,
    ]);
    // the level is silent after ten minutes, while the rain is measured for two hours
    const reading = (property: string, minute: number): string =>
      JSON.stringify({ id: `${property}${minute}`, datastream: property, property, thing: 'a', time: T0 + minute * MINUTE, value: 9, unit: property === 'level' ? 'm' : 'mm' }); // prettier-ignore
    const lines = Array.from({ length: 120 }, (_x, minute) => [
      ...(minute < 10 ? [reading('level', minute)] : []),
      reading('rain', minute),
    ]);
    const file = await upload(lines.flat().join('\n'));
    const { job, result } = await rehearse({ node, history: { from: 'file', upload: file } });
    assert.equal(result!.next.episodes[0]!.until, T0 + 19 * MINUTE, 'ten minutes after the last reading');
    const { status, body } = await ask<RuleTest>('keep', { job, name: 'A gap' });
    assert.equal(status, 200, body.error);
    assert.ok(body.readings!.includes('rain'));
    const [tested] = (await ask<TestResult[]>('test', request({ node: { ...node, tests: [body] } }))).body;
    assert.deepEqual([tested!.green, tested!.fault], [true, undefined]);
  });

  it('keep what was shown as a test of the rule, and run it: green, and red where the rule has changed', async () => {
    await red.deploy([
      { id: 'source', type: 'to-observation', version: 1, mapping, mode: 'live', wires: [['event'], []] },
      eventNode(5) as never,
    ]);
    const samples = [
      { where: 'readings', text: csv(60, (i) => i % 10), first: ['2026-01-05T08:06', '2026-01-05T08:10'], later: '2026-01-05T08:08' },
      { where: 'file', text: csv(30_000, (i) => Math.floor((i % 600) / 60)), first: ['2026-01-05T14:00', '2026-01-05T18:00'], later: '2026-01-05T16:00' },
    ]; // prettier-ignore
    for (const { where, text, first, later } of samples) {
      const { job } = await rehearse({ history: { from: 'file', upload: await upload(text), mapping } });
      const kept = await ask<RuleTest>('keep', { job, name: 'As it is' });
      assert.equal(kept.status, 200, kept.body.error);
      const { expect, events } = kept.body;
      assert.deepEqual(events, ['high']);
      const [since, until] = first.map((minute) => `${minute}:00.000Z`) as [string, string];
      assert.deepEqual(expect[0], { event: 'high', key: 'a', since, until });
      assert.ok(where in kept.body, where);
      const { file } = kept.body;
      // readings of the city are for nobody else on this machine
      if (file !== undefined) assert.equal((await stat(path.join(red.userDir, file))).mode & 0o777, 0o600);
      const run = async (value: number): Promise<TestResult[]> => {
        const node = { ...eventNode(value), tests: [kept.body] };
        return (await ask<TestResult[]>('test', request({ node }))).body;
      };
      const [green] = await run(5);
      assert.deepEqual([green!.green, green!.fault], [true, undefined]);
      const [now] = await run(7);
      assert.equal(now!.green, false);
      assert.deepEqual([now!.missing[0], now!.unexpected[0]], [expect[0], { ...expect[0], since: `${later}:00.000Z` }]);
    }
    // an editor with many tests asks for many at once: they wait for their turn, and no more than may wait; each takes long
    // enough that the first has not ended when the last is asked for
    const long = await longTest(20_000);
    const asked = Array.from({ length: 14 }, () =>
      ask<TestResult[]>('test', request({ node: { ...eventNode(5), tests: [long] } })),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    assert.deepEqual(
      [statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 429).length],
      [10, 4],
    );
    const sneaky = { id: 's', name: 's', events: ['high'], file: 'flows_cred.json', expect: [] };
    const { body } = await ask<TestResult[]>(
      'test',
      request({ node: { ...eventNode(5), tests: [sneaky, { id: 1 }] } }),
    );
    assert.match(body[0]!.fault!, /does not lie in the folder rule-tests/);
    assert.equal(body[1]!.green, false);
    assert.equal((await ask('keep', { job: 'x', name: 'y' })).status, 404);
    assert.equal((await ask('test', request(), 'reader')).status, 401);
  });

  it('end tests that run, and those that wait, where the flow is deployed anew: they were about another one', async () => {
    const node = { ...eventNode(5), tests: [await longTest(800_000)] };
    const asked = Array.from({ length: 4 }, () => ask<TestResult[]>('test', request({ node })));
    // whoever asks later is answered later
    await ask('offers', request());
    await red.deploy([eventNode(5) as never]);
    assert.deepEqual(
      (await Promise.all(asked)).map(({ status }) => status),
      [503, 503, 503, 503],
    );
    const none = { id: 'n', name: 'n', events: ['high'], readings: '', expect: [] };
    const after = await ask('test', request({ node: { ...node, tests: [none] } }));
    assert.equal(after.status, 200, 'there is room again');
  });

  it('rehearse a time range of the server that the flow reads, and no other', async () => {
    await red.deploy([...serversRead(simulator.url), eventNode(5, 'PM2.5', 'ug/m3') as never]);
    const until = simulator.now();
    const since = until - 120 * MINUTE;
    const real = await rehearse({ history: { from: 'server', source: 'sta' }, sources: ['sta'], since, until });
    assert.equal(real.state, 'done', real.message);
    assert.ok(real.result!.readings > 100, `${real.result!.readings} readings`);
    assert.ok(real.result!.from! >= since && real.result!.to! <= until + MINUTE);
    const demo = await rehearse({ history: { from: 'server', source: 'demo' }, sources: ['demo'], since, until });
    assert.ok(demo.result!.readings > 100, demo.message);
    const before = simulator.log.length;
    const other = await startSimulator({ speed: 0, history: 10, mqttPort: false });
    try {
      const undeployed = [
        { id: 'other', type: 'sensorthings-server', url: other.url },
        { id: 'other-sta', type: 'sensorthings-in', server: 'other', wires: [['event']] },
      ];
      const sneaky = { from: 'server', source: 'other-sta', url: other.url } as never;
      const { status, body } = await ask('start', request({ history: sneaky, undeployed, sources: ['other-sta'] }));
      assert.equal(status, 404);
      assert.match(body.error!, /no such source/);
      assert.equal(other.log.length, 0, 'nobody was asked');
    } finally {
      await other.close();
    }
    assert.equal(simulator.log.length, before);
    const gone = await ask('start', request({ history: { from: 'server', source: 'event' } }));
    assert.equal(gone.status, 404);
  });

  it('refuse what a form does not send', async () => {
    const nonsense: object[] = [
      {}, [], { ...request(), node: null }, { ...request(), node: { id: 'x', type: 'exec' } },
      { ...request(), sources: 'source' }, { ...request(), sources: [{}] }, { ...request(), undeployed: [1] },
      { ...request(), history: null }, { ...request(), history: { from: 'disk', file: '/etc/passwd' } },
      { ...request(), history: { from: 'remembered', source: '' } }, { ...request(), history: { from: 'file' } },
      { ...request(), history: { from: 'demo', seed: -1 } }, { ...request(), since: 'now' }, { ...request(), until: 1e300 },
      { ...request(), since: 2e12, until: 1e12 }, { ...request(), curve: { setting: { of: 'x' }, values: [] } },
      { ...request(), curve: { setting: { of: 'limit', event: 0 }, values: Array(201).fill(1) } },
      { ...request(), curve: { setting: { of: 'limit', event: 0 }, values: [null] } },
    ]; // prettier-ignore
    for (const body of nonsense) {
      const { status, body: answer } = await ask('start', body);
      assert.equal(status, 400, JSON.stringify(body).slice(0, 200));
      assert.match(answer.error!, /no usable "[\w.]+"/);
    }
    const traversal = await ask('start', request({ history: { from: 'file', upload: '../../flows' } }));
    assert.equal(traversal.status, 404);
    const ring = await ask('start', request({ history: { from: 'remembered', source: '../x' } }));
    assert.equal(ring.status, 404);
    assert.equal((await ask('job?job=__proto__')).status, 404);
    assert.equal(
      (await ask('start', request({ node: { ...eventNode(1), long: 'x'.repeat(2_100_000) } as never }))).status,
      413,
    );
  });

  it('bound files: their size, their order, their number, and forget them', async () => {
    const piece = (more: object): Promise<{ status: number; body: UploadAnswer & { error?: string } }> =>
      ask<UploadAnswer>('upload', { name: 'x.csv', piece: 0, text: 'a', last: false, ...more });
    const { body } = await piece({});
    assert.equal((await piece({ upload: body.upload, piece: 2 })).status, 409);
    assert.equal((await piece({ text: 'x'.repeat(1_500_001) })).status, 413);
    assert.equal((await piece({ upload: 'someone-elses', piece: 1 })).status, 404);
    const half = await ask('start', request({ history: { from: 'file', upload: body.upload } }));
    assert.equal(half.status, 409);
    const first = body.upload;
    for (let i = 0; i < 3; i++) assert.equal((await piece({ piece: 1 })).status, 409);
    assert.equal((await piece({ upload: first, piece: 1 })).status, 200, 'nothing has begun in its place');
    for (let i = 0; i < 3; i++) await piece({});
    assert.equal((await piece({ upload: first, piece: 2 })).status, 404, 'the oldest has made room');
    const files = async (): Promise<string[]> =>
      (await readdir(path.join(red.userDir, 'city-events', 'rehearsal'))).filter((name) => name.endsWith('.txt'));
    await waitFor('the file of the oldest to go', async () => (await files()).length <= 3);
    assert.equal((await files()).length, 3);
  });

  it('run two at once, one of each node; a new one takes the place of the one before, and a deploy ends them', async () => {
    await red.deploy([eventNode(5, 'PM2.5', 'ug/m3') as never]);
    const long = { history: { from: 'demo' }, since: Date.now() - 60 * 86_400_000 } as const;
    const start = (id: string): Promise<{ status: number; body: JobAnswer & { error?: string } }> =>
      ask<JobAnswer>('start', request({ ...long, node: { ...eventNode(5, 'PM2.5', 'ug/m3'), id }, sources: [] }));
    const [a, b, c] = [await start('a'), await start('b'), await start('c')];
    assert.deepEqual([a.status, b.status, c.status], [200, 200, 429]);
    const again = await start('a');
    assert.equal(again.status, 200);
    assert.equal((await ended(a.body.job)).state, 'cancelled');
    const cancelled = await ask<JobAnswer>('cancel', { job: b.body.job });
    assert.equal(cancelled.body.state, 'cancelled');
    await red.deploy([eventNode(6, 'PM2.5', 'ug/m3') as never]);
    assert.equal((await ended(again.body.job)).state, 'cancelled');
    assert.equal((await start('d')).status, 200, 'there is room again');
  });

  it('hold neither the flow nor the editor while they run (the bench measures for how long)', async () => {
    await red.deploy([
      { id: 'source', type: 'to-observation', version: 1, mapping, mode: 'live', wires: [['event'], []] },
      eventNode(5, 'PM2.5', 'ug/m3') as never,
      { id: 'out', type: 'test-sink', wires: [] },
    ]);
    const since = Date.now() - 60 * 86_400_000;
    const { body } = await ask<JobAnswer>('start', request({ history: { from: 'demo' }, since }));
    let seen = new Set<number>();
    for (let n = 1; seen.size < 3; n++) {
      const { readings, state, message } = (await ask<JobAnswer>(`job?job=${body.job}`)).body;
      assert.ok(state === 'reading' || state === 'running', message ?? state);
      seen = seen.add(readings);
      red.inject('source', { payload: csv(1, () => n) });
      await red.count('out', n);
    }
    assert.equal((await ask<JobAnswer>('cancel', { job: body.job })).body.state, 'cancelled');
  });
});
