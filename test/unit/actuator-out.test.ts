import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Problem } from '../../nodes/ecdm/problem';
import { Revisions } from '../../nodes/ecdm/revisions';
import { sampleStatus } from '../../nodes/ecdm/status-fields';
import {
  answerFilter,
  fillBody,
  fillTopic,
  fillUrl,
  isBrokenJson,
  isTopic,
  isUrlTemplate,
  topicFits,
} from '../../nodes/actuator-out/address';
import { readAnswer } from '../../nodes/actuator-out/answers';
import type { Order } from '../../nodes/actuator-out/order';
import { makeOrder } from '../../nodes/actuator-out/orders';
import { LedgerState } from '../../nodes/actuator-out/ledger';
import { MOST_ORDERS, Outbox } from '../../nodes/actuator-out/outbox';
import type { Sent, Transport } from '../../nodes/actuator-out/outbox-parts';
import { orderNote } from '../../nodes/actuator-out/records';
import { SendError } from '../../nodes/actuator-out/send-error';
import { readSettings } from '../../nodes/actuator-out/settings';
import { FakeClock, settle } from '../support/fake-clock';
import { MemoryJournal } from '../support/memory-journal';

const fields = (more: Record<string, string>): Map<string, string> => new Map(Object.entries(more));

describe('addresses and bodies of commands', () => {
  it('topics: a value is a part of one level, never a wildcard', () => {
    assert.equal(fillTopic('sign/{{key}}/set', fields({ key: 'a/b+#c' })), 'sign/a-b--c/set');
    assert.equal(fillTopic('sign/#', fields({})), undefined);
    assert.equal(fillTopic('sign/{{nope}}', fields({})), undefined);
    assert.equal(fillTopic('', fields({})), undefined);
    // cut off it would be the address of somebody else
    const long = fields({ key: 'ก'.repeat(190) });
    assert.equal(fillTopic('{{key}}/'.repeat(11), long), undefined);
    assert.equal(fillUrl('http://x.org/{{key}}/{{key}}', long), undefined);
    assert.equal(isTopic('$SYS/x'), false);
    const same = 'x'.repeat(300);
    assert.equal(fillTopic('sign/{{key}}', fields({ key: `${same}1` })), `sign/${same}1`);
    for (const key of [`${same.repeat(7)}1`, `${same.repeat(7)}2`])
      assert.equal(fillTopic('{{key}}', fields({ key })), undefined, 'cut off, both would be one topic');
  });

  it('addresses: http and https only, values encoded, the host never a place holder', () => {
    assert.equal(
      fillUrl('https://x.org/s/{{key}}?q={{name}}', fields({ key: 'a/b?c', name: 'ก&z=1' })),
      'https://x.org/s/a%2Fb%3Fc?q=%E0%B8%81%26z%3D1',
    );
    assert.equal(new URL(fillUrl('http://x.org/a/{{key}}/b', fields({ key: '..' }))!).pathname, '/a/%252E%252E/b');
    for (const bad of [
      'ftp://x',
      'file:///etc/passwd',
      'javascript:1',
      'http://{{key}}/x',
      'http://a:b@x.org/',
      '//x',
      '',
      'http://x.org{{key}}/',
    ]) {
      assert.equal(fillUrl(bad, fields({ key: 'evil.org' })), undefined, bad);
    }
    assert.equal(
      fillUrl('http://x.org/{{nope}}', fields({}))?.includes('nope') ?? false,
      true,
      'an unknown place holder stays visible',
    );
    assert.ok(isUrlTemplate('http://127.0.0.1:8080/{{key}}'));
    assert.equal(fillUrl('http://x/{{key}}', fields({ key: 'a\ud800b' })), 'http://x/a%EF%BF%BDb');
  });

  it('bodies: no value changes the shape of JSON, numbers stay numbers', () => {
    const evil = '","on":true,"x":"';
    const body = fillBody(
      '{"text":"{{reason}}","level":"{{value}}","on":false,"__proto__":"{{name}}"}',
      fields({ reason: evil, value: '104.5', name: 'n' }),
    );
    const json = JSON.parse(body) as Record<string, unknown>;
    assert.equal(json['text'], evil);
    assert.equal(json['level'], 104.5);
    assert.equal(json['on'], false);
    assert.equal(fillBody('ON {{key}}', fields({ key: 'k' })), 'ON k');
    assert.equal(fillBody('{"v":"{{value}}"}', fields({ value: '' })), '{"v":""}');
    assert.ok(isBrokenJson('{"v": {{value}}}'));
    assert.ok(!isBrokenJson('{"v": "{{value}}"}') && !isBrokenJson('ON'));
  });

  it('answers: one wildcard for all', () => {
    assert.equal(answerFilter('sign/{{key}}/state'), 'sign/+/state');
    assert.equal(answerFilter('sign-{{key}}/state'), '+/state');
    assert.ok(topicFits('a/+/c', 'a/b/c') && topicFits('a/#', 'a/b/c') && topicFits('#', 'x'));
    assert.ok(!topicFits('a/+', 'a/b/c') && !topicFits('a/b/c', 'a/b') && !topicFits('a/b', 'a/b/c'));
  });
});

