/** What a rule means, in words that a person understands: one sentence, and one more for each further choice. */
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { durationText, text, type TextParameters } from '../../ecdm/text';
import { compilePattern, emitsBy, type EmitOf } from './compile';
import { DefinitionError } from './errors';
import { PatternReader, type Meant, type NameOf } from './pattern-reader';
import { compileRule, DEFAULT_LATENESS, DEFAULT_UPDATE } from './rule';
import { rankOf } from './severity';

export type { NameOf };

type SeverityStep = NonNullable<StatusDefinition['steps']>[number];

/** The pattern alone: "“PM2.5 high” and “CO high” at the same time". */
export function describePattern(pattern: Pattern, names: NameOf, language?: string, meant?: Meant): string {
  return new PatternReader(pattern, names, language, meant).whole();
}

/** What of a rule decides what the pattern means that raises it. */
export function meantBy({ per, pairing = 'newest', afterDetection }: StatusDefinition, emit: EmitOf): Meant {
  return {
    emit: emitsBy(per.by, emit),
    matching: { pairing, by: per.by, metres: per.metres },
    kept: afterDetection === 'keep',
  };
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
  private readonly counted = new Set<string>();

  constructor(
    private readonly rule: StatusDefinition,
    private readonly names: NameOf,
    private readonly language: string | undefined,
    private readonly emit: EmitOf,
  ) {}

  private say(key: string, parameters?: TextParameters): string {
    return text(this.language, `rule.${key}`, parameters);
  }

  /** What clears it or makes it more severe: pairs are a matter of what raises it. */
  private pattern(pattern: Pattern): string {
    const { rule } = this;
    const meant = meantBy({ ...rule, pairing: 'newest' }, this.emit);
    const reader = new PatternReader(pattern, this.names, this.language, {
      ...meant,
      matching: { ...meant.matching, by: 'station' },
    });
    const said = reader.whole();
    for (const one of reader.counts()) this.counted.add(one);
    return said;
  }

  private time(duration: string): string {
    const ms = parseDuration(duration);
    return ms === undefined ? duration : durationText(this.language, ms);
  }

  private severity(severity: string): string {
    return text(this.language, `severity.${severity}`);
  }

  read(): string {
    const { rule } = this;
    const when = new PatternReader(rule.when, this.names, this.language, meantBy(rule, this.emit));
    const pattern = when.withoutWhere();
    for (const one of when.counts()) this.counted.add(one);
    const main = this.say('sentence', {
      pattern,
      per: this.place(rule.per),
      where: when.where(),
      name: rule.name,
      severity: this.severity(rule.severity),
      for: isLength(rule.for) ? this.say('for', { time: this.time(rule.for) }) : '',
      clear: this.say('back', { ways: this.ways(rule.clear ?? {}) }),
    });
    return [main, ...this.more(), ...this.counted].join(' ');
  }

  private place({ by, level, metres }: StatusDefinition['per']): string {
    if (by === 'zone' && level) return this.say('per.level', { level });
    return by === 'near' && metres !== undefined ? this.say('per.metres', { n: metres }) : this.say(`per.${by}`);
  }

  /** Each way back to normal; any of them is enough. */
  private ways({ after, when, byHand, latched }: NonNullable<StatusDefinition['clear']>): string {
    const ways: string[] = [];
    if (when !== undefined) ways.push(this.say('clear.when', { pattern: this.pattern(when) }));
    if (after) ways.push(this.quiet(after));
    if (byHand && ways.length === 0) return this.say('clear.hand');
    // what is latched says so by itself, right behind
    if (byHand && !latched) ways.push(this.say('clear.orHand'));
    if (ways.length === 0) return this.byItself();
    return ways.reduce((a, b) => this.say('clear.or', { a, b }));
  }

  /** What holds may itself be a silence: of that it is said that it is over, not that it is quiet. */
  private quiet(after: string): string {
    const { holds } = this.itself();
    if (!isLength(after)) return this.say(holds ? 'clear.end' : 'clear.atOnce');
    return this.say(holds ? 'clear.over' : 'clear.quiet', { time: this.time(after) });
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
    const compiled = orRefused(() => compileRule(this.rule, this.emit));
    if (compiled === undefined) return { holds: true, quiet: undefined };
    const { holds, pulses } = compiled.plan.top;
    return { holds, quiet: pulses ? compiled.clearPulse : undefined };
  }

  /** What only happens lasts as long as its time of quiet: that is seldom what is meant by a rule that waits. */
  private lasting(): string[] {
    const compiled = orRefused(() => compileRule(this.rule, this.emit));
    if (compiled === undefined || compiled.lasting === 0 || compiled.plan.top.holds) return [];
    const { lasting, clearPulse, clearsItself } = compiled;
    const time = (ms: number): string => durationText(this.language, ms);
    if (!clearsItself || clearPulse > lasting) return [this.say('forOnce', { time: time(lasting) })];
    if (clearPulse === 0) return [this.say('forAtOnce')];
    const isGiven = this.rule.clear?.after !== undefined;
    return [this.say(isGiven ? 'forAgain' : 'forAgainUsual', { time: time(clearPulse) })];
  }

  private more(): string[] {
    const { pairing, afterDetection, steps, clear, notWhile, remindEvery } = this.rule;
    const said: string[] = [];
    // "even then" is said of what goes back to normal, right before
    if (clear?.latched && !isByHandOnly(clear)) said.push(this.say(clear.byHand ? 'latchedOrSooner' : 'latched'));
    said.push(...this.lasting());
    if (pairing !== undefined && pairing !== 'newest') said.push(this.say(`pairing.${pairing}`));
    if (afterDetection === 'keep') said.push(this.say('keep'));
    const order = (steps ?? []).map((_, i) => i).filter((i) => counts(this.rule, i));
    for (const i of order.sort((a, b) => inOrder(steps![a]!, steps![b]!))) said.push(this.step(steps![i]!, i));
    if (notWhile !== undefined && notWhile.length > 0) said.push(this.suppressed(notWhile));
    if (remindEvery) said.push(this.say('remind', { time: this.time(remindEvery) }));
    return [
      ...said,
      ...this.flapping(),
      ...this.unusual('updateEvery', DEFAULT_UPDATE),
      ...this.unusual('lateness', DEFAULT_LATENESS),
    ];
  }

  /** Nothing where it is as long as it is without a choice. */
  private unusual(field: 'updateEvery' | 'lateness', usual: number): string[] {
    const length = this.rule[field];
    if (!length || parseDuration(length) === usual) return [];
    return [isLength(length) ? this.say(`${field}.on`, { time: this.time(length) }) : this.say(`${field}.off`)];
  }

  private step({ severity, after, when }: SeverityStep, at: number): string {
    const late = isLength(after);
    const key = when === undefined ? (late ? 'after' : 'always') : this.lastingOf(when, at);
    return this.say(`step.${when !== undefined && late ? `${key}After` : key}`, {
      severity: this.severity(severity),
      time: late ? this.time(after) : '',
      pattern: when === undefined ? '' : this.stepPattern(when, key),
    });
  }

  /** Behind what has happened more is said: brackets keep it apart. */
  private stepPattern(when: Pattern, key: string): string {
    const inner = this.pattern(when);
    return key === 'once' && when.op !== 'event' ? this.say('bracket', { inner }) : inner;
  }

  /** What holds counts while it does; what only happens counts until the status ends. */
  private lastingOf(when: Pattern, at: number): 'while' | 'once' | 'mixed' {
    const { per, afterDetection } = this.rule;
    const path = `steps[${at}].when`;
    const plan = orRefused(() => compilePattern(when, emitsBy(per.by, this.emit), path, afterDetection));
    if (plan === undefined || !plan.top.pulses) return 'while';
    return plan.top.holds ? 'mixed' : 'once';
  }

  private suppressed(statuses: readonly string[]): string {
    const named = statuses.map((id) => this.say('event', { name: this.names(id) }));
    return this.say('notWhile', { list: named.reduce((a, b) => this.say('or', { a, b })) });
  }

  private flapping(): string[] {
    const { flapping } = this.rule;
    if (flapping === undefined) return [];
    if (flapping === false || !isLength(flapping.in) || !isLength(flapping.steady)) return [this.say('flapping.off')];
    const { raises, in: within, steady } = flapping;
    return [this.say('flapping.on', { n: raises, time: this.time(within), steady: this.time(steady) })];
  }
}

