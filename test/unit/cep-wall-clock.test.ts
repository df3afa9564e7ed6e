/** Clocks that are wrong, and are set right: neither a rule that hears nothing any more, nor one that says what is not so. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';
import { and, e } from '../support/patterns';

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

  constructor(when: Pattern) {
    const base = { id: 'r', name: 'r', per: { by: 'station' }, severity: 'minor', lateness: '1 s' } as const;
    this.definition = { ...base, when };
    this.engine = this.compile();
  }

  private compile(): PatternEngine {
    return compileStatus(this.definition, { names: (id) => id, emit, now: () => this.wall });
  }

  /** Events of now, "a" or "A+". */
  hear(key: string, ...what: string[]): this {
    return this.hearOf(this.wall, key, ...what);
  }

  hearOf(time: number, key: string, ...what: string[]): this {
    const events = what.map((one): CityEvent => {
      const kind = one.endsWith('+') ? 'begin' : 'point';
      return cityEvent(one[0]!, kind, time, key, key);
    });
    this.engine.push(events, this.out, this.problems);
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

  /** The process ends and starts again, with what it had written. */
  restart(wall: number): this {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.wall = wall;
    this.engine = this.compile();
    assert.equal(this.engine.restore(kept, wall), true);
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

  describe('a wall clock that was ahead, and is set back', () => {
    const both = and(undefined, e('A'), e('B'));
    /** The clock is ahead while something is heard of another key, and is set right, perhaps by a restart. */
    const cases: [string, number, (machine: Machine) => void][] = [
      ['ten minutes', 10 * MIN, (machine) => (machine.wall = T0)],
      ['three hours', 3 * HOUR, (machine) => (machine.wall = T0)],
      ['a year', 365 * DAY, (machine) => (machine.wall = T0)],
      ['three hours, and a restart', 3 * HOUR, (machine) => void machine.restart(T0)],
    ];
    for (const [name, ahead, setRight] of cases) {
      it(`by ${name}: what happens from now on is told at once`, () => {
        const machine = new Machine(both);
        machine.wall = T0 + ahead;
        machine.hear('other', 'A+');
        setRight(machine);
        machine.hear('k', 'A+', 'B+').wait(10 * S);
        assert.deepEqual(machine.said, ['k raised 0']);
      });

      it(`by ${name}: what happened in that time is told at once, too`, () => {
        const machine = new Machine(both);
        machine.wall = T0 + ahead;
        machine.hearOf(T0, 'k', 'A+', 'B+');
        setRight(machine);
        machine.wait(10 * S);
        assert.deepEqual(machine.said, ['k raised 0']);
      });

      it(`by ${name}: a silence is told in time, although nothing is heard any more`, () => {
        const machine = new Machine(silence);
        machine.wall = T0 + ahead;
        machine.hearOf(T0, 'k', 'a');
        setRight(machine);
        machine.wait(9 * MIN);
        assert.deepEqual(machine.said, []);
        machine.wait(2 * MIN);
        assert.deepEqual(machine.said, ['k raised 10']);
      });

      it(`by ${name}: an idle source is waited for no longer than it should be, and no stamp is late`, () => {
        const machine = new Machine(both);
        machine.wall = T0 + ahead;
        machine
          .clock('a', T0 + ahead, 'A')
          .clock('b', T0 + ahead, 'B')
          .hear('k', 'A+');
        setRight(machine);
        machine
          .wait(2 * MIN)
          .hear('k', 'A+')
          .hear('k2', 'A+', 'B+')
          .clock('a', machine.wall, 'A')
          .wait(2 * S);
        assert.deepEqual(machine.said, ['k2 raised 2']);
        assert.deepEqual(machine.problems, []);
        assert.ok((machine.engine.settledTime ?? T0) <= machine.wall, 'nothing is settled that has not happened');
      });
    }

    it('does not take a delay for shorter that was measured before it was wrong', () => {
      const machine = new Machine(silence).hearOf(T0 - 40 * MIN, 'hourly', 'a').wait(2 * MIN);
      machine.wall += 3 * HOUR;
      machine.hear('other', 'a');
      machine.wall -= 3 * HOUR;
      machine.wait(7 * MIN);
      assert.deepEqual(machine.said, []);
      machine.wait(2 * MIN);
      assert.deepEqual(machine.said, ['hourly raised -30']);
    });

    it('is taken for right again after a small step, as clocks that are kept right make it', () => {
      const machine = new Machine(silence).hearOf(T0 - 50 * S, 'k', 'a');
      machine.wall -= MIN;
      machine.hear('other', 'a').wait(MIN);
      const [line] = machine.engine.snapshot();
      assert.equal((line![1] as { wall: number }).wall, T0);
      machine.wait(9 * MIN + 58 * S);
      assert.deepEqual(
        machine.said.filter((said) => said.startsWith('k')),
        [],
      );
      machine.wait(5 * S);
      assert.equal(machine.said.filter((said) => said.startsWith('k')).length, 1);
    });
  });
});
