/** What is simulated or replayed goes on over a deploy, in the nodes that are deployed and in those that are not. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { makeObservation } from '../../nodes/ecdm/observation';

const T = Date.UTC(2026, 0, 5, 8);
const MIN = 60_000;

const high = { id: 'high', name: 'PM2.5 high', when: { op: '>', value: 90, unit: 'ug/m3', clear: 75 }, emit: 'state' };
const flow = (rule: object = {}, event: object = {}): FlowNode[] => [
  { id: 'events', type: 'ecdm-event', version: 1, events: [{ ...high, ...event }], wires: [['rule'], []] },
  {
    id: 'rule', type: 'pattern-status', version: 1, name: 'Haze', statusId: 'haze', per: 'station', lateness: '0 s', flapping: 'off',
    rule: { op: 'event', event: 'high' }, wires: [['out'], ['out']], ...rule,
  },
  { id: 'out', type: 'test-sink', wires: [] },
]; // prettier-ignore

describe('a simulation and a replay over a deploy', () => {
  let nr: Embedded;
  before(async () => (nr = await startEmbedded()));
  after(() => nr.stop());

  let serial = 0;
  const read = (mode: string, minute: number, value: number): void => {
    const time = T + minute * MIN;
    const reading = makeObservation({
      id: `r${serial++}`,
      datastream: 'd',
      property: 'PM2.5',
      thing: 's1',
      time,
      value,
      unit: 'ug/m3',
    });
    nr.inject('events', { payload: [{ ...reading }], city: { mode, clock: { source: 's', time } } });
  };
  const told = (): string[] =>
    nr
      .messages('out')
      .flatMap(({ payload, city }: any) =>
        [payload].flat().map((s: any) => `${city.mode} ${s.state} ${s.since} ${s.revision}`),
      );

  for (const mode of ['simulated', 'replay']) {
    it(`${mode}: what is raised stays so, whichever nodes are deployed, and ends under its number`, async () => {
      await nr.deploy([]);
      await nr.deploy(flow());
      read(mode, 0, 99);
      await nr.count('out', 1);
      assert.deepEqual(told(), [`${mode} raised 2026-01-05T08:00:00Z 1`]);
      await nr.deploy(flow({ name: 'Smoke' }), 'nodes');
      await nr.deploy(flow({ name: 'Fire' }));
      await nr.deploy(flow({ name: 'Fire' }, { name: 'PM2.5 very high' }), 'nodes');
      // no begin once more: it is known that it lasts
      read(mode, 5, 98);
      read(mode, 10, 10);
      read(mode, 20, 10);
      // an update, as the rule has another name now
      await nr.count('out', 2);
      assert.deepEqual(told(), [`${mode} updated 2026-01-05T08:00:00Z 2`, `${mode} cleared 2026-01-05T08:00:00Z 3`]);
    });

    it(`${mode}: begins anew when its clock does, also after a deploy`, async () => {
      await nr.deploy([]);
      await nr.deploy(flow());
      read(mode, 60, 99);
      await nr.count('out', 1);
      await nr.deploy(flow());
      read(mode, 0, 99);
      await nr.count('out', 1);
      assert.deepEqual(told(), [`${mode} raised 2026-01-05T08:00:00Z 1`]);
    });
  }

  it('tells nobody again who has entered a zone in a simulation, and that he leaves it', async () => {
    const square = { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] }; // prettier-ignore
    const zones = {
      id: 'zones',
      type: 'city-zones',
      version: 2,
      name: 'Z',
      zones: [{ id: 'a', name: 'A', level: 'zone', shape: square }],
    };
    const filter: FlowNode[] = [
      zones,
      { id: 'filter', type: 'spatial-filter', version: 1, zones: 'zones', keep: 'moves', moves: ['enter', 'exit'], wires: [['out'], []] },
      { id: 'out', type: 'test-sink', wires: [] },
    ]; // prettier-ignore
    const see = (minute: number, lon: number): void => {
      const reading = makeObservation({
        id: `m${minute}`,
        datastream: 'd',
        property: 'p',
        thing: 'bus',
        time: T + minute * MIN,
        value: 1,
        place: [lon, 0.5],
      });
      nr.inject('filter', { payload: [{ ...reading }], city: { mode: 'simulated' } });
    };
    const moves = (): string[] =>
      nr
        .payloads('out')
        .flat()
        .map(({ property }) => property as string);
    await nr.deploy(filter);
    see(0, 0.5);
    await nr.count('out', 1);
    assert.deepEqual(moves(), ['enter']);
    await nr.deploy(filter);
    see(1, 0.6);
    see(2, 5);
    await nr.count('out', 2);
    assert.deepEqual(moves(), ['exit']);
  });

  it('is forgotten with the node that it was in', async () => {
    await nr.deploy(flow());
    read('simulated', 0, 99);
    await nr.count('out', 1);
    await nr.deploy([]);
    await nr.deploy(flow());
    read('simulated', 5, 98);
    await nr.count('out', 1);
    assert.deepEqual(told(), ['simulated raised 2026-01-05T08:05:00Z 1']);
  });

  it('a rule that lasts for a time is run as it was deployed, though its event no longer lasts', async () => {
    const lasting = { rule: { op: 'lasting', of: { op: 'event', event: 'high' }, for: '5 min' } };
    await nr.deploy(flow(lasting));
    await nr.deploy(flow(lasting, { emit: 'point' }), 'nodes');
    nr.inject('rule', { payload: [], city: { mode: 'replay', clock: { source: 'x', time: T } } });
    await waitFor('what is said of it', () => nr.complaints.some(({ text }) => text.includes('PM2.5 high')), 5000);
    await sleep(100);
    const errors = nr.complaints.filter(({ level }) => level <= 20);
    assert.deepEqual(errors, []);
  });
});
