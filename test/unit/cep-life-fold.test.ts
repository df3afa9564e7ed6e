/** The life-cycle of one key, instant by instant: what is said of it, what it counts, and what it names as evidence. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { newState } from '../../nodes/pattern-status/cep/plan';
import * as life from '../../nodes/pattern-status/cep/life';
import { FALSE, UNKNOWN } from '../../nodes/pattern-status/cep/operators';
import { compileRule } from '../../nodes/pattern-status/cep/rule';
import { cityEvent, emit } from '../properties/random';
import { and, e, history, no, or, then, times } from '../support/patterns';

/** One key of a rule, driven as the engine does it: deadlines before the next instant, and after those of the same time. */
class Condition {
  readonly said: string[] = [];
  readonly rule: life.Rule;
  readonly state: life.KeyState;
  private readonly listener: life.Listener;

  constructor(when: Pattern, more: Partial<StatusDefinition> = {}) {
    const definition: StatusDefinition = {
      id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' }, ...more,
    }; // prettier-ignore
    this.rule = compileRule(definition, emit);
    this.state = {
      pattern: newState(this.rule.plan, 0, 'k'),
      sides: this.rule.sides.map(({ plan }) => newState(plan, 0, 'k')),
      life: life.newLife(),
      time: -Infinity,
    };
    const say = (what: string) => (_: life.Life, t: number) => void this.said.push(`${what}@${t}`);
    this.listener = {
      pending: say('pending'), raised: say('raised'), changed: say('changed'), nodata: say('nodata'), known: say('known'),
      cleared: say('cleared'), masked: say('masked'),
      stepped: ({ levels }, t, bits) => void this.said.push(`stepped@${t} ${levels} ${bits}`),
    }; // prettier-ignore
  }

  get life(): life.Life {
    return this.state.life;
  }
  get evidence(): string {
    return this.life.evidence.map(({ event, time }) => `${event}${time}`).join(' ');
  }
  hear(text: string): this {
    return this.take(history(text));
  }
  take(events: readonly CityEvent[]): this {
    for (let from = 0, to = 0; from < events.length; from = to) {
      const { time } = events[from]!;
      while (to < events.length && events[to]!.time === time) to++;
      this.until(time - 1);
      life.feed(this.rule, this.state, events, from, to, this.listener);
    }
    return this;
  }
  until(time: number): this {
    for (let due = life.deadlineOf(this.rule, this.state); due <= time; due = life.deadlineOf(this.rule, this.state)) {
      this.expire(due);
    }
    return this;
  }
  expire(time: number): void {
    life.expire(this.rule, this.state, time, this.listener);
  }
  /** What was said since the last time. */
  get new(): string[] {
    return this.said.splice(0);
  }
}

const saidOf = (when: Pattern, more: Partial<StatusDefinition>, text: string): string[] =>
  new Condition(when, more).hear(text).until(100).said;

