/** Sequences with brackets, by hand: where one partial match is better than another, and what a bracket forbids or limits. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { emit } from '../properties/random';
import { and, e, evidence, history, keep, no, or, spans, then, times, type More } from '../support/patterns';

describe('sequences with brackets', () => {
  const [a, b, c, d] = [e('a'), e('b'), e('c'), e('d')];
  const [f, g, z] = [e('f'), e('g'), e('z')];

  it('a later begin is not given up for an earlier one that came to the same point later', () => {
    const rule = then(7, a, or(undefined, b, then(9, c, d)), f);
    assert.equal(spans(rule, 'a1 c2 a3 b4 d5 f10'), '10');
    assert.equal(spans(rule, 'a1 c2 a3 b4 d5 f11'), '');
    assert.equal(spans(rule, 'a3 b4 f10'), '10');
    // nor where the earlier one has its begin at the very first place of the memory
    const first = then(2, or(undefined, then(undefined, a, b), c), d);
    assert.equal(spans(first, 'a1 c2 b3 d4'), '4');
    assert.equal(spans(first, 'a1 c2 b3 d5'), '');
  });

  it('nor is the later begin of a bracket inside', () => {
    const rule = then(30, z, then(6, a, or(undefined, b, then(9, c, d)), f));
    assert.equal(spans(rule, 'z1 a2 c3 a4 b5 d6 f10'), '10');
    assert.equal(spans(rule, 'z1 a2 c3 a4 b5 d6 f11'), '');
    assert.equal(spans(then(30, z, then(5, a, c)), 'z1 a2 a4 c9'), '9');
    // it is the begin of the bracket that counts, not when the match came so far
    assert.equal(spans(rule, 'z1 a2 a4 c4 b5 d6 f10'), '10');
    assert.equal(spans(rule, 'z1 a2 a4 c4 b5 d6 f11'), '');
    assert.equal(spans(rule, 'z1 a2 c3 a4 d5 b6 f10'), '10');
    assert.equal(spans(rule, 'z1 a2 c3 a4 d5 b6 f11'), '');
  });

  it('of two that are complete at one moment the later begin counts', () => {
    for (const ways of [
      [then(9, a, no('f'), c), then(9, b, c)],
      [then(9, b, c), then(9, a, no('f'), c)],
    ] as const) {
      const rule = and(9, then(30, z, or(undefined, ...ways)), g);
      assert.equal(spans(rule, 'z1 a2 z3 b4 c5 g12'), '12');
      assert.equal(spans(rule, 'z1 b2 z3 a4 c5 g12'), '12');
      assert.equal(spans(rule, 'z1 a2 z3 b4 c5 g13'), '');
      const alone = then(30, z, or(undefined, ...ways));
      assert.equal(evidence(alone, 'z1 a2 z3 b4 c5'), 'z3 b4 c5');
      assert.equal(evidence(alone, 'z1 b2 z3 a4 c5'), 'z3 a4 c5');
    }
  });

  it('what began earlier is not given up where what began later was forbidden to go on', () => {
    const rule = then(20, or(undefined, a, then(undefined, z, f)), no('d'), then(3, b, c));
    assert.equal(evidence(rule, 'z3 a5 b6 d7 f8 b9 c10'), 'z3 f8 b9 c10');
    assert.equal(spans(rule, 'z3 a5 b6 d7 f8 b9 c13'), '');
    assert.equal(spans(rule, 'z3 b6 d7 f8 b9 c10'), '10');
    // also where the bracket is not what comes next, but begins with it
    const inner = then(20, or(undefined, a, then(undefined, z, f)), no('d'), and(9, then(3, b, c), g));
    assert.equal(spans(inner, 'z3 a5 b6 d7 f8 b9 c10 g11'), '11');
  });

  it('the time of a bracket begins with its first event, wherever it stands', () => {
    const three = then(5, a, b, c);
    assert.equal(spans(then(30, z, three), 'z1 a2 b5 c7'), '7');
    assert.equal(spans(then(30, z, three), 'z1 a2 b5 c8'), '');
    assert.equal(spans(then(30, three, f), 'a2 b5 c7 f9'), '9');
    assert.equal(spans(then(30, three, f), 'a2 b5 c8 f9'), '');
    assert.equal(spans(then(30, and(undefined, three, f), g), 'a2 f3 b5 c7 g9'), '9');
    assert.equal(spans(then(30, and(undefined, three, f), g), 'a2 f3 b5 c8 g9'), '');
    assert.equal(spans(then(30, and(undefined, three, f), g), 'a2 b5 f6 c8 g9'), '');
    assert.equal(spans(then(30, and(undefined, three, f), g), 'a2 b5 c7 f9 g10'), '10');
    assert.equal(spans(then(30, and(undefined, three, f), g), 'a2 b5 c8 f9 g10'), '');
  });

  it('brackets inside each other have times of their own', () => {
    const rule = then(30, z, then(9, a, then(3, b, d, c), f));
    assert.equal(spans(rule, 'z1 a2 b5 d6 c8 f11'), '11');
    assert.equal(spans(rule, 'z1 a2 b5 d6 c9 f11'), '');
    assert.equal(spans(rule, 'z1 a2 b5 d6 c8 f12'), '');
  });

  it('how often something occurs at a moment counts each time anew', () => {
    const rule = then(9, times(9, a, 2), b);
    assert.equal(spans(rule, "a1 a20 a'20 b21"), '21');
    assert.equal(spans(rule, "a1 a'1 a20 b21"), '');
    assert.equal(spans(rule, 'a1 a2 b3'), '3');
    assert.equal(spans(then(9, times(9, a, 3), b), "a1 a'1 a2 b3"), '3');
    assert.equal(spans(then(9, times(9, a, 2), b), "a1 a'1 b1"), '');
  });

  it('of "n times (A or B)" several of one moment count, too: alone, in a sequence, and whatever is paired', () => {
    const either = times(9, or(undefined, a, b), 3);
    const bracket = or(7, a, or(3, b, a));
    const [both, nested] = [then(20, either, c), then(20, times(9, bracket, 3), c)];
    for (const pairing of ['newest', 'each', 'once', 'all'] as const) {
      const more: More = { pairing, afterDetection: 'keep' };
      for (const rule of [both, nested]) {
        assert.equal(spans(rule, 'a1 b1 b2 c3', more), '3', pairing);
        assert.equal(spans(rule, "b1 a2 a'2 c3", more), '3', pairing);
        assert.equal(spans(rule, "a1 b1 a'1 c3", more), '3', pairing);
        assert.equal(spans(rule, 'a1 b1 c3', more), '', pairing);
        assert.equal(spans(rule, "a1 b2 a'2 c2", more), '', pairing);
        assert.equal(spans(rule, 'a1 a11 b11 c12', more), '', pairing);
      }
      assert.equal(spans(either, 'a1 b1 b2', more), '2', pairing);
    }
    assert.equal(evidence(both, 'a1 b1 b2 c3'), 'a1 b1 b2 c3');
    assert.equal(evidence(both, 'a1 b2 c3 a4 b4 c5'), 'b2 a4 b4 c5');
    // what takes time must be over before it comes again
    const brackets = then(20, times(9, or(undefined, a, then(undefined, b, d)), 2), c);
    assert.equal(spans(brackets, "a1 a'1 c3"), '');
    assert.equal(spans(brackets, 'a1 b2 d3 c4'), '4');
  });

  it('a guard inside "and" forbids its own side, also at the moment at which the other side goes on', () => {
    const rule = then(20, and(undefined, then(20, a, no('b'), c), d), f);
    assert.equal(spans(rule, 'a1 d2 c3 f4'), '4');
    assert.equal(spans(rule, 'a1 b2 d3 c4 f5'), '');
    assert.equal(spans(rule, 'a1 b2 d2 c3 f4'), '');
    assert.equal(spans(rule, 'd1 a2 b3 c4 f5'), '');
    assert.equal(spans(rule, 'b1 a2 d3 c4 f5'), '5');
    assert.equal(spans(rule, 'a1 b3 c3 d3 f4'), '4');
  });

  it('a side that waits under a guard waits while the other side takes what is not forbidden', () => {
    const rule = then(20, and(undefined, then(20, a, no('b'), c), or(undefined, b, d)), f);
    assert.equal(spans(rule, 'a1 d2 c3 f4'), '4');
    assert.equal(spans(rule, 'b1 a2 c3 f4'), '4');
    assert.equal(spans(rule, 'a1 b2 c3 f4'), '');
    assert.equal(spans(rule, 'a1 c2 b3 f4'), '4');
  });

  it('of an event without duration a begin is a step, its end and that it is not known are none', () => {
    assert.equal(spans(then(9, a, b), 'a1-3 b6'), '6');
    assert.equal(spans(then(9, a, b), 'a1 b5-20'), '5');
    assert.equal(spans(then(9, b, a), 'a1-5 b3'), '');
    assert.equal(spans(then(9, b, a), 'b3 a5?'), '');
    assert.equal(spans(then(9, b, no('a'), c), 'a1-5 b3 c7'), '7');
    assert.equal(evidence(then(9, b, a), 'a1-5 b3 a7'), 'b3 a7');
    // a state that is known again does not begin again
    assert.equal(spans(then(5, e('A'), e('B')), 'A1 A3? A5 B7-9'), '');
  });

  it('what comes at one moment is no sequence, also where each event is looked at as soon as it comes', () => {
    const live = (text: string): string[] => {
      const rule: StatusDefinition = {
        id: 'r', name: 'r', when: then(9, a, b), per: { by: 'station' }, severity: 'minor', lateness: '1 min', flapping: false,
      }; // prettier-ignore
      const engine = compileStatus(rule, { names: (id) => id, emit });
      const out: Status[] = [];
      engine.setMode('live');
      for (const event of history(text)) engine.push([event], out, []);
      return out.map(({ state, since }) => `${state} ${Date.parse(since)}`);
    };
    assert.deepEqual(live('a5 b5'), []);
    assert.deepEqual(live('a5 b6'), ['raised 6']);
    assert.deepEqual(live('a5 b5 b7'), ['raised 7']);
  });

  it('of two keys each has its own evidence and its own guards, whichever is first in the memory', () => {
    const run = (when: Pattern, ...steps: [key: string, text: string][]): string[] => {
      const rule: StatusDefinition = {
        id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', lateness: '0 ms', flapping: false,
      }; // prettier-ignore
      const engine = compileStatus(rule, { names: (id) => id, emit });
      const out: Status[] = [];
      engine.setMode('replay');
      const of = ([key, text]: [string, string]): CityEvent[] => history(text).map((event) => ({ ...event, key, stream: `${event.stream} ${key}` })); // prettier-ignore
      engine.push([...of(['j', 'z0']), ...of(['k', 'z0']), ...steps.flatMap(of)], out, []);
      engine.clock({ source: 's', time: 100, end: true }, 'replay', out, []);
      const raised = out.filter(({ state }) => state === 'raised');
      return raised.map((s) => `${s.key}: ${s.evidence.map(({ event, time }) => `${event}${Date.parse(time)}`).join(' ')}`); // prettier-ignore
    };
    const inside = or(undefined, and(20, then(9, a, b), c), times(9, z, 3));
    const guarded = or(undefined, then(20, a, b, no('c'), d), times(9, z, 3));
    for (const [one, other] of [
      ['j', 'k'],
      ['k', 'j'],
    ] as const) {
      // these lie side by side with nothing in between
      assert.deepEqual(run(then(20, a, b, no('c'), d), [one, 'a1 b2'], [other, 'a3 b4 c5'], [one, 'd6']), [
        `${one}: a1 b2 d6`,
      ]);
      assert.deepEqual(run(then(20, e('A'), b, c), [one, 'A1 b2'], [other, 'A3 b4 c5'], [one, 'c6']), [`${other}: A3 b4 c5`, `${one}: A1 b2 c6`]); // prettier-ignore
      assert.deepEqual(run(inside, [one, 'a1 b2'], [other, 'a3 b4'], [one, 'c5']), [`${one}: a1 b2 c5`]);
      assert.deepEqual(run(guarded, [one, 'a1 b2'], [other, 'a3 b4 c5'], [one, 'd6']), [`${one}: a1 b2 d6`]);
      assert.deepEqual(run(guarded, [one, 'a1 b2'], [other, 'a3 b4 d5'], [one, 'd6']), [`${other}: a3 b4 d5`, `${one}: a1 b2 d6`]); // prettier-ignore
    }
  });

  it('evidence of a sequence inside "and", told later', () => {
    assert.equal(evidence(and(9, then(9, a, b), c), 'a1 b2 c5'), 'a1 b2 c5');
    assert.equal(evidence(and(9, then(9, a, b), c), 'c1 a3 b5'), 'c1 a3 b5');
  });

  it('evidence of a sequence: of equal begins the newest, of a state the begin that counts, and nothing beside', () => {
    assert.equal(evidence(then(9, a, b, c), 'a1 b2 b3 c4'), 'a1 b3 c4');
    assert.equal(evidence(then(9, or(undefined, a, e('A')), b), 'A1-20 a5 b6'), 'a5 b6');
    assert.equal(evidence(then(9, e('A'), b), "A1 A'3 b5"), 'A3 b5');
    assert.equal(evidence(then(9, a, no('B'), c), 'B1-2 a3 c4'), 'a3 c4');
    assert.equal(evidence(then(20, a, or(undefined, b, then(9, c, d)), f), 'a1 c2 a3 b4 d5 f10', keep), 'a3 b4 f10');
  });
});
