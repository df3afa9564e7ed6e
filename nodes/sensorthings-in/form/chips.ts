/** A list of texts, each with a button that takes it out, and a field that adds one: typed, or from suggestions. */
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';

export interface Chips {
  /** Offers these; what a person types need not be among them. */
  offer(texts: readonly string[]): void;
  /** Shows the list anew after it has been changed from outside. */
  refresh(): void;
}

interface Options {
  label: string;
  /** Short name, part of ids. */
  id: string;
  placeholder?: string;
  changed: () => void;
  /** The person types: better suggestions may be looked for. */
  typed?: (text: string) => void;
}

/** Milliseconds without a key press before suggestions are looked for. */
const PAUSE = 400;

/** @param list the texts; changed in place */
export function chips(root: HTMLElement, t: Translate, list: string[], options: Options): Chips {
  const { label, id, changed, typed } = options;
  const choices = make('datalist', { id: `${id}-choices` });
  const input = make('input', {
    type: 'text',
    id,
    list: choices.id,
    autocomplete: 'off',
    placeholder: options.placeholder ?? '',
  });
  const add = make('button', { type: 'button', class: 'red-ui-button' }, t('common.add'));
  add.setAttribute('aria-label', `${t('common.add')}: ${label}`);
  const shown = make('ul', { class: 'city-chips', 'aria-label': label });
  root.replaceChildren(
    make('label', { for: id }, label),
    make('div', { class: 'city-chips-field' }, make('div', { class: 'city-bar' }, input, add), shown, choices),
  );

  const refresh = (): void => {
    shown.replaceChildren(...list.map(chip));
    shown.hidden = list.length === 0;
  };
  const chip = (text: string): HTMLLIElement => {
    const name = `${t('common.remove')}: ${text}`;
    const button = make('button', { type: 'button', class: 'city-chip-remove', 'aria-label': name, title: name }, '×');
    button.addEventListener('click', () => {
      list.splice(list.indexOf(text), 1);
      refresh();
      changed();
      // the focus must not fall out of the form with the button
      (shown.querySelector<HTMLElement>('button') ?? input).focus();
    });
    return make('li', {}, make('span', {}, text), button);
  };
  const take = (): void => {
    const text = input.value.trim();
    input.value = '';
    if (text === '' || list.includes(text)) return;
    list.push(text);
    refresh();
    changed();
  };
  add.addEventListener('click', take);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Enter would close the form
    event.preventDefault();
    take();
  });
  // a suggestion that is clicked comes as one piece
  input.addEventListener('input', (event) => {
    const { inputType } = event;
    if (inputType === 'insertReplacementText' || inputType === undefined) {
      if ([...choices.options].some(({ value }) => value === input.value)) take();
    } else if (typed) pause(() => typed(input.value));
  });
  // what was typed and not added would be lost when the form is closed
  input.addEventListener('change', take);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pause = (run: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  };
  refresh();
  return {
    offer: (texts) => choices.replaceChildren(...texts.slice(0, 100).map((value) => make('option', { value }))),
    refresh,
  };
}
