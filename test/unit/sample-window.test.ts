/** A window that is kept up to date value by value says what a fresh look at its samples says, whatever comes late. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AggregateMethod } from '../../nodes/ecdm/definition';
import { SampleWindow } from '../../nodes/ecdm/sample-window';

const METHODS: AggregateMethod[] = [
  'average',
  'sum',
  'min',
  'max',
  'range',
  'median',
  'distinct count',
  'count',
  'last',
];
const OVER = 10;
const LATENESS = 30;

describe('a window of samples', () => {
  it('is not led astray by a late sample from before the window', () => {
    const max = new SampleWindow('max');
    for (const [time, value] of [[0, 1], [10, 2], [20, 9], [30, 3]] as const) max.add(time, value, '', ''); // prettier-ignore
    assert.equal(max.result(15, 30), 9);
    max.add(5, 7, '', '');
    assert.equal(max.result(20, 30), 3);
  });

  it('says the same as a fresh look', () => {
    const step = fc.record({ on: fc.integer({ min: 0, max: 6 }), late: fc.option(fc.integer({ min: 1, max: LATENESS })), value: fc.nat(9) }); // prettier-ignore
    fc.assert(
      fc.property(
        fc.constantFrom(...METHODS),
        fc.integer({ min: 3, max: 100 }),
        fc.array(step, { maxLength: 60 }),
        (method, most, steps) => {
          const window = new SampleWindow(method, 50, most);
          let now = 0;
          for (const { on, late, value } of steps) {
            now += on;
            window.add(late === null ? now : now - late, value, '', '');
            if (late === null) {
              const [kept, fresh] = [window.result(now - OVER, now), window.resultAt(now - OVER, now)];
              if (typeof kept === 'number' && typeof fresh === 'number')
                assert.ok(Math.abs(kept - fresh) < 1e-9, `${kept} and not ${fresh}`); // prettier-ignore
              else assert.equal(kept, fresh);
            }
            window.release(now - OVER - LATENESS);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
