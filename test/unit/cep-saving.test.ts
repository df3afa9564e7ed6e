/** What a rule remembers, written in slices while it goes on, and taken over: whole, or as far as a changed rule allows. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine, type PatternOptions } from '../../nodes/pattern-status/cep';
import type { Restored } from '../../nodes/pattern-status/cep/restoring';
import type { Line } from '../../nodes/pattern-status/cep/snapshot';
import { cityEvent, emit, Random, randomHistory } from '../properties/random';
import { acceptedRule, END, shuffledWithin, spansByKey } from '../properties/running';

const SEED = Number(process.env['SEED'] ?? 31_415);
const CASES = Number(process.env['CASES'] ?? 2_000);
const LATENESS = 5;

function compile(rule: StatusDefinition, more: Partial<PatternOptions> = {}): PatternEngine {
  return compileStatus(rule, { names: (id) => id, emit, ...more });
}

/** Takes over lines as they were written. */
function restored(engine: PatternEngine, lines: readonly string[], now?: number): Restored {
  const restoring = engine.restoring(now);
  for (const line of lines) restoring.take(JSON.parse(line));
  return restoring.finish();
}

/** The same text for the same content, in whatever order it was written. */
function content(lines: readonly string[]): string[] {
  const waiting = new Map<string, string[]>();
  const rest: string[] = [];
  for (const text of lines) {
    const line = JSON.parse(text) as Line;
    if (line[0] !== 'w') rest.push(text);
    else {
      const list = waiting.get(line[1]) ?? [];
      line[2].forEach((event, i) => list.push(`${JSON.stringify(event)} ${line[3][i]}`));
      waiting.set(line[1], list);
    }
  }
  for (const [key, list] of waiting) rest.push(`${key}: ${list.sort().join()}`);
  return rest.sort();
}

/** k, l and m are near each other. */
const PLACES: Record<string, [number, number]> = {
  k: [100.5, 13.75], l: [100.5004, 13.75], m: [100.5008, 13.75], n: [100.6, 13.75], o: [100.7, 13.75],
}; // prettier-ignore

/** A random rule, now and then one that looks around places. */
function randomly(random: Random): StatusDefinition {
  const rule: StatusDefinition = { ...acceptedRule(random), lateness: `${LATENESS} ms` };
  return random.chance(0.3) ? { ...rule, per: { by: 'near', metres: 60 } } : rule;
}

/** Not every pattern can look around places. */
function acceptedFor(random: Random): StatusDefinition {
  for (;;) {
    const rule = randomly(random);
    try {
      compile(rule);
      return rule;
    } catch {
      // the next one
    }
  }
}

function severalKeys(random: Random): CityEvent[] {
  const keys = ['k', 'l', 'm', 'n', 'o'].slice(0, 2 + random.int(4));
  const all = keys.flatMap((key) =>
    randomHistory(random).map((e) => ({
      ...cityEvent(e.event, e.kind, e.time, `${key}${e.stream}`, key),
      place: PLACES[key],
    })),
  );
  return shuffledWithin(random, all, LATENESS);
}

/** Something that may come between two slices. */
type Step = (engine: PatternEngine, out: Status[]) => void;

function steps(random: Random): Step[] {
  const live = random.chance(0.4);
  const mode = live ? 'live' : 'replay';
  let newest = 0;
  const all: Step[] = [(engine) => engine.setMode(mode)];
  for (const event of severalKeys(random)) {
    all.push((engine, out) => engine.push([event], out, []));
    newest = Math.max(newest, event.time);
    const clock = { source: 's', time: newest - 1 };
    if (random.chance(0.6)) all.push((engine, out) => engine.clock(clock, mode, out, []));
    if (live && random.chance(0.2)) all.push((engine, out) => engine.tick(clock.time, out, []));
    if (random.chance(0.05)) all.push((engine, out) => void engine.clearByHand(undefined, clock.time, out));
    if (random.chance(0.05))
      all.push((engine, out) => engine.expect([{ key: 'x' }, { key: 'k' }], clock.time, out, []));
    if (random.chance(0.05)) {
      all.push(
        (engine) => engine.setMode(live ? 'replay' : 'live'),
        (engine) => engine.setMode(mode),
      );
    }
  }
  all.push((engine, out) => engine.clock({ source: 's', time: END, end: true }, mode, out, []));
  return all;
}

