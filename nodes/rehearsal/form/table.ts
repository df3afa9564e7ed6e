/** Tables as all parts of the result draw them. */
import { make } from '../../editor/zones/dom';

export function tableOf(
  label: string,
  heads: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
): HTMLTableElement {
  return make(
    'table',
    { 'aria-label': label },
    make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
    make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, cell))))),
  );
}

/** What may be longer than its place; it can be scrolled by keyboard too. */
export const scroll = (label: string, content: HTMLElement): HTMLElement =>
  make('div', { class: 'city-scroll', tabindex: '0', role: 'region', 'aria-label': label }, content);

/** A choice with its name beside it. */
export function choiceOf(
  label: string,
  choices: readonly (readonly [string, string])[],
  changed: (value: string) => void,
): { element: HTMLElement; select: HTMLSelectElement } {
  const select = make('select', {}, ...choices.map(([value, text]) => make('option', { value }, text)));
  select.addEventListener('change', () => changed(select.value));
  return { element: make('label', { class: 'city-rehearse-choice' }, label, ' ', select), select };
}

export function button(text: string, act: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, text);
  made.addEventListener('click', act);
  return made;
}
