import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '../../nodes/city-journal/rest/api';
import { Mount } from '../../nodes/city-journal/rest/mount';
import { NAME, ROOT } from '../../nodes/city-journal/rest/names';
import { openApi, SCHEMAS } from '../../nodes/city-journal/rest/openapi';
import { routes } from '../../nodes/city-journal/rest/routes';
import { preferredLanguage } from '../../nodes/city-journal/rest/texts';
import { hashToken, newToken, readTokens } from '../../nodes/city-journal/rest/tokens';
import type { OperatorAct } from '../../nodes/ecdm/operator';
import type { Status } from '../../nodes/ecdm/status';
import { NASTY } from '../support/hostile';
import { MemoryJournal } from '../support/memory-journal';
import { giveToken } from '../support/tokens';

const NOW = Date.UTC(2026, 0, 5, 8);
const iso = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString();

function status(key: string, zone: string | undefined, more: Partial<Status> = {}): Status {
  const zones = zone === undefined ? undefined : [{ id: zone, name: zone, level: 'zone' }, { id: 'city', name: 'City', level: 'city' }]; // prettier-ignore
  return {
    statusId: `air|${key}|${iso(0)}`,
    revision: 1,
    status: 'air',
    name: 'Air pollution',
    domain: 'trang',
    key,
    keyName: `Station ${key}`,
    state: 'raised',
    severity: 'major',
    since: iso(0),
    updated: iso(0),
    ...(zones && { zones }),
    count: 1,
    evidence: [],
    reason: `PM2.5 high at ${key}`,
    flags: [],
    ...more,
  };
}

/** Every token is given once; the words name them. */
const secrets: Record<string, string> = {};
const tokens = [
  giveToken(secrets, 'Viewer', 'viewer'),
  giveToken(secrets, 'Operator', 'operator'),
  giveToken(secrets, 'Admin', 'admin'),
  giveToken(secrets, 'North', 'operator', ['north']),
  giveToken(secrets, 'Nowhere', 'operator', []),
];

interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  body: any;
}

class Client {
  journal = new MemoryJournal(NOW);
  failures: unknown[] = [];
  now = NOW;
  api = this.open();
  private readonly server = http.createServer((request, response) => this.api.handle(request, response));

