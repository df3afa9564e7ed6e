import assert from 'node:assert/strict';
import { exportGeoJson } from '../../nodes/city-zones/zones/geojson';
import type { Zone } from '../../nodes/city-zones/zones/model';
import { destination } from '../../nodes/ecdm/sphere';
import { fromWorldmap, toWorldmap } from '../../nodes/city-zones/zones/worldmap';
import { makeObservation } from '../../nodes/ecdm/observation';
import { readOptions } from '../../nodes/spatial-filter/options';
import { SpatialRun } from '../../nodes/spatial-filter/spatial-run';

const square = (id: string, west: number, more: Partial<Zone> = {}): Zone => ({
  id,
  name: id.toUpperCase(),
  level: 'zone',
  shape: { type: 'Polygon', coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]] }, // prettier-ignore
  ...more,
});
const ZONES = [square('a', 0), square('b', 1)];
const run = (config: Record<string, unknown>, zones = ZONES): SpatialRun => new SpatialRun(zones, readOptions(config));

let serial = 0;
const reading = (place?: readonly number[], more: object = {}): any =>
  makeObservation({
    id: `o${serial++}`,
    datastream: `d${serial}`,
    property: 'p',
    time: 1e12 + serial,
    value: 1,
    place: place as never,
    ...more,
  });

describe('spatial filter: near', () => {
  it('keeps what is within X metres of a point, the border included', () => {
    const near = run({ choose: 'point', point: [0.5, 0.5], metres: 1000 });
    const at = (metres: number): any => reading(destination([0.5, 0.5], metres, 77));
    assert.deepEqual(
      [0, 999, 1001].map((metres) => near.sort([at(metres)]).kept.length),
      [1, 1, 0],
    );
  });

  it('keeps what is within X metres of another Thing where that was seen last, and nothing before it was seen', () => {
    const near = run({ choose: 'thing', thing: 'ship', metres: 500 });
    const tug = (): any => reading([5.001, 5], { thing: 'tug' });
    assert.equal(near.sort([tug()]).kept.length, 0);
    const late = reading([5, 5], { thing: 'ship' });
    assert.equal(near.sort([reading([5, 5], { thing: 'ship' }), tug()]).kept.length, 2);
    // zones that come by message do not make it forget where the Thing is; a replay that begins anew does
    near.takeZones([square('flood', 7)], undefined);
    assert.equal(near.sort([tug()]).kept.length, 1);
    assert.equal(near.sort([reading([6, 5], { thing: 'ship' }), late, tug()]).kept.length, 1);
    near.startOver();
    assert.equal(near.sort([reading([6, 5])]).kept.length, 0);
  });

  it('keeps what is within X metres of a zone, and names the nearest with its distance', () => {
    const near = run({ metres: 2000, nearest: true });
    const [in1, out1] = [reading(destination([2, 0.5], 1900, 90)), reading(destination([2, 0.5], 2100, 90))];
    const { kept, rest } = near.sort([in1, out1]);
    assert.deepEqual([kept, rest], [[in1], [out1]]);
    assert.deepEqual([in1.zones, in1.nearest.zone.id], [[], 'b']);
    assert.ok(Math.abs(in1.nearest.metres - 1900) < 1 && Math.abs(out1.nearest.metres - 2100) < 1);
    const inside = reading([0.5, 0.5]);
    near.sort([inside]);
    assert.deepEqual([inside.nearest.zone.id, inside.nearest.metres], ['a', 0]);
  });

  it('looks places up in a table by Datastream or Thing, also one that came by message', () => {
    const table = run({ places: [{ sensor: 'd-1', lon: 0.5, lat: 0.5 }] });
    const one = reading(undefined, { datastream: 'd-1' });
    assert.deepEqual(table.sort([one]).kept, [one]);
    assert.deepEqual(one.place, [0.5, 0.5]);
    assert.equal(table.sort([reading()]).faults[0]![0], 'noPlace');
    assert.equal(table.takePlaces('station;lat;lon\nsta 2;0.5;1.5\nbad;x;1'), 1);
    const two = reading(undefined, { thing: 'sta 2' });
    table.sort([two, one]);
    assert.deepEqual([two.zones[0].id, one.zones[0].id], ['b', 'a']);
  });

  it('marks, and groups by zone', () => {
    const [x, y, z] = [reading([0.5, 0.5]), reading([1.5, 0.5]), reading([9, 9])];
    assert.deepEqual(run({ arrays: 'mark' }).sort([x, z]).kept, [x, z]);
    assert.deepEqual([x.inside, z.inside], [true, false]);
    const whole = square('w', 0, { parent: 'b' });
    const { groups, rest } = run({ keep: 'perZone' }, [...ZONES, whole]).sort([x, y, z]);
    assert.deepEqual(
      [...groups].map(([zone, items]) => [zone.id, items.map((item: any) => item.id)]),
      [
        ['a', [x.id]],
        ['b', [x.id, y.id]],
        ['w', [x.id]],
      ],
    );
    assert.notEqual([...groups.values()][1]![0], [...groups.values()][2]![0]);
    assert.deepEqual(rest, [z]);
  });
});

