/** What the events of a bracket must have to do with each other: "value of 2 is above value of 1 plus 5". */
import type { Comparison, EventTerm } from '../../ecdm/definition';
import { fillSelect, make } from '../../editor/zones/dom';
import { comparable, nameFor } from '../model/row-edit';
import type { EventRow, Row, RowGroup } from '../model/rows';
import { button, choose, numberInput, type Drawing } from './drawing';

const OPERATORS = ['>', '>=', '<', '<=', '=', '!='] as const;
/** Kinds of fixed values, beside the events, in the choice of what is compared with. */
const FIXED = ['number', 'text', 'true', 'false'] as const;

/** All comparisons of a group. */
export function comparisons(group: RowGroup, owner: Row | RowGroup, drawing: Drawing): HTMLElement[] {
  return group.where.map((comparison, i) => comparisonView(comparison, i, group, owner, drawing));
}

function comparisonView(
  comparison: Comparison,
  index: number,
  group: RowGroup,
  owner: Row | RowGroup,
  drawing: Drawing,
): HTMLElement {
  const { t } = drawing;
  const bracket = drawing.numbers.get(owner as Row);
  const label = (key: string): string => {
    const what = t(`label.${key}`);
    return bracket === undefined
      ? t('label.inComparison', { label: what, n: index + 1 })
      : t('label.inComparisonOf', { label: what, n: index + 1, bracket });
  };
  const redraw = (part: string): void => drawing.redraw(owner, `where${index}${part}`);
  const side = {
    group,
    drawing,
    label,
    redraw,
    part: (name: string, one: HTMLElement) => drawing.part(owner, `where${index}${name}`, one),
  };
  const operator = choose(
    label('operator'),
    OPERATORS.map((op) => [op, t(`compare.${op}`)] as const),
    comparison.op,
    (op) => {
      comparison.op = op as Comparison['op'];
      drawing.changed();
    },
  );
  const remove = button(
    'fa-times',
    t('button.remove'),
    () => {
      group.where.splice(index, 1);
      drawing.redraw(owner, 'addComparison');
    },
    { bare: true, label: label('removeComparison') },
  );
  const controls = make(
    'div',
    { class: 'city-controls' },
    ...leftSide(comparison, side),
    operator,
    ...rightSide(comparison, side),
  );
  const view = make(
    'div',
    { class: 'city-rule-row city-comparison', role: 'group', 'aria-label': label('comparison') },
    make('span', { class: 'city-row-number' }, t('word.where')),
    controls,
    make('span', { class: 'city-tools' }, remove),
  );
  drawing.part(owner, `where${index}`, controls);
  return view;
}

interface Side {
  group: RowGroup;
  drawing: Drawing;
  label(key: string): string;
  /** Draws anew, the keyboard goes on at this part of the comparison. */
  redraw(part: string): void;
  part(name: string, element: HTMLElement): HTMLElement;
}

function leftSide(comparison: Comparison, side: Side): HTMLElement[] {
  const select = choose(
    side.label('left'),
    eventOptions(side, comparison.left.of),
    aliasValue(side, comparison.left.of),
    (value) => {
      comparison.left.of = aliasOf(side, value);
      side.redraw('left');
    },
  );
  return [
    fieldOf(comparison.left, side, 'leftField'),
    side.part('left', select),
    ...sum(comparison.left, side, 'left'),
  ];
}

function rightSide(comparison: Comparison, side: Side): HTMLElement[] {
  const { right } = comparison;
  const { t } = side.drawing;
  const fixed = FIXED.map((kind) => [`=${kind}`, t(`option.fixed.${kind}`)] as const);
  const chosen = 'of' in right ? aliasValue(side, right.of) : `=${kindOf(right.value)}`;
  const options = (): (readonly [string, string])[] => [
    ...eventOptions(side, 'of' in right ? right.of : undefined),
    ...fixed,
  ];
  const select = choose(side.label('right'), options(), chosen, (value) => {
    comparison.right = value.startsWith('=') ? { value: fresh(value.slice(1)) } : { of: aliasOf(side, value) };
    side.redraw('right');
  });
  side.part('right', select);
  side.drawing.onEvents(() => fillSelect(select, options(), 'of' in right ? aliasValue(side, right.of) : chosen));
  if ('of' in right) return [fieldOf(right, side, 'rightField'), select, ...sum(right, side, 'right')];
  return [select, ...fixedValue(right, side)];
}

