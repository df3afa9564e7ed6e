/** What a rule says of itself: matches that have begun and may still be completed, and nothing that cannot. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type Inspection } from '../../nodes/pattern-status/cep';
import { cityEvent, emit, Random, randomHistory, randomRule } from '../properties/random';

const ev = (event: string): Pattern => ({ op: 'event', event });
const no = (event: string, more = {}): Pattern => ({ op: 'no', of: ev(event), ...more });

/** Events as "a@5": points; "A@5-9" and "A@5-": states. */
function inspect(when: Pattern, history: string, until: number, more: Partial<StatusDefinition> = {}): Inspection {
  const engine = compileStatus(
    { id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', lateness: '0 s', ...more },
    { names: (id) => id, emit },
  );
  engine.setMode('replay');
  for (const word of history.split(' ').filter(Boolean)) {
    const [name, from, border, to] = /^(\w+)@(\d+)(-?)(\d*)$/.exec(word)!.slice(1) as [string, string, string, string];
    engine.push([cityEvent(name, border === '' ? 'point' : 'begin', Number(from))], [], []);
    if (to !== '') engine.push([cityEvent(name, 'end', Number(to))], [], []);
  }
  engine.clock({ source: 's', time: until }, 'replay', [], []);
  return engine.inspect(10);
}

describe('what a rule remembers, told', () => {
  const then: Pattern = { op: 'then', of: [ev('a'), ev('b'), ev('c')], within: '10 ms' };
  const cases: [string, Pattern, string, number, number, number | null][] = [
    ['nothing, before anything happened', then, '', 50, 0, null],
    ['a sequence that has begun', then, 'a@5', 6, 1, 5],
    ['each step of a sequence that is waited at', then, 'a@5 b@6 a@7', 8, 2, 5],
    ['no sequence whose time is over', then, 'a@5', 16, 0, null],
    ['no sequence that was completed', then, 'a@5 b@6 c@7', 8, 0, null],
    ['no sequence that was forbidden', { op: 'then', of: [ev('a'), no('b'), ev('c')], within: '10 ms' }, 'a@5 b@6', 7, 0, null],
    ['a count that has begun', { op: 'times', of: ev('a'), min: 3, within: '10 ms' }, 'a@1 a@8 a@14', 15, 1, 8],
    ['no count whose time is over', { op: 'times', of: ev('a'), min: 3, within: '10 ms' }, 'a@1', 15, 0, null],
    ['a count as long as a list', { op: 'times', of: ev('a'), min: 30, within: '10 ms' }, 'a@7 a@9', 10, 1, 7],
    ['one of two events', { op: 'and', of: [ev('a'), ev('b')], within: '10 ms' }, 'b@5', 6, 1, 5],
    ['no event whose partner is too late', { op: 'and', of: [ev('a'), ev('b')], within: '10 ms' }, 'b@5', 16, 0, null],
    ['no two events that came together', { op: 'and', of: [ev('a'), ev('b')], within: '10 ms' }, 'b@5 a@6', 7, 0, null],
    ['a state that has not lasted yet', { op: 'lasting', of: ev('A'), for: '10 ms' }, 'A@5-', 6, 1, 5],
    ['no state that has lasted', { op: 'lasting', of: ev('A'), for: '10 ms' }, 'A@5-', 16, 0, null],
    ['no state that ended', { op: 'lasting', of: ev('A'), for: '10 ms' }, 'A@5-8', 9, 0, null],
    ['what waits for silence', { op: 'then', of: [ev('a'), no('b', { for: '10 ms' })] }, 'a@5 a@7', 8, 2, 5],
    ['nothing after the silence', { op: 'then', of: [ev('a'), no('b', { for: '10 ms' })] }, 'a@5', 16, 0, null],
  ]; // prettier-ignore
  for (const [name, when, history, until, matches, oldest] of cases) {
    it(`names ${name}`, () => {
      const { partial, keys } = inspect(when, history, until);
      assert.deepEqual(partial, { matches, keys: matches > 0 ? 1 : 0, oldest });
      assert.equal(
        keys.reduce((sum, key) => sum + key.partial, 0),
        matches,
      );
    });
  }

  it('names every run, where matches are kept one by one', () => {
    const pairs: Pattern = { op: 'then', of: [ev('a'), ev('b')], within: '10 ms' };
    const each = (history: string, until: number): Inspection => inspect(pairs, history, until, { pairing: 'all' });
    assert.equal(each('', 50).uses, 'runs');
    assert.equal(inspect(pairs, '', 50).uses, 'automaton');
    assert.deepEqual(each('', 50).partial, { matches: 0, keys: 0, oldest: null });
    assert.deepEqual(each('a@5 a@6', 8).partial, { matches: 2, keys: 1, oldest: 5 });
    assert.deepEqual(each('a@5', 16).partial, { matches: 0, keys: 0, oldest: null });
  });

  it('says of each key how it is, and since when', () => {
    const pending = inspect(ev('A'), 'A@5-', 6, { for: '10 ms' }).keys[0]!;
    assert.deepEqual([pending.phase, pending.since, pending.raised], ['pending', 5, 0]);
    const raised = inspect(ev('A'), 'A@5-', 16, { for: '10 ms' }).keys[0]!;
    assert.deepEqual([raised.phase, raised.since, raised.raised], ['raised', 5, 1]);
    const over = inspect(ev('A'), 'A@5-8', 20).keys[0]!;
    assert.deepEqual([over.phase, over.since, over.raised], ['normal', undefined, 1]);
  });

  it('changes nothing by looking', () => {
    for (let i = 0; i < 500; i++) {
      const random = new Random(4_000_000 + i);
      const rule = randomRule(random);
      const events = randomHistory(random);
      const run = (look: boolean): string | undefined => {
        let engine;
        try {
          engine = compileStatus(rule, { names: (id) => id, emit });
        } catch {
          return undefined;
        }
        const out: Status[] = [];
        engine.setMode('replay');
        for (const event of events) {
          engine.push([event], out, []);
          engine.clock({ source: 's', time: event.time }, 'replay', out, []);
          if (look) assert.ok(engine.inspect(5).partial.matches >= 0);
        }
        engine.clock({ source: 's', time: 100, end: true }, 'replay', out, []);
        return JSON.stringify(out);
      };
      assert.equal(run(true), run(false), JSON.stringify(rule));
    }
  });
});
