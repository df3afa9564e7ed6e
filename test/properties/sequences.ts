/** 1g: sequences of brackets with times and guards of their own, deeper and denser than other rules, against the matcher. */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { againstOracle } from './meaning';
import type { Property } from './property';
import { cityEvent, randomUnwanted, type Random } from './random';
import { acceptedRule } from './running';

/** Few names, so that much of what happens matters. */
const LEAVES = ['a', 'b', 'c', 'a', 'b', 'c', 'A'];

const leaf = (random: Random): Pattern => ({ op: 'event', event: random.pick(LEAVES) });

function steps(random: Random, depth: number): Pattern[] {
  const of = [bracket(random, depth - 1)];
  for (let n = random.chance(0.4) ? 2 : 1; n > 0; n--) {
    if (random.chance(0.25)) of.push({ op: 'no', of: randomUnwanted(random, () => leaf(random)) });
    of.push(bracket(random, depth - 1));
  }
  return of;
}

function bracket(random: Random, depth: number): Pattern {
  if (depth === 0 || random.chance(0.4)) return leaf(random);
  const within = random.chance(0.7) ? { within: `${1 + random.int(7)} ms` } : {};
  const inner = (): Pattern => bracket(random, depth - 1);
  switch (random.int(6)) {
    case 0:
    case 1:
      return { op: 'or', of: [inner(), inner()], ...within };
    case 2:
      return { op: 'and', of: random.chance(0.3) ? [inner(), inner(), inner()] : [inner(), inner()], ...within };
    case 3:
      return { op: 'times', of: random.chance(0.7) ? leaf(random) : inner(), min: 2 + random.int(2), ...within };
    default:
      return { op: 'then', of: steps(random, depth), ...within };
  }
}

export function sequenceRule(random: Random): StatusDefinition {
  const inner: Pattern = { op: 'then', of: steps(random, 3), within: `${5 + random.int(9)} ms` };
  // how long a match took shows only to what is around it
  const when: Pattern = random.chance(0.3)
    ? { op: 'and', of: [inner, { op: 'event', event: 'd' }], within: `${5 + random.int(9)} ms` }
    : inner;
  return {
    id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' }, lateness: '0 ms',
    updateEvery: '0 s', flapping: false, afterDetection: random.chance(0.8) ? 'keep' : 'fresh',
  }; // prettier-ignore
}

/** Many events, several at a time. */
export function dense(random: Random): CityEvent[] {
  const events = new Map<string, CityEvent>();
  const add = (event: CityEvent): unknown => events.set(event.id, event);
  for (let n = 7 + random.int(8); n > 0; n--) {
    const time = random.int(16);
    const stream = random.chance(0.2) ? '2' : '1';
    const event = random.pick(['a', 'b', 'c', 'a', 'b', 'c', 'd', 'A']);
    if (event !== 'A') add(cityEvent(event, 'point', time, stream));
    else {
      add(cityEvent('A', 'begin', time, stream));
      add(cityEvent('A', 'end', time + 1 + random.int(4), stream));
    }
  }
  return [...events.values()].sort((x, y) => x.time - y.time);
}

const sequences: Property = {
  id: '1g',
  says: 'brackets in brackets, with times and guards of their own, are those of the brute-force matcher',
  check: (random) => againstOracle(random, acceptedRule(random, sequenceRule), dense(random)),
};

export const deepSequences: readonly Property[] = [sequences];
