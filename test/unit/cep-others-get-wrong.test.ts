/** What engines for complex events and alarm systems get wrong again and again, each a test of its own. */
import assert from 'node:assert/strict';
import type { CityClock, Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine, type PatternOptions } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';

const S = 1000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
/** Monday, 5 January 2026, 08:00 UTC. */
const T0 = Date.UTC(2026, 0, 5, 8);

const e = (event: string): Pattern => ({ op: 'event', event });
const and = (within: string | undefined, ...of: Pattern[]): Pattern => ({
  op: 'and',
  of,
  ...(within ? { within } : {}),
});
const then = (within: string, ...of: Pattern[]): Pattern => ({ op: 'then', of, within });
const times = (min: number, of: Pattern, within: string): Pattern => ({ op: 'times', of, min, within });
const silence = (of: Pattern, length: string): Pattern => ({ op: 'no', of, for: length });

/** Small letters are points, capital ones states. */
const at = (event: string, kind: EventKind, time: number, key = 'k', stream = '1'): CityEvent =>
  cityEvent(event, kind, T0 + time, stream, key);
const point = (event: string, time: number, key = 'k', stream = '1'): CityEvent =>
  at(event, 'point', time, key, stream);

/** One rule, its engine, and what it said. */
class Rule {
  readonly out: Status[] = [];
  readonly problems: Problem[] = [];
  engine: PatternEngine;
  private readonly definition: StatusDefinition;
  private now = T0;

  constructor(
    when: Pattern,
    more: Partial<StatusDefinition> = {},
    readonly mode: Mode = 'replay',
    private readonly options: Partial<PatternOptions> = {},
  ) {
    const base = { id: 'r', name: 'r', per: { by: 'station' }, severity: 'minor', clear: { after: '0 s' } } as const;
    this.definition = { ...base, when, updateEvery: '1 h', flapping: false, ...more };
    this.engine = this.compile();
  }

  private compile(): PatternEngine {
    const now = this.mode === 'live' ? (): number => this.now : undefined;
    const engine = compileStatus(this.definition, { names: (id) => id, emit, now, ...this.options });
    engine.setMode(this.mode);
    return engine;
  }

  push(...events: CityEvent[]): this {
    this.engine.push(events, this.out, this.problems);
    return this;
  }

  clock(time: number, more: Partial<CityClock> = {}): this {
    this.engine.clock({ source: 's', time: T0 + time, ...more }, this.mode, this.out, this.problems);
    return this;
  }

  end(time = DAY): this {
    return this.clock(time, { end: true });
  }

  /** Lets the wall clock go on; every deadline rings when it is due. */
  wait(until: number): this {
    for (let rings = 0; rings < 10_000; rings++) {
      const due = this.engine.nextDeadline();
      if (due === undefined || due > T0 + until) break;
      this.now = Math.max(this.now, due);
      this.engine.tick(this.now, this.out, this.problems);
    }
    this.now = T0 + until;
    this.engine.tick(this.now, this.out, this.problems);
    return this;
  }

  /** The process ends and starts again, with what it had written. */
  restart(after = 0): this {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.engine = this.compile();
    this.now += after;
    assert.equal(this.engine.restore(kept, this.mode === 'live' ? this.now : undefined), true);
    return this;
  }

  /** Raised and cleared, as [key, since, until] in the unit that is asked for. */
  spans(unit = S): (string | number)[][] {
    const spans = new Map<string, (string | number)[]>();
    for (const { state, statusId, key, since, until } of this.out) {
      if (state === 'pending') continue;
      const ends = until === undefined ? 'open' : (Date.parse(until) - T0) / unit;
      spans.set(statusId, [key, (Date.parse(since) - T0) / unit, ends]);
    }
    return [...spans.values()];
  }

  get states(): string[] {
    return this.out.map(({ state }) => state);
  }

  get codes(): string[] {
    return this.problems.map(({ code }) => code);
  }
}

