/** Whether a rule can be run, as the runtime will see it. */
import type { StatusDefinition } from '../../ecdm/definition';
import { patternsOf } from '../../ecdm/pattern-walk';
import { languageOf, type Translate } from '../../editor/texts';
import { compileStatus } from '../cep/engine';
import { DefinitionError } from '../cep/errors';
import { missingIn } from '../model/row-faults';
import { fromPattern } from '../model/rows';
import { rawDefinition } from '../saved-settings';
import type { Choice } from './event-list';
import { lastName } from './last-names';

/** An event (or a status) that a rule can name, by its id. */
type Known = (id: string) => Choice | undefined;

export interface Refusal {
  /** Place in the definition, such as `when.of[1]`; empty where it is the whole. */
  path: string;
  /** What is wrong and what to do. */
  message: string;
}

/** What the runtime would say of a definition in which nothing is missing. */
export function refusalOf(definition: StatusDefinition, known: Known, t: Translate): Refusal | undefined {
  const language = languageOf(t);
  try {
    compileStatus(definition, {
      names: (id) => known(id)?.name ?? lastName(id),
      emit: (id) => known(id)?.emit,
      language,
      maxKeys: 1,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof DefinitionError)) return { path: '', message: t('invalid.rule', { reason: String(error) }) };
    const { message, hint } = error.in(language);
    // elsewhere it stands behind a colon
    return { path: error.path, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}. ${hint}` };
  }
}

/** What the engine says of a node as it is saved, in which nothing is wrong that is quickly seen; `undefined` where nothing is. */
export function deepFault(
  node: { id: string } & Record<string, unknown>,
  known: Known,
  t: Translate,
): string | undefined {
  const definition = rawDefinition(node) as unknown as StatusDefinition;
  try {
    for (const { pattern } of patternsOf(definition)) {
      const [missing] = missingIn(fromPattern(pattern), { needed: true });
      if (missing !== undefined) return t(`missing.${missing.missing}`);
    }
  } catch (error) {
    // written by hand, in a form that is no pattern
    return t('invalid.rule', { reason: (error as Error).message });
  }
  return refusalOf(definition, known, t)?.message;
}
