/** Whether a rule can be run, as the runtime will see it, and means what it says. */
import type { StatusDefinition } from '../../ecdm/definition';
import { patternsOf } from '../../ecdm/pattern-walk';
import { languageOf, type Translate } from '../../editor/texts';
import { compileStatus } from '../cep/engine';
import { DefinitionError } from '../cep/errors';
import { missingIn } from '../model/row-faults';
import { fromPattern } from '../model/rows';
import { rawDefinition } from '../saved-settings';
import { begun, checkFault, type Refusal } from './check-fault';
import type { Choice } from './event-list';
import { lastName } from './last-names';

/** An event (or a status) that a rule can name, by its id. */
type Known = (id: string) => Choice | undefined;

/** What is answered in the field "within": of the bracket itself, or of the one around what is refused. */
const LACKS_WITHIN: ReadonlySet<string> = new Set(['then', 'begins', 'times']);
const LACKS_WITHIN_AROUND: ReadonlySet<string> = new Set(['points', 'noBefore']);

/** The place in the definition at which the question is answered. */
function placeOf({ code, path }: DefinitionError): string {
  if (LACKS_WITHIN_AROUND.has(code)) return path.replace(/\.of\[\d+\]$/, '.within');
  return LACKS_WITHIN.has(code) ? `${path}.within` : path;
}

/** What the runtime or the check would say of a definition in which nothing is missing. */
export function refusalOf(definition: StatusDefinition, known: Known, t: Translate): Refusal | undefined {
  const language = languageOf(t);
  try {
    compileStatus(definition, {
      names: (id) => known(id)?.name ?? lastName(id),
      emit: (id) => known(id)?.emit,
      language,
      maxKeys: 1,
    });
  } catch (error) {
    if (!(error instanceof DefinitionError)) return { path: '', message: t('invalid.rule', { reason: String(error) }) };
    const { message, hint } = error.in(language);
    return { path: placeOf(error), message: `${begun(message)}. ${hint}` };
  }
  return checkFault(definition, language);
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
