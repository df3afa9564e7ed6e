/** What the parts of a pattern's rows share while they are drawn. */
import { durationField } from '../../editor/duration-field';
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import type { Row, RowGroup } from '../model/rows';
import type { Choice } from './event-list';

export interface Drawing {
  t: Translate;
  /** The whole pattern that is drawn. */
  rule: RowGroup;
  choices: readonly Choice[];
  /** Numbers of the rows: "2.1". */
  numbers: ReadonlyMap<Row, string>;
  /** Called after every change of a value. */
  changed(): void;
  /** Draws all rows anew; the keyboard goes on at this row, at this part of it where it can be used. */
  redraw(at?: Row | RowGroup, part?: string): void;
  /** Calls back when another event is chosen, or one that cannot be compared any more. */
  onEvents(act: () => void): void;
  /** To be called then. The rows stay: whoever types the name of an event goes on typing. */
  eventsChanged(): void;
  /** Remembers which control shows a part of a row, so that faults and the keyboard find it. */
  part<E extends HTMLElement>(owner: Row | RowGroup, name: string, element: E): E;
}

/** What a control is called for people who hear the form: "event, row 2.1". */
export function labelIn(drawing: Drawing, row: Row | RowGroup, key: string): string {
  const label = drawing.t(`label.${key}`);
  const n = drawing.numbers.get(row as Row);
  return n === undefined ? label : drawing.t('label.inRow', { label, n });
}

/** The same for what belongs to a bracket as a whole: "within what time, all of it, bracket 2". */
export function labelInGroup(drawing: Drawing, owner: Row | RowGroup, key: string): string {
  const label = drawing.t(`label.${key}`);
  const n = drawing.numbers.get(owner as Row);
  return n === undefined ? label : drawing.t('label.inBracket', { label, n });
}

/** A choice of one of several. */
export function choose(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const select = make(
    'select',
    { 'aria-label': label },
    ...options.map(([value, text]) => make('option', { value }, text)),
  );
  select.value = chosen;
  select.addEventListener('change', () => changed(select.value));
  return select;
}

/** A part of a row that is drawn anew while the rest of the row, and the keyboard in it, stay. */
export function slot(draw: (redraw: () => void) => HTMLElement[]): { place: HTMLElement; redraw: () => void } {
  const place = make('span', { class: 'city-slot' });
  const redraw = (): void => place.replaceChildren(...draw(redraw));
  redraw();
  return { place, redraw };
}

/**
 * A number as it is typed, also one that it cannot be; `changed` gets NaN where nothing is filled in, and where what is
 * written is no number, with `isNone`.
 */
export function numberInput(
  label: string,
  value: number | undefined,
  limits: { min?: number; max?: number; step?: string },
  changed: (value: number, isNone: boolean) => void,
): HTMLInputElement {
  const { min, max, step = '1' } = limits;
  const input = make('input', { type: 'number', step, class: 'city-times', 'aria-label': label });
  if (min !== undefined) input.min = String(min);
  if (max !== undefined) input.max = String(max);
  if (value !== undefined && Number.isFinite(value)) input.value = String(value);
  input.addEventListener('input', () => {
    changed(input.value.trim() === '' ? NaN : Number(input.value), input.validity.badInput);
  });
  return input;
}

/** A length of time, with a word before it. */
export function lengthInput(
  t: Translate,
  word: string,
  label: string,
  value: string,
  changed: (value: string) => void,
): HTMLElement {
  const input = make('input', { type: 'text', 'aria-label': label });
  input.value = value;
  const holder = make('span', { class: 'city-inline' }, make('span', { class: 'city-word' }, word), input);
  durationField($(input), t, label);
  $(input).on('change', () => changed(input.value.trim()));
  return holder;
}

/** A button with a small symbol and words, or with the symbol only. */
export function button(
  icon: string,
  text: string,
  act: () => void,
  more: { label?: string; bare?: boolean } = {},
): HTMLButtonElement {
  const made = make(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small' },
    make('i', { class: `fa ${icon}`, 'aria-hidden': 'true' }),
    ...(more.bare ? [] : [` ${text}`]),
  );
  if (more.bare) made.title = text;
  if (more.bare || more.label) made.setAttribute('aria-label', more.label ?? text);
  made.addEventListener('click', act);
  return made;
}
