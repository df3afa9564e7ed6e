/**
 * What a pattern keeps of a key: nothing that nobody asks for (a key has a budget of bytes), nothing for ever, and whom it
 * asks again later.
 */
import assert from 'node:assert/strict';
import type { Pattern } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { SequenceOperator } from '../../nodes/pattern-status/cep/automaton';
import { compilePattern } from '../../nodes/pattern-status/cep/compile';
import { makeNew, type Plan } from '../../nodes/pattern-status/cep/plan';
import { EventOperator } from '../../nodes/pattern-status/cep/event-operator';
import { instant, nextDeadline } from '../../nodes/pattern-status/cep/fold';
import { FALSE, TRUE } from '../../nodes/pattern-status/cep/operators';
import { Layout, type PatternState } from '../../nodes/pattern-status/cep/state';
import { WaitingMatches } from '../../nodes/pattern-status/cep/waiting-matches';
import { cityEvent, emit, Random } from '../properties/random';
import { and, e, history, no, or, then, times } from '../support/patterns';

const lasting = (of: Pattern, length: number): Pattern => ({ op: 'lasting', of, for: `${length} ms` });
const silence = (within: number | undefined, ...of: Pattern[]): Pattern => ({
  op: 'then', of, ...(within === undefined ? {} : { within: `${within} ms` }),
}); // prettier-ignore

/** What lies before and behind a key belongs to others. */
const OTHERS = 12_345;
const SEED = 20_261_122;

/** One key of a pattern, without a life-cycle around it, in the midst of others. */
class Key {
  readonly plan: Plan;
  readonly state: PatternState;
  constructor(when: Pattern, after: 'fresh' | 'keep' = 'fresh') {
    this.plan = compilePattern(when, emit, 'when', after);
    const { layout } = this.plan;
    const n = new Float64Array(layout.numbers + 100).fill(OTHERS);
    const refs = new Array<unknown>(layout.refs.length + 100).fill(OTHERS);
    this.state = { n, o: 50, refs, r: 50 };
    makeNew(this.plan, this.state, 0, 'k');
    this.checkOthers();
  }
  private checkOthers(): void {
    const { n, refs } = this.state;
    for (const list of [[...n], refs]) {
      assert.ok(
        [...list.slice(0, 50), ...list.slice(-50)].every((value) => value === OTHERS),
        'another key was changed',
      );
    }
  }
  /** @returns the times of the detections */
  hear(text: string): number[] {
    return this.take(history(text));
  }
  take(events: readonly CityEvent[]): number[] {
    const found: number[] = [];
    for (let from = 0, to = 0; from < events.length; from = to) {
      const { time } = events[from]!;
      while (to < events.length && events[to]!.time === time) to++;
      instant(this.plan, this.state, events, from, to, time);
      this.checkOthers();
      if (this.plan.top.pulse > -Infinity) found.push(time);
    }
    return found;
  }
  /** A moment at which nothing happens. */
  wait(time: number): boolean {
    instant(this.plan, this.state, [], 0, 0, time);
    this.checkOthers();
    return this.plan.top.pulse > -Infinity || this.plan.top.level === TRUE;
  }
  rearm(from: number, away = 0): void {
    for (const operator of this.plan.operators) operator.rearm(this.state, from, away);
    this.checkOthers();
  }
  get deadline(): number {
    return nextDeadline(this.plan, this.state);
  }
  get evidence(): CityEvent[] {
    const found = new Set<CityEvent>();
    this.plan.top.gather(this.state, found);
    return [...found];
  }
}

