/**
 * What run lists mean, by brute force: all matches by nested loops over the definitions (newest, all, near), and one
 * opener at a time for skip till next (each, once). Shares no line with the engine. Times are small whole numbers.
 */
import type { Comparison, EventTerm, Pattern, PatternNo } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';

export interface Found {
  start: number;
  end: number;
  bound: Map<string, CityEvent[]>;
}

const ms = (text: string | undefined): number => (text === undefined ? Infinity : Number(text.replace(' ms', '')));

export class Oracle {
  constructor(
    private readonly events: readonly CityEvent[],
    /** Whether two events may be of one match. */
    private readonly together: (first: CityEvent, other: CityEvent) => boolean = () => true,
  ) {}

  /** Names that comparisons ask for; what else events are called makes no other match of them. */
  private compared: ReadonlySet<string> = new Set();

  /** All matches of a pattern, comparisons and places included. */
  matches(p: Pattern): Found[] {
    this.compared = new Set(JSON.stringify(p).match(/(?<="of":")[^"]+/g));
    return this.all(p).filter((m) => {
      const events = [...m.bound.values()].flat();
      const first = events.find((e) => e.time === m.start);
      return first === undefined || events.every((e) => this.together(first, e));
    });
  }

  private all(p: Pattern): Found[] {
    const found = this.find(p).filter((m) => m.end - m.start <= ('within' in p ? ms(p.within) : Infinity));
    const where = 'where' in p ? (p.where ?? []) : [];
    return found.filter((m) => where.every((c) => fulfilled(c, m.bound)));
  }

  private find(p: Pattern): Found[] {
    switch (p.op) {
      case 'event':
        return this.events
          .filter((e) => e.event === p.event)
          .map((e) => ({ start: e.time, end: e.time, bound: new Map([[p.as!, [e]]]) }));
      case 'or':
        return this.united(p.of.map((x) => this.all(x)));
      case 'and': {
        const found = p.of
          .filter(({ op }) => op !== 'no')
          .map((x) => this.all(x))
          .reduce((left, right) => left.flatMap((a) => right.map((b) => join(a, b))));
        return found.filter(
          (m) => !p.of.some((x) => x.op === 'no' && this.happened(x, m, m.end - ms(p.within), m.end)),
        );
      }
      case 'times': {
        let tuples = this.all(p.of);
        const found: Found[] = p.min <= 1 ? tuples.slice() : [];
        const one = tuples;
        for (let n = 2; n <= (p.max ?? p.min); n++) {
          tuples = tuples.flatMap((a) => one.filter((b) => follows(a, b)).map((b) => join(a, b)));
          if (n >= p.min) found.push(...tuples);
        }
        return found;
      }
      case 'then':
        return this.then(p.of);
      default:
        throw new Error(p.op);
    }
  }

  private then(items: readonly Pattern[]): Found[] {
    let found: Found[] | undefined;
    let guard: string | undefined;
    for (const item of items) {
      if (item.op === 'no') {
        guard = (item.of as { event: string }).event;
        continue;
      }
      const not = guard;
      const before = found;
      const next = this.all(item);
      const skipped = item.op === 'times' && item.min === 0 ? (before ?? []) : [];
      found =
        before === undefined
          ? next
          : before.flatMap((a) =>
              next.filter((b) => a.end < b.start && !this.between(not, a.end, b.start)).map((b) => join(a, b)),
            );
      found.push(...skipped);
      guard = undefined;
    }
    const last = items.at(-1)!;
    if (last.op !== 'no') return found!;
    const length = ms(last.for);
    return found!
      .filter((a) => !this.happened(last, a, a.end + 1, a.end + length))
      .map((a) => ({ ...a, end: a.end + length }));
  }

  /** Something that must not happen does, near the first event, from a time up to another, both inclusive. */
  /** Matches are sets of events: the same one found by two alternatives is one, by the name that the first gives it. */
  private united(alternatives: readonly Found[][]): Found[] {
    const seen = new Set<string>();
    return alternatives.flat().filter(({ bound }) => {
      const names = [...bound].map(([name, events]) => [
        this.compared.has(name) ? name : '',
        events.map(({ id }) => id),
      ]);
      const identity = JSON.stringify(names.sort());
      return !seen.has(identity) && seen.add(identity);
    });
  }

