/** 3, 4, 7 and 8: how, when and beside what events arrive does not matter. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import type { PatternEngine } from '../../nodes/pattern-status/cep';
import { same, told, type Property } from './property';
import { cityEvent, randomHistory, type Random } from './random';
import { acceptedRule, compile, end, END, looksAt, replay, run, shuffledWithin, spansByKey, spansOf } from './running';

const LATENESS = 5;

/** Repeats what a random history says for a second and a third key. */
function severalKeys(random: Random): CityEvent[] {
  return ['k', 'l', 'm'].flatMap((key) =>
    randomHistory(random).map((e) => ({ ...cityEvent(e.event, e.kind, e.time, `${key}${e.stream}`, key) })),
  );
}

const shuffled: Property = {
  id: '3',
  says: 'any order of arrival within the lateness says the same, whatever the clocks say in between',
  check(random) {
    const rule: StatusDefinition = { ...acceptedRule(random), lateness: `${LATENESS} ms` };
    const events = randomHistory(random);
    const said = run(rule, (engine, out) => {
      let newest = 0;
      for (const event of shuffledWithin(random, events, LATENESS)) {
        engine.push([event], out, []);
        newest = Math.max(newest, event.time);
        if (random.chance(0.7)) engine.clock({ source: 's', time: newest }, 'replay', out, []);
      }
      end(engine, out);
    });
    same(spansOf(said), spansOf(replay(rule, events)), () => told(rule, events));
  },
};

const repeated: Property = {
  id: '4a',
  says: 'duplicates change nothing',
  check(random) {
    const rule = acceptedRule(random);
    const events = randomHistory(random);
    const more = events.flatMap((event) => (random.chance(0.4) ? [event, { ...event }] : [event]));
    for (let i = 0; i < 3; i++) more.push({ ...random.pick(events) });
    same(replay(rule, more), replay(rule, events), () => told(rule, events));
  },
};

const otherKeys: Property = {
  id: '4b',
  says: 'keys do not disturb each other: run together is run one by one',
  check(random) {
    const rule = acceptedRule(random);
    const events = severalKeys(random).sort((a, b) => a.time - b.time);
    const together = spansByKey(replay(rule, events));
    const alone = ['k', 'l', 'm'].map((key) =>
      replay(
        rule,
        events.filter((event) => event.key === key),
      ),
    );
    same(together, spansByKey(alone.flat()), () => told(rule, events));
  },
};

const irrelevant: Property = {
  id: '4c',
  says: 'events that no part of the rule looks at change nothing',
  check(random) {
    const rule = acceptedRule(random);
    const events = randomHistory(random);
    const wanted = looksAt(rule);
    const used = events.filter((event) => wanted.has(event.event));
    const more = used.flatMap((event) => [
      cityEvent('z', 'point', event.time),
      event,
      cityEvent('Z', 'begin', event.time, '3'),
    ]);
    same(replay(rule, more), replay(rule, used), () => told(rule, used));
  },
};

const clockAt = (engine: PatternEngine, out: Status[], time: number): void =>
  engine.clock({ source: 's', time }, 'replay', out, []);

const batches: Property = {
  id: '8a',
  says: 'a batch equals one by one, to the last letter',
  check(random) {
    const rule = acceptedRule(random);
    const events = randomHistory(random);
    const inParts = (length: () => number): Status[] =>
      run(rule, (engine, out) => {
        for (let i = 0; i < events.length;) {
          const n = length();
          engine.push(events.slice(i, i + n), out, []);
          i += n;
          clockAt(engine, out, events[Math.min(i, events.length) - 1]!.time - 1);
        }
        end(engine, out);
      });
    same(inParts(() => 1 + random.int(5)), inParts(() => 1), () => told(rule, events)); // prettier-ignore
  },
};

/** Lives through the events with a wall clock of its own; each comes within the lateness, and every tick is rung. */
function live(random: Random, rule: StatusDefinition, events: readonly CityEvent[], clocks: boolean): Status[] {
  let now = 0;
  const engine = compile(rule, { now: () => now })!;
  const out: Status[] = [];
  const late = events
    .map((event) => ({ event, at: event.time + random.int(LATENESS + 1) }))
    .sort((a, b) => a.at - b.at);
  let next = 0;
  for (; now <= END + 2 * LATENESS; now++) {
    for (; next < late.length && late[next]!.at <= now; next++) {
      engine.push([late[next]!.event], out, []);
      if (clocks && random.chance(0.5)) engine.clock({ source: 's', time: now - LATENESS }, 'live', out, []);
    }
    const due = engine.nextDeadline();
    if (due !== undefined && due <= now) engine.tick(now, out, []);
  }
  // then nothing arrives any more: only the timer
  for (let rings = 0; rings < 100; rings++) {
    const due = engine.nextDeadline();
    if (due === undefined || due > END + 100_000) break;
    now = Math.max(now, due);
    engine.tick(now, out, []);
  }
  return out;
}

const liveIsReplay: Property = {
  id: '8b',
  says: 'live on a fake timer tells the intervals of the replay, but for what it takes back as told too early',
  check(random) {
    const rule: StatusDefinition = { ...acceptedRule(random), lateness: `${LATENESS} ms` };
    const events = randomHistory(random);
    const clocks = random.chance(0.5);
    const lived = live(random, rule, events, clocks);
    // a late event may make an earlier detection, which uses up what led to the one that was told
    const takenBack = new Set(lived.filter((s) => s.flags.includes('corrected')).map((s) => s.statusId));
    if (rule.afterDetection === 'keep') same(takenBack.size, 0, () => `${told(rule, events)}\ntaken back`);
    same(
      spansOf(lived.filter((status) => !takenBack.has(status.statusId))),
      spansOf(replay(rule, events)),
      () => `${told(rule, events)}\nclocks: ${clocks}`,
    );
  },
};

const cut: Property = {
  id: '7',
  says: 'a snapshot through JSON at any point changes nothing that follows',
  check(random) {
    const late = random.chance(0.5) ? LATENESS : 0;
    const rule: StatusDefinition = { ...acceptedRule(random), lateness: `${late} ms` };
    const events = shuffledWithin(random, randomHistory(random), late);
    const cuts = events.map(() => random.chance(0.3));
    const lived = (restarts: readonly boolean[]): Status[] => {
      const out: Status[] = [];
      let engine = compile(rule)!;
      engine.setMode('replay');
      let newest = 0;
      events.forEach((event, i) => {
        engine.push([event], out, []);
        newest = Math.max(newest, event.time);
        clockAt(engine, out, newest - 1);
        if (!restarts[i]) return;
        const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
        engine = compile(rule)!;
        same(engine.restore(kept), true, () => 'the snapshot is refused');
      });
      end(engine, out);
      return out;
    };
    same(
      lived(cuts),
      lived([]),
      () => `${told(rule, events)}\ncut after ${cuts.flatMap((is, i) => (is ? [i] : [])).join()}`,
    );
  },
};

export const arrival: readonly Property[] = [shuffled, repeated, otherKeys, irrelevant, cut, batches, liveIsReplay];
