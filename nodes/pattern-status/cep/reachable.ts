/** The states that a sequence can come to, found without trying every way that leads to them. */
import { and, checkWays, count, DONE, MOST_STATES, then, tooLarge, within, type Remaining } from './remaining';

/** What may remain after one instant, whatever occurs at it. */
interface Next {
  /** Each once, in the order in which `derive` gives it first: the places of a key's numbers follow it. */
  readonly to: readonly Remaining[];
  /** The ways that `derive` can find to them, equal ones included. */
  readonly ways: number;
}

/** Most characters of keys that are put together for one sequence. */
const MOST_WRITTEN = 1 << 25;

/**
 * Finds what may remain. What comes up in many states is looked at once, and of equal ones one goes on; a sequence that
 * has too many of them is refused as soon as that is known.
 */
export class Reachable {
  private readonly known = new Map<string, Next>();
  /** By what is put around something, the results by that something. */
  private readonly made = new Map<string, Map<string, Remaining>>();
  private written = 0;

  next(r: Remaining): Next {
    let next = this.known.get(r.key);
    if (next === undefined) {
      next = this.find(r);
      this.known.set(r.key, next);
    }
    return next;
  }

  private find(r: Remaining): Next {
    switch (r.t) {
      case 'count':
        return { to: this.counts(r.symbols, r.count), ways: r.count };
      case 'or':
        return this.anyOf(r.items.map((item) => this.next(item)));
      case 'within':
        return this.each(this.next(r.of), `<${r.slot}`, (to) => within(r.slot, r.ms, to, true));
      case 'then': {
        const [first, ...items] = r.items;
        const guards = r.guards.slice(1);
        const after = r.key.slice(`(${r.guards[0]}!${first!.key}`.length);
        return this.each(this.next(first!), after, (to) => {
          if (to !== DONE) return then([to, ...items], [0, ...guards]);
          return items.length === 0 ? DONE : then(items, guards);
        });
      }
      case 'and':
        return this.together(r.items);
    }
  }

  private counts(symbols: readonly number[], missing: number): Remaining[] {
    return Array.from({ length: missing }, (_, n) => (n === 0 ? DONE : count(symbols, n)));
  }

  private anyOf(branches: readonly Next[]): Next {
    const ways = branches.reduce((sum, next) => sum + next.ways, 0);
    return { to: distinct(branches.flatMap(({ to }) => to)), ways };
  }

  /** @param around what is put around each of them: the same is put together once */
  private each({ to, ways }: Next, around: string, make: (to: Remaining) => Remaining): Next {
    let made = this.made.get(around);
    if (made === undefined) {
      made = new Map();
      this.made.set(around, made);
    }
    const found: Remaining[] = [];
    for (const one of to) {
      let whole = made.get(one.key);
      if (whole === undefined) made.set(one.key, (whole = this.put(make(one))));
      found.push(whole);
    }
    return { to: found, ways };
  }

  /** Every part may use what occurs, or wait. */
  private together(parts: readonly Remaining[]): Next {
    let found: Remaining[][] = [[]];
    let ways = 1;
    for (const part of parts) {
      const next = this.next(part);
      ways *= next.ways + 1;
      checkWays(ways);
      const steps = [...next.to, part];
      found = found.flatMap((left) => steps.map((step) => (step === DONE ? left : [...left, step])));
    }
    // the last one is that all wait
    found.pop();
    const to = distinct(found.map((left) => (left.length === 0 ? DONE : this.put(and(left)))));
    return { to, ways: ways - 1 };
  }

  private put(r: Remaining): Remaining {
    this.written += r.key.length;
    if (this.written > MOST_WRITTEN) throw tooLarge();
    return r;
  }
}

/** What remains of a part is as many states of the whole, as far as more is to come. */
function distinct(all: readonly Remaining[]): Remaining[] {
  const found = new Map(all.map((one) => [one.key, one]));
  if (found.size > MOST_STATES) throw tooLarge();
  return [...found.values()];
}