describe('what others get wrong', () => {
  it('B-first AND: "A and B" when B comes first', () => {
    const rule = new Rule(and('15 min', e('a'), e('b')));
    rule.push(point('b', 0), point('a', 5 * MIN)).end();
    assert.deepEqual(rule.spans(MIN), [['k', 5, 5]]);
  });

  it('B-first AND: B A B A is as many detections as A B A B', () => {
    const run = (...order: string[]): unknown => {
      const rule = new Rule(and('15 min', e('a'), e('b')), { afterDetection: 'fresh' });
      return rule
        .push(...order.map((event, i) => point(event, i * MIN)))
        .end()
        .spans(MIN);
    };
    assert.deepEqual(run('b', 'a', 'b', 'a'), run('a', 'b', 'a', 'b'));
    assert.equal((run('b', 'a', 'b', 'a') as unknown[]).length > 1, true);
  });

  it('two branches that deliver one after the other: the second is hours behind the first', () => {
    const pm = [at('A', 'begin', 0), at('A', 'end', 3 * HOUR), at('A', 'begin', 4 * HOUR), at('A', 'end', 5 * HOUR)];
    const co = [
      at('B', 'begin', HOUR),
      at('B', 'end', 2 * HOUR),
      at('B', 'begin', 4.5 * HOUR),
      at('B', 'end', 6 * HOUR),
    ];
    const rule = new Rule(and(undefined, e('A'), e('B')));
    rule.push(...pm).clock(6 * HOUR, { source: 'pm', events: ['A'], end: true });
    assert.deepEqual(rule.out, []);
    rule.push(...co).clock(6 * HOUR, { source: 'co', events: ['B'], end: true });
    assert.deepEqual(rule.spans(HOUR), [['k', 1, 2], ['k', 4.5, 5]]); // prettier-ignore
    assert.deepEqual(rule.problems, []);
  });

  it('hourly values published 40 min late are neither late nor lost', () => {
    const rule = new Rule(and(undefined, e('A'), e('B')), { lateness: '30 s' }, 'live');
    const publish = (hour: number, ...events: CityEvent[]): void => {
      rule
        .wait(hour * HOUR + 40 * MIN)
        .push(...events)
        .clock(hour * HOUR);
    };
    publish(0, at('A', 'begin', 0));
    publish(1, at('B', 'begin', HOUR));
    publish(2);
    publish(3, at('A', 'end', 3 * HOUR), at('B', 'end', 3 * HOUR));
    rule.wait(5 * HOUR);
    assert.deepEqual(rule.spans(HOUR), [['k', 1, 3]]);
    assert.deepEqual(rule.problems, []);
    assert.equal(rule.engine.counters().late, 0);
  });

  it('six hours of catch-up over 1,000 Datastreams equal the input in order, and are told in the order of time', () => {
    const streams = Array.from({ length: 1000 }, (_, n) => {
      const list: CityEvent[] = [];
      // every station has its own rhythm; those of a multiple of 7 are never high together
      for (let m = n % 30; m < 360; m += 60) {
        list.push(at('A', 'begin', m * MIN, `s${n}`), at('A', 'end', (m + 10) * MIN, `s${n}`));
        const b = n % 7 === 0 ? m + 20 : m + 5;
        list.push(at('B', 'begin', b * MIN, `s${n}`), at('B', 'end', (b + 10) * MIN, `s${n}`));
      }
      return list;
    });
    const inOrder = new Rule(and(undefined, e('A'), e('B')));
    for (const event of streams.flat().sort((x, y) => x.time - y.time)) inOrder.push(event).clock(event.time - T0 - 1);
    inOrder.end();
    const caughtUp = new Rule(and(undefined, e('A'), e('B')), {}, 'catch-up');
    for (const list of streams) caughtUp.push(...list);
    caughtUp.end();
    assert.equal(caughtUp.spans().length, 857 * 6);
    assert.deepEqual(caughtUp.spans().sort(), inOrder.spans().sort());
    const told = caughtUp.out.map(({ updated }) => updated);
    assert.deepEqual(told, [...told].sort());
    assert.deepEqual(caughtUp.problems, []);
  });

  it('states whose begins lie hours apart are true together as long as they overlap', () => {
    const rule = new Rule(and(undefined, e('A'), e('B')));
    rule
      .push(at('A', 'begin', 0), at('B', 'begin', 5 * HOUR), at('B', 'end', 6 * HOUR), at('A', 'end', 8 * HOUR))
      .end();
    assert.deepEqual(rule.spans(HOUR), [['k', 5, 6]]);
  });

  it('first bound, then expired: the AND that a later first event completes', () => {
    const rule = new Rule(and('1 s', e('a'), e('b')));
    rule.push(point('a', 0), point('a', 900), point('b', 1500)).end();
    assert.deepEqual(rule.spans(), [['k', 1.5, 1.5]]);
    // and no window that begins with the rule, or with the last one
    const tumbling = new Rule(and('60 s', e('a'), e('b')));
    tumbling.push(point('a', 30 * S), point('b', 70 * S)).end();
    assert.deepEqual(tumbling.spans(), [['k', 70, 70]]);
  });

  it('first bound, then expired: the count whose first events are too old', () => {
    const rule = new Rule(times(3, e('a'), '1 s'));
    rule.push(...[0, 900, 1500, 1600].map((t) => point('a', t))).end();
    assert.deepEqual(rule.spans(), [['k', 1.6, 1.6]]);
  });

  it('equal time stamps: together for "and", not one after the other for "then", each counted by "times"', () => {
    const events = [point('a', 0), point('b', 0), point('a', 0, 'k', '2')];
    for (const order of [events, [...events].reverse(), [events[2]!, events[0]!, events[1]!]]) {
      const spans = (when: Pattern): unknown =>
        new Rule(when)
          .push(...order)
          .end()
          .spans();
      assert.deepEqual(spans(and('1 s', e('a'), e('b'))), [['k', 0, 0]]);
      assert.deepEqual(spans(then('1 s', e('a'), e('b'))), []);
      assert.deepEqual(spans(times(2, e('a'), '1 s')), [['k', 0, 0]]);
      assert.deepEqual(spans(times(3, e('a'), '1 s')), []);
    }
  });

  it('late events within the lateness are sorted in, and later ones are named, not silently dropped', () => {
    const rule = new Rule(then('10 min', e('a'), e('b')), { lateness: '1 min' });
    rule
      .push(point('b', 5 * MIN), point('a', 4.5 * MIN))
      .clock(5 * MIN)
      .end();
    assert.deepEqual(rule.spans(MIN), [['k', 5, 5]]);
    const tooLate = new Rule(then('10 min', e('a'), e('b')), { lateness: '1 min' });
    tooLate.push(point('a', 9 * MIN), point('b', 10 * MIN), point('a', 7 * MIN));
    assert.deepEqual(tooLate.codes, ['too-late']);
    assert.match(tooLate.problems[0]!.message, /\S/);
    assert.equal(tooLate.engine.counters().late, 1);
  });

  it('late events never make a forbidden one unseen: what "no B" decided waited for them', () => {
    const rule = new Rule(then('10 min', e('a'), { op: 'no', of: e('b') }, e('c')), { lateness: '1 min' });
    rule.push(point('a', 0), point('c', 60 * S), point('b', 30 * S)).end();
    assert.deepEqual(rule.out, []);
  });

  it('duplicates count once, at once or much later', () => {
    const rule = new Rule(times(2, e('a'), '1 h'));
    rule
      .push(point('a', 0), point('a', 0))
      .clock(10 * MIN)
      .push(point('a', 0))
      .end();
    assert.deepEqual(rule.out, []);
    assert.equal(rule.engine.counters().duplicates, 2);
  });

  it('silence is told while nothing arrives, once, by the wall clock', () => {
    const rule = new Rule(silence(e('a'), '30 min'), { lateness: '30 s' }, 'live');
    rule.push(point('a', 0)).wait(30 * MIN);
    assert.deepEqual(rule.states, []);
    rule.wait(31 * MIN);
    assert.deepEqual(rule.spans(MIN), [['k', 30, 'open']]);
    rule.wait(DAY);
    assert.deepEqual(rule.states, ['raised']);
  });

  it('silence is not told for what is only published late', () => {
    const rule = new Rule(silence(e('a'), '90 min'), { lateness: '30 s' }, 'live');
    for (let hour = 0; hour < 6; hour++) rule.wait(hour * HOUR + 40 * MIN).push(point('a', hour * HOUR));
    assert.deepEqual(rule.states, []);
  });

  it('one future stamp is named, and neither moves the clock nor makes the others late', () => {
    const rule = new Rule(then('10 min', e('a'), e('b')), { lateness: '30 s' }, 'live');
    rule.push(point('a', 0), point('b', 2 * DAY, 'k', '2'), point('a', 2 * DAY));
    assert.deepEqual(rule.codes, ['future', 'future']);
    rule
      .wait(5 * MIN)
      .push(point('b', 5 * MIN))
      .wait(HOUR);
    assert.deepEqual(rule.spans(MIN), [['k', 5, 5]]);
    const { late, future } = rule.engine.counters();
    assert.deepEqual({ late, future }, { late: 0, future: 2 });
  });

  it('key explosion: no more keys than allowed, said once a minute, and what is raised is kept', () => {
    const rule = new Rule(e('A'), { lateness: '0 s' }, 'replay', { maxKeys: 1000 });
    for (let i = 0; i < 100; i++) rule.push(at('A', 'begin', 0, `open ${i}`));
    rule.clock(MIN);
    for (let i = 0; i < 50_000; i++) rule.push(at('A', 'end', 2 * MIN + i, `new ${i}`)).clock(2 * MIN + i);
    const { keys, evicted, raised } = rule.engine.counters();
    assert.deepEqual({ keys, evicted, raised }, { keys: 1000, evicted: 49_100, raised: 100 });
    assert.deepEqual(rule.codes, ['too-many-keys']);
    for (let i = 0; i < 100; i++) rule.push(at('A', 'end', HOUR, `open ${i}`));
    rule.end();
    assert.equal(rule.spans(HOUR).filter(([, since, until]) => since === 0 && until === 1).length, 100);
  });

  it('no room: it is told whether something was forgotten or what is new was left out', () => {
    const run = (...kinds: EventKind[]): [string[], number[]] => {
      const rule = new Rule(e('A'), { lateness: '0 s' }, 'replay', { maxKeys: 3 });
      ['one', 'two', 'three', 'four', 'five'].forEach((key, i) => {
        for (const kind of kinds) rule.push(at('A', kind, i * S, key)).clock(i * S);
      });
      const { keys, evicted, dropped } = rule.engine.counters();
      return [rule.problems.map(({ message }) => message), [keys, evicted, dropped]];
    };
    const [full, left] = run('begin');
    assert.deepEqual(left, [3, 0, 2]);
    assert.equal(full.length, 1);
    assert.match(full[0]!, /^there are 3 keys already, .* what is new was left out$/);
    const [told, gone] = run('end');
    assert.deepEqual(gone, [3, 2, 0]);
    assert.deepEqual(told, ['there are more than 3 keys; the one idle longest was forgotten']);
  });

  it('two branches that deliver one after the other: a silence counts from what happened first, not from what came first', () => {
    const when = and(undefined, e('A'), silence(e('b'), '10 s'));
    for (const restarts of [false, true]) {
      const rule = new Rule(when, { lateness: '1 min' });
      rule.push(point('b', 30 * S));
      if (restarts) rule.restart();
      rule.push(at('A', 'begin', 0), at('A', 'end', 40 * S)).end();
      assert.deepEqual(rule.spans(S), [['k', 10, 30]], String(restarts));
    }
  });

  it('raised although the sensor has gone: what is not known is told as that', () => {
    const rule = new Rule(e('A'), { for: '10 s' });
    rule.push(at('A', 'begin', 0), at('A', 'nodata', 5 * S)).end(30 * S);
    assert.deepEqual(rule.states, ['pending', 'raised', 'nodata']);
  });

  it('restart in the middle of "for": it goes on counting, neither anew nor at once', () => {
    const rule = new Rule(e('A'), { for: '10 min', lateness: '0 s' }, 'live');
    rule
      .push(at('A', 'begin', 0))
      .wait(6 * MIN)
      .restart(MIN)
      .wait(9 * MIN);
    assert.deepEqual(rule.states, ['pending']);
    rule.wait(12 * MIN);
    assert.deepEqual(rule.states, ['pending', 'raised']);
    assert.deepEqual(rule.spans(MIN), [['k', 0, 'open']]);
  });

  it('restart in the middle of a silence: the time that was not watched is not counted as silent', () => {
    const rule = new Rule(silence(e('a'), '30 min'), { lateness: '0 s' }, 'live');
    rule
      .push(point('a', 0))
      .wait(20 * MIN)
      .restart(2 * HOUR)
      .wait(2 * HOUR + 25 * MIN);
    assert.deepEqual(rule.states, []);
    rule.wait(3 * HOUR);
    assert.deepEqual(rule.states, ['raised']);
  });

  it('restart while people are reminded: only the time in which nobody listened is left out, with clocks and without', () => {
    const reminders = (clocks: boolean, when: Pattern, event: CityEvent, after: string): number[] => {
      const more = { remindEvery: '1 h', lateness: '0 s', clear: { after } };
      const rule = new Rule(when, more, 'live').push(event);
      if (clocks) rule.clock(0);
      rule.wait(30 * MIN);
      if (clocks) rule.clock(30 * MIN);
      rule.restart(10 * HOUR);
      // until then it stays away for half an hour more
      for (let t = 10.5 * HOUR; t <= 13 * HOUR; t += MIN) {
        if (clocks) rule.clock(t);
        rule.wait(t);
        if (rule.out.some(({ flags }) => flags.includes('reminder'))) return [t / MIN];
      }
      return [];
    };
    for (const clocks of [true, false]) {
      assert.deepEqual(reminders(clocks, e('A'), at('A', 'begin', 0), '0 s'), [11 * 60], String(clocks));
      assert.deepEqual(reminders(clocks, e('a'), point('a', 0), '20 h'), [11 * 60], String(clocks));
    }
  });

  it('an event in two zones counts in both', () => {
    const rule = new Rule(and('10 min', e('a'), e('b')), { per: { by: 'zone', level: 'district' } });
    const zone = (id: string, level = 'district'): { id: string; name: string; level: string } => ({
      id,
      name: id,
      level,
    });
    rule.push(
      { ...point('a', 0), zones: [zone('north'), zone('old town'), zone('city', 'city')] },
      { ...point('b', MIN, 'k2'), zones: [zone('north')] },
      { ...point('b', 2 * MIN, 'k3'), zones: [zone('old town')] },
      { ...point('b', 3 * MIN, 'k4'), zones: [zone('south')] },
    );
    assert.deepEqual(rule.end().spans(MIN).sort(), [['north', 1, 1], ['old town', 2, 2]]); // prettier-ignore
  });

  it('flapping: what comes and goes all the time is one status that says so, until it was steady', () => {
    const rule = new Rule(e('A'), { flapping: { raises: 5, in: '30 min', steady: '15 min' } });
    for (let i = 0; i < 40; i++) rule.push(at('A', 'begin', 2 * i * MIN), at('A', 'end', (2 * i + 1) * MIN));
    rule.end();
    // four times raised and cleared; the fifth is kept until nothing has changed for 15 min
    assert.deepEqual(rule.states, [...Array<string[]>(4).fill(['raised', 'cleared']).flat(), 'raised', 'cleared']);
    assert.deepEqual(rule.out.map(({ flags }) => flags).slice(-2), [['flapping'], ['steady']]); // prettier-ignore
    assert.deepEqual(rule.spans(MIN).at(-1), ['k', 8, 79]);
    assert.equal(Date.parse(rule.out.at(-1)!.updated), T0 + (79 + 15) * MIN);
  });
});
