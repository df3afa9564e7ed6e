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

interface Drawing extends RowContext {
  /** Draws all rows anew; the keyboard goes on at this row, at the control of this class where it can be used. */
  redraw: (at?: Row, control?: string) => void;
  /** What was drawn for each row. */
  views: Map<Row, HTMLElement>;
}

const GROUPS = ['upstream', 'others', 'statuses'] as const;

/** Draws the whole rule into an element. */
export function showRows(into: HTMLElement, rule: RuleRows, context: RowContext): void {
  const views = new Map<Row, HTMLElement>();
  const draw = (): void => {
    views.clear();
    into.replaceChildren(
      ...rule.rows.map((row, i) => {
        const tools = moveTools(rule.rows, i, drawing);
        return row.kind === 'event' ? eventView(row, tools, drawing) : bracketView(row, tools, drawing);
      }),
      addBar(rule.rows, ['addRow', 'addBracket'], drawing),
      combineView(rule, context),
    );
  };
  const redraw: Drawing['redraw'] = (at, control = 'city-must') => {
    draw();
    context.changed();
    const view = at && views.get(at);
    const wanted = view?.querySelector<HTMLElement>(`.${control}:enabled`);
    (wanted ?? view?.querySelector<HTMLElement>('select:enabled'))?.focus();
  };
  const drawing: Drawing = { ...context, redraw, views };
  draw();
}

const ADD: Record<string, () => Row> = { addRow: newRow, addBracket: newBracket };

function addBar(rows: Row[], adds: string[], { t, redraw }: Drawing): HTMLElement {
  const buttons = adds.map((key) => {
    const text = `+ ${t(`button.${key}`)}`;
    const button = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small city-add' }, text);
    button.addEventListener('click', () => {
      const row = ADD[key]!();
      rows.push(row);
      redraw(row);
    });
    return button;
  });
  return make('div', { class: 'city-bar' }, ...buttons);
}

/** To move a row up and to remove it; they stand in the same place in every row. */
function moveTools(rows: Row[], i: number, { t, redraw }: Drawing): HTMLElement {
  const tool = (icon: string, key: string, possible: boolean, act: () => void): HTMLElement => {
    const title = t(`button.${key}`);
    const button = make(
      'button',
      {
        type: 'button',
        class: `red-ui-button red-ui-button-small city-tool city-${key}`,
        title,
        'aria-label': t('button.ofRow', { action: title, n: i + 1 }),
      },
      make('i', { class: `fa ${icon}`, 'aria-hidden': 'true' }),
    );
    button.disabled = !possible;
    button.addEventListener('click', act);
    return button;
  };
  const up = (): void => {
    const row = rows[i]!;
    rows.splice(i - 1, 2, row, rows[i - 1]!);
    redraw(row, 'city-up');
  };
  const remove = (): void => {
    rows.splice(i, 1);
    redraw(rows[Math.min(i, rows.length - 1)], 'city-remove');
  };
  return make(
    'span',
    { class: 'city-inline city-tools' },
    tool('fa-times', 'remove', rows.length > 1, remove),
    tool('fa-arrow-up', 'up', i > 0, up),
  );
}

function eventView(row: EventRow, tools: HTMLElement, drawing: Drawing): HTMLElement {
  const { t, changed, redraw, views } = drawing;
  const must = make(
    'select',
    { 'aria-label': t('label.must'), class: 'city-must' },
    make('option', { value: 'yes' }, t('option.must')),
    make('option', { value: 'no' }, t('option.mustNot')),
  );
  must.value = row.must ? 'yes' : 'no';
  must.addEventListener('change', () => {
    row.must = must.value === 'yes';
    // a time of one has no meaning for the other
    row.for = '';
    redraw(row);
  });
  const event = eventSelect(row, drawing);
  event.addEventListener('change', () => {
    row.event = event.value;
    changed();
  });
  const view = make('div', { class: 'city-bar city-rule-row' }, must, event, ...lengths(row, drawing), tools);
  views.set(row, view);
  return view;
}

/** How often, within what time; or for how long. Only what has a meaning for the row is there. */
function lengths(row: EventRow, { t, changed }: Drawing): HTMLElement[] {
  const quiet = timed(t, 'for', row.for, (value) => {
    row.for = value;
    changed();
  });
  // "must last" is made in other places of the form, but a rule that has it is shown as it is
  if (!row.must || row.for !== '') return [quiet];
  const within = timed(t, 'within', row.within, (value) => {
    row.within = value;
    changed();
  });
  const times = make('input', {
    type: 'number',
    min: '1',
    max: '1000',
    step: '1',
    class: 'city-times',
    'aria-label': t('label.times'),
  });
  times.value = String(row.times);
  times.addEventListener('input', () => {
    row.times = Math.min(1000, Math.max(1, Math.floor(Number(times.value) || 1)));
    within.hidden = row.times === 1;
    changed();
  });
  within.hidden = row.times === 1;
  return [make('span', { class: 'city-inline' }, times, ` ${t('times')}`), within];
}

function timed(t: Translate, key: 'for' | 'within', value: string, changed: (value: string) => void): HTMLElement {
  const holder = durationInput(value, t, t(key === 'for' ? 'label.rowFor' : 'label.rowWithin'), changed);
  holder.prepend(make('span', { class: 'city-word' }, t(`word.${key}`)));
  return holder;
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

function bracketView(row: BracketRow, tools: HTMLElement, drawing: Drawing): HTMLElement {
  const { t, views } = drawing;
  const rows = row.rows.map((inner, i) => eventView(inner, moveTools(row.rows, i, drawing), drawing));
  const view = make(
    'fieldset',
    { class: 'city-bracket' },
    make('legend', {}, t('label.bracket'), ' ', tools),
    ...rows,
    addBar(row.rows, ['addRow'], drawing),
    combineView(row, drawing),
  );
  views.set(row, view);
  return view;
}

/** In which order, and within what time. */
function combineView(group: RuleRows | BracketRow, { t, changed }: RowContext): HTMLElement {
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
  // one row has no order
  select.hidden = group.rows.length === 1;
  const bar = make(
    'div',
    { class: 'city-bar city-combine' },
    select,
    make('span', { class: 'city-word' }, t('label.within')),
    within,
  );
  bar.hidden = group.rows.length === 1 && group.within === '';
  return bar;
}

function durationInput(value: string, t: Translate, label: string, changed: (value: string) => void): HTMLElement {
  const input = make('input', { type: 'text', 'aria-label': label });
  input.value = value;
  const holder = make('span', { class: 'city-inline' }, input);
  durationField($(input), t, label);
  $(input).on('change', () => changed(input.value.trim()));
  return holder;
}
