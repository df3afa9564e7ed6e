/** "P and no B" inside other brackets, against a matcher that shares nothing with the project (test/independent/and-no.ts). */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, type PatternEngine } from '../../nodes/pattern-status/cep';
import { detections, numbers, randomFacts, randomTree, type Fact, type Tree } from '../independent/and-no';
import { cityEvent, emit } from '../properties/random';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 2026);

function eventsOf(facts: readonly Fact[]): CityEvent[] {
  const events = facts.flatMap(({ name, from, to }) =>
    to === undefined ? [cityEvent(name, 'point', from)] : [cityEvent(name, 'begin', from), cityEvent(name, 'end', to)],
  );
  return events.sort((x, y) => x.time - y.time);
}

/** `undefined` for what the language refuses. */
function compile(tree: Tree): PatternEngine | undefined {
  const rule: StatusDefinition = {
    id: 'r', name: 'r', when: tree as Pattern, per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' },
    lateness: '0 ms', updateEvery: '0 s', flapping: false, afterDetection: 'keep',
  }; // prettier-ignore
  try {
    return compileStatus(rule, { names: (id) => id, emit });
  } catch (thrown) {
    if (thrown instanceof DefinitionError) return undefined;
    throw thrown;
  }
}

/** The moments of the detections of the engine. */
function told(tree: Tree, facts: readonly Fact[]): number[] {
  const engine = compile(tree)!;
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(eventsOf(facts), out, []);
  engine.clock({ source: 's', time: 1000, end: true }, 'replay', out, []);
  return out.filter(({ state }) => state === 'raised').map(({ since }) => Date.parse(since));
}

const differs = (tree: Tree, facts: readonly Fact[]): boolean =>
  JSON.stringify(told(tree, facts)) !== JSON.stringify(detections(tree, facts));

/** Without every event that the difference does not need. */
function smallest(tree: Tree, facts: readonly Fact[]): Fact[] {
  for (let i = 0; i < facts.length; i++) {
    const fewer = facts.filter((_, k) => k !== i);
    if (differs(tree, fewer)) return smallest(tree, fewer);
  }
  return [...facts];
}

describe('"and no" inside brackets', function () {
  this.timeout(600_000);

  it('the matcher says what the definitions say', () => {
    const e = (event: string): Tree => ({ op: 'event', event });
    const no = (event: string): Tree => ({ op: 'no', of: e(event) });
    const fact = (name: string, from: number, to?: number): Fact => (to === undefined ? { name, from } : { name, from, to }); // prettier-ignore
    const inner: Tree = { op: 'and', of: [e('a'), no('b')], within: '5 ms' };
    assert.deepEqual(detections(inner, [fact('b', 1), fact('a', 6), fact('a', 7)]), [7]);
    assert.deepEqual(detections({ ...inner, of: [e('a'), no('B')] }, [fact('B', 1, 4), fact('a', 8), fact('a', 9)]), [9]); // prettier-ignore
    // what comes after the inner match is none of its business
    const outer: Tree = { op: 'and', of: [inner, e('c')], within: '9 ms' };
    assert.deepEqual(detections(outer, [fact('a', 2), fact('b', 4), fact('c', 6)]), [6]);
    assert.deepEqual(detections(outer, [fact('c', 2), fact('b', 4), fact('a', 6)]), []);
  });

  it(`over ${CASES} cases the engine says what the matcher says`, () => {
    let [found, refused] = [0, 0];
    for (let i = 0; i < CASES + refused; i++) {
      const below = numbers(SEED + i);
      const [tree, facts] = [randomTree(below), randomFacts(below)];
      if (compile(tree) === undefined) {
        refused++;
        continue;
      }
      const expected = detections(tree, facts);
      if (expected.length > 0) found++;
      if (JSON.stringify(told(tree, facts)) === JSON.stringify(expected)) continue;
      const few = smallest(tree, facts);
      assert.deepEqual(told(tree, few), detections(tree, few), `seed ${SEED + i}\n${JSON.stringify(tree)}\n${JSON.stringify(few)}`); // prettier-ignore
    }
    // cases in which nothing is ever found would agree for no reason
    assert.ok(found > CASES / 5, `${found} of ${CASES} cases find something`);
    assert.ok(refused < CASES / 2, `${refused} are refused`);
  });
});
