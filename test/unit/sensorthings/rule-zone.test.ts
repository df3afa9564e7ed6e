/** A zone of the city as the area of a rule: what the server is asked, and that the zone alone decides. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../flows/simulator';
import type { Zone, ZoneShape } from '../../../nodes/city-zones/zones/model';
import type { Place } from '../../../nodes/ecdm/observation';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { findPage } from '../../../nodes/sensorthings-server/client/find-page';
import { findAll } from '../../support/find-all';
import { Abilities, clausesOf, filterText, leftHere } from '../../../nodes/sensorthings-server/client/push-down';
import { EVERYTHING, type Rule, type RuleZone } from '../../../nodes/sensorthings-server/client/rule';
import { ruleZone } from '../../../nodes/sensorthings-server/client/rule-zone';
import { readChoice } from '../../../nodes/sensorthings-in/choice';
import { openRule, savedRule, whereFault } from '../../../nodes/sensorthings-in/form/saved-rule';

const zone = (shape: ZoneShape, more: Partial<Zone> = {}): Zone => ({
  id: 'z',
  name: 'Z',
  level: 'zone',
  shape,
  ...more,
});
const polygon = (...coordinates: [number, number][][]): ZoneShape => ({ type: 'Polygon', coordinates });
const square = (w: number, s: number, e: number, n: number): [number, number][] => [
  [w, s],
  [e, s],
  [e, n],
  [w, n],
  [w, s],
];
/** Like the letter L: its box has a corner that it has not. */
const BENT = polygon([
  [99, 7],
  [99.04, 7],
  [99.04, 7.02],
  [99.02, 7.02],
  [99.02, 7.04],
  [99, 7.04],
  [99, 7],
]);
const of = (...zones: Zone[]): RuleZone => ruleZone(zones, 'z')!;
const textOf = (within: RuleZone, abilities = new Abilities()): string =>
  filterText(clausesOf({ ...EVERYTHING, zone: within }), abilities, '')!; // prettier-ignore

