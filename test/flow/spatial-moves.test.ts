/** What the filter sends: moves as events, one message per item or per zone, and zones by message over a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeObservation } from '../../nodes/ecdm/observation';
import { helper, liveNode, loadFlow, sender, takingNodes, takingTypes, type FlowNode } from '../support/helper';
import { sleep, waitFor } from '../support/node-red';

const square = (id: string, west: number): object => ({
  id,
  name: id,
  level: 'zone',
  shape: { type: 'Polygon', coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]] }, // prettier-ignore
});

let serial = 0;
const reading = (lon: number, thing: string, time: number): any =>
  makeObservation({
    id: `o${serial++}`,
    datastream: `d-${thing}`,
    thing,
    property: 'p',
    time,
    value: 1,
    place: [lon, 0.5],
  });

describe('spatial-filter: what it sends', () => {
  let kept: any[];
  let userDir: string;

  before(async () => void (userDir = await mkdtemp(path.join(os.tmpdir(), 'city-events-'))));
  after(() => rm(userDir, { recursive: true, force: true }));
  afterEach(() => helper.unload());

  async function load(config: object): Promise<(message: Record<string, unknown>) => Promise<void>> {
    const flow: FlowNode[] = [
      { id: 'zones', type: 'city-zones', name: 'Z', version: 2, zones: [square('a', 0), square('b', 1)] },
      { id: 'filter', type: 'spatial-filter', version: 1, z: 'tab', zones: 'zones', wires: [['kept'], []], ...config },
      { id: 'kept', type: 'helper', z: 'tab', wires: [] },
      { id: 'tab', type: 'tab' },
      ...takingNodes('filter'),
    ];
    await loadFlow(['city-zones', 'spatial-filter', ...takingTypes], flow, { settings: { userDir } });
    kept = [];
    liveNode('kept').on('input', (message: object) => kept.push(message));
    return sender('filter');
  }

  it('sends moves as events in the order of their time, dwelling by the clock that travels along', async () => {
    const send = await load({ keep: 'moves', moves: ['enter', 'exit', 'dwell'], dwell: '10 min' });
    const T = Date.UTC(2026, 0, 1);
    const clock = { source: 's', time: T + 1_500_000 };
    await send({ payload: [reading(0.5, 'bus', T), reading(1.5, 'bus', T + 300_000), reading(5, 'van', T)], city: { mode: 'live', clock } }); // prettier-ignore
    assert.deepEqual(
      kept[0].payload.map((e: any) => [e.event, e.key, e.zones[0].id, e.time - T, e.kind, e.value]),
      [
        ['filter/enter', 'bus', 'a', 0, 'point', undefined],
        ['filter/exit', 'bus', 'a', 300_000, 'point', 300],
        ['filter/enter', 'bus', 'b', 300_000, 'point', undefined],
        ['filter/dwell', 'bus', 'b', 900_000, 'point', 600],
      ],
    );
    assert.deepEqual(kept[0].city.clock, clock);
    assert.equal(new Set(kept[0].payload.map((e: any) => e.id)).size, 4);
  });

  it('tells by the wall clock who stays, when a live source has fallen silent, and never in a replay', async () => {
    const dwell = { keep: 'moves', moves: ['dwell'], dwell: '1 s' };
    for (const [mode, told] of [
      ['live', ['a', 'b']],
      ['replay', []],
    ] as const) {
      const send = await load({ ...dwell, id: 'filter', name: mode });
      // their times are two minutes behind, as those of a slow source
      const T = Date.now() - 120_000;
      await send({ payload: [reading(0.5, 'tram', T), reading(1.5, 'cart', T + 100)], city: { mode } });
      const events = (): any[] => kept.flatMap(({ payload }) => payload as any[]);
      await waitFor('who stays', () => events().length >= told.length);
      // nobody else does, and in a replay nobody at all
      await sleep(1500);
      assert.deepEqual(events().map((e) => e.zones[0].id), told, mode); // prettier-ignore
      if (mode === 'live') {
        assert.deepEqual(events().map((e) => [e.key, e.time - T, e.value]), [['tram', 1000, 1], ['cart', 1100, 1]]); // prettier-ignore
        assert.equal(kept.at(-1).city.mode, 'live');
      }
      await helper.unload();
    }
  });

  it('does not count as a stay what nobody watched, because the machine slept or its clock was set forward', async () => {
    const send = await load({ keep: 'moves', moves: ['dwell'], dwell: '2 s' });
    const { now } = Date;
    const log: unknown[] = [];
    Object.assign(liveNode('filter'), { log: (text: unknown) => log.push(text) });
    const T = now();
    await send({ payload: [reading(0.5, 'train', T)], city: { mode: 'live' } });
    kept = [];
    try {
      Date.now = () => now() + 3_600_000;
      await send({ payload: [], city: { mode: 'live' } });
      assert.deepEqual(log, ['log.awake']);
      await waitFor('who stays', () => kept.some(({ payload }) => payload.length > 0));
      assert.ok(now() >= T + 2000, `${now() - T} ms of its stay were watched`);
    } finally {
      Date.now = now;
    }
  });

  it('tells who stays in the city while a replay runs through the same filter', async () => {
    const send = await load({ keep: 'moves', moves: ['dwell'], dwell: '1 s' });
    const T = Date.now() - 120_000;
    await send({ payload: [reading(0.5, 'ferry', T)], city: { mode: 'live' } });
    await send({ payload: [reading(0.5, 'ferry', Date.UTC(2026, 0, 1))], city: { mode: 'replay' } });
    const told = (): unknown[] =>
      kept.flatMap(({ payload, city }) => payload.map((e: any) => [city.mode, e.key, e.time - T]));
    await waitFor('who stays', () => told().length > 0);
    await sleep(500);
    assert.deepEqual(told(), [['live', 'ferry', 1000]]);
  });

  it('tells the moves of a replay that is run again, whatever is known of the city', async () => {
    const send = await load({ keep: 'moves', moves: ['enter', 'exit'] });
    const T = Date.UTC(2026, 0, 1);
    const told = [];
    await send({ payload: reading(0.5, 'lorry', Date.now()), city: { mode: 'live' } });
    await send({ payload: reading(0.5, 'lorry', T + 30_000), city: { mode: 'simulated' } });
    for (let run = 0; run < 2; run++) {
      const clock = { source: 's', time: T + 600_000, end: true };
      await send({
        payload: [reading(0.5, 'lorry', T), reading(5, 'lorry', T + 60_000)],
        city: { mode: 'replay', clock },
      });
      told.push(kept.at(-1).payload.map((e: any) => `${e.property} ${e.time - T}`));
    }
    assert.deepEqual(told, [['enter 0', 'exit 60000'], ['enter 0', 'exit 60000']]); // prettier-ignore
  });

  it('tells moves to a rule that names them by their ids, and the rule says what people call them', async () => {
    const rule = { op: 'then', of: [{ op: 'event', event: 'filter/enter' }, { op: 'event', event: 'filter/exit' }], within: '10 min' }; // prettier-ignore
    const flow: FlowNode[] = [
      { id: 'zones', type: 'city-zones', name: 'Z', version: 2, zones: [square('a', 0)] },
      { id: 'filter', type: 'spatial-filter', version: 1, z: 'tab', name: 'Harbour', zones: 'zones', keep: 'moves', moves: ['enter', 'exit'], wires: [['rule'], []] }, // prettier-ignore
      { id: 'rule', type: 'pattern-status', version: 1, z: 'tab', name: 'short visit', rule, per: 'station', severity: 'minor', lateness: '0 s', wires: [['kept'], []] }, // prettier-ignore
      { id: 'kept', type: 'helper', z: 'tab', wires: [] },
      { id: 'tab', type: 'tab' },
    ];
    await loadFlow(['city-zones', 'spatial-filter', 'pattern-status'], flow, { settings: { userDir } });
    kept = [];
    liveNode('kept').on('input', (message: object) => kept.push(message));
    const T = Date.now() - 600_000;
    const way = [reading(0.5, 'bus', T), reading(5, 'bus', T + 300_000)];
    liveNode('filter').receive({ payload: way, city: { mode: 'live', clock: { source: 's', time: T + 400_000 } } });
    await waitFor('the status', () => kept.length > 0);
    const [status] = [kept[0]?.payload].flat();
    assert.deepEqual(
      [status?.key, status?.state, status?.zones],
      ['bus', 'raised', [{ id: 'a', name: 'a', level: 'zone' }]],
    );
    assert.match(status.reason, /spatial-filter:event\.enter”, then .*spatial-filter:event\.exit/);
  });

  it('sends each item of an array alone when it is split, the clock with the last', async () => {
    const send = await load({ arrays: 'split' });
    const clock = { source: 's', time: 9 };
    const items = [reading(0.5, 'x', 1e12), reading(9, 'y', 1e12), reading(1.5, 'z', 1e12)];
    await send({ payload: items, city: { mode: 'live', clock, ticket: 't' } });
    assert.deepEqual(kept.map((m) => [m.payload.thing, m.city.clock, m.city.ticket, m.parts.index, m.parts.count]), [
      ['x', undefined, 't', 0, 2],
      ['z', clock, 't', 1, 2],
    ]); // prettier-ignore
  });

  it('sends one message per zone, named in its topic', async () => {
    const send = await load({ keep: 'perZone' });
    await send({ payload: [reading(0.5, 'x', 1e12), reading(1.5, 'y', 1e12), reading(0.6, 'z', 1e12)] });
    assert.deepEqual(
      kept.map((m) => [m.topic, m.zone.id, m.payload.map((o: any) => o.thing)]),
      [
        ['a', 'a', ['x', 'z']],
        ['b', 'b', ['y']],
      ],
    );
  });

  it('has the zones that came by message again after a restart where wished, and only there', async () => {
    for (const keepZones of [true, false]) {
      const send = await load({ keepZones });
      await send({ topic: 'zones', payload: [square('flood', 7)] });
      await send({ payload: reading(7.5, 'x', 1e12) });
      assert.deepEqual(kept[0].payload.zones[0].id, 'flood');
      await helper.unload();
      const again = await load({ keepZones });
      await again({ payload: reading(7.5, 'x', 1e12) });
      assert.equal(kept.length, keepZones ? 1 : 0);
      await helper.unload();
    }
  });
});
