/**
 * Rules as text: `when "smoke" then no "pump on" for 2 min in the same station severity major`. What a tree says, the
 * text says, and back; the words come from a table for each language.
 */
import { Cursor } from './cursor';
import { judge } from './judge';
import { Marks } from './marks';
import { Names, type NamedEvent } from './names';
import { PatternParser } from './pattern-parser';
import { Printer } from './printer';
import { wronglyClosed } from './quotes';
import { RuleParser, type RuleParts } from './rule-parser';
import { Stop, TextErrors, type TextError } from './text-error';
import { ThaiWords } from './thai';
import { CLOSE, tokenize, type Token, type TokenFault } from './tokens';
import { vocabularyOf } from './words';

export type { NamedEvent, RuleParts, TextError };

/** Longer texts are not read. */
const LONGEST = 50_000;

/**
 * Reads a rule. Never throws: what is wrong comes with its place and, where there is one, a way to mend it.
 * @param language of the words and messages: "en-US" (default) or "th"; English words are understood in every language
 * @param events that may be named, statuses among them
 * @returns the rule where the text can be read, even if the compiler refuses it
 */
export function parseRule(
  text: string,
  language: string | undefined,
  events: readonly NamedEvent[],
): { rule?: RuleParts; errors: TextError[] } {
  const errors = new TextErrors(text, language);
  const names = new Names(events);
  const marks = new Marks();
  try {
    const rule = read(text, language, names, marks, errors);
    if (errors.count > 0) return { errors: errors.list() };
    judge(rule, marks, names, errors, language);
    return { rule, errors: errors.list() };
  } catch (thrown) {
    if (!(thrown instanceof Stop)) throw thrown;
    return { errors: errors.list() };
  }
}

/** Writes a rule as text: {@link parseRule} reads back the same. */
export function printRule(rule: RuleParts, language: string | undefined, events: readonly NamedEvent[]): string {
  return new Printer(vocabularyOf(language), new Names(events)).rule(rule);
}

function read(text: string, language: string | undefined, names: Names, marks: Marks, errors: TextErrors): RuleParts {
  const whole = { start: 0, end: text.length };
  if (text.length > LONGEST) errors.stop(whole, 'long', { limit: LONGEST }, errors.say('advice.shorter'));
  if (text.trim() === '') errors.stop(whole, 'empty', {}, errors.say('advice.begin'));
  const vocabulary = vocabularyOf(language);
  const thai = new ThaiWords(vocabulary, names);
  const { tokens, fault } = tokenize(text, (...written) => thai.split(...written));
  if (fault !== undefined) refuse(text, tokens, fault, names, errors);
  const cursor = new Cursor(text, tokens, vocabulary, errors, names.example() ?? errors.say('example.event'), (word) =>
    names.mayBe(word),
  );
  return new RuleParser(cursor, new PatternParser(cursor, names, marks), marks).read();
}

/** Stops where the writing itself is wrong. */
function refuse(text: string, tokens: readonly Token[], fault: TokenFault, names: Names, errors: TextErrors): never {
  const { code } = fault;
  const found = text.slice(fault.start, fault.end);
  if (code === 'escape') return errors.stop(fault, code, { found }, errors.say('advice.escape'));
  const known = (name: string): boolean => names.called(name).length > 0;
  const quoted = code === 'openText' ? wronglyClosed(text, fault.start, tokens, known) : undefined;
  if (quoted === undefined) return errors.stop(fault, code, {}, errors.say('advice.close', { sign: CLOSE[found]! }));
  const { name } = quoted;
  return errors.stop(quoted, code, {}, errors.say(name === '' ? 'advice.doubleQuotes' : 'advice.quote', { name }));
}
