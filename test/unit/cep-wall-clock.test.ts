/** Clocks that are wrong, and are set right: neither a rule that hears nothing any more, nor one that says what is not so. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';
import { e } from '../support/patterns';

const S = 1000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 0, 5, 8);

const silence: Pattern = { op: 'no', of: e('a'), for: '10 min' };

/** A live rule, and the clock of the machine it runs on. */
class Machine {
  readonly out: Status[] = [];
  readonly problems: Problem[] = [];
  engine: PatternEngine;
  /** What the clock of the machine says. */
  wall = T0;
  private readonly definition: StatusDefinition;

  constructor(when: Pattern, per: StatusDefinition['per'] = { by: 'station' }, more: Partial<StatusDefinition> = {}) {
    const base = { id: 'r', name: 'r', severity: 'minor', lateness: '1 s' } as const;
    this.definition = { ...base, per, when, ...more };
    this.engine = this.compile();
  }

  private compile(): PatternEngine {
    return compileStatus(this.definition, { names: (id) => id, emit, now: () => this.wall });
  }

  /** Events of now, "a", "A+" or "A-". */
  hear(key: string, ...what: string[]): this {
    const events = what.map((one): CityEvent => {
      const kind = one.endsWith('+') ? 'begin' : one.endsWith('-') ? 'end' : 'point';
      return cityEvent(one[0]!, kind, this.wall, key, key);
    });
    this.engine.push(events, this.out, this.problems);
    return this;
  }

  /** The clock is set back by so much; what is heard is stamped by the sensors. */
  setBack(ms: number): this {
    const from = this.wall;
    this.wall -= ms;
    assert.equal(this.engine.setBack(from, this.wall), true);
    return this;
  }

  /** Ends and starts again after a time, with the clock at another one. */
  restart(wall: number): this {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.engine = this.compile();
    this.wall = wall;
    assert.equal(this.engine.restore(kept, wall), true);
    return this;
  }

  /** An event that its sensor has stamped. */
  stamped(time: number, key: string, name = 'a'): this {
    this.engine.push([cityEvent(name, 'point', time, key, key)], this.out, this.problems);
    return this;
  }

  /** A source says how far it has come. */
  clock(source: string, time: number, ...events: string[]): this {
    this.engine.clock({ source, time, events }, 'live', this.out, this.problems);
    return this;
  }

  /** As the node does it: once a second, where something is due. */
  wait(ms: number): this {
    for (const end = this.wall + ms; this.wall < end;) {
      this.wall += S;
      const due = this.engine.nextDeadline();
      if (due !== undefined && due <= this.wall) this.engine.tick(this.wall, this.out, this.problems);
    }
    return this;
  }

  get said(): string[] {
    return this.out.map(({ key, state, since }) => `${key} ${state} ${(Date.parse(since) - T0) / MIN}`);
  }
}

