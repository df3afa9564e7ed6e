/** 4d: what an event is called in the rule matters only where it is compared with something. */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { same, told, type Property } from './property';
import { randomHistory, randomRule, type Random } from './random';
import { compile, end } from './running';

/** The same pattern with names at some of its events. */
function named(random: Random, pattern: Pattern): Pattern {
  let names = 0;
  const name = (p: Pattern): Pattern => {
    if (p.op === 'event') return random.chance(0.6) ? { ...p, as: `e${names++}` } : p;
    if (p.op === 'aggregate') return p;
    return (Array.isArray(p.of) ? { ...p, of: p.of.map(name) } : { ...p, of: name(p.of) }) as Pattern;
  };
  return name(pattern);
}

/** The first of a sequence or an "and" is compared with a number: with that it is matched by run lists. */
function compared(random: Random, pattern: Pattern): Pattern {
  if (pattern.op !== 'then' && pattern.op !== 'and') return pattern;
  const [first, ...more] = pattern.of;
  if (first?.op !== 'event' || !random.chance(0.3)) return pattern;
  const where = [{ left: { of: 'first' }, op: '>' as const, right: { value: 0 } }];
  return { ...pattern, of: [{ ...first, as: 'first' }, ...more], where };
}

function rules(random: Random): [plain: StatusDefinition, named: StatusDefinition] {
  const rule: StatusDefinition = {
    ...randomRule(random),
    pairing: random.pick(['newest', 'each', 'once', 'all'] as const),
    per: random.chance(0.3) ? { by: 'near', metres: 150 } : { by: 'station' },
  };
  const when = compared(random, rule.when);
  return [
    { ...rule, when },
    { ...rule, when: keepingFirst(named(random, when)) },
  ];
}

/** What is compared keeps its name. */
const keepingFirst = (pattern: Pattern): Pattern =>
  'where' in pattern && pattern.where !== undefined
    ? { ...pattern, of: [{ ...pattern.of[0]!, as: 'first' } as Pattern, ...pattern.of.slice(1)] }
    : pattern;

/** On a short street, so that some lie near to each other and some do not; each with a value. */
function history(random: Random): CityEvent[] {
  return randomHistory(random).map((event) => {
    const house = random.int(3);
    const key = `house ${house}`;
    return { ...event, value: random.int(2), key, place: [100 + house / 1000, 13] as [number, number] };
  });
}

function course(rule: StatusDefinition, events: readonly CityEvent[]): Status[] | undefined {
  const engine = compile(rule);
  if (engine === undefined) return undefined;
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(events, out, []);
  end(engine, out);
  return out;
}

const unused: Property = {
  id: '4d',
  says: 'a name with which nothing is compared changes nothing, however events are paired and wherever they are looked for',
  check(random) {
    const [plain, called] = rules(random);
    const all = history(random);
    const events = plain.per.by === 'near' ? all : all.map((event) => ({ ...event, key: 'k' }));
    const say = (): string =>
      `${JSON.stringify(called.when)}\n${JSON.stringify([plain.pairing, plain.per])}\n${told(plain, events)}`;
    same(course(called, events), course(plain, events), say);
  },
};

export const names: readonly Property[] = [unused];
