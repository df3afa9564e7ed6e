/** The properties of the pattern core, each over 10,000 seeded cases. `CASES` and `SEED` choose others. */
import assert from 'node:assert/strict';
import { properties, runCase } from '../properties';
import { Random, randomHistory } from '../properties/random';
import { acceptedRule, replay } from '../properties/running';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 20_261_120);

describe(`pattern core, properties over ${CASES} cases each`, function () {
  this.timeout(120_000);

  it('the random rules say something in more than a quarter of the cases, and nothing in some', () => {
    let raised = 0;
    for (let i = 0; i < 1000; i++) {
      const random = new Random(SEED + i);
      const rule = acceptedRule(random);
      if (replay(rule, randomHistory(random)).some(({ state }) => state === 'raised')) raised++;
    }
    assert.ok(raised > 250 && raised < 950, `${raised} of 1000`);
  });

  for (const property of properties) {
    it(`${property.id}: ${property.says}`, () => {
      for (let i = 0; i < CASES; i++) runCase(property, SEED + i);
    });
  }
});
