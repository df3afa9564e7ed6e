/** 1 and 6: what the engine says is what the definitions say. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { courseOf } from './oracle';
import { holds, same, told, type Property } from './property';
import { cityEvent, isPoint, randomHistory, type Random } from './random';
import { acceptedRule, compile, end, END, replay, spansOf } from './running';

/** Runs a rule over a history: what it says, and its totals, must be those of the definitions. */
export function againstOracle(
  random: Random,
  rule: StatusDefinition,
  events: readonly CityEvent[] = randomHistory(random),
): void {
  const engine = compile(rule)!;
  const used = events.filter((event) => engine.events.has(event.event));
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(events, out, []);
  end(engine, out);
  const must = courseOf(rule, used, END, isPoint);
  const totals = engine.summary().map(({ detections, raisedMs, nodataMs }) => ({ detections, raisedMs, nodataMs }));
  const { episodes, ...mustTotals } = must;
  same(spansOf(out), episodes, () => told(rule, used));
  same(totals, used.length > 0 ? [mustTotals] : [], () => told(rule, used));
}

const oracle: Property = {
  id: '1a',
  says: 'raised and cleared are those of the brute-force matcher',
  check: (random) => againstOracle(random, acceptedRule(random)),
};

/** Some points "a", and some "b" around them, each at most once per tick. */
function asAndBs(random: Random): { a: number[]; b: number[] } {
  const times = (): number[] =>
    [...new Set(Array.from({ length: 1 + random.int(5) }, () => random.int(20)))].sort((x, y) => x - y);
  return { a: times(), b: times() };
}

const notIsDual: Property = {
  id: '6',
  says: '"A then no B for D" fires for an A exactly if "A then B within D" has no match that begins with it',
  check(random) {
    const { a, b } = asAndBs(random);
    const length = `${1 + random.int(8)} ms`;
    const base = { id: 'r', name: 'r', per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' } } as const;
    const common = { ...base, lateness: '0 ms', afterDetection: 'keep', flapping: false } as const;
    const A = { op: 'event', event: 'a' } as const;
    const B = { op: 'event', event: 'b' } as const;
    const without: StatusDefinition = { ...common, when: { op: 'then', of: [A, { op: 'no', of: B, for: length }] } };
    const followed: StatusDefinition = { ...common, when: { op: 'then', of: [A, B], within: length } };
    const bs = b.map((time) => cityEvent('b', 'point', time));
    const events = [...a.map((time) => cityEvent('a', 'point', time)), ...bs].sort((x, y) => x.time - y.time);
    const statuses = replay(without, events);
    const fired = new Set(spansOf(statuses).map(([since]) => since - Number.parseInt(length, 10)));
    for (const { state, since, evidence } of statuses) {
      const from = Date.parse(since) - Number.parseInt(length, 10);
      if (state !== 'raised') continue;
      same(evidence.map(({ time }) => Date.parse(time)), [from], () => told(without, events)); // prettier-ignore
    }
    for (const time of a) {
      const alone = [cityEvent('a', 'point', time), ...bs].sort((x, y) => x.time - y.time);
      const matched = spansOf(replay(followed, alone)).length > 0;
      holds(
        fired.has(time) !== matched,
        () => `A at ${time}, followed by B: ${matched}, fired: ${fired.has(time)}\n${told(without, events)}`,
      );
    }
    holds(
      [...fired].every((time) => a.includes(time)),
      () => `fired for what is no A\n${told(without, events)}`,
    );
  },
};

export const meaning: readonly Property[] = [oracle, notIsDual];
