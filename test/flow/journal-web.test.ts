/** The web interface of a journal in a real Node-RED: closed, opened, who may what, the stream, and acts that reach the nodes. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import path from 'node:path';
import { hasSqlite } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import { hashToken } from '../../nodes/city-journal/rest/tokens';
import type { Status } from '../../nodes/ecdm/status';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { projectRoot, waitFor } from '../support/node-red';
import { giveToken } from '../support/tokens';

const T0 = Date.UTC(2026, 0, 5, 8);
const secrets: Record<string, string> = {};
const tokens = [
  giveToken(secrets, 'Viewer', 'viewer'),
  giveToken(secrets, 'Operator', 'operator'),
  giveToken(secrets, 'Admin', 'admin'),
  giveToken(secrets, 'North', 'operator', ['north']),
];

const event = (kind: 'begin' | 'end', minute: number, key: string) => ({
  id: `pm|${key}|${kind}|${minute}`, event: 'pm', name: 'PM', key, stream: `pm|${key}`, time: T0 + minute * 60_000, value: 120, unit: 'ug/m3', kind,
  source: ['o1'], zones: [{ id: key === 'n1' ? 'north' : 'south', name: key, level: 'zone' }],
}); // prettier-ignore

const flow = (journal: object): FlowNode[] => [
  { id: 'journal', type: 'city-journal', version: 1, name: 'J', store: 'sqlite', days: 365, megabytes: 1000, ...journal },
  {
    id: 'rule', type: 'pattern-status', version: 1, name: 'Haze', statusId: 'haze', per: 'station', severity: 'major', lateness: '0 ms',
    rule: { op: 'event', event: 'pm' }, journal: 'journal', flapping: 'off', wires: [['tell', 'out'], []],
  },
  { id: 'tell', type: 'action-notify', version: 2, name: 'Tell', journal: 'journal', on: ['raised', 'updated', 'cleared'], onlyNew: true, remind: '1 s', form: 'event', wires: [['told'], []] },
  { id: 'out', type: 'test-sink', wires: [] },
  { id: 'told', type: 'test-sink', wires: [] },
]; // prettier-ignore

describe('the web interface of a journal in Node-RED', function () {
  let red: Embedded;
  let login: string | undefined;
  before(async () => {
    red = await startEmbedded({
      settings: {
        httpNodeMiddleware: (request: http.IncomingMessage, response: http.ServerResponse, next: () => void) => {
          if (login === undefined || request.headers['authorization'] === login) next();
          else
            response
              .writeHead(401, { 'www-authenticate': 'Basic realm="Authentication Required"' })
              .end('Unauthorized');
        },
      },
    });
  });
  after(() => red.stop());
  afterEach(() => void (login = undefined));

  const ask = async (
    who: string | undefined,
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: any }> => {
    const headers = {
      ...(who !== undefined && { authorization: `Bearer ${secrets[who]}` }),
      ...(init.headers as object),
    };
    const answer = await fetch(`${red.url}/city-events${path}`, { ...init, headers });
    const text = await answer.text();
    return {
      status: answer.status,
      body: /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
    };
  };
  const act = (who: string, key: string, body: object): Promise<{ status: number; body: any }> =>
    ask(who, `/api/v1/alarms/${encodeURIComponent(`haze|${key}`)}/acts`, {
      method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' },
    }); // prettier-ignore
  const tell = (kind: 'begin' | 'end', minute: number, key: string): void =>
    red.inject('rule', {
      payload: event(kind, minute, key),
      city: { mode: 'poll', clock: { source: 's', time: T0 + minute * 60_000, events: ['pm'] } },
    });
  const said = (): string[] => (red.payloads('out').flat() as Status[]).map(({ key, state }) => `${key} ${state}`);
  const logged = (text: RegExp): boolean => red.logs.some((line) => text.test(line.text));

  it('is not there unless it was opened, and is gone when it is closed again', async () => {
    await red.deploy(flow({}));
    assert.equal((await ask('Admin', '/api/v1/alarms')).status, 404);
    await red.deploy(flow({ rest: true, tokens }));
    assert.equal((await ask('Admin', '/api/v1/alarms')).status, 200);
    assert.equal((await ask(undefined, '/api/v1/alarms')).status, 401);
    assert.ok(logged(/open at \/city-events\/api\/v1 for 4 tokens/));
    await red.deploy(flow({ rest: true, restName: 'board', tokens }));
    assert.deepEqual(
      [(await ask('Admin', '/api/v1/alarms')).status, (await ask('Admin', '/board/v1/alarms')).status],
      [404, 200],
    );
    // a token that is taken off the list opens nothing after the deploy
    await red.deploy(flow({ rest: true, tokens: tokens.slice(1) }));
    assert.deepEqual(
      [(await ask('Viewer', '/api/v1/alarms')).status, (await ask('Admin', '/api/v1/alarms')).status],
      [401, 200],
    );
    for (const rest of ['true', 1, 'yes', null, {}]) {
      await red.deploy(flow({ rest, tokens }));
      assert.equal((await ask('Admin', '/api/v1/alarms')).status, 404, 'only what was said clearly opens it');
    }
  });

  it('says why it stays closed, and when it is open for nobody', async () => {
    await red.deploy(flow({ rest: true, tokens, restName: '../x' }));
    await red.deploy([
      ...flow({ rest: true, tokens: 'nonsense' }),
      { id: 'second', type: 'city-journal', version: 1, store: 'sqlite', rest: true },
    ]);
    for (const text of [/cannot be part of an address/, /another journal has the name/, /nobody has a token/])
      assert.ok(logged(text), String(text));
    assert.equal((await ask('Admin', '/api/v1/alarms')).status, 401);
    assert.equal((await ask(undefined, '/api/v1/health')).status, 200);
    await red.deploy(flow({ rest: true, tokens: [...tokens, { name: 'Half' }, null] }));
    assert.ok(logged(/2 tokens cannot be used/));
  });

  it('makes a token for the editor only', async () => {
    const made = await fetch(`${red.url}/city-events/city-journal/token`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const { token: secret, hash } = (await made.json()) as { token: string; hash: string };
    assert.equal(hashToken(secret), hash);
    await red.deploy(flow({ rest: true, tokens: [{ name: 'New', role: 'viewer', hash }] }));
    secrets['New'] = secret;
    assert.equal((await ask('New', '/api/v1/alarms')).status, 200);
  });

  it('shows, streams and acts, by role and by zone; what was done reaches the rule and the notices', async () => {
    await red.deploy(flow({ rest: true, tokens }));
    const heard: any[] = [];
    let opened = false;
    const stream = http.get(
      `${red.url}/city-events/api/v1/stream`,
      { headers: { authorization: `Bearer ${secrets['North']}` } },
      (response) => {
        opened = true;
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          for (const line of part.split('\n'))
            if (line.startsWith('data: {"alarm')) heard.push(JSON.parse(line.slice(6)));
        });
        response.on('error', () => undefined);
      },
    );
    stream.on('error', () => undefined);
    await waitFor('the stream', () => opened);
    tell('begin', 0, 'n1');
    tell('begin', 1, 's1');
    await waitFor('two statuses', () => said().length === 2);
    const alarms = async (who: string): Promise<string[]> =>
      (await ask(who, '/api/v1/alarms')).body.alarms.map((view: any) => view.alarm).sort();
    assert.deepEqual(await alarms('Viewer'), ['haze|n1', 'haze|s1']);
    assert.deepEqual(await alarms('North'), ['haze|n1']);
    assert.equal((await act('Viewer', 'n1', { act: 'acknowledge' })).status, 403);
    assert.equal((await act('North', 's1', { act: 'acknowledge' })).status, 404);
    const history = async (who: string, entries: string[]): Promise<void> => {
      const reply = await ask(who, '/api/v1/history?order=oldest&kind=status,act');
      // a Node without SQLite says so; all else is as on any other
      if (!hasSqlite()) assert.deepEqual([reply.status, reply.body.code], [503, 'history']);
      else
        assert.deepEqual(
          reply.body.entries.map((entry: any) => `${entry.kind} ${entry.alarm}`),
          entries,
        );
    };
    await history('North', ['status haze|n1']);

    // reminders come every second until somebody acknowledges
    await waitFor('a reminder', () => JSON.stringify(red.payloads('told')).includes('haze|n1'));
    assert.equal((await act('North', 'n1', { act: 'acknowledge', why: 'on my way', person: 'Mali' })).status, 200);
    assert.equal(
      (await ask('Viewer', '/api/v1/alarms?acknowledged=true')).body.alarms[0].operator.acknowledged.who,
      'Mali (North)',
    );
    assert.equal((await act('Operator', 's1', { act: 'clear', why: 'no sensor there' })).status, 200);
    await waitFor('what the rule says of it', () => said().includes('s1 cleared'));
    await history('Viewer', ['status haze|n1', 'status haze|s1', 'act haze|n1', 'act haze|s1', 'status haze|s1']);
    await waitFor('what the stream said', () => heard.length >= 2);
    assert.deepEqual([...new Set(heard.map(({ alarm }) => alarm))], ['haze|n1'], 'nothing of another zone');
    const ended = new Promise((resolve) => stream.on('close', resolve));
    await red.deploy(flow({}));
    await ended;
    assert.equal((await ask('Viewer', '/api/v1/alarms')).status, 404);
  });

  it('the commands of the README do what they say', async function () {
    if (spawnSync('curl', ['--version']).error !== undefined) {
      console.log('SKIPPED: there is no curl');
      this.skip();
    }
    await red.deploy(flow({ rest: true, tokens }));
    tell('end', 99, 's1');
    tell('begin', 100, 's1');
    await waitFor('the status', () => said().includes('s1 raised'));
    const readme = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
    const block = /## Web access to alarms[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)![1]!;
    const env = { ...process.env, TOKEN: secrets['Operator'], NODE_RED: red.url };
    const answers: string[] = [];
    for (const command of block.trim().split(/\n(?=curl)/)) {
      const child = spawn('sh', ['-c', command.replace('curl', 'exec curl -s -m 60')], { env });
      let text = '';
      child.stdout.on('data', (part) => {
        text += String(part);
        // the stream has no end
        if (text.includes('event: reset\n')) child.kill();
      });
      await new Promise((resolve) => child.on('close', resolve));
      answers.push(text);
    }
    const [alarms, history, stream, done] = answers as [string, string, string, string];
    assert.equal(JSON.parse(alarms).alarms[0].alarm, 'haze|s1');
    assert.ok(
      hasSqlite() ? Array.isArray(JSON.parse(history).entries) : JSON.parse(history).code === 'history',
      history,
    );
    assert.match(stream, /^event: reset$/m);
    assert.equal(JSON.parse(done).operator.acknowledged.who, 'Mali (Operator)');
  });

  it("Node-RED's own login comes first; the token then has a header of its own", async () => {
    await red.deploy(flow({ rest: true, tokens }));
    login = `Basic ${Buffer.from('city:secret').toString('base64')}`;
    const without = await ask('Viewer', '/api/v1/alarms');
    assert.deepEqual([without.status, without.body], [401, 'Unauthorized']);
    assert.equal((await ask(undefined, '/api/v1/alarms', { headers: { authorization: login } })).status, 401);
    const both = { authorization: login, 'x-city-events-token': secrets['Viewer']! };
    assert.equal((await ask(undefined, '/api/v1/alarms', { headers: both })).status, 200);
  });
});
