import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { probe } from '../../nodes/sensorthings-server/client/discovery';
import { errorText, readRetryAfter, StaError, waitFor } from '../../nodes/sensorthings-server/client/errors';
import { HttpClient } from '../../nodes/sensorthings-server/client/http';
import { address } from '../../nodes/sensorthings-server/client/links';
import { Metadata } from '../../nodes/sensorthings-server/client/metadata';
import { MqttLink, type MqttState } from '../../nodes/sensorthings-server/client/mqtt';
import { pages } from '../../nodes/sensorthings-server/client/paging';
import { Tokens } from '../../nodes/sensorthings-server/client/token';

const ROOT = 'http://server.example/v1.1';

/** Walks through made-up pages; the answer of a function may depend on the address. */
async function walk(answer: (url: URL, n: number) => unknown, start: string, limit = 100): Promise<[number, string[]]> {
  const reasons: string[] = [];
  let n = 0;
  let rows = 0;
  const get = (url: string): Promise<unknown> => Promise.resolve(answer(new URL(url), n++));
  for await (const page of pages(get, start, { root: ROOT, limit, onGuard: (reason) => reasons.push(reason) }))
    rows += page.rows;
  return [rows, reasons];
}

describe('paging guards', () => {
  const start = address(ROOT, 'Things', { $top: '2', $select: 'id' });
  const rows = (from: number, count = 2): unknown[] => Array.from({ length: count }, (_, i) => ({ id: from + i }));

  it('Q1: stops at its own limit and at an empty page', async () => {
    const endless = (url: URL): unknown => {
      const skip = Number(url.searchParams.get('$skip') ?? 0);
      return { value: rows(skip), '@iot.nextLink': `${ROOT}/Things?$top=2&$select=id&$skip=${skip + 2}` };
    };
    assert.deepEqual(await walk(endless, start, 5), [6, []]);
    const emptyForEver = (_: URL, n: number): unknown => ({
      value: n < 2 ? rows(n * 2) : [],
      '@iot.nextLink': `${ROOT}/Things?$top=2&$select=id&$skip=${n * 2 + 2}`,
    });
    assert.deepEqual(await walk(emptyForEver, start), [4, []]);
  });
  it('Q2: stops where a link points to itself or the same page comes again', async () => {
    assert.deepEqual(await walk(() => ({ value: rows(0), '@iot.nextLink': start }), start), [2, ['repeated']]);
    const same = (_: URL, n: number): unknown => ({ value: rows(0), '@iot.nextLink': `${start}&$skip=${n + 1}` });
    assert.deepEqual(await walk(same, start), [2, ['repeated']]);
  });
  it('Q3, Q4: null is the end, unknown keys are nothing', async () => {
    const page = { value: rows(0), '@iot.nextLink': null, '@iot.prevLink': 'x', 'dataArray@iot.count': 3 };
    assert.deepEqual(await walk(() => page, start), [2, []]);
  });
  it('Q5: gives back options and the path that a link has lost', async () => {
    const urls: URL[] = [];
    await walk(
      (url, n) => {
        urls.push(url);
        return { value: n < 2 ? rows(n * 2) : [], '@iot.nextLink': `${ROOT}/Observations?$skip=${n * 2 + 2}` };
      },
      address(ROOT, 'Datastreams(1)/Observations', { $top: '2', $select: 'id', $filter: 'id gt 0' }),
    );
    assert.equal(urls[1]!.pathname, '/v1.1/Datastreams(1)/Observations');
    assert.deepEqual([...urls[1]!.searchParams.keys()].sort(), ['$filter', '$select', '$skip', '$top']);
  });
  it('Q6, Q7, Q8: reads links of the inner host, encoded signs, relative ones', async () => {
    const urls: string[] = [];
    const links = [
      'http://localhost:8018/ist/v1.1/Things?%24top=2&%24select=id&%24skip=2',
      'Things?$top=2&$select=id&$skip=4',
      null,
    ];
    await walk((url, n) => {
      urls.push(url.href);
      return { value: rows(n * 2), '@iot.nextLink': links[n] };
    }, start);
    assert.equal(urls.length, 3);
    for (const url of urls) assert.ok(url.startsWith(`${ROOT}/Things?`), url);
  });
  it('Q9: a full dataArray page without a link is asked on', async () => {
    const first = address(ROOT, 'Datastreams(1)/Observations', { $top: '2', $resultFormat: 'dataArray' });
    const group = (url: URL): unknown => {
      const skip = Number(url.searchParams.get('$skip') ?? 0);
      return { value: [{ components: ['id'], dataArray: skip < 4 ? [[skip], [skip + 1]] : [] }] };
    };
    assert.deepEqual(await walk(group, first), [4, []]);
  });
  it('Q21: a second 504 in the middle is the end, at the start it is an error', async () => {
    const timeout = (_: URL, n: number): unknown => {
      if (n === 0) return { value: rows(0), '@nextLink': `${start}&$skip=2` };
      throw new StaError('size', 'too-much', 'HTTP 504', 504);
    };
    assert.deepEqual(await walk(timeout, start), [2, ['gave-up']]);
    await assert.rejects(walk(() => Promise.reject(new StaError('size', 'x', 'y', 504)), start));
  });
  it('Q33: a short page with a link is not the last', async () => {
    const short = (_: URL, n: number): unknown =>
      n < 3 ? { value: rows(n * 2, 1), '@iot.nextLink': `${start}&$skip=${n + 1}` } : { value: rows(9, 1) };
    assert.deepEqual(await walk(short, start), [4, []]);
  });
});

