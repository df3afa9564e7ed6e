/** The zones as a table in which everything can be changed by keyboard: name, level, parent, colour, removal. */
import type { Translate } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';
import { ZONE_COLOURS, type Zone, type ZoneShape } from '../zones/model';
import { colourOf } from './colours';
import type { Draft } from './draft';
import { countPoints } from './shape-edit';
import { treeOrder } from './tree';

/** Rows that are shown at once; a list of thousands would make the form slow. */
const PAGE = 100;
/** Pixels that a part is further in than its whole, and steps that are shown so. */
const INDENT = 14;
const DEEPEST = 6;

export interface ZoneTable {
  /** Shows the list anew after it has been changed from outside. */
  refresh(): void;
  /** Shows which zone is chosen and how its shape is now. */
  mark(): void;
}

interface Host {
  draft: Draft;
  t: Translate;
  /** A field of a zone has been changed here. */
  changed: () => void;
  /** The person wants to see and change the points of a zone. */
  open: (zone: Zone) => void;
}

export function zoneTable(container: HTMLElement, { draft, t, changed, open }: Host): ZoneTable {
  const { zones } = draft;
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
  const heads = ['color', 'zoneName', 'level', 'parent', 'shape'].map((key) =>
    make('th', { scope: 'col' }, t(`label.${key}`)),
  );
  const table = make(
    'table',
    { class: 'city-zones-table' },
    make('thead', {}, make('tr', {}, ...heads, make('td'))),
    body,
  );
  const scroll = make(
    'div',
    { class: 'city-scroll', tabindex: '0', role: 'region', 'aria-label': t('label.zones') },
    table,
  );
  container.replaceChildren(make('div', { class: 'city-bar' }, search, count), scroll, more, levels);

  const refresh = (): void => {
    const text = wanted.toLowerCase();
    const list = treeOrder(zones).filter(({ zone: { id, name, level } }) =>
      [id, name, level].some((part) => part.toLowerCase().includes(text)),
    );
    fillLevels(levels, zones);
    body.replaceChildren(...list.slice(0, shown).map(({ zone, depth }) => zoneRow(zone, depth)));
    count.textContent = t('hint.count', { count: list.length });
    if (document.activeElement === more && list.length <= shown) scroll.focus({ preventScroll: true });
    more.hidden = list.length <= shown;
    more.textContent = t('button.more', { count: Math.min(PAGE, list.length - shown) });
    mark();
  };

  /** One step for everything that is typed into one field. */
  const edit = (zone: Zone, field: string, how: () => void): void => {
    draft.mark(`${field} ${zone.id}`);
    how();
    changed();
  };

  function zoneRow(zone: Zone, depth: number): HTMLTableRowElement {
    const name = nameField(zone);
    name.style.setProperty('margin-left', `${INDENT * Math.min(DEEPEST, depth)}px`);
    const cells = [
      colourCell(zone),
      make('span', { class: 'city-zone-name' }, name),
      levelField(zone),
      parentField(zone),
    ];
    const tr = make('tr', { 'data-zone': zone.id }, ...cells.map((cell) => make('td', {}, cell)));
    tr.append(make('td', {}, shapeButton(zone)), make('td', {}, removeButton(zone)));
    tr.addEventListener('focusin', () => draft.choose(zone.id));
    return tr;
  }

  function mark(): void {
    for (const tr of body.rows) {
      const id = tr.dataset['zone'];
      const isChosen = id === draft.chosen;
      if (isChosen && !tr.classList.contains('city-marked-row') && !tr.contains(document.activeElement))
        bringInto(scroll, tr);
      tr.classList.toggle('city-marked-row', isChosen);
      const zone = zones.find((one) => one.id === id);
      const cell = tr.querySelector('.city-shape');
      if (zone && cell) cell.textContent = shapeWords(zone.shape, t);
    }
  }

  function colourCell(zone: Zone): HTMLElement {
    const swatch = make('span', { class: 'city-swatch', 'aria-hidden': 'true' });
    const select = make('select', { 'aria-label': `${t('label.color')}: ${zone.name}` });
    const paint = (): void => swatch.style.setProperty('background', colourOf(zone.colour, zones.indexOf(zone)));
    const choices = ZONE_COLOURS.map((c) => [c, t(`color.${c}`)] as const);
    fillSelect(select, [['', t('color.auto')], ...choices], zone.colour ?? '');
    paint();
    select.addEventListener('change', () =>
      edit(zone, 'colour', () => {
        setOrDelete(zone, 'colour', select.value || undefined);
        paint();
      }),
    );
    return make('span', { class: 'city-colour' }, swatch, select);
  }

  function nameField(zone: Zone): HTMLInputElement {
    const input = make('input', {
      type: 'text',
      'aria-label': `${t('label.zoneName')}: ${zone.id}`,
      title: `${t('label.id')}: ${zone.id}`,
    });
    input.value = zone.name;
    input.addEventListener('input', () =>
      edit(zone, 'name', () => {
        zone.name = input.value.trim();
        input.classList.toggle('input-error', zone.name === '');
      }),
    );
    return input;
  }

  function levelField(zone: Zone): HTMLElement {
    const input = make('input', { type: 'text', list: levels.id, 'aria-label': `${t('label.level')}: ${zone.name}` });
    input.value = zone.level;
    input.addEventListener('change', () =>
      edit(zone, 'level', () => {
        zone.level = input.value.trim() || zone.level;
        input.value = zone.level;
        fillLevels(levels, zones);
      }),
    );
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
      edit(zone, 'parent', () => setOrDelete(zone, 'parent', select.value || undefined));
      refresh();
      rowOf(zone.id)?.querySelectorAll('select')[1]?.focus();
    });
    return select;
  }

  /** The shape in words, which opens its points. */
  function shapeButton(zone: Zone): HTMLElement {
    const label = t('button.points', { zone: zone.name });
    const made = make('button', { type: 'button', class: 'city-shape', title: label });
    made.addEventListener('click', () => open(zone));
    return made;
  }

  function removeButton(zone: Zone): HTMLElement {
    const made = iconButton('trash-o', t('button.remove', { zone: zone.name }));
    made.classList.add('city-remove');
    made.addEventListener('click', () => {
      const at = body.querySelectorAll('tr');
      const index = [...at].findIndex((tr) => tr.dataset['zone'] === zone.id);
      draft.remove(zone);
      const next = body.rows[Math.min(index, body.rows.length - 1)];
      (next?.querySelector<HTMLElement>('.city-remove') ?? search).focus();
    });
    return made;
  }

  const rowOf = (id: string): HTMLElement | undefined => [...body.rows].find((tr) => tr.dataset['zone'] === id);

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
  return { refresh, mark };
}

