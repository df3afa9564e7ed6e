/** 5: of a rule in which nothing must not happen, more events and longer times never take a detection away. */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Span } from './oracle';
import { holds, told, type Property } from './property';
import { points, positiveRule } from './positive';
import { cityEvent, type Random } from './random';
import { acceptedRule, END, replay, spansOf } from './running';

const detections = (rule: StatusDefinition, events: readonly CityEvent[]): Set<number> =>
  new Set(spansOf(replay(rule, events)).map(([since]) => since));

function none(lost: readonly number[], rule: StatusDefinition, events: readonly CityEvent[], but: () => string): void {
  holds(lost.length === 0, () => `lost ${lost.join()} by ${but()}\n${told(rule, events)}`);
}

const moreEvents: Property = {
  id: '5a',
  says: 'one more event takes no detection away',
  check(random) {
    const rule = acceptedRule(random, (r) => positiveRule(r));
    const all = points(random, 12);
    const without = all.filter((_, i) => i !== random.int(all.length));
    const found = detections(rule, all);
    const lost = [...detections(rule, without)].filter((t) => !found.has(t));
    none(lost, rule, without, () => `adding ${all.filter((e) => !without.includes(e)).map((e) => e.id).join()}`); // prettier-ignore
  },
};

/** The same pattern with some times made longer. */
function widened(random: Random, p: Pattern): Pattern {
  if (p.op !== 'then' && p.op !== 'and' && p.op !== 'or' && p.op !== 'times') return p;
  const within = p.within === undefined ? {} : { within: `${Number.parseInt(p.within, 10) + random.int(4)} ms` };
  return p.op === 'times'
    ? { ...p, of: widened(random, p.of), ...within }
    : { ...p, of: p.of.map((item) => widened(random, item)), ...within };
}

const longerTimes: Property = {
  id: '5b',
  says: 'a longer "within" takes no detection away',
  check(random) {
    const rule = acceptedRule(random, (r) => positiveRule(r));
    const events = points(random, 12);
    const wider: StatusDefinition = { ...rule, when: widened(random, rule.when) };
    const found = detections(wider, events);
    const lost = [...detections(rule, events)].filter((t) => !found.has(t));
    none(lost, rule, events, () => JSON.stringify(wider.when));
  },
};

const STATES = ['A', 'B', 'C'];

/** "and" and "or" of states; each bracket of "and" may allow a gap. */
function overlap(random: Random, depth: number): Pattern {
  if (depth === 0 || random.chance(0.3)) return { op: 'event', event: random.pick(STATES) };
  const of = [overlap(random, depth - 1), overlap(random, depth - 1)];
  return random.chance(0.4) ? { op: 'or', of } : { op: 'and', of };
}

function intervals(random: Random, from: number): CityEvent[] {
  return Array.from({ length: 1 + random.int(5) }, (_, i) => {
    const event = random.pick(STATES);
    const begin = random.int(20);
    // a stream of its own: what is added cuts nothing short
    const stream = `${from + i}`;
    return [cityEvent(event, 'begin', begin, stream), cityEvent(event, 'end', begin + 1 + random.int(8), stream)];
  }).flat();
}

const byTime = (events: CityEvent[]): CityEvent[] => events.sort((a, b) => a.time - b.time);

const covers = (spans: readonly Span[], [since, until = END]: Span): boolean =>
  spans.some(([from, to = END]) => from <= since && to >= until);

const moreStates: Property = {
  id: '5c',
  says: 'one more state makes no raised time of overlapping states shorter',
  check(random) {
    const when = overlap(random, 2);
    const rule: StatusDefinition = { ...positiveRule(random, 0), when };
    const few = intervals(random, 0);
    const many = byTime([...few, ...intervals(random, 100)]);
    const found = spansOf(replay(rule, many));
    const lost = spansOf(replay(rule, byTime(few))).filter((span) => !covers(found, span));
    holds(lost.length === 0, () => `lost ${JSON.stringify(lost)} of ${JSON.stringify(found)}\n${told(rule, many)}`);
  },
};

export const monotone: readonly Property[] = [moreEvents, longerTimes, moreStates];
