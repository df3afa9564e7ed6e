import * as assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Place } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { compileStatus, type Match, type PatternEngine } from '../../nodes/pattern-status/cep';
import { distance as metresBetween } from '../../nodes/ecdm/sphere';
import { NearGrid } from '../../nodes/pattern-status/cep/runs/near';
import { cityEvent, Random } from '../properties/random';
import { Oracle } from './cep-runs-oracle';

const CASES = 2_000;
const START = Date.UTC(2026, 0, 1);

function at(
  event: string,
  time: number,
  key: string,
  place: Place | undefined,
  kind: CityEvent['kind'] = 'point',
): CityEvent {
  return { ...cityEvent(event, kind, START + time, '1', key), place, value: 1 };
}

const smoke: Pattern = {
  op: 'then',
  of: [
    { op: 'event', event: 'smoke', as: 'e1' },
    { op: 'event', event: 'heat', as: 'e2' },
  ],
  within: '3600000 ms',
};

function engineOf(
  when: Pattern,
  metres: number,
  matches: Match[],
  more: Partial<StatusDefinition> = {},
): PatternEngine {
  const definition: StatusDefinition = {
    id: 'r',
    name: 'r',
    when,
    per: { by: 'near', metres },
    pairing: 'all',
    severity: 'minor',
    ...more,
  };
  const engine = compileStatus(definition, { names: (id) => id, onMatch: (match) => matches.push(match) });
  engine.setMode('replay');
  return engine;
}

function end(engine: PatternEngine, problems: Problem[] = []): void {
  engine.clock({ source: 's', time: START + 1000, end: true }, 'replay', [], problems);
}

const told = (matches: readonly Match[]): string[] =>
  matches.map(({ key, events }) => `${key}: ${events.map(({ id }) => id).join(' ')}`).sort();

const distance = (a: Place, b: Place): number => metresBetween(a[0], a[1], b[0], b[1]);

