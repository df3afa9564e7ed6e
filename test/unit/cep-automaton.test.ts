/** The states of the automaton for sequences: what remains to happen has a key of its own, and there are not too many. */
import assert from 'node:assert/strict';
import type { Pattern } from '../../nodes/ecdm/definition';
import { compileStatus, DefinitionError } from '../../nodes/pattern-status/cep';
import {
  and,
  count,
  derive,
  DONE,
  openSlots,
  or,
  then,
  within,
  type Remaining,
} from '../../nodes/pattern-status/cep/remaining';
import { Reachable } from '../../nodes/pattern-status/cep/reachable';
import { SequenceBuilder } from '../../nodes/pattern-status/cep/sequence-builder';
import { emit, Random } from '../properties/random';

function remaining(random: Random, depth: number): Remaining {
  // symbols and counts of one and of two digits: that is where keys could be read in two ways
  if (depth === 0 || random.chance(0.3))
    return count(random.pick([[0], [1], [11], [2], [1, 2]]), random.pick([1, 2, 11]));
  const items = Array.from({ length: 2 + random.int(2) }, () => remaining(random, depth - 1));
  switch (random.int(4)) {
    case 0:
      return and(items);
    case 1:
      return or(items);
    case 2:
      return within(random.pick([1, 11, 2]), 5, items[0]!, random.chance(0.5));
    default:
      return then(
        items,
        items.map(() => random.pick([0, 1, 10, 11])),
      );
  }
}

/** The meaning of a remaining pattern, with the parts of "and" in any order. */
function shape(r: Remaining): unknown {
  switch (r.t) {
    case 'count':
      return [r.symbols, r.count];
    case 'within':
      return ['within', r.slot, r.open, shape(r.of)];
    case 'and':
      return ['and', ...r.items.map((item) => JSON.stringify(shape(item))).sort()];
    default:
      return [r.t, ...r.items.map(shape), r.t === 'then' ? r.guards : []];
  }
}

