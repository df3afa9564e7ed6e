/** The runs of one key, and how they are written to a file and read again. */
import type { CityEvent } from '../../../ecdm/event';
import type { Place } from '../../../ecdm/observation';
import type { Box } from '../state';
import { dueOf, isSilence, leaves, type Active, type Position, type SilenceActive } from './active';
import { oldAt } from './end';
import type { Bound } from './compare';
import { childrenOf, type Program, type SilenceStep, type Step } from './step';

/** One way in which the pattern may still come true. Never changed. */
export interface Run {
  /** Older ones first. */
  readonly order: number;
  /** The opener that it comes from; 0 for what opens runs. */
  readonly root: number;
  readonly a: Active;
  readonly bound: Bound | undefined;
  /** When a silence of it is over; Infinity without. */
  readonly due: number;
  /** When it, or a part of it, gets too old. */
  readonly old: number;
  /** Runs of equal meaning have equal ones (pairing `newest`); the latest start stays. */
  readonly group: string;
}

/** Runs that wait for the same events. */
export interface Waiting {
  readonly symbols: readonly number[];
  runs: Run[];
}

type Changing<T> = { -readonly [Field in keyof T]: T[Field] };

export class RunBox implements Box {
  lists: Waiting[] = [];
  size = 0;
  /** Last order and root that were given. */
  orders = 0;
  roots = 0;
  /** First time at which a silence is over. */
  due = Infinity;
  /** First time at which something is too old. */
  old = Infinity;
  /** Something that must not happen holds. */
  held = false;
  /** `once`: it was told, or goes on with this opener only. */
  only = -1;
  /** When what must not have happened before last did. */
  seen: number[];
  /** Events of the last matches: the evidence. */
  evidence: readonly CityEvent[] = [];
  private groups: Map<string, Run[]> | undefined;

  constructor(
    readonly key: string,
    lookBack: number,
  ) {
    this.seen = new Array<number>(lookBack).fill(-Infinity);
  }

  copy(): RunBox {
    const box = new RunBox(this.key, 0);
    box.lists = this.lists.map(({ symbols, runs }) => ({ symbols, runs: runs.slice() }));
    box.size = this.size;
    box.orders = this.orders;
    box.roots = this.roots;
    box.due = this.due;
    box.old = this.old;
    box.held = this.held;
    box.only = this.only;
    box.seen = this.seen.slice();
    box.evidence = this.evidence;
    return box;
  }

  add(run: Run, symbols: readonly number[]): void {
    let list = this.lists.find((known) => known.symbols === symbols);
    if (list === undefined) this.lists.push((list = { symbols, runs: [] }));
    list.runs.push(run);
    this.size++;
    if (run.due < this.due) this.due = run.due;
    if (run.old < this.old) this.old = run.old;
    if (run.group !== '') this.grouped(run.group).push(run);
  }

  /** Runs of equal meaning. */
  grouped(group: string): Run[] {
    if (this.groups === undefined) {
      this.groups = new Map();
      for (const { runs } of this.lists) for (const run of runs) this.grouped(run.group).push(run);
    }
    let runs = this.groups.get(group);
    if (runs === undefined) this.groups.set(group, (runs = []));
    return runs;
  }

  remove(run: Run): void {
    for (const list of this.lists) {
      const at = list.runs.indexOf(run);
      if (at < 0) continue;
      list.runs.splice(at, 1);
      this.taken(run);
      return;
    }
  }

  /** It was taken out of its list. */
  taken(run: Run): void {
    this.size--;
    if (run.group === '' || this.groups === undefined) return;
    const runs = this.groups.get(run.group);
    const at = runs === undefined ? -1 : runs.indexOf(run);
    if (at < 0) return;
    if (runs!.length === 1) this.groups.delete(run.group);
    else runs!.splice(at, 1);
  }

  /** Keeps those that are told to stay. */
  sweep(stays: (run: Run) => boolean): void {
    this.due = this.old = Infinity;
    for (const list of this.lists) {
      let kept = 0;
      for (const run of list.runs) {
        if (!stays(run)) {
          this.taken(run);
          continue;
        }
        list.runs[kept++] = run;
        if (run.due < this.due) this.due = run.due;
        if (run.old < this.old) this.old = run.old;
      }
      list.runs.length = kept;
    }
  }

  /** Nobody knows what was heard up to `from`: silences that are waited for are counted from there. */
  rearm(from: number): void {
    this.eachSilence((silence) => {
      if (Number.isNaN(silence.due) || silence.since >= from) return;
      silence.since = from;
      silence.due = from + silence.s.ms;
    });
  }

