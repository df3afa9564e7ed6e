import * as assert from 'node:assert/strict';
import type { Comparison, Pairing, Pattern } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Place } from '../../nodes/ecdm/observation';
import { compilePattern } from '../../nodes/pattern-status/cep/compile';
import { newState, type Plan } from '../../nodes/pattern-status/cep/plan';
import { instant, nextDeadline } from '../../nodes/pattern-status/cep/fold';
import { packPattern, unpackPattern } from '../../nodes/pattern-status/cep/pattern-json';
import { judge } from '../../nodes/pattern-status/cep/runs/compare';
import type { FoundMatch } from '../../nodes/pattern-status/cep/runs/match';
import type { Check } from '../../nodes/pattern-status/cep/runs/step';
import { copyState, emptyState, type PatternState } from '../../nodes/pattern-status/cep/state';
import { cityEvent, Random } from '../properties/random';
import { CountedGroups, firstFitting, Oracle, type Counted, type Link } from './cep-runs-oracle';

const CASES = 10_000;
const NAMES = ['a', 'b', 'c'];
const OPS: readonly Comparison['op'][] = ['>', '>=', '<', '<=', '=', '!='];

const point = (event: string, time: number, value: number, more: Partial<CityEvent> = {}): CityEvent => ({
  ...cityEvent(event, 'point', time, String(value)),
  value,
  ...more,
});

/** In the order in which the engine sees them: by time, then by identity. */
const sorted = (events: CityEvent[]): CityEvent[] =>
  events.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

function history(random: Random, most = 8): CityEvent[] {
  const events = new Map<string, CityEvent>();
  for (let i = 1 + random.int(most); i > 0; i--) {
    const event = point(random.pick(NAMES), random.int(12), random.int(4));
    events.set(event.id, event);
  }
  return sorted([...events.values()]);
}

function compile(when: Pattern, pairing: Pairing, after: 'fresh' | 'keep' = 'keep', metres?: number): Plan {
  const by = metres === undefined ? ('station' as const) : ('near' as const);
  return compilePattern(when, () => 'point', 'when', after, { pairing, by, metres });
}

interface Detection extends FoundMatch {
  pulse: number;
}

/** @param cut after so many instants the state goes through JSON */
function run(plan: Plan, events: readonly CityEvent[], cut = -1, key = 'k'): Detection[] {
  const found: Detection[] = [];
  let state: PatternState = newState(plan, 0, key);
  let at = 0;
  for (let n = 0; ; n++) {
    if (n === cut) {
      const json: unknown = JSON.parse(JSON.stringify(packPattern(plan.layout, copyState(plan.layout, state))));
      state = emptyState(plan.layout);
      assert.ok(unpackPattern(plan, json as Parameters<typeof unpackPattern>[1], state));
    }
    const next = events[at]?.time ?? Infinity;
    const deadline = nextDeadline(plan, state);
    const t = Math.min(next, deadline);
    if (t === Infinity || t > 200) return found;
    let to = at;
    if (next <= deadline) while (events[to]?.time === t) to++;
    instant(plan, state, events, at, to, t);
    at = to;
    for (const match of plan.runs!.takeMatches()) found.push({ ...match, pulse: plan.top.pulse });
  }
}

const named = (bound: ReadonlyMap<string, readonly CityEvent[]>): string =>
  JSON.stringify([...bound].map(([name, list]) => [name, list.map(({ id }) => id)]).sort());

const written = (matches: readonly Pick<FoundMatch, 'bound' | 'end'>[]): string[] =>
  matches.map(({ bound, end }) => `${end} ${named(bound)}`).sort();

/** Fails with the case in words. */
function same(actual: unknown, expected: unknown, seed: number, when: unknown, events: readonly CityEvent[]): void {
  const said = (): string =>
    `seed ${seed}\n${JSON.stringify(when)}\n${events.map((e) => `${e.id}${e.place ? ` ${e.place.join()}` : ''}`).join('\n')}`;
  if (JSON.stringify(actual) !== JSON.stringify(expected)) assert.deepEqual(actual, expected, said());
}

class Patterns {
  private names = 0;

  constructor(
    private readonly random: Random,
    private readonly counts: boolean,
  ) {}

  top(): Pattern {
    const { random } = this;
    const of = [this.item(1), this.item(1)];
    if (random.chance(0.4)) of.push(this.item(1));
    const op = random.pick(['then', 'then', 'then', 'and'] as const);
    if (op === 'then' && random.chance(0.3)) of.splice(1, 0, this.no());
    return { op, of, within: this.time(9), ...this.where() };
  }

