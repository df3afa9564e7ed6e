/** The chosen zone in a table: every point with its coordinates, radius and width, so that no map is needed. */
import type { Translate } from '../../editor/texts';
import { fillSelect, make, row } from '../../editor/zones/dom';
import { LIMITS, type Zone, type ZoneShape } from '../zones/model';
import { coordinateField, type MakeField } from './coordinate-field';
import type { MapEditor } from './map-editor';
import { moveByBar } from './move-by';
import { pointRow } from './point-row';
import { shapeFaults } from './shape-faults';
import { chainsOf, removeRing } from './shape-edit';

/** Points that are shown at once. */
const PAGE = 100;

export interface Details {
  /** Shows the chosen zone as it is now; what is being typed in keeps its focus. */
  refresh(): void;
}

export function zoneDetails(root: HTMLElement, map: MapEditor, t: Translate): Details {
  const { draft } = map;
  let from = 0;
  let ringChosen = '0,0';
  let shownZone: Zone | undefined;
  let shownShape: ZoneShape | undefined;
  /** What the rows are made for; while it stays the same only their numbers change. */
  let layout = '';
  let writers: (() => void)[] = [];

  const set = (shape: ZoneShape): void => {
    if (!draft.zone) return;
    draft.mark();
    draft.reshape(draft.zone.id, shape);
  };

  const number: MakeField = (label, value, low, high, write) => {
    const { input, show } = coordinateField(t, label, value, low, high, write);
    writers.push(show);
    return input;
  };

  function refresh(): void {
    const { zone } = draft;
    root.hidden = !zone;
    if (!zone) {
      shownZone = shownShape = undefined;
      layout = '';
      return root.replaceChildren();
    }
    if (shownZone === zone && shownShape === zone.shape) return mark();
    if (shownZone?.id !== zone.id) [from, ringChosen] = [0, '0,0'];
    [shownZone, shownShape] = [zone, zone.shape];
    const wanted = layoutOf(zone);
    if (wanted === layout) {
      // rows that were made anew would take the focus away from who goes from field to field
      for (const write of writers) write();
      root.querySelector('ul')?.replaceWith(faults(zone));
      return mark();
    }
    writers = [];
    const kept = focusName(root);
    root.replaceChildren(...parts(zone));
    layout = layoutOf(zone);
    mark();
    if (kept !== undefined) root.querySelector<HTMLElement>(`[data-focus="${kept}"]`)?.focus();
  }

  const layoutOf = ({ id, name, shape }: Zone): string =>
    JSON.stringify([id, name, shape.type, ringChosen, from, chainsOf(shape).map(({ points: { length } }) => length)]);

  function parts(zone: Zone): HTMLElement[] {
    const chains = chainsOf(zone.shape);
    const chain = chains.find(({ part, ring }) => `${part},${ring}` === ringChosen) ?? chains[0]!;
    ringChosen = `${chain.part},${chain.ring}`;
    const title = make('h4', { class: 'city-zone-title' }, t('details.title', { zone: zone.name }));
    const bar = moveByBar(t, number, () => draft.zone?.shape ?? zone.shape, set);
    return [title, faults(zone), ...measures(zone), ...rings(zone, chains.length), points(zone), bar];
  }

  function faults(zone: Zone): HTMLElement {
    const found = shapeFaults(zone);
    const list = found.map(({ code, params }) => make('li', {}, t(`finding.${code}`, { ...params, zone: zone.name })));
    return make('ul', { class: 'city-fault', role: 'status', ...(list.length === 0 ? { hidden: '' } : {}) }, ...list);
  }

  function measures(zone: Zone): HTMLElement[] {
    const { type } = zone.shape;
    if (type !== 'Circle' && type !== 'Corridor') return [];
    const key = type === 'Circle' ? 'radius' : 'width';
    const now = (): ZoneShape | undefined => draft.zone?.shape;
    const value = (): number => {
      const shape = now();
      return shape?.type === 'Circle' ? shape.radius : shape?.type === 'Corridor' ? shape.width : NaN;
    };
    const field = number(t(`label.${key}`), value, 0.1, LIMITS[key], (metres) => {
      const shape = now();
      if (shape?.type === 'Circle') set({ ...shape, radius: metres });
      else if (shape?.type === 'Corridor') set({ ...shape, width: metres });
    });
    field.dataset['focus'] = key;
    return [row(t(`label.${key}`), field)];
  }

  /** Which outline or hole the table shows, where there are several. */
  function rings(zone: Zone, count: number): HTMLElement[] {
    if (count < 2) return [];
    const select = make('select', { id: 'city-zones-ring', 'data-focus': 'ring' });
    const choices = chainsOf(zone.shape).map(({ part, ring, points: { length } }) => {
      const words = { part: part + 1, hole: ring, count: length };
      return [`${part},${ring}`, t(ring === 0 ? 'details.part' : 'details.hole', words)] as const;
    });
    fillSelect(select, choices, ringChosen);
    select.addEventListener('change', () => {
      ringChosen = select.value;
      from = 0;
      shownShape = undefined;
      refresh();
    });
    const remove = make(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small', 'data-focus': 'removeRing' },
      t('button.removeRing'),
    );
    remove.addEventListener('click', () => {
      const [part = 0, ring = 0] = ringChosen.split(',').map(Number);
      const shape = draft.zone && removeRing(draft.zone.shape, part, ring);
      if (shape) set(shape);
    });
    const line = row(t('label.ring'), select);
    line.append(' ', remove);
    return [line];
  }

  function points(zone: Zone): HTMLElement {
    const [part = 0, ring = 0] = ringChosen.split(',').map(Number);
    const all = chainsOf(zone.shape).find((c) => c.part === part && c.ring === ring)?.points ?? [];
    from = Math.min(from, Math.max(0, all.length - 1));
    const body = make('tbody');
    for (let index = from; index < Math.min(all.length, from + PAGE); index++)
      body.append(pointRow({ map, t, number, set, chosen: mark }, zone, { part, ring, index }));
    const heads = ['point', 'latitude', 'longitude'].map((key) => make('th', { scope: 'col' }, t(`label.${key}`)));
    const table = make('table', {}, make('thead', {}, make('tr', {}, ...heads, make('td'))), body);
    const label = t('details.points', { zone: zone.name });
    const box = make(
      'div',
      { class: 'city-scroll city-points', tabindex: '0', role: 'region', 'aria-label': label },
      table,
    );
    if (all.length <= PAGE) return box;
    const step = (by: number): HTMLButtonElement => {
      const name = by > 0 ? 'next' : 'before';
      const made = make(
        'button',
        { type: 'button', class: 'red-ui-button red-ui-button-small', 'data-focus': name },
        t(`button.${name}`),
      );
      made.disabled = by > 0 ? from + PAGE >= all.length : from === 0;
      made.addEventListener('click', () => {
        from = Math.max(0, from + by);
        shownShape = undefined;
        refresh();
      });
      return made;
    };
    const words = t('details.range', { from: from + 1, to: Math.min(all.length, from + PAGE), count: all.length });
    return make(
      'div',
      {},
      box,
      make('div', { class: 'city-bar' }, step(-PAGE), step(PAGE), make('span', { class: 'city-count' }, words)),
    );
  }

  /** Marks the row of the point that is chosen on the map. */
  function mark(): void {
    const { point } = map;
    const isHere = point !== undefined && `${point.part},${point.ring}` === ringChosen;
    for (const tr of root.querySelectorAll<HTMLElement>('tr[data-index]')) {
      const on = isHere && tr.dataset['index'] === String(point.index);
      tr.classList.toggle('city-marked-row', on);
    }
  }

  return { refresh };
}

/** Which of the fields has the focus, to find it again after they are made anew. */
function focusName(root: HTMLElement): string | undefined {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement && root.contains(activeElement)
    ? activeElement.dataset['focus']
    : undefined;
}