const NOW = Date.parse('2026-02-14T01:10:00Z');
const base = {
  id: 'act1',
  name: 'sign',
  via: 'mqtt',
  broker: 'b',
  topic: 'sign/{{key}}/set',
  confirm: 'accepted',
  within: '1 s',
  payloads: { raised: '{"show":"{{name}}"}', cleared: '{"show":""}' },
  validFor: '5 min',
};

function order(
  raw: unknown,
  config: object = {},
  mode: any = 'live',
  seen = new Revisions(),
): Order | Problem | undefined {
  return makeOrder(raw, readSettings({ ...base, ...config }), mode, NOW, (id, r) => seen.isNew(id, r));
}

const command = (more: object = {}): object => ({
  commandId: 'c1',
  actuator: 'sign',
  parameters: { show: 'HELLO', key: 'k7' },
  validUntil: '2026-02-14T01:20:00Z',
  confirm: 'accepted',
  ...more,
});

describe('from statuses and commands to orders', () => {
  it('maps the state of a status to what is sent', () => {
    const made = order(sampleStatus('raised')) as Order;
    assert.equal(made.address, 'sign/station-12/set');
    assert.equal(made.body, '{"show":"PM2.5 + CO"}');
    assert.equal(made.commandId, `${sampleStatus('raised').statusId}|1|act1`);
    assert.equal(made.validUntil, NOW + 300_000);
    assert.equal(made.simulated, false);
    assert.equal((order(sampleStatus('cleared')) as Order).body, '{"show":""}');
    assert.equal(order(sampleStatus('nodata')), undefined);
    assert.equal(order(sampleStatus('pending')), undefined);
  });

  it('once for each revision, whether it comes as a status or as an action event', () => {
    const seen = new Revisions();
    const status = sampleStatus('raised');
    assert.ok(order(status, {}, 'live', seen));
    assert.equal(order(status, {}, 'live', seen), undefined);
    const action = { ...status, actionId: 'a', headline: 'h', text: 't', languages: {}, time: status.since };
    assert.equal(order(action, {}, 'live', seen), undefined);
    assert.equal(
      (order({ ...action, revision: 2 }, { payloads: { raised: '{{headline}}' } }, 'live', seen) as Order).body,
      'h',
    );
  });

  it('takes commands that are for it, with their own validity', () => {
    const made = order(command()) as Order;
    assert.deepEqual([made.address, made.body, made.commandId], ['sign/k7/set', '{"show":"HELLO","key":"k7"}', 'c1']);
    assert.equal((order(command({ actuator: 'pump' })) as Problem).code, 'order/other');
    for (const bad of [
      { commandId: '' },
      { validUntil: 'soon' },
      { validUntil: undefined },
      { parameters: null },
      { notBefore: 'x' },
      { parameters: { a: 1n } },
      { parameters: { text: 'x'.repeat(70_000) } },
    ]) {
      assert.equal((order(command(bad)) as Problem).code, 'item/command', JSON.stringify(Object.keys(bad)));
    }
    const seen = new Revisions();
    assert.ok(order(command(), {}, 'live', seen));
    assert.equal(order(command(), {}, 'live', seen), undefined);
  });

  it('the journal is not told where an answer is awaited', () => {
    const raised = '{"on":true,"answer":"{{callback}}"}';
    const way = { confirm: 'done', confirmBy: 'callback', callbackBase: 'http://me:1880', via: 'http' };
    const made = order(sampleStatus('raised'), { ...way, url: 'http://x/{{callback}}', payloads: { raised } }) as Order;
    assert.match(made.body, /answer\/[0-9a-f]{64}"/);
    const note = JSON.stringify(orderNote('act1', 'sign', made, new MemoryJournal()));
    assert.ok(!note.includes(made.token!), note);
    assert.match(note, /"sent":"{\\"on\\":true,\\"answer\\":\\"http:\/\/me:1880\/city-events\/answer\/…\\"}"/);
  });

  it('marks what is simulated or replayed', () => {
    assert.equal((order(sampleStatus('raised', true)) as Order).simulated, true);
    assert.equal((order(sampleStatus('raised'), {}, 'replay') as Order).simulated, true);
    assert.equal((order(command(), {}, 'simulated') as Order).simulated, true);
    assert.equal((order(sampleStatus('raised'), {}, 'catch-up') as Order).simulated, false);
  });

  it('gives what is simulated or replayed an id of its own: the far side, too, does the same order once', () => {
    const { statusId } = sampleStatus('raised');
    const idOf = (mode: any, simulated = false): string => (order(sampleStatus('raised', simulated), {}, mode) as Order).commandId; // prettier-ignore
    const ids = [idOf('live'), idOf('catch-up'), idOf('live', true), idOf('simulated'), idOf('replay')];
    assert.deepEqual(
      ids.map((id) => id.slice(`${statusId}|1|act1`.length)),
      ['', '', '|simulated', '|simulated', '|replay'],
    );
    assert.equal((order(command({ simulated: true })) as Order).commandId, 'c1', 'one that was given stays');
  });

  it('says of each item by itself whether it is simulated', () => {
    const said: unknown[] = [];
    const isNew = (_id: string, _revision: number, simulated?: boolean): boolean => said.push(simulated) > 0;
    const action = { ...sampleStatus('raised'), actionId: 'a', headline: 'h', text: 't', languages: {}, time: '' };
    for (const one of [sampleStatus('raised'), sampleStatus('raised', true), action, { ...action, simulated: true }, command(), command({ simulated: true })])
      makeOrder(one, readSettings(base), 'live', NOW, isNew); // prettier-ignore
    assert.deepEqual(said.map(Boolean), [false, true, false, true, false, true]);
  });

  it('does not let a status that is caught up after an outage move anything', () => {
    const old = { ...sampleStatus('raised'), updated: new Date(NOW - 3_600_000).toISOString() };
    assert.ok((order(old, {}, 'catch-up') as Order).validUntil < NOW);
    // hourly values that are published late are normal when live
    assert.ok((order(old, {}, 'live') as Order).validUntil > NOW);
  });

  it('names nonsense', () => {
    for (const raw of [
      undefined,
      null,
      5,
      'x',
      [],
      {},
      { datastream: 'd', time: 5 },
      { statusId: 's' },
      { commandId: 5 },
    ]) {
      assert.ok('code' in (order(raw) as Problem), String(raw));
    }
    assert.equal((order(sampleStatus('raised'), { topic: 'a/#' }) as Problem).code, 'order/address');
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (raw) => void order(raw)),
      { numRuns: 200 },
    );
  });
});

