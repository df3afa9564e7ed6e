/** The area of a rule: none, a box by its four sides in degrees (or drawn on the map), or a zone of the city. */
import { familyOf } from '../../city-zones/zones/family';
import type { Zone } from '../../city-zones/zones/model';
import type { Translate } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';
import { zonesOf } from '../../editor/zones/zones-of';
import { areaFault, type SavedRule, SIDES, type Where, whereFault, WHERES } from './saved-rule';

/** The field of the form with the list of zones: a configuration node. */
export interface ZoneList {
  row: HTMLElement;
  id(): string;
}

export interface AreaFields {
  refresh(): void;
  /** The zone that is chosen, with its parts; empty where none is, or it is gone. */
  zones(): Zone[];
}

/** @param rule its area and zone as they are typed; changed in place */
export function areaFields(
  root: HTMLElement,
  t: Translate,
  rule: SavedRule,
  list: ZoneList,
  changed: () => void,
): AreaFields {
  const { area } = rule;
  const where = make('select', { id: 'sta-in-where', 'aria-label': t('label.area') });
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
  const sides = make('div', { class: 'city-sides' }, ...fields.map(({ whole }) => whole), clear);
  const zone = make('select', { id: 'sta-in-zone' });
  const zoneRow = make('div', { class: 'form-row' }, make('label', { for: zone.id }, t('label.zone')), ' ', zone);
  const inZone = make('div', {}, list.row, zoneRow);
  const fault = make('p', { class: 'city-hint city-fault', role: 'alert' });
  where.addEventListener('change', () => {
    rule.where = where.value as Where;
    refresh();
    changed();
  });
  clear.addEventListener('click', () => {
    for (const side of SIDES) area[side] = '';
    refresh();
    changed();
    fields[0]!.input.focus();
  });
  zone.addEventListener('change', () => {
    rule.zone = zone.value;
    judge();
    changed();
  });
  list.row.addEventListener('change', () => {
    refresh();
    changed();
  });
  const legend = make('legend', {}, t('label.area'));
  root.replaceChildren(make('fieldset', { class: 'form-row city-area' }, legend, where, sides, inZone), fault);

  const zones = (): Zone[] => (rule.where === 'zone' ? familyOf(zonesOf(list.id()), rule.zone) : []);
  const judge = (): void => {
    const wrong = whereFault(rule, () => zones().length > 0);
    fault.hidden = wrong === undefined;
    fault.textContent = wrong === undefined ? '' : t(`invalid.area.${wrong}`);
    clear.hidden = SIDES.every((side) => area[side] === '');
  };
  const refresh = (): void => {
    fillSelect(
      where,
      WHERES.map((kind) => [kind, t(`option.where.${kind}`)]),
      rule.where,
    );
    sides.hidden = rule.where !== 'box';
    inZone.hidden = rule.where !== 'zone';
    for (const { side, input } of fields) input.value = area[side];
    const known = zonesOf(list.id());
    const choices = known.map(({ id, name, level }): [string, string] => [id, `${name} (${level})`]);
    // what was chosen and is gone stays in sight
    if (!known.some(({ id }) => id === rule.zone)) choices.unshift([rule.zone, rule.zone]);
    fillSelect(zone, choices, rule.zone);
    judge();
  };
  refresh();
  return { refresh, zones };
}
