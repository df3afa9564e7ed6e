/** The try-out of the form: what is clicked becomes events, and the example of a rule is one, by the engine's own word. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError } from '../../nodes/pattern-status/cep';
import {
  fitting,
  lanesOf,
  markAt,
  put,
  replace,
  type KnownEvent,
  type Lane,
  type Mark,
} from '../../nodes/pattern-status/try-out/board';
import { exampleOf, type Example, type NoExample } from '../../nodes/pattern-status/try-out/example';
import {
  eventsOn,
  raisedOf,
  runBoard,
  stationsOf,
  type Outcome,
  type Words,
} from '../../nodes/pattern-status/try-out/run';
import { snapOf, spanOf, tickOf } from '../../nodes/pattern-status/try-out/span';
import { emit, Random, randomHistory, randomRule } from '../properties/random';

const START = Date.UTC(2026, 0, 5, 10);
const MIN = 60_000;
const WORDS: Words = { language: 'en-US', station: (n) => `Station ${n}`, zone: (n) => `Zone ${n}`, property: 'value' };
const KNOWN: KnownEvent[] = ['a', 'b', 'c', 'A', 'B', 'C'].map((id) => ({ id, name: `event ${id}`, emit: emit(id) }));

const ev = (event: string, as?: string): Pattern =>
  as === undefined ? { op: 'event', event } : { op: 'event', event, as };
const rule = (when: Pattern, more: Partial<StatusDefinition> = {}): StatusDefinition => ({
  id: 'r', name: 'Rule', when, per: { by: 'station' }, severity: 'major', ...more,
}); // prettier-ignore

function run(definition: StatusDefinition, marks: readonly Mark[], span = spanOf(definition), stations = 1): Outcome {
  return runBoard(definition, { marks, lanes: lanesOf(definition, KNOWN), stations, span, start: START }, WORDS);
}

function example(definition: StatusDefinition): Example | NoExample {
  return exampleOf(definition, lanesOf(definition, KNOWN), START, WORDS);
}

const at = (event: string, from: number, to?: number): Mark => ({
  event,
  station: 0,
  from,
  ...(to === undefined ? {} : { to }),
});

describe('the try-out', () => {
  describe('the board', () => {
    it('has a lane for every event of the rule: what raises it, what clears it, what changes it, what forbids it', () => {
      const definition = rule(
        { op: 'then', of: [ev('b'), { op: 'no', of: ev('A') }, ev('a')], within: '10 min' },
        { clear: { when: ev('c') }, steps: [{ severity: 'critical', when: ev('B') }], notWhile: ['other'] },
      );
      const lanes = lanesOf(definition, KNOWN);
      assert.deepEqual(
        lanes.map(({ event }) => event),
        ['b', 'A', 'a', 'c', 'B', 'other'],
      );
      assert.deepEqual(
        lanes.map((lane) => lane.emit),
        ['point', 'state', 'point', 'point', 'state', 'state'],
      );
    });

    it('knows of which events the rule looks at the value, and where in it', () => {
      const definition = rule({
        op: 'then', within: '10 min', of: [ev('a', 'e1'), ev('b', 'e2'), ev('c', 'e3')],
        where: [{ left: { of: 'e1', field: 'value.rain.hour' }, op: '>', right: { of: 'e2', field: 'value' } }, { left: { of: 'e3', field: 'key' }, op: '=', right: { of: 'e1', field: 'key' } }],
      }); // prettier-ignore
      const lanes = lanesOf(definition, KNOWN);
      assert.deepEqual(
        lanes.map(({ valued, field }) => [valued, field]),
        [
          [true, 'rain.hour'],
          [true, undefined],
          [false, undefined],
        ],
      );
      const [event] = eventsOn([{ ...at('a', 0), value: 7 }], lanes, stationsOf(definition, 1, WORDS), START);
      assert.deepEqual(event!.value, { rain: { hour: 7 } });
    });

    it('joins states of one sensor that overlap, not those that touch, and keeps one event per moment', () => {
      const marks = put(put([at('A', 0, 10)], at('A', 20, 30)), at('A', 9, 20));
      assert.deepEqual(marks, [at('A', 0, 20), at('A', 20, 30)]);
      assert.deepEqual(put([at('a', 5)], { ...at('a', 5), value: 2 }), [{ ...at('a', 5), value: 2 }]);
      assert.equal(
        put([at('A', 0, 10)], { ...at('A', 5, 20), station: 1 }).length,
        2,
        'another sensor is another state',
      );
    });

    it('finds the mark under the pointer, the nearest one', () => {
      const marks = [at('a', 10), at('a', 20), at('A', 0, 100)];
      assert.equal(markAt(marks, 'a', 0, 14, 5), marks[0]);
      assert.equal(markAt(marks, 'a', 0, 17, 5), marks[1]);
      assert.equal(markAt(marks, 'a', 0, 40, 5), undefined);
      assert.equal(markAt(marks, 'A', 0, 50, 0), marks[2]);
      assert.equal(markAt(marks, 'a', 1, 10, 5), undefined);
    });

    it('moves a mark no further than the time line, and keeps its length', () => {
      const old = at('A', 10, 30);
      assert.deepEqual(replace([old], old, at('A', 90, 110), 100), [at('A', 80, 100)]);
      assert.deepEqual(replace([old], old, at('A', -5, 15), 100), [at('A', 0, 20)]);
    });

    it('keeps what still fits when the rule changes', () => {
      const lanes: Lane[] = lanesOf(rule({ op: 'or', of: [ev('a'), ev('A')] }), KNOWN);
      assert.deepEqual(fitting([at('a', 1, 5), at('A', 2), at('b', 3)], lanes, 10), [at('a', 1), at('A', 2, 12)]);
    });
  });

  it('draws a time line from the lengths of time in the rule', () => {
    assert.equal(spanOf(rule({ op: 'and', of: [ev('A'), ev('B')] })), 30 * MIN);
    const span = spanOf(
      rule({ op: 'then', of: [ev('a'), ev('b')], within: '1 h' }, { for: '10 min', clear: { after: '30 min' } }),
    );
    assert.ok(span >= 160 * MIN && span <= 240 * MIN, `${span / MIN} min`);
    assert.equal(span % tickOf(span), 0);
    assert.ok(span / snapOf(span) >= 60 && span / snapOf(span) <= 200);
    // what must last has room before the time of "within", and a severity before it changes and after
    const lasting = { op: 'lasting', of: ev('A'), for: '2 h' } as const;
    assert.ok(spanOf(rule({ op: 'then', of: [lasting, ev('b')], within: '10 min' })) >= 260 * MIN);
    assert.ok(spanOf(rule(ev('A'), { steps: [{ severity: 'critical', after: '1 h' }] })) >= 120 * MIN);
  });

  it('shows pending, raised, no data and cleared, with reasons and times', () => {
    const definition = rule({ op: 'and', of: [ev('A'), ev('B')] }, { for: '5 min', clear: { after: '2 min' } });
    const { pieces, said } = run(definition, [at('A', 0, 20 * MIN), at('B', 5 * MIN, 15 * MIN)], 30 * MIN);
    assert.deepEqual(
      pieces.map(({ state, from, to }) => [state, from / MIN, to === undefined ? undefined : to / MIN]),
      [['pending', 5, 10], ['raised', 10, 17]],
    ); // prettier-ignore
    assert.deepEqual(
      said.map(({ state, at }) => [state, at / MIN]),
      [
        ['pending', 5],
        ['raised', 10],
        ['cleared', 17],
      ],
    );
    assert.match(pieces[1]!.reason, /^Rule at Station 1 since 5 Jan 2026 10:05/);
    assert.match(pieces[1]!.over!, /^Back to normal/);
  });

  it('shows that nobody knows, when a sensor falls silent', () => {
    const { pieces } = run(
      rule(ev('A')),
      [{ ...at('A', 0, 10 * MIN), silent: true }, at('A', 15 * MIN, 20 * MIN)],
      30 * MIN,
    );
    assert.deepEqual(
      pieces.map(({ state, from, to }) => [state, from / MIN, to! / MIN]),
      [['raised', 0, 10], ['nodata', 10, 15], ['raised', 15, 20]],
    ); // prettier-ignore
  });

  it('misses a sensor that never speaks, as a flow does that knows its sensors', () => {
    const { pieces } = run(rule({ op: 'no', of: ev('a'), for: '10 min' }), [at('a', 20 * MIN)], 30 * MIN);
    assert.deepEqual(
      pieces.map(({ from, to }) => [from / MIN, to! / MIN]),
      [[10, 20], [30, NaN]],
    ); // prettier-ignore
  });

  it('leaves open what is open at the end, and shows nothing of what lies behind it', () => {
    const definition = rule(ev('A'));
    const { pieces } = run(definition, [at('A', 20 * MIN, 40 * MIN), at('A', 50 * MIN, 60 * MIN)], 30 * MIN);
    assert.deepEqual(
      pieces.map(({ from, to }) => [from, to]),
      [[20 * MIN, undefined]],
    );
  });

  it('says why a rule cannot be run', () => {
    const { refused, pieces } = run(rule({ op: 'then', of: [ev('a'), ev('b')] }), []);
    assert.match(refused!.message, /./);
    assert.deepEqual(pieces, []);
  });

  it('has stations of their own, two of one zone and one of another', () => {
    const marks = [0, 1, 2].map((station) => ({ event: 'a', station, from: station * MIN }));
    const keys = (by: StatusDefinition['per']['by']): string[] => [
      ...new Set(run(rule(ev('a'), { per: { by } }), marks, 30 * MIN, 3).pieces.map(({ key }) => key)),
    ];
    assert.deepEqual(keys('station'), ['station-1', 'station-2', 'station-3']);
    assert.deepEqual(keys('datastream'), ['station-1', 'station-2', 'station-3']);
    assert.deepEqual(keys('zone'), ['zone-1', 'zone-2']);
    assert.deepEqual(keys('city'), ['city']);
    const metres = stationsOf(rule(ev('a'), { per: { by: 'near', metres: 300 } }), 3, WORDS).map((one) => one.metres);
    assert.deepEqual(metres, [0, 150, 450]);
  });

  it('tells a status that changes its severity as raised once, and each key by itself', () => {
    const steps: StatusDefinition['steps'] = [
      { severity: 'critical', after: '2 min' },
      { severity: 'critical', when: ev('B') },
    ];
    const raised = (marks: readonly Mark[], stations = 1): unknown[] =>
      raisedOf(run(rule(ev('A'), { steps }), marks, 60 * MIN, stations).pieces).map(({ from, to }) => [
        from / MIN,
        to! / MIN,
      ]);
    assert.deepEqual(raised([at('A', 10 * MIN, 20 * MIN)]), [[10, 20]]);
    assert.deepEqual(raised([at('A', 10 * MIN, 11 * MIN), at('A', 30 * MIN, 40 * MIN)]), [
      [10, 11],
      [30, 40],
    ]);
    assert.deepEqual(raised([at('A', 10 * MIN, 20 * MIN), { ...at('A', 11 * MIN, 30 * MIN), station: 1 }], 2), [
      [10, 20],
      [11, 30],
    ]);
    const once = { ...rule(ev('a')), clear: { after: '5 min' }, steps };
    assert.equal(raisedOf(run(once, [at('a', 0)]).pieces).length, 1);
  });

  describe('the example', () => {
    const cases: [string, StatusDefinition, number][] = [
      ['one event', rule(ev('a')), 1],
      ['states that overlap', rule({ op: 'and', of: [ev('A'), ev('B')] }), 2],
      [
        'states that last',
        rule({ op: 'and', of: [ev('A'), ev('B')] }, { for: '5 min', clear: { after: '10 min' } }),
        2,
      ],
      ['a sequence', rule({ op: 'then', of: [ev('a'), ev('b'), ev('c')], within: '1 h' }), 3],
      ['a sequence without', rule({ op: 'then', of: [ev('a'), { op: 'no', of: ev('b') }, ev('c')], within: '1 h' }), 2],
      ['often enough', rule({ op: 'times', of: ev('a'), min: 4, within: '10 min' }), 4],
      ['silence after', rule({ op: 'then', of: [ev('a'), { op: 'no', of: ev('b'), for: '2 min' }] }), 1],
      ['silence', rule({ op: 'no', of: ev('a'), for: '30 min' }), 1],
      ['one of two', rule({ op: 'or', of: [ev('a'), ev('b')] }), 1],
      [
        'two values that are compared',
        rule({
          op: 'then',
          of: [ev('a', 'e1'), ev('b', 'e2')],
          within: '1 h',
          where: [
            { left: { of: 'e2' }, op: '>', right: { of: 'e1', times: 2, plus: 5 } },
            { left: { of: 'e1' }, op: '>=', right: { value: 30 } },
          ],
        }),
        2,
      ],
      ['an average', rule({ op: 'aggregate', event: 'a', method: 'average', over: '1 h', compare: '>', value: 90 }), 1],
      [
        'several values',
        rule({ op: 'aggregate', event: 'a', method: 'count', over: '1 h', compare: '>=', value: 3 }),
        3,
      ],
      ['a range', rule({ op: 'aggregate', event: 'a', method: 'range', over: '1 h', compare: '>', value: 5 }), 2],
      ['near', rule({ op: 'then', of: [ev('a'), ev('b')], within: '1 h' }, { per: { by: 'near', metres: 300 } }), 2],
      [
        'near, from two stations',
        rule(
          {
            op: 'then',
            of: [ev('a', 'e1'), ev('b', 'e2')],
            within: '1 h',
            where: [{ left: { of: 'e1', field: 'key' }, op: '!=', right: { of: 'e2', field: 'key' } }],
          },
          { per: { by: 'near', metres: 300 } },
        ),
        2,
      ],
      ['a point that has to go on', rule(ev('a'), { for: '5 min', clear: { after: '2 min' } }), 3],
    ];
    for (const [name, definition, events] of cases) {
      it(`is the smallest one: ${name}`, () => {
        const found = example(definition);
        assert.ok('marks' in found, JSON.stringify(found));
        assert.equal(found.marks.length, events, JSON.stringify(found.marks));
        const { pieces } = run(definition, found.marks, found.span, found.stations);
        assert.ok(
          pieces.some(({ state, to }) => state === 'raised' && to !== undefined),
          'rises and falls within the time line',
        );
        for (const { from, to } of found.marks) assert.ok(from >= 0 && (to ?? from) <= found.span);
      });
    }

    it('says so where what must happen must not happen', () => {
      const either: Pattern = { op: 'or', of: [ev('A'), ev('B')] };
      const found = example(rule({ op: 'and', of: [ev('A'), { op: 'no', of: either }] }));
      assert.deepEqual('why' in found && found.why, 'none');
    });

    it('says why a rule that cannot be run has none', () => {
      const found = example(rule({ op: 'no', of: ev('a') }));
      assert.ok('why' in found && found.why === 'refused' && found.hint !== '');
    });

    it('raises every rule that can be raised at all', () => {
      const seed = Number(process.env['SEED'] ?? 2_026);
      const cases = Number(process.env['TRY_OUT_CASES'] ?? 150);
      let none = 0;
      for (let i = 0, done = 0; done < cases; i++) {
        const random = new Random(seed * 1_000_003 + i);
        const definition = randomRule(random);
        const label = `seed ${seed} case ${i}: ${JSON.stringify(definition)}`;
        const found = example(definition);
        if ('why' in found) {
          if (found.why === 'refused') {
            assert.throws(() => compileStatus(definition, { names: (id) => id, emit }), DefinitionError, label);
            continue;
          }
          none++;
          assert.ok(!raisedByChance(definition, random), `${label}: something raises it`);
        } else {
          const { pieces } = run(definition, found.marks, found.span, found.stations);
          assert.ok(
            pieces.some(({ state }) => state === 'raised'),
            label,
          );
        }
        done++;
      }
      assert.ok(none < cases / 3, `${none} of ${cases} without an example`);
    });
  });
});

function raisedByChance(definition: StatusDefinition, random: Random): boolean {
  for (let i = 0; i < 300; i++) {
    const engine = compileStatus(definition, { names: (id) => id, emit });
    const out: Status[] = [];
    engine.setMode('replay');
    // an example has one sensor of each kind at a station, and none falls silent
    engine.push(
      randomHistory(random).filter(({ stream, kind }) => stream.endsWith('|1') && kind !== 'nodata'),
      out,
      [],
    );
    engine.clock({ source: 's', time: 100, end: true }, 'replay', out, []);
    if (out.some(({ state }) => state === 'raised')) return true;
  }
  return false;
}
