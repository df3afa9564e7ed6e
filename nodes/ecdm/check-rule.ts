/** What is wrong in a status by itself, whatever events there are: names, limits, places, severities. */
import { comparedNames, textOf } from './compared-names';
import type { Aggregate, Pattern, PatternGroup, StatusDefinition } from './definition';
import { parseDuration } from './duration';
import type { Mistakes } from './mistake';
import { nearest } from './nearest';
import { operandsOf, patternsOf } from './pattern-walk';

type Path = readonly PropertyKey[];

export class RuleCheck {
  constructor(private readonly mistakes: Mistakes) {}

  status(status: StatusDefinition, path: Path): void {
    for (const { pattern, path: at } of patternsOf(status)) {
      this.pattern(pattern, [...path, ...at], comparedNames(pattern));
      this.aliases(pattern, [...path, ...at], new Set());
    }
    this.place(status.per, [...path, 'per']);
    this.lengths(status, path);
    status.steps?.forEach(({ after, when }, i) => {
      if (after === undefined && when === undefined) this.mistakes.add([...path, 'steps', i], 'emptyStep');
    });
  }

  private place({ by, level, metres }: StatusDefinition['per'], path: Path): void {
    if (level !== undefined && by !== 'zone') this.mistakes.add([...path, 'level'], 'levelBy', { by });
    if (metres !== undefined && by !== 'near') this.mistakes.add([...path, 'metres'], 'metresBy', { by });
    if (metres === undefined && by === 'near') this.mistakes.add([...path, 'metres'], 'noMetres');
  }

  /** A time of no length asks for nothing, but reads as if it did. */
  private lengths({ for: lasting, flapping }: StatusDefinition, path: Path): void {
    if (isNothing(lasting)) this.mistakes.add([...path, 'for'], 'noTime', { example: '5 min' });
    if (typeof flapping !== 'object') return;
    if (isNothing(flapping.in)) this.mistakes.add([...path, 'flapping', 'in'], 'noLength', { example: '30 min' });
    if (isNothing(flapping.steady)) {
      this.mistakes.add([...path, 'flapping', 'steady'], 'noLength', { example: '15 min' });
    }
  }

  /** What aggregates of events and of patterns have in common. */
  window({ method, percentile, over }: Pick<Aggregate, 'method' | 'percentile' | 'over'>, path: Path): void {
    if (method === 'percentile' && percentile === undefined) {
      this.mistakes.add([...path, 'percentile'], 'percentile');
    }
    if (method !== 'percentile' && percentile !== undefined) {
      this.mistakes.add([...path, 'percentile'], 'noPercentile', { method });
    }
    if (isNothing(over)) this.mistakes.add([...path, 'over'], 'noLength', { example: '1 h' });
  }

  private pattern(pattern: Pattern, path: Path, compared: ReadonlySet<string>): void {
    if (pattern.op === 'aggregate') this.window(pattern, path);
    if (pattern.op === 'times' && pattern.max !== undefined && pattern.max < pattern.min) {
      this.mistakes.add([...path, 'max'], 'max', { max: pattern.max, min: pattern.min });
    }
    if ('within' in pattern && isNothing(pattern.within)) {
      this.mistakes.add([...path, 'within'], 'noTime', { example: '1 h' });
    }
    if (pattern.op === 'lasting' && isNothing(pattern.for)) {
      this.mistakes.add([...path, 'for'], 'noLength', { example: '5 min' });
    }
    if (pattern.op === 'and') this.alike(pattern, path, compared);
    for (const { of, path: at } of operandsOf(pattern)) this.pattern(of, [...path, ...at], compared);
  }

  /** One event serves all sides of an "and": "a and a" is a, and whoever writes it means something else. */
  private alike({ of }: PatternGroup, path: Path, compared: ReadonlySet<string>): void {
    const texts = of.map((item) => textOf(item, compared));
    of.forEach(({ op }, i) => {
      if (op !== 'no' && texts.indexOf(texts[i]!) < i) this.mistakes.add([...path, 'of', i], 'andSame');
    });
  }

  /**
   * Names of events: each once in a pattern, and comparisons only of what is in their own bracket.
   * @param taken names that were seen before in the whole pattern
   * @returns the names in this pattern
   */
  private aliases(pattern: Pattern, path: Path, taken: Set<string>): string[] {
    if (pattern.op === 'event') {
      if (pattern.as === undefined) return [];
      if (taken.has(pattern.as)) this.mistakes.add([...path, 'as'], 'aliasTwice', { alias: pattern.as });
      taken.add(pattern.as);
      return [pattern.as];
    }
    const here = operandsOf(pattern).flatMap(({ of, path: at }) => this.aliases(of, [...path, ...at], taken));
    if (!('where' in pattern)) return here;
    pattern.where?.forEach(({ left, right }, i) => {
      for (const [side, term] of [
        ['left', left],
        ['right', right],
      ] as const) {
        if ('of' in term && !here.includes(term.of)) this.noAlias([...path, 'where', i, side, 'of'], term.of, here);
      }
    });
    return here;
  }

  private noAlias(path: Path, alias: string, here: readonly string[]): void {
    const near = nearest(alias, here);
    const hint = near !== undefined ? 'near' : here.length > 0 ? 'known' : 'nameEvent';
    this.mistakes.add(path, 'noAlias', { alias, near, list: here.join(', ') }, hint);
  }
}

const isNothing = (length: string | undefined): boolean => length !== undefined && !(parseDuration(length)! > 0);
