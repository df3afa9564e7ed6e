/** Settings of events that come from the environment, as Node-RED hands them over. */
import assert from 'node:assert/strict';
import { variableIn } from '../../nodes/ecdm/variable';
import { unsetIn, withNumbers } from '../../nodes/ecdm-event/environment';
import { readEvents } from '../../nodes/ecdm-event/settings';

const event = (when: object, more: object = {}): object => ({ id: 'hot', name: 'hot', emit: 'state', when, ...more });

describe('settings of events from the environment', () => {
  it('are numbers where the machine says them as texts', () => {
    const when = {
      op: 'all',
      of: [{ op: '>', value: '35', clear: ' 30.5 ' }, { op: 'not', of: { op: 'outside', low: '-1', high: '1e3', margin: '2' } }],
    }; // prettier-ignore
    const aggregate = { method: 'percentile', percentile: '95', over: '1 h', scope: 'city', minSamples: '3' };
    const { events, bad } = readEvents([event(when, { aggregate })]);
    assert.deepEqual(bad, []);
    assert.deepEqual(events[0]!.when, {
      op: 'all',
      of: [{ op: '>', value: 35, clear: 30.5 }, { op: 'not', of: { op: 'outside', low: -1, high: 1000, margin: 2 } }],
    }); // prettier-ignore
    assert.deepEqual(events[0]!.aggregate, { ...aggregate, percentile: 95, minSamples: 3 });
  });

  it('stay texts where a text may be meant, and where they are no numbers', () => {
    for (const when of [
      { op: '=', value: '35' },
      { op: 'in', values: ['35'] },
    ])
      assert.deepEqual(readEvents([event(when)]).events[0]!.when, when);
    for (const clear of ['', ' ', '3O', '1e400', 'NaN'])
      assert.match(
        readEvents([event({ op: '>', value: 40, clear })]).bad[0]!.reason,
        /when\.clear: should be a number/,
      );
  });

  it('are named where nobody has set them', () => {
    const reasons = (more: object, language?: string): (string | undefined)[] =>
      readEvents([event({ op: '>', value: 3 }, more)], language).bad.map(({ reason }) => reason);
    assert.match(reasons({ when: { op: '>', value: '${LIMIT}' } })[0]!, /environment variable LIMIT, .*no value/);
    assert.match(reasons({ for: '$(HOW_LONG)' })[0]!, /variable HOW_LONG,/);
    assert.match(reasons({ gap: { then: 'end', after: '${GAP}' } }, 'th')[0]!, /ตัวแปร.* GAP /);
    // a value that looks like one is what somebody waits for
    assert.deepEqual(reasons({ when: { op: '=', value: '${LIMIT}' }, name: '${NAME}' }), []);
  });

  it('take whatever a saved flow holds', () => {
    const deep: Record<string, unknown> = { op: '>', value: '1' };
    let nested: unknown = deep;
    for (let i = 0; i < 100_000; i++) nested = { op: 'not', of: nested };
    for (const odd of [null, undefined, 7, 'x', [], [[]], { when: null }, nested]) {
      assert.equal(unsetIn(odd), undefined);
      withNumbers(odd);
    }
    assert.deepEqual([variableIn('${A}'), variableIn('$(B)'), variableIn('a ${A}'), variableIn('${}'), variableIn(3)], ['A', 'B', undefined, undefined, undefined]); // prettier-ignore
  });
});
