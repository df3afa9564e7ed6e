/** Random rules in which nothing must not happen, and random instants for them. */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { cityEvent, type Random } from './random';

const LEAVES = ['a', 'b', 'c'];

function positive(random: Random, depth: number): Pattern {
  if (depth === 0 || random.chance(0.35)) return { op: 'event', event: random.pick(LEAVES) };
  const inner = (): Pattern => positive(random, depth - 1);
  const within = `${1 + random.int(10)} ms`;
  switch (random.int(4)) {
    case 0:
      return { op: 'or', of: [inner(), inner()] };
    case 1:
      return { op: 'and', of: [inner(), inner()], within };
    case 2:
      return { op: 'then', of: random.chance(0.3) ? [inner(), inner(), inner()] : [inner(), inner()], within };
    default:
      return { op: 'times', of: inner(), min: 2 + random.int(2), within };
  }
}

/** Every detection is an interval of its own. */
export function positiveRule(random: Random, depth = 2): StatusDefinition {
  return {
    id: 'r', name: 'r', when: positive(random, depth), per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' },
    lateness: '0 ms', afterDetection: 'keep', flapping: false,
  }; // prettier-ignore
}

export function points(random: Random, most: number): CityEvent[] {
  const found = new Map<string, CityEvent>();
  for (let n = 1 + random.int(most); n > 0; n--) {
    const event = cityEvent(random.pick(LEAVES), 'point', random.int(24), random.pick(['1', '2']));
    found.set(event.id, event);
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}