  private open(): Api {
    return new Api({
      journal: this.journal,
      tokens,
      language: 'en-US',
      version: '0',
      now: () => this.now,
      failed: (thrown) => this.failures.push(thrown),
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.api.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    assert.equal(this.journal.listening, 0);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  ask(who: string | undefined, path: string, more: http.RequestOptions & { body?: string } = {}): Promise<Reply> {
    const { body, headers, ...rest } = more;
    const all: http.OutgoingHttpHeaders = { ...(headers as http.OutgoingHttpHeaders) };
    if (who !== undefined) all['authorization'] ??= `Bearer ${secrets[who]}`;
    if (body !== undefined) all['content-type'] ??= 'application/json';
    return new Promise((resolve, reject) => {
      const request = http.request({ port: this.port, host: '127.0.0.1', path, headers: all, ...rest }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => {
          const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
          resolve({ status: response.statusCode!, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }); // prettier-ignore
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  act(
    who: string,
    alarm: string,
    act: Record<string, unknown>,
    headers: http.OutgoingHttpHeaders = {},
  ): Promise<Reply> {
    return this.ask(who, `/alarms/${encodeURIComponent(alarm)}/acts`, {
      method: 'POST',
      body: JSON.stringify(act),
      headers,
    });
  }
}

describe('web interface', () => {
  let client: Client;
  const put = (...list: Status[]): void => list.forEach((one) => client.journal.put(one));

  beforeEach(async () => {
    client = new Client();
    await client.start();
    put(status('a', 'north'), status('b', 'south', { severity: 'critical' }), status('c', undefined));
  });
  afterEach(async () => {
    await client.stop();
    assert.deepEqual(client.failures, []);
  });

  describe('who may ask', () => {
    it('is told that a token is needed, that it is wrong, or which role is', async () => {
      for (const { method, path, role } of routes) {
        const at = path.replace('{alarm}', 'air%7Ca');
        const without = await client.ask(undefined, at, { method });
        assert.equal(without.status, role === undefined ? 200 : 401, path);
        if (role === undefined) continue;
        assert.match(without.headers['www-authenticate']!, /^Bearer/);
        assert.equal(without.body.code, 'noToken');
      }
      const wrong = await client.ask(undefined, '/alarms', { headers: { authorization: `Bearer ${newToken()}` } });
      assert.deepEqual([wrong.status, wrong.body.code], [401, 'token']);
      for (const header of ['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer  ', 'bearer x y', `Bearer ${'x'.repeat(5000)}`]) {
        assert.equal(
          (await client.ask(undefined, '/alarms', { headers: { authorization: header } })).status,
          401,
          header,
        );
      }
    });

    it('a viewer reads and cannot act; an operator can', async () => {
      assert.equal((await client.ask('Viewer', '/alarms')).status, 200);
      const refused = await client.act('Viewer', 'air|a', { act: 'acknowledge' });
      assert.deepEqual([refused.status, refused.body.code], [403, 'role']);
      assert.match(refused.body.title, /Viewer.*viewer.*operator/);
      assert.equal(client.journal.view('air|a')!.operator.acknowledged, undefined);
      for (const who of ['Operator', 'Admin']) {
        const answer = await client.act(who, who === 'Admin' ? 'air|b' : 'air|a', { act: 'acknowledge', why: 'seen' });
        assert.equal(answer.status, 200);
        assert.equal(answer.body.operator.acknowledged.who, who);
      }
    });

    it('sees of another zone neither alarms nor notices, nor that they exist, and cannot act there', async () => {
      const { journal } = client;
      for (const key of ['a', 'b', 'c'])
        journal.note({ kind: 'notice', node: 'n', alarm: `air|${key}`, body: { key } });
      journal.note({ kind: 'system', node: 'n', body: {} });
      const alarms = (await client.ask('North', '/alarms')).body.alarms.map((view: any) => view.alarm);
      assert.deepEqual(alarms, ['air|a']);
      const entries: any[] = (await client.ask('North', '/history')).body.entries;
      assert.deepEqual(
        entries.map(({ alarm, kind }) => `${kind} ${alarm}`),
        ['status air|a', 'notice air|a'],
      );
      assert.deepEqual(journal.asked.at(-1)!.zones, ['north'], 'the store is asked for no more');
      for (const alarm of ['air|b', 'air|c', 'air|none']) {
        const read = await client.ask('North', `/alarms/${encodeURIComponent(alarm)}`);
        const acted = await client.act('North', alarm, { act: 'acknowledge' }, { 'if-match': '"x"' });
        assert.deepEqual(
          [read.status, read.body.code, acted.status, acted.body.code],
          [404, 'noAlarm', 404, 'noAlarm'],
        );
      }
      assert.equal((await client.act('North', 'air|a', { act: 'acknowledge' })).status, 200);
      assert.equal((await client.ask('North', '/metrics')).status, 403);
      assert.deepEqual((await client.ask('North', '/history?zone=south')).body, { entries: [] });
      assert.equal((await client.ask('North', '/history?zone=south,north')).body.entries.length > 0, true);
      // limited to no zone at all: nothing, instead of everything
      assert.equal((await client.ask('Nowhere', '/alarms')).body.total, 0);
      assert.deepEqual((await client.ask('Nowhere', '/history')).body, { entries: [] });
    });

    it('has to wait after twenty wrong tokens, not for ever; who has a right one and comes from there does not', async () => {
      const wrong = (): Promise<Reply> =>
        client.ask(undefined, '/alarms', { headers: { authorization: 'Bearer wrong' } });
      for (let i = 0; i < 20; i++) assert.equal((await wrong()).status, 401);
      const answer = await wrong();
      assert.deepEqual([answer.status, answer.headers['retry-after']], [429, '60']);
      // behind a proxy all have one address: nobody may lock out the others
      assert.equal((await client.ask('Viewer', '/alarms')).status, 200);
      assert.equal((await client.act('Operator', 'air|none', { act: 'acknowledge' })).status, 404);
      assert.equal((await wrong()).status, 429);
      client.now += 60_000;
      assert.equal((await wrong()).status, 401);
    });

    it('keeps only hashes, and what is no whole token opens nothing', () => {
      const kept = JSON.stringify(tokens);
      for (const secret of Object.values(secrets)) assert.ok(!kept.includes(secret));
      const hash = hashToken('x');
      const good = { name: ' A ', role: 'viewer', hash };
      assert.deepEqual(readTokens([good]), [{ name: 'A', role: 'viewer', hash }]);
      const bad = [
        null,
        1,
        {},
        { ...good, name: ' ' },
        { ...good, role: 'root' },
        { ...good, hash: 'abc' },
        { ...good, hash: 1 },
      ];
      for (const raw of [undefined, '', '{', '{}', 7, bad, JSON.stringify(bad)]) assert.deepEqual(readTokens(raw), []);
      assert.deepEqual(readTokens([{ ...good, zones: 'north' }])[0]!.zones, [], 'a limit that cannot be read');
    });
  });

  describe('alarms', () => {
    it('come worst first, filtered by what is asked for', async () => {
      put(status('d', 'south', { state: 'cleared', severity: 'critical', until: iso(1) }));
      put(
        status('e', 'south', { status: 'flood', name: 'Flood', domain: 'water', reason: 'Level 3 m', since: iso(1) }),
      );
      const keys = async (query: string): Promise<string> => {
        const { body } = await client.ask('Viewer', `/alarms${query}`);
        return body.alarms.map((view: any) => view.status.key).join('');
      };
      assert.equal(await keys(''), 'beacd');
      assert.equal(await keys('?severity=critical'), 'bd');
      assert.equal(await keys('?state=raised,updated'), 'beac');
      assert.equal(await keys('?zone=south'), 'bed');
      assert.equal(await keys('?zone=city'), 'bead', 'what lies within counts');
      assert.equal(await keys('?domain=water'), 'e');
      assert.equal(await keys('?status=Flood'), 'e');
      assert.equal(await keys('?text=HIGH%20b'), 'b');
      assert.equal(await keys('?text=.*'), '', 'words, no pattern');
      await client.act('Operator', 'air|a', { act: 'acknowledge' });
      await client.act('Operator', 'air|b', { act: 'shelve', until: iso(2) });
      assert.equal(await keys('?acknowledged=true'), 'a');
      assert.equal(await keys('?shelved=true'), 'b');
      client.now += 3 * 3_600_000;
      assert.equal(await keys('?shelved=true'), '', 'its time is over');
    });

    it('come page by page: each once, also while others come and go', async () => {
      for (let i = 0; i < 25; i++) put(status(`s${i}`, 'south', { since: iso(i % 4) }));
      const seen: string[] = [];
      let next: string | undefined = '';
      for (let page = 0; next !== undefined; page++) {
        const at: string = next === '' ? '' : `&after=${next}`;
        const { body } = await client.ask('Viewer', `/alarms?limit=7${at}`);
        seen.push(...body.alarms.map((view: any) => view.alarm));
        next = body.next;
        if (page === 1) put(status('late', 'south', { severity: 'critical', since: iso(5) }));
      }
      assert.equal(seen.length, 28);
      assert.equal(new Set(seen).size, 28);
    });

    it('are told with a tag: nothing is sent again, and nobody acts on what has changed', async () => {
      const path = `/alarms/${encodeURIComponent('air|a')}`;
      const first = await client.ask('Viewer', path);
      const tag = first.headers.etag!;
      const again = await client.ask('Viewer', path, { headers: { 'if-none-match': `"x", W/${tag}` } });
      assert.deepEqual([again.status, again.text], [304, '']);
      put(status('a', 'north', { revision: 2, state: 'updated' }));
      const late = await client.act('Operator', 'air|a', { act: 'acknowledge' }, { 'if-match': tag });
      assert.deepEqual([late.status, late.body.code], [412, 'changed']);
      const now = (await client.ask('Viewer', path)).headers.etag!;
      assert.equal((await client.act('Operator', 'air|a', { act: 'acknowledge' }, { 'if-match': now })).status, 200);
      assert.equal(
        (await client.act('Operator', 'air|a', { act: 'comment', why: 'x' }, { 'if-match': '*' })).status,
        200,
      );
    });
  });

  describe('acts', () => {
    it('carry who, when and why, for a person before the name of the token', async () => {
      await client.act('Operator', 'air|a', { act: 'shelve', until: iso(2), why: 'works', person: 'Malee' });
      const { body } = client.journal.entries.at(-1)! as { body: OperatorAct };
      assert.deepEqual(body, {
        act: 'shelve',
        alarm: 'air|a',
        who: 'Malee (Operator)',
        at: body.at,
        until: iso(2),
        why: 'works',
      });
      assert.equal(Date.parse(body.at), NOW);
    });

    it('are refused with what to do where they make no sense', async () => {
      const refused: [Record<string, unknown>, number, string][] = [
        [{ act: 'close' }, 409, 'act.raised'],
        [{ act: 'unshelve' }, 409, 'act.nothing'],
        [{ act: 'acknowledge', statusId: 'air|a|earlier' }, 409, 'act.episode'],
        [{ act: 'shelve' }, 422, 'act.until'],
        [{ act: 'shelve', until: iso(-1) }, 422, 'act.until'],
        [{ act: 'shelve', until: iso(200) }, 422, 'act.until'],
        [{ act: 'comment' }, 422, 'act.why'],
        [{ act: 'dance' }, 422, 'body'],
        [{ act: 'comment', why: 'x', who: 'the mayor' }, 422, 'body'],
        [{ act: 'comment', why: 'x'.repeat(2001) }, 422, 'body'],
        [{ act: 'acknowledge', person: ' ' }, 422, 'body'],
        [{}, 422, 'body'],
      ];
      for (const [act, code, name] of refused) {
        const { status: is, body } = await client.act('Operator', 'air|a', act);
        assert.deepEqual([is, body.code], [code, name], JSON.stringify(act).slice(0, 60));
        for (const words of [body.title, body.detail]) assert.ok(words.length > 5 && !/__|error\./.test(words), words);
      }
      await client.act('Operator', 'air|a', { act: 'acknowledge' });
      assert.equal((await client.act('Operator', 'air|a', { act: 'acknowledge' })).body.code, 'act.already');
    });
  });

  describe('the stream', () => {
    interface Listening {
      status: number;
      events: { id: string; event: string; data: any }[];
      request: http.ClientRequest;
      ended: Promise<void>;
    }
    const listen = (who: string, path = '/stream', headers: http.OutgoingHttpHeaders = {}): Promise<Listening> =>
      new Promise((resolve, reject) => {
        const all = { authorization: `Bearer ${secrets[who]}`, ...headers };
        const request = http.get({ port: client.port, host: '127.0.0.1', path, headers: all }, (response) => {
          let text = '';
          const events: Listening['events'] = [];
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            const blocks = (text + part).split('\n\n');
            text = blocks.pop()!;
            for (const block of blocks) {
              const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
              if (field('event') !== '')
                events.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
            }
          });
          const ended = new Promise<void>((done) => response.on('close', done));
          response.on('error', () => undefined);
          resolve({ status: response.statusCode!, events, request, ended });
        });
        request.on('error', reject);
      });
    const until = async (holds: () => boolean): Promise<void> => {
      for (let i = 0; !holds() && i < 400; i++) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.ok(holds());
    };

    it('tells each change as it happens, to each what it may see and has asked for', async () => {
      const [all, north, critical] = [await listen('Viewer'), await listen('North'), await listen('Viewer', '/stream?severity=critical')]; // prettier-ignore
      put(status('a', 'north', { revision: 2 }), status('b', 'south', { revision: 2, severity: 'critical' }));
      await client.act('Operator', 'air|a', { act: 'acknowledge' });
      await until(() => all.events.length === 4);
      assert.deepEqual(all.events.map(({ event, data }) => [event, data.status?.key, data.operator?.acknowledged?.who]), [
        ['reset', undefined, undefined], ['alarm', 'a', undefined], ['alarm', 'b', undefined], ['alarm', 'a', 'Operator'],
      ]); // prettier-ignore
      assert.deepEqual(
        north.events.slice(1).map(({ data }) => data.status.key),
        ['a', 'a'],
      );
      assert.deepEqual(
        critical.events.slice(1).map(({ data }) => data.status.key),
        ['b'],
      );
      client.api.close();
      await Promise.all([all.ended, north.ended, critical.ended]);
    });

    it('goes on where a client was cut off, or says that it cannot', async () => {
      const first = await listen('Viewer');
      put(status('a', 'north', { revision: 2 }));
      await until(() => first.events.length === 2);
      first.request.destroy();
      put(status('a', 'north', { revision: 3 }), status('a', 'north', { revision: 4 }));
      const second = await listen('Viewer', '/stream', { 'last-event-id': first.events[1]!.id });
      await until(() => second.events.length === 2);
      assert.deepEqual(
        second.events.map(({ data }) => data.status.revision),
        [3, 4],
      );
      for (let i = 0; i < 1001; i++) put(status('a', 'north', { revision: 5 + i }));
      for (const id of [first.events[1]!.id, 'nonsense', '99999999999999']) {
        const late = await listen('Viewer', '/stream', { 'last-event-id': id });
        await until(() => late.events.length > 0);
        assert.equal(late.events[0]!.event, 'reset', id);
        late.request.destroy();
      }
      second.request.destroy();
    });

    it('leaves room for others where one token opens ever more', async () => {
      const many = await Promise.all(Array.from({ length: 25 }, () => listen('Viewer')));
      assert.equal((await listen('Viewer')).status, 429);
      const refused = await client.ask('Viewer', '/stream');
      assert.deepEqual(
        [refused.status, refused.body.code, refused.headers['retry-after']],
        [429, 'tokenClients', '60'],
      );
      assert.match(refused.body.title, /25 .*Viewer/);
      const other = await listen('Operator');
      put(status('a', 'north', { revision: 2 }));
      await until(() => other.events.length === 2);
      // one that ends makes room
      many.pop()!.request.destroy();
      const streams = async (): Promise<string> => (await client.ask('Viewer', '/metrics')).text;
      for (let text = ''; !/stream_clients 25/.test(text);) text = await streams();
      many.push(await listen('Viewer'), other);
      assert.equal((await listen('Viewer')).status, 429);
      for (const { request } of many) request.destroy();
    });

    it('lets go whoever does not keep up, and takes no more than a hundred', async () => {
      const slow = await new Promise<http.IncomingMessage>((resolve) => {
        const headers = { authorization: `Bearer ${secrets['Viewer']}` };
        http
          .get({ port: client.port, host: '127.0.0.1', path: '/stream', headers }, resolve)
          .on('error', () => undefined);
      });
      slow.pause();
      const closed = new Promise<void>((resolve) => slow.on('close', resolve).on('error', () => undefined));
      const reason = 'x'.repeat(20_000);
      for (let i = 0; i < 600; i++) {
        put(status('a', 'north', { revision: i + 2, reason }));
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      const gauge = async (): Promise<string> =>
        /stream_clients (\d+)/.exec((await client.ask('Viewer', '/metrics')).text)![1]!;
      assert.equal(await gauge(), '0');
      slow.resume();
      await closed;
      const who = ['Viewer', 'Operator', 'Admin', 'North'];
      const many = await Promise.all(Array.from({ length: 100 }, (_, i) => listen(who[i % 4]!)));
      assert.equal((await client.ask('Viewer', '/stream')).status, 503);
      for (const { request } of many) request.destroy();
    });
  });

  describe('for machines', () => {
    it('describes itself, in English and Thai, and answers as it says', async () => {
      const { body: described } = await client.ask(undefined, '/openapi.json');
      assert.equal(described.openapi, '3.1.0');
      for (const { method, path } of routes) assert.ok(described.paths[path][method.toLowerCase()], path);
      assert.notEqual(openApi('th', '0')['info'], described.info);
      const texts = JSON.stringify([openApi('en-US', '0'), openApi('th', '0')]);
      assert.doesNotMatch(texts, /"(?:route|parameter|answer)\.\w+"/, 'every text is there');
      await client.act('Operator', 'air|a', { act: 'acknowledge', why: 'x' });
      await client.act('Operator', 'air|a', { act: 'shelve', until: iso(3) });
      const asked: [string, string][] = [['/health', 'Health'], ['/alarms', 'AlarmPage'], ['/alarms/air%7Ca', 'Alarm'], ['/history', 'HistoryPage']]; // prettier-ignore
      for (const [path, name] of asked) {
        const read = SCHEMAS[name]!.safeParse((await client.ask('Admin', path)).body);
        assert.ok(read.success, `${path}: ${read.error?.message}`);
      }
      assert.ok(SCHEMAS['Problem']!.safeParse((await client.ask(undefined, '/nowhere')).body).success);
    });

    it('tells figures, and health without a token', async () => {
      await client.act('Operator', 'air|a', { act: 'acknowledge' });
      const { text, headers } = await client.ask('Viewer', '/metrics');
      assert.match(headers['content-type']!, /^text\/plain; version=0\.0\.4/);
      for (const line of ['alarms_raised{severity="major"} 2', 'alarms_raised{severity="critical"} 1', 'alarms_raised{severity="warning"} 0', 'alarms_by_operator_state{state="acknowledged"} 1', 'journal_kept 1']) {
        assert.ok(text.includes(`\ncity_events_${line}\n`), line);
      } // prettier-ignore
      client.journal.is = { history: 'none', waiting: 0, missing: 0, reason: 'secret path' };
      const health = await client.ask(undefined, '/health');
      assert.deepEqual(health.body, { status: 'degraded', history: 'none' });
      const history = await client.ask('Viewer', '/history');
      assert.deepEqual([history.status, history.body.code], [503, 'history']);
    });

    it('answers HEAD without a body, and says which methods there are', async () => {
      const head = await client.ask('Viewer', '/alarms', { method: 'HEAD' });
      assert.deepEqual([head.status, head.text], [200, '']);
      assert.equal((await client.ask('Viewer', '/stream', { method: 'HEAD' })).status, 200);
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const answer = await client.ask('Viewer', '/alarms', { method });
        assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET']);
      }
    });

    it('speaks the language that is preferred', async () => {
      const thai = await client.ask(undefined, '/alarms', { headers: { 'accept-language': 'de, th;q=0.8, en;q=0.5' } });
      assert.equal(thai.headers['content-language'], 'th');
      assert.match(thai.body.title, /[\u0e00-\u0e7f]/);
      assert.equal(preferredLanguage('fr;q=x, en;q=0, *', 'th'), 'th');
      assert.equal(preferredLanguage(undefined, undefined), 'en-US');
    });
  });

  describe('hostile input', () => {
    it('in paths and parameters is refused by name, and finds nothing that it should not', async () => {
      let tried = 0;
      for (const nasty of NASTY) {
        // half a character cannot be in an address
        const encoded = encodeURIComponent(nasty.replace('\ud800', '%ED%A0%80'));
        const alarm = await client.ask('Viewer', `/alarms/${encoded}`);
        assert.ok(alarm.status === 404, `${nasty}: ${alarm.status}`);
        for (const name of [
          'from',
          'state',
          'severity',
          'box',
          'limit',
          'kind',
          'order',
          'after',
          'acknowledged',
          encoded,
        ]) {
          if (name === 'acknowledged' && nasty === 'true') continue;
          const path =
            name === 'from' || name === 'kind' || name === 'order' || name === 'box' ? '/history' : '/alarms';
          const answer = await client.ask('Viewer', `${path}?${name}=${encoded}`);
          // what a page ended with is the store's to read where it is about history
          assert.equal(answer.status, 400, `${name}=${nasty}`);
          assert.match(answer.headers['content-type']!, /^application\/problem\+json/);
          tried++;
        }
        const words = await client.ask('Viewer', `/alarms?text=${encoded}`);
        assert.equal(words.status, nasty.trim() === '' ? 400 : 200, nasty);
      }
      assert.ok(tried > 500);
    });

    it('in a comment is kept as the text that it is, and nothing else happens', async () => {
      for (const nasty of NASTY) {
        const { status: is } = await client.act('Operator', 'air|a', { act: 'comment', why: `x${nasty}` });
        assert.equal(is, 200);
        assert.equal((client.journal.entries.at(-1)!.body as OperatorAct).why, `x${nasty}`);
        const answer = await client.act('Operator', 'air|a', { act: 'comment', why: 'x', person: `p${nasty}` });
        assert.ok(answer.status === 200 || answer.status === 422, nasty);
      }
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });

    it('in bodies is refused: too large, too deep, of the wrong kind, no JSON, too many', async () => {
      const deep = '['.repeat(30_000) + ']'.repeat(30_000);
      const bodies: [string, number][] = [
        ['', 400], ['{', 400], ['null', 422], ['[]', 422], ['"act"', 422], ['7', 422], [deep, 422], ['{"act":"comment","why":' + deep + '}', 422],
        ['{"act":["comment"]}', 422], ['{"act":{"$gt":""}}', 422], ['{"__proto__":{"polluted":1},"act":"comment","why":"x"}', 422],
        ['{"constructor":{"prototype":{"polluted":1}},"act":"comment","why":"x"}', 422], ['{"act":"comment","why":1}', 422],
        ['{"act":"comment","why":null}', 422], ['{"act":"comment","why":"x","extra":1}', 422], [JSON.stringify({ act: 'comment', why: 'x'.repeat(70_000) }), 413],
        ['{"act":"shelve","until":"2026-13-45"}', 422], ['{"act":"shelve","until":9e99}', 422], ['\u0000', 400], ['<xml/>', 400],
      ]; // prettier-ignore
      for (const [body, code] of bodies) {
        const answer = await client.ask('Operator', '/alarms/air%7Ca/acts', { method: 'POST', body });
        assert.equal(answer.status, code, body.slice(0, 60));
      }
      for (const type of ['text/plain', 'application/xml', 'application/jsonx', 'multipart/form-data']) {
        const answer = await client.ask('Operator', '/alarms/air%7Ca/acts', { method: 'POST', body: '{}', headers: { 'content-type': type } }); // prettier-ignore
        assert.equal(answer.status, 415, type);
      }
      assert.equal(client.journal.entries.length, 3, 'nothing was kept');
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });

    it('in addresses and headers is refused', async () => {
      const paths: [string, number][] = [
        ['/alarms/%', 400], ['/alarms/%ff', 400], ['/alarms/%c0%af', 400], ['//', 404], ['/../../etc/passwd', 404], ['/alarms/a/b/c', 404], ['/__proto__', 404],
        ['/constructor', 404], [`/alarms?text=${'x'.repeat(501)}`, 400], [`/${'x'.repeat(4001)}`, 414], ['/alarms?limit=0', 400], ['/alarms?limit=1001', 400],
        ['/alarms?limit=5&limit=6', 400], ['/alarms?limit=', 400], ['/alarms?text=', 400], [`/alarms?zone=${'a,'.repeat(60)}a`, 400], ['/history?box=1,2,3', 400], ['/history?box=1,2,3,x', 400],
        ['/history?box=0,50,0,40', 400], ['/alarms?state=raised,', 400], ['/alarms?__proto__=1', 400], ['/history?from=yesterday', 400], ['/alarms?after=e30', 400], ['/alarms?after=WyJhIl0', 400],
      ]; // prettier-ignore
      for (const [path, code] of paths)
        assert.equal((await client.ask('Viewer', path)).status, code, path.slice(0, 60));
      const forged = ['alg=none.e30.', 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.', hashToken(secrets['Admin']!), secrets['Admin']!.slice(0, -1), `${secrets['Admin']}x`, secrets['Admin']!.toUpperCase()]; // prettier-ignore
      for (const value of forged) {
        assert.equal(
          (await client.ask(undefined, '/alarms', { headers: { authorization: `Bearer ${value}` } })).status,
          401,
        );
      }
      const header = {
        'x-forwarded-user': 'admin',
        'x-http-method-override': 'POST',
        cookie: `token=${secrets['Admin']}`,
      };
      assert.equal((await client.ask(undefined, '/alarms', { headers: header })).status, 401);
      assert.equal(
        (await client.ask(undefined, `/alarms?token=${secrets['Admin']}`)).status,
        401,
        'never in an address',
      );
    });
  });
});

describe('where the web interface hangs', () => {
  type Handler = (request: http.IncomingMessage, response: http.ServerResponse, next: () => void) => void;
  const ask = (handler: Handler, url: string): string => {
    let said = 'next';
    const api = { url, method: 'GET' } as http.IncomingMessage;
    handler(api, {} as http.ServerResponse, () => undefined);
    if (api.url !== url) said = api.url!;
    return said;
  };

  it('is there only while it is open, under its own name, and mounted once', () => {
    const handlers: Handler[] = [];
    const mount = new Mount({ use: (path, handler) => void (assert.equal(path, ROOT), handlers.push(handler)) });
    const seen: string[] = [];
    const api = {
      handle: ({ url }: http.IncomingMessage) => seen.push(url!),
      close: () => seen.push('closed'),
    } as unknown as Api;
    const close = mount.add('api', api)!;
    assert.equal(mount.add('api', api), undefined, 'the name is taken');
    const [handler] = handlers as [Handler];
    for (const url of ['/api/v1/alarms?x=1', '/api/v1', '/api/v1?x', '/api/v1/']) ask(handler, url);
    assert.deepEqual(seen.splice(0), ['/alarms?x=1', '/', '/?x', '/']);
    for (const url of ['/api', '/api/v2/alarms', '/api/v10/alarms', '/other/v1/alarms', '/', '', '/apix/v1'])
      assert.equal(ask(handler, url), 'next');
    close();
    assert.equal(ask(handler, '/api/v1/alarms'), 'next');
    mount.add('api', api);
    assert.equal(handlers.length, 1);
    assert.deepEqual(seen, ['closed']);
    assert.equal(new Mount(undefined).add('api', api), undefined);
    for (const name of ['api', 'a', 'a-b', 'x1']) assert.match(name, NAME);
    for (const name of ['', 'A', '-a', 'a-', 'a/b', '..', 'ก', 'a b']) assert.doesNotMatch(name, NAME);
  });
});
