import * as assert from 'node:assert/strict';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit, Random, randomHistory, randomRule } from './cep-random';
import type { Span } from './cep-oracle';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 4_711);
const END = 40;

function compile(definition: StatusDefinition, now?: () => number): PatternEngine | undefined {
  try {
    return compileStatus(definition, { names: (id) => id, emit, now });
  } catch (error) {
    if (error instanceof DefinitionError) return undefined;
    throw error;
  }
}

/** Raised and cleared as intervals, per key. */
function spansOf(statuses: readonly Status[]): (Span | string)[][] {
  const spans = new Map<string, [string, number, number | undefined]>();
  for (const status of statuses) {
    if (status.state === 'pending' || status.flags.includes('never-raised')) continue;
    const until = status.until === undefined ? undefined : Date.parse(status.until);
    spans.set(status.statusId, [status.key, Date.parse(status.since), until]);
  }
  return [...spans.values()]
    .map((s) => [s[0], [s[1], s[2]] as Span])
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

type Feed = (engine: PatternEngine, out: Status[]) => void;

function run(definition: StatusDefinition, feed: Feed): Status[] {
  const engine = compile(definition)!;
  const out: Status[] = [];
  engine.setMode('replay');
  feed(engine, out);
  return out;
}

const end = (engine: PatternEngine, out: Status[]): void =>
  engine.clock({ source: 's', time: END, end: true }, 'replay', out, []);

const whole =
  (events: readonly CityEvent[]): Feed =>
  (engine, out) => {
    engine.push(events, out, []);
    end(engine, out);
  };

/** Calls `check` with random rules that compile, until there were enough. */
function forRandom(
  seed: number,
  check: (random: Random, rule: StatusDefinition, events: CityEvent[], label: string) => void,
): void {
  for (let i = 0, done = 0; done < CASES; i++) {
    const random = new Random(SEED * 1000 + seed * 1_000_000 + i);
    const rule = randomRule(random);
    if (compile(rule) === undefined) continue;
    done++;
    check(
      random,
      rule,
      randomHistory(random),
      `seed ${SEED} case ${i}: ${JSON.stringify(rule.when)} for ${rule.for} clear ${rule.clear?.after}`,
    );
  }
}

/** Any order in which no event comes more than `lateness` after the newest of all. */
function shuffledWithin(random: Random, events: readonly CityEvent[], lateness: number): CityEvent[] {
  const delayed = events.map((event) => ({ event, at: event.time + random.next() * lateness }));
  return delayed.sort((a, b) => a.at - b.at).map(({ event }) => event);
}

describe('pattern core, properties', function () {
  this.timeout(120_000);

  it('order of arrival within the lateness does not matter, whatever clocks say in between', () => {
    forRandom(1, (random, rule, events, label) => {
      rule.lateness = '5 ms';
      const expected = spansOf(run(rule, whole(events)));
      const said = run(rule, (engine, out) => {
        let newest = 0;
        for (const event of shuffledWithin(random, events, 5)) {
          engine.push([event], out, []);
          newest = Math.max(newest, event.time);
          if (random.chance(0.7)) engine.clock({ source: 's', time: newest }, 'replay', out, []);
        }
        end(engine, out);
      });
      assert.deepEqual(spansOf(said), expected, label);
    });
  });

  it('a batch equals one by one, to the last letter', () => {
    forRandom(2, (random, rule, events, label) => {
      const clockAt = (engine: PatternEngine, out: Status[], time: number): void =>
        engine.clock({ source: 's', time }, 'replay', out, []);
      const one = run(rule, (engine, out) => {
        for (const event of events) {
          engine.push([event], out, []);
          clockAt(engine, out, event.time - 1);
        }
        end(engine, out);
      });
      const many = run(rule, (engine, out) => {
        for (let i = 0; i < events.length;) {
          const n = 1 + random.int(5);
          engine.push(events.slice(i, i + n), out, []);
          i += n;
          clockAt(engine, out, events[Math.min(i, events.length) - 1]!.time - 1);
        }
        end(engine, out);
      });
      assert.deepEqual(many, one, label);
    });
  });

  it('duplicates, other keys and events of no interest change nothing', () => {
    forRandom(3, (random, rule, events, label) => {
      const expected = run(rule, whole(events));
      const more: CityEvent[] = [];
      for (const event of events) {
        more.push(event);
        if (random.chance(0.3)) more.push({ ...event });
        if (random.chance(0.3)) more.push(cityEvent(event.event, event.kind, event.time, '9', 'other'));
        if (random.chance(0.3)) more.push(cityEvent('z', 'point', event.time));
      }
      for (let i = 0; i < 3; i++) more.push({ ...random.pick(events) });
      const said = run(rule, whole(more)).filter((status) => status.key === 'k');
      assert.deepEqual(said, expected, label);
    });
  });

  it('a snapshot through JSON at any point changes nothing that follows', () => {
    forRandom(4, (random, rule, events, label) => {
      const expected = run(rule, (engine, out) => {
        for (const event of events) {
          engine.push([event], out, []);
          engine.clock({ source: 's', time: event.time - 1 }, 'replay', out, []);
        }
        end(engine, out);
      });
      let engine = compile(rule)!;
      engine.setMode('replay');
      const said: Status[] = [];
      for (const event of events) {
        engine.push([event], said, []);
        engine.clock({ source: 's', time: event.time - 1 }, 'replay', said, []);
        if (random.chance(0.3)) {
          const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
          engine = compile(rule)!;
          assert.equal(engine.restore(kept), true);
        }
      }
      end(engine, said);
      assert.deepEqual(said, expected, label);
    });
  });

  it('the life-cycle is never broken, live or replayed, in order or not', () => {
    forRandom(5, (random, rule, events, label) => {
      rule.lateness = '3 ms';
      rule.updateEvery = random.pick(['0 s', '5 ms']);
      let now = 0;
      const engine = compile(rule, () => now)!;
      engine.setMode(random.pick(['live', 'replay'] as const));
      const out: Status[] = [];
      const problems: Problem[] = [];
      for (const event of shuffledWithin(random, events, random.int(12))) {
        now = Math.max(now, event.time) + random.int(3);
        engine.push([event], out, problems);
        if (random.chance(0.5)) engine.tick(now, out, problems);
        if (random.chance(0.2))
          engine.clock({ source: 's', time: now - 2 }, random.pick(['live', 'replay'] as const), out, problems);
      }
      end(engine, out);
      const open = new Map<string, Status>();
      for (const status of out) {
        const before = open.get(status.statusId);
        const say = `${label}\n${JSON.stringify(out.map((s) => [s.statusId, s.revision, s.state, s.since, s.until]))}`;
        if (before === undefined) {
          assert.equal(status.revision, 1, say);
          assert.ok(status.state === 'raised' || status.state === 'pending', say);
        } else {
          assert.equal(status.revision, before.revision + 1, say);
          assert.notEqual(before.state, 'cleared', say);
          assert.ok(Date.parse(status.since) <= Date.parse(before.since), say);
          if (status.state === 'raised') assert.equal(before.state, 'pending', say);
        }
        if (status.state === 'cleared') assert.ok(Date.parse(status.until!) >= Date.parse(status.since), say);
        open.set(status.statusId, status);
      }
      const stillOpen = [...open.values()].filter((status) => status.state !== 'cleared').length;
      const counters = engine.counters();
      assert.equal(counters.raised + counters.pending, stillOpen, label);
    });
  });

  it('live: told early or late, the intervals are those of the replay', () => {
    forRandom(6, (random, rule, events, label) => {
      rule.lateness = '5 ms';
      const expected = spansOf(run(rule, whole(events)));
      let now = 0;
      const engine = compile(rule, () => now)!;
      const out: Status[] = [];
      for (const event of shuffledWithin(random, events, 5)) {
        now = Math.max(now, event.time);
        engine.push([event], out, []);
        engine.clock({ source: 's', time: now - 5 }, 'live', out, []);
      }
      end(engine, out);
      assert.deepEqual(spansOf(out), expected, label);
    });
  });
});
