/**
 * Seeded random rules with everything that a definition can say: for round trips through texts, forms and files. Most of
 * them could not be compiled; every one of them has the right shape.
 */
import {
  AGGREGATE_METHODS,
  PAIRINGS,
  type Comparison,
  type EventTerm,
  type Pattern,
  type StatusDefinition,
} from '../../nodes/ecdm/definition';
import type { NamedEvent } from '../../nodes/pattern-status/cep/language';
import type { Random } from '../properties/random';

type Parts = Omit<StatusDefinition, 'id' | 'name' | 'domain'>;

/** Events whose names need care: quotes, brackets, keywords, line ends, Thai, emoji, and two of one name. */
export const NAMED_EVENTS: readonly NamedEvent[] = [
  { id: 'smoke', name: 'smoke' },
  { id: 'pump', name: 'pump on' },
  { id: 'pm25', name: 'PM2.5' },
  { id: 'door-1', name: 'door forced' },
  { id: 'door-2', name: 'door forced' },
  { id: 'kw', name: 'then' },
  { id: 'kw2', name: 'no "quotes" \\ [and] (brackets)' },
  { id: 'line', name: 'two\nlines\tand\u0000\u202e' },
  { id: 'ไทย', name: 'ฝุ่นสูง แล้วตามด้วย ฝน' },
  { id: 'emoji', name: '🔥👩‍🚒 “fire”' },
  { id: 'half', name: 'half \ud83d' },
  { id: 'id]with\\brackets', name: '' },
  { id: 'e.1', name: '1' },
];

const IDS = [...NAMED_EVENTS.map(({ id }) => id), 'unknown', 'unknown ] \\ "id"', 'ไม่รู้จัก\n'];
const ALIASES = ['e1', 'e2', 'and', 'true', 'จริง', 'false', 'within', 'ก่อน', 'a_b', 'value', 'E9', 'min'];
const FIELDS = ['value', 'value.rain', 'value.x."y"', 'value.ฝน.1', 'value.a+b.🔥.\\', 'key', 'property', 'time'];
const DURATIONS = [
  '5 s',
  '10 min',
  '1 h 30 min',
  '1h30min',
  '1.5 h',
  '90  s',
  '2 d',
  '0 s',
  '500 ms',
  '1 h30min',
  '007 s',
];
const NUMBERS = [0, 1, -1, 5, 2.5, -0.75, 1e-7, 1e21, 123456.789, -0, 90];
const TEXTS = ['', 'open', 'two words', '"quoted"', 'ฝน\n', 'true', '5'];
const ORDERS = ['>', '>=', '<', '<=', '=', '!='] as const;
const SEVERITIES = ['warning', 'minor', 'major', 'critical'] as const;

const maybe = <T>(random: Random, p: number, make: () => T): T | undefined => (random.chance(p) ? make() : undefined);

/** Without what is not said. */
function said<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const duration = (random: Random): string => random.pick(DURATIONS);

function term(random: Random, aliases: readonly string[]): EventTerm {
  return said({
    of: random.pick(aliases),
    field: maybe(random, 0.7, () => random.pick(FIELDS)),
    times: maybe(random, 0.2, () => random.pick(NUMBERS)),
    plus: maybe(random, 0.3, () => random.pick(NUMBERS)),
  });
}

function comparison(random: Random, aliases: readonly string[]): Comparison {
  const value = (): string | number | boolean =>
    random.pick<string | number | boolean>([...NUMBERS, ...TEXTS, true, false]);
  return {
    left: term(random, aliases),
    op: random.pick(ORDERS),
    right: random.chance(0.6) ? term(random, aliases) : { value: value() },
  };
}

/** A pattern of any shape; names of events are given once each. */
function randomTree(random: Random, depth = 3): Pattern {
  return new Trees(random, random.shuffle([...ALIASES])).tree(depth);
}

class Trees {
  private readonly given: string[] = [];

  constructor(
    private readonly random: Random,
    private readonly free: string[],
  ) {}

