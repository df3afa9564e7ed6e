/** From a written sequence to what remains to happen of it. */
import type { Pattern, PatternGroup, PatternTimes } from '../../ecdm/definition';
import { DefinitionError } from './errors';
import { and, checkSize, count, or, then, within, type Remaining } from './remaining';

export interface SequenceContext {
  isSymbol(p: Pattern): boolean;
  time(text: string | undefined, path: string): number | undefined;
  times(p: PatternTimes, path: string): void;
  guard(): void;
  wanted: boolean;
}

/** Turns a bracket into what remains to happen; operands that are states of their own become symbols. */
export class SequenceBuilder {
  private slots = 1;

  constructor(private readonly symbol: (p: Pattern, path: string, wanted: boolean) => number) {}

  build(p: Pattern, path: string, context: SequenceContext, top = true): Remaining {
    if (context.isSymbol(p)) return count([this.symbol(p, path, context.wanted)], 1);
    const remaining = this.bracket(p, path, context);
    checkSize(remaining.size);
    const own = p.op === 'then' || p.op === 'and' || p.op === 'or' || p.op === 'times' ? p.within : undefined;
    const ms = context.time(own, `${path}.within`);
    // the outermost limit is that of the whole match
    return ms === undefined || top ? remaining : within(this.slots++, ms, remaining);
  }

  private bracket(p: Pattern, path: string, context: SequenceContext): Remaining {
    switch (p.op) {
      case 'then':
        return this.then(p, path, context);
      case 'and':
      case 'or': {
        const items = p.of.map((item, i) => {
          if (item.op === 'no') throw this.guardPlace(`${path}.of[${i}]`);
          return this.build(item, `${path}.of[${i}]`, context, false);
        });
        return p.op === 'and' ? and(items) : or(items);
      }
      case 'times': {
        context.times(p, path);
        if (p.max !== undefined) {
          throw new DefinitionError(`${path}.max`, 'atMost');
        }
        const symbols = this.anyOf(p.of, `${path}.of`, context);
        if (symbols !== undefined)
          return count(
            [...symbols].sort((a, b) => a - b),
            p.min,
          );
        if (p.min > 64) throw new DefinitionError(`${path}.min`, 'copies');
        const item = this.build(p.of, `${path}.of`, context, false);
        // before as many copies are put together
        checkSize(item.size * p.min);
        return then(new Array<Remaining>(p.min).fill(item), new Array<number>(p.min).fill(0));
      }
      default:
        throw this.guardPlace(path);
    }
  }

  /** The symbols of an operand whose occurrences are instants: one, or any of several. `undefined`: it takes time. */
  private anyOf(p: Pattern, path: string, context: SequenceContext): ReadonlySet<number> | undefined {
    if (context.isSymbol(p)) return new Set([this.symbol(p, path, context.wanted)]);
    if (p.op !== 'or') return undefined;
    context.time(p.within, `${path}.within`);
    const all = p.of.map((item, i) => this.anyOf(item, `${path}.of[${i}]`, context));
    return all.some((one) => one === undefined) ? undefined : new Set(all.flatMap((one) => [...one!]));
  }

  private guardPlace(path: string): DefinitionError {
    return new DefinitionError(path, 'guard');
  }

  private then(p: PatternGroup, path: string, context: SequenceContext): Remaining {
    const items: Remaining[] = [];
    const guards: number[] = [];
    let guard = 0;
    p.of.forEach((item, i) => {
      const at = `${path}.of[${i}]`;
      if (item.op === 'no') {
        if (items.length === 0 || i === p.of.length - 1 || item.for !== undefined) throw this.guardPlace(at);
        context.guard();
        guard |= 1 << this.symbol(item.of, `${at}.of`, false);
        return;
      }
      items.push(this.build(item, at, context, false));
      guards.push(guard);
      guard = 0;
    });
    return then(items, guards);
  }
}
