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
    const events = what.map((one): CityEvent => {
      const kind = one.endsWith('+') ? 'begin' : 'point';
      return cityEvent(one[0]!, kind, this.wall, key, key);
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
});
