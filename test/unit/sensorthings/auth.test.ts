/** Who we are, for HTTP and MQTT: tokens that run out, keys, certificates, and nobody else learns of them. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../flows/simulator';
import type { Auth } from '../../../nodes/sensorthings-server/client/auth';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { StaError } from '../../../nodes/sensorthings-server/client/errors';
import type { MqttListener, MqttState } from '../../../nodes/sensorthings-server/client/mqtt';
import { Tokens } from '../../../nodes/sensorthings-server/client/token';
import { readSettings } from '../../../nodes/sensorthings-server/settings';
import { waitFor } from '../../support/node-red';

class Ear implements MqttListener {
  readonly states: MqttState[] = [];
  readonly messages: string[] = [];
  readies = 0;
  message(_topic: string, payload: Uint8Array): void {
    this.messages.push(Buffer.from(payload).toString());
  }
  ready(): void {
    this.readies++;
  }
  state(state: MqttState): void {
    this.states.push(state);
  }
  refused(): void {
    assert.fail('refused');
  }
}

describe('authentication', () => {
  let simulator: Simulator;
  const open: Connection[] = [];
  const start = async (options: SimulatorOptions): Promise<void> => {
    simulator = await startSimulator({ speed: 0, history: 5, ...options });
  };
  const connect = (auth: Auth, more: object = {}): Connection => {
    const connection = new Connection({ url: simulator.url, auth, ...more });
    open.push(connection);
    return connection;
  };
  const works = (connection: Connection): Promise<unknown> => connection.read(`${simulator.url}/Things`, { tries: 1 });
  const oauth = (more: Partial<Auth> = {}): Auth => ({ type: 'oauth2', tokenUrl: simulator.tokenUrl, clientId: 'me', clientSecret: 's3cret/+', ...more }); // prettier-ignore
  const seconds = (n: number): SimulatorOptions => ({ auth: { oauth2: { clientId: 'me', clientSecret: 's3cret/+', seconds: n } } }); // prettier-ignore

  afterEach(async () => {
    for (const connection of open.splice(0)) connection.close();
    await simulator.close();
  });

  it('none, basic, bearer: the right one is let in, the wrong one is told as such', async () => {
    await start({});
    await works(connect({ type: 'none' }));
    await simulator.close();
    await start({ auth: { user: 'city', password: 'pä:ss' } });
    await works(connect({ type: 'basic', user: 'city', password: 'pä:ss' }));
    await assert.rejects(works(connect({ type: 'basic', user: 'city', password: 'x' })), { kind: 'auth', code: 'unauthorized' }); // prettier-ignore
    await simulator.close();
    await start({ auth: { bearer: 'abc' } });
    await works(connect({ type: 'bearer', token: ' abc\n' }));
    await assert.rejects(works(connect({ type: 'bearer', token: 'abd' })), { kind: 'auth' });
  });

  it('API key in a header or in the address, which is never part of a message', async () => {
    await start({ auth: { apiKey: { header: 'X-Key', value: 'k&y=1' } } });
    await works(connect({ type: 'apikey', header: 'X-Key', token: 'k&y=1' }));
    await simulator.close();
    await start({ auth: { apiKey: { query: 'key', value: 'k&y=1' } } });
    const connection = connect({ type: 'apikey', header: 'key', keyIn: 'query', token: 'k&y=1' });
    await works(connection);
    await connection.read(`${simulator.url}/Observations?$filter=result%20gt%20-99&$top=2&key=stale`);
    await connection.read(`${simulator.url}/Nothing`).then(
      () => assert.fail('found'),
      (error: unknown) => assert.ok(!String(error).includes('k&y') && !String(error).includes('k%26y')),
    );
    await assert.rejects(works(connect({ type: 'apikey', header: 'key', keyIn: 'query', token: 'x' })), { kind: 'auth' });
  });

  it('a server that repeats the request in its error tells nobody who we are', async () => {
    await start({});
    const filler = 'x'.repeat(180);
    const echo = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        response.statusCode = request.url === '/v1.1/Things?plain' ? 200 : 404;
        // the second one is cut where errors are
        const said = `${request.headers.authorization} ${String(request.headers['x-key'])} ${request.url} ${body}`;
        response.end(`${said} ${filler.slice(said.length)} ${said}`);
      });
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/v1.1`;
    const secret = 'pä$$ w/rd&1';
    const written = [secret, encodeURIComponent(secret), Buffer.from(`me:${secret}`).toString('base64')];
    const ways: Auth[] = [
      { type: 'basic', user: 'me', password: secret },
      { type: 'bearer', token: secret.replace('ä', 'a') },
      { type: 'apikey', header: 'x-key', token: secret.replace('ä', 'a') },
      { type: 'apikey', header: 'key', keyIn: 'query', token: secret },
      { type: 'oauth2', tokenUrl: `${root}/token`, clientId: 'me', clientSecret: secret },
    ];
    for (const auth of ways) {
      const connection = new Connection({ url: root, auth });
      for (const path of ['Things', 'Things?plain']) {
        const error = await connection.read(`${root}/${path}`, { tries: 1 }).then(() => undefined, (thrown: unknown) => String(thrown)); // prettier-ignore
        assert.ok(error !== undefined);
        for (const one of [...written, secret.replace('ä', 'a'), 'w/rd', 'w%2Frd', written[2]!.slice(0, 12)])
          assert.ok(!error.includes(one), `${auth.type}: ${error}`);
      }
      connection.close();
    }
    echo.closeAllConnections();
    echo.close();
  });

  it('OAuth2: one token for all requests at once, a new one when it was refused, in the middle of pages too', async () => {
    await start(seconds(60));
    const connection = connect(oauth());
    await Promise.all([works(connection), works(connection), works(connection), connection.facts()]);
    assert.equal(simulator.gate.issued, 1);
    simulator.gate.revoke();
    await works(connection);
    assert.equal(simulator.gate.issued, 2);
    let pages = 0;
    for (let url: string | undefined = `${simulator.url}/Observations?$top=20`; url && pages < 6; pages++) {
      const body = (await connection.read(url)) as Record<string, string>;
      url = body['@iot.nextLink'];
      if (pages === 2) simulator.gate.revoke();
    }
    assert.equal(pages, 6);
    assert.equal(simulator.gate.issued, 3);
  });

  it('OAuth2: renews before the end, keeps the old one while it is good, says what is wrong without the secret', async () => {
    await start(seconds(10));
    let now = 0;
    const tokens = new Tokens(oauth(), {}, () => now);
    const first = (await tokens.get()).text;
    now = 7999;
    assert.equal((await tokens.get()).text, first);
    now = 8001;
    const second = (await tokens.get()).text;
    assert.notEqual(second, first);
    now = 16_500;
    await simulator.stop();
    assert.equal((await tokens.get()).text, second, 'nobody gives out another, and this one is good until 18 s');
    now = 18_100;
    await assert.rejects(tokens.get(), { kind: 'transient', code: 'token' });
    await simulator.resume();
    const wrong = connect(oauth({ clientSecret: 'wrong-secret' }));
    await assert.rejects(works(wrong), (error: unknown) => {
      assert.ok(error instanceof StaError && error.kind === 'auth' && error.code === 'token');
      return !error.message.includes('wrong-secret');
    });
    await assert.rejects(works(connect(oauth({ tokenUrl: 'file:///etc/passwd' }))), { code: 'token' });
  });

  it('OAuth2 over MQTT: the token is the password, and a new session begins before it runs out', async function () {
    this.timeout(15_000);
    await start(seconds(3));
    const link = (await connect(oauth()).mqtt())!;
    const ear = new Ear();
    link.add(ear, ['v1.1/Datastreams(1)/Observations']);
    await waitFor('subscribed', () => ear.readies === 1);
    await waitFor('subscribed with a new token', () => ear.readies >= 3, 10_000);
    assert.ok(simulator.gate.issued >= 3);
    assert.ok(!ear.states.some(({ state }) => state === 'down'), JSON.stringify(ear.states));
    simulator.post(1, 5);
    await waitFor('a notice', () => ear.messages.length === 1);
  });

  it('MQTT has a login of its own where one is set, and gets that of HTTP only on the same host', async () => {
    await start({ auth: { user: 'm', password: 'q' } });
    const settings = (mqttLogin: string, secrets: object): Connection => {
      const saved = { url: simulator.url, auth: 'basic', mqttFrom: 'own', mqttUrl: simulator.mqttUrl, mqttLogin };
      const connection = new Connection(readSettings(saved, { user: 'm', password: 'q', ...secrets }));
      open.push(connection);
      return connection;
    };
    for (const [mqttLogin, secrets, good] of [
      ['same', {}, true],
      ['none', {}, false],
      ['own', { mqttUser: 'm', mqttPassword: 'q' }, true],
      ['own', { mqttUser: 'm', mqttPassword: 'x' }, false],
    ] as const) {
      const ear = new Ear();
      (await settings(mqttLogin, secrets).mqtt())!.add(ear, ['v1.1/Datastreams(1)/Observations']);
      if (good) await waitFor(`${mqttLogin} let in`, () => ear.readies === 1);
      else await waitFor(`${mqttLogin} refused`, () => ear.states.some((state) => state.state === 'down' && state.code === 'unauthorized')); // prettier-ignore
    }
  });

  it('nothing goes to another origin: no header, no key, no token, whatever a server answers', async () => {
    const seen: { headers: IncomingHttpHeaders; url: string | undefined }[] = [];
    const thief = createServer((request, response) => {
      seen.push({ headers: request.headers, url: request.url });
      response.end('{}');
    });
    await new Promise<void>((done) => thief.listen(0, '127.0.0.1', done));
    const elsewhere = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1.1/Things`;
    try {
      for (const [auth, options] of [
        [{ type: 'basic', user: 'u', password: 'p' }, { user: 'u', password: 'p' }],
        [{ type: 'apikey', header: 'key', keyIn: 'query', token: 'k' }, { apiKey: { query: 'key', value: 'k' } }],
      ] as const) {
        await start({ auth: options });
        const connection = connect(auth);
        await works(connection);
        Object.assign(simulator.faults.http, { redirect: 1, redirectTo: elsewhere });
        await assert.rejects(works(connection), { kind: 'config', code: 'redirect' });
        await assert.rejects(connection.read(elsewhere), { code: 'redirect' });
        await simulator.close();
      }
      await start(seconds(60));
      Object.assign(simulator.faults.http, { redirect: Infinity, redirectTo: elsewhere });
      await assert.rejects(works(connect(oauth())));
      assert.deepEqual(seen, []);
    } finally {
      thief.close();
    }
  });
});