describe('the life-cycle of one key', () => {
  it('begins with nothing, and a copy goes its own way', () => {
    assert.deepEqual(life.newLife(7), {
      phase: life.NORMAL, since: -Infinity, level: FALSE, fell: -Infinity, pulse: -Infinity, count: 0, evidence: [],
      quiet: 7, levels: 0, masked: [], detections: 0, episodes: 0, raisedMs: 0, nodataMs: 0, counted: -Infinity,
    }); // prettier-ignore
    const one = new Condition(e('A')).hear('A1').life;
    const copy = life.copyLife(one);
    assert.deepEqual(copy, one);
    one.evidence.push(cityEvent('A', 'begin', 2));
    assert.equal(copy.evidence.length, 1);
  });

  it('a state is raised with its begin and cleared with its end; its time is counted, and that in which nobody knew', () => {
    const state = new Condition(e('A')).hear('A1 A3? A7-10 A20-25').until(100);
    assert.deepEqual(state.said, ['raised@1', 'nodata@3', 'known@7', 'cleared@10', 'raised@20', 'cleared@25']);
    const { raisedMs, nodataMs, episodes, detections, count, evidence, phase } = state.life;
    assert.deepEqual([raisedMs, nodataMs, episodes, detections, count, evidence, phase], [2 + 3 + 5, 4, 2, 2, 0, [], life.NORMAL]); // prettier-ignore
  });

  it('that nothing is known is said once', () => {
    const rule = or(undefined, e('A'), e('b'));
    assert.deepEqual(saidOf(rule, {}, 'A1 A3? b5'), ['raised@1', 'nodata@3', 'changed@5']);
    assert.equal(new Condition(rule).hear('A1 A3?').life.level, UNKNOWN);
  });

  it('counts detections: of the episode, and of all', () => {
    const rule = new Condition(e('a'), { clear: { after: '10 ms' } }).hear('a1 a3 a5');
    assert.deepEqual([rule.life.count, rule.life.detections, rule.new], [3, 3, ['raised@1', 'changed@3', 'changed@5']]);
    rule.until(14);
    assert.deepEqual(rule.new, []);
    rule.until(15);
    assert.deepEqual([rule.new, rule.life.count], [['cleared@15'], 0]);
    rule.hear('a30');
    assert.deepEqual([rule.life.count, rule.life.detections, rule.life.episodes], [1, 4, 2]);
  });

  it('is pending for its time: raised if it holds so long, else nothing', () => {
    const five = { for: '5 ms' } as const;
    assert.deepEqual(saidOf(e('A'), five, 'A1-9'), ['pending@1', 'raised@6', 'cleared@9']);
    assert.deepEqual(saidOf(e('A'), five, 'A1-4'), ['pending@1', 'cleared@4']);
    const pending = new Condition(e('A'), five).hear('A1');
    assert.deepEqual([pending.life.count, pending.life.phase, pending.life.episodes], [1, life.PENDING, 0]);
  });

  it('a deadline at which nothing is found says nothing, also after an episode', () => {
    // the silence is over at 11 and 41, but by then the whole has taken longer than it may
    const rule = new Condition(then(9, e('a'), e('b'), no('c', 4))).hear('a1 b7').until(20);
    assert.deepEqual([rule.said, rule.state.time], [[], 11]);
    rule.hear('a21 b22').until(30);
    assert.deepEqual(rule.new, ['raised@26', 'cleared@26']);
    rule.hear('a31 b37').until(50);
    assert.deepEqual(rule.new, []);
    // a time that was gone through already stays so
    rule.expire(20);
    assert.equal(rule.state.time, 41);
  });

  it('is cleared by another pattern, by its begin or its moment, and only while there is something to clear', () => {
    const by = (when: Pattern): Partial<StatusDefinition> => ({ clear: { when } });
    assert.deepEqual(saidOf(e('A'), by(e('b')), 'b0 A1 b3 b5'), ['raised@1', 'cleared@3']);
    assert.deepEqual(saidOf(e('A'), by(e('B')), 'A1-5 B3-20 A6-7'), ['raised@1', 'cleared@3', 'raised@6']);
    assert.deepEqual(saidOf(e('A'), by(times(9, e('b'), 2)), 'A1 b3 b5'), ['raised@1', 'cleared@5']);
    // a silence ends without an event
    assert.deepEqual(saidOf(e('A'), by(no('a', 5)), 'a0 A1'), ['raised@1', 'cleared@5']);
    assert.deepEqual(saidOf(e('A'), by(no('a', 5)), 'a0 A1 a3'), ['raised@1', 'cleared@8']);
    assert.deepEqual(saidOf(e('A'), by(e('c')), 'A1-2'), ['raised@1']);
  });

  it('a step of the severity goes on to count while nobody knows', () => {
    const steps = [
      { severity: 'major' as const, when: e('B') },
      { severity: 'critical' as const, when: e('c') },
    ];
    assert.deepEqual(saidOf(e('A'), { steps }, 'A1 B3 B5? B9-12 c14'), [
      'raised@1', 'stepped@3 1 0', 'stepped@12 0 0', 'stepped@14 0 2',
    ]); // prettier-ignore
    const late = [{ severity: 'major' as const, when: no('a', 5) }];
    assert.deepEqual(saidOf(e('A'), { steps: late }, 'a0 A1 a8'), ['raised@1', 'stepped@5 1 0', 'stepped@8 0 0', 'stepped@13 1 0']); // prettier-ignore
  });

  it('other statuses keep it down: said once, told again when the last of them ends, and its time is not counted', () => {
    const kept = { notWhile: ['M'] };
    const rule = new Condition(e('A'), kept).hear("A1 M3-9 M'4-12");
    assert.deepEqual(rule.new, ['raised@1', 'masked@3', 'raised@12']);
    assert.deepEqual([rule.hear('A15').life.since, rule.life.episodes], [12, 2]);
    const whole = new Condition(e('A'), kept).hear('A1-20 M3-9').until(100);
    assert.deepEqual([whole.life.raisedMs, whole.said.at(-1)], [2 + 11, 'cleared@20']);
    // what ends at the same moment is not raised again
    assert.deepEqual(saidOf(e('A'), kept, 'A1-9 M3-9'), ['raised@1', 'masked@3', 'cleared@9']);
    // an end of what never began
    const free = new Condition(e('A'), kept).hear('A1').take([cityEvent('M', 'end', 5)]);
    assert.deepEqual(free.said, ['raised@1']);
    assert.deepEqual(saidOf(e('A'), { ...kept, for: '9 ms' }, 'A1 M3-5'), ['pending@1', 'masked@3', 'pending@5', 'raised@10']); // prettier-ignore
  });

  it('names at most twenty of those that keep it down', () => {
    const notWhile = Array.from({ length: 25 }, (_, i) => `m${i}`);
    const rule = new Condition(e('A'), { notWhile }).take(notWhile.map((id) => cityEvent(id, 'begin', 1)));
    assert.deepEqual(rule.life.masked, notWhile.slice(0, 20));
  });

  it('with "once" the pattern may come true again when it was cleared: by a pattern, and by quiet', () => {
    const once = { pairing: 'once' as const };
    const pair = then(9, e('a'), e('b'));
    assert.deepEqual(saidOf(pair, { ...once, clear: { when: e('c') } }, 'a1 b2 a3 b4 c5 a6 b7'), ['raised@2', 'cleared@5', 'raised@7']); // prettier-ignore
    assert.deepEqual(saidOf(pair, { ...once, clear: { after: '10 ms' } }, 'a1 b2 a3 b4 a13 b14'), ['raised@2', 'cleared@12', 'raised@14', 'cleared@24']); // prettier-ignore
    // that it is raised after its time does not clear it
    assert.deepEqual(saidOf(pair, { ...once, for: '5 ms', clear: { after: '50 ms' } }, 'a1 b2 a8 b9'), ['pending@2', 'raised@7', 'cleared@52']); // prettier-ignore
  });

  it('every pair is a detection where every pair is wanted, and only its events are the evidence', () => {
    const all = new Condition(then(9, e('a'), e('b')), { pairing: 'all', clear: { after: '50 ms' } }).hear('a1 a2 b3');
    // what is named is the match with the latest begin
    assert.deepEqual([all.life.count, all.life.detections, all.evidence], [2, 2, 'a2 b3']);
    all.hear('a5');
    assert.deepEqual([all.life.count, all.evidence], [2, 'a2 b3']);
    all.hear('b13');
    assert.deepEqual([all.life.count, all.evidence, all.new], [3, 'a5 b13', ['raised@3', 'changed@13']]);
  });
});

