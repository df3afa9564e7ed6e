import assert from 'node:assert/strict';
import { demoCity } from '../../nodes/sensorthings-server/demo';
import { DEMO_ROOT } from '../../nodes/sensorthings-server/demo';

const MINUTE = 60_000;
const START = Date.parse('2026-11-20T07:03:20Z');

/** Ray casting; the demo's zones are simple rings. */
function inside(ring: [number, number][], [x, y]: readonly number[]): boolean {
  let hit = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!;
    const [xj, yj] = ring[j]!;
    if (yi > y! !== yj > y! && x! < ((xj - xi) * (y! - yi)) / (yj - yi) + xi) hit = !hit;
  }
  return hit;
}

describe('demo city', () => {
  it('has about 40 Things of four domains, each inside its zone, district and city', () => {
    for (const seed of [1, 2, 3]) {
      const city = demoCity({ seed });
      assert.equal(city.things.length, 40);
      assert.deepEqual([...new Set(city.things.map((t) => t.domain))].sort(), ['air', 'noise', 'traffic', 'water']);
      for (const thing of city.things) {
        const levels = city.zones.features
          .filter((f) => inside(f.geometry.coordinates[0]!, thing.place))
          .map((f) => f.properties.level);
        assert.deepEqual(levels, ['city', 'district', 'zone'], thing.name);
      }
    }
  });

  it('says the same at the same time with the same seed, in time order, whole or in pieces', () => {
    const whole = demoCity({ seed: 5 }).readingsAt(START, START + 20 * MINUTE);
    const city = demoCity({ seed: 5 });
    const pieces = [0, 1, 2, 3].flatMap((i) => city.readingsAt(START + i * 5 * MINUTE, START + (i + 1) * 5 * MINUTE));
    assert.deepEqual(pieces, whole);
    assert.ok(whole.every((o, i) => i === 0 || whole[i - 1]!.time <= o.time));
    assert.equal(new Set(whole.map((o) => o.id)).size, whole.length);
    assert.notDeepEqual(
      demoCity({ seed: 6 })
        .readingsAt(START, START + 20 * MINUTE)
        .map((o) => o.value),
      whole.map((o) => o.value),
    );
  });

  it('raises PM2.5 > 90 and CO > 50 ppm together within 40 minutes of any start, and lets both fall again', () => {
    for (let hour = 0; hour < 24; hour++) {
      const from = START + hour * 61 * MINUTE;
      const city = demoCity();
      const high = new Map<string, Set<string>>();
      const both: number[] = [];
      for (const o of city.readingsAt(from, from + 100 * MINUTE)) {
        const limit = o.property === 'PM2.5' ? 90 : o.property === 'CO' ? (o.unit === 'mg/m3' ? 57.3 : 50) : Infinity;
        const set = high.get(o.thing!) ?? new Set<string>();
        high.set(o.thing!, set);
        if ((o.value as number) > limit) set.add(o.property);
        else set.delete(o.property);
        if (set.size === 2) both.push(o.time);
      }
      assert.ok(both.length > 0 && both[0]! - from <= 40 * MINUTE, `first at ${(both[0]! - from) / MINUTE} min`);
      // never always: there are quiet minutes between the episodes
      const minutes = new Set(both.map((t) => Math.floor(t / MINUTE)));
      assert.ok(minutes.size < 75, `${minutes.size} of 100 minutes are bad`);
    }
  });

  it('keeps the values of quiet times where a city has them', () => {
    const city = demoCity();
    const all = city.readingsAt(START, START + 1440 * MINUTE);
    for (const o of all) {
      const value = o.value as number;
      assert.ok(Number.isFinite(value) && value >= 0 && value < 200, `${o.property} ${value}`);
    }
    assert.ok(all.some((o) => o.property === 'Noise level' && (o.value as number) > 80));
    assert.ok(all.some((o) => o.property === 'Water level' && (o.value as number) > 2.5));
  });

  it('gives the newest reading, a history, and only the Datastreams asked for', () => {
    const city = demoCity();
    const latest = city.latest(1, START)!;
    assert.ok(latest.time <= START && START - latest.time < MINUTE);
    assert.ok(latest.id.startsWith(DEMO_ROOT));
    assert.equal(city.history(10, START, new Set([1])).length, 10);
    assert.equal(city.latest(9999, START), undefined);
    assert.deepEqual(city.readingsAt(START, START), []);
    assert.ok(city.readingsAt(0, START, new Set([1])).length <= 100_001, 'bounded');
  });
});
