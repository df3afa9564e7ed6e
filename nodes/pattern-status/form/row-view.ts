/** Draws the rows of a rule and keeps them in step with what is chosen. */
import type { Translate } from '../../editor/texts';
import { durationField } from '../../editor/duration-field';
import { make } from '../../editor/zones/dom';
import {
  newBracket,
  newRow,
  type BracketRow,
  type Combine,
  type EventRow,
  type Row,
  type RuleRows,
} from '../model/rows';
import type { Choice } from './event-list';

export interface RowContext {
  t: Translate;
  choices: readonly Choice[];
  changed: () => void;
}

const GROUPS = ['upstream', 'others', 'statuses'] as const;

/** Draws the whole rule into an element. */
export function showRows(into: HTMLElement, rule: RuleRows, context: RowContext): void {
  const redraw = (): void => {
    showRows(into, rule, context);
    context.changed();
  };
  into.replaceChildren(
    ...rule.rows.map((row, i) => {
      const tools = [...moveTools(rule.rows, i, redraw, context.t)];
      return row.kind === 'event' ? eventView(row, tools, context) : bracketView(row, tools, context, redraw);
    }),
    addBar(context.t, [
      ['addRow', () => rule.rows.push(newRow())],
      ['addBracket', () => rule.rows.push(newBracket())],
    ], redraw), // prettier-ignore
    combineView(rule, context),
  );
}

function addBar(t: Translate, adds: [string, () => unknown][], redraw: () => void): HTMLElement {
  const buttons = adds.map(([key, add]) => {
    const button = make(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small' },
      `+ ${t(`button.${key}`)}`,
    );
    button.addEventListener('click', () => {
      add();
      redraw();
    });
    return button;
  });
  return make('div', { class: 'city-bar' }, ...buttons);
}

function* moveTools(rows: Row[], i: number, redraw: () => void, t: Translate): Iterable<HTMLElement> {
  const tool = (icon: string, label: string, act: () => void): HTMLElement => {
    const title = t(`button.${label}`);
    const button = make(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small', title, 'aria-label': title },
      icon,
    );
    button.addEventListener('click', () => {
      act();
      redraw();
    });
    return button;
  };
  if (i > 0) yield tool('↑', 'up', () => rows.splice(i - 1, 2, rows[i]!, rows[i - 1]!));
  if (rows.length > 1) yield tool('×', 'remove', () => rows.splice(i, 1));
}

function eventView(row: EventRow, tools: HTMLElement[], context: RowContext): HTMLElement {
  const { t, changed } = context;
  const must = make(
    'select',
    { 'aria-label': t('label.must'), class: 'city-unit' },
    make('option', { value: 'yes' }, t('option.must')),
    make('option', { value: 'no' }, t('option.mustNot')),
  );
  must.value = row.must ? 'yes' : 'no';
  const event = eventSelect(row, context);
  const times = make('input', {
    type: 'number',
    min: '1',
    max: '1000',
    step: '1',
    class: 'city-times',
    'aria-label': t('label.times'),
  });
  times.value = String(row.times);
  const count = make('span', { class: 'city-inline' }, times, ` ${t('times')}`);
  const length = durationInput(row.for, t, t('label.rowFor'), (value) => {
    row.for = value;
    fit();
  });
  length.prepend(`${t('placeholder.for')} `);
  const fit = (): void => {
    // how often and how long exclude each other, and neither goes with an event without duration
    const choice = context.choices.find(({ id }) => id === row.event);
    count.hidden = !row.must || row.for !== '';
    length.hidden = row.must && (row.times > 1 || choice?.emit === 'point');
    changed();
  };
  must.addEventListener('change', () => {
    row.must = must.value === 'yes';
    fit();
  });
  event.addEventListener('change', () => {
    row.event = event.value;
    fit();
  });
  times.addEventListener('input', () => {
    row.times = Math.min(1000, Math.max(1, Math.floor(Number(times.value) || 1)));
    fit();
  });
  const view = make('div', { class: 'city-bar city-rule-row' }, must, event, count, length, ...tools);
  fit();
  return view;
}

function eventSelect(row: EventRow, { t, choices }: RowContext): HTMLSelectElement {
  const select = make(
    'select',
    { 'aria-label': t('label.event') },
    make('option', { value: '' }, t('placeholder.choose')),
  );
  for (const group of GROUPS) {
    const options = choices
      .filter((choice) => choice.group === group)
      .map(({ id, name }) => make('option', { value: id }, name));
    if (options.length > 0) select.append(make('optgroup', { label: t(`option.${group}`) }, ...options));
  }
  if (row.event !== '' && !choices.some(({ id }) => id === row.event)) {
    select.append(make('option', { value: row.event }, t('option.gone', { id: row.event })));
  }
  select.value = row.event;
  return select;
}

function bracketView(row: BracketRow, tools: HTMLElement[], context: RowContext, redraw: () => void): HTMLElement {
  const { t } = context;
  const rows = row.rows.map((inner, i) => eventView(inner, [...moveTools(row.rows, i, redraw, t)], context));
  const legend = make('legend', {}, t('label.bracket'), ' ', ...tools);
  return make(
    'fieldset',
    { class: 'city-bracket' },
    legend,
    ...rows,
    addBar(t, [['addRow', () => row.rows.push(newRow())]], redraw),
    combineView(row, context),
  );
}

/** In which order, and within what time. */
function combineView(group: { combine: Combine; within: string }, { t, changed }: RowContext): HTMLElement {
  const select = make(
    'select',
    { 'aria-label': t('label.combine') },
    ...(['and', 'then', 'or'] as const).map((value) => make('option', { value }, t(`option.${value}`))),
  );
  select.value = group.combine;
  select.addEventListener('change', () => {
    group.combine = select.value as Combine;
    changed();
  });
  const within = durationInput(group.within, t, t('label.within'), (value) => {
    group.within = value;
    changed();
  });
  return make(
    'div',
    { class: 'city-bar city-combine' },
    select,
    make('span', { class: 'city-inline' }, `${t('label.within')} `),
    within,
  );
}

function durationInput(value: string, t: Translate, label: string, changed: (value: string) => void): HTMLElement {
  const input = make('input', { type: 'text', 'aria-label': label });
  input.value = value;
  const holder = make('span', { class: 'city-inline' }, input);
  durationField($(input), t, label);
  $(input).on('change', () => changed(input.value.trim()));
  return holder;
}
