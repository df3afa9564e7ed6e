/** CAP: what a warning is about, and whom it is for. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { faultsOf } from '../../nodes/action-notify/cap/alert';
import { shapeOf, shapeOfZones } from '../../nodes/action-notify/cap/area';
import { categoryOf } from '../../nodes/action-notify/cap/category';
import { compose } from '../../nodes/action-notify/cap/compose';
import { warnedZones, type CityFacts } from '../../nodes/action-notify/cap/place';
import { reduced } from '../../nodes/action-notify/cap/reduce';
import { readCapSettings } from '../../nodes/action-notify/cap/settings';
import type { Zone } from '../../nodes/city-zones/zones/model';
import { PreparedPolygon } from '../../nodes/city-zones/zones/prepared-polygon';
import { findCrossing } from '../../nodes/city-zones/zones/rings';
import { readSettings } from '../../nodes/action-notify/settings';
import type { Status } from '../../nodes/ecdm/status';
import { distance } from '../../nodes/ecdm/sphere';
import { sampleStatus } from '../../nodes/ecdm/status-fields';
import { random, star } from '../support/random-shapes';

const NOW = Date.parse('2026-02-14T01:10:00Z');
const status = (more: Partial<Status> = {}): Status => ({ ...sampleStatus('raised'), ...more });
const about = (name: string, event = '', unit = '', more: Partial<Status> = {}): Status =>
  status({ name, evidence: [{ ...status().evidence[0]!, name: event, unit }], ...more });

describe('CAP: the category', () => {
  const auto = (of: Status, domain?: string): string => categoryOf({ category: undefined }, of, domain);

  it('is what the words of the status say, then those of its events, then the domain, then the unit', () => {
    const told: [Status, string | undefined, string][] = [
      [about('River level over the dam'), undefined, 'Met'], [about('PM2.5 high'), undefined, 'Env'],
      [about('Hot', 'Smoke in the tunnel'), undefined, 'Fire'], [about('Two alarms'), 'Traffic of the city', 'Transport'],
      [about('Two alarms', 'x', 'ug/m3'), undefined, 'Env'], [about('Two alarms', 'x', 'mm/h'), undefined, 'Met'],
      [about('Firewall'), undefined, 'Other'], [about('Floods'), undefined, 'Met'], [about(''), undefined, 'Other'],
      [about('\u0e19\u0e49\u0e33\u0e17\u0e48\u0e27\u0e21\u0e16\u0e19\u0e19'), undefined, 'Met'],
      [about('\u0e1d\u0e38\u0e48\u0e19\u0e43\u0e19\u0e40\u0e21\u0e37\u0e2d\u0e07'), undefined, 'Env'],
    ]; // prettier-ignore
    for (const [of, domain, category] of told)
      assert.equal(auto(of, domain), category, `${of.name} ${of.evidence[0]?.name}`);
  });

  it('is that of the first row that fits, else that of the node', () => {
    const settings = readCapSettings(
      {
        capCategory: 'Safety',
        capCategories: [
          { statuses: 'Hot', domains: '', category: 'Health' },
          { statuses: '', domains: 'roads', category: 'Transport' },
          { statuses: 'Hot', domains: 'roads', category: 'Fire' },
          { statuses: 'x', category: 'no such' },
          7,
        ],
      },
      readSettings({}),
    );
    const of = (more: Partial<Status>): string => categoryOf(settings, status(more), undefined);
    assert.equal(of({ name: 'Hot', domain: 'roads' }), 'Health');
    assert.equal(of({ name: 'Wet', domain: 'roads' }), 'Transport');
    assert.equal(of({ name: 'Wet', domain: 'air' }), 'Safety');
    assert.equal(of({ name: 'x', domain: 'air' }), 'Safety');
  });

  it('stands in every language of the message', () => {
    const settings = readCapSettings(
      { capSender: 'a@b.c', texts: { th: { headline: 'x' }, 'en-US': { headline: 'x' } } },
      readSettings({ texts: { th: { headline: 'x' }, 'en-US': { headline: 'x' } } }),
    );
    const { alert } = compose(settings, about('River'), 'Alert', [], 'live', NOW);
    assert.deepEqual([alert.info.map(({ category }) => category), faultsOf(alert)], [['Met', 'Met'], []]);
  });
});

const square = (west: number, south: number, size: number): Zone['shape'] => ({
  type: 'Polygon',
  coordinates: [
    [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]],
  ], // prettier-ignore
});
const CITY: Zone[] = [
  { id: 'city', name: 'City', level: 'city', shape: square(99, 7, 1) },
  { id: 'north', name: 'North', names: { th: 'Nuea' }, level: 'zone', parent: 'city', shape: square(99.2, 7.5, 0.2) },
  { id: 'south', name: 'South', level: 'zone', shape: square(99.2, 7.1, 0.2) },
  { id: 'port', name: 'Port', level: 'zone', shape: { type: 'Circle', center: [99.1, 7.1], radius: 800 } },
  { id: 'road', name: 'Road', level: 'road', shape: { type: 'Corridor', line: [[99.5, 7.5], [99.9, 7.9]], width: 50 } },
  { id: 'bend', name: 'Bend', level: 'zone', shape: square(99.6, 7.55, 0.1) },
  { id: 'corner', name: 'Corner', level: 'site', parent: 'none', shape: square(99, 7, 0.3) },
  { id: 'province', name: 'Province', level: 'province', shape: square(99, 7, 1) },
]; // prettier-ignore
const city: CityFacts = { domainName: () => undefined, zone: (id) => CITY.find((zone) => zone.id === id) };
const refs = (...ids: string[]): Status['zones'] => ids.map((id) => ({ id, name: id, level: 'zone' }));

describe('CAP: whom a warning is for', () => {
  it('the finest zones that a status is in, or the one that it runs for', () => {
    const warned = (zones: Status['zones'], key = 'k'): string[] => warnedZones({ key, zones }, city).map(({ id }) => id); // prettier-ignore
    assert.deepEqual(warned(refs('city', 'north')), ['north']);
    // no parent is named, but it lies around it
    assert.deepEqual(warned(refs('city', 'south', 'north')), ['south', 'north']);
    assert.deepEqual(warned(refs('city', 'corner')), ['corner'], 'they share two borders');
    assert.deepEqual(warned(refs('road', 'bend')), ['road', 'bend'], 'the road is as long, but not around it');
    assert.deepEqual(warned(refs('city', 'province')), ['city', 'province'], 'one outline');
    assert.deepEqual(warned(refs('city')), ['city']);
    assert.deepEqual(warned(refs('city', 'north'), 'south'), ['south']);
    assert.deepEqual(warned(refs('elsewhere')), []);
    assert.deepEqual(warned(undefined), []);
  });

  it('outlines are closed rings, latitude first; circles stay circles; the names stand beside, in the language', () => {
    const settings = readCapSettings({ capSender: 'a@b.c' }, readSettings({ texts: { th: { headline: 'x' }, 'en-US': { headline: 'x' } } })); // prettier-ignore
    const { alert } = compose(settings, status({ key: 'k', zones: refs('city', 'north', 'port') }), 'Alert', [], 'live', NOW, city); // prettier-ignore
    const [thai, english] = alert.info;
    assert.deepEqual(english!.area, {
      areaDesc: 'North, Port',
      polygons: ['7.5,99.2 7.5,99.4 7.7,99.4 7.7,99.2 7.5,99.2'],
      circles: ['7.1,99.1 0.8'],
    });
    assert.equal(thai!.area.areaDesc, 'Nuea, Port');
    assert.deepEqual(faultsOf(alert), []);
    const { area } = compose(settings, status({ zones: refs('elsewhere') }), 'Alert', [], 'live', NOW, city).alert.info[0]!; // prettier-ignore
    assert.deepEqual([area.polygons, area.circles], [[], ['7.559,99.611 1']]);
  });

  it('an outline with too many corners keeps everybody in it, and says so', () => {
    const next = random(7);
    for (let n = 0; n < 30; n++) {
      const ring = star(next, [99.5, 7.5], 0.1, 120 + n * 20) as [number, number][];
      const few = reduced(ring, 100);
      // what is too jagged becomes the hull; that of a star has few corners
      assert.ok(few !== undefined && few.length <= 100 && few.length >= 4, `${few?.length}`);
      assert.deepEqual(few[0], few.at(-1));
      assert.equal(findCrossing([few.map(([lon, lat]): [number, number] => [lon, lat])]), undefined);
      const area = new PreparedPolygon([few.map(([lon, lat]): [number, number] => [lon, lat])]);
      for (const [lon, lat] of ring)
        assert.ok(area.contains(lon, lat) || few.some((one) => one[0] === lon && one[1] === lat), `${lon} ${lat}`);
    }
    const shape = shapeOf({ type: 'Polygon', coordinates: [star(next, [99.5, 7.5], 0.1, 400)] }, undefined, 0);
    assert.deepEqual([shape.notes, shape.polygons.length, shape.circles], [['simplified'], 1, []]);
    assert.ok(shape.polygons[0]!.split(' ').length <= 100);
  });

  it('what is round and has too many corners is told as the circle around it', () => {
    const ring = Array.from({ length: 201 }, (_, i) => {
      const turn = (2 * Math.PI * (i % 200)) / 200;
      return [99 + 0.1 * Math.cos(turn), 7 + 0.1 * Math.sin(turn)];
    });
    const shape = shapeOf({ type: 'Polygon', coordinates: [ring] }, undefined, 0);
    assert.deepEqual([shape.polygons, shape.notes], [[], ['rounded']]);
    assert.match(shape.circles[0]!, /^7(\.0000\d)?,99 1[12]\.\d+$/);
  });

  it('of more islands, zones and corners than CAP takes nobody is left out', () => {
    const zones = Array.from({ length: 60 }, (_, i): Zone => ({ id: `${i}`, name: `${i}`, level: 'zone', shape: square(99 + i / 100, 7, 0.005) })); // prettier-ignore
    const islands = zones.map(({ shape }) => (shape as { coordinates: unknown }).coordinates);
    for (const shape of [shapeOfZones(zones), shapeOf({ type: 'MultiPolygon', coordinates: islands }, undefined, 0)]) {
      assert.deepEqual([shape.polygons, shape.notes, shape.circles.length], [[], ['rounded'], 1]);
      const [centre, radius] = shape.circles[0]!.split(' ');
      const [lat, lon] = centre!.split(',').map(Number);
      assert.ok(distance(lon!, lat!, 99, 7) <= Number(radius) * 1000 && distance(lon!, lat!, 99.595, 7) <= Number(radius) * 1000); // prettier-ignore
    }
    const coast = Array.from({ length: 30_000 }, (_, i) => [99 + i / 30_000, 7 + (i % 2) / 1000]);
    const { polygons } = shapeOf({ type: 'Polygon', coordinates: [[...coast, [99.5, 8], [99, 7]]] }, undefined, 0);
    assert.match(polygons[0]!, /(^| )8,99.5( |$)/);
  });

  it('outlines that go on past 180 degrees are on the map again, or a circle over the meridian', () => {
    const east = shapeOf({ type: 'Polygon', coordinates: [[[181, 1], [182, 1], [182, 2], [181, 1]]] }, undefined, 0); // prettier-ignore
    assert.deepEqual(east.polygons, ['1,-179 1,-178 2,-178 1,-179']);
    const over = shapeOf({ type: 'Polygon', coordinates: [[[179, 1], [181, 1], [181, 2], [179, 1]]] }, undefined, 0); // prettier-ignore
    assert.deepEqual([over.polygons, over.notes], [[], ['rounded']]);
    assert.match(over.circles[0]!, /^1\.\d+,-?1(79|80)(\.\d+)? 1\d\d/);
  });

  it('is valid for any zones', () => {
    const settings = readCapSettings({ capSender: 'a@b.c' }, readSettings({}));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 3, max: 300 }), (seed, corners) => {
        const next = random(seed);
        const lon = next() * 360 - 180;
        const ring = star(next, [lon, next() * 160 - 80], 0.01 + next() * 5, corners);
        const zone: Zone = { id: 'z', name: 'z', level: 'zone', shape: { type: 'Polygon', coordinates: [ring] } };
        const of = status({ key: 'z' });
        const { alert } = compose(settings, of, 'Alert', [], 'live', NOW, { ...city, zone: (id) => (id === 'z' ? zone : undefined) }); // prettier-ignore
        assert.deepEqual(faultsOf(alert), []);
        assert.equal(shapeOfZones([zone]).polygons.length + shapeOfZones([zone]).circles.length, 1);
      }),
      { numRuns: 200 },
    );
  });
});