  private happened({ of }: PatternNo, { start, bound }: Found, from: number, to: number): boolean {
    const first = [...bound.values()].flat().find((e) => e.time === start)!;
    const { event } = of as { event: string };
    return this.events.some((e) => e.event === event && e.time >= from && e.time <= to && this.together(first, e));
  }

  private between(event: string | undefined, from: number, to: number): boolean {
    return event !== undefined && this.events.some((e) => e.event === event && e.time > from && e.time < to);
  }
}

/** The tuple goes on: a later event, or another one of the same moment. */
function follows(a: Found, b: Found): boolean {
  const [x] = [...b.bound.values()].flat();
  const last = [...a.bound.values()].flat().at(-1)!;
  return x!.time > last.time || (x!.time === last.time && x!.id > last.id);
}

function join(a: Found, b: Found): Found {
  const bound = new Map(a.bound);
  for (const [name, events] of b.bound) bound.set(name, [...(bound.get(name) ?? []), ...events]);
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end), bound };
}

/** A condition on its left event: nothing is asked where that is missing, nothing fulfilled where only the right one is. */
function fulfilled({ left, op, right }: Comparison, bound: ReadonlyMap<string, readonly CityEvent[]>): boolean {
  const a = bound.get(left.of)?.at(-1);
  if (a === undefined) return true;
  const x = number(a, left);
  const other = 'value' in right ? undefined : bound.get(right.of)?.at(-1);
  const y = 'value' in right ? Number(right.value) : other === undefined ? NaN : number(other, right);
  return { '>': x > y, '>=': x >= y, '<': x < y, '<=': x <= y, '=': x === y, '!=': x < y || x > y }[op];
}

const number = (e: CityEvent, { times, plus }: EventTerm): number => Number(e.value) * (times ?? 1) + (plus ?? 0);

/** A chain for skip till next: events, some of them n to m times, with what may not come before a step. */
export interface Link {
  event: string;
  as: string;
  min: number;
  max: number;
  /** Only after a step that does not count: a count may go on where the way to the next step is forbidden. */
  not: string | undefined;
  where: Comparison[];
}

/** One opener at a time, event by event. */
export function firstFitting(chain: readonly Link[], within: number, events: readonly CityEvent[]): Found[] {
  const found: Found[] = [];
  for (const opener of events) {
    if (opener.event !== chain[0]!.event || !fits(chain[0]!, opener, new Map())) continue;
    const match = follow(chain, within, events, opener);
    if (match !== undefined) found.push(match);
  }
  return found.sort((a, b) => a.end - b.end || a.start - b.start);
}

function follow(
  chain: readonly Link[],
  within: number,
  events: readonly CityEvent[],
  opener: CityEvent,
): Found | undefined {
  let bound = new Map([[chain[0]!.as, [opener]]]);
  let step = 0;
  let n = 1;
  let last = opener.time;
  for (let i = 0; i < events.length; i++) {
    const e = events[i]!;
    if (e.time - opener.time > within) return undefined;
    const here = chain[step]!;
    const next = chain[step + 1];
    if (e.time > last && n >= here.min && next?.event === e.event && fits(next, e, bound)) {
      bound = new Map([...bound, [next.as, [e]]]);
      step++;
      n = 1;
      last = e.time;
    } else if (
      step > 0 &&
      n < here.max &&
      e.time >= last &&
      here.event === e.event &&
      !taken(bound, e) &&
      fits(here, e, bound)
    ) {
      bound = new Map([...bound, [here.as, [...bound.get(here.as)!, e]]]);
      n++;
      last = e.time;
    }
    if (step === chain.length - 1 && n >= chain[step]!.min) return { start: opener.time, end: e.time, bound };
    const isOver = events[i + 1]?.time !== e.time;
    const not = chain[step + 1]?.not;
    if (isOver && e.time > last && events.some((x) => x.event === not && x.time === e.time)) return undefined;
  }
  return undefined;
}

const taken = (bound: ReadonlyMap<string, readonly CityEvent[]>, e: CityEvent): boolean =>
  [...bound.values()].some((list) => list.includes(e));

function fits(link: Link, e: CityEvent, bound: ReadonlyMap<string, readonly CityEvent[]>): boolean {
  const now = new Map([...bound].map(([name, list]) => [name, [...list]]));
  now.set(link.as, [...(now.get(link.as) ?? []), e]);
  return link.where.every((c) => fulfilled(c, now));
}

