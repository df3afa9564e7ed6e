/** What late events, hands, restarts and redeploys must not leave behind: a status that nobody ends, or that nobody raised. */
import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, statusToEvent, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';

const MIN = 60_000;
/** Messages of one moment are a millisecond apart. */
const minuteOf = (iso: string): number => Math.round((Date.parse(iso) / MIN) * 1000) / 1000;
const on = (event: string): Pattern => ({ op: 'event', event });
const both: Pattern = { op: 'and', of: [on('A'), on('B')] };
const either: Pattern = { op: 'or', of: [on('A'), on('B')] };
const KINDS: Record<string, EventKind> = { '+': 'begin', '-': 'end', '?': 'nodata' };

/** One rule, in minutes; live unless it says otherwise, and what comes is settled at once. */
class Bench {
  out: Status[] = [];
  readonly problems: Problem[] = [];
  engine: PatternEngine;
  now = 0;

  constructor(
    private definition: Partial<StatusDefinition>,
    private readonly mode: Mode = 'live',
  ) {
    this.engine = this.compile();
  }

  private compile(): PatternEngine {
    const whole: StatusDefinition = {
      id: 'r', name: 'Rule', when: on('A'), per: { by: 'station' }, severity: 'minor', lateness: '0 s', updateEvery: '1 min',
      ...this.definition,
    }; // prettier-ignore
    const engine = compileStatus(whole, { names: (id) => id, emit, now: () => this.now });
    engine.setMode(this.mode);
    return engine;
  }

  /** "A+" begins, "A-" ends, "a" is a point; several at once. */
  at(minute: number, ...what: string[]): this {
    return this.push(...what.map((one) => this.event(minute, one)));
  }

  event(minute: number, what: string, stream = '1'): CityEvent {
    return cityEvent(what[0]!, KINDS[what.at(-1)!] ?? 'point', Math.round(minute * MIN), stream);
  }

  push(...events: CityEvent[]): this {
    for (const { time } of events) this.now = Math.max(this.now, time);
    this.engine.push(events, this.out, this.problems);
    return this;
  }

  clock(minute: number): this {
    this.now = Math.max(this.now, minute * MIN);
    this.engine.clock({ source: 's', time: minute * MIN }, this.mode, this.out, this.problems);
    return this;
  }

  /** The wall clock goes on; every deadline rings when it is due. */
  wait(minute: number): this {
    for (;;) {
      const due = this.engine.nextDeadline();
      if (due === undefined || due > minute * MIN) break;
      this.now = Math.max(this.now, due);
      this.engine.tick(this.now, this.out, this.problems);
    }
    this.now = minute * MIN;
    this.engine.tick(this.now, this.out, this.problems);
    return this;
  }

  hand(minute: number): number {
    this.now = Math.max(this.now, minute * MIN);
    return this.engine.clearByHand('k', minute * MIN, this.out);
  }

  restart(changed: Partial<StatusDefinition> = {}, atWall?: number): unknown {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.definition = { ...this.definition, ...changed };
    this.engine = this.compile();
    return this.engine.restore(kept, atWall === undefined ? undefined : atWall * MIN);
  }

  /** What was said since the last time. */
  said(): string[] {
    const said = this.out.map(({ state, severity, updated, since, flags }) =>
      [minuteOf(updated), state, ...(severity === 'minor' ? [] : [severity]), `since ${Date.parse(since) / MIN}`, ...flags].join(' '),
    ); // prettier-ignore
    this.out = [];
    return said;
  }
}

