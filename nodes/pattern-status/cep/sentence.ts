/** What a rule means, in words that a person understands: one sentence, and one more for each further choice. */
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { durationText, text, type TextParameters } from '../../ecdm/text';
import type { EmitOf } from './compile';
import { DefinitionError } from './errors';
import { PatternReader, type NameOf } from './pattern-reader';
import { compileRule } from './rule';

export type { NameOf };

/** The pattern alone: "“PM2.5 high” and “CO high” at the same time". */
export function describePattern(pattern: Pattern, names: NameOf, language?: string): string {
  return new PatternReader(pattern, names, language).whole();
}

/**
 * The whole rule: pattern, where, severity, how long, back to normal when, and what else was chosen.
 * @param emit what is known of the events: of what only happens and is over it is said how long the status stays
 */
export function describeRule(
  definition: StatusDefinition,
  names: NameOf,
  language?: string,
  emit: EmitOf = () => undefined,
): string {
  return new RuleReader(definition, names, language, emit).read();
}

class RuleReader {
  constructor(
    private readonly rule: StatusDefinition,
    private readonly names: NameOf,
    private readonly language: string | undefined,
    private readonly emit: EmitOf,
  ) {}

  private say(key: string, parameters?: TextParameters): string {
    return text(this.language, `rule.${key}`, parameters);
  }

  private reader(pattern: Pattern): PatternReader {
    return new PatternReader(pattern, this.names, this.language);
  }

  private pattern(pattern: Pattern): string {
    return this.reader(pattern).whole();
  }

  private time(duration: string): string {
    return this.reader(this.rule.when).time(duration);
  }

  private severity(severity: string): string {
    return text(this.language, `severity.${severity}`);
  }

  read(): string {
    const { rule } = this;
    const when = this.reader(rule.when);
    const main = this.say('sentence', {
      pattern: when.withoutWhere(),
      per: this.place(rule.per),
      where: when.where(),
      name: rule.name,
      severity: this.severity(rule.severity),
      for: rule.for === undefined || rule.for === '' ? '' : this.say('for', { time: this.time(rule.for) }),
      clear: this.say('back', { ways: this.ways(rule.clear ?? {}) }),
    });
    return [main, ...this.more()].join(' ');
  }

  private place({ by, level, metres }: StatusDefinition['per']): string {
    if (by === 'zone' && level) return this.say('per.level', { level });
    return by === 'near' && metres !== undefined ? this.say('per.metres', { n: metres }) : this.say(`per.${by}`);
  }

  /** Each way back to normal; any of them is enough. */
  private ways({ after, when, byHand }: NonNullable<StatusDefinition['clear']>): string {
    const ways: string[] = [];
    if (when !== undefined) ways.push(this.say('clear.when', { pattern: this.pattern(when) }));
    if (after)
      ways.push(
        parseDuration(after) === 0 ? this.say('clear.end') : this.say('clear.quiet', { time: this.time(after) }),
      );
    if (byHand) ways.push(this.say(ways.length === 0 ? 'clear.hand' : 'clear.orHand'));
    if (ways.length === 0) return this.byItself();
    return ways.reduce((a, b) => this.say('clear.or', { a, b }));
  }

  /** What holds is over when it ends; what only happens, when it has not happened again for a time. */
  private byItself(): string {
    const ways: string[] = [];
    const { holds, quiet } = this.itself();
    if (holds) ways.push(this.say('clear.end'));
    if (quiet !== undefined) ways.push(this.say('clear.again', { time: durationText(this.language, quiet) }));
    return ways.reduce((a, b) => this.say('clear.or', { a, b }));
  }

  /** Whether what raises it can hold, and how long it counts where it only happens; `undefined` where it never does only that. */
  private itself(): { holds: boolean; quiet: number | undefined } {
    try {
      const { plan, clearPulse } = compileRule(this.rule, this.emit);
      const { holds, pulses } = plan.top;
      return { holds, quiet: pulses ? clearPulse : undefined };
    } catch (error) {
      // a rule that cannot run is read all the same
      if (error instanceof DefinitionError) return { holds: true, quiet: undefined };
      throw error;
    }
  }

  private more(): string[] {
    const { pairing, afterDetection, steps, clear, notWhile, remindEvery } = this.rule;
    const said: string[] = [];
    if (pairing !== undefined && pairing !== 'newest') said.push(this.say(`pairing.${pairing}`));
    if (afterDetection === 'keep') said.push(this.say('keep'));
    for (const step of steps ?? []) said.push(this.step(step));
    if (clear?.latched) said.push(this.say('latched'));
    if (notWhile !== undefined && notWhile.length > 0) said.push(this.suppressed(notWhile));
    if (remindEvery) said.push(this.say('remind', { time: this.time(remindEvery) }));
    return [...said, ...this.flapping()];
  }

  private step({ severity, after, when }: NonNullable<StatusDefinition['steps']>[number]): string {
    const key = after ? (when === undefined ? 'after' : 'both') : when === undefined ? 'always' : 'while';
    return this.say(`step.${key}`, {
      severity: this.severity(severity),
      time: after ? this.time(after) : '',
      pattern: when === undefined ? '' : this.pattern(when),
    });
  }

  private suppressed(statuses: readonly string[]): string {
    const named = statuses.map((id) => this.say('event', { name: this.names(id) }));
    return this.say('notWhile', { list: named.reduce((a, b) => this.say('or', { a, b })) });
  }

  private flapping(): string[] {
    const { flapping } = this.rule;
    if (flapping === undefined) return [];
    if (flapping === false) return [this.say('flapping.off')];
    const { raises, in: within, steady } = flapping;
    return [this.say('flapping.on', { n: raises, time: this.time(within), steady: this.time(steady) })];
  }
}
