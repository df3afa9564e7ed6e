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

  it('of a value that is beyond all measure nothing is left when it has left the window', () => {
    const methods = ['average', 'sum', 'energy average', 'standard deviation'] as const;
    for (const codes of [[9999], [1e308, 1e308], [-1e308, 1e308], [1e17, 3e17], [999, 998.7], [1e200, 1], [Infinity]]) {
      for (const [at, method] of [0, 7].flatMap((place) => methods.map((one) => [place, one] as const))) {
        const window = new SampleWindow(method);
        const values = Array.from({ length: 40 }, (_, i) => codes[i - at] ?? 70 + (i % 3));
        for (const [i, value] of values.entries()) {
          window.add(i, value, '', '');
          const [kept, fresh] = [window.result(i - 6, i), window.resultAt(i - 6, i)];
          if (i <= at + codes.length + 5 || i < 2) continue;
          assert.ok(
            Math.abs(Number(kept) - Number(fresh)) < 1e-9,
            `${method} at ${i} after ${codes.join()}: ${kept}, not ${fresh}`,
          );
        }
      }
    }
  });

  it('while such a value is in the window the sum is as large as it says, and not unknown', () => {
    const says = (method: AggregateMethod, ...values: number[]): unknown => {
      const window = new SampleWindow(method);
      values.forEach((value, i) => window.add(i, value, '', ''));
      return window.result(-1, 100);
    };
    assert.equal(says('energy average', 70, 9999, 70), Infinity);
    assert.equal(says('average', 1e308, 1e308, 70), Infinity);
    assert.equal(says('sum', 1e308, 1e308, -1e308, -1e308, 70), 70);
    assert.equal(says('sum', 1e308, 1e308, -1e308), 1e308);
    assert.equal(says('standard deviation', 70, 1e308, 70), Infinity);
    assert.equal(says('standard deviation', 1e308, 70, 71), Infinity);
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
