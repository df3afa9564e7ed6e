import assert from 'node:assert/strict';
import type { Position, Zone } from '../../nodes/city-zones/zones/model';
import { ZoneIndex } from '../../nodes/city-zones/zones/zone-index';
import { makeObservation } from '../../nodes/ecdm/observation';
import { readOptions } from '../../nodes/spatial-filter/options';
import { ZoneFilter } from '../../nodes/spatial-filter/zone-filter';

function square(id: string, west: number, level = 'zone', parent?: string): Zone {
  const ring: Position[] = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]; // prettier-ignore
  return { id, name: id, level, ...(parent ? { parent } : {}), shape: { type: 'Polygon', coordinates: [ring] } };
}

const index = new ZoneIndex([
  square('a', 0, 'district', 'city'),
  square('b', 1, 'district'),
  square('city', 50, 'city'),
]);
const filter = (config: object): ZoneFilter => new ZoneFilter(index, readOptions({ ...config }));
const reading = (place: unknown, more: object = {}): any =>
  makeObservation({
    id: 'o',
    datastream: 'd',
    property: 'PM2.5',
    time: 1e12,
    value: 1,
    place: place as never,
    ...more,
  });
const judge = (config: object, item: unknown): string => filter(config).judge(item, () => assert.fail('copied'));

describe('zone filter', () => {
  it('keeps inside, outside or everything, of all zones, chosen ones or a level', () => {
    const [inA, inB, far] = [
      [0.5, 0.5],
      [1.5, 0.5],
      [9, 9],
    ];
    for (const [config, a, b, c] of [
      [{}, 'kept', 'kept', 'rest'],
      [{ keep: 'outside' }, 'rest', 'rest', 'kept'],
      [{ keep: 'all' }, 'kept', 'kept', 'kept'],
      [{ choose: 'zones', chosen: ['b'] }, 'rest', 'kept', 'rest'],
      // who is in a part is in the whole
      [{ choose: 'zones', chosen: ['city'] }, 'kept', 'rest', 'rest'],
      [{ choose: 'level', level: 'city', keep: 'outside' }, 'rest', 'kept', 'kept'],
      [{ choose: 'zones', chosen: [] }, 'rest', 'rest', 'rest'],
    ] as const) {
      const verdicts = [inA, inB, far].map((place) => judge(config, reading(place)));
      assert.deepEqual(verdicts, [a, b, c], JSON.stringify(config));
    }
  });

  it('gives readings the shared list of their zones, also those that are not kept', () => {
    const [one, two] = [reading([0.5, 0.5]), reading([0.6, 0.6], { datastream: 'e' })];
    const outside = filter({ keep: 'outside' });
    outside.judge(one, () => undefined);
    outside.judge(two, () => undefined);
    assert.deepEqual(one.zones.map((z: any) => z.id), ['city', 'a']); // prettier-ignore
    assert.equal(one.zones, two.zones);
  });

  it('replaces a frozen reading by a copy', () => {
    const frozen = Object.freeze(reading([0.5, 0.5]));
    let copy: any;
    assert.equal(
      filter({}).judge(frozen, (made) => (copy = made)),
      'kept',
    );
    assert.equal(copy.zones.length, 2);
    assert.equal(copy.id, 'o');
    assert.equal(frozen.zones, undefined);
  });

  it('treats readings without a place by rule', () => {
    for (const [noPlace, verdict] of [
      ['problem', 'noPlace'],
      ['drop', 'dropped'],
      ['pass', 'kept'],
      ['?', 'noPlace'],
    ]) {
      assert.equal(judge({ noPlace }, reading(undefined)), verdict);
      assert.equal(judge({ noPlace }, reading(null)), verdict);
    }
  });

  it('uses the zones that an event of a whole zone names', () => {
    const event = { event: 'e', stream: 's', key: 'zone a', time: 1e12, place: undefined, zones: [{ id: 'a' }] } as any;
    assert.equal(judge({ choose: 'zones', chosen: ['city'] }, event), 'kept');
    assert.deepEqual(event.zones.map((z: any) => z.id), ['city', 'a']); // prettier-ignore
    assert.equal(judge({}, { ...event, zones: [{ id: 'elsewhere' }, null, 7] }), 'noPlace');
  });

  it('calls nonsense by its name', () => {
    for (const place of [[0, 500], [NaN, 0], ['0.5', '0.5'], [], 'x', 7, {}, [Infinity, 1], [181, 0]]) {
      assert.equal(judge({ noPlace: 'pass' }, reading(place)), 'badPlace', String(place));
    }
    for (const time of [NaN, Infinity, '2020', undefined, 9e15, -1e14])
      assert.equal(judge({}, reading([0, 0], { time })), 'badTime');
    for (const item of [null, undefined, 7, 'x', {}, [], { datastream: 5 }, () => 1, Symbol('x')]) {
      assert.equal(judge({}, item), 'notReading');
    }
  });

  it('takes a place with a height as that place', () => {
    assert.equal(judge({}, reading([0.5, 0.5, 812])), 'kept');
    assert.equal(judge({ choose: 'zones', chosen: ['b'] }, reading([0.5, 0.5, 812])), 'rest');
    assert.equal(judge({ choose: 'point', point: [0.5, 0.5], metres: 10 }, reading([0.5, 0.5, 812])), 'kept');
    // as if the height were the latitude
    assert.equal(judge({}, reading([0.5, 812, 0.5])), 'badPlace');
  });

  it('follows a sensor that moves', () => {
    const one = filter({ choose: 'zones', chosen: ['a'] });
    const verdicts = [0.5, 1.5, 0.5].map((lon) => one.judge(reading([lon, 0.5]), () => undefined));
    assert.deepEqual(verdicts, ['kept', 'rest', 'kept']);
  });

  it('splits a roster: behind the filter only what can pass is expected', () => {
    const roster = [
      { datastream: '1', property: 'p', place: [0.5, 0.5] },
      { datastream: '2', property: 'p', place: [9, 9] },
      { datastream: '3', property: 'p' },
      { datastream: '4', property: 'p', place: [0, 500] },
      null,
      7,
      { property: 'p' },
    ] as never[];
    const parts = filter({}).splitRoster(roster);
    assert.deepEqual(parts.kept.map((e) => [e.datastream, e.zones!.length]), [['1', 2]]); // prettier-ignore
    assert.deepEqual(parts.rest.map((e) => e.datastream), ['2']); // prettier-ignore
    assert.deepEqual(filter({ noPlace: 'pass' }).splitRoster(roster).kept.map((e) => e.datastream), ['1', '3', '4']); // prettier-ignore
  });

  it('names chosen zones that do not exist', () => {
    assert.deepEqual(filter({ choose: 'zones', chosen: ['a', 'gone', 5] }).missing, ['gone']);
  });
});