const kindOf = (value: number | string | boolean): string =>
  typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : String(value);

function fresh(kind: string): number | string | boolean {
  if (kind === 'number') return NaN;
  return kind === 'text' ? '' : kind === 'true';
}

function fixedValue(right: { value: number | string | boolean }, side: Side): HTMLElement[] {
  if (typeof right.value === 'number') {
    return [
      numberInput(side.label('rightValue'), right.value, { step: 'any' }, (value) => {
        right.value = value;
        side.drawing.changed();
      }),
    ];
  }
  if (typeof right.value !== 'string') return [];
  const input = make('input', {
    type: 'text',
    maxlength: '200',
    class: 'city-text',
    'aria-label': side.label('rightValue'),
  });
  input.value = right.value;
  input.addEventListener('input', () => {
    right.value = input.value;
    side.drawing.changed();
  });
  return [input];
}

// ---- the events, by their row

/** Values are the numbers of rows; a name that no row has is offered as it is. */
function eventOptions(side: Side, chosen: string | undefined): (readonly [string, string])[] {
  const { t, numbers, choices } = side.drawing;
  const events = comparable(side.group).map((row) => {
    const name = choices.find(({ id }) => id === row.event)?.name ?? row.event;
    return [numbers.get(row)!, t('option.rowEvent', { n: numbers.get(row), name })] as const;
  });
  const lost = chosen !== undefined && rowCalled(side, chosen) === undefined;
  return lost ? [...events, [`?${chosen}`, t('option.lostRow', { name: chosen })]] : events;
}

function rowCalled(side: Side, alias: string): EventRow | undefined {
  return comparable(side.group).find((row) => row.as === alias);
}

function aliasValue(side: Side, alias: string): string {
  const row = rowCalled(side, alias);
  return row === undefined ? `?${alias}` : side.drawing.numbers.get(row)!;
}

function aliasOf(side: Side, value: string): string {
  const row = comparable(side.group).find((one) => side.drawing.numbers.get(one) === value);
  return row === undefined ? value.slice(1) : nameFor(side.drawing.rule, row);
}

// ---- which part of an event, and what is added to it

function fieldOf(term: EventTerm, side: Side, part: string): HTMLElement {
  const { t } = side.drawing;
  const path = term.field?.startsWith('value.') ? term.field.slice('value.'.length) : undefined;
  const select = choose(
    side.label(part),
    ['value', 'part', 'key', 'property', 'time'].map((name) => [name, t(`option.field.${name}`)] as const),
    path !== undefined ? 'part' : (term.field ?? 'value'),
    (name) => {
      if (name === 'value') delete term.field;
      else term.field = name === 'part' ? 'value.' : name;
      side.redraw(part);
    },
  );
  side.part(part, select);
  if (path === undefined) return select;
  const input = make('input', {
    type: 'text',
    class: 'city-text',
    'aria-label': side.label('partName'),
    placeholder: t('placeholder.partName'),
  });
  input.value = path;
  input.addEventListener('input', () => {
    term.field = `value.${input.value.trim()}`;
    side.drawing.changed();
  });
  return make('span', { class: 'city-inline' }, select, ' ', input);
}

/** "times 2, plus 5", where asked for. */
function sum(term: EventTerm, side: Side, which: 'left' | 'right'): HTMLElement[] {
  const { t } = side.drawing;
  if (term.times === undefined && term.plus === undefined) {
    // a number can be added on the one side or taken away on the other: one place to do it is enough
    if (which === 'left') return [];
    const add = button(
      'fa-plus',
      t('button.addSum'),
      () => {
        term.plus = 0;
        side.redraw('plus');
      },
      { bare: true, label: side.label('addSum') },
    );
    return [add];
  }
  const number = (key: 'times' | 'plus'): HTMLInputElement =>
    numberInput(side.label(key), term[key], { step: 'any' }, (value) => {
      if (Number.isNaN(value)) delete term[key];
      else term[key] = value;
      side.drawing.changed();
    });
  return [
    make('span', { class: 'city-inline' }, `${t('word.factor')} `, number('times')),
    make(
      'span',
      { class: 'city-inline' },
      `${t('word.plus')} `,
      side.part(which === 'right' ? 'plus' : 'leftPlus', number('plus')),
    ),
  ];
}