describe('what late events show', () => {
  it('that was over before they came does not stay raised', () => {
    const bench = new Bench({ when: either });
    bench.at(0, 'A+').at(60, 'A-').clock(61);
    bench.said();
    bench.at(30, 'B+').at(60, 'B-').clock(100);
    assert.equal(bench.said().at(-1), '60 cleared since 60 corrected');
    assert.equal(bench.engine.counters().raised, 0);
    bench.at(70, 'A+').at(80, 'A-').clock(90);
    assert.deepEqual(bench.said(), ['70 raised since 70', '80 cleared since 70']);
  });

  it('settles nothing again that was settled', () => {
    const lasting: Pattern = { op: 'lasting', of: on('A'), for: '4 min' };
    const bench = new Bench({ when: lasting, for: '4 min' });
    bench
      .push(bench.event(9, 'A+', '1'))
      .clock(9.5)
      .push(bench.event(17, 'A-', '1'))
      .clock(17);
    bench
      .push(bench.event(8, 'A+', '2'))
      .push(bench.event(16.5, 'A-', '2'))
      .clock(60);
    assert.equal(bench.engine.counters().raised + bench.engine.counters().pending, 0);
  });

  it('begins before it ends also where both are too far back to be sorted in', () => {
    const bench = new Bench({}, 'replay');
    bench.push(bench.event(10, 'A+', '1'), bench.event(15, 'A-', '1')).clock(20);
    bench.push(bench.event(11, 'A+', '2'), bench.event(14, 'A-', '2')).clock(30);
    assert.equal(bench.engine.counters().behind, 2);
    assert.equal(bench.engine.counters().raised, 0);
  });

  it('waits for a hand where the status is latched, also if it is over when it is found', () => {
    const bench = new Bench({ when: both, clear: { latched: true } });
    bench.at(0, 'A+').at(10, 'A-').clock(11);
    bench.at(5, 'B+').at(15, 'B-').clock(20);
    assert.deepEqual(bench.said(), ['5 raised since 5', '10 updated since 5 latched']);
    assert.equal(bench.hand(21), 1);
    assert.equal(bench.engine.counters().raised, 0);
  });

  it('does not end a latched status again that ended once and is raised again', () => {
    const bench = new Bench({ clear: { latched: true }, steps: [{ severity: 'critical', when: on('D') }] }); // prettier-ignore
    bench.at(1, 'A+').at(4, 'A-').at(10, 'A+').clock(11);
    assert.deepEqual(bench.said(), ['1 raised since 1', '4 updated since 1 latched', '10 updated since 1']);
    for (const minute of [2, 3, 5, 6]) bench.at(minute, minute % 2 === 0 ? 'D+' : 'D-').clock(12);
    assert.deepEqual(bench.said().filter((line) => /flapping|latched/.test(line)), []); // prettier-ignore
    bench.at(20, 'A+').clock(21);
    assert.equal(bench.out.at(-1)!.count, 2);
  });

  it('counts what was given up for want of room once, although it is run again', () => {
    const bench = new Bench({ when: { op: 'then', of: [on('a'), { op: 'no', of: on('z'), for: '10 h' }] } });
    for (let i = 0; i < 1003; i++) bench.at(i / 60, 'a');
    bench.clock(20);
    assert.equal(bench.engine.counters().runsDropped, 3);
    for (let i = 1; i <= 5; i++) bench.push(bench.event(16.6 + i / 1000, 'a', '2')).clock(20);
    assert.equal(bench.engine.counters().behind, 5);
    assert.equal(bench.engine.counters().runsDropped, 8);
  });

  const warm: Pattern = { op: 'aggregate', event: 'a', method: 'average', compare: '>', value: 5, over: '30 min' };
  const rules: [where: string, rule: Partial<StatusDefinition>][] = [
    ['the pattern', { when: warm }],
    ['a step', { steps: [{ severity: 'critical', when: warm }] }],
    ['what clears', { clear: { when: warm } }],
  ];
  for (const [where, rule] of rules) {
    it(`counts what cannot be compared once, although it is run again: ${where}`, () => {
      const bench = new Bench(rule);
      const value = (minute: number, unit: string, stream = unit): CityEvent =>
        ({ ...bench.event(minute, 'a', stream), value: 1, unit }); // prettier-ignore
      const counted = (): number => bench.clock(10).engine.counters().leftOut;
      bench.push(value(1, 'm'));
      for (let minute = 2; minute < 10; minute++) bench.push(value(minute, 's'));
      assert.equal(counted(), 8);
      bench.push(value(5.5, 's', '2'));
      assert.equal(counted(), 9);
      for (let i = 1; i <= 5; i++) {
        bench.push(value(5.5 + i / 10, 'm', '2'));
        assert.equal(counted(), 9, 'one that can be compared');
      }
      assert.equal(bench.engine.counters().behind, 6);
    });
  }

  it('was not known: that is told, whichever way it was found', () => {
    const bench = new Bench({ when: both });
    bench.at(0, 'A+').at(3, 'A?').clock(4).at(2, 'B+').clock(5);
    assert.deepEqual(bench.said(), ['3 raised since 2', '3 nodata since 2 nodata']);
    const waits = new Bench({ when: either, for: '5 min' });
    waits
      .at(4, 'A+')
      .at(6, 'A?')
      .clock(8)
      .push(waits.event(1, 'B+', '2'), waits.event(7, 'B?', '2'))
      .clock(8.5);
    assert.deepEqual(waits.said(), ['4 pending since 4', '6 raised since 1', '7 nodata since 1 nodata']);
  });

  it('was two episodes, where it seemed to be one that had begun earlier', () => {
    const bench = new Bench({});
    bench.clock(12).at(13, 'A+').clock(13);
    bench.push(bench.event(6, 'A+', '2')).clock(14);
    assert.deepEqual(bench.said(), ['13 raised since 13', '13 updated since 6']);
    bench.push(bench.event(7, 'A-', '2')).clock(15);
    assert.deepEqual(bench.said(), ['6 raised since 6', '7 cleared since 6', '13 updated since 13']);
  });

  it('may have been more severe meanwhile, also by what is over', () => {
    const bench = new Bench({ steps: [{ severity: 'critical', when: on('d') }] });
    bench.clock(10).at(12, 'd').clock(12).at(10, 'A+').clock(13);
    assert.equal(bench.out.at(-1)!.severity, 'critical');
    const before = new Bench({ steps: [{ severity: 'critical', when: on('d') }], for: '5 min' });
    before.clock(10).at(12, 'd').at(16, 'd').clock(16).at(10, 'A+').clock(17);
    assert.equal(before.out.at(-1)!.severity, 'critical');
    const early = new Bench({ steps: [{ severity: 'critical', when: on('d') }], for: '5 min' });
    early.clock(10).at(12, 'd').clock(16).at(10, 'A+').clock(17);
    assert.equal(early.out.at(-1)!.severity, 'minor', 'it was only pending when that happened');
  });

  it('ended before it was told: that is its end, and no other one', () => {
    const steps = [
      { severity: 'critical' as const, after: '4 min' },
      { severity: 'major' as const, when: on('D') },
    ];
    const bench = new Bench({ steps });
    for (const [minute, what] of [[12, 'A+'], [13, 'A-'], [14, 'A+'], [17, 'D+']] as const) bench.at(minute, what).clock(18); // prettier-ignore
    bench.said();
    bench.at(15, 'A-').clock(18);
    assert.equal(bench.out[0]!.until, '1970-01-01T00:15:00Z');
    assert.deepEqual(bench.said(), ['18 cleared critical since 14']);
  });

  it('never was: it is said that it is taken back', () => {
    const bench = new Bench({ when: { op: 'then', of: [on('a'), on('b')], within: '1 min' }, lateness: '30 s', clear: { after: '1 s' } }); // prettier-ignore
    bench.push(bench.event(0, 'a'), bench.event(0.4, 'b'));
    bench.push(bench.event(0.2, 'b', '2')).wait(600);
    const { state, flags, reason } = bench.out.find((status) => status.flags.includes('corrected'))!;
    assert.deepEqual([state, flags], ['cleared', ['corrected']]);
    assert.match(reason, /^Taken back at k at .*00:00:24: readings that came late show that Rule .* did not hold\.$/);
  });

  it('ended before what was told meanwhile: the time of what is told does not go back', () => {
    const steps = [{ severity: 'critical' as const, after: '4 min' }];
    const bench = new Bench({ steps });
    bench.at(12, 'A+').clock(18).at(13, 'A-').clock(18);
    assert.equal(bench.out.at(-1)!.until, '1970-01-01T00:13:00Z');
    assert.deepEqual(bench.said(), ['12 raised since 12', '16 updated critical since 12 severity-up', '16 cleared critical since 12']); // prettier-ignore
    bench.at(14, 'A+').clock(18);
    // another one, and all that is said of it comes after what was said before
    assert.equal(bench.out[0]!.statusId, 'r|k|1970-01-01T00:16:00.002Z');
    assert.equal(bench.out[0]!.since, '1970-01-01T00:14:00Z');
    const latched = new Bench({ steps, clear: { latched: true } });
    latched.at(12, 'A+').clock(18).at(13, 'A-').clock(18);
    assert.equal(latched.said().at(-1), '16 updated critical since 12 latched');
    const unknown = new Bench({ steps });
    unknown.at(12, 'A+').clock(18).at(13, 'A?').clock(18);
    assert.deepEqual(unknown.said().slice(2), ['16 nodata critical since 12 nodata']);
  });

  it('was over when it was found: it is another status than those before it, although these say much in little time', () => {
    const ms = 1 / MIN;
    for (const early of [7, 8]) {
      const bench = new Bench({ when: on('b'), clear: { after: '0 ms' }, lateness: '3 ms', afterDetection: 'keep' });
      for (const time of [3, 4]) bench.at(time * ms, 'b');
      bench.clock(9 * ms);
      for (const time of [early, 5]) bench.at(time * ms, 'b');
      bench.clock(1);
      const begun = bench.out.filter(({ revision }) => revision === 1);
      assert.deepEqual(
        begun.map(({ since }) => Date.parse(since)),
        [3, 4, early, 5],
      );
      assert.equal(new Set(begun.map(({ statusId }) => statusId)).size, 4);
    }
  });

  it('was over when it was found: it was raised by what had happened until then, and says all of it when it is over', () => {
    const then: Pattern = { op: 'then', of: [on('a'), on('b')], within: '3 min' };
    for (const latched of [false, true]) {
      const bench: Bench = new Bench({ when: then, clear: { after: '3 min', latched } });
      bench.at(1, 'a').at(3, 'a').at(4, 'a').at(10, 'a').clock(20).at(2, 'b').clock(21);
      const minutes = ({ evidence }: Status): number[] => evidence.map(({ time }) => Date.parse(time) / MIN);
      const told: (readonly (string | number)[])[] = bench.out.map((status) => [status.state, ...minutes(status)]);
      assert.deepEqual(told, [
        ['raised', 1, 2],
        [latched ? 'updated' : 'cleared', 1, 2, 3, 4],
      ]);
    }
  });

  it('began earlier: a pending status says so when it is raised', () => {
    const bench = new Bench({ for: '5 min' });
    bench
      .at(10, 'A+')
      .clock(11)
      .push(bench.event(8, 'A+', '2'))
      .clock(20);
    assert.deepEqual(bench.said(), ['10 pending since 10', '13 raised since 8']);
  });
});

