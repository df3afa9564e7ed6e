/** A source whose clock stands at a time that cannot be: the rule goes on without it, and says so. */
import type { CityClock } from '../ecdm/city';
import { makeProblem, type Problem } from '../ecdm/problem';
import { shownValue } from '../ecdm/shown';
import { text } from '../ecdm/text';

/** Least time between two problems that say so: such a clock comes with every message. */
const SELDOM = 60_000;

export class BadClock {
  private toldAt = -Infinity;

  constructor(private readonly language: string | undefined) {}

  found(clock: CityClock, into: { add(problem: Problem): void }): void {
    const now = performance.now();
    if (now - this.toldAt < SELDOM) return;
    this.toldAt = now;
    const { language } = this;
    const message = text(language, 'problem.badClock', { time: shownValue(clock.time, language) });
    into.add(makeProblem('bad-clock', message, text(language, 'problem.badClockHint'), clock));
  }
}
