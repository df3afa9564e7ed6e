import assert from 'node:assert/strict';
import type { Zone } from '../../nodes/city-zones/zones/model';
import { destination } from '../../nodes/ecdm/sphere';
import { ZoneDistances } from '../../nodes/city-zones/zones/zone-distances';
import { ZoneIndex } from '../../nodes/city-zones/zones/zone-index';
import { DueTimes } from '../../nodes/spatial-filter/due-times';
import { Movement, type Move } from '../../nodes/spatial-filter/movement';
import { random } from '../support/random-shapes';

/** A degree of longitude here is 111.195 km, as one of latitude. */
const METRE = 1 / 111_195;

const boxOf = (id: string, west: number, east: number, level = 'zone', parent?: string): Zone => {
  const [w, e, s, n] = [west * METRE, east * METRE, -500 * METRE, 500 * METRE];
  const ring: [number, number][] = [[w, s], [e, s], [e, n], [w, n], [w, s]]; // prettier-ignore
  return { id, name: id, level, ...(parent ? { parent } : {}), shape: { type: 'Polygon', coordinates: [ring] } };
};

const CITY = [
  boxOf('city', 0, 3000, 'city'),
  boxOf('a', 0, 1000, 'zone', 'city'),
  boxOf('b', 1000, 2000, 'zone', 'city'),
  boxOf('c', 2000, 3000, 'zone', 'city'),
];

function start(zones: Zone[], options = { dwell: 120_000, margin: 15 }) {
  const index = new ZoneIndex(zones);
  const movement = new Movement(index, new ZoneDistances(index), options);
  const moves: Move[] = [];
  return {
    movement,
    moves,
    see: (thing: string, time: number, lon: number, lat: number, heard?: number) =>
      movement.see(thing, time, lon, lat, moves, heard),
    told: () => moves.splice(0).map(({ kind, zone, time, thing }) => `${thing} ${kind} ${zone.id} ${time / 1000}`),
  };
}

