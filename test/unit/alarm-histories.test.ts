/**
 * The whole life of alarms against a small model: random histories of transitions, acts, restarts, power cuts, full disks and
 * clocks that are set. CITY_HISTORIES says how many (10,000 when it is left out).
 */
import fc from 'fast-check';
import { mock } from 'node:test';
import { ACTS } from '../../nodes/ecdm/operator';
import { SEVERITIES } from '../../nodes/ecdm/status';
import { ORPHAN, World, type Step } from './alarm-world';

const HISTORIES = Number(process.env['CITY_HISTORIES'] ?? 10_000);

const key = fc.constantFrom('a', 'a', 'b', ORPHAN);
const short = fc.integer({ min: 0, max: 90 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('tell' as const),
      key,
      what: fc.constantFrom('begin', 'begin', 'pending', 'never', 'update', 'update', 'nodata', 'end', 'end', 'late'),
      severity: fc.constantFrom(...SEVERITIES),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      key,
      act: fc.constantFrom(...ACTS),
      // also what is past, and more than a week
      minutes: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 120 }) }, { weight: 1, arbitrary: fc.constantFrom(-5, 0, 10_080, 10_081) }),
      older: fc.constantFrom(false, false, false, false, true),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: short }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump' as const), minutes: fc.integer({ min: -300, max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), minutes: short }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('crash' as const), when: fc.constantFrom('before', 'after', 'idle'), back: fc.integer({ min: 0, max: 5 }), minutes: short }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
); // prettier-ignore

describe('the life of alarms', function () {
  this.timeout(600_000);
  afterEach(() => mock.timers.reset());

  it(`is what the model says, in ${HISTORIES} random histories`, async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (history) => {
      const world = new World();
      await world.start();
      for (const one of history) await world.do(one);
      await world.end();
    });
    await fc.assert(property, { numRuns: HISTORIES });
  });
});
