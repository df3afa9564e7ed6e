/** Small parts of the form: a label tied to its field, each calling back when it changes. */
import { durationField } from '../../editor/duration-field';
import type { Translate } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';

let made = 0;
const freshId = (): string => `ecdm-event-field-${++made}`;

type Choice = readonly [value: string, text: string];

export function textField(label: string, value: string, changed: (value: string) => void, more: Record<string, string> = {}): HTMLElement {
  const input = make('input', { type: 'text', id: freshId(), ...more });
  input.value = value;
  input.addEventListener('input', () => changed(input.value));
  return make('div', { class: 'form-row' }, make('label', { for: input.id }, label), ' ', input);
}

export function selectField(label: string, choices: readonly Choice[], value: string, changed: (value: string) => void): HTMLElement {
  const select = make('select', { id: freshId() });
  fillSelect(select, choices, value);
  select.addEventListener('change', () => changed(select.value));
  return make('div', { class: 'form-row' }, make('label', { for: select.id }, label), ' ', select);
}

/** A length of time as number and unit; empty is `undefined`. */
export function lengthField(t: Translate, label: string, value: string | undefined, changed: (value: string | undefined) => void): HTMLElement {
  const input = make('input', { type: 'text', id: freshId() });
  input.value = value ?? '';
  const row = make('div', { class: 'form-row' }, make('label', { for: input.id }, label), ' ', input);
  // the parts find their label and their place through the document
  const holder = make('div', { hidden: '' }, row);
  document.body.append(holder);
  durationField($(input), t, label);
  row.remove();
  holder.remove();
  $(input).on('change', () => changed(input.value.trim() === '' ? undefined : input.value.trim()));
  return row;
}

/** A field without a row of its own, named for screen readers. */
export function small(label: string, value: string, changed: (value: string) => void, more: Record<string, string> = {}): HTMLInputElement {
  const input = make('input', { type: 'text', 'aria-label': label, title: label, ...more });
  input.value = value;
  input.addEventListener('input', () => changed(input.value));
  return input;
}

export function smallSelect(label: string, choices: readonly Choice[], value: string, changed: (value: string) => void): HTMLSelectElement {
  const select = make('select', { 'aria-label': label, title: label });
  fillSelect(select, choices, value);
  select.addEventListener('change', () => changed(select.value));
  return select;
}

export function button(icon: string, label: string, clicked: () => void, showLabel = false): HTMLButtonElement {
  const glyph = make('i', { class: `fa fa-${icon}`, 'aria-hidden': 'true' });
  const made = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small', title: label, 'aria-label': label }, glyph);
  if (showLabel) made.append(' ', label);
  made.addEventListener('click', clicked);
  return made;
}

/** "a, b" as a list. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
