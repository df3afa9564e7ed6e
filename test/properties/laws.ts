/** 2: the laws of "and", "or" and "then". */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { same, told, type Property } from './property';
import { randomHistory, randomPattern, type Random } from './random';
import { accepts, replay, spansOf } from './running';

const milliseconds = (random: Random, most: number): string => `${1 + random.int(most)} ms`;

function ruleOf(random: Random, when: Pattern, after: 'keep' | 'fresh'): StatusDefinition {
  return {
    id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', clear: { after: `${random.int(3)} ms` },
    lateness: '0 ms', updateEvery: '0 s', afterDetection: after, flapping: false,
  }; // prettier-ignore
}

/** Two ways to write one rule, drawn anew until both are accepted, must say the same. */
function equal(random: Random, draw: () => [Pattern, Pattern], after: 'keep' | 'fresh', events: CityEvent[]): void {
  for (let tries = 0; tries < 1000; tries++) {
    const [left, right] = draw();
    const rule = ruleOf(random, left, after);
    const other: StatusDefinition = { ...rule, when: right };
    if (!accepts(rule) || !accepts(other)) continue;
    const describe = (): string => `${told(rule, events)}\nother: ${JSON.stringify(right)}`;
    same(spansOf(replay(rule, events)), spansOf(replay(other, events)), describe);
    return;
  }
  throw new Error('no pair of rules was accepted in 1000 tries: the generator is wrong');
}

const any = (random: Random): Pattern => randomPattern(random, 1, false);
/** Without duration: between states "then" and "and" look at begins or at overlaps, and brackets choose which. */
const instants = (random: Random): Pattern => {
  const leaf = (): Pattern => ({ op: 'event', event: random.pick(['a', 'b', 'c']) });
  return random.chance(0.7) ? leaf() : { op: 'or', of: [leaf(), leaf()] };
};
const either = (random: Random): 'keep' | 'fresh' => random.pick(['keep', 'fresh'] as const);

const commute: Property = {
  id: '2a',
  says: '"and" and "or" commute: B first equals A first',
  check(random) {
    const draw = (): [Pattern, Pattern] => {
      const op = random.pick(['and', 'or'] as const);
      const of = [any(random), any(random)];
      if (random.chance(0.3)) of.push(any(random));
      if (op === 'and' && random.chance(0.3)) of.push({ op: 'no', of: instants(random) });
      const within = op === 'and' ? { within: milliseconds(random, 8) } : {};
      return [
        { op, of, ...within },
        { op, of: random.shuffle([...of]), ...within },
      ];
    };
    equal(random, draw, either(random), randomHistory(random));
  },
};

const mirrored: Property = {
  id: '2b',
  says: '"A and B" says of a history what it says of the history in which A and B have changed places',
  check(random) {
    const events = randomHistory(random);
    const other = new Map([['a', 'b'], ['b', 'a'], ['A', 'B'], ['B', 'A']]); // prettier-ignore
    const swapped = events.map((e) => {
      const event = other.get(e.event);
      return event === undefined
        ? e
        : { ...e, event, id: `${event}|${e.id}`, stream: e.stream.replace(e.event, event) };
    });
    const of: Pattern[] = random.pick([['a', 'b'], ['A', 'B']]).map((event) => ({ op: 'event', event })); // prettier-ignore
    const rule = ruleOf(random, { op: 'and', of, within: milliseconds(random, 8) }, either(random));
    same(spansOf(replay(rule, swapped)), spansOf(replay(rule, events)), () => told(rule, events));
  },
};

const associate: Property = {
  id: '2c',
  says: '"and", "or" and "then" associate',
  check(random) {
    const draw = (): [Pattern, Pattern] => {
      const op = random.pick(['and', 'or', 'then'] as const);
      const [p, q, r] = [instants(random), instants(random), instants(random)];
      const within = op === 'or' ? {} : { within: milliseconds(random, 12) };
      const group = (...of: Pattern[]): Pattern => ({ op, of, ...within });
      const ways = [group(p, q, r), group(group(p, q), r), group(p, group(q, r))];
      const first = random.int(3);
      return [ways[first]!, ways[(first + 1 + random.int(2)) % 3]!];
    };
    equal(random, draw, 'keep', randomHistory(random));
  },
};

const idempotent: Property = {
  id: '2d',
  says: '"P or P", "once P" and brackets around P alone are P',
  check(random) {
    const draw = (): [Pattern, Pattern] => {
      const p = randomPattern(random, 2, false);
      const alone: Pattern = { op: random.pick(['or', 'and', 'then'] as const), of: [p] };
      return [random.pick<Pattern>([{ op: 'or', of: [p, p] }, { op: 'times', of: p, min: 1 }, alone]), p];
    };
    equal(random, draw, either(random), randomHistory(random));
  },
};

export const laws: readonly Property[] = [commute, mirrored, associate, idempotent];
