/** spatial-filter and city-zones as wired nodes. */
import assert from 'node:assert/strict';
import { makeObservation } from '../../nodes/ecdm/observation';
import { helper, liveNode, loadFlow, sender, takingNodes, takingTypes, type FlowNode } from '../support/helper';

const types = ['city-zones', 'spatial-filter', ...takingTypes];

const square = (id: string, west: number): object => ({
  id,
  name: id,
  level: 'district',
  geometry: { type: 'Polygon', coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]] }, // prettier-ignore
});

const zones = { id: 'zones', type: 'city-zones', name: 'Z', version: 1, zones: [square('a', 0), square('b', 1)] };

function flow(config: object): FlowNode[] {
  const base = {
    id: 'filter',
    type: 'spatial-filter',
    version: 1,
    zones: 'zones',
    keep: 'inside',
    choose: 'all',
    noPlace: 'problem',
  };
  return [
    zones,
    { ...base, z: 'tab', wires: [['kept'], ['problems'], ['rest']], ...config },
    ...takingNodes('filter'),
    ...['kept', 'problems', 'rest', 'caught'].map((id) => ({ id, type: 'helper', z: 'tab', wires: [] })),
    { id: 'tab', type: 'tab' },
  ];
}

let serial = 0;
const reading = (place?: unknown): any =>
  makeObservation({
    id: `${serial++}`,
    datastream: `d${serial}`,
    property: 'p',
    time: 1e12,
    value: 1,
    place: place as never,
  });

describe('spatial-filter in a flow', () => {
  let out: Record<'kept' | 'problems' | 'rest' | 'caught', any[]>;

  afterEach(() => helper.unload());

  async function load(config: object = {}): Promise<(message: Record<string, unknown>) => Promise<void>> {
    await loadFlow(types, flow(config));
    out = { kept: [], problems: [], rest: [], caught: [] };
    for (const [id, list] of Object.entries(out)) liveNode(id).on('input', (message: object) => list.push(message));
    return sender('filter');
  }

  it('keeps an array an array, the message the same message, and shares the zones', async () => {
    const send = await load();
    const batch = [reading([0.5, 0.5]), reading([9, 9]), reading([0.6, 0.6])];
    const message = {
      payload: batch,
      topic: 't',
      other: { kept: true },
      city: { mode: 'poll', clock: { source: 's', time: 5 } },
    };
    await send(message);
    assert.equal(out.kept.length, 1);
    assert.equal(out.kept[0], message);
    assert.deepEqual(out.kept[0].payload.map((o: any) => o.id), [batch[0].id, batch[2].id]); // prettier-ignore
    assert.equal(out.kept[0].payload[0], batch[0]);
    assert.equal(out.kept[0].payload[0].zones, out.kept[0].payload[1].zones);
    assert.deepEqual(out.kept[0].city, message.city);
    assert.deepEqual([out.problems.length, out.rest.length, out.caught.length], [0, 0, 0]);
  });

  it('sends single readings on as single readings, and an array of which nothing is kept as an empty one', async () => {
    const send = await load();
    await send({ payload: reading([1.5, 0.5]) });
    assert.equal(out.kept[0].payload.zones[0].id, 'b');
    const city = { mode: 'replay', clock: { source: 's', time: 5 } };
    await send({ payload: [reading([9, 9])], city });
    assert.deepEqual([out.kept[1].payload, out.kept[1].city], [[], city]);
    await send({ payload: reading([9, 9]) });
    assert.equal(out.kept.length, 2);
  });

  it('passes the clock of single readings that are not kept, once a second live and always in a replay', async () => {
    const send = await load();
    const clock = { source: 's', time: 5 };
    for (const mode of ['live', 'live', 'live', 'replay', 'replay'])
      await send({ payload: reading([9, 9]), city: { mode, clock } });
    assert.deepEqual(out.kept.map((m) => [m.payload, m.city.mode]), [[[], 'live'], [[], 'replay'], [[], 'replay']]); // prettier-ignore
  });

  it('sends the rest, not cloned, on a third output when wished', async () => {
    const send = await load({ rest: true, outputs: 3 });
    const [near, far] = [reading([0.5, 0.5]), reading([9, 9])];
    await send({ payload: [near, far], city: { mode: 'live', clock: { source: 's', time: 5 } } });
    assert.equal(out.kept[0].payload[0], near);
    assert.equal(out.rest[0].payload[0], far);
    assert.equal(out.rest[0].city.clock.time, 5);
    await send({ payload: reading([9, 9]) });
    assert.equal(out.rest[1].payload.zones.length, 0);
    assert.equal(out.kept.length, 1);
  });

  it('gives the roster its zones and leaves out what cannot pass', async () => {
    const send = await load({ rest: true, outputs: 3 });
    const roster = [
      { datastream: '1', property: 'p', place: [0.5, 0.5] },
      { datastream: '2', property: 'p', place: [9, 9] },
    ];
    await send({ payload: reading([9, 9]), city: { mode: 'live', roster, ticket: 'x' } });
    assert.deepEqual(out.kept[0].payload, []);
    assert.deepEqual(out.kept[0].city.roster.map((e: any) => [e.datastream, e.zones[0].id]), [['1', 'a']]); // prettier-ignore
    assert.deepEqual(out.rest[0].city.roster.map((e: any) => e.datastream), ['2']); // prettier-ignore
    assert.equal(out.kept[0].city.ticket, 'x');
  });

  it('names what it cannot judge on output 2 and goes on', async () => {
    const send = await load();
    await send({
      payload: [reading([0, 500]), reading(), null, 'x', { datastream: 'd' }, reading([0.5, 0.5])],
      topic: 't',
    });
    assert.equal(out.kept[0].payload.length, 1);
    const { payload, topic } = out.problems[0];
    assert.equal(topic, 't');
    assert.deepEqual(payload.map((p: any) => p.code), ['badPlace', 'noPlace', 'notReading', 'notReading', 'badTime']); // prettier-ignore
    for (const problem of payload) assert.ok(problem.message && problem.hint && problem.node === 'filter');
  });

  it('bounds the problems of one message', async () => {
    const send = await load();
    await send({ payload: new Array(250).fill(7) });
    assert.equal(out.problems[0].payload.length, 101);
    assert.match(out.problems[0].payload[100].message, /150/);
  });

  it('says so when its zones are missing, and keeps running', async () => {
    const send = await load({ zones: 'nowhere' });
    await send({ payload: [reading([0.5, 0.5])] });
    assert.equal(out.caught[0].error.code, 'noZones');
    assert.equal(out.kept.length, 0);
  });

  it('offers the index of zones to other nodes and survives a broken list of zones', async () => {
    await loadFlow(types, [{ ...zones, zones: [square('a', 0), null, { id: 'x' }] }]);
    const node = liveNode('zones');
    assert.equal(node.zones.length, 1);
    assert.equal(node.index.zonesAt(0.5, 0.5)[0].name, 'a');
    await helper.unload();
    await loadFlow(types, [{ id: 'zones', type: 'city-zones' }]);
    assert.equal(liveNode('zones').zones.length, 0);
  });
});
