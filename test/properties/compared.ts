/** 1h and 1i: comparisons between the events of brackets in brackets, some of which can not be compared, by nested loops. */
import type { Comparison, EventTerm, Pattern, PatternGroup, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Match } from '../../nodes/pattern-status/cep';
import { same, told, type Property } from './property';
import { cityEvent, type Random } from './random';
import { end, run } from './running';

const EVENTS = ['a', 'b', 'c'];
const OPS = ['>', '>=', '<', '<=', '=', '!='] as const;
const VALUES = [0, 1, 2, 3, 'x', 'y', true, undefined, NaN];
/** Of more steps not all combinations are told. */
const MOST_STEPS = 6;

class Brackets {
  readonly names: string[] = [];

  constructor(private readonly random: Random) {}

  private event(): Pattern {
    const as = `e${this.names.length}`;
    this.names.push(as);
    return { op: 'event', event: this.random.pick(EVENTS), as };
  }

  group(depth: number, within: string | undefined): PatternGroup {
    const { random } = this;
    const op = random.pick(['then', 'then', 'and', 'or'] as const);
    const of = [this.item(depth - 1), this.item(depth - 1)];
    if (random.chance(0.2)) of.push(this.item(depth - 1));
    const forbidden: Pattern = { op: 'no', of: { op: 'event', event: random.pick(EVENTS) } };
    if (op === 'then' && random.chance(0.4)) of.splice(1, 0, forbidden);
    return { op, of, ...(within === undefined ? {} : { within }) };
  }

  private item(depth: number): Pattern {
    const { random } = this;
    if (depth === 0 || random.chance(0.4)) return this.event();
    return this.group(depth, random.chance(0.4) ? `${1 + random.int(8)} ms` : undefined);
  }

  where(): Comparison[] {
    const { random, names } = this;
    const term = (): EventTerm => ({
      of: random.pick(names),
      ...(random.chance(0.2) ? { plus: 1 } : {}),
      ...(random.chance(0.1) ? { times: 2 } : {}),
    });
    return Array.from({ length: 1 + random.int(2) }, () => ({
      left: term(),
      op: random.pick(OPS),
      right: random.chance(0.75) ? term() : { value: random.pick([0, 1, 2, 'x', true]) },
    }));
  }
}

function randomGroup(random: Random): PatternGroup {
  for (;;) {
    const brackets = new Brackets(random);
    const when = brackets.group(2 + random.int(2), `${1 + random.int(16)} ms`);
    if (brackets.names.length <= MOST_STEPS) return { ...when, where: brackets.where() };
  }
}

/** At most one event at a time: who is first is never a matter of order. */
function history(random: Random): CityEvent[] {
  const events: CityEvent[] = [];
  for (let t = 0; t < 18; t++) {
    if (!random.chance(0.4)) continue;
    events.push({ ...cityEvent(random.pick(EVENTS), 'point', t), value: random.pick(VALUES) });
  }
  return events;
}

interface Found {
  start: number;
  end: number;
  bound: Readonly<Record<string, CityEvent>>;
}

const joined = (a: Found, b: Found): Found => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
  bound: { ...a.bound, ...b.bound },
});

function find(p: Pattern, events: readonly CityEvent[]): Found[] {
  if (p.op === 'event') {
    const named = events.filter(({ event }) => event === p.event);
    return named.map((event) => ({ start: event.time, end: event.time, bound: { [p.as!]: event } }));
  }
  const { op, of, within } = p as PatternGroup;
  const items = of.map((item) => (item.op === 'no' ? [] : find(item, events)));
  let found: Found[];
  if (op === 'or') found = items.flat();
  else if (op === 'and') found = items.reduce((left, right) => left.flatMap((a) => right.map((b) => joined(a, b))));
  else found = inOrder(of, items, events);
  return found.filter((m) => m.end - m.start <= (within === undefined ? Infinity : Number.parseInt(within, 10)));
}

