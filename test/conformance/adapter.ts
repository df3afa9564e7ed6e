/** From the neutral form of a case to our definition and our events. */
import type { Comparison, EventTerm, Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import { formatDuration } from '../../nodes/ecdm/duration';
import type { CityEvent } from '../../nodes/ecdm/event';
import { childrenOf, type Case, type Cell, type Node } from './cases';
import {
  anyOfAll,
  attributesOf,
  calls,
  evaluate,
  line,
  parseWhere,
  type Atom,
  type Attribute,
  type Compare,
  type Expression,
} from './where';

/** A closed list: what our language does not say. */
export const REASONS = {
  call: 'a condition calls a function',
  line: 'a condition compares sums of several events',
  index: 'a condition looks at an occurrence of a count that is neither the first nor the newest, or at both',
  order: 'a condition of a count looks at what comes later',
} as const;

export class NotExpressible extends Error {
  constructor(readonly reason: keyof typeof REASONS) {
    super(REASONS[reason]);
  }
}

/** Milliseconds of the case are seconds for us, so that events with equal stamps can be spread by their arrival. */
const SCALE = 1000;
export const START = Date.UTC(2026, 0, 1);
/** Patterns without a limit of their own. */
const ALWAYS = '3000 d';

export interface Adapted {
  definition: StatusDefinition;
  events: CityEvent[];
  /** Time up to which there are results. */
  end: number;
  /** Names under which the occurrences of a reference are bound, in their order. */
  names: ReadonlyMap<string, readonly string[]>;
}

export function adapt(c: Case): Adapted {
  return new Adapter(c).adapt();
}

class Adapter {
  private unnamed = 0;
  private readonly names = new Map<string, string[]>();
  /** Conditions over one event that are worked out beforehand. */
  private readonly computed = new Map<
    string,
    { stream: string; name: string; of: (values: Record<string, Cell>) => Cell }
  >();
  private readonly counted = new Set<string>();
  private readonly streams = new Set<string>();

  constructor(private readonly c: Case) {
    const walk = (node: Node): void => {
      if ('stream' in node) this.streams.add(node.stream);
      if (node.op === 'count' && node.of.op === 'event' && node.of.ref) this.counted.add(node.of.ref);
      childrenOf(node).forEach(walk);
    };
    walk(c.pattern);
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
    const events = this.events();
    const last = Math.max(0, ...c.events.map(([, offset]) => offset));
    const end = START + (c.observe_until_ms ?? last) * SCALE + SCALE - 1;
    return { definition, events, end, names: this.names };
  }

  // ---- events

  private events(): CityEvent[] {
    const keys = new Map<string, string>();
    for (const [, attribute, stream] of (this.c.partition ?? '').matchAll(/(\w+)\s+of\s+(\w+)/g))
      keys.set(stream!, attribute!);
    const ties = new Map<number, number>();
    return this.c.events.map(([stream, offset, cells], i): CityEvent => {
      const tie = ties.get(offset) ?? 0;
      ties.set(offset, tie + 1);
      const values: Record<string, Cell> = {};
      this.c.streams[stream]?.forEach(([name], at) => (values[name] = cells[at] ?? null));
      const key = keys.has(stream) ? String(values[keys.get(stream)!]) : 'all';
      const value: Record<string, Cell> = { ...values };
      for (const made of this.computed.values()) if (made.stream === stream) value[made.name] = made.of(values);
      return {
        id: `${i}`,
        event: stream,
        name: stream,
        domain: undefined,
        key,
        keyName: undefined,
        stream: `${stream}|${key}`,
        property: undefined,
        time: START + offset * SCALE + tie,
        timeEnd: undefined,
        place: undefined,
        zones: undefined,
        value,
        unit: undefined,
        limit: undefined,
        kind: 'point',
        source: [],
      };
    });
  }

  // ---- the pattern

  private pattern(node: Node, first: boolean): Pattern {
    switch (node.op) {
      case 'event':
        return this.event(node, node.ref ?? this.newName(), 'only');
      case 'not': {
        const of = this.event(node, node.ref ?? this.newName(), 'only');
        // at the border ours still counts what happens, the other engine does not
        return node.for_ms === undefined || node.for_ms === null
          ? { op: 'no', of }
          : { op: 'no', of, for: formatDuration((node.for_ms - 1) * SCALE) };
      }
      case 'seq':
        return { op: 'then', of: this.sequence(node.items, node.strict === true, first) };
      case 'and':
      case 'or':
        return { op: node.op, of: node.items.map((item) => this.pattern(item, first)) };
      case 'count':
        return this.count(node, undefined);
      case 'every':
        return { op: 'every', of: this.pattern(node.of, first) };
      case 'within':
        return { op: 'then', of: [this.pattern(node.of, first)], within: formatDuration(node.ms * SCALE) };
    }
  }

  private newName(): string {
    return `x${++this.unnamed}`;
  }

  /** In a strict sequence nothing else of its streams may come before a step has happened. */
  private sequence(items: readonly Node[], strict: boolean, first: boolean): Pattern[] {
    return items.map((item, i) => {
      if (!strict) return this.pattern(item, first && i === 0);
      return this.strict(item, i === 0);
    });
  }

  private strict(item: Node, first: boolean): Pattern {
    if (item.op === 'every') return { op: 'every', of: this.strict(item.of, first) };
    if (item.op === 'count') return this.count(item, first ? 'first' : 'later');
    const of = this.pattern(item, first);
    return first ? of : this.alone(of);
  }

  private alone(of: Pattern): Pattern {
    const any: Pattern = { op: 'or', of: [...this.streams].map((event) => ({ op: 'event', event })) };
    return { op: 'and', of: [of, { op: 'no', of: any }] };
  }

  /** The first occurrence has conditions of its own where others look at it, or where it has none before it. */
  private count(node: Extract<Node, { op: 'count' }>, strict: 'first' | 'later' | undefined): Pattern {
    const { min, max, of } = node;
    const wrap = (p: Pattern): Pattern => (strict === undefined ? p : this.alone(p));
    if (of.op !== 'event') return times(wrap(this.pattern(of, false)), min, max);
    const ref = of.ref ?? this.newName();
    const own =
      of.where === undefined || of.where === null
        ? []
        : attributesOf(parseWhere(of.where)).filter((a) => a.ref === ref);
    const looked = this.looksAt(ref);
    const split = own.length > 0 || looked.first || strict === 'first';
    if (!split) return times(wrap(this.event(of, ref, 'only')), min, max);
    if (looked.first && (looked.newest || own.length > 0)) throw new NotExpressible('index');
    const name = looked.first ? `${ref}_first` : ref;
    const begin = this.event(of, ref, 'first', name);
    const head = strict === 'first' ? begin : wrap(begin);
    const rest = times(wrap(this.event(of, ref, 'next')), Math.max(0, min - 1), max === null ? null : max - 1);
    this.names.set(ref, name === ref ? [ref] : [name, ref]);
    const both: Pattern = max === 1 ? head : { op: 'then', of: [head, rest] };
    return min === 0 ? times(both, 0, 1) : both;
  }

  /** Which occurrences of a count the conditions of other steps look at. */
  private looksAt(ref: string): { first: boolean; newest: boolean } {
    const found = { first: false, newest: false };
    const walk = (node: Node): void => {
      if ('where' in node && typeof node.where === 'string' && node.ref !== ref) {
        for (const a of attributesOf(parseWhere(node.where))) {
          if (a.ref !== ref) continue;
          if (a.index === 'last' && !a.back) found.newest = true;
          else if (a.index === undefined || a.index === 0) found.first = true;
          else throw new NotExpressible('index');
        }
      }
      childrenOf(node).forEach(walk);
    };
    walk(this.c.pattern);
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
    if (typeof node.where !== 'string' || node.where.trim() === '') return event;
    const ways: Pattern[] = [];
    for (const atoms of anyOfAll(parseWhere(node.where))) {
      const where: Comparison[] = [];
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
    const isOwn = (a: Attribute): boolean => a.ref === undefined || (a.ref === ref && !this.counted.has(ref));
    const others = sides.flatMap(attributesOf).filter((a) => !isOwn(a));
    if (others.length === 0) return this.own(atom, stream, name);
    const self = others.some((a) => a.ref === ref);
    if (self && others.some((a) => a.back)) throw new NotExpressible('index');
    if (atom.t === 'isNull' || atom.t === 'isValue') {
      if (!self) throw new NotExpressible('index');
      return (atom.t === 'isNull') === (place === 'first');
    }
    if (atom.t === 'truth') throw new NotExpressible('line');
    // nothing can be compared with an occurrence that is not there
    if (self && place === 'first') return false;
    return this.across(atom, stream, name, isOwn);
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
    const name = of.index === 'last' || !this.counted.has(of.ref!) ? of.ref! : `${of.ref}_first`;
    return {
      of: name,
      field: `value.${of.name}`,
      ...(factor === 1 ? {} : { times: factor }),
      ...(plus === 0 ? {} : { plus }),
    };
  }
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

function truth(atom: Atom, values: Readonly<Record<string, Cell>>): Cell {
  if (atom.t === 'call') return null;
  if (atom.t === 'isNull') return evaluate(atom.of, values) === null;
  if (atom.t === 'isValue') return evaluate(atom.of, values) !== null;
  if (atom.t === 'truth') return evaluate(atom.of, values) === atom.value;
  const a = evaluate(atom.left, values);
  const b = evaluate(atom.right, values);
  if (a === null || b === null) return false;
  switch (atom.op) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
}
