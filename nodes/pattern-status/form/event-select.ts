/** The choice of an event (or status) of a row. */
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { GROUPS, type Choice } from './event-list';
import { lastName } from './last-names';

/** Events that reach the node first; one that is gone stays chosen and says so. */
export function eventSelect(
  t: Translate,
  choices: readonly Choice[],
  label: string,
  chosen: string,
  changed: (event: string) => void,
): HTMLSelectElement {
  const select = make(
    'select',
    { 'aria-label': label, class: 'city-event' },
    make('option', { value: '' }, t('placeholder.choose')),
  );
  for (const group of GROUPS) {
    const options = choices
      .filter((choice) => choice.group === group)
      .map(({ id, name }) => make('option', { value: id }, name));
    if (options.length > 0) select.append(make('optgroup', { label: t(`option.${group}`) }, ...options));
  }
  if (chosen !== '' && !choices.some(({ id }) => id === chosen)) {
    select.append(make('option', { value: chosen }, t('option.gone', { id: lastName(chosen) })));
  }
  select.value = chosen;
  select.addEventListener('change', () => changed(select.value));
  return select;
}
