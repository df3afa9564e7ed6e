/** The state of a rule by an admin request: who may ask, what is told, and how much of it. */
import assert from 'node:assert/strict';
import type { RuleState } from '../../nodes/pattern-status/rule-state';
import { waitFor } from '../support/node-red';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { goodEvent } from '../support/nonsense';

const T0 = Date.UTC(2026, 0, 5, 8);
const MIN = 60_000;
const MANY = 1200;

const ev = (event: string): object => ({ op: 'event', event });
const rule: FlowNode = {
  id: 'rule', type: 'pattern-status', version: 1, name: 'Alarm', per: 'station', lateness: '0 s', clearAfter: '1 h', domain: 'air',
  rule: { op: 'then', of: [ev('a'), ev('b')], within: '1 h' }, wires: [['out'], ['problems']],
}; // prettier-ignore
const flow: FlowNode[] = [
  rule,
  { ...rule, id: 'refused', rule: { op: 'no', of: ev('a') } },
  { id: 'air', type: 'ecdm-domain', version: 1, name: 'Air', language: 'en-US', timeZone: 'Asia/Bangkok' },
  { id: 'out', type: 'test-sink', wires: [] },
  { id: 'problems', type: 'test-sink', wires: [] },
];

const PERMISSIONS: Record<string, string> = { reader: 'flows.read', other: 'nodes.read' };

describe('the state of a rule', function () {
  let nr: Embedded;

  const ask = async (path: string, token?: string): Promise<{ status: number; body: any }> => {
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(`${nr.url}/city-events/pattern-status/${path}`, { headers });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  };
  const state = async (query = ''): Promise<RuleState> => {
    const { status, body } = await ask(`rule/state${query}`, 'reader');
    assert.equal(status, 200, JSON.stringify(body));
    return body as RuleState;
  };
  const point = (name: string, key: string, minute: number): object =>
    goodEvent({
      id: `${name}|${key}|${minute}`, event: name, name, key, keyName: `Station ${key}`, stream: `${name}|${key}`,
      time: T0 + minute * MIN, kind: 'point',
    }); // prettier-ignore
  const send = (payload: object[], minute: number): void =>
    nr.inject('rule', { payload, city: { mode: 'replay', clock: { source: 's', time: T0 + minute * MIN } } });

  before(async () => {
    nr = await startEmbedded({
      settings: {
        adminAuth: {
          type: 'credentials',
          users: [],
          tokens: (token: string) =>
            Promise.resolve(
              PERMISSIONS[token] === undefined ? null : { username: token, permissions: PERMISSIONS[token] },
            ),
        },
      },
    });
    await nr.deploy(flow);
  });
  after(() => nr.stop());

  it('is told only to who may read the flows', async () => {
    assert.equal((await ask('rule/state')).status, 401);
    assert.ok([401, 403].includes((await ask('rule/state', 'other')).status));
    assert.equal((await ask('rule/state', 'nobody')).status, 401);
    assert.equal((await ask('rule/state', 'reader')).status, 200);
  });

  it('is not there for a node that does not run', async () => {
    for (const id of ['nothing', 'out', 'refused', '__proto__', '%00']) {
      const { status, body } = await ask(`${id}/state`, 'reader');
      assert.equal(status, 404, id);
      assert.match(body.error, /not running/);
    }
  });

  it('tells what is raised, what has begun, what waits and what was lost', async () => {
    send([point('a', '1', 0), point('a', '2', 1), point('a', '2', 1), point('b', '1', 2)], 10);
    // behind the clock of its stream
    send([point('a', '1', -30), point('b', '2', 20)], 10);
    await nr.count('out', 1);
    const told = await state();
    assert.match(told.reading, /“a”.*“b”.*within 1 h/);
    assert.equal(told.timeZone, 'Asia/Bangkok', 'that of its domain, for whoever looks from elsewhere');
    assert.equal(told.settled, T0 + 10 * MIN);
    assert.deepEqual(
      told.keys.map(({ key, name, phase, since, raised, partial, waiting }) => ({ key, name, phase, since, raised, partial, waiting })),
      [
        { key: '1', name: 'Station 1', phase: 'raised', since: T0 + 2 * MIN, raised: 1, partial: 0, waiting: 0 },
        { key: '2', name: 'Station 2', phase: 'normal', since: undefined, raised: 0, partial: 1, waiting: 1 },
      ],
    ); // prettier-ignore
    assert.deepEqual(told.partial, { matches: 1, keys: 1, oldest: T0 + MIN });
    assert.deepEqual(told.waiting, { events: 1, oldest: T0 + 20 * MIN });
    assert.equal(told.uses, 'automaton');
    assert.deepEqual([told.realm, told.realms], ['replay', ['real', 'replay']], 'what there is to be seen');
    const { keys, raised, pending, events, late, duplicates, detections } = told.counters;
    assert.deepEqual(
      { keys, raised, pending, events, late, duplicates, detections },
      { keys: 2, raised: 1, pending: 0, events: 6, late: 1, duplicates: 1, detections: 1 },
    );
  });

  it('tells of each realm apart, and of the city itself where anything is known of it', async () => {
    const city = { mode: 'catch-up', clock: { source: 's', time: T0 + 10 * MIN } };
    nr.inject('rule', { payload: [point('a', 'city', 0)], city });
    await waitFor('the key', async () => (await state()).realm === 'real');
    const keys = async (query = ''): Promise<string[]> => (await state(query)).keys.map(({ key }) => key);
    assert.deepEqual(await keys(), ['city']);
    assert.deepEqual(await keys('?realm=real'), ['city']);
    assert.deepEqual(await keys('?realm=replay'), ['1', '2']);
    // nothing has come from there
    assert.equal((await state('?realm=simulated')).realm, 'real');
    for (const odd of ['', 'x', 'real&realm=replay', '__proto__']) {
      const { status, body } = await ask(`rule/state?realm=${odd}`, 'reader');
      assert.deepEqual([status, /real, simulated or replay/.test(body.error)], [400, true], odd);
    }
  });

  it('names no more keys than are asked for, and never more than a thousand', async () => {
    send(
      Array.from({ length: MANY }, (_, i) => point('a', `many-${i}`, 30)),
      30,
    );
    const told = await state('?keys=3&realm=replay');
    assert.deepEqual(told.keys.map(({ phase }) => phase)[0], 'raised', 'what is not normal comes first');
    assert.equal(told.keys.length, 3);
    assert.equal(told.moreKeys, MANY + 2 - 3);
    assert.equal((await state('?keys=1000000000&realm=replay')).keys.length, 1000);
    assert.equal((await state('?realm=replay')).keys.length, 20);
    assert.equal((await state('?keys=-5')).keys.length, 0);
    for (const odd of ['x', '', 'NaN', '1e999', '[]']) assert.ok((await state(`?keys=${odd}`)).keys.length <= 20, odd);
  });
});
