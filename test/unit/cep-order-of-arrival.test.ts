/** What comes in another order than it happened, or of another world: places, what keeps a rule down, what is simulated. */
import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, statusToEvent, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent } from '../properties/random';

const S = 1000;
const KINDS: Record<string, EventKind> = { '+': 'begin', '-': 'end', '?': 'nodata' };
const on = (event: string): Pattern => ({ op: 'event', event });

/** "A+" begins, "A-" ends, at a second, of a key in a zone. */
function event(second: number, what: string, key = 'k', zone?: string): CityEvent {
  const kind = KINDS[what.at(-1)!] ?? 'point';
  const zones = zone === undefined ? undefined : [{ id: zone, name: zone, level: 'zone' }];
  return { ...cityEvent(what[0]!, kind, second * S, what[0], key), id: `${what}|${key}|${second}`, zones };
}

class Bench {
  readonly out: Status[] = [];
  engine: PatternEngine;
  private now = 0;

  constructor(
    private readonly definition: Partial<StatusDefinition>,
    private readonly mode: Mode,
  ) {
    this.engine = this.made();
  }

  private made(): PatternEngine {
    const rule: StatusDefinition = {
      id: 'r', name: 'Rule', when: on('A'), per: { by: 'station' }, severity: 'minor', flapping: false, updateEvery: '1 d', ...this.definition,
    }; // prettier-ignore
    const emit = (id: string): 'state' | 'point' => (id === id.toLowerCase() ? 'point' : 'state');
    const engine = compileStatus(rule, { names: (id) => id, emit, now: () => this.now });
    engine.setMode(this.mode);
    return engine;
  }

  restart(): this {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.engine = this.made();
    assert.equal(this.engine.restore(kept, this.now), true);
    return this;
  }

  /** What comes at a second of the wall clock. */
  at(second: number, ...events: CityEvent[]): this {
    this.now = second * S;
    this.engine.tick(this.now, this.out, []);
    this.engine.push(events, this.out, []);
    return this;
  }

  until(second: number, mode = this.mode): this {
    this.now = second * S;
    this.engine.clock({ source: 's', time: this.now }, mode, this.out, []);
    this.engine.tick(this.now + 100 * S, this.out, []);
    return this;
  }

  get said(): string[] {
    return this.out.map(({ state, updated }) => `${Math.floor(Date.parse(updated) / S)} ${state}`);
  }
}

describe('not while, where a station moves', () => {
  for (const mode of ['replay', 'live'] as const) {
    const rule = { notWhile: ['M'], lateness: '60 s' };

    it(`is over although its end came after the station did (${mode})`, () => {
      const bench = new Bench(rule, mode);
      bench.at(50, event(50, 'A+', 'k', 'z3')).at(100, event(100, 'M+', 'z1'));
      bench
        .at(160, event(160, 'A+', 'k', 'z1'))
        .at(180, event(150, 'M-', 'z1'))
        .until(500);
      assert.equal(bench.engine.counters().suppressed, 0);
      assert.equal(bench.engine.counters().raised, 1);
    });

    it(`is over where the station had left before it began, and that came later (${mode})`, () => {
      const bench = new Bench(rule, mode);
      bench.at(10, event(0, 'A+', 'k', 'z1'), event(10, 'M+', 'z1'), event(5, 'A+', 'k', 'z3')).until(500);
      assert.equal(bench.engine.counters().suppressed, 0);
      assert.equal(bench.engine.counters().raised, 1);
    });

    it(`is where the station is, not where an event says it was before (${mode})`, () => {
      const when: Pattern = { op: 'and', of: [on('A'), on('B')] };
      const bench = new Bench({ ...rule, when, updateEvery: '0 s' }, mode);
      bench.at(50, event(0, 'A+', 'k', 'z1'), event(40, 'A+', 'k', 'z3'), event(1, 'B+', 'k', 'z1'));
      bench.at(60, event(60, 'M+', 'z1')).until(500);
      assert.equal(bench.engine.counters().suppressed, 0);
      assert.deepEqual(bench.out.at(-1)!.zones!.map(({ id }) => id), ['z3']); // prettier-ignore
    });

    it(`is over there, whenever its end comes, over a restart (${mode})`, () => {
      for (const isRestarted of [false, true]) {
        const bench = new Bench({ ...rule, lateness: '600 s' }, mode);
        bench.at(300, event(300, 'A+', 'k', 'z1'), event(300, 'M+', 'z2')).at(360, event(360, 'A-', 'k', 'z1'));
        bench.at(1080, event(1080, 'A+', 'k', 'z2'));
        if (isRestarted) bench.restart();
        bench.at(1320, event(1020, 'M-', 'z2')).until(9000);
        assert.deepEqual([bench.engine.counters().suppressed, bench.engine.counters().raised], [0, 1]);
      }
    });

    it(`holds where it has begun again, and the end between came last (${mode})`, () => {
      const bench = new Bench(rule, mode);
      bench.at(31, event(10, 'M+', 'city'), event(30, 'M+', 'city'), event(20, 'M-', 'city'));
      bench.at(40, event(40, 'A+')).until(500);
      assert.deepEqual(bench.said, []);
    });
  }
});

