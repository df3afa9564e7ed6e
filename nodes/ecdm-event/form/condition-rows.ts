/** The condition as rows: what is compared, how, with which limit; and times of day. */
import type { Condition } from '../../ecdm/definition';
import { variableIn } from '../../ecdm/variable';
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { emptyRow, fromForm, looksLikeCondition, OPERATORS, readNumber, toForm, type ConditionForm, type Operator, type TimeRow, type ValueRow } from '../editing/rows';
import { button, small, smallSelect } from './fields';

const OPERATOR_KEYS: Record<Operator, string> = {
  '>': 'above',
  '>=': 'atLeast',
  '<': 'below',
  '<=': 'atMost',
  '=': 'equal',
  '!=': 'notEqual',
  between: 'between',
  outside: 'outside',
  in: 'in',
};

/** Fills `place` with the rows of a condition; `changed` gets the condition after every change. */
export function conditionRows(place: HTMLElement, when: Condition, t: Translate, changed: (when: Condition) => void): void {
  const form = toForm(when);
  if (form === undefined) {
    asJson(place, when, t, changed);
    return;
  }
  const tell = (): void => changed(fromForm(form));
  const draw = (): void => {
    const rows = form.rows.map((row, i) => {
      const line = make('div', { class: 'ecdm-event-row' });
      if (i > 0) line.append(joint(form, i, t, tell, draw));
      if (row.kind === 'time') timeRow(line, row, t, tell);
      else valueRow(line, row, t, tell, draw);
      if (form.rows.length > 1) {
        line.append(
          button('times', t('button.removeRow'), () => {
            form.rows.splice(i, 1);
            draw();
            tell();
          }),
        );
      }
      return line;
    });
    const add = (row: ValueRow | TimeRow): void => {
      form.rows.push(row);
      draw();
      tell();
      place.querySelector<HTMLElement>('.ecdm-event-row:nth-last-of-type(2) input')?.focus();
    };
    place.replaceChildren(
      ...rows,
      make(
        'div',
        { class: 'city-bar' },
        button('plus', t('button.addRow'), () => add(emptyRow()), true),
        button('clock-o', t('button.addTime'), () => add({ kind: 'time', from: '22:00', to: '06:00', days: [], zone: '' }), true),
      ),
    );
  };
  draw();
}

/** One choice for the whole list: "and" and "or" are never mixed without brackets. */
function joint(form: ConditionForm, i: number, t: Translate, tell: () => void, draw: () => void): HTMLElement {
  if (i > 1) return make('span', {}, t(`option.join.${form.join}`));
  const choices = (['all', 'any'] as const).map((join) => [join, t(`option.join.${join}`)] as const);
  return smallSelect(t('label.join'), choices, form.join, (join) => {
    form.join = join === 'any' ? 'any' : 'all';
    draw();
    tell();
  });
}

function valueRow(line: HTMLElement, row: ValueRow, t: Translate, tell: () => void, draw: () => void): void {
  const set = (key: 'field' | 'value' | 'high' | 'unit' | 'clear') => (text: string) => {
    row[key] = text;
    tell();
  };
  const field = row.field === '' ? 'value' : row.field;
  const fields = [...new Set(['value', 'quality', 'part', field])].map((name) => [name, fieldText(name, t)] as const);
  line.append(
    smallSelect(t('label.field'), fields, field, (chosen) => {
      row.field = chosen === 'value' ? '' : chosen === 'part' ? 'value.' : chosen;
      draw();
      tell();
    }),
  );
  if (field.startsWith('value.')) line.append(small(t('label.part'), field, set('field'), { placeholder: 'value.rain' }));
  line.append(
    smallSelect(
      t('label.operator'),
      OPERATORS.map((op) => [op, t(`option.op.${OPERATOR_KEYS[op]}`)] as const),
      row.op,
      (op) => {
        row.op = op as Operator;
        draw();
        tell();
      },
    ),
  );
  if (row.op === 'in') {
    line.append(small(t('label.values'), row.value, set('value'), { class: 'ecdm-event-wide', placeholder: t('placeholder.values') }));
    return;
  }
  const range = row.op === 'between' || row.op === 'outside';
  const isText = row.op === '=' || row.op === '!=';
  const limit = t(range ? 'label.low' : 'label.limit');
  line.append((isText ? small : numberField)(limit, row.value, set('value'), { inputmode: 'decimal', placeholder: limit }));
  if (range) line.append(t('label.and'), numberField(t('label.high'), row.high, set('high'), { placeholder: t('label.high') }));
  line.append(small(t('label.unit'), row.unit, set('unit'), { list: 'ecdm-event-units', placeholder: t('label.unit') }));
  if (isText) return;
  const key = range ? 'margin' : row.op === '>' || row.op === '>=' ? 'clearBelow' : 'clearAbove';
  const clear = numberField(t(`label.${key}`), row.clear, set('clear'), { placeholder: t('placeholder.clear') });
  line.append(make('label', {}, t(`label.${key}`), clear));
}

