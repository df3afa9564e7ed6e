/** The Datastreams that were found, as a table: all that the map shows is here too, and can be done from here. */
import type { Translate } from '../texts';
import { make } from '../zones/dom';
import type { FoundStream } from './asking';

/** A chosen Datastream, with enough words to recognise it without the server. */
export interface ChosenStream {
  key: string;
  name: string;
  property: string;
  unit: string;
  thing: string;
}

export interface ResultTable {
  /** @param ticks whether rows can be ticked */
  show(items: readonly FoundStream[], ticks: boolean): void;
  /** Brings rows to the eye. */
  mark(keys: readonly string[]): void;
}

/** @param chosen what is ticked, by key; changed in place */
export function resultTable(
  root: HTMLElement,
  t: Translate,
  chosen: Map<string, ChosenStream>,
  changed: () => void,
): ResultTable {
  const body = make('tbody');
  const head = make('tr');
  root.replaceChildren(make('table', { class: 'city-streams' }, make('thead', {}, head), body));

  const row = (item: FoundStream, ticks: boolean): HTMLTableRowElement => {
    const named = make('td', {}, make('div', {}, item.name));
    if (item.thing !== '') named.append(make('small', {}, item.thing));
    const cells = [named, ...[item.property, item.shown || item.unit, item.age].map((text) => make('td', {}, text))];
    const tr = make('tr', { 'data-key': item.key }, ...cells);
    if (ticks) tr.prepend(make('td', {}, tick(item)));
    return tr;
  };
  const tick = (item: FoundStream): HTMLInputElement => {
    const box = make('input', { type: 'checkbox', class: 'city-check', 'aria-label': `${item.name}, ${item.thing}` });
    box.checked = chosen.has(item.key);
    box.addEventListener('change', () => {
      const { key, name, property, unit, thing } = item;
      if (box.checked) chosen.set(key, { key, name, property, unit, thing });
      else chosen.delete(key);
      changed();
    });
    return box;
  };
  return {
    show(items, ticks) {
      const names = [...(ticks ? ['chosen'] : []), 'name', 'property', 'value', 'age'];
      head.replaceChildren(...names.map((name) => make('th', { scope: 'col' }, t(`column.${name}`))));
      body.replaceChildren(...items.map((item) => row(item, ticks)));
      root.hidden = items.length === 0;
    },
    mark(keys) {
      const rows = [...body.rows];
      const marked = rows.filter((tr) => keys.includes(tr.dataset['key'] ?? ''));
      for (const tr of rows) tr.classList.toggle('city-marked-row', marked.includes(tr));
      marked[0]?.scrollIntoView({ block: 'nearest' });
      marked[0]?.querySelector('input')?.focus({ preventScroll: true });
    },
  };
}