describe('a snapshot in slices', () => {
  it('is the cut at the moment at which it was begun, whatever comes in between, and disturbs nothing', () => {
    let between = 0;
    for (let i = 0; i < CASES; i++) {
      const random = new Random(SEED * 7_919 + i);
      const rule = acceptedFor(random);
      const more = random.chance(0.3) ? { maxKeys: 1 + random.int(3) } : {};
      const all = steps(random);
      const at = random.int(all.length);
      const label = `seed ${SEED} case ${i}, cut before step ${at} of ${all.length}: ${JSON.stringify(rule)}`;
      const engine = compile(rule, more);
      const out: Status[] = [];
      all.slice(0, at).forEach((step) => step(engine, out));
      const whole = engine.snapshot().map((line) => JSON.stringify(line));
      const saving = engine.save();
      const lines: string[] = [];
      const write = (): boolean => {
        const line = saving.line();
        if (line !== undefined) lines.push(JSON.stringify(line));
        return line !== undefined;
      };
      for (const step of all.slice(at)) {
        if (random.chance(0.5) && write()) between++;
        step(engine, out);
      }
      while (write());
      assert.deepEqual(content(lines), content(whole), label);

      const alone = compile(rule, more);
      const said: Status[] = [];
      all.forEach((step) => step(alone, said));
      assert.deepEqual(out, said, label);
    }
    assert.ok(between > CASES, `${between} slices between events`);
  });

  it('loses no event and counts none twice, when a source reads again what lies around the restart', () => {
    for (let i = 0; i < CASES / 2; i++) {
      const random = new Random(SEED * 104_729 + i);
      const rule = acceptedFor(random);
      const events = severalKeys(random);
      const at = random.int(events.length);
      const again = Math.max(0, at - random.int(6));
      const feed = (engine: PatternEngine, out: Status[], some: readonly CityEvent[], meanwhile?: () => void): void => {
        for (const event of some) {
          meanwhile?.();
          engine.push([event], out, []);
          engine.clock({ source: 's', time: event.time - LATENESS }, 'replay', out, []);
        }
      };
      const end = (engine: PatternEngine, out: Status[]): void =>
        engine.clock({ source: 's', time: END, end: true }, 'replay', out, []);
      const out: Status[] = [];
      const first = compile(rule);
      first.setMode('replay');
      feed(first, out, events.slice(0, at));
      const saving = first.save();
      const lines: string[] = [];
      const write = (): boolean => {
        const line = saving.line();
        if (line !== undefined) lines.push(JSON.stringify(line));
        return line !== undefined;
      };
      // what was said after the cut is lost with the process, and said again
      feed(first, [], events.slice(at), () => random.chance(0.5) && write());
      while (write());
      const second = compile(rule);
      assert.deepEqual(restored(second, lines), { kept: 'all' });
      feed(second, out, events.slice(again));
      end(second, out);
      const alone = compile(rule);
      const said: Status[] = [];
      alone.setMode('replay');
      feed(alone, said, events);
      end(alone, said);
      const label = `seed ${SEED} case ${i}, cut at ${at}, again from ${again}: ${JSON.stringify(rule)}`;
      assert.deepEqual(spansByKey(out), spansByKey(said), label);
    }
  });

  it('is given up for a later one', () => {
    const engine = compile(base);
    const first = engine.save();
    const second = engine.save();
    assert.throws(() => first.next(), /given up/);
    assert.match(second.next()!, /^\["h",/);
    assert.equal(second.next(), undefined);
  });
});

// ---- what a changed rule takes over

const MIN = 60_000;
const T0 = Date.UTC(2026, 0, 5, 8);
const ev = (event: string): Pattern => ({ op: 'event', event });
const base: StatusDefinition = {
  id: 'r', name: 'Rule', when: ev('A'), per: { by: 'station' }, severity: 'minor', lateness: '0 s', clear: { after: '5 min' },
}; // prettier-ignore

/** A rule in a flow: events at minutes, restarts with another definition. */
class Flow {
  engine: PatternEngine;
  readonly out: Status[] = [];
  wall = T0;

  constructor(
    private rule: StatusDefinition,
    private readonly live = false,
  ) {
    this.engine = this.fresh();
  }

  private fresh(): PatternEngine {
    const engine = compile(this.rule, this.live ? { now: () => this.wall } : {});
    if (!this.live) engine.setMode('replay');
    return engine;
  }

  push(name: string, kind: CityEvent['kind'], minute: number, key = 'k'): void {
    this.wall = Math.max(this.wall, T0 + minute * MIN);
    this.engine.push([{ ...cityEvent(name, kind, T0 + minute * MIN, '1', key), zones: ZONES }], this.out, []);
  }

  until(minute: number): void {
    this.wall = T0 + minute * MIN;
    this.engine.clock({ source: 's', time: this.wall }, this.live ? 'live' : 'replay', this.out, []);
    if (this.live) this.engine.tick(this.wall, this.out, []);
  }

  /** The wall clock alone. */
  tick(minute: number): void {
    this.wall = T0 + minute * MIN;
    this.engine.tick(this.wall, this.out, []);
  }

  restart(rule: StatusDefinition = this.rule, minute?: number): Restored {
    const lines = this.engine.snapshot().map((line) => JSON.stringify(line));
    if (minute !== undefined) this.wall = T0 + minute * MIN;
    this.rule = rule;
    this.engine = this.fresh();
    return restored(this.engine, lines, this.live ? this.wall : undefined);
  }

  /** What was told, in minutes. */
  get told(): string[] {
    return this.out.map(({ state, updated, key }) => `${key} ${state} ${(Date.parse(updated) - T0) / MIN}`);
  }
}
const ZONES = [{ id: 'z', name: 'Z', level: 'zone' }];

describe('a rule that was changed', () => {
  it('goes on with everything where only times, texts and severities are others', () => {
    const flow = new Flow({ ...base, for: '30 min' });
    flow.push('A', 'begin', 0);
    flow.until(10);
    assert.deepEqual(flow.restart({ ...base, name: 'New', severity: 'critical', for: '20 min' }), { kept: 'all' });
    flow.until(25);
    assert.deepEqual(flow.told, ['k pending 0', 'k raised 20']);
    assert.deepEqual([flow.out[1]!.name, flow.out[1]!.severity], ['New', 'critical']);
    assert.equal(flow.out[1]!.statusId, flow.out[0]!.statusId);
  });

  it('tells at once of a higher severity of what is raised, and of a lower one when it is time for an update', () => {
    for (const live of [false, true]) {
      const flow = new Flow(base, live);
      const said = (): string[] => flow.out.splice(0).map(({ state, severity, flags, updated }) => [state, severity, ...flags, (Date.parse(updated) - T0) / MIN].join(' ')); // prettier-ignore
      flow.push('A', 'begin', 0);
      flow.until(10);
      assert.deepEqual(said(), ['raised minor 0']);
      assert.equal(flow.restart({ ...base, severity: 'critical' }).kept, 'all');
      flow.until(11);
      assert.deepEqual(said(), ['updated critical severity-up 10']);
      assert.equal(flow.restart({ ...base, severity: 'warning', updateEvery: '3 min' }).kept, 'all');
      flow.until(12);
      assert.deepEqual(said(), []);
      flow.until(14);
      assert.deepEqual(said(), ['updated warning severity-down 13']);
      // once it is told, nothing more is
      flow.restart();
      flow.until(30);
      assert.deepEqual(said(), []);
    }
  });

  it('tells of other steps of the severity, too, and nothing where the severity stays as it is', () => {
    const flow = new Flow(base);
    const severities = (): string[] => flow.out.splice(0).map(({ state, severity }) => `${state} ${severity}`);
    flow.push('A', 'begin', 0);
    flow.until(10);
    flow.restart({ ...base, steps: [{ severity: 'major', after: '5 min' }, { severity: 'critical', after: '20 min' }] }); // prettier-ignore
    flow.until(11);
    assert.deepEqual(severities(), ['raised minor', 'updated major']);
    flow.restart({ ...base, severity: 'major' });
    flow.until(30);
    assert.deepEqual(severities(), []);
    flow.restart({ ...base, severity: 'major', steps: [{ severity: 'critical', when: ev('B') }] });
    flow.until(31);
    flow.push('B', 'point', 32);
    flow.until(33);
    assert.deepEqual(severities(), ['updated critical']);
    // what has happened for a step that is no more says nothing of another one
    flow.restart({ ...base, severity: 'minor', steps: [{ severity: 'critical', when: ev('C') }] });
    flow.until(40);
    assert.deepEqual(severities(), ['updated minor']);
  });

  it('decides at once what would have been decided already with the new time, and at no time before what it has seen', () => {
    const flow = new Flow({ ...base, for: '30 min' });
    flow.push('A', 'begin', 0);
    flow.push('A', 'begin', 15);
    flow.until(15);
    flow.restart({ ...base, for: '10 min' });
    flow.until(16);
    assert.deepEqual(flow.told, ['k pending 0', 'k raised 15']);
  });

  it('takes a longer time for a sequence that had begun', () => {
    const then = (within: string): StatusDefinition => ({
      ...base,
      when: { op: 'then', of: [ev('a'), ev('b')], within },
    });
    const flow = new Flow(then('10 min'));
    flow.push('a', 'point', 0);
    flow.until(5);
    assert.equal(flow.restart(then('1 h')).kept, 'all');
    flow.push('b', 'point', 30);
    flow.until(31);
    assert.deepEqual(flow.told, ['k raised 30']);
  });

  it('keeps what is open and drops what had begun, where the pattern is another, and says what has changed', () => {
    const flow = new Flow({
      ...base,
      when: { op: 'then', of: [ev('a'), ev('b')], within: '1 h' },
      clear: { after: '20 min' },
    });
    flow.push('a', 'point', 0);
    flow.push('b', 'point', 1);
    flow.push('a', 'point', 2, 'l');
    flow.until(3);
    const other = {
      ...base,
      when: { op: 'then', of: [ev('a'), ev('c')], within: '1 h' } as Pattern,
      clear: { after: '20 min' },
    };
    assert.deepEqual(flow.restart(other), { kept: 'open', because: 'when', open: 1 });
    flow.push('c', 'point', 4);
    flow.push('c', 'point', 4, 'l');
    flow.until(30);
    // what happens while it is open is news of it, as ever; but neither a was remembered
    assert.deepEqual(flow.told, ['k raised 1', 'k updated 4', 'k cleared 21']);
  });

  it('counts what waits once, though it comes again, and what it had decided as if it were new', () => {
    const often = (min: number): StatusDefinition => ({
      ...base,
      when: { op: 'times', of: ev('a'), min, within: '1 h' },
      lateness: '5 min',
    });
    const flow = new Flow(often(9));
    flow.push('a', 'point', 0);
    flow.until(10);
    flow.push('a', 'point', 11);
    assert.equal(flow.restart(often(2)).kept, 'open');
    flow.push('a', 'point', 11);
    flow.until(30);
    assert.deepEqual(flow.told, [], 'one, and not two');
    assert.equal(flow.engine.counters().duplicates, 1);
    flow.push('a', 'point', 31);
    flow.push('a', 'point', 31);
    flow.until(36);
    assert.deepEqual(flow.told, ['k raised 31']);
    const again = new Flow(often(9));
    again.push('a', 'point', 0);
    again.push('a', 'point', 20);
    again.until(30);
    again.restart(often(1));
    again.push('a', 'point', 20);
    again.until(60);
    assert.equal(again.engine.counters().duplicates, 0, 'the rule that was, not this one, has counted it');
  });

  it('keeps a state that held open until something is heard of it', () => {
    const flow = new Flow(base);
    flow.push('A', 'begin', 0);
    flow.until(5);
    assert.equal(flow.restart({ ...base, when: { op: 'or', of: [ev('A'), ev('B')] } }).kept, 'open');
    flow.until(600);
    assert.deepEqual(flow.told, ['k raised 0'], 'nobody knows');
    assert.equal(flow.engine.counters().raised, 1);
    flow.push('A', 'end', 610);
    flow.until(620);
    assert.deepEqual(flow.told, ['k raised 0', 'k cleared 615']);
  });

  it('lets what is open for other keys end after its quiet', () => {
    const flow = new Flow(base);
    flow.push('A', 'begin', 0);
    flow.until(5);
    assert.deepEqual(flow.restart({ ...base, per: { by: 'zone' } }), { kept: 'open', because: 'per', open: 1 });
    flow.until(20);
    assert.deepEqual(flow.told, ['k raised 0', 'k cleared 10']);
    assert.match(flow.out[1]!.reason, /the rule was changed to look elsewhere, and nothing more was found here/u);
  });

  it('dates a severity that was changed to when that was, also where no source tells a clock', () => {
    const flow = new Flow({ ...base, severity: 'minor' }, true);
    flow.push('A', 'begin', 0);
    for (let minute = 1; minute <= 10; minute++) flow.tick(minute);
    flow.restart({ ...base, severity: 'critical' }, 60);
    for (let minute = 61; minute <= 70; minute++) flow.tick(minute);
    assert.equal(flow.told.length, 2);
    assert.match(flow.told[1]!, /^k updated 60/u);
    assert.ok(flow.out[1]!.flags.includes('severity-up'));
  });

  it('says of what was found there again only that it is back to normal', () => {
    const near = (metres: number): StatusDefinition => ({ ...base, per: { by: 'near', metres }, when: ev('a') });
    const at = (minute: number): CityEvent => ({
      ...cityEvent('a', 'point', T0 + minute * MIN, 'k'),
      place: [100, 13],
    });
    for (const again of [false, true]) {
      const flow = new Flow(near(300));
      flow.engine.push([at(0)], flow.out, []);
      flow.until(2);
      assert.equal(flow.restart(near(400)).kept, 'open');
      if (again) flow.engine.push([at(3)], flow.out, []);
      flow.until(30);
      const { state, reason } = flow.out.at(-1)!;
      assert.equal(state, 'cleared');
      assert.equal(/look elsewhere/u.test(reason), !again, reason);
    }
  });

  it('ends what was only pending', () => {
    const flow = new Flow({ ...base, for: '1 h' });
    flow.push('A', 'begin', 0);
    flow.until(5);
    flow.restart({ ...base, for: '1 h', when: { op: 'and', of: [ev('A'), ev('B')] } });
    flow.until(120);
    assert.deepEqual(flow.told, ['k pending 0', 'k cleared 5']);
    assert.deepEqual(flow.out[1]!.flags, ['never-raised']);
  });

  it('looks with the new rule at events that still waited', () => {
    const flow = new Flow({ ...base, lateness: '5 min' });
    flow.push('B', 'begin', 10);
    flow.push('A', 'begin', 10);
    flow.until(10);
    assert.equal(flow.restart({ ...base, lateness: '5 min', per: { by: 'zone' } }).kept, 'open');
    flow.until(20);
    assert.deepEqual(flow.told, ['z raised 10']);
  });

  it('what keeps the rule down and still waits makes no key of its own', () => {
    const rule: StatusDefinition = { ...base, lateness: '5 min', notWhile: ['M'] };
    const flow = new Flow(rule);
    flow.push('A', 'begin', 10);
    flow.push('M', 'begin', 10, 'city');
    flow.until(10);
    assert.equal(flow.restart({ ...rule, when: { op: 'or', of: [ev('A'), ev('B')] } }).kept, 'open');
    flow.until(20);
    assert.deepEqual([flow.told, flow.engine.counters().keys], [[], 1]);
  });

  it('keeps what is open where another program remembers other things for the same rule', () => {
    const flow = new Flow(base);
    flow.push('A', 'begin', 0);
    flow.until(5);
    const lines = flow.engine.snapshot().map((line) => JSON.stringify(line));
    const take = (from: RegExp, to: string): Restored =>
      restored(compile(base), [lines[0]!.replace(from, to), ...lines.slice(1)]);
    assert.deepEqual(take(/x/, 'x'), { kept: 'all' });
    const open: Restored = { kept: 'open', because: 'program', open: 1 };
    assert.deepEqual(take(/"layout":"[^"]+"/, '"layout":"0"'), open);
    // the versions before this one did not tell
    assert.deepEqual(take(/"version":8(.*)"layout":"[^"]+",/, '"version":7$1'), open);
  });

  it('keeps nothing of another status, of another version, and of what is broken', () => {
    const flow = new Flow(base);
    flow.push('A', 'begin', 0);
    flow.until(5);
    const lines = flow.engine.snapshot().map((line) => JSON.stringify(line));
    const take = (changed: readonly string[], rule = base): Restored => restored(compile(rule), changed);
    assert.deepEqual(take(lines, { ...base, id: 'other' }), { kept: 'nothing', because: 'id' });
    assert.deepEqual(take([]), { kept: 'nothing', because: 'broken' });
    assert.deepEqual(take(['{"a":1}']), { kept: 'nothing', because: 'version' });
    assert.deepEqual(take(['null']), { kept: 'nothing', because: 'broken' });
    assert.deepEqual(take([lines[0]!.replace(/"version":\d+/, '"version":1')]), {
      kept: 'nothing',
      because: 'version',
    });
    for (const bad of ['[]', '["x"]', '["k",{}]', '["k",null]', '["w","nobody",[{}],[1]]', '7', '["s"]']) {
      assert.deepEqual(take([...lines, bad]), { kept: 'nothing', because: 'broken' }, bad);
    }
  });
});

describe('the time of a restart', () => {
  const silences: [string, Partial<StatusDefinition>][] = [
    ['a silence', { when: { op: 'no', of: ev('a'), for: '30 min' } }],
    ['a silence after an event', { when: { op: 'then', of: [ev('a'), { op: 'no', of: ev('b'), for: '30 min' }] } }],
    [
      'a silence inside a sequence that is kept in runs',
      { pairing: 'each', when: { op: 'then', of: [ev('a'), { op: 'no', of: ev('b'), for: '30 min' }], within: '1 d' } },
    ],
  ];
  for (const [name, more] of silences) {
    it(`does not count for ${name}: it begins anew`, () => {
      const flow = new Flow({ ...base, ...more }, true);
      flow.push('a', 'point', 0);
      flow.until(20);
      assert.deepEqual(flow.restart(undefined, 600), { kept: 'all' });
      flow.until(601);
      flow.until(629);
      assert.deepEqual(flow.told, [], 'no storm of alarms after the restart');
      flow.until(632);
      assert.deepEqual(flow.told, ['k raised 630']);
    });
  }

  const lasting: [string, Partial<StatusDefinition>, string[]][] = [
    ['what must hold for a time', { for: '30 min' }, ['k pending 0']],
    ['a state inside a pattern that must last', { when: { op: 'lasting', of: ev('A'), for: '30 min' } }, []],
  ];
  for (const [name, more, before] of lasting) {
    it(`does not count for ${name}: it goes on where it was`, () => {
      const flow = new Flow({ ...base, ...more }, true);
      flow.push('A', 'begin', 0);
      flow.until(20);
      assert.deepEqual(flow.restart(undefined, 600), { kept: 'all' });
      flow.until(601);
      flow.until(609);
      assert.deepEqual(flow.told, before, 'whether it held meanwhile is not known');
      flow.until(612);
      assert.deepEqual(flow.told, [...before, 'k raised 610']);
    });
  }

  it('does not count for what must not have happened before', () => {
    const when: Pattern = { op: 'and', of: [ev('A'), { op: 'no', of: ev('b') }], within: '30 min' };
    const flow = new Flow({ ...base, when }, true);
    flow.push('b', 'point', 0);
    flow.push('A', 'begin', 10);
    flow.until(20);
    flow.restart(undefined, 600);
    flow.until(629);
    assert.deepEqual(flow.told, []);
    flow.until(632);
    // the first moment at which it lies far enough back
    assert.deepEqual(flow.told, [`k raised ${630 + 1 / MIN}`]);
  });
});