/** A field for a number; what is none is marked. An empty one is named by the check alone, where something must stand in it. */
function numberField(label: string, value: string, changed: (value: string) => void, more: Record<string, string>): HTMLInputElement {
  const input = small(label, value, changed, { ...more, inputmode: 'decimal', class: 'city-marked' });
  const look = (): void => {
    const text = input.value.trim();
    const isWrong = text !== '' && readNumber(text) === undefined && variableIn(text) === undefined;
    if (isWrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  input.addEventListener('input', look);
  look();
  return input;
}

function fieldText(name: string, t: Translate): string {
  if (name === 'value' || name === 'quality') return t(`option.field.${name}`);
  return name === 'part' ? t('option.field.part') : name;
}

/** Not a time input: that would follow the browser's habits (10:00 PM) and not the sentence's. */
const CLOCK = { class: 'ecdm-event-clock', placeholder: '22:00', maxlength: '5' };

function timeRow(line: HTMLElement, row: TimeRow, t: Translate, tell: () => void): void {
  const set = (key: 'from' | 'to' | 'zone') => (text: string) => {
    row[key] = text;
    tell();
  };
  line.append(
    t('label.timeFrom'),
    small(t('label.timeFrom'), row.from, set('from'), CLOCK),
    t('label.timeTo'),
    small(t('label.timeTo'), row.to, set('to'), CLOCK),
  );
  for (let day = 1; day <= 7; day++) {
    const box = make('input', { type: 'checkbox' });
    box.checked = row.days.length === 0 || row.days.includes(day);
    box.addEventListener('change', () => {
      const chosen = new Set(row.days.length === 0 ? [1, 2, 3, 4, 5, 6, 7] : row.days);
      if (box.checked) chosen.add(day);
      else chosen.delete(day);
      row.days = [...chosen];
      tell();
    });
    line.append(make('label', {}, box, t(`day.${day}`)));
  }
  line.append(small(t('label.zone'), row.zone, set('zone'), { class: 'ecdm-event-zone', list: 'ecdm-event-zones', placeholder: t('placeholder.zone') }));
}

/** A condition with brackets, from a definition file: its text. */
function asJson(place: HTMLElement, when: Condition, t: Translate, changed: (when: Condition) => void): void {
  const area = make('textarea', { class: 'ecdm-event-json', rows: '10', 'aria-label': t('label.json'), spellcheck: 'false' });
  area.value = JSON.stringify(when, null, 2);
  const fault = make('p', { class: 'city-fault', role: 'alert' });
  area.addEventListener('input', () => {
    try {
      const read: unknown = JSON.parse(area.value);
      if (!looksLikeCondition(read)) throw new Error(t('invalid.shape'));
      fault.textContent = '';
      changed(read);
    } catch (error) {
      fault.textContent = t('common.invalid.json', { label: t('label.json'), reason: (error as Error).message });
    }
  });
  place.replaceChildren(make('p', { class: 'city-hint' }, t('hint.json')), area, fault);
}
