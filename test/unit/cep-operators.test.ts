/** The operators of a pattern at their borders, each by hand: what is remembered, used up, forbidden, and for how long. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, describeRule, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';
import { and, course, e, history, keep, no, or, spans, statuses, then, times, type More } from '../support/patterns';

describe('operators at their borders', () => {
  it('"and": at exactly its time, not one later, in both orders', () => {
    for (const [first, second] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      assert.equal(spans(and(5, e('a'), e('b')), `${first}1 ${second}6`), '6');
      assert.equal(spans(and(5, e('a'), e('b')), `${first}1 ${second}7`), '');
    }
    assert.equal(spans(and(0, e('a'), e('b')), 'a3 b3'), '3');
    assert.equal(spans(and(0, e('a'), e('b')), 'a3 b4'), '');
  });

  it('"and": the latest of each counts, and each pair once', () => {
    assert.equal(spans(and(5, e('a'), e('b')), 'a1 a4 b9'), '9');
    assert.equal(spans(and(5, e('a'), e('b')), 'a1 b2 a3 b4'), '2 4');
    assert.equal(spans(and(5, e('a'), e('b')), 'a1 b2 a3 b4', keep), '2 3 4');
  });

  it('"and": one that is used up is not paired again, one at the same moment neither', () => {
    assert.equal(spans(and(5, e('a'), e('b')), 'a1 b2 b3'), '2');
    assert.equal(spans(and(5, e('a'), e('b')), 'a1 b2 b3', keep), '2 3');
    assert.equal(spans(and(5, e('a'), e('b')), "a1 b1 b'2"), '1');
  });

  it('"and" of states happens by itself only where two of them may miss each other', () => {
    const ends = (when: Pattern): string => {
      const rule: StatusDefinition = { id: 'r', name: 'R', when, per: { by: 'station' }, severity: 'minor' };
      return /goes back to normal (.*?)\./.exec(describeRule(rule, (id) => id, 'en-US', emit))![1]!;
    };
    const alone = ends(and(5, e('A'), no('b')));
    assert.equal(alone, ends(e('A')));
    assert.equal(alone, ends(and(undefined, e('A'), e('B'))));
    assert.notEqual(alone, ends(and(5, e('A'), e('B'))));
    assert.notEqual(alone, ends(and(5, e('A'), e('b'))));
  });

  it('"and" of states: from the last begin to the first end, and what touches does not overlap', () => {
    assert.equal(spans(and(undefined, e('A'), e('B')), 'A1-9 B3-5 B7-12'), '3-5 7-9');
    assert.equal(spans(and(undefined, e('A'), e('B')), 'A1-5 B5-9'), '');
    assert.equal(spans(and(3, e('A'), e('B')), 'A1-5 B8-9'), '8');
    assert.equal(spans(and(3, e('A'), e('B')), 'A1-5 B9-10'), '');
    assert.equal(spans(and(3, e('A'), e('B')), 'A1-5 B4-9 A7-8'), '4-5 7-8');
  });

  it('"and" of a state and an instant: the instant counts while the state holds, however long', () => {
    assert.equal(spans(and(3, e('A'), e('b')), 'A1-50 b40'), '40');
    assert.equal(spans(and(3, e('A'), e('b')), 'A1-5 b8'), '8');
    assert.equal(spans(and(3, e('A'), e('b')), 'A1-5 b9'), '');
  });

  it('"and no": what was in the time before, or holds, forbids; also when it ends or comes at the same moment', () => {
    assert.equal(spans(and(5, e('a'), no('b')), 'b1 a6'), '');
    assert.equal(spans(and(5, e('a'), no('b')), 'b1 a7'), '7');
    assert.equal(spans(and(5, e('a'), no('b')), 'a3 b3'), '');
    assert.equal(spans(and(5, e('a'), no('B')), 'B1-4 a8'), '');
    assert.equal(spans(and(5, e('a'), no('B')), 'B1-4 a9'), '9');
    assert.equal(spans(and(5, e('a'), no('B')), 'B1 a50'), '');
    // nobody knows whether B still holds
    assert.equal(spans(and(5, e('a'), no('B')), 'B1 B3? a50'), '');
  });

  it('"and no" of states: begins by itself when nothing has forbidden it for the time', () => {
    assert.equal(spans(and(undefined, e('A'), no('B')), 'A1-20 B5-8'), '1-5 8-20');
    assert.equal(spans(and(4, e('A'), no('B')), 'A1-20 B5-8'), '1-5 12-20');
    assert.equal(spans(and(4, e('A'), no('b')), 'A3-20 b1'), '6-20');
  });

  it('"and": not known while one of them is not known, false when one of them is false', () => {
    const flags = (text: string): string =>
      statuses(and(undefined, e('A'), e('B')), text)
        .map(({ state }) => state)
        .join(' ');
    assert.equal(flags('A1-20 B2-30 B5?'), 'raised nodata cleared');
    assert.equal(flags('A1 A3? B5-9'), '');
    assert.equal(flags('A1-9 B2-8 B5? B6-8'), 'raised nodata updated cleared');
  });

  it('"or": true while one is true; each occurrence counts', () => {
    assert.equal(spans(or(undefined, e('A'), e('B')), 'A1-5 B4-8 a9'), '1-8');
    assert.equal(spans(or(undefined, e('A'), e('b')), 'A1-5 b3 b7'), '1-5 7');
    assert.equal(spans(times(5, or(undefined, e('a'), e('b')), 3), 'a1 b2 a3'), '3');
    assert.equal(spans(times(5, or(undefined, e('a'), e('b')), 3), 'a1 b1 a2'), '2');
  });

  it('"n to m times" of brackets: what began first counts first, also where it is done later than another', () => {
    const either = or(undefined, then(6, e('a'), e('c')), then(6, e('b'), e('d')));
    assert.equal(spans(times(6, either, 3, 5), 'a1 b2 d3 c4 a6 c7'), '7');
    assert.equal(spans(times(5, either, 3, 5), 'a1 b2 d3 c4 a6 c7'), '');
  });

  it('"or" within a time: states that meet may lie no further apart', () => {
    const meet = and(8, e('C'), e('B'));
    assert.equal(spans(or(2, meet, e('c')), 'C9-12 B15-17'), '');
    assert.equal(spans(or(3, meet, e('c')), 'C9-12 B15-17'), '15');
    assert.equal(spans(or(2, meet, meet), 'C9-12 B15-17'), '');
    assert.equal(spans(or(undefined, meet, e('c')), 'C9-12 B15-17'), '15');
    // what else there is counts
    assert.equal(spans(or(2, meet, e('b')), 'C9-12 B15-17 b15'), '15');
    assert.equal(spans(times(9, or(2, meet, e('b')), 2), 'C9-12 B15-17 b15 b17'), '17');
    assert.equal(spans(times(9, or(2, meet, e('b')), 2), 'C9-12 B15-17 b15'), '');
  });

  it('"or" in "or": what is named twice occurs once', () => {
    const twice = or(undefined, or(undefined, e('a'), e('b')), e('a'));
    assert.equal(spans(times(5, twice, 3), 'a1 a2'), '');
    assert.equal(spans(times(5, twice, 3), 'a1 b2 a3'), '3');
    assert.equal(spans(or(undefined, or(undefined, e('a')), e('a')), 'a1 b2'), '1');
    // nor does a time around what takes none make it another one
    for (const again of [or(3, e('b'), e('c')), or(undefined, or(3, or(2, e('b')), e('c')))]) {
      assert.equal(spans(times(9, or(undefined, e('b'), again), 2), 'b5'), '');
      assert.equal(spans(times(9, or(undefined, e('b'), again), 2), 'b5 c6'), '6');
    }
    // with a time of its own it is another one
    const bracket = or(2, e('a'), then(undefined, e('b'), e('c')));
    assert.equal(spans(or(9, bracket, then(undefined, e('b'), e('c'))), 'b1 c5'), '5');
  });

  it('"or": not known only when none is true', () => {
    const states = (text: string): string =>
      statuses(or(undefined, e('A'), e('B')), text)
        .map(({ state }) => state)
        .join(' ');
    assert.equal(states('A1-9 A3? B5-12'), 'raised nodata updated cleared');
    assert.equal(states('A1-9 B2-12 B3?'), 'raised updated nodata cleared');
  });

  it('"then": strictly later, within its time to the last moment, latest start', () => {
    const rule = then(5, e('a'), e('b'));
    assert.equal(spans(rule, 'a1 b6'), '6');
    assert.equal(spans(rule, 'a1 b7'), '');
    assert.equal(spans(rule, 'a3 b3'), '');
    assert.equal(spans(rule, 'b1 a2'), '');
    assert.equal(spans(rule, 'a1 a5 b9'), '9');
    assert.equal(spans(rule, 'a1 b2 b3'), '2');
    assert.equal(spans(rule, 'a1 b2 b3', keep), '2 3');
  });

  it('"then" of brackets: the end of the first lies before the begin of the second', () => {
    const late = then(9, e('a'), then(9, e('b'), e('c')));
    assert.equal(spans(late, 'b1 a2 c3'), '');
    assert.equal(spans(late, 'a1 b2 c3'), '3');
    const both = then(9, and(9, e('a'), e('b')), e('c'));
    assert.equal(spans(both, 'b1 a2 c3'), '3');
    assert.equal(spans(both, 'b1 c2 a3'), '');
    assert.equal(spans(then(9, e('a'), and(2, e('b'), e('c'))), 'a1 c2 b4'), '4');
    assert.equal(spans(then(9, e('a'), and(2, e('b'), e('c'))), 'a1 c2 b5'), '');
  });

  it('"then no then": a guard between forbids, one before, after or with them does not', () => {
    const rule = then(9, e('a'), no('b'), e('c'));
    assert.equal(spans(rule, 'a1 b2 c3'), '');
    assert.equal(spans(rule, 'b1 a2 c3'), '3');
    assert.equal(spans(rule, 'a1 c3 b4'), '3');
    // a guard at the moment of the last event does not kill the match that it completes
    assert.equal(spans(rule, 'a1 b3 c3'), '3');
    assert.equal(spans(rule, 'a1 b1 c3'), '3');
    assert.equal(spans(rule, 'a1 b2 a3 c4'), '4');
  });

  it('"then no then": a state that holds forbids, although it began before', () => {
    const rule = then(9, e('a'), no('B'), e('c'));
    assert.equal(spans(rule, 'B1-20 a2 c3'), '');
    assert.equal(spans(rule, 'B1-2 a2 c3'), '3');
    assert.equal(spans(rule, 'a1 B2-3 c4'), '');
    assert.equal(spans(rule, 'B1 B2? a3 c4'), '');
  });

  it('"then no for": told when the time is over; at the last moment it still is in time', () => {
    const rule = then(20, e('a'), no('b', 5));
    assert.equal(spans(rule, 'a1'), '6');
    assert.equal(spans(rule, 'a1 b6'), '');
    assert.equal(spans(rule, 'a1 b7'), '6');
    assert.equal(spans(rule, 'a1 b1'), '6');
    assert.equal(spans(rule, 'a1 b2 a3'), '8');
    assert.equal(spans(rule, 'a1 a3', keep), '6 8');
    assert.equal(spans(rule, 'a1 a3'), '6');
    assert.equal(spans(rule, 'a1', { end: 5 }), '');
    assert.equal(spans(then(20, e('a'), no('B', 5)), 'B1-2 a2'), '7');
    assert.equal(spans(then(20, e('a'), no('B', 5)), 'B1-3 a2'), '');
  });

  it('"then no for": a single one goes on waiting when another comes while another branch is due, or has just spoken', () => {
    const silent = (after: string, unwanted: string, length: number): Pattern => ({ op: 'then', of: [e(after), no(unwanted, length)] }); // prettier-ignore
    assert.equal(spans(or(undefined, silent('c', 'd', 2), silent('a', 'b', 5)), 'c0 a1 a2', keep), '2 6 7');
    const three = or(undefined, silent('c', 'd', 9), silent('f', 'g', 9), silent('a', 'b', 5));
    assert.equal(spans(three, 'c0 a1 c2 a3', keep), '6 8 9 11');
  });

  it('"then then no for": the time of the whole ends with the silence', () => {
    assert.equal(spans(then(9, e('a'), e('b'), no('c', 4)), 'a1 b6'), '10');
    assert.equal(spans(then(9, e('a'), e('b'), no('c', 4)), 'a1 b7'), '');
  });

  it('"times": so many within the time, the oldest at its very begin', () => {
    assert.equal(spans(times(5, e('a'), 3), 'a1 a2 a6'), '6');
    assert.equal(spans(times(5, e('a'), 3), 'a1 a2 a7'), '');
    assert.equal(spans(times(5, e('a'), 3), 'a1 a4 a7 a9'), '9');
    assert.equal(spans(times(5, e('a'), 2), 'a1 a2 a3 a4'), '2 4');
    assert.equal(spans(times(5, e('a'), 2), 'a1 a2 a3 a4', keep), '2 3 4');
    assert.equal(spans(times(5, e('a'), 2), "a1 a'1"), '1');
    assert.equal(spans(times(5, e('A'), 2), 'A1-2 A3-4'), '3');
  });

  it('"times" of many: a count that is longer than what is kept as numbers', () => {
    const moments = (n: number): string => Array.from({ length: n }, (_, i) => `a${i + 1}`).join(' ');
    assert.equal(spans(times(19, e('a'), 20), moments(20)), '20');
    assert.equal(spans(times(18, e('a'), 20), moments(20)), '');
    assert.equal(spans(times(19, e('a'), 20), moments(45)), '20 40');
    assert.equal(spans(times(30, e('a'), 20), moments(22), keep), '20 21 22');
    assert.equal(spans(times(15, e('a'), 16), moments(32)), '16 32');
    assert.equal(spans(times(16, e('a'), 17), moments(34)), '17 34');
  });

  it('"times to": not when there were more', () => {
    assert.equal(spans(times(5, e('a'), 2, 3), 'a1 a2', keep), '2');
    assert.equal(spans(times(5, e('a'), 2, 3), 'a1 a2 a3 a4', keep), '2 3');
    assert.equal(spans(times(5, e('a'), 2, 2), 'a1 a6 a7', keep), '6 7');
    assert.equal(spans(times(5, e('a'), 2, 2), 'a2 a6 a7', keep), '6');
    assert.equal(spans(times(5, e('a'), 1, 1), 'a1 a2 a8', keep), '1 8');
    // it is looked at when one occurs: none at all is no detection
    assert.equal(spans(times(5, e('a'), 0, 2), 'a1 a2 a3 a9 a10', keep), '1 2 9 10');
    assert.equal(spans(or(undefined, times(5, e('a'), 0, 2), times(9, e('b'), 3)), 'b1 a2 a3 b3 a4', keep), '2 3');
  });

  it('"times to" of a bracket: all of each lies within the time', () => {
    const twice = (within: number): Pattern => times(within, then(5, e('a'), e('b')), 2, 3);
    assert.equal(spans(twice(10), 'a0 b5 a6 b11'), '');
    assert.equal(spans(twice(11), 'a0 b5 a6 b11'), '11');
    // one that began too early is none of too many
    assert.equal(spans(twice(9), 'a0 b2 a3 b4 a5 b6 a7 b10', keep), '4 6 10');
    assert.equal(spans(twice(10), 'a0 b2 a3 b4 a5 b6 a7 b10', keep), '4 6');
    // nor does the one that ends now count less because it began first
    const either = (within: number): Pattern => times(within, or(undefined, then(9, e('a'), e('b')), e('c')), 2, 3);
    assert.equal(spans(either(8), 'a0 c3 b9', keep), '');
    assert.equal(spans(either(9), 'a0 c3 b9', keep), '9');
    assert.equal(spans(either(8), 'a0 c3 c4 b9', keep), '4');
    // the whole has begun with it, also for the bracket around
    assert.equal(spans(and(11, twice(20), e('x')), 'a0 b5 a6 b11 x11'), '11');
    assert.equal(spans(and(10, twice(20), e('x')), 'a0 b5 a6 b11 x11'), '');
    // one that ends last has its place where it began: later it is the oldest of them that counts
    assert.equal(spans(either(3), 'c1 c5 a2 b6 c8', keep), '8');
    assert.equal(spans(either(2), 'c1 c5 a2 b6 c8', keep), '');
    const longer = (within: number): Pattern => times(within, or(undefined, then(30, e('a'), e('b')), e('c')), 17, 18);
    const between = `a5 ${Array.from({ length: 15 }, (_, i) => `c${10 + i}`).join(' ')} b25 c26`;
    assert.equal(spans(longer(20), between, keep), '');
    assert.equal(spans(longer(21), between, keep), '26');
    const many = (within: number): Pattern => times(within, then(5, e('a'), e('b')), 17, 18);
    const pairs = Array.from({ length: 17 }, (_, i) => `a${3 * i + 1} b${3 * i + 3}`).join(' ');
    assert.equal(spans(many(50), pairs), '51');
    assert.equal(spans(many(49), pairs), '');
  });

  it('what must happen and must not happen in the same time is refused: it can never be true', () => {
    const refused = /the same must happen and must not happen/;
    assert.throws(() => spans(and(5, e('a'), no('a')), ''), refused);
    assert.throws(() => spans(and(5, e('a'), no('b'), e('b')), ''), refused);
    assert.throws(() => spans(and(undefined, e('A'), no('A')), ''), refused);
    // where it has just ended at the one end of the time it is not there at the other
    assert.equal(spans(and(5, e('A'), e('c'), no('A')), 'A1-10 c15'), '15');
  });

  it('"times" of a bracket: one after the other, each whole', () => {
    const twice = times(20, then(5, e('a'), e('b')), 2);
    assert.equal(spans(twice, 'a1 b2 a3 b4'), '4');
    assert.equal(spans(twice, 'a1 a2 b3 b4'), '');
    assert.equal(spans(twice, 'a1 b2 a2 b3'), '');
  });

  it('"lasting": after the whole time without a break, to its end', () => {
    const rule: Pattern = { op: 'lasting', of: e('A'), for: '5 ms' };
    assert.equal(spans(rule, 'A1-9'), '6-9');
    assert.equal(spans(rule, 'A1-6'), '');
    assert.equal(spans(rule, 'A1-5 A6-10'), '');
    assert.equal(spans(rule, 'A1 A3? A4-20'), '9-20');
    assert.equal(spans(rule, 'A1', { end: 5 }), '');
    assert.equal(
      statuses(rule, 'A1 A8? A10-20')
        .map(({ state }) => state)
        .join(' '),
      'raised nodata updated cleared',
    );
  });

  it('"no for": from the last sign of life on; a state that holds is one', () => {
    assert.equal(spans(no('a', 5), 'a1 a6 a12'), '11-12 17-');
    assert.equal(spans(no('A', 5), 'A1-9 A20-21'), '14-20 26-');
    assert.equal(spans(no('A', 5), 'A1 A3?'), '');
    assert.equal(spans(and(9, no('a', 5), e('b')), 'a1 b3'), '6');
  });

  it('"then no for" after a state counts from its begin', () => {
    assert.equal(spans(then(20, e('A'), no('b', 5)), 'A1-2'), '6');
    assert.equal(spans(then(20, e('A'), no('b', 5)), 'A1-20 b4'), '');
    assert.equal(spans({ op: 'then', of: [e('A'), no('b', 5)] }, 'A1-20'), '6');
  });

  it('"then no for" of a bracket: its time is no part of how long a match may take', () => {
    const rule = (within: number): Pattern => ({
      op: 'then', of: [e('a'), { op: 'no', of: and(within, e('b'), e('c')), for: '5 ms' }],
    }); // prettier-ignore
    const over = (when: Pattern): string[] =>
      statuses(when, 'a1', { clear: {}, end: 9_000_000 }).map(
        ({ state, since, until }) => `${state} ${since} ${until}`,
      );
    assert.deepEqual(over(rule(3_600_000)), over(rule(2)));
  });

  it('one in brackets lies within their time', () => {
    assert.equal(spans(then(2, and(20, e('a'), e('b'))), 'a1 b9'), '');
    assert.equal(spans(then(2, and(20, e('a'), e('b'))), 'a1 b3'), '3');
    const unwanted: Pattern = { op: 'no', of: then(2, and(20, e('a'), e('b'))) };
    assert.equal(spans(and(20, e('c'), unwanted), 'a1 b9 c15'), '15');
    assert.equal(spans(and(20, e('c'), unwanted), 'a1 b3 c15'), '');
  });

  it('"then no for": very many may wait at once, and of too many the newest', () => {
    const moments = (n: number): string => Array.from({ length: n }, (_, i) => `a${i + 1}`).join(' ');
    const rule: Pattern = { op: 'then', of: [e('a'), no('b', 50)] };
    const ends = Array.from({ length: 90 }, (_, i) => i + 51);
    assert.equal(spans(rule, moments(90), { ...keep, end: 500 }), ends.join(' '));
    assert.equal(spans(rule, `${moments(90)} b95`, { ...keep, end: 500 }), ends.slice(0, 44).join(' '));
    const long: Pattern = { op: 'then', of: [e('a'), no('b', 5000)] };
    const found = spans(long, moments(1100), { ...keep, end: 9000 }).split(' ');
    assert.deepEqual([found.length, found[0], found.at(-1)], [1000, '5101', '6100']);
  });

  it('"then no for": of too many that wait those that are given up are counted and told, once a minute', () => {
    const when: Pattern = { op: 'then', of: [e('a'), no('b', 120_000)] };
    const rule: StatusDefinition = { id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', lateness: '0 ms', ...keep }; // prettier-ignore
    const make = (): PatternEngine => {
      const engine = compileStatus(rule, { names: (id) => id, emit });
      engine.setMode('replay');
      return engine;
    };
    let engine = make();
    const problems: Problem[] = [];
    const send = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        engine.push([cityEvent('a', 'point', i * 100)], [], problems);
        engine.clock({ source: 's', time: i * 100 }, 'replay', [], problems);
      }
    };
    send(0, 1000);
    assert.deepEqual([engine.counters().runsDropped, problems], [0, []]);
    // each that comes pushes one out; it is told at 100 s, and again a minute later
    send(1000, 1600);
    assert.deepEqual([engine.counters().runsDropped, problems.map(({ code }) => code)], [600, ['too-many-runs']]);
    assert.match(problems[0]!.message, /wait for a silence.*1 so far/);
    send(1600, 1700);
    assert.equal(problems.length, 2);
    assert.match(problems[1]!.message, /601 so far/);
    const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
    engine = make();
    assert.equal(engine.restore(kept), true);
    assert.equal(engine.counters().runsDropped, 700);
  });

  it('operators beside and inside each other remember each their own', () => {
    const rule = then(60, and(40, times(25, e('a'), 20), times(25, e('b'), 2)), {
      op: 'lasting',
      of: e('C'),
      for: '3 ms',
    });
    const moments = Array.from({ length: 20 }, (_, i) => `a${i + 1}`).join(' ');
    assert.equal(spans(rule, `${moments} b5 b21 C22-30`), '25');
    assert.equal(spans(rule, `${moments} b5 C22-30`), '');
    assert.equal(spans(rule, `${moments.slice(0, -4)} b5 b21 C22-30`), '');
  });

  it('what was not known when it began, begins when it is known; and what was known does not begin again', () => {
    assert.equal(spans(and(undefined, e('A'), e('B')), 'A1 A3? B5 A7-9'), '7-9');
    assert.equal(course(and(undefined, e('A'), e('B')), 'A1 A3? B5 A7-9'), 'raised@7 cleared@9');
    const twice = times(50, and(undefined, e('A'), e('B')), 2);
    assert.equal(spans(twice, "A1 B2 B4? A'5 B7"), '');
    assert.equal(spans(twice, "A1 B2 B4? A'5 A'6? B7-8 B9"), '9');
    // said twice that it is not known
    assert.equal(spans(e('A'), 'A1 A3? A5? A7-9'), '1-9');
  });

  it('"or": at which moment it is not known any more', () => {
    assert.equal(course(or(undefined, e('A'), e('B')), 'A1-9 B2-12 B3?'), 'raised@1 updated@2 nodata@9 cleared@12');
    assert.equal(course(or(undefined, e('B'), e('A')), 'A1-9 B2-12 B3?'), 'raised@1 updated@2 nodata@9 cleared@12');
  });

  it('"and no" of what is not known', () => {
    const rule = and(undefined, e('A'), { op: 'no', of: and(undefined, e('C'), e('D')) });
    assert.equal(course(rule, 'C1 C2? A3-30 D5-9'), 'raised@3 nodata@5 updated@9 cleared@30');
    assert.equal(course(rule, 'C1 C2? A3-7 D5'), 'raised@3 nodata@5 cleared@7');
  });

  it('a bracket that must not happen has its own time: that of the bracket around it is of the match alone', () => {
    const unwanted: Pattern = { op: 'no', of: then(30, e('c'), e('d')) };
    const slow = 'c0 a20 d22 b25';
    assert.equal(spans(then(10, e('a'), unwanted, e('b')), slow), '');
    assert.equal(spans(then(10, e('a'), unwanted, e('b')), 'c0 a35 d37 b40'), '40');
    assert.equal(spans(and(10, e('a'), unwanted), 'c0 d22 a25'), '');
    assert.equal(spans(and(10, e('a'), unwanted), 'c0 d31 a35'), '35');
    assert.equal(spans(and(10, e('a'), unwanted), 'c0 d22 a33'), '33');
    // nor does one further out have a say, or one that is one of several
    assert.equal(spans(then(12, e('a'), then(10, e('x'), unwanted, e('b'))), 'c0 a19 x20 d22 b25'), '');
    const either: Pattern = { op: 'no', of: or(undefined, e('f'), then(30, e('c'), e('d'))) };
    const inBracket: Pattern = { op: 'no', of: then(undefined, either.of) };
    for (const one of [either, inBracket]) {
      assert.equal(spans(then(10, e('a'), one, e('b')), slow), '');
    }
    const silence: Pattern = { op: 'no', of: then(30, e('c'), e('d')), for: '5 ms' };
    assert.equal(spans(and(1, e('b'), silence), 'a0 c1 d22 b25'), '');
    assert.equal(spans(then(10, e('a'), unwanted, e('b')), slow, { pairing: 'all' }), '');
  });

  it('a bracket that must not happen and has no time of its own has that of the bracket around it', () => {
    const unwanted: Pattern = { op: 'no', of: then(undefined, e('c'), e('d')) };
    assert.equal(spans(and(10, e('a'), unwanted), 'c0 d22 a25'), '25');
    assert.equal(spans(and(10, e('a'), unwanted), 'c12 d22 a25'), '');
    const either: Pattern = { op: 'no', of: or(undefined, e('f'), then(undefined, e('c'), e('d'))) };
    assert.equal(spans(and(10, e('a'), either), 'c0 d22 a25'), '25');
    assert.equal(spans(and(10, e('a'), either), 'c12 d22 a25'), '');
    assert.throws(
      () => spans({ op: 'no', of: then(undefined, e('c'), e('d')), for: '5 ms' }, ''),
      /a sequence needs a time/,
    );
    // where it has one that is far longer, it says nothing of how long a detection is kept up
    const long = then(120_000, e('c'), e('d'));
    const kept: More = { clear: {}, end: 200_000 };
    assert.equal(spans(and(10, e('a'), { op: 'no', of: long }), 'a5', kept), '5-60005');
  });

  it('"then no for" of states that overlap: not silent from where that is not known', () => {
    const when: Pattern = { op: 'then', of: [e('x'), { op: 'no', of: and(undefined, e('A'), e('C')), for: '5 ms' }] };
    assert.equal(spans(when, 'C0 x1 C2? A3-20'), '');
    assert.equal(spans(when, 'C0-3 x1 A4-20'), '6');
    // at the very last moment, too, and not where it was over before
    assert.equal(spans(when, 'C0 x1 C2? A6-20'), '');
    assert.equal(spans(when, 'C0 x1 C2? A7-20'), '6');
    assert.equal(spans(when, 'C0 C2? A3-4 x5'), '10');
  });

  it('"and no" of a bracket: none of it, for the whole time', () => {
    const rule = and(5, e('a'), { op: 'no', of: or(undefined, e('b'), e('c')) });
    assert.equal(spans(rule, 'b1 a6'), '');
    assert.equal(spans(rule, 'c1 b2 a7'), '');
    assert.equal(spans(rule, 'b1 c1 a7'), '7');
    const states = and(5, e('a'), { op: 'no', of: or(undefined, e('B'), e('c')) });
    assert.equal(spans(states, 'B1-3 a7'), '');
    assert.equal(spans(states, 'B1-3 a8'), '8');
  });

  it('"and" of what holds or happens: the later of its end and its last moment counts', () => {
    assert.equal(spans(and(5, or(undefined, e('A'), e('b')), e('c')), 'A1-5 b8 c12'), '12');
    assert.equal(spans(and(5, or(undefined, e('A'), e('b')), e('c')), 'b3 A4-7 c12'), '12');
    assert.equal(spans(and(5, or(undefined, e('A'), e('b')), e('c')), 'b3 A4-7 c13'), '');
  });

  it('a later match with an earlier begin does not make the begin of the one before forgotten', () => {
    const inner = then(9, e('a'), or(undefined, e('b'), then(9, e('c'), e('d'))));
    assert.equal(spans(and(7, inner, e('f')), 'a1 c2 a3 b4 d5 f10'), '10');
    assert.equal(spans(and(7, inner, e('f')), 'a1 c2 a3 b4 d5 f11'), '');
  });

  it('what is used up inside "or" is used up for every bracket', () => {
    const rule = or(undefined, times(5, e('c'), 2), and(5, e('a'), e('b')));
    assert.equal(spans(rule, 'a1 b2 b3'), '2');
    assert.equal(spans(rule, 'c1 a2 b3 c4'), '3');
    assert.equal(spans(rule, 'c1 a2 b3 c4', keep), '3 4');
  });

  it('of several that wait for a time, the first comes first', () => {
    assert.equal(spans(or(undefined, no('a', 5), no('b', 9)), 'a1 b1'), '6-');
    assert.equal(spans(or(undefined, no('b', 9), no('a', 5)), 'a1 b1'), '6-');
    const lasting: Pattern = { op: 'lasting', of: e('A'), for: '5 ms' };
    assert.equal(spans(or(undefined, lasting, no('b', 20)), 'A1-9 b1'), '6-9 21-');
    assert.equal(spans(or(undefined, no('b', 20), lasting), 'A1-9 b1'), '6-9 21-');
  });

  it('a key in the place of a forgotten one knows nothing of it', () => {
    const many = Array.from({ length: 19 }, (_, i) => `a${i + 1}`).join(' ');
    const cases: [Pattern, string, string][] = [
      [then(200, e('a'), e('b')), 'a1', 'b100'],
      [and(200, e('a'), e('b')), 'a1', 'b100'],
      [and(200, e('A'), e('b')), 'A1-5', 'b100'],
      [and(undefined, e('A'), e('B')), 'A1', 'B100'],
      [times(200, e('a'), 2), 'a1', 'a100'],
      [times(200, e('a'), 20), many, 'a100'],
      [then(200, e('a'), no('b', 150)), 'a1', 'a100'],
      [{ op: 'lasting', of: e('A'), for: '150 ms' }, 'A1', 'A100'],
      [or(undefined, and(200, e('a'), e('b')), times(200, e('c'), 2)), 'a1 c2', 'b100'],
      [then(300, and(200, e('a'), e('b')), e('c')), 'a1 b2', 'c100'],
    ];
    for (const [when, before, after] of cases) {
      const rule: StatusDefinition = {
        id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', lateness: '0 ms', flapping: false,
      }; // prettier-ignore
      const engine = compileStatus(rule, { names: (id) => id, emit, maxKeys: 1 });
      const out: Status[] = [];
      engine.setMode('replay');
      for (const [key, text, time] of [
        ['old', before, 99],
        ['new', after, 170],
      ] as const) {
        engine.push(history(text).map((event) => ({ ...event, key, stream: `${event.stream} ${key}` })), out, []); // prettier-ignore
        engine.clock({ source: 's', time }, 'replay', out, []);
      }
      assert.deepEqual([out, engine.counters().evicted], [[], 1], JSON.stringify(when));
      // with one key it would have been found
      assert.notEqual(spans(when, `${before} ${after}`, { end: 300 }), '', JSON.stringify(when));
    }
  });
});