describe('errors of servers', () => {
  it('Q27: finds the words in any error body', () => {
    assert.equal(errorText('{"code":404,"type":"error","message":"Nothing found."}'), 'Nothing found.');
    assert.equal(errorText('{"error":"Version Not Found"}'), 'Version Not Found');
    assert.equal(errorText('{"code":null,"message":"a","detail":"b"}'), 'a b');
    assert.equal(errorText('<html><style>x{}</style><h1>Bad&nbsp;Gateway</h1></html>'), 'Bad&nbsp;Gateway');
    assert.equal(errorText(''), '');
    assert.ok(new StaError('config', 'x', 'y'.repeat(5000)).message.length <= 300);
  });
  it('reads Retry-After and waits longer with every failure', () => {
    assert.equal(readRetryAfter('7', 0), 7000);
    assert.equal(readRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 0), 10_000);
    assert.equal(readRetryAfter('99999999', 0), 3_600_000);
    assert.equal(readRetryAfter('soon', 0), undefined);
    const throttle = new StaError('throttle', 'throttled', '', 429, 5000);
    assert.ok(waitFor(throttle, 0) >= 5000 && waitFor(throttle, 0) < 6000);
    assert.ok(waitFor(new StaError('transient', 'network', ''), 30) <= 60_250);
  });
});