  /** The sensors of some silences are gone: nobody waits for those any more. @returns whether there are any */
  leave(isUnmissed: (step: SilenceStep) => boolean): boolean {
    let any = false;
    this.eachSilence((silence) => {
      if (Number.isNaN(silence.due) || !isUnmissed(silence.s)) return;
      silence.due = NaN;
      any = true;
    });
    return any;
  }

  /** They are there again: from `known` on their silence counts. @returns whether there are any */
  comeBack(isBack: (step: SilenceStep) => boolean, known: number): boolean {
    let any = false;
    this.eachSilence((silence) => {
      if (!Number.isNaN(silence.due) || !isBack(silence.s)) return;
      silence.since = known;
      silence.due = known + silence.s.ms;
      any = true;
    });
    return any;
  }

  private eachSilence(change: (silence: Changing<SilenceActive>) => void): void {
    for (const run of this.all()) {
      leaves(run.a, (leaf) => {
        if (isSilence(leaf)) change(leaf);
      });
      (run as Changing<Run>).due = dueOf(run.a);
    }
    this.sweep(() => true);
  }

  /** The oldest run that has begun. */
  oldest(): Run | undefined {
    let oldest: Run | undefined;
    for (const { runs } of this.lists) {
      const run = runs.find((other) => other.root !== 0);
      if (run !== undefined && (oldest === undefined || run.order < oldest.order)) oldest = run;
    }
    return oldest;
  }

  /** Where the first events lie that wait for others. */
  *places(): Iterable<Place> {
    for (const { runs } of this.lists) {
      for (const { bound } of runs) {
        const place = bound === undefined ? undefined : (bound.first ?? bound).event?.place;
        if (place !== undefined) yield place;
      }
    }
  }

  /** Where the first event of the last match lies. */
  get firstPlace(): Place | undefined {
    return this.evidence[0]?.place;
  }

  *all(): Iterable<Run> {
    for (const { runs } of this.lists) yield* runs;
  }

  toJSON(): PlainBox {
    const writer = new Writer();
    const runs = [...this.all()].sort((a, b) => a.order - b.order);
    return {
      key: this.key,
      orders: this.orders,
      roots: this.roots,
      held: this.held,
      only: this.only,
      seen: this.seen.map((at) => (at === Infinity ? 'holds' : plain(at))),
      runs: runs.map((run) => [run.order, run.root, writer.bound(run.bound), writer.active(run.a), run.group]),
      evidence: this.evidence.map((event) => writer.event(event)),
      links: writer.links,
      events: writer.events,
    };
  }
}

export interface PlainBox {
  key: string;
  orders: number;
  roots: number;
  held: boolean;
  only: number;
  seen: (number | null | 'holds')[];
  runs: [order: number, root: number, bound: number, active: PlainActive, group: string][];
  evidence: number[];
  /** Event, name, time, the one before, what it rests on besides. */
  links: [event: number, alias: number, time: number, before: number, ...beside: number[]][];
  events: CityEvent[];
}

/** Id of the step, and what it remembers. */
type PlainActive = [step: number, ...rest: (number | null | PlainActive | PlainPosition[] | (PlainActive | null)[])[]];
type PlainPosition = [i: number, a: PlainActive, since: number | null, begun: number];

const plain = (n: number): number | null => (Number.isFinite(n) ? n : null);

/** Which step took an event counts only in its own moment. */
const NO_STEP = -1;

/** Times that are no number are always "long ago", but for the end of a silence that is not yet counted. */
const past = (n: number | null): number => n ?? -Infinity;

class Writer {
  readonly links: PlainBox['links'] = [];
  readonly events: CityEvent[] = [];
  private readonly linkAt = new Map<Bound, number>();
  private readonly eventAt = new Map<CityEvent, number>();

  event(event: CityEvent): number {
    let at = this.eventAt.get(event);
    if (at === undefined) this.eventAt.set(event, (at = this.events.push(event) - 1));
    return at;
  }

  bound(bound: Bound | undefined): number {
    if (bound === undefined) return -1;
    let at = this.linkAt.get(bound);
    if (at === undefined) {
      const before = this.bound(bound.before);
      const event = bound.event === undefined ? -1 : this.event(bound.event);
      const beside = (bound.beside ?? []).map((one) => this.event(one));
      this.linkAt.set(bound, (at = this.links.push([event, bound.alias, bound.time, before, ...beside]) - 1));
    }
    return at;
  }

