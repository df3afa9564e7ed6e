/** A rule that is new learns what is open already behind an event that goes on; others are told nothing twice. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { readNow } from '../support/event-readings';
import { sleep, waitFor } from '../support/node-red';

const high = { id: 'high', name: 'PM2.5 high', when: { op: '>', value: 90 }, emit: 'state', lateness: '0 s' };
const low = (id: string) => ({ ...high, id, name: id, when: { op: '<', value: 0 } });
const ruleOf = (name: string, event = 'high'): FlowNode => ({
  id: name, type: 'pattern-status', version: 1, name, statusId: name, per: 'station', lateness: '0 s', flapping: 'off',
  rule: { op: 'event', event }, wires: [['out'], ['problems']],
}); // prettier-ignore
const flow = (...rules: FlowNode[]): FlowNode[] => [
  {
    id: 'events',
    type: 'ecdm-event',
    version: 1,
    events: [high, low('wet'), low('dusty')],
    wires: [['seen', ...rules.map(({ id }) => id)], []],
  },
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
      assert.deepEqual(nr.payloads('seen'), [], 'who has not asked is not told');
      read(50, 's1');
      await waitFor('both end', () => states().filter((one) => one.endsWith('cleared s1')).length === 2, 5000);
    });
  }

  it('learns it through nodes in between, which may add something', async () => {
    const between = (...rules: FlowNode[]): FlowNode[] => [
      ...flow(...rules).map((node) => (node.id === 'events' ? { ...node, wires: [['change', 'A'], []] } : node)),
      { id: 'change', type: 'change', z: 'tab', x: 1, y: 1, rules: [{ t: 'set', p: 'more', pt: 'msg', to: '1', tot: 'num' }], wires: [['seen', 'B', 'C']] },
    ]; // prettier-ignore
    await nr.deploy([]);
    await nr.deploy(between(ruleOf('A')));
    read(95);
    await says('A raised s1');
    await nr.deploy(between(ruleOf('A'), ruleOf('B'), ruleOf('C')), 'nodes');
    await says('B raised s1', 'C raised s1');
    assert.ok(nr.payloads('seen').length > 0, 'it comes as it always does');
  });

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

  /** By then the wall clock has looked at what came. */
  const settles = 1500;
  const all = (...of: string[]): unknown => ({ op: 'and', of: of.map((event) => ({ op: 'event', event })) });
  const any = (...of: string[]): unknown => ({ op: 'or', of: of.map((event) => ({ op: 'event', event })) });

  for (const how of ['full', 'nodes'] as const)
    for (const mode of ['live', 'simulated'])
      it(`a rule that means something else now learns it as well (${how}, ${mode})`, async () => {
        const first = { ...ruleOf('A'), rule: all('high', 'wet') };
        await nr.deploy([]);
        await nr.deploy(flow(first));
        read(95, 's1', mode);
        read(95, 's2', mode);
        await sleep(5);
        read(50, 's2', mode);
        await waitFor(
          'the end',
          () =>
            nr
              .payloads('seen')
              .flat()
              .some(({ kind }: any) => kind === 'end'),
          5000,
        );
        await sleep(settles);
        assert.deepEqual(states(), []);
        await nr.deploy(flow({ ...first, rule: any('high', 'wet') }), how);
        await sleep(300);
        // in a simulation time goes on with the readings
        if (mode === 'simulated') read(60, 's3', mode);
        await says('A raised s1');
        assert.deepEqual(nr.payloads('problems'), []);
        read(50, 's1', mode);
        await sleep(5);
        if (mode === 'simulated') read(60, 's3', mode);
        await says('A raised s1', 'A cleared s1');
      });

  it('a status that is open when its rule changes goes on, and ends with what it rests on', async () => {
    const first = { ...ruleOf('A'), rule: any('high', 'wet') };
    await nr.deploy([]);
    await nr.deploy(flow(first));
    read(95);
    await says('A raised s1');
    await sleep(settles);
    await nr.deploy(flow({ ...first, rule: any('high', 'dusty') }), 'nodes');
    await sleep(300);
    assert.deepEqual(states().filter((one) => one !== 'A updated s1'), [], 'it goes on'); // prettier-ignore
    read(50);
    await waitFor('its end', () => states().at(-1) === 'A cleared s1', 5000);
  });

  const chain = (...rules: FlowNode[]): FlowNode[] => [
    ...flow(ruleOf('A')).map((node) => (node.id === 'A' ? { ...node, wires: [['out', 'away'], ['problems']] } : node)),
    { id: 'away', type: 'link out', z: 'tab', x: 1, y: 1, links: ['here'] },
    { id: 'here', type: 'link in', z: 'tab', x: 1, y: 1, links: ['away'], wires: [rules.map(({ id }) => id)] },
    ...rules,
  ];

  for (const how of ['full', 'nodes'] as const)
    it(`a new rule behind a rule learns what is raised, and nobody else is told again (${how})`, async () => {
      await nr.deploy([]);
      await nr.deploy(chain(ruleOf('B', 'A')));
      read(95);
      read(95, 's2');
      await says('A raised s1', 'A raised s2', 'B raised s1', 'B raised s2');
      await nr.deploy(chain(ruleOf('B', 'A'), ruleOf('C', 'A')), how);
      await says('C raised s1', 'C raised s2');
      await sleep(300);
      await says('C raised s1', 'C raised s2');
      read(50);
      await waitFor('all end', () => states().filter((one) => one.endsWith('cleared s1')).length === 3, 5000);
    });

  it('a rule that is kept down by what is raised learns that, too', async () => {
    const first = ruleOf('B', 'A');
    await nr.deploy([]);
    await nr.deploy(chain(first));
    read(95);
    await says('A raised s1', 'B raised s1');
    await nr.deploy(chain(first, { ...ruleOf('C', 'odd'), notWhile: ['A'] }), 'nodes');
    await sleep(300);
    nr.inject('C', { payload: { event: 'odd', name: 'Odd', key: 's1', kind: 'point', time: Date.now() } });
    nr.inject('C', { payload: { event: 'odd', name: 'Odd', key: 's2', kind: 'point', time: Date.now() } });
    await waitFor('s2', () => states().some((one) => one === 'C raised s2'), 5000);
    assert.ok(!states().includes('C raised s1'), 'A keeps it down');
  });
});