describe('client against the simulated server', () => {
  let simulator: Simulator;
  let client: HttpClient;
  const get = (url: string): Promise<unknown> => client.getJson(url, { tries: 4 });
  beforeEach(async () => {
    simulator = await startSimulator({ speed: 0, history: 10 });
    client = new HttpClient({ root: simulator.url, timeout: 2000 });
  });
  afterEach(async () => {
    client.close();
    await simulator.close();
  });

  it('probes and finds the version and the MQTT address', async () => {
    const facts = await probe(get, `${simulator.url}/Datastreams?$top=1`);
    assert.deepEqual([facts.root, facts.version, facts.mqtt], [simulator.url, 'v1.1', [simulator.mqttUrl]]);
    assert.ok(facts.simulated && facts.dataArray);
    const host = simulator.url.replace('/FROST-Server/v1.1', '');
    assert.equal((await probe(get, host)).root, simulator.url);
    await assert.rejects(probe(get, `${host}/nothing/v1.1`), { kind: 'config' });
  });

  it('reads metadata once, many at a time', async () => {
    const metadata = new Metadata(get, simulator.url);
    const before = simulator.log.length;
    const [a, b] = await Promise.all([metadata.stream('1'), metadata.stream('1')]);
    assert.equal(a, b);
    assert.equal(simulator.log.length, before + 1);
    assert.equal(a.place?.length, 2);
    assert.equal((await metadata.list("ObservedProperty/name eq 'CO'", 100)).length, 12);
    await assert.rejects(metadata.stream('99999'), { code: 'not-found' });
  });

  it('tries again what passes by itself', async () => {
    Object.assign(simulator.faults.http, { failures: 1, status: 503 });
    assert.ok(await get(`${simulator.url}/Things`));
    simulator.faults.http.reset = 1;
    assert.ok(await get(`${simulator.url}/Things`));
    simulator.faults.http.truncate = 1;
    assert.ok(await get(`${simulator.url}/Things`));
  });

  it('does not try again what only a person can mend', async () => {
    Object.assign(simulator.faults.http, { failures: 9, status: 401 });
    await assert.rejects(get(`${simulator.url}/Things`), { kind: 'auth', code: 'unauthorized' });
    assert.equal(simulator.faults.http.failures, 8);
    simulator.faults.http.failures = 0;
    simulator.faults.http.html = 1;
    await assert.rejects(get(`${simulator.url}/Things`), { code: 'not-json' });
  });

  it('gives up a server that does not answer, and what is waiting when it is closed', async () => {
    simulator.faults.http.delay = 60_000;
    const slow = new HttpClient({ root: simulator.url, timeout: 100 });
    await assert.rejects(slow.getJson(`${simulator.url}/Things`), { kind: 'size', code: 'timeout' });
    const many = Array.from({ length: 9 }, () => assert.rejects(client.getJson(`${simulator.url}/Things`)));
    setTimeout(() => client.close(), 20);
    await Promise.all(many);
    slow.close();
  });

  it('gives up an answer that drips: it is never idle, and has no end', async () => {
    const closed: Promise<void>[] = [];
    const packed = gzipSync(Buffer.from(`{"value":[${'1,'.repeat(1000)}`));
    const dripping = createServer((request, response) => {
      const isPacked = request.url === '/packed';
      response.writeHead(request.url === '/moved' ? 302 : 200, {
        'content-type': 'application/json',
        location: '/there',
        ...(isPacked && { 'content-encoding': 'gzip' }),
      });
      let n = 0;
      const timer = setInterval(() => response.write(isPacked ? packed.subarray(n, ++n) : ' '), 10);
      closed.push(new Promise((resolve) => response.on('close', () => resolve(clearInterval(timer)))));
    });
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(dripping.address() as AddressInfo).port}`;
    const slow = new HttpClient({ root, timeout: 5000, longest: 150 });
    const given = { kind: 'size', code: 'timeout', message: /^the answer had not ended after \d+ s$/ };
    try {
      const late = new Promise((_, reject) => setTimeout(reject, 3000, new Error('still open')).unref());
      for (const path of ['plain', 'packed', 'moved'])
        await Promise.race([assert.rejects(slow.getJson(`${root}/${path}`), given), late]);
      const login = { type: 'oauth2', tokenUrl: `${root}/token`, clientId: 'a', clientSecret: 'b' } as const;
      const tokens = new Tokens(login, {}, () => performance.now(), 150);
      await Promise.race([assert.rejects(tokens.get(), { ...given, kind: 'transient', code: 'token' }), late]);
      // also that of a redirect, which nobody reads
      assert.equal(closed.length, 5);
      await Promise.race([Promise.all(closed), late]);
    } finally {
      slow.close();
      dripping.closeAllConnections();
      dripping.close();
    }
  });

  it('never sends more than four at once', async () => {
    simulator.faults.http.delay = 30;
    const began = performance.now();
    await Promise.all(Array.from({ length: 12 }, () => get(`${simulator.url}/Things(1)`)));
    assert.ok(performance.now() - began >= 85);
  });

  it('bounds the body', async () => {
    const small = new HttpClient({ root: simulator.url, maxBody: 1000 });
    await assert.rejects(small.getJson(`${simulator.url}/Datastreams`), { code: 'too-large' });
    small.close();
  });

  it('never sends credentials to another origin', async () => {
    const seen: unknown[] = [];
    const thief = createServer((request, response) => {
      seen.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>((done) => thief.listen(0, '127.0.0.1', done));
    const { port } = thief.address() as AddressInfo;
    Object.assign(simulator.faults.http, { redirect: 1, redirectTo: `http://127.0.0.1:${port}/v1.1` });
    const secret = new HttpClient({ root: simulator.url, auth: { type: 'basic', user: 'u', password: 'secret' } });
    await assert.rejects(secret.getJson(`${simulator.url}/Things`), (error: StaError) => {
      assert.equal(error.code, 'redirect');
      assert.ok(!error.message.includes('secret'));
      return true;
    });
    await assert.rejects(secret.getJson(`http://127.0.0.1:${port}/v1.1`), { code: 'redirect' });
    assert.deepEqual(seen, []);
    Object.assign(simulator.faults.http, { redirect: 1, redirectTo: '/FROST-Server/v1.1/Things(1)' });
    assert.equal(((await secret.getJson(`${simulator.url}/x`)) as { name: string }).name, 'Air station Centre 1');
    secret.close();
    await new Promise((done) => thief.close(done));
  });

  it('follows topics over MQTT, hears of refusals, comes back after a cut', async () => {
    simulator.faults.mqtt.strictTopics = true;
    const link = new MqttLink(simulator.mqttUrl, { type: 'none' });
    const seen: string[] = [];
    const states: MqttState['state'][] = [];
    const refused: string[] = [];
    let ready = 0;
    const topic = 'v1.1/Datastreams(3)/Observations';
    link.add(
      {
        message: (_topic, payload) => seen.push(Buffer.from(payload).toString()),
        ready: () => ready++,
        state: ({ state }) => states.push(state),
        refused: (name) => refused.push(name),
      },
      [topic, 'v1.1/nonsense/+'],
    );
    const until = async (test: () => boolean): Promise<void> => {
      const began = Date.now();
      while (!test() && Date.now() - began < 60_000) await new Promise((done) => setTimeout(done, 10));
      assert.ok(test());
    };
    await until(() => ready === 1);
    assert.deepEqual(refused, ['v1.1/nonsense/+']);
    simulator.post(3, 1);
    await until(() => seen.length === 1);
    simulator.mqtt!.disconnectAll();
    await until(() => ready === 2);
    simulator.post(3, 2);
    await until(() => seen.length === 2);
    assert.deepEqual(states, ['connecting', 'connecting', 'connected', 'down', 'connecting', 'connected']);
    link.close();
    await until(() => simulator.mqtt!.clients() === 0);
  });

  it('leaves no timer and no socket when it is closed before the broker has said a word', async () => {
    const sockets = new Set<Socket>();
    const silent = createTcpServer((socket) => sockets.add(socket.on('close', () => sockets.delete(socket)).resume()));
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as AddressInfo;
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const until = async (test: () => boolean): Promise<void> => {
      for (let i = 0; i < 200 && !test(); i++) await new Promise((done) => setTimeout(done, 10));
      assert.ok(test());
    };
    const nobody = {
      message: () => undefined,
      ready: () => undefined,
      state: () => undefined,
      refused: () => undefined,
    };
    const before = timers();
    for (let i = 0; i < 5; i++) {
      const link = new MqttLink(`mqtt://127.0.0.1:${port}`, { type: 'none' });
      link.add(nobody, ['v1.1/Observations']);
      await until(() => sockets.size === 1);
      link.close();
      await until(() => sockets.size === 0);
    }
    silent.close();
    assert.equal(timers(), before);
  });
});
