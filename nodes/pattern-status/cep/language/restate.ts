/** What people say in another way than the language: counts, summaries and comparisons, said as it reads them. */
import type { Ahead, Meant } from './ahead';
import type { Vocabulary, Word } from './words';

type Limit = 'atLeast' | 'atMost' | 'exactly';

/** A count as it is written, in any of the ways that are known. */
interface Count {
  limit: Limit | undefined;
  low: number;
  high?: number;
  tokens: number;
  /** Whether the language has it so, but for numbers in words. */
  isOwn: boolean;
}

const LIMITS: readonly Limit[] = ['atLeast', 'atMost', 'exactly'];
/** How many more or less than the number is meant. */
const BEGINS: readonly [key: string, limit: Limit | undefined, more: number][] = [
  ['more', 'atLeast', 1],
  ['atLeast', 'atLeast', 0],
  ['fewer', 'atMost', -1],
  ['atMost', 'atMost', 0],
  ['between', undefined, 0],
];
const ALONE = ['2', '3'];

export class Restated {
  constructor(
    private readonly ahead: Ahead,
    private readonly vocabulary: Vocabulary,
  ) {}

  private print(word: Word): string {
    return this.vocabulary.print('word', word).trim();
  }

  /** A count as the language has it: "more than 3 times" as "at least 4 times". */
  count(at: number): (Meant & { isOwn: boolean }) | undefined {
    const found = this.alone(at) ?? this.limited(at);
    if (found === undefined) return undefined;
    const { limit, low, high, tokens, isOwn } = found;
    if (!isOwn && (!Number.isInteger(low) || low < 1)) return undefined;
    if (!isOwn && high !== undefined && !Number.isInteger(high)) return undefined;
    const how = limit === undefined ? '' : `${this.print(limit)} `;
    const to = high === undefined ? '' : ` ${this.print('to')} ${high}`;
    return { near: `${how}${low}${to} ${this.print('times')}`, tokens, isOwn };
  }

  private alone(at: number): Count | undefined {
    const key = ALONE.find((one) => this.ahead.said('count', one, at) > 0);
    if (key === undefined) return undefined;
    return { limit: undefined, low: Number(key), tokens: this.ahead.said('count', key, at), isOwn: false };
  }

  private limited(at: number): Count | undefined {
    const { ahead } = this;
    let next = at;
    const own = LIMITS.find((word) => ahead.word(at, word) > 0);
    const begin = own === undefined ? BEGINS.find(([key]) => ahead.said('count', key, at) > 0) : undefined;
    if (own !== undefined) next += ahead.word(at, own);
    else if (begin !== undefined) next += ahead.said('count', begin[0], at);
    let limit = own ?? begin?.[1];
    const low = this.value(next);
    if (low === undefined) return undefined;
    next += ahead.numberAt(next);
    const to = ahead.to(next) || (begin?.[0] === 'between' ? ahead.word(next, 'and') : 0);
    const high = to === 0 ? undefined : this.value(next + to);
    if (high !== undefined) next += to + ahead.numberAt(next + to);
    let more = ahead.said('count', 'orMore', next);
    next += more;
    const times = ahead.word(next, 'times') || ahead.said('synonym', 'times', next);
    if (times === 0 || (begin?.[0] === 'between' && high === undefined)) return undefined;
    next += times;
    if (more === 0) next += more = ahead.said('count', 'orMore', next);
    if (more > 0 && (limit !== undefined || high !== undefined)) return undefined;
    if (more > 0) limit = 'atLeast';
    const isOwn = begin === undefined && more === 0 && ahead.word(next - times, 'times') > 0;
    const count = { limit, low: low + (begin?.[2] ?? 0), tokens: next - at, isOwn };
    return high === undefined ? count : { ...count, high };
  }

  private value(at: number): number | undefined {
    const { kind, value } = this.ahead.tokens[at]!;
    if (kind === 'number') return Number(value);
    const words = this.ahead.number(at);
    return words === undefined ? undefined : Number(words.near);
  }

  /** The least number of readings behind a summary: "(at least 3 readings)". */
  samples(at: number): Meant | undefined {
    const { ahead } = this;
    let next = at;
    const open = ahead.tokens[next]?.value === '(' ? 1 : 0;
    next += open;
    next += ahead.said('samples', 'from', next);
    next += ahead.word(next, 'atLeast');
    const number = this.value(next);
    if (number === undefined) return undefined;
    next += ahead.numberAt(next);
    const readings = ahead.word(next, 'readings');
    if (readings === 0) return undefined;
    next += readings;
    if (open > 0 && ahead.tokens[next]?.value !== ')') return undefined;
    const near = `(${this.print('atLeast')} ${number} ${this.print('readings')})`;
    return { near, tokens: next + open - at };
  }

  /** What stands behind an event where the language has it before: "is missing", "every time". */
  behind(at: number): { word: 'no' | 'every'; tokens: number } | undefined {
    const { ahead } = this;
    for (const word of ['no', 'every'] as const) {
      const tokens = ahead.said('behind', word, at);
      if (tokens > 0 && !ahead.beginsStep(at + tokens)) return { word, tokens };
    }
    const no = ahead.word(at, 'no');
    return no > 0 && ahead.word(at + no, 'for') > 0 ? { word: 'no', tokens: no } : undefined;
  }
}
