/** A rule that is new learns what is open already behind an event that goes on; others are told nothing twice. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { readNow } from '../support/event-readings';
import { sleep, waitFor } from '../support/node-red';

const high = { id: 'high', name: 'PM2.5 high', when: { op: '>', value: 90 }, emit: 'state', lateness: '0 s' };
const ruleOf = (name: string, event = 'high'): FlowNode => ({
  id: name, type: 'pattern-status', version: 1, name, statusId: name, per: 'station', lateness: '0 s', flapping: 'off',
  rule: { op: 'event', event }, wires: [['out'], ['problems']],
}); // prettier-ignore
const flow = (...rules: FlowNode[]): FlowNode[] => [
  { id: 'events', type: 'ecdm-event', version: 1, events: [high], wires: [['seen', ...rules.map(({ id }) => id)], []] },
  ...rules,
  ...['seen', 'out', 'problems'].map((id) => ({ id, type: 'test-sink', wires: [] })),
];

describe('a rule that is new behind an event that is open', () => {
  let nr: Embedded;
  before(async () => (nr = await startEmbedded()));
  after(() => nr.stop());

  const read = (value: number, thing = 's1', mode = 'live'): void => readNow(nr, value, thing, mode);
  const states = (): string[] =>
    nr
      .payloads('out')
      .flat()
      .map(({ name, state, key }: any) => `${name} ${state} ${key}`);
  const says = async (...wanted: string[]): Promise<void> => {
    await waitFor(wanted.join(), () => states().length >= wanted.length, 5000);
    assert.deepEqual(states().sort(), wanted.sort());
  };

  for (const how of ['full', 'nodes'] as const) {
    it(`is raised for each of them, and the other rule stays as it is (${how})`, async () => {
      await nr.deploy([]);
      await nr.deploy(flow(ruleOf('A')));
      for (const thing of ['s1', 's2', 's3']) read(95, thing);
      await sleep(5);
      read(50, 's3');
      await says('A raised s1', 'A raised s2', 'A raised s3', 'A cleared s3');
      await nr.deploy(flow(ruleOf('A'), ruleOf('B')), how);
      await waitFor('B', () => states().filter((one) => one.startsWith('B')).length === 2, 5000);
      await sleep(300);
      assert.deepEqual(
        states()
          .filter((one) => one.startsWith('B'))
          .sort(),
        ['B raised s1', 'B raised s2'],
      );
      assert.ok(!states().some((one) => one.startsWith('A')), 'it was told before');
      assert.deepEqual(nr.payloads('problems'), []);
      read(50, 's1');
      await waitFor('both end', () => states().filter((one) => one.endsWith('cleared s1')).length === 2, 5000);
    });
  }

  it('learns it in a simulation, too', async () => {
    await nr.deploy([]);
    await nr.deploy(flow(ruleOf('A')));
    read(95, 's1', 'simulated');
    await says('A raised s1');
    await nr.deploy(flow(ruleOf('A'), ruleOf('B')), 'nodes');
    await sleep(300);
    read(96, 's2', 'simulated');
    await waitFor('B', () => states().includes('B raised s1'), 5000);
    assert.ok(!states().includes('A raised s1'), 'it was told before');
  });

  it('is not told of what it does not look at, and nothing is said where no rule is new', async () => {
    await nr.deploy([]);
    await nr.deploy(flow(ruleOf('A')));
    read(95);
    await says('A raised s1');
    await nr.deploy(flow(ruleOf('A'), ruleOf('C', 'something else')), 'nodes');
    await sleep(300);
    assert.deepEqual(nr.payloads('seen').flat(), []);
  });
});
