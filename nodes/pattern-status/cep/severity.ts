/** How severe a raised status is: the highest of what it begins with and of the steps that are fulfilled. */
import type { StatusDefinition } from '../../ecdm/definition';
import { SEVERITIES, type Severity } from '../../ecdm/status';

/** One step, ready to be judged. */
export interface Step {
  /** Place in {@link SEVERITIES}. */
  readonly rank: number;
  /** How long the status must have been raised; 0 where that does not matter. */
  readonly after: number;
  /** Bit of its pattern among those that hold; 0 where it has none. */
  readonly bit: number;
}

export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);

export class Severities {
  private readonly base: number;

  constructor(
    severity: Severity,
    private readonly steps: readonly Step[],
  ) {
    this.base = rankOf(severity);
  }

  /**
   * @param held bits of the patterns that hold
   * @param lasted how long the status has been raised
   */
  rank(held: number, lasted: number): number {
    let rank = this.base;
    for (const step of this.steps) {
      if (step.rank > rank && lasted >= step.after && (step.bit === 0 || (held & step.bit) !== 0)) rank = step.rank;
    }
    return rank;
  }

  /** After how long it is higher than `rank`, if nothing changes until then; `Infinity` when it will not be. */
  risesAfter(held: number, rank: number): number {
    // a rule that was deployed anew may begin with a higher one
    let after = this.base > rank ? 0 : Infinity;
    for (const step of this.steps) {
      if (step.rank > rank && (step.bit === 0 || (held & step.bit) !== 0)) after = Math.min(after, step.after);
    }
    return after;
  }

  /** Places of the steps whose patterns alone are why it is as high as `rank`. */
  because(held: number, lasted: number, rank: number): number[] {
    const found: number[] = [];
    if (this.base >= rank) return found;
    for (let i = 0; i < this.steps.length; i++) {
      const step = this.steps[i]!;
      if (step.rank !== rank || lasted < step.after) continue;
      if (step.bit === 0) return [];
      if ((held & step.bit) !== 0) found.push(i);
    }
    return found;
  }

  /** Whether nothing will change the one that was told. */
  isFixedAt(rank: number): boolean {
    return this.steps.length === 0 && rank === this.base;
  }
}

/**
 * The steps of a definition.
 * @param duration reads a time of the definition, or refuses it
 */
export function stepsOf(
  { steps = [] }: StatusDefinition,
  duration: (value: string | undefined, path: string, fallback: number) => number,
): Step[] {
  return steps.map(({ severity, after, when }, i) => ({
    rank: rankOf(severity),
    after: duration(after, `steps[${i}].after`, 0),
    bit: when === undefined ? 0 : 1 << i,
  }));
}
