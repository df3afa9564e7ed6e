import assert from 'node:assert/strict';
import { curveSettingsOf, settingUnit, settingValue, withSetting } from '../../nodes/rehearsal/curve-setting';
import type { SavedNode } from '../../nodes/rehearsal/contract';

const at = (when: object, more: object = {}): SavedNode => ({
  id: 'n',
  type: 'ecdm-event',
  events: [{ id: 'e', name: 'e', emit: 'state', when, ...more }],
});
const rule = (pattern: object, more: object = {}): SavedNode => ({
  id: 'n',
  type: 'pattern-status',
  rule: pattern,
  ...more,
});
const event = { op: 'event', event: 'e' };

describe('the number that a rehearsal tries many values of', () => {
  it('is the first limit of a condition, with its hysteresis moving along', () => {
    const node = at({
      op: 'all',
      of: [
        { op: 'time', from: '08:00', to: '20:00' },
        { op: '>', value: 90.1, unit: 'ug/m3', clear: 75 },
      ],
    });
    const limit = { of: 'limit', event: 0 } as const;
    assert.deepEqual(
      curveSettingsOf(node).map(({ of }) => of),
      ['limit', 'clear', 'for'],
    );
    assert.deepEqual([settingValue(node, limit), settingUnit(node, limit)], [90.1, 'ug/m3']);
    const changed = withSetting(node, limit, 75);
    assert.deepEqual([settingValue(changed, limit), settingValue(changed, { of: 'clear', event: 0 })], [75, 59.9]);
    assert.equal(settingValue(node, limit), 90.1, 'the node itself stays as it is');
  });

  it('is a length of time, left out where it is 0', () => {
    const lasting = { of: 'for', event: 0 } as const;
    const node = at({ op: '>', value: 1 }, { for: '10 min' });
    assert.equal(settingValue(node, lasting), 600_000);
    assert.equal(settingValue(withSetting(node, lasting, 5_400_000), lasting), 5_400_000);
    assert.equal('for' in (withSetting(node, lasting, 0)['events'] as object[])[0]!, false);
  });

  it('is the outermost "within" of a pattern, even where none is set yet', () => {
    const node = rule(
      {
        op: 'lasting',
        for: '1 h',
        of: { op: 'then', of: [event, { op: 'times', min: 2, of: event, within: '5 min' }] },
      },
      { for: '2 min' },
    );
    assert.deepEqual(
      curveSettingsOf(node).map(({ of }) => of),
      ['within', 'for'],
    );
    assert.equal(settingValue(node, { of: 'within' }), undefined);
    assert.equal(settingValue(withSetting(node, { of: 'within' }, 1_800_000), { of: 'within' }), 1_800_000);
    assert.equal(settingValue(withSetting(node, { of: 'for' }, 0), { of: 'for' }), undefined);
  });

  it('is not there for points, lists, equality and other nodes', () => {
    assert.deepEqual(
      curveSettingsOf(at({ op: '>', value: 1 }, { emit: 'point' })).map(({ of }) => of),
      ['limit'],
    );
    assert.deepEqual(
      curveSettingsOf(at({ op: 'in', values: [1] })).map(({ of }) => of),
      ['for'],
    );
    assert.deepEqual(
      curveSettingsOf(rule(event)).map(({ of }) => of),
      ['for'],
    );
    assert.deepEqual(curveSettingsOf({ id: 'n', type: 'spatial-filter' }), []);
  });
});
