/** The four sides of an area in degrees, for those who do not draw it on the map. */
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { areaFault, type Side, SIDES } from './choice';

/** @param area the sides as they are typed; changed in place */
export function areaFields(
  root: HTMLElement,
  t: Translate,
  area: Record<Side, string>,
  changed: () => void,
): { refresh(): void } {
  const fields = SIDES.map((side) => {
    const input = make('input', { type: 'number', step: 'any', class: 'city-number', id: `sta-in-area-${side}` });
    input.addEventListener('change', () => {
      area[side] = input.value.trim();
      judge();
      if (areaFault(area) === undefined) changed();
    });
    return { side, input, whole: make('label', { for: input.id, class: 'city-side' }, t(`side.${side}`), ' ', input) };
  });
  const clear = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, t('button.clearArea'));
  const fault = make('p', { class: 'city-hint city-fault', role: 'alert' });
  clear.addEventListener('click', () => {
    for (const side of SIDES) area[side] = '';
    refresh();
    changed();
    fields[0]!.input.focus();
  });
  const group = make(
    'fieldset',
    { class: 'form-row city-area' },
    make('legend', {}, t('label.area')),
    make('div', { class: 'city-sides' }, ...fields.map(({ whole }) => whole), clear),
  );
  root.replaceChildren(group, fault);

  const judge = (): void => {
    const wrong = areaFault(area);
    fault.hidden = wrong === undefined;
    fault.textContent = wrong === undefined ? '' : t(`invalid.area.${wrong}`);
    clear.hidden = SIDES.every((side) => area[side] === '');
  };
  const refresh = (): void => {
    for (const { side, input } of fields) input.value = area[side];
    judge();
  };
  refresh();
  return { refresh };
}
