/** The rows of the form stand for a pattern, and come back from it as they were. */
import assert from 'node:assert/strict';
import type { Pattern } from '../../nodes/ecdm/definition';
import { fromPattern, newRow, toPattern } from '../../nodes/pattern-status/model/rows';

const ev = (event: string): Pattern => ({ op: 'event', event });

describe('rows of a rule', () => {
  const patterns: [string, Pattern][] = [
    ['one event', ev('a')],
    ['an event three times within a time', { op: 'times', of: ev('a'), min: 3, within: '10 min' }],
    ['an event three times', { op: 'times', of: ev('a'), min: 3 }],
    ['no event for a time', { op: 'no', of: ev('a'), for: '1 h' }],
    ['an event that lasts', { op: 'lasting', of: ev('a'), for: '10 min' }],
    [
      'times within a time, in an order within another',
      { op: 'then', of: [{ op: 'times', of: ev('a'), min: 3, within: '10 min' }, ev('b')], within: '1 h' },
    ],
    [
      'a bracket, and what must not happen',
      { op: 'and', of: [{ op: 'or', of: [ev('a'), ev('b')] }, { op: 'no', of: ev('c') }] },
    ],
    ['one event within a time', { op: 'and', of: [ev('a')], within: '1 h' }],
  ];
  for (const [name, pattern] of patterns) {
    it(`show ${name}`, () => {
      const rows = fromPattern(pattern);
      assert.ok(rows);
      assert.deepEqual(toPattern(rows), pattern);
    });
  }

  it('leave brackets in brackets to the text', () => {
    const inner: Pattern = { op: 'or', of: [ev('a'), { op: 'and', of: [ev('b'), ev('c')] }] };
    assert.equal(fromPattern({ op: 'then', of: [inner, ev('d')] }), undefined);
  });

  it('have a time only for several times', () => {
    const row = { ...newRow(), event: 'a', within: '10 min' };
    assert.deepEqual(toPattern({ rows: [row], combine: 'and', within: '' }), ev('a'));
    assert.equal(toPattern({ rows: [newRow()], combine: 'and', within: '' }), null);
  });
});