describe('what a pattern keeps of a key', () => {
  // A state: its level, and how many of its sources are active and how many unknown. What is asked of an operand: the
  // latest start of a match ("and"), when a match ended ("or", "and no"), when it fell (both, of states); its events.
  const event = (n: number): string[] => new Array<string>(n).fill('event');
  // of a count, what each occurrence rests on
  const link = (n: number): string[] => new Array<string>(n).fill('link');
  const cases: [string, Pattern, number, string[]][] = [
    ['nothing of an event without duration', e('a'), 0, []],
    ['the sources of a state', e('A'), 3, ['streams']],
    ['of a first step its time, which is also the begin of the match', then(5, e('a'), e('b')), 1, ['link']],
    [
      'of a later step when it was made, and the begin of the match',
      then(5, e('a'), e('b'), e('c')),
      1 + 2,
      ['link', 'link'],
    ],
    ['one time for all that can begin alone', then(9, and(undefined, e('a'), e('b')), e('c')), 1 + 1 + 2, ['link', 'link', 'link']], // prettier-ignore
    ['of what can begin alone or come later both', then(9, or(undefined, then(9, e('a'), e('b')), e('b')), e('c')), 1 + 2, ['link', 'link']], // prettier-ignore
    ['one begin more in a bracket', then(9, e('a'), then(4, e('b'), e('c'))), 1 + 3, ['link', 'link']],
    ['none more in a bracket that is first', then(9, then(4, e('b'), e('c')), e('a')), 1 + 2, ['link', 'link']],
    ['of a state in a sequence its sources alone', then(9, e('A'), e('b')), 3 + 1, ['streams', 'link']],
    ['of "and" the latest start of each, and up to when it is used up', and(5, e('a'), e('b')), 2 + 1, event(2)],
    ['of "and" of states also when each fell', and(undefined, e('A'), e('B')), 2 * (3 + 2) + 2, ['streams', 'streams', ...event(2)]], // prettier-ignore
    ['no level of "and" with an instant in it', and(5, e('A'), e('b')), 3 + 2 + 1 + 1, ['streams', ...event(2)]],
    ['of what must not happen when it last did', and(5, e('a'), no('b')), 1 + 1 + 1, event(1)],
    ['of a state that must not hold when it last did', and(5, e('a'), no('B')), 1 + (3 + 2) + 1, ['streams', 'event']],
    ['of "or" nothing', or(undefined, e('a'), e('b')), 0, []],
    ['of "or" inside, when each was true', and(9, or(undefined, e('a'), e('b')), e('c')), 2 + 1 + 1 + 1, event(3)],
    ['a count as numbers', times(5, e('a'), 3), 3, link(3)],
    ['one more for a largest number', times(5, e('a'), 2, 3), 4, link(2)],
    ['sixteen as numbers', times(50, e('a'), 16), 16, link(16)],
    ['seventeen in a list', times(50, e('a'), 17), 0, ['numbers', ...link(17)]],
    ['of very many the newest twenty as evidence', times(50, e('a'), 25), 0, ['numbers', ...link(20)]],
    ['since when a state lasts', lasting(e('A'), 5), 3 + 2, ['streams', 'event']],
    ['since when it is silent', no('a', 5), 2, event(1)],
    ['what waits for a silence', silence(20, e('a'), no('b', 5)), 1, ['box', 'event']],
    ['evidence of a sequence inside', and(9, then(5, e('a'), e('b')), e('c')), 1 + 1 + 1 + 1, ['link', 'link', 'event']], // prettier-ignore
    ['each number once, whoever asks for it', or(undefined, and(5, e('a'), e('b')), and(7, e('b'), e('a'))), 2 + 2, event(2)], // prettier-ignore
    ['each end once', or(undefined, and(5, e('a'), no('c')), and(7, e('b'), no('c'))), 2 + 1 + 2, event(2)],
    ['each end of a state once', or(undefined, and(5, e('A'), e('b')), and(5, e('c'), no('A'))), 3 + 3 + 2 + 2, ['streams', ...event(3)]], // prettier-ignore
  ];
  for (const [name, when, numbers, refs] of cases) {
    it(name, () => {
      const { layout } = compilePattern(when, emit);
      assert.deepEqual([layout.numbers, [...layout.refs].sort()], [numbers, [...refs].sort()]);
    });
  }

  it('asks only those for deadlines that may have one, and uses up only where something is remembered', () => {
    const asked = (when: Pattern): string[][] => {
      const { timed, consumable } = compilePattern(when, emit);
      return [timed, consumable].map((list) => list.map((operator) => operator.constructor.name));
    };
    assert.deepEqual(asked(or(undefined, e('a'), e('B'))), [[], []]);
    assert.deepEqual(asked(then(5, e('a'), e('b'))), [[], ['SequenceOperator']]);
    assert.deepEqual(asked(times(5, e('a'), 3)), [[], ['CountOperator']]);
    assert.deepEqual(asked(and(5, e('a'), no('b'))), [[], ['AndOperator']]);
    assert.deepEqual(asked(and(undefined, e('A'), e('B'))), [[], ['AndOperator']]);
    assert.deepEqual(asked(and(undefined, e('A'), no('B'))), [['AndOperator'], ['AndOperator']]);
    assert.deepEqual(asked(lasting(e('A'), 5)), [['LastingOperator'], []]);
    assert.deepEqual(asked(no('a', 5)), [['SilenceOperator'], []]);
    assert.deepEqual(asked(silence(20, e('a'), no('b', 5))), [['ThenSilenceOperator'], ['ThenSilenceOperator']]);
    // what is kept after a detection is not used up
    assert.deepEqual(compilePattern(then(5, e('a'), e('b')), emit, 'when', 'keep').consumable, []);
  });

  it('says nothing before it has looked, and has no deadline of its own', () => {
    const operator = new EventOperator(new Layout(), 'a', true);
    const { level, rose, pulse, count, timed, consumable, boxAt } = operator;
    assert.deepEqual([level, rose, pulse, count, timed, consumable, boxAt], [FALSE, false, -Infinity, 0, false, false, -1]); // prettier-ignore
    const { state } = new Key(e('a'));
    assert.deepEqual([operator.deadline(state), operator.revive({})], [Infinity, undefined]);
  });

  it('knows of each pattern whether it holds, and whether it may be over as soon as it is found', () => {
    const cases: [Pattern, boolean, boolean][] = [
      [e('A'), true, false],
      [e('a'), false, true],
      [then(9, e('a'), e('b')), false, true],
      [times(9, e('a'), 2), false, true],
      [lasting(e('A'), 5), true, false],
      [and(undefined, e('A'), e('B')), true, false],
      [and(9, e('A'), e('B')), true, true],
      [and(undefined, e('A'), or(undefined, e('B'), e('b'))), true, true],
      [and(undefined, or(undefined, e('B'), e('b')), e('A')), true, true],
      [or(undefined, e('A'), e('B')), true, false],
      [or(undefined, e('A'), e('b')), true, true],
      [or(undefined, e('a'), e('b')), false, true],
    ];
    for (const [when, holds, pulses] of cases) {
      const { top } = compilePattern(when, emit);
      assert.deepEqual([top.holds, top.pulses], [holds, pulses], JSON.stringify(when));
    }
  });

  it('hands an event that is alone to a sequence of points, without asking each operator', () => {
    const { plan } = new Key(then(9, e('a'), e('b'), e('c')));
    assert.deepEqual([plan.ofPoints, plan.names, plan.symbols], [plan.top, ['a', 'b', 'c'], [0, 1, 2]]);
    for (const when of [then(9, e('A'), e('B')), then(9, e('a'), e('B')), and(9, e('a'), e('b')), or(undefined, e('a'), then(9, e('b'), e('c')))]) {
      const other = compilePattern(when, emit);
      assert.deepEqual([other.ofPoints, other.symbols.length], [undefined, 0]);
    } // prettier-ignore
    const key = new Key(then(9, e('a'), e('b')));
    const handed: unknown[] = [];
    const sequence = key.plan.ofPoints!;
    const single = sequence.single.bind(sequence);
    sequence.single = (state, symbol, event, t): void => {
      handed.push([event.event, symbol, t]);
      single(state, symbol, event, t);
    };
    assert.deepEqual(key.hear('a1 b2 a4 b4 x5 a6-7 b8? b9'), [2, 9]);
    assert.deepEqual(handed, [['a', 0, 1], ['b', 1, 2], ['a', 0, 6], ['b', 1, 9]]); // prettier-ignore
  });

  it('hands an event that is alone to a silence after a point, too', () => {
    const { plan } = new Key(silence(undefined, e('a'), no('b', 10)));
    assert.deepEqual([plan.ofPoints, plan.names, plan.symbols], [plan.top, ['a', 'b'], [0, 1]]);
    const others = [
      silence(undefined, e('a'), no('a', 10)),
      silence(undefined, e('A'), no('b', 10)),
      silence(undefined, e('a'), no('B', 10)),
      silence(undefined, then(9, e('a'), e('c')), no('b', 10)),
    ];
    for (const when of others) {
      const other = compilePattern(when, emit);
      assert.deepEqual([other.ofPoints, other.symbols.length], [undefined, 0]);
    }
    // alone, or together with what the rule does not look at, it is the same
    for (const beside of ['', ' x1 x2 x9 x12 x13 x20']) {
      const key = new Key(silence(undefined, e('a'), no('b', 10)), 'keep');
      const times = (): number[] => key.evidence.map(({ time }) => time);
      assert.deepEqual(key.hear(`a1 a2 b9 a12 a13 a20${beside}`), [], beside);
      assert.deepEqual([key.deadline, key.wait(22), times()], [22, true, [12]], beside);
      assert.deepEqual(
        [key.deadline, key.hear('a23'), times()],
        [23, [23], [13]],
        'what is due at an event goes first',
      );
      assert.deepEqual([key.hear('b30'), key.deadline], [[], Infinity], beside);
    }
  });

  it('says of an event that is alone what asking each operator says, whatever happens', () => {
    const patterns = [
      silence(undefined, e('a'), no('b', 10)),
      silence(15, e('a'), no('b', 10)),
      then(9, e('a'), no('c'), e('b')),
      then(9, and(undefined, e('a'), e('b')), e('c')),
    ];
    const random = new Random(SEED);
    for (let round = 0; round < 400; round++) {
      const when = patterns[round % patterns.length]!;
      const after = random.chance(0.5) ? 'keep' : 'fresh';
      const [alone, asked] = [new Key(when, after), new Key(when, after)];
      assert.ok(alone.plan.ofPoints !== undefined);
      (asked as { plan: Plan }).plan = { ...asked.plan, ofPoints: undefined, symbols: [] };
      const said = (key: Key): unknown => [key.plan.top.pulse, key.deadline, key.plan.top.pulse > -Infinity ? key.evidence : []];
      for (let t = 0, n = 0; n < 60; n++, t += random.int(6)) {
        const many = random.chance(0.1) ? 2 : 1;
        const events = Array.from({ length: random.chance(0.1) ? 0 : many }, (_, i) => cityEvent(random.pick(['a', 'a', 'b', 'c', 'x']), random.pick(['point', 'begin', 'end']), t, `s${i}`));
        for (const key of [alone, asked]) instant(key.plan, key.state, events, 0, events.length, t);
        if (random.chance(0.02)) for (const key of [alone, asked]) key.rearm(t, 3);
        assert.deepEqual(said(alone), said(asked), `seed ${SEED}, round ${round}, time ${t}`);
      }
    } // prettier-ignore
  });

  it('finds out once what is to be done, and remembers of that a bounded part', () => {
    const names = [...'abcdefghijklm'];
    const key = new Key(then(9, e('z'), or(undefined, ...names.map(e))), 'keep');
    const known = (key.plan.top as SequenceOperator)['instructions'];
    key.hear('a1 z1');
    // symbols are numbered as they are read: z, a, b ...
    assert.deepEqual([...known.keys()], [0b11]);
    const made = known.get(0b11);
    key.hear('a2 z2 b3 z3');
    assert.deepEqual([[...known.keys()], known.get(0b11) === made], [[0b11, 0b101], true]);
    key.hear("a4 a'4 z4");
    // how often something occurs matters as well
    assert.deepEqual([...known.keys()].slice(2), ['1,2,0,0,0,0,0,0,0,0,0,0,0,0']);
    let most = 0;
    for (let set = 0, t = 10; set < 2 ** names.length; set++, t++) {
      const text = names.filter((_, i) => (set & (1 << i)) !== 0).map((name) => `${name}${t}`);
      if (text.length > 1) key.hear(text.join(' '));
      most = Math.max(most, known.size);
    }
    assert.equal(most, 4096);
    // an instant at which nothing of it occurs asks for nothing
    const states = new Key(then(9, e('A'), e('B')));
    states.hear('x1 A2-4 B5');
    assert.deepEqual([...(states.plan.top as SequenceOperator)['instructions'].keys()], [0b1, 0b10]);
  });

  it('looks through a hundred events of each operator for evidence, not more', () => {
    const sensors = Array.from({ length: 150 }, (_, i) => cityEvent('A', 'begin', 1, `s${i}`));
    const both = new Key(and(5, e('A'), e('b')));
    assert.deepEqual(both.take([...sensors, cityEvent('b', 'point', 2)]), [2]);
    assert.deepEqual([both.evidence.length, both.evidence.at(-1)!.event], [101, 'b']);
    const steps = new Key(then(300, times(300, e('a'), 150), e('b')));
    assert.deepEqual(steps.hear(`${Array.from({ length: 150 }, (_, i) => `a${i + 1}`).join(' ')} b151`), [151]);
    // the newest ones: the last event, and the hundred before it
    assert.deepEqual([steps.evidence.length, steps.evidence[0]!.time, steps.evidence.at(-1)!.time], [101, 51, 151]);
  });

  it('a list of what waits does not grow with what is done with', () => {
    const key = new Key(silence(undefined, e('a'), no('b', 50)), 'keep');
    const box = (): WaitingMatches => key.state.refs.find((ref) => ref instanceof WaitingMatches)!;
    const list = (): number => box().size;
    const known = (): number => box().toJSON().evidence.length;
    let most = 0;
    for (let t = 1; t <= 2000; t++) {
      key.hear(`a${t}`);
      most = Math.max(most, list());
    }
    // fifty wait, each with its begin and its end; as much again may be done with
    assert.ok(most <= 2 * 2 * 51, String(most));
    assert.equal(known(), list() / 2);
    assert.equal(key.wait(2050), true);
    assert.deepEqual([list(), known(), key.deadline], [0, 0, Infinity]);
  });

  it('what waits for a silence names what was there when it began to wait', () => {
    const key = new Key(silence(undefined, e('A'), no('b', 10)), 'keep');
    assert.deepEqual(key.evidence, [], 'nothing waits yet');
    const at = (kind: 'begin' | 'end', time: number, sensor: string): CityEvent => cityEvent('A', kind, time, sensor);
    key.take([at('begin', 1, '1'), at('begin', 3, '2'), at('end', 4, '1')]);
    const times = (): number[] => key.evidence.map(({ time }) => time);
    assert.deepEqual([key.wait(11), times(), key.wait(13), times()], [true, [1], true, [1, 3]]);
  });

  it('of several that have waited long enough at once the one that began last counts', () => {
    const of = or(undefined, then(9, e('a'), e('c')), then(9, e('b'), e('d')));
    const run = (text: string): [number, string[]] => {
      const key = new Key(silence(undefined, of, no('z', 10)), 'keep');
      key.hear(text);
      assert.equal(key.wait(16), true);
      return [key.plan.top.pulse, key.evidence.map(({ event, time }) => `${event}${time}`)];
    };
    assert.deepEqual(run('b1 a4 c5 d6'), [4, ['a4', 'c5']]);
    assert.deepEqual(run('a1 b4 c5 d6'), [4, ['b4', 'd6']]);
    assert.deepEqual(
      run('a1 b1 c5 d6'),
      [1, ['b1', 'd6']],
      'of two that began together the one that was complete last',
    );
  });

  it('counts as half done what waits, and nothing where nothing has begun', () => {
    const key = new Key(silence(undefined, e('a'), no('b', 10)), 'keep');
    const half = (): [number, number] => {
      const into = { matches: 0, oldest: Infinity };
      for (const operator of key.plan.operators) operator.halfDone(key.state, 0, into);
      return [into.matches, into.oldest];
    };
    assert.deepEqual(half(), [0, Infinity]);
    key.hear('a1 a5');
    assert.deepEqual(half(), [2, 1]);
  });

  it('a count names what was counted, not what still holds from before', () => {
    const key = new Key(times(9, e('A'), 2));
    const at = (kind: 'begin' | 'end', time: number, sensor: string): CityEvent => cityEvent('A', kind, time, sensor);
    assert.deepEqual(key.take([at('begin', 0, '1'), at('begin', 1, '4'), at('begin', 25, '2'), at('end', 26, '2'), at('begin', 27, '3')]), [1, 27]); // prettier-ignore
    assert.deepEqual(key.evidence.map(({ time }) => time), [25, 27]); // prettier-ignore
  });

  it('what occurs once is counted once, though it is named twice', () => {
    assert.deepEqual(new Key(times(9, or(undefined, e('c'), e('c')), 2)).hear('c1 c20 c23'), [23]);
  });

  it('a list of times begins empty and keeps those that count', () => {
    const key = new Key(times(90, e('a'), 17));
    const list = (): unknown => key.state.refs.find((ref) => Array.isArray(ref));
    assert.equal(list(), undefined);
    key.hear('a1 a4');
    assert.deepEqual(list(), [1, 4]);
    for (let t = 11; t < 26; t++) key.hear(`a${t}`);
    assert.equal(list(), undefined, 'used up');
  });

  it('changes nothing of the keys beside it, whatever happens', () => {
    const all: [Pattern, string][] = [
      [e('A'), 'A1 A3? A5-9'],
      [then(9, e('a'), e('b')), 'a1-2 a3 b4 a5? b6'],
      [then(20, e('A'), e('b'), no('c'), e('d')), 'A1 b2 c3 d4 A5? A6-9 A10 b11 d12'],
      [then(9, times(9, e('a'), 2), e('b')), "a1 a'1 b3 a4 a5 b6"],
      [and(9, then(9, e('a'), e('b')), e('c')), 'a1 b2 c3 a4 b5 c6'],
      [and(5, e('a'), e('b'), no('C')), 'a1 b2 C3-5 a6 b7 a12 b13'],
      [and(undefined, e('A'), e('B')), 'A1-9 B3-5 B7-12'],
      [or(undefined, and(20, e('a'), e('b')), times(9, e('c'), 2)), 'c1 c2 a3 b4 c5'],
      [or(undefined, times(9, e('c'), 2, 3), times(50, e('a'), 17)), `c1 c2 ${Array.from({ length: 40 }, (_, i) => `a${i + 3}`).join(' ')}`], // prettier-ignore
      [or(undefined, lasting(e('A'), 3), no('b', 5)), 'A1-9 b2 b20'],
      [or(undefined, times(9, e('c'), 2), silence(30, e('a'), no('b', 5))), 'c1 a2 b3 a4 a5 c6 a20 b26 a30'],
    ];
    for (const [when, text] of all) {
      const key = new Key(when);
      key.hear(text);
      key.rearm(60);
      key.wait(100);
    }
  });
});

