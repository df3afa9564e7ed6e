/** Seeded random rules and histories for the property tests. */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';

export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** Mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  int(n: number): number {
    return Math.floor(this.next() * n);
  }
  pick<X>(items: readonly X[]): X {
    return items[this.int(items.length)]!;
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
  shuffle<X>(items: X[]): X[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}

/** Capital letters are states, small ones are points. */
export const isPoint = (event: string): boolean => event === event.toLowerCase();
export const emit = (event: string): 'state' | 'point' => (isPoint(event) ? 'point' : 'state');

const POINTS = ['a', 'b', 'c'];
const STATES = ['A', 'B', 'C'];

export function cityEvent(event: string, kind: EventKind, time: number, stream = '1', key = 'k'): CityEvent {
  return {
    id: `${event}|${key}|${kind}|${time}|${stream}`,
    event,
    name: event,
    domain: undefined,
    key,
    keyName: undefined,
    stream: `${event}|${key}|${stream}`,
    property: undefined,
    time,
    timeEnd: undefined,
    place: undefined,
    zones: undefined,
    value: undefined,
    unit: undefined,
    limit: undefined,
    kind,
    source: [],
  };
}

export function randomHistory(random: Random, length = 16): CityEvent[] {
  const events: CityEvent[] = [];
  const seen = new Set<string>();
  const n = 2 + random.int(9);
  for (let i = 0; i < n; i++) {
    const state = random.chance(0.55);
    const event = random.pick(state ? STATES : POINTS);
    const stream = random.pick(['1', '1', '2']);
    const from = random.int(length);
    const list = state
      ? [cityEvent(event, 'begin', from, stream), cityEvent(event, 'end', from + 1 + random.int(6), stream)]
      : [cityEvent(event, 'point', from, stream)];
    if (state && random.chance(0.15)) list.push(cityEvent(event, 'nodata', from + 1, stream));
    for (const e of list) {
      if (seen.has(e.id)) continue;
      seen.add(e.id);
      events.push(e);
    }
  }
  return events.sort((x, y) => x.time - y.time);
}

const d = (random: Random, most = 8): string => `${1 + random.int(most)} ms`;

/** What must not happen: most often an event; else states that overlap, or a bracket, whose time is its own. */
export function randomUnwanted(random: Random, leaf: () => Pattern): Pattern {
  if (random.chance(0.06)) return { op: 'and', of: [0, 1].map(() => ({ op: 'event', event: random.pick(STATES) })) };
  return random.chance(0.85) ? leaf() : { op: 'then', of: [leaf(), leaf()], within: d(random, 12) };
}

export function randomPattern(random: Random, depth = 2, top = true): Pattern {
  const leaf = (): Pattern => ({ op: 'event', event: random.pick(random.chance(0.5) ? STATES : POINTS) });
  if (depth === 0 || (!top && random.chance(0.45))) return leaf();
  const inner = (): Pattern => randomPattern(random, depth - 1, false);
  const bare = (): Pattern => leaf();
  const unwanted = (): Pattern => randomUnwanted(random, leaf);
  switch (random.int(8)) {
    case 0:
      return { op: 'or', of: [inner(), inner()], ...(random.chance(0.2) ? { within: d(random) } : {}) };
    case 1:
      return { op: 'and', of: [inner(), inner()], within: d(random) };
    case 2: {
      const states: Pattern[] = [0, 1].map(() => ({ op: 'event', event: random.pick(STATES) }));
      if (random.chance(0.3)) states.push({ op: 'no', of: { op: 'event', event: random.pick(STATES) } });
      return { op: 'and', of: states };
    }
    case 3: {
      if (random.chance(0.1))
        return { op: 'then', of: [inner(), { op: 'no', of: unwanted(), for: d(random, 4) }], within: d(random, 12) };
      const of: Pattern[] = [inner(), inner()];
      if (random.chance(0.3)) of.push(inner());
      if (random.chance(0.3)) of.splice(1, 0, { op: 'no', of: unwanted() });
      if (random.chance(0.2)) of.push({ op: 'no', of: unwanted(), for: d(random, 4) });
      return { op: 'then', of, within: d(random, 12) };
    }
    case 4:
      return { op: 'times', of: inner(), min: 2 + random.int(2), within: d(random) };
    case 5:
      return top
        ? {
            op: 'times',
            of: random.chance(0.5) ? bare() : inner(),
            min: 2,
            max: 2 + random.int(2),
            within: d(random, 12),
          }
        : { op: 'times', of: bare(), min: 2, within: d(random) };
    case 6:
      return { op: 'lasting', of: { op: 'event', event: random.pick(STATES) }, for: d(random, 4) };
    default:
      return random.chance(0.5)
        ? { op: 'and', of: [inner(), { op: 'no', of: unwanted() }], within: d(random, 5) }
        : top
          ? { op: 'no', of: unwanted(), for: d(random, 5) }
          : leaf();
  }
}

export function randomRule(random: Random): StatusDefinition {
  const definition: StatusDefinition = {
    id: 'r',
    name: 'r',
    when: randomPattern(random),
    per: { by: 'station' },
    severity: 'minor',
    clear: { after: `${random.int(4)} ms` },
    lateness: '0 ms',
    updateEvery: '0 s',
    // these histories take milliseconds: what raises so often in so short a time would not be told each time
    flapping: false,
  };
  if (random.chance(0.2)) definition.for = d(random, 4);
  const after = random.pick(['keep', 'fresh', undefined] as const);
  if (after !== undefined) definition.afterDetection = after;
  return definition;
}