describe('not while, where one stream tells of two statuses', () => {
  for (const mode of ['replay', 'live'] as const) {
    const rule = { notWhile: ['M', 'N'], lateness: '10 s' };
    const ofOne = (second: number, what: string): CityEvent => ({ ...event(second, what, 'z1'), stream: 'desk' });

    it(`one of them ends, and the other goes on where a station comes to (${mode})`, () => {
      const bench = new Bench(rule, mode);
      bench
        .at(5, event(5, 'A-', 'k', 'z3'))
        .at(10, ofOne(10, 'M+'))
        .at(20, ofOne(20, 'N+'))
        .at(30, ofOne(30, 'N-'));
      bench.at(60, event(60, 'A+', 'k', 'z1')).until(500);
      assert.deepEqual(bench.said, []);
    });

    it(`one that was told long ago is not forgotten for what the other says (${mode})`, () => {
      const bench = new Bench(rule, mode).at(10, ofOne(10, 'M+'));
      for (let second = 20; second < 150; second += 2) bench.at(second, ofOne(second, 'N+'), ofOne(second + 1, 'N-'));
      bench
        .until(100)
        .at(110, event(110, 'A+', 'k', 'z1'))
        .until(500);
      assert.deepEqual(bench.said, []);
    });

    it(`each ends for itself where a station came to both (${mode})`, () => {
      const bench = new Bench(rule, mode).at(5, event(5, 'A-', 'k', 'z3'));
      bench.at(40, ofOne(10, 'M+'), ofOne(12, 'N+'), event(40, 'A+', 'k', 'z1'));
      bench.at(41, ofOne(20, 'M-'), ofOne(21, 'N-')).until(500);
      assert.equal(bench.engine.counters().suppressed, 0);
      assert.equal(bench.engine.counters().raised, 1);
    });
  }
});

describe('what is too far back to be sorted in', () => {
  it('does not begin after it has ended', () => {
    const bench = new Bench({ when: { op: 'or', of: [on('A'), on('B')] }, lateness: '10 s' }, 'live');
    for (let second = 100; second < 150; second++) bench.at(second, event(second, second % 2 === 0 ? 'B+' : 'B-'));
    bench.until(150).until(200);
    bench.at(200, event(50, 'A+')).at(210, event(149.5, 'A-')).until(400).until(4000);
    assert.equal(bench.engine.counters().raised, 0, bench.said.join());
    bench.at(4001, event(4001, 'A+')).until(4100);
    assert.equal(bench.engine.counters().raised, 1, 'what is of now counts as ever');
  });
});

describe('a stream that always comes late', () => {
  /** "a" every minute at once, "b" so many seconds after it, told five minutes later. */
  const told = (after: number, meanwhile: (bench: Bench) => unknown): number[] => {
    const when: Pattern = { op: 'then', of: [on('a'), on('b')], within: '30 s' };
    const bench = new Bench({ when, lateness: '30 s', clear: { after: '20 s' } }, 'live');
    for (let minute = 0; minute < 200; minute++) {
      bench.at(minute * 60, event(minute * 60, 'a'));
      if (minute === 100) meanwhile(bench);
      if (minute >= 5) bench.at(minute * 60, event((minute - 5) * 60 + after, 'b'));
    }
    bench.until(200 * 60);
    return bench.out.filter(({ state }) => state === 'raised').map(({ since }) => Date.parse(since) / (60 * S)); // prettier-ignore
  };

  it('has its own times again some minutes after a restart', () => {
    const wrong = told(45, (bench) => bench.restart());
    assert.ok(wrong.length <= 3, wrong.join());
    const right = told(10, (bench) => bench.restart());
    assert.ok(right.length >= 190, `${right.length}`);
    assert.ok(right.filter((minute) => minute > 110).length >= 84, right.slice(-90).join());
  });
});

describe('what is simulated', () => {
  const marks = ({ out }: Bench): string[] =>
    out.map(({ key, state, simulated }) => `${key} ${state}${simulated === true ? ' simulated' : ''}`);

  it('is told as that when it is told among what is real, and the other way round', () => {
    const simulatedFirst = new Bench({ for: '1 min', lateness: '0 s' }, 'simulated');
    simulatedFirst.at(0, event(0, 'A+', 'dream'));
    simulatedFirst.engine.setMode('live');
    simulatedFirst.at(10, event(10, 'A+', 'real')).until(120, 'live');
    assert.deepEqual(marks(simulatedFirst).sort(), [
      'dream pending simulated', 'dream raised simulated', 'real pending', 'real raised',
    ]); // prettier-ignore
    const realFirst = new Bench({ lateness: '0 s' }, 'live');
    realFirst.at(0, event(0, 'A+', 'real')).until(1);
    realFirst.engine.setMode('simulated');
    realFirst.at(20, event(20, 'A-', 'real'), event(20, 'A+', 'dream')).until(30, 'simulated');
    assert.deepEqual(marks(realFirst).sort(), ['dream raised simulated', 'real cleared', 'real raised']);
  });

  it('is what rests on it, over a restart, and behind another rule', () => {
    const bench = new Bench({ lateness: '0 s' }, 'simulated');
    bench.at(0, event(0, 'A+')).until(1);
    const again = new Bench({ lateness: '0 s' }, 'live');
    assert.equal(again.engine.restore(JSON.parse(JSON.stringify(bench.engine.snapshot()))), true);
    again.engine.setMode('live');
    again.at(60, event(60, 'A-')).until(70);
    assert.deepEqual(marks(again), ['k cleared simulated']);
    const behind = new Bench({ id: 'z', when: on('R'), lateness: '0 s' }, 'live');
    behind.at(1, ...bench.out.map((status) => statusToEvent({ ...status, status: 'R' })!)).until(10);
    assert.deepEqual(marks(behind), ['k raised simulated']);
  });
});
