import { ZONE_COLOURS, type Zone } from '../../city-zones/zones/model';
import type { Translate } from '../texts';
import { colourOf } from './colours';
import { fillSelect, make } from './dom';

/** Rows that are shown at once; a list of thousands would make the form slow. */
const PAGE = 100;

export interface ZoneTable {
  /** Shows the list anew after it has been changed from outside. */
  refresh(): void;
}

/**
 * The zones as a table in which everything can be changed by keyboard: name, level, parent, colour, removal.
 * @param zones the list that is edited; changed in place
 * @param changed called after each change, with the zone that has the focus
 */
export function zoneTable(
  container: HTMLElement,
  zones: Zone[],
  t: Translate,
  changed: (chosen?: string) => void,
): ZoneTable {
  let shown = PAGE;
  let wanted = '';
  const search = make('input', {
    type: 'search',
    placeholder: t('placeholder.search'),
    'aria-label': t('label.search'),
  });
  const count = make('span', { class: 'city-count', role: 'status' });
  const body = make('tbody');
  const more = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' });
  const levels = make('datalist', { id: 'city-zone-levels' });
  const heads = ['color', 'zoneName', 'level', 'parent'].map((key) => make('th', { scope: 'col' }, t(`label.${key}`)));
  const table = make('table', {}, make('thead', {}, make('tr', {}, ...heads, make('th'))), body);
  container.replaceChildren(
    make('div', { class: 'city-bar' }, search, count),
    make('div', { class: 'city-scroll' }, table),
    more,
    levels,
  );

  const found = (): Zone[] => {
    const text = wanted.toLowerCase();
    return zones.filter(({ id, name, level }) => [id, name, level].some((part) => part.toLowerCase().includes(text)));
  };

  const refresh = (): void => {
    const list = found();
    fillDatalist(levels, zones);
    body.replaceChildren(...list.slice(0, shown).map(zoneRow));
    count.textContent = t('hint.count', { count: list.length });
    more.hidden = list.length <= shown;
    more.textContent = t('button.more', { count: Math.min(PAGE, list.length - shown) });
  };

  const remove = (zone: Zone): void => {
    const at = zones.indexOf(zone);
    zones.splice(at, 1);
    // what was a part of it becomes a part of what it was a part of
    for (const other of zones) if (other.parent === zone.id) setOrDelete(other, 'parent', zone.parent);
    refresh();
    changed();
    const next = body.querySelectorAll('tr')[Math.min(at, body.rows.length - 1)];
    (next?.querySelector<HTMLElement>('.city-remove') ?? search).focus();
  };

  function zoneRow(zone: Zone): HTMLTableRowElement {
    const cells = [colourCell(zone), nameField(zone), levelField(zone), parentField(zone), removeButton(zone)];
    const tr = make('tr', {}, ...cells.map((cell) => make('td', {}, cell)));
    tr.addEventListener('focusin', () => changed(zone.id));
    return tr;
  }

  function colourCell(zone: Zone): HTMLElement {
    const swatch = make('span', { class: 'city-swatch', 'aria-hidden': 'true' });
    const select = make('select', { 'aria-label': `${t('label.color')}: ${zone.name}` });
    const paint = (): void => swatch.style.setProperty('background', colourOf(zone.colour, zones.indexOf(zone)));
    fillSelect(
      select,
      [['', t('color.auto')], ...ZONE_COLOURS.map((c) => [c, t(`color.${c}`)] as const)],
      zone.colour ?? '',
    );
    paint();
    select.addEventListener('change', () => {
      setOrDelete(zone, 'colour', select.value || undefined);
      paint();
      changed(zone.id);
    });
    return make('span', { class: 'city-colour' }, swatch, select);
  }

  function nameField(zone: Zone): HTMLElement {
    const input = make('input', {
      type: 'text',
      'aria-label': `${t('label.zoneName')}: ${zone.id}`,
      title: `${t('label.id')}: ${zone.id}`,
    });
    input.value = zone.name;
    input.addEventListener('input', () => {
      zone.name = input.value.trim();
      input.classList.toggle('input-error', zone.name === '');
      changed(zone.id);
    });
    return input;
  }

  function levelField(zone: Zone): HTMLElement {
    const input = make('input', { type: 'text', list: levels.id, 'aria-label': `${t('label.level')}: ${zone.name}` });
    input.value = zone.level;
    input.addEventListener('change', () => {
      zone.level = input.value.trim() || zone.level;
      input.value = zone.level;
      fillDatalist(levels, zones);
      changed(zone.id);
    });
    return input;
  }

  function parentField(zone: Zone): HTMLElement {
    const select = make('select', { 'aria-label': `${t('label.parent')}: ${zone.name}` });
    const current = zones.find(({ id }) => id === zone.parent);
    const chosen: [string, string][] =
      zone.parent === undefined ? [] : [[zone.parent, current?.name ?? `${zone.parent} (?)`]];
    fillSelect(select, [['', t('option.none')], ...chosen], zone.parent ?? '');
    // all choices only when they are needed: a thousand rows of a thousand choices would be a million elements
    const offer = (): void =>
      fillSelect(select, [['', t('option.none')], ...possibleParents(zone, zones)], select.value);
    select.addEventListener('focus', offer);
    select.addEventListener('mousedown', offer, { once: true });
    select.addEventListener('change', () => {
      setOrDelete(zone, 'parent', select.value || undefined);
      changed(zone.id);
    });
    return select;
  }

  function removeButton(zone: Zone): HTMLElement {
    const label = t('button.remove', { zone: zone.name });
    const button = make('button', {
      type: 'button',
      class: 'red-ui-button red-ui-button-small city-remove',
      'aria-label': label,
      title: label,
    });
    button.append(make('i', { class: 'fa fa-trash-o', 'aria-hidden': 'true' }));
    button.addEventListener('click', () => remove(zone));
    return button;
  }

  search.addEventListener('input', () => {
    wanted = search.value.trim();
    shown = PAGE;
    refresh();
  });
  more.addEventListener('click', () => {
    shown += PAGE;
    refresh();
  });
  refresh();
  return { refresh };
}

function setOrDelete(zone: Zone, field: 'parent' | 'colour', value: string | undefined): void {
  if (value === undefined) delete zone[field];
  else zone[field] = value;
}

function fillDatalist(list: HTMLDataListElement, zones: readonly Zone[]): void {
  const levels = new Set(['city', 'district', 'zone', 'site', ...zones.map(({ level }) => level)]);
  list.replaceChildren(...[...levels].slice(0, 50).map((value) => make('option', { value })));
}

/** All zones but this one and its own parts: nothing can be a part of itself. */
export function possibleParents(zone: Zone, zones: readonly Zone[]): [string, string][] {
  const byId = new Map(zones.map((one) => [one.id, one]));
  const isPart = (one: Zone | undefined): boolean => {
    for (let steps = 0; one !== undefined && steps <= 20; steps++) {
      if (one.id === zone.id) return true;
      one = one.parent === undefined ? undefined : byId.get(one.parent);
    }
    return false;
  };
  return zones.filter((one) => !isPart(one)).map(({ id, name }) => [id, name]);
}