class FakeTransport implements Transport {
  online = true;
  readonly sent: string[] = [];
  readonly open = new Map<string, { resolve: (done: boolean) => void; reject: (e: Error) => void }>();
  constructor(private readonly instant = true) {}
  ready(): boolean {
    return this.online;
  }
  send(one: Order, handedOver: () => void): Promise<Sent> {
    this.sent.push(one.commandId);
    handedOver();
    if (this.instant) return Promise.resolve({});
    return new Promise((resolve, reject) => {
      this.open.set(one.commandId, { resolve: (done) => resolve({ done }), reject });
    });
  }
}

function setUp(instant = true): { clock: FakeClock; transport: FakeTransport; box: Outbox; told: string[] } {
  const clock = new FakeClock(NOW);
  const transport = new FakeTransport(instant);
  const told: string[] = [];
  const box = new Outbox({
    transport,
    clock,
    ledger: { append: () => undefined, kept: () => Promise.resolve() },
    state: new LedgerState(),
    rules: { within: 1000, retries: 0, again: false, pause: 0, forbids: () => undefined },
    outcome: (one, state, reason) => told.push(`${one.commandId} ${state}${reason ? ` ${reason.key}` : ''}`),
    random: () => 0.5,
    holdEnded: () => undefined,
  });
  return { clock, transport, box, told };
}