describe('near: around the place of the first event', function () {
  this.timeout(60_000);

  it('finds every place within the distance in one of nine cells, over poles and date line', () => {
    const random = new Random(7);
    let near = 0;
    for (let i = 0; i < 200_000; i++) {
      const metres = 10 ** (1 + random.next() * 4);
      const reach = (metres / 111_195) * 1.2;
      const lat = random.chance(0.3) ? (random.chance(0.5) ? 90 : -90) : random.next() * 180 - 90;
      const a: Place = [
        random.chance(0.3) ? 180 : random.next() * 360 - 180,
        Math.max(-90, Math.min(90, lat - reach * random.next())),
      ];
      const wide = reach / Math.max(1e-6, Math.cos((a[1] * Math.PI) / 180));
      let x = a[0] + wide * (random.next() * 2 - 1);
      x = ((((x + 180) % 360) + 360) % 360) - 180;
      const b: Place = [x, Math.max(-90, Math.min(90, a[1] + reach * (random.next() * 2 - 1)))];
      if (distance(a, b) > metres) continue;
      near++;
      const grid = new NearGrid(metres);
      assert.ok(grid.around(b).includes(grid.cellOf(a)), `${a.join()} and ${b.join()} within ${metres} m`);
      assert.ok(grid.around(b).length <= 9);
    }
    assert.ok(near > 50_000, `only ${near} pairs are near`);
  });

  it('measures on a sphere, the border inclusive', () => {
    // one degree of a great circle
    assert.ok(Math.abs(distance([0, 0], [0, 1]) - 111_195.08) < 1);
    assert.ok(Math.abs(distance([179.5, 0], [-179.5, 0]) - 111_195.08) < 1);
    assert.ok(Math.abs(distance([0, 90], [123, 89]) - 111_195.08) < 1);
    const exact = distance([0, 0], [0.001, 0]);
    for (const [metres, count] of [
      [exact, 1],
      [exact - 0.001, 0],
    ] as const) {
      const matches: Match[] = [];
      const engine = engineOf(smoke, metres, matches);
      engine.push([at('smoke', 0, 'a', [0, 0]), at('heat', 1, 'b', [0.001, 0])], [], []);
      end(engine);
      assert.equal(matches.length, count);
    }
  });

  it(`says what the brute-force matcher says, whatever the order of arrival (${CASES} cases)`, () => {
    const patterns: Pattern[] = [
      smoke,
      {
        op: 'and',
        of: [
          { op: 'event', event: 'smoke', as: 'e1' },
          { op: 'event', event: 'heat', as: 'e2' },
        ],
        within: '6 ms',
      },
      {
        op: 'then',
        of: [
          { op: 'event', event: 'smoke', as: 'e1' },
          { op: 'event', event: 'heat', as: 'e2' },
          { op: 'event', event: 'smoke', as: 'e3' },
        ],
        within: '9 ms',
      },
    ];
    let said = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed);
      const when = random.pick(patterns);
      const times = random.shuffle([...Array(14).keys()]).slice(0, 8);
      // sensors move: a key is not a place
      const events = times.map((time) =>
        at(random.pick(['smoke', 'heat']), time, random.pick(['a', 'b', 'c']), [
          180 - 0.001 * random.int(5),
          0.001 * random.int(2),
        ]),
      );
      const metres = 120 + random.int(200);
      const near = (a: CityEvent, b: CityEvent): boolean => distance(a.place!, b.place!) <= metres;
      const sorted = [...events].sort((a, b) => a.time - b.time);
      const expected = new Oracle(sorted, near).matches(when).map(({ bound }) => {
        const used = [...new Set([...bound.values()].flat())].sort((a, b) => a.time - b.time);
        return `${used[0]!.key}: ${used.map(({ id }) => id).join(' ')}`;
      });
      const matches: Match[] = [];
      const engine = engineOf(when, metres, matches);
      engine.push(random.shuffle(events), [], []);
      end(engine);
      assert.deepEqual(told(matches), expected.sort(), `seed ${seed}`);
      if (expected.length > 0) said++;
    }
    assert.ok(said > CASES / 4, `only ${said} cases say something`);
  });

  it('events of one moment are near each other, too', () => {
    const matches: Match[] = [];
    const and: Pattern = {
      op: 'and',
      of: [
        { op: 'event', event: 'smoke', as: 'e1' },
        { op: 'event', event: 'heat', as: 'e2' },
      ],
      within: '1 min',
    };
    const engine = engineOf(and, 200, matches, { pairing: 'newest' });
    engine.push([at('smoke', 5, 'a', [0, 0]), at('heat', 5, 'b', [0.001, 0]), at('heat', 5, 'c', [0.1, 0])], [], []);
    end(engine);
    // either may be the first one
    assert.deepEqual(
      told(matches).map((text) => text.slice(0, 1)),
      ['a', 'b'],
    );
  });

  it('an event without a place is dropped, counted and said', () => {
    const problems: Problem[] = [];
    const engine = engineOf(smoke, 100, []);
    engine.push([at('smoke', 0, 'a', undefined)], [], problems);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['no-place'],
    );
    assert.equal(engine.counters().dropped, 1);
  });

  it('a state counts when it begins, not when it is told again', () => {
    const matches: Match[] = [];
    const engine = engineOf(smoke, 200, matches);
    const here: Place = [0, 0];
    engine.push(
      [
        at('smoke', 0, 'a', here, 'begin'),
        at('smoke', 1, 'a', here, 'begin'),
        at('heat', 2, 'b', here, 'begin'),
        at('smoke', 3, 'a', here, 'end'),
        at('smoke', 4, 'a', here, 'begin'),
        at('heat', 5, 'b', here, 'end'),
      ],
      [],
      [],
    );
    end(engine);
    assert.equal(matches.length, 1);
  });

  it('a state that ends without a place is over: it can begin again', () => {
    const matches: Match[] = [];
    const problems: Problem[] = [];
    const engine = engineOf(smoke, 200, matches);
    const here: Place = [0, 0];
    engine.push(
      [
        at('smoke', 0, 'a', here, 'begin'),
        at('smoke', 1, 'a', undefined, 'end'),
        at('smoke', 2, 'a', here, 'begin'),
        at('heat', 3, 'b', here, 'begin'),
      ],
      [],
      problems,
    );
    end(engine, problems);
    assert.equal(matches.length, 2);
    assert.deepEqual(problems, []);
  });

  it('goes on after a snapshot: what waits at the gate and where the first events lie', () => {
    const events = [at('smoke', 0, 'a', [0, 0]), at('heat', 7, 'b', [0.001, 0]), at('heat', 9, 'c', [0.001, 0.001])];
    for (let cut = 0; cut <= events.length; cut++) {
      const matches: Match[] = [];
      const first = engineOf(smoke, 200, matches, { lateness: '1 ms' });
      first.push(events.slice(0, cut), [], []);
      first.clock({ source: 's', time: START + cut * 2 }, 'replay', [], []);
      const second = engineOf(smoke, 200, matches, { lateness: '1 ms' });
      assert.equal(second.restore(JSON.parse(JSON.stringify(first.snapshot()))), true);
      second.setMode('replay');
      second.push(events.slice(cut), [], []);
      end(second);
      assert.deepEqual(told(matches).length, 2, `cut at ${cut}`);
    }
  });

  it(`one stream may tell of several states: each begins and ends for itself, whatever the order of arrival and over restarts (${CASES / 4} cases)`, () => {
    const any: Pattern = {
      op: 'or',
      of: [
        smoke,
        {
          op: 'then',
          of: [
            { op: 'event', event: 'heat' },
            { op: 'event', event: 'gas' },
          ],
          within: '8 ms',
        },
      ],
    };
    let shared = 0;
    for (let seed = 0; seed < CASES / 4; seed++) {
      const random = new Random(seed);
      const times = random.shuffle([...Array(40).keys()]).slice(0, 14);
      const events = times.map((time): CityEvent => {
        const event = random.pick(['smoke', 'heat', 'gas']);
        const kind = event === 'gas' ? 'point' : random.pick(['begin', 'begin', 'end', 'nodata'] as const);
        const stream = random.pick(['bus1', 'bus2']);
        return { ...at(event, time, random.pick(['a', 'b']), [0.001 * random.int(3), 0], kind), stream };
      });
      const sorted = [...events].sort((a, b) => a.time - b.time);
      const open = new Set<string>();
      const fresh = sorted.filter(({ event, kind, stream }) => {
        const state = `${event} of ${stream}`;
        if (kind === 'end') open.delete(state);
        if (kind !== 'begin') return kind === 'point';
        return !open.has(state) && open.add(state);
      });
      const pairs = fresh.flatMap((a) =>
        fresh
          .filter((b) => a.time < b.time && distance(a.place!, b.place!) <= 120)
          .filter((b) => {
            if (a.event === 'smoke') return b.event === 'heat';
            return a.event === 'heat' && b.event === 'gas' && b.time - a.time <= 8;
          })
          .map((b) => `${a.key}: ${a.id} ${b.id}`),
      );
      if (new Set(fresh.filter(({ stream }) => stream === 'bus1').map(({ event }) => event)).size > 1) shared++;
      for (const order of [sorted, random.shuffle([...events])]) {
        const matches: Match[] = [];
        let engine = engineOf(any, 120, matches, { afterDetection: 'keep', lateness: '1 s' });
        for (const event of order) {
          engine.push([event], [], []);
          if (random.chance(0.7)) continue;
          if (order === sorted) engine.clock({ source: 's', time: event.time + 1000 }, 'replay', [], []);
          const kept = JSON.parse(JSON.stringify(engine.snapshot())) as unknown;
          engine = engineOf(any, 120, matches, { afterDetection: 'keep', lateness: '1 s' });
          assert.equal(engine.restore(kept), true);
          engine.setMode('replay');
        }
        engine.clock({ source: 's', time: START + 5000, end: true }, 'replay', [], []);
        assert.deepEqual(told(matches), pairs.toSorted(), `seed ${seed}`);
      }
    }
    assert.ok(shared > CASES / 8, `only ${shared} cases have several states in one stream`);
  });

  describe('a state that comes when its time is settled', () => {
    const here: Place = [0, 0];
    const late = (...events: CityEvent[]): string[] => {
      const matches: Match[] = [];
      let engine = engineOf(smoke, 200, matches, { lateness: '20 ms' });
      engine.clock({ source: 's', time: START + 100 }, 'replay', [], []);
      for (const event of [...events, at('heat', 200, 'h', here)]) {
        engine.push([event], [], []);
        const kept = JSON.parse(JSON.stringify(engine.snapshot())) as unknown;
        engine = engineOf(smoke, 200, matches, { lateness: '20 ms' });
        assert.equal(engine.restore(kept), true);
        engine.setMode('replay');
      }
      end(engine);
      // when it happened: what is too far back counts later
      return matches.map(({ events }) => String(Number(events[0]!.id.split('|')[3]) - START)).sort();
    };
    const state = (time: number, kind: CityEvent['kind']): CityEvent => at('smoke', time, 'a', here, kind);

    it('does not go on after its end, which came first', () => {
      assert.deepEqual(late(state(15, 'end'), state(3, 'begin'), state(120, 'begin')), ['120', '3']);
      assert.deepEqual(late(state(15, 'end'), state(15, 'begin'), state(120, 'begin')), ['15']);
    });

    it('goes on after an end from before it began', () => {
      assert.deepEqual(late(state(15, 'begin'), state(3, 'end'), state(120, 'begin')), ['15']);
      assert.deepEqual(late(state(15, 'begin'), state(15, 'end'), state(120, 'begin')), ['15']);
      assert.deepEqual(late(state(15, 'begin'), state(9, 'end'), state(3, 'begin'), state(120, 'begin')), ['15', '3']);
    });

    it('is over where it was told again before its end came', () => {
      assert.deepEqual(late(state(3, 'begin'), state(15, 'begin'), state(9, 'end'), state(120, 'begin')), ['120', '3']);
    });
  });

  it('reads what was written before it was kept of which event a stream tells', () => {
    const here: Place = [0, 0];
    const engine = engineOf(smoke, 200, [], { lateness: '0 ms' });
    engine.push([at('smoke', 0, 'a', here, 'begin'), at('smoke', 1, 'c', here, 'begin')], [], []);
    engine.push([at('smoke', 2, 'd', here, 'begin'), at('smoke', 3, 'd', here, 'end')], [], []);
    engine.clock({ source: 's', time: START + 10 }, 'replay', [], []);
    const lines = JSON.parse(JSON.stringify(engine.snapshot())) as unknown[][];
    let older: unknown[][] = lines.map((line) => (line[0] === 'o' ? line.slice(0, 2) : line));
    const streams = older.filter(([kind]) => kind === 'o').flatMap(([, open]) => open);
    assert.deepEqual(streams, [at('smoke', 0, 'a', here).stream, at('smoke', 1, 'c', here).stream]);
    // also where nothing came between two restarts
    for (let restarts = 0; restarts < 2; restarts++) {
      const matches: Match[] = [];
      const second = engineOf(smoke, 200, matches, { lateness: '0 ms' });
      assert.equal(second.restore(older), true);
      older = JSON.parse(JSON.stringify(second.snapshot())) as unknown[][];
      second.setMode('replay');
      const again = ['a', 'c', 'd'].map((key) => at('smoke', 20, key, here, 'begin'));
      second.push([at('smoke', 15, 'c', undefined, 'end'), ...again, at('heat', 30, 'h', here)], [], []);
      end(second);
      const times = matches.map(({ key, events }) => `${key} ${events[0]!.time - START}`);
      assert.deepEqual(times.sort(), ['a 0', 'c 1', 'c 20', 'd 2', 'd 20']);
    }
  });

  it('looks at the keys around only: far away is not touched', () => {
    const engine = engineOf(smoke, 100, []);
    const events: CityEvent[] = [];
    for (let i = 0; i < 2000; i++) events.push(at('smoke', i, `s${i}`, [i * 0.01, 0]));
    for (let i = 0; i < 2000; i++) events.push(at('heat', 2000 + i, `h${i}`, [i * 0.01, 0.0001]));
    engine.push(events, [], []);
    const from = performance.now();
    engine.clock({ source: 's', time: START + 5000, end: true }, 'replay', [], []);
    const took = performance.now() - from;
    assert.equal(engine.counters().detections, 2000);
    // each against each would be four million deliveries
    assert.ok(took < 5000, `${took} ms`);
  });
});
