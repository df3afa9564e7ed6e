import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type { Case } from '../conformance/cases';
import { readCases } from '../conformance/read';
import { judge, readFaults } from '../conformance/replay';

const ROOT = path.resolve(__dirname, '../../..');
const FILE = path.resolve(ROOT, '../shared/conformance/siddhi.json');

/** Two streams with a price; what the pattern says is up to the test. */
function example(id: string, more: Pick<Case, 'pattern' | 'events' | 'expected'> & Partial<Case>): Case {
  const streams: Case['streams'] = { A: [['price', 'float']], B: [['price', 'float']] };
  return {
    id,
    streams,
    time_mode: 'sleep',
    select: [
      ['e1', 'price'],
      ['e2', 'price'],
    ],
    ...more,
  };
}

const rising = example('rising', {
  pattern: {
    op: 'seq',
    items: [
      { op: 'every', of: { op: 'event', ref: 'e1', stream: 'A', where: 'price > 20' } },
      { op: 'event', ref: 'e2', stream: 'B', where: 'price > e1.price * 2 + 1' },
    ],
  },
  events: [
    ['A', 0, [30]],
    ['A', 0, [10]],
    ['A', 5, [25]],
    ['B', 5, [60]],
    ['B', 9, [61.5]],
  ],
  expected: {
    count: 2,
    rows: [
      [25, 60],
      [30, 61.5],
    ],
  },
});

describe('conformance with the answers of another engine', () => {
  it('agrees with all cases of the file', function () {
    if (!existsSync(FILE)) this.skip();
    const faults = readFaults(ROOT);
    const verdicts = readCases(FILE).map((c) => judge(c, faults));
    assert.equal(verdicts.length, 121);
    assert.deepEqual(
      verdicts.filter(({ is }) => is !== 'agrees'),
      [],
    );
  });

  it('reads arithmetic, and spreads equal stamps by arrival', () => {
    assert.deepEqual(judge(rising, {}), { id: 'rising', is: 'agrees' });
  });

  it('says what differs: a count, and a row', () => {
    const fewer = judge({ ...rising, expected: { count: 1 } }, {});
    assert.equal(fewer.is, 'differs');
    const other = judge(
      {
        ...rising,
        expected: {
          count: 2,
          rows: [
            [25, 60],
            [30, 62],
          ],
        },
      },
      {},
    );
    assert.equal(other.is, 'differs');
  });

  it('knows the faults of the other engine by their ids', () => {
    const wrong = { ...rising, expected: { count: 5 } };
    assert.deepEqual(judge(wrong, { rising: 'counts twice' }), { id: 'rising', is: 'fault', why: 'counts twice' });
  });

  it('says what the language can not express', () => {
    const where = 'price > sum(e1.price)';
    const items = [
      { op: 'event' as const, ref: 'e1', stream: 'A' },
      { op: 'event' as const, ref: 'e2', stream: 'B', where },
    ];
    assert.equal(judge({ ...rising, pattern: { op: 'seq', items } }, {}).is, 'not expressible');
  });

  it('a strict sequence ends with whatever else comes in between', () => {
    const strict = (events: Case['events'], count: number): Case =>
      example('strict', {
        pattern: {
          op: 'seq',
          strict: true,
          items: [
            { op: 'every', of: { op: 'event', ref: 'e1', stream: 'A' } },
            { op: 'event', ref: 'e2', stream: 'B', where: 'price > e1.price' },
          ],
        },
        events,
        expected: { count },
      });
    assert.equal(
      judge(
        strict(
          [
            ['A', 0, [1]],
            ['B', 1, [2]],
          ],
          1,
        ),
        {},
      ).is,
      'agrees',
    );
    assert.equal(
      judge(
        strict(
          [
            ['A', 0, [1]],
            ['B', 1, [0]],
            ['B', 2, [2]],
          ],
          0,
        ),
        {},
      ).is,
      'agrees',
    );
    assert.equal(
      judge(
        strict(
          [
            ['A', 0, [1]],
            ['A', 1, [1]],
            ['B', 2, [2]],
          ],
          1,
        ),
        {},
      ).is,
      'agrees',
    );
  });

  it('rising values of a count, with the newest one in a later condition', () => {
    const peak = example('peak', {
      pattern: {
        op: 'seq',
        strict: true,
        items: [
          { op: 'every', of: { op: 'event', ref: 'e1', stream: 'A' } },
          {
            op: 'count',
            min: 1,
            max: null,
            of: {
              op: 'event',
              ref: 'e2',
              stream: 'A',
              where:
                '(e2[last].price is null and price >= e1.price) or (not (e2[last].price is null) and price >= e2[last].price)',
            },
          },
          { op: 'event', ref: 'e3', stream: 'A', where: 'price < e2[last].price' },
        ],
      },
      select: [
        ['e1', 'price'],
        ['e2[0]', 'price'],
        ['e2[last]', 'price'],
        ['e3', 'price'],
      ],
      events: [
        ['A', 0, [29]],
        ['A', 1, [25]],
        ['A', 2, [35]],
        ['A', 3, [57]],
        ['A', 4, [47]],
      ],
      expected: {
        count: 2,
        rows: [
          [25, 35, 57, 47],
          [35, 57, 57, 47],
        ],
      },
    });
    assert.deepEqual(judge(peak, {}), { id: 'peak', is: 'agrees' });
  });
});