describe('the automaton for sequences', () => {
  it('gives different keys to what is different, and one key to what is the same', () => {
    const known = new Map<string, string>();
    for (let i = 0; i < 20_000; i++) {
      const one = remaining(new Random(i), 2);
      const meaning = JSON.stringify(shape(one));
      const before = known.get(one.key);
      if (before !== undefined) assert.equal(meaning, before, one.key);
      known.set(one.key, meaning);
    }
    assert.equal(new Set(known.values()).size, known.size);
  });

  it('tells those apart that would look alike without what separates them', () => {
    const alike: [Remaining, Remaining][] = [
      [then([count([1], 1), count([2], 1)], [0, 10]), then([count([11], 1), count([2], 1)], [0, 0])],
      [and([count([1], 1), count([2], 11)]), and([count([11], 1), count([2], 1)])],
      [or([count([1], 1), count([2], 11)]), or([count([11], 1), count([2], 1)])],
      [within(1, 5, count([1], 1)), within(1, 5, count([1], 1), true)],
      [count([1], 2), count([1], 3)],
      [count([1], 2), count([2], 2)],
      [count([1], 2), count([1, 2], 2)],
      [count([11], 2), count([1, 1], 2)],
    ];
    for (const [one, other] of alike) assert.notEqual(one.key, other.key);
  });

  it('takes the parts of "and" in any order, and brackets around one for that one', () => {
    const [a, b] = [count([0], 1), count([1], 1)];
    assert.equal(and([a, b]).key, and([b, a]).key);
    assert.deepEqual(and([b, a]), and([a, b]));
    assert.deepEqual((and([b, a]) as Remaining & { t: 'and' }).items, [a, b]);
    assert.deepEqual([and([a]), or([a]), then([a], [0])], [a, a, a]);
    assert.notDeepEqual(then([a], [2]), a);
    assert.equal(within(1, 5, DONE), DONE);
  });

  it('counts what is missing, and knows what may not happen now', () => {
    const [a, b] = [count([0], 1), count([1], 2)];
    assert.deepEqual([a.size, b.size, and([a, b]).size, then([a, b], [0, 0]).size], [1, 2, 3, 3]);
    // the longest branch, so that every step makes it smaller
    assert.deepEqual([or([a, b]).size, within(1, 5, b).size, DONE.size], [2, 2, 0]);
    const guarded = then([a, b], [4, 8]);
    assert.deepEqual([guarded.kill, and([guarded, b]).kill, within(1, 5, guarded).kill, a.kill], [4, 4, 4, 0]);
    assert.equal(and([guarded, then([b], [2])]).kill, 6);
    assert.equal(or([guarded, b]).kill, 0);
  });

  it('derives what remains, as patterns are derived: d(P;Q) = d(P);Q, d(P∧Q) = d(P)∧Q ∪ P∧d(Q) ∪ d(P)∧d(Q), d(P∨Q) = d(P) ∪ d(Q)', () => {
    const [a, b, c] = [count([0], 1), count([1], 1), count([2], 1)];
    const found = (r: Remaining, at: number[]): unknown[] =>
      derive(
        r,
        at,
        at.reduce((mask, n, i) => mask | (n > 0 ? 1 << i : 0), 0),
      );
    const to = (remaining: Remaining, used: number, checks: [number, number][] = []): unknown => ({ to: remaining, checks, used }); // prettier-ignore
    assert.deepEqual([found(DONE, [1, 1, 1]), openSlots(DONE, [])], [[], []]);
    assert.deepEqual(found(a, [1, 0, 0]), [to(DONE, 1)]);
    assert.deepEqual(found(b, [1, 0, 0]), []);
    assert.deepEqual(found(count([1], 3), [0, 2, 0]), [to(count([1], 1), 2), to(count([1], 2), 2)]);
    const either = count([0, 1], 3);
    assert.deepEqual(found(either, [0, 2, 0]), [to(count([0, 1], 1), 2), to(count([0, 1], 2), 2)]);
    assert.deepEqual(found(either, [1, 1, 1]), [to(count([0, 1], 1), 3), to(count([0, 1], 2), 1)]);
    assert.deepEqual(found(count([0, 1], 1), [1, 1, 1]), [to(DONE, 1)]);
    assert.deepEqual(found(either, [2, 2, 0])[0], to(DONE, 3));
    assert.deepEqual(found(either, [0, 0, 1]), []);
    assert.deepEqual(found(then([a, b], [0, 4]), [1, 1, 0]), [to(then([b], [4]), 1)]);
    assert.deepEqual(found(then([count([0], 2), b], [0, 4]), [1, 0, 0]), [to(then([a, b], [0, 4]), 1)]);
    assert.deepEqual(found(or([a, b]), [1, 1, 0]), [to(DONE, 1), to(DONE, 2)]);
    assert.deepEqual(found(and([a, b]), [1, 0, 0]), [to(b, 1)]);
    assert.deepEqual(found(and([a, b]), [1, 1, 0]), [to(DONE, 3), to(b, 1), to(a, 2)]);
    // a side that waits may not be forbidden what occurs
    const guarded = then([b], [4]);
    assert.deepEqual(found(and([a, guarded]), [1, 0, 1]), []);
    assert.deepEqual(found(and([a, guarded]), [1, 0, 0]), [to(guarded, 1)]);
    // a bracket opens with its first event, and is checked from then on
    const [closed, open] = [within(1, 5, then([a, b], [0, 0])), within(1, 5, b, true)];
    assert.deepEqual(found(closed, [1, 0, 0]), [to(open, 1)]);
    assert.deepEqual(found(open, [0, 1, 0]), [to(DONE, 2, [[1, 5]])]);
    assert.deepEqual(found(and([open, c]), [0, 1, 0]), [to(c, 2, [[1, 5]])]);
    assert.deepEqual(openSlots(and([open, within(2, 9, open, true), c]), [0]), [0, 1, 2, 1]);
    assert.deepEqual(openSlots(then([open, within(2, 9, c, true)], [0, 0]), [0]), [0, 1]);
    assert.deepEqual(openSlots(closed, [0]), [0]);
  });

  it('refuses what has too many states, and says how many there may be', () => {
    const event = (name: string): Pattern => ({ op: 'event', event: name });
    const all = (names: string): Pattern => ({ op: 'and', of: [...names].map(event) });
    const compile = (when: Pattern): unknown =>
      compileStatus(
        { id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor' },
        { names: (id) => id, emit },
      );
    const sequence = (names: string): Pattern => ({ op: 'then', of: [event('z'), all(names)], within: '1 h' });
    // every set of those that are missing is a state, and so is the begin: 256
    compile(sequence('abcdefgh'));
    for (const names of ['abcdefghi', 'abcdefghijklmnop']) {
      assert.throws(
        () => compile(sequence(names)),
        (error: unknown) =>
          error instanceof DefinitionError &&
          error.path === 'when' &&
          error.code === 'large' &&
          /256/.test(error.in('en-US').message),
        names,
      );
    }
    // one state more
    const longer: Pattern = { op: 'then', of: [event('z'), event('y'), all('abcdefgh')], within: '1 h' };
    assert.throws(() => compile(longer), DefinitionError);
    const choice = (n: number): Pattern => ({
      op: 'then',
      of: [event('z'), { op: 'or', of: [...'abcdefghijklm'.slice(0, n)].map(event) }],
      within: '1 h',
    });
    // any one of many is one state, however many
    compile(choice(13));
    compile(sequence('a'.repeat(12)));
    assert.throws(() => compile(sequence('a'.repeat(13))), DefinitionError);
  });

  it('finds each state once and in the order in which the derivatives give it: saved numbers lie in that order', () => {
    const all = new Array<number>(12).fill(Infinity);
    const outcome = (find: () => unknown): unknown => {
      try {
        return find();
      } catch (error) {
        return (error as DefinitionError).code;
      }
    };
    for (let i = 0; i < 1500; i++) {
      const one = remaining(new Random(i), 3);
      const written = outcome(() => {
        const derived = derive(one, all, 0);
        return { to: [...new Set(derived.map(({ to }) => to.key))], ways: derived.length };
      });
      const found = outcome(() => {
        const { to, ways } = new Reachable().next(one);
        return { to: to.map(({ key }) => key), ways };
      });
      // too many states are known to be too many already here; the derivatives find that out state by state
      if (found === 'large') assert.ok(written === 'large' || (written as { to: unknown[] }).to.length > 256, one.key);
      else assert.deepEqual(found, written, one.key);
    }
  });

  it('keeps a bracket apart from the same steps without one', () => {
    const [a, b, c] = [count([0], 2), count([1], 1), count([2], 1)];
    const steps = or([then([a, b, c], [0, 0, 0]), then([a, then([b, c], [0, 0])], [0, 0])]);
    assert.deepEqual(
      new Reachable().next(steps).to.map(({ key }) => key),
      [...new Set(derive(steps, [2, 0, 0], 0).map(({ to }) => to.key))],
    );
  });

  it('looks at what is the same once, however many ways lead to it', () => {
    const any = or(Array.from({ length: 10 }, (_, i) => count([i], 1)));
    const { to, ways } = new Reachable().next(or(new Array<Remaining>(20).fill(and([any, any, any]))));
    assert.equal(ways, 20 * (11 ** 3 - 1));
    assert.deepEqual(
      to.map(({ key }) => key),
      [DONE, any, and([any, any])].map(({ key }) => key),
    );
  });

  /** A symbol whose key is as long as that of a large part. */
  const long = (length: number): Remaining => ({ ...count([1], 1), key: 'x'.repeat(length) });
  const isLarge = (error: unknown): boolean => error instanceof DefinitionError && error.code === 'large';

  it('accepts as many characters and states as there may be, and refuses one more', () => {
    const most = 2 ** 25;
    const after = (part: Remaining): Remaining => then([count([0], 1), part], [0, 0]);
    assert.equal(new Reachable().next(after(long(most))).to.length, 1);
    assert.throws(() => new Reachable().next(after(long(most + 1))), isLarge);
    const any = (n: number): Remaining => or(Array.from({ length: n }, (_, i) => after(count([i], 1))));
    assert.equal(new Reachable().next(any(256)).to.length, 256);
    assert.throws(() => new Reachable().next(any(257)), isLarge);
  });

  it('puts together once what comes up in many states', () => {
    const rest = long(10_000);
    const reachable = new Reachable();
    const whole = (missing: number): Remaining => then([count([0], missing), rest], [0, 0]);
    // were each of them put together for each state, they would be refused
    for (let missing = 200; missing > 0; missing--) {
      const { to } = reachable.next(whole(missing));
      assert.equal(to.length, missing);
      assert.equal(to.at(-1)!.key, (missing > 1 ? whole(missing - 1) : rest).key);
    }
    const part = then([count([0], 1), rest], [0, 0]);
    const same = new Array<Remaining>(300).fill(and([part, part, part]));
    assert.equal(new Reachable().next(or(same)).to.length, 3);
  });

  it('refuses what is larger than there may be states before it is put together', () => {
    const event = (name: string): Pattern => ({ op: 'event', event: name });
    const times = (of: Pattern, min: number): Pattern => ({ op: 'times', of, min });
    const nested = (depth: number, min: number): Pattern =>
      Array.from({ length: depth }).reduce<Pattern>((of) => times(of, min), event('a'));
    const counts = (n: number, min: number): Pattern => ({
      op: 'and',
      of: Array.from({ length: n }, (_, i) => times(event(`c${i}`), min)),
    });
    const before = (first: Pattern): Pattern => ({ op: 'then', of: [first, event('z')] });
    for (const when of [
      nested(5, 64),
      nested(6, 64),
      nested(8, 64),
      nested(12, 3),
      before(counts(2, 1000)),
      before(counts(8, 1000)),
    ]) {
      assert.throws(
        () =>
          compileStatus(
            {
              id: 'r',
              name: 'r',
              when: { ...when, within: '2 h' } as Pattern,
              per: { by: 'station' },
              severity: 'minor',
            },
            { names: (id) => id, emit: () => 'point' },
          ),
        (error: unknown) => error instanceof DefinitionError && error.code === 'large',
      );
    }
    const context = { isSymbol: (p: Pattern) => p.op === 'event', time: () => undefined, times: () => undefined, guard: () => undefined, wanted: true }; // prettier-ignore
    const build = (p: Pattern): Remaining => new SequenceBuilder(() => 0).build(p, 'when', context);
    assert.equal(build(nested(3, 6)).size, 216);
    assert.equal(build(times(event('a'), 256)).size, 256);
    for (const p of [nested(3, 7), times(event('a'), 257), counts(2, 129)]) {
      assert.throws(() => build(p), DefinitionError, JSON.stringify(p));
    }
  });
});
