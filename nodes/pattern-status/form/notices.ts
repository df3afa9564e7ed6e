/** What the form says of how a rule hangs together with others: it can be run, and does not do what it seems to. */
import type { StatusDefinition } from '../../ecdm/definition';
import { unmetIn } from '../../ecdm/key-kinds';
import { statusInputs } from '../../ecdm/status-loops';
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { keysText } from '../rested-on';
import { drawnLevels, type Choice } from './event-list';

/** @returns sentences, each with its remedy */
export function noticesOf(
  definition: StatusDefinition,
  known: (id: string) => Choice | undefined,
  t: Translate,
): string[] {
  const apart = [...statusInputs(definition)].filter((id) => known(id)?.group === 'statuses');
  const notices =
    apart.length === 0 ? [] : [t('hint.unwired', { names: apart.map((id) => known(id)!.name).join(', ') })];
  const where = (keys: Parameters<typeof keysText>[0]): string => keysText(keys, (key) => t(key));
  for (const { id, keys, notWhile, canKeepDown } of unmetIn(definition, (one) => known(one)?.keys, drawnLevels())) {
    const key = notWhile ? 'unmetNotWhile' : canKeepDown ? 'unmetOrNotWhile' : 'unmet';
    const parameters = { rule: definition.name, name: known(id)!.name, where: where(keys), own: where(definition.per) };
    notices.push(t(`error.${key}`, parameters));
  }
  return notices;
}

/** Shows them; what is said already is not read out anew. */
export function showNotices(place: HTMLElement, notices: readonly string[], action?: HTMLElement): void {
  const texts = [...place.querySelectorAll('p')].map((p) => p.textContent);
  if (texts.join('\n') === notices.join('\n')) return;
  place.replaceChildren(...notices.map((notice) => make('p', { class: 'city-fault' }, notice)));
  if (action !== undefined && notices.length > 0) place.append(action);
}
