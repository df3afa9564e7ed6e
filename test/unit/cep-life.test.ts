/** What is told of a status while it lasts: severity, latches, reminders, flapping, what keeps it down, lineage. */
import * as assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, statusToEvent, type PatternEngine } from '../../nodes/pattern-status/cep';
import { zonesAround } from '../../nodes/pattern-status/cep/zones-around';
import { Pipeline } from '../../nodes/replay/pipeline';
import { makeObservation } from '../../nodes/ecdm/observation';
import { cityEvent, emit } from '../properties/random';

const MIN = 60_000;
/** Messages of one moment are a millisecond apart. */
const minuteOf = (iso: string): number => Math.round((Date.parse(iso) / MIN) * 1000) / 1000;
const on = (event: string): Pattern => ({ op: 'event', event });
const rule = (more: Partial<StatusDefinition> = {}): StatusDefinition => ({
  id: 'r', name: 'Rule', when: on('A'), per: { by: 'station' }, severity: 'minor', lateness: '0 s', updateEvery: '1 min',
  ...more,
}); // prettier-ignore
const zone = (id: string, level = 'zone'): { id: string; name: string; level: string } => ({ id, name: id, level });

class Bench {
  out: Status[] = [];
  readonly problems: Problem[] = [];
  engine: PatternEngine;
  private mode: Mode = 'replay';
  constructor(private readonly definition: StatusDefinition) {
    this.engine = this.compile();
  }
  private compile(): PatternEngine {
    const engine = compileStatus(this.definition, { names: (id) => id, emit });
    engine.setMode('replay');
    return engine;
  }
  /** "A+" begins, "A-" ends, "a" is a point; at a minute, of a key. */
  at(minute: number, what: string, key = 'k', more: Partial<CityEvent> = {}): void {
    const kinds: Record<string, EventKind> = { '+': 'begin', '-': 'end', '?': 'nodata' };
    const kind = kinds[what.at(-1)!] ?? 'point';
    const event = cityEvent(what[0]!, kind, minute * MIN, '1', key);
    this.engine.push([{ ...event, ...more }], this.out, this.problems);
  }
  clock(minute: number): void {
    this.engine.clock({ source: 's', time: minute * MIN }, this.mode, this.out, this.problems);
  }
  /** From now on the wall clock has a say. */
  live(): void {
    this.mode = 'live';
    this.engine.setMode('live');
  }
  restart(): void {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.engine = this.compile();
    assert.equal(this.engine.restore(kept), true);
  }
  /** What was said since the last time. */
  said(): string[] {
    const said = this.out.map(
      ({ state, severity, updated, until, flags }) =>
        [minuteOf(updated), state, severity, ...(until === undefined ? [] : [`until ${Date.parse(until) / MIN}`]), ...flags].join(' '),
    ); // prettier-ignore
    this.out = [];
    return said;
  }
}

const refused = (definition: StatusDefinition): string => {
  try {
    new Bench(definition);
  } catch (thrown) {
    if (thrown instanceof DefinitionError) return `${thrown.path} ${thrown.code}`;
    throw thrown;
  }
  return 'accepted';
};

