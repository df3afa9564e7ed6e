/** The fields of a TaskingCapability for one state, built from what the server says that it takes. */
import type { Translate } from '../../editor/texts';
import { fillSelect, make, row } from '../../editor/zones/dom';
import { parseJson } from '../address';
import { allowedText, type TaskField } from '../tasking/fields';

type Values = Record<string, unknown>;

/**
 * Shows one row for each parameter. What is chosen is written as JSON into the text of the state; all empty is no order.
 * @returns false where a parameter cannot be shown as a row, so that the JSON itself must be written
 */
export function taskFields(
  box: HTMLElement,
  t: Translate,
  fields: readonly TaskField[],
  text: { value: string },
  changed: () => void,
): boolean {
  box.replaceChildren();
  if (!fields.every(({ kind }) => kind !== 'record' && kind !== 'other' && kind !== 'range')) return false;
  const saved = (parseJson(text.value) ?? {}) as Values;
  const inputs = fields.map((field) => {
    const input = inputOf(field, t, saved[field.name]);
    input.addEventListener('input', write);
    const line = row(
      `${field.label}${field.unit === undefined ? '' : ` (${field.unit})`}${field.optional ? '' : ' *'}`,
      input,
    );
    const hint = hintOf(field, t);
    if (hint !== '') {
      const told = make('p', { class: 'city-hint', id: `${input.id}-hint` }, hint);
      input.setAttribute('aria-describedby', told.id);
      line.append(told);
    }
    box.append(line);
    return [field, input] as const;
  });
  function write(): void {
    const values: Values = {};
    for (const [field, { value }] of inputs) if (value !== '') values[field.name] = valueOf(field, value);
    text.value = Object.keys(values).length === 0 ? '' : JSON.stringify(values);
    changed();
  }
  return true;
}

function inputOf(field: TaskField, t: Translate, saved: unknown): HTMLInputElement | HTMLSelectElement {
  const plain = typeof saved === 'string' || typeof saved === 'number' || typeof saved === 'boolean';
  const value = plain ? String(saved) : '';
  const choices = field.kind === 'boolean' ? ['true', 'false'] : field.tokens;
  if (choices === undefined) {
    const input = make('input', { type: 'text' });
    input.value = value;
    return input;
  }
  const select = make('select');
  const words = choices.map((one) => [one, field.kind === 'boolean' ? t(`task.${one}`) : one] as const);
  fillSelect(select, [['', t('task.nothing')], ...words], value);
  return select;
}

function hintOf({ description, allowed, pattern }: TaskField, t: Translate): string {
  const limits = allowed === undefined ? '' : t('task.allowed', { allowed: allowedText(allowed) });
  const form = pattern === undefined ? '' : t('task.pattern', { pattern });
  return [description ?? '', limits, form].filter((part) => part !== '').join(' ');
}

/** Numbers and yes/no as JSON has them; a place holder stays a text until it is filled. */
function valueOf({ kind }: TaskField, text: string): unknown {
  if (kind === 'boolean') return text === 'true';
  const number = Number(text);
  return (kind === 'number' || kind === 'count') && text.trim() !== '' && Number.isFinite(number) ? number : text;
}