describe('movement: who enters, leaves and stays', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`tells each border once for a mover with 10 m of jitter (seed ${seed})`, () => {
      const { see, moves } = start(CITY);
      const next = random(seed);
      const jitter = (): number => (2 * next() - 1) * 10 * METRE;
      // 1 m/s to the east, a reading per second: from 200 m before the city to 200 m behind it
      for (let second = 0; second <= 3400; second++) {
        see('bus', second * 1000, (second - 200) * METRE + jitter(), jitter());
      }
      const told = moves.map(({ kind, zone }) => `${kind} ${zone.id}`);
      assert.deepEqual(told, [
        'enter city',
        'enter a',
        'dwell city',
        'dwell a',
        'exit a',
        'enter b',
        'dwell b',
        'exit b',
        'enter c',
        'dwell c',
        'exit c',
        'exit city',
      ]);
      // each border is told within margin and jitter of where it is
      const borders = { 'enter city': 0, 'enter a': 0, 'enter b': 1000, 'exit a': 1000, 'enter c': 2000 };
      for (const [what, metres] of Object.entries(borders)) {
        const { time } = moves.find(({ kind, zone }) => `${kind} ${zone.id}` === what)!;
        assert.ok(Math.abs(time / 1000 - 200 - metres) <= 26, `${what} at ${time / 1000}`);
      }
      for (const move of moves.filter(({ kind }) => kind === 'dwell')) assert.equal(move.time - move.since, 120_000);
    });
  }

  it('tells nothing of one who stands on a border and jitters, and with no margin tells it all the time', () => {
    const stand = (margin: number): number => {
      const { see, moves } = start(CITY, { dwell: 1e9, margin });
      const next = random(9);
      see('bus', 0, 500 * METRE, 0);
      for (let i = 1; i < 2000; i++) see('bus', i * 1000, (1000 + (2 * next() - 1) * 10) * METRE, 0);
      return moves.length;
    };
    // both of the first place
    assert.equal(stand(15), 2);
    assert.ok(stand(0) > 1000);
  });

  it('enters zones that are smaller than the margin, and circles', () => {
    const stop: Zone = {
      id: 'stop',
      name: 'stop',
      level: 'site',
      shape: { type: 'Circle', center: [0, 0], radius: 12 },
    };
    const kerb = boxOf('kerb', 300, 306);
    const { see, told } = start([stop, kerb]);
    for (let second = 0; second <= 500; second += 1) see('bus', second * 1000, (second - 100) * METRE, 0);
    assert.deepEqual(
      told().map((text) => text.replace(/ \d+$/, '')),
      ['bus enter stop', 'bus exit stop', 'bus enter kerb', 'bus exit kerb'],
    );
  });

  it('tells dwelling by the clock alone, once, at the moment at which it was long enough', () => {
    const { see, told, movement, moves } = start([boxOf('a', 0, 1000)]);
    see('bus', 10_000, 500 * METRE, 0);
    movement.advance(129_999, moves);
    assert.deepEqual(told(), ['bus enter a 10']);
    movement.advance(200_000, moves);
    movement.advance(300_000, moves);
    assert.deepEqual(told(), ['bus dwell a 130']);
    see('bus', 400_000, 5000 * METRE, 0);
    assert.deepEqual(told(), ['bus exit a 400']);
  });

  it('tells that it dwelt before it tells that it left, when nobody looked in between', () => {
    const { see, told } = start([boxOf('a', 0, 1000)]);
    see('bus', 0, 500 * METRE, 0);
    see('bus', 500_000, 5000 * METRE, 0);
    assert.deepEqual(told(), ['bus enter a 0', 'bus dwell a 120', 'bus exit a 500']);
  });

  it('lets the wall clock tell the dwelling of one who is silent, as late as its readings come, and never in a replay', () => {
    const { see, told, movement, moves } = start([boxOf('a', 0, 1000), boxOf('b', 1000, 2000)]);
    const tick = (now: number): string[] => {
      movement.tick(now, moves);
      return told();
    };
    // readings come 40 s after their time
    see('bus', 10_000, 500 * METRE, 0, 50_000);
    see('past', 10_000, 500 * METRE, 0);
    told();
    assert.equal(movement.nextTick, 170_000);
    // the next one comes later still: it was there all the same until then
    see('bus', 100_000, 600 * METRE, 0, 150_000);
    assert.deepEqual(tick(170_000), []);
    assert.equal(movement.nextTick, 180_000);
    assert.deepEqual(tick(179_999), []);
    assert.deepEqual(tick(180_000), ['bus dwell a 130']);
    assert.equal(movement.nextTick, undefined);
    assert.deepEqual(tick(900_000), []);
    // the clock of the source does not tell it again
    movement.advance(140_000, moves);
    assert.deepEqual(told(), ['past dwell a 130']);
    see('bus', 200_000, 1500 * METRE, 0, 240_000);
    assert.deepEqual(told(), ['bus exit a 200', 'bus enter b 200']);
    see('bus', 250_000, 5000 * METRE, 0, 290_000);
    told();
    assert.deepEqual(tick(900_000), []);
  });

  it('does not wait for a clock that was ahead to be there again', () => {
    const { see, movement } = start([boxOf('a', 0, 1000)]);
    see('bus', 10_000, 500 * METRE, 0, 7_210_000);
    assert.equal(movement.nextTick, 7_330_000);
    assert.equal(movement.leap(-7_200_000), true);
    assert.equal(movement.nextTick, 130_000);
    // never sooner than the sensor itself says
    movement.leap(-7_200_000);
    assert.equal(movement.nextTick, 130_000);
  });

  it('waits longer for the time that nobody watched, and not for what is dwelt, elsewhere or a replay', () => {
    const { see, told, movement, moves } = start([boxOf('a', 0, 1000)]);
    assert.equal(movement.leap(1_000_000), false);
    see('past', 10_000, 500 * METRE, 0);
    see('away', 10_000, 5000 * METRE, 0, 10_000);
    assert.equal(movement.leap(1_000_000), false);
    see('bus', 10_000, 500 * METRE, 0, 10_000);
    assert.equal(movement.leap(1_000_000), true);
    assert.equal(movement.nextTick, 1_130_000);
    told();
    movement.tick(1_129_999, moves);
    assert.deepEqual(told(), []);
    movement.tick(1_130_000, moves);
    assert.deepEqual(told(), ['bus dwell a 130']);
    assert.equal(movement.leap(1_000_000), false);
    // what it says again has the time of its own
    see('bus', 1_200_000, 5000 * METRE, 0, 1_200_000);
    see('bus', 1_210_000, 500 * METRE, 0, 1_210_500);
    assert.equal(movement.nextTick, 1_330_500);
  });

  it('waits anew after a restart for what became due meanwhile, and when what was a replay is live', () => {
    const { see, movement } = start([boxOf('a', 0, 1000)]);
    see('bus', 10_000, 500 * METRE, 0, 10_000);
    const again = start([boxOf('a', 0, 1000)]);
    again.movement.restore(JSON.parse(JSON.stringify(movement.dump())), 5_000_000);
    assert.equal(again.movement.nextTick, 5_120_000);
    again.movement.tick(5_120_000, again.moves);
    assert.deepEqual(again.told(), ['bus dwell a 130']);
    const late = start([boxOf('a', 0, 1000)]);
    late.see('bus', 10_000, 500 * METRE, 0);
    assert.equal(late.movement.nextTick, undefined);
    late.see('bus', 20_000, 500 * METRE, 0, 20_500);
    assert.equal(late.movement.nextTick, 130_500);
  });

  it('makes nothing of readings that are older than what is known', () => {
    const { see, told } = start([boxOf('a', 0, 1000)]);
    const [a] = see('bus', 60_000, 500 * METRE, 0);
    // its zones are told all the same
    assert.deepEqual(see('bus', 50_000, 5000 * METRE, 0), []);
    assert.deepEqual(see('bus', 50_000, 400 * METRE, 0), [a]);
    assert.deepEqual(told(), ['bus enter a 60']);
    see('bus', 70_000, 600 * METRE, 0);
    assert.deepEqual(told(), []);
  });

  it('forgets, beyond its bound, one that has not been seen for long', () => {
    const index = new ZoneIndex(CITY);
    const movement = new Movement(index, new ZoneDistances(index), { dwell: 120_000, margin: 15 }, 10);
    const moves: Move[] = [];
    const see = (thing: string, time: number): unknown => movement.see(thing, time, 500 * METRE, 0, moves);
    see('bus', 0);
    for (let i = 1; i <= 100; i++) {
      see(`van ${i}`, i);
      see('bus', i);
    }
    assert.equal(movement.size, 10);
    assert.equal(movement.forgotten, 91);
    assert.equal(moves.filter(({ thing, kind }) => thing === 'bus' && kind === 'enter').length, 2);
    assert.ok(movement.dump().some(([thing]) => thing === 'bus'));
    assert.ok(movement.dump().some(([thing]) => thing === 'van 100'));
    assert.ok(!movement.dump().some(([thing]) => thing === 'van 50'));
  });

  it('keeps Things apart and goes on after a restart as if there had been none', () => {
    const way = (i: number): [string, number, number, number] => [
      `bus ${i % 7}`,
      i * 1000,
      (((i * 37) % 3400) - 200) * METRE,
      (i % 11) * METRE,
    ];
    const through = start(CITY);
    for (let i = 0; i < 4000; i++) see(through, i);
    function see(to: ReturnType<typeof start>, i: number): void {
      to.see(...way(i));
    }
    const first = start(CITY);
    for (let i = 0; i < 2000; i++) see(first, i);
    const second = start(CITY);
    second.movement.restore(JSON.parse(JSON.stringify(first.movement.dump())));
    for (let i = 2000; i < 4000; i++) see(second, i);
    assert.deepEqual([...first.told(), ...second.told()], through.told());
    assert.ok(through.movement.size === 7);
  });

  it('restores nothing from nonsense', () => {
    const { movement } = start(CITY);
    for (const nonsense of [null, 7, 'x', [null, [], ['a'], ['a', 1, 2, 3, 'x', []], ['a', NaN, 0, 0, [], []]]]) {
      movement.restore(nonsense);
    }
    assert.equal(movement.size, 0);
  });

  it('is right over the antimeridian', () => {
    const east: Zone = {
      id: 'e',
      name: 'e',
      level: 'zone',
      shape: { type: 'Polygon', coordinates: [[[179.9, -1], [180.1, -1], [180.1, 1], [179.9, 1], [179.9, -1]]] }, // prettier-ignore
    };
    const { see, told } = start([east]);
    for (let i = 0; i <= 40; i++) {
      const [lon] = destination([179.8, 0], i * 1000, 90);
      see('ship', i * 1000, lon > 180 ? lon - 360 : lon, 0);
    }
    assert.deepEqual(
      told().map((text) => text.split(' ').slice(1, 3).join(' ')),
      ['enter e', 'exit e'],
    );
  });
});

