/** What is simulated or replayed goes on over a deploy, in the nodes that are deployed and in those that are not. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { needsSqlite } from '../support/needs-sqlite';
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
      await nr.count('out', 1);
      assert.deepEqual(told(), [`${mode} cleared 2026-01-05T08:00:00Z 2`]);
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

  it('ends what lasts, also where nothing was heard of it between two deploys', async () => {
    await nr.deploy([]);
    await nr.deploy(flow());
    read('simulated', 0, 99);
    await nr.count('out', 1);
    await nr.deploy(flow());
    await nr.deploy(flow());
    // less than the limit, and not yet back to normal
    read('simulated', 5, 80);
    read('simulated', 10, 10);
    read('simulated', 20, 10);
    await nr.count('out', 1);
    assert.deepEqual(told(), ['simulated cleared 2026-01-05T08:00:00Z 2']);
  });

  for (const [minute, ended] of [
    [0, ['live cleared 2026-01-05T08:00:00Z 2', 'replay cleared 2026-01-05T08:00:00Z 2']],
    [-60, ['live cleared 2026-01-05T08:00:00Z 2']],
  ] as const) {
    it(`a status of the city that somebody clears after a deploy ends, beside a replay from minute ${minute} on`, async () => {
      await nr.deploy([]);
      await nr.deploy(flow());
      read('catch-up', 0, 99);
      const [status] = (await nr.count('out', 1)).flatMap(({ payload }) => payload as unknown[]);
      read('replay', minute, 99);
      await nr.count('out', 2);
      await nr.deploy(flow());
      nr.inject('rule', { topic: 'clear', payload: status });
      await nr.count('out', ended.length);
      await sleep(50);
      assert.deepEqual(told().sort(), ended);
    });
  }

  it('what says itself that it is simulated goes by the time of the city, also after a deploy', async () => {
    const lasting = flow({ rule: { op: 'lasting', of: { op: 'event', event: 'high' }, for: '5 min' } });
    const city = (minute: number): object => ({
      mode: 'catch-up',
      clock: { source: 's', time: T + minute * MIN, events: ['high'] },
    });
    const begin = { id: 'e', event: 'high', name: 'high', key: 's1', stream: 'high|d', time: T, kind: 'begin', simulated: true, source: [] }; // prettier-ignore
    await nr.deploy([]);
    await nr.deploy(lasting);
    nr.inject('rule', { payload: [begin], city: city(0) });
    await sleep(50);
    await nr.deploy(lasting);
    nr.inject('rule', { payload: [], city: city(10) });
    await nr.count('out', 1);
    assert.deepEqual(told(), ['simulated raised 2026-01-05T08:05:00Z 1']);
  });

  it('who is silent in a simulation that goes by the time of the city is no real alarm', async () => {
    const absence = { op: 'no', of: { op: 'event', event: 'high' }, for: '10 min' };
    const put = (mode: string, minute: number, payload: object[], more: object = {}): void => {
      const clock = { source: 's', time: T + minute * MIN, events: ['high'] };
      nr.inject('rule', { payload, city: { mode, clock, ...more } });
    };
    const point = (minute: number): object => ({
      id: `p${minute}`, event: 'high', name: 'high', key: 's1', stream: 'high|d', time: T + minute * MIN, kind: 'point', simulated: true, source: [],
    }); // prettier-ignore
    await nr.deploy([]);
    await nr.deploy(flow({ rule: absence }, { emit: 'point' }));
    const roster = ['s1', 's2'].map((thing) => ({ datastream: `d ${thing}`, property: 'PM2.5', thing }));
    put('simulated', 0, [point(0)], { roster, rosterSource: 'x' });
    put('catch-up', 1, [point(1)]);
    put('catch-up', 30, []);
    await nr.count('out', 2);
    const told = nr.payloads('out').flat() as { key: string; simulated?: boolean }[];
    assert.deepEqual(told.map(({ key, simulated }) => `${key} ${simulated}`).sort(), ['s1 true', 's2 true']); // prettier-ignore
  });

  it('the copies of a rule do not end what the other one has raised in a simulation', async function () {
    // without a store nothing of it is known after a deploy
    needsSqlite.call(this);
    const journal = { id: 'journal', type: 'city-journal', version: 1, name: 'J', store: 'sqlite', days: 365, megabytes: 1000 }; // prettier-ignore
    const [, rule, out] = flow({ journal: 'journal' });
    const copies: FlowNode[] = [journal, rule!, { ...rule!, id: 'copy' }, out!];
    const begin = (node: string, key: string): void => {
      const event = { id: `e${key}`, event: 'high', name: 'high', key, stream: `high|${key}`, time: T, kind: 'begin', source: [] }; // prettier-ignore
      const clock = { source: 's', time: T, events: ['high'] };
      nr.inject(node, { payload: [{ ...event, simulated: true }], city: { mode: 'simulated', clock } });
    };
    await nr.deploy([]);
    await nr.deploy(copies);
    begin('rule', 's1');
    begin('copy', 's2');
    await nr.count('out', 2);
    await nr.deploy(copies);
    await sleep(200);
    assert.deepEqual(told(), []);
    // the one that is gone is ended by the other
    await nr.deploy([journal, rule!, out!]);
    await nr.count('out', 1);
    assert.deepEqual(told(), ['simulated cleared 2026-01-05T08:00:00Z 2']);
  });

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

  it('knows who is in a zone that was drawn while the flow ran', async () => {
    const filter: FlowNode[] = [
      { id: 'zones', type: 'city-zones', version: 2, name: 'Z', zones: [] },
      { id: 'filter', type: 'spatial-filter', version: 1, zones: 'zones', keep: 'moves', keepZones: true, moves: ['enter'], wires: [['out'], []] },
      { id: 'out', type: 'test-sink', wires: [] },
    ]; // prettier-ignore
    const geometry = { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] }; // prettier-ignore
    const feature = { type: 'Feature', id: 'a', properties: { id: 'a', name: 'A', level: 'zone' }, geometry };
    const see = (minute: number, thing: string): void => {
      const reading = makeObservation({
        id: `${thing}${minute}`,
        datastream: thing,
        property: 'p',
        thing,
        time: T + minute * MIN,
        value: 1,
        place: [0.5, 0.5],
      });
      nr.inject('filter', { payload: [{ ...reading }], city: { mode: 'simulated' } });
    };
    await nr.deploy([]);
    await nr.deploy(filter);
    nr.inject('filter', { topic: 'zones', payload: { type: 'FeatureCollection', features: [feature] } });
    see(0, 'bus');
    await nr.count('out', 1);
    await nr.deploy(filter);
    see(1, 'bus');
    see(2, 'tram');
    await nr.count('out', 1);
    assert.deepEqual(
      nr.payloads('out').flatMap((moves: any[]) => moves.map(({ key, property }) => `${key} ${property}`)),
      ['tram enter'],
    );
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