/** A rule that cannot run is read all the same: `undefined` where the compiler refuses it. */
function orRefused<T>(compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof DefinitionError) return undefined;
    throw error;
  }
}

/** Whether a step can ever be seen: the highest counts, so it must be above all that surely holds by its time. */
function counts({ severity, steps = [] }: StatusDefinition, at: number): boolean {
  const step = steps[at]!;
  const rank = rankOf(step.severity);
  return rank > rankOf(severity) && !steps.some((other, i) => i !== at && covers(other, i < at));
  function covers(other: SeverityStep, earlier: boolean): boolean {
    const higher = rankOf(other.severity) - rank;
    if (other.when !== undefined || higher < 0) return false;
    const sooner = startOf(step) - startOf(other);
    return sooner > 0 || (sooner === 0 && (higher > 0 || step.when !== undefined || earlier));
  }
}

/** One that cannot be read is shown as it is written. */
const isLength = (duration: string | undefined): duration is string =>
  duration !== undefined && duration !== '' && parseDuration(duration) !== 0;

const startOf = ({ after }: SeverityStep): number => (after ? (parseDuration(after) ?? NaN) : 0);

/** As they come: what only takes time before what must happen, the sooner first, and of one moment the less severe. */
function inOrder(a: SeverityStep, b: SeverityStep): number {
  const takesMore = ({ when }: SeverityStep): number => (when === undefined ? 0 : 1);
  return takesMore(a) - takesMore(b) || startOf(a) - startOf(b) || rankOf(a.severity) - rankOf(b.severity);
}

/** Then "only by hand" says all. */
function isByHandOnly({ after, when, byHand }: NonNullable<StatusDefinition['clear']>): boolean {
  return byHand === true && after === undefined && when === undefined;
}