describe('what is told early', () => {
  it('has no severity of a state that was over, although that waits to be settled', () => {
    const bench = new Bench({ when: on('a'), lateness: '30 s', steps: [{ severity: 'critical', when: on('B') }] });
    bench.wait(4).at(4, 'B+').wait(10).at(9.8, 'B-').at(10, 'a');
    assert.deepEqual(bench.said(), ['10 raised since 10']);
    const holds = new Bench({ when: on('a'), lateness: '30 s', steps: [{ severity: 'critical', when: on('B') }] });
    holds.wait(4).at(4, 'B+').wait(10).at(10, 'a');
    assert.deepEqual(holds.said(), ['10 raised critical since 10']);
  });

  it('is over after the usual quiet, or goes on, where the rule means something else meanwhile', () => {
    const forgotten = new Bench({ when: on('a'), lateness: '30 s' });
    forgotten.wait(10).at(10, 'a');
    assert.equal(forgotten.restart({ when: { op: 'and', of: [on('a'), on('b')], within: '5 min' } }, 10), 'rule');
    forgotten.wait(30);
    assert.deepEqual(forgotten.said(), ['10 raised since 10', '15 cleared since 10']);
    const found = new Bench({ when: on('a'), lateness: '30 s' });
    found.wait(10).at(10, 'a');
    assert.equal(found.restart({ when: { op: 'or', of: [on('a'), on('b')] } }, 10), 'rule');
    found.wait(30);
    assert.deepEqual(found.said(), ['10 raised since 10', '11 cleared since 10']);
    const silent = new Bench({ when: on('a'), lateness: '30 s' });
    silent.wait(10).at(10, 'a');
    assert.equal(silent.restart({ when: { op: 'no', of: on('b'), for: '5 min' } }, 10), 'rule');
    silent.wait(12);
    assert.deepEqual(silent.said().slice(0, 2), ['10 raised since 10', '11 cleared since 10']);
  });
});

