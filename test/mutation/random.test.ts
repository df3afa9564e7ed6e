/**
 * The quick suite that judges mutants: few hundred seeded cases, by operator, so that a mutant is run only against those
 * that reach it.
 */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import { properties, runCase } from '../properties';
import { againstOracle } from '../properties/meaning';
import { randomRule, type Random } from '../properties/random';
import { acceptedRule } from '../properties/running';

const CASES = Number(process.env['CASES'] ?? 60);
const SEED = 77;

type Shape = (when: Pattern) => boolean;

const guarded = (p: Pattern): boolean => p.op === 'then' && p.of.slice(0, -1).some(({ op }) => op === 'no');
const endsWithNo = (p: Pattern): boolean => p.op === 'then' && p.of.at(-1)!.op === 'no';
const without = (p: Pattern): boolean =>
  p.op === 'and' && p.of.some((item) => item.op === 'no' && item.for === undefined);

const SHAPES: Record<string, Shape> = {
  or: (p) => p.op === 'or',
  'and within': (p) => p.op === 'and' && p.within !== undefined && !without(p),
  'and of states': (p) => p.op === 'and' && p.within === undefined,
  'and no': without,
  then: (p) => p.op === 'then' && !guarded(p) && !endsWithNo(p),
  'then no then': guarded,
  'then no for': endsWithNo,
  times: (p) => p.op === 'times' && p.max === undefined,
  'times to': (p) => p.op === 'times' && p.max !== undefined,
  lasting: (p) => p.op === 'lasting',
  silence: (p) => p.op === 'no',
};

function ruleOfShape(random: Random, fits: Shape): StatusDefinition {
  for (;;) {
    const rule = acceptedRule(random, randomRule);
    if (fits(rule.when)) return rule;
  }
}

describe('random cases', function () {
  this.timeout(60_000);

  // most mutants end here
  it('a few of every property', () => {
    for (const property of properties) for (let i = 0; i < 10; i++) runCase(property, i);
  });

  for (const [name, fits] of Object.entries(SHAPES)) {
    it(`says what the brute-force matcher says: ${name}`, () => {
      const property = {
        id: `1 ${name}`,
        says: 'equal to the matcher',
        check: (random: Random): void => againstOracle(random, ruleOfShape(random, fits)),
      };
      for (let i = 0; i < CASES; i++) runCase(property, SEED + i);
    });
  }

  for (const property of properties) {
    // sequences have the most ways to be wrong
    const cases = property.id === '1g' ? 10 * CASES : CASES;
    it(`${property.id}: ${property.says}`, () => {
      for (let i = 0; i < cases; i++) runCase(property, SEED + i);
    });
  }
});
