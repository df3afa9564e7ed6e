/** A chain inside a subflow: each instance is one of its own, and has settings of its own. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { goodReading } from '../support/nonsense';

const LIMIT = { op: '>', value: '${LIMIT}' };
const SUBFLOW: FlowNode[] = [
  {
    id: 'watch', type: 'subflow', name: 'watch', info: '', category: '', env: [{ name: 'LIMIT', type: 'num', value: '25' }],
    in: [{ x: 0, y: 0, wires: [{ id: 'events' }] }],
    out: [{ x: 0, y: 0, wires: [{ id: 'rule', port: 0 }] }, { x: 0, y: 0, wires: [{ id: 'tell', port: 0 }] }],
  },
  {
    id: 'events', z: 'watch', type: 'ecdm-event', version: 1, name: '', domain: '', wires: [['rule'], []],
    events: [{ id: 'hot', name: 'hot', emit: 'state', when: LIMIT }],
  },
  {
    id: 'rule', z: 'watch', type: 'pattern-status', version: 1, name: 'too hot', per: 'station', lateness: '0 s', severity: 'critical',
    rule: { op: 'event', event: 'hot' }, wires: [['tell'], []],
  },
  { id: 'tell', z: 'watch', type: 'action-notify', version: 1, name: '', wires: [[], []] },
] as unknown as FlowNode[]; // prettier-ignore

const instance = (name: string, limit?: string): FlowNode[] => {
  // a text, as it is from the environment of the machine
  const env = limit === undefined ? [] : [{ name: 'LIMIT', type: 'str', value: limit }];
  return [
    { id: name, type: 'subflow:watch', env, wires: [[`${name}-status`], [`${name}-notice`]] },
    { id: `${name}-status`, type: 'test-sink', wires: [] },
    { id: `${name}-notice`, type: 'test-sink', wires: [] },
  ] as unknown as FlowNode[];
};

describe('a chain inside a subflow', function () {
  this.timeout(60_000);
  let nr: Embedded;
  before(async () => {
    nr = await startEmbedded();
  });
  after(() => nr.stop());

  it('is another one in each instance, with the limit of that instance', async () => {
    await nr.deploy([...SUBFLOW, ...instance('one'), ...instance('two', '40')]);
    const read = (to: string, value: number, time: number): void =>
      nr.inject(to, {
        payload: goodReading({ value, time, id: `${to}|${time}`, unit: undefined }),
        city: { mode: 'live' },
      });
    const start = Date.now() - 10_000;
    read('one', 30, start);
    read('two', 30, start);
    const [one] = await nr.count('one-status', 1);
    assert.deepEqual([one!.payload.status, one!.payload.state], ['one-rule', 'raised']);
    assert.equal((await nr.count('one-notice', 1))[0]!.payload.statusId, one!.payload.statusId);
    read('two', 45, start + 1000);
    const [two] = await nr.count('two-status', 1);
    assert.deepEqual([two!.payload.status, two!.payload.state], ['two-rule', 'raised']);
    assert.match(two!.payload.reason, /limit 40/);
    read('one', 10, start + 2000);
    assert.equal((await nr.count('one-status', 2))[1]!.payload.state, 'cleared');
    assert.equal((await nr.count('two-notice', 1)).length, 1, 'the other one goes on');
  });
});
