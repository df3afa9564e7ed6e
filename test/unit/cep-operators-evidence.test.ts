/** What the operators of a pattern name as evidence, and what they keep. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';
import { and, e, evidence, history, keep, type More, no, or, statuses, then, times } from '../support/patterns';

describe('evidence of operators', () => {
  it('evidence: the events of the match, oldest first, and none of those that must not happen', () => {
    assert.equal(evidence(then(9, e('a'), e('b')), 'a1 a3 b5'), 'a3 b5');
    assert.equal(evidence(and(9, e('a'), e('b')), 'b1 a3'), 'b1 a3');
    assert.equal(evidence(and(9, e('a'), no('b')), 'b1 a20'), 'a20');
    assert.equal(evidence(then(9, e('a'), no('b'), e('c')), 'a1 b2 a3 c4'), 'a3 c4');
    assert.equal(evidence(times(5, e('a'), 3), 'a1 a4 a7 a9'), 'a4 a7 a9');
    assert.equal(evidence(then(20, e('a'), no('b', 5)), 'a1'), 'a1');
    assert.equal(evidence({ op: 'lasting', of: e('A'), for: '5 ms' }, 'A1-9'), 'A1');
    assert.equal(evidence(and(undefined, e('A'), e('B')), "A1 A'2 B3"), 'A1 A2 B3');
    assert.equal(evidence(no('a', 5), 'a1 a2'), 'a2');
    // of what never happened there is nothing to name
    assert.equal(evidence(and(9, no('a', 5), e('b')), 'b1'), 'b1');
    assert.equal(evidence(or(undefined, e('a'), e('b')), 'b4'), 'b4');
    assert.equal(evidence(and(9, or(undefined, e('a'), e('b')), e('c')), 'a1 b2 c3'), 'b2 c3');
    assert.equal(evidence(and(9, or(undefined, e('A'), e('b')), e('c')), 'A1-2 c4'), 'A1 c4');
    assert.equal(evidence(then(9, and(undefined, e('A'), e('B')), e('c')), 'A1 B2 c3'), 'A1 B2 c3');
    assert.equal(evidence(times(9, then(5, e('a'), e('b')), 2), 'a1 b2 a3 b4'), 'a1 b2 a3 b4');
  });

  it('evidence of a bracket in “and”: the match that counts, and not what has begun since', () => {
    assert.equal(evidence(and(16, e('a'), and(3, e('b'), e('c'))), 'b1 c4 b8 a10'), 'b1 c4 a10');
    assert.equal(evidence(and(12, e('d'), times(6, e('a'), 2)), 'a2 a3 a10 d12'), 'a2 a3 d12');
    assert.equal(
      evidence(and(12, e('d'), or(undefined, e('z'), times(6, e('a'), 2))), 'z1 a2 a3 a10 d12'),
      'a2 a3 d12',
    );
    const two = and(30, and(3, e('a'), e('b')), and(4, e('c'), e('d')));
    assert.equal(evidence(two, 'a1 b2 a10 c12 b18 d14'), 'a1 b2 c12 d14');
    assert.equal(evidence(and(20, two, e('f')), 'a1 b2 c12 d14 a15 c19 f20'), 'a1 b2 c12 d14 f20');
    // a later match takes the place of the one before
    assert.equal(evidence(and(16, e('a'), and(3, e('b'), e('c'))), 'b1 c2 b5 c6 b10 a11'), 'b5 c6 a11');
    // of a state that holds it is what holds now, whatever has matched before
    const states = and(9, and(3, e('A'), e('B')), e('c'));
    assert.equal(evidence(states, "A1 B2 A'3 c4"), 'A1 B2 A3 c4');
    assert.equal(evidence(states, 'A1-2 B4 A5 c6'), 'B4 A5 c6');
    assert.equal(evidence(states, 'A1-2 B4-5 A9-10 c11'), 'A1 B4 c11');
  });

  it('evidence of states that met and are over: those that met, and not what has begun since', () => {
    const met = and(10, and(undefined, e('A'), e('B')), e('c'));
    assert.equal(evidence(met, 'A1-5 B3-6 A7 c8'), 'A1 B3 c8');
    assert.equal(evidence(met, 'A1-5 B3-6 B7 c8'), 'A1 B3 c8');
    // while they still meet it is what holds now
    assert.equal(evidence(met, "A1-5 B3 A'4 c8"), 'B3 A4 c8');
    // what is not known is no part of it
    assert.equal(evidence(met, 'A1-5 B3-6 B7 B8? A9 c10'), 'A1 B3 c10');
    // where they meet again it is the later time
    assert.equal(evidence(met, 'A1-5 B3-6 A7-9 B8-10 A11 c12'), 'A7 B8 c12');
    // also of a state that has met something else only within a time
    const near = and(9, and(3, e('A'), e('B')), e('c'));
    assert.equal(evidence(near, 'A1-2 B4-8 A5-6 B10 c11'), 'B4 A5 c11');
  });

  it('evidence of what lasted, or of a silence, that is over: what it was then, and not what has begun since', () => {
    const lasted = and(5, { op: 'lasting', of: e('A'), for: '5 ms' }, e('c'));
    assert.equal(evidence(lasted, 'A1-10 A12-20 c13'), 'A1 c13');
    assert.equal(evidence(lasted, 'A1-10 A12-14 c15'), 'A1 c15');
    assert.equal(evidence(lasted, 'A1-10 A12 c18'), 'A12 c18');
    assert.equal(evidence(lasted, 'A1-10 A12? c13'), 'A1 c13');
    // of what goes on it is what holds now
    assert.equal(evidence(lasted, "A1 A'3 c8"), 'A1 A3 c8');
    const silent = and(5, no('a', 5), e('c'));
    assert.equal(evidence(silent, 'a1 a8 c9'), 'a1 c9');
    assert.equal(evidence(silent, 'a1 a8 a9 c10'), 'a1 c10');
    assert.equal(evidence(silent, 'a1 a8 c14'), 'a8 c14');
    // what lies within the time may come before it, too
    assert.equal(evidence(silent, 'a8 c9'), 'a8 c9');
  });

  it('evidence of a count of brackets: all that each of them rests on', () => {
    const count = (of: Pattern, min: number, max?: number): Pattern => times(5, of, min, max);
    const last = (when: Pattern, text: string): string =>
      (statuses(when, text, { ...keep, clear: { after: '0 ms' } }).findLast(({ state }) => state === 'raised')?.evidence ?? [])
        .map(({ event, time }) => `${event}${Date.parse(time)}`)
        .join(' '); // prettier-ignore
    const met = count(and(6, e('A'), e('C')), 2);
    assert.equal(evidence(met, 'C14-18 A21-24 C22-26'), 'C14 A21 C22');
    // what two of them rest on is named once, and goes with the last of them
    assert.equal(last(met, 'C14-18 A21-24 C22-26 A25-26'), 'A21 C22 A25');
    const done = count(and(1, e('a'), e('b')), 2, 3);
    assert.equal(evidence(done, 'a1 b2 a4 b5'), 'a1 b2 a4 b5');
    assert.equal(last(done, 'a1 b2 a4 b5 b7 a8'), 'a4 b5 b7 a8');
    // beside what occurs by itself
    const either = count(or(undefined, and(1, e('a'), e('b')), e('c')), 2, 9);
    assert.equal(evidence(either, 'c1 a3 b4'), 'c1 a3 b4');
    assert.equal(last(either, 'c1 a3 b4 c6'), 'a3 b4 c6');
    // one side of an "or" that still holds was counted when it began
    const held = count(or(undefined, and(undefined, e('A'), e('B')), e('c')), 2);
    assert.equal(last(held, 'A1 B2 c3'), 'A1 B2 c3');
    assert.equal(last(held, 'A1 B2 c3 c4'), 'c3 c4');
    // of two at one moment each is one
    assert.equal(last(count(or(undefined, e('a'), e('b')), 2), 'a9 a10 b10'), 'a10 b10');
    // of one that rests on very many the newest
    const rule: StatusDefinition = {
      id: 'r', name: 'r', when: met, per: { by: 'station' }, severity: 'minor', lateness: '0 ms',
    }; // prettier-ignore
    const engine = compileStatus(rule, { names: (id) => id, emit });
    engine.setMode('replay');
    engine.push([...Array.from({ length: 30 }, (_, i) => cityEvent('A', 'begin', i, `${i}`)), cityEvent('C', 'begin', 40)], [], []); // prettier-ignore
    engine.clock({ source: 's', time: 50 }, 'replay', [], []);
    assert.equal(JSON.stringify(engine.snapshot()).split('"before"').length, 20);
  });

  it('evidence of very many: the newest twenty', () => {
    const text = Array.from({ length: 25 }, (_, i) => `a${i + 1}`).join(' ');
    const found = evidence(times(50, e('a'), 25), text).split(' ');
    assert.deepEqual([found.length, found[0], found.at(-1)], [20, 'a6', 'a25']);
  });

  it('evidence of a later detection: nothing of what was used up', () => {
    const last = (when: Pattern, text: string, more: More = {}): string =>
      (statuses(when, text, more).findLast(({ state }) => state === 'raised')?.evidence ?? [])
        .map(({ event, time }) => `${event}${Date.parse(time)}`)
        .join(' ');
    assert.equal(last(times(5, e('a'), 2), "a1 a2 a10 a'10"), 'a10 a10');
    assert.equal(last(times(5, e('a'), 3), "a1 a2 a3 a10 a11 a'11"), 'a10 a11 a11');
    assert.equal(last(times(5, or(undefined, e('a'), e('b')), 2), "a1 a2 a10 a'10"), 'a10');
    assert.equal(last(times(5, or(undefined, e('a'), e('b')), 3), "a1 a2 a3 a10 a11 a'11"), 'a10 a11');
    assert.equal(last(times(5, e('a'), 2), 'a1 a2 a3', keep), 'a2 a3');
    // a state that still holds is named once
    assert.equal(last(times(20, or(undefined, e('A'), e('b')), 4), 'A1 b3 b5 b7'), 'A1 b3 b5 b7');
  });

  it('evidence of a silence: what it followed, and not what came while it was waited for', () => {
    const silent = then(undefined, e('a'), no('b', 60));
    assert.equal(evidence(silent, 'a0 a50'), 'a0');
    assert.equal(evidence(silent, 'a0 b1 a2 a50'), 'a2');
    assert.equal(evidence(then(undefined, e('A'), no('b', 60)), "A0-2 A'50"), 'A0');
    assert.equal(evidence(then(99, e('a'), e('c'), no('b', 60)), 'a0 c1 a2 c3 a50 c55'), 'a0 c1');
    // every one of them in turn, and also where more is asked of it later
    const all = statuses(silent, 'a0 a5 a50', { ...keep, end: 200 }).filter(({ state }) => state === 'raised');
    assert.deepEqual(all.map(({ evidence: [event] }) => Date.parse(event!.time)), [0, 5, 50]); // prettier-ignore
    assert.equal(evidence(and(99, then(undefined, e('a'), no('b', 60)), e('c')), 'a0 a50 c70'), 'a0 c70');
    // of very many that wait the oldest are known, and of none of the others a wrong one is named
    const many = Array.from({ length: 150 }, (_, i) => `a${i}`).join(' ');
    const named = statuses(then(undefined, e('a'), no('b', 200)), many, { ...keep, end: 400 })
      .filter(({ state }) => state === 'raised')
      .map((status) => status.evidence.map(({ time }) => Date.parse(time) + 200 - Date.parse(status.since)));
    assert.deepEqual([named.length, named.flat().length, new Set(named.flat())], [150, 100, new Set([0])]);
  });

  it('evidence of a silence after a restart, also from what an earlier program wrote', () => {
    const rule: StatusDefinition = {
      id: 'r', name: 'r', when: then(undefined, e('a'), no('b', 60)), per: { by: 'station' }, severity: 'minor',
      lateness: '0 ms', flapping: false, clear: { after: '0 ms' }, afterDetection: 'keep',
    }; // prettier-ignore
    const told = (change: (lines: string) => string, after = ''): string[] => {
      const [first, second] = [1, 2].map(() => compileStatus(rule, { names: (id) => id, emit }));
      const out: Status[] = [];
      first!.setMode('replay');
      // of the last instant there are two, so that the event itself knows its newest, as it always did in that program
      first!.push(history("a0 a5 a50 a'50"), out, []);
      first!.clock({ source: 's', time: 61 }, 'replay', out, []);
      assert.equal(second!.restore(JSON.parse(change(JSON.stringify(first!.snapshot())))), true);
      if (after !== '') second!.push(history(after), out, []);
      second!.clock({ source: 's', time: 200 }, 'replay', out, []);
      return out
        .filter(({ state }) => state === 'raised')
        .map(({ since, evidence: all }) => `${Date.parse(since)}: ${all.map(({ time }) => Date.parse(time)).join()}`);
    };
    assert.deepEqual(told((lines) => lines), ['60: 0', '65: 5', '110: 50']); // prettier-ignore
    const times = (lines: string): string => {
      const parsed = JSON.parse(lines) as [string, { version: number; state: { pattern: { refs: { times?: number[] }[] } } }][]; // prettier-ignore
      for (const [kind, line] of parsed) {
        if (kind === 'h') line.version = 6;
        else if (kind === 'k') line.state.pattern.refs = line.state.pattern.refs.map((ref) => (ref?.times as never) ?? ref); // prettier-ignore
      }
      return JSON.stringify(parsed);
    };
    // it knew the newest only
    assert.deepEqual(told(times), ['60: 0', '65: 50', '110: 50']);
    // what comes after it is its own evidence, and not that of what waited before
    assert.deepEqual(told(times, 'a62'), ['60: 0', '65: 50', '110: 50', '122: 62']);
  });

  it('evidence of one side of an "or" is not that of the other', () => {
    const rule = and(9, or(undefined, times(5, e('a'), 2), e('b')), e('c'));
    assert.equal(evidence(rule, 'b1 a5 a6 c7'), 'a5 a6 c7');
    assert.equal(evidence(rule, 'a1 a2 b6 c7'), 'b6 c7');
  });

  it('what a count keeps has a bound, whatever comes', () => {
    const rule: StatusDefinition = {
      id: 'r', name: 'r', when: and(30, times(25, e('a'), 20), e('b')), per: { by: 'station' }, severity: 'minor', lateness: '0 ms',
    }; // prettier-ignore
    const engine = compileStatus(rule, { names: (id) => id, emit });
    const size = (from: number, n: number): number => {
      for (let i = 0; i < n; i++) {
        engine.push([cityEvent('a', 'point', from + i)], [], []);
        engine.clock({ source: 's', time: from + i }, 'replay', [], []);
      }
      return JSON.stringify(engine.snapshot().find(([kind]) => kind === 'k')).length;
    };
    engine.setMode('replay');
    const before = size(100_000, 100);
    assert.ok(size(100_100, 3000) <= before + 100, 'it grows');
  });

  it('evidence of "or": what is true, else what was true last', () => {
    assert.equal(evidence(and(9, or(undefined, e('b'), e('A')), e('c')), 'A1-20 c5'), 'A1 c5');
    assert.equal(evidence(and(9, or(undefined, e('A'), e('b')), e('c')), 'b1 A2-20 c5'), 'A2 c5');
    assert.equal(evidence(and(9, or(undefined, e('B'), e('A')), e('c')), 'B2-4 A1-6 c8'), 'A1 c8');
    assert.equal(evidence(and(9, or(undefined, e('A'), e('B')), e('c')), 'B2-4 A1-6 c8'), 'A1 c8');
    assert.equal(evidence(and(9, or(undefined, e('a'), e('b')), e('c')), 'b1 a3 c8'), 'a3 c8');
  });

  it('an event that is known to have no duration: a begin is a moment, an end is nothing', () => {
    const rule: StatusDefinition = {
      id: 'r', name: 'r', when: times(5, e('a'), 2), per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' },
      lateness: '0 ms', flapping: false,
    }; // prettier-ignore
    const run = (...events: CityEvent[]): string[] => {
      const engine = compileStatus(rule, { names: (id) => id, emit });
      const out: Status[] = [];
      engine.setMode('replay');
      engine.push(events, out, []);
      engine.clock({ source: 's', time: 100, end: true }, 'replay', out, []);
      return out.map(({ state, updated }) => `${state}@${Date.parse(updated)}`);
    };
    assert.deepEqual(run(cityEvent('a', 'begin', 1), cityEvent('a', 'begin', 3)), ['raised@3', 'cleared@4']);
    assert.deepEqual(run(cityEvent('a', 'begin', 1), cityEvent('a', 'end', 3)), []);
    assert.deepEqual(run(cityEvent('a', 'begin', 1), cityEvent('a', 'nodata', 3)), []);
  });

  it('evidence after a restart: each event once; of two sensors both, although their events have one id', () => {
    const rule: StatusDefinition = {
      id: 'r', name: 'r', when: times(20, or(undefined, e('A'), e('b')), 4), per: { by: 'station' }, severity: 'minor',
      lateness: '0 ms', flapping: false,
    }; // prettier-ignore
    let engine = compileStatus(rule, { names: (id) => id, emit });
    const out: Status[] = [];
    engine.setMode('replay');
    for (const event of history('A1 b3 b5 b7')) {
      engine.push([event], out, []);
      engine.clock({ source: 's', time: event.time }, 'replay', out, []);
      const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
      engine = compileStatus(rule, { names: (id) => id, emit });
      assert.equal(engine.restore(kept), true);
    }
    assert.deepEqual(out[0]!.evidence.map(({ event, time }) => `${event}${Date.parse(time)}`), ['A1', 'b3', 'b5', 'b7']); // prettier-ignore
    for (const text of ["A1 A'2 b3", "A1 A'1 b3"]) {
      const twins = history(text).map((event) => (event.event === 'A' ? { ...event, id: 'one' } : event));
      const both = compileStatus({ ...rule, when: and(9, e('A'), e('b')) }, { names: (id) => id, emit });
      const said: Status[] = [];
      both.setMode('replay');
      both.push(twins, said, []);
      both.clock({ source: 's', time: 100, end: true }, 'replay', said, []);
      assert.equal(said[0]!.evidence.length, 3);
    }
  });
});
