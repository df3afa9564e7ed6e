/** What a rule means, in one sentence that a person understands. */
import type { Pattern, PatternGroup, PatternTimes, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { durationText, listText, text, type TextParameters } from '../../ecdm/text';

export type NameOf = (event: string) => string;

/** The pattern alone: "“PM2.5 high” and “CO high” at the same time". */
export function describePattern(pattern: Pattern, names: NameOf, language?: string): string {
  return new Reader(names, language).read(pattern, true);
}

/** The whole rule: pattern, where, severity, how long, back to normal when. */
export function describeRule(definition: StatusDefinition, names: NameOf, language?: string): string {
  const { per } = definition;
  const reader = new Reader(names, language);
  return text(language, 'rule.sentence', {
    pattern: reader.read(definition.when, true),
    per: per.by === 'zone' && per.level ? text(language, 'rule.per.level', per) : text(language, `rule.per.${per.by}`),
    name: definition.name,
    severity: text(language, `severity.${definition.severity}`),
    for: definition.for ? text(language, 'rule.for', { time: reader.time(definition.for) }) : '',
    clear: clearing(definition, reader, language),
  });
}

function clearing({ clear }: StatusDefinition, reader: Reader, language: string | undefined): string {
  const time = clear?.after ? reader.time(clear.after) : undefined;
  if (clear?.when !== undefined) {
    const pattern = reader.read(clear.when, true);
    return text(language, time ? 'rule.clear.whenOrQuiet' : 'rule.clear.when', { pattern, time });
  }
  if (clear?.byHand) return text(language, 'rule.clear.hand');
  return time && parseDuration(clear?.after) !== 0
    ? text(language, 'rule.clear.quiet', { time })
    : text(language, 'rule.clear.end');
}

class Reader {
  constructor(
    private readonly names: NameOf,
    private readonly language: string | undefined,
  ) {}

  private say(key: string, parameters?: TextParameters): string {
    return text(this.language, `rule.${key}`, parameters);
  }

  time(duration: string | undefined): string {
    const ms = parseDuration(duration);
    return ms === undefined ? (duration ?? '?') : durationText(this.language, ms);
  }

  /** @param top without brackets around it */
  read(p: Pattern, top = false): string {
    switch (p.op) {
      case 'event':
        return this.say('event', { name: this.names(p.event) });
      case 'no':
        return this.say('noFor', { what: this.read(p.of), time: this.time(p.for) });
      case 'lasting':
        return this.say('lasting', { what: this.read(p.of), time: this.time(p.for) });
      case 'times':
        return this.bounded(p, this.times(p), top);
      case 'every':
        return this.read(p.of);
      case 'aggregate':
        return this.say('event', { name: this.names(p.event) });
      default:
        return p.of.length === 1 && p.of[0]!.op !== 'no'
          ? this.bounded(p, this.read(p.of[0]!, top), top, true)
          : this.bounded(p, p.op === 'then' ? this.then(p) : p.op === 'and' ? this.and(p) : this.or(p), top);
    }
  }

  private bounded(p: PatternGroup | PatternTimes, inner: string, top: boolean, single = false): string {
    const whole = p.within ? this.say('within', { what: inner, time: this.time(p.within) }) : inner;
    return top || (single && whole === inner) ? whole : this.say('bracket', { inner: whole });
  }

  private times(p: PatternTimes): string {
    const what = this.read(p.of);
    if (p.max === undefined) return p.min === 1 ? what : this.say('times', { what, n: p.min });
    return p.max === p.min
      ? this.say('timesExactly', { what, n: p.min })
      : this.say('timesBetween', { what, n: p.min, m: p.max });
  }

  private or(p: PatternGroup): string {
    return p.of.map((item) => this.read(item)).reduce((a, b) => this.say('or', { a, b }));
  }

  private and(p: PatternGroup): string {
    const must = p.of.filter((item) => item.op !== 'no' || item.for !== undefined).map((item) => this.read(item));
    const mustNot = p.of.flatMap((item) => (item.op === 'no' && item.for === undefined ? [this.read(item.of)] : []));
    let list = listText(this.language, must);
    if (must.length > 1) list = this.say(p.within ? 'anyOrder' : 'together', { list });
    for (const no of mustNot) list = this.say(p.within ? 'withoutBefore' : 'without', { list, no });
    return list;
  }

  private then(p: PatternGroup): string {
    let sentence = '';
    let no: string[] = [];
    p.of.forEach((item, i) => {
      if (item.op === 'no' && i > 0) {
        if (item.for !== undefined) {
          sentence = this.say('thenNo', { a: sentence, no: this.read(item.of), time: this.time(item.for) });
        } else no.push(this.read(item.of));
        return;
      }
      const b = this.read(item);
      if (i === 0) sentence = this.say('first', { a: b });
      else if (no.length > 0) {
        sentence = this.say('thenWithout', { a: sentence, b, no: no.reduce((x, y) => this.say('or', { a: x, b: y })) });
        no = [];
      } else sentence = this.say('then', { a: sentence, b });
    });
    return sentence;
  }
}
