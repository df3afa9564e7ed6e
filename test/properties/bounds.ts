/** 10: random load never makes the engine keep more than it was told it may, and what is dropped is said. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { holds, same, told, type Property } from './property';
import { cityEvent, randomHistory, randomRule, type Random } from './random';
import { acceptedRule, compile, end, replay, spansByKey } from './running';
import { dense, sequenceRule } from './sequences';

const keyed = (random: Random, keys: number): ReturnType<typeof randomHistory> =>
  [0, 1, 2]
    .flatMap(() => randomHistory(random))
    .map((e) => {
      const key = `k${random.int(keys)}`;
      return cityEvent(e.event, e.kind, e.time, `${key} ${e.stream}`, key);
    })
    .sort((a, b) => a.time - b.time);

const keys: Property = {
  id: '10a',
  says: 'never more keys or streams than allowed; what finds no room is counted and said; no open status is lost',
  check(random) {
    const rule: StatusDefinition = acceptedRule(random);
    const maxKeys = 1 + random.int(4);
    const events = keyed(random, 1 + random.int(8));
    const engine = compile(rule, { maxKeys })!;
    const out: Status[] = [];
    const problems: Problem[] = [];
    engine.setMode('replay');
    const say = (): string => `at most ${maxKeys} keys\n${told(rule, events)}`;
    for (const event of events) {
      engine.push([event], out, problems);
      if (random.chance(0.5)) engine.clock({ source: 's', time: event.time - 1 }, 'replay', out, problems);
      holds(engine.counters().keys <= maxKeys, say);
    }
    const lines = engine.snapshot();
    const count = (kind: string): number => lines.filter((line) => line[0] === kind).length;
    holds(count('k') <= maxKeys && count('s') <= 4 * maxKeys, say);
    end(engine, out);
    const { evicted, dropped, raised, pending } = engine.counters();
    same(
      problems.some(({ code }) => code === 'too-many-keys'),
      evicted + dropped > 0,
      say,
    );
    const open = new Map(out.map((status) => [status.statusId, status.state]));
    same([...open.values()].filter((state) => state !== 'cleared').length, raised + pending, say);
    const came = new Set(events.filter((event) => engine.events.has(event.event)).map((event) => event.key));
    if (came.size > maxKeys) holds(evicted + dropped > 0, say);
    else same([spansByKey(out), evicted, dropped], [spansByKey(replay(rule, events)), 0, 0], say);
  },
};

/** Later by so much, for another key. */
const moved = (events: readonly CityEvent[], by: number, key: string): CityEvent[] =>
  events.map((e) => cityEvent(e.event, e.kind, e.time + by, `${key} ${e.stream}`, key));

const inOthersPlace: Property = {
  id: '10b',
  says: 'a key that takes the place of a forgotten one knows nothing of it',
  check(random) {
    const rule = acceptedRule(random, random.chance(0.5) ? sequenceRule : randomRule);
    const blocks = [0, 1, 2].map((i) =>
      moved(random.chance(0.5) ? randomHistory(random) : dense(random), i * 100, `k${i}`),
    );
    const engine = compile(rule, { maxKeys: 1 })!;
    engine.setMode('replay');
    const came: CityEvent[] = [];
    const out: Status[] = [];
    const must: Status[] = [];
    blocks.forEach((events, i) => {
      const { raised, pending } = engine.counters();
      // what is open is not forgotten
      if (raised + pending > 0) return;
      const clock = { source: 's', time: i * 100 + 60 };
      const alone = compile(rule)!;
      alone.setMode('replay');
      for (const one of [engine, alone]) {
        const said = one === engine ? out : must;
        one.push(events, said, []);
        one.clock(clock, 'replay', said, []);
      }
      came.push(...events);
    });
    same(spansByKey(out), spansByKey(must), () => told(rule, came));
  },
};

export const bounds: readonly Property[] = [keys, inOthersPlace];