describe('the evidence of one key', () => {
  it('oldest first, and what comes at one moment in the order in which it was found', () => {
    const four = and(9, e('d'), e('c'), e('b'), e('a'));
    assert.equal(new Condition(four).hear('a1 b2 c3 d4').evidence, 'a1 b2 c3 d4');
    assert.equal(new Condition(four).hear('d1 c1 b1 a1').evidence, 'd1 c1 b1 a1');
    assert.equal(new Condition(four).hear('a1 c1 b2 d2').evidence, 'c1 a1 d2 b2');
  });

  it('names an event once, though two parts of the pattern found copies of it', () => {
    const rule = new Condition(and(9, or(undefined, e('a'), e('b')), or(undefined, e('a'), e('c'))));
    assert.equal(rule.hear('a1').evidence, 'a1');
    const copied = new Condition(and(20, times(9, e('a'), 2), e('a')));
    copied.hear('a1');
    // as a snapshot does it
    copied.state.pattern.refs = copied.state.pattern.refs.map((ref) => (ref === undefined ? ref : { ...ref }));
    assert.equal(copied.hear('a3').evidence, 'a1 a3');
    const third = new Condition(and(20, times(9, e('a'), 3), times(9, e('a'), 2), e('b')), { afterDetection: 'keep' });
    third.hear('a1 a3 a5');
    third.state.pattern.refs = third.state.pattern.refs.map((ref) => (ref === undefined ? ref : { ...ref }));
    assert.equal(third.hear('b6').evidence, 'a1 a3 a5 b6');
  });

  it('tells two events of one moment and one source apart by their ids', () => {
    const [a, b] = ['a', 'b'].map((event) => ({ ...cityEvent(event, 'point', 1), stream: 's' }));
    assert.equal(new Condition(and(9, e('a'), e('b'))).take([a!, b!]).evidence, 'a1 b1');
    assert.equal(new Condition(and(9, e('a'), e('b'))).take([a!, { ...b!, id: a!.id }]).evidence, 'a1');
  });

  it('the newest twenty', () => {
    const sensors = (n: number): CityEvent[] => Array.from({ length: n }, (_, i) => cityEvent('A', 'begin', i + 1, `s${i}`)); // prettier-ignore
    const rule = (n: number): string[] => new Condition(and(5, e('A'), e('b'))).take([...sensors(n), cityEvent('b', 'point', 60)]).evidence.split(' '); // prettier-ignore
    assert.deepEqual([rule(19).length, rule(20).length, rule(25).length], [20, 20, 20]);
    assert.deepEqual([rule(19)[0], rule(20)[0], rule(25)[0], rule(25).at(-1)], ['A1', 'A2', 'A7', 'b60']);
  });

  it('what happens while it lasts is added: begins and moments of what it looks for, nothing that must not happen or only clears', () => {
    const rule = new Condition(or(undefined, e('A'), e('b')), { clear: { when: e('c') }, notWhile: ['M'] });
    rule.hear("A1 b3 A'4 M5-6 A'7? b8 x9");
    assert.equal(rule.evidence, 'A1 b3 A4 b8');
    const forbids = new Condition(and(5, e('a'), no('b')), { clear: { after: '50 ms' } }).hear('a10 b12 a14 a30');
    assert.equal(forbids.evidence, 'a10 a14 a30');
    assert.deepEqual(forbids.said, ['raised@10', 'changed@14', 'changed@30']);
  });

  it('of very much the newest, and never more than twice what is named', () => {
    const rule = new Condition(e('a'), { clear: { after: '50 ms' } });
    let most = 0;
    for (let t = 1; t <= 100; t++) most = Math.max(most, rule.hear(`a${t}`).life.evidence.length);
    assert.equal(most, 2 * life.MOST_EVIDENCE);
    const times = rule.life.evidence.map(({ time }) => time);
    assert.deepEqual(
      times,
      Array.from({ length: times.length }, (_, i) => 100 - times.length + 1 + i),
    );
    assert.ok(times.length > life.MOST_EVIDENCE);
  });
});
