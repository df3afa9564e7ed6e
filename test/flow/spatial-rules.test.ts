/** From places to statuses: what the filter says of zones decides what a rule per zone, or around the first event, counts. */
import assert from 'node:assert/strict';
import { makeObservation } from '../../nodes/ecdm/observation';
import { destination } from '../../nodes/ecdm/sphere';
import { helper, liveNode, loadFlow, Sink, type FlowNode } from '../support/helper';

const T = Date.UTC(2026, 0, 1);
const MIN = 60_000;

const area = (id: string, level: string, ring: number[][], parent?: string): object => ({
  id,
  name: id,
  level,
  parent,
  shape: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
});

/** Three zones that meet in [1, 0.5] and share slanted borders, in a district that holds them all. */
const ZONES = [
  area('all', 'district', [[0, 0], [2, 0], [2, 1], [0, 1]]), // prettier-ignore
  area('west', 'zone', [[0, 0], [0.9, 0], [1, 0.5], [1.2, 1], [0, 1]], 'all'), // prettier-ignore
  area('south', 'zone', [[0.9, 0], [2, 0], [2, 0.4], [1, 0.5]], 'all'), // prettier-ignore
  area('north', 'zone', [[1, 0.5], [2, 0.4], [2, 1], [1.2, 1]], 'all'), // prettier-ignore
];
/** On a border of two zones, or of three. */
const SHARED = [[0.95, 0.25], [1, 0.5], [1.1, 0.75], [1.5, 0.45], [1.25, 0.475]]; // prettier-ignore

const smoke = { id: 'smoke', name: 'smoke', observe: { properties: ['smoke'] }, when: { op: '>', value: 5 }, emit: 'point' }; // prettier-ignore

let serial = 0;
const reading = (thing: string, minute: number, place: readonly number[]): any =>
  makeObservation({
    id: `o${serial++}`,
    datastream: `d-${thing}`,
    thing,
    property: 'smoke',
    time: T + minute * MIN,
    value: 9,
    place: place as never,
  });

describe('spatial-filter and rules', () => {
  afterEach(() => helper.unload());

  async function statusesOf(rule: object, readings: readonly object[]): Promise<any[]> {
    const flow: FlowNode[] = [
      { id: 'zones', type: 'city-zones', name: 'Z', version: 2, zones: ZONES },
      { id: 'filter', type: 'spatial-filter', version: 1, z: 'tab', zones: 'zones', keep: 'all', wires: [['events'], []] },
      { id: 'events', type: 'ecdm-event', version: 1, z: 'tab', events: [smoke], wires: [['rule'], []] },
      { id: 'rule', type: 'pattern-status', version: 1, z: 'tab', name: 'R', severity: 'minor', lateness: '0 s', ...rule, wires: [['out'], ['bad']] },
      { id: 'out', type: 'helper', z: 'tab', wires: [] },
      { id: 'bad', type: 'helper', z: 'tab', wires: [] },
      { id: 'tab', type: 'tab' },
    ]; // prettier-ignore
    await loadFlow(['city-zones', 'spatial-filter', 'ecdm-event', 'pattern-status'], flow);
    const [out, bad] = [new Sink('out'), new Sink('bad')];
    const clock = { source: 's', time: T + 60 * MIN, end: true };
    liveNode('filter').receive({ payload: readings, city: { mode: 'replay', clock } });
    await out.count(1);
    assert.deepEqual(bad.payloads, []);
    await helper.unload();
    return out.payloads.flat().filter(({ state }) => state !== 'cleared');
  }

  it('counts a point on a shared border in exactly one of the zones of a level', async () => {
    const each = { op: 'event', event: 'smoke' };
    // what one zone gets is told with the first reading there: so each border point comes alone
    for (const [i, place] of SHARED.entries()) {
      const raised = await statusesOf({ rule: each, per: 'zone', level: 'zone' }, [reading(`s${i}`, i, place)]);
      assert.deepEqual(raised.map(({ state }) => state), ['raised'], `${place.join()}: ${raised.map(({ key }) => key).join()}`); // prettier-ignore
      assert.deepEqual(raised[0].zones.map(({ id }: any) => id), ['all', raised[0].key], place.join()); // prettier-ignore
      const above = await statusesOf({ rule: each, per: 'zone', level: 'district' }, [reading(`s${i}`, i, place)]);
      assert.deepEqual(above.map(({ key }) => key), ['all']); // prettier-ignore
    }
  });

  it('counts each of them once in all, when they come together', async () => {
    const readings = SHARED.map((place, i) => reading(`s${i}`, i, place));
    const each = { op: 'event', event: 'smoke' };
    const counts = new Map<string, number>();
    for (const { key, count } of await statusesOf({ rule: each, per: 'zone', level: 'zone' }, readings)) {
      counts.set(key, Math.max(count as number, counts.get(key) ?? 0));
    }
    assert.ok(counts.size > 1);
    assert.equal([...counts.values()].reduce((sum, count) => sum + count, 0), SHARED.length); // prettier-ignore
  });

  it('finds what is within X metres of the first, across the border of zones, and not what is further', async () => {
    const first = [1, 0.5] as const;
    const at = (metres: number): readonly number[] => destination([...first], metres, 70);
    const second = { op: 'event', event: 'smoke' };
    const rule = { op: 'then', of: [second, second], within: '10 min' };
    const pairs: [metres: number, raised: number][] = [[499, 1], [501, 0]]; // prettier-ignore
    for (const [metres, count] of pairs) {
      const readings = [reading('a', 0, first), reading('b', 1, at(metres)), reading('c', 30, [0.1, 0.1]), reading('d', 31, [0.1, 0.1])]; // prettier-ignore
      const raised = await statusesOf({ rule, per: 'near', metres: 500 }, readings);
      // the last two lie in one place: the rule is alive
      const keys = raised.map(({ key }) => key);
      assert.deepEqual(keys, count === 1 ? ['a', 'c'] : ['c'], `${metres} m: ${keys.join()}`);
      if (count === 1) assert.equal(raised[0].area.type, 'LineString');
    }
  });
});
