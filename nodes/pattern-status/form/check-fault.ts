/** What is wrong with a rule that can be run. */
import { RuleCheck } from '../../ecdm/check-rule';
import type { StatusDefinition } from '../../ecdm/definition';
import { Mistakes } from '../../ecdm/mistake';

export interface Refusal {
  /** Place in the definition, such as `when.of[1]`; empty where it is the whole. */
  path: string;
  /** What is wrong and what to do. */
  message: string;
}

/** What does not mean what it says, such as "5 times in 0 s": the text and the check of a definition refuse it, too. */
export function checkFault(definition: StatusDefinition, language: string): Refusal | undefined {
  const mistakes = new Mistakes(language);
  new RuleCheck(mistakes).status(definition, []);
  const [first] = mistakes.list;
  return first && { path: first.path, message: `${begun(first.message)} ${first.hint}` };
}

/** As a sentence begins; elsewhere it stands behind a colon. */
export const begun = (message: string): string => message.charAt(0).toUpperCase() + message.slice(1);