/** A count with a limit of its own, and what comes after it: steps, and at the end perhaps a silence. */
export interface Counted {
  event: string;
  min: number;
  max: number;
  /** Limit of the count. */
  own: number;
  rest: readonly { event: string; not: string | undefined }[];
  /** Nothing of `c` for so long, at the end. */
  silence: number | undefined;
  /** Limit of all. */
  within: number;
}

interface Group {
  /** What a step before it has taken. */
  before: readonly CityEvent[];
  taken: CityEvent[];
  /** How many of what comes after it were taken. */
  step: number;
  isCollecting: boolean;
  /** What must not come before the first step has come since the last event. */
  isBlocked: boolean;
}

/** Skip till next, instant by instant; at most one event at a time. A count collects until what comes next fits. */
export class CountedGroups {
  private groups: Group[] = [];
  readonly found: string[] = [];

  constructor(
    private readonly counted: Counted,
    private readonly before: readonly CityEvent[],
    /** A group that is no longer collecting is followed by the next one. */
    private readonly isRepeated: boolean,
  ) {
    this.begin();
  }

  private begin(): void {
    this.groups.push({ before: this.before, taken: [], step: 0, isCollecting: true, isBlocked: false });
  }

  at(t: number, event: CityEvent | undefined): void {
    this.grownOld(t);
    if (event !== undefined) {
      for (const group of this.groups.slice()) this.take(group, event);
      for (const group of this.groups.slice()) this.forbid(group, event);
    }
    for (const group of this.groups.slice()) this.silent(group, t);
  }

  private all = (group: Group): readonly CityEvent[] => [...group.before, ...group.taken];

  private last = (group: Group): number => this.all(group).at(-1)?.time ?? -Infinity;

  private isEnough = (group: Group): boolean => group.taken.length >= this.counted.min;

  private grownOld(t: number): void {
    for (const group of this.groups.slice()) {
      const [first] = this.all(group);
      if (first !== undefined && t - first.time > this.counted.within) this.drop(group);
      else if (group.isCollecting && group.taken.length > 0 && t - group.taken[0]!.time > this.counted.own) {
        this.close(group);
        if (!this.isEnough(group) || group.isBlocked) this.drop(group);
      }
    }
  }

  private take(group: Group, event: CityEvent): void {
    const { counted } = this;
    const isNext = event.event === counted.rest[group.step]?.event && !group.isBlocked;
    if (isNext && this.isEnough(group)) {
      group.taken.push(event);
      group.step++;
      if (this.close(group)) this.take(this.groups.at(-1)!, event);
      if (group.step === counted.rest.length && counted.silence === undefined) this.tell(group, event.time);
    } else if (group.isCollecting && event.event === counted.event) {
      group.taken.push(event);
      group.isBlocked = false;
      if (group.taken.length === counted.max) this.close(group);
    }
  }

  private forbid(group: Group, event: CityEvent): void {
    const { rest, silence } = this.counted;
    if (!this.isEnough(group) || event.time === this.last(group)) return;
    const not = group.step < rest.length ? rest[group.step]!.not : silence === undefined ? undefined : 'c';
    if (event.event !== not) return;
    group.isBlocked = true;
    if (!group.isCollecting) this.drop(group);
  }

  private silent(group: Group, t: number): void {
    const { rest, silence } = this.counted;
    if (silence === undefined || group.step < rest.length || !this.isEnough(group) || group.isBlocked) return;
    if (t < this.last(group) + silence) return;
    this.close(group);
    this.tell(group, t);
  }

  /** @returns whether the next one collects now */
  private close(group: Group): boolean {
    if (!group.isCollecting) return false;
    group.isCollecting = false;
    if (this.isRepeated) this.begin();
    return this.isRepeated;
  }

  private tell(group: Group, end: number): void {
    this.found.push(`${end}: ${this.all(group).map(({ event, time }) => `${event}${time}`).join(' ')}`); // prettier-ignore
    this.drop(group);
  }

  private drop(group: Group): void {
    this.groups = this.groups.filter((other) => other !== group);
    // nothing follows what came too late for the step before it
    if (this.before.length === 0) this.close(group);
  }
}