describe('severity', () => {
  it('that rises although it is over, or not known, says so', () => {
    const steps = [{ severity: 'critical' as const, after: '30 min' }];
    const reason = (more: Partial<StatusDefinition>, ...what: [number, string][]): string => {
      const bench = new Bench(rule({ steps, ...more }));
      for (const [minute, one] of what) bench.at(minute, one);
      bench.clock(60);
      return bench.out.find(({ flags }) => flags.includes('severity-up'))!.reason;
    };
    assert.match(reason({}, [0, 'A+']), /^More severe now \(critical\): .* by now\. Latest/);
    assert.match(reason({}, [0, 'A+'], [5, 'A?']), /it is not known whether this still holds/);
    assert.match(reason({ clear: { latched: true } }, [0, 'A+'], [5, 'A-']), /is over, but it stays raised until/);
    const flapping = { raises: 2, in: '10 min', steady: '60 min' };
    assert.match(reason({ flapping }, [0, 'A+'], [1, 'A-'], [2, 'A+'], [3, 'A-']), /at present it is over\.$/);
  });

  it('says which pattern made it more severe, unless it has lasted long enough as well', () => {
    const fire: Pattern = { op: 'then', of: [on('b'), on('c')], within: '5 min' };
    const steps = [
      { severity: 'major' as const, when: fire },
      { severity: 'critical' as const, when: on('D') },
      { severity: 'critical' as const, after: '30 min' },
    ];
    const bench = new Bench(rule({ steps }));
    bench.at(0, 'A+');
    bench.at(1, 'b');
    bench.at(2, 'c');
    bench.at(10, 'D+');
    bench.at(20, 'D-');
    bench.clock(60);
    const heads = bench.out
      .filter(({ flags }) => flags.includes('severity-up'))
      .map(({ reason }) => reason.split(':')[1]);
    assert.deepEqual(heads, [' first “b”, then “c” within 5 min)', ' “D”)', ' Rule at k since 1 Jan 1970 00']);
    bench.at(70, 'D+');
    bench.clock(71);
    assert.equal(bench.out.filter(({ flags }) => flags.includes('severity-up')).length, 3);
  });

  it('rises after a time, at once and although nothing comes', () => {
    const bench = new Bench(rule({ steps: [{ severity: 'major', after: '10 min' }, { severity: 'critical', after: '1 h' }] })); // prettier-ignore
    bench.at(0, 'A+');
    bench.clock(10);
    assert.deepEqual(bench.said(), ['0 raised minor', '10 updated major severity-up']);
    bench.restart();
    bench.clock(59);
    assert.deepEqual(bench.said(), []);
    bench.at(70, 'A-');
    bench.clock(71);
    assert.deepEqual(bench.said(), ['60 updated critical severity-up', '70 cleared critical until 70']);
    bench.at(80, 'A+');
    bench.clock(81);
    assert.deepEqual(bench.said(), ['80 raised minor'], 'a new status begins anew');
  });

  it('follows a state: up at once, down with the next update', () => {
    const bench = new Bench(rule({ steps: [{ severity: 'critical', when: on('B') }], updateEvery: '5 min' }));
    bench.at(0, 'A+');
    bench.at(1, 'B+');
    bench.at(2, 'B-');
    bench.at(3, 'B+');
    bench.at(4, 'B-');
    bench.clock(20);
    assert.deepEqual(bench.said(), [
      '0 raised minor',
      '1 updated critical severity-up',
      '6 updated minor severity-down',
    ]);
    bench.at(21, 'A-');
    bench.at(22, 'B+');
    bench.at(30, 'A+');
    bench.clock(31);
    assert.deepEqual(bench.said(), ['21 cleared minor until 21', '30 raised critical']);
  });

  it('keeps what has happened until it is cleared; both conditions of a step count together', () => {
    const steps = [{ severity: 'major' as const, when: on('b') }, { severity: 'critical' as const, when: on('C'), after: '10 min' }]; // prettier-ignore
    const bench = new Bench(rule({ steps }));
    bench.at(0, 'b');
    bench.at(1, 'A+');
    bench.at(2, 'b');
    bench.at(3, 'C+');
    bench.clock(30);
    assert.deepEqual(bench.said(), [
      '1 raised minor',
      '2 updated major severity-up',
      '11 updated critical severity-up',
    ]);
    bench.at(31, 'C-');
    bench.at(32, 'A-');
    bench.at(40, 'A+');
    bench.clock(41);
    assert.deepEqual(bench.said(), ['31 updated major severity-down', '32 cleared major until 32', '40 raised minor']);
  });

  it('is never below that of the rule, and says so in words', () => {
    const bench = new Bench(rule({ severity: 'major', steps: [{ severity: 'minor', after: '1 min' }, { severity: 'critical', after: '2 min' }] })); // prettier-ignore
    bench.at(0, 'A+');
    bench.clock(5);
    assert.match(bench.out[1]!.reason, /^More severe now \(critical\): Rule at k since .*, for 2 min by now/);
    assert.deepEqual(bench.said(), ['0 raised major', '2 updated critical severity-up']);
  });
});

