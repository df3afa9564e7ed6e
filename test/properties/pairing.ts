/** 1c and 1d: which pairs are told, with comparisons between events, by nested loops over all that happened. */
import type { Comparison, Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Match, PatternOptions } from '../../nodes/pattern-status/cep';
import { same, told, type Property } from './property';
import { cityEvent, type Random } from './random';
import { end, run, spansOf } from './running';

const OPS = ['>', '>=', '<', '<=', '=', '!='] as const;

/** Steps one after the other, with what must not come between, and what is compared. */
interface Sequence {
  steps: string[];
  /** `guards[i]` must not come before step i. */
  guards: (string | undefined)[];
  within: number;
  where: Comparison[];
}

function randomSequence(random: Random): Sequence {
  const steps = Array.from({ length: 2 + random.int(2) }, () => random.pick(['a', 'b', 'c']));
  const guards = steps.map((_, i) => (i > 0 && random.chance(0.2) ? random.pick(['a', 'b', 'c']) : undefined));
  const name = (): string => `e${1 + random.int(steps.length)}`;
  const where = Array.from({ length: random.int(3) }, (): Comparison => {
    const left = { of: name(), ...(random.chance(0.3) ? { plus: 1 } : {}) };
    const right = random.chance(0.7)
      ? { of: name(), ...(random.chance(0.3) ? { times: 2 } : {}) }
      : { value: random.int(4) };
    return { left, op: random.pick(OPS), right };
  });
  return { steps, guards, within: 2 + random.int(12), where };
}

function patternOf({ steps, guards, within, where }: Sequence): Pattern {
  const of = steps.flatMap((event, i): Pattern[] => {
    const step: Pattern = { op: 'event', event, as: `e${i + 1}` };
    return guards[i] === undefined ? [step] : [{ op: 'no', of: { op: 'event', event: guards[i] } }, step];
  });
  return { op: 'then', of, within: `${within} ms`, ...(where.length > 0 ? { where } : {}) };
}

/** At most one event at a time: who is first is never a matter of order. */
function history(random: Random): CityEvent[] {
  const events: CityEvent[] = [];
  for (let t = 0; t < 22; t++) {
    if (!random.chance(0.5)) continue;
    events.push({ ...cityEvent(random.pick(['a', 'b', 'c']), 'point', t), value: random.int(4) });
  }
  return events;
}

function compare(left: number, op: Comparison['op'], right: number): boolean {
  if (op === '>') return left > right;
  if (op === '>=') return left >= right;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '=' ? left === right : left !== right;
}

/** Whether all comparisons hold that name nothing but events that are there. */
function agrees(where: readonly Comparison[], chosen: readonly CityEvent[]): boolean {
  const valueOf = (term: Comparison['left']): number | undefined => {
    const event = chosen[Number(term.of.slice(1)) - 1];
    return event === undefined ? undefined : Number(event.value) * (term.times ?? 1) + (term.plus ?? 0);
  };
  return where.every(({ left, op, right }) => {
    const l = valueOf(left);
    const r = 'value' in right ? Number(right.value) : valueOf(right);
    return l === undefined || r === undefined || compare(l, op, r);
  });
}

/** What may follow the events that are chosen, in the order of time. */
function next(s: Sequence, events: readonly CityEvent[], chosen: readonly CityEvent[]): CityEvent[] {
  const last = chosen.at(-1);
  const guard = s.guards[chosen.length];
  return events.filter((event) => {
    if (event.event !== s.steps[chosen.length]) return false;
    if (last === undefined) return agrees(s.where, [event]);
    if (event.time <= last.time || event.time - chosen[0]!.time > s.within) return false;
    const forbidden = events.some((e) => e.event === guard && e.time > last.time && e.time < event.time);
    return !forbidden && agrees(s.where, [...chosen, event]);
  });
}