  private no(): Pattern {
    return { op: 'no', of: { op: 'event', event: this.random.pick(NAMES) } };
  }

  private time(most: number): string {
    return `${1 + this.random.int(most)} ms`;
  }

  private event(): Pattern {
    return { op: 'event', event: this.random.pick(NAMES), as: `e${++this.names}` };
  }

  private item(depth: number): Pattern {
    const { random } = this;
    const kind = depth === 0 ? 9 : random.int(10);
    const inner = (): Pattern => this.item(depth - 1);
    if (kind === 0) return { op: 'or', of: [inner(), inner()] };
    if (kind === 1) return { op: 'and', of: [inner(), inner()], ...this.limit() };
    if (kind === 2) {
      const of = [inner(), inner()];
      if (random.chance(0.3)) of.splice(1, 0, this.no());
      return { op: 'then', of, ...this.limit() };
    }
    if (kind === 3 && this.counts) {
      // names of counts are not compared here: several events have one
      const of: Pattern = { op: 'event', event: random.pick(NAMES), as: `n${++this.names}` };
      return { op: 'times', of, min: 1 + random.int(2), max: 2 + random.int(2) };
    }
    return this.event();
  }

  private limit(): { within?: string } {
    return this.random.chance(0.5) ? { within: this.time(6) } : {};
  }

  private where(): { where?: Comparison[] } {
    const { random } = this;
    const where: Comparison[] = [];
    for (let i = random.int(3); i > 0 && this.names > 0; i--) {
      const name = (): string => `e${1 + random.int(this.names)}`;
      const right = random.chance(0.25)
        ? { value: random.int(4) }
        : { of: name(), ...(random.chance(0.3) ? { plus: random.int(3) - 1 } : {}) };
      where.push({ left: { of: name() }, op: random.pick(OPS), right });
    }
    return where.length === 0 ? {} : { where };
  }
}

/** Comparisons with names that no event has (counts) are left out. */
function repaired(p: Pattern): Pattern {
  const names = new Set(
    JSON.stringify(p)
      .match(/"as":"e\d+"/g)
      ?.map((text) => text.slice(6, -1)),
  );
  if (!('where' in p) || p.where === undefined) return p;
  const where = p.where.filter(({ left, right }) => names.has(left.of) && ('value' in right || names.has(right.of)));
  const { where: _, ...rest } = p;
  return where.length === 0 ? rest : { ...rest, where };
}

