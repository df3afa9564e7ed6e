/** What operators keep: in lists of their own, beside each other, copied for late events, and told on inspection. */
import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';
import { and, e, evidence, history, keep, type More, no, or, spans, statuses, then, times } from '../support/patterns';

/** "a1 a2 ... a20". */
const moments = (from: number, to: number, event = 'a'): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${event}${from + i}`).join(' ');
const numbers = (from: number, to: number): string => moments(from, to, '');

function engineOf(when: Pattern, more: Partial<StatusDefinition> = {}, mode: Mode = 'replay'): PatternEngine {
  const rule: StatusDefinition = {
    id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' }, lateness: '0 ms',
    updateEvery: '0 s', flapping: false, ...more,
  }; // prettier-ignore
  const engine = compileStatus(rule, { names: (id) => id, emit });
  engine.setMode(mode);
  return engine;
}

describe('what operators keep', () => {
  /** Makes the operator beside it keep its things in other places than the first. */
  const beside = (rule: Pattern): Pattern => or(undefined, times(5, e('z'), 2), rule);

  it('long counts, beside others', () => {
    const rule = beside(times(25, e('a'), 20));
    assert.equal(spans(rule, moments(1, 45)), '20 40');
    assert.equal(spans(rule, moments(1, 22), keep), '20 21 22');
    assert.equal(spans(and(60, times(30, e('b'), 2), times(25, e('a'), 20)), `${moments(1, 20)} b15 b22`), '22');
  });

  it('what waits for a silence, beside others', () => {
    const rule: Pattern = { op: 'then', of: [e('a'), no('b', 50)] };
    for (const when of [rule, beside(rule)]) {
      assert.equal(spans(when, moments(1, 90), { ...keep, end: 500 }), numbers(51, 140));
      assert.equal(spans(when, `${moments(1, 90)} b95`, { ...keep, end: 500 }), numbers(51, 94));
      assert.equal(spans(when, 'a1 a3', { end: 500 }), '51');
    }
  });

  it('of what waits, so many as allowed; what is done with does not count', () => {
    const text = `${moments(1, 6)} ${moments(4007, 5000)} ${moments(5007, 5012)}`;
    for (const when of [then(9000, e('a'), no('b', 5000)), beside(then(9000, e('a'), no('b', 5000)))]) {
      assert.equal(spans(when, text, { ...keep, end: 20_000 }).split(' ').length, 1006);
      const dropped = spans(when, `${text} ${moments(5014, 5015)}`, { ...keep, end: 20_000 }).split(' ');
      assert.deepEqual([dropped.length, dropped[6]], [1006, '9009']);
    }
  });

  it('a late event runs the time again as it was, also where lists are kept', () => {
    const run = (when: Pattern, early: string, late: CityEvent[]): string => {
      const engine = engineOf(when, { afterDetection: 'keep' }, 'live');
      const out: Status[] = [];
      for (const event of history(early)) {
        engine.push([event], out, []);
        engine.clock({ source: 's', time: event.time }, 'live', out, []);
      }
      engine.push(late, out, []);
      engine.clock({ source: 's', time: 500, end: true }, 'live', out, []);
      return [...new Set(out.map(({ since }) => Date.parse(since)))].sort((x, y) => x - y).join(' ');
    };
    const other = (time: number): CityEvent => cityEvent('a', 'point', time, 'other');
    assert.equal(run({ op: 'then', of: [e('a'), no('b', 50)] }, 'a10 a20', [other(15)]), '60 65 70');
    assert.equal(run(times(60, e('a'), 20), moments(1, 10), [other(5)]), '');
    assert.equal(run(times(60, e('a'), 20), moments(1, 19), [other(30)]), '30');
    assert.equal(run(times(60, e('a'), 3), 'a10 a20', [other(15)]), '20');
  });

  it('evidence of one operator is not forgotten with that of another', () => {
    assert.equal(evidence(and(20, times(5, e('a'), 2), e('b')), 'b1 a2 a3'), 'b1 a2 a3');
    assert.equal(evidence(and(20, e('b'), times(5, e('a'), 2)), 'b1 a2 a3'), 'b1 a2 a3');
  });

  it('evidence of a count with what lasts: the state once, and the newest', () => {
    const last = (when: Pattern, text: string, more: More): string =>
      (statuses(when, text, more).findLast(({ state }) => state === 'raised')?.evidence ?? [])
        .map(({ event, time }) => `${event}${Date.parse(time)}`)
        .join(' ');
    assert.equal(last(times(20, or(undefined, e('A'), e('b')), 2), 'A1 b3 b5', keep), 'b3 b5');
  });

  it('what has begun, to the border of its time', () => {
    const begun = (when: Pattern, text: string, until: number): unknown => {
      const engine = engineOf(when, { afterDetection: 'keep' });
      engine.push(history(text), [], []);
      engine.clock({ source: 's', time: until }, 'replay', [], []);
      const { matches, oldest } = engine.inspect(10).partial;
      return [matches, oldest];
    };
    assert.deepEqual(begun(times(5, e('a'), 3), 'a1 a2', 6), [1, 1]);
    assert.deepEqual(begun(times(5, e('a'), 3), 'a1 a2', 7), [1, 2]);
    assert.deepEqual(begun(times(5, e('a'), 3), 'a1 a2', 8), [0, null]);
    assert.deepEqual(begun(times(50, e('a'), 3), 'a1 a2 a3 a4', 5), [1, 2]);
    assert.deepEqual(begun(and(5, e('a'), e('b')), 'a1', 6), [1, 1]);
    assert.deepEqual(begun(and(5, e('a'), e('b')), 'a1', 7), [0, null]);
    assert.deepEqual(begun(and(9, and(9, e('a'), e('b')), e('c')), 'a1 b2', 3), [1, 1]);
    assert.deepEqual(begun(then(5, e('a'), e('b')), 'a1', 6), [1, 1]);
    assert.deepEqual(begun(then(5, e('a'), e('b')), 'a1', 7), [0, null]);
    const waits: Pattern = { op: 'then', of: [e('a'), no('b', 5)] };
    assert.deepEqual(begun(beside(waits), 'a1 a2', 3), [2, 1]);
    assert.deepEqual(begun(beside(waits), 'a1 a4', 7), [1, 4]);
  });
});
