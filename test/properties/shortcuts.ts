/**
 * The short ways through the engine, for keys of which nothing new is to be told, against the long one, on which every
 * instant is looked at in full.
 */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import type { PatternEngine } from '../../nodes/pattern-status/cep';
import { same, told, type Property } from './property';
import { cityEvent, isPoint, type Random, randomRule } from './random';
import { acceptedRule, compile } from './running';

/** Milliseconds that a history lasts at most, with all that follows from it. */
const LONG = 400_000;

/** One that is raised for long, and told of now and then, or kept up although its condition is over. */
function patient(random: Random): StatusDefinition {
  const flaps = random.chance(0.3);
  const rule: StatusDefinition = {
    ...randomRule(random),
    clear: { after: `${random.int(flaps ? 4 : 60)} ms`, ...(random.chance(0.15) ? { latched: true } : {}) },
    updateEvery: random.pick(['0 ms', '7 ms', '40 ms', '300 ms']),
    lateness: random.pick(['0 ms', '4 ms']),
  };
  if (random.chance(0.2)) rule.when = waiting(random);
  if (random.chance(0.2)) {
    rule.remindEvery = '1 min';
    if (random.chance(0.5)) rule.clear = { ...rule.clear, after: '150 s' };
  }
  if (flaps) rule.flapping = flapping(random);
  return rule;
}

/** A pattern that is due although no event comes. */
function waiting(random: Random): Pattern {
  const silence: Pattern = { op: 'no', of: { op: 'event', event: 'b' }, for: `${1 + random.int(6)} ms` };
  return random.chance(0.3) ? silence : { op: 'then', of: [{ op: 'event', event: 'a' }, silence] };
}

const flapping = (random: Random): StatusDefinition['flapping'] => ({
  raises: 2 + random.int(2), in: `${50 + random.int(200)} ms`, steady: `${10 + random.int(50)} ms`,
}); // prettier-ignore

/** Many events of few keys, so that more of them happen to a raised one than are kept of it. */
function long(random: Random): CityEvent[] {
  const names = random.pick([['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'A', 'B', 'C']]);
  const keys = random.pick([['k'], ['k', 'l']]);
  const events = new Map<string, CityEvent>();
  let time = 0;
  for (let n = 10 + random.int(70); n > 0; n--) {
    time += random.int(4);
    const name = random.pick(names);
    const kind = isPoint(name) ? 'point' : random.pick(['begin', 'begin', 'end', 'end', 'nodata'] as const);
    const event = cityEvent(name, kind, time, '1', random.pick(keys));
    events.set(event.id, event);
  }
  return [...events.values()];
}

interface Lived {
  statuses: Status[];
  looks: unknown[];
}

/** Everything that a rule says, and what it shows to those who look at it meanwhile. */
function live(rule: StatusDefinition, events: readonly CityEvent[], seed: () => number, inFull: boolean): Lived {
  let engine = start(rule, inFull);
  const lived: Lived = { statuses: [], looks: [] };
  for (let i = 0; i < events.length;) {
    const some = events.slice(i, i + 1 + Math.floor(6 * seed()));
    i += some.length;
    engine.push(some, lived.statuses, []);
    // where the wall clock has a say nothing is only noted: from there it comes back to it
    const mode = seed() < 0.05 ? 'live' : 'replay';
    engine.clock({ source: 's', time: some.at(-1)!.time }, mode, lived.statuses, []);
    if (seed() < 0.1) lived.looks.push(look(engine, seed));
    if (seed() < 0.05) {
      const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
      engine = start(rule, inFull);
      lived.looks.push(engine.restore(kept));
    }
  }
  engine.clock({ source: 's', time: LONG, end: true }, 'replay', lived.statuses, []);
  lived.looks.push(engine.summary(), engine.counters());
  return lived;
}

function start(rule: StatusDefinition, inFull: boolean): PatternEngine {
  const engine = compile(rule, {})!;
  engine.setMode('replay');
  // what is written meanwhile must know of every change: then nothing is only noted
  if (inFull) engine.save();
  return engine;
}

function look(engine: PatternEngine, seed: () => number): unknown {
  const which = seed();
  if (which < 0.4) return engine.summary();
  if (which < 0.8) return engine.inspect(5);
  const cleared: Status[] = [];
  return [engine.clearByHand(seed() < 0.5 ? 'k' : undefined, engine.settledTime ?? 0, cleared), cleared];
}

const noted: Property = {
  id: '8c',
  says: 'what is only noted of a raised key tells what looking at it each time tells, to the last letter',
  check(random) {
    const rule = acceptedRule(random, patient);
    const events = long(random);
    const seeds = Array.from({ length: 200 }, () => random.next());
    const again = (): (() => number) => {
      let at = 0;
      return () => seeds[at++ % seeds.length]!;
    };
    const text = (): string => `${told(rule, events)}\n${JSON.stringify(rule)}`;
    same(live(rule, events, again(), false), live(rule, events, again(), true), text);
  },
};

export const shortcuts: readonly Property[] = [noted];
