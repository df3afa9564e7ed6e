/** The rows of the form show every pattern, and it comes back from them as it was. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AGGREGATE_METHODS, patternSchema, type Comparison, type Pattern } from '../../nodes/ecdm/definition';
import {
  canMove,
  comparable,
  move,
  nameFor,
  newComparison,
  numbered,
  remove,
} from '../../nodes/pattern-status/model/row-edit';
import { missingIn, placeOf } from '../../nodes/pattern-status/model/row-faults';
import {
  fromPattern,
  newBracket,
  newGroup,
  newRow,
  toPattern,
  type EventRow,
  type Origins,
  type Row,
  type RowGroup,
} from '../../nodes/pattern-status/model/rows';

const ev = (event: string, as?: string): Pattern => ({ op: 'event', event, ...(as === undefined ? {} : { as }) });
const row = (event: string, more: Partial<EventRow> = {}): EventRow => ({ ...newRow(event), ...more });

// ---- random patterns: all that the definition allows

const text = fc.constantFrom('a', 'b', 'c', 'rain heavy', 'ฝนตกหนัก');
const alias = fc.constantFrom('e1', 'e2', 'e3', 'ฝน');
const duration = fc.constantFrom('1 s', '10 min', '1 h 30 min', ' 2 d ', '0 s', '500 ms');
const optional = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [key]: one }));
/** One object of several. */
const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);