describe('run lists', function () {
  this.timeout(120_000);

  it(`newest: a detection at every instant at which a match ends, with the latest start (${CASES} cases)`, () => {
    let said = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed);
      const when = repaired(new Patterns(random, false).top());
      const events = history(random);
      const plan = compile(when, 'newest');
      if (plan.uses !== 'runs') continue;
      const starts = new Map<number, number>();
      for (const { start, end } of new Oracle(events).matches(when)) {
        starts.set(end, Math.max(start, starts.get(end) ?? -Infinity));
      }
      const expected = [...starts].sort((a, b) => a[0] - b[0]);
      const actual = run(plan, events).map(({ end, pulse }) => [end, pulse]);
      same(actual, expected, seed, when, events);
      if (expected.length > 0) said++;
    }
    assert.ok(said > CASES / 20, `only ${said} cases say something`);
  });

  it(`all: the same set of matches (${CASES} cases)`, () => {
    let said = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed + 1_000_000);
      const when = repaired(new Patterns(random, true).top());
      const events = history(random, 7);
      const expected = [...new Set(written(new Oracle(events).matches(when)))];
      const actual = [...new Set(written(run(compile(when, 'all'), events)))];
      same(actual, expected, seed, when, events);
      if (expected.length > 1) said++;
    }
    assert.ok(said > CASES / 20, `only ${said} cases say several`);
  });

  function chain(random: Random): Link[] {
    const links: Link[] = [];
    const length = 2 + random.int(2);
    for (let i = 0; i < length; i++) {
      const as = `e${i}`;
      const counts = i > 0 && random.chance(0.3);
      const min = counts ? 1 + random.int(2) : 1;
      const max = counts ? min + random.int(3) : 1;
      const before = links.at(-1);
      const not = before !== undefined && before.max === 1 && random.chance(0.3) ? random.pick(NAMES) : undefined;
      const where: Comparison[] = [];
      if (random.chance(0.4)) where.push({ left: { of: as }, op: random.pick(OPS), right: { value: random.int(4) } });
      if (i > 0 && random.chance(0.5)) {
        where.push({ left: { of: as }, op: random.pick(OPS), right: { of: `e${random.int(i)}` } });
      }
      links.push({ event: random.pick(NAMES), as, min, max, not, where });
    }
    return links;
  }

  function patternOf(links: readonly Link[], within: number): Pattern {
    const of: Pattern[] = [];
    for (const { event, as, min, max, not } of links) {
      if (not !== undefined) of.push({ op: 'no', of: { op: 'event', event: not } });
      const one: Pattern = { op: 'event', event, as };
      of.push(max === 1 ? one : { op: 'times', of: one, min, max });
    }
    const where = links.flatMap((link) => link.where);
    return { op: 'then', of, within: `${within} ms`, ...(where.length === 0 ? {} : { where }) };
  }

  it(`each: every opener takes the first fitting later events (${CASES} cases)`, () => {
    let said = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed + 2_000_000);
      const links = chain(random);
      const within = 1 + random.int(10);
      const when = patternOf(links, within);
      const events = history(random);
      const expected = written(firstFitting(links, within, events));
      same(written(run(compile(when, 'each'), events)), expected, seed, when, events);
      if (expected.length > 1) said++;
    }
    assert.ok(said > CASES / 50, `only ${said} cases say several`);
  });

  it(`once: the first match of "each", and nothing more until it is cleared (${CASES} cases)`, () => {
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed + 3_000_000);
      const links = chain(random);
      const within = 1 + random.int(10);
      const when = patternOf(links, within);
      const events = history(random);
      const actual = run(compile(when, 'once'), events);
      const [first] = firstFitting(links, within, events);
      assert.ok(actual.length <= 1);
      same(
        actual.map(({ end }) => end),
        first === undefined ? [] : [first.end],
        seed,
        when,
        events,
      );
    }
  });

  function counted(random: Random): Counted {
    const min = 1 + random.int(3);
    const most = random.chance(0.4) ? min + random.int(2) : Infinity;
    const silence = random.chance(0.3) ? 1 + random.int(4) : undefined;
    const not = (): string | undefined => (random.chance(0.3) ? random.pick(NAMES) : undefined);
    const rest = Array.from({ length: (silence === undefined ? 1 : 0) + random.int(2) }, () => ({
      event: random.pick(NAMES),
      not: not(),
    }));
    // a count of one is no count, but an event
    const max = min === 1 && most === 1 ? 2 : most;
    return { event: random.pick(NAMES), min, max, own: 1 + random.int(6), rest, silence, within: 5 + random.int(12) };
  }

  function countedPattern({ event, min, max, own, rest, silence, within }: Counted, lead: Pattern[]): Pattern {
    const of: Pattern = { op: 'event', event };
    const count: Pattern = { op: 'times', of, min, within: `${own} ms`, ...(max < Infinity && { max }) };
    const steps = rest.flatMap(({ event: name, not }): Pattern[] => [
      ...(not === undefined ? [] : [{ op: 'no', of: { op: 'event', event: not } } as const]),
      { op: 'event', event: name },
    ]);
    const last: Pattern[] =
      silence === undefined ? [] : [{ op: 'no', of: { op: 'event', event: 'c' }, for: `${silence} ms` }];
    const first: Pattern = lead.length === 0 ? count : { op: 'every', of: count };
    return { op: 'then', of: [...lead, first, ...steps, ...last], within: `${within} ms` };
  }

  it(`each: a count with a limit of its own collects until what comes next fits (${CASES} cases)`, () => {
    let said = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed + 6_000_000);
      const what = counted(random);
      const isLed = random.chance(0.3);
      const when = countedPattern(what, isLed ? [{ op: 'event', event: 'a' }] : []);
      const times = new Map<number, CityEvent>();
      for (const event of history(random, 12)) {
        const time = 2 * event.time + random.int(2);
        times.set(time, { ...event, time });
      }
      const events = sorted([...times.values()]);
      const before = isLed ? events.filter(({ event }) => event === 'a').map((event) => [event]) : [[]];
      const expected = before.flatMap((first) => {
        const groups = new CountedGroups(what, first, true);
        for (let t = (first[0]?.time ?? -1) + 1; t < 50; t++) groups.at(t, times.get(t));
        return groups.found;
      });
      const tell = (found: readonly Detection[]): string[] =>
        found.map((m) => `${m.end}: ${m.events.map(({ event, time }) => `${event}${time}`).join(' ')}`).sort();
      const plan = compile(when, 'each');
      same(tell(run(plan, events)), expected.sort(), seed, when, events);
      // also over a restart, and with `once` the first of them
      same(tell(run(plan, events, random.int(events.length + 1))), expected, seed, when, events);
      const ends = expected.map((text) => parseInt(text, 10));
      const first = run(compile(when, 'once'), events)[0]?.end ?? Infinity;
      same(first, Math.min(...ends), seed, when, events);
      if (expected.length > 0) said++;
    }
    assert.ok(said > CASES / 20, `only ${said} cases say something`);
  });

  it(`near: every event lies within the distance of the first one (${CASES} cases)`, () => {
    const step = 0.001; // about 111 m on the equator
    let said = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed + 4_000_000);
      const when = repaired(new Patterns(random, false).top());
      const events = history(random).map((event) => {
        const place: Place = [180 - step * random.int(4), step * random.int(2)];
        // on both sides of the date line
        return { ...event, place: random.chance(0.5) ? place : ([place[0] - 360, place[1]] as const) };
      });
      const metres = 100 + random.int(300);
      const x = (e: CityEvent): number => (((e.place![0] % 360) + 360) % 360) * 111_195.08;
      const y = (e: CityEvent): number => e.place![1] * 111_195.08;
      const near = (a: CityEvent, b: CityEvent): boolean => Math.hypot(x(a) - x(b), y(a) - y(b)) <= metres;
      const guards = JSON.stringify(when).includes('"no"');
      if (guards) continue;
      const expected = [...new Set(written(new Oracle(events, near).matches(when)))];
      // runs that begin with events of one moment may begin with either: `and` has no first one then
      if (new Set(events.map(({ time }) => time)).size < events.length) continue;
      same([...new Set(written(run(compile(when, 'all', 'keep', metres), events)))], expected, seed, when, events);
      if (expected.length > 0) said++;
    }
    assert.ok(said > 200, `only ${said} cases say something`);
  });

  it(`a snapshot through JSON at any moment changes nothing that follows (${CASES} cases)`, () => {
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed + 5_000_000);
      const pairing = random.pick(['newest', 'each', 'once', 'all'] as const);
      let when = repaired(new Patterns(random, true).top());
      if (pairing !== 'all' && random.chance(0.3)) {
        const no: Pattern = {
          op: 'no',
          of: { op: 'event', event: random.pick(NAMES) },
          for: `${1 + random.int(3)} ms`,
        };
        when = {
          op: 'then',
          of: [{ op: 'every', of: when }, no, { op: 'event', event: 'c', as: 'z' }],
          within: '12 ms',
        };
      }
      const events = history(random);
      const plan = compile(when, pairing, random.pick(['fresh', 'keep'] as const));
      if (plan.uses !== 'runs') continue;
      const tell = (found: readonly Detection[]): string[] => found.map((m) => `${m.start} ${m.end} ${named(m.bound)}`);
      const whole = tell(run(plan, events));
      same(tell(run(plan, events, random.int(events.length + 1))), whole, seed, when, events);
    }
  });
});

