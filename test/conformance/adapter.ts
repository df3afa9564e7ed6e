/** From the neutral form of a case to our definition and our events. */
import type { Comparison, EventTerm, Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import { formatDuration } from '../../nodes/ecdm/duration';
import type { CityEvent } from '../../nodes/ecdm/event';
import { childrenOf, type Case, type Cell, type CountNode, type EventNode, type Node } from './cases';
import {
  anyOfAll,
  attributesOf,
  calls,
  evaluate,
  line,
  parseWhere,
  truth,
  type Atom,
  type Attribute,
  type Compare,
  type Expression,
} from './where';
import { eventsOf, SCALE, START } from './events';
import { asMeant } from './meant';
import { marker, openersOf } from './openers';

/** A closed list: what our language does not say. */
const REASONS = {
  call: 'a condition calls a function',
  line: 'a condition compares sums of several events',
  index: 'a condition looks at an occurrence of a count that has no name of its own',
  there: 'a condition asks whether an earlier event, or a value of it, is there',
  silence: 'a silence is longer than the limit of the pattern, so that nothing ever fits: our rules refuse it',
} as const;

export class NotExpressible extends Error {
  constructor(readonly reason: keyof typeof REASONS) {
    super(REASONS[reason]);
  }
}

/** Occurrences of a count that have a name each. */
const MOST_NAMED = 10;
/** Patterns without a limit of their own. */
const ALWAYS = '3000 d';

export interface Adapted {
  definition: StatusDefinition;
  events: CityEvent[];
  /** Time up to which there are results. */
  end: number;
  /** Names under which the occurrences of a reference are bound, in their order. */
  names: ReadonlyMap<string, readonly string[]>;
  /** References that stand for several events. */
  counted: ReadonlySet<string>;
}

export function adapt(c: Case): Adapted {
  return new Adapter({ ...c, pattern: asMeant(c.pattern) }).adapt();
}

class Adapter {
  private unnamed = 0;
  /** Limit of what is being adapted, in milliseconds of the case. */
  private limit = Infinity;
  private readonly names = new Map<string, string[]>();
  /** Conditions over one event that are worked out beforehand. */
  private readonly computed = new Map<
    string,
    { stream: string; name: string; of: (values: Record<string, Cell>) => Cell }
  >();
  /** Where only one event can begin the match: the field that is true for it, by step. */
  private readonly opens = new Map<object, string>();
  private readonly marks: ReturnType<typeof marker>[] = [];
  private readonly refs = new Set<string>();
  private readonly counted = new Set<string>();
  private readonly streams = new Set<string>();

  /** Most events with an equal stamp. */
  private readonly ties: number;

  constructor(private readonly c: Case) {
    const counts = new Map<number, number>();
    for (const [, offset] of c.events) counts.set(offset, (counts.get(offset) ?? 0) + 1);
    this.ties = Math.max(1, ...counts.values());
    const walk = (node: Node): void => {
      if ('stream' in node) this.streams.add(node.stream);
      if (node.op === 'event' && node.ref) this.refs.add(node.ref);
      if (node.op === 'count' && node.of.op === 'event' && node.of.ref) this.counted.add(node.of.ref);
      childrenOf(node).forEach(walk);
    };
    walk(c.pattern);
    if (beginsWithEvery(c.pattern)) return;
    for (const opener of openersOf(c.pattern)) {
      for (const step of opener.steps) this.opens.set(step, `o${this.marks.length}`);
      this.marks.push(marker(opener, this.streams));
    }
  }

  adapt(): Adapted {
    const { c } = this;
    const made = this.pattern(c.pattern, true);
    const definition: StatusDefinition = {
      id: c.id,
      name: c.id,
      when: { op: 'then', of: [made], within: ALWAYS },
      per: { by: 'station' },
      pairing: beginsWithEvery(c.pattern) ? 'each' : 'once',
      severity: 'minor',
      clear: { byHand: true },
      lateness: ALWAYS,
    };
    const events = eventsOf(c, (stream, key, values) => this.computedFor(stream, key, values));
    const last = Math.max(0, ...c.events.map(([, offset]) => offset));
    const end = START + (c.observe_until_ms ?? last) * SCALE + SCALE - 1;
    return { definition, events, end, names: this.names, counted: this.counted };
  }

  /** What is worked out beforehand for an event. */
  private computedFor(stream: string, key: string, values: Record<string, Cell>): Record<string, Cell> {
    const more: Record<string, Cell> = {};
    for (const made of this.computed.values()) if (made.stream === stream) more[made.name] = made.of(values);
    this.marks.forEach((mark, i) => (more[`o${i}`] = mark(stream, key, values)));
    return more;
  }

  // ---- the pattern

  private pattern(node: Node, first: boolean): Pattern {
    switch (node.op) {
      case 'event':
        return this.event(node, node.ref ?? this.newName(), 'only');
      case 'not': {
        if ((node.for_ms ?? 0) > this.limit) throw new NotExpressible('silence');
        const of = this.event(node, node.ref ?? this.newName(), 'only');
        // at the border ours still counts what happens, the other engine does not; the border is as wide as the ties
        return node.for_ms === undefined || node.for_ms === null
          ? { op: 'no', of }
          : { op: 'no', of, for: formatDuration(node.for_ms * SCALE - this.ties) };
      }
      case 'seq':
        return { op: 'then', of: this.sequence(node.items, node.strict === true, first) };
      case 'and':
      case 'or':
        return { op: node.op, of: node.items.map((item) => this.pattern(item, first)) };
      case 'count':
        return this.count(node, undefined);
      case 'every':
        return this.every(node.of, first);
      case 'within':
        return this.within(node, first);
    }
  }

  private within({ ms, of }: Extract<Node, { op: 'within' }>, first: boolean): Pattern {
    const outer = this.limit;
    this.limit = Math.min(outer, ms);
    const made = this.pattern(of, first);
    this.limit = outer;
    return { op: 'then', of: [made], within: formatDuration(ms * SCALE) };
  }

  private newName(): string {
    return `x${++this.unnamed}`;
  }

  /** In a strict sequence nothing else of its streams may come before a step has happened. */
  private sequence(items: readonly Node[], strict: boolean, first: boolean): Pattern[] {
    return items.map((item, i) => {
      if (!strict) return this.pattern(item, first && i === 0);
      return this.strict(item, i === 0, true);
    });
  }

  private strict(item: Node, first: boolean, once: boolean): Pattern {
    if (item.op === 'every') return { op: 'every', of: this.strict(item.of, first, false) };
    if (item.op === 'count') return this.count(item, first ? 'first' : 'later');
    const of = this.pattern(item, first);
    if (!first) return this.alone(of, item.op === 'not' ? item.stream : undefined);
    // without `every` there is no second try
    return once && of.op === 'no' ? { op: 'and', of: [of, { op: 'no', of: of.of }] } : of;
  }

  /** What must be silent ends the step by itself, and only where it fits. */
  private alone(of: Pattern, but?: string): Pattern {
    const others = [...this.streams].filter((stream) => stream !== but);
    if (others.length === 0) return of;
    const any: Pattern = { op: 'or', of: others.map((event) => ({ op: 'event', event })) };
    return { op: 'and', of: [of, { op: 'no', of: any }] };
  }

  /**
   * Occurrences at which others look have a name each. The first one also stands alone where it has conditions of its
   * own: nothing was before it.
   */
  private count(node: CountNode, strict: 'first' | 'later' | undefined): Pattern {
    const { min, of } = node;
    const max = node.max ?? null;
    if (of.op === 'event') return this.occurrences(of, min, strict)(0, min, max);
    const once = this.pattern(of, false);
    return times(strict === undefined ? once : this.alone(once), min, max);
  }

  /** With a count at its end, the next one begins as soon as there are enough; what comes then belongs to both. */
  private every(of: Node, first: boolean): Pattern {
    const before = of.op === 'seq' && of.strict !== true ? of.items.slice(0, -1) : [];
    const last = before.length > 0 && of.op === 'seq' ? of.items.at(-1)! : of;
    if (last.op !== 'count' || last.of.op !== 'event' || last.min === last.max)
      return { op: 'every', of: this.pattern(of, first) };
    const { min, max = null } = last;
    if (min + before.length === 0) return { op: 'every', of: this.pattern(of, first) };
    const part = this.occurrences(last.of, min, undefined);
    const steps = this.sequence(before, false, first);
    const enough: Pattern = { op: 'then', of: min === 0 ? steps : [...steps, part(0, min, min)] };
    return { op: 'then', of: [{ op: 'every', of: enough }, part(min, min, max)] };
  }

  /** Makes what comes from one occurrence on, if there are so many of them in all. */
  private occurrences(
    of: EventNode,
    min: number,
    strict: 'first' | 'later' | undefined,
  ): (i: number, least: number, most: number | null) => Pattern {
    const wrap = (p: Pattern): Pattern => (strict === undefined ? p : this.alone(p));
    const ref = of.ref ?? this.newName();
    const own =
      typeof of.where === 'string' &&
      attributesOf(parseWhere(of.where)).some((a) => a.ref === ref && a.index !== undefined);
    const looked = this.looksAt(ref);
    // the newest one has the name of the rest only where there is always a rest
    if (looked.named > 0 && (own || (looked.newest && min <= looked.named))) throw new NotExpressible('index');
    const names = Array.from({ length: looked.named }, (_, i) => `${ref}_${i}`);
    if (names.length === 0 && (own || strict === 'first' || this.opens.has(of))) names.push(ref);
    this.names.set(ref, [...new Set([...names, ref])]);
    const from = (i: number, least: number, most: number | null): Pattern => {
      if (i >= names.length) {
        const next = wrap(this.event(of, ref, i === 0 ? 'only' : 'next'));
        return times(next, Math.max(0, least - i), most === null ? null : most - i);
      }
      const begin = this.event(of, ref, i === 0 ? 'first' : 'next', names[i]);
      const head = i === 0 && strict === 'first' ? begin : wrap(begin);
      const both: Pattern = most === i + 1 ? head : { op: 'then', of: [head, from(i + 1, least, most)] };
      return i < least ? both : times(both, 0, 1);
    };
    return from;
  }

  /** At which occurrences of a count the conditions of other steps look: the newest, the first few. */
  private looksAt(ref: string): { named: number; newest: boolean } {
    const found = { named: 0, newest: false };
    const walk = (node: Node): void => {
      if ('where' in node && typeof node.where === 'string' && node.ref !== ref) {
        for (const a of attributesOf(parseWhere(node.where))) {
          if (a.ref !== ref) continue;
          if (a.index !== 'last') found.named = Math.max(found.named, (a.index ?? 0) + 1);
          else if (a.back) throw new NotExpressible('index');
          else found.newest = true;
        }
      }
      childrenOf(node).forEach(walk);
    };
    walk(this.c.pattern);
    if (found.named > MOST_NAMED) throw new NotExpressible('index');
    return found;
  }

  // ---- one event and its conditions

  private event(
    node: { stream: string; where?: string | null },
    ref: string,
    place: 'only' | 'first' | 'next',
    name = ref,
  ): Pattern {
    if (!this.names.has(ref)) this.names.set(ref, [name]);
    const event: Pattern = { op: 'event', event: node.stream, as: name };
    const opens = place === 'next' ? undefined : this.opens.get(node);
    const opening: Comparison[] =
      opens === undefined ? [] : [{ left: { of: name, field: `value.${opens}` }, op: '=', right: { value: true } }];
    if (typeof node.where !== 'string' || node.where.trim() === '')
      return opening.length === 0 ? event : { op: 'then', of: [event], where: opening };
    const ways: Pattern[] = [];
    for (const atoms of anyOfAll(parseWhere(node.where))) {
      const where = [...opening];
      let possible = true;
      for (const atom of atoms) {
        const made = this.condition(atom, node.stream, ref, name, place);
        if (made === false) possible = false;
        else if (made !== true) where.push(made);
      }
      if (possible) ways.push(where.length === 0 ? event : { op: 'then', of: [event], where });
    }
    if (ways.length === 0) return { op: 'then', of: [event], where: [this.never(name)] };
    return ways.length === 1 ? ways[0]! : { op: 'or', of: ways };
  }

  private never(name: string): Comparison {
    return { left: { of: name, field: 'key' }, op: '=', right: { value: '(never)' } };
  }

  /** A comparison, or what is known beforehand. */
  private condition(atom: Atom, stream: string, ref: string, name: string, place: string): Comparison | boolean {
    const sides = atom.t === 'compare' ? [atom.left, atom.right] : atom.t === 'call' ? [] : [atom.of];
    if (atom.t === 'call' || sides.some(calls)) throw new NotExpressible('call');
    // without a place in the count it is the event at hand
    const isOwn = (a: Attribute): boolean =>
      (a.ref === undefined && !this.isStep(a.name, stream)) ||
      (a.ref === ref && (a.index === undefined || !this.counted.has(ref)));
    const others = sides.flatMap(attributesOf).filter((a) => !isOwn(a));
    if (others.length === 0) return this.own(atom, stream, name);
    const self = others.some((a) => a.ref === ref);
    if (self && others.some((a) => a.back)) throw new NotExpressible('index');
    if (atom.t === 'isNull' || atom.t === 'isValue') {
      if (!self) throw new NotExpressible('there');
      return (atom.t === 'isNull') === (place === 'first');
    }
    if (atom.t === 'truth') throw new NotExpressible('line');
    // nothing can be compared with an occurrence that is not there
    if ((self && place === 'first') || others.some((a) => !this.counted.has(a.ref ?? '') && isLater(a))) return false;
    return this.across(atom, stream, name, isOwn);
  }

  /** A bare name of a step stands for its event. */
  private isStep(name: string, stream: string): boolean {
    return this.refs.has(name) && this.c.streams?.[stream]?.some(([attribute]) => attribute === name) !== true;
  }

  private own(atom: Atom, stream: string, name: string): Comparison {
    if (atom.t === 'compare' && atom.left.t === 'attribute' && atom.right.t === 'value' && atom.right.value !== null) {
      return { left: { of: name, field: `value.${atom.left.name}` }, op: atom.op, right: { value: atom.right.value } };
    }
    const field = this.compute(stream, JSON.stringify(atom), (values) => truth(atom, values));
    return { left: { of: name, field }, op: '=', right: { value: true } };
  }

  private compute(stream: string, text: string, of: (values: Record<string, Cell>) => Cell): string {
    const id = `${stream} ${text}`;
    const known = this.computed.get(id);
    const name = known?.name ?? `c${this.computed.size}`;
    if (known === undefined) this.computed.set(id, { stream, name, of });
    return `value.${name}`;
  }

  /** The event at hand stands on the left: a comparison is a condition on that side. */
  private across(atom: Compare, stream: string, name: string, isOwn: (a: Attribute) => boolean): Comparison {
    const foreign = (e: Expression): boolean => attributesOf(e).some((a) => !isOwn(a));
    const flip = foreign(atom.left);
    const [near, far] = flip ? [atom.right, atom.left] : [atom.left, atom.right];
    if (foreign(near)) throw new NotExpressible('line');
    // whatever the own side is, it is worked out for its event beforehand
    const left: EventTerm = {
      of: name,
      field: this.compute(stream, JSON.stringify(near), (values) => evaluate(near, values)),
    };
    const op = flip ? FLIPPED[atom.op] : atom.op;
    return { left, op, right: this.term(far) };
  }

  private term(e: Expression): EventTerm {
    const straight = e.t === 'attribute' ? { of: e, times: 1, plus: 0 } : line(e);
    if (straight?.of?.ref === undefined) throw new NotExpressible('line');
    const { of, times: factor, plus } = straight;
    const name = of.index === 'last' || !this.counted.has(of.ref!) ? of.ref! : `${of.ref}_${of.index ?? 0}`;
    return {
      of: name,
      field: `value.${of.name}`,
      ...(factor === 1 ? {} : { times: factor }),
      ...(plus === 0 ? {} : { plus }),
    };
  }
}

/** Not the only one there is, where there is no count. */
function isLater({ index, back }: Attribute): boolean {
  return (typeof index === 'number' && index > 0) || (back ?? 0) > 0;
}

const FLIPPED = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '=': '=', '!=': '!=' } as const;

function times(of: Pattern, min: number, max: number | null): Pattern {
  return { op: 'times', of, min, ...(max === null ? {} : { max }) };
}

/** Without it, the other engine matches once. */
function beginsWithEvery(node: Node): boolean {
  if (node.op === 'every') return true;
  if (node.op === 'seq') return beginsWithEvery(node.items[0]!);
  return node.op === 'within' && beginsWithEvery(node.of);
}