describe('a hand', () => {
  it('ends what was told early, and it does not come back when its time is settled', () => {
    for (const what of ['a', 'A+']) {
      const bench = new Bench({ when: on(what[0]!), lateness: '30 s' });
      bench.wait(10).at(10, what);
      bench.wait(10.2);
      assert.equal(bench.hand(10.2), 1);
      bench.wait(15);
      assert.deepEqual(bench.said(), ['10 raised since 10', '10.2 cleared since 10 by-hand'], what);
    }
  });

  it('ends what holds, and nothing that comes late brings it back', () => {
    const bench = new Bench({ steps: [{ severity: 'critical', when: on('D') }] });
    bench.at(0, 'A+').at(5, 'A+').clock(10);
    assert.equal(bench.hand(10), 1);
    bench.said();
    bench.at(3, 'D+').clock(12);
    assert.deepEqual(bench.said(), []);
    bench.at(20, 'A-').at(30, 'A+').clock(31);
    assert.deepEqual(bench.said(), ['30 raised critical since 30']);
  });

  it('ends what was told before it, and nothing that was raised since, whatever comes late', () => {
    const state = new Bench({ clear: { byHand: true } });
    state.at(0, 'A+').clock(1).hand(1);
    state.at(2, 'A-').at(4, 'A+').clock(5);
    state.said();
    state.push(state.event(3, 'A+', '2')).clock(20);
    assert.deepEqual(state.said(), ['4 updated since 3']);
    assert.equal(state.engine.counters().raised, 1);
    for (const [late, said] of [
      [0.5, []],
      [7, ['8 updated since 7']],
    ] as const) {
      const bench = new Bench({ when: on('a'), clear: { after: '10 min' } });
      bench.at(0, 'a').clock(5).hand(5);
      bench.at(8, 'a').clock(9);
      bench.said();
      bench.push(bench.event(late, 'a', '2')).clock(9.5);
      assert.deepEqual(bench.said(), said);
      bench.clock(30);
      assert.deepEqual(bench.said(), [`18 cleared since ${late === 7 ? 7 : 8}`]);
    }
  });

  it('is remembered for each that was raised', () => {
    const bench = new Bench({ when: on('a'), clear: { after: '10 min' }, flapping: false });
    for (let minute = 0; minute < 40; minute++) {
      bench.at(minute, 'a').clock(minute + 0.5);
      assert.equal(bench.hand(minute + 0.5), 1);
    }
    bench.at(40, 'a').clock(41);
    bench.said();
    for (const late of [20.7, 39.2, 39.7]) bench.push(bench.event(late, 'a', '2')).clock(41);
    assert.deepEqual(bench.said(), ['40 updated since 39.7']);
  });

  it('is forgotten with what was before it, where there are too many in a time without events', () => {
    const silence: Pattern = { op: 'then', of: [on('a'), { op: 'no', of: on('b'), for: '60 min' }] };
    const bench = new Bench({ when: silence, pairing: 'each', clear: { after: '10 min' } });
    for (let minute = 0; minute < 40; minute++) bench.at(minute, 'a');
    for (let minute = 60; minute < 100; minute++) {
      bench.clock(minute);
      assert.equal(bench.hand(minute + 0.5), 1);
    }
    bench.said();
    // it counts from now on, as all that is too far back
    bench.push(bench.event(39.2, 'a', '2')).clock(150);
    assert.deepEqual(bench.said(), []);
    bench.clock(160);
    assert.deepEqual(bench.out.map(({ state, updated }) => [state, Date.parse(updated)]), [['raised', 159 * MIN + 1]]); // prettier-ignore
  });

  it('is about what holds: whether that has ended, so that it can begin again, must be settled', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const bench = new Bench({ lateness: '30 s', flapping: { raises: 2, in: '30 min', steady: '5 min' } });
      bench.at(0, 'A+').wait(5).hand(5);
      bench.wait(9.99).said();
      const both = [bench.event(10, 'A-'), bench.event(10, 'A+', '2')];
      bench.push(...order.map((i) => both[i]!)).wait(20);
      assert.deepEqual(bench.said(), [], String(order));
    }
  });

  it('lets a pattern that is told once come true again, also after something late', () => {
    const sequence: Pattern = { op: 'then', of: [on('a'), on('b')], within: '5 min' };
    const bench = new Bench({ when: sequence, pairing: 'once', clear: { after: '1 h' } });
    bench.at(0, 'a').at(1, 'b').clock(2).hand(2);
    bench
      .push(bench.event(0.5, 'a', '2'))
      .at(10, 'a')
      .at(11, 'b')
      .clock(12);
    assert.deepEqual(bench.said(), ['1 raised since 1', '2 cleared since 1 by-hand', '11 raised since 11']);
  });

  it('is about nothing that had not come yet, although it had happened', () => {
    for (const mode of ['live', 'replay'] as const) {
      const late = new Bench({ when: on('a'), clear: { after: '10 min' } }, mode);
      late.at(0, 'a').clock(5).hand(5);
      late.said();
      late.push(late.event(3, 'a', '2')).clock(30);
      assert.deepEqual(late.said(), ['5 raised since 3', '13 cleared since 3'], mode);
    }
    const outage = new Bench({});
    outage.wait(480).at(480, 'A+').wait(600).hand(600);
    outage.said();
    outage.wait(660).at(481, 'A-').at(570, 'A+').wait(700);
    assert.deepEqual(outage.said(), ['600 raised since 570']);
    const again = new Bench({}, 'replay');
    again.at(0, 'A+').clock(1).hand(1_000_000);
    again.said();
    again.at(5, 'A-').at(10, 'A+').at(20, 'A-').clock(30);
    assert.deepEqual(again.said().slice(0, 1), ['10 raised since 10']);
    const bench = new Bench({ for: '3 min' });
    bench.at(0, 'A+').at(1, 'A-').at(2, 'A+').clock(3).hand(5);
    bench.said();
    bench.at(2.5, 'A-').at(4, 'A+').clock(20);
    assert.deepEqual(bench.said(), ['5 pending since 4', '7 raised since 4']);
    // hourly readings, each of which comes forty minutes late
    const hourly = new Bench({ when: on('a'), clear: { after: '2 h' } });
    hourly.wait(40).at(0, 'a').clock(0).wait(59).hand(59);
    hourly.said();
    hourly.wait(100).at(15, 'a').clock(15);
    assert.deepEqual(hourly.said(), ['19 raised since 15']);
  });

  it('is no end of what happens at its very time, and comes after it', () => {
    const bench = new Bench({ when: on('a'), clear: { after: '10 min' } }, 'replay');
    bench.at(0, 'a').clock(5).hand(5);
    bench.at(5, 'a').clock(6);
    assert.deepEqual(bench.said().slice(2), ['5 raised since 5']);
  });

  it('ends what was told early while time still followed the clock of a wall', () => {
    const bench = new Bench({ when: on('a'), lateness: '30 s', clear: { after: '10 min' } });
    bench.wait(10).at(10, 'a').at(10.1, 'a');
    bench.engine.setMode('replay');
    assert.equal(bench.hand(10.05), 1);
    assert.equal(bench.out.at(-1)!.evidence.length, 1);
    assert.deepEqual(bench.said(), ['10 raised since 10', '10.05 cleared since 10 by-hand']);
    bench.engine.clock({ source: 's', time: 20 * MIN }, 'replay', bench.out, bench.problems);
    assert.deepEqual(bench.said(), ['10.1 raised since 10.1']);
  });

  it('ends a latched status that only a hand ends', () => {
    const bench = new Bench({ clear: { byHand: true, latched: true } }, 'replay');
    bench.at(0, 'A+').at(5, 'A-').clock(10);
    assert.equal(bench.hand(10), 1);
    assert.deepEqual(bench.said(), ['0 raised since 0', '10 cleared since 0 by-hand']);
  });

  it('says nothing of what has begun since the latched one was over', () => {
    const bench = new Bench({ for: '5 min', clear: { latched: true } }, 'replay');
    bench.at(0, 'A+').at(9, 'A-').at(16, 'A+').clock(19);
    bench.said();
    bench.hand(19);
    bench.clock(30);
    assert.deepEqual(bench.said(), ['19 cleared since 0 by-hand', '19 pending since 16', '21 raised since 16']);
    const masked = new Bench({ clear: { latched: true }, notWhile: ['M'] }, 'replay');
    masked.at(0, 'A+').at(3, 'A-').at(5, 'M+').at(6, 'A+').clock(7);
    masked.hand(7);
    masked.at(9, 'M-').clock(10);
    assert.equal(masked.said().at(-1), '9 raised since 9');
  });

  it('of what was only pending says that nobody was told of it', () => {
    const bench = new Bench({ for: '5 min' }, 'replay');
    bench.at(0, 'A+').clock(2);
    bench.hand(2);
    assert.deepEqual(bench.out.at(-1)!.flags, ['never-raised', 'by-hand']);
  });

  it('counts in the time of a station that is late, so that what comes next counts in the district', () => {
    const bench = new Bench({ lateness: '30 s' });
    bench.wait(520).at(480, 'A+').wait(530);
    bench.hand(530);
    bench.wait(550).at(495, 'A-').at(510, 'A+').wait(560);
    assert.deepEqual(bench.said(), ['480 raised since 480', '490 cleared since 480 by-hand', '510 raised since 510']);
    const replayed = new Bench({}, 'replay');
    replayed.at(1, 'A+').clock(5);
    replayed.hand(1_000_000);
    assert.deepEqual(replayed.said(), ['1 raised since 1', '5 cleared since 1 by-hand']);
  });
});