const record = (parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(parts, { noNullPrototype: true });

const term = merged(
  alias.map((of) => ({ of })),
  optional('field', fc.constantFrom('value', 'value.rain', 'key', 'property', 'time')),
  optional('times', fc.constantFrom(1, 2, -0.5)),
  optional('plus', fc.constantFrom(0, 5, -3.5)),
);
const fixed = fc.constantFrom(0, -4.5, 90, '', '5', 'zone-a', true, false).map((value) => ({ value }));
const comparison = record({
  left: term,
  op: fc.constantFrom('>', '>=', '<', '<=', '=', '!='),
  right: fc.oneof(term, fixed),
}) as unknown as fc.Arbitrary<Comparison>;

const event = merged(text.map((id) => ({ op: 'event', event: id })), optional('as', alias));
const aggregate = merged(
  record({
    op: fc.constant('aggregate'),
    event: text,
    method: fc.constantFrom(...AGGREGATE_METHODS),
    over: duration,
    compare: fc.constantFrom('>', '>=', '<', '<='),
    value: fc.constantFrom(-1, 0, 90.5),
  }),
  optional('percentile', fc.constantFrom(0, 95)),
  optional('minSamples', fc.constantFrom(1, 12)),
);

function patterns(depth: number): fc.Arbitrary<object> {
  const leaf = fc.oneof({ arbitrary: event, weight: 3 }, { arbitrary: aggregate, weight: 1 });
  if (depth === 0) return leaf;
  const inner = patterns(depth - 1);
  const group = merged(
    record({ op: fc.constantFrom('then', 'and', 'or'), of: fc.array(inner, { minLength: 1, maxLength: 3 }) }),
    optional('within', duration),
    optional('where', fc.array(comparison, { minLength: 1, maxLength: 3 })),
  );
  const times = merged(
    record({ op: fc.constant('times'), of: inner, min: fc.nat(4) }),
    optional('max', fc.integer({ min: 1, max: 5 })),
    optional('within', duration),
  );
  const no = merged(inner.map((of) => ({ op: 'no', of })), optional('for', duration));
  const lasting = record({ op: fc.constant('lasting'), of: inner, for: duration });
  const every = inner.map((of) => ({ op: 'every', of }));
  return fc.oneof({ arbitrary: group, weight: 4 }, leaf, times, no, lasting, every);
}

describe('rows of a rule', () => {
  it('show every pattern and give it back as it was: 10,000 random ones of up to 5 levels', () => {
    let deepest = 0;
    fc.assert(
      fc.property(patterns(5) as fc.Arbitrary<Pattern>, (pattern) => {
        assert.deepEqual(patternSchema.parse(pattern), pattern, 'the generator makes valid patterns');
        const rows = fromPattern(pattern);
        assert.deepEqual(toPattern(rows), pattern);
        assert.deepEqual(toPattern(fromPattern(JSON.parse(JSON.stringify(pattern)) as Pattern)), pattern);
        deepest = Math.max(deepest, ...[...numbered(rows).values()].map((number) => number.split('.').length));
        return true;
      }),
      { numRuns: 10_000, seed: 20261121 },
    );
    assert.ok(deepest >= 5, `brackets ${deepest} deep`);
  });

  it('show what people write most often in one row each', () => {
    const plain: [Pattern, Partial<EventRow>][] = [
      [ev('a'), {}],
      [ev('a', 'e1'), { as: 'e1' }],
      [{ op: 'times', of: ev('a'), min: 3, within: '10 min' }, { how: 'atLeast', min: 3, within: '10 min' }],
      [{ op: 'times', of: ev('a'), min: 2, max: 4, within: '1 h' }, { how: 'between', min: 2, max: 4, within: '1 h' }],
      [{ op: 'times', of: ev('a'), min: 2, max: 2, within: '1 h' }, { how: 'exactly', min: 2, within: '1 h' }],
      [{ op: 'no', of: ev('a'), for: '1 h' }, { must: false, quiet: '1 h' }],
      [{ op: 'lasting', of: ev('a'), for: '10 min' }, { how: 'lasting', lasts: '10 min' }],
      [{ op: 'every', of: ev('a') }, { how: 'every' }],
      [
        { op: 'aggregate', event: 'a', method: 'average', over: '1 h', compare: '>', value: 90 },
        { how: 'aggregate', aggregate: { method: 'average', over: '1 h', compare: '>', value: 90 } },
      ],
    ];
    for (const [pattern, expected] of plain) {
      const rows = fromPattern({ op: 'and', of: [pattern, ev('b')] });
      assert.equal(rows.rows.length, 2);
      const shown = rows.rows[0]!;
      assert.equal(shown.kind, 'event', JSON.stringify(pattern));
      for (const [key, value] of Object.entries(expected)) {
        assert.deepEqual(shown[key as keyof Row], value, `${JSON.stringify(pattern)}: ${key}`);
      }
    }
  });

  it('leave out rows in which nothing is chosen, and are no rule without any', () => {
    assert.equal(toPattern(newGroup()), null);
    assert.equal(toPattern(newGroup([newBracket(), newRow()])), null);
    assert.deepEqual(toPattern(newGroup([newRow('a'), newRow()])), ev('a'));
    assert.deepEqual(toPattern(newGroup([newBracket([row('a'), row('b')]), newRow()])), {
      op: 'and',
      of: [ev('a'), ev('b')],
    });
  });

  it('have numbers that tell the bracket', () => {
    const rows = fromPattern({ op: 'then', of: [ev('a'), { op: 'and', of: [ev('b'), { op: 'or', of: [ev('c'), ev('d')] }] }] });
    assert.deepEqual([...numbered(rows).values()], ['1', '2', '2.1', '2.2', '2.2.1', '2.2.2']);
  });
});

describe('moving rows', () => {
  const events = (group: RowGroup): unknown[] =>
    group.rows.map((one) => (one.kind === 'event' ? one.event : events(one.group)));

  it('goes past a neighbour, into a bracket, through it and out again', () => {
    const a = row('a');
    const rule = newGroup([a, newBracket([row('b'), row('c')]), row('d')]);
    const seen: unknown[] = [];
    while (canMove(rule, a, 1)) {
      move(rule, a, 1);
      seen.push(events(rule));
    }
    assert.deepEqual(seen, [
      [['a', 'b', 'c'], 'd'],
      [['b', 'a', 'c'], 'd'],
      [['b', 'c', 'a'], 'd'],
      [['b', 'c'], 'a', 'd'],
      [['b', 'c'], 'd', 'a'],
    ]);
    for (let n = 0; n < 5; n++) move(rule, a, -1);
    assert.deepEqual(events(rule), ['a', ['b', 'c'], 'd']);
    assert.equal(canMove(rule, a, -1), false);
  });

  it('takes a bracket with all that is in it, and drops the one that it leaves empty', () => {
    const inner = newBracket([row('b')]);
    const rule = newGroup([row('a'), newBracket([inner])]);
    move(rule, inner, -1);
    assert.deepEqual(events(rule), ['a', ['b']]);
    move(rule, inner, -1);
    assert.deepEqual(events(rule), [['b'], 'a']);
  });

  it('never puts more than 20 rows into a bracket', () => {
    const full = newBracket(Array.from({ length: 20 }, (_, i) => row(`x${i}`)));
    const a = row('a');
    const rule = newGroup([a, full]);
    move(rule, a, 1);
    assert.deepEqual(rule.rows.indexOf(a), 1);
    const crowded = newGroup([newBracket([row('in'), row('in2')]), ...Array.from({ length: 19 }, () => row('y'))]);
    const bracket = crowded.rows[0]!;
    assert.equal(bracket.kind === 'bracket' && canMove(crowded, bracket.group.rows[0]!, -1), false);
  });

  it('goes on at the next row when one is removed, and removes empty brackets with it', () => {
    const only = row('b');
    const rule = newGroup([row('a'), newBracket([newBracket([only])]), row('c')]);
    assert.equal(remove(rule, only), rule.rows[1]);
    assert.deepEqual(events(rule), ['a', 'c']);
    assert.equal(remove(rule, rule.rows[1]!), rule.rows[0]);
  });
});

describe('comparisons of rows', () => {
  it('make names that are free, keep given ones, and drop made ones that nothing speaks of', () => {
    const [a, b] = [row('a', { as: 'e1' }), row('b')];
    const rule = newGroup([a, b]);
    const compared = newComparison(rule, rule)!;
    assert.deepEqual(compared, { left: { of: 'e2' }, op: '>', right: { of: 'e1' } });
    rule.where.push(compared);
    assert.deepEqual(toPattern(rule), { op: 'and', of: [ev('a', 'e1'), ev('b', 'e2')], where: [compared] });
    rule.where.pop();
    assert.deepEqual(toPattern(rule), { op: 'and', of: [ev('a', 'e1'), ev('b')] });
  });

  it('speak of events only, at any depth, and of a number where there is one event', () => {
    const one = row('b');
    const rule = newGroup([row('x', { how: 'aggregate' }), newRow(), newBracket([one])]);
    assert.deepEqual(comparable(rule), [one]);
    assert.deepEqual(newComparison(rule, rule), { left: { of: 'e1' }, op: '>', right: { value: NaN } });
    assert.equal(newComparison(newGroup(), newGroup()), undefined);
    assert.equal(nameFor(rule, one), 'e1');
  });
});

describe('what is wrong in the rows', () => {
  it('is found at the row whose part a refusal names', () => {
    const pattern: Pattern = {
      op: 'then',
      within: '1 h',
      of: [
        ev('a', 'e1'),
        { op: 'and', of: [{ op: 'no', of: { op: 'times', of: ev('b'), min: 2 } }, ev('c')], within: '5 min' },
        { op: 'lasting', of: { op: 'or', of: [ev('d'), ev('e')] }, for: '1 h' },
        { op: 'lasting', of: { op: 'every', of: ev('f') }, for: '1 h' },
      ],
      where: [{ left: { of: 'e1' }, op: '>', right: { value: 1 } }],
    };
    const rule = fromPattern(pattern);
    const origins: Origins = new Map();
    const made = toPattern(rule, origins)!;
    const numbers = numbered(rule);
    const at = (path: string): string => {
      const place = placeOf(rule, made, origins, path);
      const number = place.at === rule ? 'rule' : numbers.get(place.at as Row);
      return `${number} ${place.part}${place.index ?? ''}`;
    };
    assert.equal(at(''), 'rule combine');
    assert.equal(at('within'), 'rule groupWithin');
    assert.equal(at('where[0].left.of'), 'rule where0');
    assert.equal(at('of[0]'), '1 event');
    assert.equal(at('of[1]'), '2 combine');
    assert.equal(at('of[1].within'), '2 groupWithin');
    assert.equal(at('of[1].of[0]'), '2.1 quiet');
    assert.equal(at('of[1].of[0].of'), '2.1 how');
    assert.equal(at('of[1].of[0].of.min'), '2.1 min');
    assert.equal(at('of[1].of[1]'), '2.2 event');
    assert.equal(at('of[2].for'), '3 lasts');
    assert.equal(at('of[2].of.of[1]'), '3.2 event');
    assert.equal(at('of[3].of'), '4.1 how');
    assert.equal(at('of[9].nonsense'), 'rule combine');
  });

  it('is named before the rule is judged, where something is not filled in', () => {
    const half = (more: Partial<EventRow>): string[] =>
      missingIn(newGroup([row('a', more)])).map(({ part, missing }) => `${part} ${missing}`);
    const values = { method: 'average', over: '1 h', compare: '>', value: 1 } as const;
    assert.deepEqual(half({}), []);
    assert.deepEqual(half({ how: 'lasting' }), ['lasts time']);
    for (const min of [NaN, -2, 0, 2.5, 1001, null as unknown as number]) {
      assert.deepEqual(half({ how: 'atLeast', min }), ['min times'], `${min}`);
      assert.deepEqual(half({ how: 'exactly', min }), ['min times'], `${min}`);
      assert.deepEqual(half({ how: 'between', max: min }), ['max times'], `${min}`);
    }
    for (const min of [NaN, -2, 2.5, 1001]) assert.deepEqual(half({ how: 'between', min }), ['min timesFrom'], `${min}`);
    assert.deepEqual(half({ how: 'between', min: NaN, max: NaN }), ['min timesFrom', 'max times']);
    for (const how of ['atLeast', 'exactly'] as const) assert.deepEqual([half({ how, min: 1 }), half({ how, min: 1000 })], [[], []]);
    assert.deepEqual(half({ how: 'between', min: 0, max: 1 }), [], 'at most once');
    assert.deepEqual(half({ how: 'aggregate', aggregate: { ...values, over: '' } }), ['over time']);
    assert.deepEqual(half({ how: 'aggregate', aggregate: { ...values, value: NaN } }), ['value number']);
    assert.deepEqual(half({ how: 'aggregate', aggregate: { ...values, method: 'percentile' } }), ['percentile percentile']);
    assert.deepEqual(half({ how: 'aggregate', aggregate: { ...values, over: '', value: NaN } }), ['over time', 'value number']);
    assert.deepEqual(half({ how: 'aggregate', aggregate: { ...values, method: 'percentile', percentile: 101 } }), ['percentile percentile']);
    for (const minSamples of [0, 1.5]) assert.deepEqual(half({ how: 'aggregate', aggregate: { ...values, minSamples } }), ['minSamples samples']);
    assert.deepEqual(half({ how: 'aggregate', aggregate: values }), []);
    const group = newGroup([row('a'), newRow()]);
    group.where.push({ left: { of: 'e1' }, op: '>', right: { value: NaN } });
    assert.deepEqual(missingIn(group).map(({ part, missing }) => `${part} ${missing}`), ['event event', 'where compared']);
    assert.deepEqual(missingIn(newGroup()), []);
  });

  it('is kept when it is saved: a number that is missing is missing again', () => {
    const rule = newGroup([row('a', { how: 'aggregate' })]);
    const saved = JSON.parse(JSON.stringify(toPattern(rule))) as Pattern;
    assert.deepEqual(missingIn(fromPattern(saved)).map(({ part }) => part), ['over', 'value']);
    const group = newGroup([row('a', { as: 'e1' })]);
    group.where.push({ left: { of: 'e1' }, op: '>', right: { value: NaN } });
    const again = fromPattern(JSON.parse(JSON.stringify(toPattern(group))) as Pattern);
    assert.deepEqual(missingIn(again).map(({ part }) => part), ['where']);
  });
});