describe('times that become due', () => {
  it('are what a plain list says: one for each Thing, the newest one that was said, in order', () => {
    const next = random(4);
    const due = new DueTimes();
    const plain = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const thing = `t${Math.floor(next() * 60)}`;
      const time = Math.floor(next() * 1000);
      if (next() < 0.6) {
        due.set(time, thing);
        plain.set(thing, time);
      } else if (next() < 0.5) {
        due.set(Infinity, thing);
        plain.delete(thing);
      } else {
        const until = time / 10;
        const wanted = [...plain].filter(([, at]) => at <= until);
        const got = [...due.upTo(until)].map((one) => [one, plain.get(one)!] as const);
        const times = got.map(([, at]) => at);
        assert.deepEqual([...times].sort((a, b) => a - b), times); // prettier-ignore
        assert.deepEqual(got.map(([one]) => one).sort(), wanted.map(([one]) => one).sort()); // prettier-ignore
        for (const [one] of wanted) plain.delete(one);
      }
      assert.equal(due.size, plain.size);
      assert.equal(due.next, plain.size === 0 ? undefined : Math.min(...plain.values()));
    }
  });

  it('tells everybody who stays, however often all have come and gone before', () => {
    const { see, movement, moves } = start(CITY);
    for (let i = 0; i < 3000; i++) see(`bus ${i % 3}`, i * 1000, (i % 2 === 0 ? 500 : 9000) * METRE, 0);
    moves.length = 0;
    movement.advance(10_000_000, moves);
    const dwelling = moves.map(({ kind, thing, zone }) => `${kind} ${thing} ${zone.id}`).sort();
    const inside = movement.dump().filter(([, , , , own]) => own.length > 0).map(([thing]) => thing); // prettier-ignore
    assert.ok(inside.length > 0);
    assert.deepEqual(dwelling, inside.flatMap((thing) => ['a', 'city'].map((zone) => `dwell ${thing} ${zone}`)).sort()); // prettier-ignore
  });
});