describe('over a restart', () => {
  it('what flapped is steady at once where nobody looks for it any more', () => {
    const bench = new Bench({ flapping: { raises: 2, in: '30 min', steady: '15 min' } });
    bench.at(0, 'A+').at(1, 'A-').at(2, 'A+').at(3, 'A-').clock(4);
    assert.deepEqual(bench.said(), ['0 raised since 0', '1 cleared since 0', '2 raised since 2 flapping']);
    assert.equal(bench.restart({ flapping: false }), true);
    bench.clock(5);
    assert.deepEqual(bench.said(), ['3 cleared since 2 steady']);
    bench.at(6, 'A+').clock(7);
    assert.deepEqual(bench.said(), ['6 raised since 6']);
  });

  it('what waited for a hand is over where no rule asks for one any more', () => {
    const bench = new Bench({ clear: { latched: true } });
    bench.at(0, 'A+').at(5, 'A-').clock(6);
    assert.deepEqual(bench.said(), ['0 raised since 0', '5 updated since 0 latched']);
    assert.equal(bench.restart({ clear: {} }), true);
    bench.clock(7);
    assert.equal(bench.out[0]!.until, '1970-01-01T00:05:00Z');
    assert.deepEqual(bench.said(), ['5 cleared since 0']);
    assert.equal(bench.engine.counters().raised, 0);
    bench.at(8, 'A+').clock(9);
    assert.deepEqual(bench.said(), ['8 raised since 8']);
  });

  it('a status of before its messages had times of their own goes on', () => {
    const bench = new Bench({ clear: { latched: true } });
    bench.at(0, 'A+').at(5, 'A-').clock(6).said();
    const kept = JSON.parse(JSON.stringify(bench.engine.snapshot(), (key, value: unknown) => (key === 'stamp' || key === 'saidNormal' ? undefined : value))) as unknown; // prettier-ignore
    bench.restart();
    assert.deepEqual(bench.engine.restore(kept), true);
    bench.at(5.5, 'A+').clock(20);
    assert.deepEqual(bench.said(), ['6 updated since 0']);
  });

  it('the time in which somebody listened counts, although nothing came', () => {
    const bench = new Bench({ for: '30 min', lateness: '0 s' });
    bench.at(0, 'A+');
    for (let minute = 20; minute < 25; minute++) {
      bench.wait(minute);
      assert.equal(bench.restart({}, minute), true);
    }
    bench.wait(60);
    assert.deepEqual(bench.said(), ['0 pending since 0', '30 raised since 0']);
  });
});