describe('pattern-status: clocks that are wrong', () => {
  describe('a live source that is far ahead', () => {
    it('is not believed, and that is told once a minute', () => {
      const machine = new Machine(silence).hear('k', 'a');
      for (let i = 0; i < 10; i++) machine.clock('ahead', T0 + 300 * DAY, 'a');
      assert.deepEqual(machine.said, []);
      assert.equal(machine.engine.settledTime, undefined);
      assert.deepEqual(
        machine.problems.map(({ code }) => code),
        ['future'],
      );
      assert.match(machine.problems[0]!.message, /“ahead” says that it has come to .*2026.* more than 5 min/u);
      machine.wait(11 * MIN);
      assert.deepEqual(machine.said, ['k raised 10']);
    });

    it('is believed within the same bounds as an event', () => {
      const machine = new Machine(silence).hear('k', 'a').clock('near', T0 + 5 * MIN, 'a');
      assert.equal(machine.engine.settledTime, T0 + 5 * MIN - S);
      assert.deepEqual(machine.problems, []);
    });
  });

  describe('a machine whose clock is two hours ahead, and is set back', () => {
    const AHEAD = 2 * HOUR;
    const ahead = (when: Pattern): Machine => {
      const machine = new Machine(when);
      machine.wall = T0 + AHEAD;
      machine.engine.setMode('live');
      return machine;
    };

    it('tells of a silence when it has lasted, and not two hours later', () => {
      const machine = ahead(silence)
        .stamped(T0, 'k')
        .setBack(AHEAD)
        .wait(11 * MIN);
      assert.deepEqual(machine.said, ['k raised 10']);
    });

    it('goes on where it had waited, and with what comes then', () => {
      const then: Pattern = { op: 'then', of: [e('a'), { op: 'no', of: e('b'), for: '10 min' }] };
      const machine = ahead(then)
        .stamped(T0, 'k')
        .setBack(AHEAD)
        .wait(5 * MIN);
      machine.stamped(T0 + 5 * MIN, 'other').wait(6 * MIN);
      assert.deepEqual(machine.said, ['k raised 10']);
      machine.wait(5 * MIN);
      assert.deepEqual(machine.said, ['k raised 10', 'k cleared 10', 'other raised 15']);
    });

    it('waits no longer for a source that says nothing than for one that had said nothing before', () => {
      const machine = ahead({ op: 'and', of: [e('a'), e('b')], within: '10 min' });
      machine.clock('first', T0, 'a').clock('second', T0, 'b').setBack(AHEAD);
      machine
        .stamped(T0 + MIN, 'k')
        .wait(6 * MIN)
        .clock('first', T0 + 7 * MIN, 'a');
      assert.equal(machine.engine.settledTime, T0 + 7 * MIN - S);
    });

    it('does so, too, when it was restarted meanwhile', () => {
      const machine = ahead(silence)
        .stamped(T0, 'k')
        .restart(T0 + MIN)
        .wait(11 * MIN);
      assert.deepEqual(machine.said, ['k raised 10']);
    });

    describe('having leapt there only meanwhile', () => {
      const RULES: [what: string, rule: Partial<StatusDefinition>, from: string[]][] = [
        ['silence', { when: silence }, ['k raised 12']],
        [
          'then silence',
          { when: { op: 'then', of: [e('a'), { op: 'no', of: e('b'), for: '10 min' }] } },
          ['k raised 12'],
        ],
        ['what is to last', { when: { op: 'lasting', of: e('A'), for: '10 min' } }, ['k raised 12']],
        ['what is pending', { when: e('A'), for: '10 min' }, ['k pending 0', 'k raised 0']],
      ];
      for (const [what, rule, expected] of RULES) {
        it(what, () => {
          const machine = new Machine(silence, { by: 'station' }, rule);
          machine.engine.setMode('live');
          machine.hear('k', 'a', 'A+').wait(MIN);
          const from = machine.wall;
          machine.wall += 24 * HOUR;
          assert.equal(machine.engine.awake(from, machine.wall), true);
          machine
            .wait(MIN)
            .setBack(24 * HOUR)
            .wait(20 * MIN);
          assert.deepEqual(machine.said.slice(0, expected.length), expected);
        });
      }

      const leapt = (machine: Machine): Machine => {
        const from = machine.wall;
        machine.wall += 24 * HOUR;
        machine.engine.awake(from, machine.wall);
        return machine.wait(MIN).setBack(24 * HOUR);
      };

      const waiting: [what: string, when: Pattern, first: string, then: string][] = [
        ['what has not begun waits for its begin', { op: 'lasting', of: e('A'), for: '10 min' }, 'b', 'A+'],
        ['a silence waits for the end of what holds', { op: 'no', of: e('A'), for: '10 min' }, 'A+', 'A-'],
      ];
      for (const [what, when, first, then] of waiting) {
        it(what, () => {
          // so that the key is known
          const steps = [{ severity: 'major' as const, when: e('b') }];
          const machine = new Machine(when, { by: 'station' }, { steps });
          machine.engine.setMode('live');
          machine.hear('k', first).wait(MIN);
          leapt(machine)
            .wait(3 * MIN)
            .hear('k', then)
            .wait(11 * MIN);
          assert.deepEqual(machine.said, ['k raised 15']);
        });
      }

      it('each of several brackets goes on where it had waited', () => {
        const then: Pattern = { op: 'then', of: [e('a'), { op: 'no', of: e('b'), for: '10 min' }] };
        const machine = new Machine({ op: 'or', of: [e('x'), { op: 'lasting', of: e('A'), for: '1 h' }, then] });
        machine.engine.setMode('live');
        machine.hear('k', 'a').wait(MIN).hear('k', 'a').wait(MIN);
        leapt(machine).wait(20 * MIN);
        assert.deepEqual(machine.said.slice(0, 1), ['k raised 13']);
      });

      it('reminders', () => {
        const machine = new Machine(e('A'), { by: 'station' }, { remindEvery: '10 min' });
        machine.engine.setMode('live');
        machine.hear('k', 'A+').wait(MIN);
        const from = machine.wall;
        machine.wall += 24 * HOUR;
        machine.engine.awake(from, machine.wall);
        machine
          .wait(MIN)
          .setBack(24 * HOUR)
          .wait(35 * MIN);
        assert.equal(machine.out.filter(({ flags }) => flags.includes('reminder')).length, 3);
      });
    });

    it('does nothing where time follows the readings', () => {
      const machine = new Machine(silence);
      machine.engine.setMode('replay');
      assert.equal(machine.engine.setBack(T0, T0 - HOUR), false);
    });

    it('looks around places all the same', () => {
      const near: Pattern = { op: 'then', of: [e('a'), { op: 'no', of: e('b'), for: '10 min' }] };
      const machine = new Machine(near, { by: 'near', metres: 100 });
      machine.wall = T0 + AHEAD;
      machine.engine.setMode('live');
      const event = { ...cityEvent('a', 'point', T0, 'k', 'k'), place: [100, 13] as [number, number] };
      machine.engine.push([event], machine.out, machine.problems);
      machine.setBack(AHEAD).wait(11 * MIN);
      assert.deepEqual(machine.said, ['k raised 10']);
    });
  });
});
