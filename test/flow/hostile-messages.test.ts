/** Hostile commands, statuses and readings as messages: refused with a problem, or carried as a text where a text belongs. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { HOSTILE } from '../support/hostile';
import { TestBroker } from '../support/mqtt-broker';
import { waitFor } from '../support/node-red';
import { goodReading, goodStatus } from '../support/nonsense';

const later = (): string => new Date(Date.now() + 600_000).toISOString();
const command = (commandId: string, actuator: string, more: object = {}): Record<string, unknown> => {
  return { commandId, actuator, parameters: { key: 'a', on: true }, validUntil: later(), ...more };
};

describe('hostile messages', function () {
  let red: Embedded;
  let broker: TestBroker;
  let server: Server;
  const requests: { url: string; host: string; names: string[]; body: string }[] = [];

  before(async () => {
    broker = await TestBroker.start();
    server = createServer((request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        requests.push({ url: request.url!, host: request.headers.host!, names: Object.keys(request.headers), body });
        response.end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    red = await startEmbedded();
    await red.deploy(flow((server.address() as AddressInfo).port));
    await waitFor('the broker', () => red.statuses.get('sign')?.fill === 'grey');
  });
  after(async () => {
    await red?.stop();
    await broker?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  const calm = { version: 2, on: ['raised'], onlyNew: true, group: '', flood: 0, perHour: 0 };
  const flow = (port: number): FlowNode[] => [
    broker.node(),
    { id: 'sign', type: 'actuator-out', version: 2, name: 'sign', via: 'mqtt', broker: 'broker', topic: 'city/{{key}}/set', payloads: { raised: '{{name}}' }, confirm: 'sent', within: '5 s', validFor: '10 min', acts: true, wires: [['sign states'], ['sign problems']] },
    { id: 'gate', type: 'actuator-out', version: 2, name: 'gate', via: 'http', method: 'PUT', url: `http://127.0.0.1:${port}/gate/{{key}}`, payloads: { raised: '{"n":"{{name}}"}' }, confirm: 'accepted', within: '5 s', validFor: '10 min', wires: [['gate states'], ['gate problems']] },
    { id: 'tell', type: 'action-notify', name: 'Tell', form: 'event', ...calm, wires: [['told'], ['tell problems']] },
    { id: 'mail', type: 'action-notify', name: 'Mail', form: 'mail', to: 'a@example.org', html: true, ...calm, wires: [['mails'], ['mail problems']] },
    { id: 'limit', type: 'ecdm-event', version: 1, name: 'PM', events: [{ id: 'pm', name: 'PM2.5 high', when: { op: '>', value: 90 }, emit: 'point' }], wires: [['events', 'rule'], ['limit problems']] },
    { id: 'rule', type: 'pattern-status', version: 1, name: 'Haze', statusId: 'haze', per: 'station', severity: 'major', lateness: '0 ms', rule: { op: 'event', event: 'pm' }, flapping: 'off', wires: [['statuses'], ['rule problems']] },
    ...['sign states', 'sign problems', 'gate states', 'gate problems', 'told', 'tell problems', 'mails', 'mail problems', 'events', 'limit problems', 'statuses', 'rule problems'].map((id) => ({ id, type: 'test-sink', wires: [] })),
  ]; // prettier-ignore
  const all = (sink: string): any[] => red.payloads(sink).flat();

  it('are of more than a hundred kinds', () => {
    assert.ok(HOSTILE.length > 100, String(HOSTILE.length));
    assert.equal(new Set(HOSTILE.map(([name]) => name)).size, HOSTILE.length);
  });

  it('commands: each is answered by a state or a problem; what goes out is one level, one part of a path, one JSON', async () => {
    const sent: [id: string, kind: string][] = [];
    const send = (actuator: string, kind: string, more: object): void => {
      const id = `${actuator}-${sent.length}`;
      sent.push([id, kind]);
      red.inject(actuator, { payload: command(id, actuator, more) });
    };
    for (const [kind, value] of HOSTILE) {
      for (const field of ['parameters', 'statusId', 'notBefore', 'validUntil', 'confirm', 'who', 'why', 'revision']) {
        send('sign', `${kind} as ${field}`, { [field]: value });
      }
      send('sign', `${kind} as key`, { parameters: { key: value, on: value } });
      send('gate', `${kind} as key`, { parameters: { key: value, on: value } });
      // these have no id by which they are found again
      red.inject('sign', { payload: { ...command('x', 'sign'), commandId: value } });
      red.inject('sign', { payload: { ...command(`actuator ${kind}`, 'sign'), actuator: value } });
      red.inject('sign', { payload: value, topic: value });
    }
    const answered = (): Set<string> => {
      const ids = new Set<string>();
      for (const name of ['sign', 'gate']) {
        for (const { commandId } of all(`${name} states`)) ids.add(commandId);
        // what is long is shown by how it begins
        for (const { item } of all(`${name} problems`)) {
          const id = /"commandId":"([^"]*)"/.exec(typeof item === 'string' ? item : JSON.stringify(item))?.[1];
          if (id !== undefined) ids.add(id);
        }
      }
      return ids;
    };
    const open = (): string[] => {
      const ids = answered();
      return sent.filter(([id]) => !ids.has(id)).map(([, kind]) => kind);
    };
    await waitFor('an answer to each', () => open().length === 0, 90_000).catch(() =>
      assert.deepEqual(open().slice(0, 10), []),
    );
    for (const { code, message, hint } of [...all('sign problems'), ...all('gate problems')])
      assert.ok(code !== '' && message !== '' && hint !== '', 'what is refused is explained');
    assert.ok(broker.published.length > 100 && requests.length > 50, 'texts are carried');
    for (const { topic } of broker.published)
      assert.ok(/^city\/[^/+#]*\/set$/.test(topic) && !topic.includes('\u0000'), topic);
    for (const { url, host, names, body } of requests) {
      assert.match(url, /^\/gate\/[^/?#\\\s]*$/);
      assert.ok(host.startsWith('127.0.0.1:') && !/(?:^|\/)\.{1,2}$/.test(decodeURIComponent(url)), url);
      assert.ok(!names.some((name) => name.startsWith('set-cookie')), 'no line more in the head');
      assert.doesNotThrow(() => JSON.parse(body));
    }
  });

  it('statuses: each is told as text, or named as a problem; no mail has a line more in its subject, or a tag', async () => {
    let n = 0;
    for (const [, value] of HOSTILE) {
      for (const field of Object.keys(goodStatus())) {
        // its id is what it is told apart by
        const statusId = field === 'statusId' ? value : `air|${n}|x`;
        n++;
        for (const node of ['tell', 'mail']) {
          const key = field === 'key' ? value : `k${n}`;
          red.inject(node, { payload: { ...goodStatus({ key, statusId }), [field]: value }, topic: value });
        }
      }
    }
    const count = (out: string, problems: string): number => red.messages(out).length + all(problems).length;
    const told = (): number[] => [count('told', 'tell problems'), count('mails', 'mail problems')];
    await waitFor('all of them', () => told().every((one) => one >= n / 2), 60_000);
    assert.ok(all('tell problems').length > HOSTILE.length, 'wrong ones are named');
    for (const notice of all('told')) for (const text of [notice.headline, notice.text]) assert.equal(typeof text, 'string');
    for (const { topic, html = '', payload } of red.messages('mails') as any[]) {
      for (const letter of ['\r', '\n', '\u0000']) assert.ok(!String(topic).includes(letter), String(topic));
      assert.doesNotMatch(String(html || payload), /<(?:script|img|svg|style|iframe|!DOCTYPE)[\s>/]/i);
    }
  }); // prettier-ignore

  it('readings and events: what cannot be one is a problem; what can keeps its texts', async () => {
    const time = Date.UTC(2026, 0, 5, 8);
    let n = 0;
    for (const [, value] of HOSTILE) {
      for (const field of Object.keys(goodReading())) {
        const reading = { ...goodReading({ id: `o${++n}`, time: time + n }), [field]: value };
        red.inject('limit', { payload: reading, topic: value, city: value });
      }
      red.inject('limit', { payload: value });
      red.inject('rule', { payload: value });
      red.inject('rule', { payload: { id: `e${n}`, event: 'pm', name: value, key: value, stream: value, time: time + n, kind: 'begin', source: [value] }, city: { mode: 'poll' } }); // prettier-ignore
    }
    await waitFor('problems of both', () => ['limit', 'rule'].every((node) => all(`${node} problems`).length > 50)); // prettier-ignore
    for (const { event, key } of all('events')) assert.deepEqual([event, typeof key], ['pm', 'string']);
    for (const { status, name, key } of all('statuses'))
      assert.deepEqual([status, name, typeof key], ['haze', 'Haze', 'string']);
  });

  it('nothing was run, nothing is broken: what is good still goes through', async () => {
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.ok(!red.logs.some(({ text }) => /uncaught|unhandled/i.test(text)));
    const before = { published: broker.published.length, requests: requests.length, told: red.messages('told').length };
    for (const name of ['sign', 'gate']) red.inject(name, { payload: command(`good ${name}`, name) });
    red.inject('tell', { payload: goodStatus({ statusId: 'air|good|1', key: 'good' }) });
    await waitFor('the good ones', () => {
      const { published, requests: asked, told } = before;
      return broker.published.length > published && requests.length > asked && red.messages('told').length > told;
    }, 20_000); // prettier-ignore
  });
});