describe('a status for the rule above it', () => {
  it('that has no length begins before it ends', () => {
    const bench = new Bench({ when: on('a'), clear: { after: '0 s' } }, 'replay');
    bench.at(10, 'a').clock(20);
    const [begin, end] = bench.out.map((status) => statusToEvent(status)!);
    assert.deepEqual([begin!.kind, end!.kind, end!.time - begin!.time], ['begin', 'end', 1]);
  });
});

describe('duplicates', () => {
  it('are known as long as an event may be late', () => {
    const times: Pattern = { op: 'times', of: on('a'), min: 50, within: '3 h' };
    const bench = new Bench({ when: times, lateness: '1 h' }, 'replay');
    for (let minute = 0; minute < 49; minute++) bench.at(minute, 'a');
    bench.at(0, 'a').clock(200);
    assert.equal(bench.engine.counters().duplicates, 1);
    assert.deepEqual(bench.said(), []);
  });
});

describe('what is said again', () => {
  const reasonOf = (bench: Bench): string => bench.out.at(-1)!.reason;

  it('is true of one that waits for a hand, one that is quiet and one that is not known', () => {
    const latched = new Bench({ clear: { latched: true }, remindEvery: '5 min' }, 'replay');
    latched.at(0, 'A+').at(3, 'A-').clock(5);
    assert.match(
      reasonOf(latched),
      /^Still raised until somebody clears it by hand: Rule at k held since .* and is over\.$/,
    );
    const flapping = { raises: 2, in: '30 min', steady: '15 min' };
    const quiet = new Bench({ flapping, remindEvery: '5 min' }, 'replay');
    quiet.at(0, 'A+').at(1, 'A-').at(2, 'A+').at(3, 'A-').clock(8);
    assert.match(reasonOf(quiet), /^Still comes and goes: Rule at k since .*; at present it is over\.$/);
    const unknown = new Bench({ remindEvery: '5 min' }, 'replay');
    unknown.at(0, 'A+').at(3, 'A?').clock(5);
    assert.match(reasonOf(unknown), /^Still not known: Rule at k since .*, for 5 min by now; a source is silent\./);
    const steady = new Bench({ flapping }, 'replay');
    steady.at(0, 'A+').at(1, 'A-').at(2, 'A+').at(3, 'A?').clock(40);
    assert.match(reasonOf(steady), /no longer comes and goes, .* it is not known whether it still holds\.$/);
  });

  it('is not “known” while nothing is known, whatever else happens', () => {
    const bench = new Bench({ when: both }, 'replay');
    bench.at(0, 'A+').at(1, 'B+').at(5, 'A?').at(10, 'B+').clock(20);
    assert.deepEqual(bench.said(), ['1 raised since 1', '5 nodata since 1 nodata']);
  });

  it('is known again where the source has said that it is over, in the time of quiet', () => {
    const bench = new Bench({ clear: { after: '30 min' } }, 'replay');
    bench.at(0, 'A+').at(3, 'A?').at(4, 'A-').clock(40);
    assert.deepEqual(bench.said(), ['0 raised since 0', '3 nodata since 0 nodata', '4 updated since 0', '34 cleared since 0']); // prettier-ignore
  });
});
