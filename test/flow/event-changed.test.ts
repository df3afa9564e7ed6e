/** A rule that is raised by an event whose definition is deployed anew: it clears when the new definition says so. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { readNow } from '../support/event-readings';
import { sleep, waitFor } from '../support/node-red';

const high = { id: 'high', name: 'PM2.5 high', when: { op: '>', value: 90 }, emit: 'state', lateness: '0 s' };
const flow = (events: readonly object[]): FlowNode[] => [
  { id: 'events', type: 'ecdm-event', version: 1, events, wires: [['rule'], []] },
  {
    id: 'rule', type: 'pattern-status', version: 1, name: 'Haze', statusId: 'haze', per: 'station', lateness: '0 s', flapping: 'off',
    rule: { op: 'event', event: 'high' }, wires: [['out'], []],
  },
  { id: 'out', type: 'test-sink', wires: [] },
]; // prettier-ignore

describe('an event that is changed while its rule is raised', () => {
  let nr: Embedded;
  before(async () => (nr = await startEmbedded()));
  after(() => nr.stop());

  const read = (value: number, mode = 'live'): void => readNow(nr, value, 's1', mode);
  const states = (): string[] =>
    nr
      .payloads('out')
      .flat()
      .map(({ state, key }: any) => `${state} ${key}`);
  const says = async (...wanted: string[]): Promise<void> => {
    await waitFor(wanted.join(), () => states().length >= wanted.length, 5000);
    assert.deepEqual(states(), wanted);
  };
  const raised = async (): Promise<void> => {
    await nr.deploy([]);
    await nr.deploy(flow([high]));
    read(95);
    await says('raised s1');
    await sleep(5);
  };

  for (const how of ['full', 'nodes'] as const) {
    it(`clears by the new limit (${how})`, async () => {
      await raised();
      await nr.deploy(flow([{ ...high, when: { op: '>', value: 200 } }]), how);
      read(97);
      await waitFor('the end', () => states().at(-1) === 'cleared s1', 5000);
    });
    it(`clears without a reading where the event was taken out, also as the last one (${how})`, async () => {
      for (const rest of [[{ ...high, id: 'other' }], []]) {
        await raised();
        await nr.deploy(flow(rest), how);
        await waitFor('the end', () => states().at(-1) === 'cleared s1', 5000);
      }
    });
    it(`clears at the next reading where the station is not observed any more (${how})`, async () => {
      await raised();
      await nr.deploy(flow([{ ...high, observe: { things: ['s2'] } }]), how);
      read(97);
      await waitFor('the end', () => states().at(-1) === 'cleared s1', 5000);
    });
  }

  it('clears where the event is a moment now', async () => {
    await raised();
    await nr.deploy(flow([{ ...high, emit: 'point', when: { op: '>', value: 500 } }]), 'nodes');
    await waitFor('the end', () => states().at(-1) === 'cleared s1', 5000);
  });

  it('clears in a simulation, too', async () => {
    for (const change of [[{ ...high, when: { op: '>', value: 200 } }], []]) {
      await nr.deploy([]);
      await nr.deploy(flow([high]));
      read(95, 'simulated');
      await says('raised s1');
      await sleep(5);
      await nr.deploy(flow(change));
      await sleep(5);
      read(97, 'simulated');
      await waitFor('the end', () => states().at(-1) === 'cleared s1', 5000);
    }
  });
});