function all(s: Sequence, events: readonly CityEvent[], chosen: CityEvent[] = []): CityEvent[][] {
  if (chosen.length === s.steps.length) return [chosen];
  return next(s, events, chosen).flatMap((event) => all(s, events, [...chosen, event]));
}

/** Every opener, with the first that fits at each step. */
function each(s: Sequence, events: readonly CityEvent[]): CityEvent[][] {
  return next(s, events, []).flatMap((opener) => {
    const chosen = [opener];
    while (chosen.length < s.steps.length) {
      const [first] = next(s, events, chosen);
      if (first === undefined) return [];
      chosen.push(first);
    }
    return [chosen];
  });
}

/** Matches as the engine tells them. */
function matches(rule: StatusDefinition, events: readonly CityEvent[]): string[] {
  const found: Match[] = [];
  const more: Partial<PatternOptions> = { onMatch: (match) => found.push(match) };
  run(
    rule,
    (engine, out) => {
      engine.push(events, out, []);
      end(engine, out);
    },
    more,
  );
  return found.map((match) => shown(match.events)).sort();
}

const shown = (events: readonly CityEvent[]): string => events.map((e) => `${e.event}${e.time}`).join(' ');

function randomCase(
  random: Random,
  more: Partial<StatusDefinition>,
): { sequence: Sequence; events: CityEvent[]; rule: StatusDefinition } {
  const sequence = randomSequence(random);
  const rule: StatusDefinition = {
    id: 'r', name: 'r', when: patternOf(sequence), per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' },
    lateness: '0 ms', flapping: false, ...more,
  }; // prettier-ignore
  return { sequence, events: history(random), rule };
}

const described = (rule: StatusDefinition, events: readonly CityEvent[]): string =>
  `${told(rule, events)}\nvalues ${events.map(({ value }) => value).join()}`;

function pairing(id: string, kind: 'all' | 'each', says: string, must: typeof each): Property {
  return {
    id,
    says,
    check(random) {
      const { sequence, events, rule } = randomCase(random, { pairing: kind });
      const expected = must(sequence, events).map(shown).sort();
      same(matches(rule, events), expected, () => described(rule, events));
    },
  };
}

const once: Property = {
  id: '1e',
  says: 'pairing once: the first that is complete, and no other until it is cleared',
  check(random) {
    const { sequence, events, rule } = randomCase(random, { pairing: 'once', clear: { byHand: true } });
    const found = each(sequence, events).sort((x, y) => x.at(-1)!.time - y.at(-1)!.time || x[0]!.time - y[0]!.time);
    same(matches(rule, events), found.slice(0, 1).map(shown), () => described(rule, events)); // prettier-ignore
  },
};

const newest: Property = {
  id: '1f',
  says: 'comparisons with pairing newest: a detection whenever some match ends, with the latest begin',
  check(random) {
    const { sequence, events, rule } = randomCase(random, { afterDetection: 'keep' });
    const latest = new Map<number, number>();
    for (const match of all(sequence, events)) {
      const [start, end] = [match[0]!.time, match.at(-1)!.time];
      latest.set(end, Math.max(latest.get(end) ?? 0, start));
    }
    const found = new Map<number, number>();
    const statuses = run(
      rule,
      (engine, out) => {
        engine.push(events, out, []);
        end(engine, out);
      },
      { onMatch: (match) => found.set(match.end, Math.max(found.get(match.end) ?? 0, match.start)) },
    );
    const ends = [...latest.keys()].sort((x, y) => x - y);
    same(spansOf(statuses).map(([since]) => since), ends, () => described(rule, events)); // prettier-ignore
    // without a comparison there is no run list, and nobody is told the matches
    if (sequence.where.length > 0) same([...found].sort(), [...latest].sort(), () => described(rule, events));
  },
};

export const pairings: readonly Property[] = [
  pairing('1c', 'all', 'pairing all: every combination that fits, and no other', all),
  pairing('1d', 'each', 'pairing each: every opener with the first that fits, and no other', each),
  once,
  newest,
];