describe('a zone as the area of a rule', () => {
  it('asks for its box and its outline; where the outline is not taken, for the box', () => {
    const bent = of(zone(BENT));
    assert.deepEqual(bent.boxes, [{ west: 99, south: 7, east: 99.04, north: 7.04 }]);
    const where = 'Thing/Locations/location';
    const outline = 'POLYGON((99 7,99.04 7,99.04 7.02,99.02 7.02,99.02 7.04,99 7.04,99 7))';
    const text = textOf(bent);
    assert.match(text, /^st_within\(Thing\/Locations\/location,geography'POLYGON\(\(98\.9999999 6\.9999999,/);
    assert.ok(text.endsWith(` and st_intersects(${where},geography'${outline}')`), text);
    const abilities = new Abilities();
    abilities.refuse('zone');
    assert.match(textOf(bent, abilities), /and geo\.intersects\(Thing\/Locations\/location,geography'POLYGON\(\(99 7,/);
    assert.deepEqual(leftHere({ ...EVERYTHING, zone: bent }, abilities), []);
    abilities.refuse('zone');
    assert.match(textOf(bent, abilities), /^st_within\([^']*'POLYGON\(\([^)]*\)\)'\)$/);
    assert.deepEqual(leftHere({ ...EVERYTHING, zone: bent }, abilities), ['zone']);
  });

  it('long edges have corners on their way, and no number is written with an exponent', () => {
    const [outline] = of(zone(polygon(square(-0.0000001, 7, 0.1, 7.1)))).outlines;
    assert.doesNotMatch(outline!, /e-/);
    assert.match(outline!, /^POLYGON\(\(-0\.0000001 7,0\.0333\d+ 7,0\.0666\d+ 7,0\.1 7,/);
  });

  it('holes, several parts, and the zones that are parts of it', () => {
    const holed = of(zone(polygon(square(99, 7, 99.04, 7.04), square(99.01, 7.01, 99.02, 7.02).reverse())));
    assert.deepEqual([holed.contains([99.005, 7.005]), holed.contains([99.015, 7.015])], [true, false]);
    assert.match(holed.outlines[0]!, /\),\(/);
    const parts = of(
      zone(polygon(square(99, 7, 99.01, 7.01))),
      zone(polygon(square(100, 8, 100.01, 8.01)), { id: 'part', parent: 'z' }),
      zone(polygon(square(101, 9, 101.01, 9.01)), { id: 'part of it', parent: 'part' }),
      zone(polygon(square(50, 9, 51, 9.1)), { id: 'another' }),
    );
    const inside = ([[99.005, 7.005], [100.005, 8.005], [101.005, 9.005], [50.5, 9.05], [100, 7.5]] as Place[]).map(parts.contains); // prettier-ignore
    assert.deepEqual(inside, [true, true, true, false, false]);
    assert.deepEqual(parts.boxes, [{ west: 99, south: 7, east: 101.01, north: 9.01 }]);
    assert.match(textOf(parts), /and \(st_intersects\(.*\) or st_intersects\(.*\) or st_intersects\(/);
    assert.equal(ruleZone([], 'z'), undefined);
  });

  it('circles and corridors go by distance: their box is asked for', () => {
    const circle = of(zone({ type: 'Circle', center: [99.6, 7.5], radius: 1000 }));
    assert.deepEqual(circle.outlines, []);
    const [box] = circle.boxes;
    assert.ok(box!.west < 99.592 && box!.west > 99.59 && box!.north > 7.5085 && box!.north < 7.51);
    assert.deepEqual([circle.contains([99.608, 7.5]), circle.contains([99.608, 7.508])], [true, false]);
    const road = of(zone({ type: 'Corridor', line: [[99.6, 7.5], [99.7, 7.6]], width: 400 })); // prettier-ignore
    assert.deepEqual([road.contains([99.65, 7.55]), road.contains([99.65, 7.56])], [true, false]);
    assert.deepEqual(leftHere({ ...EVERYTHING, zone: road }, new Abilities()), ['zone']);
  });

  it('is asked for on both sides of the date line, where it lies on both', () => {
    const fiji = of(zone(polygon(square(177, -20, 182, -15))));
    const boxes = fiji.boxes.map(({ west, east }) => [west, east]);
    assert.deepEqual(boxes, [[177, 180], [-180, -178]]); // prettier-ignore
    assert.deepEqual(([[179, -17], [-179, -17], [-177, -17], [170, -17]] as Place[]).map(fiji.contains), [true, true, false, false]); // prettier-ignore
    assert.match(textOf(fiji), /^\(st_within\(.*\) or st_within\(.*\)\)$/);
    const west = of(zone(polygon(square(-183, -20, -178, -15))));
    assert.deepEqual(west.boxes.map(({ west: w, east }) => [w, east]), [[177, 180], [-180, -178]]); // prettier-ignore
    const pole = of(zone({ type: 'Circle', center: [0, 90], radius: 100_000 }));
    assert.deepEqual(pole.boxes.map(({ west: w, east }) => [w, east]), [[-180, 180]]); // prettier-ignore
    assert.ok(pole.contains([123, 89.5]));
  });

  it('an outline that is too long for an address is not in it', () => {
    const corners = Array.from({ length: 2000 }, (_, i): [number, number] => [
      99 + Math.cos((i * Math.PI) / 1000) / 100,
      7 + Math.sin((i * Math.PI) / 1000) / 100,
    ]);
    const round = of(zone(polygon([...corners, corners[0]!])));
    assert.deepEqual([round.outlines.length, round.boxes.length], [0, 1]);
    assert.ok(round.contains([99, 7]));
    const wide = of(zone(polygon(square(-170, -80, 170, 80))));
    assert.deepEqual([wide.outlines.length, wide.boxes.length], [0, 1]);
  });

  it('a rule whose zone is not there means nothing, and not everything', () => {
    const config = { choose: 'rule', rule: { zone: 'z', property: ['PM2.5'] } };
    assert.deepEqual(readChoice(config), { by: 'list', keys: [] });
    const choice = readChoice(config, of(zone(BENT)));
    assert.ok(choice.by === 'rule' && choice.rule.zone?.id === 'z' && choice.rule.properties[0] === 'PM2.5');
  });

  it('the form keeps one of box and zone, and opens what older forms saved', () => {
    const box = { west: 1, south: 2, east: 3, north: 4 };
    assert.equal(openRule({}).where, 'nothing');
    assert.deepEqual([openRule({ area: box }).where, savedRule(openRule({ area: box }))], ['box', { area: box }]);
    assert.deepEqual([openRule({ zone: 'z' }).where, savedRule(openRule({ zone: 'z' }))], ['zone', { zone: 'z' }]);
    const changed = { ...openRule({ area: box }), where: 'zone' as const, zone: 'z' };
    assert.deepEqual(savedRule(changed), { zone: 'z' });
    assert.deepEqual(savedRule({ ...changed, where: 'nothing' }), {});
    assert.equal(whereFault({ ...changed, zone: '' }, () => false), 'noZone'); // prettier-ignore
    assert.equal(whereFault(changed, () => false), 'zoneGone'); // prettier-ignore
    assert.equal(whereFault(changed, () => true), undefined); // prettier-ignore
  });

  describe('on a server', () => {
    let simulator: Simulator;
    let server: Connection;
    before(async () => void (simulator = await startSimulator({ speed: 0, history: 1, mqttPort: false })));
    after(() => simulator.close());
    beforeEach(() => (server = new Connection({ url: simulator.url, auth: { type: 'none' } })));
    afterEach(() => {
      server.close();
      simulator.personality.refuseFilter = [];
    });
    const all = (within: RuleZone): { rule: Rule; path: string } => ({
      rule: { ...EVERYTHING, zone: within },
      path: '',
    });
    const keys = (list: readonly { key: string }[]): string[] => list.map(({ key }) => key).sort();

    it('finds the same whether the server takes the outline, the box alone, or nothing', async () => {
      const door = await server.door();
      const whole = await findAll(door, { rule: EVERYTHING, path: '' }, 1000);
      const lons = whole.map(({ place }) => place![0]).sort((a, b) => a - b);
      const lats = whole.map(({ place }) => place![1]).sort((a, b) => a - b);
      const [w, e, s, n] = [lons[0]! - 0.01, lons.at(-1)! + 0.01, lats[0]! - 0.01, lats.at(-1)! + 0.01];
      const [x, y] = [lons[lons.length >> 1]!, lats[lats.length >> 1]!];
      // without a quarter of the city, in which the sensor in its midst lies on the corner
      const most = of(zone(polygon([[w, s], [e, s], [e, y], [x, y], [x, n], [w, n], [w, s]]))); // prettier-ignore
      const wanted = keys(whole.filter(({ place }) => most.contains(place!)));
      assert.ok(wanted.length > 0 && wanted.length < whole.length, `${wanted.length} of ${whole.length}`);
      for (const refuse of [[], ['st_intersects'], ['st_', 'geo.']]) {
        simulator.personality.refuseFilter = refuse;
        const anew = new Connection({ url: simulator.url, auth: { type: 'none' } });
        const other = await anew.door();
        assert.deepEqual(keys(await findAll(other, all(most), 1000)), wanted, refuse.join());
        const page = await findPage(other, all(most));
        assert.deepEqual([keys(page.items), page.total], [wanted, wanted.length]);
        if (refuse.includes('st_')) assert.deepEqual(page.here, ['area', 'zone']);
        anew.close();
      }
    });
  });
});