function make(id: string, more: Partial<Order> = {}): Order {
  return {
    commandId: id,
    address: 'a',
    body: 'ON',
    notBefore: NOW,
    validUntil: NOW + 60_000,
    level: 'accepted',
    statusId: undefined,
    revision: undefined,
    answerTopic: 'a/state',
    expect: '',
    simulated: false,
    ...more,
  };
}

describe('the outbox', () => {
  it('tells each step: sent, accepted', async () => {
    const { box, told } = setUp();
    box.add(make('1'));
    box.add(make('2', { level: 'sent' }));
    await settle();
    assert.deepEqual(told, ['1 sent', '1 accepted', '2 sent']);
    assert.equal(box.waiting, 0);
  });

  it('keeps the order for one address, while another goes on', async () => {
    const { box, transport, told } = setUp(false);
    box.add(make('1'));
    box.add(make('2'));
    box.add(make('3', { address: 'b' }));
    await settle();
    assert.deepEqual(transport.sent, ['1', '3']);
    transport.open.get('1')!.resolve(false);
    await settle();
    assert.deepEqual(transport.sent, ['1', '3', '2']);
    transport.open.get('2')!.reject(new SendError('status', { status: 500 }));
    await settle();
    assert.ok(told.includes('2 failed status'));
  });

  it('a real command is not lost because one of a simulation has its id', async () => {
    const { box, told, transport } = setUp(false);
    assert.ok(box.add(make('x', { simulated: true, body: 'made up' })));
    assert.ok(!box.add(make('x', { simulated: true })), 'not twice');
    await settle();
    const sent: string[] = [];
    const { send } = transport;
    transport.send = (one, handedOver) => (sent.push(one.body), send.call(transport, one, handedOver));
    assert.ok(box.add(make('x')));
    assert.ok(!box.add(make('x')) && !box.add(make('x', { simulated: true })), 'nor is what is real');
    // of the one that was sent already
    transport.open.get('x')!.resolve(false);
    await settle();
    transport.open.get('x')!.resolve(false);
    await settle();
    assert.deepEqual(sent, ['ON']);
    assert.deepEqual(told, ['x sent', 'x failed givesWay', 'x sent', 'x accepted']);
  });

  it('waits for the connection and never sends what has expired', async () => {
    const { box, clock, transport, told } = setUp();
    transport.online = false;
    box.add(make('old', { validUntil: NOW + 1000 }));
    box.add(make('new', { validUntil: NOW + 60_000 }));
    await clock.pass(5000);
    assert.deepEqual(told, ['old expired expired']);
    transport.online = true;
    box.wake();
    await settle();
    assert.deepEqual(transport.sent, ['new']);
    box.add(make('late', { validUntil: NOW }));
    await settle();
    assert.ok(!transport.sent.includes('late'));
  });

  it('puts an order back that the connection was lost under, in front', async () => {
    const { box, transport, told } = setUp(false);
    box.add(make('1'));
    box.add(make('2'));
    await settle();
    transport.online = false;
    transport.open.get('1')!.reject(new SendError('notConnected'));
    await settle();
    assert.equal(box.waiting, 2);
    transport.online = true;
    box.wake();
    await settle();
    assert.deepEqual(transport.sent, ['1', '1']);
    assert.ok(!told.some((line) => line.includes('failed')));
  });

  it('sends nothing before its time', async () => {
    const { box, clock, transport } = setUp();
    box.add(make('later', { notBefore: NOW + 3000 }));
    box.add(make('now'));
    await clock.pass(2999);
    assert.deepEqual(transport.sent, ['now']);
    await clock.pass(1);
    assert.deepEqual(transport.sent, ['now', 'later']);
  });

  it('done: by answer, even one that is quicker than the acknowledgement; else it failed', async () => {
    const { box, clock, transport, told } = setUp(false);
    box.add(make('quick', { level: 'done' }));
    await settle();
    box.answer((one) => (one.commandId === 'quick' ? 'done' : undefined));
    transport.open.get('quick')!.resolve(false);
    await settle();
    box.add(make('slow', { level: 'done' }));
    await settle();
    transport.open.get('slow')!.resolve(false);
    await settle();
    box.answer(readAnswer('a/state', Buffer.from('{"commandId":"slow"}')));
    box.add(make('never', { level: 'done' }));
    box.add(make('no', { level: 'done' }));
    await settle();
    transport.open.get('never')!.resolve(false);
    await settle();
    transport.open.get('no')!.resolve(false);
    box.answer(readAnswer('a/state', Buffer.from('{"commandId":"no","state":"failed"}')));
    await clock.pass(1001);
    assert.deepEqual(told, [
      'quick sent',
      'quick done',
      'slow sent',
      'slow accepted',
      'slow done',
      'never sent',
      'never accepted',
      'no sent',
      'no failed refused',
      'never failed noConfirmation',
    ]);
    assert.equal(box.unconfirmed, 0);
    assert.equal(clock.pending, 0, 'no timer is left');
  });

  it('is bounded: the oldest is given up, aloud', () => {
    const { box, transport, told } = setUp();
    transport.online = false;
    for (let i = 0; i < MOST_ORDERS + 5; i++) box.add(make(String(i)));
    assert.equal(box.waiting, MOST_ORDERS);
    assert.deepEqual(told.slice(0, 2), ['0 failed full', '1 failed full']);
    box.close(false);
    assert.equal(told.length, MOST_ORDERS + 5, 'every order has an end');
  });

  it('gives up when closed, with no timer left', async () => {
    const { box, clock, told } = setUp(false);
    box.add(make('1', { level: 'done' }));
    box.add(make('2'));
    await settle();
    box.close(false);
    assert.equal(clock.pending, 0);
    assert.deepEqual(told, ['1 sent', '2 failed closed', '1 failed closed']);
    box.add(make('3'));
  });
});

describe('answers of actuators', () => {
  const says = (text: string, more: Partial<Order> = {}, topic = 'a/state') =>
    readAnswer(topic, Buffer.from(text))(make('c1', more));
  it('are recognised by the commandId, by what was expected, or as an echo', () => {
    assert.equal(says('{"commandId":"c1"}'), 'done');
    assert.equal(says('{"commandId":"c2"}'), undefined);
    assert.equal(says('c1'), 'done');
    assert.equal(says(' ON '), 'done');
    assert.equal(says('OFF'), undefined);
    assert.equal(says('OFF', { expect: 'OFF' }), 'done');
    assert.equal(says('ON', { expect: 'OFF' }), undefined);
    assert.equal(says('{"commandId":"c1","show":"x"}', { expect: '"show":"y"' }), undefined);
    assert.equal(says('ON', {}, 'b/state'), undefined);
    assert.equal(says('ON', { answerTopic: '' }), undefined);
    assert.equal(says('{"__proto__":{"commandId":"c1"}}'), undefined);
    assert.equal(says('{broken'), undefined);
    assert.equal(says('x'.repeat(100_000)), undefined);
  });
});
