/** Draws the rows of a bracket, and brackets in it, at any depth. */
import { make } from '../../editor/zones/dom';
import { canMove, comparable, MOST_COMPARISONS, MOST_ROWS, move, newComparison, remove } from '../model/row-edit';
import {
  newBracket,
  newRow,
  type BracketRow,
  type Combine,
  type EventRow,
  type Row,
  type RowGroup,
} from '../model/rows';
import { comparisons } from './compare-view';
import { button, choose, labelIn, labelInGroup, lengthInput, slot, type Drawing } from './drawing';
import { eventSelect } from './event-select';
import { howView } from './how-view';

const COMBINES = ['and', 'then', 'or'] as const;

/**
 * Draws the rows, what their events must have to do with each other, and what can be added.
 * @param owner the bracket that they are in, or the whole rule
 */
export function groupView(group: RowGroup, owner: Row | RowGroup, drawing: Drawing): HTMLElement[] {
  return [
    ...group.rows.map((row) => (row.kind === 'event' ? eventView(row, drawing) : bracketView(row, drawing))),
    ...comparisons(group, owner, drawing),
    addBar(group, owner, drawing),
  ];
}

/** In which order, and within what time; one row has no order. */
export function together(group: RowGroup, owner: Row | RowGroup, drawing: Drawing): HTMLElement[] {
  const { t } = drawing;
  if (group.rows.length <= 1 && group.within === '' && !group.alone) return [];
  const combine = choose(
    labelInGroup(drawing, owner, 'combine'),
    COMBINES.map((value) => [value, t(`option.${value}`)] as const),
    group.combine,
    (value) => {
      group.combine = value as Combine;
      drawing.changed();
    },
  );
  const within = lengthInput(
    t,
    t('word.within'),
    labelInGroup(drawing, owner, 'groupWithin'),
    group.within,
    (value) => {
      group.within = value;
      drawing.changed();
    },
  );
  return [drawing.part(owner, 'combine', combine), drawing.part(owner, 'groupWithin', within)];
}

function addBar(group: RowGroup, owner: Row | RowGroup, drawing: Drawing): HTMLElement {
  const { t } = drawing;
  const adding = (key: string, possible: boolean, act: () => void): HTMLButtonElement => {
    const made = button('fa-plus', t(`button.${key}`), act, { label: labelInGroup(drawing, owner, key) });
    made.disabled = !possible;
    return drawing.part(owner, key, made);
  };
  const add = (row: Row) => (): void => {
    group.rows.push(row);
    drawing.redraw(row.kind === 'event' ? row : row.group.rows[0], 'event');
  };
  const compare = (): void => {
    const comparison = newComparison(drawing.rule, group);
    if (comparison === undefined) return;
    group.where.push(comparison);
    drawing.redraw(owner, `where${group.where.length - 1}left`);
  };
  const room = group.rows.length < MOST_ROWS;
  const bar = make(
    'div',
    { class: 'city-bar city-add' },
    adding('addRow', room, add(newRow())),
    adding('addBracket', room, add(newBracket())),
  );
  const comparing = adding('addComparison', true, compare);
  const possible = (): void => {
    comparing.disabled = comparable(group).length === 0 || group.where.length >= MOST_COMPARISONS;
  };
  possible();
  drawing.onEvents(possible);
  bar.append(comparing);
  return bar;
}

/** Its number, whether it must happen, what is between, and how it must happen. */
function rowView(row: Row, between: HTMLElement[], drawing: Drawing): HTMLElement {
  const { t } = drawing;
  const happens = slot(() => [...howView(row, drawing), ...quiet(row, drawing)]);
  const must = choose(
    labelIn(drawing, row, 'must'),
    [
      ['yes', t('option.must')],
      ['no', t('option.mustNot')],
    ],
    row.must ? 'yes' : 'no',
    (value) => {
      row.must = value === 'yes';
      happens.redraw();
      drawing.changed();
    },
  );
  return make(
    'div',
    { class: 'city-rule-row' },
    make('span', { class: 'city-row-number', 'aria-hidden': 'true' }, drawing.numbers.get(row)!),
    make('div', { class: 'city-controls' }, drawing.part(row, 'must', must), ...between, happens.place),
    tools(row, drawing),
  );
}

/** For how long it must not happen. */
function quiet(row: Row, drawing: Drawing): HTMLElement[] {
  if (row.must) return [];
  const field = lengthInput(drawing.t, drawing.t('word.for'), labelIn(drawing, row, 'quiet'), row.quiet, (value) => {
    row.quiet = value;
    drawing.changed();
  });
  return [drawing.part(row, 'quiet', field)];
}

function eventView(row: EventRow, drawing: Drawing): HTMLElement {
  const event = eventSelect(drawing.t, drawing.choices, labelIn(drawing, row, 'event'), row.event, (value) => {
    row.event = value;
    drawing.eventsChanged();
  });
  return described(row, rowView(row, [drawing.part(row, 'event', event)], drawing), drawing);
}

function bracketView(row: BracketRow, drawing: Drawing): HTMLElement {
  const head = rowView(row, together(row.group, row, drawing), drawing);
  const view = make('div', { class: 'city-bracket' }, head, ...groupView(row.group, row, drawing));
  return described(row, view, drawing);
}

/** Its name for people who hear the form, and the keys that move it. */
function described(row: Row, view: HTMLElement, drawing: Drawing): HTMLElement {
  const { t } = drawing;
  const n = drawing.numbers.get(row);
  view.setAttribute('role', 'group');
  view.setAttribute('aria-label', t(row.kind === 'event' ? 'label.row' : 'label.bracketRow', { n }));
  view.addEventListener('keydown', (event) => {
    if (!event.altKey || !event.shiftKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    event.stopPropagation();
    shift(row, event.key === 'ArrowUp' ? -1 : 1, drawing);
  });
  return view;
}

function shift(row: Row, step: -1 | 1, drawing: Drawing): void {
  if (!canMove(drawing.rule, row, step)) return;
  move(drawing.rule, row, step);
  drawing.redraw(row, step < 0 ? 'up' : 'down');
}

/** To move a row and to remove it; they stand in the same place in every row. */
function tools(row: Row, drawing: Drawing): HTMLElement {
  const { t, rule } = drawing;
  const tool = (icon: string, key: string, possible: boolean, act: () => void): HTMLElement => {
    const text = t(`button.${key}`);
    const label = t('label.inRow', { label: text, n: drawing.numbers.get(row) });
    const made = button(icon, text, act, { bare: true, label });
    made.disabled = !possible;
    if (key !== 'remove') made.setAttribute('aria-keyshortcuts', `Alt+Shift+Arrow${key === 'up' ? 'Up' : 'Down'}`);
    return drawing.part(row, key, made);
  };
  const lastOne = rule.rows.length === 1 && rule.rows[0] === row;
  return make(
    'span',
    { class: 'city-tools' },
    tool('fa-arrow-up', 'up', canMove(rule, row, -1), () => shift(row, -1, drawing)),
    tool('fa-arrow-down', 'down', canMove(rule, row, 1), () => shift(row, 1, drawing)),
    tool('fa-times', 'remove', !lastOne, () => drawing.redraw(remove(rule, row), 'remove')),
  );
}