function inOrder(of: readonly Pattern[], items: readonly Found[][], events: readonly CityEvent[]): Found[] {
  return items.reduce((before, next, i) => {
    if (of[i]!.op === 'no') return before;
    const guard = of[i - 1]!;
    const not = guard.op === 'no' && guard.of.op === 'event' ? guard.of.event : undefined;
    const isFree = (a: Found, b: Found): boolean =>
      a.end < b.start && !events.some((e) => e.event === not && e.time > a.end && e.time < b.start);
    return before.flatMap((a) => next.filter((b) => isFree(a, b)).map((b) => joined(a, b)));
  });
}

type Side = number | string | boolean | undefined;

function sideOf({ of, times, plus }: EventTerm, bound: Found['bound']): Side {
  const value = bound[of]?.value as Side;
  if (typeof value !== 'number') return times === undefined && plus === undefined ? value : undefined;
  return Number.isNaN(value) ? undefined : value * (times ?? 1) + (plus ?? 0);
}

/** A condition on its left event: without that one nothing is asked. */
function isFulfilled({ left, op, right }: Comparison, bound: Found['bound']): boolean {
  if (bound[left.of] === undefined) return true;
  const a = sideOf(left, bound);
  const b = 'value' in right ? right.value : sideOf(right, bound);
  if (a === undefined || b === undefined || typeof a !== typeof b) return false;
  if (op === '=' || op === '!=') return (a === b) === (op === '=');
  return typeof a !== 'boolean' && { '>': a > b, '>=': a >= b, '<': a < b, '<=': a <= b }[op];
}

/** Matches, and how many ways had to be given up: of more than a key may have, the oldest go. */
function matches(rule: StatusDefinition, events: readonly CityEvent[]): { found: Match[]; dropped: number } {
  const found: Match[] = [];
  let dropped = 0;
  run(
    rule,
    (engine, out) => {
      engine.push(events, out, []);
      end(engine, out);
      dropped = engine.counters().runsDropped;
    },
    { onMatch: (match) => found.push(match) },
  );
  return { found, dropped };
}

function compared(
  id: string,
  pairing: 'newest' | 'all',
  says: string,
  shown: (found: readonly { start: number; end: number; events: readonly CityEvent[] }[]) => string[],
): Property {
  return {
    id,
    says,
    check(random) {
      const when = randomGroup(random);
      const events = history(random);
      const rule: StatusDefinition = {
        id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' },
        lateness: '0 ms', flapping: false, afterDetection: 'keep', pairing,
      }; // prettier-ignore
      const fulfilled = find(when, events).filter(({ bound }) => when.where!.every((c) => isFulfilled(c, bound)));
      const must = fulfilled.map((found) => ({ ...found, events: Object.values(found.bound) }));
      const values = events.map(({ value }) => String(value)).join();
      const say = (): string => `${told(rule, events)}\nvalues ${values}`;
      const { found, dropped } = matches(rule, events);
      const said = shown(found);
      if (dropped === 0) same(said, shown(must), say);
      // what was given up may be missing, but nothing is made up
      else if (pairing === 'all')
        same(
          said,
          shown(must).filter((one) => said.includes(one)),
          say,
        );
      else {
        // many events beside each other whose values are compared may need some runs more than a key may keep
        same(dropped < 100, true, say);
        const possible = must.flatMap((one) => shown([one]));
        same(said, said.filter((one) => possible.includes(one)), say); // prettier-ignore
      }
    },
  };
}

export const comparedBrackets: readonly Property[] = [
  compared(
    '1h',
    'newest',
    'compared brackets, newest: a detection whenever a match ends, with the latest begin',
    (found) => {
      const latest = new Map<number, number>();
      for (const { start, end } of found) latest.set(end, Math.max(start, latest.get(end) ?? 0));
      return [...latest].sort((a, b) => a[0] - b[0]).map(([end, start]) => `${start} to ${end}`);
    },
  ),
  compared('1i', 'all', 'compared brackets, all: every combination that fits, and no other', (found) => {
    const times = found.map(({ events }) => [...new Set(events.map(({ time }) => time))].sort((a, b) => a - b).join());
    return [...new Set(times)].sort();
  }),
];
