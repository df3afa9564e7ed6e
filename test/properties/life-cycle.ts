/** 9: whatever comes, in whatever order and mode, the life-cycle of every status is a whole one. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { ToldModel, type ModelOptions } from './told-model';
import { holds, same, told, type Property } from './property';
import { randomHistory } from './random';
import { acceptedRule, compile, end, END, run, shuffledWithin } from './running';

/** Follows one status through its messages. */
function follow(out: readonly Status[], say: () => string): Map<string, Status> {
  const open = new Map<string, Status>();
  for (const status of out) {
    const before = open.get(status.statusId);
    if (before === undefined) {
      same(status.revision, 1, say);
      holds(status.state === 'raised' || status.state === 'pending', say);
    } else {
      same(status.revision, before.revision + 1, say);
      holds(before.state !== 'cleared', say);
      const since = Date.parse(status.since);
      const first = Date.parse(status.statusId.slice(status.statusId.lastIndexOf('|') + 1));
      // what late events have made longer, others may make shorter again
      holds(since <= Date.parse(before.since) || (since <= first && status.state === 'updated'), say);
      holds(Date.parse(status.updated) > Date.parse(before.updated), say);
      if (status.state === 'raised') same(before.state, 'pending', say);
    }
    if (status.state === 'cleared') holds(Date.parse(status.until!) >= Date.parse(status.since), say);
    open.set(status.statusId, status);
  }
  return open;
}

const whole: Property = {
  id: '9a',
  says: 'every status begins once, counts its revisions, and is cleared at most once, live or replayed, in order or not',
  check(random) {
    const updateEvery = random.pick(['0 s', '5 ms']);
    const rule: StatusDefinition = { ...acceptedRule(random), lateness: '3 ms', updateEvery };
    const events: CityEvent[] = shuffledWithin(random, randomHistory(random), random.int(12));
    let now = 0;
    const engine = compile(rule, { now: () => now })!;
    engine.setMode(random.pick(['live', 'replay'] as const));
    const out: Status[] = [];
    const problems: Problem[] = [];
    for (const event of events) {
      now = Math.max(now, event.time) + random.int(3);
      engine.push([event], out, problems);
      if (random.chance(0.5)) engine.tick(now, out, problems);
      if (random.chance(0.2)) {
        engine.clock({ source: 's', time: now - 2 }, random.pick(['live', 'replay'] as const), out, problems);
      }
    }
    end(engine, out);
    const say = (): string =>
      `${told(rule, events)}\n${JSON.stringify(out.map((s) => [s.statusId, s.revision, s.state, s.since, s.until]))}`;
    const stillOpen = [...follow(out, say).values()].filter((status) => status.state !== 'cleared').length;
    const counters = engine.counters();
    same(counters.raised + counters.pending, stillOpen, say);
  },
};

/** Milliseconds of a tick: more than messages of one moment are apart. */
const TICK = 100;

const ORDER = { end: 0, nodata: 1, begin: 2, point: 3 };

const modelled: Property = {
  id: '9e',
  says: 'what is told, and when, is what a model of few lines tells: for, quiet, updates, no data, latch and hand',
  check(random) {
    const options: ModelOptions = {
      lasting: random.pick([0, 0, 3]),
      quiet: random.int(4),
      updateEvery: random.pick([0, 3, 100]),
      latched: random.chance(0.4),
    };
    const events = randomHistory(random, 24)
      .filter(({ event }) => event === 'A' || event === 'a')
      .map((event) => ({ ...event, time: event.time * TICK }));
    const hands = new Set([random.int(30), random.int(30), random.int(30)].slice(random.int(4)));
    const rule: StatusDefinition = {
      id: 'r', name: 'r', per: { by: 'station' }, severity: 'minor', lateness: '0 ms', flapping: false,
      when: { op: 'or', of: [{ op: 'event', event: 'A' }, { op: 'event', event: 'a' }] },
      updateEvery: `${options.updateEvery * TICK} ms`,
      clear: { after: `${options.quiet * TICK} ms`, latched: options.latched },
      ...(options.lasting > 0 ? { for: `${options.lasting * TICK} ms` } : {}),
    }; // prettier-ignore
    const model = new ToldModel(options);
    const said = run(rule, (engine, out) => {
      for (let t = 0; t <= END; t++) {
        const now = events.filter(({ time }) => time === t * TICK);
        engine.push(now, out, []);
        engine.clock({ source: 's', time: t * TICK }, 'replay', out, []);
        model.tick(t, now.sort((a, b) => ORDER[a.kind] - ORDER[b.kind])); // prettier-ignore
        if (!hands.has(t)) continue;
        engine.clearByHand('k', t * TICK, out);
        model.hand(t);
      }
    });
    const say = (): string => `${told(rule, events)}\n${JSON.stringify({ ...options, hands: [...hands] })}`;
    same(
      said.map(({ state, updated }) => `${state}@${Math.floor(Date.parse(updated) / TICK)}`),
      model.said,
      say,
    );
  },
};

export const lifeCycle: readonly Property[] = [whole, modelled];