describe('after a time in which nobody listened', () => {
  it('a silence begins to wait again, but one that holds goes on', () => {
    const key = new Key(no('a', 5));
    key.hear('a1');
    assert.equal(key.deadline, 6);
    key.rearm(4);
    assert.equal(key.deadline, 9);
    key.rearm(2);
    assert.equal(key.deadline, 9, 'not earlier than it was');
    assert.deepEqual([key.wait(8), key.wait(9), key.deadline], [false, true, Infinity]);
    key.rearm(20);
    assert.deepEqual([key.wait(21), key.deadline], [true, Infinity]);
    // a state that holds is no silence, whoever listens
    const state = new Key(no('A', 5));
    state.hear('A1');
    state.rearm(4);
    assert.deepEqual([state.deadline, state.wait(20)], [Infinity, false]);
  });

  it('every match that waits for a silence waits again for all of it', () => {
    const key = new Key(silence(undefined, e('a'), no('b', 10)), 'keep');
    key.rearm(3);
    assert.equal(key.deadline, Infinity);
    key.hear('a1 a5 a6 a9');
    assert.equal(key.wait(11), true);
    assert.equal(key.deadline, 15);
    key.rearm(8);
    assert.equal(key.deadline, 18);
    assert.deepEqual([key.wait(17), key.wait(18), key.plan.top.pulse, key.deadline], [false, true, 6, 19]);
    // what comes later waits from its own time on
    assert.deepEqual([key.wait(19), key.hear('a20'), key.deadline, key.wait(30)], [true, [], 30, true]);
    const again = new Key(silence(undefined, e('a'), no('b', 10)), 'keep');
    again.hear('a1 a5');
    again.rearm(8);
    again.hear('a9');
    assert.deepEqual([again.wait(18), again.plan.top.pulse, again.wait(19), again.plan.top.pulse], [true, 5, true, 9]);
    // whatever it lies beside
    const beside = new Key(or(undefined, times(9, e('z'), 2), silence(undefined, e('a'), no('b', 10))), 'keep');
    beside.hear('a1 a5');
    beside.rearm(8);
    assert.equal(beside.deadline, 18);
    const whole = new Key(silence(20, e('a'), no('b', 10)), 'keep');
    whole.hear('a1 a5');
    whole.rearm(12);
    assert.deepEqual([whole.deadline, whole.wait(22), whole.plan.top.pulse], [22, true, 5]);
  });

  it('what must last goes on where it was; what has lasted long enough, and what does not hold, is left alone', () => {
    const key = new Key(lasting(e('A'), 5));
    key.rearm(10, 7);
    assert.equal(key.deadline, Infinity);
    key.hear('A12');
    assert.equal(key.deadline, 17);
    key.rearm(22, 8);
    assert.equal(key.deadline, 25);
    assert.deepEqual([key.wait(24), key.wait(25)], [false, true]);
    key.rearm(40, 30);
    assert.deepEqual([key.wait(41), key.deadline], [true, Infinity]);
  });

  it('what must not have happened before may have happened meanwhile, where that is waited for', () => {
    const key = new Key(and(6, e('A'), no('b')));
    key.hear('b1 A3');
    assert.equal(key.deadline, 8);
    key.rearm(20);
    assert.equal(key.deadline, 27);
    assert.deepEqual([key.wait(26), key.wait(27)], [false, true]);
    const later = new Key(and(6, e('A'), no('b')));
    later.hear('b1');
    later.rearm(20);
    later.hear('A21');
    assert.equal(later.wait(21), true, 'nothing waited');
    const early = new Key(and(6, e('A'), no('b')));
    early.hear('b5 A6');
    early.rearm(2);
    assert.equal(early.deadline, 12, 'not earlier than it was');
  });
});