  active(a: Active): PlainActive {
    const { id } = a.s;
    if ('after' in a) return [id, plain(a.after)];
    if ('at' in a)
      return [id, a.at.map((p): PlainPosition => [p.i, this.active(p.a), plain(p.since), p.begun ? 1 : 0])];
    if ('parts' in a) {
      const parts = a.parts.map((part) => (part === undefined ? null : this.active(part)));
      return 'since' in a ? [id, parts, plain(a.since)] : [id, parts];
    }
    // of one that nobody waits for the end is its beginning
    if ('due' in a) return [id, plain(a.since), plain(Number.isNaN(a.due) ? a.since : a.due)];
    if ('n' in a) {
      const next = a.a === undefined ? null : this.active(a.a);
      return [id, a.n, next, a.begun ? 1 : 0, this.bound(a.entry), ...(a.apart ?? [])];
    }
    if ('before' in a) return [id, this.active(a.a), this.bound(a.before), ...(a.apart ?? [])];
    return [id, this.active(a.a), a.start ?? null, this.bound(a.entry)];
  }
}

class Reader {
  private readonly links: Bound[] = [];

  constructor(
    p: PlainBox,
    private readonly steps: readonly Step[],
  ) {
    for (const [event, alias, time, before, ...others] of p.links) {
      const earlier = this.bound(before);
      const first = earlier === undefined ? undefined : (earlier.first ?? earlier);
      const bound = { event: p.events[event], alias, step: NO_STEP, time, before: earlier, first };
      this.links.push(others.length === 0 ? bound : { ...bound, beside: others.map((one) => p.events[one]!) });
    }
  }

  bound(at: number): Bound | undefined {
    return at < 0 ? undefined : this.links[at];
  }

  active(p: PlainActive): Active {
    const s = this.steps[p[0]]!;
    const [, one, two, three, four] = p;
    switch (s.t) {
      case 'event':
        return { s, after: past(one as number | null) };
      case 'then':
        return { s, at: (one as PlainPosition[]).map((position) => this.position(position)) };
      case 'and':
        return { s, parts: this.parts(one), since: past(two as number | null) };
      case 'or':
        return { s, parts: this.parts(one) };
      case 'times':
        return {
          s,
          n: one as number,
          a: two === null ? undefined : this.active(two as PlainActive),
          begun: three === 1,
          entry: this.bound(four as number),
          apart: others(p, 5),
        };
      case 'every':
        return { s, a: this.active(one as PlainActive), before: this.bound(two as number), apart: others(p, 3) };
      case 'silence':
        if (one !== null && one === two) return { s, since: one as number, due: NaN };
        return { s, since: past(one as number | null), due: (two as number | null) ?? Infinity };
      case 'within':
        return {
          s,
          a: this.active(one as PlainActive),
          start: (two as number | null) ?? undefined,
          entry: this.bound(three as number),
        };
    }
  }

  private position([i, a, since, begun]: PlainPosition): Position {
    return { i, a: this.active(a), since: past(since), begun: begun === 1 };
  }

  private parts(p: unknown): (Active | undefined)[] {
    return (p as (PlainActive | null)[]).map((part) => (part === null ? undefined : this.active(part)));
  }
}

/** The numbers from there on, where there are any. */
function others(p: PlainActive, from: number): number[] | undefined {
  return p.length > from ? (p.slice(from) as number[]) : undefined;
}

/** Reads what {@link RunBox.toJSON} wrote. */
export function reviveBox(p: PlainBox, program: Program, symbolsOf: (a: Active) => readonly number[]): RunBox {
  const box = new RunBox(p.key, 0);
  const reader = new Reader(p, program.steps);
  for (const [order, root, bound, active, group] of p.runs) {
    const a = reader.active(active);
    const run = { order, root, a, bound: reader.bound(bound), due: dueOf(a), old: oldAt(a), group };
    box.add(run, symbolsOf(a));
  }
  box.orders = p.orders;
  box.roots = p.roots;
  box.held = p.held;
  box.only = p.only;
  box.seen = p.seen.map((at) => (at === 'holds' ? Infinity : past(at)));
  box.evidence = p.evidence.map((at) => p.events[at]!);
  return box;
}

/** Lists of symbols that runs wait for, each list made once. */
export class Interest {
  private readonly lists = new Map<string, readonly number[]>();

  of(a: Active): readonly number[] {
    const wanted = new Set<number>();
    leaves(a, (leaf) => {
      if (leaf.s.t === 'event') for (const symbol of leaf.s.symbols) wanted.add(symbol);
    });
    const sorted = [...wanted].sort((x, y) => x - y);
    const name = sorted.join();
    let list = this.lists.get(name);
    if (list === undefined) this.lists.set(name, (list = sorted));
    return list;
  }
}

/** All steps of a tree, by id. */
export function stepsOf(root: Step): Step[] {
  const steps: Step[] = [];
  const walk = (step: Step): void => {
    steps[step.id] = step;
    for (const child of childrenOf(step)) walk(child);
  };
  walk(root);
  return steps;
}