describe('comparisons of what was computed', () => {
  it('equal but for rounding is equal: neither above nor below', () => {
    const check = (op: Comparison['op'], plus: number | undefined, times?: number): Check => ({
      op,
      left: { alias: 1, field: 'value', path: [], times: undefined, plus: undefined },
      right: { alias: 0, field: 'value', path: [], times, plus },
    });
    const told = (value: number): CityEvent => ({ ...cityEvent('a', 'point', 1), value });
    const all = (a: number, b: number, plus?: number, times?: number): string =>
      (['=', '!=', '>', '>=', '<', '<='] as const)
        .filter((op) => judge(check(op, plus, times), told(a), told(b)))
        .join(' ');
    assert.equal(all(0.3, 0.2, 0.1), '= >= <=');
    assert.equal(all(0.2, 0.3, -0.1), '= >= <=');
    assert.equal(all(0.3, 0.1, undefined, 3), '= >= <=');
    // what is left when two numbers cancel each other out
    assert.equal(all(0, 0.1, -0.3, 3), '= >= <=');
    assert.equal(all(0.300000001, 0.2, 0.1), '!= > >=');
    assert.equal(all(-0.300000001, -0.2, -0.1), '!= < <=');
    // as they were told they are told apart
    assert.equal(all(0.3, 0.30000000000000004), '!= < <=');
    assert.equal(all(2 ** 53 - 1, 2 ** 53), '!= < <=');
  });
});
