import * as assert from 'node:assert/strict';
import type { Comparison, Pairing, Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, type Match, type PatternEngine } from '../../nodes/pattern-status/cep';
import { compilePattern } from '../../nodes/pattern-status/cep/compile';
import { needsRuns } from '../../nodes/pattern-status/cep/runs/needs';
import { cityEvent, Random } from '../properties/random';

const START = Date.UTC(2026, 0, 1);
const E = (event: string, as?: string): Pattern =>
  as === undefined ? { op: 'event', event } : { op: 'event', event, as };
const no = (event: string, length?: string): Pattern => ({
  op: 'no',
  of: E(event),
  ...(length === undefined ? {} : { for: length }),
});
const then = (of: Pattern[], within = '1 h', where?: Comparison[]): Pattern => ({
  op: 'then',
  of,
  within,
  ...(where && { where }),
});

type Said = [event: string, seconds: number, value?: CityEvent['value'], more?: Partial<CityEvent>];

function events(list: readonly Said[]): CityEvent[] {
  return list.map(([name, seconds, value = 1, more = {}], i) => {
    const [event, kind = 'point'] = name.split(' ') as [string, EventKind?];
    return { ...cityEvent(event, kind, START + seconds * 1000, '1'), id: `${name} ${seconds} ${i}`, value, ...more };
  });
}

function engineOf(
  when: Pattern,
  matches: Match[],
  more: Partial<StatusDefinition> = {},
  maxRuns?: number,
): PatternEngine {
  const definition: StatusDefinition = { id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', ...more };
  const emit = (event: string): 'state' | 'point' => (event === event.toUpperCase() ? 'state' : 'point');
  const engine = compileStatus(definition, {
    names: (id) => id,
    emit,
    onMatch: (match) => matches.push(match),
    maxRuns,
  });
  engine.setMode('replay');
  engine.expect([{ key: 'k' }], START, [], []);
  return engine;
}

/** Times of the events of each match, in seconds. */
function run(when: Pattern, list: readonly Said[], more: Partial<StatusDefinition> = {}): number[][] {
  const matches: Match[] = [];
  const engine = engineOf(when, matches, more);
  engine.push(events(list), [], []);
  engine.clock({ source: 's', time: START + 100_000_000, end: true }, 'replay', [], []);
  return matches.map((match) => match.events.map(({ time }) => (time - START) / 1000));
}

function refusal(when: Pattern, pairing: Pairing = 'newest'): string {
  try {
    compilePattern(when, () => 'point', 'when', 'keep', { pairing, by: 'station', metres: undefined });
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof DefinitionError);
    return `${error.path}: ${error.code}`;
  }
}