describe('what is not known', () => {
  it('is told as that when it is raised, and when what kept it down has ended', () => {
    const bench = new Bench(rule({ for: '10 min', notWhile: ['M'] }));
    bench.at(0, 'A+');
    bench.at(5, 'A?');
    bench.clock(12);
    assert.deepEqual(bench.said(), ['0 pending minor', '10 raised minor', '10 nodata minor nodata']);
    bench.at(20, 'M+');
    bench.at(30, 'M-');
    bench.clock(31);
    assert.deepEqual(bench.said(), [
      '20 cleared minor until 20 suppressed',
      '30 raised minor',
      '30 nodata minor nodata',
    ]);
    bench.at(40, 'M+');
    bench.at(41, 'A+');
    bench.at(50, 'M-');
    bench.clock(51);
    assert.deepEqual(bench.said(), ['40 cleared minor until 40 suppressed', '50 raised minor'], 'known again');
  });

  it('is told at once; that it is known again not sooner than an update, however often it comes and goes', () => {
    const bench = new Bench(rule({ updateEvery: '5 min' }));
    bench.at(0, 'A+');
    for (let minute = 10; minute < 20; minute += 2) {
      bench.at(minute, 'A?');
      bench.at(minute + 1, 'A+');
    }
    bench.clock(16);
    bench.restart();
    bench.clock(40);
    assert.deepEqual(bench.said(), [
      '0 raised minor',
      '10 nodata minor nodata',
      '15 updated minor',
      '16 nodata minor nodata',
      '21 updated minor',
    ]);
    bench.at(50, 'A?');
    bench.at(60, 'A+');
    bench.at(61, 'A?');
    bench.at(62, 'A-');
    bench.clock(70);
    assert.deepEqual(bench.said(), [
      '50 nodata minor nodata',
      '60 updated minor',
      '61 nodata minor nodata',
      '62 cleared minor until 62',
    ]);
  });

  it('is known again before that is told: what else is told meanwhile says so', () => {
    const bench = new Bench(rule({ remindEvery: '10 min', updateEvery: '30 min' }));
    bench.at(0, 'A+');
    bench.at(8, 'A?');
    bench.at(9, 'A+');
    bench.clock(12);
    assert.deepEqual(bench.said(), ['0 raised minor', '8 nodata minor nodata', '10 updated minor reminder']);
    bench.clock(21);
    assert.deepEqual(bench.said(), ['20 updated minor reminder'], 'and it need not be said again');
  });

  it('is told when a late event shows it, and so is what a late event shows to be known', () => {
    const either: Pattern = { op: 'or', of: [on('A'), on('B')] };
    const bench = new Bench(rule({ when: either, updateEvery: '5 min' }));
    bench.live();
    bench.at(0, 'A+');
    bench.at(3, 'B+');
    bench.at(4, 'B-');
    bench.clock(5);
    assert.deepEqual(bench.said(), ['0 raised minor']);
    bench.at(2, 'A?');
    assert.deepEqual(bench.said(), ['4 nodata minor nodata']);
    bench.at(3.5, 'A+');
    bench.clock(20);
    assert.deepEqual(bench.said(), ['9 updated minor']);
  });
});

