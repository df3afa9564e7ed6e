/** The list of interlocks: each a row of three choices. */
import type { Translate } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';
import type { Interlock } from '../interlock';
import { MOST_INTERLOCKS } from '../settings';

/** @param statuses `[id, name]` of the statuses of the flow  @returns reads what is in the form */
export function interlockList(
  box: HTMLElement,
  t: Translate,
  saved: readonly Interlock[],
  statuses: readonly (readonly [string, string])[],
): () => Interlock[] {
  const list = make('ul', { class: 'city-choices' });
  const add = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, t('interlock.add'));
  box.replaceChildren(list, add);
  const choice = (
    name: string,
    label: string,
    choices: readonly (readonly [string, string])[],
    chosen: string,
  ): HTMLElement => {
    const select = make('select', { 'data-field': name, 'aria-label': label, style: 'width: 30%; min-width: 0' });
    fillSelect(select, choices, chosen);
    return select;
  };
  const insert = ({ rule, status, keys }: Interlock): void => {
    const known = statuses.some(([id]) => id === status) ? statuses : [...statuses, [status, status] as const];
    const remove = make(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small', 'aria-label': t('interlock.remove') },
      '×',
    );
    const row = make(
      'li',
      { class: 'city-bar' },
      choice('rule', t('interlock.rule'), [['while', t('interlock.while')], ['unless', t('interlock.unless')]], rule), // prettier-ignore
      choice('status', t('interlock.status'), known, status),
      choice('keys', t('interlock.keys'), [['any', t('interlock.any')], ['same', t('interlock.same')]], keys), // prettier-ignore
      remove,
    );
    remove.addEventListener('click', () => {
      row.remove();
      bound();
      add.focus();
    });
    list.append(row);
    bound();
  };
  const bound = (): void => {
    const nothing = statuses.length === 0 && saved.length === 0;
    add.disabled = nothing || list.children.length >= MOST_INTERLOCKS;
  };
  add.addEventListener('click', () => {
    insert({ rule: 'while', status: statuses[0]?.[0] ?? '', keys: 'any' });
    list.querySelector<HTMLSelectElement>('li:last-child select')?.focus();
  });
  bound();
  for (const one of saved) insert(one);
  return () =>
    [...list.children].map((row) => {
      const value = (name: string): string =>
        row.querySelector<HTMLSelectElement>(`[data-field="${name}"]`)?.value ?? '';
      return { rule: value('rule'), status: value('status'), keys: value('keys') } as Interlock;
    });
}