function iconButton(icon: string, label: string): HTMLButtonElement {
  const button = make('button', {
    type: 'button',
    class: 'red-ui-button red-ui-button-small',
    'aria-label': label,
    title: label,
  });
  button.append(make('i', { class: `fa fa-${icon}`, 'aria-hidden': 'true' }));
  return button;
}

/** Scrolls the list, never the form around it. */
function bringInto(scroll: HTMLElement, tr: HTMLElement): void {
  const [box, own] = [scroll.getBoundingClientRect(), tr.getBoundingClientRect()];
  if (own.top < box.top) scroll.scrollTop += own.top - box.top;
  else if (own.bottom > box.bottom) scroll.scrollTop += own.bottom - box.bottom;
}

function shapeWords(shape: ZoneShape, t: Translate): string {
  const metres = (n: number): string =>
    n >= 1000
      ? t('length.km', { n: Number((n / 1000).toPrecision(4)) })
      : t('length.m', { n: Number(n.toPrecision(4)) });
  if (shape.type === 'Circle') return t('shape.circle', { radius: metres(shape.radius) });
  if (shape.type === 'Corridor') return t('shape.corridor', { width: metres(shape.width), count: shape.line.length });
  return t('shape.area', { count: countPoints(shape) });
}

function setOrDelete(zone: Zone, field: 'parent' | 'colour', value: string | undefined): void {
  if (value === undefined) delete zone[field];
  else zone[field] = value;
}

function fillLevels(list: HTMLDataListElement, zones: readonly Zone[]): void {
  const levels = new Set(['city', 'district', 'zone', 'site', ...zones.map(({ level }) => level)]);
  list.replaceChildren(...[...levels].slice(0, 50).map((value) => make('option', { value })));
}

/** All zones but this one and its own parts: nothing can be a part of itself. */
function possibleParents(zone: Zone, zones: readonly Zone[]): [string, string][] {
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