describe('a latched status', () => {
  const latched = { latched: true };
  it('stays raised when the condition is over, says so once, and goes by hand', () => {
    const bench = new Bench(rule({ clear: latched }));
    bench.at(0, 'A+');
    bench.at(5, 'A-');
    bench.clock(100);
    assert.match(bench.out[1]!.reason, /until somebody clears it by hand/);
    assert.equal(bench.out[1]!.count, 1);
    assert.equal(bench.out[1]!.evidence.length, 1);
    assert.deepEqual(bench.said(), ['0 raised minor', '5 updated minor latched']);
    bench.restart();
    bench.clock(110);
    assert.equal(bench.engine.clearByHand('k', 110 * MIN, bench.out), 1);
    assert.deepEqual(bench.said(), ['110 cleared minor until 110 by-hand']);
    bench.at(120, 'A+');
    bench.clock(121);
    assert.deepEqual(bench.said(), ['120 raised minor']);
  });

  it('remembers a hand that came too early', () => {
    const bench = new Bench(rule({ clear: latched }));
    bench.at(0, 'A+');
    bench.clock(1);
    assert.equal(bench.engine.clearByHand('k', 2 * MIN, bench.out), 0);
    bench.restart();
    bench.at(5, 'A-');
    bench.clock(6);
    assert.deepEqual(bench.said(), ['0 raised minor', '5 cleared minor until 5 by-hand']);
  });

  it('waits for the hand while something keeps the rule down, too', () => {
    const bench = new Bench(rule({ clear: { latched: true }, notWhile: ['M'] }));
    bench.at(0, 'A+');
    bench.at(3, 'A-');
    bench.at(5, 'M+');
    bench.at(6, 'A+');
    bench.clock(8);
    assert.deepEqual(bench.said(), ['0 raised minor', '3 updated minor latched']);
    bench.at(9, 'M-');
    bench.clock(10);
    assert.deepEqual(bench.said(), ['9 updated minor']);
  });

  it('is no longer latched when the condition is back', () => {
    const bench = new Bench(rule({ clear: latched }));
    bench.at(0, 'A+');
    bench.at(5, 'A-');
    bench.at(9, 'A+');
    bench.at(12, 'A-');
    bench.clock(13);
    assert.equal(bench.out[3]!.count, 2);
    assert.deepEqual(bench.said(), ['0 raised minor', '5 updated minor latched', '9 updated minor', '12 updated minor latched']); // prettier-ignore
    assert.equal(bench.engine.counters().raised, 1);
  });
});

describe('a reminder', () => {
  it('comes at its distance while it is raised, although nothing comes', () => {
    const bench = new Bench(rule({ remindEvery: '10 min' }));
    bench.at(1, 'A+');
    bench.clock(15);
    bench.restart();
    bench.clock(25);
    assert.match(bench.out[1]!.reason, /^Still raised: Rule at k since .*, for 10 min by now/);
    assert.deepEqual(bench.said(), ['1 raised minor', '11 updated minor reminder', '21 updated minor reminder']);
    bench.at(31, 'A-');
    bench.clock(90);
    assert.deepEqual(bench.said(), ['31 cleared minor until 31']);
  });

  it('reminds of a latched one, and leaves unknown what is not known', () => {
    const bench = new Bench(rule({ remindEvery: '10 min', clear: { latched: true } }));
    bench.at(0, 'A+');
    bench.at(5, 'A?');
    bench.clock(12);
    assert.deepEqual(bench.said(), ['0 raised minor', '5 nodata minor nodata', '10 nodata minor reminder nodata']);
    bench.at(15, 'A-');
    bench.clock(21);
    assert.deepEqual(bench.said(), ['15 updated minor latched', '20 updated minor reminder latched']);
  });

  it('is refused where it would never end', () => {
    assert.equal(refused(rule({ remindEvery: '1 s' })), 'remindEvery remind');
    assert.equal(refused(rule({ remindEvery: '0 s' })), 'remindEvery remind');
    assert.equal(refused(rule({ remindEvery: '1 min' })), 'accepted');
  });
});

