/** Places events on a time line as a pattern asks for them: a proposal, which the engine then judges. */
import type { Pattern, PatternAggregate, PatternGroup } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';

/** An event that was placed; a state is open until it is closed. */
export interface Placed {
  event: string;
  as: string | undefined;
  from: number;
  /** It must last until here. */
  need: number;
  to: number | undefined;
  value: number | undefined;
}

/** What may differ from one proposal to the next. */
export interface Taste {
  /** Time between two steps. */
  step: number;
  /** States go on to the end; else they end soon after they are needed. */
  open: boolean;
  /** What belongs together in any order comes at one moment. */
  together: boolean;
  /** Chooses one of n. */
  pick: (n: number) => number;
}

const ms = (text: string | undefined): number => parseDuration(text) ?? 0;

export class Draft {
  readonly placed: Placed[] = [];

  constructor(
    private readonly taste: Taste,
    private readonly isState: (event: string) => boolean,
  ) {}

  /**
   * Places what makes the pattern happen, from a time on.
   * @returns when it has happened
   */
  add(p: Pattern, at: number): number {
    switch (p.op) {
      case 'event':
        return this.place(p.event, at, p.as);
      case 'or':
        return this.add(this.branch(p), at);
      case 'and':
        return this.all(p, at);
      case 'then':
        return this.inOrder(p.of, at);
      case 'times':
        return this.inOrder(new Array<Pattern>(Math.max(1, p.min)).fill(p.of), at);
      case 'no':
        // silence counts from something heard
        return this.add(p.of, at) + ms(p.for);
      case 'lasting':
        return this.lasting(p.of, ms(p.for), at);
      case 'every':
        return this.add(p.of, at);
      case 'aggregate':
        return this.aggregate(p, at);
    }
  }

  private place(event: string, at: number, as?: string, value?: number): number {
    const before = this.placed.findLast((one) => one.event === event && one.to === undefined);
    if (before !== undefined && this.isState(event)) {
      if (at <= before.from) return at;
      before.to = Math.max(before.from, Math.min(at, Math.max(before.need, at - Math.ceil(this.taste.step / 2))));
      if (before.to === before.from) before.to = at;
    }
    this.placed.push({ event, as, from: at, need: at, to: undefined, value });
    return at;
  }

  private branch(p: PatternGroup): Pattern {
    return p.of[this.taste.pick(p.of.length)] ?? p.of[0]!;
  }

  private all({ of }: PatternGroup, at: number): number {
    const first = this.placed.length;
    let end = at;
    let next = at;
    for (const item of of) {
      if (item.op === 'no' && item.for === undefined) continue;
      end = Math.max(end, this.add(item, next));
      next = this.taste.together ? at : end + this.taste.step;
    }
    for (const one of this.placed.slice(first)) if (one.to === undefined) one.need = Math.max(one.need, end);
    return end;
  }

  private inOrder(of: readonly Pattern[], at: number): number {
    let end = at;
    let next = at;
    of.forEach((item, i) => {
      if (item.op === 'no' && i > 0) {
        // a guard places nothing; at the end it is waited for
        end += ms(item.for);
        return;
      }
      end = this.add(item, next);
      next = end + this.taste.step;
    });
    return end;
  }

  private lasting(of: Pattern, length: number, at: number): number {
    const first = this.placed.length;
    const end = this.add(of, at) + length;
    for (const one of this.placed.slice(first)) if (one.to === undefined) one.need = end;
    return end;
  }

  /** As many values as are asked for, on the side of the limit that is asked for. */
  private aggregate(p: PatternAggregate, at: number): number {
    const { compare, value, method } = p;
    const past = compare === '>' ? 1 : compare === '<' ? -1 : 0;
    const counts = method === 'count' || method === 'distinct count';
    const wanted = counts ? Math.max(1, Math.ceil(value + past)) : 1;
    const spread = method === 'range' || method === 'standard deviation' || method === 'rate of change' ? 2 : 1;
    const n = Math.min(50, Math.max(p.minSamples ?? 1, wanted, spread));
    const step = Math.max(1, Math.min(this.taste.step, Math.floor(ms(p.over) / (n + 1))));
    let end = at;
    for (let i = 0; i < n; i++) {
      end = at + i * step;
      const rising = counts ? i : spread > 1 ? i * (Math.abs(value) + 1) * 3 : value + past;
      this.place(p.event, end, undefined, method === 'sum' ? (value + past) / n : rising);
    }
    return end;
  }
}