describe('spatial filter: zones by message', () => {
  const CIRCLE: Zone = { id: 'c', name: 'C', level: 'site', colour: 'red', shape: { type: 'Circle', center: [5, 5], radius: 900 } }; // prettier-ignore
  const zonesAt = (filter: SpatialRun, lon: number, lat: number): string[] => {
    const item = reading([lon, lat]);
    filter.sort([item]);
    return item.zones.map(({ id }: { id: string }) => id);
  };

  it('takes GeoJSON, saved zones and drawn shapes, replaces by id, and takes them away again', () => {
    const filter = run({ keep: 'all' });
    filter.takeZones(exportGeoJson([square('flood', 7)]), undefined);
    filter.takeZones([CIRCLE], undefined);
    filter.takeZones({ action: 'draw', name: 'line', line: [{ lat: 20, lng: 20 }, { lat: 20, lng: 21 }] }, undefined); // prettier-ignore
    assert.deepEqual(
      [zonesAt(filter, 7.5, 0.5), zonesAt(filter, 5, 5), zonesAt(filter, 20.5, 20.0008), zonesAt(filter, 0.5, 0.5)],
      [['flood'], ['c'], [], ['a']],
    );
    filter.takeZones([{ ...square('a', 30) }], undefined);
    assert.deepEqual([zonesAt(filter, 0.5, 0.5), zonesAt(filter, 30.5, 0.5)], [[], ['a']]);
    assert.deepEqual(filter.takeZones({ remove: ['a', 'flood'] }, undefined).problems, []);
    assert.deepEqual([zonesAt(filter, 0.5, 0.5), zonesAt(filter, 7.5, 0.5)], [['a'], []]);
    assert.equal(filter.takeZones({ remove: 'a' }, undefined).problems[0]!.code, 'zoneUnknown');
    filter.takeZones(JSON.stringify(exportGeoJson([square('only', 40)])), 'replace');
    assert.deepEqual([zonesAt(filter, 5, 5), zonesAt(filter, 40.5, 0.5)], [[], ['only']]);
    assert.equal(filter.takeZones('{"type":', 'replace').problems[0]!.code, 'notJson');
    assert.deepEqual(zonesAt(filter, 40.5, 0.5), ['only']);
    filter.takeZones(null, undefined);
    assert.deepEqual(zonesAt(filter, 40.5, 0.5), []);
  });

  it('keeps those zones over a restart where wished, and who is where', () => {
    const config = { keep: 'moves', keepZones: true };
    const first = run(config, []);
    first.takeZones([CIRCLE], undefined);
    assert.deepEqual(first.sort([reading([5, 5], { thing: 'bus' })]).moves.map((m) => `${m.kind} ${m.zone.id}`), ['enter c']); // prettier-ignore
    const second = run(config, []);
    second.restore(JSON.parse(JSON.stringify(first.dump())));
    assert.deepEqual(second.sort([reading([5, 5], { thing: 'bus' })]).moves, []);
    assert.deepEqual(second.sort([reading([6, 6], { thing: 'bus' })]).moves.map((m) => `${m.kind} ${m.zone.id}`), ['exit c']); // prettier-ignore
    assert.equal('zones' in run({ keep: 'moves' }, []).dump(), false);
  });

  it('reads its own shapes back from the worldmap, and an edit of a known zone as that zone', () => {
    const holed = square('h', 3, {
      shape: {
        type: 'Polygon',
        coordinates: [
          [[3, 0], [4, 0], [4, 1], [3, 1], [3, 0]], // prettier-ignore
          [[3.2, 0.2], [3.2, 0.8], [3.8, 0.8], [3.8, 0.2], [3.2, 0.2]], // prettier-ignore
        ],
      },
    });
    const several = square('m', 8, {
      shape: { type: 'MultiPolygon', coordinates: [8, 9].map((w) => (square('x', w).shape as any).coordinates) },
    });
    const zones = [...ZONES, holed, several, CIRCLE];
    const back = toWorldmap(zones).map((shape) => fromWorldmap(JSON.parse(JSON.stringify(shape)), 20));
    assert.deepEqual(
      back.map((drawn) => [drawn!.name, drawn!.shape]),
      zones.map(({ name, shape }) => [name, shape]),
    );
    const filter = run({ keep: 'all' }, zones);
    filter.takeZones({ action: 'draw', name: 'C', layer: 'zones', lat: 6, lon: 6, radius: 50 }, undefined);
    assert.deepEqual([zonesAt(filter, 5, 5), zonesAt(filter, 6, 6)], [[], ['c']]);
    assert.equal(filter.all.find(({ id }) => id === 'c')!.level, 'site');
    filter.takeZones({ action: 'drawdelete', name: 'C', deleted: true }, undefined);
    assert.deepEqual(zonesAt(filter, 5, 5), ['c']);
  });

  it('keeps a corridor that comes back as its outline, and makes a polygon of one that was changed on the map', () => {
    const line: [number, number][] = [[0.1, 0.5], [0.4, 0.5], [0.6, 0.8]]; // prettier-ignore
    const road: Zone = { id: 'r', name: 'R', level: 'road', shape: { type: 'Corridor', line, width: 300 } };
    const [sent] = JSON.parse(JSON.stringify(toWorldmap([road])));
    // by the message alone, and by what the filter knows of the zone when the map has kept the outline only
    assert.deepEqual(fromWorldmap(sent, 20)!.shape, road.shape);
    const { corridor: _, ...outline } = sent;
    assert.equal(fromWorldmap(outline, 20)!.shape!.type, 'Polygon');
    const filter = run({ keep: 'all' }, [road]);
    filter.takeZones({ ...outline, action: 'draw' }, undefined);
    assert.deepEqual(filter.all, [road]);
    const moved = {
      ...sent,
      area: sent.area.map(([lat, lon]: number[], i: number) => [lat! + (i === 0 ? 1e-4 : 0), lon]),
    };
    filter.takeZones({ ...moved, action: 'draw' }, undefined);
    assert.equal(filter.all[0]!.shape.type, 'Polygon');
    assert.equal(filter.all[0]!.level, 'road');
  });

  it('does not throw on nonsense, and says what it does not understand', () => {
    const filter = run({ keep: 'all' });
    for (const nonsense of [
      7,
      'x',
      true,
      [],
      [null],
      {},
      { name: 'x', area: [[1], 2] },
      { name: 'x', radius: 'y' },
      [{ shape: 1 }],
      { name: 'l', line: [1, 2] },
    ]) {
      // prettier-ignore
      assert.equal(filter.takeZones(nonsense, undefined).problems.length > 0, true, JSON.stringify(nonsense));
    }
    assert.equal(filter.count, 2);
  });
});