  tree(depth: number): Pattern {
    const { random } = this;
    if (depth <= 0 || random.chance(0.25)) return this.leaf();
    const inner = (): Pattern => this.tree(depth - 1);
    switch (random.int(7)) {
      case 0:
        return said({ op: 'no', of: inner(), for: maybe(random, 0.6, () => duration(random)) });
      case 1:
        return { op: 'lasting', of: inner(), for: duration(random) };
      case 2:
        return { op: 'every', of: inner() };
      case 3: {
        const min = random.pick([0, 1, 2, 3, 64, 1000]);
        const max = maybe(random, 0.5, () => random.pick([1, 2, 3, 1000]));
        return said({ op: 'times', of: inner(), min, max, within: maybe(random, 0.5, () => duration(random)) });
      }
      default:
        return this.group(inner);
    }
  }

  private group(inner: () => Pattern): Pattern {
    const { random } = this;
    const before = this.given.length;
    const of = Array.from({ length: random.pick([1, 1, 2, 2, 3, 5]) }, inner);
    const aliases = this.given.slice(before);
    return said({
      op: random.pick(['then', 'and', 'or'] as const),
      of,
      within: maybe(random, 0.5, () => duration(random)),
      where:
        aliases.length === 0
          ? undefined
          : maybe(random, 0.6, () => Array.from({ length: 1 + random.int(3) }, () => comparison(random, aliases))),
    });
  }

  private leaf(): Pattern {
    const { random } = this;
    if (random.chance(0.15)) return randomAggregate(random);
    const as = random.chance(0.4) ? this.free.pop() : undefined;
    if (as !== undefined) this.given.push(as);
    return said({ op: 'event', event: random.pick(IDS), as });
  }
}

function randomAggregate(random: Random): Pattern {
  const method = random.pick(AGGREGATE_METHODS);
  return said({
    op: 'aggregate',
    event: random.pick(IDS),
    method,
    over: random.pick(DURATIONS.filter((text) => text !== '0 s')),
    compare: random.pick(['>', '>=', '<', '<='] as const),
    value: random.pick(NUMBERS),
    percentile: method === 'percentile' ? random.pick([0, 50, 99.9, 100]) : undefined,
    minSamples: maybe(random, 0.3, () => 1 + random.int(100)),
  });
}

/** A whole rule without id, name and domain. Nothing in it is empty: what is not said is left out. */
export function randomParts(random: Random, depth = 3): Parts {
  const tree = (): Pattern => randomTree(random, 2);
  const time = (): string => duration(random);
  return said({
    when: randomTree(random, depth),
    per: random.pick<Parts['per']>([
      { by: 'station' },
      { by: 'datastream' },
      { by: 'zone' },
      { by: 'zone', level: 'district' },
      { by: 'zone', level: 'ตำบล "ก"' },
      { by: 'property' },
      { by: 'city' },
      { by: 'near', metres: 500 },
      { by: 'near', metres: 0.25 },
    ]),
    pairing: maybe(random, 0.4, () => random.pick(PAIRINGS)),
    afterDetection: maybe(random, 0.3, () => random.pick(['fresh', 'keep'] as const)),
    severity: random.pick(SEVERITIES),
    steps: maybe(random, 0.3, () =>
      Array.from({ length: 1 + random.int(3) }, () => {
        const when = maybe(random, 0.5, tree);
        return said({
          severity: random.pick(SEVERITIES),
          after: when === undefined ? time() : maybe(random, 0.5, time),
          when,
        });
      }),
    ),
    for: maybe(random, 0.3, time),
    clear: maybe(random, 0.5, () => {
      const clear: NonNullable<Parts['clear']> = said({
        after: maybe(random, 0.5, time),
        when: maybe(random, 0.4, tree),
        byHand: maybe(random, 0.3, () => true),
        latched: maybe(random, 0.3, () => true),
      });
      return Object.keys(clear).length === 0 ? { byHand: true } : clear;
    }),
    notWhile: maybe(random, 0.3, () => Array.from({ length: 1 + random.int(3) }, () => random.pick(IDS))),
    remindEvery: maybe(random, 0.2, time),
    flapping: maybe(random, 0.3, () =>
      random.chance(0.4) ? (false as const) : { raises: 2 + random.int(20), in: time(), steady: time() },
    ),
    updateEvery: maybe(random, 0.2, time),
    lateness: maybe(random, 0.2, time),
  });
}

/** A whole status. */
export function randomStatus(random: Random): StatusDefinition {
  const id = random.pick(['s', 'status 1', 'สถานะ', 'a.b/c']);
  const domain = random.chance(0.5) ? { domain: 'air' } : {};
  return { id, name: random.pick([id, 'Bad air', '“x” "y"']), ...domain, ...randomParts(random) };
}