describe('run lists: rules by hand', () => {
  it('compares numbers in the unit of the left side, texts, truths, keys, properties, times', () => {
    const holds = (comparison: Comparison, a: Said, b: Said): boolean =>
      run(then([E('a', 'a'), E('b', 'b')], '1 h', [comparison]), [a, b]).length === 1;
    const more: Comparison = { left: { of: 'b' }, op: '>', right: { of: 'a' } };
    assert.equal(holds(more, ['a', 0, 1, { unit: 'mg/m3' }], ['b', 1, 1001, { unit: 'ug/m3' }]), true);
    assert.equal(holds(more, ['a', 0, 1, { unit: 'mg/m3' }], ['b', 1, 1000, { unit: 'ug/m3' }]), false);
    assert.equal(holds(more, ['a', 0, 1, { unit: 'mg/m3' }], ['b', 1, 1001, { unit: 'Cel' }]), false);
    assert.equal(holds(more, ['a', 0, 1], ['b', 1, 2, { unit: 'Cel' }]), true);
    assert.equal(holds({ ...more, right: { of: 'a', times: 2, plus: 1 } }, ['a', 0, 3], ['b', 1, 7]), false);
    assert.equal(holds({ ...more, right: { of: 'a', times: 2, plus: 1 } }, ['a', 0, 3], ['b', 1, 8]), true);
    assert.equal(holds(more, ['a', 0, 'apple'], ['b', 1, 'pear']), true);
    assert.equal(holds(more, ['a', 0, 'apple'], ['b', 1, 5]), false);
    assert.equal(holds({ ...more, op: '!=' }, ['a', 0, 'apple'], ['b', 1, 5]), false);
    assert.equal(holds({ ...more, op: '!=' }, ['a', 0, true], ['b', 1, false]), true);
    assert.equal(holds(more, ['a', 0, false], ['b', 1, true]), false);
    assert.equal(holds(more, ['a', 0, null], ['b', 1, 5]), false);
    const rain: Comparison = { left: { of: 'b', field: 'value.rain.mm' }, op: '>=', right: { value: 3 } };
    assert.equal(holds(rain, ['a', 0], ['b', 1, { rain: { mm: 3 } }]), true);
    assert.equal(holds(rain, ['a', 0], ['b', 1, { rain: 3 }]), false);
    assert.equal(
      holds({ left: { of: 'b', field: 'value.constructor' }, op: '!=', right: { value: 'x' } }, ['a', 0], ['b', 1, {}]),
      false,
    );
    const property: Comparison = {
      left: { of: 'b', field: 'property' },
      op: '!=',
      right: { of: 'a', field: 'property' },
    };
    assert.equal(holds(property, ['a', 0, 1, { property: 'CO' }], ['b', 1, 1, { property: 'NO2' }]), true);
    assert.equal(holds({ left: { of: 'b', field: 'key' }, op: '=', right: { value: 'k' } }, ['a', 0], ['b', 1]), true);
    const late: Comparison = {
      left: { of: 'b', field: 'time' },
      op: '>',
      right: { of: 'a', field: 'time', plus: 5000 },
    };
    assert.equal(holds(late, ['a', 0], ['b', 5]), false);
    assert.equal(holds(late, ['a', 0], ['b', 6]), true);
  });

  it('a comparison is a condition on its left event', () => {
    const or: Pattern = { op: 'or', of: [E('b', 'b'), E('c', 'c')] };
    const when = (left: string, right: string): Pattern =>
      then([E('a', 'a'), or], '1 h', [{ left: { of: left }, op: '>', right: { of: right } }]);
    // the left one has no part in the match: nothing is asked
    assert.deepEqual(
      run(when('b', 'a'), [
        ['a', 0, 9],
        ['c', 1, 1],
      ]),
      [[0, 1]],
    );
    // the right one has none: not fulfilled
    assert.deepEqual(
      run(when('a', 'b'), [
        ['a', 0, 9],
        ['c', 1, 1],
      ]),
      [],
    );
    assert.deepEqual(
      run(when('a', 'b'), [
        ['a', 0, 9],
        ['b', 1, 1],
      ]),
      [[0, 1]],
    );
  });

  it('of a name in a count the newest counts, and itself is the one before it', () => {
    const rising: Pattern = { op: 'times', of: E('a', 'a'), min: 3, max: 3 };
    const when: Pattern = {
      op: 'then',
      of: [rising],
      within: '1 h',
      where: [{ left: { of: 'a' }, op: '>', right: { of: 'a' } }],
    };
    assert.deepEqual(
      run(when, [
        ['a', 0, 1],
        ['a', 1, 5],
        ['a', 2, 3],
        ['a', 3, 4],
      ]),
      [[0, 2, 3]],
    );
    assert.deepEqual(
      run(when, [
        ['a', 0, 4],
        ['a', 1, 3],
        ['a', 2, 2],
      ]),
      [],
    );
  });

  it('comparisons say which of the forbidden events count', () => {
    const drop: Comparison[] = [{ left: { of: 'x' }, op: '<', right: { of: 'a' } }];
    const when = then([E('a', 'a'), { op: 'no', of: E('x', 'x') }, E('b')], '1 h', drop);
    assert.deepEqual(
      run(when, [
        ['a', 0, 5],
        ['x', 1, 7],
        ['b', 2],
      ]),
      [[0, 2]],
    );
    assert.deepEqual(
      run(when, [
        ['a', 0, 5],
        ['x', 1, 3],
        ['b', 2],
      ]),
      [],
    );
    const silent = then([E('a', 'a'), { op: 'no', of: E('x', 'x'), for: '10 s' }], '1 h', drop);
    assert.deepEqual(
      run(silent, [
        ['a', 0, 5],
        ['x', 1, 7],
      ]),
      [[0]],
    );
    assert.deepEqual(
      run(silent, [
        ['a', 0, 5],
        ['x', 1, 3],
      ]),
      [],
    );
  });

  it('silence in the middle: to the very end of its time, and by a state that goes on', () => {
    const when = then([E('a'), no('x', '10 s'), E('b')]);
    assert.deepEqual(
      run(when, [
        ['a', 0],
        ['b', 10],
      ]),
      [],
    );
    assert.deepEqual(
      run(when, [
        ['a', 0],
        ['b', 11],
      ]),
      [[0, 11]],
    );
    assert.deepEqual(
      run(when, [
        ['a', 0],
        ['x', 10],
        ['b', 11],
      ]),
      [],
    );
    assert.deepEqual(
      run(when, [
        ['a', 0],
        ['x', 11],
        ['b', 12],
      ]),
      [[0, 12]],
    );
    const state = then([E('a'), no('X', '10 s'), E('b')]);
    assert.deepEqual(
      run(state, [
        ['X begin', 0],
        ['a', 5],
        ['X end', 6],
        ['b', 20],
      ]),
      [],
    );
    assert.deepEqual(
      run(state, [
        ['X begin', 0],
        ['X end', 4],
        ['a', 5],
        ['b', 20],
      ]),
      [[5, 20]],
    );
  });

  it('"or" with a silence takes what comes first', () => {
    const when = then([E('a'), { op: 'or', of: [no('x', '10 s'), E('b')] }]);
    assert.deepEqual(
      run(
        when,
        [
          ['a', 0],
          ['b', 3],
        ],
        { pairing: 'each' },
      ),
      [[0, 3]],
    );
    assert.deepEqual(
      run(
        when,
        [
          ['a', 0],
          ['x', 3],
        ],
        { pairing: 'each' },
      ),
      [],
    );
    assert.deepEqual(run(when, [['a', 0]], { pairing: 'each' }), [[0]]);
  });

  it('"every" begins anew, with what came before it', () => {
    const when = then([E('a'), { op: 'every', of: then([E('b'), E('c')]) }, E('d')]);
    const list: Said[] = [
      ['a', 0],
      ['b', 1],
      ['b', 2],
      ['c', 3],
      ['b', 4],
      ['c', 5],
      ['d', 6],
    ];
    assert.deepEqual(run(when, list, { pairing: 'each' }), [
      [0, 1, 3, 6],
      [0, 4, 5, 6],
    ]);
  });

  it('a count that is too old to collect begins anew beside what follows, which keeps what was counted and its limit', () => {
    const list = (text: string): Said[] => text.split(' ').map((word): Said => [word[0]!, Number(word.slice(1))]);
    const told = (when: Pattern, text: string, pairing: Pairing = 'each'): number[][] =>
      run(when, list(text), { pairing, afterDetection: 'keep' });
    const count = (within: string, of: Pattern, min = 2, max?: number): Pattern => ({
      op: 'times', of, min, within, ...(max !== undefined && { max }),
    }); // prettier-ignore
    const twice = count('6 s', E('b'));
    const every: Pattern = { op: 'every', of: twice };
    const either: Pattern = { op: 'or', of: [twice, E('d')] };
    for (const first of [twice, every, either, count('6 s', E('b'), 2, 3)]) {
      const when = then([first, E('c')], '10 s');
      for (const pairing of ['each', 'once'] as const) {
        assert.deepEqual(told(when, 'b1 b3 c20', pairing), []);
        assert.deepEqual(told(when, 'b1 b3 c12', pairing), []);
        assert.deepEqual(told(when, 'b1 b3 c9', pairing), [[1, 3, 9]]);
      }
      assert.deepEqual(told(when, 'b1 b3 b8 b9 c10'), [
        [1, 3, 10],
        [8, 9, 10],
      ]);
    }
    const silent: Pattern = { op: 'then', of: [twice, no('z', '2 s')] };
    assert.deepEqual(told(silent, 'b8 b14'), [[8, 14]]);
    assert.deepEqual(told(silent, 'b8 b14', 'once'), [[8, 14]]);
    // what is begun anew has what came before it, and its limit
    const led = then([E('a'), every, E('c')], '20 s');
    assert.deepEqual(told(led, 'a1 b2 b4 b9 b10 c11'), [
      [1, 2, 4, 11],
      [1, 9, 10, 11],
    ]);
    assert.deepEqual(told(led, 'a1 b2 b4 b9 b10 c22'), []);
    // also where it is what must not happen that begins it anew
    const optional = then([E('x'), no('z'), count('5 s', E('b'), 0)]);
    const forbidden = then([{ op: 'every', of: optional }, E('c')]);
    assert.deepEqual(told(forbidden, 'x1 z2 c3'), [[1, 3]]);
    assert.deepEqual(told(forbidden, 'x1 z2 x3 c4'), [
      [1, 4],
      [3, 4],
    ]);
    // what the next step takes may open the next run, whose time begins then
    assert.deepEqual(told(then([count('6 s', E('b'), 1), E('b'), E('c')], '6 s'), 'b1 b2 b6 c8'), [[2, 6, 8]]);
  });

  describe('the first fitting event is taken, and what has begun does not hide what else there is', () => {
    const list = (text: string): Said[] => text.split(' ').map((word): Said => [word[0]!, Number(word.slice(1))]);
    const told = (when: Pattern, text: string, pairing: Pairing = 'each'): string[] =>
      run(when, list(text), { pairing, afterDetection: 'keep' }).map((times) => times.join());
    const [a, b, c, d, x] = [E('a'), E('b'), E('c'), E('d'), E('x')];
    const or = (...of: Pattern[]): Pattern => ({ op: 'or', of });
    const every = (of: Pattern): Pattern => ({ op: 'every', of });
    const times = (min: number, of: Pattern, within: string, max?: number): Pattern => ({
      op: 'times', of, min, within, ...(max !== undefined && { max }),
    }); // prettier-ignore
    const pair = then([a, b], '3 s');
    const restarted = (when: Pattern, text: string, cut: number): string[] => {
      const matches: Match[] = [];
      const engine = (): PatternEngine => engineOf(when, matches, { pairing: 'each', afterDetection: 'keep' });
      const [before, after] = [engine(), engine()];
      before.push(events(list(text)).slice(0, cut), [], []);
      assert.equal(after.restore(JSON.parse(JSON.stringify(before.snapshot()))), true);
      after.push(events(list(text)).slice(cut), [], []);
      after.clock({ source: 's', time: START + 100_000_000, end: true }, 'replay', [], []);
      return matches.map((match) => match.events.map(({ time }) => (time - START) / 1000).join());
    };

    it('a bracket that is to come several times is enough when it has come so often', () => {
      for (const pairing of ['each', 'once'] as const) {
        for (const max of [undefined, 3]) {
          const when = then([times(2, pair, '50 s', max), c]);
          assert.deepEqual(told(when, 'a1 b2 a3 b4 a5 c6', pairing), ['1,2,3,4,6']);
          assert.deepEqual(told(when, 'a1 b2 a3 c6', pairing), []);
        }
      }
    });

    it('of an "or" of brackets each alternative begins for itself, and begins anew for itself', () => {
      const when = then([or(times(2, b, '3 s'), d), c]);
      assert.deepEqual(told(when, 'b1 d2 b9 b10 c11'), ['2,11', '9,10,11']);
      assert.deepEqual(told(when, 'b1 d2 d3 b4 c5 b6 d7 b8 c9'), ['1,4,5', '2,5', '3,5', '6,8,9', '7,9']);
      assert.deepEqual(told(when, 'd1 b2 b3 c4 d5 c6'), ['1,4', '2,3,4', '5,6']);
      assert.deepEqual(told(when, 'b1 d2 b9 b10 c11', 'once'), ['2,11']);
      // three, and one in another
      const three = then([or(times(2, b, '3 s'), then([a, x], '3 s'), d), c]);
      assert.deepEqual(told(three, 'b1 a2 d3 b9 a10 d11 x12 b12 c13'), ['3,13', '9,12,13', '10,12,13', '11,13']);
      const nested = then([or(or(times(2, b, '3 s'), d), then([a, x], '3 s')), c]);
      assert.deepEqual(told(nested, 'b1 a2 d3 b9 a10 d11 x12 b12 c13'), ['3,13', '9,12,13', '10,12,13', '11,13']);
    });

    it('nor in an "and", in a count, or behind what must not happen', () => {
      const either = or(then([a, b], '30 s'), d);
      assert.deepEqual(told({ op: 'and', of: [either, c], within: '1 h' }, 'a1 d2 c3 b4'), ['2,3', '1,3,4']);
      assert.deepEqual(told(times(2, or(pair, d), '20 s'), 'a1 d2 d3 b9 a10 b11 d12'), ['2,3', '10,11,12']);
      // a repetition that got too old leaves nothing behind
      assert.deepEqual(told(times(2, or(pair, d), '20 s'), 'a1 a8 b9 d10'), ['8,9,10']);
      assert.deepEqual(told(times(2, or(pair, d), '10 s'), 'a1 a8 b9 d17'), ['8,9,17']);
      const guarded = then([x, no('z'), either]);
      assert.deepEqual(told(guarded, 'x1 a2 z3 d4 b5'), ['1,2,5']);
      assert.deepEqual(told(guarded, 'x1 a2 d4 z5 b6'), ['1,4', '1,2,6']);
    });

    it('alternatives that were looked for apart are one again, and what opens runs stays one', () => {
      const either = or(b, then([c, d], '1 h'));
      const both: Pattern = { op: 'and', of: [a, either], within: '9 s' };
      const twice = times(2, or(a, then([b, c], '1 h')), '5 s');
      const repeated = then([every(then([a, either], '5 s')), x]);
      const inner = then([x, every({ op: 'and', of: [a, either], within: '9 s' }), d], '30 s');
      const cycles: [Pattern, string, string, string][] = [
        [both, 'a1 c2', 'a50 b51', '50,51'],
        [twice, 'a1 b2', 'a50 a51', '50,51'],
        [repeated, 'a1 c2', 'a50 b51 x52', '50,51,52'],
        [inner, 'x0 a1 c2', 'x49 a50 b51 d52', '49,50,51,52'],
        [{ op: 'and', of: [or(a, then([no('z', '2 s'), c], '1 h')), d], within: '9 s' }, 'd1 z2', 'a50 d51', '50,51'],
      ];
      for (const [when, begun, match, found] of cycles) {
        for (const more of [{ afterDetection: 'keep' }, { afterDetection: 'fresh' }] as const) {
          const matches: Match[] = [];
          const engine = engineOf(when, matches, { pairing: 'each', ...more });
          for (let n = 0; n < 20; n++) {
            const at = (text: string): CityEvent[] =>
              events(list(text)).map((event) => ({ ...event, id: `${event.id} ${n}`, time: event.time + n * 200_000 }));
            for (const text of [begun, match]) engine.push(at(text), [], []);
          }
          engine.clock({ source: 's', time: START + 100_000_000, end: true }, 'replay', [], []);
          const told = matches.map((m) => m.events.map(({ time }) => ((time - START) / 1000) % 200).join());
          assert.deepEqual([...new Set(told)], [found]);
          assert.equal(told.length, 20);
          const runs = JSON.stringify(engine.snapshot()).match(/"runs":\[.*?\],"evidence"/)![0];
          assert.ok(runs.length < 400, runs);
        }
      }
      // what came long before makes no difference
      const joined: Pattern = {
        op: 'and',
        of: [a, or(b, { op: 'and', of: [E('e'), E('f')], within: '1 h' })],
        within: '12 s',
      };
      for (const before of ['', 'f4 ', 'e4 ', 'a4 f5 '])
        assert.deepEqual(told(joined, `${before}a574 b574 e576 f578`), ['574,574']);
      const nested = or(or(times(2, a, '9 s'), then([x, d], '9 s')), E('f'));
      for (const before of ['', 'x4 ', 'a4 ', 'a4 x5 '])
        assert.deepEqual(told(nested, `${before}a574 a576`), ['574,576']);
    });

    it('"once" is told once, although other alternatives go on', () => {
      const both: Pattern = { op: 'and', of: [a, or(b, then([c, d], '1 h'))], within: '11 s' };
      assert.deepEqual(told(both, 'a1 c2 b3 a20 b21', 'once'), ['1,3']);
      assert.deepEqual(told(times(2, or(a, then([b, c], '1 h')), '5 s'), 'a1 b2 a3 a20 a21', 'once'), ['1,3']);
      assert.deepEqual(run(both, list('a1 c2 b3 a200 b201'), { pairing: 'once', clear: { after: '30 s' } }), [
        [1, 3],
        [200, 201],
      ]);
    });

    it('what needs nothing does not hide what comes after it, also when it begins anew', () => {
      const any = then([{ op: 'times', of: a, min: 0, within: '2 s' }, b], '19 s');
      assert.deepEqual(told(any, 'b1 b40 b80'), ['1', '40', '80']);
      assert.deepEqual(told(any, 'b1 b2 a4 b5 b6'), ['1', '2', '4,5', '6']);
      assert.deepEqual(told(any, 'a1 b30 b31'), ['30', '31']);
      const repeated = then([{ op: 'times', of: a, min: 0, within: '10 s' }, every(b), c], '9 s');
      assert.deepEqual(told(repeated, 'b60 b61 c62'), ['60,62', '61,62']);
      assert.deepEqual(told(repeated, 'b63 b163 c166'), ['163,166']);
      const silent = then([{ op: 'times', of: a, min: 0, within: '2 s' }, no('z', '5 s'), c], '19 s');
      assert.deepEqual(told(silent, 'c7'), ['7']);
      assert.deepEqual(told(silent, 'a1 c7'), ['1,7']);
      const bracket = or(then([b, c], '9 s'), d);
      assert.deepEqual(told(then([{ op: 'times', of: a, min: 0, within: '6 s' }, bracket], '20 s'), 'b74 d79'), ['79']);
    });

    it('"every" in "every" repeats what comes after one begin, and opens no second run for the next', () => {
      for (const when of [then([every(then([a, every(b)], '20 s'))]), every(then([a, every(b)], '20 s'))]) {
        assert.deepEqual(told(when, 'a1 b2 b3 a4 b5').sort(), ['1,2', '1,3', '1,5', '4,5']);
      }
      assert.deepEqual(told(every(then([every(a), b], '20 s')), 'a1 a2 b3 a4 b5'), ['1,3', '2,3', '4,5']);
      const steps = then([every(then([a, every(b), x], '20 s')), c]);
      assert.deepEqual(told(steps, 'a1 b2 b3 x4 a5 b6 x7 c8').sort(), ['1,2,4,8', '1,3,4,8', '1,6,7,8', '5,6,7,8']);
    });

    it('"or" is what its alternatives are alone, where they have no event in common', () => {
      const bracket = (random: Random, names: readonly string[], depth: number): Pattern => {
        if (depth === 0 || random.chance(0.3)) return E(random.pick(names));
        const inner = (): Pattern => bracket(random, names, depth - 1);
        const within = `${1 + random.int(6)} s`;
        // alone every begin of a sequence would open a run
        const kind = random.int(depth === 2 ? 2 : 4);
        if (kind === 0) return times(2 + random.int(2), inner(), within, random.chance(0.3) ? 4 : undefined);
        if (kind === 1) return { op: 'and', of: [inner(), inner()], within };
        return then(random.chance(0.3) ? [inner(), no(random.pick(names)), inner()] : [inner(), inner()], within);
      };
      let matches = 0;
      for (let seed = 1; seed <= 3000; seed++) {
        const random = new Random(seed);
        const alternatives = [
          ['a', 'b'],
          ['d', 'x'],
          ['e', 'f'],
        ].map((names) => bracket(random, names, 2));
        const [one, two, three] = alternatives as [Pattern, Pattern, Pattern];
        const either = random.pick([or(one, two, three), or(or(one, two), three), or(one, or(two, three))]);
        const text = Array.from({ length: 6 + random.int(12) }, (_, i) => `${random.pick('abdxefc'.split(''))}${i + random.int(2)}`).join(' '); // prettier-ignore
        const around = (p: Pattern): Pattern => then([p, c], '9 s');
        const alone = alternatives.flatMap((p) => told(around(p), text)).sort();
        matches += alone.length;
        assert.deepEqual(told(around(either), text).sort(), alone, `seed ${seed}: ${JSON.stringify(either)} ${text}`);
      }
      assert.ok(matches > 2500, `${matches}`);
    });

    it('all of it goes on over a restart', () => {
      const texts = [
        'b1 d2 d3 b4 c5 b6 d7 b8 c9',
        'b1 a2 d3 b9 a10 d11 x12 b12 c13',
        'a1 d2 d3 b9 a10 b11 d12',
        'a1 a8 b9 d10',
      ];
      const rules = [
        then([or(times(2, b, '3 s'), then([a, x], '3 s'), d), c]),
        times(2, or(pair, d), '20 s'),
        then([every(then([a, every(b)], '20 s')), c]),
      ];
      for (const when of rules) {
        for (const text of texts) {
          for (let cut = 1; cut < list(text).length; cut++) {
            assert.deepEqual(restarted(when, text, cut), told(when, text), `${text} cut at ${cut}`);
          }
        }
      }
    });
  });

  it('"once" tells again after it was cleared', () => {
    const when = then([E('a'), E('b')], '10 s');
    const list: Said[] = [
      ['a', 0],
      ['b', 1],
      ['a', 2],
      ['b', 3],
      ['a', 100],
      ['b', 101],
    ];
    assert.deepEqual(run(when, list, { pairing: 'once', clear: { after: '30 s' } }), [
      [0, 1],
      [100, 101],
    ]);
    assert.deepEqual(run(when, list, { pairing: 'once', clear: { byHand: true } }), [[0, 1]]);
  });

  it('a detection uses up what has begun, unless it is kept', () => {
    const when = then([E('a'), E('b')], '1 h');
    const list: Said[] = [
      ['a', 0],
      ['a', 1],
      ['b', 2],
      ['b', 3],
    ];
    assert.deepEqual(run(when, list, { pairing: 'all' }), [
      [0, 2],
      [1, 2],
      [0, 3],
      [1, 3],
    ]);
    assert.deepEqual(run(when, list, { pairing: 'all', afterDetection: 'fresh' }), [
      [0, 2],
      [1, 2],
    ]);
    assert.deepEqual(run(when, list, { pairing: 'each' }), [
      [0, 2],
      [1, 2],
    ]);
  });

  it('a status counts matches, and its evidence is the newest one', () => {
    const out: Status[] = [];
    const engine = engineOf(then([E('a'), E('b')]), [], { pairing: 'each' });
    engine.push(
      events([
        ['a', 0],
        ['a', 1],
        ['b', 2],
      ]),
      [],
      [],
    );
    engine.clock({ source: 's', time: START + 3000, end: true }, 'replay', out, []);
    assert.equal(out[0]!.count, 2);
    assert.deepEqual(
      out[0]!.evidence.map(({ event }) => event),
      ['a', 'b'],
    );
    assert.equal(engine.counters().detections, 2);
  });

  it('states that meet: the evidence holds all of them, also over a restart', () => {
    const both: Pattern = { op: 'and', of: [E('C'), E('B')] };
    const list: Said[] = [
      ['B begin', 3],
      ['C begin', 5],
      ['C end', 6],
      ['d', 7],
      ['C begin', 8],
      ['d', 9],
    ];
    for (const pairing of ['each', 'once', 'newest', 'all'] as const) {
      assert.deepEqual(run(both, list.slice(0, 3), { pairing }).slice(0, 1), pairing === 'newest' ? [] : [[3, 5]]);
      const when = then([both, E('d', 'd')], '1 h', [{ left: { of: 'd' }, op: '>', right: { value: 0 } }]);
      assert.deepEqual(run(when, list, { pairing, afterDetection: 'keep' })[0], [3, 5, 7]);
    }
    // a state that goes on is named once
    const again = then([both, both, E('d')]);
    assert.deepEqual(run(again, list, { pairing: 'each', afterDetection: 'keep' }), [[3, 5, 8, 9]]);
    const matches: Match[] = [];
    const first = engineOf(again, matches, { pairing: 'each' });
    const told = events(list);
    first.push(told.slice(0, 4), [], []);
    first.clock({ source: 's', time: START + 7000 }, 'replay', [], []);
    const second = engineOf(again, matches, { pairing: 'each' });
    assert.equal(second.restore(JSON.parse(JSON.stringify(first.snapshot()))), true);
    second.push(told.slice(4), [], []);
    second.clock({ source: 's', time: START + 100_000_000, end: true }, 'replay', [], []);
    assert.deepEqual(
      matches.map((match) => match.events.map(({ time }) => (time - START) / 1000)),
      [[3, 5, 8, 9]],
    );
  });

  it('of what is made of very many events the newest are kept', () => {
    const all = Array.from({ length: 30 }, (_, i): Said => ['B begin', i, 1, { stream: `${i}` }]);
    const when: Pattern = { op: 'and', of: [E('B'), E('C')] };
    const [match] = run(when, [...all, ['C begin', 40]], { pairing: 'each' });
    assert.deepEqual(match, [...Array.from({ length: 19 }, (_, i) => 11 + i), 40]);
  });

  it('keeps no more runs than allowed, drops the oldest and says so once a minute', () => {
    const list: Said[] = [];
    for (let i = 0; i < 1500; i++) list.push(['a', i / 100]);
    list.push(['b', 16]);
    const problems: Problem[] = [];
    const matches: Match[] = [];
    const engine = engineOf(then([E('a'), E('b')]), matches, { pairing: 'each' });
    engine.push(events(list), [], problems);
    engine.clock({ source: 's', time: START + 20_000, end: true }, 'replay', [], problems);
    assert.ok(Math.abs(matches.length - 1000) <= 1, `${matches.length} matches`);
    assert.equal(matches[0]!.start, START + 15_000 - matches.length * 10);
    assert.equal(engine.counters().runsDropped, 1500 - matches.length);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['too-many-runs'],
    );
    const few: Match[] = [];
    const small = engineOf(then([E('a'), E('b')]), few, { pairing: 'each' }, 10);
    small.push(events(list), [], []);
    small.clock({ source: 's', time: START + 20_000, end: true }, 'replay', [], []);
    assert.ok(few.length <= 10 && few.length >= 8, `${few.length} matches`);
    assert.ok(small.counters().runs <= 10);
  });

  it('forgets runs that got too old although nothing comes', () => {
    const engine = engineOf(then([E('a'), E('b')], '10 s'), [], { pairing: 'each', lateness: '0 s' });
    engine.push(
      events([
        ['a', 0],
        ['a', 1],
      ]),
      [],
      [],
    );
    engine.clock({ source: 's', time: START + 5000 }, 'replay', [], []);
    assert.equal(engine.counters().runs, 3);
    engine.clock({ source: 's', time: START + 10_500 }, 'replay', [], []);
    assert.equal(engine.counters().runs, 2);
    engine.clock({ source: 's', time: START + 12_000 }, 'replay', [], []);
    // what opens runs stays
    assert.equal(engine.counters().runs, 1);
  });

  it('what must not happen in one branch of an "and" is ignored when another branch takes it', () => {
    const list: Said[] = [['d', 1], ['b', 2], ['e', 3]]; // prettier-ignore
    const and = (where?: Comparison[]): Pattern => ({
      op: 'and',
      of: [E('b', 'x'), { op: 'then', of: [E('d', 'y'), no('b'), E('e')] }],
      within: '18 s',
      ...(where && { where }),
    });
    for (const pairing of ['all', 'each', 'once'] as const) assert.deepEqual(run(and(), list, { pairing }), []);
    const where: Comparison[] = [{ left: { of: 'x' }, op: '=', right: { of: 'y' } }];
    assert.deepEqual(run(and(where), list), []);
    // strictly between them, and not at the end
    assert.deepEqual(run(and(where), [['d', 1], ['b', 3], ['e', 3]]), [[1, 3, 3]]); // prettier-ignore
    assert.deepEqual(run(and(where), [['b', 1], ['d', 1], ['e', 3]]), [[1, 1, 3]]); // prettier-ignore
    // what the branch itself takes is no obstacle to it
    const both: Pattern = { op: 'and', of: [E('b', 'x'), then([E('d', 'y'), no('b'), E('b')])], within: '18 s', where };
    assert.deepEqual(run(both, [['d', 1], ['b', 2]]), [[1, 2]]); // prettier-ignore
  });

  it('newest: an event that tells nothing to compare hides an earlier one that the comparison does not ask', () => {
    const or: Pattern = { op: 'or', of: [E('c', 'x'), E('d', 'y')] };
    const when = then([or, E('b', 'z')], '10 s', [{ left: { of: 'x' }, op: '<', right: { of: 'z' } }]);
    const none: Partial<CityEvent> = { value: undefined };
    assert.deepEqual(run(when, [['d', 1, 5], ['c', 2, 0, none], ['b', 5, 9]]), [[1, 5]]); // prettier-ignore
  });

  it('newest: of equal numbers of two gases the later one hides the one that fits', () => {
    const when = then([E('a', 'x'), E('b', 'y')], '10 s', [{ left: { of: 'y' }, op: '>', right: { of: 'x' } }]);
    const gas = (unit: string, property: string): Partial<CityEvent> => ({ unit, property });
    const list: Said[] = [
      ['a', 0, 1, gas('ppm', 'CO')],
      ['a', 1, 1, gas('ppm', 'O3')],
      ['b', 3, 1.5, gas('mg/m3', 'CO')],
    ];
    for (const pairing of ['newest', 'all'] as const) assert.deepEqual(run(when, list, { pairing }), [[0, 3]]);
  });

  it('newest: values that were compared with a constant make a run each', () => {
    const times: Pattern = { op: 'times', of: E('a', 'x'), min: 20 };
    const engine = engineOf(then([times], '1 h', [{ left: { of: 'x' }, op: '>', right: { value: 5 } }]), [], {
      afterDetection: 'keep',
      lateness: '0 s',
    });
    const problems: Problem[] = [];
    engine.push(events(Array.from({ length: 200 }, (_, i): Said => ['a', i, 10 + i])), [], problems);
    engine.clock({ source: 's', time: START + 199_500 }, 'replay', [], problems);
    assert.deepEqual(problems, []);
    const { detections, runs, runsDropped } = engine.counters();
    assert.deepEqual({ detections, runs, runsDropped }, { detections: 181, runs: 20, runsDropped: 0 });
  });

  it('refuses an "and" that could take one event in too many ways', () => {
    const where: Comparison[] = [{ left: { of: 'x0' }, op: '>=', right: { of: 'x1' } }];
    const and = (n: number, part: (i: number) => Pattern = (i) => E('a', `x${i}`)): Pattern => ({
      op: 'and',
      of: Array.from({ length: n }, (_, i) => part(i)),
      within: '1 h',
      where,
    });
    assert.equal(refusal(and(8)), 'accepted');
    assert.equal(refusal(and(9)), 'when: ways');
    assert.equal(refusal(then([E('b'), and(20)])), 'when.of[1]: ways');
    assert.equal(refusal(and(20), 'each'), 'accepted');
    // each of them waits for another event, or for one at a time
    assert.equal(refusal(and(20, (i) => E(`a${i}`, `x${i}`))), 'accepted');
    assert.equal(refusal(and(8, (i) => ({ op: 'then', of: [E('a', `x${i}`), E('a'), E('b')] }))), 'accepted');
    const either = (i: number): Pattern => ({ op: 'or', of: [E('a', `x${i}`), E('a', `y${i}`)] });
    const asked = (n: number): Pattern => ({
      op: 'and',
      of: Array.from({ length: n }, (_, i) => either(i)),
      within: '1 h',
      where: Array.from({ length: n }, (_, i) => ({ left: { of: `x${i}` }, op: '>=', right: { of: `y${i}` } })),
    });
    assert.equal(refusal(asked(5)), 'accepted');
    assert.equal(refusal(asked(6)), 'when: ways');
    // both alternatives are one where nobody asks for their names
    assert.equal(refusal(and(6, either)), 'accepted');
    const pair = (i: number): Pattern => ({ op: 'and', of: [E('a', `x${i}`), E('a', `y${i}`)] });
    assert.equal(refusal(and(4, pair)), 'accepted');
    assert.equal(refusal(and(5, pair)), 'when: ways');
    // one that may collect and the step behind it take the same event
    const collected = (i: number): Pattern => ({
      op: 'then',
      of: [{ op: 'times', of: E('a', `x${i}`), min: 1, max: 3 }, E('a', `y${i}`)],
    });
    assert.equal(refusal(and(5, collected)), 'accepted');
    assert.equal(refusal(and(6, collected)), 'when: ways');
  });

  it('refuses what has no meaning or no bound, and says where', () => {
    const compared: Comparison[] = [{ left: { of: 'z' }, op: '>', right: { value: 1 } }];
    assert.equal(refusal(then([E('a', 'a'), E('b')], '1 h', compared)), 'when.where[0].left: whereName');
    assert.equal(refusal({ op: 'then', of: [E('a'), E('b')] }, 'each'), 'when: then');
    assert.equal(refusal({ op: 'and', of: [E('a'), E('b')] }, 'all'), 'when: begins');
    assert.equal(refusal(then(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => E(name))), 'all'), 'when: allSteps');
    assert.equal(refusal({ op: 'times', of: E('a'), min: 11, within: '1 h' }, 'all'), 'when: allCount');
    assert.equal(refusal({ op: 'times', of: E('a'), min: 0, max: 3, within: '1 h' }, 'each'), 'when: timesZero');
    assert.equal(
      refusal({ op: 'and', of: [{ op: 'every', of: E('a') }, E('b')], within: '1 h' }),
      'when.of[0]: everyPlace',
    );
    assert.equal(refusal(then([no('x'), E('a')]), 'each'), 'when.of[0]: guard');
    assert.equal(refusal(then([E('a'), no('x')]), 'each'), 'when.of[1]: noLast');
    assert.equal(refusal(then([E('a'), no('x', '2 h'), E('b')])), 'when.of[1]: noLong');
    const two: Comparison[] = [{ left: { of: 'x' }, op: '>', right: { of: 'y' } }];
    const both = then([E('a'), { op: 'no', of: E('x', 'x') }, { op: 'no', of: E('y', 'y') }, E('b')], '1 h', two);
    assert.equal(refusal(both), 'when.where[0]: whereNo');
    assert.equal(refusal(then([E('a'), E('b')])), 'accepted');
  });

  it('uses run lists only where they are needed', () => {
    const uses = (p: Pattern, pairing: Pairing = 'newest'): boolean =>
      needsRuns(p, { pairing, by: 'station', metres: undefined }, () => false);
    assert.equal(uses(then([E('a'), no('x'), E('b')])), false);
    assert.equal(uses(then([E('a'), no('x', '1 min')])), false);
    assert.equal(uses({ op: 'and', of: [E('a'), no('x', '1 min')] }), false);
    assert.equal(uses({ op: 'times', of: E('a'), min: 2, max: 3, within: '1 h' }), false);
    assert.equal(uses(then([E('a'), E('b')]), 'each'), true);
    assert.equal(uses(then([E('a', 'a'), E('b')], '1 h', [{ left: { of: 'a' }, op: '>', right: { value: 1 } }])), true);
    assert.equal(uses(then([E('a'), no('x', '1 min'), E('b')])), true);
    assert.equal(uses(then([E('a'), { op: 'times', of: E('b'), min: 2, max: 3 }])), true);
    assert.equal(uses(then([{ op: 'every', of: E('a') }, E('b')])), true);
    assert.equal(compilePattern(then([E('a'), E('b')]), () => 'point').uses, 'automaton');
  });
});