describe('flapping', () => {
  const flaps = (bench: Bench, from: number, times: number): void => {
    for (let i = 0; i < times; i++) {
      bench.at(from + 2 * i, 'A+');
      bench.at(from + 2 * i + 1, 'A-');
    }
  };
  it('is told once, the fifth time within half an hour; then the truth when it is steady', () => {
    const bench = new Bench(rule());
    flaps(bench, 0, 7);
    bench.clock(20);
    assert.match(bench.out[8]!.reason, /comes and goes: raised 5 times within 30 min/);
    assert.deepEqual(bench.said().slice(7), ['7 cleared minor until 7', '8 raised minor flapping']);
    assert.deepEqual([bench.engine.counters().raised, bench.engine.counters().flapping], [1, 1]);
    bench.restart();
    bench.clock(27);
    assert.deepEqual(bench.said(), []);
    bench.clock(28);
    assert.match(bench.out[0]!.reason, /quiet for 15 min/);
    assert.equal(bench.out[0]!.count, 3);
    assert.deepEqual(bench.said(), ['28 cleared minor until 13 steady']);
    assert.equal(bench.engine.counters().flapping, 0);
    flaps(bench, 29, 1);
    bench.clock(31);
    assert.deepEqual(bench.said(), ['29 raised minor', '30 cleared minor until 30'], 'it is counted anew');
  });

  it('ends with an update where it holds', () => {
    const bench = new Bench(rule({ flapping: { raises: 2, in: '10 min', steady: '5 min' } }));
    flaps(bench, 0, 2);
    bench.at(4, 'A+');
    bench.clock(60);
    assert.deepEqual(bench.said(), ['0 raised minor', '1 cleared minor until 1', '2 raised minor flapping', '9 updated minor steady']); // prettier-ignore
    bench.at(61, 'A-');
    bench.clock(62);
    assert.deepEqual(bench.said(), ['61 cleared minor until 61']);
  });

  it('is not what comes slowly, and can be switched off', () => {
    const slow = new Bench(rule());
    for (let i = 0; i < 8; i++) flaps(slow, 8 * i, 1);
    slow.clock(100);
    assert.equal(slow.said().filter((said) => said.includes('flapping')).length, 0);
    const off = new Bench(rule({ flapping: false }));
    flaps(off, 0, 9);
    off.clock(100);
    const told = off.said();
    assert.equal(told.length, 18);
    // as older rules were saved: without a length nothing is held back
    for (const nothing of [
      { in: '0 s', steady: '5 min' },
      { in: '10 min', steady: '0 s' },
    ]) {
      const bench = new Bench(rule({ flapping: { raises: 2, ...nothing } }));
      flaps(bench, 0, 9);
      bench.clock(100);
      assert.deepEqual(bench.said(), told);
    }
  });

  it('is for a rule behind it one status, that ends when it was steady', () => {
    const bench = new Bench(rule({ flapping: { raises: 2, in: '10 min', steady: '5 min' } }));
    flaps(bench, 0, 3);
    bench.clock(60);
    const events = bench.out.map((status) => statusToEvent(status)!).map(({ kind, time }) => `${kind} ${time / MIN}`);
    assert.deepEqual(events, ['begin 0', 'end 1', 'begin 2', 'end 10']);
  });

  it('also of one that is latched, and so never cleared: told once, not with each change', () => {
    const bench = new Bench(rule({ clear: { latched: true }, updateEvery: '1 h' }));
    for (let minute = 0; minute < 20; minute += 2) {
      bench.at(minute, 'A+');
      bench.at(minute + 1, 'A-');
    }
    bench.clock(20);
    const said = bench.said();
    assert.equal(said.at(-1), '8 updated minor flapping', said.join('\n'));
    bench.clock(60);
    assert.deepEqual(bench.said(), ['34 updated minor steady latched']);
  });

  it('and a latch: it waits for the hand when it is steady', () => {
    const bench = new Bench(rule({ flapping: { raises: 2, in: '10 min', steady: '5 min' }, clear: { latched: true } }));
    flaps(bench, 0, 1);
    bench.engine.clearByHand('k', 0, bench.out);
    bench.clock(1);
    assert.equal(bench.engine.clearByHand('k', 1 * MIN, bench.out), 1);
    flaps(bench, 2, 2);
    bench.clock(60);
    assert.deepEqual(bench.said().slice(3), ['2 raised minor flapping', '10 updated minor steady latched']);
  });
});

