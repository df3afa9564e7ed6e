/** What a rule that can be read still lacks to be run, shown where it stands in the text. */
import { RuleCheck } from '../../../ecdm/check-rule';
import type { Pattern, StatusDefinition } from '../../../ecdm/definition';
import { Mistakes } from '../../../ecdm/mistake';
import { patternsOf } from '../../../ecdm/pattern-walk';
import { pathText } from '../../../ecdm/path-text';
import { compilePattern, emitsBy } from '../compile';
import { DefinitionError } from '../errors';
import type { Marks } from './marks';
import type { Names } from './names';
import type { RuleParts } from './rule-parser';
import type { TextErrors } from './text-error';

/** Adds what the check and the compiler refuse. */
export function judge(
  rule: RuleParts,
  marks: Marks,
  names: Names,
  errors: TextErrors,
  language: string | undefined,
): void {
  const put = (path: string, message: string, hint: string): void =>
    errors.put(marks.at(rule, path) ?? { start: 0, end: 0 }, sentence(message, language), sentence(hint, language));
  const mistakes = new Mistakes(language);
  const check = new RuleCheck(mistakes);
  const status: StatusDefinition = { ...rule, id: 'rule', name: 'rule' };
  check.status(status, []);
  for (const { path, message, hint } of mistakes.list) put(path, message, hint);
  // a rule with wrong names or limits has no meaning that could be compiled
  if (mistakes.list.length > 0) return;
  for (const { pattern, path } of patternsOf(status)) {
    const fault = refusal(pattern, pathText(path), names, status);
    if (fault === undefined) continue;
    const { message, hint } = fault.in(language);
    put(fault.path, message, hint);
  }
}

function refusal(
  pattern: Pattern,
  path: string,
  names: Names,
  { afterDetection, pairing = 'newest', per, when }: StatusDefinition,
): DefinitionError | undefined {
  try {
    // pairs and places are those of what raises it
    const matching = pattern === when ? { pairing, by: per.by, metres: per.metres } : undefined;
    const emit = emitsBy(per.by, (id) => names.emit(id));
    compilePattern(pattern, emit, path, afterDetection, matching);
    return undefined;
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
}

/** Sentences of the compiler have neither a capital letter nor a full stop; Thai has none anyway. */
function sentence(text: string, language: string | undefined): string {
  if (language === 'th' || language?.startsWith('th-')) return text;
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length) + (/[.?!]$/.test(text) ? '' : '.');
}
