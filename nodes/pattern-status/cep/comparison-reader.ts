/** Comparisons of events in words: "the value of the second “B” is more than 5 above that of the first “B”". */
import type { Comparison, EventTerm } from '../../ecdm/definition';
import { durationText, languageOf, listText, text, type TextParameters } from '../../ecdm/text';

/** What a comparison can name: one event, or one of several. */
export interface Called {
  readonly places: Place[];
  /** It is counted: the other one of its name is the one before it. */
  readonly counted: boolean;
}

/** An event where it stands in the pattern. */
export interface Place {
  event: string;
  name: string;
  /** Its place among the events of its name, from 1. */
  nth: number;
  /** How many there are of its name. */
  of: number;
}

/** Digits of a double that are always true. */
const DIGITS = 15;
/** Longest length of time that is told as one: ten years. */
const LONGEST = 3653 * 86_400_000;
/** Places that have a word of their own. */
const COUNTED = 5;

export class ComparisonReader {
  private readonly format: Intl.NumberFormat;

  constructor(
    private readonly called: ReadonlyMap<string, Called>,
    private readonly language: string | undefined,
  ) {
    this.format = new Intl.NumberFormat(languageOf(language), { maximumSignificantDigits: DIGITS });
  }

  list(comparisons: readonly Comparison[]): string {
    return listText(
      this.language,
      comparisons.map((one) => this.read(one)),
    );
  }

  /** With all its digits: a limit is meant exactly. */
  number(value: number): string {
    return this.format.format(value);
  }

  private say(key: string, parameters?: TextParameters): string {
    return text(this.language, `rule.${key}`, parameters);
  }

  private read({ left, op, right }: Comparison): string {
    const a = this.term(left);
    if (!('of' in right)) return this.say(`is.${op}`, { a, b: this.fixed(right.value) });
    const { plus = 0, times } = right;
    const isTime = left.field === 'time' && right.field === 'time';
    // "more than 5 above" says it better than "above ... plus 5"
    const by = times === undefined && (plus > 0 ? op.startsWith('>') : plus < 0 && op.startsWith('<'));
    if (by) {
      const b = this.second({ ...right, plus: 0 }, left);
      return this.say(`${isTime ? 'after' : 'by'}.${op}`, { a, n: this.amount(left, Math.abs(plus)), b });
    }
    const same = op === '=' || op === '!=' ? 'same.' : isTime ? 'when.' : 'is.';
    return this.say(same + op, { a, b: this.second(right, left) });
  }

  /** Times are compared in milliseconds, which nobody reads. */
  private amount({ field }: EventTerm, n: number): string {
    const isLength = field === 'time' && Number.isInteger(n) && n <= LONGEST;
    return isLength ? durationText(this.language, n) : this.number(n);
  }

  /** A second term of the same kind need not say its kind again. */
  private second(term: EventTerm, first: EventTerm): string {
    const alike = (term.field ?? 'value') === (first.field ?? 'value') && isPlain(term) && isPlain(first);
    const isBefore = term.of === first.of && this.called.get(term.of)?.counted === true;
    const event = isBefore ? this.before(term.of) : this.event(term.of);
    return alike ? this.say('term.that', { event }) : this.term(term, event);
  }

  private term(term: EventTerm, event = this.event(term.of)): string {
    const { field = 'value', times, plus = 0 } = term;
    let said = field.startsWith('value.')
      ? this.say('term.path', { path: field.slice('value.'.length), event })
      : this.say(`term.${field}`, { event });
    if (times !== undefined && times !== 1) said = this.say('term.times', { n: this.number(times), term: said });
    if (plus > 0) return this.say('term.plus', { term: said, n: this.amount(term, plus) });
    return plus < 0 ? this.say('term.minus', { term: said, n: this.amount(term, -plus) }) : said;
  }

  private event(alias: string): string {
    const called = this.called.get(alias);
    if (called === undefined) return this.say('event', { name: alias });
    return called.places.map((place) => this.place(place)).reduce((a, b) => this.say('or', { a, b }));
  }

  private place({ name, nth, of }: Place): string {
    const event = this.say('event', { name });
    if (of === 1) return event;
    return nth <= COUNTED ? this.say(`nth.${nth}`, { event }) : this.say('nth.more', { event, n: nth });
  }

  private before(alias: string): string {
    return this.say('nth.before', { event: this.event(alias) });
  }

  private fixed(value: number | string | boolean): string {
    if (typeof value === 'number') return this.number(value);
    return typeof value === 'string' ? this.say('event', { name: value }) : this.say(`truth.${value}`);
  }
}

const isPlain = ({ times = 1, plus = 0 }: EventTerm): boolean => times === 1 && plus === 0;