describe('a detection without duration that is to last', () => {
  const waits = (quiet: string, ...minutes: number[]): string[] => {
    const bench = new Bench(rule({ when: on('a'), for: '10 min', clear: { after: quiet } }));
    for (const minute of minutes) bench.at(minute, 'a');
    bench.clock(100);
    return bench.out.filter(({ state }) => state === 'raised').map(({ updated }) => String(minuteOf(updated)));
  };

  it('lasts as long as it happens again in its time of quiet, as the sentence of the rule says', () => {
    assert.deepEqual(waits('1 min', 0), []);
    assert.deepEqual(waits('1 min', ...Array.from({ length: 11 }, (_, minute) => minute)), ['10']);
    assert.deepEqual(waits('1 min', 0, 1, 2, 3, 4, 5.1, 6, 7, 8, 9, 10), []);
    assert.deepEqual(waits('10 min', 0), []);
    assert.deepEqual(waits('20 min', 0), ['10']);
  });
});

describe('not while', () => {
  const kept = rule({ notWhile: ['M'] });
  it('nothing is raised, and what is raised is cleared; what still holds is raised then', () => {
    const bench = new Bench(kept);
    bench.at(0, 'A+');
    bench.at(5, 'M+');
    bench.clock(6);
    assert.match(bench.out[1]!.reason, /because “M” is raised/);
    assert.deepEqual(bench.said(), ['0 raised minor', '5 cleared minor until 5 suppressed']);
    assert.equal(bench.engine.counters().suppressed, 1);
    bench.restart();
    bench.at(9, 'M-');
    bench.clock(10);
    assert.equal(new Set(bench.out.map(({ statusId }) => statusId)).size, 1);
    assert.deepEqual([bench.out[0]!.since, ...bench.said()], ['1970-01-01T00:09:00Z', '9 raised minor']);
    bench.at(11, 'M+');
    bench.at(12, 'A-');
    bench.at(13, 'A+');
    bench.at(14, 'A-');
    bench.at(20, 'M-');
    bench.clock(21);
    assert.deepEqual(bench.said(), ['11 cleared minor until 11 suppressed']);
    assert.deepEqual(bench.engine.summary().map(({ episodes, raisedMs }) => [episodes, raisedMs / MIN]), [[2, 7]]); // prettier-ignore
  });

  it('what has ended meanwhile is not raised in its time of quiet, and what begins then is raised anew', () => {
    const bench = new Bench(rule({ clear: { after: '10 min' }, notWhile: ['M'] }));
    bench.at(0, 'A+');
    bench.at(5, 'M+');
    bench.at(8, 'A-');
    bench.at(9, 'M-');
    bench.clock(11);
    assert.deepEqual(bench.said(), ['0 raised minor', '5 cleared minor until 5 suppressed']);
    assert.equal(bench.engine.isOpen('k'), false);
    bench.at(12, 'A+');
    bench.clock(13);
    assert.deepEqual(bench.said(), ['12 raised minor']);
  });

  it('what ends at the very moment, or was to last, is not told either', () => {
    const bench = new Bench(rule({ clear: { after: '10 min' }, notWhile: ['M'], for: '5 min' }));
    bench.at(0, 'M+');
    bench.at(1, 'A+');
    bench.at(3, 'A-');
    bench.at(4, 'M-');
    bench.clock(20);
    bench.at(30, 'M+');
    bench.at(31, 'A+');
    bench.at(39, 'A-');
    bench.at(39, 'M-');
    bench.clock(60);
    assert.deepEqual(bench.said(), []);
  });

  it('a detection without duration goes on for its time of quiet, and is raised for the rest of it', () => {
    const bench = new Bench(rule({ when: on('a'), clear: { after: '10 min' }, notWhile: ['M'] }));
    bench.at(0, 'M+');
    bench.at(4, 'a');
    bench.at(9, 'M-');
    bench.clock(20);
    assert.deepEqual(bench.said(), ['9 raised minor', '14 cleared minor until 14']);
  });

  it('a detection without duration is over at the end of its quiet, though what held beside it has quiet left', () => {
    const held = { when: { op: 'or', of: [on('A'), on('b')] } as Pattern, clear: { after: '10 min' }, notWhile: ['M'] };
    for (const [end, told] of [
      [14, []],
      [13.9, ['13.9 raised minor', '16 cleared minor until 16']],
    ] as const) {
      const bench = new Bench(rule(held));
      bench.at(0, 'M+');
      bench.at(3, 'A+');
      bench.at(4, 'b');
      bench.at(6, 'A-');
      bench.at(end, 'M-');
      bench.clock(30);
      assert.deepEqual(bench.said(), told);
    }
  });

  it('does not depend on which of two branches delivers first', () => {
    const told = (suppressorFirst: boolean): string[] => {
      const bench = new Bench(rule({ notWhile: ['M'], lateness: '2 h' }));
      const maintenance = (): void => {
        for (let minute = 0; minute < 60; minute += 20) {
          bench.at(minute, 'M+');
          bench.at(minute + 10, 'M-');
        }
      };
      if (suppressorFirst) maintenance();
      bench.at(5, 'A+');
      bench.at(8, 'A-');
      if (!suppressorFirst) maintenance();
      bench.clock(240);
      return bench.said();
    };
    assert.deepEqual(told(true), []);
    assert.deepEqual(told(false), []);
  });

  it('at one moment: what begins to keep down comes first, what ends last', () => {
    const bench = new Bench(kept);
    bench.at(0, 'M+');
    bench.at(1, 'A+');
    bench.at(2, 'A-');
    bench.at(2, 'M-');
    bench.at(3, 'A+');
    bench.at(3, 'M+');
    bench.clock(4);
    assert.deepEqual(bench.said(), []);
  });

  it('keeps a pending one down as well, and does not stop its time', () => {
    const bench = new Bench({ ...kept, for: '10 min' });
    bench.at(0, 'A+');
    bench.at(2, 'M+');
    bench.at(4, 'M-');
    bench.clock(11);
    assert.deepEqual(bench.said(), ['0 pending minor', '2 cleared minor until 2 never-raised suppressed', '4 pending minor', '10 raised minor']); // prettier-ignore
  });

  it('counts for the key itself, for all keys of a zone, and for the whole city, also for keys that come later', () => {
    const run = (about: string, before: boolean): string[] => {
      const bench = new Bench(kept);
      const keys = (): void => {
        bench.at(1, 'A+', 'k1', { zones: [zone('d', 'district'), zone('z1')] });
        bench.at(1, 'A+', 'k2', { zones: [zone('d', 'district'), zone('z2')] });
        bench.at(1, 'A+', 'k3');
      };
      if (!before) keys();
      bench.at(0, 'M+', about);
      if (before) keys();
      bench.clock(2);
      return bench.out.map(({ key, state }) => `${key} ${state}`);
    };
    for (const before of [true, false]) {
      assert.deepEqual(run('k1', before), ['k2 raised', 'k3 raised']);
      assert.deepEqual(run('z2', before), ['k1 raised', 'k3 raised']);
      assert.deepEqual(run('d', before), ['k3 raised']);
      assert.deepEqual(run('city', before), []);
      assert.deepEqual(run('elsewhere', before), ['k1 raised', 'k2 raised', 'k3 raised']);
    }
  });

  it('follows a key that moves', () => {
    const bench = new Bench(kept);
    bench.at(0, 'M+', 'z2');
    bench.at(1, 'A+', 'k', { zones: [zone('z1')] });
    bench.at(2, 'A+', 'k', { zones: [zone('z2')] });
    bench.at(3, 'A+', 'k', { zones: [zone('z1')] });
    bench.clock(4);
    assert.deepEqual(bench.said(), ['1 raised minor', '2 cleared minor until 2 suppressed', '3 raised minor']);
  });

  it('is refused for a status that is part of the rule, or the rule itself', () => {
    assert.equal(refused(rule({ notWhile: ['A'] })), 'notWhile[0] notWhileTwice');
    assert.equal(refused(rule({ notWhile: ['r'] })), 'notWhile[0] itself');
  });

  it('works in a replay, whatever the order of the rules', () => {
    const high = (id: string, property: string): object => ({
      id, name: id, emit: 'state', when: { op: '>', value: 5 }, observe: { properties: [property] },
    }); // prettier-ignore
    const definition = {
      ecdm: 1, name: 'd', domains: [], actions: [], actuators: [], events: [high('A', 'a'), high('W', 'w')],
      statuses: [rule({ notWhile: ['works'] }), rule({ id: 'works', name: 'Road works', when: on('W') })],
    }; // prettier-ignore
    const pipeline = new Pipeline(definition as never);
    const out: Status[] = [];
    const read = (property: string, minute: number, value: number): unknown =>
      makeObservation({
        id: `${property}${minute}`,
        datastream: property,
        property,
        thing: 'k',
        time: minute * MIN,
        value,
      });
    pipeline.push(
      [read('w', 0, 9), read('a', 1, 9), read('w', 3, 1), read('a', 4, 9), read('a', 6, 1)] as never,
      out,
      [],
    );
    pipeline.end(out, []);
    const own = out
      .filter(({ status }) => status === 'r')
      .map(({ state, updated }) => `${Date.parse(updated) / MIN} ${state}`);
    assert.deepEqual(own, ['3 raised', '6 cleared']);
  });
});

