/** A list of entries in a form: each folds, by mouse and by keyboard, and says in one line what it is. */
import { opensByKey } from '../../editor/acting-choice';
import { durationField } from '../../editor/duration-field';
import type { Translate } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';

export type Entry = Record<string, string | boolean | undefined>;

export interface FieldSpec {
  name: string;
  kind: 'text' | 'select' | 'duration' | 'time' | 'moment' | 'check' | 'days' | 'names';
  /** Values with their texts; of `names`: what can be added. */
  choices?: () => (readonly [string, string])[];
  /** Shown only where this holds for the entry. */
  when?: (entry: Entry) => boolean;
  hint?: string;
  placeholder?: string;
}

export interface ListSpec {
  /** Part of the ids of the fields, and of the keys of the texts. */
  id: string;
  fields: readonly FieldSpec[];
  fresh: () => Entry;
  /** An entry in one line. */
  title: (entry: Entry) => string;
  fault: (entry: Entry) => string | undefined;
  most: number;
}

let made = 0;

/**
 * @param entries is changed as people write
 * @returns draws it anew, where its choices have changed
 */
export function listField(root: HTMLElement, entries: Entry[], spec: ListSpec, t: Translate): () => void {
  const list = make('div', { class: 'city-entries' });
  const none = make('p', { class: 'city-hint' }, t(`list.${spec.id}.none`));
  const add = make(
    'button',
    { type: 'button', class: 'red-ui-button', id: `action-notify-${spec.id}-add` },
    t(`list.${spec.id}.add`),
  );
  const draw = (open?: Entry): void => {
    list.replaceChildren(...entries.map((entry) => card(entry, entry === open)));
    none.hidden = entries.length > 0;
    add.disabled = entries.length >= spec.most;
  };
  const card = (entry: Entry, open: boolean): HTMLElement => {
    const summary = make('summary', {});
    const fault = make('p', { class: 'city-hint city-fault', role: 'status' });
    const refresh = (): void => {
      summary.textContent = spec.title(entry) || t(`list.${spec.id}.unnamed`);
      fault.textContent = spec.fault(entry) ?? '';
      fault.hidden = fault.textContent === '';
      rows.forEach((row, i) => (row.hidden = spec.fields[i]!.when?.(entry) === false));
    };
    const rows = spec.fields.map((field) => fieldRow(field, entry, spec, t, () => refresh()));
    const remove = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, t('common.remove'));
    remove.addEventListener('click', () => {
      const at = entries.indexOf(entry);
      entries.splice(at, 1);
      draw();
      (list.children[Math.min(at, entries.length - 1)]?.querySelector('summary') ?? add).focus();
    });
    const details = make(
      'details',
      { class: 'city-entry' },
      summary,
      fault,
      ...rows,
      make('div', { class: 'form-row' }, remove),
    );
    details.open = open;
    refresh();
    remove.setAttribute('aria-label', `${t('common.remove')}: ${summary.textContent}`);
    return details;
  };
  add.addEventListener('click', () => {
    const entry = spec.fresh();
    entries.push(entry);
    draw(entry);
    list.lastElementChild!.querySelector('input')?.focus();
  });
  root.replaceChildren(none, list, add);
  draw();
  return () => draw();
}

function fieldRow(field: FieldSpec, entry: Entry, spec: ListSpec, t: Translate, changed: () => void): HTMLElement {
  const id = `action-notify-${spec.id}-${field.name}-${++made}`;
  const label = t(`list.${spec.id}.${field.name}`);
  const keep = (value: string | boolean): void => {
    entry[field.name] = value;
    changed();
  };
  const row = make('div', { class: 'form-row' });
  if (field.kind === 'days') row.append(daysField(label, entry, field.name, t, keep));
  else if (field.kind === 'check') {
    const box = make('input', { type: 'checkbox', class: 'city-check', id });
    box.checked = entry[field.name] !== false;
    box.addEventListener('change', () => keep(box.checked));
    row.append(make('label', { class: 'city-check-label', for: id }, box, label));
  } else row.append(make('label', { for: id }, label), ' ', ...inputOf(field, id, label, entry, t, keep));
  if (field.kind === 'duration') {
    // it puts its own two fields in place of the input
    durationField($(row).find('input'), t, label);
  }
  if (field.hint !== undefined) row.append(make('p', { class: 'city-hint' }, field.hint));
  return row;
}

function inputOf(
  field: FieldSpec,
  id: string,
  label: string,
  entry: Entry,
  t: Translate,
  keep: (value: string) => void,
): HTMLElement[] {
  const value = String(entry[field.name] ?? '');
  if (field.kind === 'select') {
    const select = make('select', { id });
    fillSelect(select, field.choices?.() ?? [], value);
    select.addEventListener('change', () => keep(select.value));
    return [select];
  }
  const type = { time: 'time', moment: 'datetime-local' }[field.kind as string] ?? 'text';
  const input = make('input', { type, id, placeholder: field.placeholder ?? '' });
  input.value = value;
  input.addEventListener('input', () => keep(input.value));
  // a duration is kept by its own two fields, through jQuery
  $(input).on('change', () => keep(input.value));
  const choices = field.kind === 'names' ? (field.choices?.() ?? []) : [];
  if (choices.length === 0) return [input];
  const more = make('select', { 'aria-label': t('list.insert', { label }), class: 'city-more' });
  fillSelect(more, [['', t('list.choose')], ...choices], '');
  opensByKey(more);
  more.addEventListener('change', () => {
    if (more.value === '') return;
    input.value = [
      ...input.value
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '' && one !== more.value),
      more.value,
    ].join(', ');
    more.value = '';
    keep(input.value);
  });
  return [input, more];
}

function daysField(
  label: string,
  entry: Entry,
  name: string,
  t: Translate,
  keep: (value: string) => void,
): HTMLElement {
  const chosen = new Set(
    String(entry[name] ?? '')
      .split(',')
      .filter((one) => one !== ''),
  );
  const boxes = [1, 2, 3, 4, 5, 6, 0].map((day) => {
    const box = make('input', { type: 'checkbox', class: 'city-check' });
    box.checked = chosen.has(String(day));
    box.addEventListener('change', () => {
      if (box.checked) chosen.add(String(day));
      else chosen.delete(String(day));
      keep([...chosen].sort().join(','));
    });
    return make('label', { class: 'city-check-label city-day' }, box, t(`day.${day}`));
  });
  return make('fieldset', {}, make('legend', {}, label), ...boxes);
}
