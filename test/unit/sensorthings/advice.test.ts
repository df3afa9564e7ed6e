/** What the form says to do about an error, told apart by real servers that have it. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { startSimulator, type Simulator } from '../../../flows/simulator';
import { adviceOf, findRoot } from '../../../nodes/sensorthings-server/client/advice';
import { Connection, type ServerSettings } from '../../../nodes/sensorthings-server/client/connection';
import { networkError, StaError } from '../../../nodes/sensorthings-server/client/errors';
import { type Certificates, makeCertificates } from '../../support/certificates';

const open = new Set<Server>();

/** Listens on a free port; gives the port. */
function listen(server: Server): Promise<number> {
  open.add(server);
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));
}

interface Advice {
  code: string;
  better: string | undefined;
}

/** What the form would be told about an address. */
async function advice(url: string, more: Partial<ServerSettings> = {}): Promise<Advice> {
  const server = new Connection({ url, auth: { type: 'none' }, ...more });
  try {
    await server.facts();
    return { code: 'ok', better: undefined };
  } catch (thrown) {
    const error = networkError(thrown);
    return { code: adviceOf(error), better: await findRoot(server.get, url, error) };
  } finally {
    server.close();
  }
}

describe('what to do about an error', function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let host = '';
  let certificates: Certificates;
  before(async () => {
    certificates = makeCertificates();
    simulator = await startSimulator({ speed: 0, history: 1, mqttPort: false });
    host = new URL(simulator.url).origin;
  });
  after(async () => {
    await simulator.close();
    for (const server of open) server.close();
  });

  it('tells wrong certificates apart', async () => {
    const ok: RequestListener = (_request, response) => response.end('{}');
    const { ca, good, expired, otherName, selfSigned } = certificates;
    const of = async (pair: object, tls: object = { ca }): Promise<string> =>
      (await advice(`https://127.0.0.1:${await listen(createSecureServer(pair, ok))}/v1.1`, { tls })).code;
    assert.equal(await of(selfSigned), 'certificate-self');
    assert.equal(await of(good, {}), 'certificate-issuer');
    assert.equal(await of(expired), 'certificate-expired');
    assert.equal(await of(otherName), 'certificate-name');
    assert.equal(await of(good), 'not-sta', 'a good one is no trouble');
    assert.equal(await of({ ...good, ca, requestCert: true, rejectUnauthorized: true }), 'certificate-client');
  });

  it('tells http where https is meant, and the other way round', async () => {
    const plain = await listen(createServer((_request, response) => response.end('{}')));
    assert.equal((await advice(`https://127.0.0.1:${plain}/v1.1`)).code, 'certificate-plain');
    const nginx: RequestListener = (_request, response) =>
      response
        .writeHead(400)
        .end('<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>');
    assert.equal((await advice(`http://127.0.0.1:${await listen(createServer(nginx))}/v1.1`)).code, 'https-only');
  });

  it('finds the right path where the given one is wrong', async () => {
    for (const path of ['', '/', '/FROST-Server', '/FROST-Server/v1.1/Things(1)', '/FROST-Server/v1.1?$top=1']) {
      assert.deepEqual(await advice(host + path), { code: 'ok', better: undefined }, path);
    }
    for (const path of [
      '/v1.1',
      '/FROST-Server/v9.9',
      '/FROST-Server/api/v1.1',
      '/portal/map.html',
      '/a/b/c/d/v1.1',
      '/sta/v2.0',
    ]) {
      const { code, better } = await advice(host + path);
      assert.deepEqual([code !== 'ok', better], [true, simulator.url], path);
    }
  });

  it('takes the version that is wanted, whatever the address says', async () => {
    for (const [protocol, path] of [
      ['v1.0', ''],
      ['v1.0', '/FROST-Server/v1.1'],
      ['v1.1', '/FROST-Server/v1.0'],
      ['v1.1', '/FROST-Server'],
    ] as const) {
      const server = new Connection({ url: host + path, auth: { type: 'none' }, protocol });
      const { root, version } = await server.facts();
      server.close();
      assert.deepEqual([root, version], [`${host}/FROST-Server/${protocol}`, protocol], path);
    }
    assert.equal((await advice(simulator.url, { protocol: 'v2.0' })).code, 'not-found');
  });

  it('names the address of a redirect, and does not go there', async () => {
    let visits = 0;
    const other = await listen(createServer((_request, response) => (visits++, response.end('{}'))));
    const target = `http://127.0.0.1:${other}/FROST-Server/v1.1`;
    const port = await listen(
      createServer((_request, response) => response.writeHead(301, { location: target }).end()),
    );
    const { code, better } = await advice(`http://127.0.0.1:${port}/v1.1`, {
      auth: { type: 'bearer', token: 'secret' },
    });
    assert.deepEqual([code, better, visits], ['redirect', target, 0]);
  });

  it('asks only the origin of the address, and not for ever, where nothing is found', async () => {
    const asked: string[] = [];
    const port = await listen(
      createServer((request, response) => {
        asked.push(request.url!);
        response.writeHead(404).end('nothing');
      }),
    );
    assert.deepEqual(await advice(`http://127.0.0.1:${port}/x/v1.1`), { code: 'not-found', better: undefined });
    assert.ok(asked.length <= 22, `${asked.length} requests`);
    assert.equal(
      await findRoot(
        () => Promise.reject(new Error('not asked')),
        'http://x.example/v1.1',
        new StaError('auth', 'unauthorized', '', 401),
      ),
      undefined,
    );
  });

  it('says which login a server wants', async () => {
    const of = async (wants: string): Promise<string> => {
      const answer: RequestListener = (_request, response) =>
        response.writeHead(401, { 'www-authenticate': wants }).end();
      return (await advice(`http://127.0.0.1:${await listen(createServer(answer))}/v1.1`)).code;
    };
    assert.equal(await of('Basic realm="FROST-Server", charset="UTF-8"'), 'unauthorized-basic');
    assert.equal(await of('Bearer realm="sensorThings", error="invalid_token"'), 'unauthorized-bearer');
    assert.equal(await of('Negotiate'), 'unauthorized');
  });

  it('says who must mend what else', async () => {
    const status = async (code: number): Promise<string> =>
      (
        await advice(
          `http://127.0.0.1:${await listen(createServer((_q, response) => response.writeHead(code).end()))}/v1.1`,
        )
      ).code;
    assert.deepEqual(
      [await status(401), await status(403), await status(500), await status(429)],
      ['unauthorized', 'forbidden', 'server', 'throttled'],
    );
    const dead = createServer();
    const port = await listen(dead);
    await new Promise((done) => dead.close(done));
    assert.equal((await advice(`http://127.0.0.1:${port}/v1.1`)).code, 'no-server');
    assert.equal((await advice('http://nowhere.invalid/v1.1')).code, 'unknown-host');
  });
});
