/** What is wrong with a saved rule and seen without the engine: with the editor, every rule of the flows is looked at. */
import type { StatusDefinition } from '../../ecdm/definition';
import { eventsOf, patternsOf } from '../../ecdm/pattern-walk';
import type { Translate } from '../../editor/texts';
import { rawDefinition } from '../saved-settings';
import type { Choice } from './event-list';
import { lastName } from './last-names';

/** What is wrong with a node as it is saved, for the mark at the node; `undefined` where nothing is seen. */
export function quickFault(
  node: { id: string } & Record<string, unknown>,
  known: (id: string) => Choice | undefined,
  t: Translate,
): string | undefined {
  const ruleText = node['ruleText'];
  if (typeof ruleText === 'string' && ruleText !== '') return t('invalid.text');
  const definition = rawDefinition(node) as unknown as StatusDefinition;
  if (definition.when === undefined) return t('invalid.none');
  try {
    const named = [...patternsOf(definition).map(({ pattern }) => eventsOf(pattern)), definition.notWhile ?? []];
    for (const ids of named) {
      const gone = [...ids].filter((id) => known(id) === undefined);
      if (gone.length > 0) return t('invalid.gone', { ids: gone.slice(0, 5).map(lastName).join(', ') });
    }
    if (definition.per.by === 'near' && definition.per.metres === undefined) return t('missing.metres');
    if (definition.steps?.some(({ after, when }) => after === undefined && when === undefined))
      return t('missing.step');
    if (!flapsOftenEnough(definition)) return t('missing.raises');
  } catch (error) {
    // written by hand, in a form that is no pattern
    return t('invalid.rule', { reason: (error as Error).message });
  }
  return undefined;
}

/** Whether it is said in a number that can be how often a status may be raised before it flaps. */
export function flapsOftenEnough({ flapping }: StatusDefinition): boolean {
  if (typeof flapping !== 'object') return true;
  const { raises } = flapping;
  return Number.isInteger(raises) && raises >= 2 && raises <= 100;
}
