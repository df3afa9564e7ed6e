/** Comparisons of events in words: "the value of the second “B” is more than 5 above that of the first “B”". */
import type { Comparison, EventTerm } from '../../ecdm/definition';
import { languageOf, listText, text, type TextParameters } from '../../ecdm/text';

/** An event that a comparison can name. */
export interface Called {
  event: string;
  name: string;
  /** Its place among the events of its name, from 1. */
  nth: number;
  /** How many there are of its name. */
  of: number;
}

/** Digits of a double that are always true. */
const DIGITS = 15;
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
    // "more than 5 above" says it better than "above ... plus 5"
    const by = times === undefined && (plus > 0 ? op.startsWith('>') : plus < 0 && op.startsWith('<'));
    if (by)
      return this.say(`by.${op}`, { a, n: this.number(Math.abs(plus)), b: this.second({ ...right, plus: 0 }, left) });
    const same = op === '=' || op === '!=' ? 'same.' : 'is.';
    return this.say(same + op, { a, b: this.second(right, left) });
  }

  /** A second term of the same kind need not say its kind again. */
  private second(term: EventTerm, first: EventTerm): string {
    const alike = (term.field ?? 'value') === (first.field ?? 'value') && isPlain(term) && isPlain(first);
    return alike ? this.say('term.that', { event: this.event(term.of) }) : this.term(term);
  }

  private term(term: EventTerm): string {
    const { field = 'value', times, plus = 0 } = term;
    const event = this.event(term.of);
    let said = field.startsWith('value.')
      ? this.say('term.path', { path: field.slice('value.'.length), event })
      : this.say(`term.${field}`, { event });
    if (times !== undefined && times !== 1) said = this.say('term.times', { n: this.number(times), term: said });
    if (plus > 0) return this.say('term.plus', { term: said, n: this.number(plus) });
    return plus < 0 ? this.say('term.minus', { term: said, n: this.number(-plus) }) : said;
  }

  private event(alias: string): string {
    const called = this.called.get(alias);
    const event = this.say('event', { name: called?.name ?? alias });
    if (called === undefined || called.of === 1) return event;
    return called.nth <= COUNTED
      ? this.say(`nth.${called.nth}`, { event })
      : this.say('nth.more', { event, n: called.nth });
  }

  private fixed(value: number | string | boolean): string {
    if (typeof value === 'number') return this.number(value);
    return typeof value === 'string' ? this.say('event', { name: value }) : this.say(`truth.${value}`);
  }
}

const isPlain = ({ times = 1, plus = 0 }: EventTerm): boolean => times === 1 && plus === 0;