describe('statuses that rest on statuses', () => {
  it('carry their lineage, and what comes back to its origin is named and not used', () => {
    const first = new Bench(rule({ id: 'r1', when: { op: 'or', of: [on('A'), { op: 'event', event: 'r2' }] } }));
    const second = new Bench(rule({ id: 'r2', when: { op: 'event', event: 'r1' } }));
    const clock = { source: 's', time: 10 * MIN };
    first.at(0, 'A+');
    first.engine.clock(clock, 'replay', first.out, []);
    assert.equal(first.out[0]!.lineage, undefined);
    second.engine.push([statusToEvent(first.out[0]!)!], second.out, []);
    second.restart();
    second.engine.clock(clock, 'replay', second.out, []);
    assert.deepEqual(second.out[0]!.lineage, ['r1']);
    first.engine.push([statusToEvent(second.out[0]!)!], first.out, first.problems);
    assert.deepEqual(first.problems.map(({ code }) => code), ['loop']); // prettier-ignore
    assert.match(first.problems[0]!.message, /rests on “Rule” itself/);
  });

  it('rise through the zones: the status of a zone counts for what is around it, not for its neighbours', () => {
    const [city, d1, z1, z2, site] = [
      zone('c', 'city'),
      zone('d1', 'district'),
      zone('z1'),
      zone('z2'),
      zone('s', 'site'),
    ];
    assert.deepEqual(zonesAround(undefined, [city!, d1!, z1!, z2!, site!], 'z2').map(({ id }) => id), ['c', 'd1', 'z2']); // prettier-ignore
    assert.deepEqual(zonesAround([city!, d1!, z1!], [city!, z1!], 'z1').map(({ id }) => id), ['c', 'z1']); // prettier-ignore
    const byZone = new Bench(rule({ id: 'Z', per: { by: 'zone', level: 'zone' } }));
    byZone.at(0, 'A+', 'k', { zones: [city!, d1!, z1!, z2!] });
    byZone.clock(1);
    assert.deepEqual(byZone.out.map(({ key, zones }) => [key, zones!.map(({ id }) => id)]), [['z1', ['c', 'd1', 'z1']], ['z2', ['c', 'd1', 'z2']]]); // prettier-ignore
    const byDistrict = compileStatus(rule({ when: on('Z'), per: { by: 'zone', level: 'district' } }), { names: (id) => id, emit }); // prettier-ignore
    const out: Status[] = [];
    byDistrict.push(byZone.out.map((status) => statusToEvent(status)!), out, []); // prettier-ignore
    byDistrict.clock({ source: 's', time: 5 * MIN, end: true }, 'replay', out, []);
    assert.deepEqual(out.map(({ key, state, count }) => [key, state, count]), [['d1', 'raised', 1]]); // prettier-ignore
  });
});
