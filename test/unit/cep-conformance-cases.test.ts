import * as assert from 'node:assert/strict';
import type { Case, Node } from '../conformance/cases';
import { judge } from '../conformance/replay';
import { a, agrees, b, example } from '../support/conformance';

describe('conformance: how cases are adapted', () => {
  it('a condition of a count that names itself without a place means the event at hand', () => {
    agrees(
      example({
        pattern: { op: 'seq', items: [{ op: 'count', min: 2, max: 2, of: a('e1.price > 20') }, b()] },
        events: [
          ['A', 0, [30, 1]],
          ['A', 1, [10, 1]],
          ['B', 2, [5]],
          ['A', 3, [21, 1]],
          ['B', 4, [6]],
        ],
        expected: { count: 1, rows: [[6]] },
      }),
    );
  });

  it('a condition may look at the second of a count', () => {
    agrees(
      example({
        pattern: { op: 'seq', items: [{ op: 'count', min: 2, max: 4, of: a() }, b('price > e1[1].price')] },
        select: [
          ['e1[0]', 'price'],
          ['e1[1]', 'price'],
          ['e1[2]', 'price'],
          ['e2', 'price'],
        ],
        events: [
          ['A', 0, [30, 1]],
          ['A', 1, [10, 1]],
          ['B', 2, [9]],
          ['A', 3, [50, 1]],
          ['B', 4, [11]],
        ],
        expected: { count: 1, rows: [[30, 10, 50, 11]] },
      }),
    );
  });

  it('refuses the newest of a count beside others when it may have no name of its own', () => {
    const pattern: Node = {
      op: 'seq',
      items: [{ op: 'count', min: 1, max: 4, of: a() }, b('price > e1[0].price and price < e1[last].price')],
    };
    assert.equal(judge(example({ pattern, events: [], expected: { count: 0 } }), {}).is, 'not expressible');
  });

  it('all values of a count, as a list or as text', () => {
    const told = (row: (number | string | number[])[]): Case =>
      example({
        pattern: { op: 'seq', items: [{ op: 'count', min: 2, max: null, of: a() }, b()] },
        select: [
          ['e1', 'price'],
          ['e2', 'price'],
        ],
        events: [
          ['A', 0, [30, 1]],
          ['A', 1, [10.5, 1]],
          ['B', 2, [9]],
        ],
        expected: { count: 1, rows: [row] },
      });
    agrees(told(['[30.0, 10.5]', 9]));
    agrees(told([[30, 10.5], 9]));
    agrees(told([30, 9]));
    assert.equal(judge(told(['[30.0, 10.0]', 9]), {}).is, 'differs');
  });

  it('conditions over one event: comparisons as values, upper case, what is not there', () => {
    const fitting = (where: string, count: number): void =>
      agrees(
        example({
          pattern: { op: 'every', of: a(where) },
          events: [
            ['A', 0, [30, 1]],
            ['A', 1, [40, 1]],
            ['A', 2, [50]],
          ],
          expected: { count },
        }),
      );
    fitting('(price > 35) == false', 1);
    fitting('price > 35 == true', 2);
    fitting('(price > 35 and price < 45) == (room == 1)', 2);
    fitting('NOT (price > 35) OR room IS NULL', 2);
    fitting('room is null == FALSE', 2);
    fitting('-price < -35', 2);
  });

  it('an occurrence that can not be there fits nothing; whether an earlier event is there can not be asked', () => {
    const after = (where: string): Case =>
      example({
        pattern: { op: 'seq', items: [a(), b(where)] },
        events: [
          ['A', 0, [1, 1]],
          ['B', 1, [2]],
        ],
        expected: { count: where.includes('[1]') || where.includes('-1') ? 0 : 1 },
      });
    for (const place of ['', '[0]', '[last]', '[1]', '[last-1]']) agrees(after(`price > e1${place}.price`));
    const refused = (where: string, why: RegExp): void => {
      const verdict = judge(after(where), {});
      assert.equal(verdict.is, 'not expressible');
      assert.match((verdict as { why: string }).why, why);
    };
    refused('e1 is null', /is there/);
    refused('not (e1.price is null)', /is there/);
    refused('math:abs(price) > 1', /calls a function/);
  });

  it('a limit of the last step bounds all steps', () => {
    const limited = (ms: number, count: number, every = false): void => {
      const last: Node = { op: 'within', ms, of: b() };
      agrees(
        example({
          pattern: { op: 'seq', items: [a(), every ? { op: 'every', of: last } : last] },
          select: [['e2', 'price']],
          events: [
            ['A', 0, [30, 1]],
            ['B', 100, [9]],
          ],
          expected: { count },
        }),
      );
    };
    limited(100, 1);
    limited(99, 0);
    limited(100, 1, true);
    limited(99, 0, true);
  });

  describe('without `every` there is one try', () => {
    const tried = (pattern: Node, events: Case['events'], rows: Case['expected']['rows'] & object): void =>
      agrees(
        example({
          pattern,
          select: [
            ['e1', 'price'],
            ['e2', 'price'],
          ],
          events,
          observe_until_ms: 900,
          expected: { count: rows.length, rows },
        }),
      );
    const twice: Case['events'] = [
      ['A', 0, [30, 1]],
      ['A', 500, [31, 1]],
      ['B', 600, [9]],
    ];
    const seq = (...items: Node[]): Node => ({ op: 'seq', items });
    const within = (ms: number, of: Node): Node => ({ op: 'within', ms, of });

    it('when its time is over', () => {
      tried(within(200, seq(a(), b())), twice, []);
      tried(within(700, seq(a(), b())), twice, [[30, 9]]);
      tried(within(200, seq({ op: 'every', of: a() }, b())), twice, [[31, 9]]);
      tried(within(200, seq(a('price > 30'), b())), twice, [[31, 9]]);
      tried(within(200, { op: 'and', items: [a(), b()] }), twice, []);
    });

    it('when a silence is broken', () => {
      const quiet = (begin: Node): Node => seq(begin, { op: 'not', ref: 'e2', stream: 'B', for_ms: 200 });
      const events: Case['events'] = [
        ['A', 0, [30, 1]],
        ['B', 100, [9]],
        ['A', 200, [31, 1]],
      ];
      tried(quiet(a()), events, []);
      tried(quiet({ op: 'or', items: [a(), { op: 'event', stream: 'B' }] }), events, []);
      tried(quiet({ op: 'every', of: a() }), events, [[31, null]]);
    });

    it('for a count, and for each part of a partition', () => {
      const pair: Node = { op: 'count', min: 2, max: 2, of: a() };
      const events: Case['events'] = [
        ['A', 0, [30, 1]],
        ['A', 10, [31, 2]],
        ['A', 300, [32, 1]],
        ['A', 310, [33, 1]],
        ['B', 350, [9]],
      ];
      tried(within(100, seq(pair, b())), events, []);
      const c = example({
        pattern: within(200, seq(a('price > 30'), b())),
        partition: 'room of A',
        select: [['e1', 'price']],
        events,
        expected: { count: 1, rows: [[32]] },
      });
      agrees(c);
    });

    it('in a strict sequence, where whatever comes first takes it', () => {
      const strict: Node = { op: 'seq', strict: true, items: [a('price > 30'), b()] };
      tried(strict, twice.slice(1), [[31, 9]]);
      tried(strict, twice, []);
      tried(strict, [['B', 0, [8]], ...twice.slice(1)], []);
      tried(strict, [['C', 0, [8]], ...twice.slice(1)], [[31, 9]]);
    });
  });

  it('what must not come before a step is not that step', () => {
    const but = (where: string | undefined, step: Node, price: number, count: number): void =>
      agrees(
        example({
          pattern: { op: 'seq', items: [a(), { op: 'and', items: [{ op: 'not', stream: 'B', where }, step] }] },
          events: [
            ['A', 0, [30, 1]],
            ['B', 100, [price]],
            ['B', 200, [5]],
          ],
          expected: { count, rows: count === 0 ? [] : [[price]] },
        }),
      );
    but('price > 20', b(), 25, 0);
    but('price > 20', b(), 15, 1);
    but('price > e1.price', b('price > 10'), 31, 0);
    but('price > e1.price', b('price > 10'), 30, 1);
    but(undefined, b(), 15, 0);
  });

  it('every count begins again as soon as there are enough', () => {
    const of: Node = { op: 'count', min: 2, max: 3, of: a() };
    agrees(
      example({
        pattern: { op: 'seq', items: [{ op: 'every', of }, b('price > e1[0].price')] },
        select: [
          ['e1[0]', 'price'],
          ['e1[1]', 'price'],
          ['e1[2]', 'price'],
          ['e2', 'price'],
        ],
        events: [
          ['A', 0, [40, 1]],
          ['A', 1, [1, 1]],
          ['A', 2, [2, 1]],
          ['A', 3, [3, 1]],
          ['B', 4, [35]],
          ['B', 5, [50]],
        ],
        expected: {
          count: 2,
          rows: [
            [2, 3, null, 35],
            [40, 1, 2, 50],
          ],
        },
      }),
    );
  });

  it('and so does a group with a count at its end', () => {
    const group = (min: number): Node => ({
      op: 'every',
      of: { op: 'seq', items: [a(), { op: 'count', min, max: 2, of: { op: 'event', ref: 'e3', stream: 'B' } }] },
    });
    const told = (min: number, rows: Case['expected']['rows'] & object): void =>
      agrees(
        example({
          pattern: { op: 'seq', items: [group(min), { op: 'event', ref: 'e2', stream: 'A', where: 'price > 50' }] },
          select: [
            ['e1', 'price'],
            ['e3[0]', 'price'],
            ['e3[1]', 'price'],
            ['e2', 'price'],
          ],
          events: [
            ['A', 0, [1, 1]],
            ['B', 1, [10]],
            ['A', 2, [2, 1]],
            ['B', 3, [11]],
            ['A', 4, [60, 1]],
          ],
          expected: { count: rows.length, rows },
        }),
      );
    told(1, [
      [1, 10, 11, 60],
      [2, 11, null, 60],
    ]);
    told(2, [[1, 10, 11, 60]]);
  });

  it('a silence that is longer than the limit is not expressible', () => {
    const silence: Node = { op: 'not', stream: 'B', for_ms: 300 };
    const within = (ms: number): Case =>
      example({
        pattern: { op: 'within', ms, of: { op: 'seq', items: [a(), silence] } },
        events: [],
        expected: { count: 0 },
      });
    assert.equal(judge(within(299), {}).is, 'not expressible');
    agrees(within(300));
  });

  it('a stream that is not partitioned belongs to every part there is so far', () => {
    agrees(
      example({
        pattern: { op: 'seq', items: [a(), b()] },
        partition: 'room of A',
        select: [
          ['e1', 'room'],
          ['e2', 'price'],
        ],
        events: [
          ['B', 0, [1]],
          ['A', 1, [30, 1]],
          ['A', 2, [30, 2]],
          ['B', 3, [2]],
          ['A', 4, [30, 3]],
          ['B', 5, [3]],
        ],
        expected: {
          count: 3,
          rows: [
            [1, 2],
            [2, 2],
            [3, 3],
          ],
        },
      }),
    );
  });

  it('in a strict sequence a silence is ended by what fits, and by other streams', () => {
    const strict = (events: Case['events'], count: number): Case =>
      example({
        pattern: {
          op: 'seq',
          strict: true,
          items: [a(), { op: 'not', stream: 'B', where: 'price > e1.price', for_ms: 10 }],
        },
        select: [['e1', 'price']],
        events,
        observe_until_ms: 30,
        expected: { count },
      });
    agrees(strict([['A', 0, [5, 1]]], 1));
    agrees(
      strict(
        [
          ['A', 0, [5, 1]],
          ['B', 3, [4]],
        ],
        1,
      ),
    );
    agrees(
      strict(
        [
          ['A', 0, [5, 1]],
          ['B', 3, [6]],
        ],
        0,
      ),
    );
  });

  it('without every, a strict sequence that begins with a silence has one try', () => {
    const begins = (first: Node, count: number): Case =>
      example({
        pattern: { op: 'seq', strict: true, items: [first, b()] },
        events: [
          ['A', 1, [30, 1]],
          ['B', 20, [1]],
        ],
        expected: { count },
      });
    const silence: Node = { op: 'not', stream: 'A', where: 'price > 20', for_ms: 10 };
    agrees(begins(silence, 0));
    agrees(begins({ op: 'every', of: silence }, 1));
  });
});
