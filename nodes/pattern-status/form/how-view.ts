/** How a row must happen: once, so often, lasting, every time anew, or what its values come to. */
import { AGGREGATE_METHODS } from '../../ecdm-event/editing/choices';
import type { AggregateMethod } from '../../ecdm/definition';
import { make } from '../../editor/zones/dom';
import { MOST_TIMES } from '../model/row-faults';
import type { EventRow, How, Row } from '../model/rows';
import { choose, labelIn, lengthInput, numberInput, slot, type Drawing } from './drawing';

const HOWS: readonly How[] = ['once', 'atLeast', 'exactly', 'between', 'lasting', 'every', 'aggregate'];

/** The choice, and what has to be filled in with it. */
export function howView(row: Row, drawing: Drawing): HTMLElement[] {
  const { t } = drawing;
  // what must not happen never begins anything anew
  const isPossible = (how: How): boolean =>
    how === row.how || (how === 'aggregate' ? row.kind === 'event' : how !== 'every' || row.must);
  const words = HOWS.filter(isPossible).map(
    (how) => [how, t(`option.how.${how === 'once' && !row.must ? 'never' : how}`)] as const,
  );
  const filled = slot(() => details(row, drawing));
  const select = choose(labelIn(drawing, row, 'how'), words, row.how, (value) => {
    row.how = value as How;
    filled.redraw();
    // what is judged by its values is no single event to compare
    drawing.eventsChanged();
  });
  return [drawing.part(row, 'how', select), filled.place];
}

function details(row: Row, drawing: Drawing): HTMLElement[] {
  switch (row.how) {
    case 'atLeast':
    case 'exactly':
    case 'between':
      return counting(row, drawing);
    case 'lasting':
      return [length(row, drawing, 'lasts', 'for', row.lasts, (value) => (row.lasts = value))];
    case 'aggregate':
      return row.kind === 'event' ? aggregate(row, drawing) : [];
    default:
      return [];
  }
}

function counting(row: Row, drawing: Drawing): HTMLElement[] {
  const { t } = drawing;
  const number = (key: 'min' | 'max'): HTMLInputElement => {
    const least = key === 'min' && row.how === 'between' ? 0 : 1;
    const input = numberInput(labelIn(drawing, row, key), row[key], { min: least, max: MOST_TIMES }, (value) => {
      row[key] = value;
      drawing.changed();
    });
    return drawing.part(row, key, input);
  };
  const often =
    row.how === 'between'
      ? make('span', { class: 'city-inline' }, number('min'), ` ${t('word.to')} `, number('max'), ` ${t('times')}`)
      : make('span', { class: 'city-inline' }, number('min'), ` ${t('times')}`);
  return [often, length(row, drawing, 'within', 'within', row.within, (value) => (row.within = value))];
}

function length(
  row: Row,
  drawing: Drawing,
  part: 'lasts' | 'within' | 'over',
  word: 'for' | 'within' | 'over',
  value: string,
  set: (value: string) => void,
): HTMLElement {
  const { t } = drawing;
  const field = lengthInput(t, t(`word.${word}`), labelIn(drawing, row, part), value, (text) => {
    set(text);
    drawing.changed();
  });
  return drawing.part(row, part, field);
}

function aggregate(row: EventRow, drawing: Drawing): HTMLElement[] {
  const { t } = drawing;
  const fields = row.aggregate;
  const optional = (
    part: 'percentile' | 'minSamples',
    limits: { min: number; max?: number; step?: string },
  ): HTMLInputElement => {
    const input = numberInput(labelIn(drawing, row, part), fields[part], limits, (value, isNone) => {
      if (Number.isNaN(value) && !isNone) delete fields[part];
      else fields[part] = value;
      drawing.changed();
    });
    return drawing.part(row, part, input);
  };
  const percentile = slot(() =>
    fields.method === 'percentile' || fields.percentile !== undefined
      ? [make('span', { class: 'city-inline' }, optional('percentile', { min: 0, max: 100, step: 'any' }), ' %')]
      : [],
  );
  const method = choose(
    labelIn(drawing, row, 'method'),
    AGGREGATE_METHODS.map((name) => [name, t(`method.${name}`)] as const),
    fields.method,
    (value) => {
      fields.method = value as AggregateMethod;
      if (fields.method !== 'percentile') delete fields.percentile;
      percentile.redraw();
      drawing.changed();
    },
  );
  const compare = choose(
    labelIn(drawing, row, 'compare'),
    (['>', '>=', '<', '<='] as const).map((op) => [op, t(`compare.${op}`)] as const),
    fields.compare,
    (value) => {
      fields.compare = value as EventRow['aggregate']['compare'];
      drawing.changed();
    },
  );
  const value = numberInput(labelIn(drawing, row, 'value'), fields.value, { step: 'any' }, (number) => {
    fields.value = number;
    drawing.changed();
  });
  const samples = optional('minSamples', { min: 1 });
  return [
    drawing.part(row, 'method', method),
    percentile.place,
    length(row, drawing, 'over', 'over', fields.over, (text) => (fields.over = text)),
    make('span', { class: 'city-inline' }, compare, ' ', drawing.part(row, 'value', value)),
    make('span', { class: 'city-inline' }, `${t('word.from')} `, samples, ` ${t('word.values')}`),
  ];
}
