/** What went wrong with an event, in words for people. */
import type { CityEvent } from '../../ecdm/event';
import { makeProblem, MOST_TOLD, type Problem } from '../../ecdm/problem';
import { clockText, durationText, momentText, text, type TextParameters } from '../../ecdm/text';

const CODES = {
  late: 'too-late',
  future: 'future',
  clock: 'future',
  keys: 'too-many-keys',
  keysFull: 'too-many-keys',
  noKey: 'no-key',
  waiting: 'no-clock',
  loop: 'loop',
  runs: 'too-many-runs',
  silences: 'too-many-runs',
  states: 'too-many-states',
  back: 'too-many-remembered',
  noPlace: 'no-place',
  noZones: 'no-zones',
} as const;

/** Least time between two problems that tell of the same want of room. */
const SELDOM = 60_000;

export class Problems {
  private readonly toldAt = new Map<keyof typeof CODES, number>();

  constructor(
    /** Name of the rule. */
    private readonly name: string,
    private readonly language: string | undefined,
    private readonly timeZone: string | undefined,
  ) {}

  of(kind: keyof typeof CODES, event: CityEvent | undefined, more: TextParameters): Problem {
    const { language } = this;
    const time = event === undefined ? '' : this.moment(event.time);
    const parameters = { name: event?.name ?? this.name, time, ...more };
    const message = text(language, `problem.${kind}`, parameters);
    return makeProblem(CODES[kind], message, text(language, `problem.${kind}Hint`, parameters), event ?? null);
  }

  /**
   * Adds one to those of a message. Of a crowd only the first are sent, and the others counted: their words, which take
   * long to make, are left out.
   * @param more makes what the sentence needs
   */
  add(kind: keyof typeof CODES, event: CityEvent, more: () => TextParameters, into: Problem[]): void {
    into.push(into.length < MOST_TOLD ? this.of(kind, event, more()) : wordless(CODES[kind]));
  }

  /** The same, but once a minute: what there is no room for comes in crowds. */
  seldom(
    kind: keyof typeof CODES,
    event: CityEvent | undefined,
    more: TextParameters,
    now: number,
    into: Problem[],
  ): void {
    const told = this.toldAt.get(kind) ?? -Infinity;
    if (now - told < SELDOM && told <= now) return;
    this.toldAt.set(kind, now);
    into.push(this.of(kind, event, more));
  }

  moment(time: number): string {
    return momentText(this.language, time, this.timeZone) || clockText(time);
  }

  duration(ms: number): string {
    return durationText(this.language, ms);
  }
}

const wordless = (code: string): Problem => ({ code, message: '', hint: '', node: '', item: null });
